import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { claimFromFragment, numberFromFileName, sha256Of, tidyCode, tidyNumber } from '../../Web/notice/claim.js';

const root = new URL('../../Web/', import.meta.url);

test('a fragment gives number and code, and only a whole one', () => {
  const claim = { number: '445102-261123-0007-1', code: '7K3M9QX1AB2CD' };
  assert.deepEqual(claimFromFragment('#445102-261123-0007-1.7K3M9QX1AB2CD'), claim);
  assert.deepEqual(claimFromFragment('#445102-261123-0007-1.7k3m%209qx1-ab2cd'), claim);
  assert.deepEqual(claimFromFragment('#hall.two-261123-0007-1.7K'), { number: 'hall.two-261123-0007-1', code: '7K' });
  for (const hash of ['', '#', '#.', '#445102-261123-0007-1', '#445102-261123-0007-1.', '#.7K3M', '#%', '#%E0%A4.A']) {
    assert.equal(claimFromFragment(hash), null, hash);
  }
});

test('what a Chinese keyboard or a copied line brings is tidied', () => {
  assert.equal(tidyNumber(' ４４５１０２－261123–0007—1 '), '445102-261123-0007-1');
  assert.equal(tidyCode(' 7k3m 9qx1－ab2c d\n'), '7K3M9QX1AB2CD');
  assert.equal(tidyCode('\u200b７Ｋ'), '7K');
});

test('the number is read from the name that the PDF was saved under', () => {
  assert.equal(numberFromFileName('notice-445102-261123-0007-1.pdf'), '445102-261123-0007-1');
  assert.equal(numberFromFileName('notice-445102-261123-0007-1 (2).pdf'), '445102-261123-0007-1');
  for (const name of ['scan.pdf', 'notice-.pdf', 'notice-445102.pdf', 'notice-445102-261123-0007-1.txt', 'notice-<b>-261123-0007-1.pdf']) {
    assert.equal(numberFromFileName(name), '', name);
  }
});

test('a file is hashed here', async () => {
  assert.equal(await sha256Of(new Blob(['abc'])), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('every key that the pages name exists', async () => {
  const keys = new Set();
  for (const name of ['notice', 'shared']) for (const key of Object.keys((await import(new URL(`text/zh-CN/${name}.js`, root).href)).default)) keys.add(key);
  /** @param {URL} folder @returns {string[]} */
  const sources = (folder) => readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? sources(new URL(`${entry.name}/`, folder)) : entry.name.endsWith('.js') ? [readFileSync(new URL(entry.name, folder), 'utf8')] : []);
  const text = sources(new URL('notice/', root)).join('\n');
  for (const [, key] of text.matchAll(/'((?:notice|shared)\.[\w.-]+)'/g)) assert.ok(keys.has(key), key);
  for (const [, pattern] of text.matchAll(/`((?:notice|shared)\.[^`]*)`/g)) {
    const wanted = new RegExp(`^${pattern.replace(/\./g, '\\.').replace(/\$\{[^}]*\}/g, '[\\w-]+')}$`);
    assert.ok([...keys].some((key) => wanted.test(key)), pattern);
  }
  // And none is left over.
  const patterns = [...text.matchAll(/`((?:notice)\.[^`]*)`/g)].map(([, pattern]) => new RegExp(`^${pattern.replace(/\./g, '\\.').replace(/\$\{[^}]*\}/g, '[\\w-]+')}$`));
  for (const key of keys) {
    if (key.startsWith('notice.')) assert.ok(text.includes(`'${key}'`) || patterns.some((pattern) => pattern.test(key)), `${key} is used nowhere`);
  }
});

test('no word of acceptance stands in what a check tells', async () => {
  for (const locale of ['zh-CN', 'zh-Hant']) {
    const table = (await import(new URL(`text/${locale}/notice.js`, root).href)).default;
    assert.ok(!Object.values(table).some((sentence) => String(sentence).includes('受理')), locale);
  }
});
