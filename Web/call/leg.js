// The peer connections with one other person of a session, one per media epoch: the newest, and what is known of the next.

/** @typedef {import("./peer.js").MediaPeer} MediaPeer */
/** @typedef {import("./peer.js").PeerState} PeerState */
/** @typedef {import("./peer.js").Timers} Timers */
/** @typedef {import("../signaling/messages.js").MediaView} MediaView */
/** @typedef {import("../signaling/messages.js").Participant} Participant */

const STATS_INTERVAL_MS = 2_000;
const RENEW_RETRY_MS = 5_000;
const EARLY_MESSAGES_MAX = 128;

/**
 * Events, as of the newest peer connection:
 * - `remote-stream` (detail: MediaStream | null);
 * - `state` (detail: "idle" | PeerState);
 * - `quality` (detail: QualityReport | null);
 */
export class CallLeg extends EventTarget {
  #create;
  #prepare;
  #renew;
  #timers;
  /** @type {MediaPeer | null} */
  #peer = null;
  /** Told of, and made as soon as what it needs is there. @type {MediaView | null} */
  #coming = null;
  /** Messages of an epoch that we have not been told of yet. @type {{type: string, payload: any}[]} */
  #early = [];
  /** @type {any} */
  #statsTimer = null;
  /** @type {any} */
  #renewTimer = null;

  /**
   * @param {{
   *   other: Participant | undefined,
   *   create: (media: MediaView) => MediaPeer,
   *   prepare: () => Promise<void> | null,
   *   renew: (epoch: number) => void,
   *   timers: Timers,
   * }} options `other`: undefined for the citizen's agent and the agent's citizen;
   *   `prepare`: what a peer connection waits for before it is made
   */
  constructor({ other, create, prepare, renew, timers }) {
    super();
    this.other = other;
    this.knownEpoch = 0;
    this.#create = create;
    this.#prepare = prepare;
    this.#renew = renew;
    this.#timers = timers;
  }

  get peer() {
    return this.#peer;
  }

  /** @returns {"idle" | PeerState} */
  get state() {
    return this.#peer?.state ?? 'idle';
  }

  /** @returns {MediaStream | null} */
  get remoteStream() {
    return this.#peer?.remoteStream ?? null;
  }

  /** @param {MediaView} media */
  start(media) {
    if (media.epoch <= Math.max(this.#peer?.epoch ?? 0, this.#coming?.epoch ?? 0)) return;
    const ready = this.#prepare();
    if (!ready) return this.#build(media);
    this.#coming = media;
    ready.then(() => {
      if (this.#coming === media) this.#build(media);
    });
  }

  /** @param {MediaView} media */
  #build(media) {
    this.drop();
    this.knownEpoch = media.epoch;
    const peer = this.#create(media);
    this.#peer = peer;
    peer.addEventListener('remote-stream', (event) => {
      if (this.#peer === peer) this.#emit('remote-stream', /** @type {CustomEvent} */ (event).detail);
    });
    peer.addEventListener('state', () => {
      if (this.#peer === peer) this.#emit('state', peer.state);
    });
    peer.addEventListener('channel', (event) => {
      if (this.#peer === peer) this.#emit('channel', /** @type {CustomEvent} */ (event).detail);
    });
    peer.addEventListener('renew-needed', () => {
      if (this.#peer === peer) this.renew();
    });
    this.#emit('state', peer.state);
    this.#watchQuality(peer);
    const early = this.#early.filter(({ payload }) => payload.epoch >= media.epoch);
    this.#early = [];
    for (const { type, payload } of early) this.receive(type, payload);
  }

  /**
   * @param {string} type
   * @param {any} payload
   */
  receive(type, payload) {
    if (this.#peer && payload.epoch === this.#peer.epoch) {
      this.#peer.receive(type, payload);
    } else if (payload.epoch > (this.#peer?.epoch ?? 0) && this.#early.length < EARLY_MESSAGES_MAX) {
      // Relayed bytes do not wait for the disk, so they can overtake the push that opens their epoch.
      this.#early.push({ type, payload });
    }
  }

  /** @param {number} ms */
  renewLater(ms) {
    this.#cancelRenewal();
    this.#renewTimer = this.#timers.setTimer(() => {
      this.#renewTimer = null;
      this.renew();
    }, ms);
  }

  /** Asks for a new epoch until there is one. Asking twice is harmless: an old epoch is ignored. */
  renew() {
    this.#renew(this.knownEpoch);
    this.renewLater(RENEW_RETRY_MS);
  }

  /** Nothing is sent or received from now on, until the next epoch. */
  drop() {
    this.#coming = null;
    this.#cancelRenewal();
    if (this.#statsTimer !== null) this.#timers.clearTimer(this.#statsTimer);
    this.#statsTimer = null;
    const peer = this.#peer;
    if (!peer) return;
    this.#peer = null;
    peer.close();
    this.#emit('remote-stream', null);
    this.#emit('quality', null);
    this.#emit('state', 'idle');
  }

  #cancelRenewal() {
    if (this.#renewTimer !== null) this.#timers.clearTimer(this.#renewTimer);
    this.#renewTimer = null;
  }

  /** @param {MediaPeer} peer */
  #watchQuality(peer) {
    this.#statsTimer = this.#timers.setTimer(async () => {
      const report = await peer.stats().catch(() => null);
      if (this.#peer !== peer) return;
      this.#emit('quality', peer.state === 'connected' ? report : null);
      this.#watchQuality(peer);
    }, STATS_INTERVAL_MS);
  }

  /**
   * @param {string} name
   * @param {unknown} detail
   */
  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
