// The address under which one's own calendar program finds one's shifts, and the shifts that stand there.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { confirmDialog } from '../../elements/confirm.js';
import { t } from '../../text/text.js';
import { postJSON, problem as problemOf } from '../../signaling/http.js';
import { createField } from '../../elements/field.js';
import { readShifts } from './calendar.js';
import { stretchText } from './words.js';

const COMING_SHOWN = 5;

/** @param {import("./panel.js").PanelHand & {now: () => number}} hand */
export function createSubscription({ say, now }) {
  const written = h('input', { readonly: true, on: { focus: () => written.select() } });
  const address = createField(t('seat.shifts.calendar.address'), written);
  const copy = h('button', { class: 'button', type: 'button', on: { click: () => copyAddress() } }, icon('copy'), t('seat.shifts.calendar.copy'));
  const made = h('div', { class: 'shifts__address', hidden: true }, address.element, copy);
  const make = h('button', { class: 'button', type: 'button', on: { click: () => makeAddress() } }, icon('calendar'), t('seat.shifts.calendar.make'));
  const coming = h('div', { hidden: true });

  async function copyAddress() {
    try {
      await navigator.clipboard.writeText(written.value);
      say(t('seat.shifts.calendar.copied'), 'good');
    } catch {
      // Not every browser lets a page write there; the person can.
      written.focus();
      written.select();
      say(t('seat.shifts.calendar.copy-by-hand'), 'warn');
    }
  }

  async function makeAddress() {
    const isSure = await confirmDialog({
      title: t('seat.shifts.calendar.make-title'),
      body: t('seat.shifts.calendar.make-body'),
      confirm: t('seat.shifts.calendar.make'),
      cancel: t('seat.conclude.back'),
    });
    if (!isSure) return;
    make.disabled = true;
    try {
      const answer = await postJSON('/staff/shift-calendar');
      written.value = answer.address;
      made.hidden = false;
      written.focus();
      say(t('seat.shifts.calendar.made'), 'good');
      await readComing(answer.address);
    } catch (problem) {
      say(/** @type {Error} */ (problem).message, 'bad');
    } finally {
      make.disabled = false;
    }
  }

  /** @param {string} at the public address, which this page may know under another name */
  async function readComing(at) {
    const response = await fetch(new URL(at).pathname, { headers: { accept: 'text/calendar' } });
    const text = await response.text();
    if (!response.ok) throw problemOf(response.status, text);
    const shifts = readShifts(text, now());
    replaceChildren(
      coming,
      h('h4', {}, t('seat.shifts.calendar.coming')),
      shifts.length === 0
        ? h('p', { class: 'small quiet' }, t('seat.shifts.calendar.none'))
        : h('ul', { class: 'small', 'aria-label': t('seat.shifts.calendar.coming') }, shifts.slice(0, COMING_SHOWN).map(({ from, to }) => h('li', {}, stretchText(from, to)))),
    );
    coming.hidden = false;
  }

  return h(
    'section',
    { class: 'shifts__part', 'aria-labelledby': 'shifts-calendar' },
    h('h3', { id: 'shifts-calendar' }, t('seat.shifts.calendar')),
    h('p', { class: 'small quiet' }, t('seat.shifts.calendar.what')),
    made,
    h('div', {}, make),
    coming,
  );
}
