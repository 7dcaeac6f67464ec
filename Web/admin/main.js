// Administration's way in: language, sign-in, then the overview.

import { t, useTables } from '../text/text.js';
import { h, replaceChildren } from '../elements/dom.js';
import { announce } from '../elements/announce.js';
import { applyScheme, localeSwitch } from '../seat/preferences.js';
import { currentStaff, signInStaff, signOutStaff } from '../seat/staff-sign-in.js';
import { openOverview } from './overview.js';
import { section as figures } from './figures/section.js';
import { section as sessions } from './sessions/section.js';

const root = /** @type {HTMLElement} */ (document.getElementById('page'));

async function start() {
  applyScheme();
  await useTables('shared', 'seat', 'admin', ...figures.tables, ...sessions.tables);
  document.title = `${t('admin.title')} · ${t('shared.app')}`;
  announce('');
  try {
    let staff = await currentStaff();
    if (!staff?.roles.includes('administrator')) {
      const refused = staff ? t('seat.sign-in.not-administrator') : '';
      staff = await signInStaff(root, {
        title: t('admin.sign-in.title'),
        lead: t('seat.sign-in.lead'),
        role: 'administrator',
        refused,
        extra: localeSwitch(),
      });
    }
    const chosen = [figures, sessions].find(({ id }) => location.hash === `#/${id}`);
    globalThis.addEventListener('hashchange', () => location.reload());
    if (chosen) return openSection(chosen, staff);
    openOverview(root, staff, async () => {
      await signOutStaff().catch(() => {});
      location.reload();
    });
  } catch (error) {
    replaceChildren(
      root,
      h(
        'main',
        { class: 'sign-in' },
        h(
          'div',
          { class: 'card sign-in__card' },
          h('h1', {}, t('admin.title')),
          h('p', { role: 'alert' }, /** @type {Error} */ (error).message),
          h('button', { class: 'button button--primary', on: { click: () => location.reload() } }, t('shared.retry')),
        ),
      ),
    );
  }
}

/** @typedef {{id: string, title: () => string, open: (host: HTMLElement, context: any) => unknown}} Section */

/** @param {Section} chosen @param {import("../seat/staff-sign-in.js").StaffMember} staff */
function openSection(chosen, staff) {
  const host = h('div', {});
  replaceChildren(
    root,
    h(
      'header',
      { class: 'admin-bar' },
      h('a', { href: '#/' }, t('admin.title')),
      [figures, sessions].map(({ id, title }) => h('a', { href: `#/${id}`, 'aria-current': id === chosen.id ? 'page' : 'false' }, title())),
    ),
    h('main', { class: 'admin' }, h('h1', {}, chosen.title()), host),
  );
  chosen.open(host, { hall: staff.hall, announce });
}

start();
