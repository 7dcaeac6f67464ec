import assert from 'node:assert/strict';
import test from 'node:test';
import { CHUNK_MAX_BYTES, CHUNK_MIN_BYTES, FAILURES_MAX, ResumableUpload } from '../../Web/citizen/resumable-upload.js';
import { FakeBrowser, photograph } from './resumable-upload-fakes.js';

const MB = 1024 * 1024;
const target = { caseID: '0193-case', materialID: 'M1' };

/**
 * @param {FakeBrowser} browser
 * @param {File} file
 * @param {(sent: number, total: number) => void} [onProgress]
 */
const uploadIn = (browser, file, onProgress) => new ResumableUpload(file, target, { onProgress, environment: browser.environment });

/** The one upload of the server has every byte of the file, once. @param {FakeBrowser} browser @param {File} file */
async function assertWhole(browser, file) {
  assert.equal(browser.server.uploads.size, 1);
  const [upload] = browser.server.uploads.values();
  assert.deepEqual(Uint8Array.from(upload.bytes), new Uint8Array(await file.arrayBuffer()));
}

test('pieces grow on a good line, and progress tells what is on the server', async () => {
  const browser = new FakeBrowser();
  const file = photograph(12 * MB);
  /** @type {number[]} */
  const heard = [];
  const id = await uploadIn(browser, file, (sent, total) => {
    assert.equal(total, file.size);
    heard.push(sent);
  }).create();
  assert.equal(id, 'file-of-/api/v1/uploads/1');
  await assertWhole(browser, file);
  const sizes = browser.server.requests.filter(({ method }) => method === 'PATCH').map(({ bytes }) => bytes);
  assert.deepEqual(sizes, [MB, 2 * MB, CHUNK_MAX_BYTES, CHUNK_MAX_BYTES, MB]);
  assert.deepEqual(heard, [0, MB, 3 * MB, 7 * MB, 11 * MB, 12 * MB]);
  const [{ metadata }] = browser.server.uploads.values();
  const said = Object.fromEntries(metadata.split(',').map((pair) => pair.split(' ')));
  assert.equal(new TextDecoder().decode(Uint8Array.from(atob(said.filename), (letter) => letter.charCodeAt(0))), file.name);
  assert.deepEqual([atob(said.case_id), atob(said.material_id), said.replaces], ['0193-case', 'M1', undefined]);
  assert.equal(browser.stored.size, 0, 'nothing is left of it in the browser');
});

test('pieces shrink on a slow line, not below a quarter of a megabyte', async () => {
  const browser = new FakeBrowser();
  browser.server.takes = () => 10_000;
  await uploadIn(browser, photograph(3 * MB)).create();
  const sizes = browser.server.requests.filter(({ method }) => method === 'PATCH').map(({ bytes }) => bytes);
  assert.deepEqual(sizes.slice(0, 4), [MB, MB / 2, CHUNK_MIN_BYTES, CHUNK_MIN_BYTES]);
});

test('a broken connection goes on where the server stands, and no byte is sent twice', async () => {
  const browser = new FakeBrowser();
  browser.server.faults.PATCH = [null, { keep: 100_000 }, { keep: 0 }];
  const file = photograph(3 * MB);
  await uploadIn(browser, file).create();
  await assertWhole(browser, file);
  assert.equal(browser.server.methods(), 'POST PATCH PATCH HEAD PATCH HEAD PATCH PATCH PATCH');
  assert.deepEqual(browser.server.requests.filter(({ method }) => method === 'PATCH').slice(0, 4).map(({ offset }) => offset), [
    0, MB, MB + 100_000, MB + 100_000,
  ]);
});

test('a lost last answer is asked for, and nothing is sent again', async () => {
  const browser = new FakeBrowser();
  browser.server.faults.PATCH = [{ isLost: true }];
  const file = photograph(1_000);
  assert.equal(await uploadIn(browser, file).create(), 'file-of-/api/v1/uploads/1');
  assert.equal(browser.server.methods(), 'POST PATCH HEAD');
});

test('whole but not handed in yet: an empty piece at the end brings the answer', async () => {
  const browser = new FakeBrowser();
  const file = photograph(1_000);
  browser.server.faults.PATCH = [{ isLost: true }, { status: 503, code: 'storage_unavailable', headers: { 'retry-after': '2' } }];
  browser.server.onRequest = () => {
    const upload = browser.server.uploads.get('/api/v1/uploads/1');
    if (upload && browser.server.methods().endsWith('HEAD')) upload.file = null;
  };
  assert.equal(await uploadIn(browser, file).create(), 'file-of-/api/v1/uploads/1');
  assert.equal(browser.server.methods(), 'POST PATCH HEAD PATCH HEAD PATCH');
  assert.deepEqual(browser.server.requests.filter(({ method }) => method === 'PATCH').map(({ offset, bytes }) => [offset, bytes]), [
    [0, 1_000], [1_000, 0], [1_000, 0],
  ]);
  assert.ok(browser.waits.includes(2_000), 'as long as the server asked for');
});

test('locked and elsewhere: the server is asked how far it is', async () => {
  const browser = new FakeBrowser();
  browser.server.faults.PATCH = [{ status: 423, code: 'upload_locked' }, { status: 409, code: 'upload_offset_mismatch' }];
  browser.server.faults.HEAD = [{ status: 423 }];
  const file = photograph(1_000);
  await uploadIn(browser, file).create();
  await assertWhole(browser, file);
  assert.equal(browser.server.methods(), 'POST PATCH HEAD HEAD PATCH HEAD PATCH');
});

test('the same file chosen again after a reload goes on; another begins', async () => {
  const browser = new FakeBrowser();
  const file = photograph(3 * MB);
  const before = uploadIn(browser, file);
  browser.server.onRequest = () => {
    // The page goes away in the middle of the second piece.
    if (browser.server.methods() === 'POST PATCH PATCH') browser.online = false;
  };
  browser.onWait = () => {};
  browser.server.faults.PATCH = [null, { keep: 5_000 }];
  before.create();
  await until(() => browser.server.requests.length === 3);
  await turns(5);
  browser.online = true;
  browser.server.onRequest = null;
  browser.onWait = null;

  assert.equal(browser.stored.size, 1);
  const [[key, value]] = browser.stored;
  assert.ok(!`${key}${value}`.includes('王小明') && !value.includes(target.caseID), 'nothing of the person is kept');
  const reloaded = { ...browser.environment, network: new EventTarget() };
  const id = await new ResumableUpload(photograph(3 * MB), target, { environment: reloaded }).create();
  assert.equal(id, 'file-of-/api/v1/uploads/1');
  assert.deepEqual(browser.server.requests.slice(3, 5).map(({ method, offset }) => [method, offset]), [['HEAD', -1], ['PATCH', MB + 5_000]]);
  await assertWhole(browser, file);
  assert.equal(browser.stored.size, 0);

  for (const [other, place] of /** @type {const} */ ([
    [photograph(3 * MB, 'other.jpg'), target], [photograph(3 * MB + 1), target], [file, { ...target, materialID: 'M2' }],
    [file, { ...target, caseID: 'other' }], [file, { ...target, replaces: 'old' }],
  ])) {
    const count = browser.server.requests.length;
    const upload = new ResumableUpload(other, place, { environment: browser.environment });
    browser.server.faults.PATCH = [{ status: 401, code: 'sign_in_required' }];
    await assert.rejects(upload.create(), { code: 'sign_in_required' });
    assert.equal(browser.server.requests[count].method, 'POST');
  }
});

test('what the server no longer knows, or the browser remembers for too long, begins anew', async () => {
  for (const fault of [null, { status: 410 }]) {
    const browser = new FakeBrowser();
    const file = photograph(1_000);
    const key = await keyOf(browser, file);
    browser.stored.set(key, JSON.stringify({ path: '/api/v1/uploads/gone', until: browser.time + 1_000 }));
    browser.server.faults.HEAD = [fault];
    await uploadIn(browser, file).create();
    assert.equal(browser.server.methods(), 'HEAD POST PATCH');
    await assertWhole(browser, file);
  }
  for (const value of ['{', 'null', '{"path":"//evil.example/x","until":9e99}', '{"path":"/api/v1/uploads/1","until":1}']) {
    const browser = new FakeBrowser();
    const file = photograph(1_000);
    browser.stored.set(await keyOf(browser, file), value);
    browser.stored.set('farwindow.upload.other', value);
    browser.stored.set('farwindow.locale', 'en');
    await uploadIn(browser, file).create();
    assert.equal(browser.server.methods(), 'POST PATCH', value);
    assert.deepEqual([...browser.stored.keys()], ['farwindow.locale']);
  }
});

test('forbidden storage costs only the memory', async () => {
  const browser = new FakeBrowser();
  const forbidden = () => {
    throw new DOMException('no', 'SecurityError');
  };
  const storage = { getItem: forbidden, setItem: forbidden, removeItem: forbidden, key: forbidden, length: 1 };
  const upload = new ResumableUpload(photograph(10), target, { environment: { ...browser.environment, storage } });
  assert.equal(await upload.create(), 'file-of-/api/v1/uploads/1');
});

test('without a network it waits for one, and says so', async () => {
  const browser = new FakeBrowser();
  browser.server.faults.PATCH = [{ keep: 0 }];
  browser.onWait = () => {};
  browser.server.onRequest = () => {
    browser.online = browser.server.requests.length !== 2;
  };
  const file = photograph(1_000);
  /** @type {boolean[]} */
  const heard = [];
  const stored = new ResumableUpload(file, target, { onWaiting: (isWaiting) => heard.push(isWaiting), environment: browser.environment }).create();
  await until(() => browser.server.requests.length === 2);
  await turns(20);
  assert.equal(browser.server.methods(), 'POST PATCH');
  assert.deepEqual(heard, [true]);
  browser.comeOnline();
  await stored;
  assert.deepEqual(heard, [true, false]);
  await assertWhole(browser, file);
});

test('a browser that is wrong about the network is not believed for ever, and gives up nothing', async () => {
  const browser = new FakeBrowser();
  browser.online = false;
  browser.server.faults.PATCH = [{ keep: 0 }];
  browser.server.faults.HEAD = Array.from({ length: 2 * FAILURES_MAX }, () => ({ keep: 0 }));
  const file = photograph(1_000);
  await uploadIn(browser, file).create();
  assert.deepEqual(new Set(browser.waits), new Set([15_000]));
  await assertWhole(browser, file);
});

test('a network that comes back cuts the waiting short', async () => {
  const browser = new FakeBrowser();
  browser.server.faults.PATCH = [{ keep: 0 }];
  browser.onWait = () => queueMicrotask(() => browser.comeOnline());
  await uploadIn(browser, photograph(1_000)).create();
  assert.equal(browser.waits.length, 1);
});

test('it waits longer each time, never the same as others, and gives up; then it can go on', async () => {
  const browser = new FakeBrowser();
  const file = photograph(3 * MB);
  browser.server.faults.PATCH = [null, { keep: 0 }];
  browser.server.faults.HEAD = Array.from({ length: FAILURES_MAX }, () => ({ status: 502 }));
  const upload = uploadIn(browser, file);
  await assert.rejects(upload.create(), { status: 502 });
  assert.deepEqual(browser.waits, [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
  assert.equal(upload.offset, MB);

  browser.waits = [];
  browser.chance = 0;
  browser.server.faults.HEAD = [{ status: 503 }];
  assert.equal(await upload.resume(), 'file-of-/api/v1/uploads/1');
  assert.deepEqual(browser.waits, [250]);
  await assertWhole(browser, file);
});

test('bytes that get through set the patience back', async () => {
  const browser = new FakeBrowser();
  const file = photograph(20_000);
  browser.server.faults.PATCH = Array.from({ length: 2 * FAILURES_MAX }, () => ({ keep: 1_000 }));
  await uploadIn(browser, file).create();
  await assertWhole(browser, file);
});

test('what nothing helps against is told at once, in the words of the server', async () => {
  for (const [status, code] of /** @type {const} */ ([
    [415, 'unsupported_file_type'], [409, 'wrong_state'], [409, 'too_many_files'], [413, 'too_large'], [422, 'invalid_field'], [401, 'sign_in_required'],
  ])) {
    const browser = new FakeBrowser();
    browser.server.faults.PATCH = [{ status, code }];
    await assert.rejects(uploadIn(browser, photograph(1_000)).create(), { code, status, message: `because of ${code}` });
    assert.equal(browser.server.methods(), 'POST PATCH');
    assert.equal(browser.stored.size, 0);
  }
  const browser = new FakeBrowser();
  browser.server.faults.POST = [{ status: 404, code: 'not_found' }];
  await assert.rejects(uploadIn(browser, photograph(1_000)).create(), { code: 'not_found' });
  assert.equal(browser.server.methods(), 'POST');
});

test('a file that went away is told as such and keeps its place', async () => {
  const browser = new FakeBrowser();
  const file = photograph(3 * MB);
  let reads = 0;
  const slice = file.slice.bind(file);
  file.slice = (start, end) => {
    reads += 1;
    return reads === 2 ? /** @type {any} */ ({ arrayBuffer: () => Promise.reject(new DOMException('', 'NotReadableError')) }) : slice(start, end);
  };
  const upload = uploadIn(browser, file);
  await assert.rejects(upload.create(), { code: 'file_unreadable' });
  assert.equal(browser.stored.size, 1);
  assert.equal(await upload.resume(), 'file-of-/api/v1/uploads/1');
});

test('cancelling stops the sending and tells the server, also when that is not done with it yet', async () => {
  const browser = new FakeBrowser();
  browser.server.faults.DELETE = [{ status: 423, code: 'upload_locked' }];
  const upload = uploadIn(browser, photograph(3 * MB));
  const sending = upload.create();
  const rejected = assert.rejects(sending, { code: 'aborted' });
  await until(() => browser.server.methods() === 'POST PATCH');
  await upload.cancel();
  await rejected;
  assert.equal(browser.server.methods(), 'POST PATCH DELETE DELETE');
  assert.equal(browser.server.uploads.size, 0);
  assert.equal(browser.stored.size, 0);
  await assert.rejects(upload.resume(), { code: 'aborted' });
});

test('cancelling before anything was sent asks nothing', async () => {
  const browser = new FakeBrowser();
  await uploadIn(browser, photograph(10)).cancel();
  assert.equal(browser.server.methods(), '');
});

test('called twice, it is sent once', async () => {
  const browser = new FakeBrowser();
  const upload = uploadIn(browser, photograph(10));
  assert.deepEqual(await Promise.all([upload.create(), upload.create(), upload.resume()]), Array(3).fill('file-of-/api/v1/uploads/1'));
  assert.equal(browser.server.methods(), 'POST PATCH');
});

/** Where the browser remembers an upload of this file. @param {FakeBrowser} browser @param {File} file */
async function keyOf(browser, file) {
  const other = new FakeBrowser();
  other.server.faults.POST = [null];
  let key = '';
  other.server.onRequest = () => {
    key = [...other.stored.keys()][0] ?? key;
  };
  await uploadIn(other, file).create();
  assert.notEqual(key, '');
  assert.equal(browser.stored.size, 0);
  return key;
}

/** @param {() => boolean} isSo */
async function until(isSo) {
  for (let count = 0; count < 10_000; count += 1) {
    if (isSo()) return;
    await turns(1);
  }
  assert.fail('it never came');
}

/** @param {number} count */
async function turns(count) {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setTimeout(resolve, 0));
}
