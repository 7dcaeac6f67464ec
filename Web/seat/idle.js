// The middle of the desk while there is no citizen: choose a seat, not ready, ready, stopped.

import { h, icon, replaceChildren } from '../elements/dom.js';
import { formatTime, t } from '../text/text.js';
import { keycap } from './keyboard.js';
import { shiftEnd } from './shifts/words.js';
import { screenOf } from './state.js';

/** @typedef {import("./state.js").DeskState} DeskState */

/** @param {import("./desk.js").DeskParts} parts */
export function createIdle({ commands, openNotReadyMenu }) {
  const element = h('section', { class: 'idle' });
  const shift = h('p', { class: 'quiet' });
  let drawn = '';

  /** @param {DeskState} state */
  function update(state) {
    const screen = screenOf(state);
    drawShift(state.seat?.shift);
    // Drawn anew only for a new reason: a button must not vanish under the finger.
    const key = JSON.stringify([
      screen,
      state.seat?.not_ready_reason,
      state.lastRing,
      screen === 'choose-seat' ? state.seats : null,
      state.line.code,
    ]);
    if (key === drawn) return;
    drawn = key;
    element.dataset.screen = screen;
    const parts = draw(state, screen);
    replaceChildren(element, parts);
    if (screen !== 'ready' && screen !== 'loading') {
      /** @type {HTMLElement | null} */ (element.querySelector('button:not([disabled])'))?.focus();
    }
  }

  /** In its place, whatever stands around it: a new schedule comes at any moment. @param {import("../signaling/messages.js").SeatShift | undefined} planned */
  function drawShift(planned) {
    shift.hidden = !planned;
    const words = planned ? t('seat.idle.shift', { from: formatTime(planned.starts_at, { date: true }), to: shiftEnd(planned.ends_at) }) : '';
    if (shift.textContent !== words) shift.textContent = words;
  }

  /** @param {DeskState} state @param {import("./state.js").Screen} screen */
  function draw(state, screen) {
    switch (screen) {
      case 'choose-seat':
        return chooseSeat(state);
      case 'not-ready':
        return notReady(state);
      case 'ready':
        return ready(state);
      case 'stopped':
        return stopped(state);
      default:
        return h('p', { class: 'quiet', role: 'status' }, t('seat.loading'));
    }
  }

  /** @param {DeskState} state */
  function chooseSeat(state) {
    const free = state.seats.filter((seat) => !seat.taken_by);
    return [
      h('h2', {}, t('seat.choose.title')),
      h(
        'p',
        { class: 'quiet' },
        t(
          state.seats.length === 0
            ? 'seat.choose.none'
            : free.length === 0
            ? 'seat.choose.all-taken'
            : 'seat.choose.lead',
        ),
      ),
      h(
        'ul',
        { class: 'seats' },
        state.seats.map((seat) =>
          h(
            'li',
            {},
            h(
              'button',
              {
                class: 'seat-tile',
                disabled: Boolean(seat.taken_by),
                'aria-label': seat.taken_by
                  ? t('seat.choose.taken-label', { number: seat.number, name: seat.taken_by })
                  : t('seat.choose.label', { number: seat.number, hall: seat.hall.name }),
                on: { click: () => commands.signOn(seat.id) },
              },
              h('span', { class: 'seat-tile__number' }, seat.number),
              h('span', { class: 'small' }, seat.hall.name),
              h(
                'span',
                { class: ['badge', seat.taken_by ? '' : 'badge--good'] },
                icon(seat.taken_by ? 'user' : 'check'),
                seat.taken_by ?? t('seat.choose.free'),
              ),
            ),
          )
        ),
      ),
    ];
  }

  /** @param {DeskState} state */
  function notReady(state) {
    const reason = state.seat?.not_ready_reason ?? 'other';
    const needsExplaining = ['rona', 'rejected', 'connection-lost', 'signed-on', 'supervisor'].includes(reason);
    return [
      h(
        'p',
        { class: 'idle__sign idle__sign--warn' },
        icon(reason === 'rona' || reason === 'connection-lost' ? 'warn' : 'minus'),
      ),
      h(
        'h2',
        {},
        t(needsExplaining ? `seat.idle.${reason}.title` : 'seat.idle.not-ready.title', {
          reason: t(`seat.not-ready.${reason}`),
        }),
      ),
      h('p', {}, t(needsExplaining ? `seat.idle.${reason}.body` : 'seat.idle.not-ready.body')),
      shift,
      h(
        'div',
        { class: 'idle__buttons' },
        h(
          'button',
          { class: 'button button--primary button--large', on: { click: () => commands.ready() } },
          icon('check'),
          t('seat.idle.start'),
          keycap('R'),
        ),
        h(
          'button',
          { class: 'button button--large', on: { click: openNotReadyMenu } },
          t('seat.idle.reason'),
          keycap('N'),
        ),
      ),
    ];
  }

  /** @param {DeskState} state */
  function ready(state) {
    return [
      h('p', { class: 'idle__sign idle__sign--good' }, icon('check')),
      h('h2', {}, t('seat.idle.ready.title')),
      h('p', {}, t('seat.idle.ready.body')),
      shift,
      state.lastRing && state.lastRing.state !== 'accepted'
        ? h('p', { class: 'notice' }, icon('info'), h('span', {}, t(`seat.${state.lastRing.isConsult ? 'consult.ring' : 'ring'}.ended.${state.lastRing.state}`)))
        : null,
    ];
  }

  /** @param {DeskState} state */
  function stopped(state) {
    const code =
      state.line.code === 'superseded' || state.line.code === 'signed_out' || state.line.code === 'sign_in_required'
        ? state.line.code
        : 'other';
    const isSuperseded = code === 'superseded';
    return [
      h('p', { class: 'idle__sign idle__sign--bad' }, icon('cross')),
      h('h2', {}, t(`seat.stopped.${code}.title`)),
      h('p', {}, code === 'other' && state.line.message ? state.line.message : t(`seat.stopped.${code}.body`)),
      h(
        'div',
        { class: 'idle__buttons' },
        h('button', {
          class: 'button button--primary button--large',
          on: { click: () => isSuperseded ? commands.takeBack() : location.reload() },
        }, t(isSuperseded ? 'seat.stopped.take-back' : 'seat.stopped.reload')),
      ),
    ];
  }

  return { element, update };
}
