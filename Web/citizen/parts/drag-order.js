// Pages put into another order with the mouse or a finger. Buttons do the same for the keyboard; this is beside them.

/** A pointer that moved less than this has clicked. */
const SLOP_PX = 6;
/** A finger rests this long before it drags, so that the page can still be scrolled. */
const HOLD_MS = 350;

/**
 * @param {HTMLElement} list whose children are the pages
 * @param {(from: number, to: number) => void} onMove
 */
export function makeSortable(list, onMove) {
  /** @type {{ item: HTMLElement, from: number, to: number, x: number, y: number, active: boolean, timer?: ReturnType<typeof setTimeout> } | null} */
  let grip = null;

  list.addEventListener('pointerdown', (event) => {
    const item = itemAt(event.target);
    if (!item || event.button !== 0 || list.children.length < 2) return;
    const from = [...list.children].indexOf(item);
    grip = { item, from, to: from, x: event.clientX, y: event.clientY, active: false };
    if (event.pointerType === 'touch') grip.timer = setTimeout(begin, HOLD_MS);
    document.addEventListener('pointermove', move);
    document.addEventListener('pointerup', drop, { once: true });
    document.addEventListener('pointercancel', cancel, { once: true });
  });
  // A picture that is dragged would otherwise be dragged as a file.
  list.addEventListener('dragstart', (event) => event.preventDefault());
  list.addEventListener('touchmove', (event) => { if (grip?.active) event.preventDefault(); }, { passive: false });

  function begin() {
    if (!grip) return;
    grip.active = true;
    grip.item.classList.add('is-dragged');
  }

  /** @param {PointerEvent} event */
  function move(event) {
    if (!grip) return;
    const dx = event.clientX - grip.x;
    const dy = event.clientY - grip.y;
    if (!grip.active) {
      if (Math.hypot(dx, dy) < SLOP_PX) return;
      if (event.pointerType === 'touch') return cancel();
      begin();
    }
    grip.item.style.transform = `translate(${dx}px, ${dy}px)`;
    grip.to = nearest(event.clientX, event.clientY, grip.item) ?? grip.to;
    for (const [index, child] of [...list.children].entries()) child.classList.toggle('is-target', index === grip.to && child !== grip.item);
  }

  /** @param {number} x @param {number} y @param {HTMLElement} dragged */
  function nearest(x, y, dragged) {
    let best = null;
    let least = Infinity;
    for (const [index, child] of [...list.children].entries()) {
      const box = child === dragged ? home(dragged) : child.getBoundingClientRect();
      const distance = Math.hypot(x - box.left - box.width / 2, y - box.top - box.height / 2);
      if (distance < least) [best, least] = [index, distance];
    }
    return best;
  }

  /** Where it lies without being dragged. @param {HTMLElement} item */
  function home(item) {
    const shift = item.style.transform;
    item.style.transform = '';
    const box = item.getBoundingClientRect();
    item.style.transform = shift;
    return box;
  }

  function drop() {
    const held = grip;
    cancel();
    if (!held?.active) return;
    // The click that ends a drag opens nothing.
    list.addEventListener('click', swallow, { capture: true, once: true });
    setTimeout(() => list.removeEventListener('click', swallow, { capture: true }));
    if (held.to !== held.from) onMove(held.from, held.to);
  }

  function cancel() {
    clearTimeout(grip?.timer);
    if (grip) {
      grip.item.style.transform = '';
      grip.item.classList.remove('is-dragged');
    }
    for (const child of list.children) child.classList.remove('is-target');
    grip = null;
    document.removeEventListener('pointermove', move);
    document.removeEventListener('pointerup', drop);
    document.removeEventListener('pointercancel', cancel);
  }

  /** @param {EventTarget | null} target @returns {HTMLElement | null} */
  function itemAt(target) {
    const found = target instanceof Element ? [...list.children].find((child) => child.contains(target)) : null;
    return found instanceof HTMLElement ? found : null;
  }
}

/** @param {Event} event */
function swallow(event) {
  event.preventDefault();
  event.stopPropagation();
}
