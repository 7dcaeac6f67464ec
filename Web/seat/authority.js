// Which word an outcome has at this seat. Authority does not move with a remote window: a seat outside the handling place passes a
// pre-review (预审通过), and never says that the matter is accepted for handling (受理).

/** @typedef {import("../signaling/messages.js").OutcomeResult} OutcomeResult */
/** @typedef {import("../signaling/messages.js").SessionView} SessionView */
/** @typedef {import("../signaling/messages.js").OutcomeView} OutcomeView */

/**
 * Whether the seat's hall is the handling place, as the server says of a session or of what was concluded in one.
 * @param {SessionView | OutcomeView} made
 */
export const isHandlingPlace = (made) => made.handling_hall.id === made.hall.id;

/**
 * Key of the sentence that names a result.
 * @param {OutcomeResult} result
 * @param {boolean} isHandling
 */
export function resultKey(result, isHandling) {
  return `seat.result.${isHandling ? 'here' : 'elsewhere'}.${result}`;
}
