import assert from 'node:assert/strict';
import test from 'node:test';
import { checkFile, FILE_BYTES, sniff } from '../../Web/citizen/files.js';

const JPEG = [0xff, 0xd8, 0xff, 0xe0, 0, 16, 74, 70, 73, 70, 0, 1];
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13];
const text = (/** @type {string} */ words) => [...new TextEncoder().encode(words)];
const HEIC = [0, 0, 0, 24, ...text('ftypheic')];
/** @param {number[]} bytes @param {string} [type] */
const blob = (bytes, type) => new Blob([new Uint8Array(bytes)], { type });

test('the first bytes decide, not the name or the declared type', async () => {
  assert.equal(sniff(new Uint8Array(JPEG)), 'image/jpeg');
  assert.equal(sniff(new Uint8Array(PNG)), 'image/png');
  assert.equal(sniff(new Uint8Array(text('%PDF-1.7 …'))), 'application/pdf');
  assert.equal(sniff(new Uint8Array(HEIC)), 'heic');
  for (const bytes of [[], [0xff], [0xff, 0xd8], text('GIF89a'), text('MZ'), text('<svg'), text(' %PDF-')]) {
    assert.equal(sniff(new Uint8Array(bytes)), null);
  }
  assert.deepEqual(await checkFile(blob(text('hello, world'), 'image/jpeg'), []), { problem: 'type' });
  assert.deepEqual(await checkFile(blob(PNG, 'text/plain'), []), { type: 'image/png' });
});

test('empty, HEIC, and types that a material does not take have their own sentence', async () => {
  assert.deepEqual(await checkFile(blob([]), []), { problem: 'empty' });
  assert.deepEqual(await checkFile(blob(HEIC), []), { problem: 'heic' });
  assert.deepEqual(await checkFile(blob(JPEG), ['application/pdf']), { problem: 'not-here' });
  assert.deepEqual(await checkFile(blob(JPEG), ['application/pdf', 'image/jpeg']), { type: 'image/jpeg' });
});

test('the size is a bound, and a file that went away is no crash', async () => {
  /** @type {any} */
  const big = { size: FILE_BYTES + 1, slice: () => blob(JPEG) };
  assert.deepEqual(await checkFile(big, []), { problem: 'too-large' });
  /** @type {any} */
  const exact = { size: FILE_BYTES, slice: () => blob(JPEG) };
  assert.deepEqual(await checkFile(exact, []), { type: 'image/jpeg' });
  /** @type {any} */
  const moved = { size: 5, slice: () => ({ arrayBuffer: () => Promise.reject(new Error('gone')) }) };
  assert.deepEqual(await checkFile(moved, []), { problem: 'unreadable' });
});
