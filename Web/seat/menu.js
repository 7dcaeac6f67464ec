// A menu of numbered choices: a digit, an arrow key or a click chooses, Esc leaves.

import { h } from '../elements/dom.js';
import { t } from '../text/text.js';
import { keycap } from './keyboard.js';

/**
 * @param {{
 *   keyboard: import("./keyboard.js").Keyboard,
 *   anchor: HTMLElement,
 *   title: string,
 *   items: {text: string, action: () => void}[],
 *   above?: boolean,
 * }} options
 * @returns {() => void} closes it
 */
export function openMenu({ keyboard, anchor, title, items, above = false }) {
  const before = document.activeElement;
  const close = () => {
    panel.remove();
    closeLayer();
    document.removeEventListener('pointerdown', onOutside, true);
    anchor.setAttribute('aria-expanded', 'false');
  };
  const leave = () => {
    close();
    if (before instanceof HTMLElement) before.focus();
  };
  const onOutside = (/** @type {Event} */ event) => {
    if (!panel.contains(/** @type {Node} */ (event.target)) && !anchor.contains(/** @type {Node} */ (event.target))) {
      close();
    }
  };
  const choose = (/** @type {() => void} */ action) => () => {
    close();
    action();
  };
  const buttons = items.map(({ text, action }, index) =>
    h(
      'button',
      { class: 'menu__item', role: 'menuitem', on: { click: choose(action) } },
      keycap(String(index + 1)),
      h('span', { class: 'menu__text' }, text),
    )
  );
  const step = (/** @type {number} */ by) => () => {
    const at = buttons.indexOf(/** @type {any} */ (document.activeElement));
    buttons[(at + by + buttons.length) % buttons.length].focus();
  };
  const panel = h(
    'div',
    { class: ['menu', above && 'menu--above'], role: 'menu', 'aria-label': title },
    h('p', { class: 'menu__title' }, title),
    buttons,
  );
  const closeLayer = keyboard.push([
    ...items.map(({ text, action }, index) => ({
      keys: [String(index + 1)],
      show: String(index + 1),
      text,
      action: choose(action),
    })),
    { keys: ['ArrowDown'], show: '↓', text: t('seat.keys.next'), action: step(1), minor: true },
    { keys: ['ArrowUp'], show: '↑', text: t('seat.keys.previous'), action: step(-1), minor: true },
    { keys: ['Escape'], show: 'Esc', text: t('seat.keys.leave'), action: leave },
  ]);
  anchor.insertAdjacentElement('afterend', panel);
  anchor.setAttribute('aria-expanded', 'true');
  document.addEventListener('pointerdown', onOutside, true);
  buttons[0]?.focus();
  return close;
}
