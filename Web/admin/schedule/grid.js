// Seats down, time across: draws the rows that are seen, keeps a cursor that keys move, and tells what was done to which shift.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { drawCoverage } from './coverage.js';
import { dayText, DAY_MINUTES, shortDay, timeOf, weekdayText } from './days.js';
import { axisOf, inLanes, rowsInSight, xOf } from './geometry.js';
import { commandOf } from './keys.js';
import { span } from './plan.js';
import { followPointer } from './pointer.js';
import { drawShift, shiftText } from './shift-block.js';

/** @typedef {import("./plan.js").Shift} Shift */
/** @typedef {import("./plan.js").Day} Day */
/** @typedef {import("./geometry.js").Field} Field */
/** @typedef {{day: Day, shifts: Shift[], needed: Map<number, number>, isOnLeave: (shift: Shift) => boolean, standIn: (shift: Shift) => string | null}} DayModel */
/**
 * @typedef {object} GridModel
 * @property {DayModel[]} days one, or seven
 * @property {import("./api.js").Seat[]} seats
 * @property {Map<string, import("./api.js").Agent>} agents
 * @property {Map<string, 'blocking' | 'warning'>} marks by shift
 * @property {string} today
 */
/** @typedef {{row: number, day: number, minute: number}} Cursor */

/** From here a day's head has room for what kind of day it is; what it is stands above the grid too. */
const ROOM_FOR_WORDS_PX = 180;
const SEAT_PX = 64;
const ROW_PX = 44;
const HEAD_PX = 62;
const WEEK_DAY_PX = 108;
const DAY_HOUR_PX = 56;
/** Steps of the cursor and of what a drag snaps to, in minutes. */
export const CURSOR_STEP = 30;
export const SNAP = 15;

export class WeekGrid {
  #on;
  /** @type {GridModel} */
  #model = { days: [], seats: [], agents: new Map(), marks: new Map(), today: '' };
  /** @type {Field} */
  #field = { days: 1, from: 0, to: DAY_MINUTES, dayWidth: 1, rowHeight: ROW_PX, rows: 0 };
  /** @type {Cursor} */
  #cursor = { row: 0, day: 0, minute: 9 * 60 };
  /** A shift that was chosen among several at the cursor. @type {string | null} */
  #chosen = null;
  /** By seat, then by day. @type {Map<string, Shift[][]>} */
  #bySeat = new Map();
  /** @type {Map<number, {element: HTMLElement, key: unknown[]}>} */
  #rows = new Map();
  /** @type {Map<number, number>[]} */
  #planned = [];
  #headKey = '';

  #head = h('div', { class: 'grid__head', role: 'row', 'aria-rowindex': 1 });
  #body = h('div', { class: 'grid__body', role: 'rowgroup' });
  #ghost = h('div', { class: 'grid__ghost', 'aria-hidden': 'true', hidden: true });
  #mark = h('div', { class: 'grid__cursor', 'aria-hidden': 'true' });
  #strip = h('div', { class: 'coverage__bars' });
  #stripWords = h('span', { class: 'coverage__words small' });
  #grid = h('div', { class: 'grid__field', role: 'grid', tabindex: '0', 'aria-label': t('admin.schedule.grid') }, this.#head, this.#body);
  element = h(
    'div',
    { class: 'grid' },
    this.#grid,
    h('div', { class: 'coverage', role: 'img' }, this.#stripWords, this.#strip),
  );

  /**
   * @param {{
   *   command: (command: import("./keys.js").Command) => void, cursor: () => void, edit: () => void, day: (index: number) => void,
   *   drag: (result: import("./pointer.js").Dragged) => void,
   * }} on
   */
  constructor(on) {
    this.#on = on;
    this.element.addEventListener('scroll', () => this.#drawRows(), { passive: true });
    this.#grid.addEventListener('keydown', (event) => this.#key(event));
    new ResizeObserver(() => this.#resize()).observe(this.element);
    followPointer(this.#body, {
      field: () => this.#field,
      seatWidth: SEAT_PX,
      step: SNAP,
      shift: (id) => this.#find(id),
      pick: (spot, id) => this.#pick(spot, id),
      preview: (result, text) => this.#preview(result, text),
      edit: on.edit,
      done: on.drag,
    });
  }

  /** @param {GridModel} model */
  show(model) {
    this.#model = model;
    this.#bySeat = new Map(model.seats.map((seat) => [seat.id, model.days.map(() => [])]));
    for (const [index, { shifts }] of model.days.entries()) {
      for (const shift of shifts) this.#bySeat.get(shift.seat_id)?.[index].push(shift);
    }
    this.#cursor.row = Math.min(this.#cursor.row, Math.max(0, model.seats.length - 1));
    this.#cursor.day = Math.min(this.#cursor.day, model.days.length - 1);
    this.#measure();
    this.#drawHead();
    this.#drawRows();
    this.#drawStrip();
    this.#drawCursor();
  }

  /** Where the cursor stands, and the shift under it. */
  get spot() {
    const seat = this.#model.seats[this.#cursor.row];
    const day = this.#model.days[this.#cursor.day];
    const here = (seat && this.#bySeat.get(seat.id)?.[this.#cursor.day]) ?? [];
    const under = here.filter((shift) => span(shift).from <= this.#cursor.minute && this.#cursor.minute < span(shift).to);
    const half = this.#cursor.minute - this.#cursor.minute % 30;
    return {
      ...this.#cursor,
      seat,
      model: day,
      index: this.#cursor.day,
      shift: under.find((shift) => shift.id === this.#chosen) ?? under[0] ?? null,
      planned: this.#planned[this.#cursor.day]?.get(half) ?? 0,
      needed: day?.needed.get(half),
    };
  }

  /** @param {Partial<Cursor>} to @param {string | null} [chosen] a shift among those at the spot */
  moveTo(to, chosen = null) {
    const { row, day, minute } = { ...this.#cursor, ...to };
    this.#cursor = {
      row: Math.max(0, Math.min(this.#model.seats.length - 1, row)),
      day: Math.max(0, Math.min(this.#model.days.length - 1, day)),
      minute: Math.max(0, Math.min(DAY_MINUTES - SNAP, minute)),
    };
    this.#chosen = chosen;
    this.#drawCursor({ isSeen: true });
    this.#on.cursor();
  }

  focus() {
    this.#grid.focus({ preventScroll: true });
  }

  /** @param {string} id */
  #find(id) {
    for (const { shifts } of this.#model.days) {
      const found = shifts.find((shift) => shift.id === id);
      if (found) return found;
    }
    return undefined;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.target !== this.#grid) return;
    const command = commandOf(event);
    if (!command) return;
    event.preventDefault();
    const { row, day, minute } = this.#cursor;
    const step = Math.floor(minute / CURSOR_STEP) * CURSOR_STEP;
    switch (command) {
      case 'left':
        return this.moveTo({ minute: step < minute ? step : step - CURSOR_STEP });
      case 'right':
        return this.moveTo({ minute: step + CURSOR_STEP });
      case 'up':
        return this.moveTo({ row: row - 1 });
      case 'down':
        return this.moveTo({ row: row + 1 });
      case 'day-begin':
        return this.moveTo({ minute: this.#field.from });
      case 'day-end':
        return this.moveTo({ minute: this.#field.to - CURSOR_STEP });
      case 'day-before':
        if (day > 0) return this.moveTo({ day: day - 1 });
        break;
      case 'day-after':
        if (day < this.#model.days.length - 1) return this.moveTo({ day: day + 1 });
        break;
      default:
        break;
    }
    this.#on.command(command);
  }

  #measure() {
    const { days, seats } = this.#model;
    const room = this.element.clientWidth - SEAT_PX;
    const axis = axisOf(days.flatMap((day) => day.shifts));
    const least = days.length > 1 ? WEEK_DAY_PX : (axis.to - axis.from) / 60 * DAY_HOUR_PX;
    this.#field = { ...axis, days: days.length, dayWidth: Math.max(least, Math.floor(room / days.length)), rowHeight: ROW_PX, rows: seats.length };
    const width = `${SEAT_PX + days.length * this.#field.dayWidth}px`;
    this.#grid.style.setProperty('width', width);
    this.#grid.style.setProperty('--hour', `${this.#field.dayWidth / ((axis.to - axis.from) / 60)}px`);
    this.#body.style.setProperty('height', `${seats.length * ROW_PX}px`);
    this.#strip.style.setProperty('width', width);
    this.#grid.setAttribute('aria-rowcount', String(seats.length + 1));
    this.#grid.setAttribute('aria-colcount', String(days.length + 1));
  }

  #resize() {
    if (this.#model.days.length === 0) return;
    const before = this.#field.dayWidth;
    this.#measure();
    if (before === this.#field.dayWidth) return this.#drawRows();
    this.#drawHead();
    this.#rows.clear();
    replaceChildren(this.#body);
    this.#drawRows();
    this.#drawStrip();
    this.#drawCursor();
  }

  #drawHead() {
    const { dayWidth, from, to } = this.#field;
    const key = JSON.stringify([dayWidth, from, to, this.#model.today, this.#model.days.map(({ day }) => day)]);
    if (key === this.#headKey) return;
    this.#headKey = key;
    /** @type {number[]} */
    const hours = [];
    // Every hour when there is room for it, else every other, else the middle of the day.
    const hourPx = dayWidth / ((to - from) / 60);
    const every = hourPx >= 40 ? 60 : hourPx >= 22 ? 120 : 240;
    for (let minute = Math.ceil(from / every) * every; minute < to; minute += every) hours.push(minute);
    replaceChildren(
      this.#head,
      h('div', { class: 'grid__corner small quiet', role: 'columnheader', 'aria-colindex': 1 }, t('admin.schedule.seat')),
      this.#model.days.map(({ day }, index) =>
        h(
          'div',
          {
            class: ['grid__day', `grid__day--${day.kind}`, day.date === this.#model.today && 'grid__day--today'],
            role: 'columnheader',
            'aria-colindex': index + 2,
            style: { width: `${dayWidth}px` },
          },
          h(
            'button',
            { class: 'grid__day-button', type: 'button', title: t('admin.schedule.day.open'), on: { click: () => this.#on.day(index) } },
            h('strong', {}, this.#model.days.length > 1 ? `${weekdayText(day.date)} ${shortDay(day.date)}` : dayText(day.date)),
            day.kind === 'ordinary' ? null : h('span', { class: 'grid__day-kind', title: dayKindText(day) }, icon(day.kind === 'unknown' ? 'warn' : 'info'), h('span', { class: [dayWidth < ROOM_FOR_WORDS_PX && 'visually-hidden'] }, dayKindText(day))),
          ),
          h('span', { class: 'grid__hours', 'aria-hidden': 'true' }, hours.map((minute) =>
            h('span', { style: { left: `${xOf({ ...this.#field, days: 1 }, 0, minute)}px` } }, hourPx >= 40 ? timeOf(minute) : minute / 60))),
        )
      ),
    );
  }

  #drawRows() {
    const { first, end } = rowsInSight(this.element.scrollTop - HEAD_PX, this.element.clientHeight, this.#field);
    for (const [index, { element }] of this.#rows) {
      if (index >= first && index < end) continue;
      element.remove();
      this.#rows.delete(index);
    }
    for (let index = first; index < end; index += 1) {
      const key = this.#keyOf(index);
      const drawn = this.#rows.get(index);
      if (drawn && isSame(drawn.key, key)) continue;
      const element = this.#drawRow(index);
      if (drawn) drawn.element.replaceWith(element);
      else this.#body.append(element);
      this.#rows.set(index, { element, key });
    }
    if (!this.#ghost.isConnected) this.#body.append(this.#mark, this.#ghost);
  }

  /** Everything that a row shows: when none of it changed, the row stays as it is. @param {number} index */
  #keyOf(index) {
    const seat = this.#model.seats[index];
    const { from, to, dayWidth } = this.#field;
    const days = this.#bySeat.get(seat.id) ?? [];
    return [
      seat.number, seat.withdrawn, from, to, dayWidth,
      ...this.#model.days.map(({ day }) => `${day.date} ${day.kind}`),
      ...days.flatMap((shifts, day) => [...shifts, ...shifts.map((shift) => `${this.#model.marks.get(shift.id) ?? ''}${this.#model.days[day].isOnLeave(shift)}${this.#model.days[day].standIn(shift)}`), null]),
    ];
  }

  /** @param {number} index */
  #drawRow(index) {
    const seat = this.#model.seats[index];
    const { dayWidth } = this.#field;
    const isRoomy = this.#model.days.length === 1;
    const name = (/** @type {string | null} */ id) => (id && (this.#model.agents.get(id)?.name ?? t('admin.schedule.unknown-agent'))) || '';
    return h(
      'div',
      { class: ['grid__row', seat.withdrawn && 'grid__row--withdrawn'], role: 'row', 'aria-rowindex': index + 2, style: { top: `${index * ROW_PX}px` } },
      h('div', { class: 'grid__seat', role: 'rowheader', 'aria-colindex': 1 }, seat.number, seat.withdrawn ? h('span', { class: 'small' }, t('admin.schedule.withdrawn')) : null),
      this.#model.days.map(({ day, isOnLeave, standIn }, column) => {
        const shifts = this.#bySeat.get(seat.id)?.[column] ?? [];
        const look = (/** @type {Shift} */ shift) => ({
          agent: name(shift.agent_id),
          standIn: name(standIn(shift)),
          mark: this.#model.marks.get(shift.id),
          isOnLeave: isOnLeave(shift),
          isRoomy,
        });
        const placed = inLanes(shifts);
        return h(
          'div',
          {
            class: ['grid__cell', `grid__cell--${day.kind}`],
            role: 'gridcell',
            id: `cell-${index}-${column}`,
            'aria-colindex': column + 2,
            'aria-label': `${t('admin.schedule.seat-number', { number: seat.number })}${t('admin.schedule.comma')}${dayText(day.date)}${t('admin.schedule.comma')}${
              placed.length ? placed.map(({ shift }) => shiftText(shift, look(shift))).join(t('admin.schedule.semicolon')) : t('admin.schedule.no-shift')
            }`,
            style: { width: `${dayWidth}px` },
          },
          placed.map(({ shift, lane, lanes }) => {
            const { from, to } = span(shift);
            const left = xOf({ ...this.#field, days: 1 }, 0, from);
            return drawShift(shift, look(shift), { left, width: xOf({ ...this.#field, days: 1 }, 0, to) - left, lane, lanes });
          }),
        );
      }),
    );
  }

  #drawStrip() {
    const { bars, planned, low, high } = drawCoverage(this.#field, this.#model.days);
    this.#planned = planned;
    replaceChildren(this.#stripWords, t('admin.schedule.coverage'));
    this.#strip.parentElement?.setAttribute('aria-label', t('admin.schedule.coverage-range', { low, high }));
    replaceChildren(this.#strip, h('div', { class: 'coverage__inner', style: { left: `${SEAT_PX}px` } }, bars));
  }

  /** @param {{isSeen?: boolean}} [options] whether to scroll there */
  #drawCursor({ isSeen = false } = {}) {
    const { row, day, minute } = this.#cursor;
    const { shift } = this.spot;
    const stretch = shift ? span(shift) : { from: minute, to: minute + CURSOR_STEP };
    const left = SEAT_PX + xOf(this.#field, day, stretch.from);
    const width = SEAT_PX + xOf(this.#field, day, stretch.to) - left;
    const top = row * ROW_PX;
    for (const [key, value] of Object.entries({ left, width: Math.max(10, width), top, height: ROW_PX })) this.#mark.style.setProperty(key, `${value}px`);
    this.#mark.style.setProperty('--at', `${SEAT_PX + xOf(this.#field, day, minute) - left}px`);
    if (isSeen) {
      const box = this.element;
      const strip = 64;
      if (top < box.scrollTop) box.scrollTop = top;
      else if (HEAD_PX + top + ROW_PX > box.scrollTop + box.clientHeight - strip) box.scrollTop = HEAD_PX + top + ROW_PX - box.clientHeight + strip;
      if (left - SEAT_PX < box.scrollLeft) box.scrollLeft = left - SEAT_PX;
      else if (left + Math.min(width, box.clientWidth - SEAT_PX) > box.scrollLeft + box.clientWidth) box.scrollLeft = left + width - box.clientWidth;
      this.#drawRows();
    }
    if (this.#model.seats.length > 0) this.#grid.setAttribute('aria-activedescendant', `cell-${row}-${day}`);
    else this.#grid.removeAttribute('aria-activedescendant');
  }

  /** @param {import("./geometry.js").Spot} spot @param {string | null} id */
  #pick(spot, id) {
    const step = id ? 5 : CURSOR_STEP;
    this.moveTo({ ...spot, minute: Math.floor(spot.minute / step) * step }, id);
    this.focus();
  }

  /** @param {{from: number, to: number, day: number, row: number} | null} result @param {string} [text] */
  #preview(result, text = '') {
    this.#ghost.hidden = !result;
    if (!result) return;
    const left = SEAT_PX + xOf(this.#field, result.day, result.from);
    const width = SEAT_PX + xOf(this.#field, result.day, result.to) - left;
    for (const [key, value] of Object.entries({ left, width, top: result.row * ROW_PX, height: ROW_PX })) this.#ghost.style.setProperty(key, `${value}px`);
    this.#ghost.textContent = text;
  }
}

/** @param {Day} day */
export function dayKindText(day) {
  const name = day.kind === 'exception' ? day.note : day.name;
  return name || t(`admin.schedule.day.${day.kind}`);
}

/** @param {unknown[]} a @param {unknown[]} b */
const isSame = (a, b) => a.length === b.length && a.every((one, index) => one === b[index]);
