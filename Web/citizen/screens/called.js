import { h, icon } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { chime } from '../../call/devices.js';
import { actionButton, heading } from '../parts/pieces.js';
import { keepAwake } from './waiting.js';

/** @import { App } from '../app.js' */

const VIBRATION_MS = [400, 200, 400, 200, 800];
const VIBRATE_EVERY_MS = 4_000;

/** It is your turn: sound, vibration, one big button. @param {App} app */
export function calledScreen(app) {
  const stopSound = chime('citizen-call');
  const vibrate = () => navigator.vibrate?.(VIBRATION_MS);
  vibrate();
  const buzzing = setInterval(vibrate, VIBRATE_EVERY_MS);
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
  function quieten() {
    stopSound();
    clearInterval(buzzing);
    navigator.vibrate?.(0);
  }
  const node = h('div', { class: 'called' },
    h('div', { class: 'called__bell' }, icon('bell')),
    heading(t('citizen.called.title')),
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
    h('p', { class: 'called__hint' }, t('citizen.called.hint')));
  return {
    node,
    leave() {
      quieten();
      clearInterval(ticking);
      awake();
    },
  };
}
