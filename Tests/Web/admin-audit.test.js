import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { ACTS } from '../../Web/admin/audit/acts.js';

const root = new URL('../../', import.meta.url);

test('the page knows every act that the server writes down, and no other', () => {
  const source = readFileSync(new URL('Sources/BrokerStore/Audit/AuditAct.swift', root), 'utf8');
  assert.deepEqual([...source.matchAll(/^ {4}case \w+ = "([a-z-]+)"$/gm)].map(([, word]) => word), ACTS);
});

test('every act has its words in every language, and every sentence of the page is there', async () => {
  const tables = await Promise.all(['zh-CN', 'zh-Hant', 'en'].map(async (locale) => (await import(new URL(`Web/text/${locale}/admin-audit.js`, root).href)).default));
  for (const table of tables) {
    assert.deepEqual(Object.keys(table), Object.keys(tables[0]));
    for (const act of ACTS) assert.ok(table[`admin-audit.act.${act}`], act);
  }
  for (const table of tables.slice(0, 2)) {
    for (const [key, sentence] of Object.entries(table)) assert.doesNotMatch(sentence, /[,;:!?]/, `${key}: full-width punctuation`);
  }
  const source = readFileSync(new URL('Web/admin/audit/section.js', root), 'utf8');
  for (const [, key] of source.matchAll(/'(admin-audit\.[\w.-]*\w)'/g)) assert.ok(key in tables[0], key);
});
