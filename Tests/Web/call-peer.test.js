import { beforeEach, test } from 'node:test';
import assert from 'node:assert/strict';
import { MediaPeer } from '../../Web/call/peer.js';
import { CallMedia } from '../../Web/call/call.js';
import { QualityJudge } from '../../Web/call/quality.js';
import { FakeTime } from './signaling-fakes.js';

/** Just enough of RTCPeerConnection to negotiate with another one, and strict about what is not allowed. */
class FakeConnection extends EventTarget {
  /** @type {FakeConnection[]} */
  static all = [];
  static sdp = 0;
  signalingState = 'stable';
  iceConnectionState = 'new';
  connectionState = 'new';
  /** @type {any} */
  localDescription = null;
  /** @type {any} */
  remoteDescription = null;
  /** @type {any[]} */
  transceivers = [];
  /** @type {any[]} */
  candidates = [];
  restarts = 0;
  isClosed = false;
  isNegotiationNeeded = false;

  constructor() {
    super();
    FakeConnection.all.push(this);
  }

  /** @param {any} trackOrKind @param {any} init */
  addTransceiver(trackOrKind, init) {
    const kind = typeof trackOrKind === 'string' ? trackOrKind : trackOrKind.kind;
    const transceiver = fakeTransceiver(kind, init.direction, typeof trackOrKind === 'string' ? null : trackOrKind);
    this.transceivers.push(transceiver);
    this.needNegotiation();
    return transceiver;
  }

  /** @type {any[]} */
  channels = [];

  /** @param {string} label */
  createDataChannel(label) {
    const channel = { label };
    this.channels.push(channel);
    return channel;
  }

  getTransceivers() {
    return this.transceivers;
  }

  /** As browsers do: once for several changes, and only while stable. */
  needNegotiation() {
    this.isNegotiationNeeded = true;
    queueMicrotask(() => this.negotiateIfStable());
  }

  negotiateIfStable() {
    if (!this.isNegotiationNeeded || this.signalingState !== 'stable' || this.isClosed) return;
    this.isNegotiationNeeded = false;
    this.dispatchEvent(new Event('negotiationneeded'));
  }

  async setLocalDescription() {
    await Promise.resolve();
    if (this.signalingState === 'stable') {
      this.localDescription = { type: 'offer', sdp: `offer-${++FakeConnection.sdp}` };
      this.signalingState = 'have-local-offer';
    } else {
      assert.equal(this.signalingState, 'have-remote-offer');
      this.localDescription = { type: 'answer', sdp: `answer-${++FakeConnection.sdp}` };
      this.signalingState = 'stable';
    }
  }

  /** @param {any} description */
  async setRemoteDescription(description) {
    await Promise.resolve();
    if (description.type === 'offer') {
      if (this.transceivers.length === 0) {
        this.transceivers = ['audio', 'video'].map((kind) => fakeTransceiver(kind, 'recvonly', null));
      }
      this.signalingState = 'have-remote-offer';
    } else {
      assert.equal(this.signalingState, 'have-local-offer');
      this.signalingState = 'stable';
      this.negotiateIfStable();
    }
    this.remoteDescription = description;
  }

  /** @param {any} candidate */
  async addIceCandidate(candidate) {
    await Promise.resolve();
    assert.notEqual(this.remoteDescription, null, 'a candidate needs a remote description');
    this.candidates.push(candidate);
  }

  /** @type {any[]} */
  configurations = [];

  /** @param {any} configuration */
  setConfiguration(configuration) {
    this.configurations.push(configuration);
  }

  restartIce() {
    this.restarts++;
    this.needNegotiation();
  }

  /** @param {string} ice @param {string} [connection] */
  becomes(ice, connection = ice) {
    this.iceConnectionState = ice;
    this.connectionState = connection;
    this.dispatchEvent(new Event('iceconnectionstatechange'));
  }

  close() {
    this.isClosed = true;
  }
}

/** @param {string} kind @param {string} direction @param {any} track */
function fakeTransceiver(kind, direction, track) {
  const sender = {
    track,
    /** @type {any[]} */
    streams: [],
    /** @param {any} next */
    replaceTrack(next) {
      sender.track = next;
      return Promise.resolve();
    },
    /** @param {any[]} streams */
    setStreams(...streams) {
      sender.streams = streams;
    },
  };
  return { kind, direction, sender, receiver: { track: { kind } } };
}

/** @param {...string} kinds */
function fakeStream(...kinds) {
  return /** @type {any} */ ({ getTracks: () => kinds.map((kind) => ({ kind })) });
}

const settle = async () => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

/** @type {FakeTime} */
let time;

beforeEach(() => {
  time = new FakeTime();
  FakeConnection.all = [];
  FakeConnection.sdp = 0;
});

/** @param {{polite: boolean, epoch?: number, localStream?: any, renewServers?: any}} options */
function makePeer({ polite, epoch = 1, localStream = fakeStream('audio', 'video'), renewServers }) {
  /** @type {{type: string, payload: any}[]} */
  const sent = [];
  const peer = new MediaPeer({
    sessionID: 's1',
    epoch,
    polite,
    iceServers: [],
    localStream,
    relay: (type, payload) => sent.push({ type, payload }) > 0,
    createConnection: () => /** @type {any} */ (new FakeConnection()),
    renewServers,
    timers: time,
  });
  const connection = /** @type {FakeConnection} */ (FakeConnection.all.at(-1));
  /** @type {string[]} */
  const states = [];
  let renewals = 0;
  peer.addEventListener('state', () => states.push(peer.state));
  peer.addEventListener('renew-needed', () => renewals++);
  return { peer, sent, connection, states, renewals: () => renewals };
}

/** @param {ReturnType<typeof makePeer>} from @param {ReturnType<typeof makePeer>} to */
async function deliver(from, to) {
  for (const { type, payload } of from.sent.splice(0)) await to.peer.receive(type, payload);
  await settle();
}

test('only the impolite side makes the first offer, and both end stable with tracks both ways', async () => {
  const seat = makePeer({ polite: false });
  const citizen = makePeer({ polite: true });
  citizen.connection.needNegotiation();
  await settle();
  assert.equal(citizen.sent.length, 0);
  assert.deepEqual(seat.sent.map(({ payload }) => payload.description.type), ['offer']);
  await deliver(seat, citizen);
  assert.deepEqual(citizen.sent.map(({ payload }) => payload.description.type), ['answer']);
  await deliver(citizen, seat);
  assert.equal(seat.connection.signalingState, 'stable');
  assert.equal(citizen.connection.signalingState, 'stable');
  for (const transceiver of citizen.connection.transceivers) {
    assert.equal(transceiver.direction, 'sendrecv');
    assert.equal(transceiver.sender.track.kind, transceiver.kind);
    assert.equal(transceiver.sender.streams.length, 1);
  }
});

test('without a camera the picture of the other side is still asked for', () => {
  const { connection } = makePeer({ polite: false, localStream: null });
  assert.deepEqual(connection.transceivers.map(({ kind, direction }) => [kind, direction]), [['audio', 'sendrecv'], [
    'video',
    'sendrecv',
  ]]);
});

test('glare later on: the impolite side ignores the colliding offer, the polite side yields', async () => {
  const seat = makePeer({ polite: false });
  const citizen = makePeer({ polite: true });
  await settle();
  await deliver(seat, citizen);
  await deliver(citizen, seat);
  seat.connection.needNegotiation();
  citizen.connection.needNegotiation();
  await settle();
  const fromSeat = seat.sent.splice(0);
  const fromCitizen = citizen.sent.splice(0);
  assert.equal(fromSeat.length, 1);
  assert.equal(fromCitizen.length, 1);
  for (const { type, payload } of fromCitizen) await seat.peer.receive(type, payload);
  assert.equal(seat.connection.signalingState, 'have-local-offer', 'ignored');
  for (const { type, payload } of fromSeat) await citizen.peer.receive(type, payload);
  await deliver(citizen, seat);
  assert.equal(seat.connection.signalingState, 'stable');
  assert.equal(citizen.connection.signalingState, 'stable');
});

test('candidates that come before the description wait for it', async () => {
  const seat = makePeer({ polite: false });
  const citizen = makePeer({ polite: true });
  await settle();
  await citizen.peer.receive('rtc.candidate', { session_id: 's1', epoch: 1, candidate: { candidate: 'a' } });
  assert.deepEqual(citizen.connection.candidates, []);
  await deliver(seat, citizen);
  assert.deepEqual(citizen.connection.candidates, [{ candidate: 'a' }]);
});

test('messages of another session or epoch are dropped', async () => {
  const { peer, connection } = makePeer({ polite: true, epoch: 2 });
  await peer.receive('rtc.description', { session_id: 's1', epoch: 1, description: { type: 'offer', sdp: 'old' } });
  await peer.receive('rtc.description', { session_id: 's2', epoch: 2, description: { type: 'offer', sdp: 'other' } });
  assert.equal(connection.remoteDescription, null);
});

test('an answer that comes twice does no harm', async () => {
  const { peer, connection } = makePeer({ polite: false });
  await settle();
  const answer = { session_id: 's1', epoch: 1, description: { type: 'answer', sdp: 'x' } };
  await peer.receive('rtc.description', answer);
  await peer.receive('rtc.description', answer);
  assert.equal(connection.signalingState, 'stable');
});

test('disconnected for two seconds restarts ICE on the impolite side; ten more seconds ask for a new epoch', () => {
  const { connection, states, renewals } = makePeer({ polite: false });
  connection.becomes('connected');
  connection.becomes('disconnected');
  time.advance(1_999);
  assert.equal(connection.restarts, 0);
  time.advance(1);
  assert.equal(connection.restarts, 1);
  time.advance(10_000);
  assert.equal(renewals(), 1);
  assert.deepEqual(states, ['connected', 'recovering', 'failed']);
});

test('a short gap heals without any restart', () => {
  const { connection, states } = makePeer({ polite: false });
  connection.becomes('connected');
  connection.becomes('disconnected');
  time.advance(1_000);
  connection.becomes('connected');
  time.advance(60_000);
  assert.equal(connection.restarts, 0);
  assert.deepEqual(states, ['connected']);
});

test('the polite side never restarts ICE, but may ask for a new epoch', () => {
  const { connection, renewals } = makePeer({ polite: true });
  connection.becomes('failed');
  assert.equal(connection.restarts, 0);
  time.advance(10_000);
  assert.equal(renewals(), 1);
});

test('a line that came back repeats an offer that nobody answered', async () => {
  const { peer, sent } = makePeer({ polite: false });
  await settle();
  const [first] = sent.splice(0);
  peer.lineRestored();
  assert.deepEqual(sent[0].payload.description, first.payload.description);
});

test('after close nothing is sent any more', async () => {
  const { peer, sent, connection } = makePeer({ polite: false });
  peer.close();
  await settle();
  connection.needNegotiation();
  time.advance(60_000);
  await settle();
  assert.equal(connection.isClosed, true);
  assert.deepEqual(sent, []);
});

test('the quality word changes only after several samples agree', () => {
  const judge = new QualityJudge();
  let received = 0;
  let lost = 0;
  let at = 0;
  const sample = (/** @type {number} */ loss) => {
    received += 100 - loss;
    lost += loss;
    at += 2_000;
    return judge.judge({ at, received, lost, bytes: received * 100, rttMs: 40 })?.word ?? null;
  };
  assert.deepEqual([0, 0, 5, 0, 5, 5, 0, 0, 0, 0].map(sample), [
    null,
    'good',
    'good',
    'good',
    'good',
    'poor',
    'poor',
    'poor',
    'poor',
    'good',
  ]);
  assert.deepEqual([20, 20].map(sample), ['good', 'bad']);
});

// CallMedia ---------------------------------------------------------------------------------------------------------

class FakePeer extends EventTarget {
  /** @type {FakePeer[]} */
  static all = [];
  state = 'connecting';
  /** @type {any} */
  remoteStream = null;
  /** @type {any} */
  sending;
  /** @type {any[]} */
  received = [];
  restored = 0;
  isClosed = false;
  /** @param {any} options */
  constructor(options) {
    super();
    Object.assign(this, { sessionID: options.sessionID, epoch: options.epoch, options, sending: options.localStream });
    FakePeer.all.push(this);
  }
  /** @param {string} type @param {any} payload */
  receive(type, payload) {
    this.received.push([type, payload.epoch]);
    return Promise.resolve();
  }
  stats() {
    return Promise.resolve(null);
  }
  /** @param {any} stream */
  replaceTracks(stream) {
    this.sending = stream;
    return Promise.resolve();
  }
  lineRestored() {
    this.restored++;
  }
  close() {
    this.isClosed = true;
  }
}

/** @param {object} [changes] */
const relayServers = (changes) =>
  /** @type {any} */ ({ enter() {}, leave() {}, prepare: () => null, servers: [], renewed: () => Promise.resolve([]), ...changes });

/** @param {any} [relay] */
function makeCall(relay = relayServers()) {
  FakePeer.all = [];
  const connection = /** @type {any} */ (new EventTarget());
  /** @type {any[]} */
  const commands = [];
  connection.send = (/** @type {string} */ type, /** @type {any} */ payload) => {
    commands.push([type, payload]);
    return Promise.resolve({});
  };
  /** @type {any[]} */
  const relayed = [];
  connection.relay = (/** @type {string} */ type, /** @type {any} */ payload) => relayed.push([type, payload]);
  const call = new CallMedia({
    connection,
    createPeer: (options) => /** @type {any} */ (new FakePeer(options)),
    relayServers: relay,
    timers: time,
  });
  const push = (/** @type {string} */ type, /** @type {any} */ payload) =>
    connection.dispatchEvent(new CustomEvent('push', { detail: { type, payload } }));
  const welcome = (/** @type {any} */ detail) =>
    connection.dispatchEvent(new CustomEvent('welcome', { detail: { ice_servers: [], ...detail } }));
  const media = (/** @type {number} */ epoch) =>
    push('session.media', { session_id: 's1', media: { epoch, polite: false } });
  return { call, connection, commands, relayed, push, welcome, media };
}

test('a new epoch replaces the peer; an old one is ignored', () => {
  const { call, push, media } = makeCall();
  push('session.started', { session: { id: 's1' } });
  media(1);
  media(1);
  media(2);
  media(1);
  assert.deepEqual(FakePeer.all.map(({ isClosed }) => isClosed), [true, false]);
  assert.equal(call.sessionID, 's1');
});

test('a description that overtakes its epoch is kept for it, one of an old epoch is dropped', () => {
  const { push, media } = makeCall();
  push('session.started', { session: { id: 's1' } });
  media(1);
  push('rtc.description', { session_id: 's1', epoch: 2 });
  media(2);
  push('rtc.candidate', { session_id: 's1', epoch: 1 });
  push('rtc.candidate', { session_id: 's9', epoch: 2 });
  assert.deepEqual(FakePeer.all.map(({ received }) => received), [[], [['rtc.description', 2]]]);
});

test('a resumed line keeps the peer, a reloaded page waits for a new epoch and asks when none comes', () => {
  const { connection, commands, welcome, media, push } = makeCall();
  push('session.started', { session: { id: 's1' } });
  media(1);
  assert.deepEqual(connection.heldMedia(), { session_id: 's1', epoch: 1 });
  welcome({ resumed: true });
  assert.equal(FakePeer.all[0].restored, 1);
  welcome({
    resumed: false,
    snapshot: { session: { id: 's1', state: 'connected', media: { epoch: 2, polite: false } } },
  });
  assert.equal(FakePeer.all[0].isClosed, true);
  time.advance(4_000);
  assert.deepEqual(commands, [['session.media-renew', { session_id: 's1', epoch: 2 }]]);
});

test('a restarted broker that knows our epoch leaves the call alone', () => {
  const { welcome, media, push } = makeCall();
  push('session.started', { session: { id: 's1' } });
  media(3);
  welcome({
    resumed: false,
    snapshot: { session: { id: 's1', state: 'reconnecting', media: { epoch: 3, polite: false } } },
  });
  assert.equal(FakePeer.all[0].isClosed, false);
});

test('the end of the session closes the peer', () => {
  const { call, push, media } = makeCall();
  push('session.started', { session: { id: 's1' } });
  media(1);
  push('session.updated', { session_id: 's1', state: 'wrap-up' });
  assert.equal(FakePeer.all[0].isClosed, true);
  assert.equal(call.state, 'idle');
});

test('on hold nothing is sent or played, and the peer stays', async () => {
  const { call, push, media } = makeCall();
  const own = /** @type {any} */ ({ getTracks: () => [] });
  const track = { enabled: true };
  await call.setLocalStream(own);
  push('session.started', { session: { id: 's1' } });
  media(1);
  const [peer] = FakePeer.all;
  peer.remoteStream = { getTracks: () => [track] };
  push('session.updated', { session_id: 's1', state: 'held' });
  await call.setHeld(true);
  assert.deepEqual([peer.sending, track.enabled, peer.isClosed], [null, false, false]);
  // A camera that is opened again meanwhile is not sent either.
  await call.setLocalStream(/** @type {any} */ ({ getTracks: () => [], isNew: true }));
  assert.equal(peer.sending, null);
  push('session.updated', { session_id: 's1', state: 'connected' });
  await call.setHeld(false);
  assert.deepEqual([/** @type {any} */ (peer.sending).isNew, track.enabled, peer.isClosed], [true, true, false]);
});

test('a new epoch and a late track during hold stay silent', async () => {
  const { call, push, media } = makeCall();
  await call.setLocalStream(/** @type {any} */ ({ getTracks: () => [] }));
  push('session.started', { session: { id: 's1' } });
  await call.setHeld(true);
  media(1);
  const [peer] = FakePeer.all;
  const track = { enabled: true };
  peer.remoteStream = { getTracks: () => [track] };
  peer.dispatchEvent(new CustomEvent('remote-stream', { detail: peer.remoteStream }));
  assert.deepEqual([peer.sending, track.enabled], [null, false]);
});

test('a page opened again during hold asks for media when none comes', () => {
  const { commands, welcome } = makeCall();
  welcome({ resumed: false, snapshot: { session: { id: 's1', state: 'held', media: { epoch: 4, polite: false } } } });
  time.advance(4_000);
  assert.deepEqual(commands, [['session.media-renew', { session_id: 's1', epoch: 4 }]]);
});

/** @param {object} changes */
const consultView = (changes) => ({
  state: 'talking', you: 'agent', hall: { id: '445102', name: '示例区办税服务厅' }, citizen_in: false, media: [], ...changes,
});

test('a citizen who is apart has no peer connection, and one of their own again when taken in', () => {
  const { call, push, media } = makeCall();
  push('session.started', { session: { id: 's1' } });
  media(1);
  push('consult.updated', { session_id: 's1', consult: consultView({}) });
  push('session.media', { session_id: 's1', media: { epoch: 2, polite: false, with: 'consultant' } });
  assert.deepEqual(FakePeer.all.map((peer) => [/** @type {any} */ (peer).epoch, peer.isClosed]), [[1, true], [2, false]]);
  assert.equal(call.state, 'idle');
  assert.equal(call.stateOf('consultant'), 'connecting');
  push('consult.updated', { session_id: 's1', consult: consultView({ citizen_in: true }) });
  media(3);
  assert.deepEqual(FakePeer.all.map(({ isClosed }) => isClosed), [true, false, false]);
  push('consult.updated', { session_id: 's1', consult: consultView({ citizen_in: false }) });
  assert.deepEqual(FakePeer.all.map(({ isClosed }) => isClosed), [true, false, true]);
});

test('the citizen hears nobody while apart, and both when in', () => {
  const { push, media } = makeCall();
  push('session.started', { session: { id: 's1' } });
  media(1);
  push('consult.updated', { session_id: 's1', consult: consultView({ you: 'citizen' }) });
  assert.deepEqual(FakePeer.all.map(({ isClosed }) => isClosed), [true]);
  push('consult.updated', { session_id: 's1', consult: consultView({ you: 'citizen', citizen_in: true }) });
  media(3);
  push('session.media', { session_id: 's1', media: { epoch: 4, polite: true, with: 'consultant' } });
  push('rtc.description', { session_id: 's1', epoch: 3, from: 'agent', to: 'citizen' });
  push('rtc.description', { session_id: 's1', epoch: 4, from: 'consultant', to: 'citizen' });
  push('rtc.description', { session_id: 's1', epoch: 4, from: 'nobody' });
  assert.deepEqual(FakePeer.all.map(({ received }) => received), [[], [['rtc.description', 3]], [['rtc.description', 4]]]);
});

test('a consultant says who speaks to whom, and leaves everything behind', () => {
  const { call, connection, relayed, push } = makeCall();
  push('session.started', { session: { id: 's1', consult: consultView({ you: 'consultant' }) } });
  push('session.media', { session_id: 's1', media: { epoch: 2, polite: true, with: 'agent' } });
  /** @type {any} */ (FakePeer.all[0]).options.relay('rtc.candidate', { session_id: 's1', epoch: 2 });
  assert.deepEqual(relayed, [['rtc.candidate', { session_id: 's1', epoch: 2, from: 'consultant', to: 'agent' }]]);
  assert.equal(connection.heldMedia(), null);
  assert.deepEqual(connection.heldConsultMedia(), [{ session_id: 's1', epoch: 2, with: 'agent' }]);
  push('consult.updated', { session_id: 's1', consult: consultView({ you: 'consultant', state: 'ended', end: 'returned' }) });
  assert.equal(FakePeer.all[0].isClosed, true);
  assert.equal(call.sessionID, null);
});

test('the end of a three-way talk leaves the other two alone', () => {
  const { push, media } = makeCall();
  push('session.started', { session: { id: 's1' } });
  media(3);
  push('session.media', { session_id: 's1', media: { epoch: 4, polite: false, with: 'consultant' } });
  push('consult.updated', { session_id: 's1', consult: consultView({ citizen_in: true }) });
  push('consult.updated', { session_id: 's1', consult: consultView({ citizen_in: true, state: 'ended', end: 'left' }) });
  assert.deepEqual(FakePeer.all.map(({ isClosed }) => isClosed), [false, true]);
});

test('a page that comes back keeps the legs that it holds and asks for the others', () => {
  const { commands, push, welcome, media } = makeCall();
  push('session.started', { session: { id: 's1' } });
  media(3);
  push('session.media', { session_id: 's1', media: { epoch: 4, polite: false, with: 'consultant' } });
  const session = { id: 's1', state: 'consulting', media: { epoch: 3, polite: false } };
  const consult = consultView({ citizen_in: true, media: [{ epoch: 5, polite: false, with: 'consultant' }] });
  welcome({ resumed: false, snapshot: { session: { ...session, consult } } });
  assert.deepEqual(FakePeer.all.map(({ isClosed, restored }) => [isClosed, restored]), [[false, 1], [true, 0]]);
  time.advance(4_000);
  assert.deepEqual(commands, [['session.media-renew', { session_id: 's1', epoch: 5, with: 'consultant' }]]);
});

test('data channels are part of the first offer, and a later one is told of by its label', () => {
  const seat = makePeer({ polite: false });
  const citizen = makePeer({ polite: true });
  assert.equal(seat.connection.channels.length, 1);
  assert.equal(citizen.connection.channels.length, 0);
  assert.equal(citizen.peer.openChannel('still-1'), null);
  citizen.connection.becomes('connected');
  assert.equal(citizen.peer.openChannel('still-1')?.label, 'still-1');
  /** @type {string[]} */
  const heard = [];
  seat.peer.addEventListener('channel', (event) => heard.push(/** @type {CustomEvent} */ (event).detail.label));
  for (const channel of [seat.connection.channels[0], { label: 'still-1' }]) {
    seat.connection.dispatchEvent(Object.assign(new Event('datachannel'), { channel }));
  }
  assert.deepEqual(heard, ['still-1']);
  citizen.peer.close();
  assert.equal(citizen.peer.openChannel('still-2'), null);
});

// TURN servers ------------------------------------------------------------------------------------------------------

const TURN = { urls: ['turn:turn.example:3478'], username: '1:a', credential: 'b' };

test('a first peer connection waits for the TURN servers, and early messages wait with it', async () => {
  let arrive = () => {};
  const relay = relayServers({ prepare: () => new Promise((resolve) => arrive = () => resolve(undefined)) });
  const { push, media } = makeCall(relay);
  push('session.started', { session: { id: 's1' } });
  media(1);
  push('rtc.description', { session_id: 's1', epoch: 1 });
  assert.equal(FakePeer.all.length, 0);
  relay.servers = [TURN];
  arrive();
  await settle();
  assert.deepEqual(FakePeer.all.map(({ received }) => received), [[['rtc.description', 1]]]);
  assert.deepEqual(/** @type {any} */ (FakePeer.all[0]).options.iceServers, [TURN]);
});

test('who left meanwhile, or was told of a newer epoch, gets no peer connection of the old one', async () => {
  /** @type {(() => void)[]} */
  const arrivals = [];
  const relay = relayServers({ prepare: () => new Promise((resolve) => arrivals.push(() => resolve(undefined))) });
  const { push, media } = makeCall(relay);
  push('session.started', { session: { id: 's1' } });
  media(1);
  media(2);
  for (const arrive of arrivals.splice(0)) arrive();
  await settle();
  assert.deepEqual(FakePeer.all.map((peer) => /** @type {any} */ (peer).epoch), [2]);
  media(3);
  push('session.updated', { session_id: 's1', state: 'wrap-up' });
  for (const arrive of arrivals.splice(0)) arrive();
  await settle();
  assert.equal(FakePeer.all.length, 1);
});

test('an ICE restart takes new credentials first', async () => {
  const { connection } = makePeer({ polite: false, renewServers: () => Promise.resolve([TURN]) });
  connection.becomes('failed');
  assert.equal(connection.restarts, 0);
  await settle();
  assert.deepEqual(connection.configurations, [{ bundlePolicy: 'max-bundle', iceServers: [TURN] }]);
  assert.equal(connection.restarts, 1);
});

test('an ICE restart goes on with the old credentials when no new ones come', async () => {
  const { connection } = makePeer({ polite: false, renewServers: () => Promise.resolve([]) });
  connection.becomes('failed');
  await settle();
  assert.deepEqual(connection.configurations, []);
  assert.equal(connection.restarts, 1);
});

test('what healed while new credentials were asked for is not restarted', async () => {
  const { connection } = makePeer({ polite: false, renewServers: () => Promise.resolve([TURN]) });
  connection.becomes('failed');
  connection.becomes('connected');
  await settle();
  assert.equal(connection.restarts, 0);
});

test('the polite side takes new credentials before it answers a later offer, not before the first', async () => {
  let asked = 0;
  const seat = makePeer({ polite: false });
  const citizen = makePeer({ polite: true, renewServers: () => Promise.resolve(++asked && [TURN]) });
  await settle();
  await deliver(seat, citizen);
  await deliver(citizen, seat);
  assert.equal(asked, 0);
  seat.connection.becomes('failed');
  await settle();
  await deliver(seat, citizen);
  assert.equal(asked, 1);
  assert.deepEqual(citizen.connection.configurations.map(({ iceServers }) => iceServers), [[TURN]]);
  assert.deepEqual(citizen.sent.map(({ payload }) => payload.description.type), ['answer']);
});

test('TURN servers that the browser refuses cost the servers, not the call', () => {
  /** @type {any[]} */
  const tried = [];
  const peer = new MediaPeer({
    sessionID: 's1',
    epoch: 1,
    polite: false,
    iceServers: [{ urls: ['nonsense'] }],
    localStream: null,
    relay: () => true,
    createConnection: (configuration) => {
      tried.push(configuration.iceServers);
      if (configuration.iceServers) throw new DOMException('bad address', 'SyntaxError');
      return /** @type {any} */ (new FakeConnection());
    },
    timers: time,
  });
  assert.deepEqual(tried, [[{ urls: ['nonsense'] }], undefined]);
  peer.close();
});
