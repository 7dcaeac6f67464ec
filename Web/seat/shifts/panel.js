// 我的班次: one's own leave, swaps and calendar address, over the desk and only while nobody is served there.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { getJSON } from '../../signaling/http.js';
import { createLeave } from './leave.js';
import { createSubscription } from './subscription.js';
import { createSwaps } from './swaps.js';

/**
 * What each part of the panel is given.
 * @typedef {object} PanelHand
 * @property {(sentence: string, tone?: Tone) => void} say in the panel's own line
 * @property {(sentence: string, tone?: Tone) => Promise<void>} act after something was done: the lists anew, then the sentence
 */
/** @typedef {"good" | "warn" | "bad"} Tone */

const REFRESH_MS = 10_000;
/** @type {Record<Tone, string>} */
const SIGNS = { good: 'check', warn: 'info', bad: 'warn' };

/** @param {{now: () => number}} options */
export function createShiftPanel({ now }) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  // Inside the dialog: what lies under a modal one is not read out.
  const said = h('div', { class: 'shifts__said', role: 'status' });
  const hand = { say, act };
  const leave = createLeave(hand);
  const swaps = createSwaps(hand);
  const subscription = createSubscription({ ...hand, now });
  const element = h(
    'dialog',
    { class: 'card shifts', 'aria-labelledby': 'shifts-title', on: { close: () => clearTimeout(timer) } },
    h(
      'div',
      { class: 'shifts__head' },
      h('h2', { id: 'shifts-title' }, icon('calendar'), ' ', t('seat.shifts')),
      said,
      h('button', { class: 'button', type: 'button', on: { click: () => close() } }, t('shared.close'), h('kbd', { 'aria-hidden': 'true' }, 'Esc')),
    ),
    h('div', { class: 'shifts__body' }, leave.element, h('div', { class: 'shifts__side' }, swaps.element, subscription)),
  );
  document.body.append(element);

  /** @param {string} sentence @param {Tone} [tone] */
  function say(sentence, tone = 'good') {
    replaceChildren(said, h('p', { class: ['notice', `notice--${tone}`] }, icon(SIGNS[tone]), h('span', {}, sentence)));
  }

  /** @param {string} sentence @param {Tone} [tone] */
  async function act(sentence, tone) {
    await refresh();
    say(sentence, tone);
  }

  /** @param {boolean} [isOpening] what is seen for the first time is no news */
  async function refresh(isOpening = false) {
    clearTimeout(timer);
    try {
      const [{ leaves }, asked, own] = await Promise.all([getJSON('/staff/leaves'), getJSON('/staff/swaps'), getJSON('/staff/shifts')]);
      const news = [leave.show(leaves), swaps.show(asked.swaps, own)];
      if (!isOpening && news.includes(true)) say(t('seat.shifts.changed'));
    } catch (problem) {
      say(/** @type {Error} */ (problem).message, 'bad');
    }
    clearTimeout(timer);
    if (element.open) timer = setTimeout(() => refresh(), REFRESH_MS);
  }

  function close() {
    // A question over the panel goes with it.
    if (element.open) /** @type {HTMLDialogElement | null} */ (document.querySelector('dialog.confirm[open]'))?.close('no');
    element.close();
  }

  return {
    open() {
      if (document.querySelector('dialog[open]')) return;
      said.replaceChildren();
      element.showModal();
      leave.focus();
      refresh(true);
    },
    close,
  };
}
