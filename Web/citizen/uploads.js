// Handing in files: check, send with progress, cancel. Goes on while screens change, from the queue into the call.

import { localError } from '../signaling/http.js';
import { checkFile, FILES_PER_MATERIAL } from './files.js';
import { ResumableUpload } from './resumable-upload.js';
import { caseID } from './state.js';

/** @import { App } from './app.js' */
/** @import { FileView, Material } from './wire.js' */
/** @import { Upload } from './state.js' */

/** More at once only take the line away from each other. */
const AT_ONCE = 3;

export class Uploads {
  #app;
  #count = 0;
  /** @type {Map<string, { sending: ResumableUpload, again: () => void }>} */
  #running = new Map();
  #sending = 0;
  /** Those that wait for a place. @type {(() => void)[]} */
  #waiting = [];

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
  }

  /**
   * @param {Material} material
   * @param {Iterable<File>} files
   */
  add(material, files) {
    for (const file of files) this.#start(material, file);
  }

  /** Stops it, or puts its failure away. @param {string} key */
  drop(key) {
    this.#running.get(key)?.sending.cancel();
    this.#running.delete(key);
    this.#app.dispatch({ type: 'upload-over', key });
  }

  /** @param {string} key */
  again(key) {
    this.#running.get(key)?.again();
  }

  /** @param {Material} material @param {File} file */
  async #start(material, file) {
    const id = caseID(this.#app.state);
    if (!id) return;
    this.#count += 1;
    const key = `u${this.#count}`;
    const upload = { key, materialID: material.id, name: file.name, sent: 0, total: file.size };
    const show = (/** @type {Partial<Upload>} */ change) => {
      if (this.#running.has(key)) this.#app.dispatch({ type: 'upload', upload: Object.assign(upload, change) && { ...upload } });
    };
    const sending = new ResumableUpload(file, { caseID: id, materialID: material.id }, { onProgress: (sent) => show({ sent }) });
    const again = () => {
      this.drop(key);
      this.#start(material, file);
    };
    this.#running.set(key, { sending, again });
    const isFull = this.#countOf(material.id) >= FILES_PER_MATERIAL;
    show({});
    const checked = isFull ? { problem: 'too-many' } : await checkFile(file, material.formats ?? []);
    if ('problem' in checked) return show({ problem: checked.problem });
    const send = async (/** @type {() => Promise<string>} */ begin) => {
      try {
        const fileID = await this.#inTurn(key, begin);
        if (this.#running.delete(key)) this.#handedIn(key, material, file, fileID, checked.type);
      } catch (error) {
        const failure = /** @type {{ code: string, message: string }} */ (error);
        if (failure.code === 'aborted') return;
        show({ problem: failure.code === 'file_unreadable' ? 'unreadable' : `: ${failure.message}` });
      }
    };
    // What has come so far is on the server; nothing of it is sent twice.
    const goOn = () => {
      show({ problem: undefined });
      send(() => sending.resume());
    };
    if (this.#running.has(key)) this.#running.set(key, { sending, again: goOn });
    await send(() => sending.create());
  }

  /**
   * @param {string} key
   * @param {Material} material
   * @param {File} file
   * @param {string} id
   * @param {string} type
   */
  #handedIn(key, material, file, id, type) {
    // The push with what the server made of it takes this one's place, or has already.
    const view = {
      id, material_id: material.id, name: file.name, media_type: /** @type {FileView['media_type']} */ (type), byte_count: file.size, sha256: '',
      handed_in_at: new Date().toISOString(),
    };
    this.#app.dispatch({ type: 'file-added', file: view });
    this.#app.dispatch({ type: 'upload-over', key });
    this.#app.say({ key: 'citizen.materials.handedIn', params: { name: material.name } });
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

  /** @param {string} materialID */
  #countOf(materialID) {
    const { materials, uploads } = this.#app.state;
    const entry = materials.find((other) => other.material.id === materialID);
    return (entry?.files.length ?? 0) + uploads.filter((upload) => upload.materialID === materialID && !upload.problem).length;
  }
}
