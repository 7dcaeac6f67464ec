// What the wire leaves out because it is empty, put back, so that everything behind it reads whole values.

/** @typedef {import("./plan.js").Covers} Covers */
/** @typedef {import("./plan.js").Shift} Shift */
/** @typedef {import("./plan.js").Body} Body */
/** @typedef {import("./plan.js").Change} Change */

/** Lists that mean everything are not sent. @param {any} covers @returns {Covers} */
export const coversOf = (covers) => ({ groups: [], kinds: [], languages: [], ...covers });

/** @param {any} shift @returns {Shift} */
export const shiftOf = (shift) => ({ agent_id: null, capacity: 1, breaks: [], ...shift, covers: coversOf(shift.covers) });

/** @param {any} body @returns {Body} */
export function bodyOf(body) {
  return {
    ...body,
    shifts: body.shifts.map(shiftOf),
    exceptions: body.exceptions.map((/** @type {any} */ one) => ({ ...one, note: one.note ?? '', shifts: one.shifts.map(shiftOf) })),
  };
}

/** @param {any[]} changes @returns {Change[]} */
export const changesOf = (changes) => changes.map((change) => (change.shift ? { ...change, shift: shiftOf(change.shift) } : change));
