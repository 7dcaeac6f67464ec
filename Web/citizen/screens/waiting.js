import { confirmDialog } from '../../elements/confirm.js';
import { h, icon, replaceChildren } from '../../elements/dom.js';
import { formatComing, formatTime, t } from '../../text/text.js';
import { slotsKey } from '../appointments.js';
import { momentWords, timeOf } from '../days.js';
import { actionButton, heading, notice } from '../parts/pieces.js';
import { materialsList } from '../parts/materials.js';
import { questionsOf } from '../questions.js';
import { closedNow, notesOf, waitRange } from '../state.js';
import { prepareCard } from './prepare.js';

/** @import { App } from '../app.js' */
/** @import { Opening, Place } from '../wire.js' */
/** @import { State } from '../state.js' */

/** Gives the ticket up, asked once. @param {App} app */
export function cancelButton(app) {
  return actionButton({
    label: t('citizen.waiting.cancel'),
    class: 'button button--quiet button--block',
    async act() {
      const isSure = await confirmDialog({
        title: t('citizen.waiting.cancelTitle'), body: t('citizen.waiting.cancelBody'),
        confirm: t('citizen.waiting.cancelYes'), cancel: t('citizen.waiting.cancelNo'), danger: true,
      });
      if (isSure) await app.cancelTicket();
    },
  });
}

/** The number, the place, what will happen, and the materials that can be handed in meanwhile. @param {App} app */
export function waitingScreen(app) {
  const place = h('div', { class: 'place' });
  const number = h('p', { class: 'number' });
  const matter = h('p', { class: 'quiet small' });
  const materials = h('section', { class: 'stack', id: 'materials' });
  /** @type {ReturnType<typeof materialsList> | null} */
  let list = null;
  const before = h('div');
  let drawnBefore = '';
  const due = h('p', { class: 'strong', hidden: true });
  const lane = h('p', { class: 'badge badge--accent', hidden: true }, icon('check'), t('citizen.waiting.priority'));
  const callBack = h('section', { class: 'stack stack--tight' });
  const booking = h('section', { class: 'stack stack--tight', hidden: true });
  let drawnBooking = '';
  let isAsked = false;
  const whatNext = h('section', { class: 'stack stack--tight' },
    h('h2', null, t('citizen.waiting.whatNext')),
    h('ol', { class: 'steps card' }, ['1', '2', '3'].map((step) => h('li', null, t(`citizen.waiting.next.${step}`)))));
  const safe = notice('good', h('p', null, t('citizen.waiting.leave')));
  const cancel = cancelButton(app);
  const node = h('div', { class: 'stack' },
    h('div', { class: 'card ticket' }, heading(t('citizen.waiting.title')), number, lane, due, place, matter),
    callBack,
    booking,
    materials,
    whatNext,
    safe,
    cancel);
  let drawnCallBack = '';

  /** Drawn anew only when it means something else: a button must not vanish under the finger. @param {State} state */
  function drawCallBack(state) {
    const stage = callBackOf(state);
    const opening = closedNow(state);
    const key = `${stage}|${app.alerts.permission}|${opening?.state}|${opening?.opens_at}`;
    if (key === drawnCallBack) return;
    drawnCallBack = key;
    replaceChildren(callBack, callBackView(app, stage, opening));
    callBack.hidden = stage === 'none';
    whatNext.hidden = stage === 'away' || stage === 'transferred' || opening !== undefined;
    // It says that a closed page costs nothing, which is not so overnight.
    safe.hidden = opening !== undefined;
  }

  /** While nobody is there, a time to come back at is worth more than a place. @param {State} state */
  function drawBooking(state) {
    const { ticket } = state;
    const isClosed = closedNow(state) !== undefined || ticket?.place?.seats_open === 0;
    const isBooked = state.appointments.some((one) => one.ticket_id === ticket?.id);
    if (!ticket || ticket.state !== 'waiting' || !isClosed || isBooked) {
      drawnBooking = '';
      booking.hidden = true;
      return booking.replaceChildren();
    }
    const wanted = { code: ticket.item.code, kind: ticket.kind, hall: ticket.hall.id };
    if (!isAsked) {
      isAsked = true;
      app.booking.loadSlots(wanted, { days: 1 }).catch(() => {});
    }
    const known = state.slots[slotsKey(wanted)];
    const next = known && known !== 'none' ? known.next : null;
    if (drawnBooking === `${next}`) return;
    drawnBooking = `${next}`;
    booking.hidden = !next;
    replaceChildren(booking, next && known !== 'none' && [
      h('h2', null, t('booking.waiting.title')),
      h('p', null, t('booking.waiting.why', { when: momentWords(next, app.now(), known?.zone) })),
      actionButton({ label: t('booking.waiting.go'), icon: 'calendar', class: 'button button--block', act: () => app.go({ name: 'book', ...wanted }) }),
    ]);
  }

  /** @param {State} state */
  function drawDue(state) {
    const own = state.appointments.find((one) => one.ticket_id !== undefined && one.ticket_id === state.ticket?.id);
    due.hidden = own === undefined;
    if (own) due.textContent = t('booking.waiting.due', { time: timeOf(own.starts_at) });
  }

  /** @param {State} state */
  function update(state) {
    const { ticket } = state;
    if (!ticket) return;
    number.textContent = ticket.number;
    matter.textContent = t('citizen.waiting.matter', {
      item: ticket.item.name, kind: t(`shared.kind.${ticket.kind}`), hall: ticket.hall.name, time: formatTime(ticket.taken_at),
    });
    lane.hidden = ticket.lane !== 'priority';
    replaceChildren(place, placeOf(state));
    drawCallBack(state);
    drawBooking(state);
    drawDue(state);
    cancel.hidden = ticket.state === 'serving';
    if (ticket.kind !== 'pre-review' || state.materials.length === 0) return materials.replaceChildren();
    drawBefore(state);
    if (list) return list.update(state);
    list = materialsList(app);
    replaceChildren(materials, h('h2', null, t('citizen.waiting.materials')), h('p', null, t('citizen.waiting.materialsWhy')), before, list.node);
    drawBefore(state);
  }

  /** Questions come before the materials they decide about. @param {State} state */
  function drawBefore(state) {
    const open = questionsOf(state.materials, notesOf(state).unsure).filter((one) => one.answer === null).length;
    if (list) list.node.hidden = open > 0;
    const key = `${open}|${notesOf(state).formDone}|${state.matter?.fields.length ?? 0}`;
    if (key === drawnBefore) return;
    drawnBefore = key;
    replaceChildren(before, prepareCard(app));
    before.hidden = before.childElementCount === 0;
  }
  update(app.state);
  const awake = keepAwake();
  return { node, update, leave: awake };
}

/**
 * Whether the citizen may go, is away, or is back from that.
 * @param {State} state
 * @returns {'none' | 'may-leave' | 'away' | 'confirmed' | 'transferred'}
 */
function callBackOf({ ticket, wasTransferred }) {
  if (wasTransferred) return 'transferred';
  if (ticket?.state !== 'waiting' || !ticket.place) return 'none';
  if (ticket.call_back === 'away' || ticket.call_back === 'confirmed') return ticket.call_back;
  return ticket.place.ahead > 0 || ticket.place.seats_open === 0 ? 'may-leave' : 'none';
}

/**
 * Nobody comes before the opening: the place can be kept until then, or the number taken anew.
 * @param {App} app
 * @param {Opening} opening
 */
function keepOverClosing(app, opening) {
  // Without a known opening nobody can promise until when a place is kept.
  if (opening.state !== 'closed') return h('p', { class: 'quiet small' }, t('citizen.closed.late'));
  const when = formatComing(opening.opens_at ?? '');
  return [
    actionButton({ label: t('citizen.closed.keep'), icon: 'bell', class: 'button button--primary button--block', act: () => app.leaveQueue() }),
    h('p', { class: 'quiet small' }, t('citizen.closed.keepWhy')),
    h('p', { class: 'quiet small' }, t('citizen.closed.without', { when })),
    h('p', { class: 'quiet small' }, t('citizen.closed.late')),
  ];
}

/** @param {App} app @param {ReturnType<typeof callBackOf>} stage @param {Opening} [opening] while nobody is there */
function callBackView(app, stage, opening) {
  if (opening && (stage === 'may-leave' || stage === 'confirmed')) return keepOverClosing(app, opening);
  switch (stage) {
    case 'none': return null;
    case 'transferred': return notice('good', h('p', { class: 'strong' }, t('citizen.waiting.transferredMore')));
    case 'confirmed': return notice('good', h('p', { class: 'strong' }, t('citizen.waiting.confirmed')));
    case 'may-leave': return [
      actionButton({ label: t('citizen.waiting.mayLeave'), icon: 'bell', class: 'button button--block', act: () => app.leaveQueue() }),
      h('p', { class: 'quiet small' }, t('citizen.waiting.mayLeaveWhy')),
    ];
    case 'away': return h('div', { class: 'card stack stack--tight away' },
      h('h2', null, icon('bell'), ' ', t('citizen.callBack.kept')),
      opening?.state === 'closed' && h('p', { class: 'strong' }, t('citizen.closed.keptUntil', { when: formatComing(opening.opens_at ?? '') })),
      h('p', null, t('citizen.callBack.how')),
      app.alerts.permission === 'granted' ? null : h('p', { class: 'small away__hint' }, icon('info'), h('span', null, t('citizen.callBack.noNotes'))),
      actionButton({ label: t('citizen.asked.back'), icon: 'check', class: 'button button--block', act: () => app.confirmBack() }));
  }
}

/** The wait as a range that moves; the exact minute is not known and not claimed. @param {Place} place */
export function waitText(place) {
  const range = waitRange(place);
  if (!range) return null;
  return range.from === 0 ? t('citizen.waiting.under', { n: range.to }) : t('citizen.waiting.between', { from: range.from, to: range.to });
}

/** @param {State} state */
function placeOf({ ticket, wasTransferred }) {
  if (wasTransferred) return h('p', { class: 'place__big' }, t('citizen.waiting.transferred'));
  if (ticket?.state !== 'waiting') return h('p', { class: 'place__big' }, t('citizen.waiting.connecting'));
  if (!ticket.place) return h('p', { class: 'place__big' }, t('citizen.waiting.placeSoon'));
  const { ahead, seats_open: seats, opening } = ticket.place;
  if (opening) return closedPlace(opening, ahead, ticket.call_back === 'away' || ticket.call_back === 'asked');
  const wait = waitText(ticket.place);
  return [
    h('p', { class: 'place__big' }, ahead === 0 ? t('citizen.waiting.next') : t('citizen.waiting.ahead', { n: ahead })),
    wait && h('p', { class: 'place__wait' }, icon('clock'), wait),
    seats > 0
      ? h('p', { class: 'place__seats' }, icon('seat'), t('citizen.waiting.seats', { n: seats }))
      : h('div', { class: 'place__none' }, icon('clock'), h('span', null, t('citizen.waiting.noSeats'))),
  ];
}

/** Closed: when it opens is the first thing to know, the place comes after it. @param {Opening} opening @param {number} ahead @param {boolean} isKept */
function closedPlace(opening, ahead, isKept) {
  const unknown = opening.missing_year ? t('citizen.closed.unknown', { year: opening.missing_year }) : t('citizen.closed.unknownPlain');
  return [
    h('p', { class: 'place__big' }, t('citizen.closed.title')),
    opening.state === 'closed'
      ? h('p', { class: 'place__wait' }, icon('clock'), t('citizen.closed.opens', { when: formatComing(opening.opens_at ?? '') }))
      : h('p', { class: 'place__none' }, icon('info'), h('span', null, unknown)),
    h('p', { class: 'place__seats' }, ahead === 0 ? t('citizen.closed.first') : t('citizen.waiting.ahead', { n: ahead })),
    isKept && h('p', { class: 'quiet small' }, t('citizen.closed.safe')),
    !isKept && opening.state === 'closed' && h('p', { class: 'quiet small' }, t('citizen.closed.offer')),
  ];
}

/** A phone that goes dark in the queue does not ring. @returns {() => void} */
export function keepAwake() {
  /** @type {WakeLockSentinel | null} */
  let lock = null;
  let isOver = false;
  const take = async () => {
    if (isOver || document.hidden || !('wakeLock' in navigator)) return;
    try {
      lock = await navigator.wakeLock.request('screen');
      if (isOver) lock.release();
    } catch { /* Low battery, or an old browser: the phone sleeps as it always did. */ }
  };
  document.addEventListener('visibilitychange', take);
  take();
  return () => {
    isOver = true;
    document.removeEventListener('visibilitychange', take);
    lock?.release();
  };
}
