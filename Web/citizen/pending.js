// Files that have not reached the server yet, kept in the browser so that a reload in the middle of handing in loses none of them.

const DATABASE = 'farwindow';
const STORE = 'pending-files';

/** @typedef {{ id: string, caseID: string, materialID: string, file: File, replaces?: string }} Pending */

/** Nothing here throws: without a database (a private window, a full disk) a reload loses what was on its way, and nothing else. */
export class PendingFiles {
  /** @type {Promise<IDBDatabase | null> | null} */
  #opening = null;

  /** @param {Pending} pending */
  async put(pending) {
    await this.#run('readwrite', (store) => store.put(pending));
  }

  /** @param {string} id */
  async remove(id) {
    await this.#run('readwrite', (store) => store.delete(id));
  }

  /**
   * Those of one case. What belongs to other cases is thrown away: nobody will come back for it on this page.
   * @param {string} caseID
   * @returns {Promise<Pending[]>}
   */
  async of(caseID) {
    const all = /** @type {Pending[]} */ (await this.#run('readonly', (store) => store.getAll()) ?? []);
    for (const one of all) if (one.caseID !== caseID) this.remove(one.id);
    return all.filter((one) => one.caseID === caseID);
  }

  /** At sign-out: the next person at this machine is another one. */
  async clear() {
    await this.#run('readwrite', (store) => store.clear());
  }

  /**
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore) => IDBRequest} act
   */
  async #run(mode, act) {
    const database = await (this.#opening ??= open());
    if (!database) return undefined;
    return await new Promise((resolve) => {
      try {
        const request = act(database.transaction(STORE, mode).objectStore(STORE));
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => resolve(undefined);
      } catch {
        resolve(undefined);
      }
    });
  }
}

/** @returns {Promise<IDBDatabase | null>} */
function open() {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open(DATABASE, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'id' });
      request.onsuccess = () => resolve(request.result);
      request.onerror = request.onblocked = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
}
