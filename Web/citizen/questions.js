// Which questions decide what has to be handed in, and what a case still asks for. Pure.

/** @import { Material, MaterialEntry, CaseFieldKey } from './wire.js' */

/**
 * One condition and the materials that hang on it. `answer`: true, false, 'unsure' (left to the agent), or null while nobody has answered.
 * @typedef {{ text: string, materials: Material[], answer: boolean | 'unsure' | null }} Question
 */

/**
 * The conditions of a list, each once and in the list's order.
 * @param {MaterialEntry[]} entries
 * @param {readonly string[]} unsure texts of the conditions that the citizen left to the agent
 * @returns {Question[]}
 */
export function questionsOf(entries, unsure) {
  /** @type {Map<string, MaterialEntry[]>} */
  const byText = new Map();
  for (const entry of entries) {
    const text = isQuestion(entry) ? entry.material.condition?.trim() ?? '' : '';
    if (text) byText.set(text, [...byText.get(text) ?? [], entry]);
  }
  return [...byText].map(([text, members]) => ({ text, materials: members.map((entry) => entry.material), answer: answerOf(text, members, unsure) }));
}

/** What was settled on an earlier visit is not asked about again. @param {MaterialEntry} entry */
function isQuestion(entry) {
  return entry.material.necessity === 'conditional' && !isSettled(entry);
}

/**
 * One answer reaches the server for each material; when some are missing, it is asked again.
 * @param {string} text
 * @param {MaterialEntry[]} members
 * @param {readonly string[]} unsure
 */
function answerOf(text, members, unsure) {
  const { applies } = members[0];
  if (applies !== undefined && members.every((entry) => entry.applies === applies)) return applies;
  return unsure.includes(text) ? 'unsure' : null;
}

/** Accepted on an earlier visit, and not opened again: it takes no files. @param {MaterialEntry} entry */
export function isSettled(entry) {
  return entry.accepted_in !== undefined && entry.reopened === undefined;
}

/** The citizen said that the condition does not hold, and nobody says otherwise. @param {MaterialEntry} entry */
export function isNotAsked(entry) {
  const isUndisputed = entry.verdict === undefined || entry.verdict.verdict === 'not-applicable';
  return entry.applies === false && entry.files.length === 0 && isUndisputed && !isSettled(entry);
}

/**
 * What a list asks for now, what it does not, and what is settled.
 * @param {MaterialEntry[]} entries
 */
export function sorted(entries) {
  return {
    asked: entries.filter((entry) => !isSettled(entry) && !isNotAsked(entry)),
    settled: entries.filter(isSettled),
    notAsked: entries.filter(isNotAsked),
  };
}

/** @type {readonly CaseFieldKey[]} */
const PERSON = ['person-name', 'identity-number', 'telephone'];
/** @type {readonly CaseFieldKey[]} */
const BODY = ['organisation-name', 'credit-code', 'person-name', 'identity-number', 'telephone'];

/**
 * The form's fields that make sense for those who may apply.
 * @param {readonly string[]} applicants in the catalogue's words
 */
export function fieldsFor(applicants) {
  return applicants.length > 0 && applicants.every((word) => word === '自然人') ? PERSON : BODY;
}
