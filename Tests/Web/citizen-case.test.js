import assert from 'node:assert/strict';
import test from 'node:test';
import { moved, outlineFor, turned } from '../../Web/citizen/pages.js';
import { qrPath } from '../../Web/elements/qr.js';
import { fieldsFor, questionsOf, sorted } from '../../Web/citizen/questions.js';
import { awaited, canContinue, keyOf, openEntries, taskOf } from '../../Web/citizen/task.js';

/** @param {string} id @param {any} [change] @returns {any} */
const entry = (id, { condition, ...change } = {}) => ({
  material: { id, name: id, form: 'copy', necessity: condition ? 'conditional' : 'mandatory', condition, formats: [], source: 'GK' }, files: [], ...change,
});
const rented = { condition: '出租不动产' };
const list = [entry('m1'), entry('m2', rented), entry('m3', { condition: '委托办理' }), entry('m4', rented)];

test('each condition is one question, however many materials hang on it', () => {
  const questions = questionsOf(list, []);
  assert.deepEqual(questions.map(({ text, answer }) => [text, answer]), [['出租不动产', null], ['委托办理', null]]);
  assert.deepEqual(questions[0].materials.map(({ id }) => id), ['m2', 'm4']);
});

test('a question is answered when each of its materials is, or when it is left to the agent', () => {
  const half = [entry('m2', { ...rented, applies: true }), entry('m4', rented)];
  assert.equal(questionsOf(half, [])[0].answer, null);
  assert.equal(questionsOf(half, ['出租不动产'])[0].answer, 'unsure');
  const whole = [entry('m2', { ...rented, applies: false }), entry('m4', { ...rented, applies: false })];
  assert.equal(questionsOf(whole, [])[0].answer, false);
  assert.equal(questionsOf(whole, ['出租不动产'])[0].answer, false);
});

test('a mandatory material, a condition without words, and one settled before ask nothing', () => {
  const silent = entry('m5');
  silent.material.necessity = 'conditional';
  assert.deepEqual(questionsOf([entry('m1'), silent, entry('m6', { ...rented, accepted_in: 1 })], []), []);
  assert.equal(questionsOf([entry('m6', { ...rented, accepted_in: 1, reopened: '看错' })], []).length, 1);
});

test('the list is sorted into what is asked for, what is settled, and what is not asked', () => {
  const file = { id: 'f' };
  const { asked, settled, notAsked } = sorted([
    entry('m1'),
    entry('m2', { ...rented, applies: false }),
    entry('m3', { accepted_in: 1 }),
    entry('m4', { accepted_in: 1, reopened: '看错' }),
    entry('m5', { ...rented, applies: false, files: [file] }),
    entry('m6', { ...rented, applies: false, verdict: { verdict: 'missing' } }),
    entry('m7', { ...rented, applies: false, verdict: { verdict: 'not-applicable' } }),
  ]);
  assert.deepEqual(asked.map(({ material }) => material.id), ['m1', 'm4', 'm5', 'm6']);
  assert.deepEqual(settled.map(({ material }) => material.id), ['m3']);
  assert.deepEqual(notAsked.map(({ material }) => material.id), ['m2', 'm7']);
});

test('a person is not asked for a company', () => {
  assert.equal(fieldsFor(['自然人']).includes('credit-code'), false);
  assert.equal(fieldsFor(['自然人', '企业']).includes('credit-code'), true);
  assert.equal(fieldsFor([]).includes('credit-code'), true);
});

test('pages move, also past the ends, and nothing is lost', () => {
  const pages = ['a', 'b', 'c', 'd'];
  assert.deepEqual(moved(pages, 0, 2), ['b', 'c', 'a', 'd']);
  assert.deepEqual(moved(pages, 3, 0), ['d', 'a', 'b', 'c']);
  assert.deepEqual(moved(pages, 1, 99), ['a', 'c', 'd', 'b']);
  assert.deepEqual(moved(pages, 1, -5), ['b', 'a', 'c', 'd']);
  for (let from = 0; from < 4; from += 1) for (let to = 0; to < 4; to += 1) assert.deepEqual([...moved(pages, from, to)].sort(), pages);
  assert.deepEqual(pages, ['a', 'b', 'c', 'd']);
  assert.deepEqual([0, 90, 180, 270].map(turned), [90, 180, 270, 0]);
});

test('a card gets the outline of a card', () => {
  assert.equal(outlineFor({ name: '经办人身份证件' }), 'card');
  assert.equal(outlineFor({ name: '《变更税务登记表》' }), 'sheet');
  assert.equal(outlineFor({ name: '证件', keywords: ['居民身份证'] }), 'card');
});

const matter = { id: 'c1', fields: [], corrections: [], earlier_outcomes: 0 };
const outcome = { version: 2, entries: [] };
/** @param {any} change @param {any} [session] @returns {any} */
const state = (change, session = {}) => ({ matter: { ...matter, ...change }, session: { state: 'connected', concluded: false, ...session } });

test('one thing at a time takes the page, what somebody waits for first', () => {
  const correction = { id: 'k1', state: 'proposed' };
  const still = { id: 's1', state: 'asked' };
  const notice = { number: 'N-2', version: 2 };
  const concluded = { concluded: true, outcome };
  assert.equal(taskOf(state({})), null);
  assert.equal(keyOf(taskOf(state({ corrections: [{ ...correction, state: 'declined' }, correction], notice }, concluded))), 'correction k1');
  assert.equal(keyOf(taskOf(state({ corrections: [correction], still }))), 'still s1');
  assert.equal(keyOf(taskOf(state({ still: { ...still, state: 'taken' } }))), 'still s1');
  for (const over of ['stored', 'declined', 'expired']) assert.equal(taskOf(state({ still: { ...still, state: over } })), null);
  assert.equal(keyOf(taskOf(state({ notice }, concluded))), 'notice N-2');
  assert.equal(taskOf(state({ notice: { ...notice, confirmed_at: 'x' } }, concluded)), null);
  assert.equal(taskOf(state({ notice }, { concluded: false, outcome })), null, 'of an earlier visit');
  assert.equal(taskOf(state({ notice: { ...notice, version: 1 } }, concluded)), null, 'not made yet');
  assert.equal(taskOf(state({ still }, { state: 'held' })), null);
  assert.equal(taskOf({ ...state({ still }), matter: null }), null);
});

test('what still has to come stands in the order of urgency', () => {
  /** @type {any[]} */
  const entries = ['accepted', 'waived', 'missing', 'correction-needed', 'not-applicable', 'missing'].map((verdict, index) => ({ verdict, index }));
  assert.deepEqual(openEntries(entries).map(({ index }) => index), [3, 2, 5, 1]);
});

test('the look-up says who is to act next', () => {
  /** @param {string[]} results @param {boolean} [live] @returns {any} */
  const record = (results, live = false) => ({ kind: 'pre-review', live, outcomes: results.map((result) => ({ result })) });
  assert.equal(awaited(record(['correction-needed', 'ready-to-file'])), 'citizen');
  assert.equal(awaited(record(['ready-to-file', 'correction-needed'])), 'filing');
  assert.equal(awaited(record(['deferred-material'])), 'citizen-later');
  assert.equal(awaited(record(['referred'])), 'elsewhere');
  assert.equal(awaited(record([])), 'visit');
  assert.equal(awaited(record(['correction-needed'], true)), 'seat');
  assert.equal(canContinue(record(['correction-needed'])), true);
  assert.equal(canContinue(record(['correction-needed'], true)), false);
  assert.equal(canContinue(record(['ready-to-file'])), false);
  assert.equal(canContinue({ ...record(['correction-needed']), kind: 'consultation' }), false);
});

test('a QR code is drawn with white around it, and anything else is not', () => {
  assert.deepEqual(qrPath(['110', '000', '101']), { size: 11, path: 'M4 4h2v1h-2zM4 6h1v1h-1zM6 6h1v1h-1z' });
  for (const wrong of [[], ['10'], ['1', '0'], ['12', '00']]) assert.equal(qrPath(wrong), null);
});
