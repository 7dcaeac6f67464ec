// What keys, buttons and the mouse do to the shift at the cursor, or at the empty place there.

import { t } from '../../text/text.js';
import { timeOf } from './days.js';
import { makeID } from './identifier.js';
import { faultsOf, movedBy, placeOn, putOn, resized, span, split } from './plan.js';
import { stretchText } from './shift-block.js';

/** @typedef {import("./plan.js").Shift} Shift */
/** @typedef {import("./plan.js").Change} Change */
/** @typedef {import("./plan.js").Day} Day */

const NEW_MINUTES = 180;

/**
 * @param {{
 *   grid: import("./grid.js").WeekGrid, body: () => import("./plan.js").Body, week: () => import("./api.js").Week | undefined,
 *   dayAt: (index: number) => {day: Day, shifts: Shift[]}, add: (changes: Change[], said: string) => void,
 *   openEditor: (shift: Shift, where: {day: Day, shifts: Shift[]}, isNew: boolean) => void, openDay: (index: number) => void, announce: (sentence: string) => void,
 * }} around `dayAt`: a day that is in view
 */
export function createAtCursor({ grid, body, week, dayAt, add, openEditor, openDay, announce }) {
  /** @type {Shift | null} */
  let copied = null;
  const seatName = (/** @type {import("./api.js").Seat} */ seat) => t('admin.schedule.seat-number', { number: seat.number });

  /** @param {Shift} shift @param {string} said */
  const put = (shift, said) => add([{ kind: 'put-shift', shift }], said);

  /** @param {import("./keys.js").Command} name */
  function run(name) {
    const { shift, seat, index, minute } = grid.spot;
    if (name === 'edit') return edit();
    if (name === 'create') return create(minute, Math.min(1440, minute + NEW_MINUTES));
    if (name === 'paste') return paste();
    if (!shift || !seat) return announce(t('admin.schedule.said.no-shift-here'));
    const row = week()?.seats.findIndex((one) => one.id === seat.id) ?? 0;
    const { from, to } = span(shift);
    switch (name) {
      case 'remove':
        return remove(shift);
      case 'split': {
        const at = minute > from && minute < to ? minute : Math.round((from + to) / 2 / 15) * 15;
        return add(split(shift, at, makeID()), t('admin.schedule.said.split', { time: timeOf(at) }));
      }
      case 'copy':
        copied = shift;
        return announce(t('admin.schedule.said.copied'));
      case 'earlier':
      case 'later': {
        const made = movedBy(shift, name === 'later' ? 15 : -15);
        if (made === shift) return;
        put(made, stretchText(made));
        return grid.moveTo({ minute: span(made).from }, made.id);
      }
      case 'longer':
      case 'shorter': {
        const end = Math.max(from + 15, Math.min(1440, to + (name === 'longer' ? 15 : -15)));
        return put(resized(shift, from, end), stretchText({ from: shift.from, to: timeOf(end) }));
      }
      case 'seat-up':
      case 'seat-down': {
        const next = week()?.seats[row + (name === 'seat-down' ? 1 : -1)];
        if (!next || next.withdrawn) return announce(t('admin.schedule.said.no-seat-there'));
        put({ ...shift, seat_id: next.id }, seatName(next));
        return grid.moveTo({ row: row + (name === 'seat-down' ? 1 : -1), day: index, minute }, shift.id);
      }
      default:
        return;
    }
  }

  /** @param {Shift} shift */
  function remove(shift) {
    add([{ kind: 'remove-shift', id: shift.id }], t('admin.schedule.said.removed', { stretch: stretchText(shift) }));
  }

  function edit() {
    const { shift, minute, index } = grid.spot;
    if (shift) openEditor(shift, dayAt(index), false);
    else create(minute, Math.min(1440, minute + NEW_MINUTES));
  }

  /** @param {number} from @param {number} to */
  function create(from, to) {
    const { seat, index } = grid.spot;
    if (!seat) return;
    const { day, shifts } = dayAt(index);
    const place = placeOn(body(), day);
    if (!place) return openDay(index);
    // Until the next shift of the seat, so that the first proposal is a good one.
    const next = Math.min(to, ...shifts.filter((other) => other.seat_id === seat.id && span(other).from > from).map((other) => span(other).from));
    openEditor(
      { id: makeID(), ...place, from: timeOf(from), to: timeOf(next), seat_id: seat.id, agent_id: null, covers: { groups: [], kinds: [], languages: [] }, capacity: 1, breaks: [] },
      { day, shifts },
      true,
    );
  }

  function paste() {
    const { seat, index, minute } = grid.spot;
    if (!copied || !seat) return announce(t('admin.schedule.said.nothing-copied'));
    const { day, shifts } = dayAt(index);
    const place = placeOn(body(), day);
    if (!place) return openDay(index);
    const made = movedBy({ ...putOn(copied, place), id: makeID(), seat_id: seat.id }, minute - span(copied).from);
    // The same person cannot sit at two seats; the copy then waits for somebody.
    const isBusy = faultsOf(made, shifts).some((fault) => fault.field === 'agent_id');
    put(isBusy ? { ...made, agent_id: null } : made, t('admin.schedule.said.pasted', { stretch: stretchText(made) }));
  }

  /** @param {import("./pointer.js").Dragged} dragged */
  function drag({ grip, result, changed: made, shift }) {
    const seat = week()?.seats[result.row];
    if (!seat) return;
    if (grip === 'create' || !made || !shift) return create(result.from, result.to);
    const { day } = dayAt(result.day);
    const place = placeOn(body(), day);
    if (!place) return openDay(result.day);
    const put_ = putOn({ ...made, seat_id: seat.id }, place);
    const isSamePlace = shift.weekday === put_.weekday && shift.date === put_.date;
    // Between the template and a special day it becomes another shift: the old place is freed.
    const changes = /** @type {Change[]} */ (isSamePlace || (shift.date === undefined && put_.date === undefined)
      ? [{ kind: 'put-shift', shift: put_ }]
      : [{ kind: 'remove-shift', id: shift.id }, { kind: 'put-shift', shift: { ...put_, id: makeID() } }]);
    add(changes, t('admin.schedule.said.moved', { stretch: stretchText(put_), seat: seatName(seat) }));
  }

  return { run, edit, remove, drag };
}
