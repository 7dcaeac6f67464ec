// One endpoint of the wire: keeps a WebSocket to the broker open, and what was agreed over it in order.
//
// The broker numbers what it tells us (`seq`) and remembers what we asked (`id`). So a broken line costs nothing: the next socket says
// where we stopped, missed pushes come again, and commands without an answer are sent again under their old number.
//
// Each socket is opened with a ticket of its own, which the HTTP side gives to whoever is signed in and which is good once and for seconds.

import { postJSON } from './http.js';

/** @typedef {import("./messages.js").Role} Role */
/** @typedef {import("./messages.js").Locale} Locale */
/** @typedef {import("./messages.js").Welcome} Welcome */
/** @typedef {"connecting" | "open" | "lost" | "stopped"} LineState */
/** @typedef {{state: LineState, code?: string, message?: string}} LineDetail */

/**
 * What the connection needs from its surroundings. A test brings its own.
 * @typedef {object} Surroundings
 * @property {new (url: string, protocols: string[]) => WebSocket} WebSocket
 * @property {() => number} clock milliseconds that never run backwards
 * @property {() => number} wallClock milliseconds since 1970
 * @property {(role: Role) => PromiseLike<string>} fetchTicket a fresh ticket for one socket; fails as requests do
 * @property {(action: () => void, ms: number) => any} setTimer
 * @property {(timer: any) => void} clearTimer
 * @property {() => number} random in [0, 1)
 * @property {(action: () => void) => () => void} onWake calls when the network or the page comes back; returns how to stop listening
 */

const SUBPROTOCOL = 'farwindow.v1';
const TICKET_PREFIX = 'ticket.';
const RECONNECT_MIN_MS = 300;
const RECONNECT_MAX_MS = 5_000;
const WELCOME_TIMEOUT_MS = 10_000;
const ACK_INTERVAL_MS = 1_000;
const DEFAULT_HEARTBEAT_MS = 10_000;
/** Silence for this many heartbeats means that the line is dead. */
const SILENT_HEARTBEATS = 3;
const UNANSWERED_MAX = 64;
/** A server time that differs by more than this from our estimate is a new truth, not jitter. */
const CLOCK_STEP_MS = 2_000;
const CLOSE_STOPPED = 4001;

/** Answers to `hello`, or to the wish for a ticket, after which trying again is of no use. */
const FINAL_CODES = new Set([
  'superseded',
  'signed_out',
  'sign_in_required',
  'not_allowed',
  'origin_refused',
  'password_change_required',
  'second_factor_required',
  'malformed_message',
  'unknown_type',
]);

/** Failures that never leave this page, so the broker has no sentence for them. */
const localSentences = {
  line_lost: {
    'zh-CN': '网络刚才断开,这一步没有完成,请再做一次。',
    'zh-Hant': '網路剛才斷開,這一步沒有完成,請再做一次。',
    en: 'The line broke before this was done. Please do it once more.',
  },
  line_stopped: {
    'zh-CN': '这个页面已停止连接,请刷新页面。',
    'zh-Hant': '這個頁面已停止連線,請重新整理頁面。',
    en: 'This page is no longer connected. Please reload it.',
  },
  line_busy: {
    'zh-CN': '操作太多,正在等待网络恢复,请稍等。',
    'zh-Hant': '操作太多,正在等待網路恢復,請稍候。',
    en: 'Too much is waiting for the line. Please wait a moment.',
  },
};

/** A command that was refused, by the broker or by this page. */
export class SignalingError extends Error {
  /** @param {{code: string, message: string, field?: string, retry_after_ms?: number}} wireError */
  constructor(wireError) {
    super(wireError.message);
    this.name = 'SignalingError';
    this.code = wireError.code;
    this.field = wireError.field;
    this.retryAfterMs = wireError.retry_after_ms;
  }
}

/** @returns {Surroundings} */
function browserSurroundings() {
  return {
    WebSocket: globalThis.WebSocket,
    clock: () => performance.now(),
    wallClock: () => Date.now(),
    fetchTicket: async (role) => (await postJSON(`/${role === 'agent' ? 'staff' : 'citizen'}/socket-tickets`)).ticket,
    setTimer: (action, ms) => setTimeout(action, ms),
    clearTimer: (timer) => clearTimeout(timer),
    random: () => Math.random(),
    onWake(action) {
      const onVisible = () => {
        if (document.visibilityState === 'visible') action();
      };
      globalThis.addEventListener('online', action);
      document.addEventListener('visibilitychange', onVisible);
      return () => {
        globalThis.removeEventListener('online', action);
        document.removeEventListener('visibilitychange', onVisible);
      };
    },
  };
}

function defaultURL() {
  const url = new URL('/ws', globalThis.location.href);
  url.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:';
  return url.href;
}

/**
 * Events:
 * - `welcome` (detail: Welcome): with `resumed` false, `snapshot` replaces everything known before;
 * - `push` (detail: {type, payload}): every push once and in order, and every ephemeral but the heartbeat;
 * - `line` (detail: LineDetail): how the line is, for the person.
 */
export class SignalingConnection extends EventTarget {
  #role;
  #locale;
  #url;
  #around;
  /** @type {WebSocket | null} */
  #socket = null;
  /** Stands for the ticket that is waited for: one that comes after it was given up is let go. @type {object | null} */
  #asking = null;
  /** @type {LineState} */
  #line = 'stopped';
  #welcomed = false;
  /** @type {string | undefined} */
  #resumeToken;
  #lastSeq = 0;
  #ackedSeq = 0;
  #nextID = 1;
  /** @type {Map<number, {frame: string, resolve: (payload: any) => void, reject: (error: SignalingError) => void}>} */
  #unanswered = new Map();
  #attempt = 0;
  #heartbeatMs = DEFAULT_HEARTBEAT_MS;
  #heardAt = 0;
  #retryAfterMs = 0;
  /** Server time minus our steady clock. Undefined until the first welcome. */
  /** @type {number | undefined} */
  #serverOffset;
  /** @type {any} */
  #reconnectTimer = null;
  /** @type {any} */
  #silenceTimer = null;
  /** @type {any} */
  #ackTimer = null;
  /** @type {(() => void) | null} */
  #stopWaking = null;
  /**
   * Says which peer connection this page still holds, so that a call goes on undisturbed even over a server's restart.
   * @type {() => import("./messages.js").MediaReference | null}
   */
  heldMedia = () => null;
  /** The same for those of a consult. @type {() => import("./messages.js").MediaReference[]} */
  heldConsultMedia = () => [];

  /**
   * @param {{role: Role, locale: Locale, url?: string} & Partial<Surroundings>} options
   */
  constructor({ role, locale, url, ...surroundings }) {
    super();
    this.#role = role;
    this.#locale = locale;
    this.#url = url ?? defaultURL();
    this.#around = { ...browserSurroundings(), ...surroundings };
  }

  /** @returns {LineState} */
  get line() {
    return this.#line;
  }

  /** The server's time in milliseconds since 1970, as well as we know it. */
  now() {
    if (this.#serverOffset === undefined) return this.#around.wallClock();
    return this.#around.clock() + this.#serverOffset;
  }

  /** Opens the line and keeps it open until `close()` or until the broker says to stop. */
  open() {
    if (this.#line !== 'stopped') return;
    this.#attempt = 0;
    this.#resumeToken = undefined;
    this.#lastSeq = 0;
    this.#ackedSeq = 0;
    this.#stopWaking = this.#around.onWake(() => this.#wake());
    this.#connect();
  }

  close() {
    this.#stop({ state: 'stopped' });
  }

  /**
   * Sends a command. It survives a broken line: when the same client session goes on, it is sent again under its number.
   * @param {string} type
   * @param {object} [payload]
   * @returns {Promise<any>} the answer's payload
   * @throws {SignalingError} refused by the broker, or `line_lost` when nobody can say any more whether it was done
   */
  send(type, payload = {}) {
    if (this.#line === 'stopped') return Promise.reject(this.#localError('line_stopped'));
    if (this.#unanswered.size >= UNANSWERED_MAX) return Promise.reject(this.#localError('line_busy'));
    const id = this.#nextID++;
    const frame = JSON.stringify({ id, type, payload });
    return new Promise((resolve, reject) => {
      this.#unanswered.set(id, { frame, resolve, reject });
      if (this.#welcomed) this.#socket?.send(frame);
    });
  }

  /**
   * Passes a WebRTC message to the other side. Not answered and not repeated: a peer connection mends itself.
   * @param {string} type
   * @param {object} payload
   * @returns {boolean} whether it went out
   */
  relay(type, payload) {
    if (!this.#welcomed || !this.#socket) return false;
    this.#socket.send(JSON.stringify({ type, payload }));
    return true;
  }

  #connect() {
    this.#clearTimers();
    this.#welcomed = false;
    this.#setLine({ state: 'connecting' });
    this.#heardAt = this.#around.clock();
    this.#silenceTimer = this.#around.setTimer(() => this.#giveUp(), WELCOME_TIMEOUT_MS);
    const asking = {};
    this.#asking = asking;
    const ifCurrent = (/** @type {(value: any) => void} */ action) => (/** @type {any} */ value) => {
      if (this.#asking === asking) action(value);
    };
    this.#around.fetchTicket(this.#role).then(ifCurrent((ticket) => this.#openSocket(ticket)), ifCurrent((error) => this.#onNoTicket(error)));
  }

  /** @param {string} ticket */
  #openSocket(ticket) {
    this.#asking = null;
    const socket = new this.#around.WebSocket(this.#url, [SUBPROTOCOL, TICKET_PREFIX + ticket]);
    this.#socket = socket;
    // A socket that was given up may still fire; only the current one is listened to.
    const ifCurrent = (/** @type {(event: any) => void} */ action) => (/** @type {any} */ event) => {
      if (this.#socket === socket) action(event);
    };
    socket.addEventListener('open', ifCurrent(() => this.#hello(socket)));
    socket.addEventListener('message', ifCurrent((event) => this.#receive(event.data)));
    socket.addEventListener('close', ifCurrent((event) => this.#onClose(event.code)));
  }

  /** @param {{code?: string, message: string, status?: number, retryAfterMs?: number}} error */
  #onNoTicket(error) {
    if (error.code !== undefined && FINAL_CODES.has(error.code)) {
      return this.#stop({ state: 'stopped', code: error.code, message: error.message });
    }
    this.#retryAfterMs = error.retryAfterMs ?? 0;
    // A network that is away is what a broken line is anyhow.
    this.#giveUp(error.status && error.code ? { code: error.code, message: error.message } : undefined);
  }

  /** @param {WebSocket} socket */
  #hello(socket) {
    /** @type {import("./messages.js").Hello} */
    const hello = { role: this.#role, locale: this.#locale };
    if (this.#resumeToken !== undefined) {
      hello.resume_token = this.#resumeToken;
      hello.last_seq = this.#lastSeq;
    }
    const media = this.heldMedia();
    if (media) hello.media = media;
    const consultMedia = this.heldConsultMedia();
    if (consultMedia.length > 0) hello.consult_media = consultMedia;
    // 0 is never given to a command, so the answer to hello cannot be mistaken for another.
    socket.send(JSON.stringify({ id: 0, type: 'hello', payload: hello }));
  }

  /** @param {unknown} data */
  #receive(data) {
    this.#heardAt = this.#around.clock();
    const message = parse(data);
    if (!message) return;
    if (message.type === 'heartbeat') return this.#onHeartbeat(message.payload);
    if (message.type === 'bye') return this.#onBye(message.payload);
    if (message.re === 0) return this.#onHelloAnswer(message);
    if (message.re !== undefined) return this.#onAnswer(message);
    if (message.type === 'error') return;
    this.#onPush(message);
  }

  /** @param {{type: string, payload: any}} message */
  #onHelloAnswer({ type, payload }) {
    if (type === 'welcome') return this.#onWelcome(payload);
    if (FINAL_CODES.has(payload?.code)) {
      return this.#stop({ state: 'stopped', code: payload.code, message: payload.message });
    }
    this.#retryAfterMs = payload?.retry_after_ms ?? 0;
    this.#giveUp(payload);
  }

  /** @param {Welcome} welcome */
  #onWelcome(welcome) {
    const isFirst = this.#resumeToken === undefined;
    this.#welcomed = true;
    this.#attempt = 0;
    this.#retryAfterMs = 0;
    this.#resumeToken = welcome.resume_token;
    this.#heartbeatMs = welcome.heartbeat_ms || DEFAULT_HEARTBEAT_MS;
    this.#learnTime(welcome.server_time);
    this.#watchSilence();
    if (!welcome.resumed) {
      this.#lastSeq = 0;
      this.#ackedSeq = 0;
      // Whether these were done is in the snapshot; sending them again could do them twice.
      if (!isFirst) this.#rejectUnanswered('line_lost');
    }
    this.#setLine({ state: 'open' });
    this.dispatchEvent(new CustomEvent('welcome', { detail: welcome }));
    for (const { frame } of this.#unanswered.values()) this.#socket?.send(frame);
  }

  /** @param {{re?: number, type: string, payload: any}} message */
  #onAnswer({ re, type, payload }) {
    const waiting = this.#unanswered.get(/** @type {number} */ (re));
    if (!waiting) return;
    this.#unanswered.delete(/** @type {number} */ (re));
    if (type === 'error') waiting.reject(new SignalingError(payload));
    else waiting.resolve(payload);
  }

  /** @param {{seq?: number, type: string, payload: any}} message */
  #onPush({ seq, type, payload }) {
    if (seq !== undefined) {
      if (seq <= this.#lastSeq) return;
      this.#lastSeq = seq;
    }
    this.dispatchEvent(new CustomEvent('push', { detail: { type, payload } }));
    if (seq !== undefined) this.#ackSoon();
  }

  /** @param {{server_time: string}} payload */
  #onHeartbeat(payload) {
    this.#socket?.send('{"type":"heartbeat.ack","payload":{}}');
    if (payload?.server_time) this.#learnTime(payload.server_time);
  }

  /** @param {{code: string, message: string, retry_after_ms?: number}} bye */
  #onBye(bye) {
    if (FINAL_CODES.has(bye.code)) return this.#stop({ state: 'stopped', code: bye.code, message: bye.message });
    this.#retryAfterMs = bye.retry_after_ms ?? 0;
    this.#giveUp(bye);
  }

  #ackSoon() {
    if (this.#ackTimer !== null) return;
    this.#ackTimer = this.#around.setTimer(() => {
      this.#ackTimer = null;
      if (!this.#welcomed || this.#ackedSeq === this.#lastSeq) return;
      this.#ackedSeq = this.#lastSeq;
      this.#socket?.send(JSON.stringify({ type: 'ack', payload: { seq: this.#lastSeq } }));
    }, ACK_INTERVAL_MS);
  }

  /** One timer that looks when it was last heard, instead of one per message. */
  #watchSilence() {
    this.#around.clearTimer(this.#silenceTimer);
    const limit = SILENT_HEARTBEATS * this.#heartbeatMs;
    const remaining = this.#heardAt + limit - this.#around.clock();
    this.#silenceTimer = this.#around.setTimer(() => {
      if (this.#around.clock() - this.#heardAt >= limit) this.#giveUp();
      else this.#watchSilence();
    }, remaining);
  }

  /** @param {number} code */
  #onClose(code) {
    if (code === CLOSE_STOPPED) this.#stop({ state: 'stopped', code: 'superseded' });
    else this.#giveUp();
  }

  /**
   * Leaves the present socket and plans the next one.
   * @param {{code: string, message: string}} [why]
   */
  #giveUp(why) {
    this.#dropSocket();
    const ceiling = Math.min(RECONNECT_MAX_MS, RECONNECT_MIN_MS * 2 ** (this.#attempt + 1));
    this.#attempt = Math.min(this.#attempt + 1, 10);
    const jittered = RECONNECT_MIN_MS + this.#around.random() * (ceiling - RECONNECT_MIN_MS);
    this.#setLine({ state: 'lost', code: why?.code, message: why?.message });
    this.#reconnectTimer = this.#around.setTimer(() => this.#connect(), Math.max(jittered, this.#retryAfterMs));
  }

  /** The network or the person came back: do not make them wait for a timer. */
  #wake() {
    if (this.#line === 'lost') return this.#connect();
    const isQuiet = this.#around.clock() - this.#heardAt > 1.5 * this.#heartbeatMs;
    if (this.#line === 'open' && isQuiet) {
      this.#dropSocket();
      this.#connect();
    }
  }

  /** @param {LineDetail} detail */
  #stop(detail) {
    this.#stopWaking?.();
    this.#stopWaking = null;
    this.#dropSocket();
    this.#rejectUnanswered('line_stopped');
    this.#setLine(detail);
  }

  #dropSocket() {
    this.#clearTimers();
    this.#welcomed = false;
    this.#asking = null;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #clearTimers() {
    for (const timer of [this.#reconnectTimer, this.#silenceTimer, this.#ackTimer]) {
      if (timer !== null) this.#around.clearTimer(timer);
    }
    this.#reconnectTimer = this.#silenceTimer = this.#ackTimer = null;
  }

  /** @param {LineDetail} detail */
  #setLine(detail) {
    if (this.#line === detail.state && detail.state !== 'lost') return;
    this.#line = detail.state;
    this.dispatchEvent(new CustomEvent('line', { detail }));
  }

  /** @param {keyof typeof localSentences} code */
  #localError(code) {
    return new SignalingError({ code, message: localSentences[code][this.#locale] });
  }

  /** @param {keyof typeof localSentences} code */
  #rejectUnanswered(code) {
    const waiting = [...this.#unanswered.values()];
    this.#unanswered.clear();
    for (const { reject } of waiting) reject(this.#localError(code));
  }

  /**
   * A message on its way makes the server look late, never early, so the largest offset seen is the best one.
   * @param {string} serverTime
   */
  #learnTime(serverTime) {
    const offset = Date.parse(serverTime) - this.#around.clock();
    if (Number.isNaN(offset)) return;
    const known = this.#serverOffset;
    if (known === undefined || offset > known || known - offset > CLOCK_STEP_MS) this.#serverOffset = offset;
  }
}

/**
 * @param {unknown} data
 * @returns {{re?: number, seq?: number, type: string, payload: any} | null}
 */
function parse(data) {
  if (typeof data !== 'string') return null;
  try {
    const message = JSON.parse(data);
    return typeof message?.type === 'string' ? message : null;
  } catch {
    return null;
  }
}
