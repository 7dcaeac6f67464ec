// Every sentence of the pages, in one table per language and page. Code names a sentence by its key.

/** @typedef {'zh-CN' | 'zh-Hant' | 'en'} LocaleName */
/** @typedef {Record<string, string>} Table */

/** @type {readonly LocaleName[]} */
export const LOCALES = Object.freeze(['zh-CN', 'zh-Hant', 'en']);
const STORAGE_KEY = 'farwindow.locale';
/** A key missing in another language is answered in this one: an odd sentence is better than none. */
const FALLBACK = 'zh-CN';

/** @type {Map<string, Table>} */
const tables = new Map();
/** Names given to `useTables`, so that a change of language can load them again. @type {Set<string>} */
const used = new Set();
/** @type {LocaleName | null} */
let current = null;

/**
 * The first of `languages` (BCP 47) that we speak. Regions that write traditional characters get zh-Hant.
 * @param {readonly string[]} languages
 * @returns {LocaleName}
 */
export function matchLocale(languages) {
  for (const language of languages) {
    const tag = language.toLowerCase();
    if (/^zh-(hant|tw|hk|mo)\b/.test(tag)) return 'zh-Hant';
    if (/^zh\b/.test(tag)) return 'zh-CN';
    if (/^en\b/.test(tag)) return 'en';
  }
  return FALLBACK;
}

/** @returns {LocaleName} */
export function getLocale() {
  if (current) return current;
  /** @type {string | null | undefined} */
  let stored;
  // Storage can be forbidden; the language is then found anew on every page.
  try { stored = globalThis.localStorage?.getItem(STORAGE_KEY); } catch { stored = null; }
  current = LOCALES.find((locale) => locale === stored) ?? matchLocale(globalThis.navigator?.languages ?? []);
  markDocument();
  return current;
}

/**
 * Changes the language, remembers it, and loads the tables in use. Redraw the page when the promise is done.
 * @param {LocaleName} locale
 */
export async function setLocale(locale) {
  current = locale;
  try { globalThis.localStorage?.setItem(STORAGE_KEY, locale); } catch { /* see getLocale */ }
  markDocument();
  await useTables(...used);
}

function markDocument() {
  if (current && globalThis.document) document.documentElement.lang = current;
}

/**
 * Adds a page's sentences. A later table wins over an earlier one.
 * @param {LocaleName} locale
 * @param {Table} table
 */
export function registerTable(locale, table) {
  tables.set(locale, { ...tables.get(locale), ...table });
}

/**
 * Loads the named tables (`shared`, `citizen`, `seat`, `admin`, `call`) in the language in use; call once before drawing.
 * @param {...string} names
 */
export async function useTables(...names) {
  const locale = getLocale();
  await Promise.all(names.map(async (name) => {
    used.add(name);
    const module = await import(`./${locale}/${name}.js`);
    registerTable(locale, module.default);
  }));
}

/**
 * The sentence of `key`, with each `{name}` replaced. `{n} {n|file|files}` chooses a word by the number.
 * An unknown key comes back as it is, so that it is seen in a test and on the screen.
 * @param {string} key
 * @param {Record<string, string | number>} [params]
 * @returns {string}
 */
export function t(key, params = {}) {
  const sentence = tables.get(getLocale())?.[key] ?? tables.get(FALLBACK)?.[key] ?? key;
  return fill(sentence, params);
}

/** @param {string} key */
export function hasText(key) {
  return tables.get(getLocale())?.[key] !== undefined || tables.get(FALLBACK)?.[key] !== undefined;
}

/**
 * @param {string} sentence
 * @param {Record<string, string | number>} params
 * @returns {string}
 */
export function fill(sentence, params) {
  return sentence
    .replace(/\{(\w+)\|([^{}|]*)\|([^{}|]*)\}/g, (_, name, one, many) => Number(params[name]) === 1 ? one : many)
    .replace(/\{(\w+)\}/g, (whole, name) => name in params ? String(params[name]) : whole);
}

/**
 * Names of the parameters of a sentence, sorted.
 * @param {string} sentence
 * @returns {string[]}
 */
export function parameters(sentence) {
  return [...new Set([...sentence.matchAll(/\{(\w+)[}|]/g)].map((match) => match[1]))].sort();
}

/**
 * A wire time for people: `9:30`, or with the date when it is not today.
 * @param {string} rfc3339
 * @param {{ date?: boolean }} [options]
 */
export function formatTime(rfc3339, options = {}) {
  /** @type {Intl.DateTimeFormatOptions} */
  const format = { hour: '2-digit', minute: '2-digit', hour12: false, timeZone: 'Asia/Shanghai' };
  if (options.date) Object.assign(format, { year: 'numeric', month: 'long', day: 'numeric' });
  return new Intl.DateTimeFormat(getLocale() === 'zh-Hant' ? 'zh-TW' : getLocale(), format).format(new Date(rfc3339));
}

/** How many days a moment lies after another, by the halls' calendar. @param {string} rfc3339 @param {number} now milliseconds since 1970 */
function daysFrom(rfc3339, now) {
  /** @param {number} ms */
  const day = (ms) => {
    const parts = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone: 'Asia/Shanghai' }).format(ms);
    return Date.parse(`${parts}T00:00:00Z`) / 86_400_000;
  };
  return day(Date.parse(rfc3339)) - day(now);
}

/**
 * A moment of the days to come as one says it: 今天 14:00, 明天 09:00, 周一 09:00, 10月8日（周四）09:00.
 * @param {string} rfc3339
 * @param {number} [now] milliseconds since 1970
 */
export function formatComing(rfc3339, now = Date.now()) {
  const locale = getLocale() === 'zh-Hant' ? 'zh-TW' : getLocale();
  /** @param {Intl.DateTimeFormatOptions} options */
  const part = (options) => new Intl.DateTimeFormat(locale, { ...options, timeZone: 'Asia/Shanghai' }).format(new Date(rfc3339));
  const days = daysFrom(rfc3339, now);
  const time = formatTime(rfc3339);
  if (days === 0) return t('shared.day.today', { time });
  if (days === 1) return t('shared.day.tomorrow', { time });
  const weekday = part({ weekday: 'short' });
  if (days > 1 && days < 7) return t('shared.day.weekday', { weekday, time });
  return t('shared.day.date', { date: part({ month: 'long', day: 'numeric' }), weekday, time });
}

/** @param {number} bytes */
export function formatBytes(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1000 * 1000) return `${Math.round(bytes / 1000)} KB`;
  return `${(bytes / 1000 / 1000).toFixed(1)} MB`;
}
