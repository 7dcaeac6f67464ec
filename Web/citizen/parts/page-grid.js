// The pages of one material side by side: to see, to put in order, to open.

import { h, icon } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { makeSortable } from './drag-order.js';
import { openPage } from './page-dialog.js';

/** @import { App } from '../app.js' */
/** @import { FileView } from '../wire.js' */

const SIGNS = { pending: 'clock', found: 'warn', good: 'check', none: '' };

/** @param {FileView} file */
export function checkWord(file) {
  if (file.check === 'pending') return 'pending';
  if (file.check === 'skipped') return 'none';
  return file.findings.length > 0 ? 'found' : 'good';
}

/**
 * @param {App} app
 * @param {string} materialID
 */
export function pageGrid(app, materialID) {
  const list = h('ol', { class: 'pages' });
  let isLocked = true;
  makeSortable(list, (from, to) => { if (!isLocked) app.work.movePage(materialID, from, to).catch(() => {}); });
  /** @type {Map<string, { node: HTMLElement, key: string }>} */
  const tiles = new Map();

  /** @param {FileView[]} files @param {boolean} locked */
  function update(files, locked) {
    isLocked = locked;
    list.classList.toggle('pages--sortable', !locked && files.length > 1);
    files.forEach((file, index) => {
      const key = JSON.stringify([index, files.length, file.rotation, file.check, file.findings.length, file.pages]);
      const known = tiles.get(file.id);
      // A tile keeps its place in the document while nothing about it changed: it may have the focus.
      if (known?.key === key && list.children[index] === known.node) return;
      const hadFocus = known?.node.contains(document.activeElement) ?? false;
      const node = known?.key === key ? known.node : tile(file, index, files.length);
      if (known && known.node !== node) known.node.remove();
      list.insertBefore(node, list.children[index] ?? null);
      tiles.set(file.id, { node, key });
      if (hadFocus) node.querySelector('button')?.focus();
    });
    for (const [id, { node }] of tiles) {
      if (files.some((file) => file.id === id)) continue;
      node.remove();
      tiles.delete(id);
    }
  }

  /** @param {FileView} file @param {number} index @param {number} all */
  function tile(file, index, all) {
    const word = checkWord(file);
    const name = t('handIn.page.open', { n: index + 1, all, name: file.name });
    return h('li', { class: 'pages__item', 'data-file': file.id, 'data-rotation': file.rotation ?? 0 },
      h('button', {
        class: 'pages__open', type: 'button', 'aria-label': word === 'none' ? name : `${name} ${t(`handIn.check.${word}Word`)}`,
        on: {
          click: () => openPage(app, materialID, file.id),
          keydown: (/** @type {KeyboardEvent} */ event) => {
            const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
            if (!event.altKey || step === undefined || isLocked) return;
            event.preventDefault();
            if (index + step >= 0 && index + step < all) app.work.movePage(materialID, index, index + step).catch(() => {});
          },
        },
      },
        app.thumbnails.view(file),
        h('span', { class: 'pages__number', 'aria-hidden': 'true' }, index + 1),
        word !== 'none' && h('span', { class: `pages__sign pages__sign--${word}`, 'aria-hidden': 'true' }, icon(SIGNS[word]))));
  }
  return { node: list, update };
}
