import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { byField, createHistory, emptyItem, freshCode, move, setMode, unreadable, wordsOf } from '../../Web/admin/catalogue/draft.js';
import { filtered, ordered, rowsOf, statesOf } from '../../Web/admin/catalogue/rows.js';

/** @param {any} changes @returns {any} */
const item = (changes) => ({
  code: 'A', name: '甲', category: '登记', versions: [{ version: 1, is_coming: false }], tags: [], verified: false, source_count: 1, planned: [],
  adoptions: [{ hall_id: 'H1', item: 'A', version: 1, adopted_at: '', newer_exists: false }], is_uniform: true, ...changes,
});
/** @param {any[]} items */
const rows = (items) => rowsOf({ halls: [], own_hall_id: 'H1', today: '2026-11-23', items }, 'H1');

test('a draft goes back and forward, and a change forgets what was undone', () => {
  const history = createHistory(emptyItem('A'));
  assert.equal(history.undo(), false);
  assert.equal(history.change((one) => (one.name = '甲')), true);
  assert.equal(history.change((one) => (one.name = '甲')), false, 'nothing changed, nothing to undo');
  history.change((one) => (one.name = '乙'));
  history.undo();
  assert.equal(history.present.name, '甲');
  history.redo();
  assert.equal(history.present.name, '乙');
  history.undo();
  history.change((one) => (one.name = '丙'));
  assert.equal(history.canRedo, false);
  history.undo();
  history.undo();
  assert.deepEqual(history.present, emptyItem('A'));
});

test('the mode says what a citizen can ask for', () => {
  const one = emptyItem('A');
  setMode(one, 'full');
  assert.deepEqual(one.kinds, ['consultation', 'pre-review']);
  setMode(one, 'consultation');
  assert.deepEqual(one.kinds, ['consultation']);
});

test('entries are moved within their list, and new codes are free', () => {
  const list = [1, 2, 3];
  assert.equal(move(list, 0, -1), false);
  assert.equal(move(list, 0, 1), true);
  assert.deepEqual(list, [2, 1, 3]);
  assert.equal(freshCode('M', ['M1', 'M3']), 'M4');
  assert.equal(freshCode('M', ['M2']), 'M3');
  assert.deepEqual(wordsOf(' 企业；个体工商户、企业;\n'), ['企业', '个体工商户']);
});

test('a problem stands at its field, or at the field that it is a part of', () => {
  const found = byField(
    [{ path: 'materials[1].condition', kind: 'a' }, { path: 'applicants[2]', kind: 'b' }, { path: 'materials[0].keywords[3]', kind: 'c' }, { path: 'version', kind: 'd' }],
    new Set(['materials', 'materials[1].condition', 'applicants']),
  );
  assert.deepEqual(Object.fromEntries(found), { 'materials[1].condition': ['a'], applicants: ['b'], materials: ['c'], '': ['d'] });
  const one = emptyItem('A B');
  one.reasons.push({ code: '', text: '' });
  assert.deepEqual(unreadable(one).map(({ path }) => path), ['code', 'reasons[0].code']);
});

test('an item is everything that it is at once', () => {
  const [adopted, draft, gone, coming, elsewhere] = rows([
    item({}),
    item({ code: 'B', versions: [], adoptions: [], draft: { revision: 1 } }),
    item({ code: 'C', withdrawn: { why: '', at: '', by: '' } }),
    item({ code: 'D', versions: [{ version: 1, is_coming: false }, { version: 2, is_coming: true }] }),
    item({ code: 'E', adoptions: [{ hall_id: 'H2', item: 'E', version: 1, adopted_at: '' }], tags: ['video'], category: '申报' }),
  ]);
  assert.deepEqual([adopted, draft, gone, coming, elsewhere].map(statesOf), [['adopted'], ['draft'], ['withdrawn'], ['adopted', 'coming'], ['not-used']]);
  const all = [adopted, draft, gone, coming, elsewhere];
  assert.deepEqual(ordered(all)[0].code, 'B', 'a draft first');
  assert.deepEqual(filtered(all, { category: '申报', tag: 'video', state: 'not-used' }).map(({ code }) => code), ['E']);
  assert.equal(filtered(all, { category: '', tag: '', state: '' }).length, 5);
  assert.equal(filtered(all, { category: '登记', tag: 'video', state: '' }).length, 0);
});

test('every kind of problem has a sentence', async () => {
  const sources = new URL('../../Sources/', import.meta.url);
  const kinds = [['SignalingProtocol/ItemProblems.swift', 'ItemProblemKind'], ['BrokerServer/CatalogueSheet+Reading.swift', 'enum Kind']].flatMap(([file, name]) => {
    const text = readFileSync(new URL(file, sources), 'utf8');
    const body = text.slice(text.indexOf(name === 'enum Kind' ? name : `enum ${name}`)).split('\n    }\n')[0].split('\n}\n')[0];
    return [...body.matchAll(/case (\w+)(?: = "([\w-]+)")?/g)].map(([, word, written]) => written ?? word);
  });
  assert.ok(kinds.length > 25);
  const { default: table } = await import('../../Web/text/zh-CN/admin-catalogue.js');
  for (const kind of kinds) assert.ok(`catalogue.problem.${kind}` in table, kind);
});
