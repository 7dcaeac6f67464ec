import { h } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { actionButton, heading, notice } from '../parts/pieces.js';

/** @import { App } from '../app.js' */
/** @import { State } from '../state.js' */

/** Nothing is known yet. */
export function openingScreen() {
  return { node: h('div', { class: 'stack opening' }, h('span', { class: 'spinner', 'aria-hidden': 'true' }), h('p', { role: 'status' }, t('shared.loading'))) };
}

/** The server is away; the page tries by itself. */
export function unreachableScreen() {
  return {
    node: h('div', { class: 'stack' },
      heading(t('citizen.away.title')),
      notice('warn', h('p', null, t('citizen.away.body'))),
      h('p', { class: 'quiet', role: 'status' }, t('citizen.away.trying')),
      actionButton({ label: t('citizen.away.reload'), class: 'button button--block', act: () => location.reload() })),
  };
}

/** Opened elsewhere, or signed out: this page has stopped. @param {App} app */
export function goneScreen(app) {
  const code = app.state.gone ?? 'signed_out';
  return {
    node: h('div', { class: 'stack' },
      heading(t(`citizen.gone.${code}.title`)),
      h('p', null, t(`citizen.gone.${code}.body`)),
      actionButton({
        label: t(`citizen.gone.${code}.act`), class: 'button button--primary button--large button--block',
        async act() {
          if (code === 'superseded') return location.reload();
          await app.signOut();
        },
      })),
  };
}

/** Called and not entered, or the ticket ran out: what happened, and the way to a new one. @param {App} app */
export function missedScreen(app) {
  const { ticket, session } = app.state;
  const word = session?.disposition === 'no-show' ? 'no-show' : ticket?.state ?? 'expired';
  const item = ticket?.item ?? session?.item;
  const hall = ticket?.hall ?? session?.hall;
  const kind = ticket?.kind ?? session?.kind;
  return {
    node: h('div', { class: 'stack' },
      heading(t(`citizen.missed.${word}.title`)),
      h('p', null, t(`citizen.missed.${word}.body`, { number: ticket?.number ?? session?.ticket_number ?? '' })),
      notice('info', h('p', null, t('citizen.missed.kept'))),
      item && hall && kind && actionButton({
        label: t('citizen.missed.again'), icon: 'ticket', class: 'button button--primary button--large button--block',
        act: () => app.takeTicket({ code: item.code, kind, hall: hall.id }),
      }),
      actionButton({ label: t('citizen.missed.other'), class: 'button button--block', act: () => app.dismiss() })),
  };
}
