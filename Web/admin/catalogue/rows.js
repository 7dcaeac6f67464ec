// The catalogue as the list shows it: plain values, no page.

/** @typedef {{hall_id: string, item: string, version: number, adopted_at: string, adopted_by?: string, newer_exists?: boolean}} Adoption */
/** @typedef {{version: number, name: string, material_count: number, verified: boolean, valid_from?: string, published_at?: string, published_by?: string, is_coming: boolean}} Version */
/**
 * @typedef {{
 *   code: string, name: string, category: string, versions: Version[], tags: string[], mode?: string, verified: boolean, source_count: number,
 *   draft?: {revision: number, changed_at: string, changed_by: string}, withdrawn?: {why: string, at: string, by: string},
 *   planned: {hall_id: string, version: number, valid_from: string, chosen_by: string}[], adoptions: Adoption[], is_uniform: boolean,
 * }} Item
 */
/** @typedef {{halls: {id: string, name: string}[], own_hall_id: string, today: string, items: Item[]}} Catalogue */
/** @typedef {Item & {id: string, own: Adoption | undefined, newest: Version | undefined}} Row */

export const STATES = /** @type {const} */ (['adopted', 'newer', 'not-used', 'coming', 'draft', 'withdrawn', 'differ']);

/** As one hall sees it. @param {Catalogue} catalogue @param {string} hall @returns {Row[]} */
export function rowsOf({ items }, hall) {
  return items.map((item) => ({
    ...item,
    id: item.code,
    own: item.adoptions.find((one) => one.hall_id === hall),
    newest: item.versions[item.versions.length - 1],
  }));
}

/** Everything that an item is at once. @param {Row} row @returns {(typeof STATES)[number][]} */
export function statesOf(row) {
  return STATES.filter((state) => {
    switch (state) {
      case 'adopted':
        return row.own !== undefined && !row.withdrawn;
      case 'newer':
        return row.own?.newer_exists === true && !row.withdrawn;
      case 'not-used':
        return row.own === undefined && row.versions.length > 0 && !row.withdrawn;
      case 'coming':
        return row.versions.some((one) => one.is_coming);
      case 'draft':
        return row.draft !== undefined;
      case 'withdrawn':
        return row.withdrawn !== undefined;
      case 'differ':
        return !row.is_uniform;
    }
  });
}

/**
 * @param {Row[]} rows
 * @param {{category: string, tag: string, state: string}} wanted empty: any
 */
export function filtered(rows, { category, tag, state }) {
  return rows.filter((row) =>
    (category === '' || row.category === category) && (tag === '' || row.tags.includes(tag)) &&
    (state === '' || statesOf(row).some((one) => one === state))
  );
}

/** What needs a look comes first; the rest keeps the order of its codes. @param {Row[]} rows */
export function ordered(rows) {
  const weight = (/** @type {Row} */ row) => (row.draft ? 0 : row.own?.newer_exists ? 1 : row.is_uniform ? 3 : 2);
  return [...rows].sort((a, b) => weight(a) - weight(b));
}
