// The phone that was handed a case: what is asked for, and pictures of it. It knows nothing of the person and shows no other files.

import { announce } from '../../elements/announce.js';
import { h, icon, replaceChildren } from '../../elements/dom.js';
import { largerTextButton, restoreLargerText } from '../../elements/larger-text.js';
import { getJSON, postJSON } from '../../signaling/http.js';
import { t, useTables } from '../../text/text.js';
import { heading, notice } from '../parts/pieces.js';
import { Thumbnails } from '../parts/thumbnails.js';
import { Uploads } from '../uploads.js';
import { phoneList } from './list.js';

/** @import { HandOver } from './list.js' */
/** @import { Upload } from '../state.js' */

const REFRESH_MS = 8_000;
const RETRY_MS = 3_000;
const MINUTE_MS = 60_000;
/** No hand-over lasts longer. */
const LONGEST_MS = 60 * MINUTE_MS;

const main = /** @type {HTMLElement} */ (document.querySelector('main'));
const header = /** @type {HTMLElement} */ (document.querySelector('header'));
/** @type {HandOver | null} */
let handOver = null;
/** @type {Upload[]} */
let running = [];
/** @type {ReturnType<typeof phoneList> | null} */
let list = null;
const left = h('p', { class: 'quiet small', role: 'timer', 'aria-live': 'off' });
const lost = h('p', { class: 'check small', role: 'status' });

const thumbnails = new Thumbnails();
const uploads = new Uploads({
  caseID: () => handOver?.case_id ?? null,
  fileCount: (id) => (handOver?.materials.find((entry) => entry.id === id)?.file_count ?? 0) + running.filter((one) => one.materialID === id && !one.problem).length,
  show(upload) {
    running = [...running.filter((one) => one.key !== upload.key), upload];
    update();
  },
  over(key) {
    running = running.filter((one) => one.key !== key);
    update();
  },
  arrived(material) {
    announce(t('handIn.handedIn', { name: material.name }));
    refresh();
  },
  thumbnails,
});

async function open() {
  // The secret is good once: it leaves the address at once, so that a reload goes by the cookie and nobody reads it over a shoulder.
  const token = location.hash.slice(1);
  if (token) history.replaceState(null, '', location.pathname);
  try {
    handOver = token ? await postJSON('/hand-over', { token }) : await getJSON('/hand-over');
  } catch (error) {
    const { code } = /** @type {{ code?: string }} */ (error);
    // The same phone scanned again, or the page was reloaded before the answer came.
    if (code === 'not_found' && token) return open();
    if (code === 'network_unavailable' || code === 'storage_unavailable') {
      if (token) history.replaceState(null, '', `#${token}`);
      replaceChildren(main, h('p', { role: 'status' }, t('handIn.phonePage.lost')));
      setTimeout(open, RETRY_MS);
      return;
    }
    return gone();
  }
  show();
  uploads.restore(materials());
  setInterval(refresh, REFRESH_MS);
  setInterval(tick, 1_000);
}

/** @returns {any[]} as the citizen's page has them */
function materials() {
  return (handOver?.materials ?? []).map(({ id, name, formats }) => ({ id, name, formats }));
}

async function refresh() {
  if (document.hidden || !handOver) return;
  try {
    handOver = await getJSON('/hand-over');
    lost.replaceChildren();
    update();
  } catch (error) {
    const { code } = /** @type {{ code?: string }} */ (error);
    if (code === 'sign_in_required' || code === 'not_found') return gone();
    replaceChildren(lost, icon('warn'), t('handIn.phonePage.lost'));
  }
}

function show() {
  if (!handOver) return;
  list = phoneList({ uploads, thumbnails, onChanged: refresh });
  replaceChildren(main, h('div', { class: 'stack' },
    heading(t('handIn.phonePage.title')),
    h('p', { class: 'strong' }, t('handIn.phonePage.item', { item: handOver.item })),
    lost,
    list.node,
    h('button', { class: 'button button--primary button--large button--block', type: 'button', on: { click: done } }, icon('check'), t('handIn.phonePage.done')),
    left));
  update();
  tick();
}

function update() {
  if (handOver) list?.update(handOver, running);
}

function tick() {
  const ms = handOver ? Date.parse(handOver.expires_at) - Date.now() : 0;
  // The server ends it. By this phone's clock, which may be wrong, only the words go by, and only where they can be true.
  left.hidden = ms <= 0 || ms > 2 * LONGEST_MS;
  left.textContent = t('handIn.phonePage.until', { n: Math.ceil(Math.min(ms, LONGEST_MS) / MINUTE_MS) });
}

function done() {
  replaceChildren(main, h('div', { class: 'stack' },
    heading(t('handIn.phonePage.doneTitle')),
    notice('good', h('p', null, t('handIn.phonePage.doneBody'))),
    h('button', { class: 'button button--block', type: 'button', on: { click: show } }, icon('photo'), t('handIn.phonePage.more'))));
  main.querySelector('h1')?.focus();
}

/** Used, too late, or ended at the computer. */
function gone() {
  handOver = null;
  list = null;
  replaceChildren(main, h('div', { class: 'stack' },
    heading(t('handIn.phonePage.goneTitle')),
    notice('info', h('p', null, t('handIn.phonePage.goneBody'))),
    h('p', null, t('handIn.phonePage.goneDo'))));
  main.querySelector('h1')?.focus();
}

await useTables('shared', 'hand-in', 'citizen');
announce('');
restoreLargerText();
document.title = `${t('handIn.phonePage.title')} · ${t('shared.app')}`;
replaceChildren(header, h('div', { class: 'header__in' }, h('p', { class: 'brand' }, h('span', { class: 'brand__name' }, t('shared.app')),
  h('span', { class: 'brand__tag' }, t('shared.tagline'))), h('div', { class: 'header__tools' }, largerTextButton())));
open();
