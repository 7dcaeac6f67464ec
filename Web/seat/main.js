// The seat desk's way in: language, sign-in, then the desk.

import { getLocale, t, useTables } from '../text/text.js';
import { h, replaceChildren } from '../elements/dom.js';
import { announce } from '../elements/announce.js';
import { SignalingConnection } from '../signaling/connection.js';
import { openDesk } from './desk.js';
import { applyScheme, localeSwitch } from './preferences.js';
import { currentStaff, signInStaff, signOutStaff } from './staff-sign-in.js';

const LOSSES_BEFORE_ASKING = 3;
const root = /** @type {HTMLElement} */ (document.getElementById('page'));

async function start() {
  applyScheme();
  await useTables('shared', 'call', 'seat', 'seat-shifts', 'security');
  document.title = `${t('seat.title')} · ${t('shared.app')}`;
  announce('');
  try {
    const staff = await currentStaff();
    if (!staff?.roles.includes('agent')) {
      const refused = staff ? t('seat.sign-in.not-agent') : '';
      await signInStaff(root, {
        title: t('seat.sign-in.title'),
        lead: t('seat.sign-in.lead'),
        role: 'agent',
        refused,
        extra: localeSwitch(),
      });
    }
  } catch (error) {
    return replaceChildren(
      root,
      h(
        'main',
        { class: 'sign-in' },
        h(
          'div',
          { class: 'card sign-in__card' },
          h('h1', {}, t('seat.title')),
          h('p', { role: 'alert' }, /** @type {Error} */ (error).message),
          h('button', { class: 'button button--primary', on: { click: () => location.reload() } }, t('shared.retry')),
        ),
      ),
    );
  }
  const connection = new SignalingConnection({ role: 'agent', locale: getLocale() });
  noticeEndOfSignIn(connection);
  openDesk(root, connection, {
    async signOut() {
      await signOutStaff().catch(() => {});
      location.reload();
    },
  });
}

/**
 * A sign-in that ended while the line was away can only be seen here: a refused socket gives no reason.
 * @param {SignalingConnection} connection
 */
function noticeEndOfSignIn(connection) {
  let losses = 0;
  connection.addEventListener('line', async (event) => {
    const { state } = /** @type {CustomEvent} */ (event).detail;
    if (state === 'open') losses = 0;
    if (state !== 'lost' || ++losses % LOSSES_BEFORE_ASKING !== 0) return;
    const staff = await currentStaff().catch(() => undefined);
    if (staff === null) location.reload();
  });
}

start();
