// One attempt at media with the other side: a peer connection of one epoch.
//
// Perfect negotiation (W3C WebRTC, 10.7) with one stricter rule: the polite side never makes the first offer of an epoch. Two first
// offers at once hung one call in ten when measured, so the collision is made impossible instead of being resolved.

import { QualityJudge, readSample } from './quality.js';

/** @typedef {import("../signaling/messages.js").ICEServer} ICEServer */
/** @typedef {"connecting" | "connected" | "recovering" | "failed"} PeerState */
/** @typedef {(type: "rtc.description" | "rtc.candidate", payload: object) => boolean} Relay */

/**
 * @typedef {object} Timers
 * @property {(action: () => void, ms: number) => any} setTimer
 * @property {(timer: any) => void} clearTimer
 */

/** Media heals a short gap by itself; ICE restart is for the longer ones. */
const DISCONNECTED_PATIENCE_MS = 2_000;
/** How long a first connection or an ICE restart may take before the next stronger step. */
const STEP_PATIENCE_MS = 10_000;
const EARLY_CANDIDATES_MAX = 256;
/** @type {RTCConfiguration} */
const CONFIGURATION = { bundlePolicy: 'max-bundle' };
/** Carries nothing. With it data channels are part of the first offer, and a later one needs no negotiation of its own. */
const FIRST_CHANNEL = 'farwindow';

/** @type {Timers} */
const browserTimers = {
  setTimer: (action, ms) => setTimeout(action, ms),
  clearTimer: (timer) => clearTimeout(timer),
};

/**
 * Events:
 * - `remote-stream` (detail: MediaStream): the other side's tracks, as they come and go;
 * - `state` (detail: PeerState);
 * - `channel` (detail: RTCDataChannel): the other side opened one;
 * - `renew-needed`: this peer connection could not be mended; a new epoch is wanted.
 */
export class MediaPeer extends EventTarget {
  #sessionID;
  #epoch;
  #polite;
  #relay;
  #timers;
  #renewServers;
  /** @type {Promise<void> | null} */
  #renewingServers = null;
  /** @type {RTCPeerConnection} */
  #connection;
  /** @type {Map<string, RTCRtpTransceiver>} by kind; on the polite side filled by the other side's first offer */
  #transceivers = new Map();
  /** @type {MediaStream | null} */
  #localStream;
  /** @type {MediaStream | null} */
  #remoteStream = null;
  /** @type {PeerState} */
  #state = 'connecting';
  #makingOffer = false;
  #ignoringOffer = false;
  #hasRemoteDescription = false;
  #restartWanted = false;
  #closed = false;
  /** @type {RTCIceCandidateInit[]} */
  #earlyCandidates = [];
  /** One message at a time, so that a candidate never overtakes its description. */
  #inbox = Promise.resolve();
  /** @type {any} */
  #restartTimer = null;
  /** @type {any} */
  #renewTimer = null;
  #judge = new QualityJudge();

  /**
   * @param {{
   *   sessionID: string,
   *   epoch: number,
   *   polite: boolean,
   *   iceServers: ICEServer[],
   *   localStream: MediaStream | null,
   *   relay: Relay,
   *   createConnection?: (configuration: RTCConfiguration) => RTCPeerConnection,
   *   createStream?: () => MediaStream,
   *   renewServers?: () => Promise<ICEServer[]>,
   *   timers?: Timers,
   * }} options `renewServers`: for an ICE restart; never fails, and gives none when the old ones are to be kept
   */
  constructor(
    {
      sessionID,
      epoch,
      polite,
      iceServers,
      localStream,
      relay,
      createConnection,
      createStream,
      renewServers,
      timers = browserTimers,
    },
  ) {
    super();
    this.#sessionID = sessionID;
    this.#epoch = epoch;
    this.#polite = polite;
    this.#relay = relay;
    this.#timers = timers;
    this.#renewServers = renewServers;
    this.#localStream = localStream;
    this.createStream = createStream ?? (() => new MediaStream());
    const create = createConnection ?? ((configuration) => new RTCPeerConnection(configuration));
    this.#connection = withServers(create, iceServers);
    this.#listen();
    // The polite side's transceivers come with the first offer; made here, they would stand beside those and carry nothing.
    if (!polite) {
      this.#addTransceivers();
      this.#connection.createDataChannel(FIRST_CHANNEL);
    }
    this.#expectProgress();
  }

  get epoch() {
    return this.#epoch;
  }

  get sessionID() {
    return this.#sessionID;
  }

  get state() {
    return this.#state;
  }

  get remoteStream() {
    return this.#remoteStream;
  }

  /**
   * Takes a relayed message. One of another session or epoch is dropped: its peer connection is gone.
   * @param {string} type
   * @param {any} payload
   * @returns {Promise<void>} when it has been handled
   */
  receive(type, payload) {
    if (this.#closed || payload.session_id !== this.#sessionID || payload.epoch !== this.#epoch) {
      return Promise.resolve();
    }
    this.#inbox = this.#inbox
      .then(() => this.#handle(type, payload))
      // A message that cannot be applied must not stop those after it; the timers see to a connection that gets nowhere.
      .catch((error) => console.warn('relayed message not applied', type, error));
    return this.#inbox;
  }

  /**
   * Sends other tracks from now on, without a new negotiation.
   * @param {MediaStream | null} stream
   */
  async replaceTracks(stream) {
    this.#localStream = stream;
    await Promise.all(
      [...this.#transceivers].map(([kind, transceiver]) => transceiver.sender.replaceTrack(trackOf(stream, kind))),
    );
  }

  /**
   * Opens a data channel, ordered and reliable. The other side hears of it by its own `channel` event.
   * @param {string} label
   * @returns {RTCDataChannel | null} null: nothing can be sent now
   */
  openChannel(label) {
    if (this.#closed || this.#state !== 'connected') return null;
    return this.#connection.createDataChannel(label);
  }

  /** The line to the broker was away, ours or the other side's: what was relayed meanwhile is lost. */
  lineRestored() {
    if (this.#closed) return;
    this.#repeatOffer();
    if (this.#state !== 'connected') this.#restartICE();
  }

  /**
   * @returns {Promise<import("./quality.js").QualityReport | null>} null before the first two samples
   */
  async stats() {
    if (this.#closed) return null;
    return this.#judge.judge(readSample(await this.#connection.getStats()));
  }

  close() {
    if (this.#closed) return;
    this.#closed = true;
    this.#clearTimers();
    this.#connection.close();
  }

  #listen() {
    const connection = this.#connection;
    connection.addEventListener('negotiationneeded', () => this.#negotiate());
    connection.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate) this.#send('rtc.candidate', { candidate: candidate.toJSON() });
    });
    connection.addEventListener('track', ({ track }) => this.#onTrack(track));
    connection.addEventListener('datachannel', ({ channel }) => {
      if (channel.label !== FIRST_CHANNEL) this.dispatchEvent(new CustomEvent('channel', { detail: channel }));
    });
    connection.addEventListener('iceconnectionstatechange', () => this.#onConnectionChange());
    connection.addEventListener('connectionstatechange', () => this.#onConnectionChange());
  }

  #addTransceivers() {
    for (const kind of ['audio', 'video']) {
      const track = trackOf(this.#localStream, kind);
      // Both directions from the start, so that a camera found later needs no negotiation.
      const transceiver = this.#connection.addTransceiver(track ?? kind, {
        direction: 'sendrecv',
        streams: this.#streams(),
      });
      this.#transceivers.set(kind, transceiver);
    }
  }

  /** Naming one stream for both tracks keeps lips and voice together at the other side. */
  #streams() {
    return this.#localStream ? [this.#localStream] : [];
  }

  async #negotiate() {
    if (this.#closed || (this.#polite && !this.#hasRemoteDescription)) return;
    try {
      this.#makingOffer = true;
      await this.#connection.setLocalDescription();
      this.#sendDescription();
    } catch (error) {
      console.warn('no offer could be made', error);
    } finally {
      this.#makingOffer = false;
    }
  }

  /**
   * @param {string} type
   * @param {any} payload
   */
  async #handle(type, payload) {
    if (this.#closed) return;
    if (type === 'rtc.description') await this.#onDescription(payload.description);
    else if (type === 'rtc.candidate') await this.#onCandidate(payload.candidate);
  }

  /** @param {RTCSessionDescriptionInit} description */
  async #onDescription(description) {
    const connection = this.#connection;
    // A later offer may be an ICE restart: what is gathered for it needs credentials that still hold.
    if (description.type === 'offer' && this.#hasRemoteDescription) {
      await this.#takeNewServers();
      if (this.#closed) return;
    }
    if (description.type === 'answer' && connection.signalingState !== 'have-local-offer') return;
    const collides = description.type === 'offer' && (this.#makingOffer || connection.signalingState !== 'stable');
    this.#ignoringOffer = collides && !this.#polite;
    if (this.#ignoringOffer) return;
    await connection.setRemoteDescription(description);
    this.#hasRemoteDescription = true;
    await this.#addEarlyCandidates();
    if (description.type !== 'offer') return;
    if (this.#polite) await this.#adoptTransceivers();
    await connection.setLocalDescription();
    this.#sendDescription();
  }

  /** The polite side answers with its own tracks on the transceivers that the first offer made. */
  async #adoptTransceivers() {
    for (const transceiver of this.#connection.getTransceivers()) {
      const kind = transceiver.receiver.track.kind;
      if (this.#transceivers.has(kind)) continue;
      this.#transceivers.set(kind, transceiver);
      transceiver.direction = 'sendrecv';
      transceiver.sender.setStreams(...this.#streams());
      await transceiver.sender.replaceTrack(trackOf(this.#localStream, kind));
    }
  }

  /** @param {RTCIceCandidateInit} candidate */
  async #onCandidate(candidate) {
    if (!this.#hasRemoteDescription) {
      if (this.#earlyCandidates.length < EARLY_CANDIDATES_MAX) this.#earlyCandidates.push(candidate);
      return;
    }
    try {
      await this.#connection.addIceCandidate(candidate);
    } catch (error) {
      // Candidates of an offer we ignored belong to nothing here.
      if (!this.#ignoringOffer) throw error;
    }
  }

  async #addEarlyCandidates() {
    const early = this.#earlyCandidates;
    this.#earlyCandidates = [];
    for (const candidate of early) await this.#connection.addIceCandidate(candidate);
  }

  /** @param {MediaStreamTrack} track */
  #onTrack(track) {
    this.#remoteStream ??= this.createStream();
    this.#remoteStream.addTrack(track);
    this.dispatchEvent(new CustomEvent('remote-stream', { detail: this.#remoteStream }));
  }

  #onConnectionChange() {
    if (this.#closed) return;
    const { connectionState, iceConnectionState } = this.#connection;
    const isConnected = connectionState === 'connected' &&
      (iceConnectionState === 'connected' || iceConnectionState === 'completed');
    if (isConnected) {
      this.#clearTimers();
      this.#restartWanted = false;
      this.#setState('connected');
    } else if (iceConnectionState === 'failed' || connectionState === 'failed') {
      this.#clearTimer('restart');
      this.#recover();
    } else if (iceConnectionState === 'disconnected' && this.#restartTimer === null && !this.#restartWanted) {
      this.#restartTimer = this.#timers.setTimer(() => {
        this.#restartTimer = null;
        this.#recover();
      }, DISCONNECTED_PATIENCE_MS);
    }
  }

  /** The first connection gets one ICE restart before a new epoch is asked for. */
  #expectProgress() {
    this.#restartTimer = this.#timers.setTimer(() => {
      this.#restartTimer = null;
      this.#recover();
    }, STEP_PATIENCE_MS);
  }

  #recover() {
    this.#repeatOffer();
    this.#restartICE();
    if (this.#state === 'failed') return;
    this.#setState('recovering');
    this.#renewTimer ??= this.#timers.setTimer(() => {
      this.#renewTimer = null;
      this.#setState('failed');
      this.dispatchEvent(new CustomEvent('renew-needed'));
    }, STEP_PATIENCE_MS);
  }

  /** An offer whose answer never came would hold up every later one. */
  #repeatOffer() {
    if (this.#connection.signalingState === 'have-local-offer') this.#sendDescription();
  }

  #restartICE() {
    if (this.#polite) return;
    this.#restartWanted = true;
    if (!this.#renewServers) return this.#connection.restartIce();
    if (this.#renewingServers) return;
    this.#takeNewServers().then(() => {
      // What healed meanwhile needs no restart.
      if (!this.#closed && this.#restartWanted) this.#connection.restartIce();
    });
  }

  /** @returns {Promise<void>} when the peer connection has them, or none came */
  #takeNewServers() {
    if (!this.#renewServers) return Promise.resolve();
    this.#renewingServers ??= this.#renewServers().then((iceServers) => {
      if (iceServers.length && !this.#closed) this.#connection.setConfiguration({ ...CONFIGURATION, iceServers });
    }).catch((error) => console.warn('TURN servers not taken', error.name)).finally(() => this.#renewingServers = null);
    return this.#renewingServers;
  }

  /** @param {PeerState} state */
  #setState(state) {
    if (this.#state === state) return;
    this.#state = state;
    this.dispatchEvent(new CustomEvent('state', { detail: state }));
  }

  #sendDescription() {
    const description = this.#connection.localDescription;
    if (description) this.#send('rtc.description', { description: { type: description.type, sdp: description.sdp } });
  }

  /**
   * @param {"rtc.description" | "rtc.candidate"} type
   * @param {object} body
   */
  #send(type, body) {
    if (!this.#closed) this.#relay(type, { session_id: this.#sessionID, epoch: this.#epoch, ...body });
  }

  /** @param {"restart" | "renew"} which */
  #clearTimer(which) {
    const timer = which === 'restart' ? this.#restartTimer : this.#renewTimer;
    if (timer !== null) this.#timers.clearTimer(timer);
    if (which === 'restart') this.#restartTimer = null;
    else this.#renewTimer = null;
  }

  #clearTimers() {
    this.#clearTimer('restart');
    this.#clearTimer('renew');
  }
}

/**
 * A list that the browser does not take must not cost the call.
 * @param {(configuration: RTCConfiguration) => RTCPeerConnection} create
 * @param {ICEServer[]} iceServers
 */
function withServers(create, iceServers) {
  try {
    return create({ ...CONFIGURATION, iceServers });
  } catch (error) {
    console.warn('TURN servers not taken', error instanceof Error ? error.name : '');
    return create(CONFIGURATION);
  }
}

/**
 * @param {MediaStream | null} stream
 * @param {string} kind
 */
function trackOf(stream, kind) {
  return stream?.getTracks().find((track) => track.kind === kind) ?? null;
}
