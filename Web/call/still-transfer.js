// A picture's bytes from the citizen's device to the seat, over a data channel of the call's own peer connection.
//
// In order: one text message that says what comes, the bytes in chunks, and from the other side one text message that says whether they
// arrived whole. The broker knows the picture's hash before the first byte leaves, so neither side can put another picture in its place.

/** Every browser takes a message of this size, and a slow line shows progress with it. */
const CHUNK_BYTES = 16_384;
/** Above the first the sender waits until the browser has sent down to the second. */
const BUFFER_HIGH_BYTES = 1_048_576;
const BUFFER_LOW_BYTES = 262_144;
/** As `Limits.fileBytes`. */
const STILL_BYTES_MAX = 20 * 1024 * 1024;

/** @typedef {{ media_type: string, byte_count: number, sha256: string }} StillHead */

/** @param {string} stillID */
export function stillLabel(stillID) {
  return `still-${stillID}`;
}

/**
 * The still that a channel is for. Null: it is for something else.
 * @param {{ label: string }} channel
 */
export function stillOf({ label }) {
  return label.startsWith('still-') ? label.slice('still-'.length) : null;
}

/** @param {ArrayBuffer} bytes @returns {Promise<string>} lower-case hexadecimal */
export async function sha256Of(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * @param {RTCDataChannel} channel open, or about to
 * @param {ArrayBuffer} bytes
 * @param {{ mediaType: string, sha256: string, signal?: AbortSignal, onProgress?: (fraction: number) => void }} options
 * @returns {Promise<void>} the other side has all of it, and its hash agrees
 * @throws the channel closed first, `signal` said so, or the bytes did not arrive whole
 */
export async function sendStill(channel, bytes, { mediaType, sha256, signal, onProgress }) {
  channel.bufferedAmountLowThreshold = BUFFER_LOW_BYTES;
  const ended = new AbortController();
  const end = () => ended.abort();
  const options = { signal: ended.signal };
  channel.addEventListener('close', end, options);
  channel.addEventListener('error', end, options);
  signal?.addEventListener('abort', end, options);
  if (signal?.aborted || channel.readyState === 'closed' || channel.readyState === 'closing') end();
  const answer = reply(channel, ended.signal);
  // Nobody may be listening yet when it fails while the bytes are still going out.
  answer.catch(() => {});
  try {
    if (channel.readyState === 'connecting') await happens(channel, 'open', ended.signal);
    channel.send(JSON.stringify({ media_type: mediaType, byte_count: bytes.byteLength, sha256 }));
    for (let at = 0; at < bytes.byteLength; at += CHUNK_BYTES) {
      if (ended.signal.aborted) throw closed();
      if (channel.bufferedAmount > BUFFER_HIGH_BYTES) await happens(channel, 'bufferedamountlow', ended.signal);
      channel.send(bytes.slice(at, at + CHUNK_BYTES));
      onProgress?.(Math.min(1, (at + CHUNK_BYTES) / bytes.byteLength));
    }
    if (!await answer) throw new Error('the picture did not arrive whole');
  } finally {
    ended.abort();
    channel.close();
  }
}

/**
 * Takes one picture, checks it against the hash that the sender gave to the broker, and tells the sender whether it is whole.
 * @param {RTCDataChannel} channel
 * @param {{ sha256?: string, onProgress?: (fraction: number) => void }} [options] `sha256`: as the broker said
 * @returns {Promise<{ bytes: ArrayBuffer, mediaType: string, sha256: string }>}
 * @throws the channel closed first, or other bytes came than were announced
 */
export function receiveStill(channel, { sha256, onProgress } = {}) {
  channel.binaryType = 'arraybuffer';
  /** @type {StillHead | null} */
  let head = null;
  /** @type {Uint8Array | null} */
  let bytes = null;
  let at = 0;
  return new Promise((resolve, reject) => {
    const listening = new AbortController();
    const fail = (/** @type {string} */ why) => {
      listening.abort();
      if (channel.readyState === 'open') channel.send(JSON.stringify({ received: false }));
      reject(new Error(why));
    };
    channel.addEventListener('close', () => fail('the channel closed before the picture was there'), { signal: listening.signal });
    channel.addEventListener('message', async ({ data }) => {
      if (typeof data === 'string') {
        head = headOf(data);
        if (!head) return fail('the picture was not announced as it should be');
        bytes = new Uint8Array(head.byte_count);
        return;
      }
      if (!head || !bytes || at + data.byteLength > head.byte_count) return fail('other bytes came than were announced');
      bytes.set(new Uint8Array(data), at);
      at += data.byteLength;
      onProgress?.(at / head.byte_count);
      if (at < head.byte_count) return;
      listening.abort();
      const whole = /** @type {ArrayBuffer} */ (bytes.buffer);
      const hash = await sha256Of(whole);
      if (hash !== head.sha256 || (sha256 !== undefined && hash !== sha256)) return fail('the hash does not agree');
      if (channel.readyState === 'open') channel.send(JSON.stringify({ received: true }));
      resolve({ bytes: whole, mediaType: head.media_type, sha256: hash });
    }, { signal: listening.signal });
  });
}

/**
 * @param {string} text
 * @returns {StillHead | null}
 */
function headOf(text) {
  try {
    const head = JSON.parse(text);
    const fits = Number.isInteger(head.byte_count) && head.byte_count > 0 && head.byte_count <= STILL_BYTES_MAX;
    return fits && typeof head.media_type === 'string' && typeof head.sha256 === 'string' ? head : null;
  } catch {
    return null;
  }
}

/**
 * What the other side says of the whole.
 * @param {RTCDataChannel} channel
 * @param {AbortSignal} ended
 * @returns {Promise<boolean>}
 */
function reply(channel, ended) {
  return new Promise((resolve, reject) => {
    if (ended.aborted) return reject(closed());
    ended.addEventListener('abort', () => reject(closed()), { once: true });
    channel.addEventListener('message', ({ data }) => {
      try { resolve(JSON.parse(data).received === true); } catch { resolve(false); }
    }, { signal: ended });
  });
}

/**
 * @param {EventTarget} target
 * @param {string} event
 * @param {AbortSignal} ended
 * @returns {Promise<void>}
 */
function happens(target, event, ended) {
  return new Promise((resolve, reject) => {
    if (ended.aborted) return reject(closed());
    ended.addEventListener('abort', () => reject(closed()), { once: true });
    target.addEventListener(event, () => resolve(), { once: true, signal: ended });
  });
}

function closed() {
  return new Error('the channel closed');
}
