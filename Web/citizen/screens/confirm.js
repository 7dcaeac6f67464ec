// A time was chosen: it is held, so that nobody takes it while the person reads what they are about to book.

import { h, replaceChildren } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { limitReason } from '../appointments.js';
import { dayOf } from '../days.js';
import { codeOf, sentenceOf } from '../errors.js';
import { appointmentRow } from '../parts/appointment-rows.js';
import { actionButton, backButton, heading, notice } from '../parts/pieces.js';

/** @import { App } from '../app.js' */
/** @import { ConfirmRoute } from '../booking.js' */

/** Refusals after which another time is the answer. */
const CHOOSE_AGAIN = new Set(['slot_full', 'slot_shut']);

/** @param {App} app */
export function confirmScreen(app) {
  const route = /** @type {ConfirmRoute} */ (app.state.route);
  const { code, kind, hall, at, replaces } = route;
  const day = dayOf(at);
  const body = h('div', { class: 'stack' });
  const back = () => app.go({ name: 'book', code, kind, hall, day, replaces });
  const node = h('div', { class: 'stack' }, backButton(back), body);
  let isLeft = false;

  async function hold() {
    replaceChildren(body, h('div', { class: 'stack opening' }, h('span', { class: 'spinner', 'aria-hidden': 'true' }), h('p', { role: 'status' }, t('booking.confirm.holding'))));
    try {
      const one = await app.booking.hold(route);
      if (!isLeft) app.go({ name: 'appointment', id: one.id }, { replace: true });
    } catch (error) {
      if (isLeft) return;
      if (CHOOSE_AGAIN.has(codeOf(error))) {
        app.booking.trouble = { code: codeOf(error), at };
        return app.go({ name: 'book', code, kind, hall, day, replaces }, { replace: true });
      }
      drawTrouble(error);
    }
  }

  /** @param {unknown} error */
  function drawTrouble(error) {
    const limit = codeOf(error) === 'booking_limit' ? limitReason(app.state.appointments, app.booking.wanted(route), at, app.now()) : null;
    const own = limit?.own ?? [];
    replaceChildren(body,
      heading(t(own.length > 0 ? 'booking.confirm.limit' : 'booking.confirm.trouble')),
      notice('warn', h('p', null, limit ? t(`booking.limit.${limit.why}`) : sentenceOf(error))),
      own.length > 0 && h('section', { class: 'stack stack--tight' },
        h('h2', null, t('booking.confirm.own')), h('ul', { class: 'appointment-rows' }, own.map((one) => h('li', null, appointmentRow(app, one))))),
      !limit && actionButton({ label: t('booking.confirm.again'), class: 'button button--primary button--large button--block', act: hold }),
      h('button', { class: 'button button--block', type: 'button', on: { click: back } }, t('booking.held.other')));
    body.querySelector('h1')?.focus({ preventScroll: true });
  }
  hold();
  return { node, leave() { isLeft = true; } };
}
