// Small pieces that several screens share.

import { h, icon } from '../../elements/dom.js';
import { getLocale, t } from '../../text/text.js';
import { sentenceOf } from '../errors.js';

/** @import { Child } from '../../elements/dom.js' */

/** A day of the calendar for people. @param {string} day as 2026-12-01 */
export function formatDay(day) {
  // Noon, so that no time zone makes it another day.
  const format = new Intl.DateTimeFormat(getLocale() === 'zh-Hant' ? 'zh-TW' : getLocale(), { year: 'numeric', month: 'long', day: 'numeric', timeZone: 'Asia/Shanghai' });
  return format.format(new Date(`${day}T12:00:00+08:00`));
}

/** @param {{ name: string, name_english?: string }} thing */
export function nameOf(thing) {
  return getLocale() === 'en' && thing.name_english ? thing.name_english : thing.name;
}

/** The catalogue's words for applicants, in words that people use of themselves. @type {Record<string, string>} */
const APPLICANTS = { '自然人': 'person', '企业': 'company', '个体工商户': 'trader' };

/** @param {string[]} applicants */
export function applicantsOf(applicants) {
  return applicants.map((word) => APPLICANTS[word] ? t(`citizen.applicant.${APPLICANTS[word]}`) : word).join(t('citizen.applicant.and'));
}

/** A screen's one heading; the page moves the focus here when the screen changes. @param {...Child} words */
export function heading(...words) {
  return h('h1', { tabindex: '-1' }, ...words);
}

/**
 * @param {'info' | 'good' | 'warn' | 'bad'} tone
 * @param {...Child} children
 */
export function notice(tone, ...children) {
  const drawings = { info: 'info', good: 'check', warn: 'warn', bad: 'warn' };
  return h('div', { class: ['notice', tone !== 'info' && `notice--${tone}`] }, icon(drawings[tone]), h('div', null, ...children));
}

/**
 * A button that works once at a time, shows that it works, and says beside itself when it failed.
 * @param {{ label: string, icon?: string, class?: string, act: () => Promise<void> | void }} options
 */
export function actionButton({ label, icon: drawing, class: classes = 'button', act }) {
  const trouble = h('p', { class: 'field__error', role: 'alert' });
  const button = h('button', {
    class: classes,
    type: 'button',
    on: {
      click: async () => {
        if (button.getAttribute('aria-busy') === 'true') return;
        button.setAttribute('aria-busy', 'true');
        trouble.replaceChildren();
        try {
          await act();
        } catch (error) {
          trouble.replaceChildren(icon('warn'), h('span', null, sentenceOf(error)));
        } finally {
          button.removeAttribute('aria-busy');
        }
      },
    },
  }, drawing && icon(drawing), h('span', null, label));
  return h('div', { class: 'action' }, trouble, button);
}

/** Nothing may lie over what cannot wait. A question is answered with no by this; pictures that were taken are on their way already. */
export function closeDialogs() {
  for (const dialog of document.querySelectorAll('dialog[open]')) /** @type {HTMLDialogElement} */ (dialog).close();
}

/** @param {() => void} go */
export function backButton(go) {
  return h('button', { class: 'button button--quiet back', type: 'button', on: { click: go } }, icon('left'), t('shared.back'));
}

/** Icon, tone and word of a verdict: never colour alone. @type {Record<string, { icon: string, tone: string }>} */
export const VERDICTS = {
  'accepted': { icon: 'check', tone: 'good' },
  'correction-needed': { icon: 'warn', tone: 'bad' },
  'missing': { icon: 'cross', tone: 'bad' },
  'waived': { icon: 'clock', tone: 'warn' },
  'not-applicable': { icon: 'minus', tone: 'quiet' },
};

/** @param {string} verdict */
export function verdictBadge(verdict) {
  const { icon: drawing, tone } = VERDICTS[verdict] ?? { icon: 'info', tone: 'quiet' };
  return h('span', { class: `badge badge--${tone}` }, icon(drawing), t(`shared.verdict.${verdict}`));
}

/** Reasons and note under a verdict. @param {{ reasons: { code: string, text: string }[], note: string }} verdict */
export function reasonsOf({ reasons, note }) {
  if (reasons.length === 0 && !note) return null;
  return h('div', { class: 'reasons' },
    reasons.length > 0 && h('ul', null, reasons.map((reason) => h('li', null, reason.text))),
    note && h('p', null, t('citizen.verdict.note', { note })));
}
