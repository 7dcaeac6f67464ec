// The booking side of a server, in memory: slots, holds, bookings, check-in, with their refusals. The moment is set by the test.

const MINUTE_MS = 60_000;
const HOLD_MS = 10 * MINUTE_MS;
const SHUT_MS = 30 * MINUTE_MS;
const CHECK_IN_BEFORE_MS = 15 * MINUTE_MS;
const CHECK_IN_GRACE_MS = 15 * MINUTE_MS;
const SLOT_MS = 30 * MINUTE_MS;
const PER_PERSON = 2;
/** Of the one hall of this world: UTC+8 without summer time. */
const OFFSET_MS = 8 * 60 * MINUTE_MS;

export class Refusal extends Error {
  /** @param {string} code @param {number} status */
  constructor(code, status = 409) {
    super(code);
    this.code = code;
    this.status = status;
  }
}

export class BookingFake {
  now = Date.parse('2026-11-23T10:00:00+08:00');
  /** @type {any[]} */
  appointments = [];
  /** Places that somebody gave back, and until when they stay shut. @type {{ at: number, until: number }[]} */
  shut = [];
  /** Places a slot. */
  capacity = 2;
  /** Taken by others, by the slot's beginning. @type {Map<number, number>} */
  others = new Map();
  /** Called with every appointment that changes, as the push would be. @type {(appointment: any) => void} */
  onChange = () => {};
  #count = 0;

  /** @param {string} item @param {string} hall */
  constructor(item = 'I1', hall = 'h1') {
    this.item = { code: item, version: 1, name: '事项' };
    this.hall = { id: hall, name: '大厅' };
  }

  /**
   * Answers a request as the server would.
   * @param {string} method @param {string} path below /api/v1, with its query @param {any} [body]
   * @returns {{ status: number, body: any }}
   * @throws {Refusal}
   */
  answer(method, path, body) {
    this.#lapse();
    const url = new URL(path, 'http://fake');
    const parts = url.pathname.split('/').slice(1).map(decodeURIComponent);
    if (method === 'GET' && parts[0] === 'halls' && parts[2] === 'slots') {
      return { status: 200, body: this.slots(url.searchParams.get('from') ?? '', Number(url.searchParams.get('days') ?? 7)) };
    }
    if (parts[0] !== 'appointments') throw new Refusal('not_found', 404);
    if (parts.length === 1) return method === 'GET' ? { status: 200, body: { appointments: [...this.appointments].reverse() } } : { status: 201, body: this.hold(body) };
    const one = this.#find(parts[1]);
    switch (parts[2]) {
      case 'book': return { status: 200, body: this.book(one) };
      case 'cancel': return { status: 200, body: this.cancel(one) };
      case 'check-in': return { status: 200, body: this.checkIn(one) };
      case undefined: return { status: 200, body: one };
      default: throw new Refusal('not_found', 404);
    }
  }

  /** @param {string} from @param {number} count @returns {import('../../Web/citizen/wire.js').SlotsAnswer} */
  slots(from, count) {
    const days = Array.from({ length: count }, (_, index) => {
      const date = new Date(Date.parse(`${from}T00:00:00Z`) + index * 86_400_000).toISOString().slice(0, 10);
      return { date, slots: this.#slotsOf(date).filter((slot) => slot.free > 0) };
    });
    const next = Array.from({ length: 14 }, (_, index) => new Date(this.now + OFFSET_MS + index * 86_400_000).toISOString().slice(0, 10))
      .flatMap((date) => this.#slotsOf(date)).find((slot) => slot.free > 0)?.starts_at ?? null;
    return {
      hall_id: this.hall.id, slot_minutes: 30, zone: 'Asia/Shanghai', first_date: from, last_date: days.at(-1)?.date ?? from, days, next,
      reason: next ? null : 'all-taken', missing_year: null,
    };
  }

  /** Weekdays from 9:00 to 12:00 and from 14:30 to 17:00. @param {string} date */
  #slotsOf(date) {
    const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
    if (weekday === 0 || weekday === 6) return [];
    const midnight = Date.parse(`${date}T00:00:00Z`) - OFFSET_MS;
    const starts = [9, 9.5, 10, 10.5, 11, 11.5, 14.5, 15, 15.5, 16, 16.5].map((hour) => midnight + hour * 60 * MINUTE_MS);
    return starts.filter((start) => start > this.now + 60 * MINUTE_MS).map((start) => ({ starts_at: instant(start), ends_at: instant(start + SLOT_MS), free: this.#free(start) }));
  }

  /** @param {number} start */
  #free(start) {
    const own = this.appointments.filter((one) => isLive(one) && Date.parse(one.starts_at) === start).length;
    const shut = this.shut.filter((one) => one.at === start && one.until > this.now).length;
    return Math.max(0, this.capacity - own - shut - (this.others.get(start) ?? 0));
  }

  /** @param {any} wanted */
  hold({ hall_id, item_code, kind, language, starts_at, replaces }) {
    if (hall_id !== this.hall.id) throw new Refusal('not_found', 404);
    const start = Date.parse(starts_at);
    const same = this.appointments.find((one) => one.state === 'held' && Date.parse(one.starts_at) === start && one.replaces === replaces);
    if (same) return same;
    const live = this.appointments.filter((one) => isLive(one) && one.id !== replaces);
    if (live.length >= PER_PERSON || live.some((one) => one.starts_at.slice(0, 10) === instant(start).slice(0, 10))) throw new Refusal('booking_limit');
    if (this.#free(start) === 0) throw new Refusal(this.shut.some((one) => one.at === start && one.until > this.now) ? 'slot_shut' : 'slot_full');
    this.#count += 1;
    return this.#keep({
      id: `00000000-0000-7000-8000-${String(this.#count).padStart(12, '0')}`, number: `Y${String(this.#count).padStart(4, '0')}`, hall: this.hall,
      item: { ...this.item, code: item_code }, kind, language: language ?? null, starts_at: instant(start), ends_at: instant(start + SLOT_MS), state: 'held',
      hold_until: instant(this.now + HOLD_MS), check_in_from: instant(start - CHECK_IN_BEFORE_MS), check_in_until: instant(start + CHECK_IN_GRACE_MS),
      moved: false, replaces: replaces ?? null, ticket_id: null, case_number: null,
    });
  }

  /** @param {any} one */
  book(one) {
    if (one.state === 'booked') return one;
    if (one.state !== 'held') throw new Refusal('hold_expired');
    const old = this.appointments.find((other) => other.id === one.replaces && other.state === 'booked');
    if (old) this.#keep({ ...old, state: 'rescheduled' });
    return this.#keep({ ...one, state: 'booked', hold_until: null });
  }

  /** @param {any} one */
  cancel(one) {
    if (one.state === 'cancelled') return one;
    this.shut.push({ at: Date.parse(one.starts_at), until: this.now + SHUT_MS });
    return this.#keep({ ...one, state: 'cancelled', hold_until: null });
  }

  /** @param {any} one */
  checkIn(one) {
    if (this.now < Date.parse(one.check_in_from)) throw new Refusal('too_early');
    if (this.now > Date.parse(one.check_in_until)) throw new Refusal('too_late');
    const ticket = {
      id: `t-${one.id}`, number: 'A007', state: 'waiting', lane: 'ordinary', hall: one.hall, item: one.item, kind: one.kind, taken_at: instant(this.now),
      place: { ahead: 0, seats_open: 1 }, case_id: 'c1', case_number: 'N1', look_up_code: 'K1',
    };
    return { appointment: this.#keep({ ...one, state: 'checked-in', ticket_id: ticket.id, case_number: 'N1' }), ticket };
  }

  /** The hall's published schedule lost its time. @param {string} id */
  move(id) {
    this.#keep({ ...this.#find(id), moved: true });
  }

  #lapse() {
    for (const one of this.appointments) {
      if (one.state === 'held' && Date.parse(one.hold_until) <= this.now) this.#keep({ ...one, state: 'lapsed' });
      if (one.state === 'booked' && Date.parse(one.check_in_until) < this.now) this.#keep({ ...one, state: 'no-show' });
    }
  }

  /** @param {string} id */
  #find(id) {
    const one = this.appointments.find((other) => other.id === id);
    if (!one) throw new Refusal('not_found', 404);
    return one;
  }

  /** @param {any} one */
  #keep(one) {
    const at = this.appointments.findIndex((other) => other.id === one.id);
    if (at < 0) this.appointments.push(one);
    else this.appointments[at] = one;
    this.onChange(one);
    return one;
  }
}

/** @param {any} one */
function isLive(one) {
  return one.state === 'held' || one.state === 'booked' || one.state === 'checked-in';
}

/** @param {number} ms */
function instant(ms) {
  return `${new Date(ms + OFFSET_MS).toISOString().slice(0, 19)}+08:00`;
}
