// Small pictures of files that were handed in, fetched once each and kept while the page lives.

import { getFile } from '../../signaling/http.js';
import { h, icon } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { draw } from '../picture/prepare.js';
import { fitted } from '../picture/size.js';

/** @import { FileView } from '../wire.js' */

const THUMB_PIXELS = 360;
const KEPT_MAX = 120;

export class Thumbnails {
  /** @type {Map<string, Promise<HTMLCanvasElement>>} */
  #made = new Map();
  /** One at a time: a list of many pages must not take the whole line from a call. */
  #line = Promise.resolve();

  /** What this page has just sent itself needs no fetching. @param {string} id @param {HTMLCanvasElement} canvas */
  seed(id, canvas) {
    this.#keep(id, Promise.resolve(canvas));
  }

  /** @param {string} id */
  has(id) {
    return this.#made.has(id);
  }

  /**
   * An element for the file, drawn as soon as it can be.
   * @param {Pick<FileView, 'id' | 'media_type' | 'name' | 'pages' | 'rotation'>} file
   */
  view(file) {
    if (file.media_type === 'application/pdf') {
      return h('span', { class: 'thumb thumb--pdf' }, icon('file'), h('span', null, file.pages ? t('handIn.pdfPages', { n: file.pages }) : 'PDF'));
    }
    const node = h('span', { class: 'thumb' }, h('span', { class: 'spinner', 'aria-hidden': 'true' }));
    this.#of(file.id).then(
      (canvas) => node.replaceChildren(turnedCopy(canvas, file.rotation ?? 0)),
      () => node.replaceChildren(icon('photo')),
    );
    return node;
  }

  /** @param {string} id */
  #of(id) {
    const known = this.#made.get(id);
    if (known) return known;
    const made = this.#line.then(() => fetched(id, THUMB_PIXELS));
    this.#line = made.then(() => {}, () => {});
    // A failure is not kept: the line may be back at the next drawing.
    made.catch(() => this.#made.delete(id));
    return this.#keep(id, made);
  }

  /** @param {string} id @param {Promise<HTMLCanvasElement>} made */
  #keep(id, made) {
    this.#made.set(id, made);
    const oldest = this.#made.keys().next().value;
    if (this.#made.size > KEPT_MAX && oldest !== undefined) this.#made.delete(oldest);
    return made;
  }
}

/**
 * @param {string} id
 * @param {number} longest
 * @returns {Promise<HTMLCanvasElement>}
 */
export async function fetched(id, longest) {
  const bitmap = await createImageBitmap(await getFile(id), { imageOrientation: 'from-image' });
  try {
    return draw(bitmap, fitted(bitmap, longest));
  } finally {
    bitmap.close();
  }
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number} rotation degrees clockwise
 */
export function turnedCopy(canvas, rotation) {
  const copy = document.createElement('canvas');
  const lies = rotation === 90 || rotation === 270;
  copy.width = lies ? canvas.height : canvas.width;
  copy.height = lies ? canvas.width : canvas.height;
  const pen = copy.getContext('2d');
  pen?.translate(copy.width / 2, copy.height / 2);
  pen?.rotate((rotation * Math.PI) / 180);
  pen?.drawImage(canvas, -canvas.width / 2, -canvas.height / 2);
  return copy;
}
