// A mouse or pen on the grid: a drag makes, moves or stretches a shift. A finger scrolls and taps; what it cannot drag, the buttons and the editor do.

import { t } from '../../text/text.js';
import { timeOf } from './days.js';
import { dragged, settled, spotAt } from './geometry.js';

/** @typedef {import("./plan.js").Shift} Shift */
/** @typedef {import("./geometry.js").Spot} Spot */
/** @typedef {import("./geometry.js").Grip} Grip */
/** @typedef {{grip: Grip, start: Spot, shift?: Shift, result: {from: number, to: number, day: number, row: number}, changed?: Shift}} Dragged */

/** A hand that moved less has clicked. */
const CLICK_PX = 4;
/** The ends of a block stretch it. */
const EDGE_PX = 8;

/**
 * @param {HTMLElement} body
 * @param {{
 *   field: () => import("./geometry.js").Field, seatWidth: number, step: number, shift: (id: string) => Shift | undefined,
 *   pick: (spot: Spot, id: string | null) => void, preview: (result: Dragged["result"] | null, text?: string) => void, edit: () => void,
 *   done: (dragged: Dragged) => void,
 * }} options
 */
export function followPointer(body, { field, seatWidth, step, shift: find, pick, preview, edit, done }) {
  /** @type {{grip: Grip, start: Spot, shift?: Shift, x: number, y: number, isMoving: boolean, id: string | null} | null} */
  let drag = null;

  /** @param {PointerEvent | MouseEvent} event */
  function spotOf(event) {
    const box = body.getBoundingClientRect();
    return spotAt(field(), event.clientX - box.left - seatWidth, event.clientY - box.top);
  }

  /** @param {PointerEvent | MouseEvent} event */
  function blockUnder(event) {
    const block = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest('[data-shift]'));
    return { id: block?.dataset.shift ?? null, box: block?.getBoundingClientRect() };
  }

  body.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || /** @type {Element} */ (event.target).closest('.grid__seat')) return;
    const { id, box } = blockUnder(event);
    const start = spotOf(event);
    /** @type {Grip} */
    let grip = 'create';
    if (id && box) {
      const edge = Math.min(EDGE_PX, box.width / 4);
      grip = event.clientX - box.left < edge ? 'from' : box.right - event.clientX < edge ? 'to' : 'move';
    }
    drag = { grip, start, shift: id ? find(id) : undefined, x: event.clientX, y: event.clientY, isMoving: false, id };
    addEventListener('keydown', escape);
    if (event.pointerType !== 'touch') event.preventDefault();
  });

  body.addEventListener('pointermove', (event) => {
    if (!drag || event.pointerType === 'touch') return;
    if (!drag.isMoving) {
      if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < CLICK_PX) return;
      drag.isMoving = true;
      body.setPointerCapture(event.pointerId);
    }
    const result = dragged(drag, spotOf(event), step);
    preview(result, t('admin.schedule.stretch', { from: timeOf(result.from), to: timeOf(result.to) }));
  });

  body.addEventListener('pointerup', (event) => {
    const ended = drag;
    drop();
    if (!ended) return;
    if (!ended.isMoving) return pick(ended.start, ended.id);
    const result = dragged(ended, spotOf(event), step);
    pick({ day: result.day, row: result.row, minute: result.from }, ended.id);
    done({ grip: ended.grip, start: ended.start, shift: ended.shift, result, changed: ended.shift && settled(ended.shift, ended.grip, result) });
  });
  // A finger that begins to scroll takes the pointer away.
  body.addEventListener('pointercancel', drop);
  body.addEventListener('dblclick', (event) => {
    pick(spotOf(event), blockUnder(event).id);
    edit();
  });

  /** @param {KeyboardEvent} event */
  function escape(event) {
    if (event.key === 'Escape') drop();
  }

  function drop() {
    drag = null;
    preview(null);
    removeEventListener('keydown', escape);
  }
}
