import { h } from './dom.js';

/** @type {{ polite: HTMLElement, assertive: HTMLElement } | null} */
let regions = null;

/**
 * Says a sentence to screen readers. The regions must exist before their text changes, so the page calls this once with '' at start.
 * @param {string} sentence
 * @param {{ assertive?: boolean }} [options]
 */
export function announce(sentence, { assertive = false } = {}) {
  if (!regions) {
    regions = {
      polite: h('div', { class: 'visually-hidden', role: 'status', 'aria-live': 'polite' }),
      assertive: h('div', { class: 'visually-hidden', role: 'alert' }),
    };
    document.body.append(regions.polite, regions.assertive);
  }
  if (!sentence) return;
  const region = assertive ? regions.assertive : regions.polite;
  // The same sentence twice is not a change; a trailing no-break space makes it one.
  region.textContent = region.textContent === sentence ? `${sentence}\u00a0` : sentence;
}
