import { h, icon, replaceChildren } from '../../elements/dom.js';
import { announce } from '../../elements/announce.js';
import { formatComing, formatTime, t } from '../../text/text.js';
import { appointmentRows, rowsSignature } from '../parts/appointment-rows.js';
import { applicantsOf, heading, nameOf } from '../parts/pieces.js';
import { formatRoute } from '../routes.js';
import { search } from '../search.js';

/** @import { App } from '../app.js' */
/** @import { Catalogue, CatalogueRow, HallNow, Opening, OwnCase } from '../wire.js' */
/** @import { State } from '../state.js' */

const COMMON_COUNT = 6;
const CASES_COUNT = 5;

/** One question: what do you want to get done? @param {App} app */
export function findScreen(app) {
  const halls = h('ul', { class: 'halls' });
  const cases = h('div');
  const results = h('div', { class: 'stack' });
  const input = h('input', {
    type: 'search', id: 'find', class: 'input', value: app.searched, placeholder: t('citizen.find.placeholder'), autocomplete: 'off',
    enterkeyhint: 'search', on: { input: () => { app.searched = input.value; drawResults(); } },
  });
  const appointments = h('div');
  let drawnAppointments = '';
  const node = h('div', { class: 'stack' },
    appointments,
    heading(t('citizen.find.title')),
    h('form', { role: 'search', class: 'find', on: { submit: (/** @type {Event} */ event) => { event.preventDefault(); input.blur(); } } },
      h('label', { class: 'visually-hidden', for: 'find' }, t('citizen.find.label')), icon('search'), input),
    halls,
    cases,
    results);

  function drawResults() {
    const { catalogue } = app.state;
    const typed = app.searched;
    if (!catalogue) return replaceChildren(results, h('p', { class: 'quiet', role: 'status' }, t('citizen.find.loading')));
    if (!typed.trim()) return replaceChildren(results, common(catalogue), everything(catalogue));
    const hits = search(catalogue.items, typed);
    announce(t('citizen.find.hits', { n: hits.length }));
    replaceChildren(results, hits.length > 0
      ? h('section', { class: 'stack' }, h('h2', null, t('citizen.find.hits', { n: hits.length })), rows(hits))
      : [h('p', null, t('citizen.find.none', { query: typed.trim() })), everything(catalogue, true)]);
  }

  /** @param {State} state */
  function drawHalls(state) {
    replaceChildren(halls, state.halls.map((hall) => h('li', null, icon('seat'), h('span', null, hallLine(hall)))));
    halls.hidden = state.halls.length === 0;
  }
  /** @param {State} state */
  function drawCases(state) {
    cases.hidden = state.cases.length === 0;
    replaceChildren(cases, state.cases.length > 0 && h('section', { class: 'stack' },
      h('h2', null, t('citizen.cases.title')),
      h('ul', { class: 'rows' }, state.cases.slice(0, CASES_COUNT).map((one) => caseRow(one)))));
  }
  function drawAppointments() {
    const key = rowsSignature(app);
    if (key === drawnAppointments) return;
    drawnAppointments = key;
    const rows = appointmentRows(app);
    appointments.hidden = rows === null;
    replaceChildren(appointments, rows);
  }
  appointments.hidden = true;
  drawAppointments();
  drawHalls(app.state);
  drawCases(app.state);
  drawResults();
  return {
    node,
    /** @param {State} state @param {State} before */
    update(state, before) {
      if (state.halls !== before.halls) drawHalls(state);
      if (state.catalogue !== before.catalogue) drawResults();
      if (state.cases !== before.cases) drawCases(state);
      drawAppointments();
    },
  };
}

/** @param {OwnCase} one */
function caseRow(one) {
  const result = one.live ? t('citizen.cases.live') : one.outcome_result ? t(`citizen.result.${one.outcome_result}`) : t('citizen.cases.none');
  return h('li', null,
    h('a', { class: 'row', href: formatRoute(one.live ? { name: 'ticket' } : { name: 'look-up', case: one.case_id }) },
      h('span', { class: 'row__text' },
        h('span', { class: 'row__name' }, one.item.name),
        h('span', { class: 'quiet small' }, t('citizen.cases.row', { result, hall: one.hall.name, time: formatTime(one.opened_at, { date: true }) }))),
      icon('right')));
}

/** @param {HallNow} hall */
export function hallLine(hall) {
  return t('citizen.hall.named', { name: hall.name, now: hallNow(hall) });
}

/**
 * How it is there now, without the name. Whoever is signed on serves whatever the hours say, so they count only where nobody is.
 * @param {HallNow} hall
 * @param {Opening} [opening] for one item; otherwise the hall's own
 */
export function hallNow(hall, opening = hall.opening) {
  if (hall.seats_open === 0 && opening) return closedNow(hall, opening);
  if (hall.seats_open === 0) return t(hall.waiting === 0 ? 'citizen.hall.closed' : 'citizen.hall.closedWaiting', { waiting: hall.waiting });
  return t(hall.waiting === 0 ? 'citizen.hall.free' : 'citizen.hall.busy', { waiting: hall.waiting, seats: hall.seats_open });
}

/** @param {HallNow} hall @param {Opening} opening */
function closedNow({ waiting }, opening) {
  switch (opening.state) {
    case 'open': return t('citizen.hall.openEmpty');
    case 'unknown': return t('citizen.hall.unknown');
    case 'closed': {
      const when = formatComing(opening.opens_at ?? '');
      return waiting === 0 ? t('citizen.hall.opensAt', { when }) : t('citizen.hall.opensAtWaiting', { when, waiting });
    }
  }
}

/** Matters of natural persons come first: they are the ones who come without an accountant. @param {Catalogue} catalogue */
function common({ items }) {
  const isPersonal = (/** @type {CatalogueRow} */ item) => item.applicants.includes('自然人') ? 0 : 1;
  const six = [...items].sort((a, b) => isPersonal(a) - isPersonal(b)).slice(0, COMMON_COUNT);
  return h('section', { class: 'stack' }, h('h2', null, t('citizen.find.common')), rows(six));
}

/** @param {Catalogue} catalogue @param {boolean} [open] */
function everything({ items }, open = false) {
  /** @type {Map<string, CatalogueRow[]>} */
  const groups = new Map();
  for (const item of items) groups.set(item.category, [...groups.get(item.category) ?? [], item]);
  return h('section', { class: 'stack' },
    h('h2', null, t('citizen.find.all', { n: items.length })),
    h('div', { class: 'groups' }, [...groups].map(([category, members]) =>
      h('details', { class: 'group', open: open && groups.size === 1 },
        h('summary', null, h('span', null, category), h('span', { class: 'badge' }, t('citizen.find.count', { n: members.length })), icon('right')),
        rows(members)))));
}

/** @param {CatalogueRow[]} items */
function rows(items) {
  return h('ul', { class: 'rows' }, items.map((item) =>
    h('li', null,
      h('a', { class: 'row', href: formatRoute({ name: 'item', code: item.code }) },
        h('span', { class: 'row__text' },
          h('span', { class: 'row__name' }, nameOf(item)),
          h('span', { class: 'quiet small' }, t('citizen.find.row', {
            who: applicantsOf(item.applicants),
            kinds: item.kinds.map((kind) => t(`shared.kind.${kind}`)).join(t('citizen.applicant.and')),
            n: item.material_count,
          }))),
        icon('right')))));
}
