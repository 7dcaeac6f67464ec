// What the agent's side of a pre-review decides without drawing: where a material stands, what the machine suggests, days, and words.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { isHandlingPlace, resultKey } from '../../Web/seat/authority.js';
import { latest, readDay, suggestedDay, today } from '../../Web/seat/dates.js';
import { checkOf, tidied } from '../../Web/seat/fields.js';
import { findingCount, suggestedReasons } from '../../Web/seat/findings.js';
import {
  comparable,
  earlierVersion,
  entryState,
  initialState,
  isJudgedBefore,
  isKept,
  mayAskStill,
  mayReopen,
  nextWithoutVerdict,
  pageCount,
  previewResult,
  reduce,
  suggestedDisposition,
  undecided,
} from '../../Web/seat/state.js';
import { isOver, judge, progressOf } from '../../Web/seat/still-progress.js';
import { words } from '../../Web/signaling/messages.js';

/** @param {string} id @param {any} [more] @returns {any} */
const entry = (id, { need = 'mandatory', files = [], verdict, ...more } = {}) => ({
  material: { id, name: id, necessity: need },
  files: files.map((/** @type {any} */ file) => ({ material_id: id, sha256: file.id, findings: [], check: 'done', ...file })),
  verdict: verdict && { material_id: id, verdict, reasons: [], note: '' },
  ...more,
});

/** @param {any[]} materials @param {any} [more] @returns {any} */
const session = (materials, more = {}) => ({
  id: 's1',
  kind: 'pre-review',
  state: 'connected',
  case_id: 'c1',
  case_number: '445102-261123-0007',
  hall: { id: '445102', name: '湘桥' },
  handling_hall: { id: '445102', name: '湘桥' },
  citizen: { present: true },
  agent: { present: true },
  chat: [],
  reasons: [],
  materials,
  matter: { id: 'c1', fields: [], corrections: [], earlier_outcomes: 0 },
  concluded: false,
  ...more,
});

/** @param {any} value */
const opened = (value) => reduce(initialState(), { type: 'session.started', payload: { session: value } });
/** @param {...any} findings */
const found = (...findings) => [/** @type {any} */ ({ id: 'f1', findings: findings.map((code) => ({ code })) })];

test('each material says where it stands', () => {
  const of = (/** @type {any} */ options, isChanged = false) => entryState(entry('M1', options), isChanged);
  const files = [{ id: 'f1' }];
  assert.equal(of({}), 'not-handed-in');
  assert.equal(of({ files }), 'to-check');
  assert.equal(of({ files }, true), 'changed');
  assert.equal(of({ files, verdict: 'accepted' }), 'judged');
  assert.equal(of({ files, verdict: 'accepted', accepted_in: 1 }), 'kept');
  assert.equal(of({ files, reopened: '印章' }), 'to-check');
  assert.equal(of({ need: 'conditional' }), 'unanswered');
  assert.equal(of({ need: 'conditional', applies: false }), 'not-asked');
  assert.equal(of({ need: 'conditional', applies: true }), 'not-handed-in');
  assert.equal(pageCount(entry('M1', { files: [{ id: 'f1', pages: 3 }, { id: 'f2' }] })), 4);
});

test('what the citizen said applies needs a verdict; what was accepted before does not', () => {
  const materials = [
    entry('M1', { accepted_in: 1, verdict: 'accepted' }),
    entry('M2', { need: 'conditional', applies: true }),
    entry('M3', { need: 'conditional', applies: false }),
  ];
  assert.deepEqual(undecided(session(materials)).map(({ material }) => material.id), ['M2']);
  assert.equal(previewResult(session(materials)), 'incomplete');
  assert.equal(nextWithoutVerdict(session(materials), 'M1'), 'M2');
  assert.equal(nextWithoutVerdict(session(materials), 'M2'), null, 'neither what is kept nor what does not apply');
  assert.equal(opened(session(materials)).materialID, 'M2');
});

test('a verdict of an earlier visit is told from one of this talk', () => {
  const talk = session([], { started_at: '2026-11-23T09:30:00+08:00' });
  const of = (/** @type {string} */ at, more = {}) => {
    const judged = entry('M1', { verdict: 'accepted', ...more });
    judged.verdict.given_at = at;
    return isJudgedBefore(talk, judged);
  };
  assert.ok(of('2026-11-20T09:30:00+08:00'));
  assert.ok(!of('2026-11-23T01:31:00Z'));
  assert.ok(!of('2026-11-20T09:30:00+08:00', { accepted_in: 1 }), 'what is kept says so itself');
  assert.ok(!isJudgedBefore(talk, entry('M1')));
});

test('opening again is no change of files', () => {
  const kept = entry('M1', { files: [{ id: 'f1' }], verdict: 'accepted', accepted_in: 1 });
  const state = opened(session([kept, entry('M2')]));
  const selected = reduce(state, { type: 'select-material', payload: 'M1' });
  assert.ok(isKept(kept));
  assert.ok(mayReopen(selected));
  assert.ok(!mayAskStill(selected));
  const again = reduce(selected, {
    type: 'material.updated',
    payload: { case_id: 'c1', entry: entry('M1', { files: [{ id: 'f1' }], reopened: '印章' }) },
  });
  assert.deepEqual(again.changed, []);
  assert.ok(!mayReopen(again));
  assert.ok(mayAskStill(again));
});

test('the outcome of an earlier visit ends nothing; that of this one does', () => {
  const earlier = { version: 1, result: 'correction-needed', entries: [{ material_id: 'M1', file_hashes: ['f1'] }] };
  const state = opened(session([entry('M1', { files: [{ id: 'f1' }, { id: 'f2' }] })], { outcome: earlier }));
  assert.equal(suggestedDisposition(state), 'advised');
  const [seen, fresh] = /** @type {any} */ (state.session).materials[0].files;
  assert.equal(earlierVersion(/** @type {any} */ (state.session), seen), 1);
  assert.equal(earlierVersion(/** @type {any} */ (state.session), fresh), null);
  const concluded = reduce(state, { type: 'precheck.concluded', payload: { session_id: 's1', outcome: { version: 2, result: 'referred', entries: [] } } });
  assert.equal(concluded.session?.concluded, true);
  assert.equal(suggestedDisposition(concluded), 'referred');
  assert.ok(!mayAskStill(concluded));
});

test("the case's form follows the broker, and another case's does not", () => {
  const state = opened(session([entry('M1')]));
  const matter = { id: 'c1', fields: [{ key: 'telephone', value: '13800138000' }], corrections: [], earlier_outcomes: 0 };
  assert.deepEqual(reduce(state, { type: 'case.updated', payload: { matter } }).session?.matter, matter);
  assert.equal(reduce(state, { type: 'case.updated', payload: { matter: { ...matter, id: 'c9' } } }), state);
});

test('a file is laid beside those of its own material first, and never beside itself', () => {
  const materials = [entry('M1', { files: [{ id: 'f1' }] }), entry('M2', { files: [{ id: 'f2' }, { id: 'f3' }] })];
  assert.deepEqual(comparable(session(materials), 'M2', 'f2').map(({ file }) => file.id), ['f3', 'f1']);
  assert.deepEqual(comparable(session(materials), 'M2', null).map(({ file }) => file.id), ['f2', 'f3', 'f1']);
});

test('findings suggest the reason that says the same, once, and only one that the item knows', () => {
  const reasons = ['R-ID-EXPIRED', 'R-BLUR', 'R-NAME-USCC'].map((code) => ({ code, text: code }));
  assert.deepEqual(suggestedReasons(found('blurred', 'glare', 'expired'), reasons), ['R-ID-EXPIRED', 'R-BLUR']);
  assert.deepEqual(suggestedReasons(found('name-mismatch'), reasons), ['R-NAME-USCC']);
  assert.deepEqual(suggestedReasons(found('name-mismatch'), [{ code: 'R-ID-MISMATCH', text: '' }]), ['R-ID-MISMATCH']);
  assert.deepEqual(suggestedReasons(found('wrong-document', 'duplicate', 'blank-page'), reasons), []);
  assert.deepEqual(suggestedReasons(found('blurred'), []), []);
  assert.equal(findingCount(found('blurred', 'dark')), 2);
});

test('a picture is genuine only with the hash that the broker was told, whichever comes first', () => {
  /** @param {object} [more] @returns {any} */
  const asked = (more = {}) => ({ id: 'st1', material_id: 'M1', state: 'taken', sha256: 'aa', ...more });
  /** @param {object} [more] @returns {any} */
  const arrival = (more = {}) => ({ id: 'st1', phase: 'arrived', percent: 100, blob: new Blob(['x']), sha256: 'aa', why: '', ...more });
  assert.equal(judge(asked(), arrival()), 'genuine');
  assert.equal(judge(asked(), arrival({ sha256: 'bb' })), 'different');
  assert.equal(judge(asked({ state: 'asked', sha256: undefined }), arrival()), 'wait', 'the bytes came first');
  assert.equal(judge(asked(), arrival({ blob: null, phase: 'receiving' })), 'wait');
  assert.equal(judge(asked({ id: 'st2' }), arrival()), 'wait', 'of an earlier request');
  assert.equal(judge(asked(), arrival({ phase: 'storing' })), 'wait', 'it is stored once');
  assert.equal(judge(null, arrival()), 'wait');
  const key = (/** @type {any} */ still, /** @type {any} */ own = null) => progressOf(still, own).key;
  assert.equal(key(asked({ state: 'asked' })), 'seat.still.asked');
  assert.equal(key(asked()), 'seat.still.taken');
  assert.equal(key(asked(), arrival({ phase: 'receiving' })), 'seat.still.receiving');
  assert.equal(key(asked(), arrival({ phase: 'storing' })), 'seat.still.storing');
  assert.equal(key(asked(), arrival({ phase: 'different' })), 'seat.still.different');
  assert.equal(key(asked({ id: 'st2', state: 'asked' }), arrival({ phase: 'broken' })), 'seat.still.asked', 'asked for again');
  assert.deepEqual(progressOf(asked(), arrival({ phase: 'refused' })).offers, ['retry', 'again']);
  assert.equal(key(asked({ state: 'stored' }), arrival({ phase: 'refused' })), 'seat.still.stored', "the citizen's page stored it");
  assert.deepEqual(['asked', 'taken', 'stored', 'declined', 'expired'].map((state) => isOver(asked({ state }))), [false, false, true, true, true]);
});

test('a suggested day is a working day, and today is the day at the hall', () => {
  assert.equal(today(Date.parse('2026-11-23T17:00:00Z')), '2026-11-24');
  assert.equal(suggestedDay('2026-11-23', 7), '2026-11-30');
  assert.equal(suggestedDay('2026-11-23', 15), '2026-12-08');
  assert.equal(suggestedDay('2026-11-21', 7), '2026-11-30', 'a Saturday becomes the Monday after');
  assert.equal(suggestedDay('2026-11-22', 7), '2026-11-30', 'and so does a Sunday');
  assert.equal(suggestedDay('2026-12-30', 7), '2027-01-06');
});

test('a day is read as people write it', () => {
  const read = (/** @type {string} */ text) => readDay(text, '2026-11-23');
  for (const text of ['2026-12-15', '20261215', '12-15', '12.15', '12月15日', '2026年12月15日', ' 12/15 ', '１２－１５']) {
    assert.equal(read(text), '2026-12-15', text);
  }
  assert.equal(read('1-5'), '2027-01-05', 'the next one that comes');
  assert.equal(read('11-23'), '2026-11-23', 'today counts');
  for (const text of ['', '2-30', '2026-11-22', '15', 'soon', '13-1', '2026-2-29']) assert.equal(read(text), null, text);
  assert.equal(latest([undefined, '2026-12-01', '2026-11-30']), '2026-12-01');
  assert.equal(latest([]), null);
});

test('outside the handling place nothing is called accepted for handling', async () => {
  assert.ok(isHandlingPlace(session([])));
  assert.ok(!isHandlingPlace(session([], { hall: { id: '445103', name: '潮安' } })));
  assert.ok(isHandlingPlace(session([], { case_number: '445103-261123-0007' })), 'a number says nothing of authority');
  const outcome = /** @type {any} */ ({ hall: { id: '445103' }, handling_hall: { id: '445102' } });
  assert.ok(!isHandlingPlace(outcome));
  for (const locale of ['zh-CN', 'zh-Hant']) {
    const table = (await import(`../../Web/text/${locale}/seat.js`)).default;
    for (const result of /** @type {import('../../Web/signaling/messages.js').OutcomeResult[]} */ (/** @type {any} */ (words.outcomeResult))) {
      assert.ok(table[resultKey(result, true)], result);
      assert.doesNotMatch(table[resultKey(result, false)], /受理/, result);
    }
    assert.match(table[resultKey('ready-to-file', false)], /^预审通过$|^預審通過$/);
  }
});

test('a number is tidied before it is proposed, and its check character seen', () => {
  assert.equal(tidied('identity-number', ' 11010119900307 851x '), '11010119900307851X');
  assert.equal(tidied('person-name', ' 林晓燕 '), '林晓燕');
  assert.equal(checkOf('identity-number', '110101199003070000'), false);
  assert.equal(checkOf('identity-number', ''), null);
  assert.equal(checkOf('telephone', '1'), null);
});

test('every word of the case that the desk shows has a sentence', async () => {
  /** @type {Record<string, string>} */
  const table = (await import('../../Web/text/zh-CN/seat.js')).default;
  for (const key of words.caseFieldKey) assert.ok(table[`seat.form.field.${key}`], key);
  for (const state of words.correctionState) {
    assert.ok(table[`seat.form.state.${state}`], state);
  }
  for (const state of words.stillState) assert.ok(table[`seat.still.${state}`], state);
});
