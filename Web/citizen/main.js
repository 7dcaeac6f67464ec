// Puts the citizen's page together: the frame that stays, and the screen that the state asks for.

import { announce } from '../elements/announce.js';
import { h, icon, replaceChildren } from '../elements/dom.js';
import { largerTextButton, restoreLargerText } from '../elements/larger-text.js';
import { getLocale, LOCALES, setLocale, t, useTables } from '../text/text.js';
import { App } from './app.js';
import { dueAppointment } from './appointments.js';
import { timeOf } from './days.js';
import { titleOf } from './effects.js';
import { formatRoute } from './routes.js';
import { closeDialogs } from './parts/pieces.js';
import { callScreen } from './screens/call.js';
import { appointmentScreen } from './screens/appointment.js';
import { askedScreen } from './screens/asked.js';
import { bookScreen } from './screens/book.js';
import { calledScreen } from './screens/called.js';
import { confirmScreen } from './screens/confirm.js';
import { devicesScreen } from './screens/devices.js';
import { goneScreen, missedScreen, openingScreen, unreachableScreen } from './screens/edge.js';
import { findScreen } from './screens/find.js';
import { itemScreen } from './screens/item.js';
import { lookUpScreen } from './screens/look-up.js';
import { mineScreen } from './screens/mine.js';
import { outcomeScreen } from './screens/outcome.js';
import { parkedScreen } from './screens/parked.js';
import { prepareScreen } from './screens/prepare.js';
import { signInScreen } from './screens/sign-in.js';
import { waitingScreen } from './screens/waiting.js';
import { hasLiveTicket, screenOf } from './state.js';

/** @import { ScreenName, State } from './state.js' */
/**
 * @typedef {{ node: HTMLElement, fullPage?: boolean, update?: (state: State, before: State) => void, leave?: () => void }} Screen
 */

/** @type {Record<ScreenName, (app: App) => Screen>} */
const SCREENS = {
  'opening': openingScreen,
  'unreachable': unreachableScreen,
  'gone': goneScreen,
  'find': findScreen,
  'item': itemScreen,
  'sign-in': signInScreen,
  'devices': devicesScreen,
  'look-up': lookUpScreen,
  'mine': mineScreen,
  'waiting': waitingScreen,
  'prepare': prepareScreen,
  'asked': askedScreen,
  'parked': parkedScreen,
  'called': calledScreen,
  'call': callScreen,
  'outcome': outcomeScreen,
  'missed': missedScreen,
  'book': bookScreen,
  'confirm': confirmScreen,
  'appointment': appointmentScreen,
};
/** Another address of these is another page. */
const BY_ADDRESS = new Set(['item', 'book', 'confirm', 'appointment']);
/** Where the ticket in hand is not what the page is about. */
const BESIDE_TICKET = new Set(['find', 'item', 'look-up', 'mine', 'prepare', 'book', 'confirm', 'appointment']);
const FULL_PAGE = new Set(['asked', 'called', 'call']);
const CALM = new Set(['book', 'confirm', 'appointment', 'find', 'item', 'sign-in', 'devices', 'look-up', 'mine', 'waiting', 'prepare', 'parked', 'missed', 'outcome']);
const TOAST_MS = 6_000;
const DOUBLE_TAP_MS = 700;
/** A break shorter than this is healed before anybody could read about it. */
const LINE_PATIENCE_MS = 1_500;
const LANGUAGES = { 'zh-CN': '简体中文', 'zh-Hant': '繁體中文', 'en': 'English' };

const app = new App();
const main = /** @type {HTMLElement} */ (document.querySelector('main'));
const header = /** @type {HTMLElement} */ (document.querySelector('header'));
const footer = /** @type {HTMLElement} */ (document.querySelector('footer'));
const banner = h('div', { class: 'banner' });
const toast = h('div', { class: 'toast', hidden: true });

/** @type {{ key: string, screen: Screen } | null} */
let shown = null;
let isFirst = true;
/** When the page last became another one. */
let changedAt = 0;

/** @param {State} before */
function draw(before) {
  const { state } = app;
  const name = screenOf(state);
  const key = `${name}|${BY_ADDRESS.has(name) ? formatRoute(state.route) : ''}`;
  if (shown?.key === key) {
    shown.screen.update?.(state, before);
  } else {
    shown?.screen.leave?.();
    shown = null;
    if (!isFirst) closeDialogs();
    const screen = SCREENS[name](app);
    shown = { key, screen };
    document.body.dataset.screen = name;
    document.body.classList.toggle('full', FULL_PAGE.has(name));
    replaceChildren(main, screen.node);
    changedAt = performance.now();
    // The first screen leaves the focus to the browser; every later one begins at its heading.
    if (!isFirst && name !== 'opening') {
      scrollTo(0, 0);
      main.querySelector('h1')?.focus({ preventScroll: true });
    }
    if (name !== 'opening') isFirst = false;
  }
  drawBanner(state, name);
  drawFooter(state, name);
  const title = titleOf(state);
  document.title = t(title.key, title.params);
}

function drawHeader() {
  const language = h('select', { class: 'header__language', 'aria-label': t('shared.language'), on: { change: () => changeLanguage(language.value) } },
    LOCALES.map((locale) => h('option', { value: locale, selected: locale === getLocale() }, LANGUAGES[locale])));
  replaceChildren(header, h('div', { class: 'header__in' },
    h('a', { class: 'brand', href: '#/' }, h('span', { class: 'brand__name' }, t('shared.app')), h('span', { class: 'brand__tag' }, t('shared.tagline'))),
    h('div', { class: 'header__tools' }, largerTextButton(), language)));
}

/** @param {string} value */
async function changeLanguage(value) {
  app.consents.forget();
  await setLocale(/** @type {import('../text/text.js').LocaleName} */ (value));
  redraw();
  header.querySelector('select')?.focus();
  // Sentences of the broker come in the language of `hello`; a call is never cut for that.
  if (app.connection && !app.state.session) app.connect();
}

function redraw() {
  shown?.screen.leave?.();
  shown = null;
  footerKey = '';
  isFirst = true;
  drawHeader();
  draw(app.state);
}

/** @param {State} state @param {ScreenName} name */
function drawBanner(state, name) {
  const lost = lineIsLost && CALM.has(name);
  const queues = hasLiveTicket(state) && BESIDE_TICKET.has(name);
  const due = !hasLiveTicket(state) && CALM.has(name) && name !== 'find' && name !== 'appointment' ? dueAppointment(state.appointments, app.now()) : null;
  replaceChildren(banner,
    lost && h('p', { class: 'banner__line', role: 'status' }, h('span', { class: 'spinner', 'aria-hidden': 'true' }),
      t(state.ticket ? 'citizen.away.line' : 'citizen.away.lineNoTicket')),
    due && h('a', { class: 'banner__ticket', href: formatRoute({ name: 'appointment', id: due.id }) }, icon('bell'),
      h('span', null, t('booking.banner.open', { time: timeOf(due.starts_at) })), h('span', { class: 'strong banner__go' }, t('booking.banner.go'))),
    queues && h('a', { class: 'banner__ticket', href: formatRoute({ name: 'ticket' }) }, icon('ticket'),
      h('span', null, ticketLine(state)), h('span', { class: 'strong banner__go' }, t('citizen.banner.back'))));
}

/** @param {State} state */
function ticketLine({ ticket, wasTransferred }) {
  if (ticket?.state === 'parked') return t('citizen.banner.parked', { number: ticket.number });
  if (wasTransferred) return t('citizen.waiting.transferred');
  if (ticket?.call_back === 'away') return t('citizen.banner.away', { number: ticket.number });
  if (!ticket?.place || ticket.state !== 'waiting') return t('citizen.banner.ticket', { number: ticket?.number ?? '' });
  return t(ticket.place.ahead === 0 ? 'citizen.banner.next' : 'citizen.banner.ahead', { number: ticket.number, n: ticket.place.ahead });
}

let footerKey = '';
/** @param {State} state @param {ScreenName} name */
function drawFooter(state, name) {
  const isIn = state.me !== null && state.gone === null;
  const key = `${state.catalogue?.warning}|${state.me?.name}|${isIn}|${name === 'look-up'}|${name === 'mine'}`;
  if (key === footerKey) return;
  footerKey = key;
  replaceChildren(footer, h('div', { class: 'footer__in' },
    state.catalogue?.warning && h('details', { class: 'demo' },
      h('summary', null, icon('info'), h('span', null, t('citizen.demo'))), h('p', null, state.catalogue.warning)),
    h('ul', { class: 'footer__links' },
      name !== 'look-up' && h('li', null, h('a', { href: formatRoute({ name: 'look-up' }) }, t('citizen.footer.lookUp'))),
      isIn && name !== 'mine' && h('li', null, h('a', { href: formatRoute({ name: 'mine' }) }, t('mine.link'))),
      isIn && h('li', null, t('citizen.footer.signedIn', { name: state.me?.name ?? '' }), ' ',
        h('button', { class: 'button button--quiet', type: 'button', on: { click: () => app.signOut() } }, t('citizen.footer.signOut'))))));
}

let lineIsLost = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let lineTimer;
/** @param {State} before */
function watchLine(before) {
  const { line } = app.state;
  if (line === before.line) return;
  const isDown = line === 'lost' || (line === 'connecting' && before.line === 'lost');
  if (!isDown) {
    clearTimeout(lineTimer);
    lineTimer = undefined;
    lineIsLost = false;
  } else if (!lineIsLost && lineTimer === undefined) {
    lineTimer = setTimeout(() => {
      lineIsLost = true;
      drawBanner(app.state, screenOf(app.state));
    }, LINE_PATIENCE_MS);
  }
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let toastTimer;
app.addEventListener('toast', (event) => {
  // A call shows its own, over the picture; an outcome's page says it all already.
  const name = screenOf(app.state);
  if (name === 'call' || name === 'outcome') return;
  toast.textContent = /** @type {CustomEvent} */ (event).detail.sentence;
  toast.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { toast.hidden = true; }, TOAST_MS);
});
// The second tap of a trembling finger was meant for what stood there before.
document.addEventListener('click', (event) => {
  if (event.detail < 2 || performance.now() - changedAt > DOUBLE_TAP_MS) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, { capture: true });
// A file dropped beside a card would take the place of the page.
for (const kind of ['dragover', 'drop']) {
  document.addEventListener(kind, (event) => {
    if (/** @type {DragEvent} */ (event).dataTransfer?.types.includes('Files')) event.preventDefault();
  });
}
app.addEventListener('change', (event) => {
  const { before } = /** @type {CustomEvent} */ (event).detail;
  watchLine(before);
  draw(before);
});

restoreLargerText();
await useTables('shared', 'citizen', 'hand-in', 'booking', 'ways', 'mine');
announce('');
header.after(banner);
document.body.append(toast);
drawHeader();
draw(app.state);
app.start();
