// The one-time notice of the newest outcome: its number, whether the citizen has confirmed it, and the way to it.

import { h, icon } from '../elements/dom.js';
import { formatTime, t } from '../text/text.js';

/** @param {import("../signaling/messages.js").NoticeView | null | undefined} notice */
export function noticeLine(notice) {
  if (!notice) return null;
  const isConfirmed = Boolean(notice.confirmed_at);
  return h(
    'p',
    { class: 'notice-line' },
    h(
      'a',
      // After the sign, so that neither number nor code is sent to the server or kept in its log.
      { href: `/notice/#${encodeURIComponent(notice.number)}.${encodeURIComponent(notice.code)}`, target: '_blank', rel: 'noopener' },
      t('seat.notice.open', { number: notice.number }),
    ),
    h(
      'span',
      { class: 'material__state', 'data-tone': isConfirmed ? 'good' : 'warn', role: 'status' },
      icon(isConfirmed ? 'check' : 'clock'),
      isConfirmed ? t('seat.notice.confirmed', { time: formatTime(/** @type {string} */ (notice.confirmed_at)) }) : t('seat.notice.waiting'),
    ),
  );
}
