import assert from 'node:assert/strict';
import test from 'node:test';
import { alertOf, caseToRemember, sayings, titleOf } from '../../Web/citizen/effects.js';
import { checkPerson } from '../../Web/citizen/person.js';
import { formatRoute, parseRoute } from '../../Web/citizen/routes.js';
import {
  closedNow, countOpen, hasLiveTicket, itemKey, initialState, isApart, isLocked, notesOf, progress, reduce, screenOf, waitRange,
} from '../../Web/citizen/state.js';

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
  const state = after(waiting, push('material.updated', { case_id: 'c1', entry: { material, files: [file] } }), { type: 'item', code: itemKey('I1', { version: whole.version }), item: whole });
  assert.deepEqual(progress(state.materials), { done: 1, all: 2 });
});

test('what must be done again is not done, and what is not needed is', () => {
  /** @param {any} change */
  const one = (change) => progress([/** @type {any} */ ({ material, files: [], ...change })]).done;
  assert.equal(one({ files: [file] }), 1);
  assert.equal(one({ files: [file], verdict: { verdict: 'correction-needed' } }), 0);
  assert.equal(one({ verdict: { verdict: 'missing' } }), 0);
  assert.equal(one({ verdict: { verdict: 'not-applicable' } }), 1);
  assert.deepEqual(progress([/** @type {any} */ ({ material, files: [], accepted_in: 1 })]), { done: 0, all: 0 });
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
  const outcome = { version: 1, result: 'ready-to-file', entries: [] };
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

const MINUTE_MS = 60_000;
/** @param {number} half @param {number} most */
const range = (half, most) => waitRange({ ahead: 1, seats_open: 1, wait_p50_ms: half * MINUTE_MS, wait_p80_ms: most * MINUTE_MS });
/** @param {any} change @returns {Action} */
const ticketIs = (change) => push('ticket.updated', { ticket: { ...ticket, ...change } });

test('the wait is a range of whole minutes, never one number', () => {
  assert.deepEqual(range(3.2, 5.4), { from: 3, to: 6 });
  assert.deepEqual(range(3, 3), { from: 3, to: 4 });
  assert.deepEqual(range(0.3, 0.8), { from: 0, to: 1 });
  assert.deepEqual(range(0, 0), { from: 0, to: 1 });
  assert.deepEqual(range(5, 2), { from: 5, to: 6 });
  assert.equal(waitRange({ ahead: 1, seats_open: 0 }), null);
  assert.equal(waitRange(undefined), null);
});

test('whoever leaves stays in the queue, is asked back wherever they are, and waits again once confirmed', () => {
  const away = after(waiting, ticketIs({ call_back: 'away' }));
  assert.equal(screenOf(away), 'waiting');
  const asked = after(away, { type: 'route', hash: '#/item/I1' }, ticketIs({ call_back: 'asked' }));
  assert.equal(screenOf(asked), 'asked');
  assert.equal(titleOf(asked).key, 'citizen.title.asked');
  assert.deepEqual(sayings(away, asked).map(({ key, assertive }) => [key, assertive]), [['citizen.asked.announce', true]]);
  assert.deepEqual(sayings(asked, after(asked, push('ticket.place', { ticket_id: 't1', place: { ahead: 0, seats_open: 1 } }))), []);
  assert.equal(screenOf(after(start, { type: 'welcome', resumed: false, snapshot: { ticket: { ...ticket, call_back: 'asked' } } })), 'asked');
  const back = after(asked, { type: 'route', hash: '#/ticket' }, ticketIs({ call_back: 'confirmed' }));
  assert.equal(screenOf(back), 'waiting');
  assert.deepEqual(sayings(asked, back).map(({ key }) => key), ['citizen.waiting.confirmed']);
});

test('each call is said, the last one as the last', () => {
  const second = after(ringing, updated({ state: 'ringing', calls: 2 }));
  const third = after(second, updated({ state: 'ringing', calls: 3 }));
  assert.equal(screenOf(second), 'called');
  assert.deepEqual(titleOf(second), { key: 'citizen.title.calledAgain', params: { n: 2 } });
  assert.deepEqual(sayings(ringing, second), [{ key: 'citizen.called.again', params: { n: 2 }, assertive: true }]);
  assert.equal(sayings(second, third)[0].key, 'citizen.called.last');
  assert.deepEqual(sayings(third, after(third, updated({ state: 'ringing', calls: 3 }))), []);
  assert.equal(after(second, updated({ state: 'connected' })).session?.calls, 2);
});

for (const order of ['session first', 'ticket first']) {
  test(`called in vain the ticket is parked, and goes back to the queue (${order})`, () => {
    const news = [updated({ state: 'closed', disposition: 'no-show' }), ticketIs({ state: 'parked', place: undefined, parked_until: 'x' })];
    const parked = after(ringing, ...(order === 'ticket first' ? news.reverse() : news));
    assert.equal(screenOf(parked), 'parked');
    assert.equal(parked.session, null);
    assert.equal(hasLiveTicket(parked), true);
    assert.equal(titleOf(parked).key, 'citizen.title.parked');
    assert.equal(screenOf(after(parked, { type: 'route', hash: '#/look-up' })), 'look-up');
    const revived = after(parked, ticketIs({}));
    assert.equal(screenOf(revived), 'waiting');
    assert.equal(revived.wasTransferred, false);
    assert.equal(screenOf(after(parked, ticketIs({ state: 'no-show' }))), 'missed');
  });
}

test('a parked ticket comes back with a reload', () => {
  const snapshot = { ticket: { ...ticket, state: 'parked', place: undefined, parked_until: 'x' }, session: { ...session, state: 'closed' } };
  assert.equal(screenOf(after(start, { type: 'welcome', resumed: false, snapshot: /** @type {any} */ (snapshot) })), 'parked');
});

for (const order of ['session first', 'ticket first']) {
  test(`handed on, the citizen waits at the front until the next call (${order})`, () => {
    const news = [updated({ state: 'wrap-up', disposition: 'transferred' }), ticketIs({ place: { ahead: 0, seats_open: 2 } })];
    const moved = after(inCall, ...(order === 'ticket first' ? news.reverse() : news));
    assert.equal(screenOf(moved), 'waiting');
    assert.equal(moved.wasTransferred, true);
    assert.equal(moved.session, null);
    assert.equal(moved.materials.length, 2);
    assert.equal(titleOf(moved).key, 'citizen.title.transferred');
    assert.equal(sayings(inCall, moved)[0].key, 'citizen.waiting.transferred');
    // The old session's end is of no concern any more; the next one begins anew.
    assert.equal(after(moved, updated({ state: 'closed', disposition: 'transferred' })), moved);
    const next = after(moved, push('session.started', { session: { ...session, id: 's2' } }));
    assert.equal(screenOf(next), 'called');
    assert.equal(next.wasTransferred, false);
  });
}

test('a session that ends is never taken for a transfer while the ticket is being served', () => {
  const serving = after(inCall, ticketIs({ state: 'serving', place: undefined }), updated({ state: 'wrap-up' }));
  assert.equal(screenOf(serving), 'outcome');
});

test('on hold the call stays, and going on is said', () => {
  const held = after(inCall, updated({ state: 'held', state_deadline: 'x' }));
  assert.equal(screenOf(held), 'call');
  assert.deepEqual(sayings(inCall, held).map(({ key }) => key), ['citizen.call.held']);
  assert.deepEqual(sayings(held, after(held, updated())).map(({ key }) => key), ['citizen.call.resumed']);
});

test('a verdict that falls away with its files says so until there is a new one', () => {
  const verdict = { material_id: 'm1', verdict: 'correction-needed', reasons: [], note: '', given_at: '1' };
  /** @param {any} entry @returns {Action} */
  const entryIs = (entry) => push('material.updated', { case_id: 'c1', entry: { material, ...entry } });
  const judged = after(inCall, entryIs({ files: [file], verdict }));
  assert.deepEqual(judged.resubmitted, []);
  const again = after(judged, entryIs({ files: [file, { ...file, id: 'f2' }] }));
  assert.deepEqual(again.resubmitted, ['m1']);
  assert.deepEqual(sayings(judged, again).map(({ key }) => key), ['citizen.materials.againSaid']);
  assert.deepEqual(after(again, entryIs({ files: [file] })).resubmitted, ['m1']);
  assert.deepEqual(after(again, entryIs({ files: [] })).resubmitted, []);
  assert.deepEqual(after(again, entryIs({ files: [file], verdict })).resubmitted, []);
});

test('a wish stays until the visit is put away', () => {
  const wished = after(start, { type: 'wish', wish: { language: 'teochew', priority: 'elder' } });
  assert.deepEqual(after(wished, push('ticket.updated', { ticket })).wish, { language: 'teochew', priority: 'elder' });
  assert.deepEqual(after(wished, { type: 'dismiss' }).wish, {});
  assert.deepEqual(after(wished, { type: 'signed-out' }).wish, {});
});

test('the system is asked to tell only what needs an answer', () => {
  const asked = after(waiting, ticketIs({ call_back: 'asked' }));
  assert.equal(alertOf(waiting, asked)?.key, 'asked');
  assert.equal(alertOf(asked, asked), null);
  assert.equal(alertOf(waiting, ringing)?.key, 'called');
  const second = after(ringing, updated({ state: 'ringing', calls: 2 }));
  assert.deepEqual(alertOf(ringing, second), { key: 'again', params: { number: 'A007', n: 2 } });
  assert.equal(alertOf(second, after(second, updated({ state: 'ringing', calls: 3 })))?.key, 'last');
  assert.equal(alertOf(waiting, after(waiting, push('ticket.place', { ticket_id: 't1', place: { ahead: 0, seats_open: 1 } }))), null);
  assert.equal(alertOf(ringing, after(ringing, ticketIs({ state: 'parked' }), updated({ state: 'closed' })))?.key, 'parked');
});

/** @type {any} */
const matter = { id: 'c1', fields: [], corrections: [], earlier_outcomes: 0 };

test('form, corrections, still and notice of the case in hand are kept, of another case ignored', () => {
  const known = after(inCall, push('case.updated', { matter: { ...matter, earlier_outcomes: 1 } }));
  assert.equal(known.matter?.earlier_outcomes, 1);
  assert.equal(after(known, push('case.updated', { matter: { ...matter, id: 'elsewhere' } })), known);
  const anew = after(start, { type: 'welcome', resumed: false, snapshot: /** @type {any} */ ({ ticket, materials: [], matter }) });
  assert.deepEqual(anew.matter, matter);
  assert.equal(after(anew, { type: 'dismiss' }).matter, null);
});

test('an outcome of an earlier visit neither ends this one nor locks its materials', () => {
  const outcome = { version: 1, result: 'correction-needed', entries: [] };
  const again = after(waiting, push('session.started', { session: { ...session, outcome, concluded: false, matter } }), updated());
  assert.equal(isLocked(again), false);
  assert.equal(caseToRemember(again), null);
  const done = after(again, push('precheck.concluded', { session_id: 's1', outcome: { ...outcome, version: 2, result: 'ready-to-file' } }));
  assert.equal(isLocked(done), true);
  assert.deepEqual(sayings(again, done).map(({ key }) => key), ['citizen.outcome.fell.ready-to-file']);
});

test('what is left to the agent counts in its own case only', () => {
  const noted = after(waiting, { type: 'note', note: { unsure: '委托办理' } }, { type: 'note', note: { left: 'm2' } }, { type: 'note', note: { left: 'm2' } });
  assert.deepEqual(notesOf(noted), { case: 'c1', unsure: ['委托办理'], left: ['m2'], formDone: false });
  assert.deepEqual(notesOf(after(noted, { type: 'note', note: { sure: '委托办理', formDone: true } })), { case: 'c1', unsure: [], left: ['m2'], formDone: true });
  const other = after(noted, push('ticket.updated', { ticket: { ...ticket, id: 't2', case_id: 'c2' } }));
  assert.deepEqual(notesOf(other).left, []);
  assert.deepEqual(notesOf(after(other, { type: 'note', note: { left: 'm9' } })), { case: 'c2', unsure: [], left: ['m9'], formDone: false });
});

test('the pages before the materials are there while one waits for a pre-review, and nowhere else', () => {
  const route = /** @type {const} */ ({ type: 'route', hash: '#/prepare' });
  assert.equal(screenOf(after(waiting, route)), 'prepare');
  assert.equal(screenOf(after(start, route)), 'find');
  assert.equal(screenOf(after(waiting, ticketIs({ kind: 'consultation' }), route)), 'waiting');
  assert.equal(screenOf(after(waiting, ticketIs({ state: 'parked' }), route)), 'parked');
  assert.equal(screenOf(after(ringing, route)), 'called');
  assert.equal(screenOf(after(waiting, ticketIs({ state: 'expired' }), route)), 'missed');
});

test('what the machine found is said when it has looked, and not again with a reload', () => {
  /** @param {any} change @returns {Action} */
  const fileIs = (change) => push('material.updated', { case_id: 'c1', entry: { material, files: [{ ...file, check: 'pending', findings: [], ...change }] } });
  const looking = after(inCall, fileIs({}));
  const keys = (/** @type {any} */ change) => sayings(looking, after(looking, fileIs(change))).map(({ key }) => key);
  assert.deepEqual(keys({ check: 'done' }), ['handIn.check.goodSaid']);
  assert.deepEqual(keys({ check: 'done', findings: [{ code: 'blurred' }] }), ['handIn.check.foundSaid']);
  assert.deepEqual(keys({ rotation: 90 }), []);
  assert.deepEqual(sayings(inCall, after(inCall, fileIs({ check: 'done' }))), []);
});

test('a case that goes on is put away with its visit', () => {
  const continuing = { case_number: 'N1', look_up_code: 'K1', code: 'I1', kind: 'pre-review', hall: 'h1' };
  const going = after(start, { type: 'continuing', continuing });
  assert.deepEqual(going.continuing, continuing);
  assert.equal(after(going, { type: 'dismiss' }).continuing, null);
  const own = [{ case_id: 'c1', case_number: 'N1', item, hall, opened_at: '', live: false }];
  assert.deepEqual(after(start, { type: 'cases', cases: own }).cases, own);
  assert.deepEqual(after(start, { type: 'cases', cases: own }, { type: 'signed-out' }).cases, []);
});

test('routes go there and back, nonsense leads to the first page', () => {
  for (const hash of ['#/', '#/item/CZ-TAX-001', '#/sign-in/A/pre-review/h', '#/devices/A%2FB/consultation/h', '#/ticket', '#/prepare', '#/look-up', '#/look-up/c1']) {
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

test('who is apart is told why, who is in sees the colleague, and a colleague may take over', () => {
  /** @param {object} change @returns {any} */
  const consult = (change) => ({
    state: 'talking', you: 'citizen', hall, seat_number: '05', consultant: { name: '许', present: true }, citizen_in: false, media: [], ...change,
  });
  const told = (/** @type {object} */ change) => push('consult.updated', { session_id: 's1', consult: consult(change) });
  const apart = after(inCall, updated({ state: 'consulting' }), told({}));
  assert.equal(screenOf(apart), 'call');
  assert.equal(isApart(apart), true);
  assert.deepEqual(sayings(inCall, apart), [{ key: 'citizen.call.consultApart', params: { name: '李' }, assertive: true }]);
  const isIn = after(apart, told({ citizen_in: true }));
  assert.equal(isApart(isIn), false);
  assert.deepEqual(sayings(apart, isIn), [{ key: 'citizen.call.consultIn', params: { name: '许' }, toast: true }]);
  const over = after(isIn, told({ citizen_in: true, state: 'ended', end: 'left' }), updated());
  assert.equal(over.session?.consult, undefined);
  assert.deepEqual(sayings(isIn, over), [{ key: 'citizen.call.consultOver', params: { name: '许', agent: '李' }, toast: true }]);
  const taken = after(isIn, push('session.started', { session: { ...session, id: 's2', state: 'connected', seat_number: '05', agent: { name: '许', present: true } } }));
  assert.equal(screenOf(taken), 'call');
  assert.deepEqual(sayings(isIn, taken).map(({ key }) => key), ['citizen.call.handedOver']);
  assert.equal(screenOf(after(taken, updated({ state: 'wrap-up', disposition: 'transferred' }))), 'call', 'the old talk no longer matters');
});

test('outside opening hours the page knows when somebody comes, until somebody does', () => {
  const opening = { state: 'closed', opens_at: '2026-11-24T09:00:00+08:00' };
  const closed = after(waiting, push('ticket.place', { ticket_id: 't1', place: { ahead: 0, seats_open: 0, opening } }));
  assert.deepEqual(closedNow(closed), opening);
  assert.equal(closedNow(after(closed, push('ticket.place', { ticket_id: 't1', place: { ahead: 0, seats_open: 1 } }))), undefined);
  const called = after(closed, push('ticket.updated', { ticket: { ...ticket, state: 'serving', place: { ahead: 0, seats_open: 0, opening } } }));
  assert.equal(closedNow(called), undefined);
});

test('a call that was declined is a missed one after a reload too', () => {
  const snapshot = { ticket: { ...ticket, state: 'declined' }, materials: [], session: { ...session, state: 'wrap-up', disposition: 'no-show' } };
  assert.equal(screenOf(after(start, { type: 'welcome', resumed: false, snapshot })), 'missed');
});
