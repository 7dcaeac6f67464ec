import { beforeEach, test } from 'node:test';
import assert from 'node:assert/strict';
import { RelayServers } from '../../Web/call/relay-servers.js';
import { FakeTime } from './signaling-fakes.js';

const HOUR = 3_600_000;

/** @type {FakeTime} */
let time;
/** What the broker was asked, and how each is answered. @type {{session: string, answer: (lifetime: number, user?: string) => void, fail: () => void}[]} */
let asked;

beforeEach(() => {
  time = new FakeTime();
  asked = [];
});

function makeServers() {
  return new RelayServers({
    timers: time,
    now: () => time.now,
    ask: (session) =>
      new Promise((resolve, reject) =>
        asked.push({
          session,
          answer: (lifetime_ms, username = '1:a') => resolve({ ice_servers: [server(username)], lifetime_ms }),
          fail: () => reject(new Error('away')),
        })
      ),
  });
}

/** @param {string} username */
const server = (username) => ({ urls: ['turn:turn.example:3478'], username, credential: 'x' });

/** @param {Promise<any> | null} promise */
async function isSettled(promise) {
  let settled = false;
  promise?.then(() => settled = true);
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  return settled;
}

test('they are asked for when the session begins, and are there for its first peer connection', async () => {
  const servers = makeServers();
  servers.enter('s1');
  assert.deepEqual(asked.map(({ session }) => session), ['s1']);
  const ready = servers.prepare();
  assert.equal(await isSettled(ready), false);
  asked[0].answer(2 * HOUR);
  assert.equal(await isSettled(ready), true);
  assert.deepEqual(servers.servers, [server('1:a')]);
  assert.equal(servers.prepare(), null);
  assert.equal(asked.length, 1);
});

test('a first peer connection is not held up by a broker that does not answer, nor by one that refuses', async () => {
  const servers = makeServers();
  servers.enter('s1');
  const ready = servers.prepare();
  time.advance(1_999);
  assert.equal(await isSettled(ready), false);
  time.advance(1);
  assert.equal(await isSettled(ready), true);
  assert.deepEqual(servers.servers, []);
  asked[0].fail();
  assert.equal(await isSettled(Promise.resolve()), true);
  const again = servers.prepare();
  assert.equal(asked.length, 2);
  asked[1].fail();
  assert.equal(await isSettled(again), true);
  assert.deepEqual(servers.servers, []);
});

test('past half their time new ones are asked for before a new peer connection', async () => {
  const servers = makeServers();
  servers.enter('s1');
  asked[0].answer(2 * HOUR);
  await isSettled(Promise.resolve());
  time.advance(HOUR - 1);
  assert.equal(servers.prepare(), null);
  time.advance(1);
  const ready = servers.prepare();
  asked[1].answer(2 * HOUR, '2:a');
  assert.equal(await isSettled(ready), true);
  assert.deepEqual(servers.servers, [server('2:a')]);
});

test('an ICE restart asks anew; without an answer it keeps what still holds, and nothing that has expired', async () => {
  const servers = makeServers();
  servers.enter('s1');
  asked[0].answer(2 * HOUR);
  await isSettled(Promise.resolve());
  const first = servers.renewed();
  asked[1].fail();
  assert.deepEqual(await first, [server('1:a')]);
  time.advance(2 * HOUR);
  const second = servers.renewed();
  asked[2].fail();
  assert.deepEqual(await second, []);
  const third = servers.renewed();
  asked[3].answer(2 * HOUR, '4:a');
  assert.deepEqual(await third, [server('4:a')]);
});

test('what comes for a session that was left is not used in the next', async () => {
  const servers = makeServers();
  servers.enter('s1');
  servers.enter('s2');
  asked[0].answer(2 * HOUR, 'of s1');
  await isSettled(Promise.resolve());
  assert.deepEqual(servers.servers, []);
  asked[1].answer(2 * HOUR, 'of s2');
  await isSettled(Promise.resolve());
  assert.deepEqual(servers.servers, [server('of s2')]);
  servers.leave();
  assert.deepEqual(servers.servers, []);
  assert.equal(servers.prepare(), null);
});
