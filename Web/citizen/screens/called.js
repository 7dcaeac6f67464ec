import { h, icon } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { confirmDialog } from '../../elements/confirm.js';
import { isCalledAgain, recallOf } from '../effects.js';
import { actionButton, heading } from '../parts/pieces.js';
import { ringPhone } from '../parts/ring.js';
import { keepAwake } from './waiting.js';

/** @import { App } from '../app.js' */
/** @import { State } from '../state.js' */

/** It is your turn: sound, vibration, one big button. @param {App} app */
export function calledScreen(app) {
  let quieten = ringPhone();
  const awake = keepAwake();
  const seconds = h('span', { class: 'called__seconds', role: 'timer' });
  const session = app.state.session;

  function tick() {
    const deadline = app.state.session?.state_deadline;
    const left = deadline ? Math.max(0, Math.ceil((Date.parse(deadline) - app.now()) / 1000)) : null;
    seconds.textContent = left === null ? '' : left > 0 ? t('citizen.called.left', { n: left }) : t('citizen.called.over');
  }
  tick();
  const ticking = setInterval(tick, 500);
  const recall = h('p', { class: 'called__recall', hidden: true });
  /** @param {State} state */
  function drawRecall(state) {
    const calls = state.session?.calls ?? 1;
    const { key, params } = recallOf(calls);
    recall.hidden = calls < 2;
    recall.textContent = calls < 2 ? '' : t(key, params);
  }
  drawRecall(app.state);
  const node = h('div', { class: 'called' },
    h('div', { class: 'called__bell' }, icon('bell')),
    heading(t('citizen.called.title')),
    recall,
    h('p', { class: 'called__who' }, t('citizen.called.who', { seat: session?.seat_number ?? '', name: session?.agent.name ?? '' })),
    h('p', { class: 'called__number' }, session?.ticket_number ?? ''),
    actionButton({
      label: t('citizen.called.join'), icon: 'camera', class: 'button called__join',
      async act() {
        quieten();
        await app.join();
      },
    }),
    h('p', null, seconds),
    h('p', { class: 'called__hint' }, t('citizen.called.hint')),
    actionButton({
      label: t('citizen.called.decline'), class: 'button called__quiet',
      async act() {
        const isSure = await confirmDialog({
          title: t('citizen.called.declineTitle'), body: t('citizen.called.declineBody'),
          confirm: t('citizen.called.declineYes'), cancel: t('citizen.called.declineNo'), danger: true,
        });
        if (isSure) await app.decline();
      },
    }));
  return {
    node,
    /** @param {State} state @param {State} before */
    update(state, before) {
      drawRecall(state);
      if (!isCalledAgain(before, state)) return;
      quieten();
      quieten = ringPhone();
    },
    leave() {
      quieten();
      clearInterval(ticking);
      awake();
    },
  };
}
