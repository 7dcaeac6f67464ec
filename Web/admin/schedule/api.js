// The schedule's routes at the server.

import { getJSON, postJSON, removeResource } from '../../signaling/http.js';
import { bodyOf, changesOf, coversOf, shiftOf } from './wire.js';

/** @typedef {import("./plan.js").Day} Day */
/** @typedef {import("./plan.js").Shift} Shift */
/** @typedef {import("./plan.js").Change} Change */
/** @typedef {{id: string, number: string, withdrawn: boolean}} Seat */
/** @typedef {{id: string, name: string, skills: import("./plan.js").Covers, suspended: boolean}} Agent */
/** @typedef {Shift & {planned_agent_id: string | null, leave_id: string | null, swap_id: string | null}} PlannedShift */
/** @typedef {{from: string, planned: number, needed: number | null}} Coverage */
/** @typedef {{hall_id: string, zone: string, revision: number, days: (Day & {shifts: PlannedShift[], coverage: Coverage[]})[], seats: Seat[], agents: Agent[]}} Week */
/**
 * @typedef {{kind: string, severity: 'blocking' | 'warning', date: string | null, weekday?: number | null, from: string | null, to: string | null, shift_ids: string[],
 *   agent_id: string | null, seat_id: string | null, item_code: string | null, year: number | null, count: number | null,
 *   repairs: {kind: string, changes: Change[]}[]}} Conflict
 */
/** @typedef {{version: number, published_at: string, published_by: string | null, why: string, based_on: number | null}} Version */

/** A draft or a published version. @param {any} one */
const withBody = (one) => (one ? { ...one, body: bodyOf(one.body) } : null);

/** What is left out on the wire is nothing here. @param {any} answer @returns {import("./queue.js").Answer} */
const answerOf = ({ draft = null, can_undo = false, can_redo = false }) => ({ draft: withBody(draft), can_undo, can_redo });

/** Somebody else's changes come with the refusal. @template T @param {Promise<T>} asked @returns {Promise<T>} */
async function readRefusal(asked) {
  try {
    return await asked;
  } catch (error) {
    const { details } = /** @type {any} */ (error);
    if (details?.changes_since) details.changes_since = details.changes_since.map((/** @type {any} */ one) => ({ ...one, changes: changesOf(one.changes) }));
    if (details?.conflicts) details.conflicts = details.conflicts.map(conflictOf);
    throw error;
  }
}

/** @param {any} week @returns {Week} */
function weekOf(week) {
  return {
    ...week,
    agents: week.agents.map((/** @type {any} */ agent) => ({ ...agent, skills: coversOf(agent.skills) })),
    days: week.days.map((/** @type {any} */ day) => ({
      name: null,
      note: null,
      missing_year: null,
      ...day,
      shifts: day.shifts.map((/** @type {any} */ shift) => ({ planned_agent_id: null, leave_id: null, swap_id: null, ...shiftOf(shift) })),
      coverage: day.coverage.map((/** @type {any} */ one) => ({ needed: null, ...one })),
    })),
  };
}

const NO_CONFLICT = Object.freeze({ date: null, from: null, to: null, shift_ids: [], agent_id: null, seat_id: null, item_code: null, year: null, count: null });

/** @param {any} conflict @returns {Conflict} */
function conflictOf(conflict) {
  const repairs = (conflict.repairs ?? []).map((/** @type {any} */ one) => ({ ...one, changes: changesOf(one.changes) }));
  return { ...NO_CONFLICT, ...conflict, repairs };
}

/** @param {any} found @returns {{draft: import("./queue.js").Draft, conflicts: Conflict[]}} */
const checkOf = ({ draft, conflicts }) => ({ draft: /** @type {any} */ (withBody(draft)), conflicts: conflicts.map(conflictOf) });

/** @param {string} hallID */
export function scheduleRoutes(hallID) {
  const hall = `/admin/halls/${encodeURIComponent(hallID)}`;
  const base = `${hall}/schedule`;
  const draft = `${base}/draft`;
  return {
    /** @returns {Promise<import("./queue.js").Schedule>} */
    load: async () => {
      const found = await getJSON(base);
      return { ...found, draft: withBody(found.draft), published: withBody(found.published) };
    },
    change: async (/** @type {number} */ revision, /** @type {Change[]} */ changes) => answerOf(await readRefusal(postJSON(`${draft}/changes`, { revision, changes }))),
    undo: async (/** @type {number} */ revision) => answerOf(await readRefusal(postJSON(`${draft}/undo`, { revision }))),
    redo: async (/** @type {number} */ revision) => answerOf(await readRefusal(postJSON(`${draft}/redo`, { revision }))),
    discard: (/** @type {number} */ revision) => postJSON(`${draft}/discard`, { revision }),
    check: async (/** @type {number} */ revision) => checkOf(await readRefusal(postJSON(`${draft}/check`, { revision }))),
    publish: async (/** @type {number} */ revision, /** @type {string} */ why) => {
      const { published } = await readRefusal(postJSON(`${draft}/publish`, { revision, why }));
      return { published: /** @type {import("./queue.js").Published} */ (withBody(published)) };
    },
    /** @returns {Promise<{versions: Version[]}>} */
    versions: () => getJSON(`${base}/versions`),
    restore: (/** @type {number} */ version, /** @type {number} */ revision) => postJSON(`${base}/versions/${version}/restore`, { revision }),
    week: async (/** @type {string} */ from, /** @type {'draft' | 'published'} */ of) => weekOf(await getJSON(`${base}/week?from=${from}&days=7&of=${of}`)),
    rehearse: (/** @type {object} */ asked) => postJSON(`${hall}/rehearsals`, asked),
    rehearsal: (/** @type {string} */ id) => getJSON(`${hall}/rehearsals/${encodeURIComponent(id)}`),
    cancelRehearsal: (/** @type {string} */ id) => removeResource(`${hall}/rehearsals/${encodeURIComponent(id)}`),
  };
}
