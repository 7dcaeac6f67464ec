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
 * @typedef {{kind: string, severity: 'blocking' | 'warning', date: string | null, from: string | null, to: string | null, shift_ids: string[],
 *   agent_id: string | null, seat_id: string | null, item_code: string | null, year: number | null, count: number | null,
 *   repairs: {kind: string, changes: Change[]}[]}} Conflict
 */
/** @typedef {{version: number, published_at: string, published_by: string, why: string, based_on: number | null}} Version */

/** @param {string} hallID */
export function scheduleRoutes(hallID) {
  const hall = `/admin/halls/${encodeURIComponent(hallID)}`;
  const base = `${hall}/schedule`;
  const draft = `${base}/draft`;
  return {
    load: () => getJSON(base),
    change: (/** @type {number} */ revision, /** @type {Change[]} */ changes) => postJSON(`${draft}/changes`, { revision, changes }),
    undo: (/** @type {number} */ revision) => postJSON(`${draft}/undo`, { revision }),
    redo: (/** @type {number} */ revision) => postJSON(`${draft}/redo`, { revision }),
    discard: (/** @type {number} */ revision) => postJSON(`${draft}/discard`, { revision }),
    /** @returns {Promise<{draft: import("./queue.js").Draft, conflicts: Conflict[]}>} */
    check: (/** @type {number} */ revision) => postJSON(`${draft}/check`, { revision }),
    publish: (/** @type {number} */ revision, /** @type {string} */ why) => postJSON(`${draft}/publish`, { revision, why }),
    /** @returns {Promise<{versions: Version[]}>} */
    versions: () => getJSON(`${base}/versions`),
    restore: (/** @type {number} */ version, /** @type {number} */ revision) => postJSON(`${base}/versions/${version}/restore`, { revision }),
    /** @returns {Promise<Week>} */
    week: (/** @type {string} */ from, /** @type {'draft' | 'published'} */ of) => getJSON(`${base}/week?from=${from}&days=7&of=${of}`),
    rehearse: (/** @type {object} */ asked) => postJSON(`${hall}/rehearsals`, asked),
    rehearsal: (/** @type {string} */ id) => getJSON(`${hall}/rehearsals/${encodeURIComponent(id)}`),
    cancelRehearsal: (/** @type {string} */ id) => removeResource(`${hall}/rehearsals/${encodeURIComponent(id)}`),
  };
}
