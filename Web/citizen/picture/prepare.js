// A chosen or taken picture on its way out: decoded, looked at, made smaller, and freed of what its camera wrote beside it.

import { doubtsOf, lookAt, LOOK_PIXELS } from './look.js';
import { hasMetadata } from './metadata.js';
import { fitted, JPEG_QUALITY, jpegName, needsRewriting, SENT_PIXELS_MAX } from './size.js';

/** @import { Doubt } from './look.js' */

/** Exif stands before the picture; a thumbnail in it may be long. */
const HEAD_BYTES = 70_000;
const THUMB_PIXELS = 360;

/**
 * @typedef {{ file: File, doubts: Doubt[], thumb: HTMLCanvasElement }} Prepared
 */

/**
 * @param {File} file
 * @param {string} type by its first bytes
 * @param {boolean} isAccepted whether this kind can be handed in as it is
 * @returns {Promise<Prepared>}
 * @throws when this browser cannot decode it
 */
export async function preparePicture(file, type, isAccepted) {
  const bitmap = await decode(file);
  try {
    const size = { width: bitmap.width, height: bitmap.height };
    const doubts = look(bitmap);
    const thumb = draw(bitmap, fitted(size, THUMB_PIXELS));
    const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
    const rewrite = needsRewriting({ type, bytes: file.size, ...size, hasMetadata: hasMetadata(head), isAccepted });
    return { file: rewrite ? await encode(draw(bitmap, fitted(size, SENT_PIXELS_MAX)), file.name) : file, doubts, thumb };
  } finally {
    bitmap.close();
  }
}

/** Browsers turn it by its Exif orientation. @param {Blob} file */
function decode(file) {
  return createImageBitmap(file, { imageOrientation: 'from-image' });
}

/**
 * @param {ImageBitmap | HTMLCanvasElement} picture
 * @returns {Doubt[]}
 */
export function look(picture) {
  const original = { width: picture.width, height: picture.height };
  const canvas = draw(picture, fitted(original, LOOK_PIXELS));
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  if (!pen) return [];
  return doubtsOf(lookAt(pen.getImageData(0, 0, canvas.width, canvas.height).data, canvas.width, canvas.height), original);
}

/**
 * @param {CanvasImageSource} picture
 * @param {{ width: number, height: number }} size
 */
export function draw(picture, { width, height }) {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('no canvas');
  pen.imageSmoothingQuality = 'high';
  // What was transparent is paper, not black.
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, width, height);
  pen.drawImage(picture, 0, 0, width, height);
  return canvas;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {string} name
 * @returns {Promise<File>}
 */
export async function encode(canvas, name) {
  const blob = await jpegOf(canvas);
  return new File([blob], jpegName(name), { type: 'image/jpeg' });
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number} [quality]
 * @returns {Promise<Blob>}
 */
export function jpegOf(canvas, quality = JPEG_QUALITY) {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => blob ? resolve(blob) : reject(new Error('the picture could not be encoded')), 'image/jpeg', quality);
  });
}
