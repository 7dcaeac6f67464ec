// The notice for whoever holds its number and code. Both stay out of every address that a server or its logs could see.

import { announce } from '../elements/announce.js';
import { h, replaceChildren } from '../elements/dom.js';
import { postForFile, postJSON } from '../signaling/http.js';
import { formatTime, t, useTables } from '../text/text.js';
import { claimFromFragment, tidyCode, tidyNumber } from './claim.js';
import { documentView } from './document.js';
import { actionButton, drawFrame, field, main, notice } from './frame.js';

/** @import { Claim } from './claim.js' */
/** @import { NoticeDocument } from './document.js' */
/**
 * @typedef {{ notice: { number: string, code: string, version: number, issued_at: string, confirmed_at?: string }, document: NoticeDocument,
 *   superseded_on?: string, superseded_by?: string, prints: boolean }} NoticeAnswer
 */

/** What is shown now. @type {Claim | null} */
let open = null;

/** @param {string} [number] @param {string} [code] @param {string} [problem] */
function drawForm(number = '', code = '', problem = '') {
  open = null;
  const numberField = field({ id: 'number', label: t('notice.number'), hint: t('notice.number.hint'), value: number });
  const codeField = field({ id: 'code', label: t('notice.code'), hint: t('notice.code.hint'), value: code, autocapitalize: 'characters' });
  const trouble = h('div', { role: 'alert' });
  const say = (/** @type {string} */ sentence) => replaceChildren(trouble, sentence && notice('warn', h('p', null, sentence)));
  const button = actionButton({
    label: t('notice.open'), drawing: 'search', type: 'submit', class: 'button button--primary button--large button--block',
    async act() {
      const claim = { number: tidyNumber(numberField.input.value), code: tidyCode(codeField.input.value) };
      say('');
      if (!claim.number || !claim.code) {
        say(t('notice.both'));
        return (claim.number ? codeField : numberField).input.focus();
      }
      const failure = await show(claim);
      if (failure) say(failure);
    },
  });
  replaceChildren(main, h('form', { class: 'stack', novalidate: true, on: { submit: (/** @type {Event} */ event) => event.preventDefault() } },
    h('h1', { tabindex: '-1' }, t('notice.title')), h('p', null, t('notice.lead')), trouble, numberField.node, codeField.node, button));
  if (problem) say(problem);
}

/** @param {Claim} claim @returns {Promise<string>} what went wrong, in a sentence; empty when it is shown */
async function show(claim) {
  try {
    drawNotice(claim, await postJSON('/notices/view', claim));
    return '';
  } catch (error) {
    const { code, message } = /** @type {any} */ (error);
    return code === 'not_found' ? t('notice.not-found') : message;
  }
}

/** @param {Claim} claim @param {NoticeAnswer} answer */
function drawNotice(claim, answer) {
  open = claim;
  const said = h('div', { role: 'status' });
  const pdf = actionButton({
    label: t('notice.pdf'), drawing: 'save', class: 'button button--primary', busy: t('notice.pdf.making'),
    async act() {
      said.replaceChildren();
      try {
        save(await postForFile('/notices/pdf', claim), `notice-${claim.number}.pdf`);
        replaceChildren(said, notice('good', h('p', null, t('notice.pdf.done'))));
      } catch (error) {
        replaceChildren(said, notice('warn', h('p', null, /** @type {Error} */ (error).message)));
      }
    },
  });
  replaceChildren(main, h('div', { class: 'stack' },
    answer.superseded_on && notice('warn', h('p', null, t('notice.superseded', { date: day(answer.superseded_on), number: answer.superseded_by ?? '' }))),
    documentView(answer.document),
    answer.notice.confirmed_at && notice('good', h('p', null, t('notice.confirmed', { time: formatTime(answer.notice.confirmed_at, { date: true }) }))),
    h('div', { class: 'actions' },
      answer.prints && pdf,
      actionButton({ label: t('notice.print'), drawing: 'file', act: () => print() }),
      actionButton({ label: t('notice.another'), drawing: 'search', act: () => { drawForm(); main.querySelector('h1')?.focus(); } })),
    said));
  document.title = `${answer.document.title} ${answer.notice.number}`;
  main.querySelector('h1')?.focus({ preventScroll: true });
  announce(answer.document.summary);
}

/** @param {Blob} blob @param {string} name */
function save(blob, name) {
  const address = URL.createObjectURL(blob);
  h('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** @param {string} date `2026-12-01` */
function day(date) {
  return date.replace(/^(\d+)-0?(\d+)-0?(\d+)$/, t('notice.day', { year: '$1', month: '$2', day: '$3' }));
}

async function redraw() {
  if (!open) return drawForm();
  const failure = await show(open);
  if (failure) drawForm(open?.number, '', failure);
}

async function start() {
  const claim = claimFromFragment(location.hash);
  // A code must not stay in the history of a computer that others use, nor on a printed page's edge.
  if (location.hash) history.replaceState(null, '', location.pathname);
  if (!claim) return drawForm();
  const failure = await show(claim);
  if (failure) drawForm(claim.number, claim.code, failure);
}

await useTables('shared', 'notice');
announce('');
drawFrame({
  title: 'notice.title', redraw,
  links: () => [
    h('a', { href: '/notice/verify/' }, t('notice.link.verify')), h('a', { href: '/citizen/#/look-up' }, t('notice.link.look-up')),
  ],
});
addEventListener('hashchange', start);
await start();
