// The materials on the phone: one card each for what is still asked for, with what this phone has sent; below them what nobody need hand in again.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { confirmDialog } from '../../elements/confirm.js';
import { removeResource } from '../../signaling/http.js';
import { formatBytes, t } from '../../text/text.js';
import { outlineFor } from '../pages.js';
import { openCamera } from '../parts/camera-dialog.js';
import { picker } from '../parts/picker.js';
import { notice, reasonsOf, verdictBadge } from '../parts/pieces.js';
import { uploadRow } from '../parts/upload-row.js';

/** @import { Uploads } from '../uploads.js' */
/** @import { Thumbnails } from '../parts/thumbnails.js' */
/** @import { Upload } from '../state.js' */

/** @typedef {{ id: string, name: string, media_type: string, byte_count: number }} PhoneFile */
/**
 * @typedef {{ id: string, name: string, necessity: 'mandatory' | 'conditional', standing: 'asked' | 'accepted' | 'not-needed',
 *   formats: string[], verdict?: string, reasons: { code: string, text: string }[], file_count: number, files: PhoneFile[] }} PhoneEntry
 */
/** The server's answer. @typedef {{ case_id: string, item: string, expires_at: string, materials: PhoneEntry[] }} HandOver */
/** @typedef {{ uploads: Uploads, thumbnails: Thumbnails, onChanged: () => void }} ListOptions */

/** @param {ListOptions} options */
export function phoneList(options) {
  const list = h('ol', { class: 'materials' });
  const settled = h('div');
  const lead = h('div', { role: 'status' });
  /** @type {Map<string, ReturnType<typeof phoneCard>>} */
  const cards = new Map();
  let drawnSettled = '';

  /** @param {HandOver} handOver @param {Upload[]} running */
  function update({ materials }, running) {
    // What is on its way is shown to its end, also when an agent accepts the material meanwhile.
    const isShown = (/** @type {PhoneEntry} */ entry) => entry.standing === 'asked' || running.some((upload) => upload.materialID === entry.id);
    const asked = materials.filter(isShown);
    for (const [id, card] of cards) {
      if (asked.some((entry) => entry.id === id)) continue;
      card.node.remove();
      cards.delete(id);
    }
    asked.forEach((entry, index) => {
      const card = cards.get(entry.id) ?? phoneCard(options, entry);
      cards.set(entry.id, card);
      // Moved only when its place changed: a card that is taken out and put back loses the focus.
      if (list.children[index] !== card.node) list.insertBefore(card.node, list.children[index] ?? null);
      card.update(entry, index + 1, running.filter((upload) => upload.materialID === entry.id));
    });
    showSettled(materials.filter((entry) => !isShown(entry)), asked.length === 0);
  }

  /** @param {PhoneEntry[]} entries @param {boolean} isAll */
  function showSettled(entries, isAll) {
    const key = JSON.stringify([entries.map(({ id, standing }) => [id, standing]), isAll]);
    if (key === drawnSettled) return;
    drawnSettled = key;
    replaceChildren(lead, isAll ? notice('good', h('p', null, t('handIn.phonePage.nothing'))) : h('p', null, t('handIn.phonePage.choose')));
    replaceChildren(settled, entries.length > 0 && h('section', { class: 'card stack stack--tight settled', 'aria-labelledby': 'settled' },
      h('h2', { id: 'settled' }, t('handIn.phonePage.settled')), h('ul', { class: 'stack stack--tight' }, entries.map(settledLine))));
  }
  return { node: h('div', { class: 'stack' }, lead, list, settled), update };
}

/** @param {PhoneEntry} entry */
function settledLine({ name, standing }) {
  const isAccepted = standing === 'accepted';
  return h('li', { class: 'settled__line' }, icon(isAccepted ? 'check' : 'minus'), h('span', null, name),
    h('span', { class: ['badge', isAccepted && 'badge--good'] }, t(isAccepted ? 'handIn.phonePage.accepted' : 'handIn.phonePage.notNeeded')));
}

/**
 * @param {ListOptions} options
 * @param {PhoneEntry} entry
 */
function phoneCard({ uploads, thumbnails, onChanged }, { id, name, necessity, formats }) {
  const material = /** @type {any} */ ({ id, name, formats });
  const title = h('h2');
  const badge = h('span');
  const reasons = h('div');
  const files = h('ul', { class: 'files' });
  const rows = h('ul', { class: 'files' });
  const photograph = () => openCamera({
    title: name, outline: outlineFor({ name }), many: true, onPicture: (file) => uploads.add(material, [file], { isSeen: true }),
  });
  const buttons = h('div', { class: 'material__buttons' },
    h('button', { class: 'button button--primary button--large material__camera', type: 'button', 'aria-label': t('handIn.pickFor', { action: t('handIn.photo'), name }), on: { click: photograph } },
      icon('photo'), t('handIn.photo')),
    picker({ label: t('handIn.choose'), about: name, drawing: 'file', onFiles: (chosen) => uploads.add(material, chosen) }));
  const node = h('li', { class: 'card material' },
    h('div', { class: 'material__head' }, title, badge),
    h('p', { class: 'quiet small' }, t(`shared.necessity.${necessity}`)),
    reasons, files, rows, buttons);
  let drawn = '';
  /** @type {Map<string, ReturnType<typeof uploadRow>>} */
  const running = new Map();

  /** @param {PhoneEntry} now @param {number} number @param {Upload[]} onTheirWay */
  function update(now, number, onTheirWay) {
    const words = `${number}. ${name}`;
    if (title.textContent !== words) title.textContent = words;
    const key = JSON.stringify(now);
    if (key !== drawn) {
      drawn = key;
      replaceChildren(badge, now.verdict ? verdictBadge(now.verdict) : h('span', { class: ['badge', now.file_count > 0 && 'badge--accent'] },
        now.file_count > 0 && icon('check'), now.file_count > 0 ? t('handIn.count', { n: now.file_count }) : t('handIn.none')));
      replaceChildren(reasons, reasonsOf({ reasons: now.reasons, note: '' }));
      replaceChildren(files, now.files.map(fileRow));
    }
    // A doubt is one question by itself.
    buttons.hidden = onTheirWay.some((upload) => upload.doubts && !upload.problem);
    for (const upload of onTheirWay) {
      const row = running.get(upload.key) ?? uploadRow(uploads, thumbnails, upload, photograph);
      if (!running.has(upload.key)) rows.append(row.node);
      running.set(upload.key, row);
      row.update(upload);
    }
    for (const [one, row] of running) {
      if (onTheirWay.some((upload) => upload.key === one)) continue;
      row.node.remove();
      running.delete(one);
    }
  }

  /** What this phone itself sent, and may take back. @param {PhoneFile} file */
  function fileRow(file) {
    const trouble = h('p', { class: 'field__error', role: 'alert' });
    const remove = h('button', { class: 'button button--quiet', type: 'button', 'aria-label': t('handIn.phonePage.remove', { name: file.name }), on: { click: async () => {
      const isSure = await confirmDialog({
        title: t('handIn.remove.title'), body: t('handIn.remove.body', { name: file.name }),
        confirm: t('handIn.remove.yes'), cancel: t('handIn.remove.no'), danger: true,
      });
      if (!isSure) return;
      try {
        await removeResource(`/hand-over/files/${file.id}`);
        onChanged();
      } catch (error) {
        trouble.textContent = /** @type {Error} */ (error).message;
      }
    } } }, icon('trash'), t('handIn.remove.yes'));
    return h('li', { class: 'file' },
      thumbnails.has(file.id) && h('span', { class: 'file__thumb' }, thumbnails.view({ ...file, media_type: /** @type {any} */ (file.media_type), rotation: 0 })),
      h('span', { class: 'file__name' }, file.name, ' ', h('span', { class: 'quiet small' }, formatBytes(file.byte_count))),
      remove, trouble);
  }
  return { node, update };
}
