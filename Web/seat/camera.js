// The agent's own camera and microphone, opened once at sign-on and kept for the day.

import { DeviceError, levelMeter, openDevices } from '../call/devices.js';

/** @typedef {import("../call/devices.js").DeviceProblem} DeviceProblem */

/** Events: `change`, and `level` (detail: 0…1). */
export class Camera extends EventTarget {
  /** @type {MediaStream | null} */
  stream = null;
  /** @type {{scope: "all" | "video" | "audio", code: DeviceProblem} | null} */
  problem = null;
  enabled = { audio: true, video: true };
  #call;
  #stopMeter = () => {};

  /** @param {import("../call/call.js").CallMedia} call */
  constructor(call) {
    super();
    this.#call = call;
  }

  /** Lets the devices go, for another page to use. */
  close() {
    this.#stopMeter();
    this.#stopMeter = () => {};
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.problem = null;
    this.dispatchEvent(new Event('change'));
  }

  async open() {
    this.close();
    try {
      const { stream, problems } = await openDevices({ video: true, audio: true });
      this.stream = stream;
      this.problem = problems.video
        ? { scope: 'video', code: problems.video }
        : problems.audio
        ? { scope: 'audio', code: problems.audio }
        : null;
      this.#stopMeter = levelMeter(stream, (level) => this.dispatchEvent(new CustomEvent('level', { detail: level })));
      // A device that is pulled out ends its track; saying so at once is better than a citizen who sees nothing.
      for (const track of stream.getTracks()) track.addEventListener('ended', () => this.#onEnded(stream, track));
    } catch (error) {
      this.stream = null;
      this.problem = { scope: 'all', code: error instanceof DeviceError ? error.code : 'unknown' };
    }
    for (const kind of /** @type {const} */ (['audio', 'video'])) this.#apply(kind);
    await this.#call.setLocalStream(this.stream);
    this.dispatchEvent(new Event('change'));
  }

  /** @param {"audio" | "video"} kind */
  toggle(kind) {
    if (!this.stream?.getTracks().some((track) => track.kind === kind)) return;
    this.enabled[kind] = !this.enabled[kind];
    this.#apply(kind);
    this.dispatchEvent(new Event('change'));
  }

  /** @param {"audio" | "video"} kind */
  #apply(kind) {
    for (const track of this.stream?.getTracks() ?? []) if (track.kind === kind) track.enabled = this.enabled[kind];
  }

  /** @param {MediaStream} stream @param {MediaStreamTrack} track */
  #onEnded(stream, track) {
    if (this.stream !== stream) return;
    this.problem = { scope: track.kind === 'video' ? 'video' : 'audio', code: 'missing' };
    this.dispatchEvent(new Event('change'));
  }
}
