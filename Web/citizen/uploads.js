// Handing in files: check, send with progress, cancel. Goes on while screens change, from the queue into the call.

import { uploadFile } from '../signaling/http.js';
import { checkFile, FILES_PER_MATERIAL } from './files.js';
import { caseID } from './state.js';

/** @import { App } from './app.js' */
/** @import { Material } from './wire.js' */
/** @import { Upload } from './state.js' */

export class Uploads {
  #app;
  #count = 0;
  /** @type {Map<string, { controller: AbortController, again: () => void }>} */
  #running = new Map();

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
    this.#running.get(key)?.controller.abort();
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
    const controller = new AbortController();
    const upload = { key, materialID: material.id, name: file.name, sent: 0, total: file.size };
    const show = (/** @type {Partial<Upload>} */ change) => {
      if (this.#running.has(key)) this.#app.dispatch({ type: 'upload', upload: Object.assign(upload, change) && { ...upload } });
    };
    const again = () => {
      this.drop(key);
      this.#start(material, file);
    };
    this.#running.set(key, { controller, again });
    const isFull = this.#countOf(material.id) >= FILES_PER_MATERIAL;
    show({});
    const checked = isFull ? { problem: 'too-many' } : await checkFile(file, material.formats ?? []);
    if ('problem' in checked) return show({ problem: checked.problem });
    try {
      const path = `/cases/${id}/materials/${encodeURIComponent(material.id)}/files`;
      const answer = await uploadFile(path, file, {
        signal: controller.signal,
        onProgress: (fraction) => show({ sent: fraction * file.size }),
      });
      if (!this.#running.delete(key)) return;
      this.#app.dispatch({ type: 'file-added', file: answer });
      this.#app.dispatch({ type: 'upload-over', key });
      this.#app.say({ key: 'citizen.materials.handedIn', params: { name: material.name } });
    } catch (error) {
      const failure = /** @type {{ code: string, message: string }} */ (error);
      if (failure.code === 'aborted') return this.drop(key);
      show({ problem: `: ${failure.message}` });
    }
  }

  /** @param {string} materialID */
  #countOf(materialID) {
    const { materials, uploads } = this.#app.state;
    const entry = materials.find((other) => other.material.id === materialID);
    return (entry?.files.length ?? 0) + uploads.filter((upload) => upload.materialID === materialID && !upload.problem).length;
  }
}
