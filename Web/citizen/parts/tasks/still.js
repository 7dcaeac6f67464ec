// 出示原件: with consent, a full-resolution picture of what is held into the camera, marked on this device, goes straight to the seat.

import { h, icon, replaceChildren } from '../../../elements/dom.js';
import { t } from '../../../text/text.js';
import { sentenceOf } from '../../errors.js';
import { outlineFor } from '../../pages.js';
import { Camera } from '../../picture/camera.js';
import { look } from '../../picture/prepare.js';
import { doubtSentence } from '../findings.js';
import { outlineOver } from '../outline.js';
import { actionButton, heading } from '../pieces.js';

/** @import { App } from '../../app.js' */
/** @import { Still } from '../../wire.js' */
/** @import { State } from '../../state.js' */

/**
 * @param {App} app
 * @param {Still} still
 * @param {() => void} onOver
 */
export function stillTask(app, still, onOver) {
  const { session } = app.state;
  const entry = app.state.materials.find((one) => one.material.id === still.material_id);
  const name = entry?.material.name ?? '';
  /** @type {Camera | null} */
  let camera = null;
  /** @type {'asking' | 'live' | 'sending' | 'over'} */
  let stage = 'asking';
  let isGone = false;
  const left = h('p', { class: 'quiet small', role: 'timer', 'aria-live': 'off' });
  const body = h('div', { class: 'stack' });
  const node = h('div', { class: 'task__in stack' }, heading(t('citizen.still.title', { name })), body, left);
  const video = h('video', { class: 'still__live', autoplay: true, playsinline: true, muted: true, 'aria-label': t('handIn.camera.live') });
  const guide = outlineOver(video);
  const ticking = setInterval(tick, 1_000);

  function tick() {
    const deadline = app.state.matter?.still?.deadline;
    const seconds = deadline && (stage === 'asking' || stage === 'live') ? Math.ceil((Date.parse(deadline) - app.now()) / 1000) : 0;
    left.textContent = seconds > 0 ? t('citizen.still.left', { n: seconds }) : '';
  }

  function ask() {
    stage = 'asking';
    replaceChildren(body,
      h('p', null, t('citizen.still.who', { agent: session?.agent.name ?? '', seat: session?.seat_number ?? '', name })),
      h('ul', { class: 'bullets card' }, ['a', 'b', 'c'].map((key) => h('li', null, t(`citizen.still.consent.${key}`)))),
      actionButton({ label: t('citizen.still.agree'), icon: 'photo', class: 'button button--primary button--large button--block', act: open }),
      actionButton({ label: t('citizen.still.decline'), class: 'button button--block', act: decline }));
  }

  async function decline() {
    await app.work.answerStill(still.id, null);
  }

  async function open() {
    try {
      const opened = await Camera.open({ free: app.cameraCare().free });
      if (isGone) return opened.close();
      camera = opened;
      live();
    } catch (error) {
      noCamera(/** @type {{ code?: string }} */ (error).code ?? 'unknown');
    }
  }

  function live() {
    stage = 'live';
    if (!camera) return;
    video.srcObject = camera.stream;
    const take = h('button', { class: 'button button--primary button--large button--block', type: 'button', on: { click: shoot } }, icon('photo'), t('handIn.camera.take'));
    replaceChildren(body,
      h('p', { role: 'status' }, t('citizen.still.hold', { name })),
      h('div', { class: 'still__stage' }, video, guide.node),
      take,
      h('div', { class: 'pair' },
        camera.hasLight && actionButton({ label: t(camera.isLit ? 'handIn.camera.dark' : 'handIn.camera.light'), icon: 'light', act: async () => {
          await camera?.toggleLight();
          live();
        } }),
        camera.count > 1 && actionButton({ label: t('handIn.camera.switch'), icon: 'rotate', act: async () => {
          try {
            await camera?.switch();
            live();
          } catch (error) {
            noCamera(/** @type {{ code?: string }} */ (error).code ?? 'unknown');
          }
        } }),
        actionButton({ label: t('citizen.still.decline'), class: 'button', act: decline })));
    guide.show(outlineFor(entry?.material ?? { name }));
    take.focus();

    async function shoot() {
      if (!camera) return;
      take.disabled = true;
      try {
        const bitmap = await camera.take(video);
        if (!isGone) await review(bitmap);
        bitmap.close();
      } catch {
        take.disabled = false;
        replaceChildren(left, t('handIn.camera.failed'));
      }
    }
  }

  /** @param {ImageBitmap} bitmap */
  async function review(bitmap) {
    const picture = await app.work.markStill(bitmap);
    const doubts = look(bitmap);
    const shown = await createImageBitmap(picture);
    const canvas = h('canvas', { class: 'still__shot', role: 'img', 'aria-label': t('citizen.still.marked') });
    canvas.width = shown.width;
    canvas.height = shown.height;
    canvas.getContext('2d')?.drawImage(shown, 0, 0);
    shown.close();
    const send = actionButton({ label: t('citizen.still.send'), icon: 'check', class: ['button button--large button--block', doubts.length === 0 && 'button--primary'].filter(Boolean).join(' '), act: () => deliver(picture) });
    const again = h('button', { class: ['button button--large button--block', doubts.length > 0 && 'button--primary'], type: 'button', on: { click: live } }, icon('photo'), t('handIn.look.again'));
    replaceChildren(body, canvas, h('p', { class: 'strong', role: 'status' }, icon(doubts.length > 0 ? 'warn' : 'check'), ' ', doubtSentence(doubts)), send, again);
    (doubts.length > 0 ? again : send.querySelector('button'))?.focus();
  }

  /** @param {Blob} picture */
  async function deliver(picture) {
    stage = 'sending';
    const bar = h('progress', { max: '1', value: 0, class: 'still__bar', 'aria-label': t('citizen.still.sending') });
    const before = [...body.childNodes];
    replaceChildren(body, h('p', { class: 'strong', role: 'status' }, t('citizen.still.sending')), bar);
    tick();
    try {
      await app.work.sendStill(still.id, picture, (share) => { bar.value = share; });
      over('citizen.still.sent');
    } catch (error) {
      if (app.state.matter?.still?.state === 'asked') {
        stage = 'live';
        body.replaceChildren(...before);
        // The button that was pressed shows the sentence beside itself.
        throw error;
      }
      over('citizen.still.lost', sentenceOf(error));
    }
  }

  /** @param {'citizen.still.sent' | 'citizen.still.lost'} key @param {string} [cause] */
  function over(key, cause) {
    stage = 'over';
    camera?.close();
    const back = h('button', { class: 'button button--primary button--large button--block', type: 'button', on: { click: end } }, t('citizen.still.back'));
    replaceChildren(body, h('p', { class: 'strong', role: 'status' }, icon(key === 'citizen.still.sent' ? 'check' : 'warn'), ' ', t(key)), cause && h('p', { class: 'quiet small' }, cause), back);
    back.focus();
  }

  function end() {
    stage = 'asking';
    app.dispatch({ type: 'still-seen', id: still.id });
    onOver();
  }

  /** @param {string} problem */
  function noCamera(problem) {
    camera?.close();
    camera = null;
    replaceChildren(body,
      h('p', { class: 'strong' }, icon('camera-off'), ' ', t('handIn.camera.none')),
      h('p', null, t(`handIn.camera.${problem}`)),
      actionButton({ label: t('shared.retry'), class: 'button button--primary button--large button--block', act: open }),
      actionButton({ label: t('citizen.still.decline'), class: 'button button--block', act: decline }));
  }

  /** @param {State} state */
  function update(state) {
    const now = state.matter?.still;
    const isOver = !now || now.id !== still.id || now.state === 'expired' || now.state === 'declined';
    if (isOver && stage !== 'over' && stage !== 'sending') onOver();
  }

  if (still.state === 'taken') over('citizen.still.lost');
  else ask();
  tick();
  return {
    node,
    update,
    isBusy: () => stage === 'sending' || stage === 'over',
    leave() {
      isGone = true;
      clearInterval(ticking);
      camera?.close();
      video.srcObject = null;
      app.cameraCare().onClosed();
    },
  };
}
