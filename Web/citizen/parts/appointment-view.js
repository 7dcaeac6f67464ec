// What an appointment looks like: its day and time large, what to prepare, and what can be done with it.

import { confirmDialog } from '../../elements/confirm.js';
import { h, icon } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { dayLine, dayOf, dayWords, momentWords, timeOf } from '../days.js';
import { formatRoute } from '../routes.js';
import { hasLiveTicket, itemKey } from '../state.js';
import { saveAppointmentPicture } from './picture.js';
import { actionButton, heading, nameOf, notice } from './pieces.js';

/** @import { App } from '../app.js' */
/** @import { Appointment, Material } from '../wire.js' */

/** How long before the time one should be there. */
const BEFORE_MS = 600_000;

/** @param {App} app @param {Appointment} one */
export function appointmentCard(app, one) {
  const today = app.booking.today();
  const { near, date, weekday } = dayWords(dayOf(one.starts_at), today);
  return h('div', { class: 'card appointment' },
    h('p', { class: 'appointment__day' }, near && h('span', { class: 'appointment__near' }, near), h('span', null, `${date} ${weekday}`)),
    h('p', { class: 'appointment__time' }, timeOf(one.starts_at)),
    h('p', { class: 'quiet small' }, t('booking.card.span', { from: timeOf(one.starts_at), to: timeOf(one.ends_at) })),
    h('dl', { class: 'appointment__facts' },
      fact('booking.card.item', t('booking.card.matter', { item: itemName(app, one), kind: t(`shared.kind.${one.kind}`) })),
      fact('booking.card.hall', one.hall.name),
      one.hall.address && fact('booking.card.address', one.hall.address),
      fact('booking.card.number', one.number)));
}

/** In the person's language where the catalogue has it. @param {App} app @param {Appointment} one */
function itemName(app, one) {
  const item = app.state.items[itemKey(one.item.code, { version: one.item.version })];
  return item && item !== 'missing' ? nameOf(item) : one.item.name;
}

/** @param {string} key @param {string} text */
function fact(key, text) {
  return h('div', null, h('dt', { class: 'quiet small' }, t(key)), h('dd', null, text));
}

/** Booked, and the day is still to come. @param {App} app @param {Appointment} one */
export function bookedView(app, one) {
  const said = h('p', { role: 'status', class: 'small' });
  return [
    h('div', { class: 'booked' }, icon('check'), heading(t('booking.booked.title'))),
    appointmentCard(app, one),
    dayOf(one.starts_at) === app.booking.today() && notice('info', h('p', { class: 'strong' }, t('booking.early.notYet', { time: timeOf(one.check_in_from) }))),
    ticketNote(app),
    h('section', { class: 'stack stack--tight' },
      h('h2', null, t('booking.booked.how')),
      h('ol', { class: 'steps card' }, ['1', '2', '3'].map((step) => h('li', null, t(`booking.booked.how.${step}`, howParts(app, one)))))),
    h('div', { class: 'stack stack--tight' },
      h('a', { class: 'button button--primary button--large button--block', href: `/api/v1/appointments/${encodeURIComponent(one.id)}/calendar.ics`, download: `${one.number}.ics` },
        icon('calendar'), t('booking.booked.calendar')),
      h('div', { class: 'pair' },
        actionButton({ label: t('booking.booked.picture'), icon: 'save', act: () => saveAppointmentPicture(pictureParts(app, one)) }),
        actionButton({
          label: t('booking.booked.copy'), icon: 'copy',
          async act() {
            said.textContent = t(await copy(textOf(one)) ? 'booking.booked.copied' : 'booking.booked.copyFailed');
          },
        })),
      said),
    materialsToPrepare(app, one),
    h('button', {
      class: 'button button--block', type: 'button',
      on: { click: () => app.go({ name: 'book', code: one.item.code, kind: one.kind, hall: one.hall.id, replaces: one.id }) },
    }, icon('calendar'), t('booking.booked.move')),
    actionButton({ label: t('booking.booked.cancel'), class: 'button button--quiet button--block', act: () => cancelAppointment(app, one) }),
    h('button', { class: 'button button--block', type: 'button', on: { click: () => app.go({ name: 'find' }) } }, t('booking.booked.home')),
  ];
}

/** @param {App} app @param {Appointment} one */
function howParts(app, one) {
  const words = dayWords(dayOf(one.starts_at), app.booking.today());
  return {
    day: words.near || words.date, time: timeOf(Date.parse(one.starts_at) - BEFORE_MS), from: timeOf(one.check_in_from), until: timeOf(one.check_in_until),
  };
}

/** A number in the queue is not needed any more once a time is booked; giving it up stays the person's word. @param {App} app */
function ticketNote(app) {
  const { ticket } = app.state;
  if (!ticket || !hasLiveTicket(app.state) || ticket.state !== 'waiting') return null;
  const { number } = ticket;
  return h('div', { class: 'card stack stack--tight' },
    h('p', null, t('booking.booked.ticket', { number })),
    actionButton({
      label: t('booking.booked.dropTicket', { number }), class: 'button button--block',
      async act() {
        await app.connection?.send('ticket.cancel', { ticket_id: ticket.id });
        app.dispatch({ type: 'dismiss' });
      },
    }));
}

/** Asked once, with what will happen. @param {App} app @param {Appointment} one */
export async function cancelAppointment(app, one) {
  const isSure = await confirmDialog({
    title: t('booking.cancel.title'), body: t('booking.cancel.body', { when: momentWords(one.starts_at, app.now()) }),
    confirm: t('booking.cancel.yes'), cancel: t('booking.cancel.no'), danger: true,
  });
  if (!isSure) return;
  await app.booking.cancel(one);
  app.say({ key: 'booking.cancel.done', toast: true });
}

/** What to have at hand. Handing in begins with the check-in; a case that goes on already shows what is open. @param {App} app @param {Appointment} one */
export function materialsToPrepare(app, one) {
  const item = app.state.items[itemKey(one.item.code, { version: one.item.version })];
  if (!item || item === 'missing') return null;
  return h('section', { class: 'stack stack--tight' },
    h('h2', null, item.materials.length > 0 ? t('booking.materials.title', { n: item.materials.length }) : t('booking.materials.none')),
    item.materials.length > 0 && h('ol', { class: 'needs card' }, item.materials.map(need)),
    item.materials.length > 0 && h('p', { class: 'quiet small' }, t(one.kind === 'pre-review' ? 'booking.materials.whenPreReview' : 'booking.materials.whenConsultation')));
}

/** @param {Material} material @param {number} index */
function need(material, index) {
  return h('li', { class: 'need' },
    h('span', { class: 'need__number', 'aria-hidden': 'true' }, index + 1),
    h('div', null,
      h('p', null, nameOf(material)),
      material.condition && h('p', { class: 'quiet small' }, t('citizen.item.condition', { text: material.condition }))));
}

/** @param {Appointment} one */
function address(one) {
  return `${location.origin}${location.pathname}${formatRoute({ name: 'appointment', id: one.id })}`;
}

/** For a message to the family. @param {Appointment} one */
function textOf(one) {
  const day = dayOf(one.starts_at);
  // Read on another day, "tomorrow" would be wrong.
  return t('booking.booked.text', {
    number: one.number, when: `${dayLine(day, '')} ${timeOf(one.starts_at)}`, item: one.item.name, hall: one.hall.name, address: address(one),
  });
}

/** @param {App} app @param {Appointment} one */
function pictureParts(app, one) {
  return {
    name: one.number, when: `${dayLine(dayOf(one.starts_at), '')}`, time: timeOf(one.starts_at), item: one.item.name, hall: one.hall.name,
    hint: t('booking.booked.how.2', howParts(app, one)), address: `${location.origin}${location.pathname}`,
  };
}

/** @param {string} text */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
