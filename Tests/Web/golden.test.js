// The wire's fixtures as the pages see them. The Swift tests read the same files.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { errorCodes, limits, messageKinds, words } from '../../Web/signaling/messages.js';

const folder = new URL('../Golden/', import.meta.url);
/** @param {string} name */
const read = (name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const kindsOnDisk = readdirSync(folder).filter((name) => name.endsWith('.json') && name !== 'refused.json').map((name) => name.slice(0, -5));
/** @type {{why: string, frame: string, code: string, field?: string}[]} */
const refused = read('refused.json');
const description = JSON.parse(readFileSync(new URL('../../Sources/SignalingProtocol/asyncapi.json', import.meta.url), 'utf8'));
const schemas = description.components.schemas;
const COMMAND_ID = 7;

/**
 * As much of JSON Schema as the description uses. Says every place that does not fit.
 * @param {any} schema
 * @param {any} value
 * @param {string} place
 * @returns {string[]}
 */
function misfits(schema, value, place) {
  if (schema.$ref) return misfits(schemas[schema.$ref.replace('#/components/schemas/', '')], value, place);
  if (schema.allOf) return schema.allOf.flatMap((/** @type {any} */ part) => misfits(part, value, place));
  const wrong = [];
  if (schema.const !== undefined && value !== schema.const) wrong.push(`${place} is not ${schema.const}`);
  if (schema.enum && !schema.enum.includes(value)) wrong.push(`${place} is not one of the words: ${value}`);
  if (schema.type === 'string' && typeof value !== 'string') wrong.push(`${place} is not text`);
  if (schema.type === 'boolean' && typeof value !== 'boolean') wrong.push(`${place} is neither true nor false`);
  if (schema.type === 'integer' && !Number.isSafeInteger(value)) wrong.push(`${place} is not a whole number`);
  if (schema.minimum !== undefined && value < schema.minimum) wrong.push(`${place} is too small`);
  if (schema.pattern && !new RegExp(schema.pattern, 'u').test(value)) wrong.push(`${place} does not fit ${schema.pattern}`);
  if (schema.format === 'uuid' && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)) wrong.push(`${place} is not a UUID`);
  if (schema.format === 'date-time' && !(/[+-]\d\d:\d\d$/.test(value) && Date.parse(value) > 0)) wrong.push(`${place} is not a time`);
  if (schema.type === 'array') {
    if (!Array.isArray(value)) return [...wrong, `${place} is not a list`];
    value.forEach((element, index) => wrong.push(...misfits(schema.items, element, `${place}[${index}]`)));
  }
  if (schema.type === 'object') {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return [...wrong, `${place} is not an object`];
    for (const name of schema.required) if (!Object.hasOwn(value, name)) wrong.push(`${place}.${name} is missing`);
    for (const [name, inner] of Object.entries(value)) {
      if (schema.properties[name]) wrong.push(...misfits(schema.properties[name], inner, `${place}.${name}`));
      else wrong.push(`${place}.${name} is not described`);
    }
  }
  return wrong;
}

test('every message kind has a fixture and nothing else does', () => {
  assert.deepEqual([...kindsOnDisk].sort(), [...messageKinds].sort());
  assert.deepEqual(Object.keys(description.components.messages), [...messageKinds]);
});

for (const kind of kindsOnDisk) {
  test(`${kind}: fixtures fit the description and survive JSON`, () => {
    const { kind: named, travel, full, minimal } = read(`${kind}.json`);
    assert.equal(named, kind);
    assert.equal(travel, description.components.messages[kind]['x-travel']);
    const schema = description.components.messages[kind].payload;
    for (const frame of [full, minimal]) {
      assert.equal(frame.type, kind);
      assert.deepEqual(misfits(schema, frame, kind), []);
      assert.deepEqual(JSON.parse(JSON.stringify(frame)), frame);
      assert.ok(new TextEncoder().encode(JSON.stringify(frame)).length <= limits.frame_bytes);
    }
    assert.equal(full.id, travel === 'command' ? COMMAND_ID : undefined);
    assert.equal(full.re, travel === 'answer' ? COMMAND_ID : undefined);
    assert.equal(Number.isSafeInteger(full.seq), travel === 'push');
    const optional = Object.keys(schemas[schema.properties.payload.$ref.split('/').pop()].properties);
    assert.deepEqual(Object.keys(full.payload).sort(), optional.sort());
  });
}

test('the words of the description are those of the tables', () => {
  const lists = Object.entries(schemas).filter(([, schema]) => schema.enum);
  assert.ok(lists.length > 10);
  for (const [name, schema] of lists) {
    const key = /** @type {keyof typeof words} */ (name[0].toLowerCase() + name.slice(1));
    assert.deepEqual(words[key], schema.enum, name);
  }
});

test('error codes: tables, description and refused messages agree', () => {
  assert.deepEqual(Object.keys(errorCodes), Object.keys(description['x-error-codes']));
  assert.deepEqual(Object.keys(errorCodes), [...words.errorCode]);
  for (const [code, sentences] of Object.entries(errorCodes)) {
    assert.deepEqual(Object.keys(sentences), [...words.locale], code);
    for (const sentence of Object.values(sentences)) assert.ok(sentence.length > 4, code);
    assert.ok(/** @type {string} */ (description['x-error-codes'][code]).endsWith('.'), code);
  }
});

test('limits are those of the description', () => {
  assert.deepEqual({ ...limits }, description['x-limits']);
});

test('no page can change the tables', () => {
  for (const table of [messageKinds, errorCodes, limits, words, ...Object.values(words), ...Object.values(errorCodes)]) {
    assert.ok(Object.isFrozen(table));
  }
});

test('refused messages: known codes, and what JavaScript itself makes of them', () => {
  assert.ok(refused.length > 80);
  for (const { why, frame, code } of refused) {
    assert.ok(Object.hasOwn(errorCodes, code), why);
    let message;
    try {
      message = JSON.parse(frame);
    } catch {
      // What is not JSON here is malformed there.
      assert.equal(code, 'malformed_message', why);
      continue;
    }
    if (code === 'invalid_field') assert.ok(messageKinds.includes(message.type), why);
    if (code === 'unknown_type') {
      const isClients = description.components.messages[message.type]?.['x-senders'].length > 0;
      assert.ok(!isClients || why === 'type is escaped', why);
    }
  }
});
