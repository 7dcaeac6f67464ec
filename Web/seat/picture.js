// The left third: the citizen's picture with the agent's own small one, the line's quality, the time, and the controls of the call.

import { h, icon, replaceChildren } from '../elements/dom.js';
import { t } from '../text/text.js';
import { createConsultLine } from './consult.js';
import { keycap } from './keyboard.js';
import { consultOf, isConsultant, screenOf } from './state.js';
import { clockText, countdownText } from './time.js';

/** @typedef {import("./state.js").DeskState} DeskState */
/** @typedef {import("../call/quality.js").QualityReport} QualityReport */

/** @param {import("./desk.js").DeskParts} parts */
export function createPicture({ call, camera, commands, toggleHold, transfer, consult }) {
  const remote = h('video', {
    class: 'picture__remote',
    autoplay: true,
    playsinline: true,
    'aria-label': t('seat.picture.citizen'),
  });
  const own = h('video', {
    class: 'picture__own',
    autoplay: true,
    playsinline: true,
    muted: true,
    'aria-label': t('seat.picture.own'),
  });
  const colleague = h('video', {
    class: 'picture__colleague',
    autoplay: true,
    playsinline: true,
    hidden: true,
    'aria-label': t('seat.picture.colleague'),
  });
  const names = h('div', { class: 'picture__names', hidden: true });
  const consultLine = createConsultLine();
  const cover = h('div', { class: 'picture__cover' });
  const quality = h('span', { class: 'picture__quality badge' });
  const time = h('span', { class: 'picture__time badge', 'aria-label': t('seat.picture.time') });
  const microphone = h('button', {
    class: 'button picture__button',
    'aria-pressed': 'false',
    on: { click: () => camera.toggle('audio') },
  });
  const picture = h('button', {
    class: 'button picture__button',
    'aria-pressed': 'false',
    on: { click: () => camera.toggle('video') },
  });
  const hold = h('button', { class: 'button picture__button', on: { click: toggleHold } });
  const handOn = h(
    'button',
    { class: 'button picture__button', 'aria-haspopup': 'dialog', on: { click: transfer } },
    icon('transfer'),
    h('span', {}, t('seat.picture.transfer')),
    keycap('F'),
  );
  const ask = h('button', { class: 'button picture__button', on: { click: () => consult.toggle() } });
  const include = h('button', { class: 'button picture__button', on: { click: () => consult.include() } });
  const handOver = h(
    'button',
    { class: 'button picture__button', 'aria-haspopup': 'dialog', on: { click: () => consult.handOver() } },
    icon('transfer'),
    h('span', {}, t('seat.picture.hand-over')),
    keycap('U'),
  );
  const end = h(
    'button',
    { class: 'button button--danger picture__button', on: { click: () => commands.end() } },
    icon('phone'),
    h('span', { class: 'picture__end' }, t('seat.picture.end')),
    keycap('E'),
  );
  const device = h('div', { class: 'picture__device', role: 'status' });
  const level = h('span', { class: 'level__bar' });
  const levelBox = h(
    'div',
    { class: 'level', 'aria-hidden': 'true' },
    h('span', { class: 'small quiet' }, t('seat.picture.level')),
    h('span', { class: 'level__track' }, level),
  );
  const facts = h('dl', { class: 'facts' });
  const stage = h(
    'div',
    { class: 'picture__stage' },
    remote,
    colleague,
    names,
    cover,
    own,
    h('div', { class: 'picture__badges' }, quality, time),
  );
  const element = h(
    'section',
    { class: 'left', 'aria-label': t('seat.picture.title') },
    stage,
    consultLine.element,
    h('div', { class: 'picture__controls' }, microphone, picture, hold, handOn, ask, include, handOver, end),
    levelBox,
    device,
    facts,
  );
  /** @type {QualityReport | null} */
  let report = null;
  let coverKey = '';
  /** @type {DeskState | null} */
  let last = null;

  call.addEventListener('legs', () => {
    drawStreams();
    drawCover();
  });
  call.addEventListener('quality', (event) => {
    report = /** @type {CustomEvent<QualityReport | null>} */ (event).detail;
    drawQuality();
  });
  camera.addEventListener('change', () => drawOwn());
  camera.addEventListener('level', (event) => {
    level.style.transform = `scaleX(${/** @type {CustomEvent<number>} */ (event).detail})`;
  });

  function drawOwn() {
    if (own.srcObject !== camera.stream) own.srcObject = camera.stream;
    const hasPicture = Boolean(camera.stream?.getVideoTracks().length);
    own.hidden = !hasPicture || !camera.enabled.video;
    toggleButton(microphone, camera.enabled.audio, Boolean(camera.stream?.getAudioTracks().length), 'microphone', [
      'mic',
      'mic-off',
    ], 'M');
    toggleButton(picture, camera.enabled.video, hasPicture, 'camera', ['camera', 'camera-off'], 'V');
    levelBox.hidden = !camera.stream?.getAudioTracks().length;
    drawDevice();
    drawCover();
  }

  function drawDevice() {
    const problem = camera.problem;
    device.hidden = !problem;
    if (!problem) return replaceChildren(device);
    replaceChildren(
      device,
      h(
        'div',
        { class: 'notice notice--warn' },
        icon('warn'),
        h(
          'div',
          {},
          h('strong', {}, t(`seat.device.${problem.scope}`)),
          h('p', { class: 'small' }, t(`call.device.${problem.code}`)),
          h('p', { class: 'small' }, t('seat.device.go-on')),
          h('button', { class: 'button', on: { click: () => camera.open() } }, t('seat.device.retry')),
        ),
      ),
    );
  }

  /** To a consultant the citizen is a third, and the agent the one who asked. */
  function legs() {
    const isHelper = last ? isConsultant(last) : false;
    return isHelper
      ? { citizen: /** @type {const} */ ('citizen'), colleague: /** @type {const} */ ('agent') }
      : { citizen: undefined, colleague: /** @type {const} */ ('consultant') };
  }

  function drawStreams() {
    const { citizen, colleague: other } = legs();
    const shown = last ? consultOf(last) : null;
    const streams = /** @type {const} */ ([[remote, call.streamOf(citizen)], [colleague, shown ? call.streamOf(other) : null]]);
    for (const [video, stream] of streams) if (video.srcObject !== stream) video.srcObject = stream;
  }

  /** What stands in place of the pictures, and why. */
  function drawCover() {
    const screen = last ? screenOf(last) : 'loading';
    const session = last?.session;
    const shown = last ? consultOf(last) : null;
    const { citizen, colleague: other } = legs();
    const main = shown ? other : citizen;
    const state = call.stateOf(main);
    const hasPicture = Boolean(call.streamOf(main)?.getVideoTracks().length) && (state === 'connected' || state === 'recovering');
    stage.dataset.consult = shown ? (shown.citizen_in ? 'in' : 'apart') : 'none';
    colleague.hidden = !shown;
    drawNames(shown, session);
    const isTalk = screen === 'connected' || screen === 'consulting' || screen === 'transferring';
    const key = [screen, state, hasPicture, shown?.you, session?.agent.present, session?.citizen.present, session?.id, session?.calls, Boolean(camera.stream)]
      .join();
    stage.dataset.screen = screen;
    stage.dataset.live = String(Boolean(session) && screen !== 'wrap-up');
    if (key === coverKey) return;
    coverKey = key;
    cover.hidden = !session || (isTalk && hasPicture && state === 'connected');
    cover.dataset.over = String(hasPicture && screen !== 'held');
    replaceChildren(cover, coverText(screen, session, state));
    if (!session) {
      cover.hidden = Boolean(camera.stream?.getVideoTracks().length);
      replaceChildren(cover, h('p', {}, icon('camera-off'), t('seat.picture.no-own')));
    }
  }

  /**
   * Two pictures need names; one needs none.
   * @param {import("../signaling/messages.js").ConsultView | null} shown
   * @param {import("../signaling/messages.js").SessionView | null | undefined} session
   */
  function drawNames(shown, session) {
    names.hidden = !shown;
    if (!shown || !session) return;
    const name = shown.you === 'consultant'
      ? t('seat.consult.seat-name', { seat: session.seat_number, name: session.agent.name })
      : t('seat.consult.seat-name', { seat: shown.seat_number ?? '', name: shown.consultant?.name ?? '' });
    replaceChildren(names, shown.citizen_in ? h('span', { class: 'badge' }, session.citizen.name) : null, h('span', { class: 'badge' }, name));
  }

  /**
   * @param {import("./state.js").Screen} screen
   * @param {import("../signaling/messages.js").SessionView | null | undefined} session
   * @param {import("../call/call.js").CallState} state
   */
  function coverText(screen, session, state) {
    switch (screen) {
      case 'calling':
        return [
          h('p', { class: 'cover__title' }, t('seat.calling.title')),
          h('p', {}, session?.citizen.name ?? '', ' ', h('span', { class: 'badge' }, t('seat.calling.call', { n: session?.calls ?? 1 }))),
          h('p', { class: 'cover__count', 'data-count': 'deadline' }),
          h('p', { class: 'small' }, t('seat.calling.body')),
        ];
      case 'held':
        return [
          h('p', { class: 'cover__title' }, icon('pause'), t('seat.state.held')),
          h('p', { class: 'cover__count', 'data-count': 'deadline', role: 'timer' }),
          h('p', { class: 'small' }, t('seat.held.body')),
        ];
      case 'reconnecting':
        return [
          h('p', { class: 'cover__title' }, t(!session?.citizen.present ? 'seat.away.citizen' : last && isConsultant(last) ? 'seat.consult.agent-away' : 'seat.away.agent')),
          h('p', { class: 'cover__count', 'data-count': 'deadline' }),
          h('p', { class: 'small' }, t('seat.away.kept')),
        ];
      case 'wrap-up':
        return [h('p', { class: 'cover__title' }, t('seat.picture.ended'))];
      default:
        return [
          h(
            'p',
            { class: 'cover__title', role: 'status' },
            t(`call.state.${state === 'idle' ? 'connecting' : state}`),
          ),
          state === 'failed' ? h('p', { class: 'small' }, t('seat.picture.use-text')) : null,
        ];
    }
  }

  /** @param {import("./state.js").Screen} screen */
  function drawHold(screen) {
    const canHold = screen === 'connected' || screen === 'held';
    hold.hidden = handOn.hidden = !canHold;
    if (hold.dataset.state === screen) return;
    hold.dataset.state = screen;
    const isHeld = screen === 'held';
    replaceChildren(
      hold,
      icon(isHeld ? 'play' : 'pause'),
      h('span', {}, t(isHeld ? 'seat.picture.resume' : 'seat.picture.hold')),
      keycap('H'),
    );
    hold.classList.toggle('button--primary', isHeld);
  }

  /** @param {DeskState} state @param {import("./state.js").Screen} screen */
  function drawConsult(state, screen) {
    const asked = state.session?.consult;
    const there = consultOf(state);
    const isHelper = isConsultant(state);
    ask.hidden = isHelper || !(asked || screen === 'connected' || screen === 'held') || screen === 'wrap-up';
    include.hidden = isHelper || !there || screen !== 'consulting';
    handOver.hidden = isHelper || !there || screen === 'transferring';
    if (asked) hold.hidden = handOn.hidden = true;
    setLabel(ask, 'user', t(there ? 'seat.picture.consult-end' : asked ? 'seat.picture.consult-cancel' : 'seat.picture.consult'), 'C');
    setLabel(include, there?.citizen_in ? 'pause' : 'user', t(there?.citizen_in ? 'seat.picture.citizen-apart' : 'seat.picture.citizen-in'), 'K');
    const word = t(isHelper ? 'seat.picture.consult-leave' : 'seat.picture.end');
    const shown = end.querySelector('.picture__end');
    if (shown && shown.textContent !== word) shown.textContent = word;
    consultLine.update(state);
  }

  function drawQuality() {
    // While somebody is away the last word about the line would be wrong.
    quality.hidden = !report || !last || !['connected', 'consulting'].includes(screenOf(last));
    if (!report) return;
    const tones = { good: 'good', poor: 'warn', bad: 'bad' };
    quality.className = `picture__quality badge badge--${tones[report.word]}`;
    quality.title = t('seat.picture.quality-detail', {
      loss: Math.round(report.loss * 100),
      rtt: report.rttMs ?? '–',
      kbps: report.kbps,
    });
    replaceChildren(quality, icon(report.word === 'good' ? 'check' : 'warn'), t(`call.quality.${report.word}`));
  }

  /** @param {DeskState} state */
  function update(state) {
    last = state;
    const screen = screenOf(state);
    const session = state.session;
    end.hidden = !session || screen === 'wrap-up';
    drawHold(screen);
    drawConsult(state, screen);
    drawStreams();
    time.hidden = !session || screen === 'calling' || screen === 'wrap-up';
    facts.hidden = !session;
    if (session && facts.dataset.session !== session.id) {
      facts.dataset.session = session.id;
      const row = (/** @type {string} */ key, /** @type {any} */ value) => [h('dt', {}, t(key)), h('dd', {}, value)];
      replaceChildren(
        facts,
        row('seat.facts.citizen', h('strong', {}, session.citizen.name)),
        row('seat.facts.ticket', session.ticket_number),
        row('seat.facts.item', session.item.name),
        row('seat.facts.kind', t(`shared.kind.${session.kind}`)),
        row('seat.facts.case', session.case_number),
      );
    }
    drawCover();
    drawQuality();
  }

  /** @param {DeskState} state @param {number} now */
  function tick(state, now) {
    const session = state.session;
    if (!session) return;
    time.textContent = clockText(now - Date.parse(session.started_at));
    consultLine.tick(state, now);
    const count = cover.querySelector('[data-count]');
    if (count && session.state_deadline) count.textContent = countdownText(Date.parse(session.state_deadline) - now);
  }

  drawOwn();
  drawQuality();
  return { element, update, tick };
}

/**
 * Changes the button in place: it may have the focus.
 * @param {HTMLButtonElement} button
 * @param {string} drawing
 * @param {string} word
 * @param {string} key
 */
function setLabel(button, drawing, word, key) {
  if (button.dataset.drawn === word) return;
  button.dataset.drawn = word;
  replaceChildren(button, icon(drawing), h('span', {}, word), keycap(key));
}

/**
 * @param {HTMLButtonElement} button
 * @param {boolean} isOn
 * @param {boolean} exists
 * @param {string} name
 * @param {[string, string]} drawings
 * @param {string} key
 */
function toggleButton(button, isOn, exists, name, [on, off], key) {
  const state = !exists ? 'none' : isOn ? 'on' : 'off';
  button.disabled = !exists;
  button.setAttribute('aria-pressed', String(exists && !isOn));
  button.dataset.state = state;
  replaceChildren(
    button,
    icon(state === 'on' ? on : off),
    h('span', {}, t(`seat.picture.${name}-${state}`)),
    keycap(key),
  );
}
