// Lengths of time for the desk.

/**
 * `3:07`, or `1:02:45` from an hour on.
 * @param {number} ms negative counts as nothing
 */
export function clockText(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/**
 * What is left of a countdown: rounded up, so that it ends at nothing and not a second later.
 * @param {number} ms
 */
export function countdownText(ms) {
  return clockText(Math.ceil(Math.max(0, ms) / 1000) * 1000);
}
