import { h, icon, replaceChildren } from '../../elements/dom.js';
import { announce } from '../../elements/announce.js';
import { t } from '../../text/text.js';
import { chime, levelMeter, unlockSound } from '../../call/devices.js';
import { actionButton, backButton, heading, notice } from '../parts/pieces.js';

/** @import { App } from '../app.js' */
/** @import { Route } from '../routes.js' */

/** A voice that is heard passes this level for a moment. */
const HEARD_LEVEL = 0.45;

/** Try camera, microphone and sound before the ticket, with a way on whatever is missing. @param {App} app */
export function devicesScreen(app) {
  const route = /** @type {Extract<Route, { name: 'devices' }>} */ (app.state.route);
  const { devices } = app;
  let stopMeter = () => {};
  let stopChime = () => {};
  let left = false;
  const body = h('div', { class: 'stack' });
  const node = h('div', { class: 'stack' },
    backButton(() => app.go({ name: 'item', code: route.code })),
    h('p', { class: 'quiet small' }, t('citizen.step', { n: 2, all: 2 })),
    heading(t('citizen.devices.title')),
    body);

  /** @param {{ audio: boolean, video: boolean }} choice */
  async function open(choice) {
    unlockSound();
    devices.choose(choice);
    replaceChildren(body, h('p', { role: 'status' }, t('citizen.devices.opening')), hintCard('citizen.devices.allowHint'));
    await devices.open({ ask: true });
    if (left) return devices.close();
    drawResult();
  }

  /** @param {{ audio: boolean, video: boolean }} choice */
  const without = (choice) => async () => {
    unlockSound();
    devices.choose(choice);
    if (!choice.audio && !choice.video) devices.close();
    await app.takeTicket(route);
  };

  function drawIntro() {
    replaceChildren(body,
      h('p', null, t('citizen.devices.why')),
      hintCard('citizen.devices.allowHint'),
      h('button', { class: 'button button--primary button--large button--block', type: 'button', on: { click: () => open({ audio: true, video: true }) } },
        icon('camera'), t('citizen.devices.open')),
      h('button', { class: 'button button--block', type: 'button', on: { click: () => open({ audio: true, video: false }) } },
        icon('mic'), t('citizen.devices.voiceOnly')),
      actionButton({ label: t('citizen.devices.skip'), class: 'button button--quiet button--block', act: without({ audio: true, video: true }) }));
  }

  function drawResult() {
    stopMeter();
    const { audio, video } = devices.problems;
    // Without any stream there is nothing to try: say why and how to go on.
    if (!devices.stream) return drawTrouble(audio ?? video ?? 'unknown');
    replaceChildren(body,
      devices.has('video') ? ownPicture() : h('div', { class: 'try__noPicture' }, icon('camera-off'), t('citizen.devices.noPicture')),
      video && notice('warn', h('p', null, t(`citizen.devices.video.${video}`))),
      devices.has('audio') ? voice() : notice('warn', h('p', null, t(`citizen.devices.audio.${audio ?? 'missing'}`))),
      sound(),
      actionButton({ label: t('citizen.devices.take'), icon: 'ticket', class: 'button button--primary button--large button--block', act: () => app.takeTicket(route) }),
      (audio || video) && h('button', { class: 'button button--block', type: 'button', on: { click: () => open({ audio: true, video: true }) } },
        t('citizen.devices.again')));
    /** @type {HTMLElement | null} */ (body.querySelector('video, .try__noPicture'))?.scrollIntoView({ block: 'nearest' });
    announce(t('citizen.devices.opened'));
  }

  function ownPicture() {
    const video = h('video', { class: 'try__picture', autoplay: true, playsinline: true, muted: true, srcObject: devices.stream, 'aria-label': t('citizen.devices.own') });
    return h('figure', null, video, h('figcaption', { class: 'quiet small' }, t('citizen.devices.own')));
  }

  function voice() {
    const bar = h('div', { class: 'level__bar' });
    const word = h('p', { class: 'level__word', role: 'status' }, t('citizen.devices.speak'));
    let heard = false;
    stopMeter = levelMeter(/** @type {MediaStream} */ (devices.stream), (level) => {
      bar.style.transform = `scaleX(${level.toFixed(2)})`;
      if (heard || level < HEARD_LEVEL) return;
      heard = true;
      replaceChildren(word, icon('check'), t('citizen.devices.heard'));
      word.classList.add('level__word--good');
    });
    return h('section', { class: 'card stack stack--tight' }, h('h2', null, icon('mic'), ' ', t('citizen.devices.voice')),
      h('div', { class: 'level', 'aria-hidden': 'true' }, bar), word);
  }

  function sound() {
    const answer = h('div', { class: 'stack stack--tight' });
    const play = h('button', { class: 'button', type: 'button', on: { click: () => {
      unlockSound();
      stopChime();
      stopChime = chime('citizen-call');
      setTimeout(stopChime, 2_400);
      replaceChildren(answer,
        h('p', { class: 'strong' }, t('citizen.devices.didYouHear')),
        h('div', { class: 'pair' },
          h('button', { class: 'button', type: 'button', on: { click: () => replaceChildren(answer, notice('good', h('p', null, t('citizen.devices.soundGood')))) } }, t('citizen.devices.yes')),
          h('button', { class: 'button', type: 'button', on: { click: () => replaceChildren(answer, notice('warn', h('p', null, t('citizen.devices.soundBad')))) } }, t('citizen.devices.no'))));
    } } }, icon('speaker'), t('citizen.devices.play'));
    return h('section', { class: 'card stack stack--tight' }, h('h2', null, icon('speaker'), ' ', t('citizen.devices.sound')), play, answer);
  }

  /** @param {string} problem */
  function drawTrouble(problem) {
    const steps = ['1', '2', '3'].map((number) => `citizen.devices.${problem}.${number}`);
    replaceChildren(body,
      notice('warn', h('h2', null, t(`citizen.devices.${problem}.title`)), h('p', null, t(`citizen.devices.${problem}.body`))),
      h('ol', { class: 'steps card' }, steps.map((key) => h('li', null, t(key)))),
      problem !== 'insecure' && h('button', { class: 'button button--primary button--large button--block', type: 'button', on: { click: () => open({ audio: true, video: true }) } },
        t('citizen.devices.again')),
      problem !== 'insecure' && devices.choice.video && h('button', { class: 'button button--block', type: 'button', on: { click: () => open({ audio: true, video: false }) } },
        icon('mic'), t('citizen.devices.voiceOnly')),
      actionButton({ label: t('citizen.devices.textOnly'), icon: 'chat', class: 'button button--block', act: without({ audio: false, video: false }) }));
    announce(t(`citizen.devices.${problem}.title`), { assertive: true });
  }

  /** @param {string} key */
  function hintCard(key) {
    return notice('info', h('p', null, t(key)));
  }

  drawIntro();
  return { node, leave() { left = true; stopMeter(); stopChime(); } };
}
