// Handing in files: look, make smaller, send with progress, cancel, go on after a reload. Goes on while screens change, from the queue into the call.

import { localError } from '../signaling/http.js';
import { checkFile, FILES_PER_MATERIAL } from './files.js';
import { preparePicture } from './picture/prepare.js';
import { PendingFiles } from './pending.js';
import { ResumableUpload } from './resumable-upload.js';

/** @import { Material, FileView } from './wire.js' */
/** @import { Upload } from './state.js' */
/** @import { Thumbnails } from './parts/thumbnails.js' */

/**
 * What handing in needs from the page around it.
 * @typedef {object} UploadsHost
 * @property {() => string | null} caseID
 * @property {(materialID: string) => number} fileCount handed in, and on their way without trouble
 * @property {(upload: Upload) => void} show
 * @property {(key: string) => void} over
 * @property {(material: Pick<Material, 'id' | 'name'>, file: FileView) => void} arrived
 * @property {Thumbnails} thumbnails
 */
/** @typedef {{ sending?: ResumableUpload, again: () => void, keep: () => void, pendingID: string }} Running */
/**
 * `isSeen`: the person has looked at the picture already. `replaces`: id of the file whose place it takes. `pendingID`: left over from before a reload.
 * @typedef {{ isSeen?: boolean, replaces?: string, pendingID?: string }} AddOptions
 */

/** More at once only take the line away from each other, and from a call. */
const AT_ONCE = 2;

export class Uploads {
  #host;
  #pending = new PendingFiles();
  #count = 0;
  /** @type {Map<string, Running>} */
  #running = new Map();
  #sending = 0;
  /** Those that wait for a place. @type {(() => void)[]} */
  #waiting = [];

  /** @param {UploadsHost} host */
  constructor(host) {
    this.#host = host;
  }

  /**
   * @param {Material} material
   * @param {Iterable<File>} files
   * @param {AddOptions} [options]
   */
  add(material, files, options = {}) {
    for (const file of files) this.#start(material, file, options);
  }

  /** Stops it, or puts its failure away. @param {string} key */
  drop(key) {
    const one = this.#running.get(key);
    one?.sending?.cancel();
    if (one) this.#pending.remove(one.pendingID);
    this.#running.delete(key);
    this.#host.over(key);
  }

  /** @param {string} key */
  again(key) {
    this.#running.get(key)?.again();
  }

  /** The person has seen the doubt and wants this picture all the same. @param {string} key */
  keep(key) {
    this.#running.get(key)?.keep();
  }

  /** Goes on with what a reload interrupted. @param {readonly Material[]} materials of the case in hand */
  async restore(materials) {
    const id = this.#host.caseID();
    if (!id) return;
    const known = new Set([...this.#running.values()].map((one) => one.pendingID));
    for (const { id: pendingID, materialID, file, replaces } of await this.#pending.of(id)) {
      const material = materials.find((one) => one.id === materialID);
      if (!material) this.#pending.remove(pendingID);
      else if (!known.has(pendingID)) this.#start(material, file, { isSeen: true, replaces, pendingID });
    }
  }

  /** Forgets whatever is on its way. */
  clear() {
    for (const key of [...this.#running.keys()]) this.drop(key);
    this.#pending.clear();
  }

  /** @param {Material} material @param {File} file @param {AddOptions} options */
  async #start(material, file, options) {
    const caseID = this.#host.caseID();
    if (!caseID) return;
    this.#count += 1;
    const key = `u${this.#count}`;
    const pendingID = options.pendingID ?? `${caseID} ${Date.now()} ${Math.random()}`;
    /** @type {Upload} */
    let upload = { key, materialID: material.id, name: file.name, sent: 0, total: file.size, replaces: options.replaces };
    const show = (/** @type {Partial<Upload>} */ change) => {
      if (!this.#running.has(key)) return;
      upload = { ...upload, ...change };
      this.#host.show(upload);
    };
    let keep = () => {};
    const seen = new Promise((resolve) => { keep = () => resolve(undefined); });
    const again = () => {
      this.drop(key);
      this.#start(material, file, { ...options, pendingID: undefined });
    };
    const isFull = !options.replaces && this.#host.fileCount(material.id) >= FILES_PER_MATERIAL;
    /** @type {Running} */
    const running = { again, keep, pendingID };
    this.#running.set(key, running);
    show({});
    const ready = isFull ? { problem: 'too-many' } : await this.#prepared(key, material, file, options.pendingID !== undefined);
    if ('problem' in ready) return show({ problem: ready.problem });
    if (ready.doubts.length > 0 && !options.isSeen) {
      show({ doubts: ready.doubts });
      await seen;
      show({ doubts: undefined });
    }
    if (!this.#running.has(key)) return;
    show({ name: ready.file.name, total: ready.file.size });
    await this.#pending.put({ id: pendingID, caseID, materialID: material.id, file: ready.file, replaces: options.replaces });
    const { file: sent } = ready;
    const sending = running.sending = new ResumableUpload(sent, { caseID, materialID: material.id, replaces: options.replaces }, {
      onProgress: (bytes) => show({ sent: bytes }), onWaiting: (isWaiting) => show({ isWaiting }),
    });
    /** @param {() => Promise<string>} begin */
    const send = async (begin) => {
      show({ problem: undefined, isWaiting: false });
      try {
        const id = await this.#inTurn(key, begin);
        this.#pending.remove(pendingID);
        if (!this.#running.delete(key)) return;
        if (ready.thumb) this.#host.thumbnails.seed(id, ready.thumb);
        this.#host.over(key);
        this.#host.arrived(material, viewOf(id, material.id, sent));
      } catch (error) {
        this.#failed(key, /** @type {{ code: string, message: string }} */ (error), show);
      }
    };
    // What has come so far is on the server; nothing of it is sent twice.
    running.again = () => { send(() => sending.resume()); };
    await send(() => sending.create());
  }

  /**
   * @param {string} key
   * @param {{ code: string, message: string }} failure
   * @param {(change: Partial<Upload>) => void} show
   */
  #failed(key, failure, show) {
    if (failure.code === 'aborted') return;
    // Without the network it waits for a word of the person, or for the next reload; what the server refused is not sent again.
    const pendingID = this.#running.get(key)?.pendingID;
    if (failure.code !== 'network_unavailable' && pendingID) this.#pending.remove(pendingID);
    show({ problem: failure.code === 'file_unreadable' ? 'unreadable' : `: ${failure.message}` });
  }

  /**
   * @param {string} key
   * @param {() => Promise<string>} begin
   */
  async #inTurn(key, begin) {
    if (this.#sending >= AT_ONCE) await new Promise((resolve) => this.#waiting.push(() => resolve(null)));
    this.#sending += 1;
    try {
      if (!this.#running.has(key)) throw localError('aborted');
      return await begin();
    } finally {
      this.#sending -= 1;
      this.#waiting.shift()?.();
    }
  }

  /**
   * The file as it will be sent, and what this browser thinks of it.
   * @param {string} key
   * @param {Material} material
   * @param {File} file
   * @param {boolean} isPrepared before a reload
   * @returns {Promise<{ problem: string } | { file: File, doubts: import('./picture/look.js').Doubt[], thumb?: HTMLCanvasElement }>}
   */
  async #prepared(key, material, file, isPrepared) {
    const formats = material.formats ?? [];
    const checked = await checkFile(file, formats);
    const isForeign = 'problem' in checked && checked.problem === 'heic';
    if ('problem' in checked && !isForeign) return checked;
    const type = 'type' in checked ? checked.type : 'image/heic';
    if (type === 'application/pdf' || isPrepared) return { file, doubts: [] };
    const takesJPEG = formats.length === 0 || formats.includes('image/jpeg');
    if (isForeign && !takesJPEG) return { problem: 'not-here' };
    try {
      const prepared = await preparePicture(file, type, takesJPEG ? !isForeign : true);
      this.#host.thumbnails.seed(key, prepared.thumb);
      return takesJPEG ? prepared : { ...prepared, file };
    } catch {
      // Not a picture for this browser: an iPhone's own format, or damaged. The server says what it is.
      return isForeign ? { problem: 'heic' } : { file, doubts: [] };
    }
  }
}

/**
 * The file until the server's own word of it comes, which takes its place or has already.
 * @param {string} id
 * @param {string} materialID
 * @param {File} file
 * @returns {FileView}
 */
function viewOf(id, materialID, file) {
  return {
    id, material_id: materialID, name: file.name, media_type: /** @type {FileView['media_type']} */ (file.type || 'application/pdf'), byte_count: file.size,
    sha256: '', handed_in_at: new Date().toISOString(), rotation: 0, check: 'pending', findings: [],
  };
}
