import assert from 'node:assert/strict';
import test from 'node:test';
import { distance, rounded } from '../../Web/citizen/distance.js';

test('a degree of latitude is 111 km, and nothing is no distance', () => {
  const here = { latitude: 23.67, longitude: 116.63 };
  assert.equal(distance(here, here), 0);
  assert.equal(Math.round(distance(here, { latitude: 24.67, longitude: 116.63 }) / 1000), 111);
  // A degree of longitude shrinks with the cosine of the latitude.
  assert.equal(Math.round(distance(here, { latitude: 23.67, longitude: 117.63 }) / 1000), 102);
  assert.equal(Math.round(distance({ latitude: 0, longitude: 179 }, { latitude: 0, longitude: -179 }) / 1000), 222);
});

test('it is told as exactly as people think', () => {
  assert.deepEqual(rounded(12), { n: 100, unit: 'm' });
  assert.deepEqual(rounded(340), { n: 300, unit: 'm' });
  assert.deepEqual(rounded(960), { n: 1, unit: 'km' });
  assert.deepEqual(rounded(4_240), { n: 4.2, unit: 'km' });
  assert.deepEqual(rounded(23_400), { n: 23, unit: 'km' });
});
