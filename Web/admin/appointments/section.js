// A hall's appointments of a week: who comes when, and how full each time is.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { formatTime, t } from '../../text/text.js';
import { getJSON } from '../../signaling/http.js';
import { createTable } from '../table.js';
import { dayOf } from '../report-days.js';

/** @typedef {import("../../signaling/messages.js").AppointmentView & { citizen_name: string }} Appointment */
/** @typedef {{ starts_at: string, ends_at: string, capacity: number, taken: number }} Slot */

const REFRESH_MS = 10_000;
const DAYS = 7;
const DAY_MS = 86_400_000;
/** @type {Record<Appointment['state'], [string, string]>} */
const LOOKS = {
  held: ['clock', ''], booked: ['clock', 'accent'], 'checked-in': ['check', 'accent'], served: ['check', 'good'], cancelled: ['minus', ''],
  rescheduled: ['transfer', ''], 'no-show': ['cross', 'bad'], lapsed: ['minus', ''],
};

/** @type {import("../sections.js").Section} */
export const section = { id: 'appointments', title: () => t('admin.appointments'), open };

/** @param {Appointment} row */
function state(row) {
  const [drawing, tone] = LOOKS[row.state];
  return [
    h('span', { class: ['badge', tone && `badge--${tone}`] }, icon(drawing), t(`admin.appointments.state.${row.state}`)),
    row.moved && h('span', { class: 'badge badge--warn' }, icon('warn'), t('admin.appointments.moved')),
  ];
}

/** @param {Slot} slot */
function fullness({ taken, capacity }) {
  return h('span', { class: 'slot-load' },
    h('meter', { class: 'slot-load__bar', min: '0', max: String(capacity), value: String(taken), 'aria-hidden': 'true' }),
    taken >= capacity ? t('admin.appointments.full') : t('admin.appointments.free', { n: capacity - taken }));
}

/** @param {HTMLElement} host @param {import("../sections.js").SectionContext} context */
function open(host, { hall }) {
  let from = dayOf(Date.now());
  let isClosed = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const day = (/** @type {string} */ at) => formatTime(at, { date: true });
  const failure = h('p', { class: 'notice notice--warn', role: 'alert', hidden: true });
  const field = h('input', { class: 'input', type: 'date', id: 'appointments-from', value: from, on: { change: () => go(field.value) } });

  const list = createTable({
    title: t('admin.appointments.list'),
    empty: t('admin.appointments.empty'),
    filter: t('admin.appointments.filter'),
    columns: [
      { name: t('admin.appointments.time'), text: (/** @type {Appointment} */ row) => row.starts_at, cell: (row) => day(row.starts_at) },
      { name: t('admin.appointments.number'), text: (row) => row.number },
      { name: t('admin.appointments.citizen'), text: (row) => row.citizen_name },
      { name: t('admin.column.item'), text: (row) => row.item.name },
      { name: t('admin.column.kind'), text: (row) => t(`shared.kind.${row.kind}`) },
      { name: t('admin.column.state'), text: (row) => t(`admin.appointments.state.${row.state}`), cell: state },
      { name: t('admin.column.case'), text: (row) => row.case_number ?? '' },
    ],
  });
  const slots = createTable({
    title: t('admin.appointments.slots'),
    empty: t('admin.appointments.slots.empty'),
    hint: t('admin.appointments.slots.hint'),
    columns: [
      { name: t('admin.appointments.time'), text: (/** @type {Slot} */ slot) => slot.starts_at, cell: (slot) => day(slot.starts_at) },
      { name: t('admin.appointments.capacity'), text: (slot) => String(slot.capacity), isNumber: true },
      { name: t('admin.appointments.taken'), text: (slot) => String(slot.taken), isNumber: true },
      { name: t('admin.appointments.fullness'), text: (slot) => String(slot.taken / slot.capacity), cell: fullness },
    ],
  });

  /** @param {string} next a day; an empty field keeps what is shown */
  function go(next) {
    if (!next) return;
    from = next;
    field.value = from;
    look();
  }
  /** @param {number} days */
  const move = (days) => go(dayOf(Date.parse(`${from}T12:00:00+08:00`) + days * DAY_MS));

  async function look() {
    clearTimeout(timer);
    const asked = from;
    try {
      const found = await getJSON(`/admin/halls/${encodeURIComponent(hall.id)}/appointments?from=${asked}&days=${DAYS}`);
      if (isClosed || asked !== from) return;
      failure.hidden = true;
      list.show(found.appointments);
      slots.show(found.slots);
    } catch (error) {
      if (isClosed) return;
      failure.hidden = false;
      replaceChildren(failure, icon('warn'), h('span', {}, t('admin.stale', { message: /** @type {Error} */ (error).message })));
    }
    if (!isClosed) timer = setTimeout(look, REFRESH_MS);
  }

  replaceChildren(
    host,
    failure,
    h('div', { class: 'report-bar' },
      h('button', { class: 'button', type: 'button', 'aria-label': t('admin.appointments.earlier'), on: { click: () => move(-DAYS) } }, icon('left')),
      h('label', { for: 'appointments-from' }, t('admin.appointments.from')),
      field,
      h('button', { class: 'button', type: 'button', 'aria-label': t('admin.appointments.later'), on: { click: () => move(DAYS) } }, icon('right')),
      h('button', { class: 'button', type: 'button', on: { click: () => go(dayOf(Date.now())) } }, t('admin.appointments.today'))),
    list.element,
    slots.element,
  );
  look();
  return () => {
    isClosed = true;
    clearTimeout(timer);
  };
}
