import { h, icon, replaceChildren } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { doubtSentence } from './findings.js';

/** @import { Upload } from '../state.js' */
/** @import { Uploads } from '../uploads.js' */
/** @import { Thumbnails } from './thumbnails.js' */

/**
 * One file on its way: a bar and how to stop it; or what this browser thinks of the picture, and the two ways on; or what went wrong.
 * @param {Uploads} uploads
 * @param {Thumbnails} thumbnails
 * @param {Upload} upload
 * @param {() => void} retake opens the camera for the same material
 */
export function uploadRow(uploads, thumbnails, upload, retake) {
  const { key, name } = upload;
  const bar = h('progress', { max: '1', value: 0, 'aria-label': t('handIn.sending', { name }) });
  const word = h('span', { class: 'small quiet' });
  const sending = h('div', { class: 'upload__bar' }, bar, word);
  const waiting = h('p', { class: 'upload__waiting small', role: 'status' });
  const trouble = h('p', { class: 'field__error', role: 'alert' });
  const doubt = h('div', { class: 'doubt' });
  const retry = h('button', { class: 'button', type: 'button', on: { click: () => uploads.again(key) } }, t('shared.retry'));
  const stop = h('button', { class: 'button button--quiet', type: 'button', on: { click: () => uploads.drop(key) } });
  const node = h('li', { class: 'file file--upload' }, h('span', { class: 'file__name' }, name), retry, stop, sending, waiting, doubt, trouble);
  let shown = '';

  /** @param {Upload} now */
  function update(now) {
    const share = now.total > 0 ? now.sent / now.total : 0;
    bar.value = share;
    word.textContent = `${Math.round(share * 100)}%`;
    const isWaiting = Boolean(now.isWaiting) && !now.problem;
    if (isWaiting !== waiting.hasChildNodes()) replaceChildren(waiting, isWaiting && [icon('warn'), h('span', null, t('handIn.waiting'))]);
    const problem = now.problem ?? (now.doubts ? 'doubt' : 'none');
    if (problem === shown) return;
    shown = problem;
    const isServers = problem.startsWith(': ');
    sending.hidden = problem !== 'none';
    retry.hidden = !isServers;
    stop.hidden = problem === 'doubt';
    // A sentence of the server comes as it is, after a colon; our own have a name.
    replaceChildren(trouble, now.problem && [icon('warn'), h('span', null, isServers ? problem.slice(2) : t(`handIn.problem.${problem}`))]);
    replaceChildren(doubt, now.doubts && doubtView(now.doubts));
    stop.textContent = t(now.problem ? 'handIn.putAway' : 'handIn.stop');
    stop.setAttribute('aria-label', `${stop.textContent} ${now.name}`);
  }

  function again() {
    uploads.drop(key);
    retake();
  }

  /** @param {NonNullable<Upload['doubts']>} doubts */
  function doubtView(doubts) {
    return [
      thumbnails.has(key) && thumbnails.view({ id: key, name, media_type: 'image/jpeg', rotation: 0 }),
      h('div', { class: 'doubt__words' },
        h('p', { class: 'strong', role: 'alert' }, icon('warn'), h('span', null, doubtSentence(doubts))),
        h('div', { class: 'pair' },
          h('button', { class: 'button button--primary', type: 'button', on: { click: again } }, icon('photo'), t('handIn.look.again')),
          h('button', { class: 'button', type: 'button', on: { click: () => uploads.keep(key) } }, t('handIn.look.keep')))),
    ];
  }
  update(upload);
  return { node, update };
}
