// A small picture that can be moved out of the way: dragged with a finger or mouse, or with the arrow keys; it rests in a corner.

const CORNERS = /** @type {const} */ (['top-right', 'bottom-right', 'bottom-left', 'top-left']);
/** A finger that moved less than this has tapped. */
const TAP_PX = 6;

/**
 * @param {HTMLElement} element positioned by its `data-corner`
 * @param {HTMLElement} stage
 */
export function makeMovable(element, stage) {
  element.dataset.corner ??= 'top-right';
  /** @type {{ x: number, y: number, moved: boolean } | null} */
  let grip = null;

  element.addEventListener('pointerdown', (event) => {
    grip = { x: event.clientX, y: event.clientY, moved: false };
    element.setPointerCapture(event.pointerId);
  });
  element.addEventListener('pointermove', (event) => {
    if (!grip) return;
    const dx = event.clientX - grip.x;
    const dy = event.clientY - grip.y;
    grip.moved ||= Math.hypot(dx, dy) > TAP_PX;
    if (grip.moved) element.style.transform = `translate(${dx}px, ${dy}px)`;
  });
  const drop = () => {
    if (!grip) return;
    const box = element.getBoundingClientRect();
    element.style.transform = '';
    if (grip.moved) settle(box.left + box.width / 2, box.top + box.height / 2);
    else next(1);
    grip = null;
  };
  element.addEventListener('pointerup', drop);
  element.addEventListener('pointercancel', drop);
  element.addEventListener('keydown', (event) => {
    const [vertical, horizontal] = (element.dataset.corner ?? 'top-right').split('-');
    const moves = {
      ArrowUp: `top-${horizontal}`, ArrowDown: `bottom-${horizontal}`, ArrowLeft: `${vertical}-left`, ArrowRight: `${vertical}-right`,
    };
    if (event.key in moves) {
      element.dataset.corner = moves[/** @type {keyof typeof moves} */ (event.key)];
      event.preventDefault();
    } else if (event.key === 'Enter' || event.key === ' ') {
      next(1);
      event.preventDefault();
    }
  });

  /** @param {number} step */
  function next(step) {
    const at = CORNERS.findIndex((corner) => corner === element.dataset.corner);
    element.dataset.corner = CORNERS[(at + step + CORNERS.length) % CORNERS.length];
  }

  /** @param {number} x @param {number} y */
  function settle(x, y) {
    const box = stage.getBoundingClientRect();
    const vertical = y < box.top + box.height / 2 ? 'top' : 'bottom';
    const horizontal = x < box.left + box.width / 2 ? 'left' : 'right';
    element.dataset.corner = `${vertical}-${horizontal}`;
  }
}
