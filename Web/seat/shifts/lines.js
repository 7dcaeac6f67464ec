// A list of what was asked for, drawn anew only when it has changed, without taking the focus from whoever stands in it.

import { h, icon, replaceChildren } from '../../elements/dom.js';

/** @type {Record<string, [string, string]>} */
const LOOKS = { asked: ['clock', 'accent'], agreed: ['clock', 'accent'], approved: ['check', 'good'], declined: ['cross', 'bad'], withdrawn: ['minus', ''] };

/** @param {string} state @param {string} words */
export function stateBadge(state, words) {
  const [drawing, tone] = LOOKS[state] ?? ['info', ''];
  return h('span', { class: ['badge', tone && `badge--${tone}`] }, icon(drawing), words);
}

/**
 * @template {{id: string}} Row
 * @param {string} title
 * @param {string} empty
 * @param {(row: Row) => import("../../elements/dom.js").Child} draw
 */
export function createLines(title, empty, draw) {
  const list = h('ul', { class: 'shift-lines', 'aria-label': title, tabindex: '-1' });
  const none = h('p', { class: 'small quiet' }, empty);
  const element = h('div', { class: 'shifts__lines' }, h('h4', {}, title), list, none);
  let drawn = '';
  list.hidden = true;
  return {
    element,
    /** @param {Row[]} rows @param {unknown} [beside] what else the drawing depends on @returns {boolean} whether anything had changed */
    show(rows, beside = null) {
      const key = JSON.stringify([rows, beside]);
      if (key === drawn) return false;
      drawn = key;
      const hadFocus = list.contains(document.activeElement);
      const act = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.act : undefined;
      replaceChildren(list, rows.map((row) => h('li', { class: 'shift-line' }, draw(row))));
      list.hidden = rows.length === 0;
      none.hidden = rows.length > 0;
      if (!hadFocus) return true;
      const again = [...list.querySelectorAll('button')].find((button) => button.dataset.act === act);
      (again ?? list).focus();
      return true;
    },
  };
}
