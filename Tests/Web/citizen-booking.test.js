import assert from 'node:assert/strict';
import test, { beforeEach } from 'node:test';
import {
  byPart, currentAppointments, dueAppointment, firstFree, freeOf, isMoved, limitReason, nextTurn, sameAppointment, slotsKey, stageOf, withAppointment, withList, withSlots,
} from '../../Web/citizen/appointments.js';
import { Booking } from '../../Web/citizen/booking.js';
import { addDays, dayLine, dayOf, dayWords, daysBetween, leftOf, momentWords, partOfDay, timeOf } from '../../Web/citizen/days.js';
import { sayings, titleOf } from '../../Web/citizen/effects.js';
import { formatRoute, parseRoute } from '../../Web/citizen/routes.js';
import { initialState, reduce, screenOf } from '../../Web/citizen/state.js';
import { registerTable, setLocale } from '../../Web/text/text.js';
import { BookingFake, Refusal } from './booking-fake.js';

/** @import { Action, State } from '../../Web/citizen/state.js' */

const MINUTE_MS = 60_000;
const wanted = { code: 'I1', kind: 'pre-review', hall: 'h1' };
const monday = Date.parse('2026-11-23T10:00:00+08:00');
/** @param {string} time on Tuesday, the 24th @param {any} [change] @returns {any} */
const appointment = (time, change) => ({
  id: `a${time}`, number: 'Y0001', hall: { id: 'h1', name: '大厅' }, item: { code: 'I1', version: 1, name: '事项' }, kind: 'pre-review',
  starts_at: `2026-11-24T${time}:00+08:00`, ends_at: `2026-11-24T${time}:00+08:00`, state: 'booked', hold_until: null,
  check_in_from: new Date(Date.parse(`2026-11-24T${time}:00+08:00`) - 15 * MINUTE_MS).toISOString(),
  check_in_until: new Date(Date.parse(`2026-11-24T${time}:00+08:00`) + 15 * MINUTE_MS).toISOString(), moved: false, replaces: null, ticket_id: null, ...change,
});
/** @param {string} time */
const at = (time) => Date.parse(`2026-11-24T${time}+08:00`);

for (const locale of /** @type {const} */ (['zh-CN', 'en'])) registerTable(locale, (await import(`../../Web/text/${locale}/booking.js`)).default);
beforeEach(() => setLocale('zh-CN'));

test('days and times are those of the hall, wherever the phone believes it is', () => {
  // Half past midnight of the 24th in Chaozhou; still the 23rd in Greenwich and in New York.
  assert.equal(dayOf('2026-11-23T16:30:00Z'), '2026-11-24');
  assert.equal(timeOf('2026-11-23T16:30:00Z'), '00:30');
  assert.equal(dayOf('2026-11-23T16:30:00Z', 'America/New_York'), '2026-11-23');
  assert.equal(timeOf('2026-11-23T16:30:00Z', 'Europe/Berlin'), '17:30');
  assert.equal(partOfDay('2026-11-24T04:00:00Z'), 'afternoon');
  assert.equal(partOfDay('2026-11-24T03:59:00Z'), 'forenoon');
  assert.equal(partOfDay('2026-11-24T10:00:00Z'), 'evening');
});

test('days are counted by the calendar, over a month, a year and a leap day', () => {
  assert.equal(addDays('2026-12-31', 1), '2027-01-01');
  assert.equal(addDays('2028-02-28', 1), '2028-02-29');
  assert.equal(daysBetween('2026-12-30', '2027-01-02'), 3);
  assert.equal(daysBetween('2027-01-02', '2026-12-30'), -3);
});

test('near days have a word, far ones a date, and another year is named', async () => {
  assert.deepEqual(dayWords('2026-11-23', '2026-11-23'), { near: '今天', date: '11月23日', weekday: '星期一' });
  assert.equal(dayWords('2026-11-24', '2026-11-23').near, '明天');
  assert.equal(dayWords('2026-11-25', '2026-11-23').near, '后天');
  assert.equal(dayLine('2026-11-26', '2026-11-23'), '11月26日 星期四');
  assert.equal(dayLine('2026-11-22', '2026-11-23'), '11月22日 星期日');
  assert.equal(dayLine('2027-01-04', '2026-12-28'), '2027年1月4日 星期一');
  assert.equal(momentWords('2026-11-24T09:30:00+08:00', monday), '明天 09:30');
  assert.equal(momentWords('2026-11-27T09:30:00+08:00', monday), '11月27日 星期五 09:30');
  // A quarter to midnight in the hall: tomorrow begins in a quarter of an hour.
  assert.equal(momentWords('2026-11-24T00:00:00+08:00', Date.parse('2026-11-23T23:45:00+08:00')), '明天 00:00');
  await setLocale('en');
  assert.equal(dayLine('2026-11-26', '2026-11-23'), 'Thursday, 26 November');
});

test('a countdown never goes below nothing', () => {
  assert.deepEqual(leftOf(61_000), { minutes: 1, seconds: 1 });
  assert.deepEqual(leftOf(500), { minutes: 0, seconds: 1 });
  assert.deepEqual(leftOf(-5_000), { minutes: 0, seconds: 0 });
});

test('an appointment means something else as time passes', () => {
  const one = appointment('09:30');
  assert.equal(stageOf(one, at('09:14:59')), 'early');
  assert.equal(stageOf(one, at('09:15')), 'open');
  assert.equal(stageOf(one, at('09:45')), 'open');
  assert.equal(stageOf(one, at('09:45:01')), 'late');
  const held = appointment('09:30', { state: 'held', hold_until: '2026-11-23T10:10:00+08:00' });
  assert.equal(stageOf(held, monday), 'held');
  assert.equal(stageOf(held, monday + 10 * MINUTE_MS), 'lapsed');
  assert.equal(nextTurn([one, held], monday), monday + 10 * MINUTE_MS);
  assert.equal(nextTurn([one], at('09:20')), at('09:45'));
  assert.equal(nextTurn([appointment('09:30', { state: 'cancelled' })], monday), null);
});

test('the first page speaks of what is to come and of what was missed today', () => {
  const list = [appointment('14:30'), appointment('09:30'), appointment('10:00', { state: 'cancelled' }), appointment('08:00', { state: 'no-show' })];
  assert.deepEqual(currentAppointments(list, at('08:30')).map((one) => one.id), ['a08:00', 'a09:30', 'a14:30']);
  assert.deepEqual(currentAppointments(list, Date.parse('2026-11-25T08:30:00+08:00')), []);
  assert.equal(dueAppointment(list, at('09:20'))?.id, 'a09:30');
  assert.equal(dueAppointment(list, at('08:20')), null);
  assert.ok(isMoved(appointment('09:30', { moved: true }), monday));
  assert.ok(!isMoved(appointment('09:30', { moved: true, state: 'cancelled' }), monday));
});

test('later news wins, and what is over does not come back', () => {
  const list = [appointment('09:30')];
  assert.equal(withAppointment(list, appointment('09:30', { moved: true }))[0].moved, true);
  const over = withAppointment(list, appointment('09:30', { state: 'cancelled' }));
  assert.equal(withAppointment(over, appointment('09:30'))[0].state, 'cancelled');
  assert.equal(withAppointment(list, appointment('10:00')).length, 2);
});

test('a list that was asked for earlier does not undo what came meanwhile', async () => {
  const [old, held, moved] = [appointment('09:30'), appointment('10:00', { state: 'held' }), appointment('09:30', { moved: true })];
  assert.deepEqual(withList([], [held], []), [held]);
  assert.deepEqual(withList([old], [moved], [old]), [moved]);
  assert.deepEqual(withList([old], [old], [moved]), [moved]);
  assert.deepEqual(withList([old], [old], []), []);
  const fake = new BookingFake();
  const { app, booking } = page(fake);
  const early = fake.answer('GET', '/appointments');
  await booking.hold(confirm('09:30'));
  const late = booking.load();
  fake.answer = () => early;
  app.dispatch({ type: 'appointment', appointment: { ...app.state.appointments[0] } });
  await late;
  assert.equal(app.state.appointments.length, 1);
});

test('a time that was taken keeps its place, and the day counts what is left', () => {
  const fake = new BookingFake();
  const known = withSlots(undefined, fake.slots('2026-11-24', 2));
  assert.equal(freeOf(known.days['2026-11-24']), 22);
  fake.others.set(at('09:30'), 2);
  const later = withSlots(known, fake.slots('2026-11-24', 1));
  assert.deepEqual(later.days['2026-11-24'].slice(0, 3).map((slot) => slot.free), [2, 0, 2]);
  assert.equal(freeOf(later.days['2026-11-24']), 20);
  assert.equal(later.days['2026-11-25'], known.days['2026-11-25']);
  assert.deepEqual(firstFree(later, 2).map((slot) => timeOf(slot.starts_at)), ['09:00', '10:00']);
  assert.deepEqual(byPart(later.days['2026-11-24'], 'Asia/Shanghai').map(({ part, slots }) => [part, slots.length]), [['forenoon', 6], ['afternoon', 5]]);
});

test('why no more can be booked is told apart', () => {
  const two = [appointment('09:30'), { ...appointment('10:00'), id: 'b', starts_at: '2026-11-25T10:00:00+08:00' }];
  assert.equal(limitReason(two, wanted, '2026-11-24T15:00:00+08:00', monday).why, 'same-day');
  assert.equal(limitReason(two, wanted, '2026-11-26T15:00:00+08:00', monday).why, 'many');
  assert.equal(limitReason([], wanted, '2026-11-26T15:00:00+08:00', monday).why, 'changed');
});

test('addresses lead back to where one was, and nonsense to a page that asks', () => {
  for (const hash of [
    '#/book/I1/pre-review/h1', '#/book/I1/pre-review/h1/2026-11-24', '#/book/I1/pre-review/h1/2026-11-24/a1', '#/book/I1/pre-review/h1/-/a1',
    '#/confirm/I1/pre-review/h1/2026-11-24T09%3A30%3A00%2B08%3A00', '#/appointment/a1',
  ]) assert.equal(formatRoute(parseRoute(hash)), hash);
  assert.equal(parseRoute('#/book/I1/pre-review/h1/soon').name, 'book');
  assert.equal(parseRoute('#/confirm/I1/pre-review/h1/soon').name, 'book');
  assert.equal(parseRoute('#/appointment').name, 'find');
});

/** @param {State} state @param {...Action} actions */
const after = (state, ...actions) => actions.reduce(reduce, state);
/** @param {string} hash */
const signedIn = (hash) => after(initialState(hash), { type: 'booted', me: { name: '陈' } });

test('who is not known yet is asked before a time is held, and not before one is chosen', () => {
  const hash = '#/confirm/I1/pre-review/h1/2026-11-24T09%3A30%3A00%2B08%3A00';
  assert.equal(screenOf(after(initialState('#/book/I1/pre-review/h1'), { type: 'booted', me: null })), 'book');
  assert.equal(screenOf(after(initialState(hash), { type: 'booted', me: null })), 'sign-in');
  assert.equal(screenOf(after(initialState('#/appointment/a1'), { type: 'booted', me: null })), 'sign-in');
  assert.equal(screenOf(signedIn(hash)), 'confirm');
  assert.equal(screenOf(signedIn('#/appointment/a1')), 'appointment');
});

test('snapshot and pushes carry appointments, a sign-out takes them away', () => {
  const state = after(signedIn('#/'), { type: 'welcome', resumed: false, snapshot: { appointments: [appointment('09:30')] } });
  assert.equal(state.appointments.length, 1);
  const moved = after(state, { type: 'push', name: 'appointment.updated', payload: { appointment: appointment('09:30', { moved: true }) } });
  assert.deepEqual(sayings(state, moved).map(({ key }) => key), ['booking.moved.said']);
  assert.deepEqual(sayings(moved, moved), []);
  assert.deepEqual(after(moved, { type: 'signed-out' }).appointments, []);
});

test('the check-in that begins is said once, and not to whoever has just opened the page', () => {
  const list = after(signedIn('#/appointment/a09:30'), { type: 'appointments', appointments: [appointment('09:30')] });
  const early = after(list, { type: 'clock', now: at('09:00') });
  const open = after(early, { type: 'clock', now: at('09:15') });
  assert.deepEqual(sayings(early, open).map(({ key }) => key), ['booking.open.said']);
  assert.deepEqual(sayings(open, after(open, { type: 'clock', now: at('09:16') })), []);
  assert.deepEqual(sayings(list, after(list, { type: 'clock', now: at('09:15') })), []);
  assert.equal(titleOf(open).key, 'booking.title.open');
  assert.equal(titleOf(early).key, 'booking.title.page');
});

/** The page around the booking, with the fake behind its requests. @param {BookingFake} fake */
function page(fake) {
  const app = {
    state: signedIn('#/'),
    asked: /** @type {string[]} */ ([]),
    gone: /** @type {any[]} */ ([]),
    /** What the network does with the answer to the next request of a kind. @type {Map<string, 'lose'>} */
    trouble: new Map(),
    connection: { line: 'open' },
    dispatch(/** @type {Action} */ action) { app.state = reduce(app.state, action); },
    now: () => fake.now,
    go: (/** @type {any} */ route) => app.gone.push(route),
    connect() {},
  };
  globalThis.fetch = /** @type {any} */ (async (/** @type {string} */ url, /** @type {any} */ init) => {
    const path = url.replace('/api/v1', '');
    const what = `${init.method} ${path.split('?')[0]}`;
    app.asked.push(what);
    await null;
    try {
      const { status, body } = fake.answer(init.method, path, init.body ? JSON.parse(init.body) : undefined);
      if (app.trouble.delete(what)) throw new TypeError('the line broke');
      return Response.json(body, { status });
    } catch (error) {
      if (error instanceof Refusal) return Response.json({ code: error.code, detail: error.code }, { status: error.status });
      throw error;
    }
  });
  return { app, booking: new Booking(/** @type {any} */ (app)) };
}
/** @param {string} time @param {string} [replaces] @returns {any} */
const confirm = (time, replaces) => ({ name: 'confirm', ...wanted, at: `2026-11-24T${time}:00+08:00`, ...(replaces && { replaces }) });
/** @param {BookingFake} fake */
const states = (fake) => fake.appointments.map((one) => one.state);

test('two taps hold once and book once', async () => {
  const fake = new BookingFake();
  const { booking } = page(fake);
  const [one, same] = await Promise.all([booking.hold(confirm('09:30')), booking.hold(confirm('09:30'))]);
  assert.equal(one.id, same.id);
  await Promise.all([booking.book(one), booking.book(one)]);
  assert.deepEqual(states(fake), ['booked']);
  assert.equal((await booking.hold(confirm('09:30'))).id, one.id);
  assert.deepEqual(states(fake), ['booked']);
});

test('an answer that was lost is looked up, and nothing is done twice', async () => {
  const fake = new BookingFake();
  const { app, booking } = page(fake);
  app.trouble.set('POST /appointments', 'lose');
  const one = await booking.hold(confirm('09:30'));
  assert.equal(one.state, 'held');
  app.trouble.set(`POST /appointments/${one.id}/book`, 'lose');
  await booking.book(one);
  assert.equal(booking.find(one.id)?.state, 'booked');
  assert.deepEqual(states(fake), ['booked']);
});

test('whoever chooses another time gives back what was only held', async () => {
  const fake = new BookingFake();
  const { booking } = page(fake);
  await booking.hold(confirm('09:30'));
  await booking.hold(confirm('10:00'));
  assert.deepEqual(states(fake), ['cancelled', 'held']);
});

test('the old time is kept until the new one is booked', async () => {
  const fake = new BookingFake();
  const { booking } = page(fake);
  const old = await booking.hold(confirm('09:30'));
  await booking.book(old);
  const next = await booking.hold(confirm('15:00', old.id));
  assert.deepEqual(states(fake), ['booked', 'held']);
  await booking.book(next);
  assert.deepEqual(states(fake), ['rescheduled', 'booked']);
});

test('a hold that ran out is shown as such, and refusals keep their codes', async () => {
  const fake = new BookingFake();
  const { booking } = page(fake);
  const one = await booking.hold(confirm('09:30'));
  fake.now += 11 * MINUTE_MS;
  await assert.rejects(booking.book(one), { code: 'hold_expired' });
  assert.equal(booking.find(one.id)?.state, 'lapsed');
  fake.others.set(at('10:00'), 2);
  await assert.rejects(booking.hold(confirm('10:00')), { code: 'slot_full' });
});

test('check-in gives a ticket and leads to it; too early it says so', async () => {
  const fake = new BookingFake();
  const { app, booking } = page(fake);
  const one = await booking.hold(confirm('09:30'));
  await booking.book(one);
  await assert.rejects(booking.checkIn(one), { code: 'too_early' });
  fake.now = at('09:20');
  await booking.checkIn(one);
  assert.equal(app.state.ticket?.id, booking.find(one.id)?.ticket_id);
  assert.deepEqual(app.gone.at(-1), { name: 'ticket' });
});

test('a hall that takes no appointments is an answer, a broken line is not', async () => {
  const fake = new BookingFake();
  const { app, booking } = page(fake);
  await booking.loadSlots(wanted);
  const known = app.state.slots[slotsKey(wanted)];
  assert.ok(known && known !== 'none' && known.next);
  fake.slots = () => { throw new Refusal('not_found', 404); };
  await booking.loadSlots({ ...wanted, hall: 'h2' });
  assert.equal(app.state.slots[slotsKey({ ...wanted, hall: 'h2' })], 'none');
  globalThis.fetch = /** @type {any} */ (() => Promise.reject(new TypeError('offline')));
  await assert.rejects(booking.loadSlots(wanted), { code: 'network_unavailable' });
});

test('the same appointment is known again by what it is for', () => {
  const list = [appointment('09:30')];
  assert.equal(sameAppointment(list, wanted, '2026-11-24T01:30:00Z', monday)?.id, 'a09:30');
  assert.equal(sameAppointment(list, { ...wanted, hall: 'h2' }, '2026-11-24T01:30:00Z', monday), null);
  assert.equal(sameAppointment([appointment('09:30', { state: 'cancelled' })], wanted, '2026-11-24T01:30:00Z', monday), null);
});
