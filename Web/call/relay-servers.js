// The TURN servers of one session, with credentials that the broker made for it and for this person.
//
// A call never waits long for them and never fails for want of them: without, it goes on with what the two browsers reach by themselves.

import { postJSON } from '../signaling/http.js';

/** @typedef {import("../signaling/messages.js").ICEServer} ICEServer */
/** @typedef {{ice_servers: ICEServer[], lifetime_ms?: number}} RelayCredentials */

/** So long a first picture or an ICE restart is held up at most. */
const PATIENCE_MS = 2_000;

export class RelayServers {
  #ask;
  #timers;
  #now;
  /** @type {string | null} */
  #sessionID = null;
  /** What came last for this session. @type {{servers: ICEServer[], at: number, lifetimeMs: number} | null} */
  #held = null;
  /** @type {Promise<void> | null} */
  #asking = null;

  /**
   * @param {{
   *   timers: import("./peer.js").Timers,
   *   ask?: (sessionID: string) => Promise<RelayCredentials>,
   *   now?: () => number,
   * }} options `now`: milliseconds that nobody sets back
   */
  constructor({ timers, ask = askBroker, now = () => performance.now() }) {
    this.#timers = timers;
    this.#ask = ask;
    this.#now = now;
  }

  /** Asks ahead, so that they are there when the first peer connection is made. @param {string} sessionID */
  enter(sessionID) {
    this.leave();
    this.#sessionID = sessionID;
    this.#request();
  }

  leave() {
    this.#sessionID = null;
    this.#held = null;
    this.#asking = null;
  }

  /** Those for a peer connection that is made now; what will soon expire is not among them. */
  get servers() {
    return this.#held && this.#age() < this.#held.lifetimeMs / 2 ? this.#held.servers : [];
  }

  /** @returns {Promise<void> | null} null: nothing is to be waited for before a peer connection is made */
  prepare() {
    if (!this.#sessionID || (this.#held && this.#age() < this.#held.lifetimeMs / 2)) return null;
    return this.#patiently(this.#request());
  }

  /** New ones for an ICE restart; those at hand when none come in time. Empty: keep what there is. @returns {Promise<ICEServer[]>} */
  async renewed() {
    if (this.#sessionID) await this.#patiently(this.#request());
    return this.#held && this.#age() < this.#held.lifetimeMs ? this.#held.servers : [];
  }

  #age() {
    return this.#now() - (this.#held?.at ?? 0);
  }

  /** One request at a time; it never fails, only brings nothing. */
  #request() {
    const sessionID = this.#sessionID;
    if (this.#asking || !sessionID) return this.#asking ?? Promise.resolve();
    const at = this.#now();
    const asking = this.#ask(sessionID).then((answer) => {
      if (this.#asking !== asking) return;
      this.#held = { servers: answer.ice_servers, at, lifetimeMs: answer.lifetime_ms ?? Infinity };
    }).catch(() => {}).finally(() => {
      if (this.#asking === asking) this.#asking = null;
    });
    this.#asking = asking;
    return asking;
  }

  /** @param {Promise<void>} asking @returns {Promise<void>} */
  #patiently(asking) {
    return new Promise((resolve) => {
      const timer = this.#timers.setTimer(() => resolve(), PATIENCE_MS);
      asking.then(() => {
        this.#timers.clearTimer(timer);
        resolve();
      });
    });
  }
}

/** @param {string} sessionID @returns {Promise<RelayCredentials>} */
async function askBroker(sessionID) {
  return await postJSON(`/sessions/${encodeURIComponent(sessionID)}/relay-credentials`);
}
