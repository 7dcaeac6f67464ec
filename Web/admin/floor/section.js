// The floor now: lanes, seats and tasks of one hall. The server answers when something changes, so every board shows the same.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { getJSON, postJSON } from '../../signaling/http.js';
import { isTyping } from '../../seat/keyboard.js';
import { createDrawer } from '../drawer.js';
import { ask } from './ask.js';
import { arisen, commandOf, inOrder, LEGEND, stepped } from './floor.js';
import { drawLanes, drawSeats, drawService, drawTasks, running, tick } from './parts.js';

/** @typedef {import("./floor.js").Floor} Floor */
/** @typedef {import("./floor.js").FloorSeat} FloorSeat */
/** @typedef {import("./floor.js").FloorTask} FloorTask */
/** @typedef {import("./floor.js").FloorTicket} FloorTicket */

/** Longer than the server keeps a request waiting. */
const WATCH_TIMEOUT_MS = 40_000;
const RETRY_MS = 2_000;
const TICK_MS = 1_000;

/** @type {import("../sections.js").Section} */
export const section = { id: 'floor', forSupervisors: true, title: () => t('admin.floor'), open };

/** @param {HTMLElement} host @param {import("../sections.js").SectionContext} context */
function open(host, { hall, go, rest, announce }) {
  const base = `/admin/halls/${encodeURIComponent(hall.id)}/floor`;
  const ending = new AbortController();
  /** @type {Floor | null} */
  let floor = null;
  /** @type {FloorTask[]} */
  let tasks = [];
  /** @type {string | null} */
  let chosen = null;
  /** The server's clock minus this one's, milliseconds. */
  let ahead = 0;
  const now = () => Date.now() + ahead;

  const failure = h('p', { class: 'notice notice--warn floor__failure', role: 'alert', hidden: true });
  const lanes = h('ul', { class: 'floor-lanes' });
  const service = h('div', { class: 'floor-service' });
  const seats = h('ul', { class: 'floor-seats' });
  const list = h('ul', { class: 'floor-tasks' });
  const none = h('p', { class: 'quiet floor__none', hidden: true }, t('admin.floor.tasks.none'));
  const seatless = h('p', { class: 'quiet floor__none', hidden: true }, t('admin.floor.seats.none'));
  const count = h('span', { class: 'badge' });
  const drawer = createDrawer();
  const wall = h('button', { class: 'button', on: { click: () => go('#/floor/wall') } }, icon('wide'), t('admin.floor.wall'));
  const legend = h('p', { class: 'floor__keys small quiet' }, LEGEND.map(([key, word]) => h('span', {}, h('kbd', {}, key), ' ', t(`admin.floor.keys.${word}`))), wall);
  const board = h(
    'div',
    { class: 'floor' },
    failure,
    h('section', { class: 'floor__side', 'aria-labelledby': 'floor-lanes' }, h('h2', { id: 'floor-lanes' }, t('admin.floor.lanes')), lanes, service),
    h('section', { class: 'floor__middle', 'aria-labelledby': 'floor-seats' }, h('h2', { id: 'floor-seats' }, t('admin.floor.seats')), seatless, seats),
    h(
      'section',
      { class: 'floor__side floor__side--tasks', 'aria-labelledby': 'floor-tasks' },
      h('h2', { id: 'floor-tasks' }, t('admin.floor.tasks'), ' ', count),
      none,
      list,
    ),
    legend,
  );
  replaceChildren(host, board, drawer.element);

  // MARK: Drawing

  function draw() {
    if (!floor) return;
    const focused = document.activeElement instanceof HTMLElement && board.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    replaceChildren(lanes, drawLanes(floor, now(), { ticket: openTicket }));
    replaceChildren(service, drawService(floor));
    replaceChildren(seats, drawSeats(floor, now(), { seat: openSeat }));
    replaceChildren(list, drawTasks(tasks, chosen, now(), { choose: (task) => { choose(task.id); openTask(task); }, take, close: closeTask }));
    seatless.hidden = floor.seats.length > 0;
    none.hidden = tasks.length > 0;
    count.textContent = String(tasks.length);
    count.className = tasks.some(({ state }) => state === 'open') ? 'badge badge--bad' : 'badge';
    if (focused) /** @type {HTMLElement | null} */ (board.querySelector(`[data-key="${CSS.escape(focused)}"]`))?.focus();
  }

  /** @param {Floor} next */
  function show(next) {
    const news = floor ? arisen(floor.tasks, next.tasks) : [];
    floor = next;
    ahead = Date.parse(next.server_time) - Date.now();
    tasks = inOrder(next.tasks);
    if (chosen && !tasks.some(({ id }) => id === chosen)) chosen = null;
    draw();
    if (news.length > 0) announce(news.map((task) => t(`admin.floor.task.${task.kind}`, { name: task.name })).join('; '));
  }

  /** @param {string | null} id */
  function choose(id) {
    chosen = id;
    for (const button of list.querySelectorAll('.floor-task__open')) {
      if (/** @type {HTMLElement} */ (button).dataset.key === `task-${id}`) button.setAttribute('aria-current', 'true');
      else button.removeAttribute('aria-current');
    }
  }

  // MARK: Watching

  async function watch() {
    while (!ending.signal.aborted) {
      try {
        const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(WATCH_TIMEOUT_MS)]);
        const news = await getJSON(floor ? `${base}?after=${floor.revision}` : base, { signal });
        if (ending.signal.aborted) return;
        failure.hidden = true;
        if (news.tasks) show(news);
      } catch (error) {
        if (ending.signal.aborted) return;
        const { code, message } = /** @type {any} */ (error);
        if (code === 'sign_in_required') return location.reload();
        replaceChildren(failure, icon('warn'), h('span', {}, code === 'not_allowed' ? message : t('admin.floor.stale', { message })));
        failure.hidden = false;
        if (code === 'not_allowed') return;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  // MARK: Tasks

  /** @param {FloorTask} task */
  async function take(task) {
    try {
      await postJSON(`${base}/tasks/${task.id}/take`, {});
      announce(t('admin.floor.taken'));
    } catch (error) {
      replaceChildren(failure, icon('warn'), h('span', {}, /** @type {Error} */ (error).message));
      failure.hidden = false;
    }
  }

  /** @param {FloorTask} task */
  function closeTask(task) {
    ask({
      title: t('admin.floor.close.title'),
      body: t(`admin.floor.task.${task.kind}`, { name: task.name }),
      label: t('admin.floor.close.note'),
      confirm: t('admin.floor.close'),
      isOptional: true,
      act: async (note) => {
        await postJSON(`${base}/tasks/${task.id}/close`, { note });
        announce(t('admin.floor.closed'));
      },
    });
  }

  /** What a task is about, where it can be done something about. @param {FloorTask} task */
  function openTask(task) {
    const seat = floor?.seats.find(({ id, session_id }) => id === task.seat_id || (task.session_id !== undefined && session_id === task.session_id));
    const ticket = floor?.tickets.find(({ id }) => id === task.ticket_id);
    if (seat) return openSeat(seat);
    if (ticket) return openTicket(ticket);
    drawer.open(t(`admin.floor.task.${task.kind}`, { name: task.name }), h('p', {}, t(`admin.floor.about.${task.kind}`)));
  }

  // MARK: Acts

  /** @param {FloorSeat} seat */
  function openSeat(seat) {
    const call = floor?.calls.find(({ id }) => id === seat.session_id);
    drawer.open(
      t('admin.floor.seat.title', { number: seat.number }),
      h('p', {}, h('strong', {}, t(`admin.seat.${seat.state}`)), seat.not_ready_reason ? ` · ${t(`seat.not-ready.${seat.not_ready_reason}`)}` : '', ' · ', running(seat.since, now())),
      seat.agent_name ? h('p', {}, seat.agent_name) : null,
      call
        ? h(
          'p',
          {},
          `${call.ticket_number} · ${call.item?.name ?? ''} · ${t(`admin.session.${call.state}`)}`,
          call.reconnections > 0 ? ` · ${t('admin.floor.reconnections', { n: call.reconnections })}` : '',
        )
        : null,
      seat.state === 'ready'
        ? h('button', { class: 'button', on: { click: () => makeNotReady(seat) } }, icon('pause'), t('admin.floor.not-ready'))
        : null,
      call ? h('button', { class: 'button', on: { click: () => endSession(call) } }, icon('cross'), t('admin.floor.end')) : null,
      seat.state !== 'ready' && !call ? h('p', { class: 'small quiet' }, t('admin.floor.seat.nothing')) : null,
    );
  }

  /** @param {FloorSeat} seat */
  function makeNotReady(seat) {
    act({
      title: t('admin.floor.not-ready.title', { number: seat.number }),
      body: t('admin.floor.not-ready.body'),
      confirm: t('admin.floor.not-ready'),
      path: `/seats/${encodeURIComponent(seat.id)}/not-ready`,
    });
  }

  /** @param {import("./floor.js").FloorCall} call */
  function endSession(call) {
    act({
      title: t('admin.floor.end.title', { number: call.seat_number }),
      body: t(call.state === 'wrap-up' ? 'admin.floor.end.body-wrap-up' : 'admin.floor.end.body'),
      confirm: t('admin.floor.end'),
      isDanger: true,
      path: `/sessions/${call.id}/end`,
    });
  }

  /** A ticket may go to any hall, whoever answers for that. @param {FloorTicket} ticket */
  async function openTicket(ticket) {
    /** @type {{ halls: { id: string, name: string }[] }} */
    const { halls } = await getJSON('/halls').catch(() => ({ halls: [] }));
    const others = halls.filter(({ id }) => id !== hall.id).map(({ id, name }) => ({ value: `hall_id ${id}`, text: name }));
    const own = (floor?.seats ?? []).filter(({ agent_name }) => agent_name).map((seat) => ({
      value: `seat_id ${seat.id}`,
      text: t('admin.floor.move.seat', { number: seat.number, name: seat.agent_name, state: t(`admin.seat.${seat.state}`) }),
    }));
    const targets = [...own, ...others];
    drawer.open(
      ticket.number,
      h('p', {}, `${ticket.item.name} · ${t(`shared.kind.${ticket.kind}`)}`),
      h('p', {}, `${t(`admin.ticket.${ticket.state}`)} · ${t('admin.floor.waited')} `, running(ticket.taken_at, now())),
      ticket.call_back && ticket.call_back !== 'confirmed' ? h('p', { class: 'small quiet' }, t('admin.floor.call-back')) : null,
      targets.length > 0
        ? h('button', {
          class: 'button',
          on: {
            click: () =>
              act({
                title: t('admin.floor.move.title', { number: ticket.number }),
                body: t('admin.floor.move.body'),
                confirm: t('admin.floor.move'),
                targets,
                path: `/tickets/${ticket.id}/move`,
              }),
          },
        }, icon('transfer'), t('admin.floor.move'))
        : h('p', { class: 'small quiet' }, t('admin.floor.move.nowhere')),
    );
  }

  /** Asks for the reason, once, and does it. @param {{title: string, body: string, confirm: string, path: string, isDanger?: boolean, targets?: {value: string, text: string}[]}} what */
  function act({ path, ...question }) {
    drawer.close();
    ask({
      ...question,
      label: t('admin.floor.reason'),
      act: async (reason, target) => {
        const [field, id] = target.split(' ');
        await postJSON(base + path, id ? { reason, [field]: id } : { reason });
        announce(t('admin.floor.done'));
      },
    });
  }

  // MARK: Keys and the wall

  const isWall = () => rest()[0] === 'wall';
  function drawWall() {
    document.documentElement.toggleAttribute('data-wall', isWall());
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.defaultPrevented || isTyping(event.target) || document.querySelector('dialog[open]')) return;
    if (isWall()) {
      if (event.key === 'Escape') go('#/floor');
      return;
    }
    const command = commandOf(event);
    const control = event.target instanceof HTMLElement ? event.target.closest('button, a, select') : null;
    // Enter belongs to the control that has the focus.
    if (!command || (control && command === 'open')) return;
    event.preventDefault();
    if (command === 'wall') return go('#/floor/wall');
    if (command === 'next' || command === 'previous') {
      choose(stepped(tasks, chosen, command === 'next' ? 1 : -1));
      list.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
      return;
    }
    const task = tasks.find(({ id }) => id === chosen);
    if (!task) return;
    if (command === 'take') take(task);
    else if (command === 'close') closeTask(task);
    else openTask(task);
  }

  document.addEventListener('keydown', onKey, { signal: ending.signal });
  addEventListener('hashchange', drawWall, { signal: ending.signal });
  const timer = setInterval(() => tick(host, now()), TICK_MS);
  drawWall();
  watch();
  return () => {
    ending.abort();
    clearInterval(timer);
    document.documentElement.removeAttribute('data-wall');
  };
}
