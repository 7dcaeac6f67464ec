import assert from 'node:assert/strict';
import test from 'node:test';
import { axisOf, dragged, inLanes, rowsInSight, settled, snap, spotAt, xOf } from '../../Web/admin/schedule/geometry.js';
import { makeShift } from './schedule-fakes.js';

const field = { days: 7, from: 480, to: 1080, dayWidth: 120, rowHeight: 44, rows: 500 };

test('a spot and its place on the screen are each other', () => {
  for (let day = 0; day < 7; day += 1) {
    for (let minute = 480; minute < 1080; minute += 15) {
      const spot = spotAt(field, xOf(field, day, minute) + 0.001, 44 * 3 + 1);
      assert.equal(spot.day, day);
      assert.equal(spot.row, 3);
      assert.equal(snap(spot.minute, 15), minute);
    }
  }
});

test('a point outside is the nearest spot inside', () => {
  assert.deepEqual(spotAt(field, -50, -50), { day: 0, row: 0, minute: 480 });
  assert.deepEqual(spotAt(field, 9999, 999_999), { day: 6, row: 499, minute: 1080 });
  assert.equal(xOf(field, 1, 100), 120);
  assert.equal(xOf(field, 1, 1400), 240);
});

test('only rows in sight are drawn', () => {
  assert.deepEqual(rowsInSight(0, 440, field), { first: 0, end: 14 });
  assert.deepEqual(rowsInSight(4400, 440, field), { first: 96, end: 114 });
  assert.deepEqual(rowsInSight(99_999, 440, field), { first: 499, end: 500 });
  assert.deepEqual(rowsInSight(0, 440, { ...field, rows: 0 }), { first: 0, end: 0 });
});

test('office hours are drawn always, and what lies outside them too', () => {
  assert.deepEqual(axisOf([]), { from: 480, to: 1080 });
  assert.deepEqual(axisOf([makeShift('1', { from: '07:45', to: '24:00' })]), { from: 420, to: 1440 });
});

test('no shift hides another', () => {
  const shifts = [
    makeShift('a', { from: '09:00', to: '11:00' }), makeShift('b', { from: '10:00', to: '12:00' }), makeShift('c', { from: '11:00', to: '13:00' }),
    makeShift('d', { from: '14:00', to: '15:00' }),
  ];
  assert.deepEqual(inLanes(shifts).map(({ shift, lane, lanes }) => [shift.id, lane, lanes]), [['a', 0, 2], ['b', 1, 2], ['c', 0, 2], ['d', 0, 1]]);
});

test('a drag makes, moves and resizes, snapped and within its day', () => {
  const start = { day: 1, row: 2, minute: 603 };
  assert.deepEqual(dragged({ grip: 'create', start }, { day: 1, row: 5, minute: 722 }, 15), { from: 600, to: 720, day: 1, row: 2 });
  assert.deepEqual(dragged({ grip: 'create', start }, { day: 1, row: 2, minute: 488 }, 15), { from: 495, to: 600, day: 1, row: 2 });
  assert.deepEqual(dragged({ grip: 'create', start }, start, 15), { from: 600, to: 615, day: 1, row: 2 }, 'a click is the shortest shift');
  assert.equal(dragged({ grip: 'create', start }, { day: 4, row: 2, minute: 500 }, 15).to, 1440, 'never past midnight');
  const shift = makeShift('1', { from: '09:00', to: '12:00' });
  const moved = dragged({ grip: 'move', start, shift }, { day: 3, row: 7, minute: 670 }, 15);
  assert.deepEqual(moved, { from: 600, to: 780, day: 3, row: 7 });
  assert.deepEqual([settled(shift, 'move', moved).from, settled(shift, 'move', moved).to], ['10:00', '13:00']);
  assert.deepEqual(dragged({ grip: 'to', start, shift }, { day: 1, row: 9, minute: 100 }, 15), { from: 540, to: 555, day: 1, row: 2 });
  assert.deepEqual(dragged({ grip: 'from', start, shift }, { day: 0, row: 2, minute: 900 }, 15), { from: 0, to: 720, day: 1, row: 2 });
});
