// The file open now, beside the video: what the machine found in it, tools to look closer, and a second sheet to compare it with.

import { h, icon, replaceChildren } from '../elements/dom.js';
import { announce } from '../elements/announce.js';
import { formatBytes, formatTime, t } from '../text/text.js';
import { findingChips } from './finding-chips.js';
import { createKeptFiles } from './kept-files.js';
import { openMenu } from './menu.js';
import { createSheet, ZOOM_STEP } from './sheet.js';
import { comparable, earlierVersion, isKept, selectedEntry, selectedFile } from './state.js';

/** @typedef {import("../signaling/messages.js").FileView} FileView */
/** @typedef {import("./state.js").DeskState} DeskState */
/** @typedef {import("./sheet.js").SheetSource} SheetSource */
/** @typedef {{kind: "camera"} | {kind: "file", materialID: string, fileID: string}} Second */

/** More than this many files of one material are stepped through instead of each having a button. */
const FILE_BUTTONS_MAX = 4;
/** As many as there are digits. */
const CHOICES_MAX = 9;

/**
 * @param {import("./desk.js").DeskParts & {setWide: (isWide: boolean) => void, onCompare: () => void, strip: HTMLElement}} parts
 */
export function createViewer({ dispatch, keyboard, call, setWide, onCompare, strip }) {
  const kept = createKeptFiles();
  const first = createPane(0);
  const second = createPane(1);
  const panes = [first, second];
  const name = h('span', { class: 'viewer__name' });
  const files = h('div', { class: 'viewer__files', role: 'group', 'aria-label': t('seat.viewer.files') });
  const pageText = h('span', { class: 'viewer__page' });
  const pages = h(
    'span',
    { class: 'viewer__pages', hidden: true },
    tool('seat.viewer.previous-page', 'left', () => turn(-1)),
    pageText,
    tool('seat.viewer.next-page', 'right', () => turn(1)),
  );
  const fitButton = h('button', { class: 'viewer__tool viewer__fit', on: { click: () => toggleFit() } });
  const compareButton = tool('seat.viewer.compare', 'compare', () => compare());
  compareButton.setAttribute('aria-haspopup', 'menu');
  const wideButton = tool('seat.viewer.wide', 'wide', () => toggleWide());
  const download = tool('seat.viewer.download', 'save', () => active().sheet.save());
  const tools = h(
    'div',
    { class: 'viewer__tools', role: 'toolbar', 'aria-label': t('seat.viewer.tools') },
    pages,
    tool('seat.viewer.zoom-out', 'zoom-out', () => zoom(1 / ZOOM_STEP)),
    fitButton,
    tool('seat.viewer.zoom-in', 'zoom-in', () => zoom(ZOOM_STEP)),
    tool('seat.viewer.rotate', 'rotate', () => rotate()),
    h('span', { class: 'menu-anchor' }, compareButton),
    wideButton,
    download,
  );
  const found = h('ul', { class: 'viewer__found', 'aria-label': t('seat.finding.title') });
  const element = h(
    'section',
    { class: 'viewer', 'aria-label': t('seat.viewer.title') },
    h('div', { class: 'viewer__head' }, h('div', { class: 'viewer__title' }, name, files), tools),
    h('div', { class: 'viewer__strip' }, strip, found),
    h('div', { class: 'viewer__panes' }, first.element, second.element),
  );
  second.element.hidden = true;

  /** @type {DeskState | null} */
  let state = null;
  /** What the first sheet shows now: a file with its turn, or a picture that is on its way to being one. */
  let shown = '';
  let drawn = '';
  /** @type {Second | null} */
  let other = null;
  let activeIndex = 0;
  /** Whether both sheets of a comparison move together. */
  let isTied = true;
  let isWide = false;
  let wasWide = false;
  /** @type {{materialID: string, name: string, blob: Blob} | null} */
  let arriving = null;

  /** @param {string} key @param {string} drawing @param {() => void} action */
  function tool(key, drawing, action) {
    return h('button', { class: 'viewer__tool', 'aria-label': t(key), title: t(key), on: { click: action } }, icon(drawing));
  }

  /** @param {number} index */
  function createPane(index) {
    const caption = h('p', { class: 'viewer__caption', hidden: true });
    const sheet = createSheet({
      label: t(index === 0 ? 'seat.viewer.canvas' : 'seat.viewer.canvas-second'),
      onChange: () => drawTools(),
      onGesture: (gesture) => {
        if (!other || !isTied) return;
        const follower = panes[1 - index].sheet;
        if (gesture.kind === 'zoom') follower.zoom(gesture.by);
        else follower.pan(gesture.x, gesture.y);
      },
    });
    const pane = h('div', { class: 'viewer__pane', on: { pointerdown: () => activate(index), focusin: () => activate(index) } }, caption, sheet.element);
    return { element: pane, caption, sheet };
  }

  const active = () => panes[activeIndex];
  const moved = () => (other && isTied ? panes : [active()]);

  /** @param {number} index */
  function activate(index) {
    if (activeIndex === index) return;
    activeIndex = index;
    drawTools();
  }

  /** @param {number} by */
  const zoom = (by) => moved().forEach(({ sheet }) => sheet.zoom(by));
  const toggleFit = () => moved().forEach(({ sheet }) => sheet.toggleFit());
  const rotate = () => active().sheet.rotate();

  /** Past a file's last page comes the next file, so that one key leafs through all that was handed in. @param {number} by */
  function turn(by) {
    if (!active().sheet.turn(by) && state) step(by);
  }

  function toggleWide() {
    if (element.hidden) return;
    isWide = !isWide;
    wasWide = isWide;
    setWide(isWide);
    if (isWide) active().sheet.element.focus();
    drawTools();
  }

  // MARK: Comparing

  function compare() {
    if (other) return leaveComparison();
    if (!state?.session || !selectedFile(state) && !arriving) return;
    const items = [
      ...(call.remoteStream?.getVideoTracks().length ? [{ text: t('seat.compare.camera'), action: () => show({ kind: 'camera' }) }] : []),
      ...comparable(state.session, state.materialID, arriving ? null : state.fileID).slice(0, CHOICES_MAX - 1).map((choice) => ({
        text: fileLabel(choice.file, choice.material),
        action: () => show({ kind: 'file', materialID: choice.materialID, fileID: choice.file.id }),
      })),
    ];
    const none = [{ text: t('seat.compare.none'), action: () => {} }];
    openMenu({ keyboard, anchor: compareButton, title: t('seat.compare.title'), items: items.length > 0 ? items : none });
  }

  /** @param {Second} next */
  function show(next) {
    const isNew = !other;
    other = next;
    if (isNew) {
      wasWide = isWide;
      isWide = true;
      setWide(true);
    }
    second.element.hidden = false;
    for (const { caption } of panes) caption.hidden = false;
    const file = findOther();
    if (next.kind === 'camera') {
      if (call.remoteStream) second.sheet.openCamera(call.remoteStream, t('seat.compare.camera'));
    } else if (file) second.sheet.open(sourceOf(file));
    drawCaptions();
    drawTools();
    onCompare();
  }

  function leaveComparison() {
    other = null;
    activeIndex = 0;
    second.element.hidden = true;
    second.sheet.clear('file', '');
    for (const { caption } of panes) caption.hidden = true;
    isWide = wasWide;
    setWide(isWide);
    drawTools();
    onCompare();
  }

  function findOther() {
    const wanted = other;
    if (wanted?.kind !== 'file') return null;
    const entry = state?.session?.materials.find(({ material }) => material.id === wanted.materialID);
    return entry?.files.find(({ id }) => id === wanted.fileID) ?? null;
  }

  function drawCaptions() {
    const file = state && selectedFile(state);
    first.caption.textContent = arriving ? arriving.name : file ? fileLabel(file, selectedEntry(/** @type {any} */ (state))?.material.name) : '';
    const found = findOther();
    const material = state?.session?.materials.find(({ files }) => files.some(({ id }) => id === found?.id))?.material.name;
    const what = other?.kind === 'camera' ? t('seat.compare.camera') : found ? fileLabel(found, material) : '';
    replaceChildren(second.caption, h('span', { class: 'viewer__what' }, what), other ? h('span', {}, t(isTied ? 'seat.compare.tied' : 'seat.compare.apart')) : null);
  }

  /** @param {FileView} file @param {string} [material] */
  function fileLabel(file, material) {
    const version = state?.session ? earlierVersion(state.session, file) : null;
    const marks = [
      material ? t('seat.viewer.label', { material, name: file.name }) : file.name,
      file.still_id ? t('seat.viewer.is-still') : '',
      version ? t('seat.viewer.of-version', { version }) : '',
    ];
    return marks.filter(Boolean).join(' ');
  }

  // MARK: What is shown

  /** @param {FileView} file @returns {SheetSource} */
  const sourceOf = (file) => ({
    name: file.name,
    mediaType: file.media_type,
    load: () => kept.load(file.id),
    rotation: file.rotation ?? 0,
  });

  /** @param {number} by */
  function step(by) {
    if (!state) return;
    if (activeIndex === 1 && other?.kind === 'file') {
      const wanted = other;
      const list = state.session?.materials.find(({ material }) => material.id === wanted.materialID)?.files ?? [];
      const next = list[list.findIndex(({ id }) => id === wanted.fileID) + by];
      if (next) show({ ...wanted, fileID: next.id });
      return;
    }
    const list = selectedEntry(state)?.files ?? [];
    const next = list[list.findIndex(({ id }) => id === state?.fileID) + by];
    if (next) dispatch({ type: 'select-file', payload: next.id });
  }

  /** A picture of the original that came over the line and is not stored yet. @param {{materialID: string, name: string, blob: Blob} | null} picture */
  function showArriving(picture) {
    arriving = picture;
    drawn = '';
    if (state) update(state);
  }

  function drawTools() {
    const looks = active().sheet.looks;
    element.dataset.compare = String(other !== null);
    panes.forEach(({ element }, index) => (element.dataset.active = String(other !== null && index === activeIndex)));
    pages.hidden = looks.pages < 2;
    pageText.textContent = t('seat.viewer.page', { page: looks.page, pages: looks.pages });
    const percent = `${Math.round(looks.scale * 100)}%`;
    fitButton.textContent = looks.isShown ? percent : '–';
    fitButton.title = t(looks.fitting === 'width' ? 'seat.viewer.fit-page' : 'seat.viewer.fit-width');
    fitButton.setAttribute('aria-label', t('seat.viewer.fit-now', { percent }));
    compareButton.setAttribute('aria-pressed', String(other !== null));
    wideButton.setAttribute('aria-pressed', String(isWide));
    download.hidden = !looks.canSave;
  }

  /** @param {DeskState} next */
  function drawFile(next) {
    const entry = selectedEntry(next);
    const file = selectedFile(next);
    const key = JSON.stringify(
      arriving ? ['arriving', arriving.name] : file ? [next.session?.id, file.id, file.rotation] : [entry?.material.id, entry?.applies, entry && isKept(entry)],
    );
    drawCaptions();
    if (key === shown) return;
    shown = key;
    const picture = arriving;
    if (picture) {
      return void first.sheet.open({ name: picture.name, mediaType: 'image/jpeg', load: () => Promise.resolve(picture.blob) });
    }
    if (file) return void first.sheet.open(sourceOf(file));
    const [title, hint] = !entry
      ? ['seat.viewer.nothing', null]
      : isKept(entry)
      ? ['seat.viewer.kept', 'seat.viewer.kept-hint']
      : entry.applies === false
      ? ['seat.viewer.not-asked', 'seat.viewer.not-asked-hint']
      : ['seat.viewer.no-file', 'seat.viewer.no-file-hint'];
    first.sheet.clear(
      'file',
      t(title, { version: entry?.accepted_in ?? 0 }),
      hint ? h('p', { class: 'small quiet' }, t(hint)) : null,
    );
  }

  /** @param {FileView[]} list @param {string | null} fileID */
  function drawFiles(list, fileID) {
    files.hidden = list.length < 2;
    const at = list.findIndex(({ id }) => id === fileID);
    replaceChildren(
      files,
      list.length > FILE_BUTTONS_MAX
        ? [
          tool('seat.keys.previous-file', 'left', () => step(-1)),
          h('span', { class: 'viewer__page' }, t('seat.viewer.file-of', { n: at + 1, files: list.length })),
          tool('seat.keys.next-file', 'right', () => step(1)),
        ]
        : list.map(({ id, name, findings }, index) =>
          h('button', {
            class: 'viewer__file',
            'aria-current': id === fileID ? 'true' : null,
            'data-found': String((findings?.length ?? 0) > 0),
            title: name,
            'aria-label': t('seat.viewer.file-n', { n: index + 1, name }),
            on: { click: () => dispatch({ type: 'select-file', payload: id }) },
          }, String(index + 1))
        ),
    );
  }

  /** @param {DeskState} next */
  function update(next) {
    const hasChangedSession = next.session?.id !== state?.session?.id;
    state = next;
    if (hasChangedSession) {
      kept.clear();
      arriving = null;
      if (other) leaveComparison();
      isWide = wasWide = false;
      setWide(false);
    }
    if (other?.kind === 'file' && !findOther()) leaveComparison();
    const entry = selectedEntry(next);
    const file = selectedFile(next);
    const key = JSON.stringify([entry?.material.id, entry?.files, next.fileID, next.session?.id]);
    if (key === drawn) return;
    drawn = key;
    if (arriving && arriving.materialID !== entry?.material.id) arriving = null;
    name.textContent = arriving?.name ?? file?.name ?? entry?.material.name ?? '';
    name.title = file
      ? t('seat.viewer.detail', { size: formatBytes(file.byte_count), time: formatTime(file.handed_in_at) })
      : '';
    drawFiles(entry?.files ?? [], next.fileID);
    replaceChildren(found, file ? findingChips(file, (page) => first.sheet.goTo(page)) : null);
    found.hidden = found.childElementCount === 0;
    tools.hidden = !file && !arriving;
    drawFile(next);
    drawTools();
  }

  call.addEventListener('remote-stream', (event) => {
    const stream = /** @type {CustomEvent<MediaStream | null>} */ (event).detail;
    if (other?.kind !== 'camera') return;
    // The line is made anew after a break: the comparison goes on with it.
    if (stream?.getVideoTracks().length) second.sheet.openCamera(stream, t('seat.compare.camera'));
  });

  // Held down, an arrow with Shift goes on moving, wherever the focus is; the desk's own keys act once for each press.
  document.addEventListener('keydown', (event) => {
    if (!event.shiftKey || !event.key.startsWith('Arrow') || event.defaultPrevented || event.ctrlKey || event.altKey) return;
    if (element.closest('[hidden]') || document.querySelector('dialog[open]')) return;
    if (event.target instanceof Element && event.target.closest('input, textarea, select')) return;
    event.preventDefault();
    active().sheet.panByKey(event.key);
  }, { capture: true });

  return {
    element,
    update,
    zoomIn: () => zoom(ZOOM_STEP),
    zoomOut: () => zoom(1 / ZOOM_STEP),
    toggleFit,
    rotate,
    turn,
    step,
    compare,
    isComparing: () => other !== null,
    toggleWide,
    showArriving,
    /** The other sheet of a comparison gets the keys. */
    swap: () => other && panes[1 - activeIndex].sheet.element.focus(),
    toggleTie: () => {
      if (!other) return;
      isTied = !isTied;
      drawCaptions();
      announce(t(isTied ? 'seat.compare.tied' : 'seat.compare.apart'));
    },
  };
}

