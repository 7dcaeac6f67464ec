// The language and the scheme of the screen, as small switches.

import { h, icon } from '../elements/dom.js';
import { getLocale, LOCALES, setLocale, t } from '../text/text.js';

const SCHEME_KEY = 'farwindow.scheme';
const NAMES = { 'zh-CN': '简体中文', 'zh-Hant': '繁體中文', en: 'English' };

/** Call once before drawing, so that a dark desk does not flash white. */
export function applyScheme() {
  document.documentElement.dataset.scheme = rememberedScheme();
}

function rememberedScheme() {
  try {
    return localStorage.getItem(SCHEME_KEY) ?? 'auto';
  } catch {
    // Storage can be forbidden; the system's own choice is fine then.
    return 'auto';
  }
}

function isDark() {
  const scheme = document.documentElement.dataset.scheme;
  return scheme === 'dark' || (scheme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
}

export function schemeSwitch() {
  const name = () => t(isDark() ? 'seat.scheme.to-light' : 'seat.scheme.to-dark');
  const button = h('button', {
    class: 'button button--quiet bar-button',
    'aria-label': name(),
    title: name(),
    on: {
      click() {
        const next = isDark() ? 'light' : 'dark';
        document.documentElement.dataset.scheme = next;
        try {
          localStorage.setItem(SCHEME_KEY, next);
        } catch {
          // As above: it then lasts for this page only.
        }
        button.setAttribute('aria-label', name());
        button.title = name();
      },
    },
  }, icon('moon'));
  return button;
}

/** The page is drawn anew in the other language; nothing is lost, because the broker sends a snapshot. */
export function localeSwitch() {
  return h('select', {
    class: 'input locale-select',
    'aria-label': t('shared.language'),
    on: {
      async change(/** @type {Event} */ event) {
        await setLocale(/** @type {any} */ (event.target).value);
        location.reload();
      },
    },
  }, LOCALES.map((locale) => h('option', { value: locale, selected: locale === getLocale() }, NAMES[locale])));
}
