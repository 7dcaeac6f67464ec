// What the keys mean while the grid has the focus; the same list is printed below it.

/**
 * @typedef {'left' | 'right' | 'up' | 'down' | 'day-before' | 'day-after' | 'day-begin' | 'day-end' | 'week-before' | 'week-after' | 'edit' | 'create' | 'split'
 *   | 'remove' | 'copy' | 'paste' | 'undo' | 'redo' | 'earlier' | 'later' | 'seat-up' | 'seat-down' | 'longer' | 'shorter' | 'problem'} Command
 */

/** @type {Record<string, Command>} */
const PLAIN = {
  ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down', Home: 'day-begin', End: 'day-end', PageUp: 'week-before', PageDown: 'week-after',
  Enter: 'edit', n: 'create', s: 'split', d: 'remove', Delete: 'remove', c: 'copy', v: 'paste', p: 'problem',
};
/** @type {Record<string, Command>} */
const WITH_CONTROL = { z: 'undo', y: 'redo', c: 'copy', v: 'paste', ArrowLeft: 'day-before', ArrowRight: 'day-after' };
/** @type {Record<string, Command>} */
const WITH_ALT = { ArrowLeft: 'earlier', ArrowRight: 'later', ArrowUp: 'seat-up', ArrowDown: 'seat-down' };
/** @type {Record<string, Command>} */
const WITH_SHIFT = { ArrowLeft: 'shorter', ArrowRight: 'longer' };

/** @param {{key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean, shiftKey: boolean, isComposing?: boolean}} event @returns {Command | null} */
export function commandOf({ key, ctrlKey, metaKey, altKey, shiftKey, isComposing }) {
  if (isComposing) return null;
  const name = key.length === 1 ? key.toLowerCase() : key;
  const table = ctrlKey || metaKey ? (shiftKey && name === 'z' ? { z: /** @type {Command} */ ('redo') } : WITH_CONTROL) : altKey ? WITH_ALT : shiftKey ? WITH_SHIFT : PLAIN;
  return Object.hasOwn(table, name) ? /** @type {Record<string, Command>} */ (table)[name] : null;
}

/** Keys and what they do, for the legend. @type {readonly [string, string][]} */
export const LEGEND = Object.freeze([
  ['← → ↑ ↓', 'move'], ['Enter', 'edit'], ['N', 'create'], ['S', 'split'], ['D', 'remove'], ['C V', 'copy'], ['Alt+← →', 'earlier'], ['Alt+↑ ↓', 'seat'],
  ['Shift+← →', 'longer'], ['Ctrl+← →', 'day'], ['PgUp PgDn', 'week'], ['P', 'problem'], ['Ctrl+Z', 'undo'], ['Ctrl+Y', 'redo'],
]);
