// A case as one signed ZIP: asked for by a button, saved as a file, never shown in the page.

import { h, icon, replaceChildren } from '../elements/dom.js';
import { announce } from '../elements/announce.js';
import { t } from '../text/text.js';
import { getForFile } from '../signaling/http.js';

/** Notices that nobody has had printed are printed first, a few seconds each. */
const TIMEOUT_MS = 180_000;
/** By then the browser has taken the bytes. */
const KEPT_MS = 10_000;

/**
 * @param {string} caseNumber
 * @returns {{ element: HTMLElement, stop: () => void }} `stop` when nobody looks any more
 */
export function createCaseExport(caseNumber) {
  const status = h('div', { class: 'small', role: 'status' });
  const trouble = h('div', { role: 'alert' });
  const begin = h('button', { class: 'button', on: { click: run } }, icon('save'), t('admin.export.do'));
  const cancel = h('button', { class: 'button button--quiet', hidden: true, on: { click: stop } }, t('admin.export.cancel'));
  const element = h(
    'section',
    { class: 'export', 'aria-label': t('admin.export.do') },
    h('div', { class: 'export__buttons' }, begin, cancel),
    h('p', { class: 'small quiet' }, t('admin.export.hint')),
    status,
    trouble,
  );
  /** @type {AbortController | null} */
  let running = null;

  async function run() {
    if (running) return;
    const turn = new AbortController();
    running = turn;
    // Not disabled: the focus would be lost.
    begin.setAttribute('aria-disabled', 'true');
    cancel.hidden = false;
    replaceChildren(trouble);
    replaceChildren(status, t('admin.export.running'));
    try {
      const signal = AbortSignal.any([turn.signal, AbortSignal.timeout(TIMEOUT_MS)]);
      save(await getForFile(`/admin/cases/${encodeURIComponent(caseNumber)}/export`, { signal }), `${caseNumber}.zip`);
      replaceChildren(status, icon('check'), t('admin.export.done', { name: `${caseNumber}.zip` }));
    } catch (error) {
      replaceChildren(status);
      if (turn.signal.aborted) announce(t('admin.export.cancelled'));
      else replaceChildren(trouble, h('p', { class: 'notice notice--warn' }, icon('warn'), t('admin.export.failed', { message: /** @type {Error} */ (error).message })));
    }
    running = null;
    if (document.activeElement === cancel) begin.focus();
    begin.removeAttribute('aria-disabled');
    cancel.hidden = true;
  }

  function stop() {
    running?.abort();
  }
  return { element, stop };
}

/** @param {Blob} bytes @param {string} name */
function save(bytes, name) {
  const url = URL.createObjectURL(bytes);
  h('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}
