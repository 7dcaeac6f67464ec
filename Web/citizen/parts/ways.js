// The best way to get an item done now, and why; the others below it.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { getJSON } from '../../signaling/http.js';
import { formatComing, t } from '../../text/text.js';
import { distance, rounded, whereAmI } from '../distance.js';
import { waitText } from '../screens/waiting.js';

/** @import { App } from '../app.js' */
/** @import { Hall, Opening } from '../wire.js' */
/** @import { Position } from '../distance.js' */

/**
 * @typedef {{
 *   kind: 'video-now' | 'appointment' | 'online' | 'window',
 *   reason: 'short-wait' | 'long-wait' | 'closed-now' | 'chosen-time' | 'perhaps-online' | 'in-person',
 *   hall?: Hall, waiting?: number, seats_open?: number, wait_p50_ms?: number, wait_p80_ms?: number, opening?: Opening, starts_at?: string,
 *   address?: string, telephone?: string, position?: Position, online?: { name: string, address: string }, source?: string,
 * }} Way
 */

/** Where nobody is, a call now means: a number now, and the call when it opens. @param {Way} way */
const sort = ({ kind, reason }) => kind === 'video-now' && reason === 'closed-now' ? 'ticket' : kind;

const DRAWINGS = { 'video-now': 'camera', appointment: 'clock', online: 'right', window: 'seat' };
const OTHERS_COUNT = 4;

/**
 * Not shown while it is not known: the page below says what is needed either way.
 * @param {string} code
 * @param {{ choose: (way: Way) => void }} options `choose`: the person wants a call, or a booking, in that hall
 */
export function waysCard(code, { choose }) {
  const node = h('section', { class: 'ways', hidden: true, 'aria-labelledby': 'ways-title' });
  /** @type {Way[]} */
  let ways = [];
  /** @type {Position | null} */
  let here = null;

  function draw() {
    node.hidden = ways.length === 0;
    if (ways.length === 0) return;
    const [best, ...others] = ways;
    const windows = others.filter((way) => way.kind === 'window').sort((one, other) => far(one) - far(other));
    const rest = [...others.filter((way) => way.kind !== 'window').slice(0, OTHERS_COUNT), ...windows];
    replaceChildren(node,
      h('h2', { id: 'ways-title' }, t('ways.title')),
      h('div', { class: 'ways__best card' }, row(best, true)),
      rest.length > 0 && h('details', { class: 'group ways__others' },
        h('summary', null, h('span', null, t('ways.others', { n: rest.length })), icon('right')),
        h('ul', { class: 'rows' }, rest.map((way) => h('li', { class: 'ways__row' }, row(way, false)))),
        windows.some((way) => way.position) && !here && distanceButton()));
  }

  /** @param {Way} way */
  function far(way) { return here && way.position ? distance(here, way.position) : Number.MAX_SAFE_INTEGER; }

  /** @param {Way} way @param {boolean} isBest */
  function row(way, isBest) {
    return h('div', { class: 'way' },
      icon(DRAWINGS[way.kind]),
      h('div', { class: 'way__text' },
        h('p', { class: 'strong' }, t(`ways.kind.${sort(way)}`)),
        h('p', { class: 'small' }, what(way)),
        h('p', { class: 'quiet small' }, t(`ways.reason.${way.reason}`)),
        way.source === 'GK' && h('p', { class: 'quiet small' }, t(`ways.unverified.${way.kind}`))),
      act(way, isBest));
  }

  /** @param {Way} way */
  function what(way) {
    const hall = way.hall?.name ?? '';
    switch (way.kind) {
      case 'video-now': {
        const wait = waitText({ ahead: way.waiting ?? 0, seats_open: way.seats_open ?? 0, wait_p50_ms: way.wait_p50_ms, wait_p80_ms: way.wait_p80_ms });
        if (way.reason !== 'closed-now' && wait) return t('ways.named', { name: hall, what: wait });
        if (way.opening?.state === 'closed') return t('ways.named', { name: hall, what: t('ways.opens', { when: formatComing(way.opening.opens_at ?? '') }) });
        return hall;
      }
      case 'appointment': return t('ways.named', { name: hall, what: t('ways.slot', { when: formatComing(way.starts_at ?? '') }) });
      case 'online': return way.online?.name ?? '';
      case 'window': {
        const away = far(way);
        const length = rounded(away);
        return [
          t('ways.named', { name: hall, what: way.address ?? '' }),
          way.opening?.state === 'open' ? t('ways.closes', { when: formatComing(way.opening.closes_at ?? '') }) : '',
          way.opening?.state === 'closed' ? t('ways.opens', { when: formatComing(way.opening.opens_at ?? '') }) : '',
          here && way.position ? t(`ways.far.${length.unit}`, { n: length.n }) : '',
        ].filter(Boolean).join(t('ways.between'));
      }
    }
  }

  /** @param {Way} way @param {boolean} isBest */
  function act(way, isBest) {
    const look = isBest ? 'button button--primary button--block' : 'button';
    switch (way.kind) {
      case 'video-now':
      case 'appointment':
        return h('button', { class: look, type: 'button', on: { click: () => choose(way) } }, t(`ways.act.${sort(way)}`));
      case 'online':
        return h('a', { class: look, href: way.online?.address ?? '', target: '_blank', rel: 'noopener noreferrer' }, t('ways.act.online'));
      case 'window':
        return way.telephone ? h('a', { class: look, href: `tel:${way.telephone}` }, icon('phone'), t('ways.act.call', { number: way.telephone })) : null;
    }
  }

  function distanceButton() {
    const trouble = h('p', { class: 'field__error', role: 'alert' });
    return h('div', { class: 'stack stack--tight group__body' },
      h('button', {
        class: 'button', type: 'button', on: {
          click: async () => {
            try {
              here = await whereAmI();
              draw();
              /** @type {HTMLDetailsElement | null} */ (node.querySelector('.ways__others'))?.setAttribute('open', '');
            } catch {
              replaceChildren(trouble, icon('info'), h('span', null, t('ways.far.unknown')));
            }
          },
        },
      }, t('ways.far.ask')),
      h('p', { class: 'quiet small' }, t('ways.far.stays')),
      trouble);
  }

  getJSON(`/catalogue/${encodeURIComponent(code)}/ways`).then((answer) => { ways = answer.ways; draw(); }, () => {});
  return node;
}
