// One material to hand in: what is asked, the camera first, the pages that are there, and what the machine and the agent say of them.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { outlineFor } from '../pages.js';
import { openCamera } from './camera-dialog.js';
import { findingsOf } from './findings.js';
import { openHandOver } from './hand-over.js';
import { retakePage } from './page-dialog.js';
import { pageGrid } from './page-grid.js';
import { isPhone, picker } from './picker.js';
import { nameOf, reasonsOf, verdictBadge } from './pieces.js';
import { uploadRow } from './upload-row.js';

/** @import { App } from '../app.js' */
/** @import { MaterialEntry, Material } from '../wire.js' */
/** @import { Upload, Notes } from '../state.js' */

/**
 * @typedef {{ entry: MaterialEntry, uploads: Upload[], locked: boolean, isAgain: boolean, notes: Notes }} CardState
 * `isAgain`: handed in again after a verdict that fell away with it
 */

/** @param {Material} material */
export function formOf(material) {
  const words = [t(`shared.form.${material.form}`), t(`shared.necessity.${material.necessity}`)];
  if (material.copies) words.push(t('citizen.item.copies', { n: material.copies }));
  return words.join(' · ');
}

/**
 * @param {App} app
 * @param {Material} material
 * @param {number} number
 */
export function materialCard(app, material, number) {
  const name = nameOf(material);
  const badge = h('span');
  const words = h('div', { class: 'stack stack--tight' });
  const grid = pageGrid(app, material.id);
  const findings = h('div', { class: 'stack stack--tight' });
  const rows = h('ul', { class: 'files' });
  const hint = h('p', { class: 'quiet small' });
  const buttons = h('div', { class: 'stack stack--tight' },
    h('div', { class: 'material__buttons' },
      h('button', { class: 'button button--primary button--large material__camera', type: 'button', 'aria-label': t('handIn.pickFor', { action: t('handIn.photo'), name }), on: { click: photograph } },
        icon('photo'), t('handIn.photo')),
      !isPhone() && h('button', { class: 'button material__phone', type: 'button', 'aria-label': t('handIn.pickFor', { action: t('handIn.phone.open'), name }), on: { click: () => openHandOver(app) } },
      icon('phone-hand'), t('handIn.phone.open')),
      picker({ label: t('handIn.choose'), about: name, drawing: 'file', onFiles: add })),
    !isPhone() && h('p', { class: 'quiet small material__drop' }, t('handIn.drop')));
  const help = h('button', { class: 'button button--quiet material__help', type: 'button', on: { click: () => app.dispatch({ type: 'note', note: { left: material.id } }) } },
    icon('user'), t('handIn.leave'));

  /** @param {File[]} chosen */
  function add(chosen) { app.uploads.add(material, chosen); }

  function photograph() {
    openCamera({
      title: name, outline: outlineFor(material), many: true, ...app.cameraCare(),
      onPicture: (picture) => app.uploads.add(material, [picture], { isSeen: true }),
    });
  }

  const node = h('li', { class: 'card material' },
    h('div', { class: 'material__head' }, h('h3', null, `${number}. ${name}`), badge),
    h('p', { class: 'quiet small' }, formOf(material)),
    material.exemption && h('p', { class: 'small' }, t('citizen.item.exemption', { text: material.exemption })),
    words, grid.node, hint, findings, rows, buttons, help);
  takeDrops(node, () => !buttons.hidden, add);

  /** @type {CardState | null} */
  let drawn = null;
  /** @type {Map<string, ReturnType<typeof uploadRow>>} */
  const running = new Map();

  /** @param {CardState} now */
  function update(now) {
    const { entry, uploads, locked, isAgain, notes } = now;
    if (drawn?.entry !== entry || drawn.locked !== locked || drawn.isAgain !== isAgain || drawn.notes !== notes) {
      drawn = now;
      node.dataset.state = entry.verdict?.verdict ?? (entry.files.length > 0 ? 'handed-in' : 'open');
      const isLeft = notes.left.includes(material.id);
      replaceChildren(badge, entry.verdict ? verdictBadge(entry.verdict.verdict) : fileBadge(entry, isAgain, isLeft));
      replaceChildren(words,
        entry.reopened !== undefined && h('p', { class: 'small' }, t('handIn.reopened', { reason: entry.reopened })),
        entry.verdict && reasonsOf(entry.verdict));
      grid.update(entry.files, locked);
      hint.textContent = locked ? '' : hintOf(entry);
      hint.hidden = !hint.textContent;
      // What an agent has said of them weighs more than what a machine thinks.
      replaceChildren(findings, !entry.verdict && summary(entry, notes, locked));
    }
    // What is accepted, or not needed, wants nothing more: another page would take the agent's word away. A doubt is one question by itself.
    const isDone = entry.verdict?.verdict === 'accepted' || entry.verdict?.verdict === 'not-applicable';
    const isDoubted = uploads.some((upload) => upload.doubts && !upload.problem);
    buttons.hidden = locked || isDone || isDoubted;
    help.hidden = buttons.hidden || notes.left.includes(material.id) || entry.files.length > 0 || entry.verdict !== undefined;
    for (const upload of uploads) {
      let row = running.get(upload.key);
      if (!row) {
        row = uploadRow(app.uploads, app.thumbnails, upload, photograph);
        running.set(upload.key, row);
        rows.append(row.node);
      }
      row.update(upload);
    }
    for (const [key, row] of running) {
      if (uploads.some((upload) => upload.key === key)) continue;
      row.node.remove();
      running.delete(key);
    }
  }

  /** What the machine says of the pages: all of one kind in one line, each finding by itself. @param {MaterialEntry} entry @param {Notes} notes @param {boolean} locked */
  function summary({ files }, notes, locked) {
    if (files.length === 0) return null;
    const found = files.filter((file) => file.check === 'done' && file.findings.length > 0);
    const pending = files.find((file) => file.check === 'pending');
    const plain = pending ?? (found.length === 0 ? files.find((file) => file.check === 'done') ?? files[0] : undefined);
    const isLeft = (/** @type {string} */ id) => notes.left.includes(id);
    return [
      plain && findingsOf(plain, { isLeft: false }),
      found.map((file) => h('div', { class: 'stack stack--tight' },
        files.length > 1 && !isLeft(file.id) && h('p', { class: 'small strong' }, t('handIn.page.title', { n: files.indexOf(file) + 1, all: files.length })),
        findingsOf(file, {
          isLeft: isLeft(file.id),
          onLeave: locked ? undefined : () => app.dispatch({ type: 'note', note: { left: file.id } }),
          onRetake: locked || file.media_type === 'application/pdf' ? undefined : () => retakePage(app, material, file),
        }))),
    ];
  }
  return { node, update };
}

/** What can be done with the pages that are there. @param {MaterialEntry} entry */
function hintOf(entry) {
  if (entry.verdict?.verdict === 'correction-needed' && entry.files.length > 0) return t('handIn.page.mend');
  return entry.files.length > 1 ? t('handIn.page.order') : '';
}

/** @param {MaterialEntry} entry @param {boolean} isAgain @param {boolean} isLeft */
function fileBadge(entry, isAgain, isLeft) {
  if (isAgain) return h('span', { class: 'badge badge--accent' }, icon('clock'), t('handIn.again'));
  if (entry.files.length > 0) return h('span', { class: 'badge badge--accent' }, icon('check'), t('handIn.count', { n: entry.files.length }));
  if (isLeft) return h('span', { class: 'badge badge--accent' }, icon('user'), t('handIn.left'));
  return h('span', { class: 'badge' }, t('handIn.none'));
}

/**
 * Files dropped on the card are handed in for it.
 * @param {HTMLElement} node
 * @param {() => boolean} isOpen
 * @param {(files: File[]) => void} onFiles
 */
function takeDrops(node, isOpen, onFiles) {
  let depth = 0;
  const over = (/** @type {number} */ step) => {
    depth = Math.max(0, depth + step);
    node.classList.toggle('is-drop', depth > 0);
  };
  const carries = (/** @type {DragEvent} */ event) => isOpen() && (event.dataTransfer?.types.includes('Files') ?? false);
  node.addEventListener('dragenter', (event) => { if (carries(event)) over(1); });
  node.addEventListener('dragleave', (event) => { if (carries(event)) over(-1); });
  node.addEventListener('dragover', (event) => { if (carries(event)) event.preventDefault(); });
  node.addEventListener('drop', (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    depth = 0;
    over(0);
    onFiles([...event.dataTransfer?.files ?? []]);
  });
}
