// One's own leave (请假): asking for it, what became of it, and taking it back.

import { h, icon } from '../../elements/dom.js';
import { confirmDialog } from '../../elements/confirm.js';
import { t } from '../../text/text.js';
import { postJSON } from '../../signaling/http.js';
import { createField } from '../../elements/field.js';
import { hallTime, leaveFaults, mayWithdrawLeave, stretchText } from './words.js';
import { createLines, stateBadge } from './lines.js';

/** @typedef {import("./words.js").Leave} Leave */
/** @typedef {import("./panel.js").PanelHand} PanelHand */

const REASON_LENGTH = 200;

/** @param {PanelHand} hand */
export function createLeave({ say, act }) {
  const from = createField(t('seat.shifts.leave.from'), h('input', { type: 'datetime-local', required: true }));
  const to = createField(t('seat.shifts.leave.to'), h('input', { type: 'datetime-local', required: true }));
  const reason = createField(t('seat.shifts.leave.reason'), h('input', { maxlength: REASON_LENGTH, required: true, autocomplete: 'off' }), t('seat.shifts.leave.reason-hint'));
  const fields = { from, to, reason };
  const button = h('button', { class: 'button button--primary', type: 'submit' }, icon('calendar'), t('seat.shifts.leave.ask'));
  const lines = createLines(t('seat.shifts.leave.own'), t('seat.shifts.leave.none'), line);

  /** @param {{from?: string, to?: string, reason?: string}} faults @returns {boolean} whether there are any */
  function showFaults(faults) {
    for (const name of /** @type {const} */ (['from', 'to', 'reason'])) fields[name].say(faults[name] ? t(faults[name]) : '');
    const first = /** @type {const} */ (['from', 'to', 'reason']).find((name) => faults[name]);
    if (first) fields[first].input.focus();
    return first !== undefined;
  }

  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const written = { from: from.input.value, to: to.input.value, reason: reason.input.value };
    if (showFaults(leaveFaults(written))) return;
    button.disabled = true;
    try {
      await postJSON('/staff/leaves', { from: hallTime(written.from), to: hallTime(written.to), reason: written.reason.trim() });
      for (const { input } of Object.values(fields)) input.value = '';
      await act(t('seat.shifts.leave.asked'));
      from.input.focus();
    } catch (problem) {
      const { message, field } = /** @type {any} */ (problem);
      if (field === 'from' || field === 'to' || field === 'reason') showFaults({ [field]: `seat.shifts.leave.refused-${field}` });
      else say(message, 'bad');
    } finally {
      button.disabled = false;
    }
  };

  /** @param {Leave} leave */
  async function withdraw(leave) {
    const isSure = await confirmDialog({
      title: t('seat.shifts.leave.withdraw-title'),
      body: t(leave.state === 'approved' ? 'seat.shifts.leave.withdraw-approved' : 'seat.shifts.leave.withdraw-asked', { when: stretchText(leave.from, leave.to) }),
      confirm: t('seat.shifts.withdraw'),
      cancel: t('seat.shifts.keep'),
    });
    if (!isSure) return;
    try {
      await postJSON(`/staff/leaves/${encodeURIComponent(leave.id)}/withdraw`);
      await act(t('seat.shifts.leave.withdrawn'));
    } catch (problem) {
      await act(/** @type {Error} */ (problem).message, 'bad');
    }
  }

  /** @param {Leave} leave */
  function line(leave) {
    const when = stretchText(leave.from, leave.to);
    return [
      h('p', { class: 'shift-line__what' }, when),
      stateBadge(leave.state, t(`seat.shifts.leave.state.${leave.state}`)),
      h('p', { class: 'shift-line__more small quiet' }, leave.reason),
      leave.note ? h('p', { class: 'shift-line__more small' }, t('seat.shifts.note', { note: leave.note })) : null,
      mayWithdrawLeave(leave)
        ? h('button', {
          class: 'button button--quiet shift-line__act', type: 'button', 'data-act': `withdraw-${leave.id}`,
          'aria-label': t('seat.shifts.leave.withdraw-label', { when }), on: { click: () => withdraw(leave) },
        }, t('seat.shifts.withdraw'))
        : null,
    ];
  }

  const element = h(
    'section',
    { class: 'shifts__part', 'aria-labelledby': 'shifts-leave' },
    h('h3', { id: 'shifts-leave' }, t('seat.shifts.leave')),
    h(
      'form',
      { class: 'shifts__form', novalidate: true, 'aria-label': t('seat.shifts.leave.ask'), on: { submit } },
      h('div', { class: 'shifts__pair' }, from.element, to.element),
      reason.element,
      h('div', {}, button),
    ),
    lines.element,
  );
  return { element, show: lines.show, focus: () => from.input.focus() };
}
