// What the server says of weeks: their days, who is on leave, which seats and agents there are. The neighbours of a week are fetched before they are asked for.

import { addDays } from './days.js';

/** @typedef {import("./api.js").Week} Week */

/** Weeks kept: the past quarter of an hour's walk through the year, and no more. */
const KEPT = 60;

export class Weeks {
  /** @type {Map<string, Promise<Week>>} */
  #asked = new Map();
  /** @type {Map<string, Week>} */
  #known = new Map();
  #fetch;

  /** @param {(monday: string) => Promise<Week>} fetch */
  constructor(fetch) {
    this.#fetch = fetch;
  }

  /** What is known of it now. @param {string} monday */
  at(monday) {
    return this.#known.get(monday);
  }

  /** @param {string} monday @returns {Promise<Week>} */
  async load(monday) {
    const asked = this.#asked.get(monday) ?? this.#ask(monday);
    const week = await asked;
    for (const neighbour of [addDays(monday, 7), addDays(monday, -7)]) {
      // A neighbour that cannot be had is asked for again when somebody goes there.
      if (!this.#asked.has(neighbour)) this.#ask(neighbour).catch(() => {});
    }
    return week;
  }

  /** Something changed that only the server can work out. What is shown stays until the new comes. */
  forget() {
    this.#asked.clear();
  }

  /** @param {string} monday */
  #ask(monday) {
    const asked = this.#fetch(monday);
    this.#asked.set(monday, asked);
    asked.then((week) => {
      if (this.#asked.get(monday) !== asked) return;
      this.#known.delete(monday);
      this.#known.set(monday, week);
      for (const old of [...this.#known.keys()].slice(0, Math.max(0, this.#known.size - KEPT))) {
        this.#known.delete(old);
        this.#asked.delete(old);
      }
    }, () => {
      if (this.#asked.get(monday) === asked) this.#asked.delete(monday);
    });
    return asked;
  }
}
