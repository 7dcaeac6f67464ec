// One sheet to look at: a picture, one page of a PDF, or the citizen's camera, with zoom, turning and moving about.

import { h, icon, replaceChildren } from '../elements/dom.js';
import { t } from '../text/text.js';
import { loadPDF } from './pdf.js';

export const ZOOM_STEP = 1.25;
const ZOOM_MIN = 0.1;
const ZOOM_MAX = 8;
/** One press of an arrow key moves by this share of what is seen. */
const PAN_SHARE = 0.15;
/** A wheel's usual notch; a touchpad sends less, more often. */
const WHEEL_NOTCH = 100;
/** At 100 % a PDF point is this many pixels, so that a page in A4 fills the usual width. */
const PDF_PIXELS_PER_POINT = 1.5;
/** A canvas larger than this is refused by some browsers, and no page needs it. */
const PDF_PIXELS_MAX = 16_000_000;

/**
 * @typedef {object} SheetSource
 * @property {string} name
 * @property {string} mediaType
 * @property {() => Promise<Blob>} load
 * @property {number} [rotation] degrees clockwise that it is shown turned by
 */

/**
 * What the hand did here, so that another sheet can follow it.
 * @typedef {{kind: "zoom", by: number} | {kind: "pan", x: number, y: number}} Gesture
 */

/**
 * @param {{label: string, onChange: () => void, onGesture?: (gesture: Gesture) => void}} options
 */
export function createSheet({ label, onChange, onGesture = () => {} }) {
  const element = h('div', {
    class: 'viewer__canvas',
    tabindex: '0',
    role: 'group',
    'aria-label': label,
    on: { keydown: onKey, pointerdown: onPointerDown, wheel: onWheel },
  });
  /** @type {SheetSource | null} */
  let source = null;
  /** @type {Blob | null} */
  let blob = null;
  /** @type {any} */
  let pdf = null;
  /** @type {HTMLImageElement | HTMLCanvasElement | HTMLVideoElement | null} */
  let sheet = null;
  /** Size of the sheet at 100 %. */
  let natural = { width: 1, height: 1 };
  /** Pixels of the drawn page for each of its points. */
  let drawnAt = 0;
  let page = 1;
  let scale = 1;
  /** How the sheet follows the window; null after zooming by hand. @type {"width" | "page" | null} */
  let fitting = null;
  let turns = 0;
  let objectURL = '';
  let opening = 0;
  let drawing = 0;

  /** @param {SheetSource} next */
  async function open(next) {
    const turn = ++opening;
    reset();
    source = next;
    turns = ((next.rotation ?? 0) / 90) % 4;
    message('clock', t('seat.viewer.opening'));
    onChange();
    try {
      const bytes = await next.load();
      if (turn !== opening) return;
      blob = bytes;
      if (next.mediaType === 'application/pdf') await openPDF(bytes, turn);
      else await openImage(bytes, turn);
    } catch (error) {
      if (turn === opening) failure(error);
    }
  }

  /** @param {MediaStream} stream @param {string} name */
  function openCamera(stream, name) {
    const turn = ++opening;
    reset();
    // Muted: the voice is heard from the picture beside.
    const video = h('video', { class: 'viewer__sheet', autoplay: true, playsinline: true, muted: true, 'aria-label': name, srcObject: stream });
    const measure = () => {
      if (turn !== opening || !video.videoWidth) return;
      natural = { width: video.videoWidth, height: video.videoHeight };
      fit(fitting ?? 'page');
    };
    video.addEventListener('loadedmetadata', measure);
    video.addEventListener('resize', measure);
    natural = { width: 640, height: 480 };
    place(video);
    onChange();
  }

  /** @param {Blob} bytes @param {number} turn */
  async function openImage(bytes, turn) {
    objectURL = URL.createObjectURL(bytes);
    const image = h('img', { class: 'viewer__sheet', src: objectURL, alt: source?.name ?? '', draggable: 'false' });
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
    page = Math.min(page, pdf.numPages);
    await drawPage();
  }

  async function drawPage() {
    const drawn = await render(0);
    if (!drawn) return;
    natural = drawn.natural;
    place(drawn.target);
    onChange();
  }

  /**
   * @param {number} atLeast pixels for each point that are wanted
   * @returns {Promise<{target: HTMLCanvasElement, natural: {width: number, height: number}} | null>} null when overtaken
   */
  async function render(atLeast) {
    const turn = opening;
    const run = ++drawing;
    const found = await pdf.getPage(page);
    if (turn !== opening || run !== drawing) return null;
    const base = found.getViewport({ scale: 1 });
    const most = Math.sqrt(PDF_PIXELS_MAX / (base.width * base.height));
    // Twice the usual width from the start, so that small print stays sharp when the agent zooms in a little.
    const resolution = Math.min(most, Math.max(atLeast, Math.min(3, 1800 / base.width)));
    const viewport = found.getViewport({ scale: resolution });
    const target = h('canvas', {
      class: 'viewer__sheet',
      width: Math.round(viewport.width),
      height: Math.round(viewport.height),
      role: 'img',
      'aria-label': source?.name ?? '',
    });
    await found.render({ canvasContext: /** @type {any} */ (target.getContext('2d')), viewport }).promise;
    if (turn !== opening || run !== drawing) return null;
    drawnAt = resolution;
    return {
      target,
      natural: { width: base.width * PDF_PIXELS_PER_POINT, height: base.height * PDF_PIXELS_PER_POINT },
    };
  }

  /** Draws the page again, finer, when it is looked at closer than it was drawn for. */
  async function sharpen() {
    if (!pdf || !sheet) return;
    const wanted = scale * PDF_PIXELS_PER_POINT * devicePixelRatio;
    if (wanted < drawnAt * 1.2) return;
    const before = drawnAt;
    const drawn = await render(wanted);
    if (!drawn || drawnAt <= before || !sheet?.isConnected) return;
    sheet.replaceWith(drawn.target);
    sheet = drawn.target;
    layout();
  }

  /** @param {HTMLImageElement | HTMLCanvasElement | HTMLVideoElement} next */
  function place(next) {
    sheet = next;
    replaceChildren(element, h('div', { class: 'viewer__space' }, next));
    element.scrollTop = 0;
    const isTall = turns % 2 === 1 ? natural.width > natural.height : natural.height > natural.width;
    // A form is read line by line, a card is looked at as a whole.
    fit(fitting ?? (isTall ? 'width' : 'page'));
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
    onChange();
  }

  /** @param {"width" | "page"} how */
  function fit(how) {
    fitting = how;
    const [width, height] = turns % 2 === 1 ? [natural.height, natural.width] : [natural.width, natural.height];
    const byWidth = (element.clientWidth - 24) / width;
    scale = Math.min(how === 'width' ? byWidth : Math.min(byWidth, (element.clientHeight - 16) / height), 4);
    if (!(scale > 0)) scale = 1;
    layout();
    sharpen().catch(() => {});
  }

  /**
   * @param {number} by
   * @param {{x: number, y: number}} [at] a point of the window that stays where it is; else the middle
   */
  function zoom(by, at) {
    if (!sheet) return;
    const frame = element.getBoundingClientRect();
    const point = at ?? { x: frame.left + element.clientWidth / 2, y: frame.top + element.clientHeight / 2 };
    const space = /** @type {HTMLElement} */ (sheet.parentElement);
    const before = space.getBoundingClientRect();
    fitting = null;
    scale = Math.min(ZOOM_MAX, Math.max(ZOOM_MIN, scale * by));
    layout();
    const after = space.getBoundingClientRect();
    element.scrollLeft += after.left + (point.x - before.left) * (after.width / before.width) - point.x;
    element.scrollTop += after.top + (point.y - before.top) * (after.height / before.height) - point.y;
    sharpen().catch(() => {});
  }

  /** @param {number} x pixels to the right @param {number} y pixels down */
  function pan(x, y) {
    element.scrollLeft += x;
    element.scrollTop += y;
  }

  /** One step of an arrow key: the sheet's part to that side comes into view. @param {string} key */
  function panByKey(key) {
    const x = element.clientWidth * PAN_SHARE;
    const y = element.clientHeight * PAN_SHARE;
    const move = { ArrowLeft: [-x, 0], ArrowRight: [x, 0], ArrowUp: [0, -y], ArrowDown: [0, y] }[key];
    if (!move) return;
    pan(move[0], move[1]);
    onGesture({ kind: 'pan', x: move[0], y: move[1] });
  }

  function rotate() {
    turns = (turns + 1) % 4;
    fitting ? fit(fitting) : layout();
  }

  /** @param {number} by @returns {boolean} whether there was such a page */
  function turn(by) {
    return goTo(page + by);
  }

  /** @param {number} number */
  function goTo(number) {
    // Still opening: the key must not fall through to the next file.
    if (source && !sheet) return true;
    if (!pdf || number < 1 || number > pdf.numPages || number === page) return false;
    page = number;
    drawPage().catch(failure);
    return true;
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (!event.key.startsWith('Arrow') || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    panByKey(event.key);
  }

  /** @param {WheelEvent} event */
  function onWheel(event) {
    // With Shift a wheel moves, as it does everywhere.
    if (!sheet || event.shiftKey) return;
    event.preventDefault();
    const by = ZOOM_STEP ** (-event.deltaY * (event.deltaMode === 1 ? 33 : 1) / WHEEL_NOTCH);
    zoom(by, { x: event.clientX, y: event.clientY });
    onGesture({ kind: 'zoom', by });
  }

  /** @param {PointerEvent} event */
  function onPointerDown(event) {
    if (event.button !== 0 || !sheet || !(event.target instanceof Node) || !sheet.parentElement?.contains(event.target)) return;
    const moving = new AbortController();
    element.setPointerCapture(event.pointerId);
    element.dataset.grabbed = 'true';
    let { clientX, clientY } = event;
    element.addEventListener('pointermove', (move) => {
      const [x, y] = [clientX - move.clientX, clientY - move.clientY];
      ({ clientX, clientY } = move);
      pan(x, y);
      onGesture({ kind: 'pan', x, y });
    }, { signal: moving.signal });
    const stop = () => {
      moving.abort();
      element.dataset.grabbed = 'false';
    };
    element.addEventListener('pointerup', stop, { signal: moving.signal });
    element.addEventListener('pointercancel', stop, { signal: moving.signal });
  }

  function save() {
    if (!blob || !source) return;
    const url = URL.createObjectURL(blob);
    h('a', { href: url, download: source.name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  /** @param {any} error */
  function failure(error) {
    const isRefused = error?.name === 'RequestError';
    message(
      'warn',
      isRefused ? error.message : t('seat.viewer.cannot-show'),
      isRefused
        ? h('button', { class: 'button', on: { click: () => source && open(source) } }, t('shared.retry'))
        : h('button', { class: 'button', on: { click: save } }, icon('save'), t('seat.viewer.download')),
    );
    onChange();
  }

  /** @param {string} drawing @param {string} text @param {...any} more */
  function message(drawing, text, ...more) {
    sheet = null;
    replaceChildren(
      element,
      h('div', { class: 'viewer__message', role: 'status' }, icon(drawing), h('p', {}, text), more),
    );
  }

  function reset() {
    if (objectURL) URL.revokeObjectURL(objectURL);
    objectURL = '';
    pdf?.destroy();
    pdf = null;
    blob = null;
    sheet = null;
    fitting = null;
    turns = 0;
    page = 1;
    source = null;
  }

  /** Nothing to look at, and why. @param {string} drawing @param {string} text @param {...any} more */
  function clear(drawing, text, ...more) {
    opening++;
    reset();
    message(drawing, text, ...more);
    onChange();
  }

  new ResizeObserver(() => {
    if (sheet && fitting) fit(fitting);
  }).observe(element);

  return {
    element,
    open,
    openCamera,
    clear,
    zoom,
    pan,
    panByKey,
    rotate,
    turn,
    goTo,
    save,
    toggleFit: () => sheet && fit(fitting === 'width' ? 'page' : 'width'),
    /** What there is to say of it. */
    get looks() {
      return { scale, fitting, page, pages: pdf ? pdf.numPages : 1, isShown: sheet !== null, canSave: blob !== null };
    },
  };
}
