// What the server leaves out because it is empty, as everything behind the wire reads it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyOf, changesOf } from '../../Web/admin/schedule/wire.js';

const NOTHING = { groups: [], kinds: [], languages: [] };

test('empty lists that are not sent are there again, in the week, in exceptions and in changes', () => {
  const shift = { id: '1', weekday: 1, from: '09:00', to: '12:00', seat_id: 's1', capacity: 1, covers: { kinds: ['consultation'] } };
  const body = bodyOf({ zone: 'Asia/Shanghai', settings: {}, shifts: [shift], exceptions: [{ date: '2026-11-25', shifts: [{ ...shift, covers: {} }] }] });
  assert.deepEqual(body.shifts[0], { ...shift, agent_id: null, breaks: [], covers: { ...NOTHING, kinds: ['consultation'] } });
  assert.equal(body.exceptions[0].note, '');
  assert.deepEqual(body.exceptions[0].shifts[0].covers, NOTHING);
  const changes = changesOf([{ kind: 'put-shift', shift: { ...shift, covers: undefined } }, { kind: 'remove-shift', id: '1' }]);
  assert.deepEqual(changes[0].kind === 'put-shift' && changes[0].shift.covers, NOTHING);
  assert.deepEqual(changes[1], { kind: 'remove-shift', id: '1' });
});
