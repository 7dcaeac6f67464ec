// What the citizen does with appointments: look for a time, hold it, book it, give it back, check in. What was done twice is done once.

import { unlockSound } from '../call/devices.js';
import { getJSON, postJSON } from '../signaling/http.js';
import { heldFor, nextTurn, sameAppointment, withList } from './appointments.js';
import { dayOf } from './days.js';
import { codeOf } from './errors.js';
import { formatRoute } from './routes.js';

/** @import { App } from './app.js' */
/** @import { Route } from './routes.js' */
/** @import { Appointment, AppointmentState } from './wire.js' */
/** @import { Wanted } from './appointments.js' */
/** @typedef {Extract<Route, { name: 'book' }>} BookRoute */
/** @typedef {Extract<Route, { name: 'confirm' }>} ConfirmRoute */

/** How far ahead the days are shown. */
export const DAYS_SHOWN = 14;
/** A timer of a phone that slept comes late; looking this often makes up for it. */
const LOOK_MS = 30_000;

export class Booking {
  #app;
  /** Requests under way, by what they ask for: a second tap joins the first. @type {Map<string, Promise<any>>} */
  #underWay = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #isListKnown = false;
  /** Why the time that was chosen last could not be had. @type {{ code: string, at: string } | null} */
  trouble = null;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
  }

  /** The hall's today. @param {string} [zone] */
  today(zone) {
    return dayOf(this.#app.now(), zone);
  }

  /** @param {string | undefined} id @returns {Appointment | null} */
  find(id) {
    return this.#app.state.appointments.find((one) => one.id === id) ?? null;
  }

  /** What a page of the booking is about. @param {{ code: string, kind: string, hall: string, replaces?: string }} route @returns {Wanted} */
  wanted({ code, kind, hall, replaces }) {
    const language = this.find(replaces)?.language ?? this.#app.state.wish.language;
    return { code, kind, hall, ...(language && { language }) };
  }

  /**
   * Asks for the times that are free. A hall that takes no appointments is an answer too.
   * @param {Wanted} wanted
   * @param {{ from?: string, days?: number }} [range] from today, as many days as are shown
   */
  async loadSlots(wanted, { from = this.today(), days = DAYS_SHOWN } = {}) {
    const query = new URLSearchParams({ item: wanted.code, kind: wanted.kind, ...(wanted.language && { language: wanted.language }), from, days: String(days) });
    try {
      const answer = await getJSON(`/halls/${encodeURIComponent(wanted.hall)}/slots?${query}`);
      this.#app.dispatch({ type: 'slots', wanted, answer });
    } catch (error) {
      if (codeOf(error) !== 'not_found' && codeOf(error) !== 'item_not_offered') throw error;
      this.#app.dispatch({ type: 'slots', wanted, answer: 'none' });
    }
  }

  /** All appointments of the person. */
  async load() {
    const before = this.#app.state.appointments;
    const { appointments } = await getJSON('/appointments');
    this.#isListKnown = true;
    this.#app.dispatch({ type: 'appointments', appointments: withList(before, this.#app.state.appointments, appointments) });
  }

  /** For whoever can do without them. */
  async tryLoad() {
    try { await this.load(); } catch { /* The first page has one section less, and asks again with the next connection. */ }
  }

  forget() {
    this.#isListKnown = false;
    this.trouble = null;
  }

  /**
   * Holds the time for the person who is about to say yes.
   * @param {ConfirmRoute} route
   * @returns {Promise<Appointment>}
   */
  hold(route) {
    return this.#once(formatRoute(route), async () => {
      const wanted = this.wanted(route);
      const known = () => sameAppointment(this.#app.state.appointments, wanted, route.at, this.#app.now());
      if (!this.#isListKnown) await this.load();
      const before = known();
      if (before) return before;
      await this.#letGo(wanted);
      try {
        const { code, kind, hall, language } = wanted;
        return this.#keep(await postJSON('/appointments', {
          hall_id: hall, item_code: code, kind, language: language ?? null, starts_at: route.at, replaces: route.replaces ?? null,
        }));
      } catch (error) {
        if (codeOf(error) !== 'network_unavailable') throw error;
        // The line broke between the asking and the answer: only the server knows.
        await this.load();
        const after = known();
        if (!after) throw error;
        return after;
      }
    });
  }

  /** Whoever chooses another time gives back the one that was only held: a person needs one. @param {Wanted} wanted */
  async #letGo(wanted) {
    const now = this.#app.now();
    for (const one of heldFor(this.#app.state.appointments, wanted, now)) await this.cancel(one);
  }

  /** @param {Appointment} one */
  async book(one) {
    try {
      await this.#act(one, 'book', 'booked');
    } catch (error) {
      // The page then shows what became of it.
      if (codeOf(error) === 'hold_expired') await this.tryLoad();
      if (codeOf(error) !== 'slot_full') throw error;
      const { item, kind, hall, starts_at: at } = one;
      this.trouble = { code: 'slot_full', at };
      this.#app.go({ name: 'book', code: item.code, kind, hall: hall.id, replaces: one.replaces ?? undefined }, { replace: true });
    }
  }

  /** @param {Appointment} one */
  async cancel(one) {
    await this.#act(one, 'cancel', 'cancelled');
  }

  /** From here on it is a ticket like any other. @param {Appointment} one */
  async checkIn(one) {
    unlockSound();
    const { connection } = this.#app;
    if (!connection || connection.line === 'stopped') this.#app.connect();
    const { ticket } = await this.#act(one, 'check-in', 'checked-in') ?? {};
    if (ticket) this.#app.dispatch({ type: 'push', name: 'ticket.updated', payload: { ticket } });
    this.#app.go({ name: 'ticket' }, { replace: true });
  }

  /**
   * @param {Appointment} one
   * @param {'book' | 'cancel' | 'check-in'} act
   * @param {AppointmentState} done the state that it leads to
   */
  #act(one, act, done) {
    return this.#once(`${act} ${one.id}`, async () => {
      try {
        const answer = await postJSON(`/appointments/${encodeURIComponent(one.id)}/${act}`);
        this.#keep(answer.appointment ?? answer);
        return answer;
      } catch (error) {
        if (codeOf(error) !== 'network_unavailable') throw error;
        await this.load();
        if (this.find(one.id)?.state !== done) throw error;
      }
    });
  }

  /** @param {Appointment} appointment */
  #keep(appointment) {
    this.#app.dispatch({ type: 'appointment', appointment });
    return appointment;
  }

  /**
   * @template T
   * @param {string} key
   * @param {() => Promise<T>} act
   * @returns {Promise<T>}
   */
  #once(key, act) {
    const running = this.#underWay.get(key);
    if (running) return running;
    const began = act().finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, began);
    return began;
  }

  /** Tells the screens when an appointment comes to mean something else by the mere passing of time. */
  watchClock() {
    clearTimeout(this.#timer);
    const now = this.#app.now();
    if (now - this.#app.state.clock >= LOOK_MS) this.#app.dispatch({ type: 'clock', now });
    const turn = nextTurn(this.#app.state.appointments, now);
    if (turn === null) return;
    this.#timer = setTimeout(() => {
      this.#app.dispatch({ type: 'clock', now: this.#app.now() });
      this.watchClock();
    }, Math.min(Math.max(turn - now, 0) + 50, LOOK_MS));
  }
}
