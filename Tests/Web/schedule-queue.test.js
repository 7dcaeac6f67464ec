import assert from 'node:assert/strict';
import test from 'node:test';
import { ChangeQueue } from '../../Web/admin/schedule/queue.js';
import { localError, problem } from '../../Web/signaling/http.js';
import { FakeSchedule, makeBody, makeShift } from './schedule-fakes.js';

/** A queue at a fake server whose line can be cut, and whose answers can be lost. */
function setUp() {
  const fake = new FakeSchedule({ body: makeBody({ shifts: [makeShift('1')] }) });
  const line = { isCut: false, losesAnswers: false, sent: 0 };
  /** @type {(() => void)[]} */
  const pauses = [];
  /** @type {(() => void)[]} */
  const watchers = [];
  /** @param {string} method @param {string} path @param {any} [body] */
  const ask = async (method, path, body) => {
    await Promise.resolve();
    if (line.isCut) throw localError('network_unavailable');
    line.sent += 1;
    const reply = fake.handle(method, path, body);
    if (line.losesAnswers) throw localError('network_unavailable');
    if (reply.status >= 400) throw problem(reply.status, JSON.stringify(reply.body));
    return structuredClone(reply.body);
  };
  const queue = new ChangeQueue({
    server: {
      load: () => ask('GET', '/schedule'),
      change: (revision, changes) => ask('POST', '/schedule/draft/changes', { revision, changes }),
      undo: (revision) => ask('POST', '/schedule/draft/undo', { revision }),
      redo: (revision) => ask('POST', '/schedule/draft/redo', { revision }),
    },
    onChange: () => watchers.forEach((watch) => watch()),
    pause: () => new Promise((resolve) => {
      pauses.push(resolve);
      watchers.forEach((watch) => watch());
    }),
  });
  /** @param {() => boolean} isSo */
  const until = (isSo) =>
    new Promise((/** @type {(value?: unknown) => void} */ resolve) => {
      const watch = () => {
        if (isSo()) resolve();
      };
      watchers.push(watch);
      watch();
    });
  const settled = () => until(() => queue.isIdle);
  return { fake, queue, line, pauses, until, settled };
}

/** @param {any} parts @param {string} [id] @returns {import("../../Web/admin/schedule/queue.js").Step} */
const put = (parts, id = '1') => ({ changes: [{ kind: 'put-shift', shift: makeShift(id, parts) }], what: 'test' });

test('a change is drawn at once and sent one after the other', async () => {
  const { fake, queue, settled } = setUp();
  await queue.load();
  queue.add(put({ to: '13:00' }));
  queue.add(put({ seat_id: 's2' }, '2'));
  assert.deepEqual(queue.body.shifts.map((shift) => shift.to), ['13:00', '12:00']);
  assert.equal(queue.line, 'sending');
  await settled();
  assert.equal(queue.line, 'saved');
  assert.equal(fake.draft.revision, 2);
  assert.deepEqual(fake.draft.body.shifts, queue.body.shifts);
});

test('nudging one shift along is one step as long as it waits', async () => {
  const { fake, queue, settled } = setUp();
  await queue.load();
  for (const to of ['12:15', '12:30', '12:45', '13:00']) queue.add(put({ to }));
  await settled();
  assert.equal(fake.draft.revision, 2, 'the first went at once, the others became one');
  assert.equal(fake.draft.body.shifts[0].to, '13:00');
});

test('on a broken line everything is kept, and goes when the line is back', async () => {
  const { fake, queue, line, pauses, until, settled } = setUp();
  await queue.load();
  line.isCut = true;
  queue.add(put({ to: '13:00' }));
  await until(() => queue.line === 'broken' && pauses.length === 1);
  queue.add(put({ seat_id: 's3' }, '3'));
  assert.equal(queue.pending.length, 2);
  assert.equal(queue.body.shifts.length, 2);
  line.isCut = false;
  pauses[0]();
  await settled();
  assert.equal(queue.line, 'saved');
  assert.equal(fake.draft.body.shifts.length, 2);
});

test('an answer that was lost does not make the change a conflict, nor twice', async () => {
  const { fake, queue, line, pauses, until, settled } = setUp();
  await queue.load();
  line.losesAnswers = true;
  queue.add(put({ to: '13:00' }));
  await until(() => pauses.length === 1);
  assert.equal(fake.draft.revision, 1, 'it had come through');
  line.losesAnswers = false;
  pauses[0]();
  await settled();
  assert.equal(queue.line, 'saved');
  assert.equal(fake.draft.revision, 1);
  assert.equal(queue.body.shifts[0].to, '13:00');
});

test('a stale save shows what others did, keeps what was typed and overwrites nothing', async () => {
  const { fake, queue, until, settled } = setUp();
  await queue.load();
  fake.handle('POST', '/schedule/draft/changes', { revision: 0, changes: put({ from: '08:00' }).changes }, '许丽君');
  queue.add(put({ to: '13:00' }));
  queue.add(put({ seat_id: 's2' }, '2'));
  await until(() => queue.line === 'stale');
  assert.deepEqual(queue.foreign.map((one) => one.by), ['许丽君']);
  assert.deepEqual(queue.pending.map((step) => queue.collides(step)), [true, false]);
  assert.equal(fake.draft.body.shifts[0].to, '12:00');
  queue.add(put({ seat_id: 's3' }, '3'));
  assert.equal(fake.draft.revision, 1, 'nothing goes out before the person has decided');
  await queue.sendOnTop();
  await settled();
  assert.equal(queue.line, 'saved');
  assert.deepEqual(fake.draft.body.shifts.map((/** @type {any} */ shift) => shift.id).sort(), ['1', '2', '3']);
  assert.equal(fake.draft.body.shifts.find((/** @type {any} */ shift) => shift.id === '1').to, '13:00');
});

test('after a stale save one may also take what others did', async () => {
  const { fake, queue, until } = setUp();
  await queue.load();
  fake.handle('POST', '/schedule/draft/changes', { revision: 0, changes: put({ from: '08:00' }).changes }, '许丽君');
  queue.add(put({ to: '13:00' }));
  await until(() => queue.line === 'stale');
  await queue.dropMine();
  assert.equal(queue.isIdle, true);
  assert.equal(queue.body.shifts[0].from, '08:00');
  assert.equal(queue.body.shifts[0].to, '12:00');
  assert.equal(queue.line, 'saved');
});

test('a step that the server does not take is kept aside, and the next ones go on', async () => {
  const { fake, queue, settled } = setUp();
  await queue.load();
  queue.add(put({ from: '23:00', to: '01:00' }));
  queue.add(put({ seat_id: 's2' }, '2'));
  await settled();
  assert.equal(queue.line, 'refused');
  assert.equal(queue.refused?.step.changes[0].kind, 'put-shift');
  assert.equal(fake.draft.body.shifts.length, 2);
  assert.equal(queue.body.shifts[0].from, '09:00', 'what was refused is drawn no more');
  queue.forgetRefused();
  assert.equal(queue.line, 'saved');
});

test('undo and redo go through the server, and what was never sent needs none', async () => {
  const { fake, queue, line, pauses, until, settled } = setUp();
  await queue.load();
  queue.add(put({ to: '13:00' }));
  await settled();
  queue.add(put({ to: '14:00' }));
  await settled();
  assert.equal(queue.canUndo, true);
  queue.undo();
  await settled();
  assert.equal(queue.body.shifts[0].to, '13:00');
  assert.equal(queue.canRedo, true);
  queue.redo();
  await settled();
  assert.equal(queue.body.shifts[0].to, '14:00');
  line.isCut = true;
  queue.add(put({ to: '15:00' }));
  queue.add(put({ seat_id: 's2' }, '2'));
  await until(() => pauses.length === 1);
  queue.undo();
  assert.equal(queue.body.shifts.length, 1);
  assert.equal(queue.pending.length, 1);
  line.isCut = false;
  pauses[0]();
  await settled();
  assert.equal(fake.draft.body.shifts[0].to, '15:00');
});
