import { h, icon } from '../../elements/dom.js';
import { formatTime, t } from '../../text/text.js';
import { actionButton, heading, notice } from '../parts/pieces.js';
import { cancelButton } from './waiting.js';

/** @import { App } from '../app.js' */

const MINUTE_MS = 60_000;

/** Called in vain: what happened, that nothing is lost yet, and one tap back to the old place. @param {App} app */
export function parkedScreen(app) {
  const { ticket } = app.state;
  const until = ticket?.parked_until;
  const left = h('p', { class: 'place__big', role: 'timer' });

  function tick() {
    const ms = until ? Date.parse(until) - app.now() : null;
    left.textContent = ms === null
      ? t('citizen.parked.kept')
      : ms > 0 ? t('citizen.parked.left', { n: Math.max(1, Math.ceil(ms / MINUTE_MS)) }) : t('citizen.parked.over');
  }
  tick();
  const ticking = setInterval(tick, 1_000);
  const node = h('div', { class: 'stack' },
    heading(t('citizen.parked.title')),
    h('div', { class: 'card ticket ticket--parked' },
      h('p', { class: 'quiet' }, t('citizen.waiting.title')),
      h('p', { class: 'number' }, ticket?.number ?? ''),
      left,
      until && h('p', { class: 'quiet small' }, icon('clock'), ' ', t('citizen.parked.until', { time: formatTime(until) }))),
    actionButton({
      label: t('citizen.parked.revive'), icon: 'check', class: 'button button--primary button--large button--block', act: () => app.reviveTicket(),
    }),
    notice('info', h('p', null, t('citizen.parked.body'))),
    cancelButton(app));
  return { node, leave: () => clearInterval(ticking) };
}
