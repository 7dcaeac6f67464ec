import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { parameters } from '../../Web/text/text.js';

const web = new URL('../../Web/', import.meta.url);
const LOCALES = ['zh-CN', 'zh-Hant', 'en'];

/** @param {string} locale @param {string} name @returns {Promise<Record<string, string>>} */
const table = async (locale, name) => (await import(new URL(`text/${locale}/${name}.js`, web).href)).default;

for (const name of ['call', 'seat', 'admin', 'admin-catalogue']) {
  test(`the ${name} table has the same sentences and parameters in every language`, async () => {
    const chinese = await table('zh-CN', name);
    for (const locale of LOCALES) {
      const other = await table(locale, name);
      assert.deepEqual(Object.keys(other).sort(), Object.keys(chinese).sort(), locale);
      for (const [key, sentence] of Object.entries(chinese)) {
        assert.deepEqual(parameters(other[key]), parameters(sentence), `${locale} ${key}`);
      }
    }
  });
}

test('every sentence that seat and administration name is there', async () => {
  const known = new Set();
  const sections = readdirSync(new URL('text/zh-CN/', web)).map((file) => file.replace(/\.js$/, '')).filter((name) => name.startsWith('admin-'));
  for (const name of ['shared', 'call', 'seat', 'seat-shifts', 'admin', ...sections]) {
    for (const key of Object.keys(await table('zh-CN', name))) known.add(key);
  }
  // Types of messages look the same as names of sentences.
  const { messageKinds } = await import('../../Web/signaling/messages.js');
  for (const kind of /** @type {string[]} */ (Object.values(messageKinds))) known.add(kind);
  for (const folder of ['seat', 'admin']) {
    for (const file of readdirSync(new URL(folder, web), { encoding: 'utf8', recursive: true }).filter((name) => name.endsWith('.js'))) {
      const source = readFileSync(new URL(`${folder}/${file}`, web), 'utf8');
      for (const [, key] of source.matchAll(/["']((?:seat|admin|catalogue|call|shared)\.[a-z][\w.-]*[\w])["']/g)) {
        assert.ok(known.has(key), `${folder}/${file}: ${key}`);
      }
    }
  }
});

test('every word of the wire that the desk shows has a sentence', async () => {
  const { words } = await import('../../Web/signaling/messages.js');
  const seat = await table('zh-CN', 'seat');
  const admin = await table('zh-CN', 'admin');
  const all = /** @type {any} */ (words);
  const list = (/** @type {string} */ name) => Object.values(all[name] ?? all[name[0].toLowerCase() + name.slice(1)]);
  for (const reason of list('NotReadyReason')) assert.ok(seat[`seat.not-ready.${reason}`], String(reason));
  for (const reason of list('RejectReason')) assert.ok(seat[`seat.reject.${reason}`], String(reason));
  for (const verdict of list('Verdict')) assert.ok(seat[`seat.verdict.${verdict}`], String(verdict));
  for (const rule of list('RoutingRule')) assert.ok(seat[`seat.ring.rule.${rule}`], String(rule));
  for (const lane of list('Lane')) assert.ok(seat[`seat.ring.lane.${lane}`], String(lane));
  const shared = await table('zh-CN', 'shared');
  for (const disposition of list('Disposition')) assert.ok(shared[`shared.disposition.${disposition}`], String(disposition));
  for (const state of list('SeatState')) assert.ok(seat[`seat.transfer.state.${state}`], String(state));
  for (const state of list('SeatState')) assert.ok(admin[`admin.seat.${state}`], String(state));
  for (const state of list('TicketState')) assert.ok(admin[`admin.ticket.${state}`], String(state));
  for (const state of list('SessionState')) assert.ok(admin[`admin.session.${state}`], String(state));
  for (const kind of list('SessionEventKind')) assert.ok(admin[`admin.event.${kind}`], String(kind));
});

test('what a citizen may ask for has a sentence on both sides', async () => {
  const seat = await table('zh-CN', 'seat');
  const citizen = await table('zh-CN', 'citizen');
  for (const language of ['mandarin', 'teochew', 'english', 'sign']) {
    assert.ok(citizen[`citizen.care.language.${language}`], language);
    assert.ok(seat[`seat.transfer.language.${language}`], language);
  }
  for (const ground of ['elder', 'disability']) {
    assert.ok(citizen[`citizen.care.priority.${ground}`], ground);
    assert.ok(citizen[`citizen.care.priority.${ground}.short`], ground);
  }
  for (const alert of ['asked', 'called', 'again', 'last', 'parked']) {
    for (const part of ['title', 'body']) assert.ok(citizen[`citizen.alert.${alert}.${part}`], alert);
  }
});
