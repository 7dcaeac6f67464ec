// The citizen's page: holds the state, talks to the broker, and tells the screens when something changed.

import { announce } from '../elements/announce.js';
import { CallMedia } from '../call/call.js';
import { SignalingConnection } from '../signaling/connection.js';
import { getJSON, postJSON } from '../signaling/http.js';
import { unlockSound } from '../call/devices.js';
import { getLocale, t } from '../text/text.js';
import { Devices } from './devices.js';
import { Alerts } from './alerts.js';
import { Booking } from './booking.js';
import { CaseWork } from './case-work.js';
import { Consents } from './consents.js';
import { alertOf, caseToRemember, sayings } from './effects.js';
import { codeOf } from './errors.js';
import { Thumbnails } from './parts/thumbnails.js';
import { comeBack, TERMS_VERSION } from './identity.js';
import { formatRoute } from './routes.js';
import { caseID, hasLiveTicket, initialState, itemKey, reduce, screenOf } from './state.js';
import { Uploads } from './uploads.js';

/** @import { State, Action, ItemChoice } from './state.js' */
/** @import { Route } from './routes.js' */
/** @import { Saying } from './effects.js' */
/** @import { Kind, CaseRecord } from './wire.js' */

const DISMISSED_KEY = 'farwindow.dismissed';
const LAST_CASE_KEY = 'farwindow.last-case';
const WISH_KEY = 'farwindow.wish';
const NOTES_KEY = 'farwindow.notes';
const CONTINUING_KEY = 'farwindow.continuing';
const RETRY_MS = 4_000;
const HALLS_MS = 20_000;

/** Screens that come whatever the address says. */
const TAKES_PAGE = new Set(['called', 'call', 'asked']);

/** Events: `change` (detail: { before: State }), `toast` (detail: { sentence: string, about?: 'chat' | 'materials' }). */
export class App extends EventTarget {
  /** How a sign-in by a provider of identities went; before `state`, which reads the address. @type {string | null} */
  signInOutcome = comeBack();
  /** @type {State} */
  state = initialState(
    location.hash, readSession(DISMISSED_KEY), readJSON(WISH_KEY) ?? {}, readJSON(NOTES_KEY) ?? undefined, readJSON(CONTINUING_KEY));
  /** @type {SignalingConnection | null} */
  connection = null;
  /** @type {CallMedia | null} */
  media = null;
  devices = new Devices();
  thumbnails = new Thumbnails();
  uploads = new Uploads(this.#uploadsHost());
  work = new CaseWork(this);
  booking = new Booking(this);
  consents = new Consents();
  /** The question to begin with when the pages before the materials open again. @type {string | null} */
  reconsidered = null;
  /** What was typed on the first page; it survives a look into an item and back. */
  searched = '';
  alerts = new Alerts();
  #listening = new AbortController();

  /** @param {Action} action */
  dispatch(action) {
    const before = this.state;
    this.state = reduce(before, action);
    if (this.state === before) return;
    this.#follow(before);
    this.dispatchEvent(new CustomEvent('change', { detail: { before } }));
    if (before.booted) for (const saying of sayings(before, this.state)) this.say(saying);
  }

  /** Consequences that are not drawing. @param {State} before */
  #follow(before) {
    const state = this.state;
    const took = state.ticket?.id !== before.ticket?.id && hasLiveTicket(state);
    const screen = screenOf(state);
    if (took || (screen !== screenOf(before) && TAKES_PAGE.has(screen))) this.go({ name: 'ticket' }, { replace: true });
    const last = caseToRemember(state);
    if (last) writeSession(LAST_CASE_KEY, JSON.stringify(last));
    if (state.wish !== before.wish) writeSession(WISH_KEY, JSON.stringify(state.wish));
    if (state.notes !== before.notes) writeSession(NOTES_KEY, JSON.stringify(state.notes));
    if (state.appointments !== before.appointments) this.booking.watchClock();
    if (state.continuing !== before.continuing) writeSession(CONTINUING_KEY, JSON.stringify(state.continuing));
    if (state.materials.length > 0 && (before.materials.length === 0 || caseID(state) !== caseID(before))) {
      this.uploads.restore(state.materials.map((entry) => entry.material));
    }
    this.media?.setHeld(state.session?.state === 'held');
    this.alerts.follow(before.booted ? alertOf(before, state) : null, screen);
    const isInCall = screen === 'call' || screen === 'called' || screen === 'devices';
    if (!isInCall && this.devices.stream) {
      // The camera's light goes out while one waits.
      this.devices.close();
      this.media?.setLocalStream(null);
    }
  }

  /** @param {Saying} saying */
  say({ key, params = {}, assertive, toast, about }) {
    const words = 'verdict' in params ? { ...params, verdict: t(`shared.verdict.${params.verdict}`) } : params;
    const sentence = t(key, words);
    announce(sentence, { assertive });
    if (toast) this.dispatchEvent(new CustomEvent('toast', { detail: { sentence, about } }));
  }

  /**
   * @param {Route} route
   * @param {{ replace?: boolean }} [options]
   */
  go(route, { replace = false } = {}) {
    const hash = formatRoute(route);
    if (hash === location.hash) return;
    if (replace) history.replaceState(null, '', hash);
    else history.pushState(null, '', hash);
    this.dispatch({ type: 'route', hash });
  }

  async start() {
    addEventListener('popstate', () => this.dispatch({ type: 'route', hash: location.hash }));
    addEventListener('hashchange', () => this.dispatch({ type: 'route', hash: location.hash }));
    setInterval(() => this.#refreshHalls(), HALLS_MS);
    this.loadCatalogue();
    await this.#boot();
  }

  async #boot() {
    try {
      const me = await getJSON('/citizen/me');
      this.dispatch({ type: 'signed-in', me });
      // The snapshot decides the screen, so nothing is shown before it: no flash of the first page.
      this.connect();
    } catch (error) {
      if (codeOf(error) === 'sign_in_required') return this.dispatch({ type: 'booted', me: null });
      this.dispatch({ type: 'unreachable' });
      setTimeout(() => this.#boot(), RETRY_MS);
    }
  }

  async loadCatalogue() {
    try {
      const [catalogue, { halls }] = await Promise.all([getJSON('/catalogue'), getJSON('/halls')]);
      this.dispatch({ type: 'catalogue', catalogue });
      this.dispatch({ type: 'halls', halls });
    } catch {
      if (!this.state.catalogue) setTimeout(() => this.loadCatalogue(), RETRY_MS);
      if (this.state.booted) this.dispatchEvent(new CustomEvent('toast', { detail: { sentence: t('citizen.trouble.loading') } }));
    }
  }

  async #refreshHalls() {
    const screen = screenOf(this.state);
    if (document.hidden || (screen !== 'find' && screen !== 'item')) return;
    try {
      this.dispatch({ type: 'halls', halls: (await getJSON('/halls')).halls });
    } catch { /* Old figures for another round; the line's own sign tells of the trouble. */ }
  }

  /**
   * Halls may have adopted different versions of an item; without a hall or a version it is the newest that any hall has.
   * @param {string} code
   * @param {ItemChoice} [choice]
   */
  async loadItem(code, choice = {}) {
    const key = itemKey(code, choice);
    if (this.state.items[key]) return;
    const query = choice.hall ? `?hall=${encodeURIComponent(choice.hall)}` : choice.version ? `?version=${choice.version}` : '';
    try {
      this.dispatch({ type: 'item', code: key, item: await getJSON(`/catalogue/${encodeURIComponent(code)}${query}`) });
    } catch (error) {
      if (codeOf(error) === 'not_found' || codeOf(error) === 'invalid_field') return this.dispatch({ type: 'item', code: key, item: 'missing' });
      setTimeout(() => this.loadItem(code, choice), RETRY_MS);
    }
  }

  connect() {
    this.disconnect();
    const connection = new SignalingConnection({ role: 'citizen', locale: getLocale() });
    const { signal } = this.#listening = new AbortController();
    this.connection = connection;
    this.media = new CallMedia({ connection });
    this.media.setLocalStream(this.devices.stream);
    connection.addEventListener('welcome', (event) => this.#onWelcome(/** @type {CustomEvent} */ (event).detail), { signal });
    connection.addEventListener('push', (event) => {
      const { type, payload } = /** @type {CustomEvent} */ (event).detail;
      this.dispatch({ type: 'push', name: type, payload });
      if (type === 'ticket.updated') this.#loadTicketsItem();
    }, { signal });
    connection.addEventListener('line', (event) => this.#onLine(/** @type {CustomEvent} */ (event).detail), { signal });
    connection.open();
  }

  disconnect() {
    this.#listening.abort();
    this.media?.close();
    this.connection?.close();
    this.connection = this.media = null;
  }

  /** @param {import('../signaling/messages.js').Welcome} welcome */
  #onWelcome(welcome) {
    this.dispatch({ type: 'welcome', resumed: welcome.resumed, snapshot: welcome.snapshot });
    if (!this.state.booted) this.dispatch({ type: 'booted', me: this.state.me });
    this.#loadTicketsItem();
    if (!hasLiveTicket(this.state)) this.loadCases();
    if (!welcome.resumed) this.booking.tryLoad();
  }

  /** The citizen's own cases, for the first page. Without them it is the same page with one section less. */
  async loadCases() {
    try {
      const answer = await getJSON('/cases');
      this.dispatch({ type: 'cases', cases: Array.isArray(answer) ? answer : answer.cases ?? [] });
    } catch { /* see above */ }
  }

  /** While waiting the materials list is drawn from the catalogue. */
  #loadTicketsItem() {
    const { ticket, session } = this.state;
    if (ticket && !session && ticket.kind === 'pre-review' && hasLiveTicket(this.state)) this.loadItem(ticket.item.code, { version: ticket.item.version });
  }

  /** @param {{ state: string, code?: string }} line */
  #onLine(line) {
    if (line.state === 'stopped') {
      if (line.code === 'superseded') return this.dispatch({ type: 'gone', code: 'superseded' });
      if (line.code === 'sign_in_required' && !this.state.booted) return this.dispatch({ type: 'booted', me: null });
      if (line.code) return this.dispatch({ type: 'gone', code: 'signed_out' });
      return;
    }
    this.dispatch({ type: 'line', line: /** @type {State['line']} */ (line.state) });
    if (line.state === 'lost' && !this.state.booted) this.dispatch({ type: 'unreachable' });
  }

  /** @param {{ name: string, telephone: string }} person */
  async signIn(person) {
    this.consents.forget();
    const me = await postJSON('/citizen/sign-in', { ...person, terms_version: TERMS_VERSION });
    this.dispatch({ type: 'signed-in', me });
    this.connect();
  }

  async signOut() {
    this.disconnect();
    this.devices.close();
    try { await postJSON('/citizen/sign-out'); } catch { /* The cookie ends with the browser at the latest. */ }
    sessionStorage.removeItem(LAST_CASE_KEY);
    this.uploads.clear();
    this.booking.forget();
    this.consents.forget();
    this.dispatch({ type: 'signed-out' });
    this.go({ name: 'find' });
  }

  /** The server has forgotten this person, the sign-in included; the page stays where it says so. */
  erased() {
    this.devices.close();
    sessionStorage.removeItem(LAST_CASE_KEY);
    this.uploads.clear();
    this.booking.forget();
    this.consents.forget();
    this.dispatch({ type: 'signed-out' });
  }

  /** @param {{ code: string, kind: string, hall: string }} choice */
  async takeTicket({ code, kind, hall }) {
    if (!this.connection || this.connection.line === 'stopped') this.connect();
    const { language, priority } = this.state.wish;
    const caseID = await this.#claimCase({ code, kind, hall });
    await this.connection?.send('ticket.take', {
      hall_id: hall, item_code: code, kind: /** @type {Kind} */ (kind), ...(language && { language }), ...(priority && { priority }),
      ...(caseID && { case_id: caseID }),
    });
    this.dispatch({ type: 'continuing', continuing: null });
    this.go({ name: 'ticket' }, { replace: true });
  }

  /**
   * The earlier case that this visit goes on with; whoever shows its number and code makes it theirs.
   * @param {{ code: string, kind: string, hall: string }} choice
   * @returns {Promise<string | null>}
   */
  async #claimCase({ code, kind, hall }) {
    const { continuing } = this.state;
    // Another matter was chosen meanwhile.
    if (!continuing || continuing.code !== code || continuing.kind !== kind || continuing.hall !== hall) return null;
    const { case_id, case_number, look_up_code } = continuing;
    if (case_id) return case_id;
    return (await postJSON('/cases/continue', { case_number, look_up_code })).case_id;
  }

  /**
   * Another visit to a case that was looked up: by way of the sign-in, and the try of camera and sound.
   * @param {Pick<CaseRecord, 'case_number' | 'item' | 'kind' | 'hall'>} record
   * @param {{ look_up_code?: string, case_id?: string }} key what opens it: the code, or that it is the citizen's own
   */
  continueCase(record, { look_up_code = '', case_id }) {
    const choice = { code: record.item.code, kind: record.kind, hall: record.hall.id };
    const { state } = this;
    if (state.ticket && !hasLiveTicket(state)) this.dispatch({ type: 'dismiss' });
    this.dispatch({ type: 'continuing', continuing: { ...choice, case_number: record.case_number, look_up_code, case_id } });
    this.go({ name: state.me ? 'devices' : 'sign-in', ...choice });
  }

  async cancelTicket() {
    const { ticket } = this.state;
    if (!ticket) return;
    await this.connection?.send('ticket.cancel', { ticket_id: ticket.id });
    this.dismiss();
    this.say({ key: 'citizen.waiting.cancelled', toast: true });
  }

  /** Keeps the place and lets the citizen go. The question about notifications needs this very tap; it never holds the place up. */
  async leaveQueue() {
    this.alerts.allow();
    await this.#aboutTicket('ticket.leave');
  }

  /** Back from a call-back: from now on a window may call. */
  async confirmBack() {
    await this.#aboutTicket('ticket.confirm');
  }

  /** Takes a parked ticket back to its old place. */
  async reviveTicket() {
    await this.#aboutTicket('ticket.revive');
  }

  /** @param {'ticket.leave' | 'ticket.confirm' | 'ticket.revive'} type */
  async #aboutTicket(type) {
    unlockSound();
    const { ticket } = this.state;
    if (ticket) await this.connection?.send(type, { ticket_id: ticket.id });
  }

  /** Called, but it does not suit: the ticket ends, and nobody waits in vain. */
  async decline() {
    await this.endSession();
    this.dismiss();
    this.say({ key: 'citizen.called.declined', toast: true });
  }

  /** Enters the call. The camera opens beside it, so that a question of the browser never costs the place. */
  async join() {
    const { session } = this.state;
    if (!session) return;
    this.openDevices();
    await this.connection?.send('session.join', { session_id: session.id });
  }

  /** @param {{ ask?: boolean }} [options] */
  async openDevices({ ask = false } = {}) {
    await this.devices.open({ ask });
    await this.media?.setLocalStream(this.devices.stream);
  }

  /** @param {string} text */
  async chat(text) {
    const { session } = this.state;
    if (!session) return;
    await this.connection?.send('chat.send', { session_id: session.id, message_id: uuid(), text });
  }

  async endSession() {
    const { session } = this.state;
    if (session) await this.connection?.send('session.end', { session_id: session.id });
  }

  /**
   * For whoever opens a camera for papers beside the call: some phones have one camera at a time.
   * @returns {{ free: () => void, onClosed: () => void }}
   */
  cameraCare() {
    return {
      free: () => { for (const track of this.devices.stream?.getVideoTracks() ?? []) track.stop(); },
      onClosed: () => {
        const tracks = this.devices.stream?.getVideoTracks() ?? [];
        // Stopped by us, or silenced by the phone when the other camera began.
        if (tracks.some((track) => track.readyState === 'ended' || track.muted)) this.openDevices({ ask: true });
      },
    };
  }

  /** @returns {import('./uploads.js').UploadsHost} */
  #uploadsHost() {
    return {
      caseID: () => caseID(this.state),
      fileCount: (materialID) => {
        const entry = this.state.materials.find((one) => one.material.id === materialID);
        return (entry?.files.length ?? 0) + this.state.uploads.filter((one) => one.materialID === materialID && !one.problem).length;
      },
      show: (upload) => this.dispatch({ type: 'upload', upload }),
      over: (key) => this.dispatch({ type: 'upload-over', key }),
      arrived: (material, file) => {
        this.dispatch({ type: 'file-added', file });
        this.say({ key: 'handIn.handedIn', params: { name: material.name } });
      },
      thumbnails: this.thumbnails,
    };
  }

  /** Puts the farewell away and goes back to the first page. */
  dismiss() {
    if (this.state.ticket) writeSession(DISMISSED_KEY, this.state.ticket.id);
    // A new beginning, with the matter that has just ended among one's own.
    this.searched = '';
    this.dispatch({ type: 'dismiss' });
    this.loadCases();
    this.go({ name: 'find' });
  }

  /** @returns {{ case_number: string, look_up_code: string, item: string } | null} */
  get lastCase() {
    try { return JSON.parse(readSession(LAST_CASE_KEY) ?? 'null'); } catch { return null; }
  }

  /** The server's time in milliseconds. */
  now() {
    return this.connection?.now() ?? Date.now();
  }
}

/** `crypto.randomUUID` exists only at secure addresses; the page must say so in words, not fall over. */
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const at = Date.now();
  for (let index = 0; index < 6; index += 1) bytes[index] = Math.floor(at / 2 ** (8 * (5 - index))) & 0xff;
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** @param {string} key @returns {any} null: nothing there that makes sense */
function readJSON(key) {
  try { return JSON.parse(readSession(key) ?? 'null'); } catch { return null; }
}

/** @param {string} key */
function readSession(key) {
  try { return sessionStorage.getItem(key); } catch { return null; }
}

/** @param {string} key @param {string} value */
function writeSession(key, value) {
  try { sessionStorage.setItem(key, value); } catch { /* Forbidden storage: this tab forgets, nothing else. */ }
}
