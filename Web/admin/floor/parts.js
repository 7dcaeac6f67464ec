// The parts of the board, drawn from one picture of the floor.

import { h, icon } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { clockText } from '../../seat/time.js';
import { SEAT_LOOKS, servicePercent, TASK_DRAWINGS } from './floor.js';

/** @typedef {import("./floor.js").Floor} Floor */
/** @typedef {import("./floor.js").FloorSeat} FloorSeat */
/** @typedef {import("./floor.js").FloorTask} FloorTask */
/** @typedef {import("./floor.js").FloorTicket} FloorTicket */

/** A length of time that goes on by itself. @param {string} since @param {number} now */
export function running(since, now) {
  return h('span', { class: 'running', 'data-since': since }, clockText(now - Date.parse(since)));
}

/** Moves every running time on. @param {Element} host @param {number} now */
export function tick(host, now) {
  for (const one of host.querySelectorAll('.running')) one.textContent = clockText(now - Date.parse(/** @type {HTMLElement} */ (one).dataset.since ?? ''));
}

/** @param {Floor} floor @param {number} now @param {{ ticket: (ticket: FloorTicket) => void }} on */
export function drawLanes({ lanes, tickets }, now, on) {
  return lanes.map(({ lane, waiting, longest_since }) => {
    const own = tickets.filter((ticket) => ticket.lane === lane);
    return h(
      'li',
      { class: ['floor-lane', waiting > 0 && 'floor-lane--busy'] },
      h('h3', {}, t(`admin.floor.lane.${lane}`)),
      h('p', { class: 'floor-lane__count' }, h('strong', {}, waiting), h('span', { class: 'small' }, t('admin.floor.waiting'))),
      longest_since ? h('p', { class: 'floor-lane__longest' }, icon('clock'), t('admin.floor.longest'), ' ', running(longest_since, now)) : null,
      h(
        'ul',
        { class: 'floor-tickets' },
        own.map((ticket) =>
          h(
            'li',
            {},
            h(
              'button',
              { class: 'floor-ticket', 'data-key': `ticket-${ticket.id}`, title: ticket.item.name, on: { click: () => on.ticket(ticket) } },
              icon(ticket.state === 'reserved' ? 'bell' : ticket.call_back ? 'phone-hand' : 'user'),
              ticket.number,
              ' ',
              running(ticket.taken_at, now),
            ),
          )
        ),
      ),
    );
  });
}

/** @param {Floor} floor */
export function drawService({ service }) {
  const percent = servicePercent(service);
  return [
    h('h3', {}, t('admin.floor.service')),
    h('p', { class: 'floor-service__figure' }, h('strong', {}, percent === null ? '—' : `${percent}%`)),
    h(
      'p',
      { class: 'small quiet' },
      percent === null
        ? t('admin.floor.service.none')
        : t('admin.floor.service.says', { served: service.served, within: service.within, minutes: Math.round(service.within_s / 60) }),
    ),
  ];
}

/** @param {Floor} floor @param {number} now @param {{ seat: (seat: FloorSeat) => void }} on */
export function drawSeats({ seats, calls }, now, on) {
  return seats.map((seat) => {
    const [drawing, tone] = SEAT_LOOKS[seat.state] ?? ['info', 'quiet'];
    const call = calls.find(({ id }) => id === seat.session_id);
    const reason = seat.not_ready_reason ? t(`seat.not-ready.${seat.not_ready_reason}`) : '';
    const isBad = call?.state === 'reconnecting';
    return h(
      'li',
      {},
      h(
        'button',
        {
          class: ['floor-seat', `floor-seat--${isBad ? 'bad' : tone}`, seat.asks_for_help && 'floor-seat--help'],
          'data-key': `seat-${seat.id}`,
          on: { click: () => on.seat(seat) },
        },
        h('span', { class: 'floor-seat__head' }, h('strong', { class: 'floor-seat__number' }, seat.number), h('span', { class: 'floor-seat__agent' }, seat.agent_name)),
        h('span', { class: 'floor-seat__state' }, icon(isBad ? 'warn' : drawing), h('strong', {}, isBad ? t('admin.session.reconnecting') : t(`admin.seat.${seat.state}`)), reason ? ` · ${reason}` : ''),
        h('span', { class: 'floor-seat__time' }, running(isBad && call?.reconnecting_since ? call.reconnecting_since : seat.since, now)),
        call ? h('span', { class: 'floor-seat__call small' }, call.ticket_number, ' ', call.item?.name ?? '') : null,
        call && call.reconnections > 0 ? h('span', { class: 'floor-seat__line small' }, icon('warn'), t('admin.floor.reconnections', { n: call.reconnections })) : null,
        seat.asks_for_help ? h('span', { class: 'floor-seat__help' }, icon('bell'), t('admin.floor.asks-for-help')) : null,
      ),
    );
  });
}

/** @param {readonly FloorTask[]} tasks in order @param {string | null} chosen @param {number} now */
export function drawTasks(tasks, chosen, now, /** @type {{ choose: (task: FloorTask) => void, take: (task: FloorTask) => void, close: (task: FloorTask) => void }} */ on) {
  return tasks.map((task) =>
    h(
      'li',
      { class: ['floor-task', `floor-task--${task.state}`], 'data-task': task.id },
      h(
        'button',
        { class: 'floor-task__open', 'data-key': `task-${task.id}`, 'aria-current': task.id === chosen ? 'true' : null, on: { click: () => on.choose(task) } },
        icon(TASK_DRAWINGS[task.kind] ?? 'info'),
        h(
          'span',
          { class: 'floor-task__words' },
          h('strong', {}, t(`admin.floor.task.${task.kind}`, { name: task.name })),
          task.note ? h('span', { class: 'floor-task__note' }, task.note) : null,
          h(
            'span',
            { class: 'small' },
            running(task.raised_at, now),
            task.taken_by ? ` · ${t('admin.floor.taken-by', { name: task.taken_by })}` : ` · ${t('admin.floor.nobody-has-it')}`,
          ),
        ),
      ),
      h(
        'span',
        { class: 'floor-task__acts' },
        task.state === 'open'
          ? h('button', { class: 'button', 'data-key': `take-${task.id}`, on: { click: () => on.take(task) } }, t('admin.floor.take'))
          : null,
        h('button', { class: 'button', 'data-key': `close-${task.id}`, on: { click: () => on.close(task) } }, t('admin.floor.close')),
      ),
    )
  );
}
