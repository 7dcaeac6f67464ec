// Whether a photograph carries more than its picture: where and when it was taken, with which telephone. Pure.

const MARKER = 0xff;
const START_OF_SCAN = 0xda;
const APP1 = 0xe1;
const APP13 = 0xed;

/**
 * JPEG keeps metadata in segments before the picture: Exif and XMP in APP1, IPTC in APP13.
 * @param {Uint8Array} head the file's first bytes
 */
export function hasMetadata(head) {
  if (head[0] !== MARKER || head[1] !== 0xd8) return false;
  let at = 2;
  while (at + 4 <= head.length && head[at] === MARKER) {
    const kind = head[at + 1];
    if (kind === START_OF_SCAN) return false;
    if (kind === APP1 || kind === APP13) return true;
    at += 2 + head[at + 2] * 256 + head[at + 3];
  }
  return false;
}
