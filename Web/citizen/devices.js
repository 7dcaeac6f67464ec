// Own camera and microphone: what the person chose, what could be opened, what is switched off for the moment.

import { openDevices } from '../call/devices.js';

/** @typedef {import('../call/devices.js').DeviceProblem} DeviceProblem */

const CHOICE_KEY = 'farwindow.choice';

/** Event: `change`. */
export class Devices extends EventTarget {
  /** @type {MediaStream | null} */
  stream = null;
  /** @type {{ video?: DeviceProblem, audio?: DeviceProblem }} */
  problems = {};
  /** What the person wants to be seen and heard with; kept for a reload in the middle of a call. */
  choice = readChoice();
  enabled = { audio: true, video: true };
  /** @type {Promise<void> | null} */
  #opening = null;

  /** @param {{ audio: boolean, video: boolean }} choice */
  choose(choice) {
    this.choice = choice;
    try { sessionStorage.setItem(CHOICE_KEY, JSON.stringify(choice)); } catch { /* Then a reload asks for both again. */ }
  }

  /**
   * Never throws: what could not be opened stands in `problems`. Opening twice at once is one opening.
   * @param {{ ask?: boolean }} [options] `ask`: try again although a stream is open
   */
  open({ ask = false } = {}) {
    if (this.stream && !ask) return Promise.resolve();
    return this.#opening ??= this.#open().finally(() => this.#opening = null);
  }

  async #open() {
    const { audio, video } = this.choice;
    this.close();
    if (!audio && !video) return;
    try {
      const opened = await openDevices({ audio, video });
      this.stream = opened.stream;
      this.problems = opened.problems;
      this.#apply();
    } catch (error) {
      const code = /** @type {{ code?: DeviceProblem }} */ (error).code ?? 'unknown';
      this.problems = { ...(audio && { audio: code }), ...(video && { video: code }) };
    }
    this.dispatchEvent(new Event('change'));
  }

  /** @param {'audio' | 'video'} kind */
  has(kind) {
    return this.stream?.getTracks().some((track) => track.kind === kind && track.readyState === 'live') ?? false;
  }

  /** @param {'audio' | 'video'} kind */
  toggle(kind) {
    this.enabled[kind] = !this.enabled[kind];
    this.#apply();
    this.dispatchEvent(new Event('change'));
  }

  #apply() {
    for (const track of this.stream?.getTracks() ?? []) track.enabled = this.enabled[/** @type {'audio' | 'video'} */ (track.kind)];
  }

  close() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.problems = {};
  }
}

function readChoice() {
  try {
    return JSON.parse(sessionStorage.getItem(CHOICE_KEY) ?? 'null') ?? { audio: true, video: true };
  } catch {
    return { audio: true, video: true };
  }
}
