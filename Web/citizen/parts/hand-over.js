// 用手机拍: a code on a large screen that opens the same case on the phone, for pictures only.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { postJSON } from '../../signaling/http.js';
import { t } from '../../text/text.js';
import { sentenceOf } from '../errors.js';
import { qrDrawing } from '../../elements/qr.js';
import { caseID } from '../state.js';

/** @import { App } from '../app.js' */

/** @param {App} app */
export function openHandOver(app) {
  const began = app.state.materials.reduce((total, entry) => total + entry.files.length, 0);
  const listening = new AbortController();
  const left = h('p', { class: 'strong', role: 'timer', 'aria-live': 'off' });
  const came = h('p', { class: 'check check--good', role: 'status' });
  const body = h('div', { class: 'stack' });
  const dialog = h('dialog', { class: 'card hand-over', 'aria-label': t('handIn.phone.title') },
    h('h2', null, t('handIn.phone.title')), body, came,
    h('button', { class: 'button button--block', type: 'button', on: { click: () => dialog.close() } }, t('shared.close')));
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let ticking;
  dialog.addEventListener('close', () => {
    clearInterval(ticking);
    listening.abort();
    dialog.remove();
  });
  app.addEventListener('change', () => {
    const now = app.state.materials.reduce((total, entry) => total + entry.files.length, 0);
    replaceChildren(came, now > began && [icon('check'), t('handIn.phone.came', { n: now - began })]);
  }, { signal: listening.signal });

  async function begin() {
    clearInterval(ticking);
    replaceChildren(body, h('p', { role: 'status' }, t('shared.loading')));
    try {
      const invitation = await postJSON(`/cases/${caseID(app.state)}/hand-over`);
      if (!listening.signal.aborted) show(invitation);
    } catch (error) {
      replaceChildren(body, h('p', { class: 'field__error', role: 'alert' }, icon('warn'), h('span', null, sentenceOf(error))), again());
    }
  }

  function again() {
    return h('button', { class: 'button button--primary button--block', type: 'button', on: { click: begin } }, t('handIn.phone.again'));
  }

  /** @param {{ url: string, expires_at: string, qr: string[] }} invitation */
  function show({ url, expires_at, qr }) {
    const drawing = qrDrawing(qr, t('handIn.phone.code'));
    replaceChildren(body,
      drawing && h('div', { class: 'hand-over__code' }, drawing),
      left,
      h('ol', { class: 'steps' }, ['1', '2', '3'].map((step) => h('li', null, t(`handIn.phone.step.${step}`)))),
      h('details', { class: 'small' }, h('summary', null, t('handIn.phone.noScan')), h('p', { class: 'hand-over__url' }, url)));
    const tick = () => {
      const ms = Date.parse(expires_at) - app.now();
      left.textContent = t('handIn.phone.left', { time: clock(ms) });
      if (ms > 0) return;
      clearInterval(ticking);
      replaceChildren(body, h('p', { role: 'alert' }, t('handIn.phone.over')), again());
    };
    ticking = setInterval(tick, 1_000);
    tick();
  }

  document.body.append(dialog);
  dialog.showModal();
  begin();
}

/** @param {number} ms */
function clock(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
