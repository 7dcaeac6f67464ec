// A clock, timers and sockets that do nothing by themselves: a test moves them.

import { EventEmitter } from 'node:events';

export class FakeTime {
  now = 0;
  #next = 1;
  /** @type {Map<number, {at: number, action: () => void}>} */
  #timers = new Map();

  setTimer = (/** @type {() => void} */ action, /** @type {number} */ ms) => {
    this.#timers.set(this.#next, { at: this.now + ms, action });
    return this.#next++;
  };

  clearTimer = (/** @type {number} */ timer) => {
    this.#timers.delete(timer);
  };

  /** How long until each waiting timer, soonest first. */
  get waiting() {
    return [...this.#timers.values()].map(({ at }) => at - this.now).sort((a, b) => a - b);
  }

  /** @param {number} ms */
  advance(ms) {
    const end = this.now + ms;
    for (;;) {
      const due = [...this.#timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
      if (!due) break;
      this.#timers.delete(due[0]);
      this.now = Math.max(this.now, due[1].at);
      due[1].action();
    }
    this.now = end;
  }
}

/** The broker's end of a line, as a test plays it. */
export class FakeSocket {
  /** @type {FakeSocket[]} */
  static all = [];
  #events = new EventEmitter();
  /** @type {any[]} */
  sent = [];
  isClosed = false;

  /**
   * @param {string} url
   * @param {string[]} protocols
   */
  constructor(url, protocols) {
    this.url = url;
    this.protocols = protocols;
    FakeSocket.all.push(this);
  }

  static get last() {
    return /** @type {FakeSocket} */ (FakeSocket.all.at(-1));
  }

  /**
   * @param {string} name
   * @param {(event: any) => void} listener
   */
  addEventListener(name, listener) {
    this.#events.on(name, listener);
  }

  /** @param {string} text */
  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.isClosed = true;
  }

  opens() {
    this.#events.emit('open', {});
  }

  /** @param {object} message */
  tells(message) {
    this.#events.emit('message', { data: JSON.stringify(message) });
  }

  /** @param {number} [code] */
  breaks(code = 1006) {
    this.isClosed = true;
    this.#events.emit('close', { code });
  }

  /** @param {Partial<import("../../Web/signaling/messages.js").Welcome>} [payload] */
  welcomes(payload = {}) {
    this.opens();
    this.tells({
      re: 0,
      type: 'welcome',
      payload: {
        role: 'agent',
        name: '林晓',
        resume_token: 'token-1',
        resumed: false,
        server_time: '2026-11-23T09:00:00.000+08:00',
        heartbeat_ms: 10_000,
        ice_servers: [],
        ...payload,
      },
    });
  }

  /** @param {string} type */
  sentOf(type) {
    return this.sent.filter((message) => message.type === type);
  }
}
