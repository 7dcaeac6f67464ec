// The schedule's routes at the server.

import { getJSON, postJSON, removeResource } from '../../signaling/http.js';

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
/** @typedef {{version: number, published_at: string, published_by: string, why: string, based_on: number | null}} Version */

/** What is left out on the wire is nothing here. @param {any} answer @returns {import("./queue.js").Answer} */
const answerOf = ({ draft = null, can_undo = false, can_redo = false }) => ({ draft, can_undo, can_redo });

/** @param {any} week @returns {Week} */
function weekOf(week) {
  return {
    ...week,
    days: week.days.map((/** @type {any} */ day) => ({
      name: null,
      note: null,
      missing_year: null,
      ...day,
      shifts: day.shifts.map((/** @type {any} */ shift) => ({ planned_agent_id: null, agent_id: null, leave_id: null, swap_id: null, ...shift })),
      coverage: day.coverage.map((/** @type {any} */ one) => ({ needed: null, ...one })),
    })),
  };
}

/** @param {any} found @returns {{draft: import("./queue.js").Draft, conflicts: Conflict[]}} */
function checkOf({ draft, conflicts }) {
  const usual = { date: null, from: null, to: null, shift_ids: [], agent_id: null, seat_id: null, item_code: null, year: null, count: null, repairs: [] };
  return { draft, conflicts: conflicts.map((/** @type {any} */ one) => ({ ...usual, ...one })) };
}

/** @param {string} hallID */
export function scheduleRoutes(hallID) {
  const hall = `/admin/halls/${encodeURIComponent(hallID)}`;
  const base = `${hall}/schedule`;
  const draft = `${base}/draft`;
  return {
    /** @returns {Promise<import("./queue.js").Schedule>} */
    load: async () => ({ draft: null, published: null, ...await getJSON(base) }),
    change: async (/** @type {number} */ revision, /** @type {Change[]} */ changes) => answerOf(await postJSON(`${draft}/changes`, { revision, changes })),
    undo: async (/** @type {number} */ revision) => answerOf(await postJSON(`${draft}/undo`, { revision })),
    redo: async (/** @type {number} */ revision) => answerOf(await postJSON(`${draft}/redo`, { revision })),
    discard: (/** @type {number} */ revision) => postJSON(`${draft}/discard`, { revision }),
    check: async (/** @type {number} */ revision) => checkOf(await postJSON(`${draft}/check`, { revision })),
    publish: (/** @type {number} */ revision, /** @type {string} */ why) => postJSON(`${draft}/publish`, { revision, why }),
    /** @returns {Promise<{versions: Version[]}>} */
    versions: () => getJSON(`${base}/versions`),
    restore: (/** @type {number} */ version, /** @type {number} */ revision) => postJSON(`${base}/versions/${version}/restore`, { revision }),
    week: async (/** @type {string} */ from, /** @type {'draft' | 'published'} */ of) => weekOf(await getJSON(`${base}/week?from=${from}&days=7&of=${of}`)),
    rehearse: (/** @type {object} */ asked) => postJSON(`${hall}/rehearsals`, asked),
    rehearsal: (/** @type {string} */ id) => getJSON(`${hall}/rehearsals/${encodeURIComponent(id)}`),
    cancelRehearsal: (/** @type {string} */ id) => removeResource(`${hall}/rehearsals/${encodeURIComponent(id)}`),
  };
}
