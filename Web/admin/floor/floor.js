// The floor as a value: what stands where, in which order, and what the keys mean. No page in here.

/**
 * @typedef {{id: string, number: string, state: string, not_ready_reason?: string, since: string, agent_name: string, session_id?: string, asks_for_help: boolean}} FloorSeat
 * @typedef {{id: string, seat_id: string, seat_number: string, agent_name: string, ticket_number: string, item?: {name: string}, kind: string, state: string,
 *   started_at: string, reconnecting_since?: string, reconnections: number}} FloorCall
 * @typedef {{id: string, number: string, lane: string, item: {name: string}, kind: string, state: string, taken_at: string, call_back?: string, directed_to?: string}} FloorTicket
 * @typedef {{id: string, kind: string, state: string, name: string, note: string, raised_at: string, seat_id?: string, ticket_id?: string, session_id?: string,
 *   item_code?: string, taken_by?: string, taken_by_id?: string, taken_note?: string}} FloorTask
 * @typedef {{revision: number, server_time: string, lanes: {lane: string, waiting: number, longest_since?: string}[], tickets: FloorTicket[], seats: FloorSeat[],
 *   calls: FloorCall[], service: {served: number, within: number, window_s: number, within_s: number}, tasks: FloorTask[]}} Floor
 */

/** State of a seat, its drawing and its tone: three signs, so that colour is never the only one. @type {Record<string, [string, string]>} */
export const SEAT_LOOKS = {
  'signed-off': ['minus', 'quiet'],
  'not-ready': ['pause', 'warn'],
  ready: ['check', 'good'],
  reserved: ['bell', 'accent'],
  ringing: ['bell', 'accent'],
  'in-session': ['camera', 'accent'],
  'wrap-up': ['file', 'warn'],
};

/** @type {Record<string, string>} */
export const TASK_DRAWINGS = {
  help: 'bell', 'long-wait': 'clock', 'unanswered-ring': 'phone', 'bad-line': 'warn', 'uncovered-item': 'seat', 'told-twice': 'copy',
};

/** Those that somebody needs this minute come first; within one kind the oldest. */
const URGENCY = ['help', 'bad-line', 'unanswered-ring', 'uncovered-item', 'long-wait', 'told-twice'];

/** Open ones before those that somebody has. @param {readonly FloorTask[]} tasks */
export function inOrder(tasks) {
  const rank = (/** @type {FloorTask} */ task) => (task.state === 'open' ? 0 : URGENCY.length) + URGENCY.indexOf(task.kind);
  return [...tasks].sort((a, b) => rank(a) - rank(b) || a.raised_at.localeCompare(b.raised_at) || a.id.localeCompare(b.id));
}

/** Tasks that were not there before. @param {readonly FloorTask[]} before @param {readonly FloorTask[]} now */
export function arisen(before, now) {
  const known = new Set(before.map(({ id }) => id));
  return now.filter(({ id, state }) => state === 'open' && !known.has(id));
}

/** Share of those served in time, in whole per cent; null when nobody was served. @param {{served: number, within: number}} service */
export function servicePercent({ served, within }) {
  return served === 0 ? null : Math.round((within / served) * 100);
}

/**
 * The task that is chosen after a step; the same when there is none further on.
 * @param {readonly FloorTask[]} tasks in order @param {string | null} chosen @param {1 | -1} step
 */
export function stepped(tasks, chosen, step) {
  const at = tasks.findIndex(({ id }) => id === chosen);
  if (at < 0) return tasks[step > 0 ? 0 : tasks.length - 1]?.id ?? null;
  return tasks[Math.min(tasks.length - 1, Math.max(0, at + step))].id;
}

/** @typedef {'next' | 'previous' | 'take' | 'close' | 'open' | 'wall'} Command */
/** @type {Record<string, Command>} */
const KEYS = { j: 'next', k: 'previous', t: 'take', c: 'close', Enter: 'open', w: 'wall' };

/** @param {{key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean, repeat?: boolean, isComposing?: boolean}} event @returns {Command | null} */
export function commandOf({ key, ctrlKey, metaKey, altKey, isComposing }) {
  if (ctrlKey || metaKey || altKey || isComposing) return null;
  const name = key.length === 1 ? key.toLowerCase() : key;
  return Object.hasOwn(KEYS, name) ? KEYS[name] : null;
}

/** Keys and what they do, for the legend. @type {readonly [string, string][]} */
export const LEGEND = Object.freeze([['J K', 'move'], ['T', 'take'], ['C', 'close'], ['Enter', 'open'], ['W', 'wall']]);
