// Elders' mode: everything larger, on every page that a citizen opens, kept on this device.

import { t } from '../text/text.js';
import { h } from './dom.js';

const KEY = 'farwindow.elder';

/** As it was left on this device. */
export function restoreLargerText() {
  try { document.documentElement.toggleAttribute('data-elder', Boolean(localStorage.getItem(KEY))); } catch { /* Without storage it begins at the usual size. */ }
}

export function largerTextButton() {
  const button = h('button', {
    class: 'button button--quiet', type: 'button', 'aria-pressed': document.documentElement.dataset.elder !== undefined,
    on: { click: () => {
      const on = document.documentElement.toggleAttribute('data-elder');
      button.setAttribute('aria-pressed', String(on));
      try { localStorage.setItem(KEY, on ? '1' : ''); } catch { /* This page only, then. */ }
    } },
  }, h('span', { class: 'header__big', 'aria-hidden': 'true' }, t('shared.largerSign')), t('shared.largerText'));
  return button;
}
