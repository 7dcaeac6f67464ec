// What both pages about notices share: the frame around them, and a field with its label.

import { h, icon, replaceChildren } from '../elements/dom.js';
import { largerTextButton, restoreLargerText } from '../elements/larger-text.js';
import { getLocale, LOCALES, setLocale, t } from '../text/text.js';

/** @import { Child } from '../elements/dom.js' */

const LANGUAGES = { 'zh-CN': '简体中文', 'zh-Hant': '繁體中文', 'en': 'English' };
const DRAWINGS = { info: 'info', good: 'check', warn: 'warn', bad: 'cross' };

export const main = /** @type {HTMLElement} */ (document.querySelector('main'));

/** @param {{ title: string, redraw: () => void, links: () => Child[] }} page */
export function drawFrame({ title, redraw, links }) {
  restoreLargerText();
  const header = /** @type {HTMLElement} */ (document.querySelector('header'));
  const footer = /** @type {HTMLElement} */ (document.querySelector('footer'));
  const language = h('select', {
    class: 'header__language', 'aria-label': t('shared.language'),
    on: { change: async () => {
      await setLocale(/** @type {import('../text/text.js').LocaleName} */ (language.value));
      drawFrame({ title, redraw, links });
      redraw();
      header.querySelector('select')?.focus();
    } },
  }, LOCALES.map((locale) => h('option', { value: locale, selected: locale === getLocale() }, LANGUAGES[locale])));
  document.title = `${t(title)} · ${t('shared.app')}`;
  replaceChildren(header, h('div', { class: 'header__in' },
    h('a', { class: 'brand', href: '/citizen/' }, h('strong', { class: 'brand__name' }, t('shared.app')), h('span', { class: 'brand__tag' }, t('shared.tagline'))),
    h('div', { class: 'header__tools' }, largerTextButton(), language)));
  replaceChildren(footer, h('ul', { class: 'footer__in' }, links().map((link) => h('li', null, link))));
}

/** @param {'info' | 'good' | 'warn' | 'bad'} tone @param {...Child} children */
export function notice(tone, ...children) {
  return h('div', { class: ['notice', tone !== 'info' && `notice--${tone}`] }, icon(DRAWINGS[tone]), h('div', null, ...children));
}

/**
 * @param {{ id: string, label: string, hint: string, value: string, autocapitalize?: string }} options
 * @returns {{ node: HTMLElement, input: HTMLInputElement }}
 */
export function field({ id, label, hint, value, autocapitalize = 'off' }) {
  const input = h('input', {
    id, value, autocapitalize, autocomplete: 'off', spellcheck: 'false', maxlength: '100', 'aria-describedby': `${id}-hint`,
  });
  return { input, node: h('div', { class: 'field' }, h('label', { for: id }, label), h('p', { class: 'field__hint', id: `${id}-hint` }, hint), input) };
}

/**
 * A button that works once at a time.
 * @param {{ label: string, drawing?: string, class?: string, type?: string, busy?: string, act: () => Promise<void> | void }} options
 */
export function actionButton({ label, drawing, class: classes = 'button', type = 'button', busy = label, act }) {
  const words = h('span', null, label);
  /** @type {HTMLButtonElement} */
  const button = h('button', {
    class: classes, type,
    on: { click: async (/** @type {Event} */ event) => {
      event.preventDefault();
      if (button.getAttribute('aria-busy') === 'true') return;
      button.setAttribute('aria-busy', 'true');
      words.textContent = busy;
      try {
        await act();
      } finally {
        button.removeAttribute('aria-busy');
        words.textContent = label;
      }
    } },
  }, drawing && icon(drawing), words);
  return button;
}
