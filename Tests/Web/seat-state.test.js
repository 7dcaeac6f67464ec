import { test } from 'node:test';
import assert from 'node:assert/strict';
import {
  consultOf,
  initialState,
  isConsultant,
  isInTalk,
  isTalking,
  nextWithoutVerdict,
  previewResult,
  reduce,
  screenOf,
  selectedEntry,
  selectedFile,
  suggestedDisposition,
  undecided,
} from '../../Web/seat/state.js';
import { clockText, countdownText } from '../../Web/seat/time.js';

/** @typedef {import("../../Web/seat/state.js").DeskState} DeskState */

/** @param {string} id @param {{need?: string, files?: string[], verdict?: string}} [options] @returns {any} */
const entry = (id, { need = 'mandatory', files = [], verdict } = {}) => ({
  material: { id, name: id, necessity: need },
  files: files.map((file) => ({ id: file, material_id: id })),
  verdict: verdict && { material_id: id, verdict, reasons: [], note: '' },
});

/** @param {object} [changes] @returns {any} */
const session = (changes = {}) => ({
  id: 's1',
  kind: 'pre-review',
  state: 'ringing',
  case_id: 'c1',
  citizen: { name: '林晓燕', present: true },
  agent: { name: '陈小燕', present: true },
  chat: [],
  materials: [entry('M1'), entry('M2', { files: ['f1', 'f2'] }), entry('M3', { need: 'conditional' })],
  reasons: [],
  ...changes,
});

/** @param {object} [snapshot] @param {object} [welcome] @returns {any} */
const welcome = (snapshot = {}, welcome = {}) => ({
  type: 'welcome',
  payload: { name: '陈小燕', resumed: false, snapshot: { materials: [], seats: [], ...snapshot }, ...welcome },
});

const seat = (/** @type {string} */ state) => ({ id: 'S3', number: '03', state, since: '2026-11-23T09:00:00+08:00' });

/** @param {...{type: string, payload: any}} messages @returns {DeskState} */
const after = (...messages) =>
  messages.reduce(reduce, reduce(initialState(), { type: 'line', payload: { state: 'open' } }));

const update = (/** @type {string} */ state, /** @type {object} */ more = {}) => ({
  type: 'session.updated',
  payload: { session_id: 's1', state, citizen_present: true, agent_present: true, ...more },
});
const started = { type: 'session.started', payload: { session: session() } };
const ringing = { type: 'reservation.ringing', payload: { reservation: { id: 'r1' } } };
const ready = { type: 'seat.updated', payload: { seat: seat('ready'), seats: [] } };

test('each state of the seat has its screen', () => {
  assert.equal(screenOf(initialState()), 'loading');
  assert.equal(screenOf(after(welcome({ seats: [{ id: 'S3' }] }))), 'choose-seat');
  assert.equal(screenOf(after(welcome({ seat: seat('not-ready') }))), 'not-ready');
  assert.equal(screenOf(after(welcome(), ready)), 'ready');
  assert.equal(screenOf(after(welcome(), ready, ringing)), 'ringing');
  assert.equal(screenOf(after(welcome(), ready, ringing, started)), 'calling');
  assert.equal(screenOf(after(welcome(), ready, started, update('connected'))), 'connected');
  assert.equal(screenOf(after(welcome(), ready, started, update('held'))), 'held');
  assert.equal(screenOf(after(welcome(), ready, started, update('reconnecting'))), 'reconnecting');
  assert.equal(screenOf(after(welcome(), ready, started, update('wrap-up'))), 'wrap-up');
  assert.equal(screenOf(after(welcome(), ready, started, update('wrap-up'), update('closed'))), 'ready');
  assert.equal(
    screenOf(after(welcome(), { type: 'line', payload: { state: 'stopped', code: 'superseded' } })),
    'stopped',
  );
});

test('a lost line keeps the screen as it was', () => {
  const state = after(welcome(), ready, started, update('connected'), { type: 'line', payload: { state: 'lost' } });
  assert.equal(screenOf(state), 'connected');
});

test("a ring that ends says how, and another ring's end does not touch it", () => {
  const other = { type: 'reservation.ended', payload: { reservation_id: 'r9', state: 'timed-out' } };
  assert.equal(screenOf(after(welcome(), ready, ringing, other)), 'ringing');
  const state = after(welcome(), ready, ringing, {
    type: 'reservation.ended',
    payload: { reservation_id: 'r1', state: 'rescinded' },
  });
  assert.equal(screenOf(state), 'ready');
  assert.deepEqual(state.lastRing, { id: 'r1', state: 'rescinded', isConsult: false });
});

test('an accepted ring leaves nothing to explain', () => {
  const state = after(welcome(), ready, ringing, {
    type: 'reservation.ended',
    payload: { reservation_id: 'r1', state: 'accepted' },
  });
  assert.equal(state.lastRing, null);
});

test('signing off drops a ring that was there', () => {
  const state = after(welcome(), ready, ringing, { type: 'seat.updated', payload: { seats: [{ id: 'S3' }] } });
  assert.equal(screenOf(state), 'choose-seat');
  assert.equal(state.reservation, null);
});

test('a new session opens the first material that has files and no verdict', () => {
  const state = after(welcome(), started);
  assert.equal(state.materialID, 'M2');
  assert.equal(state.fileID, 'f1');
});

test("a snapshot of the same session does not move the agent's place; another session does", () => {
  const moved = after(welcome(), started, { type: 'select-material', payload: 'M3' });
  assert.equal(reduce(moved, welcome({ session: session({ state: 'connected' }) })).materialID, 'M3');
  assert.equal(reduce(moved, welcome({ session: session({ id: 's2' }) })).materialID, 'M2');
  assert.equal(reduce(moved, welcome()).session, null);
});

test('a resumed line changes nothing but the name', () => {
  const before = after(welcome({ seat: seat('ready') }));
  assert.deepEqual(reduce(before, welcome({}, { resumed: true, snapshot: undefined })), before);
});

test('a file that comes does not replace the one being read; one that goes does not stay open', () => {
  const state = after(welcome(), started, { type: 'select-file', payload: 'f2' });
  const more = reduce(state, {
    type: 'material.updated',
    payload: { case_id: 'c1', entry: entry('M2', { files: ['f0', 'f1', 'f2'] }) },
  });
  assert.equal(selectedFile(more)?.id, 'f2');
  const fewer = reduce(state, {
    type: 'material.updated',
    payload: { case_id: 'c1', entry: entry('M2', { files: ['f1'] }) },
  });
  assert.equal(selectedFile(fewer)?.id, 'f1');
  const first = reduce(after(welcome(), started, { type: 'select-material', payload: 'M1' }), {
    type: 'material.updated',
    payload: { case_id: 'c1', entry: entry('M1', { files: ['f9'] }) },
  });
  assert.equal(selectedFile(first)?.id, 'f9', 'the first file of the material that is waited for');
});

test('messages of another session or case change nothing', () => {
  const state = after(welcome(), started);
  for (
    const message of [
      { type: 'session.updated', payload: { session_id: 's9', state: 'closed' } },
      { type: 'chat.message', payload: { session_id: 's9', message: { id: 'm1' } } },
      { type: 'material.updated', payload: { case_id: 'c9', entry: entry('M2') } },
      { type: 'precheck.concluded', payload: { session_id: 's9', outcome: {} } },
      { type: 'a.new.kind', payload: {} },
    ]
  ) assert.equal(reduce(state, message), state, message.type);
});

test('a chat message that comes twice appears once', () => {
  const message = {
    type: 'chat.message',
    payload: { session_id: 's1', message: { id: 'm1', from: 'citizen', text: '您好' } },
  };
  assert.equal(after(welcome(), started, message, message).session?.chat.length, 1);
});

test('presence and deadline follow the broker', () => {
  const state = after(
    welcome(),
    started,
    update('reconnecting', { citizen_present: false, state_deadline: '2026-11-23T09:02:00+08:00' }),
  );
  assert.equal(state.session?.citizen.present, false);
  assert.equal(state.session?.state_deadline, '2026-11-23T09:02:00+08:00');
  assert.equal(reduce(state, update('connected')).session?.state_deadline, undefined);
});

test('a seat that is reserved rings as soon as its ring is known', () => {
  const reserved = { type: 'seat.updated', payload: { seat: seat('reserved'), seats: [] } };
  assert.equal(screenOf(after(welcome(), reserved, ringing)), 'ringing');
  assert.equal(screenOf(after(welcome({ seat: seat('reserved'), reservation: { id: 'r1' } }))), 'ringing');
});

test('hold and handing on need a citizen who is there', () => {
  const of = (/** @type {string} */ state) => isTalking(after(welcome(), started, update(state)));
  assert.deepEqual(['connected', 'held', 'ringing', 'reconnecting', 'wrap-up'].map(of), [true, true, false, false, false]);
  assert.equal(isTalking(after(welcome())), false);
});

test('calls are counted, and what was handed on stays with the session', () => {
  const transfer = { from_hall: '湘桥', from_seat_number: '01', from_agent_name: '王', note: '请看发票' };
  const state = after(
    welcome(),
    { type: 'session.started', payload: { session: session({ calls: 1, transfer }) } },
    update('ringing', { calls: 2 }),
  );
  assert.equal(state.session?.calls, 2);
  assert.equal(reduce(state, update('connected')).session?.calls, 2);
  assert.deepEqual(state.session?.transfer, transfer);
});

test('a handed-on session ends as transferred', () => {
  const state = after(welcome(), started, update('connected'), update('wrap-up', { disposition: 'transferred' }));
  assert.equal(screenOf(state), 'wrap-up');
  assert.equal(suggestedDisposition(state), 'transferred');
});

test('a verdict that falls away with its files is to be looked at again, until there is a new one', () => {
  const material = (/** @type {object} */ options) => ({
    type: 'material.updated',
    payload: { case_id: 'c1', entry: entry('M1', options) },
  });
  const judged = after(welcome(), started, material({ files: ['f1'], verdict: 'accepted' }));
  assert.deepEqual(judged.changed, []);
  const changed = reduce(judged, material({ files: ['f1', 'f2'] }));
  assert.deepEqual(changed.changed, ['M1']);
  const more = reduce(changed, material({ files: ['f1', 'f2', 'f3'] }));
  assert.deepEqual(more.changed, ['M1']);
  assert.deepEqual(reduce(more, material({ files: ['f1'], verdict: 'accepted' })).changed, []);
  assert.deepEqual(reduce(changed, update('closed')).changed, []);
});

test('the next material without a verdict goes round once and ends', () => {
  const all = session({ materials: [entry('M1'), entry('M2', { verdict: 'accepted' }), entry('M3')] });
  assert.equal(nextWithoutVerdict(all, 'M1'), 'M3');
  assert.equal(nextWithoutVerdict(all, 'M3'), 'M1');
  const last = session({ materials: [entry('M1', { verdict: 'accepted' }), entry('M2')] });
  assert.equal(nextWithoutVerdict(last, 'M2'), null);
});

test("the preview of the outcome follows the broker's rule", () => {
  const of = (/** @type {(string | undefined)[]} */ ...verdicts) =>
    session({ materials: verdicts.map((verdict, at) => entry(`M${at}`, { verdict })) });
  assert.equal(previewResult(of('accepted', undefined)), 'incomplete');
  assert.equal(previewResult(of('accepted', 'not-applicable')), 'ready-to-file');
  assert.equal(previewResult(of('accepted', 'waived')), 'deferred-material');
  assert.equal(previewResult(of('missing', 'waived')), 'correction-needed');
  assert.equal(undecided(session()).length, 2, 'a conditional material may stay without a verdict');
});

test("the disposition is suggested from the outcome, the broker's word, or the way it ended", () => {
  const ended = after(welcome(), started, update('wrap-up'));
  assert.equal(suggestedDisposition(ended), 'advised');
  const concluded = reduce(ended, {
    type: 'precheck.concluded',
    payload: { session_id: 's1', outcome: { result: 'ready-to-file' } },
  });
  assert.equal(suggestedDisposition(concluded), 'precheck-passed');
  assert.equal(suggestedDisposition(reduce(ended, update('wrap-up', { disposition: 'no-show' }))), 'no-show');
  assert.equal(suggestedDisposition(reduce(ended, update('wrap-up', { citizen_present: false }))), 'advised');
  assert.equal(selectedEntry(ended)?.material.id, 'M2');
});

test('times read like a clock, and a countdown ends at nothing', () => {
  assert.equal(clockText(187_900), '3:07');
  assert.equal(clockText(3_765_000), '1:02:45');
  assert.equal(clockText(-5), '0:00');
  assert.equal(countdownText(1), '0:01');
  assert.equal(countdownText(-1), '0:00');
});

/** @param {object} changes @returns {any} */
const consult = (changes) => ({ state: 'talking', you: 'agent', citizen_in: false, media: [], ...changes });
const told = (/** @type {object} */ changes) => ({
  type: 'consult.updated',
  payload: { session_id: 's1', consult: consult(changes) },
});
const inState = (/** @type {string} */ state, /** @type {object} */ changes = {}) =>
  after(welcome({ session: session({ state, ...changes }) }));

test('a colleague who is asked, comes and goes leaves the talk as it was', () => {
  const asked = reduce(inState('connected'), told({ state: 'ringing' }));
  assert.equal(consultOf(asked), null);
  assert.equal(screenOf(asked), 'connected');
  const there = reduce(asked, told({ citizen_in: true }));
  assert.equal(consultOf(there)?.citizen_in, true);
  assert.equal(isConsultant(there), false);
  const gone = reduce(there, told({ state: 'ended', end: 'left' }));
  assert.equal(gone.session?.consult, undefined);
  assert.equal(gone.session?.id, 's1');
  assert.equal(reduce(gone, { type: 'consult.updated', payload: { session_id: 's9', consult: consult({}) } }), gone);
});

test("a consultant's desk looks on, and is empty when it is over", () => {
  const there = inState('consulting', { consult: consult({ you: 'consultant' }) });
  assert.equal(isConsultant(there), true);
  assert.equal(screenOf(there), 'consulting');
  assert.equal(isInTalk(screenOf(there)), true);
  assert.equal(isTalking(there), false);
  assert.equal(reduce(there, told({ you: 'consultant', state: 'ended', end: 'returned' })).session, null);
});
