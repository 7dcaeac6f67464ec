// The left third: the citizen's picture with the agent's own small one, the line's quality, the time, and the controls of the call.

import { h, icon, replaceChildren } from '../elements/dom.js';
import { t } from '../text/text.js';
import { keycap } from './keyboard.js';
import { screenOf } from './state.js';
import { clockText, countdownText } from './time.js';

/** @typedef {import("./state.js").DeskState} DeskState */
/** @typedef {import("../call/quality.js").QualityReport} QualityReport */

/** @param {import("./desk.js").DeskParts} parts */
export function createPicture({ call, camera, commands, toggleHold, transfer }) {
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
  const end = h(
    'button',
    { class: 'button button--danger picture__button', on: { click: () => commands.end() } },
    icon('phone'),
    h('span', {}, t('seat.picture.end')),
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
    cover,
    own,
    h('div', { class: 'picture__badges' }, quality, time),
  );
  const element = h(
    'section',
    { class: 'left', 'aria-label': t('seat.picture.title') },
    stage,
    h('div', { class: 'picture__controls' }, microphone, picture, hold, handOn, end),
    levelBox,
    device,
    facts,
  );
  /** @type {QualityReport | null} */
  let report = null;
  let coverKey = '';
  /** @type {DeskState | null} */
  let last = null;

  call.addEventListener('remote-stream', (event) => {
    remote.srcObject = /** @type {CustomEvent<MediaStream | null>} */ (event).detail;
    drawCover();
  });
  call.addEventListener('state', () => drawCover());
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

  /** What stands in place of the citizen's picture, and why. */
  function drawCover() {
    const screen = last ? screenOf(last) : 'loading';
    const session = last?.session;
    const hasPicture = Boolean(call.remoteStream?.getVideoTracks().length) &&
      (call.state === 'connected' || call.state === 'recovering');
    const key = [screen, call.state, hasPicture, session?.citizen.present, session?.id, session?.calls, Boolean(camera.stream)]
      .join();
    stage.dataset.screen = screen;
    stage.dataset.live = String(Boolean(session) && screen !== 'wrap-up');
    if (key === coverKey) return;
    coverKey = key;
    cover.hidden = !session || (screen === 'connected' && hasPicture && call.state === 'connected');
    cover.dataset.over = String(hasPicture && screen !== 'held');
    replaceChildren(cover, coverText(screen, session));
    if (!session) {
      cover.hidden = Boolean(camera.stream?.getVideoTracks().length);
      replaceChildren(cover, h('p', {}, icon('camera-off'), t('seat.picture.no-own')));
    }
  }

  /** @param {import("./state.js").Screen} screen @param {import("../signaling/messages.js").SessionView | null | undefined} session */
  function coverText(screen, session) {
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
          h('p', { class: 'cover__title' }, t(session?.citizen.present ? 'seat.away.agent' : 'seat.away.citizen')),
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
            t(`call.state.${call.state === 'idle' ? 'connecting' : call.state}`),
          ),
          call.state === 'failed' ? h('p', { class: 'small' }, t('seat.picture.use-text')) : null,
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

  function drawQuality() {
    // While somebody is away the last word about the line would be wrong.
    quality.hidden = !report || !last || screenOf(last) !== 'connected';
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
    const count = cover.querySelector('[data-count]');
    if (count && session.state_deadline) count.textContent = countdownText(Date.parse(session.state_deadline) - now);
  }

  drawOwn();
  drawQuality();
  return { element, update, tick };
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
