// Administration's way in: language, sign-in, then the shell with the section that the address names.

import { t, useTables } from '../text/text.js';
import { h, replaceChildren } from '../elements/dom.js';
import { announce } from '../elements/announce.js';
import { applyScheme, localeSwitch } from '../seat/preferences.js';
import { currentStaff, signInStaff, signOutStaff } from '../seat/staff-sign-in.js';
import { getJSON } from '../signaling/http.js';
import { sections } from './sections.js';
import { openShell } from './shell.js';

const root = /** @type {HTMLElement} */ (document.getElementById('page'));

async function start() {
  applyScheme();
  await useTables('shared', 'seat', 'admin', ...sections.flatMap((section) => section.tables ?? [`admin-${section.id}`]));
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
    const { halls } = await getJSON('/halls');
    openShell(root, {
      staff,
      halls,
      sections,
      signOut: async () => {
        await signOutStaff().catch(() => {});
        location.reload();
      },
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

start();
