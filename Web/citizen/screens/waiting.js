import { confirmDialog } from '../../elements/confirm.js';
import { h, icon, replaceChildren } from '../../elements/dom.js';
import { formatTime, t } from '../../text/text.js';
import { actionButton, heading, notice } from '../parts/pieces.js';
import { materialsList } from '../parts/materials.js';

/** @import { App } from '../app.js' */
/** @import { State } from '../state.js' */

/** The number, the place, what will happen, and the materials that can be handed in meanwhile. @param {App} app */
export function waitingScreen(app) {
  const place = h('div', { class: 'place' });
  const number = h('p', { class: 'number' });
  const matter = h('p', { class: 'quiet small' });
  const materials = h('section', { class: 'stack', id: 'materials' });
  /** @type {ReturnType<typeof materialsList> | null} */
  let list = null;
  const cancel = actionButton({
    label: t('citizen.waiting.cancel'),
    class: 'button button--quiet button--block',
    async act() {
      const isSure = await confirmDialog({
        title: t('citizen.waiting.cancelTitle'), body: t('citizen.waiting.cancelBody'),
        confirm: t('citizen.waiting.cancelYes'), cancel: t('citizen.waiting.cancelNo'), danger: true,
      });
      if (isSure) await app.cancelTicket();
    },
  });
  const node = h('div', { class: 'stack' },
    h('div', { class: 'card ticket' }, heading(t('citizen.waiting.title')), number, place, matter),
    materials,
    h('section', { class: 'stack stack--tight' },
      h('h2', null, t('citizen.waiting.whatNext')),
      h('ol', { class: 'steps card' }, ['1', '2', '3'].map((step) => h('li', null, t(`citizen.waiting.next.${step}`))))),
    notice('good', h('p', null, t('citizen.waiting.leave'))),
    cancel);

  /** @param {State} state */
  function update(state) {
    const { ticket } = state;
    if (!ticket) return;
    number.textContent = ticket.number;
    matter.textContent = t('citizen.waiting.matter', {
      item: ticket.item.name, kind: t(`shared.kind.${ticket.kind}`), hall: ticket.hall.name, time: formatTime(ticket.taken_at),
    });
    replaceChildren(place, placeOf(state));
    cancel.hidden = ticket.state === 'serving';
    if (ticket.kind !== 'pre-review' || state.materials.length === 0) return materials.replaceChildren();
    if (list) return list.update(state);
    list = materialsList(app);
    replaceChildren(materials, h('h2', null, t('citizen.waiting.materials')), h('p', null, t('citizen.waiting.materialsWhy')), list.node);
  }
  update(app.state);
  const awake = keepAwake();
  return { node, update, leave: awake };
}

/** @param {State} state */
function placeOf({ ticket }) {
  if (ticket?.state !== 'waiting') return h('p', { class: 'place__big' }, t('citizen.waiting.connecting'));
  if (!ticket.place) return h('p', { class: 'place__big' }, t('citizen.waiting.placeSoon'));
  const { ahead, seats_open: seats } = ticket.place;
  return [
    h('p', { class: 'place__big' }, ahead === 0 ? t('citizen.waiting.next') : t('citizen.waiting.ahead', { n: ahead })),
    seats > 0
      ? h('p', { class: 'place__seats' }, icon('seat'), t('citizen.waiting.seats', { n: seats }))
      : h('div', { class: 'place__none' }, icon('clock'), h('span', null, t('citizen.waiting.noSeats'))),
  ];
}

/** A phone that goes dark in the queue does not ring. @returns {() => void} */
export function keepAwake() {
  /** @type {WakeLockSentinel | null} */
  let lock = null;
  let isOver = false;
  const take = async () => {
    if (isOver || document.hidden || !('wakeLock' in navigator)) return;
    try {
      lock = await navigator.wakeLock.request('screen');
      if (isOver) lock.release();
    } catch { /* Low battery, or an old browser: the phone sleeps as it always did. */ }
  };
  document.addEventListener('visibilitychange', take);
  take();
  return () => {
    isOver = true;
    document.removeEventListener('visibilitychange', take);
    lock?.release();
  };
}
