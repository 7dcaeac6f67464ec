// The materials list to hand in: one card each, the camera first. Cards stay the same elements while files come and verdicts fall.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { formatBytes, t } from '../../text/text.js';
import { progress } from '../state.js';
import { nameOf, reasonsOf, verdictBadge } from './pieces.js';
import { sentenceOf } from '../app.js';

/** @import { App } from '../app.js' */
/** @import { MaterialEntry, Material, FileView } from '../wire.js' */
/** @import { Upload, State } from '../state.js' */

/** @param {App} app */
export function materialsList(app) {
  const summary = h('p', { class: 'materials__summary' });
  const list = h('ol', { class: 'materials' });
  /** @type {Map<string, ReturnType<typeof card>>} */
  const cards = new Map();

  /** @param {State} state */
  function update(state) {
    const { done, all } = progress(state.materials);
    summary.textContent = t('citizen.materials.progress', { done, all });
    const isLocked = Boolean(state.session?.outcome) || state.session?.state === 'wrap-up' || state.session?.state === 'closed';
    state.materials.forEach((entry, index) => {
      let one = cards.get(entry.material.id);
      if (!one) {
        one = card(app, entry.material, index + 1);
        cards.set(entry.material.id, one);
        list.append(one.node);
      }
      const isAgain = state.resubmitted.includes(entry.material.id);
      one.update(entry, state.uploads.filter((upload) => upload.materialID === entry.material.id), isLocked, isAgain);
    });
  }
  update(app.state);
  return { node: h('div', { class: 'stack' }, summary, list), update };
}

/**
 * @param {App} app
 * @param {Material} material
 * @param {number} number
 */
function card(app, material, number) {
  const name = nameOf(material);
  const badge = h('span');
  const verdict = h('div');
  const files = h('ul', { class: 'files' });
  const rows = h('ul', { class: 'files' });
  const buttons = h('div', { class: 'material__buttons' },
    picker({ label: t('citizen.materials.photo'), about: name, drawing: 'photo', primary: true, camera: true, onFiles: add }),
    picker({ label: t('citizen.materials.choose'), about: name, drawing: 'file', primary: false, camera: false, onFiles: add }));
  /** @param {File[]} chosen */
  function add(chosen) { app.uploads.add(material, chosen); }

  const node = h('li', { class: 'card material' },
    h('div', { class: 'material__head' }, h('h3', null, `${number}. ${name}`), badge),
    h('p', { class: 'quiet small' }, formOf(material)),
    material.condition && h('p', { class: 'small' }, t('citizen.item.condition', { text: material.condition })),
    material.exemption && h('p', { class: 'small' }, t('citizen.item.exemption', { text: material.exemption })),
    verdict, files, rows, buttons);

  /** @type {{ entry: MaterialEntry, locked: boolean, isAgain: boolean } | null} */
  let drawn = null;
  /** @type {Map<string, ReturnType<typeof uploadRow>>} */
  const running = new Map();

  /**
   * @param {MaterialEntry} entry
   * @param {Upload[]} uploads
   * @param {boolean} locked
   * @param {boolean} isAgain handed in again after a verdict that fell away with it
   */
  function update(entry, uploads, locked, isAgain) {
    if (drawn?.entry !== entry || drawn.locked !== locked || drawn.isAgain !== isAgain) {
      drawn = { entry, locked, isAgain };
      node.dataset.state = entry.verdict?.verdict ?? (entry.files.length > 0 ? 'handed-in' : 'open');
      replaceChildren(badge, entry.verdict ? verdictBadge(entry.verdict.verdict) : fileBadge(entry, isAgain));
      replaceChildren(verdict, entry.verdict && reasonsOf(entry.verdict));
      replaceChildren(files, entry.files.map((file) => fileRow(app, file, locked)));
      buttons.hidden = locked;
    }
    for (const upload of uploads) {
      let row = running.get(upload.key);
      if (!row) {
        row = uploadRow(app, upload);
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
  return { node, update };
}

/** @param {Material} material */
export function formOf(material) {
  const words = [t(`shared.form.${material.form}`), t(`shared.necessity.${material.necessity}`)];
  if (material.copies) words.push(t('citizen.item.copies', { n: material.copies }));
  return words.join(' · ');
}

/** @param {MaterialEntry} entry @param {boolean} isAgain */
function fileBadge(entry, isAgain) {
  if (isAgain) return h('span', { class: 'badge badge--accent' }, icon('clock'), t('citizen.materials.again'));
  return entry.files.length > 0
    ? h('span', { class: 'badge badge--accent' }, icon('check'), t('citizen.materials.count', { n: entry.files.length }))
    : h('span', { class: 'badge' }, t('citizen.materials.none'));
}

/**
 * A real file input over the whole button: keyboard, screen reader and every phone's own camera sheet come with it.
 * @param {{ label: string, about: string, drawing: string, primary: boolean, camera: boolean, onFiles: (files: File[]) => void }} options
 */
function picker({ label, about, drawing, primary, camera, onFiles }) {
  const input = h('input', {
    type: 'file',
    class: 'picker__input',
    accept: camera ? 'image/*' : 'image/jpeg,image/png,application/pdf,.jpg,.jpeg,.png,.pdf',
    capture: camera ? 'environment' : undefined,
    multiple: !camera,
    'aria-label': t('citizen.materials.pickFor', { action: label, name: about }),
    on: {
      change: () => {
        const files = [...input.files ?? []];
        // Emptied, so that the same file can be chosen again after it was removed.
        input.value = '';
        onFiles(files);
      },
    },
  });
  return h('span', { class: ['button picker', primary && 'button--primary'] }, icon(drawing), h('span', { 'aria-hidden': 'true' }, label), input);
}

/** @param {App} app @param {FileView} file @param {boolean} locked */
function fileRow(app, file, locked) {
  const trouble = h('p', { class: 'field__error', role: 'alert' });
  const remove = h('button', {
    class: 'button button--quiet',
    type: 'button',
    'aria-label': t('citizen.materials.removeFile', { name: file.name }),
    on: {
      click: async () => {
        remove.disabled = true;
        try {
          await app.removeFile(file.id);
        } catch (error) {
          remove.disabled = false;
          trouble.textContent = sentenceOf(error);
        }
      },
    },
  }, icon('trash'), t('citizen.materials.remove'));
  return h('li', { class: 'file' },
    icon(file.media_type === 'application/pdf' ? 'file' : 'photo'),
    h('span', { class: 'file__name' }, file.name, ' ', h('span', { class: 'quiet small' }, formatBytes(file.byte_count))),
    !locked && remove,
    trouble);
}

/** @param {App} app @param {Upload} upload */
function uploadRow(app, upload) {
  const bar = h('progress', { max: '1', value: 0, 'aria-label': t('citizen.materials.sending', { name: upload.name }) });
  const word = h('span', { class: 'small quiet' });
  const sending = h('div', { class: 'upload__bar' }, bar, word);
  const trouble = h('p', { class: 'field__error', role: 'alert' });
  const again = h('button', { class: 'button', type: 'button', hidden: true, on: { click: () => app.uploads.again(upload.key) } }, t('shared.retry'));
  const stop = h('button', { class: 'button button--quiet', type: 'button', on: { click: () => app.uploads.drop(upload.key) } });
  const node = h('li', { class: 'file file--upload' },
    h('span', { class: 'file__name' }, upload.name), again, stop, sending, trouble);
  let shown = '';

  /** @param {Upload} now */
  function update(now) {
    const share = now.total > 0 ? now.sent / now.total : 0;
    bar.value = share;
    word.textContent = `${Math.round(share * 100)}%`;
    const problem = now.problem ?? 'none';
    if (problem === shown) return;
    shown = problem;
    sending.hidden = Boolean(now.problem);
    // A sentence of the server comes as it is, after a colon; our own have a name.
    const isServers = problem.startsWith(': ');
    again.hidden = !isServers;
    replaceChildren(trouble, now.problem && [icon('warn'), h('span', null, isServers ? problem.slice(2) : t(`citizen.problem.${problem}`))]);
    stop.textContent = t(now.problem ? 'citizen.materials.putAway' : 'citizen.materials.stop');
    stop.setAttribute('aria-label', `${stop.textContent} ${now.name}`);
  }
  return { node, update };
}
