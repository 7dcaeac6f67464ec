import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { highest, labelledPlaces, niceStep, runs, spread, ticks, timeParts } from '../../Web/elements/chart-scale.js';
import { cell, commaSeparated } from '../../Web/elements/comma-separated.js';
import { dayOf, lastDays, queryOf, shortDate } from '../../Web/admin/report-days.js';

const web = new URL('../../Web/', import.meta.url);

test('a nice step is 1, 2 or 5 times a power of ten, and never too small', () => {
  for (let least = 0.001; least < 1e6; least *= 1.37) {
    const step = niceStep(least);
    assert.ok(step >= least * 0.999999, `${least}: ${step}`);
    assert.ok(step < least * 2.6, `${least}: ${step} is wasteful`);
    assert.match(step.toExponential(6), /^[125]\.0+e/, `${least}: ${step}`);
  }
  assert.equal(niceStep(0), 1);
  assert.equal(niceStep(10), 10);
});

test('ticks begin at nought, reach the highest value, and are few and round', () => {
  for (const unit of /** @type {const} */ (['count', 'milliseconds'])) {
    for (let value = 1; value < 1e8; value *= 1.9) {
      const found = ticks(value, unit);
      assert.equal(found[0], 0);
      assert.ok(found[found.length - 1] >= value, `${unit} ${value}`);
      assert.ok(found.length <= 6, `${unit} ${value}: ${found}`);
    }
  }
  assert.deepEqual(ticks(0, 'count'), [0, 1]);
  assert.deepEqual(ticks(7, 'count'), [0, 2, 4, 6, 8]);
  assert.deepEqual(ticks(250_000, 'milliseconds'), [0, 120_000, 240_000, 360_000], 'on a clock two minutes are round, 100 seconds are not');
  assert.deepEqual(ticks(0.83, 'share'), [0, 0.25, 0.5, 0.75, 1]);
  assert.deepEqual(ticks(0.12, 'share'), [0, 0.05, 0.1, 0.15]);
  assert.deepEqual(ticks(1, 'share'), [0, 0.25, 0.5, 0.75, 1]);
});

test('labels at the axis do not run into each other', () => {
  for (const count of [1, 7, 31, 366]) {
    for (const room of [240, 900]) {
      const places = labelledPlaces(count, room, 52);
      assert.equal(places[0], 0);
      const column = room / count;
      places.slice(1).forEach((place, index) => assert.ok((place - places[index]) * column >= 52 - 1e-9, `${count} in ${room}`));
    }
  }
});

test('names beside the lines keep their order and their distance', () => {
  assert.deepEqual(spread([10, 50, 90], 16, 0, 100), [10, 50, 90], 'those that are apart stay');
  const close = spread([50, 51, 49], 16, 0, 100);
  assert.ok(close[2] < close[0] && close[0] < close[1]);
  const sorted = [...close].sort((one, other) => one - other);
  assert.ok(sorted[1] - sorted[0] >= 16 && sorted[2] - sorted[1] >= 16);
  assert.deepEqual(spread([100, 100], 16, 0, 100), [84, 100], 'pushed back from the end');
  assert.deepEqual(spread([0, 0], 16, 0, 100), [0, 16]);
});

test('a line has gaps where nothing is known', () => {
  assert.deepEqual(runs([1, null, 0, 3, null]), [[0], [2, 3]]);
  assert.deepEqual(runs([null, null]), []);
  assert.equal(highest([{ values: [1, null] }, { values: [2], range: { high: [null, 9] } }]), 9);
  assert.equal(highest([]), 0);
});

test('a length of time in parts', () => {
  assert.deepEqual(timeParts(59_499), { hours: 0, minutes: 0, seconds: 59 });
  assert.deepEqual(timeParts(59_500), { hours: 0, minutes: 1, seconds: 0 });
  assert.deepEqual(timeParts(3_725_000), { hours: 1, minutes: 2, seconds: 5 });
});

test('a cell is quoted where it must be, and never a formula', () => {
  assert.equal(cell('a,b'), '"a,b"');
  assert.equal(cell('say "hi"'), '"say ""hi"""');
  for (const formula of ['=1+1', '+1', '-1', '@a', '\t=1', '＝1']) assert.ok(cell(formula).startsWith("'"), formula);
  assert.equal(cell(-1), '-1', 'a number is no text');
  assert.equal(cell(null), '');
  assert.equal(commaSeparated([['日期', '数'], ['2026-11-01', 3]]), '\uFEFF日期,数\r\n2026-11-01,3\r\n');
});

test('the days of a report are those of the hall', () => {
  assert.equal(dayOf(Date.parse('2026-11-22T16:00:00Z')), '2026-11-23');
  assert.deepEqual(lastDays(7, Date.parse('2026-11-23T01:00:00Z')), { from: '2026-11-17', to: '2026-11-23' });
  assert.equal(shortDate('2026-11-03'), '11/3');
  assert.equal(queryOf({ hall: '445102', q: '', cursor: undefined, item: 'a b' }), 'hall=445102&item=a+b');
});

test('every sentence of reports and charts is there, in every language alike', async () => {
  const files = ['elements/chart.js', 'admin/figures/section.js', 'admin/sessions/section.js'];
  const source = files.map((file) => readFileSync(new URL(file, web), 'utf8')).join('\n');
  const known = new Set();
  for (const name of ['chart', 'admin-figures', 'admin-sessions']) {
    const tables = await Promise.all(['zh-CN', 'zh-Hant', 'en'].map(async (locale) => (await import(new URL(`text/${locale}/${name}.js`, web).href)).default));
    for (const other of tables) assert.deepEqual(Object.keys(other), Object.keys(tables[0]), name);
    for (const [key, sentence] of Object.entries(tables[0])) {
      known.add(key);
      assert.doesNotMatch(sentence, /[,;:!?]/, `${key}: full-width punctuation`);
    }
  }
  for (const [, key] of source.matchAll(/'((?:chart|admin-figures|admin-sessions)\.[\w.-]*\w)'/g)) assert.ok(known.has(key), key);
  const { words } = await import('../../Web/signaling/messages.js');
  assert.ok(words.sessionState.length > 0 && words.disposition.length > 0);
});
