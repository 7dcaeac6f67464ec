// One appointment, from the moment its time is held until it is over: what it is, and the one thing to do now.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { firstFree, isMoved, slotsKey, stageOf } from '../appointments.js';
import { leftOf, momentWords, timeOf } from '../days.js';
import { appointmentCard, bookedView, cancelAppointment, materialsToPrepare } from '../parts/appointment-view.js';
import { actionButton, backButton, heading, notice } from '../parts/pieces.js';
import { hasLiveTicket, itemKey } from '../state.js';
import { offers } from './book.js';

/** @import { App } from '../app.js' */
/** @import { Route } from '../routes.js' */
/** @import { Appointment } from '../wire.js' */

const TICK_MS = 1_000;
const OFFERS = 3;
/** Below this the seconds are shown: earlier they would only make one nervous. */
const SECONDS_SHOWN_MS = 120_000;

/** @param {App} app */
export function appointmentScreen(app) {
  const route = /** @type {Extract<Route, { name: 'appointment' }>} */ (app.state.route);
  const node = h('div', { class: 'stack' });
  const left = h('p', { class: 'held__left' });
  let drawn = '';
  let isMissing = false;
  let isFirst = true;

  /** What the page would say: it is drawn anew only when that changes, never under a finger. */
  function signature() {
    const one = app.booking.find(route.id);
    if (!one) return `none ${isMissing}`;
    const { state } = app;
    const now = app.now();
    return JSON.stringify([one, stageOf(one, now), momentWords(one.starts_at, now), state.items[itemKey(one.item.code, { version: one.item.version })] !== undefined,
      needsOffers(one, now) && state.slots[slotsKey(wantedOf(one))], hasLiveTicket(state) && state.ticket?.number, state.cases.length]);
  }

  function draw() {
    const key = signature();
    if (key === drawn) return drawLeft();
    const one = app.booking.find(route.id);
    const stood = drawn;
    drawn = key;
    if (!one) return replaceChildren(node, isMissing ? missing(app) : h('p', { role: 'status' }, t('shared.loading')));
    app.loadItem(one.item.code, { version: one.item.version });
    if (needsOffers(one, app.now()) && !app.state.slots[slotsKey(wantedOf(one))]) loadOffers(one);
    drawLeft();
    const hadFocus = node.contains(document.activeElement) || document.activeElement === document.body;
    replaceChildren(node, backButton(() => app.go({ name: 'find' })), viewOf(app, one, left));
    // Another page of the same appointment: reading begins at its heading again.
    if (!isFirst && hadFocus && headline(stood) !== headline(key)) {
      node.querySelector('h1')?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    isFirst = false;
  }

  function drawLeft() {
    const one = app.booking.find(route.id);
    const ms = Date.parse(one?.hold_until ?? '') - app.now();
    if (!one || one.state !== 'held' || Number.isNaN(ms)) return;
    const { minutes, seconds } = leftOf(ms);
    const words = ms < SECONDS_SHOWN_MS ? t('booking.held.left', { minutes, seconds }) : t('booking.held.leftMinutes', { minutes: Math.ceil(ms / 60_000) });
    if (left.textContent !== words) replaceChildren(left, icon('clock'), h('span', null, words));
  }

  /** @param {Appointment} one */
  async function loadOffers(one) {
    try { await app.booking.loadSlots(wantedOf(one)); } catch { /* The button below leads to the page that tries again. */ }
  }

  async function look() {
    try {
      await app.booking.load();
      isMissing = !app.booking.find(route.id);
    } catch {
      isMissing = true;
    }
    draw();
  }
  draw();
  if (!app.booking.find(route.id)) look();
  const timer = setInterval(draw, TICK_MS);
  return { node, update: draw, leave: () => clearInterval(timer) };
}

/** Stage and whether it was moved: what decides the heading. @param {string} key */
function headline(key) {
  if (!key.startsWith('[')) return key;
  const [one, stage] = JSON.parse(key);
  return `${stage} ${one.moved}`;
}

/** @param {Appointment} one */
function wantedOf({ item, kind, hall, language }) {
  return { code: item.code, kind, hall: hall.id, ...(language && { language }) };
}

/** @param {Appointment} one @param {number} now */
function needsOffers(one, now) {
  const stage = stageOf(one, now);
  return isMoved(one, now) || stage === 'late' || stage === 'no-show';
}

/** @param {App} app @param {Appointment} one @param {HTMLElement} left */
function viewOf(app, one, left) {
  const stage = stageOf(one, app.now());
  if (isMoved(one, app.now())) return moved(app, one);
  switch (stage) {
    case 'held': return held(app, one, left);
    case 'lapsed': return lapsed(app, one);
    case 'early': return bookedView(app, one);
    case 'open': return open(app, one);
    case 'late':
    case 'no-show': return late(app, one);
    case 'checked-in': return checkedIn(app, one);
    case 'served': return over(app, one, 'served');
    case 'cancelled': return over(app, one, 'cancelled');
    case 'rescheduled': return rescheduled(app, one);
  }
}

/** @param {App} app */
function missing(app) {
  return [heading(t('booking.missing.title')), h('p', null, t('booking.missing.body')), homeButton(app, true)];
}

/** @param {App} app @param {boolean} [isMain] */
function homeButton(app, isMain = false) {
  return h('button', { class: ['button button--block', isMain && 'button--primary button--large'], type: 'button', on: { click: () => app.go({ name: 'find' }) } }, t('booking.booked.home'));
}

/** @param {App} app @param {Appointment} one @param {string} [replaces] */
function chooseAgain(app, one, replaces) {
  app.go({ name: 'book', ...wantedOf(one), ...(replaces && { replaces }) });
}

/** The last look before it is booked. @param {App} app @param {Appointment} one @param {HTMLElement} left */
function held(app, one, left) {
  const replaces = one.replaces ?? undefined;
  const old = app.booking.find(replaces);
  return [
    h('p', { class: 'quiet small' }, t('booking.step.last')),
    heading(t('booking.held.title')),
    appointmentCard(app, one),
    old && notice('info', h('p', null, t('booking.held.replaces', { when: momentWords(old.starts_at, app.now()) }))),
    left,
    actionButton({ label: t('booking.held.book'), icon: 'check', class: 'button button--primary button--large button--block', act: () => app.booking.book(one) }),
    h('button', { class: 'button button--block', type: 'button', on: { click: () => chooseAgain(app, one, replaces) } }, t('booking.held.other')),
    actionButton({
      label: t('booking.held.giveUp'), class: 'button button--quiet button--block',
      async act() {
        await app.booking.cancel(one);
        app.say({ key: 'booking.held.givenUp', toast: true });
        app.go(old ? { name: 'appointment', id: old.id } : { name: 'find' }, { replace: true });
      },
    }),
    materialsToPrepare(app, one),
  ];
}

/** @param {App} app @param {Appointment} one */
function lapsed(app, one) {
  const replaces = one.replaces ?? undefined;
  return [
    heading(t('booking.lapsed.title')),
    h('p', null, t('booking.lapsed.body')),
    app.booking.find(replaces) && notice('good', h('p', null, t('booking.lapsed.kept'))),
    actionButton({ label: t('booking.lapsed.again'), class: 'button button--primary button--large button--block', act: () => chooseAgain(app, one, replaces) }),
    homeButton(app),
  ];
}

/** The one big button. @param {App} app @param {Appointment} one */
function open(app, one) {
  const isAfter = app.now() > Date.parse(one.starts_at);
  const words = momentParts(one);
  return [
    heading(t('booking.open.title')),
    h('p', { class: 'open__body' }, t(isAfter ? 'booking.open.bodyLate' : 'booking.open.body', words)),
    actionButton({ label: t('booking.open.checkIn'), icon: 'check', class: 'button button--primary button--block open__button', act: () => app.booking.checkIn(one) }),
    h('p', { class: 'quiet small' }, t('booking.open.after')),
    appointmentCard(app, one),
    materialsToPrepare(app, one),
    h('button', { class: 'button button--block', type: 'button', on: { click: () => chooseAgain(app, one, one.id) } }, t('booking.booked.move')),
    actionButton({ label: t('booking.booked.cancel'), class: 'button button--quiet button--block', act: () => cancelAppointment(app, one) }),
  ];
}

/** @param {Appointment} one */
function momentParts(one) {
  return { time: timeOf(one.starts_at), until: timeOf(one.check_in_until) };
}

/** @param {App} app @param {Appointment} one */
function late(app, one) {
  const when = momentWords(one.starts_at, app.now());
  return [
    heading(t('booking.late.title')),
    h('p', null, one.ticket_id ? t('booking.late.bodyCalled', { when }) : t('booking.late.body', { when, until: timeOf(one.check_in_until) })),
    h('p', { class: 'strong' }, t('booking.late.next')),
    offered(app, one),
    h('button', { class: 'button button--primary button--large button--block', type: 'button', on: { click: () => chooseAgain(app, one) } }, t('booking.late.again')),
    h('button', { class: 'button button--block', type: 'button', on: { click: () => app.go({ name: 'item', code: one.item.code }) } }, icon('ticket'), t('booking.late.now')),
  ];
}

/** The hall took the time back. @param {App} app @param {Appointment} one */
function moved(app, one) {
  return [
    heading(t('booking.moved.title')),
    notice('warn', h('p', null, t('booking.moved.body', { when: momentWords(one.starts_at, app.now()) }))),
    offered(app, one, one.id),
    stageOf(one, app.now()) === 'open' && actionButton({ label: t('booking.moved.now'), icon: 'check', class: 'button button--block', act: () => app.booking.checkIn(one) }),
    h('button', { class: 'button button--primary button--large button--block', type: 'button', on: { click: () => chooseAgain(app, one, one.id) } }, t('booking.moved.more')),
    appointmentCard(app, one),
    actionButton({ label: t('booking.booked.cancel'), class: 'button button--quiet button--block', act: () => cancelAppointment(app, one) }),
  ];
}

/** The first few times that are free, at once. @param {App} app @param {Appointment} one @param {string} [replaces] */
function offered(app, one, replaces) {
  const known = app.state.slots[slotsKey(wantedOf(one))];
  if (!known || known === 'none') return null;
  const free = firstFree(known, OFFERS).filter((slot) => Date.parse(slot.starts_at) > app.now());
  if (free.length === 0) return null;
  return h('section', { class: 'stack stack--tight' },
    h('h2', null, t('booking.moved.offers')), offers(app, { ...wantedOf(one), replaces }, free, known.zone));
}

/** @param {App} app @param {Appointment} one */
function checkedIn(app, one) {
  const isMine = hasLiveTicket(app.state) && (!one.ticket_id || app.state.ticket?.id === one.ticket_id);
  return [
    heading(t('booking.checkedIn.title')),
    h('p', null, t('booking.checkedIn.body', { time: timeOf(one.starts_at) })),
    isMine
      ? h('button', { class: 'button button--primary button--large button--block', type: 'button', on: { click: () => app.go({ name: 'ticket' }) } }, icon('ticket'), t('booking.checkedIn.go'))
      : homeButton(app, true),
    appointmentCard(app, one),
  ];
}

/** @param {App} app @param {Appointment} one @param {'served' | 'cancelled'} word */
function over(app, one, word) {
  return [
    heading(t(`booking.${word}.title`)),
    h('p', null, t(`booking.${word}.body`, { when: momentWords(one.starts_at, app.now()), ...(word === 'served' && { item: one.item.name }) })),
    h('button', { class: 'button button--primary button--large button--block', type: 'button', on: { click: () => chooseAgain(app, one) } }, t('booking.again')),
    homeButton(app),
  ];
}

/** @param {App} app @param {Appointment} one */
function rescheduled(app, one) {
  const newer = app.state.appointments.find((other) => other.replaces === one.id && other.state === 'booked');
  return [
    heading(t('booking.rescheduled.title')),
    h('p', null, t('booking.rescheduled.body', { when: momentWords(one.starts_at, app.now()) })),
    newer && h('button', { class: 'button button--primary button--large button--block', type: 'button', on: { click: () => app.go({ name: 'appointment', id: newer.id }) } }, t('booking.rescheduled.go')),
    homeButton(app),
  ];
}
