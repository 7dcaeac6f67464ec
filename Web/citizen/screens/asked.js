import { h, icon, replaceChildren } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { actionButton, heading } from '../parts/pieces.js';
import { ringPhone } from '../parts/ring.js';
import { keepAwake } from './waiting.js';

/** @import { App } from '../app.js' */
/** @import { State } from '../state.js' */

/** It is nearly your turn, are you back? Rings like a call; nobody is kept waiting by it. @param {App} app */
export function askedScreen(app) {
  let quieten = ringPhone();
  const awake = keepAwake();
  const place = h('p', { class: 'called__who' });
  const silence = h('button', { class: 'button called__quiet', type: 'button', on: { click: () => {
    quieten();
    quieten = () => {};
    silence.hidden = true;
  } } }, t('citizen.asked.silence'));
  const node = h('div', { class: 'called' },
    h('div', { class: 'called__bell' }, icon('bell')),
    heading(t('citizen.asked.title')),
    place,
    h('p', { class: 'called__number' }, app.state.ticket?.number ?? ''),
    actionButton({ label: t('citizen.asked.back'), icon: 'check', class: 'button called__join', act: () => app.confirmBack() }),
    h('p', { class: 'called__hint' }, t('citizen.asked.hint')),
    silence);

  /** @param {State} state */
  function update({ ticket }) {
    if (!ticket) return;
    const ahead = ticket.place?.ahead ?? 0;
    replaceChildren(place, ahead === 0 ? t('citizen.waiting.next') : t('citizen.waiting.ahead', { n: ahead }));
  }
  update(app.state);
  return {
    node,
    update,
    leave() {
      quieten();
      awake();
    },
  };
}
