import assert from 'node:assert/strict';
import test from 'node:test';
import { normalise, search } from '../../Web/citizen/search.js';

/** As the server tells it. @type {Record<string, any>} */
const found = {
  开具税收完税证明: {
    readings: 'kai|ju|shui|shou|wan|shui|zheng|ming', traditional: '開具稅收完稅證明',
    other_names: [{ name: '纳税证明', readings: 'na|shui|zheng|ming' }, { name: '税单', readings: 'shui|dan' }],
  },
  城乡居民社会保险费申报: {
    readings: 'cheng|xiang|ju|min|she|hui/kuai|bao|xian|fei|shen|bao',
    other_names: [{ name: '社保', readings: 'she|bao' }, { name: '新农合', readings: 'xin|nong|he' }],
  },
  代开增值税普通发票: { readings: 'dai|kai|zeng|zhi|shui|pu|tong|fa|piao', other_names: [{ name: '开票', readings: 'kai|piao' }] },
};

const items = [
  ['CZ-TAX-002', '增值税一般纳税人登记', 'Registration as a general VAT taxpayer', '税务认定', ['企业']],
  ['CZ-TAX-006', '代开增值税普通发票', 'Issuing an ordinary VAT invoice', '发票办理', ['自然人']],
  ['CZ-TAX-012', '银税三方(委托)划缴协议', 'Tripartite agreement', '信息报告', ['企业']],
  ['CZ-TAX-015', '开具税收完税证明', 'Tax payment certificate', '证明办理', ['自然人', '企业']],
  ['CZ-TAX-032', '城乡居民社会保险费申报', 'Social insurance filing', '社会保险费及非税收入', ['自然人']],
].map(([code, name, name_english, category, applicants]) =>
  /** @type {any} */ ({ code, name, name_english, category, applicants, search: found[String(name)] }));
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

test('what people call it finds it, also inside a question', () => {
  assert.deepEqual(names('纳税证明'), ['开具税收完税证明']);
  assert.deepEqual(names('税单'), ['开具税收完税证明']);
  assert.deepEqual(names('怎么交社保'), ['城乡居民社会保险费申报']);
  assert.deepEqual(names('我要开完税证明'), ['开具税收完税证明']);
});

test('pinyin, initials, both mixed, and half a syllable', () => {
  for (const query of ['wanshui', 'wszm', 'wanszm', 'wan shui zheng', 'WANSHUIZHENGM', 'nashuizhengming']) {
    assert.deepEqual(names(query), ['开具税收完税证明'], query);
  }
  assert.equal(names('shebao')[0], '城乡居民社会保险费申报');
  assert.deepEqual(names('shehuibaoxian'), ['城乡居民社会保险费申报']);
  assert.deepEqual(names('dkfp'), ['代开增值税普通发票']);
  assert.deepEqual(names('kp'), ['代开增值税普通发票']);
});

test('a typing error and the other script', () => {
  assert.deepEqual(names('完水证明'), ['开具税收完税证明']);
  assert.deepEqual(names('開具完稅證明'), ['开具税收完税证明']);
  assert.deepEqual(names('wansuizhengming'), ['开具税收完税证明']);
});

test('letters inside an English word prove nothing', () => {
  assert.deepEqual(names('ice'), []);
  assert.deepEqual(names('gs'), []);
});
