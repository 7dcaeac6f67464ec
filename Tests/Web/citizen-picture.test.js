import assert from 'node:assert/strict';
import test from 'node:test';
import { doubtsOf, lookAt } from '../../Web/citizen/picture/look.js';
import { hasMetadata } from '../../Web/citizen/picture/metadata.js';
import { fitted, jpegName, needsRewriting } from '../../Web/citizen/picture/size.js';
import { linesOf } from '../../Web/citizen/picture/watermark.js';

const WIDTH = 640;
const HEIGHT = 480;
const original = { width: 3000, height: 2250 };

/** @typedef {(x: number, y: number) => number} Paint */

/** @param {Paint} paint brightness at a point */
function picture(paint) {
  const pixels = new Uint8ClampedArray(WIDTH * HEIGHT * 4);
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) pixels.fill(paint(x, y), (y * WIDTH + x) * 4, (y * WIDTH + x) * 4 + 3);
  }
  return pixels;
}

/** Lines of small dark marks on paper, as printed text looks from afar. @type {Paint} */
const print = (x, y) => y % 16 < 6 && x % 7 < 3 && x > 40 && x < 400 ? 40 : 200;
/** As a lens out of focus does. @param {Paint} sharp @param {number} reach @returns {Paint} */
const blurred = (sharp, reach) => (x, y) => {
  let sum = 0;
  let count = 0;
  for (let dy = -reach; dy <= reach; dy += 1) for (let dx = -reach; dx <= reach; dx += 1, count += 1) sum += sharp(x + dx, y + dy);
  return sum / count;
};
/** @param {Paint} paint */
const codes = (paint) => doubtsOf(lookAt(picture(paint), WIDTH, HEIGHT), original).map(({ code }) => code);
/** A round reflection. @param {number} cx @param {number} cy @returns {Paint} */
const glaring = (cx, cy) => (x, y) => Math.hypot(x - cx, y - cy) < 100 ? 255 : print(x, y);

test('a sharp page is clear, also when most of it is empty', () => {
  assert.deepEqual(codes(print), []);
  assert.deepEqual(codes((x, y) => x > 200 && x < 420 && y > 200 && y < 300 ? print(x - 150, y) : 205), []);
});

test('out of focus, too dark, and too small are told apart', () => {
  assert.deepEqual(codes(blurred(print, 5)), ['blurred']);
  assert.deepEqual(codes((x, y) => print(x, y) / 5), ['dark']);
  assert.deepEqual(doubtsOf(lookAt(picture(print), WIDTH, HEIGHT), { width: 640, height: 480 }), [{ code: 'low-resolution' }]);
});

test('a dark card on a light table, and a light card on a dark table, are not too dark', () => {
  const inside = (/** @type {number} */ x, /** @type {number} */ y) => x > 150 && x < 490 && y > 120 && y < 360;
  assert.deepEqual(codes((x, y) => inside(x, y) ? print(x - 100, y) : 30), []);
  assert.deepEqual(codes((x, y) => inside(x, y) ? print(x - 100, y) / 4 : 190), []);
});

test('a reflection is seen, and where', () => {
  const places = [[560, 80, 'top-right'], [80, 400, 'bottom-left'], [320, 240, 'middle'], [320, 60, 'top']];
  for (const [x, y, place] of places) {
    assert.deepEqual(doubtsOf(lookAt(picture(glaring(Number(x), Number(y))), WIDTH, HEIGHT), original), [{ code: 'glare', place }]);
  }
  // A scan's paper is as white as light itself.
  assert.deepEqual(codes((x, y) => print(x, y) > 100 ? 255 : 20), []);
  // A white label of the size of a stamp.
  assert.deepEqual(codes((x, y) => x > 500 && x < 530 && y > 30 && y < 60 ? 255 : print(x, y)), []);
});

test('a picture of one colour, of one point, or of nothing is no crash', () => {
  for (const value of [0, 128, 255]) assert.ok(codes(() => value).length > 0);
  assert.ok(doubtsOf(lookAt(new Uint8Array(4), 1, 1), { width: 1, height: 1 }).length > 0);
  assert.ok(doubtsOf(lookAt(new Uint8Array(0), 0, 0), { width: 0, height: 0 }).length > 0);
});

test('metadata is found before the picture, and nonsense is none', () => {
  const bytes = (/** @type {number[]} */ ...all) => new Uint8Array(all);
  const plain = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xda, 0, 4];
  assert.equal(hasMetadata(bytes(...plain)), false);
  assert.equal(hasMetadata(bytes(0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xe1, 0, 9)), true);
  assert.equal(hasMetadata(bytes(0xff, 0xd8, 0xff, 0xed, 0, 9)), true);
  // After the picture has begun, the same bytes mean something else.
  assert.equal(hasMetadata(bytes(...plain, 0xff, 0xe1, 0, 9)), false);
  assert.equal(hasMetadata(bytes(0x89, 0x50)), false);
  assert.equal(hasMetadata(bytes()), false);
  assert.equal(hasMetadata(bytes(0xff, 0xd8, 0xff, 0xe0, 0, 0, 0xff, 0xe1)), false);
});

test('a big picture is made smaller, a small document stays as it is', () => {
  assert.deepEqual(fitted({ width: 6000, height: 4000 }, 3000), { width: 3000, height: 2000 });
  assert.deepEqual(fitted({ width: 800, height: 1000 }, 3000), { width: 800, height: 1000 });
  assert.deepEqual(fitted({ width: 9000, height: 1 }, 3000), { width: 3000, height: 1 });
  const small = { type: 'image/jpeg', bytes: 400_000, width: 1600, height: 1200, hasMetadata: false, isAccepted: true };
  assert.equal(needsRewriting(small), false);
  assert.equal(needsRewriting({ ...small, hasMetadata: true }), true);
  assert.equal(needsRewriting({ ...small, width: 4000 }), true);
  assert.equal(needsRewriting({ ...small, bytes: 9_000_000 }), true);
  assert.equal(needsRewriting({ ...small, type: 'heic', isAccepted: false }), true);
  assert.equal(jpegName('IMG_1.HEIC'), 'IMG_1.jpg');
  assert.equal(jpegName('照片'), '照片.jpg');
  assert.equal(jpegName('.heic'), 'photo.jpg');
});

test('the watermark says first what the picture is for', () => {
  const marks = { purpose: '仅用于本次办税', case: 'N1', time: '9:30', agent: '李 03' };
  assert.equal(linesOf(marks)[0], marks.purpose);
  for (const words of ['N1', '9:30', '李 03']) assert.ok(linesOf(marks).join('\n').includes(words));
});
