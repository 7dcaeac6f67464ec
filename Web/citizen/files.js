// What a file is, by its first bytes. The server judges the same way and has the last word; here it saves a long upload in vain.

/** As `Limits.fileBytes`, `Limits.filesPerMaterial`. */
export const FILE_BYTES = 20 * 1024 * 1024;
export const FILES_PER_MATERIAL = 10;
const HEAD_BYTES = 12;

/** @typedef {'image/jpeg' | 'image/png' | 'application/pdf'} MediaType */
/** @typedef {'empty' | 'too-large' | 'heic' | 'type' | 'not-here' | 'unreadable'} FileProblem */

/**
 * @param {Uint8Array} head
 * @returns {MediaType | 'heic' | null}
 */
export function sniff(head) {
  /** @param {number[]} bytes @param {number} [at] */
  const has = (bytes, at = 0) => bytes.every((byte, index) => head[at + index] === byte);
  if (has([0xff, 0xd8, 0xff])) return 'image/jpeg';
  if (has([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'image/png';
  if (has([0x25, 0x50, 0x44, 0x46, 0x2d])) return 'application/pdf';
  // iPhones keep pictures as HEIC; a sentence of its own tells what to do.
  if (has([0x66, 0x74, 0x79, 0x70], 4)) {
    const brand = String.fromCharCode(...head.subarray(8, 12));
    if (['heic', 'heix', 'mif1', 'msf1', 'hevc'].includes(brand)) return 'heic';
  }
  return null;
}

/**
 * @param {Blob} file
 * @param {readonly string[]} formats what this material takes; empty means all three
 * @returns {Promise<{ type: MediaType } | { problem: FileProblem }>}
 */
export async function checkFile(file, formats) {
  if (file.size === 0) return { problem: 'empty' };
  if (file.size > FILE_BYTES) return { problem: 'too-large' };
  let head;
  try {
    head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  } catch {
    // The person moved or deleted it between choosing and reading.
    return { problem: 'unreadable' };
  }
  const type = sniff(head);
  if (type === null) return { problem: 'type' };
  // A browser that can decode it makes a JPEG of it; the caller tries.
  if (type === 'heic') return { problem: 'heic' };
  if (formats.length > 0 && !formats.includes(type)) return { problem: 'not-here' };
  return { type };
}
