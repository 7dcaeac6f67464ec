// The schedule routes of the administration in memory, as the wire says them: for module tests, and for looking at the screens.

import { addDays, minuteOf, timeOf, weekdayOf } from '../../Web/admin/schedule/days.js';
import { applyChanges, faultsOf, overlaps, planOf, plannedSeats, putOn, span } from '../../Web/admin/schedule/plan.js';

/** @typedef {import("../../Web/admin/schedule/plan.js").Shift} Shift */
/** @typedef {import("../../Web/admin/schedule/plan.js").Body} Body */
/** @typedef {import("../../Web/admin/schedule/plan.js").Change} Change */
/** @typedef {{status: number, body: any}} Reply */

const SETTINGS = {
  makeup_workday: 1, slot_minutes: 30, walk_in_percent: 50, booking_days: 14, booking_lead_minutes: 60, freed_slot_shut_minutes: 30,
  appointments_per_person: 2, daily_limit_minutes: 480, weekly_limit_minutes: 2400,
};

/** @param {number} status @param {string} code @param {object} [more] @returns {Reply} */
const refusal = (status, code, more = {}) => ({ status, body: { status, code, detail: `(${code})`, ...more } });

/** @param {string} id @param {Partial<Shift>} [parts] @returns {Shift} */
export function makeShift(id, parts = {}) {
  const place = parts.date === undefined ? { weekday: 1 } : {};
  return { id, ...place, from: '09:00', to: '12:00', seat_id: 's1', agent_id: 'a1', covers: { groups: [], kinds: [], languages: [] }, capacity: 1, breaks: [], ...parts };
}

/** @param {Partial<Body>} [parts] @returns {Body} */
export const makeBody = (parts = {}) => ({ zone: 'Asia/Shanghai', settings: SETTINGS, shifts: [], exceptions: [], ...parts });

export class FakeSchedule {
  /** @type {any} */
  published = null;
  /** @type {any} */
  draft = null;
  /** @type {Body[]} */
  past = [];
  /** @type {Body[]} */
  future = [];
  /** @type {any[]} */
  versions = [];
  /** @type {{revision: number, at: string, by: string, changes: Change[]}[]} */
  journal = [];
  /** @type {any[]} */
  leaves = [];
  /** @type {any[]} */
  swaps = [];
  /** @type {Map<number, {year: number, source: string, days: {date: string, rule: string, name: string}[]}>} */
  calendars = new Map();
  /** @type {Map<string, any>} */
  rehearsals = new Map();
  #count = 0;

  /** @param {{body?: Body, seats?: any[], agents?: any[], by?: string, now?: () => string}} [options] */
  constructor({ body, seats, agents, by = '黄文博', now = () => '2026-11-23T05:00:00Z' } = {}) {
    this.seats = seats ?? ['01', '02', '03'].map((number, index) => ({ id: `s${index + 1}`, number, withdrawn: false }));
    this.agents = agents ?? ['林志远', '许丽君', '陈晓琳'].map((name, index) => ({ id: `a${index + 1}`, name, skills: { groups: [], kinds: [], languages: [] }, suspended: false }));
    this.by = by;
    this.now = now;
    if (body) this.#publish(body, '第一次发布', null);
  }

  /** @param {Body} body @param {string} why @param {number | null} based_on */
  #publish(body, why, based_on) {
    this.published = { version: this.versions.length + 1, published_at: this.now(), published_by: this.by, why, body };
    this.versions.push({ ...this.published, based_on });
  }

  get envelope() {
    return {
      hall_id: 'H', published: this.published, draft: this.draft, can_undo: this.past.length > 0, can_redo: this.future.length > 0,
    };
  }

  /**
   * @param {string} method
   * @param {string} path below the hall, `/schedule/draft/changes`, or `/calendars`
   * @param {any} [body]
   * @param {string} [by] who asks
   * @returns {Reply}
   */
  handle(method, path, body = {}, by = this.by) {
    const [route, query = ''] = path.split('?');
    const parts = route.split('/').filter(Boolean);
    const asked = new URLSearchParams(query);
    switch (`${method} ${parts[0]}`) {
      case 'GET schedule':
        return this.#read(parts.slice(1), asked);
      case 'POST schedule':
        return this.#write(parts.slice(1), body, by);
      case 'GET leaves':
        return { status: 200, body: { leaves: this.leaves } };
      case 'POST leaves':
        return this.#decide(this.leaves, parts[1], body, by);
      case 'GET swaps':
        return { status: 200, body: { swaps: this.swaps } };
      case 'POST swaps':
        return this.#decide(this.swaps, parts[1], body, by);
      case 'GET calendars':
        return { status: 200, body: { years: [...this.calendars.values()].sort((a, b) => a.year - b.year), missing: this.#missing() } };
      case 'PUT calendars': {
        const wrong = body.days.findIndex((/** @type {any} */ day) => !day.date.startsWith(parts[1]));
        if (wrong >= 0) return refusal(400, 'invalid_field', { field: `days.${wrong}.date` });
        this.calendars.set(Number(parts[1]), { year: Number(parts[1]), ...body });
        return { status: 200, body: this.calendars.get(Number(parts[1])) };
      }
      case 'POST rehearsals': {
        const id = `r${this.#count++}`;
        this.rehearsals.set(id, { state: 'running', progress: 0, asked: body });
        return { status: 202, body: { id } };
      }
      case 'GET rehearsals':
        return this.#rehearse(parts[1]);
      case 'DELETE rehearsals':
        this.rehearsals.set(parts[1], { state: 'cancelled', progress: 0 });
        return { status: 204, body: null };
      default:
        return refusal(404, 'not_found');
    }
  }

  #missing() {
    const year = Number(this.now().slice(0, 4));
    return [year, year + 1].filter((one) => !this.calendars.has(one));
  }

  /** @param {any[]} list @param {string} id @param {any} body @param {string} by @returns {Reply} */
  #decide(list, id, { approve, note }, by) {
    const one = list.find((each) => each.id === id);
    if (!one) return refusal(404, 'not_found');
    Object.assign(one, { state: approve ? 'approved' : 'declined', decided_by: by, note });
    return { status: 200, body: one };
  }

  /** @param {string[]} parts @param {URLSearchParams} asked @returns {Reply} */
  #read(parts, asked) {
    if (parts.length === 0) return { status: 200, body: this.envelope };
    if (parts[0] === 'week') return { status: 200, body: this.#week(asked.get('from') ?? '', Number(asked.get('days') ?? 7), asked.get('of') ?? 'draft') };
    if (parts[0] === 'versions' && parts.length === 1) {
      return { status: 200, body: { versions: this.versions.map(({ body: _body, ...rest }) => rest) } };
    }
    const version = this.versions[Number(parts[1]) - 1];
    return version ? { status: 200, body: version } : refusal(404, 'not_found');
  }

  /** @param {string} date */
  #day(date) {
    const year = Number(date.slice(0, 4));
    const calendar = this.calendars.get(year);
    const day = calendar?.days.find((one) => one.date === date);
    return { date, kind: /** @type {any} */ (day?.rule ?? (calendar ? 'ordinary' : 'unknown')), name: day?.name ?? null, note: null, missing_year: calendar ? null : year };
  }

  /** @param {string} from @param {number} count @param {string} of */
  #week(from, count, of) {
    const body = (of === 'draft' ? this.draft?.body : null) ?? this.published?.body ?? makeBody();
    const days = planOf(body, Array.from({ length: count }, (_, index) => this.#day(addDays(from, index)))).map(({ day, shifts }) => ({
      ...day,
      shifts: shifts.map((shift) => {
        const leave = this.leaves.find((one) => one.state === 'approved' && one.agent_id === shift.agent_id && one.from.slice(0, 10) <= day.date && one.to.slice(0, 10) >= day.date);
        return {
          ...shift, starts_at: `${day.date}T${shift.from}:00+08:00`, ends_at: `${day.date}T${shift.to}:00+08:00`, planned_agent_id: shift.agent_id,
          agent_id: leave ? null : shift.agent_id, leave_id: leave?.id ?? null, swap_id: null,
        };
      }),
      coverage: [...plannedSeats(shifts)].map(([at, planned]) => ({ from: timeOf(at), planned, needed: null })),
    }));
    return { hall_id: 'H', zone: 'Asia/Shanghai', of, revision: this.draft?.revision ?? 0, days, seats: this.seats, agents: this.agents };
  }

  /** @param {string[]} parts @param {any} body @param {string} by @returns {Reply} */
  #write(parts, body, by) {
    const isStale = (body.revision ?? 0) !== (this.draft?.revision ?? 0);
    if (isStale) return refusal(409, 'schedule_changed', { changes_since: this.journal.filter((one) => one.revision > body.revision) });
    if (parts[0] === 'versions') {
      this.#next(structuredClone(this.versions[Number(parts[1]) - 1].body), [], by);
      return this.#answer();
    }
    switch (parts[1]) {
      case 'changes':
        return this.#change(body.changes, by);
      case 'undo':
      case 'redo': {
        const [from, to] = parts[1] === 'undo' ? [this.past, this.future] : [this.future, this.past];
        const found = from.pop();
        if (!found) return refusal(409, 'not_now');
        to.push(this.draft.body);
        this.#next(found, [], by, { isStep: false });
        return this.#answer();
      }
      case 'discard':
        this.draft = null;
        this.past = [];
        this.future = [];
        return this.#answer();
      case 'check': {
        const conflicts = this.conflicts();
        if (!conflicts.some((one) => one.severity === 'blocking')) this.draft = { ...this.draft, state: 'checked' };
        return { status: 200, body: { draft: this.draft, conflicts } };
      }
      case 'publish':
        if (this.draft.state !== 'checked') return refusal(409, 'schedule_has_conflicts', { conflicts: this.conflicts() });
        this.#publish(this.draft.body, body.why, this.draft.based_on);
        this.draft = null;
        this.past = [];
        this.future = [];
        return { status: 200, body: { published: this.published } };
      default:
        return refusal(404, 'not_found');
    }
  }

  /** @returns {Reply} */
  #answer() {
    const { draft, can_undo, can_redo } = this.envelope;
    return { status: 200, body: { draft, can_undo, can_redo } };
  }

  /** @param {Change[]} changes @param {string} by @returns {Reply} */
  #change(changes, by) {
    const before = this.draft?.body ?? this.published?.body ?? makeBody();
    for (const [index, change] of changes.entries()) {
      if (change.kind !== 'put-shift') continue;
      const wrong = faultsOf(change.shift, [])[0];
      if (wrong) return refusal(400, 'invalid_field', { field: `changes.${index}.shift.${wrong.field}` });
    }
    let after = applyChanges(before, changes);
    for (const change of changes) if (change.kind === 'copy-week') after = this.#copied(after, change.from, change.to);
    this.past.push(before);
    this.#next(after, changes, by);
    return this.#answer();
  }

  /** @param {Body} body @param {Change[]} changes @param {string} by @param {{isStep?: boolean}} [options] */
  #next(body, changes, by, { isStep = true } = {}) {
    const revision = (this.draft?.revision ?? 0) + 1;
    if (isStep) this.future = [];
    this.draft = { revision, state: 'draft', based_on: this.published?.version ?? null, changed_at: this.now(), changed_by: by, body };
    this.journal.push({ revision, at: this.now(), by, changes });
  }

  /** @param {Body} body @param {string} from @param {string} to @returns {Body} */
  #copied(body, from, to) {
    const plans = planOf(body, Array.from({ length: 7 }, (_, index) => this.#day(addDays(from, index))));
    return plans.reduce((next, { shifts }, index) => {
      const date = addDays(to, index);
      return { ...next, exceptions: [...next.exceptions.filter((one) => one.date !== date), { date, note: '', shifts: shifts.map((shift) => ({ ...putOn(shift, { date }), id: `c${this.#count++}` })) }] };
    }, body);
  }

  /** Two kinds that block, two that warn: enough to see the list. @returns {any[]} */
  conflicts() {
    const body = /** @type {Body} */ (this.draft?.body ?? makeBody());
    const usual = { date: null, from: null, to: null, shift_ids: [], agent_id: null, seat_id: null, item_code: null, year: null, count: null, repairs: [] };
    const found = [];
    /** @type {Map<string, Shift[]>} */
    const days = new Map();
    for (const shift of [...body.shifts, ...body.exceptions.flatMap((one) => one.shifts)]) {
      const key = shift.date ?? String(shift.weekday);
      days.set(key, [...(days.get(key) ?? []), shift]);
    }
    const monday = '2026-11-23';
    for (const [key, shifts] of days) {
      const date = key.length > 1 ? key : addDays(monday, Number(key) - weekdayOf(monday));
      for (const [index, shift] of shifts.entries()) {
        for (const other of shifts.slice(0, index)) {
          if (!overlaps(shift, other)) continue;
          const shared = { severity: 'blocking', date, from: shift.from > other.from ? shift.from : other.from, to: shift.to < other.to ? shift.to : other.to, shift_ids: [other.id, shift.id] };
          if (shift.seat_id === other.seat_id) {
            const free = this.seats.find((seat) => !seat.withdrawn && !shifts.some((one) => one.seat_id === seat.id && overlaps(one, shift)));
            const repairs = [{ kind: 'remove-shift', changes: [{ kind: 'remove-shift', id: shift.id }] }];
            if (free) repairs.unshift({ kind: 'move-to-free-seat', changes: [/** @type {any} */ ({ kind: 'put-shift', shift: { ...shift, seat_id: free.id } })] });
            found.push({ ...usual, ...shared, kind: 'seat-double-booked', seat_id: shift.seat_id, repairs });
          }
          if (shift.agent_id && shift.agent_id === other.agent_id) {
            const free = this.agents.find((agent) => !agent.suspended && !shifts.some((one) => one.agent_id === agent.id && overlaps(one, shift)));
            const repairs = [{ kind: 'leave-unassigned', changes: [{ kind: 'put-shift', shift: { ...shift, agent_id: null } }] }];
            if (free) repairs.unshift({ kind: 'give-to-free-agent', changes: [{ kind: 'put-shift', shift: /** @type {any} */ ({ ...shift, agent_id: free.id }) }] });
            found.push({ ...usual, ...shared, kind: 'agent-double-booked', agent_id: shift.agent_id, repairs });
          }
        }
      }
      for (const agent of this.agents) {
        const minutes = shifts.filter((one) => one.agent_id === agent.id).reduce((sum, one) => sum + span(one).to - span(one).from, 0);
        if (minutes > body.settings.daily_limit_minutes) found.push({ ...usual, kind: 'agent-over-daily-limit', severity: 'warning', date, agent_id: agent.id, count: minutes, shift_ids: shifts.filter((one) => one.agent_id === agent.id).map((one) => one.id) });
      }
    }
    for (const year of this.#missing()) found.push({ ...usual, kind: 'calendar-missing', severity: 'warning', year, date: `${year}-01-01` });
    return found;
  }

  /** @param {string} id @returns {Reply} */
  #rehearse(id) {
    const one = this.rehearsals.get(id);
    if (!one) return refusal(404, 'not_found');
    if (one.state !== 'running') return { status: 200, body: one };
    one.progress = Math.min(1, one.progress + 0.34);
    if (one.progress < 1) return { status: 200, body: { state: 'running', progress: one.progress, report: null } };
    const { from, days } = one.asked;
    const half_hours = this.#week(from, days, one.asked.of).days.flatMap((day) =>
      day.coverage.map(({ from: time, planned }) => {
        const load = 2 + Math.round(6 * Math.exp(-(((minuteOf(time) ?? 0) - 600) ** 2) / 9000) + 4 * Math.exp(-(((minuteOf(time) ?? 0) - 900) ** 2) / 9000));
        const busy = Math.min(1, load * 0.28 / Math.max(planned, 0.5));
        const needed = Math.ceil(load * 0.3) + 1;
        return {
          at: `${day.date}T${time}:00+08:00`, arrivals: load, served: load - (busy > 0.9 ? 1 : 0), abandoned: busy > 0.9 ? 1 : 0,
          wait_p50_ms: Math.round(busy ** 3 * 240_000), wait_p80_ms: Math.round(busy ** 3 * 520_000), wait_p95_ms: Math.round(busy ** 3 * 900_000),
          occupancy: busy, planned, needed_erlang_c: needed, needed_erlang_a: Math.max(1, needed - 1),
        };
      })
    );
    const sum = (/** @type {string} */ key) => half_hours.reduce((total, each) => total + /** @type {any} */ (each)[key], 0);
    const report = {
      assumptions: { arrivals: one.asked.arrivals, service_level: one.asked.service_level, patience_s: one.asked.patience_s, seed: one.asked.seed, mean_handling_s: 540 },
      half_hours,
      total: { arrivals: sum('arrivals'), served: sum('served'), abandoned: sum('abandoned'), wait_p50_ms: 61_000, wait_p80_ms: 190_000, wait_p95_ms: 420_000, occupancy: 0.62 },
      uncovered: [{ item_code: 'CZ-TAX-004', kind: 'pre-review', from: `${from}T12:00:00+08:00`, to: `${from}T14:00:00+08:00` }],
      runs: 20,
    };
    this.rehearsals.set(id, { state: 'done', progress: 1, report });
    return { status: 200, body: this.rehearsals.get(id) };
  }
}
