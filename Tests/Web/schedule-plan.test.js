import assert from 'node:assert/strict';
import test from 'node:test';
import { addDays, daysBetween, isDate, minuteOf, mondayOf, readTime, timeOf, todayIn, weekdayOf } from '../../Web/admin/schedule/days.js';
import { makeID } from '../../Web/admin/schedule/identifier.js';
import { applyChanges, differ, faultsOf, movedBy, placeOn, planOf, plannedSeats, putOn, resized, split, touched } from '../../Web/admin/schedule/plan.js';
import { makeBody, makeShift } from './schedule-fakes.js';

/** @param {string} date @param {any} [parts] */
const day = (date, parts) => ({ date, kind: 'ordinary', name: null, note: null, missing_year: null, ...parts });
const kinds = (/** @type {any[]} */ faults) => faults.map((fault) => `${fault.field} ${fault.kind}`);

test('days follow the calendar over months, years and leap days', () => {
  assert.equal(addDays('2026-12-31', 1), '2027-01-01');
  assert.equal(addDays('2028-02-28', 1), '2028-02-29');
  assert.equal(addDays('2026-03-01', -1), '2026-02-28');
  assert.equal(weekdayOf('2026-11-23'), 1);
  assert.equal(weekdayOf('2026-11-29'), 7);
  assert.equal(mondayOf('2026-11-29'), '2026-11-23');
  assert.equal(daysBetween('2026-11-23', '2027-11-22'), 364);
  assert.equal(isDate('2026-02-29'), false);
  assert.equal(isDate('2026-2-9'), false);
  assert.equal(todayIn('Asia/Shanghai', Date.parse('2026-11-23T16:30:00Z')), '2026-11-24');
});

test('times are read as people type them, and nothing lies past midnight', () => {
  for (const [text, minute] of /** @type {[string, number | null][]} */ ([
    ['9', 540], ['930', 570], ['9:30', 570], ['09：30', 570], ['9点半', 570], ['9点', 540], ['14点5分', 845], ['24:00', 1440], ['2400', 1440],
    ['24:01', null], ['25', null], ['9:60', null], ['', null], ['上午', null], ['-1', null], ['9:30:00', null],
  ])) assert.equal(readTime(text), minute, text);
  assert.equal(minuteOf('24:00'), 1440);
  assert.equal(minuteOf('9:00'), null);
  for (let minute = 0; minute <= 1440; minute += 7) assert.equal(minuteOf(timeOf(minute)), minute);
});

test('an identifier is a version 7 UUID and sorts by its time', () => {
  const ids = [1_700_000_000_000, 1_700_000_000_001, 1_790_000_000_000].map((now) => makeID(now));
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepEqual([...ids].sort(), ids);
});

test('changes make a new schedule and leave the old one as it is', () => {
  const before = makeBody({ shifts: [makeShift('1')] });
  const after = applyChanges(before, [
    { kind: 'put-shift', shift: makeShift('1', { to: '13:00' }) },
    { kind: 'put-exception', date: '2026-11-24', note: '停电' },
    { kind: 'put-shift', shift: makeShift('2', { date: '2026-11-24' }) },
  ]);
  assert.equal(before.shifts[0].to, '12:00');
  assert.equal(after.shifts[0].to, '13:00');
  assert.deepEqual(after.exceptions.map((one) => one.shifts.map((shift) => shift.id)), [['2']]);
  assert.deepEqual(applyChanges(after, [{ kind: 'remove-shift', id: '2' }, { kind: 'remove-shift', id: '1' }]).exceptions[0].shifts, []);
  assert.deepEqual(applyChanges(after, [{ kind: 'remove-exception', date: '2026-11-24' }]).exceptions, []);
  assert.equal(applyChanges(after, [{ kind: 'remove-shift', id: 'unknown' }]), after);
  // A note that is written again keeps the day's shifts.
  assert.equal(applyChanges(after, [{ kind: 'put-exception', date: '2026-11-24', note: '检修' }]).exceptions[0].shifts.length, 1);
});

test('a day follows exception, then calendar, then template', () => {
  const body = makeBody({
    shifts: [makeShift('mon'), makeShift('tue', { weekday: 2 })],
    exceptions: [{ date: '2026-11-24', note: '', shifts: [makeShift('own', { date: '2026-11-24' })] }],
  });
  const plans = planOf(body, [
    day('2026-11-23'), day('2026-11-24'), day('2026-12-01'), day('2026-10-01', { kind: 'holiday' }), day('2026-10-10', { kind: 'makeup-workday' }),
    day('2027-01-04', { kind: 'unknown', missing_year: 2027 }),
  ]);
  assert.deepEqual(plans.map(({ shifts }) => shifts.map((shift) => shift.id)), [['mon'], ['own'], ['tue'], [], ['mon'], []]);
  assert.equal(plans[1].day.kind, 'exception');
  assert.deepEqual(placeOn(body, day('2026-11-24')), { date: '2026-11-24' });
  assert.deepEqual(placeOn(body, day('2026-12-02')), { weekday: 3 });
  assert.equal(placeOn(body, day('2026-10-01', { kind: 'holiday' })), null);
});

test('a day that is made to differ begins with what it had', () => {
  const body = makeBody({ shifts: [makeShift('mon', { breaks: [{ from: '10:00', to: '10:15' }] })] });
  let n = 0;
  const changes = differ(body, day('2026-11-23'), '', () => `new${n++}`);
  const after = applyChanges(body, changes);
  assert.deepEqual(planOf(after, [day('2026-11-23')])[0].shifts, [putOn(makeShift('new0', { breaks: [{ from: '10:00', to: '10:15' }] }), { date: '2026-11-23' })]);
  assert.deepEqual(planOf(after, [day('2026-11-30')])[0].shifts.map((shift) => shift.id), ['mon']);
  assert.deepEqual(differ(body, day('2026-10-01', { kind: 'holiday' }), '', () => '').length, 1);
});

test('a moved shift keeps its length, takes its breaks along and stays in its day', () => {
  const shift = makeShift('1', { from: '20:00', to: '23:30', breaks: [{ from: '21:00', to: '21:15' }] });
  assert.deepEqual(movedBy(shift, 600), { ...shift, from: '20:30', to: '24:00', breaks: [{ from: '21:30', to: '21:45' }] });
  assert.deepEqual(movedBy(shift, -2000).from, '00:00');
  assert.equal(movedBy(movedBy(shift, -60), 60).from, shift.from);
});

test('a shift is cut in two with nothing lost, and only inside', () => {
  const shift = makeShift('1', { breaks: [{ from: '10:15', to: '10:45' }] });
  const [first, second] = split(shift, 630, '2').map((change) => change.kind === 'put-shift' ? change.shift : shift);
  assert.deepEqual([first.from, first.to, second.from, second.to], ['09:00', '10:30', '10:30', '12:00']);
  assert.deepEqual([first.breaks, second.breaks], [[{ from: '10:15', to: '10:30' }], [{ from: '10:30', to: '10:45' }]]);
  assert.deepEqual([split(shift, 540, '2'), split(shift, 720, '2'), split(shift, 100, '2')], [[], [], []]);
  assert.deepEqual(resized(shift, 540, 600).breaks, []);
});

test('every fault of a shift is named at its field', () => {
  assert.deepEqual(faultsOf(makeShift('1'), [makeShift('1'), makeShift('2', { from: '12:00', to: '13:00' })]), [], 'touching is not overlapping');
  assert.deepEqual(kinds(faultsOf(makeShift('1', { from: '22:00', to: '06:00' }), [])), ['to past-midnight']);
  assert.deepEqual(kinds(faultsOf(makeShift('1', { from: '9', to: '', seat_id: '', capacity: 0 }), [])), ['from no-time', 'to no-time', 'seat_id no-seat', 'capacity capacity']);
  const breaks = [{ from: '08:30', to: '09:30' }, { from: '11:00', to: '10:00' }, { from: '10:00', to: '10:30' }, { from: '10:15', to: '10:45' }];
  assert.deepEqual(kinds(faultsOf(makeShift('1', { breaks }), [])), ['breaks/0 break-outside', 'breaks/1 break-order', 'breaks/3 break-overlap']);
  assert.deepEqual(kinds(faultsOf(makeShift('1'), [makeShift('2', { from: '11:59', to: '13:00' })])), ['seat_id seat-taken', 'agent_id agent-taken']);
  assert.deepEqual(faultsOf(makeShift('1', { agent_id: null }), [makeShift('2', { seat_id: 's2', agent_id: null })]), []);
});

test('planned seats by half hour agree with counting every minute', () => {
  // A small generator with a seed of its own, so that a failure comes back.
  let seed = 11;
  const next = (/** @type {number} */ below) => (seed = (seed * 16_807) % 2_147_483_647) % below;
  for (let round = 0; round < 200; round += 1) {
    const shifts = Array.from({ length: 1 + next(5) }, (_, index) => {
      const from = next(90) * 15;
      const to = Math.min(1440, from + 15 * (1 + next(20)));
      const breakFrom = from + 15 * next(Math.max(1, (to - from) / 15));
      const breaks = next(2) ? [{ from: timeOf(breakFrom), to: timeOf(Math.min(to, breakFrom + 15 * (1 + next(3)))) }] : [];
      return makeShift(String(index), { from: timeOf(from), to: timeOf(to), seat_id: `s${next(3)}`, breaks });
    });
    const planned = plannedSeats(shifts);
    for (let at = 0; at < 1440; at += 30) {
      const seats = new Set();
      let isTouched = false;
      for (const shift of shifts) {
        for (let minute = at; minute < at + 30; minute += 1) {
          const time = timeOf(minute);
          if (time < shift.from || time >= shift.to) continue;
          isTouched = true;
          if (!shift.breaks.some((one) => one.from <= time && time < one.to)) seats.add(shift.seat_id);
        }
      }
      assert.equal(planned.get(at), isTouched ? seats.size : undefined, `round ${round}, ${timeOf(at)}`);
    }
  }
});

test('two people are told when they touched the same thing', () => {
  assert.deepEqual([...touched([{ kind: 'put-shift', shift: makeShift('1') }, { kind: 'remove-exception', date: '2026-11-24' }, { kind: 'put-settings', settings: {} }])], ['1', '2026-11-24', 'settings']);
});
