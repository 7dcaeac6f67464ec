// Hands the citizen on: to a hall, there to whoever is free or to one seat, with a word for the next agent. All of it by keyboard.

import { h, icon, replaceChildren } from '../elements/dom.js';
import { t } from '../text/text.js';
import { limits } from '../signaling/messages.js';
import { getJSON } from '../signaling/http.js';
import { keycap } from './keyboard.js';

/** @typedef {import("../signaling/messages.js").SessionView} SessionView */
/** @typedef {import("../signaling/messages.js").SeatState} SeatState */
/** @typedef {import("../signaling/messages.js").SpokenLanguage} SpokenLanguage */
/** @typedef {{id: string, name: string}} Hall */
/** @typedef {{id: string, number: string, hall: Hall, state: SeatState, agent_name?: string}} StaffSeat */
/** @typedef {{halls: Hall[], seats: StaffSeat[]}} Places */

/** @type {SpokenLanguage[]} */
const LANGUAGES = ['mandarin', 'teochew', 'english', 'sign'];
/** Nobody sits there, or nobody who takes tickets now. @type {SeatState[]} */
const ABSENT = ['signed-off'];
/** State and its tone; the word stands beside it. @type {Record<SeatState, string>} */
const TONES = {
  'signed-off': '',
  'not-ready': 'warn',
  ready: 'good',
  reserved: 'accent',
  ringing: 'accent',
  'in-session': 'accent',
  'wrap-up': 'accent',
};

/** What differs between handing on and asking in. */
const TRANSFER_TEXTS = {
  icon: 'transfer',
  title: 'seat.transfer.title',
  hall: 'seat.transfer.hall',
  seat: 'seat.transfer.seat',
  note: 'seat.transfer.note',
  hint: 'seat.transfer.note-hint',
  what: 'seat.transfer.what',
  confirm: 'seat.transfer.confirm',
  failed: 'seat.transfer.failed',
};
const CONSULT_TEXTS = {
  icon: 'user',
  title: 'seat.consult.title',
  hall: 'seat.consult.hall',
  seat: 'seat.consult.seat',
  note: 'seat.consult.note',
  hint: 'seat.consult.note-hint',
  what: 'seat.consult.what',
  confirm: 'seat.consult.confirm',
  failed: 'seat.consult.failed',
};

/**
 * @param {{
 *   session: SessionView,
 *   seatID: string,
 *   purpose?: "transfer" | "consult",
 *   transfer: (payload: import("../signaling/messages.js").SessionTransfer) => Promise<boolean>,
 * }} options `seatID`: the agent's own seat, which is no place to hand on to
 * @returns {() => void} closes it
 */
export function openTransfer({ session, seatID, purpose = 'transfer', transfer }) {
  const texts = purpose === 'consult' ? CONSULT_TEXTS : TRANSFER_TEXTS;
  const problem = h('p', { class: 'field__error', role: 'alert' });
  const halls = h('fieldset', { class: 'transfer__halls' });
  const seats = h('fieldset', { class: 'transfer__seats' });
  const language = h(
    'select',
    { id: 'transfer-language', class: 'input' },
    h('option', { value: '' }, t('seat.transfer.language-any')),
    LANGUAGES.map((word) => h('option', { value: word }, t(`seat.transfer.language.${word}`))),
  );
  const note = h('textarea', { id: 'transfer-note', maxlength: limits.note_characters, rows: 3 });
  const confirm = h(
    'button',
    { class: 'button button--primary', type: 'submit', disabled: true },
    t(texts.confirm),
    keycap('Ctrl+Enter'),
  );
  /** @type {Places} */
  let places = { halls: [], seats: [] };
  let hallID = session.hall.id;
  let chosenSeat = '';

  async function load() {
    problem.replaceChildren();
    replaceChildren(halls, h('p', { class: 'quiet', role: 'status' }, t('shared.loading')));
    try {
      places = await getJSON('/staff/seats');
    } catch (error) {
      return replaceChildren(
        halls,
        h('p', { role: 'alert' }, /** @type {Error} */ (error).message),
        h('button', { class: 'button', type: 'button', on: { click: load } }, t('shared.retry')),
      );
    }
    drawHalls();
    drawSeats();
    confirm.disabled = false;
    if (dialog.contains(document.activeElement) && document.activeElement !== note) {
      /** @type {HTMLElement | null} */ (halls.querySelector('input:checked'))?.focus();
    }
  }

  function drawHalls() {
    replaceChildren(
      halls,
      h('legend', {}, t(texts.hall)),
      h(
        'div',
        { class: 'transfer__choices' },
        places.halls.map((hall) =>
          choice('transfer-hall', hall.id, hall.id === hallID, () => {
            hallID = hall.id;
            chosenSeat = '';
            drawSeats();
          }, h('span', {}, hall.name), hall.id === session.hall.id ? badge('', t('seat.transfer.own-hall')) : null)
        ),
      ),
    );
  }

  function drawSeats() {
    const there = places.seats.filter((seat) => seat.hall.id === hallID && seat.id !== seatID);
    const free = there.filter((seat) => seat.state === 'ready').length;
    replaceChildren(
      seats,
      h('legend', {}, t(texts.seat)),
      h(
        'div',
        { class: 'transfer__choices' },
        choice(
          'transfer-seat',
          '',
          chosenSeat === '',
          () => (chosenSeat = ''),
          h('span', {}, t('seat.transfer.any-seat')),
          badge(free > 0 ? 'good' : 'warn', t('seat.transfer.free', { n: free })),
        ),
        there.map((seat) =>
          choice(
            'transfer-seat',
            seat.id,
            false,
            () => (chosenSeat = seat.id),
            h('span', {}, t('seat.transfer.seat-name', { number: seat.number, name: seat.agent_name ?? '' })),
            badge(TONES[seat.state], t(`seat.transfer.state.${seat.state}`)),
            ABSENT.includes(seat.state),
          )
        ),
      ),
    );
  }

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    if (confirm.disabled) return;
    confirm.disabled = true;
    const isDone = await transfer({
      session_id: session.id,
      hall_id: hallID,
      ...(chosenSeat && { seat_id: chosenSeat }),
      ...(language.value && { language: /** @type {SpokenLanguage} */ (language.value) }),
      note: note.value.trim(),
    });
    if (isDone) return dialog.close();
    replaceChildren(problem, icon('warn'), t(texts.failed));
    confirm.disabled = false;
  }

  /** Enter alone only moves a hand that is used to it; what cannot be taken back wants Ctrl. @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.key !== 'Enter' || event.isComposing || event.target instanceof HTMLButtonElement) return;
    if (event.ctrlKey || event.metaKey) submit(event);
    else if (event.target !== note) event.preventDefault();
  }

  const dialog = h(
    'dialog',
    { class: 'card transfer', 'aria-labelledby': 'transfer-title' },
    h(
      'form',
      { class: 'transfer__form', on: { submit, keydown: onKey } },
      h('h2', { id: 'transfer-title' }, icon(texts.icon), t(texts.title, { name: session.citizen.name })),
      halls,
      seats,
      h(
        'div',
        { class: 'transfer__last' },
        h('div', { class: 'field' }, h('label', { for: 'transfer-language' }, t('seat.transfer.language')), language),
        h(
          'div',
          { class: 'field' },
          h(
            'label',
            { for: 'transfer-note' },
            t(texts.note),
            h('span', { class: 'quiet small' }, t(texts.hint)),
          ),
          note,
        ),
      ),
      h('p', { class: 'small quiet' }, t(texts.what)),
      problem,
      h(
        'div',
        { class: 'conclude__buttons' },
        h(
          'button',
          { class: 'button', type: 'button', on: { click: () => dialog.close() } },
          t('seat.transfer.back'),
          keycap('Esc'),
        ),
        confirm,
      ),
    ),
  );
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  load();
  return () => dialog.close();
}

/**
 * @param {string} name
 * @param {string} value
 * @param {boolean} checked
 * @param {() => void} choose
 * @param {Node} label
 * @param {Node | null} sign
 * @param {boolean} [disabled]
 */
function choice(name, value, checked, choose, label, sign, disabled = false) {
  return h(
    'label',
    { class: 'choice' },
    h('input', { type: 'radio', name, value, checked, disabled, on: { change: choose } }),
    label,
    sign,
  );
}

/** @param {string} tone @param {string} word */
function badge(tone, word) {
  return h('span', { class: ['badge', tone && `badge--${tone}`] }, word);
}
