// A tus server in memory that checks every byte, and a browser whose time passes when the test says so.

/** @typedef {{ status?: number, code?: string, headers?: Record<string, string>, keep?: number, isLost?: boolean }} Fault */

export class FakeTus {
  /** @type {{ method: string, path: string, offset: number, bytes: number }[]} */
  requests = [];
  /** What happens to the next requests of a method instead of the usual. @type {Record<string, (Fault | null)[]>} */
  faults = { POST: [], HEAD: [], PATCH: [], DELETE: [] };
  /** @type {Map<string, { length: number, bytes: number[], metadata: string, file: string | null }>} */
  uploads = new Map();
  /** How long a piece takes. @type {(bytes: number) => number} */
  takes = () => 0;
  /** @type {(() => void) | null} */
  onRequest = null;
  #count = 0;
  /** @param {FakeBrowser} browser */
  constructor(browser) {
    this.browser = browser;
  }

  methods() {
    return this.requests.map(({ method }) => method).join(' ');
  }

  /** @param {string} path @param {RequestInit} init @returns {Promise<Response>} */
  fetch = (path, init) => new Promise((resolve, reject) => {
    const method = init.method ?? 'GET';
    const headers = new Headers(init.headers);
    const body = new Uint8Array(/** @type {ArrayBuffer} */ (init.body ?? new ArrayBuffer(0)));
    this.requests.push({ method, path, offset: Number(headers.get('upload-offset') ?? -1), bytes: body.length });
    init.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
    const fault = this.faults[method].shift() ?? {};
    this.onRequest?.();
    if (init.signal?.aborted) return;
    if (headers.get('tus-resumable') !== '1.0.0') return resolve(this.#problem(412, 'malformed_message'));
    if (fault.status) return resolve(this.#problem(fault.status, fault.code ?? '', fault.headers, method === 'HEAD'));
    const answer = this.#answer(method, path, headers, fault.keep === undefined ? body : body.subarray(0, fault.keep));
    // Let other tasks run, as a network does.
    setTimeout(() => fault.isLost || fault.keep !== undefined ? reject(new TypeError('network')) : resolve(answer), 0);
  });

  /** @param {string} method @param {string} path @param {Headers} headers @param {Uint8Array} body @returns {Response} */
  #answer(method, path, headers, body) {
    if (method === 'POST') return this.#create(headers);
    const upload = this.uploads.get(path);
    if (!upload) return this.#problem(404, 'not_found', {}, method === 'HEAD');
    if (method === 'DELETE') {
      this.uploads.delete(path);
      return new Response(null, { status: 204 });
    }
    if (method === 'PATCH') {
      if (Number(headers.get('upload-offset')) !== upload.bytes.length) return this.#problem(409, 'upload_offset_mismatch');
      this.browser.time += this.takes(body.length);
      for (const byte of body) upload.bytes.push(byte);
      if (upload.bytes.length === upload.length) upload.file ??= `file-of-${path}`;
    }
    const state = { 'upload-offset': String(upload.bytes.length), ...upload.file && { 'farwindow-file': upload.file } };
    return new Response(null, { status: method === 'HEAD' ? 200 : 204, headers: state });
  }

  /** @param {Headers} headers */
  #create(headers) {
    this.#count += 1;
    const path = `/api/v1/uploads/${this.#count}`;
    this.uploads.set(path, { length: Number(headers.get('upload-length')), bytes: [], metadata: headers.get('upload-metadata') ?? '', file: null });
    return new Response(null, { status: 201, headers: { location: path } });
  }

  /** @param {number} status @param {string} code @param {Record<string, string>} [headers] @param {boolean} [isHead] */
  #problem(status, code, headers = {}, isHead = false) {
    const retry = headers['retry-after'] ? { retry_after_ms: Number(headers['retry-after']) * 1_000 } : {};
    return new Response(isHead ? null : JSON.stringify({ code, status, detail: `because of ${code}`, ...retry }), { status, headers });
  }
}

export class FakeBrowser {
  time = 1_800_000_000_000;
  online = true;
  network = new EventTarget();
  /** Back-offs, in milliseconds. @type {number[]} */
  waits = [];
  /** @type {((ms: number) => void) | null} */
  onWait = null;
  chance = 1;
  /** @type {Map<string, string>} */
  stored = new Map();
  server = new FakeTus(this);

  storage = {
    getItem: (/** @type {string} */ key) => this.stored.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => void this.stored.set(key, value),
    removeItem: (/** @type {string} */ key) => void this.stored.delete(key),
    key: (/** @type {number} */ index) => [...this.stored.keys()][index] ?? null,
    get length() { return 0; },
  };

  constructor() {
    Object.defineProperty(this.storage, 'length', { get: () => this.stored.size });
  }

  /** @returns {import('../../Web/citizen/resumable-upload.js').Environment} */
  get environment() {
    return {
      fetch: this.server.fetch,
      storage: this.storage,
      hash: (text) => Promise.resolve([...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 7).toString(16)),
      now: () => this.time,
      // The patience with one request never ends here; a back-off is over at once unless the test holds it.
      wait: (ms, signal) => new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve());
        if (signal.aborted) return resolve();
        if (ms >= 60_000) return;
        this.waits.push(ms);
        this.time += ms;
        if (this.onWait) this.onWait(ms);
        else resolve();
      }),
      random: () => this.chance,
      isOnline: () => this.online,
      network: this.network,
    };
  }

  comeOnline() {
    this.online = true;
    this.network.dispatchEvent(new Event('online'));
  }
}

/** @param {number} size @param {string} [name] */
export function photograph(size, name = '王小明 身份证.jpg') {
  const bytes = Uint8Array.from({ length: size }, (_, index) => (index * 31) ^ (index >> 8));
  return new File([bytes], name, { type: 'image/jpeg', lastModified: 1_790_000_000_000 });
}
