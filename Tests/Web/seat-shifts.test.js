import assert from 'node:assert/strict';
import { test } from 'node:test';
import { registerTable, setLocale } from '../../Web/text/text.js';
import { readShifts } from '../../Web/seat/shifts/calendar.js';
import {
  hallTime, leaveFaults, mayWithdrawLeave, shiftText, stretchText, swapAct, swappable, swapStateText, swapText,
} from '../../Web/seat/shifts/words.js';

/** @typedef {import("../../Web/seat/shifts/words.js").Swap} Swap */
/** @typedef {import("../../Web/seat/shifts/words.js").Leave} Leave */

for (const locale of /** @type {const} */ (['zh-CN', 'en'])) {
  for (const name of ['shared', 'seat-shifts']) {
    registerTable(locale, (await import(new URL(`../../Web/text/${locale}/${name}.js`, import.meta.url).href)).default);
  }
}

/** A Monday. @param {string} time @param {string} [day] */
const at = (time, day = '2026-11-23') => `${day}T${time}:00+08:00`;
const now = (/** @type {string} */ time) => Date.parse(at(time));
const morning = { starts_at: at('09:00'), ends_at: at('12:00'), next_starts_at: at('14:00') };

test('the bar says the shift that is under way, or else the next', async () => {
  await setLocale('zh-CN');
  assert.equal(shiftText(undefined, now('10:00')), '');
  assert.equal(shiftText(morning, now('08:00')), '下一班 09:00');
  assert.equal(shiftText(morning, now('09:00')), '班次 09:00–12:00，下一班 14:00');
  assert.equal(shiftText({ ...morning, next_starts_at: undefined }, now('11:59')), '班次 09:00–12:00');
  assert.equal(shiftText(morning, now('12:00')), '下一班 14:00');
  assert.equal(shiftText({ ...morning, next_starts_at: undefined }, now('12:00')), '');
});

test('a shift until midnight ends with its day', () => {
  assert.equal(shiftText({ starts_at: at('18:00'), ends_at: at('00:00', '2026-11-24') }, now('20:00')), '班次 18:00–24:00');
});

test('a shift of another day names the day', async () => {
  await setLocale('zh-CN');
  assert.equal(shiftText({ starts_at: at('09:00', '2026-11-24'), ends_at: at('12:00', '2026-11-24') }, now('23:30')), '下一班 明天 09:00');
  await setLocale('en');
  assert.equal(shiftText({ ...morning, next_starts_at: undefined }, now('10:00')), 'Shift 09:00–12:00');
  await setLocale('zh-CN');
});

test('what is written is a time at the hall', () => {
  assert.equal(hallTime('2026-12-01T09:00'), '2026-12-01T09:00:00+08:00');
  assert.equal(hallTime('2026-12-01T09:00:30'), '2026-12-01T09:00:00+08:00');
  for (const wrong of ['', '2026-12-01', '2026-13-01T09:00', '02026-12-01T09:00']) assert.equal(hallTime(wrong), null, wrong);
});

test('a leave needs a beginning, an end after it, and a reason', () => {
  const right = { from: '2026-12-01T09:00', to: '2026-12-01T12:00', reason: '体检' };
  assert.deepEqual(leaveFaults(right), {});
  assert.deepEqual(Object.keys(leaveFaults({ from: '', to: '', reason: ' ' })), ['from', 'to', 'reason']);
  assert.equal(leaveFaults({ ...right, to: right.from }).to, 'seat.shifts.leave.to-early');
  assert.equal(leaveFaults({ ...right, to: '2027-12-02T09:00' }).to, undefined);
  assert.equal(leaveFaults({ ...right, to: '2027-12-02T09:01' }).to, 'seat.shifts.leave.too-long');
});

test('a stretch of one day names the day once', async () => {
  await setLocale('zh-CN');
  assert.equal(stretchText(at('09:00'), at('12:00')), '11月23日周一 09:00 到 12:00');
  assert.equal(stretchText(at('09:00'), at('12:00', '2026-11-25')), '11月23日周一 09:00 到 11月25日周三 12:00');
});

/** @param {Partial<Swap>} given @returns {Swap} */
const swap = (given) => ({
  id: 's', shift_id: 'x', date: '2026-12-01', from_agent_id: 'a', from_name: '林志远', to_agent_id: 'b', to_name: '陈小燕', state: 'asked', ...given,
});
const leave = /** @type {Leave} */ ({ id: 'l', agent_id: 'b', from: at('09:00'), to: at('12:00'), reason: '体检', state: 'asked' });

test('leave is taken back until it is refused', () => {
  assert.deepEqual(
    (/** @type {const} */ (['asked', 'approved', 'declined', 'withdrawn'])).map((state) => mayWithdrawLeave({ ...leave, state })), [true, true, false, false]);
});

test('a swap is answered by whoever takes the shift and taken back by whoever gives it', async () => {
  await setLocale('zh-CN');
  assert.equal(swapAct(swap({}), 'b'), 'answer');
  assert.equal(swapAct(swap({ state: 'agreed' }), 'b'), null);
  assert.equal(swapAct(swap({}), 'a'), 'withdraw');
  assert.equal(swapAct(swap({ state: 'approved' }), 'a'), 'withdraw');
  assert.equal(swapAct(swap({ state: 'declined' }), 'a'), null);
  assert.equal(swapAct(swap({}), null), null);
  assert.equal(swapText(swap({}), 'b'), '林志远请您上12月1日周二的班');
  assert.equal(swapText(swap({}), 'a'), '请陈小燕上您12月1日周二的班');
  assert.equal(swapStateText(swap({}), 'b'), '等您答复');
  assert.equal(swapStateText(swap({}), 'a'), '等同事同意');
});

test('a shift that is in a swap, or came by one, is not offered again', () => {
  const shift = { id: 'x', date: '2026-12-01' };
  assert.deepEqual(swappable([shift], [], 'b'), [shift]);
  assert.deepEqual(swappable([shift], [swap({ state: 'approved' })], 'b'), [], 'it came by a swap');
  for (const state of /** @type {const} */ (['asked', 'agreed', 'approved'])) assert.deepEqual(swappable([shift], [swap({ state })], 'a'), [], state);
  for (const state of /** @type {const} */ (['declined', 'withdrawn'])) assert.deepEqual(swappable([shift], [swap({ state })], 'a'), [shift], state);
  assert.deepEqual(swappable([shift], [swap({ state: 'approved', date: '2026-12-08' })], 'a'), [shift], 'another week');
});

test('the shifts to come are read from the calendar, folded lines and all', () => {
  const event = (/** @type {string} */ uid, /** @type {string} */ from, /** @type {string} */ to) =>
    ['BEGIN:VEVENT', `UID:${uid}`, `DTSTART:${from}`, `DTEND:${to}`, 'SUMMARY:班次：01 号坐席', 'END:VEVENT'];
  const text = [
    'BEGIN:VCALENDAR',
    ...event('0193-b-2026-12-02@farwindow', '20261202T010000Z', '20261202T040000Z'),
    ...event('0193-a-2026-\r\n 12-01@farwindow', '20261201T010000Z', '20261201T040000Z'),
    ...event('0193-a-2026-11-20@farwindow', '20261120T010000Z', '20261120T040000Z'),
    ...event('somebody else', '20261205T010000Z', '20261205T040000Z'),
    ...event('0193-c-2026-12-03@farwindow', 'soon', 'later'),
    'END:VCALENDAR', '',
  ].join('\r\n');
  assert.deepEqual(readShifts(text, now('10:00')), [
    { id: '0193-a', date: '2026-12-01', from: '2026-12-01T01:00:00Z', to: '2026-12-01T04:00:00Z' },
    { id: '0193-b', date: '2026-12-02', from: '2026-12-02T01:00:00Z', to: '2026-12-02T04:00:00Z' },
  ]);
  assert.deepEqual(readShifts('', 0), []);
});
