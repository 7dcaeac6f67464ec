// What is written on a picture of an original, on the citizen's own device, before it leaves it.

import { draw, jpegOf } from './prepare.js';
import { fitted } from './size.js';

/** Long side of a still: every letter of an A4 page, and still some megabytes only. */
const STILL_PIXELS_MAX = 4_000;
const STILL_QUALITY = 0.92;
/** Of the picture's shorter side. */
const TEXT_SHARE = 1 / 34;
const TILT = -Math.PI / 7;

/** @typedef {{ purpose: string, case: string, time: string, agent: string }} Marks */

/**
 * The lines under the picture: what it may be used for stands first.
 * @param {Marks} marks
 * @returns {string[]}
 */
export function linesOf(marks) {
  return [marks.purpose, `${marks.case}  ${marks.time}`, marks.agent];
}

/**
 * The picture with a strip under it that says where it belongs, and the purpose once more across it, too faint to hide a letter.
 * @param {CanvasImageSource & { width: number, height: number }} picture
 * @param {Marks} marks
 * @returns {Promise<Blob>} JPEG
 */
export async function marked(picture, marks) {
  const size = fitted(picture, STILL_PIXELS_MAX);
  const text = Math.max(14, Math.round(Math.min(size.width, size.height) * TEXT_SHARE));
  const lines = linesOf(marks);
  const strip = Math.round(text * (lines.length * 1.5 + 1));
  const canvas = document.createElement('canvas');
  canvas.width = size.width;
  canvas.height = size.height + strip;
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('no canvas');
  pen.drawImage(draw(picture, size), 0, 0);
  const font = (/** @type {number} */ px) => `${px}px ${getComputedStyle(document.body).fontFamily}`;
  across(pen, size, `${marks.purpose} ${marks.case}`, font(text));
  pen.fillStyle = '#16202c';
  pen.fillRect(0, size.height, size.width, strip);
  pen.fillStyle = '#ffffff';
  pen.font = font(text);
  pen.textBaseline = 'middle';
  lines.forEach((line, index) => pen.fillText(line, text, size.height + text * (1.25 + index * 1.5), size.width - 2 * text));
  return await jpegOf(canvas, STILL_QUALITY);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {{ width: number, height: number }} size
 * @param {string} words
 * @param {string} font
 */
function across(pen, { width, height }, words, font) {
  pen.save();
  pen.beginPath();
  pen.rect(0, 0, width, height);
  pen.clip();
  pen.font = font;
  pen.fillStyle = 'rgb(120 20 20 / 0.16)';
  const wide = pen.measureText(words).width * 1.4;
  const reach = Math.hypot(width, height) / 2;
  const high = Math.max(width, height) / 4;
  pen.translate(width / 2, height / 2);
  pen.rotate(TILT);
  for (let y = -reach; y < reach; y += high) for (let x = -reach; x < reach; x += wide) pen.fillText(words, x, y);
  pen.restore();
}
