// My information: what I agreed to, a copy of what is kept of me, and its erasure.

import { confirmDialog } from '../../elements/confirm.js';
import { h, replaceChildren } from '../../elements/dom.js';
import { postJSON } from '../../signaling/http.js';
import { t } from '../../text/text.js';
import { sentenceOf } from '../errors.js';
import { consentView } from '../parts/consent.js';
import { download } from '../parts/download.js';
import { actionButton, backButton, formatDay, heading, notice } from '../parts/pieces.js';

/** @import { App } from '../app.js' */

/** @param {App} app */
export function mineScreen(app) {
  const consents = h('div', { class: 'stack' });
  const body = h('div', { class: 'stack' });
  const node = h('div', { class: 'stack' }, backButton(() => app.go({ name: 'find' })), heading(t('mine.title')), body);
  if (!app.state.me) {
    replaceChildren(body, notice('info', h('p', null, t('mine.signedOut'))));
    return { node };
  }
  replaceChildren(body,
    h('p', null, t('mine.lead')),
    consents,
    h('section', { class: 'card stack stack--tight' },
      h('h2', null, t('mine.copy.title')), h('p', null, t('mine.copy.text')),
      actionButton({ label: t('mine.copy.get'), icon: 'file', class: 'button button--block', act: copy })),
    h('section', { class: 'card stack stack--tight' },
      h('h2', null, t('mine.erase.title')), h('p', null, t('mine.erase.text')), h('p', { class: 'quiet small' }, t('mine.erase.kept')),
      actionButton({ label: t('mine.erase.ask'), class: 'button button--danger button--block', act: erase })));
  drawConsents();

  async function drawConsents() {
    try {
      const texts = await app.consents.load();
      replaceChildren(consents, texts.map((text) => consentView(app, text)));
    } catch (error) {
      replaceChildren(consents, notice('warn', h('p', null, sentenceOf(error))));
    }
  }

  async function copy() {
    const response = await fetch('/api/v1/citizen/copy', { credentials: 'same-origin' });
    if (!response.ok) throw await response.json();
    download(await response.blob(), 'my-data.zip');
  }

  async function erase() {
    const isSure = await confirmDialog({
      title: t('mine.erase.sure'), body: t('mine.erase.sureText'), confirm: t('mine.erase.yes'), cancel: t('mine.erase.no'), danger: true,
    });
    if (!isSure) return;
    const said = await postJSON('/citizen/erasure');
    app.disconnect();
    replaceChildren(body, notice('good', h('p', null, t('mine.erase.done', { day: formatDay(said.final_on) }))));
    node.querySelector('h1')?.focus();
    app.erased();
  }
  return { node };
}
