// DOM without innerHTML: text from outside can never become markup, and the strict CSP holds.

// TypeScript has no recursive alias in JSDoc; `append` flattens lists of lists.
/** @typedef {Node | string | number | null | undefined | false | any[]} Child */
/**
 * @typedef {Record<string, any> & {
 *   class?: string | (string | false | null | undefined)[],
 *   on?: Record<string, (event: any) => void>,
 *   style?: Record<string, string>,
 *   ref?: (element: any) => void,
 * }} Props
 */

// These must be set as properties: as attributes they would only give the initial value, or nothing at all.
const PROPERTIES = new Set(['value', 'checked', 'selected', 'srcObject', 'muted', 'indeterminate', 'textContent']);

/**
 * Makes an element. `on` holds listeners, `style` goes through CSSOM (the CSP forbids style attributes), `ref` is given the
 * element, false/null/undefined leave an attribute out, true sets it empty (but `aria-*` and `data-*` get "true"/"false").
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Props | null} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) setProp(element, name, value);
  append(element, children);
  props?.ref?.(element);
  return element;
}

/**
 * @param {HTMLElement} element
 * @param {string} name
 * @param {any} value
 */
function setProp(element, name, value) {
  if (name === 'ref') return;
  if (name === 'on') {
    for (const [event, listener] of Object.entries(value)) {
      if (listener) element.addEventListener(event, /** @type {EventListener} */ (listener));
    }
  } else if (name === 'class') {
    element.className = Array.isArray(value) ? value.filter(Boolean).join(' ') : value ?? '';
  } else if (name === 'style') {
    for (const [key, text] of Object.entries(value)) element.style.setProperty(key, /** @type {string} */ (text));
  } else if (PROPERTIES.has(name)) {
    /** @type {any} */ (element)[name] = value;
  } else if (value === null || value === undefined) {
    return;
  } else if (name.startsWith('aria-') || name.startsWith('data-')) {
    element.setAttribute(name, String(value));
  } else if (value !== false) {
    element.setAttribute(name, value === true ? '' : String(value));
  }
}

/**
 * @param {Node} parent
 * @param {Child[]} children
 */
function append(parent, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(parent, child);
    else parent.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/**
 * @template {Element} E
 * @param {E} element
 * @param {...Child} children
 * @returns {E}
 */
export function replaceChildren(element, ...children) {
  const fragment = document.createDocumentFragment();
  append(fragment, children);
  element.replaceChildren(fragment);
  return element;
}

// Own drawings on a 24 × 24 grid, strokes only.
/** @type {Record<string, string[]>} */
const ICONS = {
  'mic': ['M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3z', 'M6 11a6 6 0 0 0 12 0', 'M12 17v4', 'M9 21h6'],
  'mic-off': ['M9 9v2a3 3 0 0 0 5 2.2', 'M15 10V6a3 3 0 0 0-5.8-1', 'M6 11a6 6 0 0 0 9.5 4.9', 'M18 11a6 6 0 0 1-.5 2.4', 'M12 17v4', 'M9 21h6', 'M4 3l16 18'],
  'camera': ['M4 7h9a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2z', 'M15 11l6-3.5v9L15 13'],
  'camera-off': ['M6 7H4a2 2 0 0 0-2 2v6a2 2 0 0 0 2 2h9a2 2 0 0 0 1.7-1', 'M11 7h2a2 2 0 0 1 2 2v2l6-3.5v9L17.5 14.5', 'M4 3l16 18'],
  'photo': ['M4 8h3l2-3h6l2 3h3a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1z', 'M12 16.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z'],
  'phone': ['M3 14c5-5 13-5 18 0l-1.5 3-4-1.2V13c-2.3-.8-4.7-.8-7 0v2.8L4.5 17z'],
  'phone-hand': ['M7 3h10v18H7z', 'M11 18h2'],
  'light': ['M9 15a6 6 0 1 1 6 0v3H9z', 'M10 21h4'],
  'chat': ['M4 5h16v11H10l-5 4v-4H4z', 'M8 9h8', 'M8 12h5'],
  'file': ['M6 3h8l4 4v14H6z', 'M14 3v4h4', 'M9 12h6', 'M9 16h6'],
  'check': ['M5 12.5l5 5L19.5 7'],
  'warn': ['M12 4L2.5 20h19z', 'M12 10v4.5', 'M12 17.2v.3'],
  'cross': ['M6 6l12 12', 'M18 6L6 18'],
  'calendar': ['M4 6h16v15H4z', 'M4 10.5h16', 'M8 3v5', 'M16 3v5'],
  'clock': ['M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z', 'M12 7v5l3.5 2'],
  'user': ['M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8z', 'M4 21c.5-4 3.5-6.5 8-6.5s7.5 2.5 8 6.5'],
  'seat': ['M3 5h18v11H3z', 'M12 13a2 2 0 1 0 0-4 2 2 0 0 0 0 4z', 'M8.5 16c.3-1.8 1.6-3 3.5-3s3.2 1.2 3.5 3', 'M8 20h8', 'M12 16v4'],
  'zoom-in': ['M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13z', 'M15.5 15.5L21 21', 'M10.5 8v5', 'M8 10.5h5'],
  'zoom-out': ['M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13z', 'M15.5 15.5L21 21', 'M8 10.5h5'],
  'rotate': ['M20 12a8 8 0 1 1-2.5-5.8', 'M20 3v4.5h-4.5'],
  'compare': ['M3 5h8v14H3z', 'M13 5h8v14h-8z'],
  'wide': ['M9 4H4v5', 'M15 4h5v5', 'M9 20H4v-5', 'M15 20h5v-5'],
  'left': ['M15 5l-7 7 7 7'],
  'right': ['M9 5l7 7-7 7'],
  'search': ['M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13z', 'M15.5 15.5L21 21'],
  'info': ['M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z', 'M12 11v5.5', 'M12 7.5v.3'],
  'moon': ['M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z'],
  'speaker': ['M4 9v6h4l5 4V5L8 9z', 'M16.5 9a4 4 0 0 1 0 6', 'M19 6.5a8 8 0 0 1 0 11'],
  'bell': ['M6 17V11a6 6 0 0 1 12 0v6l1.5 2h-15z', 'M10 21.5h4'],
  'copy': ['M8 8h12v13H8z', 'M16 8V3H4v13h4'],
  'save': ['M12 3v11', 'M7.5 10l4.5 4.5 4.5-4.5', 'M4 17v4h16v-4'],
  'trash': ['M4 7h16', 'M9 7V4h6v3', 'M6 7l1 14h10l1-14', 'M10 11v6', 'M14 11v6'],
  'ticket': ['M3 7h18v3.5a2 2 0 0 0 0 3V17H3v-3.5a2 2 0 0 0 0-3z', 'M14 7v2', 'M14 11v2', 'M14 15v2'],
  'pause': ['M9 5v14', 'M15 5v14'],
  'play': ['M7 4.5l12 7.5-12 7.5z'],
  'transfer': ['M4 8h14', 'M14 4l4 4-4 4', 'M20 16H6', 'M10 12l-4 4 4 4'],
  'minus': ['M6 12h12'],
  'plus': ['M6 12h12', 'M12 6v12'],
  'list': ['M4 6h16', 'M4 12h16', 'M4 18h16'],
  'globe': ['M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z', 'M3 12h18', 'M12 3c3 3 3.5 6 3.5 9s-.5 6-3.5 9c-3-3-3.5-6-3.5-9s.5-6 3.5-9z'],
};

const SVG = 'http://www.w3.org/2000/svg';

/**
 * A drawing that stands beside a word, so screen readers skip it. An unknown name gives an empty drawing.
 * @param {string} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', `icon icon--${name}`);
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('focusable', 'false');
  for (const d of ICONS[name] ?? []) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', d);
    svg.appendChild(path);
  }
  return svg;
}

export const iconNames = Object.freeze(Object.keys(ICONS));
