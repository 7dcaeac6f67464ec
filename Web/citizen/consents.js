// What the citizen agrees to: the server's texts, and what was said to them. Asked when it is first needed, each by itself.

import { getJSON, postJSON } from '../signaling/http.js';
import { getLocale } from '../text/text.js';

/** @typedef {'identity-documents' | 'recording'} ConsentKind */
/** @typedef {{ kind: ConsentKind, version: string, language: string, title: string, text: string }} ConsentText */

export class Consents {
  /** @type {Set<ConsentKind>} */
  #given = new Set();
  /** @type {Promise<ConsentText[]> | null} */
  #loading = null;

  /** The texts that are asked here, in the page's language; what was said before is known when it is there. */
  load() {
    this.#loading ??= this.#fetch().catch((error) => {
      this.#loading = null;
      throw error;
    });
    return this.#loading;
  }

  async #fetch() {
    const [{ texts }, { consents }] = await Promise.all([getJSON('/consent-texts'), getJSON('/citizen/consents')]);
    for (const one of consents) this.#take(one);
    return texts;
  }

  /** @param {{ kind: ConsentKind, given: boolean }} said */
  #take({ kind, given }) {
    if (given) this.#given.add(kind);
    else this.#given.delete(kind);
  }

  /** @param {ConsentKind} kind */
  isGiven(kind) {
    return this.#given.has(kind);
  }

  /** @param {ConsentText} text @param {boolean} given */
  async say(text, given) {
    this.#take(await postJSON('/citizen/consents', { kind: text.kind, text_version: text.version, language: text.language ?? getLocale(), given }));
  }

  /** Somebody else may sign in here, or another language is chosen. */
  forget() {
    this.#given.clear();
    this.#loading = null;
  }
}
