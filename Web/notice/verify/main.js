// Whether a notice is genuine and still counts, for anybody. A file never leaves this machine: only its hash is sent.

import { announce } from '../../elements/announce.js';
import { h, icon, replaceChildren } from '../../elements/dom.js';
import { postJSON } from '../../signaling/http.js';
import { formatTime, t, useTables } from '../../text/text.js';
import { claimFromFragment, numberFromFileName, sha256Of, tidyCode, tidyNumber } from '../claim.js';
import { actionButton, drawFrame, field, main, notice } from '../frame.js';

/**
 * @typedef {{ number: string, item: string, hall: string, handling_hall: string, issued_at: string, result: string, open_points: number,
 *   content_hash: string }} Facts
 * @typedef {{ standing: 'valid' | 'superseded' | 'altered' | 'unknown', facts?: Facts, superseded_on?: string, superseded_by?: string }} Verification
 */

/** @type {Record<Verification['standing'], 'good' | 'warn' | 'bad'>} */
const TONES = { valid: 'good', superseded: 'warn', altered: 'bad', unknown: 'bad' };
/** A notice is a few pages; anything much larger is another file, and hashing it would only keep people waiting. */
const MOST_BYTES = 32 * 1024 * 1024;

/** @type {File | null} */
let file = null;
/** @type {{ number: string, code: string }} */
let typed = { number: '', code: '' };

function draw() {
  const numberField = field({ id: 'number', label: t('notice.number'), hint: t('notice.number.hint'), value: typed.number });
  const codeField = field({ id: 'code', label: t('notice.code'), hint: t('notice.check.code.hint'), value: typed.code, autocapitalize: 'characters' });
  const trouble = h('div', { role: 'alert' });
  const result = h('section', { class: 'stack', tabindex: '-1', 'aria-label': t('notice.check.result') });
  const say = (/** @type {string} */ sentence) => replaceChildren(trouble, sentence && notice('warn', h('p', null, sentence)));
  const drop = dropField((chosen) => {
    file = chosen;
    const number = chosen && numberFromFileName(chosen.name);
    if (number && !numberField.input.value) numberField.input.value = number;
  });

  async function check() {
    typed = { number: tidyNumber(numberField.input.value), code: tidyCode(codeField.input.value) };
    say('');
    result.replaceChildren();
    if (!typed.number) {
      say(t('notice.check.number-missing'));
      return numberField.input.focus();
    }
    if (!typed.code && !file) {
      say(t('notice.check.needs'));
      return codeField.input.focus();
    }
    try {
      const sha256 = file ? await hashOf(file) : null;
      if (file && !sha256) {
        say(t('notice.check.no-crypto'));
        return;
      }
      const verification = await postJSON('/notices/verify', { number: typed.number, ...(typed.code && { code: typed.code }), ...(sha256 && { sha256 }) });
      replaceChildren(result, verificationView(verification));
      result.focus({ preventScroll: true });
      // The answer first, whatever follows it; on a large screen nothing moves.
      if (result.getBoundingClientRect().bottom > innerHeight) result.scrollIntoView({ block: 'start' });
      announce(result.querySelector('h2')?.textContent ?? '');
    } catch (error) {
      say(/** @type {Error} */ (error).message);
    }
  }

  replaceChildren(main, h('div', { class: 'stack' },
    h('form', { class: 'stack', novalidate: true, on: { submit: (/** @type {Event} */ event) => event.preventDefault() } },
      h('h1', { tabindex: '-1' }, t('notice.check.title')), h('p', null, t('notice.check.lead')),
      trouble, numberField.node, codeField.node, drop,
      actionButton({
        label: t('notice.check.go'), drawing: 'search', type: 'submit', class: 'button button--primary button--large button--block', act: check,
      })),
    result));
  return check;
}

/** @param {File} chosen */
async function hashOf(chosen) {
  return chosen.size > MOST_BYTES ? '0'.repeat(64) : await sha256Of(chosen);
}

/** A file input with room to drop on. @param {(file: File | null) => void} choose */
function dropField(choose) {
  const name = h('p', { class: 'strong', role: 'status' }, file?.name ?? '');
  const remove = h('button', {
    class: 'button', type: 'button', hidden: !file,
    on: { click: () => {
      input.value = '';
      take(null);
      input.focus();
    } },
  }, icon('cross'), t('notice.check.file.remove'));
  /** @param {File | null | undefined} chosen */
  const take = (chosen) => {
    choose(chosen ?? null);
    name.textContent = chosen?.name ?? '';
    remove.hidden = !chosen;
  };
  const input = h('input', {
    id: 'file', type: 'file', accept: 'application/pdf,.pdf', class: 'drop__input', 'aria-describedby': 'file-hint',
    on: { change: () => take(input.files?.[0]) },
  });
  const over = (/** @type {boolean} */ isOver) => (/** @type {DragEvent} */ event) => {
    event.preventDefault();
    area.classList.toggle('drop--over', isOver);
  };
  const area = h('div', {
    class: 'drop',
    on: {
      dragover: over(true), dragleave: over(false),
      drop: (/** @type {DragEvent} */ event) => {
        over(false)(event);
        take(event.dataTransfer?.files[0]);
      },
    },
  }, h('label', { for: 'file', class: 'strong' }, t('notice.check.file')), h('p', { class: 'field__hint', id: 'file-hint' }, t('notice.check.file.hint')),
  // A browser's own control says in the browser's language that nothing is chosen, and beside the name below it says everything twice.
  h('span', { class: 'button drop__pick' }, icon('file'), h('span', { 'aria-hidden': 'true' }, t('notice.check.file.choose')), input), name, remove);
  return area;
}

/** @param {Verification} verification */
function verificationView({ standing, facts, superseded_on, superseded_by }) {
  return [
    h('div', { class: `standing standing--${TONES[standing]}` }, icon(standing === 'valid' ? 'check' : 'warn'), h('h2', null, t(`notice.standing.${standing}`))),
    h('p', null, t(`notice.standing.${standing}.more`)),
    superseded_on && h('p', null, t('notice.standing.date', { date: day(superseded_on) })),
    superseded_by && h('p', null, t('notice.standing.successor', { number: superseded_by })),
    facts && h('dl', { class: 'lines' }, [
      ['notice.number', facts.number], ['notice.fact.item', facts.item], ['notice.fact.hall', facts.hall], ['notice.fact.handling', facts.handling_hall],
      ['notice.fact.issued', formatTime(facts.issued_at, { date: true })], ['notice.fact.result', t(`notice.result.${facts.result}`)],
      ['notice.fact.open', t('notice.fact.open.count', { n: facts.open_points })], ['notice.fact.hash', facts.content_hash.replace(/(.{8})(?=.)/g, '$1 ')],
    ].map(([key, value]) => h('div', null, h('dt', null, t(key)), h('dd', null, value)))),
    facts && h('p', { class: 'quiet small' }, t('notice.fact.hash.hint')),
  ];
}

/** @param {string} date `2026-12-01` */
function day(date) {
  return date.replace(/^(\d+)-0?(\d+)-0?(\d+)$/, t('notice.day', { year: '$1', month: '$2', day: '$3' }));
}

async function start() {
  const claim = claimFromFragment(location.hash);
  // A code must not stay in the history of a computer that others use.
  if (location.hash) history.replaceState(null, '', location.pathname);
  if (claim) typed = claim;
  const check = draw();
  if (claim) await check();
}

await useTables('shared', 'notice');
announce('');
drawFrame({
  title: 'notice.check.title', redraw: draw,
  links: () => [h('a', { href: '/notice/' }, t('notice.link.open')), h('a', { href: '/citizen/' }, t('notice.link.citizen'))],
});
addEventListener('hashchange', start);
// A file dropped beside the field would open instead of the page.
for (const kind of ['dragover', 'drop']) addEventListener(kind, (event) => event.preventDefault());
await start();
