import { h, icon, replaceChildren } from '../../elements/dom.js';
import { announce } from '../../elements/announce.js';
import { t } from '../../text/text.js';
import { slotsKey } from '../appointments.js';
import { dayOf, momentWords } from '../days.js';
import { actionButton, applicantsOf, backButton, heading, nameOf, notice } from '../parts/pieces.js';
import { formOf } from '../parts/materials.js';
import { waysCard } from '../parts/ways.js';
import { hasLiveTicket, itemKey } from '../state.js';
import { hallNow } from './find.js';

/** @import { App } from '../app.js' */
/** @import { HallNow, Item, Material, PriorityGround, SpokenLanguage } from '../wire.js' */
/** @import { KnownSlots } from '../appointments.js' */
/** @import { State } from '../state.js' */

/** @typedef {{ kind: string, hall: string }} Chosen */

/** What the matter needs, and the way to a ticket. @param {App} app */
export function itemScreen(app) {
  const node = h('div', { class: 'stack' });
  const code = app.state.route.name === 'item' ? app.state.route.code : '';
  /** What was chosen survives that the list is drawn anew. @type {Chosen} */
  const chosen = { kind: '', hall: '' };
  const page = { chooseHall, drawWays() {} };
  const ways = waysCard(code, { choose: chooseWay });
  app.loadItem(code);
  draw(app.state);

  /** @param {State} state */
  function draw(state) {
    const newest = state.items[code];
    const back = backButton(() => app.go({ name: 'find' }));
    if (newest === undefined) return replaceChildren(node, back, h('p', { role: 'status' }, t('shared.loading')));
    if (newest === 'missing') return replaceChildren(node, back, ...gone(app));
    const own = state.items[itemKey(code, { hall: chosen.hall })];
    const item = chosen.hall && own && own !== 'missing' ? own : newest;
    const [title, ...details] = about(item);
    replaceChildren(node, back, title, !hasLiveTicket(state) && ways, ...details, choice(app, item, chosen, page));
  }

  /** The hall that was advised is chosen below; the last step stays the person's. @param {import('../parts/ways.js').Way} way */
  function chooseWay({ kind, hall, starts_at }) {
    chosen.hall = hall?.id ?? '';
    if (kind === 'appointment' && hall) return app.go({ name: 'book', code, kind: chosen.kind, hall: hall.id, ...(starts_at && { day: dayOf(starts_at) }) });
    draw(app.state);
    chooseHall(chosen.hall);
    const take = /** @type {HTMLElement | null} */ (node.querySelector('form .action .button'));
    take?.scrollIntoView({ block: 'center' });
    take?.focus();
  }

  /** A hall may have adopted another version than the one shown: then its own list is shown before a ticket can be taken. @param {string} hall */
  function chooseHall(hall) {
    chosen.hall = hall;
    const newest = app.state.items[code];
    if (!newest || newest === 'missing' || !newest.adopted) return;
    const isUniform = new Set(newest.adopted.map((one) => one.version)).size === 1;
    if (isUniform) return;
    app.loadItem(code, { hall });
    if (app.state.items[itemKey(code, { hall })]) showHall();
  }

  function showHall() {
    draw(app.state);
    const input = /** @type {HTMLInputElement | null} */ (node.querySelector('input[name="hall"]:checked'));
    input?.focus();
    announce(t('citizen.item.hallList', { name: app.state.halls.find((one) => one.id === chosen.hall)?.name ?? '' }));
  }
  return {
    node,
    /** @param {State} state @param {State} before */
    update(state, before) {
      if (state.slots !== before.slots) page.drawWays();
      const ticketChanged = hasLiveTicket(state) !== hasLiveTicket(before);
      // Halls are drawn once: figures that jump under a finger about to choose are worse than old ones.
      const key = itemKey(code, { hall: chosen.hall });
      if (chosen.hall && state.items[key] !== before.items[key]) return showHall();
      if (state.items[code] !== before.items[code] || ticketChanged || (before.halls.length === 0 && state.halls.length > 0)) draw(state);
    },
  };
}

/** @param {App} app */
function gone(app) {
  return [
    heading(t('citizen.item.goneTitle')),
    h('p', null, t('citizen.item.goneBody')),
    h('button', { class: 'button button--primary button--block', type: 'button', on: { click: () => app.go({ name: 'find' }) } },
      t('citizen.item.goneBack')),
  ];
}

/** @param {Item} item */
function about(item) {
  return [
    h('div', { class: 'stack stack--tight' },
      heading(nameOf(item)),
      h('p', { class: 'badges' },
        h('span', { class: 'badge' }, item.category),
        item.verified
          ? h('span', { class: 'badge badge--good' }, icon('check'), t('citizen.item.verified'))
          : h('span', { class: 'badge badge--warn' }, icon('info'), t('citizen.item.unverified')))),
    h('section', { class: 'stack stack--tight' },
      h('h2', null, t('citizen.item.materials', { n: item.materials.length })),
      item.materials.length === 0 && h('p', null, t('citizen.item.noMaterials')),
      h('ol', { class: 'needs card' }, item.materials.map(need))),
    h('dl', { class: 'facts card' },
      fact('clock', t('citizen.item.timeLimit'), item.time_limit?.text),
      fact('info', t('citizen.item.fee'), item.fee?.text),
      fact('user', t('citizen.item.applicants'), applicantsOf(item.applicants))),
    sources(item),
  ];
}

/** @param {Material} material @param {number} index */
function need(material, index) {
  return h('li', { class: 'need' },
    h('span', { class: 'need__number', 'aria-hidden': 'true' }, index + 1),
    h('div', null,
      h('p', { class: 'strong' }, nameOf(material)),
      h('p', { class: 'quiet small' }, formOf(material)),
      material.condition && h('p', { class: 'small' }, t('citizen.item.condition', { text: material.condition })),
      material.exemption && h('p', { class: 'small' }, t('citizen.item.exemption', { text: material.exemption }))));
}

/** @param {string} drawing @param {string} label @param {string | undefined} text */
function fact(drawing, label, text) {
  return h('div', { class: 'fact' }, icon(drawing), h('dt', null, label), h('dd', null, text || t('citizen.item.unknown')));
}

/** @param {Item} item */
function sources(item) {
  return h('details', { class: 'group' },
    h('summary', null, h('span', null, t('citizen.item.sources')), icon('right')),
    h('div', { class: 'stack stack--tight group__body small' },
      h('p', null, t(item.verified ? 'citizen.item.verifiedLong' : 'citizen.item.unverifiedLong')),
      item.status_note && h('p', null, item.status_note),
      item.legal_basis.length > 0 && h('p', null, t('citizen.item.basis', { text: item.legal_basis.map((basis) => basis.text).join(';') })),
      h('ul', { class: 'stack stack--tight' }, item.sources.map((source) =>
        h('li', null,
          source.url?.startsWith('http') ? h('a', { href: source.url, target: '_blank', rel: 'noopener noreferrer' }, source.title) : source.title,
          source.issuer && h('span', { class: 'quiet' }, ` ${source.issuer}`),
          source.page_date && h('span', { class: 'quiet' }, ` ${source.page_date}`))))));
}

/** @type {SpokenLanguage[]} */
const LANGUAGES = ['mandarin', 'teochew', 'english', 'sign'];
/** @type {PriorityGround[]} */
const PRIORITIES = ['elder', 'disability'];

/** One line for those who need it; whoever does not, passes it by. @param {App} app */
function care(app) {
  const said = h('span', { class: 'care__said' });
  function draw() {
    const { language, priority } = app.state.wish;
    replaceChildren(said, [language && t(`citizen.care.language.${language}`), priority && t(`citizen.care.priority.${priority}.short`)]
      .filter(Boolean).join(t('citizen.applicant.and')));
  }
  /** @param {import('../wire.js').Wish} change */
  function set(change) {
    app.dispatch({ type: 'wish', wish: { ...app.state.wish, ...change } });
    draw();
  }
  draw();
  const { language, priority } = app.state.wish;
  return h('details', { class: 'group care', open: Boolean(language || priority) },
    h('summary', null, h('span', null, t('citizen.care.open'), said), icon('right')),
    h('div', { class: 'stack group__body' },
      pills('language', t('citizen.care.language'), [
        { value: '', label: t('citizen.care.language.any'), checked: !language, choose: () => set({ language: undefined }) },
        ...LANGUAGES.map((value) => ({
          value, label: t(`citizen.care.language.${value}`), checked: value === language, choose: () => set({ language: value }),
        })),
      ], t('citizen.care.languageHint')),
      pills('priority', t('citizen.care.priority'), [
        { value: '', label: t('citizen.care.priority.none'), checked: !priority, choose: () => set({ priority: undefined }) },
        ...PRIORITIES.map((value) => ({
          value, label: t(`citizen.care.priority.${value}`), checked: value === priority, choose: () => set({ priority: value }),
        })),
      ], t('citizen.care.priorityHint'))));
}

/**
 * @param {string} name
 * @param {string} legend
 * @param {{ value: string, label: string, checked: boolean, choose: () => void }[]} choices
 * @param {string} hint
 */
function pills(name, legend, choices, hint) {
  return h('fieldset', { 'aria-describedby': `${name}-hint` },
    h('legend', { class: 'strong' }, legend),
    h('div', { class: 'pills' }, choices.map((one) =>
      h('label', { class: 'pill' }, h('input', { type: 'radio', name, value: one.value, checked: one.checked, on: { change: one.choose } }), h('span', null, one.label)))),
    h('p', { class: 'quiet small', id: `${name}-hint` }, hint));
}

/** The hours in which somebody has this item. @param {Item} item @param {HallNow} hall */
function openingFor(item, hall) {
  return item.openings?.find((one) => one.hall_id === hall.id)?.opening ?? hall.opening;
}

/**
 * @param {App} app
 * @param {Item} item
 * @param {Chosen} chosen
 * @param {{ chooseHall: (hall: string) => void, drawWays: () => void }} page `drawWays`: set here, for news of the times
 */
function choice(app, item, chosen, page) {
  if (hasLiveTicket(app.state)) {
    return h('div', { class: 'stack' },
      notice('info', h('p', null, t('citizen.item.haveTicket', { number: app.state.ticket?.number ?? '' }))),
      h('button', { class: 'button button--primary button--large button--block', type: 'button', on: { click: () => app.go({ name: 'ticket' }) } },
        icon('ticket'), t('citizen.banner.back')));
  }
  const isOffered = (/** @type {string} */ value) => item.kinds.some((one) => one === value);
  if (!isOffered(chosen.kind)) chosen.kind = item.kinds.includes('pre-review') ? 'pre-review' : item.kinds[0];
  const halls = app.state.halls.filter((one) => !item.adopted || item.adopted.some(({ hall_id }) => hall_id === one.id));
  if (halls.length === 1) chosen.hall = halls[0].id;
  const problem = h('p', { class: 'field__error', role: 'alert' });

  /** @param {'take' | 'book'} [way] */
  function go(way = 'take') {
    const { kind, hall } = chosen;
    if (!hall) {
      replaceChildren(problem, icon('warn'), t(halls.length === 0 ? 'citizen.trouble.loading' : 'citizen.item.chooseHallFirst'));
      /** @type {HTMLInputElement | null} */ (document.querySelector('input[name="hall"]'))?.focus();
      return;
    }
    if (way === 'book') return app.go({ name: 'book', code: item.code, kind, hall });
    app.go({ name: app.state.me ? 'devices' : 'sign-in', code: item.code, kind, hall });
  }
  const both = h('div', { class: 'choices' });
  let drawn = '';
  /** Both ways are there before a hall is chosen; what is known of them comes with it. */
  function drawWays() {
    const hall = halls.find((one) => one.id === chosen.hall);
    const wanted = { code: item.code, kind: chosen.kind, hall: chosen.hall, ...(app.state.wish.language && { language: app.state.wish.language }) };
    const key = slotsKey(wanted);
    if (hall && !asked.has(key)) {
      asked.add(key);
      // Without an answer the booking is offered all the same; its own page tries again.
      app.booking.loadSlots(wanted, { days: 1 }).catch(() => {});
    }
    const known = hall ? app.state.slots[key] : undefined;
    const isClosed = hall !== undefined && hall.seats_open === 0 && openingFor(item, hall)?.state !== 'open';
    const signature = JSON.stringify([hall?.id, isClosed, known === undefined ? '' : known === 'none' ? known : [known.next, known.reason]]);
    if (signature === drawn) return;
    drawn = signature;
    replaceChildren(both, choicesOf(app, { known, isClosed, take: go, book: () => go('book') }));
  }
  /** Halls and kinds whose times were asked for. @type {Set<string>} */
  const asked = new Set();
  page.drawWays = drawWays;
  drawWays();
  return h('form', { class: 'stack', on: { submit: (/** @type {Event} */ event) => event.preventDefault() } },
    options('kind', t('citizen.item.how'), item.kinds.map((value) => ({
      value, label: t(`shared.kind.${value}`), hint: t(`citizen.kind.${value}`), checked: value === chosen.kind, choose: () => { chosen.kind = value; drawWays(); },
    }))),
    halls.length > 1
      ? options('hall', t('citizen.item.where'), halls.map((one) => ({
        value: one.id, label: one.name, hint: hallNow(one, openingFor(item, one)), checked: one.id === chosen.hall,
        choose: () => { problem.replaceChildren(); page.chooseHall(one.id); drawWays(); },
      })))
      : halls.length === 1 && notice('info', h('p', null, t('citizen.hall.named', { name: halls[0].name, now: hallNow(halls[0], openingFor(item, halls[0])) }))),
    care(app),
    problem,
    both);
}

/**
 * Now, or at a time: the one that leads somewhere sooner comes first.
 * @param {App} app
 * @param {{ known: KnownSlots | 'none' | undefined, isClosed: boolean, take: () => void, book: () => void }} parts
 */
function choicesOf(app, { known, isClosed, take, book }) {
  const canBook = known !== 'none' && known?.reason !== 'no-schedule';
  const bookFirst = isClosed && known !== undefined && known !== 'none' && Boolean(known.next);
  const now = way({ label: t('citizen.item.take'), drawing: 'ticket', isMain: !bookFirst, why: canBook ? t(isClosed ? 'booking.item.nowClosed' : 'booking.item.nowWhy') : '', act: take });
  const later = canBook && way({ label: t('booking.item.book'), drawing: 'calendar', isMain: bookFirst, why: bookWhy(app, known), act: book });
  return bookFirst ? [later, now] : [now, later];
}

/** @param {App} app @param {KnownSlots | undefined} known */
function bookWhy(app, known) {
  if (known?.next) return t('booking.item.bookNext', { when: momentWords(known.next, app.now(), known.zone) });
  if (known?.reason === 'calendar-missing') return t('booking.item.calendarMissing');
  return t(known?.reason === 'all-taken' ? 'booking.item.allTaken' : 'booking.item.bookWhy');
}

/** @param {{ label: string, drawing: string, isMain: boolean, why: string, act: () => void }} way */
function way({ label, drawing, isMain, why, act }) {
  return h('div', { class: 'choice' },
    actionButton({ label, icon: drawing, class: ['button button--large button--block', isMain && 'button--primary'].filter(Boolean).join(' '), act }),
    why && h('p', { class: 'quiet small' }, why));
}

/**
 * @param {string} name
 * @param {string} legend
 * @param {{ value: string, label: string, hint: string, checked: boolean, choose: () => void }[]} choices
 */
function options(name, legend, choices) {
  return h('fieldset', { class: 'stack stack--tight' },
    h('legend', null, h('h2', null, legend)),
    choices.map((one) =>
      h('label', { class: 'option card' },
        h('input', { type: 'radio', name, value: one.value, checked: one.checked, on: { change: one.choose } }),
        h('span', null, h('span', { class: 'strong option__label' }, one.label), h('span', { class: 'quiet small option__hint' }, one.hint)))));
}
