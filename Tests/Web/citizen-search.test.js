import assert from 'node:assert/strict';
import test from 'node:test';
import { normalise, search } from '../../Web/citizen/search.js';

const items = [
  ['CZ-TAX-002', '增值税一般纳税人登记', 'Registration as a general VAT taxpayer', '税务认定', ['企业']],
  ['CZ-TAX-006', '代开增值税普通发票', 'Issuing an ordinary VAT invoice', '发票办理', ['自然人']],
  ['CZ-TAX-012', '银税三方(委托)划缴协议', 'Tripartite agreement', '信息报告', ['企业']],
  ['CZ-TAX-015', '开具税收完税证明', 'Tax payment certificate', '证明办理', ['自然人', '企业']],
  ['CZ-TAX-032', '城乡居民社会保险费申报', 'Social insurance filing', '社会保险费及非税收入', ['自然人']],
].map(([code, name, name_english, category, applicants]) =>
  /** @type {any} */ ({ code, name, name_english, category, applicants }));
/** @param {string} query */
const names = (query) => search(items, query).map((item) => item.name);

test('spaces, case, full width and brackets do not matter', () => {
  assert.equal(normalise(' V A T（委托）'), 'vat委托');
  assert.deepEqual(names('完 税 证 明'), ['开具税收完税证明']);
  assert.deepEqual(names('vat INVOICE'), ['代开增值税普通发票']);
  assert.deepEqual(names('ＶＡＴ ｉｎｖｏｉｃｅ'), ['代开增值税普通发票']);
  assert.deepEqual(names('三方委托划缴'), ['银税三方(委托)划缴协议']);
  assert.deepEqual(names('cz tax 015'), ['开具税收完税证明']);
});

test('left-out characters and other orders are forgiven', () => {
  assert.deepEqual(names('社保费申报'), ['城乡居民社会保险费申报']);
  assert.deepEqual(names('社保'), ['城乡居民社会保险费申报']);
  assert.deepEqual(names('发票 代开'), ['代开增值税普通发票']);
  assert.equal(names('普通发票代开')[0], '代开增值税普通发票');
});

test('a category finds its items, a better match stands first', () => {
  assert.deepEqual(names('证明办理'), ['开具税收完税证明']);
  assert.deepEqual(names('增值税'), ['增值税一般纳税人登记', '代开增值税普通发票']);
});

test('nothing, only signs, and nonsense find nothing', () => {
  for (const query of ['', '   ', '，。', '飞机票', 'zzz']) assert.deepEqual(names(query), [], query);
});
