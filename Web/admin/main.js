// Administration's way in: language, sign-in, then the shell with the section that the address names.

import { t, useTables } from '../text/text.js';
import { h, replaceChildren } from '../elements/dom.js';
import { announce } from '../elements/announce.js';
import { applyScheme, localeSwitch } from '../seat/preferences.js';
import { currentStaff, signInStaff, signOutStaff } from '../seat/staff-sign-in.js';
import { sections } from './sections.js';
import { openShell } from './shell.js';

/** Who may come in, each to the sections that are theirs. */
const ROLES = ['administrator', 'supervisor', 'audit-administrator'];

const root = /** @type {HTMLElement} */ (document.getElementById('page'));

/** @param {string[]} roles */
function sectionsFor(roles) {
  if (roles.includes('audit-administrator')) return sections.filter((section) => section.forAuditors);
  const others = sections.filter((section) => !section.forAuditors);
  return roles.includes('administrator') ? others : others.filter((section) => section.forSupervisors);
}

async function start() {
  applyScheme();
  await useTables('shared', 'seat', 'security', 'admin', ...sections.flatMap((section) => section.tables ?? [`admin-${section.id}`]));
  document.title = `${t('admin.title')} · ${t('shared.app')}`;
  announce('');
  try {
    let staff = await currentStaff();
    if (!staff?.roles.some((role) => ROLES.includes(role))) {
      const refused = staff ? t('seat.sign-in.not-administrator') : '';
      staff = await signInStaff(root, {
        title: t('admin.sign-in.title'),
        lead: t('seat.sign-in.lead'),
        role: 'administrator',
        roles: ROLES,
        refused,
        extra: localeSwitch(),
      });
    }
    const isAdministrator = staff.roles.includes('administrator');
    openShell(root, {
      staff,
      halls: isAdministrator ? staff.administers : [staff.hall],
      sections: sectionsFor(staff.roles),
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
