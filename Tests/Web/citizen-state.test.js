import assert from 'node:assert/strict';
import test from 'node:test';
import { caseToRemember, sayings, titleOf } from '../../Web/citizen/effects.js';
import { checkPerson } from '../../Web/citizen/person.js';
import { formatRoute, parseRoute } from '../../Web/citizen/routes.js';
import { countOpen, initialState, progress, reduce, screenOf } from '../../Web/citizen/state.js';

/** @import { Action, State } from '../../Web/citizen/state.js' */

const hall = { id: 'h1', name: '大厅' };
const item = { code: 'I1', version: 1, name: '事项' };
/** @type {any} */
const material = { id: 'm1', name: '申报表', form: 'original', necessity: 'mandatory', formats: [], source: 'GK' };
const other = { ...material, id: 'm2', name: '身份证' };
/** @type {any} */
const ticket = {
  id: 't1', number: 'A007', state: 'waiting', hall, item, kind: 'pre-review', taken_at: '', place: { ahead: 2, seats_open: 1 },
  case_id: 'c1', case_number: 'N1', look_up_code: 'K1',
};
/** @type {any} */
const session = {
  id: 's1', kind: 'pre-review', state: 'ringing', ticket_number: 'A007', item, case_id: 'c1', case_number: 'N1', hall, seat_number: '03',
  citizen: { name: '陈', present: true }, agent: { name: '李', present: true }, started_at: '', chat: [],
  materials: [{ material, files: [] }, { material: other, files: [] }], reasons: [],
};
const file = { id: 'f1', material_id: 'm1', name: 'a.jpg', media_type: 'image/jpeg', byte_count: 1, sha256: '', handed_in_at: '' };

/** @param {State} state @param {...Action} actions */
const after = (state, ...actions) => actions.reduce(reduce, state);
/** @param {string} name @param {any} payload @returns {Action} */
const push = (name, payload) => ({ type: 'push', name, payload });
/** @param {any} [change] @returns {Action} */
const updated = (change) => push('session.updated', {
  session_id: 's1', state: 'connected', citizen_present: true, agent_present: true, ...change,
});
const start = after(initialState('#/ticket'), { type: 'booted', me: { name: '陈' } });
const waiting = after(start, push('ticket.updated', { ticket }));
const ringing = after(waiting, push('ticket.updated', { ticket: { ...ticket, state: 'serving' } }), push('session.started', { session }));
const inCall = after(ringing, updated());

test('the story: waiting, called, call, outcome, first page', () => {
  assert.equal(screenOf(start), 'find');
  assert.equal(screenOf(waiting), 'waiting');
  assert.equal(screenOf(ringing), 'called');
  assert.equal(screenOf(inCall), 'call');
  assert.equal(screenOf(after(inCall, updated({ state: 'reconnecting' }))), 'call');
  const over = after(inCall, updated({ state: 'wrap-up' }));
  assert.equal(screenOf(over), 'outcome');
  assert.equal(screenOf(after(over, { type: 'dismiss' })), 'find');
});

test('a call takes the page whatever the address says; a queue lets people look around', () => {
  assert.equal(screenOf(after(inCall, { type: 'route', hash: '#/look-up' })), 'call');
  assert.equal(screenOf(after(waiting, { type: 'route', hash: '#/item/I1' })), 'item');
  assert.equal(screenOf(after(waiting, { type: 'route', hash: '#/devices/I1/pre-review/h1' })), 'waiting');
});

test('a snapshot is the whole truth, a resumed line changes nothing', () => {
  const gone = after(inCall, { type: 'welcome', resumed: false, snapshot: { materials: [] } });
  assert.equal(gone.session, null);
  assert.equal(gone.ticket, null);
  assert.equal(after(inCall, { type: 'welcome', resumed: true }), inCall);
});

test('a farewell that was put away does not come back with a reload, a live ticket does', () => {
  const done = { ticket: { ...ticket, state: 'done' }, materials: [], session: { ...session, state: 'closed' } };
  const put = { ...start, dismissed: 't1' };
  assert.equal(screenOf(after(put, { type: 'welcome', resumed: false, snapshot: /** @type {any} */ (done) })), 'find');
  assert.equal(screenOf(after(start, { type: 'welcome', resumed: false, snapshot: /** @type {any} */ (done) })), 'outcome');
  assert.equal(screenOf(after(put, { type: 'welcome', resumed: false, snapshot: { ticket } })), 'waiting');
});

test('right after taking a ticket the list comes from the catalogue, with files already known kept', () => {
  /** @type {any} */
  const whole = { ...item, materials: [material, other] };
  const state = after(waiting, push('material.updated', { case_id: 'c1', entry: { material, files: [file] } }), { type: 'item', code: 'I1', item: whole });
  assert.deepEqual(progress(state.materials), { done: 1, all: 2 });
});

test('an upload answered and pushed is one file, in either order', () => {
  const added = after(inCall, { type: 'file-added', file: /** @type {any} */ (file) });
  const both = after(added, push('material.updated', { case_id: 'c1', entry: { material, files: [file] } }), { type: 'file-added', file: /** @type {any} */ (file) });
  assert.equal(both.materials[0].files.length, 1);
  assert.equal(after(inCall, push('material.updated', { case_id: 'elsewhere', entry: { material, files: [file] } })), inCall);
});

test('messages of another session, ticket or of an unknown kind change nothing', () => {
  assert.equal(after(inCall, push('session.updated', { session_id: 'x', state: 'closed' })), inCall);
  assert.equal(after(waiting, push('ticket.place', { ticket_id: 'x', place: { ahead: 9, seats_open: 1 } })), waiting);
  assert.equal(after(inCall, push('session.new-kind', {})), inCall);
  assert.equal(after(waiting, push('ticket.updated', { ticket: { ...ticket, id: 'old', state: 'expired' } })), waiting);
});

test('a line of text appears once and counts as unread until seen', () => {
  const message = push('chat.message', { session_id: 's1', message: { id: 'x', from: 'agent', text: '您好', at: '' } });
  const state = after(inCall, message, message);
  assert.equal(state.session?.chat.length, 1);
  assert.equal(state.unread, 1);
  assert.equal(after(state, { type: 'chat-seen' }).unread, 0);
});

test('no-show and expiry lead to a way to a new ticket', () => {
  assert.equal(screenOf(after(ringing, updated({ state: 'closed', disposition: 'no-show' }))), 'missed');
  const expired = after(waiting, push('ticket.updated', { ticket: { ...ticket, state: 'expired' } }));
  assert.equal(screenOf(expired), 'missed');
  const anew = after(expired, push('ticket.updated', { ticket: { ...ticket, id: 't2', number: 'A009' } }));
  assert.equal(screenOf(anew), 'waiting');
});

test('superseded and signed out stop the page', () => {
  assert.equal(screenOf(after(inCall, { type: 'gone', code: 'superseded' })), 'gone');
  const out = after(inCall, { type: 'signed-out' });
  assert.equal(out.ticket, null);
  assert.equal(screenOf(after(start, { type: 'route', hash: '#/sign-in/I1/pre-review/h1' })), 'devices');
  assert.equal(screenOf(after(out, { type: 'route', hash: '#/devices/I1/pre-review/h1' })), 'sign-in');
});

test('place, call, verdicts and outcome are said once', () => {
  const moved = after(waiting, push('ticket.place', { ticket_id: 't1', place: { ahead: 0, seats_open: 1 } }));
  assert.deepEqual(sayings(waiting, moved).map(({ key }) => key), ['citizen.waiting.next']);
  assert.deepEqual(sayings(moved, moved), []);
  assert.equal(sayings(waiting, ringing)[0].assertive, true);
  const verdict = { material_id: 'm1', verdict: 'accepted', reasons: [], note: '', given_at: '1' };
  const fell = after(inCall, push('material.updated', { case_id: 'c1', entry: { material, files: [], verdict } }));
  assert.deepEqual(sayings(inCall, fell)[0].params, { name: '申报表', verdict: 'accepted' });
  const outcome = { result: 'ready-to-file', entries: [] };
  const concluded = after(fell, push('precheck.concluded', { session_id: 's1', outcome }));
  assert.deepEqual(sayings(fell, concluded).map(({ key }) => key), ['citizen.outcome.fell.ready-to-file']);
});

test('the title tells the place, number and code are remembered only when it is over', () => {
  assert.deepEqual(titleOf(waiting), { key: 'citizen.title.waiting', params: { number: 'A007', n: 2 } });
  assert.equal(titleOf(ringing).key, 'citizen.title.called');
  assert.equal(caseToRemember(inCall), null);
  assert.deepEqual(caseToRemember(after(inCall, updated({ state: 'wrap-up' }))), { case_number: 'N1', look_up_code: 'K1', item: '事项' });
});

test('what is open is counted', () => {
  assert.equal(countOpen(['accepted', 'missing', 'correction-needed', 'waived', 'not-applicable'].map((verdict) => ({ verdict }))), 2);
});

test('routes go there and back, nonsense leads to the first page', () => {
  for (const hash of ['#/', '#/item/CZ-TAX-001', '#/sign-in/A/pre-review/h', '#/devices/A%2FB/consultation/h', '#/ticket', '#/look-up']) {
    assert.equal(formatRoute(parseRoute(hash)), hash);
  }
  for (const hash of ['', '#', '#/item', '#/item/%', '#/devices/A', '#/x/y']) assert.equal(parseRoute(hash).name, 'find', hash);
});

test('a guest is asked for a name, a telephone that can be called, and consent', () => {
  assert.deepEqual(checkPerson({ name: '陈', telephone: '138 0013 8000', consent: true }), {});
  assert.deepEqual(checkPerson({ name: '陈', telephone: '13800138000', consent: true }), {});
  assert.deepEqual(checkPerson({ name: '陈', telephone: '+852 2345 6789', consent: true }), {});
  assert.deepEqual(checkPerson({ name: '陈', telephone: '0768-2288888', consent: true }), {});
  assert.equal(checkPerson({ name: '陈', telephone: '1380013800', consent: true }).telephone, 'citizen.signIn.telephoneMobile');
  assert.equal(checkPerson({ name: '陈', telephone: '电话', consent: true }).telephone, 'citizen.signIn.telephoneWrong');
  assert.deepEqual(Object.keys(checkPerson({ name: ' ', telephone: '', consent: false })), ['name', 'telephone', 'consent']);
});
