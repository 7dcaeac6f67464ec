// What stands around every section: the bar of sections, the hall, the person; and which section the address names.

import { h, icon, replaceChildren } from '../elements/dom.js';
import { announce } from '../elements/announce.js';
import { t } from '../text/text.js';
import { localeSwitch, schemeSwitch } from '../seat/preferences.js';
import { parseRoute } from './route.js';

/** @typedef {import("./sections.js").Section} Section */
/** @typedef {import("./sections.js").Hall} Hall */

const HALL_KEY = 'farwindow.admin.hall';

/** The hall chosen last on this device, or the person's own. @param {Hall[]} halls @param {Hall} own */
function rememberedHall(halls, own) {
  let kept = null;
  // Storage can be forbidden; the choice then lasts for the page.
  try { kept = localStorage.getItem(HALL_KEY); } catch { /* as above */ }
  return halls.find((hall) => hall.id === kept) ?? halls.find((hall) => hall.id === own.id) ?? own;
}

/** The page opens with this hall from now on. @param {string} id */
export function rememberHall(id) {
  try { localStorage.setItem(HALL_KEY, id); } catch { /* as in rememberedHall */ }
}

/**
 * @param {Element} root
 * @param {{
 *   staff: import("../seat/staff-sign-in.js").StaffMember, halls: Hall[], sections: readonly Section[], signOut: () => void,
 * }} options
 */
export function openShell(root, { staff, halls, sections, signOut }) {
  let hall = rememberedHall(halls, staff.hall);
  /** @type {Section | null} */
  let current = null;
  let close = () => {};

  const heading = h('h1', { class: 'shell__title', tabindex: '-1' });
  const host = h('div', { class: 'shell__section' });
  const links = new Map(sections.map((section) => [section.id, h('a', { class: 'shell__link', href: `#/${section.id}` }, section.title())]));
  const list = h('ul', { class: 'shell__links', id: 'sections' }, [...links.values()].map((link) => h('li', {}, link)));
  const toggle = h('button', {
    class: 'button shell__toggle', 'aria-expanded': 'false', 'aria-controls': 'sections', on: { click: () => showList(!isListShown()) },
  });
  const chooser = h('select', {
    class: 'input shell__hall', 'aria-label': t('admin.shell.hall'),
    on: { change: () => chooseHall(chooser.value) },
  }, halls.map((one) => h('option', { value: one.id, selected: one.id === hall.id }, one.name)));

  const nav = h('nav', { class: 'shell__bar', 'aria-label': t('admin.shell.sections') }, toggle, list);
  nav.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !isListShown()) return;
    showList(false);
    toggle.focus();
  });

  replaceChildren(
    root,
    h(
      'header',
      { class: 'admin-bar' },
      h('strong', { class: 'admin-bar__title' }, t('admin.title')),
      halls.length > 1 ? chooser : h('span', { class: 'quiet' }, hall.name),
      h('span', { class: 'admin-bar__space' }),
      h('span', {}, staff.name),
      h('a', { class: 'button button--quiet bar-button', href: '../staff/?from=admin' }, t('seat.bar.security')),
      h('button', { class: 'button button--quiet bar-button', on: { click: signOut } }, t('seat.bar.sign-out')),
      localeSwitch(),
      schemeSwitch(),
    ),
    h('div', { class: 'shell' }, nav, h('main', { class: 'admin' }, heading, host)),
  );

  const isListShown = () => toggle.getAttribute('aria-expanded') === 'true';
  /** On a narrow screen only; a wide one shows the list always. @param {boolean} isShown */
  function showList(isShown) {
    toggle.setAttribute('aria-expanded', String(isShown));
  }

  /** @param {string} id */
  function chooseHall(id) {
    hall = halls.find((one) => one.id === id) ?? hall;
    rememberHall(hall.id);
    current = null;
    show({ isFocused: false });
    announce(t('admin.shell.hall-chosen', { hall: hall.name }));
  }

  const rest = () => parseRoute(location.hash).rest;

  /** @param {{ isFocused: boolean }} options */
  function show({ isFocused }) {
    const { id } = parseRoute(location.hash);
    const wanted = sections.find((section) => section.id === id) ?? sections[0];
    showList(false);
    // The rest of the address is the section's own business.
    if (wanted === current) return;
    close();
    current = wanted;
    heading.textContent = wanted.title();
    document.title = `${wanted.title()} · ${t('admin.title')} · ${t('shared.app')}`;
    replaceChildren(toggle, icon('list'), wanted.title());
    for (const [one, link] of links) {
      if (one === wanted.id) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    // A host of its own, so that what a closed section draws late lands nowhere.
    const place = h('div', { class: `shell__place section--${wanted.id}` });
    replaceChildren(host, place);
    close = wanted.open(place, { staff, hall, halls, announce, rest, go: (hash) => { location.hash = hash; } });
    if (!isFocused) return;
    scrollTo(0, 0);
    heading.focus();
  }

  addEventListener('hashchange', () => show({ isFocused: true }));
  show({ isFocused: false });
}
