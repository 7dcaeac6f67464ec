// Swaps (换班): what a colleague asks of one, what one asked of them, and asking anew.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { confirmDialog } from '../../elements/confirm.js';
import { t } from '../../text/text.js';
import { postJSON } from '../../signaling/http.js';
import { createField } from '../../elements/field.js';
import { createLines, stateBadge } from './lines.js';
import { stretchText, swapAct, swappable, swapStateText, swapText } from './words.js';

/** @typedef {import("./words.js").Swap} Swap */
/** @typedef {{id: string, date: string, from: string, to: string, seat_number: string, is_swapped: boolean}} OwnShift */
/** As the server tells it. @typedef {{agent_id: string, shifts: OwnShift[], colleagues: import("./words.js").Colleague[]}} OwnPart */
/** @typedef {import("./panel.js").PanelHand} PanelHand */

/** Weeks ahead nobody swaps; the list stays short enough to choose from. */
const SHIFTS_SHOWN = 40;

/** @param {PanelHand} hand */
export function createSwaps({ say, act }) {
  /** @type {OwnShift[]} */
  let known = [];
  /** Those of them that can be offered. @type {OwnShift[]} */
  let shifts = [];
  /** @type {Swap[]} */
  let rows = [];
  /** @type {import("./words.js").Colleague[]} */
  let colleagues = [];
  /** @type {string | null} */
  let own = null;
  let choices = '';
  const shift = createField(t('seat.shifts.swap.shift'), h('select', { required: true }));
  const colleague = createField(t('seat.shifts.swap.colleague'), h('select', { required: true }));
  const button = h('button', { class: 'button button--primary', type: 'submit' }, icon('transfer'), t('seat.shifts.swap.ask'));
  const form = h(
    'form',
    { class: 'shifts__form', novalidate: true, hidden: true, 'aria-label': t('seat.shifts.swap.ask'), on: { submit } },
    h('div', { class: 'shifts__pair' }, shift.element, colleague.element),
    h('div', {}, button),
  );
  const how = h('p', { class: 'small quiet' });
  const lines = createLines(t('seat.shifts.swap.own'), t('seat.shifts.swap.none'), line);

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    const chosen = shifts.find((one) => keyOf(one) === shift.input.value);
    const to = colleagues.find(({ id }) => id === colleague.input.value);
    shift.say(chosen ? '' : t('seat.shifts.swap.shift-missing'));
    colleague.say(to ? '' : t('seat.shifts.swap.colleague-missing'));
    if (!chosen) return shift.input.focus();
    if (!to) return colleague.input.focus();
    button.disabled = true;
    try {
      await postJSON('/staff/swaps', { shift_id: chosen.id, date: chosen.date, to_agent_id: to.id });
      shift.input.value = '';
      colleague.input.value = '';
      await act(t('seat.shifts.swap.asked', { name: to.name }));
      shift.input.focus();
    } catch (problem) {
      const { message, field } = /** @type {any} */ (problem);
      if (field !== 'to_agent_id') return say(message, 'bad');
      colleague.say(t('seat.shifts.swap.refused-colleague'));
      colleague.input.focus();
    } finally {
      button.disabled = false;
    }
  }

  /** @param {Swap} swap @param {string} path @param {object} body @param {string} done */
  async function send(swap, path, body, done) {
    try {
      await postJSON(`/staff/swaps/${encodeURIComponent(swap.id)}/${path}`, body);
      await act(done);
    } catch (problem) {
      await act(/** @type {Error} */ (problem).message, 'bad');
    }
  }

  /** @param {Swap} swap */
  async function withdraw(swap) {
    const isSure = await confirmDialog({
      title: t('seat.shifts.swap.withdraw-title'),
      body: t(swap.state === 'approved' ? 'seat.shifts.swap.withdraw-approved' : 'seat.shifts.swap.withdraw-asked', { what: swapText(swap, own) }),
      confirm: t('seat.shifts.withdraw'),
      cancel: t('seat.shifts.keep'),
    });
    if (isSure) await send(swap, 'withdraw', {}, t('seat.shifts.swap.withdrawn'));
  }

  /** @param {Swap} swap */
  function line(swap) {
    const what = swapText(swap, own);
    const may = swapAct(swap, own);
    const press = (/** @type {string} */ name, /** @type {string} */ words, /** @type {() => void} */ click) =>
      h('button', {
        class: ['button', name === 'agree' ? 'button--primary' : 'button--quiet'], type: 'button', 'data-act': `${name}-${swap.id}`,
        'aria-label': t('seat.shifts.swap.act-label', { act: words, what }), on: { click },
      }, words);
    return [
      h('p', { class: 'shift-line__what' }, what),
      stateBadge(swap.state, swapStateText(swap, own)),
      swap.note ? h('p', { class: 'shift-line__more small' }, t('seat.shifts.note', { note: swap.note })) : null,
      may === null ? null : h(
        'div',
        { class: 'shift-line__act' },
        may === 'answer'
          ? [
            press('agree', t('seat.shifts.swap.agree'), () => send(swap, 'answer', { agree: true }, t('seat.shifts.swap.agreed'))),
            press('decline', t('seat.shifts.swap.decline'), () => send(swap, 'answer', { agree: false }, t('seat.shifts.swap.declined'))),
          ]
          : press('withdraw', t('seat.shifts.withdraw'), () => withdraw(swap)),
      ),
    ];
  }

  /** @param {OwnShift} one */
  const keyOf = (one) => `${one.date} ${one.id}`;

  function drawChoices() {
    shifts = swappable(known, rows, own).slice(0, SHIFTS_SHOWN);
    const key = JSON.stringify([shifts, colleagues]);
    if (key === choices) return;
    choices = key;
    const [chosen, to] = [shift.input.value, colleague.input.value];
    const none = () => h('option', { value: '' }, t('seat.shifts.choose'));
    replaceChildren(shift.input, none(), shifts.map((one) => h('option', { value: keyOf(one) }, stretchText(one.from, one.to))));
    replaceChildren(colleague.input, none(), colleagues.map(({ id, name }) => h('option', { value: id }, name)));
    shift.input.value = shifts.some((one) => keyOf(one) === chosen) ? chosen : '';
    colleague.input.value = colleagues.some(({ id }) => id === to) ? to : '';
    form.hidden = shifts.length === 0 || colleagues.length === 0;
  }

  function drawHow() {
    how.textContent = t(!form.hidden ? 'seat.shifts.swap.how' : colleagues.length > 0 ? 'seat.shifts.swap.no-shifts' : 'seat.shifts.swap.no-colleagues');
  }
  drawHow();

  return {
    element: h(
      'section',
      { class: 'shifts__part', 'aria-labelledby': 'shifts-swap' },
      h('h3', { id: 'shifts-swap' }, t('seat.shifts.swap')),
      how,
      form,
      lines.element,
    ),
    /** @param {Swap[]} swaps @param {OwnPart} part @returns {boolean} whether anything had changed */
    show(swaps, part) {
      own = part.agent_id;
      rows = swaps;
      colleagues = part.colleagues;
      // What came by a swap is not handed on.
      known = part.shifts.filter(({ is_swapped }) => !is_swapped);
      // What waits for oneself comes first.
      const hasChanged = lines.show([...swaps].sort((a, b) => Number(swapAct(b, own) === 'answer') - Number(swapAct(a, own) === 'answer')), own);
      drawChoices();
      drawHow();
      return hasChanged;
    },
  };
}
