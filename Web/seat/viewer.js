// The file open now, beside the video: a picture or one page of a PDF, with zoom and rotation.

import { h, icon, replaceChildren } from '../elements/dom.js';
import { formatBytes, formatTime, t } from '../text/text.js';
import { getFile } from '../signaling/http.js';
import { selectedEntry, selectedFile } from './state.js';
import { loadPDF } from './pdf.js';

/** @typedef {import("../signaling/messages.js").FileView} FileView */
/** @typedef {import("./state.js").DeskState} DeskState */

const ZOOM_STEP = 1.25;
const ZOOM_MIN = 0.25;
const ZOOM_MAX = 8;
/** Files kept in memory: enough to go back and forth within one case. */
const KEPT_FILES = 12;

/** @param {import("./desk.js").DeskParts} parts */
export function createViewer({ dispatch }) {
  const canvas = h('div', {
    class: 'viewer__canvas',
    tabindex: '0',
    role: 'group',
    'aria-label': t('seat.viewer.canvas'),
  });
  const name = h('span', { class: 'viewer__name' });
  const files = h('div', { class: 'viewer__files', role: 'group', 'aria-label': t('seat.viewer.files') });
  const pageText = h('span', { class: 'viewer__page' });
  const tool = (/** @type {string} */ key, /** @type {string} */ drawing, /** @type {() => void} */ action) =>
    h('button', { class: 'viewer__tool', 'aria-label': t(key), title: t(key), on: { click: action } }, icon(drawing));
  const pages = h(
    'span',
    { class: 'viewer__pages', hidden: true },
    tool('seat.viewer.previous-page', 'left', () => turn(-1)),
    pageText,
    tool('seat.viewer.next-page', 'right', () => turn(1)),
  );
  const fitButton = h(
    'button',
    { class: 'viewer__tool viewer__fit', on: { click: () => toggleFit() } },
    t('seat.viewer.fit-page'),
  );
  const zoomText = h('span', { class: 'viewer__zoom' });
  const download = tool('seat.viewer.download', 'save', () => save());
  const tools = h(
    'div',
    { class: 'viewer__tools', role: 'toolbar', 'aria-label': t('seat.viewer.tools') },
    pages,
    tool('seat.viewer.zoom-out', 'zoom-out', () => zoom(1 / ZOOM_STEP)),
    zoomText,
    tool('seat.viewer.zoom-in', 'zoom-in', () => zoom(ZOOM_STEP)),
    fitButton,
    tool('seat.viewer.rotate', 'rotate', () => rotate()),
    download,
  );
  const element = h(
    'section',
    { class: 'viewer', 'aria-label': t('seat.viewer.title') },
    h('div', { class: 'viewer__head' }, h('div', { class: 'viewer__title' }, name, files), tools),
    canvas,
  );

  /** @type {Map<string, Promise<Blob>>} */
  const blobs = new Map();
  /** @type {FileView | null} */
  let shown = null;
  let drawn = '';
  /** @type {Blob | null} */
  let blob = null;
  /** @type {any} */
  let pdf = null;
  /** @type {HTMLImageElement | HTMLCanvasElement | null} */
  let sheet = null;
  /** Size of the sheet at 100 %. */
  let natural = { width: 1, height: 1 };
  let page = 1;
  let scale = 1;
  /** How the sheet follows the window; null after zooming by hand. @type {"width" | "page" | null} */
  let fitting = null;
  let turns = 0;
  let objectURL = '';
  let opening = 0;

  /** @param {string} id */
  function fetchBlob(id) {
    let known = blobs.get(id);
    if (!known) {
      known = getFile(id);
      known.catch(() => blobs.delete(id));
      blobs.set(id, known);
      if (blobs.size > KEPT_FILES) blobs.delete(/** @type {string} */ (blobs.keys().next().value));
    }
    return known;
  }

  /** @param {FileView} file */
  async function open(file) {
    const turn = ++opening;
    reset();
    shown = file;
    message('clock', t('seat.viewer.opening'));
    try {
      const bytes = await fetchBlob(file.id);
      if (turn !== opening) return;
      blob = bytes;
      if (file.media_type === 'application/pdf') await openPDF(bytes, turn);
      else await openImage(bytes, turn);
    } catch (error) {
      if (turn === opening) failure(error);
    }
  }

  /** @param {Blob} bytes @param {number} turn */
  async function openImage(bytes, turn) {
    objectURL = URL.createObjectURL(bytes);
    const image = h('img', { class: 'viewer__sheet', src: objectURL, alt: shown?.name ?? '', draggable: 'false' });
    await image.decode();
    if (turn !== opening) return;
    natural = { width: image.naturalWidth, height: image.naturalHeight };
    place(image);
  }

  /** @param {Blob} bytes @param {number} turn */
  async function openPDF(bytes, turn) {
    const opened = await loadPDF(await bytes.arrayBuffer());
    if (turn !== opening) return void opened.destroy();
    pdf = opened;
    page = 1;
    pages.hidden = pdf.numPages < 2;
    await drawPage();
  }

  async function drawPage() {
    const turn = opening;
    const source = await pdf.getPage(page);
    if (turn !== opening) return;
    const base = source.getViewport({ scale: 1 });
    // Drawn once at twice the usual width, so that small print stays sharp when the agent zooms in.
    const viewport = source.getViewport({ scale: Math.min(3, 1800 / base.width) });
    const target = h('canvas', {
      class: 'viewer__sheet',
      width: Math.round(viewport.width),
      height: Math.round(viewport.height),
      role: 'img',
      'aria-label': shown?.name ?? '',
    });
    await source.render({ canvasContext: /** @type {any} */ (target.getContext('2d')), viewport }).promise;
    if (turn !== opening) return;
    natural = { width: base.width * 1.5, height: base.height * 1.5 };
    pageText.textContent = t('seat.viewer.page', { page, pages: pdf.numPages });
    place(target);
  }

  /** @param {HTMLImageElement | HTMLCanvasElement} next */
  function place(next) {
    sheet = next;
    replaceChildren(canvas, h('div', { class: 'viewer__space' }, next));
    canvas.scrollTop = 0;
    // A form is read line by line, a card is looked at as a whole.
    fit(fitting ?? (natural.height > natural.width ? 'width' : 'page'));
  }

  function layout() {
    if (!sheet) return;
    const isSideways = turns % 2 === 1;
    const width = natural.width * scale;
    const height = natural.height * scale;
    sheet.style.width = `${width}px`;
    sheet.style.height = `${height}px`;
    sheet.style.transform = `translate(-50%, -50%) rotate(${turns * 90}deg)`;
    const space = /** @type {HTMLElement} */ (sheet.parentElement);
    space.style.width = `${isSideways ? height : width}px`;
    space.style.height = `${isSideways ? width : height}px`;
    zoomText.textContent = `${Math.round(scale * 100)}%`;
  }

  /** @param {"width" | "page"} how */
  function fit(how) {
    fitting = how;
    const [width, height] = turns % 2 === 1 ? [natural.height, natural.width] : [natural.width, natural.height];
    const byWidth = (canvas.clientWidth - 24) / width;
    scale = Math.min(how === 'width' ? byWidth : Math.min(byWidth, (canvas.clientHeight - 16) / height), 4);
    fitButton.textContent = t(how === 'width' ? 'seat.viewer.fit-page' : 'seat.viewer.fit-width');
    if (!(scale > 0)) scale = 1;
    layout();
  }

  function toggleFit() {
    fit(fitting === 'width' ? 'page' : 'width');
  }

  /** @param {number} by */
  function zoom(by) {
    fitting = null;
    const before = scale;
    scale = Math.min(ZOOM_MAX, Math.max(ZOOM_MIN, scale * by));
    const middle = { x: canvas.scrollLeft + canvas.clientWidth / 2, y: canvas.scrollTop + canvas.clientHeight / 2 };
    layout();
    // What was in the middle stays there.
    canvas.scrollLeft = middle.x * (scale / before) - canvas.clientWidth / 2;
    canvas.scrollTop = middle.y * (scale / before) - canvas.clientHeight / 2;
  }

  function rotate() {
    turns = (turns + 1) % 4;
    fitting ? fit(fitting) : layout();
  }

  /** @param {number} by */
  function turn(by) {
    if (!pdf) return;
    const next = Math.min(pdf.numPages, Math.max(1, page + by));
    if (next === page) return;
    page = next;
    drawPage().catch(failure);
  }

  function save() {
    if (!blob || !shown) return;
    const url = URL.createObjectURL(blob);
    h('a', { href: url, download: shown.name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  /** @param {any} error */
  function failure(error) {
    const isRefused = error?.name === 'RequestError';
    message(
      'warn',
      isRefused ? error.message : t('seat.viewer.cannot-show'),
      isRefused
        ? h('button', { class: 'button', on: { click: () => shown && open(shown) } }, t('shared.retry'))
        : h('button', { class: 'button', on: { click: save } }, icon('save'), t('seat.viewer.download')),
    );
  }

  /** @param {string} drawing @param {string} text @param {...any} more */
  function message(drawing, text, ...more) {
    sheet = null;
    replaceChildren(
      canvas,
      h('div', { class: 'viewer__message', role: 'status' }, icon(drawing), h('p', {}, text), more),
    );
  }

  function reset() {
    if (objectURL) URL.revokeObjectURL(objectURL);
    objectURL = '';
    pdf?.destroy();
    pdf = null;
    blob = null;
    pages.hidden = true;
    fitting = null;
    turns = 0;
    shown = null;
    zoomText.textContent = '';
  }

  /** @param {DeskState} state @param {number} by */
  function step(state, by) {
    const entry = selectedEntry(state);
    const at = entry?.files.findIndex(({ id }) => id === state.fileID) ?? -1;
    const next = entry?.files[at + by];
    if (next) dispatch({ type: 'select-file', payload: next.id });
  }

  /** @param {DeskState} state */
  function update(state) {
    const entry = selectedEntry(state);
    const file = selectedFile(state);
    const key = JSON.stringify([entry?.material.id, entry?.files.map(({ id }) => id), state.fileID, state.session?.id]);
    if (key === drawn) return;
    drawn = key;
    name.textContent = file ? file.name : entry?.material.name ?? '';
    name.title = file
      ? t('seat.viewer.detail', { size: formatBytes(file.byte_count), time: formatTime(file.handed_in_at) })
      : '';
    files.hidden = (entry?.files.length ?? 0) < 2;
    replaceChildren(
      files,
      entry?.files.map(({ id, name }, index) =>
        h('button', {
          class: 'viewer__file',
          'aria-current': id === state.fileID ? 'true' : null,
          title: name,
          'aria-label': t('seat.viewer.file-n', { n: index + 1, name }),
          on: { click: () => dispatch({ type: 'select-file', payload: id }) },
        }, String(index + 1))
      ),
    );
    tools.hidden = !file;
    if (file && file.id === shown?.id) return;
    if (file) return void open(file);
    opening++;
    reset();
    message(
      'file',
      entry ? t('seat.viewer.no-file') : t('seat.viewer.nothing'),
      entry ? h('p', { class: 'small quiet' }, t('seat.viewer.no-file-hint')) : null,
    );
  }

  new ResizeObserver(() => {
    if (sheet && fitting) fit(fitting);
  }).observe(canvas);

  return {
    element,
    update,
    zoomIn: () => zoom(ZOOM_STEP),
    zoomOut: () => zoom(1 / ZOOM_STEP),
    toggleFit,
    rotate,
    turn,
    step,
  };
}
