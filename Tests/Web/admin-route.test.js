import assert from 'node:assert/strict';
import test from 'node:test';
import { parseRoute } from '../../Web/admin/route.js';

test('an address names a section and leaves it the rest', () => {
  assert.deepEqual(parseRoute(''), { id: '', rest: [] });
  assert.deepEqual(parseRoute('#/overview'), { id: 'overview', rest: [] });
  assert.deepEqual(parseRoute('#/schedule/2026-11-23/day'), { id: 'schedule', rest: ['2026-11-23', 'day'] });
  assert.deepEqual(parseRoute('#/sessions/%E7%8E%8B'), { id: 'sessions', rest: ['王'] });
});

test('a mangled address breaks nothing', () => {
  assert.deepEqual(parseRoute('#//schedule//%'), { id: 'schedule', rest: ['%'] });
});
