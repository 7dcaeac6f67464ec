// A camera for papers: the one that looks away from the face, at its full resolution, with its light where it has one.

import { problemOf } from '../../call/devices.js';

/** @typedef {import('../../call/devices.js').DeviceProblem} DeviceProblem */

/** A camera that takes a photograph at all does it within this time; otherwise the picture on the screen is taken. */
const PHOTO_PATIENCE_MS = 4_000;
/** A camera that is open shows its first picture within this time, also on a slow phone. */
const PICTURE_PATIENCE_MS = 10_000;
const WANTED = { width: { ideal: 4_096 }, height: { ideal: 3_072 } };

/** It could not be opened. The page's sentence is `handIn.camera.<code>`. */
export class CameraError extends Error {
  /** @param {DeviceProblem} code */
  constructor(code) {
    super(`camera: ${code}`);
    this.code = code;
  }
}

export class Camera {
  /** @type {MediaStream} */
  stream;
  /** How many cameras there are to switch between. */
  count;
  isLit = false;
  #free;

  /**
   * @param {MediaStream} stream
   * @param {number} count
   * @param {() => void} free
   */
  constructor(stream, count, free) {
    this.stream = stream;
    this.count = count;
    this.#free = free;
  }

  /**
   * @param {{ free?: () => void }} [options] `free` lets go of the same camera elsewhere on this page: some devices have one at a time
   * @throws {CameraError}
   */
  static async open({ free = () => {} } = {}) {
    const stream = await opened({ facingMode: { ideal: 'environment' }, ...WANTED }, free);
    return new Camera(stream, await countCameras(), free);
  }

  get #track() {
    return this.stream.getVideoTracks()[0];
  }

  /** The next camera of this device. @throws {CameraError} */
  async switch() {
    const cameras = (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === 'videoinput');
    const at = cameras.findIndex((device) => device.deviceId === this.#track.getSettings().deviceId);
    const next = cameras[(at + 1) % cameras.length];
    this.close();
    this.stream = await opened({ deviceId: { exact: next.deviceId }, ...WANTED }, this.#free);
  }

  get hasLight() {
    // Not in every browser, and not in TypeScript's library.
    const capabilities = /** @type {{ torch?: boolean }} */ (this.#track.getCapabilities?.() ?? {});
    return capabilities.torch === true;
  }

  async toggleLight() {
    const next = !this.isLit;
    await this.#track.applyConstraints({ advanced: [/** @type {MediaTrackConstraintSet} */ ({ torch: next })] });
    this.isLit = next;
  }

  /**
   * A photograph at the sensor's own resolution where the browser can; otherwise the picture that is shown.
   * @param {HTMLVideoElement} video that shows the stream
   * @returns {Promise<ImageBitmap>}
   * @throws when the camera gives no picture
   */
  async take(video) {
    await firstPicture(video);
    const shown = createImageBitmap(video).catch(() => null);
    const [larger, other] = [await this.#photograph(), await shown].sort((a, b) => pixels(b) - pixels(a));
    other?.close();
    if (!larger) throw new Error('no picture');
    return larger;
  }

  /** @returns {Promise<ImageBitmap | null>} */
  async #photograph() {
    if (!('ImageCapture' in globalThis)) return null;
    try {
      const blob = await Promise.race([
        new ImageCapture(this.#track).takePhoto(),
        new Promise((_, reject) => setTimeout(reject, PHOTO_PATIENCE_MS, new Error('too slow'))),
      ]);
      return await createImageBitmap(/** @type {Blob} */ (blob), { imageOrientation: 'from-image' });
    } catch {
      return null;
    }
  }

  close() {
    for (const track of this.stream.getTracks()) track.stop();
    this.isLit = false;
  }
}

/**
 * Who presses at once is early: the size of the picture is known some moments before there is one to be drawn.
 * @param {HTMLVideoElement} video
 * @returns {Promise<void>}
 */
function firstPicture(video) {
  return new Promise((resolve, reject) => {
    if (video.readyState >= video.HAVE_CURRENT_DATA) return resolve();
    const late = setTimeout(reject, PICTURE_PATIENCE_MS, new Error('no picture'));
    video.addEventListener('loadeddata', () => {
      clearTimeout(late);
      resolve();
    }, { once: true });
  });
}

/** @param {ImageBitmap | null} picture */
function pixels(picture) {
  return picture ? picture.width * picture.height : 0;
}

/**
 * @param {MediaTrackConstraints} video
 * @param {() => void} free
 * @returns {Promise<MediaStream>}
 */
async function opened(video, free) {
  const devices = globalThis.navigator?.mediaDevices;
  if (!devices?.getUserMedia) throw new CameraError('insecure');
  try {
    return await devices.getUserMedia({ video });
  } catch (error) {
    if (problemOf(error) !== 'busy') throw new CameraError(problemOf(error));
  }
  free();
  try {
    return await devices.getUserMedia({ video });
  } catch (error) {
    throw new CameraError(problemOf(error));
  }
}

async function countCameras() {
  return (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === 'videoinput').length;
}
