import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { Camera } from '../../Web/citizen/picture/camera.js';

const HAVE_CURRENT_DATA = 2;

/** What the tests give of a picture. @param {number} width @param {number} height */
function bitmap(width, height) {
  return { width, height, isClosed: false, close() { this.isClosed = true; } };
}

/** A live picture whose size is known, as browsers know it before there is anything to draw. */
class Video extends EventTarget {
  HAVE_CURRENT_DATA = HAVE_CURRENT_DATA;
  readyState = 0;
  videoWidth = 640;
  videoHeight = 480;
}

/** @param {{ frame: () => Promise<unknown>, photo?: () => Promise<unknown> }} parts */
function browser({ frame, photo }) {
  const world = /** @type {Record<string, unknown>} */ (globalThis);
  world.createImageBitmap = (/** @type {unknown} */ source) => source instanceof Video ? frame() : Promise.resolve(source);
  world.ImageCapture = photo && class { takePhoto = photo; };
  if (!photo) delete world.ImageCapture;
}

afterEach(() => {
  const world = /** @type {Record<string, unknown>} */ (globalThis);
  delete world.createImageBitmap;
  delete world.ImageCapture;
});

function camera() {
  const stream = /** @type {MediaStream} */ (/** @type {unknown} */ ({ getVideoTracks: () => [{}], getTracks: () => [] }));
  return new Camera(stream, 1, () => {});
}

/** @param {Video} video @returns {Promise<any>} */
const taken = (video) => camera().take(/** @type {HTMLVideoElement} */ (/** @type {unknown} */ (video)));

test('who presses before the first picture is there gets it when it comes', async () => {
  const video = new Video();
  browser({
    frame: () => video.readyState < HAVE_CURRENT_DATA ? Promise.reject(new Error('InvalidStateError')) : Promise.resolve(bitmap(640, 480)),
  });
  const picture = taken(video);
  video.readyState = 4;
  video.dispatchEvent(new Event('loadeddata'));
  assert.equal((await picture).width, 640);
});

test('the larger of photograph and picture on the screen is kept, the photograph when both are alike, and the other let go', async () => {
  const video = Object.assign(new Video(), { readyState: 4 });
  const shown = bitmap(640, 480);
  for (const [photo, isPhoto] of /** @type {const} */ ([[bitmap(4000, 3000), true], [bitmap(640, 480), true], [bitmap(320, 240), false]])) {
    browser({ frame: () => Promise.resolve(shown), photo: () => Promise.resolve(photo) });
    shown.isClosed = false;
    assert.equal(await taken(video) === photo, isPhoto);
    assert.deepEqual([shown.isClosed, photo.isClosed], [isPhoto, !isPhoto]);
  }
});

test('one of the two is enough, and without both it is said', async () => {
  const video = Object.assign(new Video(), { readyState: 4 });
  const none = () => Promise.reject(new Error('none'));
  const photo = bitmap(4000, 3000);
  browser({ frame: none, photo: () => Promise.resolve(photo) });
  assert.equal(await taken(video), photo);
  const shown = bitmap(640, 480);
  browser({ frame: () => Promise.resolve(shown), photo: none });
  assert.equal(await taken(video), shown);
  browser({ frame: none });
  await assert.rejects(taken(video), /no picture/);
});
