// The words and rules of one's own shifts. Nothing here draws, sends or looks at a clock.

import { formatComing, formatTime, getLocale, t } from '../../text/text.js';

/** @typedef {{id: string, agent_id: string, from: string, to: string, reason: string, state: LeaveState, decided_by?: string | null, note?: string}} Leave */
/** @typedef {"asked" | "approved" | "declined" | "withdrawn"} LeaveState */
/** @typedef {"asked" | "agreed" | "approved" | "declined" | "withdrawn"} SwapState */
/**
 * @typedef {{id: string, shift_id: string, date: string, from_agent_id: string, from_name: string, to_agent_id: string, to_name: string,
 *   state: SwapState, decided_by?: string | null, note?: string}} Swap
 */
/** @typedef {{id: string, name: string}} Colleague */

const DAY_MS = 24 * 60 * 60 * 1000;
/** The server takes no longer leave. */
const LONGEST_MS = 366 * DAY_MS;

/** Only another day than today is named. @param {string} at @param {number} now */
function startText(at, now) {
  const time = formatTime(at);
  const said = formatComing(at, now);
  return said === t('shared.day.today', { time }) ? time : said;
}

/** A shift until midnight ends with its day, not with the beginning of the next. @param {string} at */
export function shiftEnd(at) {
  const time = formatTime(at);
  return time === '00:00' ? '24:00' : time;
}

/**
 * The shift as the bar says it.
 * @param {import("../../signaling/messages.js").SeatShift | undefined} shift
 * @param {number} now milliseconds since 1970
 * @returns {string} nothing when no shift is under way or to come
 */
export function shiftText(shift, now) {
  if (!shift) return '';
  if (now < Date.parse(shift.starts_at)) return t('seat.shifts.next', { time: startText(shift.starts_at, now) });
  const next = shift.next_starts_at ? t('seat.shifts.next', { time: startText(shift.next_starts_at, now) }) : '';
  if (now >= Date.parse(shift.ends_at)) return next;
  const current = t('seat.shifts.now', { from: formatTime(shift.starts_at), to: shiftEnd(shift.ends_at) });
  return next ? t('seat.shifts.now-and-next', { now: current, next }) : current;
}

/**
 * A time as a `datetime-local` field writes it, in the halls' own time whatever the computer's is.
 * @param {string} written `2026-12-01T09:00`
 * @returns {string | null} as it goes over the wire
 */
export function hallTime(written) {
  const found = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(?::\d{2})?$/.exec(written);
  const at = found && `${found[1]}:00+08:00`;
  return at && !Number.isNaN(Date.parse(at)) ? at : null;
}

/**
 * What is wrong with a leave as written, by its field.
 * @param {{from: string, to: string, reason: string}} written
 * @returns {{from?: string, to?: string, reason?: string}} keys of sentences; none when all is well
 */
export function leaveFaults({ from, to, reason }) {
  const [starts, ends] = [hallTime(from), hallTime(to)];
  /** @type {{from?: string, to?: string, reason?: string}} */
  const faults = {};
  if (!starts) faults.from = 'seat.shifts.leave.from-missing';
  if (!ends) faults.to = 'seat.shifts.leave.to-missing';
  else if (starts && Date.parse(ends) <= Date.parse(starts)) faults.to = 'seat.shifts.leave.to-early';
  else if (starts && Date.parse(ends) - Date.parse(starts) > LONGEST_MS) faults.to = 'seat.shifts.leave.too-long';
  if (!reason.trim()) faults.reason = 'seat.shifts.leave.reason-missing';
  return faults;
}

/** `12月1日周二 09:00`, in the halls' time. @param {string} at */
export function momentText(at) {
  return t('seat.shifts.moment', { day: dayName(Date.parse(at), 'Asia/Shanghai'), time: formatTime(at) });
}

/** @param {string} date `2026-12-01` */
export const dateText = (date) => dayName(Date.parse(`${date}T00:00:00Z`), 'UTC');

/** @param {number} at @param {string} timeZone */
function dayName(at, timeZone) {
  return new Intl.DateTimeFormat(getLocale() === 'zh-Hant' ? 'zh-TW' : getLocale(), { timeZone, month: 'long', day: 'numeric', weekday: 'short' }).format(at);
}

/** Twice the day is said only when it is another. @param {string} from @param {string} to */
export function stretchText(from, to) {
  const isOneDay = dayName(Date.parse(from), 'Asia/Shanghai') === dayName(Date.parse(to), 'Asia/Shanghai') && Date.parse(to) - Date.parse(from) <= DAY_MS;
  return t('seat.shifts.stretch', { from: momentText(from), to: isOneDay ? formatTime(to) : momentText(to) });
}

/** @param {Leave} leave */
export const mayWithdrawLeave = ({ state }) => state === 'asked' || state === 'approved';

/**
 * What one may do about a swap now.
 * @param {Swap} swap
 * @param {string | null} own
 * @returns {"answer" | "withdraw" | null}
 */
export function swapAct(swap, own) {
  if (own === null) return null;
  if (swap.to_agent_id === own) return swap.state === 'asked' ? 'answer' : null;
  return swap.state === 'asked' || swap.state === 'agreed' || swap.state === 'approved' ? 'withdraw' : null;
}

/** @param {Swap} swap @param {string | null} own */
export function swapText(swap, own) {
  const day = dateText(swap.date);
  if (swap.to_agent_id === own) return t('seat.shifts.swap.from-colleague', { name: swap.from_name, day });
  if (swap.from_agent_id === own) return t('seat.shifts.swap.to-colleague', { name: swap.to_name, day });
  return t('seat.shifts.swap.between', { from: swap.from_name, to: swap.to_name, day });
}

/** Whose turn it is, from one's own side. @param {Swap} swap @param {string | null} own */
export function swapStateText(swap, own) {
  return t(swap.state === 'asked' && swap.to_agent_id === own ? 'seat.shifts.swap.state.asked-me' : `seat.shifts.swap.state.${swap.state}`);
}

/**
 * The shifts that one can offer: not those in a swap already, nor those that came by one, which the server lets nobody hand on.
 * @template {{id: string, date: string}} Shift
 * @param {Shift[]} shifts one's own
 * @param {Swap[]} swaps
 * @param {string | null} own
 * @returns {Shift[]}
 */
export function swappable(shifts, swaps, own) {
  const isBound = (/** @type {Swap} */ { state, to_agent_id }) => state === 'approved' || (to_agent_id !== own && (state === 'asked' || state === 'agreed'));
  const bound = new Set(swaps.filter(isBound).map(({ shift_id, date }) => `${date} ${shift_id}`));
  return shifts.filter(({ id, date }) => !bound.has(`${date} ${id}`));
}
