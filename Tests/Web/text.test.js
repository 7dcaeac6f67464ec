import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { fill, formatComing, LOCALES, matchLocale, parameters, registerTable, setLocale, t } from '../../Web/text/text.js';

const root = new URL('../../Web/', import.meta.url);
/** @param {string} locale @param {string} name @returns {Promise<Record<string, string>>} */
const load = async (locale, name) => (await import(new URL(`text/${locale}/${name}.js`, root).href)).default;
const names = readdirSync(new URL('text/zh-CN/', root)).map((file) => file.replace(/\.js$/, ''));

test('every language has the same tables, keys and parameters', async () => {
  for (const locale of LOCALES) {
    const files = readdirSync(new URL(`text/${locale}/`, root)).map((file) => file.replace(/\.js$/, ''));
    assert.deepEqual(files.sort(), [...names].sort(), locale);
    for (const name of names) {
      const reference = await load('zh-CN', name);
      const table = await load(locale, name);
      assert.deepEqual(Object.keys(table).sort(), Object.keys(reference).sort(), `${locale}/${name}`);
      for (const [key, sentence] of Object.entries(table)) {
        assert.deepEqual(parameters(sentence), parameters(reference[key]), `${locale} ${key}`);
        // The desk builds some sentences around a running number, so its tables may have an empty half.
        if (name === 'citizen' || name === 'hand-in' || name === 'booking' || name === 'ways' || name === 'mine' || name === 'shared') assert.notEqual(sentence.trim(), '', `${locale} ${key}`);
      }
    }
  }
});

test('no key stands in two tables', async () => {
  const seen = new Map();
  for (const name of names) {
    for (const key of Object.keys(await load('zh-CN', name))) {
      assert.equal(seen.get(key), undefined, `${key} in ${name} and ${seen.get(key)}`);
      seen.set(key, name);
    }
  }
});

test('Chinese sentences have Chinese punctuation', async () => {
  for (const locale of ['zh-CN', 'zh-Hant']) {
    for (const name of names) {
      for (const [key, sentence] of Object.entries(await load(locale, name))) {
        assert.doesNotMatch(sentence, /[\u4e00-\u9fff][,?:;!()]|[,;!?][\u4e00-\u9fff]|^,/, `${locale} ${key}`);
      }
    }
  }
});

test('every key that the citizen page names exists', async () => {
  const tables = await Promise.all(['citizen', 'hand-in', 'booking', 'shared', 'ways', 'mine'].map((name) => load('zh-CN', name)));
  const keys = new Set(tables.flatMap((table) => Object.keys(table)));
  /** @param {URL} folder @returns {string[]} */
  const sources = (folder) => readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? sources(new URL(`${entry.name}/`, folder)) : entry.name.endsWith('.js') ? [readFileSync(new URL(entry.name, folder), 'utf8')] : []);
  for (const source of sources(new URL('citizen/', root))) {
    for (const [, key] of source.matchAll(/'((?:citizen|handIn|booking|shared)\.[\w.-]+)'/g)) assert.ok(keys.has(key), key);
    for (const [, pattern] of source.matchAll(/`((?:citizen|handIn|booking|shared)\.[^`<]*)`/g)) {
      const wanted = new RegExp(`^${pattern.replace(/\./g, '\\.').replace(/\$\{[^}]*\}/g, '[\\w-]+')}$`);
      assert.ok([...keys].some((key) => wanted.test(key)), pattern);
    }
  }
});

test('parameters are filled in, and English chooses by number', () => {
  assert.equal(fill('{a} 和 {b}', { a: 1, b: '二' }), '1 和 二');
  assert.equal(fill('{n} {n|file|files}', { n: 1 }), '1 file');
  assert.equal(fill('{n} {n|file|files}', { n: 3 }), '3 files');
  assert.equal(fill('{unknown}', {}), '{unknown}');
  assert.equal(fill('{a}', { a: '{b}', b: 'no' }), '{b}');
});

test('languages of the browser are matched', () => {
  assert.equal(matchLocale(['fr', 'en-GB']), 'en');
  assert.equal(matchLocale(['zh-HK']), 'zh-Hant');
  assert.equal(matchLocale(['zh-Hant-TW']), 'zh-Hant');
  assert.equal(matchLocale(['zh']), 'zh-CN');
  assert.equal(matchLocale([]), 'zh-CN');
});

test('a sentence missing in a language is answered in Chinese, an unknown key as itself', async () => {
  await setLocale('en');
  registerTable('zh-CN', { 'test.only': '只有中文 {n}' });
  assert.equal(t('test.only', { n: 2 }), '只有中文 2');
  assert.equal(t('test.none'), 'test.none');
});

test('a moment to come is said as one says it, by the calendar of the halls', async () => {
  registerTable('zh-CN', await load('zh-CN', 'shared'));
  await setLocale('zh-CN');
  // 2026-11-23 23:30 in Chaozhou, a Monday; in Greenwich it is still the afternoon.
  const now = Date.parse('2026-11-23T15:30:00Z');
  assert.equal(formatComing('2026-11-23T23:45:00+08:00', now), '今天 23:45');
  assert.equal(formatComing('2026-11-24T09:00:00+08:00', now), '明天 09:00');
  assert.equal(formatComing('2026-11-27T09:00:00+08:00', now), '周五 09:00');
  assert.equal(formatComing('2026-11-30T09:00:00+08:00', now), '11月30日（周一）09:00');
});
