// Choosing a time: first the day, then the time of that day. One question on a page.

import { announce } from '../../elements/announce.js';
import { h, icon, replaceChildren } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { byPart, freeOf, slotsKey } from '../appointments.js';
import { dayLine, dayOf, dayWords, HALL_ZONE, momentWords, timeOf } from '../days.js';
import { sentenceOf } from '../errors.js';
import { backButton, heading, nameOf, notice } from '../parts/pieces.js';

/** @import { App } from '../app.js' */
/** @import { BookRoute } from '../booking.js' */
/** @import { KnownSlots } from '../appointments.js' */
/** @import { Slot } from '../wire.js' */

const REFRESH_MS = 20_000;
const RETRY_MS = 4_000;

/** @param {App} app */
export function bookScreen(app) {
  const route = /** @type {BookRoute} */ (app.state.route);
  const wanted = app.booking.wanted(route);
  const key = slotsKey(wanted);
  const body = h('div', { class: 'stack' });
  const node = h('div', { class: 'stack' },
    backButton(() => leave(app, route)),
    h('p', { class: 'quiet small' }, step(app, route.day ? 2 : 1)),
    heading(title(app, route)),
    h('p', { class: 'quiet small' }, aboutOf(app, route)),
    body);
  /** Said once: a reload has forgotten it, and that is well. */
  const { trouble } = app.booking;
  app.booking.trouble = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let isOver = false;
  let drawn = '';
  let problem = '';
  if (trouble) announce(troubleText(trouble), { assertive: true });

  async function refresh() {
    try {
      if (!document.hidden) await app.booking.loadSlots(wanted, route.day ? { from: route.day, days: 1 } : {});
      problem = '';
    } catch (error) {
      problem = sentenceOf(error);
    }
    if (isOver) return;
    draw();
    timer = setTimeout(refresh, problem ? RETRY_MS : REFRESH_MS);
  }

  /** Only what has changed is drawn anew, and the focus stays on the time where it was. */
  function draw() {
    const known = app.state.slots[key];
    const signature = JSON.stringify([known, problem, app.booking.today()]);
    if (signature === drawn) return;
    drawn = signature;
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.at;
    replaceChildren(body,
      trouble && notice('warn', h('p', { class: 'strong' }, troubleText(trouble))),
      movedNote(app, route),
      known === undefined && problem && notice('warn', h('p', null, problem), h('p', { class: 'small' }, t('citizen.trouble.loading'))),
      known === undefined ? !problem && h('p', { role: 'status' }, t('booking.days.loading')) : known === 'none' ? none(app, route) : choices(app, route, known));
    /** @type {HTMLElement | null} */ (body.querySelector(`[data-at="${focused}"]`))?.focus({ preventScroll: true });
  }
  draw();
  refresh();
  return {
    node,
    update: draw,
    leave() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}

/** @param {App} app @param {BookRoute} route */
function leave(app, { code, kind, hall, day, replaces }) {
  if (day) return app.go({ name: 'book', code, kind, hall, replaces });
  app.go(replaces ? { name: 'appointment', id: replaces } : { name: 'item', code });
}

/** Whoever is not known yet says who they are between the time and the last look. @param {App} app @param {number} n */
export function step(app, n) {
  return t('booking.step', { n, all: app.state.me ? 3 : 4 });
}

/** @param {App} app @param {BookRoute} route */
function title(app, { day, replaces }) {
  if (day) return t('booking.times.title', { day: dayLine(day, app.booking.today()) });
  return t(replaces ? 'booking.days.move' : 'booking.days.title');
}

/** The matter in one line. @param {App} app @param {{ code: string, kind: string, hall: string }} route */
export function aboutOf({ state }, { code, kind, hall }) {
  const item = state.catalogue?.items.find((one) => one.code === code);
  const where = state.catalogue?.halls.find((one) => one.id === hall) ?? state.halls.find((one) => one.id === hall);
  return t('booking.about', { item: item ? nameOf(item) : code, kind: t(`shared.kind.${kind}`), hall: where?.name ?? '' });
}

/** @param {{ code: string, at: string }} trouble */
function troubleText({ code, at }) {
  return t(`booking.trouble.${code}`, { time: timeOf(at) });
}

/** @param {App} app @param {BookRoute} route */
function movedNote(app, { replaces, day }) {
  const old = app.booking.find(replaces);
  return old && !day && notice('info', h('p', null, t('booking.days.moveWhy', { when: momentWords(old.starts_at, app.now()) })));
}

/** @param {App} app @param {BookRoute} route */
function none(app, route) {
  return [
    notice('info', h('h2', null, t('booking.days.none')), h('p', null, t('booking.days.noneBody'))),
    toItem(app, route),
  ];
}

/** @param {App} app @param {BookRoute} route */
function toItem(app, { code }) {
  return h('button', { class: 'button button--block', type: 'button', on: { click: () => app.go({ name: 'item', code }) } }, t('booking.days.toItem'));
}

/** @param {App} app @param {BookRoute} route @param {KnownSlots} known */
function choices(app, route, known) {
  if (route.day) return times(app, route, route.day, known);
  const days = Object.keys(known.days).sort().filter((day) => day >= app.booking.today(known.zone));
  if (days.some((day) => freeOf(known.days[day]) > 0)) return h('ul', { class: 'days' }, days.map((day) => dayRow(app, route, day, known)));
  return [reasonNotice(known), toItem(app, route)];
}

/** Why there is nothing at all. @param {KnownSlots} known */
function reasonNotice({ reason, missing_year }) {
  if (reason === 'calendar-missing' && missing_year) {
    return notice('info', h('h2', null, t('booking.days.calendarMissing')), h('p', null, t('booking.days.calendarMissingBody', { year: missing_year })));
  }
  if (reason === 'no-schedule') return notice('info', h('h2', null, t('booking.days.none')), h('p', null, t('booking.days.noneBody')));
  return notice('info', h('h2', null, t('booking.days.allTaken')), h('p', null, t('booking.days.allTakenBody')));
}

/** @param {App} app @param {BookRoute} route @param {string} day @param {KnownSlots} known */
function dayRow(app, route, day, known) {
  const free = freeOf(known.days[day]);
  const { near, date, weekday } = dayWords(day, app.booking.today(known.zone));
  const words = h('span', { class: 'day__words' }, near && h('span', { class: 'day__near' }, near), h('span', null, `${date} ${weekday}`));
  if (free === 0) return h('li', { class: 'day day--full' }, h('span', { class: 'day__both' }, words, h('span', null, t('booking.days.full'))));
  return h('li', null, h('button', { class: 'button day', type: 'button', 'data-at': day, on: { click: () => app.go({ ...route, day }) } },
    h('span', { class: 'day__both' }, words, h('span', { class: 'day__free' }, t('booking.days.free', { n: free }))), icon('right')));
}

/** @param {App} app @param {BookRoute} route @param {string} day @param {KnownSlots} known */
function times(app, route, day, { days, zone, slot_minutes }) {
  const slots = (days[day] ?? []).filter((slot) => Date.parse(slot.starts_at) > app.now() && dayOf(slot.starts_at, zone ?? HALL_ZONE) === day);
  return [
    freeOf(slots) === 0 && notice('info', h('p', null, t('booking.times.full'))),
    byPart(slots, zone).map(({ part, slots: some }) => h('section', { class: 'stack stack--tight' },
      h('h2', null, t(`booking.part.${part}`)),
      h('ul', { class: 'times' }, some.map((slot) => h('li', null, timeButton(app, route, slot, zone)))))),
    freeOf(slots) > 0 && h('p', { class: 'quiet small' }, t('booking.times.minutes', { n: slot_minutes })),
    h('button', {
      class: ['button button--block', freeOf(slots) === 0 && 'button--primary'], type: 'button',
      on: { click: () => leave(app, route) },
    }, t('booking.times.otherDay')),
  ];
}

/** @param {App} app @param {{ code: string, kind: string, hall: string, replaces?: string }} route @param {Slot} slot @param {string} [zone] */
function timeButton(app, { code, kind, hall, replaces }, slot, zone) {
  const time = timeOf(slot.starts_at, zone);
  if (slot.free === 0) return h('p', { class: 'time time--taken', 'data-at': slot.starts_at }, time, h('span', { class: 'small' }, t('booking.times.taken')));
  return h('button', {
    class: 'button time', type: 'button', 'data-at': slot.starts_at,
    on: { click: () => app.go({ name: 'confirm', code, kind, hall, at: slot.starts_at, replaces }) },
  }, time);
}

/**
 * A few times over all days, each with its day: offered where another one is needed.
 * @param {App} app
 * @param {{ code: string, kind: string, hall: string, replaces?: string }} route
 * @param {Slot[]} slots
 * @param {string} [zone]
 */
export function offers(app, { code, kind, hall, replaces }, slots, zone) {
  return h('ul', { class: 'days' }, slots.map((slot) => h('li', null,
    h('button', { class: 'button day', type: 'button', on: { click: () => app.go({ name: 'confirm', code, kind, hall, at: slot.starts_at, replaces }) } },
      h('span', { class: 'day__words' }, momentWords(slot.starts_at, app.now(), zone)), icon('right')))));
}
