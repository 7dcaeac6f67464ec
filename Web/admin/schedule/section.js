// The week of a hall: seats down, time across, what is planned and what is wrong with it. Here the parts are put together; each lives beside this file.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { confirmDialog } from '../../elements/confirm.js';
import { t } from '../../text/text.js';
import { getJSON } from '../../signaling/http.js';
import { scheduleRoutes } from './api.js';
import { addDays, DAY_MINUTES, dayText, isDate, longDay, minuteOf, mondayOf, shortDay, timeOf, todayIn, weekFrom, weekdayText } from './days.js';
import { createAtCursor } from './at-cursor.js';
import { createDayDialog } from './day-dialog.js';
import { createEditor } from './editor.js';
import { WeekGrid } from './grid.js';
import { makeID } from './identifier.js';
import { LEGEND } from './keys.js';
import { differ, HALF_HOUR, planOf, plannedSeats, templateDay } from './plan.js';
import { createProblems } from './problems.js';
import { createCopyDialog, createPublishDialog, createVersions } from './publish.js';
import { ChangeQueue } from './queue.js';
import { createRehearsal } from './rehearsal.js';
import { createSettings } from './settings.js';
import { coversText, stretchText } from './shift-block.js';
import { coverageText } from './coverage.js';
import { createStatus } from './status.js';
import { Weeks } from './weeks.js';

/** @typedef {import("./plan.js").Shift} Shift */
/** @typedef {import("./plan.js").Change} Change */
/** @typedef {import("./plan.js").Day} Day */
/** @typedef {import("./api.js").Conflict} Conflict */

const ZONE = 'Asia/Shanghai';
/** After the last change; by then the person has paused. */
const REFRESH_MS = 400;
const NARROW = '(max-width: 56rem)';

/** @type {import("../sections.js").Section} */
export const section = { id: 'schedule', title: () => t('admin.schedule'), open };

/** @param {HTMLElement} host @param {import("../sections.js").SectionContext} context */
function open(host, { hall, go, announce, rest }) {
  const routes = scheduleRoutes(hall.id);
  const today = todayIn(ZONE, Date.now());
  let monday = mondayOf(isDate(rest()[0] ?? '') ? rest()[0] : today);
  /** Day of the day's view, 0…6; null for the week. @type {number | null} */
  let oneDay = matchMedia(NARROW).matches ? Math.max(0, weekFrom(monday).indexOf(today)) : null;
  /** @type {Conflict[] | null} */
  let conflicts = null;
  let checkedRevision = -1;
  /** Needed seats by moment, from the last rehearsal. @type {Map<string, number>} */
  let needed = new Map();
  /** @type {string[]} */
  let groups = [];
  /** @type {Map<string, string>} */
  const itemNames = new Map();
  let isClosed = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let refreshing;
  /** @type {number | undefined} */
  let drawing;
  /** Ends a pause before a retry. */
  let hurry = () => {};

  const queue = new ChangeQueue({ server: routes, onChange: () => changed(), pause });
  const weeks = new Weeks((from) => routes.week(from, queue.schedule?.draft || !queue.schedule?.published ? 'draft' : 'published'));

  // What is on the page ---------------------------------------------------------------------------------------------

  const grid = new WeekGrid({ command, cursor: drawWhere, edit: () => atCursor.edit(), day: openDay, drag: (dragged) => atCursor.drag(dragged) });
  const atCursor = createAtCursor({ grid, body: () => queue.body, week: () => week(), dayAt: (index) => dayAt(index), add, openEditor, openDay, announce });
  const status = createStatus({
    sendOnTop: () => attempt(() => queue.sendOnTop()),
    dropMine: () => attempt(() => queue.dropMine()),
    editAgain,
    forget: () => queue.forgetRefused(),
    retry: () => hurry(),
  });
  const problems = createProblems({ go: goTo, repair: ({ changes, kind }) => { add(changes, t(`admin.schedule.repair-done.${kind}`)); later(check); }, check: () => check(), calendar: () => go('#/calendars') });
  const editor = createEditor({ save: saveShift, remove: (shift) => atCursor.remove(shift), closed: () => grid.focus() });
  const dayDialog = createDayDialog({
    differ: (day, note) => add(differ(queue.body, day, note, makeID), t('admin.schedule.said.differ', { day: dayText(day.date) })),
    close: closeDay,
    note: (day, note) => add([{ kind: 'put-exception', date: day.date, note }], t('admin.schedule.said.note')),
    restore: (day) => add([{ kind: 'remove-exception', date: day.date }], t('admin.schedule.said.restored', { day: dayText(day.date) })),
    closed: () => grid.focus(),
  });
  const publishing = createPublishDialog({ publish });
  const versions = createVersions({ list: routes.versions, restore });
  const copying = createCopyDialog({ copy: (from, to) => { add([{ kind: 'copy-week', from, to }], t('admin.schedule.said.copied-week', { day: dayText(to) })); later(() => show(to)); } });
  const settings = createSettings({ save: (made) => add([{ kind: 'put-settings', settings: made }], t('admin.schedule.said.settings')) });
  const rehearsal = createRehearsal({
    routes,
    ask: () => ({ from: monday, days: 7, of: queue.schedule?.draft ? 'draft' : 'published', openHalfHours }),
    item: (code) => names.item(code),
    done: (found) => { needed = found; draw(); },
    announce,
  });

  const title = h('h2', { class: 'week__title', 'aria-live': 'polite' });
  const tabs = h('div', { class: 'week__tabs', role: 'group', 'aria-label': t('admin.schedule.view') });
  const notes = h('div', { class: 'week__notes' });
  const where = h('p', { class: 'where', role: 'status' });
  const first = h('p', { class: 'table__empty', hidden: true });
  const button = (/** @type {string} */ name, /** @type {string} */ drawing, /** @type {() => void} */ act, kind = '') =>
    h('button', { class: ['button', kind], type: 'button', on: { click: act } }, icon(drawing), h('span', {}, t(name)));
  const undoButton = button('admin.schedule.undo', 'left', () => command('undo'));
  const redoButton = button('admin.schedule.redo', 'right', () => command('redo'));
  const discardButton = button('admin.schedule.discard', 'trash', discard);
  const actions = h(
    'div',
    { class: 'week__spot', role: 'group', 'aria-label': t('admin.schedule.at-cursor') },
    button('admin.schedule.new', 'plus', () => command('create')),
    button('admin.schedule.edit', 'file', () => command('edit')),
    button('admin.schedule.split', 'compare', () => command('split')),
    button('admin.schedule.remove', 'trash', () => command('remove')),
  );
  const legend = h(
    'details',
    { class: 'legend', open: !matchMedia(NARROW).matches },
    h('summary', {}, t('admin.schedule.keys')),
    h('ul', { class: 'legend__list small' }, LEGEND.map(([keys, what]) => h('li', {}, h('kbd', {}, keys), t(`admin.schedule.key.${what}`)))),
  );
  replaceChildren(
    host,
    h(
      'div',
      { class: 'week' },
      h(
        'div',
        { class: 'week__bar' },
        h('button', { class: 'button', type: 'button', 'aria-label': t('admin.schedule.week-before'), on: { click: () => show(addDays(monday, -7)) } }, icon('left')),
        title,
        h('button', { class: 'button', type: 'button', 'aria-label': t('admin.schedule.week-after'), on: { click: () => show(addDays(monday, 7)) } }, icon('right')),
        h('button', { class: 'button', type: 'button', on: { click: () => show(mondayOf(today)) } }, t('admin.schedule.this-week')),
        tabs,
      ),
      h('div', { class: 'week__state' }, status.stage, status.line),
      h(
        'div',
        { class: 'week__acts' },
        button('admin.schedule.check', 'search', () => check()),
        button('admin.schedule.publish-button', 'check', openPublish, 'button--primary'),
        undoButton,
        redoButton,
        button('admin.schedule.copy-week-button', 'copy', () => copying.open(monday)),
        button('admin.schedule.rehearse', 'play', () => rehearsal.open()),
        button('admin.schedule.versions', 'clock', () => versions.open(queue.schedule?.published?.version ?? null)),
        button('admin.schedule.settings', 'list', () => settings.open(queue.body.settings)),
        discardButton,
      ),
      status.trouble,
      notes,
      h('div', { class: 'week__main' }, h('div', { class: 'week__grid' }, first, grid.element, where, actions, legend), problems.element),
    ),
    rehearsal.element,
    editor.element,
    dayDialog.element,
    publishing.element,
    versions.element,
    copying.element,
    settings.element,
  );

  // Drawing ---------------------------------------------------------------------------------------------------------

  const names = {
    item: (/** @type {string | null} */ code) => (code && itemNames.get(code)) || code || '',
    agent: (/** @type {string | null} */ id) => (id && week()?.agents.find((agent) => agent.id === id)?.name) || '',
    seat: (/** @type {string | null} */ id) => {
      const seat = id && week()?.seats.find((one) => one.id === id);
      return seat ? t('admin.schedule.seat-number', { number: seat.number }) : '';
    },
  };
  const week = () => weeks.at(monday);

  /** The week's days as the body has them; what only the server knows is laid over them. */
  function days() {
    const known = week()?.days ?? weekFrom(monday).map((date) => ({ date, kind: /** @type {const} */ ('ordinary'), name: null, note: null, missing_year: null, shifts: [], coverage: [] }));
    return planOf(queue.body, known).map((plan, index) => ({ ...plan, known: known[index] }));
  }

  /** Whether anybody is planned, in each half hour of the week. */
  const openHalfHours = () => days().flatMap(({ shifts }) => {
    const planned = plannedSeats(shifts);
    return Array.from({ length: DAY_MINUTES / HALF_HOUR }, (_, index) => planned.has(index * HALF_HOUR));
  });

  function changed() {
    if (isClosed) return;
    // Several changes of one moment are one picture.
    drawing ??= requestAnimationFrame(() => {
      drawing = undefined;
      if (!isClosed) draw();
    });
    if (queue.isIdle) {
      clearTimeout(refreshing);
      refreshing = setTimeout(refresh, REFRESH_MS);
    }
  }

  function draw() {
    const seats = week()?.seats ?? [];
    const agents = new Map((week()?.agents ?? []).map((agent) => [agent.id, agent]));
    /** @type {Map<string, 'blocking' | 'warning'>} */
    const marks = new Map();
    for (const { shift_ids, severity } of conflicts ?? []) for (const id of shift_ids) if (marks.get(id) !== 'blocking') marks.set(id, severity);
    const models = days().map(({ day, shifts, known }) => {
      const away = new Set(known.shifts.filter((shift) => shift.leave_id).map((shift) => `${shift.id} ${shift.planned_agent_id}`));
      const wanted = new Map(known.coverage.filter((one) => one.needed !== null).map((one) => [minuteOf(one.from) ?? 0, one.needed ?? 0]));
      for (const [at, count] of needed) if (at.startsWith(day.date)) wanted.set(minuteOf(at.slice(11)) ?? 0, count);
      const swapped = new Map(known.shifts.filter((shift) => shift.swap_id).map((shift) => [`${shift.id} ${shift.planned_agent_id}`, shift.agent_id]));
      return {
        day,
        shifts,
        needed: wanted,
        isOnLeave: (/** @type {Shift} */ shift) => away.has(`${shift.id} ${shift.agent_id}`),
        standIn: (/** @type {Shift} */ shift) => swapped.get(`${shift.id} ${shift.agent_id}`) ?? null,
      };
    });
    const shown = oneDay === null ? models : [models[oneDay]];
    grid.show({ days: shown, seats, agents, marks, today });
    drawFirst(models.some(({ shifts }) => shifts.length > 0));
    title.textContent = t('admin.schedule.week-of', { from: longDay(monday), to: shortDay(addDays(monday, 6)) });
    drawTabs(models.map(({ day }) => day));
    drawNotes(models);
    status.show(queue, names);
    problems.show(queue.schedule?.draft ? conflicts : null, { ...names, hasDraft: Boolean(queue.schedule?.draft), isOld: conflicts !== null && (checkedRevision !== queue.revision || queue.pending.length > 0) });
    undoButton.disabled = !queue.canUndo;
    redoButton.disabled = !queue.canRedo;
    discardButton.hidden = !queue.schedule?.draft;
    drawWhere();
  }

  /** @param {Day[]} all */
  function drawTabs(all) {
    const key = `${monday} ${oneDay}`;
    if (tabs.dataset.drawn === key) return;
    tabs.dataset.drawn = key;
    const hadFocus = tabs.contains(document.activeElement);
    const tab = (/** @type {string} */ name, /** @type {number | null} */ value) =>
      h('button', { class: 'button tab', type: 'button', 'aria-pressed': String(oneDay === value), on: { click: () => view(value) } }, name);
    replaceChildren(tabs, tab(t('admin.schedule.whole-week'), null), all.map((day, index) => tab(weekdayText(day.date), index)));
    if (hadFocus) /** @type {HTMLElement | null} */ (tabs.querySelector('[aria-pressed="true"]'))?.focus();
  }

  /** What a hall needs before its first week. @param {boolean} isPlanned whether this week has a shift */
  function drawFirst(isPlanned) {
    const known = week();
    const seats = known?.seats.length ?? 1;
    const missing = seats === 0 ? 'seats' : known?.agents.length === 0 ? 'agents' : known && !isPlanned && !queue.schedule?.published ? 'shifts' : '';
    // Without seats there is nothing to plan in, and nothing for keys to do.
    for (const part of [grid.element, where, actions, legend]) part.hidden = seats === 0;
    first.hidden = !missing;
    if (first.dataset.missing === missing) return;
    first.dataset.missing = missing;
    const address = { seats: '#/people/seats', agents: '#/people/people', shifts: '', '': '' }[missing];
    replaceChildren(first, missing && t(`admin.schedule.first.${missing}`), address && h('a', { href: address }, t('admin.people')));
  }

  /** @param {{day: Day}[]} models */
  function drawNotes(models) {
    const missing = [...new Set(models.map(({ day }) => day.missing_year).filter((year) => year !== null))];
    const special = models.filter(({ day }) => day.kind !== 'ordinary' && day.kind !== 'unknown');
    replaceChildren(
      notes,
      missing.map((year) => h('p', { class: 'notice notice--warn' }, icon('warn'), h('span', {}, t('admin.schedule.missing-year', { year }), ' ', h('a', { href: '#/calendars' }, t('admin.schedule.load-calendar'))))),
      special.length ? h('p', { class: 'small week__special' }, icon('info'), special.map(({ day }) => t(`admin.schedule.day.note-${day.kind}`, { day: dayText(day.date), name: day.name ?? '', note: day.note ?? '' }).trim()).join(t('admin.schedule.semicolon'))) : null,
    );
  }

  function drawWhere() {
    const { seat, model, minute, shift, planned, needed: wanted } = grid.spot;
    if (!seat || !model) return replaceChildren(where);
    const here = `${t('admin.schedule.seat-number', { number: seat.number })} ${dayText(model.day.date)} ${timeOf(minute)}`;
    const standIn = shift && names.agent(model.standIn(shift));
    const what = shift ? [stretchText(shift), names.agent(shift.agent_id) || t('admin.schedule.unassigned'), standIn && t('admin.schedule.swapped-with', { agent: standIn }), model.isOnLeave(shift) && t('admin.schedule.on-leave'), coversText(shift.covers), ...shift.breaks.map((one) => t('admin.schedule.break-is', { stretch: stretchText(one) }))].filter(Boolean).join(t('admin.schedule.comma')) : t('admin.schedule.no-shift');
    const line = `${here}${t('admin.schedule.colon')}${what}${t('admin.schedule.period')}${coverageText(planned, wanted)}`;
    if (where.textContent !== line) where.textContent = line;
  }

  // Going somewhere -------------------------------------------------------------------------------------------------

  /** @param {string} wanted a Monday */
  async function show(wanted) {
    monday = wanted;
    draw();
    await attempt(async () => {
      await weeks.load(wanted);
      if (monday === wanted && !isClosed) draw();
    });
  }

  /** @param {number | null} index */
  function view(index) {
    const date = grid.spot.model?.day.date;
    oneDay = index;
    draw();
    if (index === null && date) grid.moveTo({ day: Math.max(0, weekFrom(monday).indexOf(date)) });
  }

  /** @param {Conflict} conflict */
  async function goTo({ date: fixed, weekday, from, shift_ids, seat_id }) {
    // What is wrong with the template is wrong in the week that is open.
    const date = fixed ?? (weekday ? addDays(monday, weekday - 1) : null);
    if (date) {
      await show(mondayOf(date));
      if (oneDay !== null) view(weekFrom(monday).indexOf(date));
    }
    const found = days().flatMap(({ shifts }, day) => shifts.map((shift) => ({ shift, day }))).find(({ shift, day }) => shift_ids.at(-1) === shift.id && (!date || weekFrom(monday)[day] === date));
    const row = week()?.seats.findIndex((seat) => seat.id === (found?.shift.seat_id ?? seat_id)) ?? -1;
    const day = date ? weekFrom(monday).indexOf(date) : found?.day ?? 0;
    grid.moveTo({ row: Math.max(0, row), day: oneDay === null ? day : 0, minute: minuteOf(from ?? found?.shift.from ?? '09:00') ?? 540 }, found?.shift.id ?? null);
    grid.focus();
  }

  // Doing something -------------------------------------------------------------------------------------------------

  /** @param {Change[]} changes @param {string} said */
  function add(changes, said) {
    if (changes.some((change) => change.kind !== 'put-shift' && change.kind !== 'remove-shift')) weeks.forget();
    queue.add({ changes, what: said });
    announce(said);
  }

  /** A shift of the grid without what the server adds. @param {number} index @returns {{day: Day, shifts: Shift[]}} */
  const dayAt = (index) => days()[oneDay ?? index];

  /** A key that is held down goes on from what the last one made, drawn or not. */
  function drawNow() {
    if (drawing === undefined) return;
    cancelAnimationFrame(drawing);
    drawing = undefined;
    draw();
  }

  /** @param {import("./keys.js").Command} name */
  function command(name) {
    drawNow();
    switch (name) {
      case 'week-before':
        return show(addDays(monday, -7));
      case 'week-after':
        return show(addDays(monday, 7));
      case 'day-before':
        return oneDay !== null && oneDay > 0 ? view(oneDay - 1) : undefined;
      case 'day-after':
        return oneDay !== null && oneDay < 6 ? view(oneDay + 1) : undefined;
      case 'undo':
        if (!queue.canUndo) return announce(t('admin.schedule.said.nothing-to-undo'));
        weeks.forget();
        queue.undo();
        return announce(t('admin.schedule.said.undone'));
      case 'redo':
        if (!queue.canRedo) return announce(t('admin.schedule.said.nothing-to-redo'));
        weeks.forget();
        queue.redo();
        return announce(t('admin.schedule.said.redone'));
      case 'problem':
        return problems.focusFirst();
      default:
        return atCursor.run(name);
    }
  }

  /** @param {Shift} shift @param {{day: Day, shifts: Shift[]}} where @param {boolean} isNew */
  function openEditor(shift, { day, shifts }, isNew) {
    const known = week()?.days.find((one) => one.date === day.date);
    const away = new Set((known?.shifts ?? []).filter((one) => one.leave_id).map((one) => one.planned_agent_id));
    edited = day;
    editor.open({
      shift, isNew, day, mayDiffer: shift.weekday !== undefined && day.kind !== 'exception', others: shifts, seats: week()?.seats ?? [], agents: week()?.agents ?? [],
      isOnLeave: (id) => away.has(id), groups,
    });
  }
  /** @type {Day | null} */
  let edited = null;

  /** @param {Shift} shift @param {boolean} onlyThisDay */
  function saveShift(shift, onlyThisDay) {
    if (!onlyThisDay || !edited) return add([{ kind: 'put-shift', shift }], t('admin.schedule.said.saved', { stretch: stretchText(shift) }));
    const day = edited;
    const plan = planOf(queue.body, [day])[0].shifts;
    const changes = differ({ ...queue.body, shifts: [...queue.body.shifts.filter((one) => one.id !== shift.id), shift] }, day, '', makeID);
    add(changes, t('admin.schedule.said.differ', { day: dayText(day.date) }));
    if (plan.length === 0) announce(t('admin.schedule.said.saved', { stretch: stretchText(shift) }));
  }

  /** After the server refused it: the form again, with what was typed. */
  function editAgain() {
    const change = queue.refused?.step.changes.find((one) => one.kind === 'put-shift');
    const { index } = grid.spot;
    queue.forgetRefused();
    if (change?.kind === 'put-shift') openEditor(change.shift, days().find(({ day }) => day.date === change.shift.date) ?? dayAt(index), false);
  }

  /** @param {Day} day @param {string} note */
  function closeDay(day, note) {
    const { shifts } = planOf(queue.body, [day])[0];
    /** @type {Change[]} */
    const gone = day.kind === 'exception' ? shifts.map((shift) => ({ kind: 'remove-shift', id: shift.id })) : [];
    add([{ kind: 'put-exception', date: day.date, note }, ...gone], t('admin.schedule.said.closed', { day: dayText(day.date) }));
  }

  /** @param {number} index */
  function openDay(index) {
    const { day, shifts } = dayAt(index);
    dayDialog.open(day, { shifts: shifts.length, follows: templateDay(queue.body, day) });
  }

  // The server ------------------------------------------------------------------------------------------------------

  async function check() {
    await attempt(async () => {
      if (!queue.schedule?.draft) return announce(t('admin.schedule.problems.unchanged'));
      const found = await routes.check(queue.revision);
      conflicts = found.conflicts;
      checkedRevision = found.draft.revision;
      queue.merge({ draft: found.draft });
      announce(t('admin.schedule.said.checked', { n: found.conflicts.length }));
    });
  }

  async function openPublish() {
    if (!queue.schedule?.draft) return announce(t('admin.schedule.said.nothing-to-publish'));
    if (queue.schedule.draft.state !== 'checked') await check();
    const isChecked = queue.schedule?.draft?.state === 'checked';
    if (isChecked) publishing.open({ hall: hall.name, warnings: (conflicts ?? []).length });
    else problems.focusFirst();
  }

  /** @param {string} why */
  async function publish(why) {
    try {
      const { published } = await routes.publish(queue.revision, why);
      weeks.forget();
      queue.merge({ published, draft: null, can_undo: false, can_redo: false });
      conflicts = null;
      draw();
      announce(t('admin.schedule.said.published', { n: published.version }));
    } catch (error) {
      const { details } = /** @type {any} */ (error);
      if (details?.conflicts) {
        conflicts = details.conflicts;
        draw();
      }
      throw error;
    }
  }

  /** @param {number} version */
  async function restore(version) {
    await routes.restore(version, queue.revision);
    weeks.forget();
    await queue.load();
    announce(t('admin.schedule.said.taken-up', { n: version }));
  }

  async function discard() {
    const isSure = await confirmDialog({
      title: t('admin.schedule.discard.title'), body: t('admin.schedule.discard.body'), confirm: t('admin.schedule.discard'), cancel: t('admin.schedule.cancel'), danger: true,
    });
    if (!isSure) return;
    await attempt(async () => {
      await routes.discard(queue.revision);
      weeks.forget();
      conflicts = null;
      await queue.load();
    });
  }

  /** What the server makes of the week now: leave, coverage, names of days. */
  async function refresh() {
    if (isClosed || !queue.isIdle) return;
    weeks.forget();
    await weeks.load(monday).then(draw, () => {});
  }

  /** As soon as everything that is pending has been sent. @param {() => void} act */
  function later(act) {
    if (isClosed || queue.line === 'stale') return;
    if (queue.isIdle) act();
    else setTimeout(() => later(act), 100);
  }

  /** @param {number} ms @returns {Promise<void>} */
  function pause(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  const failure = h('p', { class: 'notice notice--warn', role: 'alert', hidden: true });
  notes.before(failure);

  /** @param {() => Promise<void> | void} act */
  async function attempt(act) {
    try {
      await act();
      failure.hidden = true;
    } catch (error) {
      const { code, message } = /** @type {any} */ (error);
      if (code === 'sign_in_required') return location.reload();
      if (code === 'schedule_changed') await queue.load().catch(() => {});
      replaceChildren(failure, icon('warn'), h('span', {}, code === 'schedule_changed' ? t('admin.schedule.reloaded') : message), h('button', { class: 'button', type: 'button', on: { click: () => attempt(act) } }, t('shared.retry')));
      failure.hidden = false;
    }
  }

  const online = () => hurry();
  addEventListener('online', online);
  attempt(async () => {
    await queue.load();
    await weeks.load(monday);
    draw();
  });
  getJSON('/admin/catalogue').then(({ items }) => {
    groups = [...new Set(items.map((/** @type {any} */ item) => item.category))];
    for (const item of items) itemNames.set(item.code, item.name);
  }, () => {});

  return () => {
    isClosed = true;
    queue.stop();
    clearTimeout(refreshing);
    rehearsal.stop();
    removeEventListener('online', online);
  };
}
