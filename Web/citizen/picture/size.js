// How large a picture is sent, and whether it has to be written anew for that. Pure.

/** Long side of what is sent: an A4 page at 250 dots an inch. */
export const SENT_PIXELS_MAX = 3_000;
/** A picture below this is small enough to go as it is. */
const SMALL_BYTES = 1_500_000;
export const JPEG_QUALITY = 0.9;

/**
 * @param {{ width: number, height: number }} size
 * @param {number} longest
 */
export function fitted({ width, height }, longest) {
  const scale = Math.min(1, longest / Math.max(width, height, 1));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * @param {{ type: string, bytes: number, width: number, height: number, hasMetadata: boolean, isAccepted: boolean }} picture
 * `isAccepted`: whether its kind can be handed in as it is
 */
export function needsRewriting({ bytes, width, height, hasMetadata, isAccepted }) {
  return !isAccepted || hasMetadata || Math.max(width, height) > SENT_PIXELS_MAX || bytes > SMALL_BYTES;
}

/**
 * The name with the ending of what it is now.
 * @param {string} name
 */
export function jpegName(name) {
  return `${name.replace(/\.[A-Za-z0-9]{1,5}$/, '') || 'photo'}.jpg`;
}
