// The desk itself: holds the state, draws the parts, and says which keys do what on which screen.

import { h, icon, replaceChildren } from '../elements/dom.js';
import { t } from '../text/text.js';
import { announce } from '../elements/announce.js';
import { confirmDialog } from '../elements/confirm.js';
import { chime, unlockSound } from '../call/devices.js';
import { CallMedia } from '../call/call.js';
import { Camera } from './camera.js';
import { createChecklist } from './checklist.js';
import { createConsult, endText } from './consult.js';
import { openConclude } from './conclude.js';
import { createIdle } from './idle.js';
import { Keyboard } from './keyboard.js';
import { createPicture } from './picture.js';
import { createRing, whyText } from './ring.js';
import { createSide, showItem } from './side.js';
import {
  consultOf, initialState, isConsultant, isInTalk, isTalking, mayAskStill, mayConclude, mayReopen, nextWithoutVerdict, reduce, screenOf, selectedEntry,
} from './state.js';
import { openReopen } from './reopen.js';
import { createStill } from './still.js';
import { createShiftPanel } from './shifts/panel.js';
import { openTransfer } from './transfer.js';
import { createTopBar } from './top-bar.js';
import { createVerdict, VERDICTS } from './verdict.js';
import { createViewer } from './viewer.js';
import { createWrapUp } from './wrap-up.js';

/** @typedef {import("./state.js").DeskState} DeskState */
/** @typedef {import("./state.js").Screen} Screen */
/** @typedef {import("./keyboard.js").KeyBinding} KeyBinding */

/**
 * What every part of the desk is given.
 * @typedef {object} DeskParts
 * @property {Keyboard} keyboard
 * @property {CallMedia} call
 * @property {Camera} camera
 * @property {ReturnType<typeof makeCommands>} commands
 * @property {(message: {type: string, payload: any}) => void} dispatch
 * @property {() => void} openNotReadyMenu
 * @property {() => void} toggleHold
 * @property {() => void} transfer
 * @property {{toggle: () => void, include: () => void, handOver: () => void}} consult
 * @property {() => void} signOut
 * @property {() => void} openShifts one's own shifts, leave and swaps
 * @property {() => number} now the server's time, milliseconds since 1970
 * @property {() => void} ask for a picture of the original for the open material
 */

const TICK_MS = 250;
const PROBLEM_SHOWN_MS = 8_000;

/**
 * @param {import("../signaling/connection.js").SignalingConnection} connection
 * @param {(sentence: string) => void} say
 */
function makeCommands(connection, say) {
  /** @param {string} type @param {object} [payload] @returns {Promise<boolean>} whether it was done */
  const run = async (type, payload) => {
    try {
      await connection.send(type, payload);
      return true;
    } catch (error) {
      say(/** @type {Error} */ (error).message);
      return false;
    }
  };
  return {
    run,
    ready: () => run('seat.ready'),
    notReady: (/** @type {string} */ reason) => run('seat.not-ready', { reason }),
    help: () => run('seat.help'),
    signOn: (/** @type {string} */ id) => run('seat.sign-on', { seat_id: id }),
    signOff: () => run('seat.sign-off'),
    accept: (/** @type {string} */ id) => run('reservation.accept', { reservation_id: id }),
    reject: (/** @type {string} */ id, /** @type {string} */ reason) =>
      run('reservation.reject', { reservation_id: id, reason }),
    end: () => Promise.resolve(false),
    chat: (/** @type {string} */ id, /** @type {string} */ text) =>
      run('chat.send', { session_id: id, message_id: newMessageID(Date.now()), text }),
    verdict: (/** @type {object} */ payload) => run('precheck.verdict', payload),
    conclude: (/** @type {object} */ payload) => run('precheck.conclude', payload),
    reopen: (/** @type {object} */ payload) => run('precheck.reopen', payload),
    propose: (/** @type {object} */ payload) => run('correction.propose', payload),
    askStill: (/** @type {object} */ payload) => run('still.ask', payload),
    wrapUp: (/** @type {object} */ payload) => run('session.wrap-up', payload),
    endSession: (/** @type {string} */ id) => run('session.end', { session_id: id }),
    hold: (/** @type {string} */ id) => run('session.hold', { session_id: id }),
    resume: (/** @type {string} */ id) => run('session.resume', { session_id: id }),
    transfer: (/** @type {object} */ payload) => run('session.transfer', payload),
    takeBack: () => connection.open(),
  };
}

/**
 * A UUIDv7 (RFC 9562): sorts by time.
 * @param {number} now
 */
function newMessageID(now) {
  const random = crypto.getRandomValues(new Uint8Array(10));
  const hex = [...random].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const time = now.toString(16).padStart(12, '0');
  const variant = (8 + (random[2] & 3)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-${variant}${hex.slice(5, 8)}-${hex.slice(8, 20)}`;
}

/**
 * @param {Element} root
 * @param {import("../signaling/connection.js").SignalingConnection} connection
 * @param {{signOut: () => void}} options
 */
export function openDesk(root, connection, { signOut }) {
  let state = initialState();
  /** @type {Screen | null} */
  let screen = null;
  let boundFor = '';
  let stopRing = () => {};
  /** @type {any} */
  let problemTimer = null;
  /** @type {(() => void) | null} */
  let closeTransfer = null;
  /** @type {ReturnType<typeof openConclude> | null} */
  let concluding = null;
  const body = h('div', { class: 'desk__body' });
  const problem = h('div', { class: 'problem', role: 'alert', hidden: true });
  const keyboard = new Keyboard();
  const call = new CallMedia({ connection });
  const camera = new Camera(call);
  const commands = makeCommands(connection, showProblem);
  commands.end = confirmEnd;
  const consult = createConsult({ run: commands.run, state: () => state });
  /** @type {DeskParts} */
  const parts = {
    keyboard,
    call,
    camera,
    commands,
    dispatch,
    openNotReadyMenu: () => topBar.openNotReadyMenu(),
    toggleHold,
    transfer,
    consult: { ...consult, toggle: toggleConsult },
    signOut,
    openShifts: () => shifts.open(),
    now: () => connection.now(),
    ask: askStill,
  };
  const shifts = createShiftPanel({ now: parts.now });
  const topBar = createTopBar(parts);
  const picture = createPicture(parts);
  const idle = createIdle(parts);
  const ring = createRing(parts);
  const still = createStill({
    ...parts,
    show: (picture) => viewer.showArriving(picture),
    compare: () => viewer.compare(),
  });
  const viewer = createViewer({ ...parts, setWide: (isWide) => (body.dataset.wide = String(isWide)), onCompare: () => screen && bindKeys(screen), strip: still.element });
  const verdict = createVerdict({ ...parts, reopen });
  const checklist = createChecklist({ ...parts, conclude });
  const side = createSide(parts);
  const wrapUp = createWrapUp({ ...parts, conclude });
  const review = h('div', { class: 'middle__review' }, viewer.element, verdict.element);
  const guide = h('div', { class: 'item' });
  const consultation = h(
    'section',
    { class: 'consultation', tabindex: '0', 'aria-label': t('seat.consultation.title') },
    h('h2', {}, icon('chat'), t('seat.consultation.title')),
    h('p', { class: 'quiet' }, t('seat.consultation.body')),
    guide,
  );
  const middle = h(
    'main',
    { class: 'middle', id: 'middle' },
    idle.element,
    ring.element,
    review,
    consultation,
    wrapUp.element,
  );
  const tips = h('aside', { class: 'card tips', 'aria-label': t('seat.tips.title') });
  const right = h('div', { class: 'right' }, checklist.element, side.element, tips);
  body.append(picture.element, middle, right);
  const element = h('div', { class: 'desk' }, topBar.element, problem, body, keyboard.legend);
  replaceChildren(root, element);
  drawTips();

  /** @param {string} sentence */
  function showProblem(sentence) {
    replaceChildren(
      problem,
      icon('warn'),
      h('span', {}, sentence),
      h(
        'button',
        { class: 'button button--quiet bar-button', on: { click: () => (problem.hidden = true) } },
        t('shared.close'),
      ),
    );
    problem.hidden = false;
    clearTimeout(problemTimer);
    problemTimer = setTimeout(() => (problem.hidden = true), PROBLEM_SHOWN_MS);
  }

  /** @returns {Promise<boolean>} */
  async function confirmEnd() {
    const session = state.session;
    if (isConsultant(state)) return consult.leave();
    if (!session || session.state === 'wrap-up' || document.querySelector('dialog[open]')) return false;
    const isOpen = session.kind === 'pre-review' && !session.concluded && session.state !== 'ringing';
    const isSure = await confirmDialog({
      title: t(session.state === 'ringing' ? 'seat.end.cancel-title' : 'seat.end.title'),
      body: t(session.state === 'ringing' ? 'seat.end.cancel-body' : isOpen ? 'seat.end.body-open' : 'seat.end.body'),
      confirm: t('seat.end.confirm'),
      cancel: t('seat.end.back'),
      danger: true,
    });
    return isSure ? commands.endSession(session.id) : false;
  }

  function conclude() {
    const session = state.session;
    if (!session || !mayConclude(state) || document.querySelector('dialog[open]')) return;
    concluding = openConclude(session, commands.conclude, parts.now);
  }

  function reopen() {
    const session = state.session;
    const entry = selectedEntry(state);
    if (!session || !entry || !mayReopen(state) || document.querySelector('dialog[open]')) return;
    openReopen(entry, (reason) => commands.reopen({ session_id: session.id, material_id: entry.material.id, reason }));
  }

  function askStill() {
    const entry = selectedEntry(state);
    if (!state.session || !entry || !mayAskStill(state)) return;
    commands.askStill({ session_id: state.session.id, material_id: entry.material.id });
  }

  function nextOpen() {
    const next = state.session && nextWithoutVerdict(state.session, state.materialID);
    if (next) dispatch({ type: 'select-material', payload: next });
    else announce(t('seat.keys.no-next-open'));
  }

  function toggleHold() {
    const session = state.session;
    if (session?.state === 'connected') commands.hold(session.id);
    else if (session?.state === 'held') commands.resume(session.id);
  }

  function transfer() {
    if (!state.session || !isTalking(state) || document.querySelector('dialog[open]')) return;
    closeTransfer = openTransfer({ session: state.session, seatID: state.seat?.id ?? '', transfer: commands.transfer });
  }

  function toggleConsult() {
    closeTransfer = consult.toggle() ?? closeTransfer;
  }

  /** @param {{type: string, payload: any}} message */
  function dispatch(message) {
    const next = reduce(state, message);
    if (next === state) return;
    const asked = state.seat?.help;
    const isOwn = message.type === 'consult.updated' && message.payload.session_id === state.session?.id;
    state = next;
    draw();
    tellHelp(asked, state.seat?.help);
    if (isOwn && message.payload.consult.state === 'ended') tellEnd(message.payload.consult);
  }

  /** @typedef {import("../signaling/messages.js").HelpView | undefined} Help */
  /** @param {Help} before @param {Help} now */
  function tellHelp(before, now) {
    if (now?.taken_by && before?.taken_by !== now.taken_by) announce(t('seat.help.announce-taken', { name: now.taken_by }));
    else if (before && !now && state.seat) announce(t('seat.help.announce-done'));
  }

  /** @param {import("../signaling/messages.js").ConsultView} ended */
  function tellEnd(ended) {
    const sentence = endText(ended);
    if (!sentence) return;
    if (ended.you === 'agent') showProblem(sentence);
    else announce(sentence, { assertive: true });
  }

  function draw() {
    const now = screenOf(state);
    const hasChanged = now !== screen;
    const before = screen;
    screen = now;
    element.dataset.screen = now;
    // Before the ring takes the focus: nothing lies over a citizen who calls.
    if (now === 'ringing' || now === 'stopped' || state.session) shifts.close();
    const inSession = now === 'calling' || isInTalk(now);
    call.setHeld(now === 'held');
    const isReview = inSession && state.session?.kind === 'pre-review';
    idle.element.hidden = now === 'ringing' || inSession || now === 'wrap-up';
    ring.element.hidden = now !== 'ringing';
    review.hidden = !isReview;
    consultation.hidden = !inSession || isReview;
    if (!consultation.hidden && state.session) showItem(guide, state.session.item);
    wrapUp.element.hidden = now !== 'wrap-up';
    tips.hidden = Boolean(state.session);
    topBar.update(state);
    if (!idle.element.hidden) idle.update(state);
    ring.update(state, connection.now());
    picture.update(state);
    checklist.update(state);
    side.update(state);
    wrapUp.update(state);
    concluding?.update(state.session);
    still.update(state);
    viewer.update(state);
    verdict.update(state);
    element.dataset.review = String(isReview);
    tick();
    bindKeys(now);
    if (hasChanged) enter(now, before);
  }

  /** Only what would do something now stands in the legend. @param {Screen} now */
  function bindKeys(now) {
    const { consult: asked, concluded } = state.session ?? {};
    const keysFor = [now, asked?.state, asked?.citizen_in, isConsultant(state), concluded, viewer.isComparing()].join();
    if (keysFor === boundFor) return;
    boundFor = keysFor;
    keyboard.use(bindings(now));
  }

  /** @param {Screen} now @param {Screen | null} before */
  function enter(now, before) {
    stopRing();
    stopRing = () => {};
    if (!isTalking(state)) {
      closeTransfer?.();
      closeTransfer = null;
    }
    const seat = state.seat ? t('seat.bar.window', { number: state.seat.number }) : t('seat.title');
    document.title = `${now === 'ringing' ? '● ' : ''}${t(`seat.state.${now}`)} · ${seat} · ${t('shared.app')}`;
    // The other page needs the camera now.
    if (now === 'stopped') camera.close();
    else if (before === 'stopped') camera.open();
    if (now === 'ringing' && state.reservation) {
      stopRing = chime('seat-ring');
      const { ticket_number, citizen_name, item, why, transfer, consult } = state.reservation;
      announce(
        consult ? t('seat.consult.announce', { name: consult.from_agent_name, item: item.name }) : t('seat.ring.announce', {
          number: ticket_number,
          name: citizen_name,
          item: item.name,
          why: (transfer ? t('seat.ring.transfer-said', { name: transfer.from_agent_name }) : '') + whyText(why),
        }),
        { assertive: true },
      );
    } else if (now !== 'loading') {
      announce(t(`seat.state.${now}`));
    }
    // Only when the old control is gone: the focus of somebody who types or reads is never taken.
    if (now === 'wrap-up' && before !== null) wrapUp.focus();
    if (now === 'connected' && before === 'calling' && document.activeElement === document.body) middle.focus();
  }

  /** @param {Screen} now @returns {KeyBinding[]} */
  function bindings(now) {
    const key = (
      /** @type {string | string[]} */ keys,
      /** @type {string} */ show,
      /** @type {string} */ text,
      /** @type {() => void} */ action,
      minor = false,
    ) => ({ keys: [keys].flat(), show, text: t(text), action, minor });
    const media = [
      key('m', 'M', 'seat.keys.mute', () => camera.toggle('audio')),
      key('v', 'V', 'seat.keys.camera', () => camera.toggle('video')),
    ];
    const menu = key('n', 'N', 'seat.keys.not-ready', () => topBar.openNotReadyMenu());
    const own = key('s', 'S', 'seat.shifts', parts.openShifts);
    const help = key('q', 'Q', 'seat.keys.help', () => state.seat?.help || commands.help(), true);
    const materials = [
      key('ArrowUp', '↑', 'seat.keys.previous-material', () => checklist.step(state, -1), true),
      key('ArrowDown', '↓', 'seat.keys.next-material', () => checklist.step(state, 1), true),
    ];
    switch (now) {
      case 'not-ready':
        return [key('r', 'R', 'seat.keys.ready', () => commands.ready()), menu, { ...help, minor: false }, own, ...media];
      case 'ready':
        return [menu, { ...help, minor: false }, own, ...media];
      case 'ringing':
        return [
          key('Enter', 'Enter', 'seat.keys.accept', () => state.reservation && commands.accept(state.reservation.id)),
          key('x', 'X', 'seat.keys.reject', () => ring.openRejectMenu()),
          help,
        ];
      case 'calling':
      case 'connected':
      case 'held':
      case 'reconnecting':
      case 'consulting':
      case 'transferring':
        if (isConsultant(state)) return helperBindings(key, materials, media);
        return [
          ...(now === 'held' ? [key('h', 'H', 'seat.keys.resume', toggleHold)] : []),
          ...(state.session?.kind === 'pre-review' ? [...reviewBindings(key), ...materials] : []),
          key('t', 'T', 'seat.keys.chat', () => side.focusChat()),
          key('i', 'I', 'seat.keys.item', () => side.show('item'), true),
          key('d', 'D', 'seat.keys.form', () => side.focusForm(), true),
          key('w', 'W', 'seat.keys.show-numbers', () => side.showNumbers(), true),
          key('y', 'Y', 'seat.keys.history', () => side.show('history'), true),
          // Their keys stand on the buttons under the picture.
          ...media.map((binding) => ({ ...binding, minor: true })),
          ...(now === 'connected' ? [key('h', 'H', 'seat.keys.hold', toggleHold)] : []),
          ...(now === 'connected' || now === 'held' ? [key('f', 'F', 'seat.keys.transfer', transfer)] : []),
          ...consultBindings(key, now),
          key('e', 'E', 'seat.keys.end', () => commands.end()),
          help,
        ];
      case 'wrap-up':
        return [
          key('Enter', 'Enter', 'seat.keys.complete', () => wrapUp.submit()),
          key([...'1234567'], '1–7', 'seat.keys.disposition', () => {}),
          key('/', '/', 'seat.keys.wrap-up-note', () => wrapUp.focusNote()),
          key('r', 'R', 'seat.keys.ready-after', () => wrapUp.toggleReady()),
          help,
          ...(mayConclude(state) ? [key('p', 'P', 'seat.keys.conclude', conclude)] : []),
        ].flatMap((binding) => binding.show === '1–7' ? [...dispositionKeys(binding.text)] : [binding]);
      case 'choose-seat':
        return [own];
      case 'loading':
      case 'stopped':
        return [];
    }
  }

  /**
   * @param {(keys: string | string[], show: string, text: string, action: () => void, minor?: boolean) => KeyBinding} key
   * @param {Screen} now
   */
  function consultBindings(key, now) {
    const asked = state.session?.consult;
    if (!asked) return now === 'connected' || now === 'held' ? [key('c', 'C', 'seat.keys.consult', toggleConsult)] : [];
    const there = consultOf(state);
    if (!there) return [key('c', 'C', 'seat.keys.consult-cancel', toggleConsult)];
    return [
      ...(now === 'consulting' ? [key('k', 'K', there.citizen_in ? 'seat.keys.citizen-apart' : 'seat.keys.citizen-in', consult.include)] : []),
      ...(now === 'transferring' ? [] : [key('u', 'U', 'seat.keys.hand-over', consult.handOver)]),
      key('c', 'C', 'seat.keys.consult-end', toggleConsult),
    ];
  }

  /**
   * A colleague looks at everything and decides nothing.
   * @param {(keys: string | string[], show: string, text: string, action: () => void, minor?: boolean) => KeyBinding} key
   * @param {KeyBinding[]} materials
   * @param {KeyBinding[]} media
   */
  function helperBindings(key, materials, media) {
    const verdicts = VERDICTS.map((_, index) => String(index + 1));
    const deciding = [...verdicts, 'p', '/', 'a', 'o', 's'];
    const looking = reviewBindings(key).filter(({ keys, show }) => show !== '1–5' && !keys.some((one) => deciding.includes(one)));
    return [
      ...(state.session?.kind === 'pre-review' ? [...looking, ...materials] : []),
      key('i', 'I', 'seat.keys.item', () => side.show('item'), true),
      ...media,
      key('e', 'E', 'seat.keys.consult-leave', () => commands.end()),
    ];
  }

  /** One legend entry for all digits, and a binding for each. @param {string} text @returns {KeyBinding[]} */
  function dispositionKeys(text) {
    return [...'1234567'].map((digit, index) => ({
      keys: [digit],
      show: index === 0 ? '1–7' : digit,
      text,
      action: () => wrapUp.choose(index),
      minor: index > 0,
    }));
  }

  /** @param {(keys: string | string[], show: string, text: string, action: () => void, minor?: boolean) => KeyBinding} key */
  function reviewBindings(key) {
    const isOver = state.session?.concluded ?? false;
    const isComparing = viewer.isComparing();
    return [
      key([], '↑↓', 'seat.keys.material', () => {}),
      key([], '1–5', 'seat.keys.verdict', () => {}, isOver),
      ...VERDICTS.map((name, index) =>
        key(String(index + 1), String(index + 1), `seat.verdict.${name}`, () => verdict.choose(index), true)
      ),
      key('a', 'A', 'seat.keys.suggestion', () => verdict.acceptSuggestion(), true),
      key('/', '/', 'seat.keys.note', () => verdict.focusNote(), true),
      key('j', 'J', 'seat.keys.next-open', nextOpen, isOver),
      key('g', 'G', 'seat.keys.jump', () => checklist.jump(state), true),
      key('o', 'O', 'seat.reopen.open', reopen, true),
      key('s', 'S', 'seat.keys.still', askStill, isOver),
      key('b', 'B', isComparing ? 'seat.compare.end' : 'seat.viewer.compare', () => viewer.compare()),
      key('x', 'X', 'seat.keys.swap', () => viewer.swap(), !isComparing),
      key('l', 'L', 'seat.keys.tie', () => viewer.toggleTie(), !isComparing),
      key('z', 'Z', 'seat.viewer.wide', () => viewer.toggleWide()),
      key('[', '[', 'seat.keys.previous-file', () => viewer.step(-1), true),
      key(']', ']', 'seat.keys.next-file', () => viewer.step(1), true),
      key('PageUp', 'PgUp', 'seat.viewer.previous-page', () => viewer.turn(-1), true),
      key('PageDown', 'PgDn', 'seat.viewer.next-page', () => viewer.turn(1), true),
      key(['+', '='], '+', 'seat.viewer.zoom-in', () => viewer.zoomIn(), true),
      key('-', '−', 'seat.viewer.zoom-out', () => viewer.zoomOut(), true),
      key('0', '0', 'seat.viewer.fit', () => viewer.toggleFit(), true),
      key([], 'Shift+↑↓←→', 'seat.keys.pan', () => {}, true),
      key('r', 'R', 'seat.viewer.rotate', () => viewer.rotate()),
      ...(mayConclude(state) ? [key('p', 'P', 'seat.keys.conclude', conclude)] : []),
    ];
  }

  function drawTips() {
    const tip = (/** @type {string} */ drawing, /** @type {string} */ key) =>
      h('li', {}, icon(drawing), h('span', {}, t(key)));
    replaceChildren(
      tips,
      h('h2', {}, t('seat.tips.title')),
      h(
        'ul',
        {},
        tip('bell', 'seat.tips.ring'),
        tip('check', 'seat.tips.verdict'),
        tip('file', 'seat.tips.once'),
        tip('info', 'seat.tips.authority'),
      ),
    );
  }

  function tick() {
    const now = connection.now();
    topBar.tick(state, now);
    ring.tick(state, now);
    picture.tick(state, now);
    still.tick(state, now);
    wrapUp.tick(state, now);
  }

  connection.addEventListener(
    'line',
    (event) => dispatch({ type: 'line', payload: /** @type {CustomEvent} */ (event).detail }),
  );
  connection.addEventListener(
    'welcome',
    (event) => dispatch({ type: 'welcome', payload: /** @type {CustomEvent} */ (event).detail }),
  );
  connection.addEventListener('push', (event) => dispatch(/** @type {CustomEvent} */ (event).detail));
  document.addEventListener('pointerdown', unlockSound, { once: true });
  document.addEventListener('keydown', unlockSound, { once: true });
  setInterval(tick, TICK_MS);
  draw();
  camera.open();
  connection.open();
}
