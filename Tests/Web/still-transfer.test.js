import assert from 'node:assert/strict';
import test from 'node:test';
import { receiveStill, sendStill, sha256Of, stillLabel, stillOf } from '../../Web/call/still-transfer.js';

/** One end of a pair that hands its messages to the other, and tells how full it is as a browser does. */
class FakeChannel extends EventTarget {
  /** @type {FakeChannel} */
  other = this;
  readyState = 'open';
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  binaryType = 'blob';
  /** @type {number[]} */
  sizes = [];
  mostBuffered = 0;

  static pair() {
    const [one, two] = [new FakeChannel(), new FakeChannel()];
    one.other = two;
    two.other = one;
    return /** @type {any[]} */ ([one, two]);
  }

  /** @param {any} data */
  send(data) {
    assert.equal(this.readyState, 'open');
    const size = data.byteLength ?? data.length;
    this.sizes.push(size);
    this.bufferedAmount += size;
    this.mostBuffered = Math.max(this.mostBuffered, this.bufferedAmount);
    setImmediate(() => {
      const before = this.bufferedAmount;
      this.bufferedAmount -= size;
      if (before > this.bufferedAmountLowThreshold && this.bufferedAmount <= this.bufferedAmountLowThreshold) {
        this.dispatchEvent(new Event('bufferedamountlow'));
      }
      this.other.dispatchEvent(new MessageEvent('message', { data }));
    });
  }

  close() {
    if (this.readyState === 'closed') return;
    this.readyState = this.other.readyState = 'closed';
    setImmediate(() => [this, this.other].forEach((end) => end.dispatchEvent(new Event('close'))));
  }
}

/** @param {number} count */
function picture(count) {
  return /** @type {ArrayBuffer} */ (Uint8Array.from({ length: count }, (_, index) => index * 7).buffer);
}

test('a picture arrives whole, in small pieces, and never piles up', async () => {
  const [out, into] = FakeChannel.pair();
  const bytes = picture(3_000_001);
  const sha256 = await sha256Of(bytes);
  /** @type {number[]} */
  const shares = [];
  const [, got] = await Promise.all([
    sendStill(out, bytes, { mediaType: 'image/jpeg', sha256, onProgress: (share) => shares.push(share) }),
    receiveStill(into, { sha256 }),
  ]);
  assert.deepEqual(Buffer.from(got.bytes), Buffer.from(bytes));
  assert.equal(got.sha256, sha256);
  assert.equal(got.mediaType, 'image/jpeg');
  assert.equal(shares.at(-1), 1);
  assert.ok(Math.max(...out.sizes) <= 16_384);
  assert.ok(out.mostBuffered < 1_100_000, String(out.mostBuffered));
});

test('another picture than the broker was told of is refused on both sides', async () => {
  const [out, into] = FakeChannel.pair();
  const bytes = picture(100);
  const sending = sendStill(out, bytes, { mediaType: 'image/jpeg', sha256: await sha256Of(bytes) });
  await Promise.all([
    assert.rejects(receiveStill(into, { sha256: '00'.repeat(32) }), /hash/),
    assert.rejects(sending, /whole|closed/),
  ]);
});

test('a channel that closes, and bytes that were not announced, end both', async () => {
  const [out, into] = FakeChannel.pair();
  const bytes = picture(3_000_000);
  const sending = sendStill(out, bytes, { mediaType: 'image/jpeg', sha256: await sha256Of(bytes) });
  const taking = receiveStill(into);
  setImmediate(() => into.close());
  await Promise.all([assert.rejects(sending), assert.rejects(taking)]);

  const [liar, victim] = FakeChannel.pair();
  const taken = assert.rejects(receiveStill(victim), /announced/);
  liar.send(JSON.stringify({ media_type: 'image/jpeg', byte_count: 3, sha256: '' }));
  liar.send(picture(4));
  await taken;
  for (const head of ['nonsense', '{"byte_count":-1,"media_type":"a","sha256":"b"}', '{"byte_count":99999999,"media_type":"a","sha256":"b"}']) {
    const [from, to] = FakeChannel.pair();
    const refused = assert.rejects(receiveStill(to), /announced/);
    from.send(head);
    await refused;
  }
});

test('it can be stopped', async () => {
  const [out] = FakeChannel.pair();
  const stop = new AbortController();
  const sending = sendStill(out, picture(10), { mediaType: 'image/jpeg', sha256: '', signal: stop.signal });
  stop.abort();
  await assert.rejects(sending);
});

test('a label tells which still it is for', () => {
  assert.equal(stillOf({ label: stillLabel('x1') }), 'x1');
  assert.equal(stillOf({ label: 'other' }), null);
});
