import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { creditCodeFault, identityFault, plainNumber } from '../../Web/citizen/numbers.js';

const { algorithms } = JSON.parse(readFileSync(new URL('../../ops/demonstration/reference.json', import.meta.url), 'utf8'));

test('the reference numbers pass, and one changed character in any of them does not', () => {
  /** @type {[string[], (text: string) => string | null, string][]} */
  const kinds = [
    [algorithms.resident_id.synthetic_vectors, identityFault, '0123456789'],
    [[...algorithms.uscc.vectors, ...algorithms.uscc.synthetic_vectors], creditCodeFault, algorithms.uscc.alphabet],
  ];
  for (const [numbers, fault, alphabet] of kinds) {
    for (const number of numbers) {
      assert.equal(fault(number), null, number);
      for (let at = 0; at < number.length; at += 1) {
        const other = alphabet[(alphabet.indexOf(number[at]) + 1) % alphabet.length];
        assert.notEqual(fault(number.slice(0, at) + other + number.slice(at + 1)), null, `${number} at ${at}`);
      }
    }
  }
});

test('what is wrong is named, so that the person knows where to look', () => {
  assert.equal(identityFault('44510219000101001'), 'length');
  assert.equal(identityFault('4451021900010100111'), 'length');
  assert.equal(identityFault('44510219000101A011'), 'characters');
  assert.equal(identityFault('044510219000101001'), 'characters');
  assert.equal(identityFault('445102190002300011'), 'date');
  assert.equal(identityFault('445102190013010011'), 'date');
  assert.equal(identityFault('445102190001010012'), 'check');
  assert.equal(creditCodeFault('9111000060003734'), 'length');
  assert.equal(creditCodeFault('91110000600037341I'), 'characters');
  assert.equal(creditCodeFault('91110000600037341M'), 'check');
  for (const nothing of ['', ' ', '统一社会信用代码']) assert.notEqual(creditCodeFault(nothing), null);
});

test('numbers are taken as they were meant', () => {
  assert.equal(plainNumber(' 4451 0219-0001０1 001x '), '44510219000101001X');
  assert.equal(identityFault('445102 19000101 0011'), null);
  assert.equal(identityFault('11010519491231002x'), null);
  assert.equal(creditCodeFault('91110000600037341l'.replace('l', 'L').toLowerCase()), null);
});

test('the self-employed may still have an older number', () => {
  assert.equal(creditCodeFault('445102600012345'), null);
  assert.equal(creditCodeFault('445102190001010011'), null);
  assert.equal(creditCodeFault('44510260001234X'), 'length');
});
