import { confirmDialog } from '../../elements/confirm.js';
import { h, icon, replaceChildren } from '../../elements/dom.js';
import { makeMovable } from '../../elements/movable.js';
import { chime } from '../../call/devices.js';
import { t } from '../../text/text.js';
import { chatPanel } from '../parts/chat.js';
import { materialsList } from '../parts/materials.js';
import { sentenceOf } from '../errors.js';
import { outcomeSentence } from '../parts/outcome-view.js';
import { taskLayer } from '../parts/tasks/task-layer.js';
import { consultOf, isApart } from '../state.js';
import { keepAwake } from './waiting.js';

/** @import { App } from '../app.js' */
/** @import { State } from '../state.js' */
/** @typedef {'chat' | 'materials'} Sheet */

const TOAST_MS = 7_000;

/** Face to face: the picture is the page; text and materials come over half of it. @param {App} app */
export function callScreen(app) {
  const media = app.media;
  const listening = new AbortController();
  const { signal } = listening;
  const awake = keepAwake();
  const remote = h('video', { class: 'call__remote', autoplay: true, playsinline: true, 'aria-label': t('citizen.call.theirPicture') });
  const colleague = h('video', { class: 'call__colleague', autoplay: true, playsinline: true, hidden: true, 'aria-label': t('citizen.call.colleaguePicture') });
  const colleagueName = h('p', { class: 'call__who call__colleagueName', hidden: true });
  const absent = h('div', { class: 'call__absent' });
  const quality = h('span', { class: 'badge call__quality' });
  const who = h('p', { class: 'call__who' });
  const own = h('video', { autoplay: true, playsinline: true, muted: true });
  const self = h('div', { class: 'call__self', tabindex: '0', role: 'button', 'aria-label': t('citizen.call.ownPicture') }, own, icon('camera-off'));
  const overlay = h('div', { class: 'call__overlay', role: 'status', hidden: true });
  const tap = h('button', { class: 'button button--primary button--large call__tap', type: 'button', hidden: true }, icon('speaker'), t('citizen.call.tapForSound'));
  const toast = h('div', { class: 'call__toast', hidden: true });
  const trouble = h('div', { class: 'call__trouble' });
  const stage = h('div', { class: 'call__stage' },
    remote, absent, colleague, colleagueName, h('div', { class: 'call__top' }, who, quality), self, overlay, tap, trouble, toast);
  const sheet = h('section', { class: 'call__sheet', hidden: true });

  const mic = barButton(() => app.devices.toggle('audio'));
  const camera = barButton(() => app.devices.toggle('video'));
  const materials = barButton(() => show(open === 'materials' ? null : 'materials'));
  const chat = barButton(() => show(open === 'chat' ? null : 'chat'));
  const end = barButton(endCall);
  end.classList.add('call__button--end');
  const node = h('div', { class: 'call' },
    h('h1', { class: 'visually-hidden', tabindex: '-1' }, t('citizen.call.title')),
    stage, sheet, h('nav', { class: 'call__bar', 'aria-label': t('citizen.call.bar') }, mic, camera, materials, chat, end));
  const task = taskLayer(app, node);
  makeMovable(self, stage);

  const heldTime = h('span');
  let drawnOverlay = '';
  const ticking = setInterval(tick, 500);
  /** @type {Sheet | null} */
  let open = null;
  /** @type {{ update: (state: State) => void } | null} */
  let panel = null;

  /** @param {Sheet | null} name */
  function show(name) {
    const from = open;
    open = name;
    toast.hidden = true;
    node.dataset.sheet = name ?? 'none';
    sheet.hidden = name === null;
    if (name === null) {
      panel = null;
      sheet.replaceChildren();
      if (from) (from === 'chat' ? chat : materials).focus();
    } else {
      fillSheet(name);
      sheet.querySelector('h2')?.focus();
    }
    drawBar(app.state);
  }

  /** @param {Sheet} name */
  function fillSheet(name) {
    const made = name === 'chat' ? chatPanel(app) : materialsPanel(app);
    panel = made;
    replaceChildren(sheet,
      h('div', { class: 'call__sheetHead' },
        h('h2', { tabindex: '-1' }, t(name === 'chat' ? 'citizen.call.chat' : 'citizen.call.materials')),
        h('button', { class: 'button button--quiet', type: 'button', 'aria-label': t(name === 'chat' ? 'citizen.call.closeChat' : 'citizen.call.closeMaterials'), on: { click: () => show(null) } },
          icon('cross'), t('shared.close'))),
      h('div', { class: 'call__sheetBody' }, made.node));
    made.update(app.state);
  }
  sheet.addEventListener('keydown', (event) => { if (event.key === 'Escape') show(null); });

  async function endCall() {
    const isSure = await confirmDialog({
      title: t('citizen.call.endTitle'), body: t('citizen.call.endBody'), confirm: t('citizen.call.endYes'), cancel: t('citizen.call.endNo'), danger: true,
    });
    if (!isSure) return;
    try {
      await app.endSession();
    } catch (error) {
      showToast(sentenceOf(error));
    }
  }

  /** @param {State} state */
  function drawBar(state) {
    const { devices } = app;
    const micOn = devices.has('audio') && devices.enabled.audio;
    const cameraOn = devices.has('video') && devices.enabled.video;
    setButton(mic, micOn ? 'mic' : 'mic-off', t('citizen.call.mic'), t(micOn ? 'citizen.call.micOn' : 'citizen.call.micOff'), { pressed: micOn });
    setButton(camera, cameraOn ? 'camera' : 'camera-off', t('citizen.call.camera'), t(cameraOn ? 'citizen.call.cameraOn' : 'citizen.call.cameraOff'), { pressed: cameraOn });
    mic.disabled = !devices.has('audio');
    camera.disabled = !devices.has('video');
    const hasList = state.session?.kind === 'pre-review';
    materials.hidden = !hasList;
    setButton(materials, 'file', t('citizen.call.materials'), t('citizen.call.materials'), { expanded: open === 'materials' });
    setButton(chat, 'chat', t('citizen.call.chat'), state.unread > 0 ? t('citizen.call.chatUnread', { n: state.unread }) : t('citizen.call.chat'),
      { expanded: open === 'chat', count: state.unread });
    setButton(end, 'phone', t('citizen.call.end'), t('citizen.call.end'), {});
    self.dataset.picture = cameraOn ? 'on' : 'off';
    self.hidden = !devices.stream && !devices.choice.video;
  }

  /** @param {State} state */
  function draw(state) {
    const { session } = state;
    if (!session) return;
    who.replaceChildren(h('span', { class: 'strong' }, session.agent.name), ' ', t('citizen.call.window', { seat: session.seat_number }));
    drawColleague(state);
    const apart = isApart(state);
    const waits = waitingFor(state);
    // A broken line is said first: what a window does meanwhile changes nothing for who waits for it.
    const isHeld = state.line === 'open' && (session.state === 'held' || (apart && !waits));
    overlay.hidden = !waits && !isHeld;
    node.dataset.held = String(isHeld);
    const key = isHeld ? (apart ? 'apart' : 'held') : waits ?? '';
    // Drawn once a reason: a screen reader would say every redrawing again.
    if (key !== drawnOverlay) {
      drawnOverlay = key;
      replaceChildren(overlay, isHeld ? heldView(apart ? session.agent.name : null) : [h('span', { class: 'spinner', 'aria-hidden': 'true' }), h('p', null, waits)]);
    }
    tick();
    drawBar(state);
  }

  /** @param {string | null} consulting name of the agent who talks to a colleague */
  function heldView(consulting) {
    return [
      icon('clock'),
      h('p', { class: 'call__heldTitle' }, consulting ? t('citizen.call.consultApart', { name: consulting }) : t('citizen.call.held')),
      h('p', { class: 'call__heldTime', role: 'timer', 'aria-live': 'off' }, heldTime),
      h('p', { class: 'call__heldMore' }, t(consulting ? 'citizen.call.consultMore' : 'citizen.call.heldMore')),
    ];
  }

  /** Two people at the windows: two pictures with their names. @param {State} state */
  function drawColleague(state) {
    const consult = consultOf(state);
    const isIn = Boolean(consult?.citizen_in);
    stage.dataset.consult = String(isIn);
    colleague.hidden = colleagueName.hidden = !isIn;
    const stream = isIn ? media?.streamOf('consultant') ?? null : null;
    if (colleague.srcObject !== stream) {
      colleague.srcObject = stream;
      if (stream) colleague.play().catch(() => {});
    }
    if (!isIn || !consult) return;
    replaceChildren(colleagueName, h('span', { class: 'strong' }, consult.consultant?.name), ' ', t('citizen.call.window', { seat: consult.seat_number ?? '' }));
  }

  function tick() {
    const { session } = app.state;
    const waits = session?.state === 'held' || (session?.state === 'consulting' && isApart(app.state));
    if (!waits || !session.state_deadline) return heldTime.replaceChildren();
    const seconds = Math.max(0, Math.ceil((Date.parse(session.state_deadline) - app.now()) / 1000));
    heldTime.textContent = t('citizen.call.heldLeft', { time: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}` });
  }

  function drawRemote() {
    const stream = media?.remoteStream ?? null;
    if (remote.srcObject !== stream) remote.srcObject = stream;
    const hasPicture = stream?.getVideoTracks().some((track) => !track.muted) ?? false;
    absent.hidden = hasPicture;
    replaceChildren(absent, icon('user'), h('p', null, t(stream ? 'citizen.call.noPicture' : 'citizen.call.connecting')));
    if (stream) play();
    for (const track of stream?.getVideoTracks() ?? []) track.onmute = track.onunmute = drawRemote;
  }

  /** After a reload nobody has touched the page yet, and the browser may forbid sound: then one tap is asked for. */
  function play() {
    remote.play().then(() => { tap.hidden = !remote.muted; }, (error) => {
      if (error.name !== 'NotAllowedError') return;
      remote.muted = true;
      tap.hidden = false;
      remote.play().catch(() => {});
    });
  }
  tap.addEventListener('click', () => {
    remote.muted = false;
    remote.play().catch(() => {});
    tap.hidden = true;
  });

  function drawDevices() {
    own.srcObject = app.devices.stream;
    const { audio, video } = app.devices.problems;
    const key = audio && (app.devices.choice.audio || !video) ? `citizen.devices.audio.${audio}` : video ? `citizen.devices.video.${video}` : null;
    replaceChildren(trouble, key && h('div', { class: 'card call__deviceTrouble' }, icon('warn'), h('p', { role: 'alert' }, t(key)),
      h('button', { class: 'button', type: 'button', on: { click: () => app.openDevices({ ask: true }) } }, t('shared.retry')),
      h('button', { class: 'button button--quiet', type: 'button', 'aria-label': t('shared.close'), on: { click: () => trouble.replaceChildren() } }, icon('cross'))));
    drawBar(app.state);
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let toastTimer;
  /** @param {string} sentence */
  function showToast(sentence) {
    clearTimeout(toastTimer);
    toast.textContent = sentence;
    toast.hidden = false;
    toastTimer = setTimeout(() => { toast.hidden = true; }, TOAST_MS);
  }

  media?.addEventListener('remote-stream', drawRemote, { signal });
  media?.addEventListener('legs', () => drawColleague(app.state), { signal });
  media?.addEventListener('quality', (event) => {
    const report = /** @type {CustomEvent} */ (event).detail;
    quality.hidden = !report;
    if (report) replaceChildren(quality, t(`citizen.call.quality.${report.word}`));
    quality.dataset.word = report?.word ?? '';
  }, { signal });
  quality.hidden = true;
  app.devices.addEventListener('change', drawDevices, { signal });
  app.addEventListener('toast', (event) => {
    const { sentence, about } = /** @type {CustomEvent} */ (event).detail;
    if (about === undefined || about !== open) showToast(sentence);
  }, { signal });

  drawRemote();
  drawDevices();
  draw(app.state);
  show(null);
  queueMicrotask(() => task.update(app.state));
  // After a reload the page comes back by itself, without a tap.
  app.openDevices();
  return {
    node: h('div', { class: 'call-page' }, node, task.node),
    fullPage: true,
    /** @param {State} state @param {State} before */
    update(state, before) {
      // Whoever looked away meanwhile hears that it goes on.
      const waited = before.session?.state === 'held' || isApart(before);
      if (waited && state.session?.state !== 'held' && !isApart(state)) chime('message');
      draw(state);
      panel?.update(state);
      task.update(state);
    },
    leave() {
      task.leave();
      listening.abort();
      clearInterval(ticking);
      clearTimeout(toastTimer);
      awake();
      remote.srcObject = own.srcObject = colleague.srcObject = null;
    },
  };
}

/** What is not there right now, in a sentence; null when all is well. @param {State} state */
function waitingFor({ line, session }) {
  if (line !== 'open') return t('citizen.call.reconnecting');
  if (session?.state === 'transferring') return t('citizen.call.takingOver');
  if (session?.state === 'reconnecting') return t(session.agent.present ? 'citizen.call.reconnecting' : 'citizen.call.agentAway');
  return null;
}

/** @param {App} app */
function materialsPanel(app) {
  const list = materialsList(app, { asksHere: true });
  const outcome = h('div');
  return {
    node: h('div', { class: 'stack' }, outcome, list.node),
    /** @param {State} state */
    update(state) {
      const done = state.session?.concluded ? state.session.outcome : undefined;
      replaceChildren(outcome, done && h('p', { class: 'notice notice--good strong' }, icon('check'), outcomeSentence(done)));
      list.update(state);
    },
  };
}

/** @param {() => void} click */
function barButton(click) {
  return h('button', { class: 'call__button', type: 'button', on: { click } });
}

/**
 * Changes the button in place: it may have the focus.
 * @param {HTMLButtonElement} button
 * @param {string} drawing
 * @param {string} label what stands under the drawing
 * @param {string} name what a screen reader says; holds the label. It names the act, so it needs no pressed state beside it
 * @param {{ pressed?: boolean, expanded?: boolean, count?: number }} sign
 */
function setButton(button, drawing, label, name, { pressed, expanded, count = 0 }) {
  const key = `${drawing}|${name}|${pressed}|${expanded}|${count}`;
  if (button.dataset.drawn === key) return;
  button.dataset.drawn = key;
  button.setAttribute('aria-label', name);
  if (pressed !== undefined) button.dataset.on = String(pressed);
  if (expanded !== undefined) button.setAttribute('aria-expanded', String(expanded));
  replaceChildren(button, icon(drawing), h('span', null, label), count > 0 && h('span', { class: 'call__count' }, count));
}
