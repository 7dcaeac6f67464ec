// An item's draft while somebody works on it: plain values that can be undone, no page.

/** @typedef {{text: string, source: string}} Sourced */
/**
 * @typedef {{id: string, name: string, name_english?: string, form: string, necessity: string, condition?: string, exemption?: string, copies?: number,
 *   formats: string[], keywords?: string[], source: string, note?: string}} Material
 */
/** @typedef {{id: string, title: string, url?: string, issuer?: string, page_date?: string, kind: string}} Source */
/**
 * @typedef {{code: string, version: number, name: string, name_english?: string, category: string, applicants: string[], kinds: string[],
 *   materials: Material[], reasons: {code: string, text: string}[], time_limit?: Sourced, fee?: Sourced, legal_basis: Sourced[], cross_region?: Sourced,
 *   sources: Source[], verified: boolean, status_note?: string, tags?: string[], handling_halls?: string[], receiving_halls?: string[], mode?: string}} CatalogueItem
 */
/** @typedef {{path: string, kind: string}} Problem */

/** More steps back than anybody remembers. */
const UNDO_STEPS = 200;
/** As the wire has it. */
const CODE = /^[A-Za-z0-9._-]{1,64}$/;

/** @type {Record<string, string[]>} */
const KINDS = { consultation: ['consultation'], 'pre-review': ['consultation', 'pre-review'], full: ['consultation', 'pre-review'] };

/** @param {string} code @returns {CatalogueItem} */
export function emptyItem(code) {
  return {
    code,
    version: 1,
    name: '',
    category: '',
    applicants: [],
    kinds: KINDS['consultation'],
    materials: [],
    reasons: [],
    legal_basis: [],
    sources: [],
    verified: false,
    mode: 'consultation',
  };
}

/** A value with its steps back and forward. @param {CatalogueItem} first */
export function createHistory(first) {
  let past = /** @type {CatalogueItem[]} */ ([]);
  let future = /** @type {CatalogueItem[]} */ ([]);
  let present = first;
  return {
    get present() {
      return present;
    },
    get canUndo() {
      return past.length > 0;
    },
    get canRedo() {
      return future.length > 0;
    },
    /** @param {(item: CatalogueItem) => void} edit changes a copy @returns {boolean} whether anything changed */
    change(edit) {
      const next = structuredClone(present);
      edit(next);
      if (JSON.stringify(next) === JSON.stringify(present)) return false;
      past = [...past, present].slice(-UNDO_STEPS);
      future = [];
      present = next;
      return true;
    },
    undo() {
      const before = past.pop();
      if (!before) return false;
      future.push(present);
      present = before;
      return true;
    },
    redo() {
      const after = future.pop();
      if (!after) return false;
      past.push(present);
      present = after;
      return true;
    },
  };
}

/** The mode says what a citizen can ask for. @param {CatalogueItem} item @param {string} mode */
export function setMode(item, mode) {
  item.mode = mode;
  item.kinds = KINDS[mode] ?? item.kinds;
}

/** A code that no other entry has: `M3` after `M2`. @param {string} letter @param {string[]} taken */
export function freshCode(letter, taken) {
  let number = taken.length + 1;
  while (taken.includes(`${letter}${number}`)) number += 1;
  return `${letter}${number}`;
}

/** @param {unknown[]} list @param {number} index @param {number} step @returns {boolean} whether it moved */
export function move(list, index, step) {
  const to = index + step;
  if (to < 0 || to >= list.length) return false;
  const [one] = list.splice(index, 1);
  list.splice(to, 0, one);
  return true;
}

/** Words out of what people type between them. @param {string} text */
export function wordsOf(text) {
  return [...new Set(text.split(/[;；、\n]/).map((word) => word.trim()).filter(Boolean))];
}

/**
 * What the server could not even read. It says everything else itself, with each save.
 * @param {CatalogueItem} item @returns {Problem[]}
 */
export function unreadable(item) {
  /** @type {Problem[]} */
  const found = [];
  /** @param {string} code @param {string} path */
  const check = (code, path) => CODE.test(code) || found.push({ path, kind: 'not-a-code' });
  check(item.code, 'code');
  item.materials.forEach(({ id }, index) => check(id, `materials[${index}].id`));
  item.reasons.forEach(({ code }, index) => check(code, `reasons[${index}].code`));
  return found;
}

/**
 * Each problem with the field that shows it: its own, or the one that it is a part of.
 * @param {Problem[]} problems @param {Set<string>} fields paths that are on the page
 * @returns {Map<string, string[]>} kinds by field; '' for what no field shows
 */
export function byField(problems, fields) {
  /** @type {Map<string, string[]>} */
  const found = new Map();
  for (const { path, kind } of problems) {
    let field = path;
    while (field && !fields.has(field)) field = field.replace(/(\.[^.[]*|\[\d+\]|^[^.[]*)$/, '');
    found.set(field, [...new Set([...(found.get(field) ?? []), kind])]);
  }
  return found;
}
