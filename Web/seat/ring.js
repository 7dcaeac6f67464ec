// A ticket rings at this seat: who, what, how long they waited, why here, and how long is left to answer.

import { h, icon, replaceChildren } from '../elements/dom.js';
import { t } from '../text/text.js';
import { keycap } from './keyboard.js';
import { openMenu } from './menu.js';
import { clockText, countdownText } from './time.js';

/** @typedef {import("../signaling/messages.js").ReservationView} ReservationView */

const REJECT_REASONS = ['wrong-skill', 'conflict-of-interest', 'system-trouble', 'other'];

/**
 * Why the ticket came here, in words.
 * @param {import("../signaling/messages.js").RoutingReason} why
 */
export function whyText(why) {
  const parts = [t(`seat.ring.lane.${why.lane}`), t(`seat.ring.rule.${why.rule}`, { n: why.candidate_seats })];
  if (why.earlier_rings > 0) parts.push(t('seat.ring.earlier', { n: why.earlier_rings }));
  return parts.join('');
}

/**
 * Who handed the citizen on, and with which words.
 * @param {import("../signaling/messages.js").TransferView} transfer
 * @param {boolean} [isConsult] somebody who asks for help keeps the citizen
 */
export function transferNote(transfer, isConsult = false) {
  return h(
    'div',
    { class: 'notice transfer-note', role: 'group', 'aria-label': t(isConsult ? 'seat.consult.note-title' : 'seat.transfer.note-title') },
    icon(isConsult ? 'user' : 'transfer'),
    h(
      'div',
      {},
      h(
        'strong',
        {},
        t(isConsult ? 'seat.consult.from' : 'seat.transfer.from', {
          hall: transfer.from_hall,
          number: transfer.from_seat_number,
          name: transfer.from_agent_name,
        }),
      ),
      h('p', { class: ['transfer-note__text', !transfer.note && 'quiet'] }, transfer.note || t('seat.transfer.no-note')),
    ),
  );
}

/** @param {import("./desk.js").DeskParts} parts */
export function createRing({ keyboard, commands }) {
  const element = h('section', { class: 'ring', 'aria-labelledby': 'ring-title' });
  /** @type {HTMLElement} */
  let seconds;
  /** @type {HTMLElement} */
  let bar;
  /** @type {HTMLElement} */
  let waited;
  /** @type {ReservationView | null} */
  let shown = null;
  let ringMs = 0;
  /** @type {HTMLButtonElement} */
  let reject;
  /** @type {(() => void) | null} */
  let closeMenu = null;

  function openRejectMenu() {
    const reservation = shown;
    if (!reservation) return;
    closeMenu = openMenu({
      keyboard,
      anchor: reject,
      title: t('seat.ring.reject-why'),
      above: true,
      items: REJECT_REASONS.map((reason) => ({
        text: t(`seat.reject.${reason}`),
        action: () => commands.reject(reservation.id, reason),
      })),
    });
  }

  /** @param {ReservationView} reservation @param {number} now */
  function draw(reservation, now) {
    shown = reservation;
    ringMs = Math.max(1, Date.parse(reservation.ring_deadline) - now);
    const accept = h(
      'button',
      {
        class: 'button button--primary button--large ring__accept',
        on: {
          async click() {
            accept.disabled = true;
            accept.disabled = await commands.accept(reservation.id);
          },
        },
      },
      icon('camera'),
      t('seat.ring.accept'),
      keycap('Enter'),
    );
    reject = h(
      'button',
      {
        class: 'button button--large',
        'aria-haspopup': 'menu',
        'aria-expanded': 'false',
        on: { click: openRejectMenu },
      },
      t('seat.ring.reject'),
      keycap('X'),
    );
    const row = (/** @type {string} */ key, /** @type {any} */ value) => [h('dt', {}, t(key)), h('dd', {}, value)];
    replaceChildren(
      element,
      h('h2', { id: 'ring-title' }, icon('bell'), t(reservation.consult ? 'seat.consult.ring-title' : 'seat.ring.title')),
      h('p', { class: 'ring__number' }, reservation.ticket_number),
      h('p', { class: 'ring__who' }, reservation.citizen_name),
      reservation.transfer ? transferNote(reservation.transfer) : null,
      reservation.consult ? transferNote(reservation.consult, true) : null,
      h(
        'dl',
        { class: 'ring__facts' },
        row('seat.ring.item', h('strong', {}, reservation.item.name)),
        row('seat.ring.kind', t(`shared.kind.${reservation.kind}`)),
        reservation.kind === 'pre-review'
          ? row('seat.ring.files', t('seat.ring.files-n', { n: reservation.files_handed_in }))
          : null,
        row('seat.ring.waited', h('span', { ref: (/** @type {any} */ e) => (waited = e) })),
        row('seat.ring.why', reservation.consult ? t(`seat.consult.why.${reservation.why.rule}`, { n: reservation.why.candidate_seats }) : whyText(reservation.why)),
      ),
      h(
        'div',
        { class: 'ring__countdown', 'aria-hidden': 'true' },
        h('span', { class: 'ring__bar', ref: (/** @type {any} */ e) => (bar = e) }),
      ),
      h(
        'p',
        { class: 'ring__left' },
        t('seat.ring.left'),
        h('strong', { ref: (/** @type {any} */ e) => (seconds = e) }),
        h('span', { class: 'quiet' }, t(reservation.consult ? 'seat.consult.left-then' : 'seat.ring.left-then')),
      ),
      h('div', { class: 'ring__buttons' }, accept, h('span', { class: 'menu-anchor' }, reject)),
    );
    accept.focus();
  }

  /** @param {import("./state.js").DeskState} state @param {number} now */
  function update(state, now) {
    if (!state.reservation) {
      closeMenu?.();
      closeMenu = null;
      shown = null;
    } else if (state.reservation.id !== shown?.id) {
      draw(state.reservation, now);
    }
  }

  /** @param {import("./state.js").DeskState} _state @param {number} now */
  function tick(_state, now) {
    if (!shown) return;
    const left = Date.parse(shown.ring_deadline) - now;
    seconds.textContent = countdownText(left);
    bar.style.transform = `scaleX(${Math.max(0, Math.min(1, left / ringMs))})`;
    waited.textContent = clockText(now - Date.parse(shown.waiting_since));
  }

  return { element, update, tick, openRejectMenu };
}
