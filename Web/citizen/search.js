// Search that forgives: spaces, case, full-width letters, brackets, a few left-out characters.

/** @typedef {{ code: string, name: string, name_english?: string, category: string, applicants: string[] }} Searchable */

/**
 * Reduces a text to what is compared: NFKC folds full-width letters, everything that is not a letter or digit goes.
 * @param {string} text
 */
export function normalise(text) {
  return text.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

/**
 * Better matches first; the catalogue's own order between equals. An empty query finds nothing.
 * @template {Searchable} Item
 * @param {readonly Item[]} items
 * @param {string} query
 * @returns {Item[]}
 */
export function search(items, query) {
  const words = query.split(/\s+/).map(normalise).filter(Boolean);
  const whole = normalise(query);
  if (!whole) return [];
  return items
    .map((item, index) => ({ item, index, score: score(item, whole, words) }))
    .filter((hit) => hit.score > 0)
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .map((hit) => hit.item);
}

/**
 * @param {Searchable} item
 * @param {string} whole
 * @param {string[]} words
 */
function score(item, whole, words) {
  const name = normalise(item.name);
  const english = normalise(item.name_english ?? '');
  if (name.startsWith(whole)) return 100;
  if (name.includes(whole) || english.includes(whole)) return 80;
  if (normalise(item.code).includes(whole)) return 70;
  const everything = name + english + normalise(item.category) + item.applicants.map(normalise).join('');
  if (words.every((word) => everything.includes(word))) return 60;
  // People leave characters out: 完税证明 for 开具税收完税证明, 社保申报 for 社会保险费申报. Two characters prove too little.
  if (whole.length >= 3 && isSubsequence(whole, name)) return 40;
  if (whole.length >= 4 && shared(whole, name) >= 0.75) return 20;
  if (/^\p{Script=Han}{2}$/u.test(whole) && isSubsequence(whole, name)) return 10;
  return 0;
}

/**
 * @param {string} needle
 * @param {string} text
 */
function isSubsequence(needle, text) {
  let at = 0;
  for (const character of text) if (character === needle[at]) at += 1;
  return at === needle.length;
}

/**
 * Share of the needle's characters that the text has, in any order.
 * @param {string} needle
 * @param {string} text
 */
function shared(needle, text) {
  if (!/\p{Script=Han}/u.test(needle)) return 0;
  const characters = [...new Set(needle)];
  return characters.filter((character) => text.includes(character)).length / characters.length;
}
