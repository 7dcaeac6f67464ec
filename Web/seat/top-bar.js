// The bar at the top: which window, in what state and for how long, and who waits outside.

import { h, icon, replaceChildren } from '../elements/dom.js';
import { t } from '../text/text.js';
import { openMenu } from './menu.js';
import { localeSwitch, schemeSwitch } from './preferences.js';
import { screenOf } from './state.js';
import { shiftText } from './shifts/words.js';
import { clockText } from './time.js';

/** @typedef {import("./state.js").Screen} Screen */

/** Reasons that an agent gives; the others are set by the broker. */
const NOT_READY_REASONS = ['rest', 'meal', 'training', 'system-trouble', 'other'];

/** State, its drawing and its tone: three signs, so that colour is never the only one. @type {Record<Screen, [string, string]>} */
const LOOKS = {
  loading: ['clock', 'quiet'],
  'choose-seat': ['seat', 'quiet'],
  'not-ready': ['minus', 'warn'],
  ready: ['check', 'good'],
  ringing: ['bell', 'accent'],
  calling: ['phone', 'accent'],
  connected: ['camera', 'accent'],
  held: ['pause', 'warn'],
  reconnecting: ['warn', 'warn'],
  consulting: ['user', 'accent'],
  transferring: ['transfer', 'warn'],
  'wrap-up': ['file', 'warn'],
  stopped: ['cross', 'bad'],
};

/**
 * @param {import("./desk.js").DeskParts} parts
 */
export function createTopBar({ keyboard, commands, signOut, openShifts }) {
  const number = h('h1', { class: 'bar__number' });
  const shift = h('p', { class: 'bar__shift small', hidden: true });
  const hall = h('span', { class: 'bar__hall quiet' });
  const stateIcon = h('span', { class: 'bar__state-icon' });
  const stateWord = h('strong', {});
  const stateTime = h('span', { class: 'bar__time', 'aria-hidden': 'true' });
  const stateBox = h(
    'div',
    { class: 'bar__state', role: 'group', 'aria-label': t('seat.bar.state') },
    stateIcon,
    stateWord,
    stateTime,
  );
  const waiting = h('span', { class: 'bar__waiting' });
  const line = h('span', { class: 'bar__line', role: 'status' });
  const notReady = h(
    'button',
    {
      class: 'button bar-button',
      'aria-haspopup': 'menu',
      'aria-expanded': 'false',
      on: { click: () => openNotReadyMenu() },
    },
    icon('minus'),
    t('seat.bar.not-ready'),
  );
  const help = h('button', { class: 'button bar-button', on: { click: () => commands.help() } }, icon('bell'), '');
  const signOff = h(
    'button',
    { class: 'button button--quiet bar-button', on: { click: () => commands.signOff() } },
    t('seat.bar.sign-off'),
  );
  const leave = h(
    'button',
    { class: 'button button--quiet bar-button', on: { click: signOut } },
    t('seat.bar.sign-out'),
  );
  const shifts = h(
    'button',
    { class: 'button button--quiet bar-button', 'aria-haspopup': 'dialog', on: { click: openShifts } },
    icon('calendar'),
    t('seat.shifts'),
  );
  const security = h('a', { class: 'button button--quiet bar-button', href: '../staff/?from=seat' }, t('seat.bar.security'));
  const agent = h('span', { class: 'bar__agent' });

  function openNotReadyMenu() {
    openMenu({
      keyboard,
      anchor: notReady,
      title: t('seat.bar.not-ready-why'),
      items: NOT_READY_REASONS.map((reason) => ({
        text: t(`seat.not-ready.${reason}`),
        action: () => commands.notReady(reason),
      })),
    });
  }

  const element = h(
    'header',
    { class: 'bar' },
    h('div', { class: 'bar__window' }, h('div', { class: 'bar__seat' }, number, shift), hall),
    stateBox,
    h('div', { class: 'bar__menu' }, h('span', { class: 'menu-anchor' }, notReady), help),
    line,
    h('span', { class: 'bar__space' }),
    waiting,
    agent,
    shifts,
    signOff,
    security,
    leave,
    localeSwitch(),
    schemeSwitch(),
  );

  /** @param {import("./state.js").DeskState} state */
  function update(state) {
    const screen = screenOf(state);
    const seat = state.seat;
    number.textContent = seat ? t('seat.bar.window', { number: seat.number }) : t('seat.title');
    hall.textContent = seat?.hall.name ?? '';
    const [drawing, tone] = LOOKS[screen];
    if (stateBox.dataset.screen !== screen) {
      stateBox.dataset.screen = screen;
      stateBox.dataset.tone = tone;
      replaceChildren(stateIcon, icon(drawing));
    }
    const reason = screen === 'not-ready' && seat?.not_ready_reason ? t(`seat.not-ready.${seat.not_ready_reason}`) : '';
    stateWord.textContent = t(`seat.state.${screen}`) + (reason ? ` · ${reason}` : '');
    const isIdle = screen === 'ready' || screen === 'not-ready';
    notReady.hidden = !isIdle;
    notReady.lastChild &&
      (notReady.lastChild.textContent = t(screen === 'ready' ? 'seat.bar.not-ready' : 'seat.bar.other-reason'));
    signOff.hidden = !isIdle;
    help.hidden = !seat;
    help.disabled = Boolean(seat?.help);
    const comes = seat?.help?.taken_by;
    help.lastChild && (help.lastChild.textContent = seat?.help ? (comes ? t('seat.help.taken', { name: comes }) : t('seat.help.asked')) : t('seat.help'));
    leave.hidden = screen !== 'choose-seat';
    // A page of its own: only where nothing is left behind.
    security.hidden = screen !== 'choose-seat';
    shifts.hidden = !isIdle && screen !== 'choose-seat';
    agent.textContent = state.name;
    const lost = state.welcomed && (state.line.state === 'lost' || state.line.state === 'connecting');
    line.textContent = lost ? t('seat.bar.line-lost') : '';
    line.hidden = !lost;
  }

  /**
   * @param {import("./state.js").DeskState} state
   * @param {number} now
   */
  function tick(state, now) {
    const since = state.seat ? Date.parse(state.seat.since) : now;
    stateTime.textContent = state.seat && state.line.state !== 'stopped' ? clockText(now - since) : '';
    const said = shiftText(state.seat?.shift, now);
    if (shift.textContent !== said) {
      shift.textContent = said;
      // Where the bar is full, the end of it is cut off.
      shift.title = said;
    }
    shift.hidden = said === '';
    const queue = state.queue;
    if (!queue) return void (waiting.textContent = '');
    const longest = queue.longest_wait_since
      ? t('seat.bar.longest', { time: clockText(now - Date.parse(queue.longest_wait_since)) })
      : '';
    waiting.textContent = t('seat.bar.waiting', { n: queue.waiting }) + longest;
  }

  return { element, update, tick, openNotReadyMenu };
}
