// A sheet at the side of the page for one thing at a time. Esc and a tap beside it close it.

import { h, icon, replaceChildren } from '../elements/dom.js';
import { t } from '../text/text.js';

let count = 0;

/**
 * @param {{ isWide?: boolean, onClose?: () => void }} [options]
 */
export function createDrawer({ isWide = false, onClose } = {}) {
  count += 1;
  const id = `drawer-${count}`;
  const title = h('h2', { id });
  const body = h('div', { class: 'drawer__body' });
  const element = h(
    'dialog',
    { class: ['drawer', isWide && 'drawer--wide'], 'aria-labelledby': id },
    h('div', { class: 'drawer__head' }, title, h('button', { class: 'button button--quiet', type: 'button', 'aria-label': t('shared.close'), on: { click: () => element.close() } }, icon('cross'))),
    body,
  );
  element.addEventListener('click', (event) => {
    if (event.target === element) element.close();
  });
  element.addEventListener('close', () => onClose?.());
  return {
    element,
    body,
    /** @param {string} name @param {...import("../elements/dom.js").Child} children */
    open(name, ...children) {
      title.textContent = name;
      replaceChildren(body, ...children);
      if (!element.open) element.showModal();
    },
    close: () => element.close(),
    get isOpen() {
      return element.open;
    },
  };
}
