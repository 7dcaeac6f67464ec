// Search that forgives: spaces, case, full-width letters, brackets, left-out characters, other words for the same, pinyin, initials, the other script, a
// typing error, and the words around the matter (我要办…).

/**
 * `readings`: how a name is read, one entry a character, `kai|ju|shui`; `zhong/chong` where it may be read in two ways.
 * @typedef {{ name: string, readings: string }} OtherName
 * @typedef {{ readings: string, traditional?: string, other_names: OtherName[] }} SearchWords
 * @typedef {{ code: string, name: string, name_english?: string, category: string, applicants: string[], search?: SearchWords }} Searchable
 */

/** Said around the matter, and no part of any name. */
const AROUND = /^(我要|我想|想要|要|想|请问|怎么|怎样|如何|帮我|去|办理|办一下|办|zenme|woyao)+|(怎么办|怎么办理|在哪里办|在哪办|去哪办|的|吗|呢)+$/gu;

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
  const asked = normalise(query);
  if (!asked) return [];
  const bare = asked.replace(AROUND, '');
  const wholes = bare && bare !== asked ? [asked, bare] : [asked];
  const words = query.split(/\s+/).map(normalise).filter(Boolean);
  return items
    .map((item, index) => ({ item, index, score: Math.max(...wholes.map((whole) => score(item, whole, words))) }))
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
  const names = [normalise(item.name), normalise(item.search?.traditional ?? '')].filter(Boolean);
  if (names.some((name) => name.startsWith(whole))) return 100;
  if (names.some((name) => name.includes(whole)) || isInEnglish(whole, item)) return 80;
  if (normalise(item.code).includes(whole)) return 70;
  const everything = names.join(' ') + ' ' + normalise(item.category) + ' ' + item.applicants.map(normalise).join(' ');
  if (words.every((word) => everything.includes(word) || isInEnglish(word, item))) return 60;
  const meant = Math.max(readScore(item.search?.readings, whole), ...(item.search?.other_names ?? []).map((one) => otherScore(one, whole)));
  if (meant > 0) return meant;
  // People leave characters out: 完税证明 for 开具税收完税证明, 社保申报 for 社会保险费申报. Two characters prove too little.
  if (whole.length >= 3 && names.some((name) => isSubsequence(whole, name))) return 40;
  if (whole.length >= 3 && names.some((name) => isNear(whole, name))) return 30;
  if (whole.length >= 4 && names.some((name) => shared(whole, name) >= 0.75)) return 20;
  if (/^\p{Script=Han}{2}$/u.test(whole) && names.some((name) => isSubsequence(whole, name))) return 10;
  return 0;
}

/** From the beginning of a word on: `ass` is not found in `classification`. @param {string} typed @param {Searchable} item */
function isInEnglish(typed, item) {
  const words = (item.name_english ?? '').split(/[\s,;()/-]+/).map(normalise);
  return words.some((_, start) => words.slice(start).join('').startsWith(typed));
}

/** Another word for the same is nearly as good as the word itself. @param {OtherName} other @param {string} whole */
function otherScore({ name, readings }, whole) {
  const word = normalise(name);
  if (whole === word) return 56;
  // 怎么交社保 names 社保; one character proves nothing.
  if (word.length >= 2 && whole.includes(word)) return 50;
  if (whole.length >= 2 && word.includes(whole)) return 48;
  return readScore(readings, whole) > 50 ? 46 : 0;
}

/**
 * Typed as it is read: whole syllables, their first letters, or both mixed, from any character on.
 * @param {string | undefined} readings
 * @param {string} whole
 */
function readScore(readings, whole) {
  if (!readings || whole.length < 2 || !/^[a-z0-9]+$/.test(whole)) return 0;
  const characters = readings.split('|').map((one) => one.split('/'));
  const starts = characters.map((_, index) => index);
  const isFound = (/** @type {Manner} */ manner) => starts.some((start) => reads(characters, start, whole, 0, manner));
  if (isFound({})) return 58;
  if (isFound({ initials: true })) return 54;
  // Characters left out, and one key too many, too few or wrong: short ones would find everything.
  if (whole.length >= 6 && isFound({ gaps: true })) return 35;
  if (whole.length >= 4 && isFound({ initials: true, gaps: true })) return 15;
  const syllables = characters.map((one) => one[0]);
  return whole.length >= 6 && starts.some((start) => isBeginning(syllables.slice(start).join(''), whole)) ? 25 : 0;
}

/** @typedef {{ initials?: boolean, gaps?: boolean }} Manner */

/**
 * @param {string[][]} characters
 * @param {number} at character
 * @param {string} typed
 * @param {number} from place in `typed`
 * @param {Manner} manner
 * @returns {boolean}
 */
function reads(characters, at, typed, from, manner) {
  if (from === typed.length) return true;
  if (at === characters.length) return false;
  const rest = typed.slice(from);
  const isHere = characters[at].some((syllable) => {
    // The last syllable may still be half typed.
    if (syllable.startsWith(rest)) return true;
    if (rest.startsWith(syllable) && reads(characters, at + 1, typed, from + syllable.length, manner)) return true;
    if (!manner.initials) return false;
    const initials = /^[zcs]h/.test(syllable) ? [syllable.slice(0, 2), syllable[0]] : [syllable[0]];
    return initials.some((initial) => rest.startsWith(initial) && reads(characters, at + 1, typed, from + initial.length, manner));
  });
  return isHere || (Boolean(manner.gaps) && from > 0 && reads(characters, at + 1, typed, from, manner));
}

/** Whether `text` begins with `typed`, but for one error. @param {string} text @param {string} typed */
function isBeginning(text, typed) {
  return [-1, 0, 1].some((more) => isOneErrorAway(typed, text.slice(0, typed.length + more)));
}

/** Whether a part of `text` is the needle but for one character. @param {string} needle @param {string} text */
function isNear(needle, text) {
  if (!/\p{Script=Han}/u.test(needle)) return false;
  return [...text].some((_, start) => isBeginning(text.slice(start), needle));
}

/** One character changed, left out, added, or two neighbours swapped. @param {string} one @param {string} two */
function isOneErrorAway(one, two) {
  if (Math.abs(one.length - two.length) > 1) return false;
  let first = 0;
  while (first < one.length && first < two.length && one[first] === two[first]) first += 1;
  const [restOne, restTwo] = [one.slice(first), two.slice(first)];
  return restOne.slice(1) === restTwo.slice(1) || restOne.slice(1) === restTwo || restOne === restTwo.slice(1) ||
    (restOne.length >= 2 && restOne[0] === restTwo[1] && restOne[1] === restTwo[0] && restOne.slice(2) === restTwo.slice(2));
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
