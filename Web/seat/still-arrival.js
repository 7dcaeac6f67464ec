// The bytes of one picture on their way from the citizen's page: pieces, then an end mark. Nothing here draws or asks the network.

/** A picture larger than this is not one that was asked for. */
const BYTES_MAX = 20 * 1024 * 1024;

/**
 * receiving → arrived → genuine → storing → stored; beside the way: different (other bytes than the citizen's page named),
 * broken (the line or the order of the pieces broke), refused (the server did not take it; may be tried again).
 * @typedef {"receiving" | "arrived" | "genuine" | "different" | "broken" | "storing" | "refused" | "stored"} ArrivalPhase
 */

/** Event `change`: the phase or the share that has come is another. */
export class StillArrival extends EventTarget {
  /** @type {ArrivalPhase} */
  phase = 'receiving';
  /** What the server said when it refused. */
  why = '';
  blob = new Blob([]);
  /** @type {BlobPart[]} */
  #pieces = [];
  #bytes = 0;
  #expected = 0;
  #sha256 = '';

  /** @param {string} id of the still */
  constructor(id) {
    super();
    this.id = id;
  }

  /** How much has come, 0 to 100; 0 while the size is not known. */
  get percent() {
    return this.#expected > 0 ? Math.min(100, Math.floor((this.#bytes / this.#expected) * 100)) : 0;
  }

  /**
   * A message of the data channel: text is the size before or the end mark after, everything else a piece.
   * @param {string | ArrayBuffer} data
   */
  take(data) {
    if (this.phase !== 'receiving') return;
    if (typeof data === 'string') return this.#takeWord(data);
    this.#bytes += data.byteLength;
    if (this.#bytes > BYTES_MAX) return this.#become('broken');
    this.#pieces.push(data);
    this.dispatchEvent(new Event('change'));
  }

  /** @param {string} text */
  #takeWord(text) {
    const word = wordOf(text);
    if (typeof word.bytes === 'number') this.#expected = word.bytes;
    if (word.end === true) this.#finish();
  }

  async #finish() {
    if (this.#bytes === 0 || (this.#expected > 0 && this.#bytes !== this.#expected)) return this.#become('broken');
    this.blob = new Blob(this.#pieces, { type: 'image/jpeg' });
    this.#pieces = [];
    const digest = await crypto.subtle.digest('SHA-256', await this.blob.arrayBuffer());
    this.#sha256 = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    this.#become('arrived');
  }

  /** The line is gone. What has come completely does not need it any more. */
  broken() {
    if (this.phase === 'receiving' && this.blob.size === 0) this.#become('broken');
  }

  /**
   * Whether these are the bytes that the citizen's page named to the broker.
   * @param {string} sha256 lower-case hexadecimal
   */
  compareWith(sha256) {
    const isGenuine = sha256 === this.#sha256;
    this.#become(isGenuine ? 'genuine' : 'different');
    return isGenuine;
  }

  storing() {
    this.#become('storing');
  }

  stored() {
    this.#become('stored');
  }

  /** @param {string} why */
  refused(why) {
    this.why = why;
    this.#become('refused');
  }

  /** @param {ArrivalPhase} phase */
  #become(phase) {
    this.phase = phase;
    this.dispatchEvent(new Event('change'));
  }
}

/** @param {string} text @returns {{bytes?: unknown, end?: unknown}} */
function wordOf(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    // Not a word that we know: it changes nothing.
    return {};
  }
}
