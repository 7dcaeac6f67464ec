// Hands one file in by tus 1.0.0 (resumable uploads): in pieces, through broken connections, and over a reload of the page.
//
// What the server says by `HEAD` is on its disk, so every doubt ends with that question. The last piece is answered when the file is part of its case.

import { localError, problem, RequestError } from '../signaling/http.js';

const UPLOADS = '/api/v1/uploads';
const TUS = { 'tus-resumable': '1.0.0' };
const MEMORY_PREFIX = 'farwindow.upload.';
/** A little less than the server remembers it. */
const MEMORY_MS = 23 * 3_600_000;

export const CHUNK_MIN_BYTES = 256 * 1024;
export const CHUNK_MAX_BYTES = 4 * 1024 * 1024;
const CHUNK_START_BYTES = 1024 * 1024;
/** A piece that took less was too small for this line; one that took more was too large to lose. */
const CHUNK_FAST_MS = 1_500;
const CHUNK_SLOW_MS = 6_000;

const REQUEST_TIMEOUT_MS = 60_000;
const BACK_OFF_START_MS = 500;
const BACK_OFF_MAX_MS = 15_000;
/** How often it is tried all the same while the browser says that there is no network. */
const OFFLINE_TRY_MS = 15_000;
/** Failures in a row, without a byte getting through between them. */
export const FAILURES_MAX = 8;
const CANCEL_TRIES = 3;

/** Codes after which the same may well work later. */
const PASSING = new Set([
  'network_unavailable', 'upload_offset_mismatch', 'upload_locked', 'checksum_mismatch', 'rate_limited', 'storage_unavailable', 'shutting_down',
  'internal_error',
]);
/** An answer to `HEAD` has no body to say it. */
const CODE_OF_STATUS = /** @type {Record<number, string>} */ ({
  401: 'sign_in_required', 403: 'origin_refused', 404: 'not_found', 409: 'upload_offset_mismatch', 410: 'upload_expired', 412: 'malformed_message',
  423: 'upload_locked', 429: 'rate_limited', 503: 'storage_unavailable',
});

/**
 * The browser, as far as an upload needs it; tests bring their own.
 * @typedef {{
 *   fetch: (path: string, init: RequestInit) => Promise<Response>,
 *   storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'> | null,
 *   hash: (text: string) => Promise<string | null>,
 *   now: () => number,
 *   wait: (ms: number, signal: AbortSignal) => Promise<void>,
 *   random: () => number,
 *   isOnline: () => boolean,
 *   network: EventTarget,
 * }} Environment
 */

/** @returns {Environment} */
function browser() {
  return {
    fetch: (path, init) => fetch(path, init),
    storage: storageOrNone(),
    hash: sha256,
    now: () => performance.now() + performance.timeOrigin,
    wait: (ms, signal) => new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done);
      if (signal.aborted) done();
    }),
    random: Math.random,
    isOnline: () => navigator.onLine,
    network: globalThis,
  };
}

function storageOrNone() {
  // Storage can be forbidden; then a reload begins the file anew.
  try { return globalThis.localStorage ?? null; } catch { return null; }
}

/** @param {string} text @returns {Promise<string | null>} null where the browser has no hash, which is so on pages without TLS */
async function sha256(text) {
  if (!globalThis.crypto?.subtle) return null;
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @param {string} text UTF-8 in base 64 */
function base64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

export class ResumableUpload {
  #file;
  #target;
  #onProgress;
  #onWaiting;
  #env;
  #controller = new AbortController();
  /** @type {string | null} */
  #path = null;
  #offset = 0;
  /** The server may know more, or less, than we do. */
  #isUnsure = false;
  #isWaiting = false;
  #chunkBytes = CHUNK_START_BYTES;
  #failures = 0;
  #wasRenewed = false;
  /** @type {string | null} */
  #memoryKey = null;
  /** @type {Promise<string> | null} */
  #running = null;

  /**
   * @param {File} file
   * @param {{ caseID: string, materialID: string, replaces?: string }} target `replaces`: the id of a file of the same material that goes when this one is stored
   * @param {{ onProgress?: (sentBytes: number, totalBytes: number) => void, onWaiting?: (isWaiting: boolean) => void, environment?: Partial<Environment> }}
   *   [options] `onProgress` hears of bytes that are on the server's disk, `onWaiting` of a line that is broken, and of its being mended
   */
  constructor(file, target, { onProgress, onWaiting, environment } = {}) {
    this.#file = file;
    this.#target = target;
    this.#onProgress = onProgress;
    this.#onWaiting = onWaiting;
    this.#env = { ...browser(), ...environment };
  }

  /** Bytes that are on the server's disk. */
  get offset() { return this.#offset; }

  /**
   * Sends the file, going on where an earlier page stopped with it.
   * @returns {Promise<string>} the id of the file, once it is part of the case
   * @throws {RequestError} why it is not; `aborted` after `cancel()`
   */
  create() {
    return this.#run(() => this.#recall());
  }

  /**
   * Goes on after a failure, from where the server stands.
   * @returns {Promise<string>}
   * @throws {RequestError}
   */
  resume() {
    return this.#run(() => {
      this.#isUnsure = this.#path !== null;
      return Promise.resolve();
    });
  }

  /** Gives the upload up, here and on the server. */
  async cancel() {
    this.#controller.abort();
    await this.#running?.catch(() => '');
    const path = this.#path;
    this.#forget();
    if (path) await this.#terminate(path);
  }

  /** @param {() => Promise<void>} prepare */
  #run(prepare) {
    this.#running ??= (async () => {
      try {
        this.#failures = 0;
        await prepare();
        return await this.#work();
      } finally {
        this.#running = null;
      }
    })();
    return this.#running;
  }

  /** @returns {Promise<string>} */
  async #work() {
    for (;;) {
      if (this.#controller.signal.aborted) throw localError('aborted');
      try {
        const file = await this.#step();
        this.#setWaiting(false);
        if (file === null) continue;
        this.#path = null;
        this.#forget();
        return file;
      } catch (error) {
        await this.#recover(error);
      }
    }
  }

  /** One request. @returns {Promise<string | null>} the file's id, once it is stored */
  async #step() {
    if (this.#path === null) return await this.#announce();
    if (this.#isUnsure) return await this.#ask();
    return await this.#send();
  }

  // Requests

  async #announce() {
    const { caseID, materialID, replaces } = this.#target;
    const pairs = Object.entries({ case_id: caseID, material_id: materialID, filename: this.#file.name, ...replaces && { replaces } });
    const response = await this.#request('POST', UPLOADS, {
      'upload-length': String(this.#file.size),
      'upload-metadata': pairs.map(([key, value]) => `${key} ${base64(value)}`.trim()).join(','),
    });
    this.#path = response.headers.get('location');
    if (this.#path === null) throw problem(500, '');
    this.#isUnsure = false;
    this.#moveTo(0);
    this.#remember(this.#path);
    return null;
  }

  async #ask() {
    const response = await this.#request('HEAD', this.#path ?? '', {});
    this.#isUnsure = false;
    this.#moveTo(Number(response.headers.get('upload-offset') ?? 0));
    return response.headers.get('farwindow-file');
  }

  async #send() {
    const end = Math.min(this.#offset + this.#chunkBytes, this.#file.size);
    const piece = await this.#read(this.#offset, end);
    const began = this.#env.now();
    const response = await this.#request('PATCH', this.#path ?? '', {
      'content-type': 'application/offset+octet-stream',
      'upload-offset': String(this.#offset),
    }, piece);
    this.#adapt(piece.byteLength, this.#env.now() - began);
    this.#moveTo(Number(response.headers.get('upload-offset') ?? end));
    return response.headers.get('farwindow-file');
  }

  /** @param {number} start @param {number} end */
  async #read(start, end) {
    try {
      return await this.#file.slice(start, end).arrayBuffer();
    } catch {
      // The person moved or deleted it meanwhile: no patience helps.
      throw localError('file_unreadable');
    }
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {Record<string, string>} headers
   * @param {ArrayBuffer} [body]
   * @param {AbortSignal} [signal]
   */
  async #request(method, path, headers, body, signal = this.#controller.signal) {
    const request = new AbortController();
    const stop = () => request.abort();
    signal.addEventListener('abort', stop);
    // A line that is dead without saying so.
    this.#env.wait(REQUEST_TIMEOUT_MS, request.signal).then(stop);
    /** @type {Response} */
    let response;
    let text = '';
    try {
      response = await this.#env.fetch(path, { method, headers: { ...TUS, ...headers }, body, credentials: 'same-origin', signal: request.signal });
      if (!response.ok && method !== 'HEAD') text = await response.text();
    } catch {
      throw localError(signal.aborted ? 'aborted' : 'network_unavailable');
    } finally {
      signal.removeEventListener('abort', stop);
      request.abort();
    }
    if (!response.ok) throw refusal(response, text);
    return response;
  }

  /** @param {string} path */
  async #terminate(path) {
    // The server may not have noticed yet that the last request is over.
    const signal = new AbortController().signal;
    for (let tries = 0; tries < CANCEL_TRIES; tries += 1) {
      try {
        await this.#request('DELETE', path, {}, undefined, signal);
        return;
      } catch (error) {
        if (!PASSING.has(/** @type {RequestError} */ (error).code)) return;
        await this.#env.wait(BACK_OFF_START_MS, signal);
      }
    }
    // It expires by itself.
  }

  // Trouble

  /** Waits until it is worth another try, or throws what nothing helps against. @param {unknown} error */
  async #recover(error) {
    if (!(error instanceof RequestError) || error.code === 'aborted') throw error;
    const isGone = this.#path !== null && (error.status === 404 || error.status === 410);
    if (isGone && !this.#wasRenewed) {
      this.#wasRenewed = true;
      this.#path = null;
      this.#forget();
      return this.#moveTo(0);
    }
    const isPassing = PASSING.has(error.code) || error.status >= 500;
    if (!isPassing && error.code !== 'file_unreadable') this.#forget();
    this.#failures += 1;
    if (!isPassing || this.#failures > FAILURES_MAX) throw error;
    this.#isUnsure = this.#path !== null;
    if (error.code === 'network_unavailable' || error.status >= 500) this.#setWaiting(true);
    if (error.code === 'network_unavailable') this.#chunkBytes = Math.max(CHUNK_MIN_BYTES, this.#chunkBytes / 2);
    await this.#rest(error);
  }

  /** @param {RequestError} error */
  async #rest(error) {
    if (!this.#env.isOnline()) {
      // No failure of ours, however long it lasts. But browsers can be wrong: a network without a way out may well lead to the server.
      this.#failures = 0;
      return await this.#waitFor(OFFLINE_TRY_MS);
    }
    const most = Math.min(BACK_OFF_MAX_MS, BACK_OFF_START_MS * 2 ** (this.#failures - 1));
    // Many phones lose the same server at once; they must not all come back at once.
    const backOff = most * (0.5 + this.#env.random() / 2);
    await this.#waitFor(Math.max(backOff, error.retryAfterMs ?? 0));
  }

  /** Until then, or until the network comes back, or the upload is given up. @param {number} ms */
  async #waitFor(ms) {
    const { signal } = this.#controller;
    const stop = new AbortController();
    const end = () => stop.abort();
    signal.addEventListener('abort', end);
    this.#env.network.addEventListener('online', end);
    if (signal.aborted) end();
    await this.#env.wait(ms, stop.signal);
    signal.removeEventListener('abort', end);
    this.#env.network.removeEventListener('online', end);
  }

  /** @param {boolean} isWaiting */
  #setWaiting(isWaiting) {
    if (this.#isWaiting === isWaiting) return;
    this.#isWaiting = isWaiting;
    this.#onWaiting?.(isWaiting);
  }

  /** @param {number} bytes @param {number} ms */
  #adapt(bytes, ms) {
    if (bytes < this.#chunkBytes) return;
    if (ms < CHUNK_FAST_MS) this.#chunkBytes = Math.min(CHUNK_MAX_BYTES, this.#chunkBytes * 2);
    if (ms > CHUNK_SLOW_MS) this.#chunkBytes = Math.max(CHUNK_MIN_BYTES, this.#chunkBytes / 2);
  }

  /** @param {number} offset */
  #moveTo(offset) {
    if (offset > this.#offset) this.#failures = 0;
    this.#offset = offset;
    this.#onProgress?.(offset, this.#file.size);
  }

  // Memory over a reload

  /** Finds what an earlier page has sent of this very file for this very place. */
  async #recall() {
    this.#sweepMemory();
    const { caseID, materialID, replaces } = this.#target;
    const { name, size, lastModified } = this.#file;
    // Hashed: a file's name may be a person's.
    const hash = await this.#env.hash(JSON.stringify([name, size, lastModified, caseID, materialID, replaces ?? null]));
    if (hash === null || this.#path !== null) return;
    this.#memoryKey = MEMORY_PREFIX + hash;
    const known = this.#recalled(this.#memoryKey);
    if (!known) return;
    this.#path = known.path;
    this.#isUnsure = true;
  }

  /** @param {string} key @returns {{ path: string, until: number } | null} */
  #recalled(key) {
    try {
      const known = JSON.parse(this.#env.storage?.getItem(key) ?? 'null');
      return typeof known?.path === 'string' && known.path.startsWith(`${UPLOADS}/`) && known.until > this.#env.now() ? known : null;
    } catch {
      return null;
    }
  }

  /** @param {string} path */
  #remember(path) {
    if (!this.#memoryKey) return;
    try { this.#env.storage?.setItem(this.#memoryKey, JSON.stringify({ path, until: this.#env.now() + MEMORY_MS })); } catch { /* Full or forbidden. */ }
  }

  #forget() {
    if (!this.#memoryKey) return;
    try { this.#env.storage?.removeItem(this.#memoryKey); } catch { /* Forbidden. */ }
  }

  #sweepMemory() {
    const { storage } = this.#env;
    try {
      const keys = Array.from({ length: storage?.length ?? 0 }, (_, index) => storage?.key(index) ?? '');
      for (const key of keys) if (key.startsWith(MEMORY_PREFIX) && !this.#recalled(key)) storage?.removeItem(key);
    } catch { /* Forbidden. */ }
  }
}

/** @param {Response} response @param {string} text */
function refusal(response, text) {
  const code = text === '' ? CODE_OF_STATUS[response.status] : undefined;
  return problem(response.status, code === undefined ? text : JSON.stringify({ code }));
}
