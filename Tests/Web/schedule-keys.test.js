import assert from 'node:assert/strict';
import test from 'node:test';
import { faultsOfDays, readCalendar } from '../../Web/admin/calendars/days.js';
import { agentOptions, canDo } from '../../Web/admin/schedule/agents.js';
import { commandOf, LEGEND } from '../../Web/admin/schedule/keys.js';
import { stageOf } from '../../Web/admin/schedule/status.js';
import { Weeks } from '../../Web/admin/schedule/weeks.js';
import { makeShift } from './schedule-fakes.js';

/** @param {string} key @param {object} [held] */
const press = (key, held) => commandOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });

test('keys mean what the legend says, and nothing else is taken from the browser', async () => {
  assert.equal(press('ArrowLeft'), 'left');
  assert.equal(press('ArrowLeft', { altKey: true }), 'earlier');
  assert.equal(press('ArrowLeft', { shiftKey: true }), 'shorter');
  assert.equal(press('ArrowLeft', { ctrlKey: true }), 'day-before');
  assert.equal(press('N'), 'create');
  assert.equal(press('z', { ctrlKey: true }), 'undo');
  assert.equal(press('Z', { ctrlKey: true, shiftKey: true }), 'redo');
  assert.equal(press('y', { metaKey: true }), 'redo');
  for (const [key, held] of /** @type {[string, object][]} */ ([['Tab', {}], ['r', { ctrlKey: true }], ['F5', {}], ['s', { ctrlKey: true }], ['n', { isComposing: true }], ['toString', {}]])) assert.equal(press(key, held), null, key);
  const texts = (await import('../../Web/text/zh-CN/admin-schedule.js')).default;
  for (const [, what] of LEGEND) assert.ok(/** @type {Record<string, string>} */ (texts)[`admin.schedule.key.${what}`], what);
});

test('who is free and able comes first, the others with their reasons', () => {
  const skills = { groups: [], kinds: [], languages: [] };
  const agents = [
    { id: 'a1', name: '甲', skills, suspended: false },
    { id: 'a2', name: '乙', skills, suspended: true },
    { id: 'a3', name: '丙', skills: { ...skills, languages: ['mandarin'] }, suspended: false },
    { id: 'a4', name: '丁', skills, suspended: false },
  ];
  const shift = makeShift('1', { agent_id: null, covers: { groups: [], kinds: [], languages: ['teochew'] } });
  const found = agentOptions(agents, shift, [makeShift('2', { agent_id: 'a1', from: '11:00', to: '13:00' })], (id) => id === 'a2');
  assert.deepEqual(found.map(({ agent, reasons }) => [agent.id, ...reasons]), [['a4'], ['a3', 'unskilled'], ['a1', 'busy'], ['a2', 'on-leave', 'suspended']]);
  assert.deepEqual(agentOptions(agents, shift, [], () => false, '丁').map(({ agent }) => agent.id), ['a4']);
  assert.equal(canDo({ groups: [], kinds: [], languages: ['mandarin'] }, shift.covers), false);
  assert.equal(canDo({ groups: [], kinds: [], languages: ['mandarin', 'teochew'] }, shift.covers), true);
  assert.equal(canDo({ groups: ['发票'], kinds: [], languages: [] }, { groups: [], kinds: [], languages: [] }), false, 'a shift for everything asks for everything');
});

test('draft, checked, published and changed are told apart', () => {
  const published = /** @type {any} */ ({ version: 1 });
  const usual = { hall_id: 'H', can_undo: false, can_redo: false };
  assert.equal(stageOf(null), 'empty');
  assert.equal(stageOf({ ...usual, published: null, draft: /** @type {any} */ ({ state: 'draft' }) }), 'draft');
  assert.equal(stageOf({ ...usual, published, draft: /** @type {any} */ ({ state: 'draft' }) }), 'changed');
  assert.equal(stageOf({ ...usual, published, draft: /** @type {any} */ ({ state: 'checked' }) }), 'checked');
  assert.equal(stageOf({ ...usual, published, draft: null }), 'published');
});

test('the neighbours of a week are there before they are asked for, and what failed is asked for again', async () => {
  /** @type {string[]} */
  const asked = [];
  let isBroken = false;
  const weeks = new Weeks((monday) => {
    asked.push(monday);
    return isBroken ? Promise.reject(new Error('broken')) : Promise.resolve(/** @type {any} */ ({ monday }));
  });
  await weeks.load('2026-11-23');
  assert.deepEqual(asked, ['2026-11-23', '2026-11-30', '2026-11-16']);
  isBroken = true;
  assert.deepEqual(await weeks.load('2026-11-30'), { monday: '2026-11-30' });
  await assert.rejects(weeks.load('2026-12-07'));
  isBroken = false;
  assert.deepEqual(await weeks.load('2026-12-07'), { monday: '2026-12-07' });
  weeks.forget();
  assert.deepEqual(weeks.at('2026-11-23'), { monday: '2026-11-23' }, 'what is shown stays until the new comes');
  asked.length = 0;
  await weeks.load('2026-11-23');
  assert.equal(asked[0], '2026-11-23');
});

test('a calendar is read as documented, and every wrong day is named', () => {
  const day = { date: '2027-01-01', rule: 'holiday', name: '元旦' };
  assert.deepEqual(readCalendar(JSON.stringify({ source: '通知', days: [day] })), { source: '通知', year: 2027, days: [day] });
  assert.deepEqual(readCalendar(JSON.stringify([day])).year, 2027);
  assert.throws(() => readCalendar('{'), { message: 'broken' });
  assert.throws(() => readCalendar('{"days": 3}'), { message: 'no-days' });
  assert.throws(() => readCalendar('null'), { message: 'no-days' });
  assert.deepEqual(readCalendar('{"days": [null, 3]}').days.length, 2);
  const wrong = [
    day, day, { ...day, date: '2027-02-30' }, { ...day, date: '2026-01-01' }, { ...day, date: '2027-01-02', rule: 'half' }, { ...day, date: '2027-01-03', name: ' ' },
    { date: '2027-01-04', rule: 'makeup-workday', name: '春节' }, { date: '2027-02-14', rule: 'makeup-workday', name: '春节' },
  ];
  assert.deepEqual([...faultsOfDays(wrong, 2027)], [[1, 'twice'], [2, 'no-date'], [3, 'other-year'], [4, 'no-rule'], [5, 'no-name'], [6, 'workday']]);
});
