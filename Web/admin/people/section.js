// People, seats and the hall's own data, one page each.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { openHall } from './hall.js';
import { openPeople } from './people.js';
import { openSeats } from './seats.js';

/** @type {import("../sections.js").Section} */
export const section = { id: 'people', title: () => t('admin.people'), open };

/** @type {[string, (host: HTMLElement, context: import("../sections.js").SectionContext) => (() => void)][]} */
const PARTS = [['people', openPeople], ['seats', openSeats], ['hall', openHall]];

/** @param {HTMLElement} host @param {import("../sections.js").SectionContext} context */
function open(host, context) {
  let close = () => {};
  const panel = h('div', { class: 'people__panel', role: 'tabpanel', id: 'people-panel' });
  const tabs = PARTS.map(([name], index) =>
    h('button', {
      class: 'people__tab', type: 'button', role: 'tab', id: `people-tab-${name}`, 'aria-controls': 'people-panel',
      on: { click: () => choose(index), keydown: (/** @type {KeyboardEvent} */ event) => move(event, index) },
    }, t(`admin.people.tab.${name}`))
  );
  /** @param {number} index */
  function choose(index) {
    close();
    tabs.forEach((tab, at) => {
      tab.setAttribute('aria-selected', String(at === index));
      tab.tabIndex = at === index ? 0 : -1;
    });
    panel.setAttribute('aria-labelledby', tabs[index].id);
    // A host of its own, so that what a closed part draws late lands nowhere.
    const place = h('div', { class: 'people__part' });
    replaceChildren(panel, place);
    if (context.staff.administers.some((hall) => hall.id === context.hall.id)) {
      close = PARTS[index][1](place, context);
    } else {
      close = () => {};
      const elsewhere = h('p', { class: 'notice' }, icon('info'), h('span', {}, t('admin.people.other-hall')));
      // A new hall can be made from wherever one is.
      if (PARTS[index][0] === 'hall') close = openHall(place, context, { isOwn: false });
      place.prepend(elsewhere);
    }
  }
  /** @param {KeyboardEvent} event @param {number} index */
  function move(event, index) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = (index + step + tabs.length) % tabs.length;
    choose(next);
    tabs[next].focus();
  }
  replaceChildren(host, h('div', { class: 'people__tabs', role: 'tablist', 'aria-label': t('admin.people.tabs') }, tabs), panel);
  const wanted = PARTS.findIndex(([name]) => name === context.rest()[0]);
  choose(Math.max(0, wanted));
  return () => close();
}
