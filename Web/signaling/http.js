// Requests to the broker's HTTP side. Every failure is a RequestError with a code and a sentence for the person.

import { errorCodes } from './messages.js';

const TIMEOUT_MS = 20_000;
const API = '/api/v1';

/** Failures between this page and the server, which the server has no sentence for. */
const localSentences = {
  network_unavailable: {
    'zh-CN': '网络连接不上。已保存的内容都在，请检查网络后重试。',
    'zh-Hant': '網路連線不上。已儲存的內容都在，請檢查網路後再試。',
    en: 'The network cannot be reached. Everything saved is safe. Please check the network and try again.',
  },
  file_unreadable: {
    'zh-CN': '这个文件读不出来了，请重新选择。',
    'zh-Hant': '這個檔案讀不出來了，請重新選擇。',
    en: 'The file can no longer be read. Please choose it again.',
  },
  aborted: { 'zh-CN': '已取消。', 'zh-Hant': '已取消。', en: 'Cancelled.' },
};

/** A request that was refused or did not get through. */
export class RequestError extends Error {
  /** @param {{code: string, message: string, status?: number, field?: string, retryAfterMs?: number, details?: any}} parts */
  constructor({ code, message, status = 0, field, retryAfterMs, details = {} }) {
    super(message);
    this.name = 'RequestError';
    this.code = code;
    this.status = status;
    this.field = field;
    this.retryAfterMs = retryAfterMs;
    /** The whole problem document, for what one kind of problem says more. */
    this.details = details;
  }
}

/** The page's language, as `setLocale` left it on the document. */
function locale() {
  const lang = globalThis.document?.documentElement.lang;
  return lang === 'zh-Hant' || lang === 'en' ? lang : 'zh-CN';
}

/** A failure that the server knows nothing of. @param {keyof typeof localSentences} code */
export function localError(code) {
  return new RequestError({ code, message: localSentences[code][locale()] });
}

/**
 * Reads an RFC 9457 problem document; a proxy in between may have put something else there.
 * @param {number} status
 * @param {string} body
 */
export function problem(status, body) {
  /** @type {any} */
  let document = {};
  try {
    document = JSON.parse(body);
  } catch {
    // Not ours. The status must do.
  }
  const code = typeof document.code === 'string' ? document.code : status === 413 ? 'too_large' : 'internal_error';
  const sentences = /** @type {Record<string, Record<string, string>>} */ (errorCodes)[code] ??
    errorCodes.internal_error;
  return new RequestError({
    code,
    status,
    message: typeof document.detail === 'string' && document.detail ? document.detail : sentences[locale()],
    field: document.field,
    retryAfterMs: document.retry_after_ms,
    details: document,
  });
}

/**
 * @param {string} path below /api/v1, for example `/catalogue`
 * @param {RequestInit} init
 */
async function request(path, init) {
  /** @type {Response} */
  let response;
  try {
    response = await fetch(path.startsWith(API) ? path : API + path, {
      ...init,
      credentials: 'same-origin',
      headers: { accept: 'application/json', 'accept-language': locale(), ...init.headers },
      signal: init.signal ?? AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw localError('network_unavailable');
  }
  if (!response.ok) throw problem(response.status, await response.text().catch(() => ''));
  return response;
}

/**
 * @param {string} path
 * @param {{ signal?: AbortSignal }} [options] another signal than the usual time limit
 * @returns {Promise<any>}
 * @throws {RequestError}
 */
export async function getJSON(path, { signal } = {}) {
  const response = await request(path, { method: 'GET', signal });
  return await response.json();
}

/**
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<any>} null when the server answers without a body
 * @throws {RequestError}
 */
export async function postJSON(path, body = {}) {
  const response = await request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.status === 204 ? null : await response.json();
}

/**
 * @param {string} path
 * @param {object} body
 * @returns {Promise<any>}
 * @throws {RequestError}
 */
export async function putJSON(path, body) {
  const response = await request(path, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  return await response.json();
}

/**
 * Sends a file as it is.
 * @param {string} path
 * @param {Blob} bytes
 * @param {string} type
 * @returns {Promise<any>}
 * @throws {RequestError}
 */
export async function postFile(path, bytes, type) {
  const response = await request(path, { method: 'POST', headers: { 'content-type': type }, body: bytes });
  return await response.json();
}

/**
 * @param {string} path
 * @param {object} body
 * @returns {Promise<any>}
 * @throws {RequestError}
 */
export async function patchJSON(path, body) {
  const response = await request(path, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return await response.json();
}

/**
 * The file that a POST answers with.
 * @param {string} path
 * @param {object} body
 * @returns {Promise<Blob>}
 * @throws {RequestError}
 */
export async function postForFile(path, body) {
  const response = await request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: '*/*' },
    body: JSON.stringify(body),
  });
  return await response.blob();
}

/**
 * @param {string} path
 * @throws {RequestError}
 */
export async function removeResource(path) {
  await request(path, { method: 'DELETE' });
}

/**
 * Bytes as they are, in one piece.
 * @param {string} path
 * @param {Blob} bytes
 * @param {{ name?: string, signal?: AbortSignal }} [options]
 * @returns {Promise<any>}
 * @throws {RequestError}
 */
export async function postBytes(path, bytes, { name, signal } = {}) {
  const response = await request(path, {
    method: 'POST',
    headers: { 'content-type': bytes.type || 'application/octet-stream', ...(name && { 'x-file-name': encodeURIComponent(name) }) },
    body: bytes,
    signal,
  });
  return await response.json();
}

/**
 * The file that a GET answers with.
 * @param {string} path
 * @param {{ signal?: AbortSignal }} [options] another signal than the usual time limit
 * @returns {Promise<Blob>}
 * @throws {RequestError}
 */
export async function getForFile(path, { signal } = {}) {
  const response = await request(path, { method: 'GET', headers: { accept: '*/*' }, signal });
  try {
    return await response.blob();
  } catch {
    // The line broke in the middle of it.
    throw localError('network_unavailable');
  }
}

/**
 * The bytes of a handed-in file.
 * @param {string} fileID
 * @returns {Promise<Blob>}
 * @throws {RequestError}
 */
export async function getFile(fileID) {
  return await getForFile(`/files/${encodeURIComponent(fileID)}`);
}
