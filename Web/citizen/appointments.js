// Appointments and the times that can be booked: what they mean for the person at this moment. Pure: the moment is an argument.

import { dayOf, partOfDay } from './days.js';

/** @import { Appointment, AppointmentState, Slot, SlotsAnswer } from './wire.js' */

/**
 * What is asked for. `replaces`: the appointment that this one takes the place of once it is booked.
 * @typedef {{ code: string, kind: string, hall: string, language?: string }} Wanted
 */
/**
 * Times of one matter as far as they are known, by day. `gone`: those that were free on this page and are not any more; they stay
 * where they were, so that no other time slips under the finger.
 * @typedef {Omit<SlotsAnswer, 'days'> & { days: Record<string, Slot[]> }} KnownSlots
 */
/**
 * Where an appointment stands for the person.
 * `early`: booked, and the check-in has not begun. `open`: check in now. `late`: the check-in is over, the hall has not said so yet.
 * @typedef {'held' | 'lapsed' | 'early' | 'open' | 'late' | 'checked-in' | 'served' | 'cancelled' | 'rescheduled' | 'no-show'} Stage
 */

/** States from which nothing leads back: later news of an earlier state is old news. @type {ReadonlySet<AppointmentState>} */
const OVER = new Set(['served', 'cancelled', 'rescheduled', 'no-show', 'lapsed']);

/**
 * @param {Appointment} one
 * @param {number} now milliseconds since 1970
 * @returns {Stage}
 */
export function stageOf(one, now) {
  switch (one.state) {
    case 'held': return one.hold_until && Date.parse(one.hold_until) <= now ? 'lapsed' : 'held';
    case 'booked':
      if (now < Date.parse(one.check_in_from)) return 'early';
      return now <= Date.parse(one.check_in_until) ? 'open' : 'late';
    case 'checked-in':
    case 'served':
    case 'cancelled':
    case 'rescheduled':
    case 'no-show':
    case 'lapsed': return one.state;
  }
}

/** Whether the hall took its time back, and there is still time to choose another. @param {Appointment} one @param {number} now */
export function isMoved(one, now) {
  return one.moved && one.state === 'booked' && stageOf(one, now) !== 'late';
}

/**
 * The list with one appointment's news in it.
 * @param {Appointment[]} list
 * @param {Appointment} one
 * @returns {Appointment[]}
 */
export function withAppointment(list, one) {
  const at = list.findIndex((other) => other.id === one.id);
  if (at < 0) return [one, ...list];
  // An answer over HTTP can come after a later push.
  if (OVER.has(list[at].state) && !OVER.has(one.state)) return list;
  return list.with(at, one);
}

/**
 * The list after an answer that was asked for a while ago: what changed on this page meanwhile is newer than the answer.
 * @param {Appointment[]} before as it was when the question went out
 * @param {Appointment[]} now as it is
 * @param {Appointment[]} answer
 * @returns {Appointment[]} newest first
 */
export function withList(before, now, answer) {
  const newer = now.filter((one) => !before.includes(one));
  const known = new Set(newer.map((one) => one.id));
  // The ids are in the order of their making.
  return [...newer, ...answer.filter((one) => !known.has(one.id))].sort((a, b) => a.id < b.id ? 1 : -1);
}

/**
 * Those that the first page speaks of: what is to come, soonest first, and what was missed today.
 * @param {Appointment[]} list
 * @param {number} now milliseconds since 1970
 * @param {string} [zone]
 * @returns {Appointment[]}
 */
export function currentAppointments(list, now, zone) {
  const today = dayOf(now, zone);
  return list.filter((one) => {
    switch (stageOf(one, now)) {
      case 'held':
      case 'early':
      case 'open':
      case 'checked-in': return true;
      case 'late':
      case 'no-show': return dayOf(one.starts_at, zone) === today;
      case 'lapsed':
      case 'served':
      case 'cancelled':
      case 'rescheduled': return false;
    }
  }).sort((a, b) => Date.parse(a.starts_at) - Date.parse(b.starts_at));
}

/** The one whose check-in is open now. @param {Appointment[]} list @param {number} now */
export function dueAppointment(list, now) {
  return currentAppointments(list, now).find((one) => stageOf(one, now) === 'open') ?? null;
}

/**
 * One that is on its way to exactly this already: an answer that was lost, or a second tap.
 * @param {Appointment[]} list
 * @param {Wanted} wanted
 * @param {string} startsAt RFC 3339
 * @param {number} now
 */
export function sameAppointment(list, wanted, startsAt, now) {
  return list.find((one) => {
    const stage = stageOf(one, now);
    const isLive = stage === 'held' || stage === 'early' || stage === 'open';
    return isLive && one.hall.id === wanted.hall && one.item.code === wanted.code && one.kind === wanted.kind &&
      Date.parse(one.starts_at) === Date.parse(startsAt);
  }) ?? null;
}

/** What is held for the same matter: another time takes its place. @param {Appointment[]} list @param {Wanted} wanted @param {number} now */
export function heldFor(list, wanted, now) {
  return list.filter((one) => stageOf(one, now) === 'held' && one.hall.id === wanted.hall && one.item.code === wanted.code && one.kind === wanted.kind);
}

/**
 * Why no more can be booked, as far as the page can tell. `same-day`: the matter is booked on that day already. `many`: as many as one may have.
 * `changed`: too many times were given back a short while ago, or missed.
 * @param {Appointment[]} list
 * @param {Wanted} wanted
 * @param {string} startsAt RFC 3339
 * @param {number} now
 * @returns {{ why: 'same-day' | 'many' | 'changed', own: Appointment[] }} `own`: those that stand in the way
 */
export function limitReason(list, wanted, startsAt, now) {
  const live = currentAppointments(list, now).filter((one) => ['held', 'early', 'open', 'checked-in'].includes(stageOf(one, now)));
  const sameDay = live.filter((one) => one.item.code === wanted.code && dayOf(one.starts_at) === dayOf(startsAt));
  if (sameDay.length > 0) return { why: 'same-day', own: sameDay };
  return live.length > 1 ? { why: 'many', own: live } : { why: 'changed', own: live };
}

/**
 * When the next change of meaning comes by itself, in milliseconds since 1970. Null: never.
 * @param {Appointment[]} list
 * @param {number} now
 * @returns {number | null}
 */
export function nextTurn(list, now) {
  const turns = list.flatMap((one) => one.state === 'held' ? [one.hold_until] : one.state === 'booked' ? [one.check_in_from, one.check_in_until] : [])
    .map((at) => Date.parse(at ?? '')).filter((at) => at >= now);
  return turns.length > 0 ? Math.min(...turns) : null;
}

/** Under which name the times of a matter are kept. @param {Wanted} wanted */
export function slotsKey({ code, kind, hall, language = '' }) {
  return [code, kind, hall, language].join(' ');
}

/**
 * What is known of the times after another answer. A time that was free before and is missing now is taken, and keeps its place.
 * @param {KnownSlots | undefined} known
 * @param {SlotsAnswer} answer
 * @returns {KnownSlots}
 */
export function withSlots(known, answer) {
  const { days, ...rest } = answer;
  const all = { ...known?.days };
  for (const { date, slots } of days) {
    const free = new Set(slots.map((slot) => slot.starts_at));
    const gone = (all[date] ?? []).filter((slot) => !free.has(slot.starts_at)).map((slot) => ({ ...slot, free: 0 }));
    all[date] = [...slots, ...gone].sort((a, b) => Date.parse(a.starts_at) - Date.parse(b.starts_at));
  }
  return { ...rest, days: all };
}

/** How many places a day still has. @param {Slot[]} slots */
export function freeOf(slots) {
  return slots.reduce((sum, slot) => sum + slot.free, 0);
}

/**
 * The first times that are free, over all days.
 * @param {KnownSlots} known
 * @param {number} count
 * @returns {Slot[]}
 */
export function firstFree({ days }, count) {
  return Object.keys(days).sort().flatMap((day) => days[day]).filter((slot) => slot.free > 0).slice(0, count);
}

/**
 * The times of a day by its parts, empty parts left out.
 * @param {Slot[]} slots
 * @param {string} [zone]
 */
export function byPart(slots, zone) {
  const parts = /** @type {const} */ (['forenoon', 'afternoon', 'evening']);
  return parts.map((part) => ({ part, slots: slots.filter((slot) => partOfDay(slot.starts_at, zone) === part) }))
    .filter((group) => group.slots.length > 0);
}
