import { beforeEach, test } from 'node:test';
import assert from 'node:assert/strict';
import { SignalingConnection } from '../../Web/signaling/connection.js';
import { FakeSocket, FakeTime } from './signaling-fakes.js';

/** @type {FakeTime} */
let time;
/** @type {() => void} */
let wake;
/** @type {SignalingConnection} */
let connection;
/** @type {any[]} */
let pushes;
/** @type {any[]} */
let lines;
/** @type {any[]} */
let welcomes;
/** What the next wish for a ticket comes to. @type {(told: (ticket: string) => void, refused: (error: any) => void) => void} */
let ticketing;
/** @type {string[]} */
let asked;

beforeEach(() => {
  time = new FakeTime();
  FakeSocket.all = [];
  pushes = [];
  lines = [];
  welcomes = [];
  asked = [];
  ticketing = (told) => told(`t${asked.length}`);
  connection = new SignalingConnection({
    role: 'agent',
    locale: 'zh-CN',
    url: 'ws://seat.test/ws',
    WebSocket: /** @type {any} */ (FakeSocket),
    clock: () => time.now,
    wallClock: () => 1_000,
    // At once, so that a test needs no waiting.
    fetchTicket: (role) => {
      asked.push(role);
      return { then: /** @type {any} */ (ticketing) };
    },
    setTimer: time.setTimer,
    clearTimer: time.clearTimer,
    random: () => 0.5,
    onWake: (action) => {
      wake = action;
      return () => (wake = () => {});
    },
  });
  connection.addEventListener('push', (event) => pushes.push(/** @type {CustomEvent} */ (event).detail));
  connection.addEventListener('line', (event) => lines.push(/** @type {CustomEvent} */ (event).detail));
  connection.addEventListener('welcome', (event) => welcomes.push(/** @type {CustomEvent} */ (event).detail));
});

const lineStates = () => lines.map(({ state }) => state);

test('says hello with role and language, and is open after welcome', () => {
  connection.open();
  FakeSocket.last.welcomes();
  assert.deepEqual(FakeSocket.last.protocols, ['farwindow.v1', 'ticket.t1']);
  assert.deepEqual(FakeSocket.last.sent, [{ id: 0, type: 'hello', payload: { role: 'agent', locale: 'zh-CN' } }]);
  assert.deepEqual(lineStates(), ['connecting', 'open']);
  assert.equal(welcomes.length, 1);
});

test('a command waits for welcome and resolves with its own answer', async () => {
  connection.open();
  const answer = connection.send('seat.ready');
  FakeSocket.last.opens();
  assert.equal(FakeSocket.last.sentOf('seat.ready').length, 0);
  FakeSocket.last.welcomes();
  const [{ id }] = FakeSocket.last.sentOf('seat.ready');
  FakeSocket.last.tells({ re: id, type: 'ok', payload: { done: true } });
  assert.deepEqual(await answer, { done: true });
});

test('a refused command rejects with code, sentence, field and retry time', async () => {
  connection.open();
  FakeSocket.last.welcomes();
  const answer = connection.send('seat.sign-on', { seat_id: 'S01' });
  const [{ id }] = FakeSocket.last.sentOf('seat.sign-on');
  const payload = { code: 'seat_taken', message: '已有人签入', field: 'seat_id', retry_after_ms: 500 };
  FakeSocket.last.tells({ re: id, type: 'error', payload });
  await assert.rejects(answer, {
    name: 'SignalingError',
    code: 'seat_taken',
    message: '已有人签入',
    field: 'seat_id',
    retryAfterMs: 500,
  });
});

test('a heartbeat is answered at once and is no push', () => {
  connection.open();
  FakeSocket.last.welcomes();
  FakeSocket.last.tells({ type: 'heartbeat', payload: { server_time: '2026-11-23T09:00:10.000+08:00' } });
  assert.equal(FakeSocket.last.sentOf('heartbeat.ack').length, 1);
  assert.equal(pushes.length, 0);
});

test('pushes are acknowledged at most once a second, by the highest number', () => {
  connection.open();
  FakeSocket.last.welcomes();
  for (const seq of [1, 2, 3]) FakeSocket.last.tells({ seq, type: 'seat.updated', payload: { seq } });
  FakeSocket.last.tells({ type: 'board.queue', payload: { queue: { waiting: 4 } } });
  assert.equal(pushes.length, 4);
  assert.equal(FakeSocket.last.sentOf('ack').length, 0);
  time.advance(1_000);
  assert.deepEqual(FakeSocket.last.sentOf('ack'), [{ type: 'ack', payload: { seq: 3 } }]);
  time.advance(5_000);
  assert.equal(FakeSocket.last.sentOf('ack').length, 1);
});

test('after a break it resumes with token and last seq, and drops what it has seen', () => {
  connection.open();
  FakeSocket.last.welcomes();
  for (const seq of [1, 2]) FakeSocket.last.tells({ seq, type: 'seat.updated', payload: {} });
  FakeSocket.last.breaks();
  assert.equal(lineStates().at(-1), 'lost');
  time.advance(5_000);
  FakeSocket.last.welcomes({ resumed: true });
  assert.deepEqual(FakeSocket.last.sentOf('hello')[0].payload, {
    role: 'agent',
    locale: 'zh-CN',
    resume_token: 'token-1',
    last_seq: 2,
  });
  FakeSocket.last.tells({ seq: 2, type: 'seat.updated', payload: {} });
  FakeSocket.last.tells({ seq: 3, type: 'seat.updated', payload: {} });
  assert.equal(pushes.length, 3);
});

test('hello names the peer connection that the page still holds', () => {
  connection.heldMedia = () => ({ session_id: 's1', epoch: 2 });
  connection.open();
  FakeSocket.last.welcomes();
  assert.deepEqual(FakeSocket.last.sentOf('hello')[0].payload.media, { session_id: 's1', epoch: 2 });
});

test('an unanswered command goes out again under its number when resumed', async () => {
  connection.open();
  FakeSocket.last.welcomes();
  const answer = connection.send('precheck.verdict', { material_id: 'M1' });
  const first = FakeSocket.last.sentOf('precheck.verdict')[0];
  FakeSocket.last.breaks();
  time.advance(5_000);
  FakeSocket.last.welcomes({ resumed: true });
  const again = FakeSocket.last.sentOf('precheck.verdict')[0];
  assert.deepEqual(again, first);
  FakeSocket.last.tells({ re: again.id, type: 'ok', payload: {} });
  await answer;
});

test('an unanswered command is rejected when the client session is new, and seq counts anew', async () => {
  connection.open();
  FakeSocket.last.welcomes();
  FakeSocket.last.tells({ seq: 7, type: 'seat.updated', payload: {} });
  const answer = connection.send('session.end', { session_id: 's' });
  FakeSocket.last.breaks();
  time.advance(5_000);
  FakeSocket.last.welcomes({ resumed: false, resume_token: 'token-2' });
  await assert.rejects(answer, { code: 'line_lost' });
  assert.equal(FakeSocket.last.sentOf('session.end').length, 0);
  FakeSocket.last.tells({ seq: 1, type: 'seat.updated', payload: {} });
  assert.equal(pushes.length, 2);
});

test('reconnection waits longer each time, jittered, up to five seconds', () => {
  connection.open();
  const waits = [];
  for (let round = 0; round < 7; round++) {
    FakeSocket.last.breaks();
    waits.push(time.waiting[0]);
    time.advance(5_000);
  }
  // Half of the way from 300 ms to the ceiling, because the injected random number is 0.5.
  assert.deepEqual(waits, [450, 750, 1_350, 2_550, 2_650, 2_650, 2_650]);
});

test('every socket has a ticket of its own', () => {
  connection.open();
  FakeSocket.last.welcomes();
  FakeSocket.last.breaks();
  time.advance(5_000);
  assert.deepEqual(asked, ['agent', 'agent']);
  assert.deepEqual(FakeSocket.last.protocols, ['farwindow.v1', 'ticket.t2']);
});

test('who is not signed in any more gets no ticket, and the line stops and says so', () => {
  ticketing = (_told, refused) => refused({ code: 'sign_in_required', message: '请先登录。', status: 401 });
  connection.open();
  assert.equal(FakeSocket.all.length, 0);
  assert.deepEqual(lines.at(-1), { state: 'stopped', code: 'sign_in_required', message: '请先登录。' });
});

test('no ticket for another reason is tried again, no sooner than told', () => {
  ticketing = (_told, refused) => refused({ code: 'rate_limited', message: '…', status: 429, retryAfterMs: 4_000 });
  connection.open();
  assert.equal(connection.line, 'lost');
  assert.equal(lines.at(-1).code, 'rate_limited');
  assert.equal(time.waiting[0], 4_000);
  ticketing = (_told, refused) => refused({ code: 'network_unavailable', message: '…', status: 0 });
  time.advance(4_000);
  assert.equal(lines.at(-1).code, undefined, 'a network that is away has no other words than a broken line');
  ticketing = (told) => told('t3');
  time.advance(5_000);
  assert.equal(FakeSocket.all.length, 1);
});

test('a ticket that comes after it was given up opens nothing', () => {
  /** @type {(ticket: string) => void} */
  let tell = () => {};
  ticketing = (told) => (tell = told);
  connection.open();
  time.advance(10_000);
  assert.equal(connection.line, 'lost');
  tell('late');
  connection.close();
  tell('later');
  assert.equal(FakeSocket.all.length, 0);
});

test('the wait begins small again after a welcome', () => {
  connection.open();
  for (let round = 0; round < 4; round++) {
    FakeSocket.last.breaks();
    time.advance(5_000);
  }
  FakeSocket.last.welcomes();
  FakeSocket.last.breaks();
  assert.equal(time.waiting[0], 450);
});

test('the network coming back does not wait for the timer', () => {
  connection.open();
  FakeSocket.last.breaks();
  assert.equal(FakeSocket.all.length, 1);
  wake();
  assert.equal(FakeSocket.all.length, 2);
  time.advance(1_000);
  assert.equal(FakeSocket.all.length, 2, 'the timer of the old plan is gone');
});

test('silence of three heartbeats is a dead line', () => {
  connection.open();
  FakeSocket.last.welcomes();
  time.advance(20_000);
  FakeSocket.last.tells({ type: 'heartbeat', payload: { server_time: '2026-11-23T09:00:20.000+08:00' } });
  time.advance(29_999);
  assert.equal(connection.line, 'open');
  time.advance(1);
  assert.equal(connection.line, 'lost');
  assert.equal(FakeSocket.all[0].isClosed, true);
});

test('a socket that opens but never welcomes is given up', () => {
  connection.open();
  FakeSocket.last.opens();
  time.advance(10_000);
  assert.equal(connection.line, 'lost');
});

test('superseded stops for good', async () => {
  connection.open();
  FakeSocket.last.welcomes();
  const answer = connection.send('seat.ready');
  FakeSocket.last.tells({ type: 'bye', payload: { code: 'superseded', message: '您已在另一个页面打开' } });
  FakeSocket.last.breaks(4001);
  await assert.rejects(answer, { code: 'line_stopped' });
  assert.deepEqual(lines.at(-1), { state: 'stopped', code: 'superseded', message: '您已在另一个页面打开' });
  time.advance(60_000);
  wake();
  assert.equal(FakeSocket.all.length, 1);
});

test('shutting down is a break like any other', () => {
  connection.open();
  FakeSocket.last.welcomes();
  FakeSocket.last.tells({ type: 'bye', payload: { code: 'shutting_down', message: '系统正在重新启动' } });
  assert.equal(lines.at(-1).state, 'lost');
  assert.equal(lines.at(-1).code, 'shutting_down');
  time.advance(5_000);
  assert.equal(FakeSocket.all.length, 2);
});

test('a refused sign-in stops; a full disk is tried again no sooner than told', () => {
  connection.open();
  FakeSocket.last.opens();
  FakeSocket.last.tells({
    re: 0,
    type: 'error',
    payload: { code: 'storage_unavailable', message: '…', retry_after_ms: 4_000 },
  });
  assert.equal(connection.line, 'lost');
  assert.equal(time.waiting[0], 4_000);
  time.advance(4_000);
  FakeSocket.last.opens();
  FakeSocket.last.tells({ re: 0, type: 'error', payload: { code: 'sign_in_required', message: '请先登录。' } });
  assert.deepEqual(lines.at(-1), { state: 'stopped', code: 'sign_in_required', message: '请先登录。' });
});

test('who was told to slow down stays away as long as asked', () => {
  connection.open();
  FakeSocket.last.welcomes();
  FakeSocket.last.tells({ type: 'bye', payload: { code: 'rate_limited', message: '操作太频繁', retry_after_ms: 8_000 } });
  assert.equal(lines.at(-1).state, 'lost');
  assert.equal(lines.at(-1).message, '操作太频繁');
  time.advance(7_999);
  assert.equal(FakeSocket.all.length, 1);
  time.advance(1);
  assert.equal(FakeSocket.all.length, 2);
});

test('after a stop, open() begins anew without the old token', () => {
  connection.open();
  FakeSocket.last.welcomes();
  FakeSocket.last.tells({ type: 'bye', payload: { code: 'superseded', message: '' } });
  connection.open();
  FakeSocket.last.welcomes();
  assert.equal('resume_token' in FakeSocket.last.sentOf('hello')[0].payload, false);
});

test("the server's time follows the earliest message and a step of its clock", () => {
  connection.open();
  FakeSocket.last.welcomes();
  const base = Date.parse('2026-11-23T09:00:00.000+08:00');
  assert.equal(connection.now(), base);
  time.advance(5_000);
  FakeSocket.last.tells({ type: 'heartbeat', payload: { server_time: '2026-11-23T09:00:04.200+08:00' } });
  assert.equal(connection.now(), base + 5_000, 'a late heartbeat does not turn the clock back');
  FakeSocket.last.tells({ type: 'heartbeat', payload: { server_time: '2026-11-23T09:00:05.300+08:00' } });
  assert.equal(connection.now(), base + 5_300);
  FakeSocket.last.tells({ type: 'heartbeat', payload: { server_time: '2026-11-23T08:00:00.000+08:00' } });
  assert.equal(connection.now(), Date.parse('2026-11-23T08:00:00.000+08:00'));
});

test('a relayed message has no id, and is dropped while the line is away', () => {
  connection.open();
  assert.equal(connection.relay('rtc.candidate', { epoch: 1 }), false);
  FakeSocket.last.welcomes();
  assert.equal(connection.relay('rtc.candidate', { epoch: 1 }), true);
  assert.deepEqual(FakeSocket.last.sentOf('rtc.candidate'), [{ type: 'rtc.candidate', payload: { epoch: 1 } }]);
});

test('nonsense on the line is ignored', () => {
  connection.open();
  FakeSocket.last.welcomes();
  FakeSocket.last.tells([1, 2]);
  FakeSocket.last.tells({ re: 99, type: 'ok', payload: {} });
  FakeSocket.last.tells({ type: 'error', payload: { code: 'not_found', message: '' } });
  assert.equal(connection.line, 'open');
  assert.equal(pushes.length, 0);
});
