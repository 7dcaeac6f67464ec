// What the agent puts before the citizen in a call: one thing at a time, and it takes the whole page. Pure.

/** @import { State } from './state.js' */
/** @import { Correction, Still, Notice, Outcome, CaseRecord, Verdict } from './wire.js' */

/**
 * @typedef {{ kind: 'correction', correction: Correction }
 *   | { kind: 'still', still: Still }
 *   | { kind: 'notice', notice: Notice, outcome: Outcome }} Task
 */

/**
 * A question that somebody waits for at this moment comes before the notice, which can be read later.
 * @param {State} state
 * @returns {Task | null}
 */
export function taskOf({ session, matter, seenStill }) {
  if (!session || !matter || (session.state !== 'connected' && session.state !== 'reconnecting')) return null;
  const { still, notice } = matter;
  // One that is taken and still here came from before a reload: its bytes are gone.
  if (still?.state === 'asked' || (still?.state === 'taken' && still.id !== seenStill)) return { kind: 'still', still };
  const correction = matter.corrections.find((one) => one.state === 'proposed');
  if (correction) return { kind: 'correction', correction };
  const { outcome, concluded } = session;
  if (concluded && outcome && notice && notice.version === outcome.version && !notice.confirmed_at) return { kind: 'notice', notice, outcome };
  return null;
}

/** @param {Task | null} task */
export function keyOf(task) {
  if (!task) return '';
  switch (task.kind) {
    case 'correction': return `correction ${task.correction.id}`;
    case 'still': return `still ${task.still.id}`;
    case 'notice': return `notice ${task.notice.number}`;
  }
}

/** @type {readonly Verdict[]} */
const OPEN = ['correction-needed', 'missing', 'waived'];

/**
 * What still has to come: wrong first, then missing, then what may follow later.
 * @template {{ verdict: Verdict }} Entry
 * @param {readonly Entry[]} entries
 * @returns {Entry[]}
 */
export function openEntries(entries) {
  return OPEN.flatMap((verdict) => entries.filter((entry) => entry.verdict === verdict));
}

/**
 * Who is to act next in a case that was looked up.
 * @param {CaseRecord} record
 * @returns {'citizen' | 'citizen-later' | 'filing' | 'elsewhere' | 'seat' | 'visit'}
 */
export function awaited({ outcomes, live }) {
  if (live) return 'seat';
  switch (outcomes[0]?.result) {
    case undefined: return 'visit';
    case 'correction-needed': return 'citizen';
    case 'deferred-material': return 'citizen-later';
    case 'ready-to-file': return 'filing';
    case 'referred': return 'elsewhere';
  }
}

/** Whether another visit to the same case makes sense. @param {CaseRecord} record */
export function canContinue(record) {
  const next = awaited(record);
  return record.kind === 'pre-review' && (next === 'citizen' || next === 'citizen-later' || next === 'visit');
}
