// Papers before the camera: a live picture with an outline to hold them into, one big button, and a look at each before it is used.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { Camera } from '../picture/camera.js';
import { draw, encode, look } from '../picture/prepare.js';
import { fitted, SENT_PIXELS_MAX } from '../picture/size.js';
import { doubtSentence } from './findings.js';
import { outlineOver } from './outline.js';
import { picker } from './picker.js';

/**
 * @typedef {{
 *   title: string,
 *   outline: 'card' | 'sheet',
 *   many: boolean,
 *   onPicture: (file: File) => void,
 *   free?: () => void,
 *   onClosed?: () => void,
 * }} CameraOptions
 * `many`: goes on after each page. `free`: lets go of a camera that this page uses elsewhere. `onClosed`: it may have it back.
 */

/** @param {CameraOptions} options */
export function openCamera({ title, outline, many, onPicture, free, onClosed }) {
  /** @type {Camera | null} */
  let camera = null;
  let frame = outline;
  let count = 0;
  let isClosed = false;
  const video = h('video', { class: 'camera__live', autoplay: true, playsinline: true, muted: true, 'aria-label': t('handIn.camera.live') });
  const guide = outlineOver(video);
  const stage = h('div', { class: 'camera__stage' });
  const said = h('p', { class: 'camera__said', role: 'status' });
  const bar = h('div', { class: 'camera__bar' });
  const done = h('button', { class: 'button camera__done', type: 'button', on: { click: () => dialog.close() } });
  const dialog = h('dialog', { class: 'camera', 'aria-label': title },
    h('div', { class: 'camera__top' }, h('p', { class: 'strong' }, title), done), stage, said, bar);
  dialog.addEventListener('close', () => {
    isClosed = true;
    camera?.close();
    dialog.remove();
    onClosed?.();
  });

  async function open() {
    drawDone();
    replaceChildren(stage, h('span', { class: 'spinner', 'aria-hidden': 'true' }));
    said.textContent = t('handIn.camera.opening');
    try {
      const opened = await Camera.open({ free });
      if (isClosed) return opened.close();
      camera = opened;
      live();
    } catch (error) {
      if (!isClosed) noCamera(/** @type {{ code?: string }} */ (error).code ?? 'unknown');
    }
  }

  function live() {
    if (!camera) return;
    video.srcObject = camera.stream;
    replaceChildren(stage, video, guide.node);
    guide.show(frame);
    done.hidden = false;
    said.textContent = t(`handIn.camera.hold.${frame}`);
    const shutter = h('button', { class: 'camera__shutter', type: 'button', 'aria-label': t('handIn.camera.take'), on: { click: take } }, icon('photo'));
    const other = frame === 'card' ? 'sheet' : 'card';
    replaceChildren(bar,
      tool(frame === 'card' ? 'file' : 'user', t(`handIn.camera.outline.${other}`), () => {
        frame = other;
        live();
      }),
      shutter,
      h('div', { class: 'camera__tools' },
        camera.hasLight && tool('light', t(camera.isLit ? 'handIn.camera.dark' : 'handIn.camera.light'), async () => {
          await camera?.toggleLight();
          live();
        }),
        camera.count > 1 && tool('rotate', t('handIn.camera.switch'), async () => {
          try {
            await camera?.switch();
            live();
          } catch (error) {
            noCamera(/** @type {{ code?: string }} */ (error).code ?? 'unknown');
          }
        })));
    shutter.focus();
  }

  async function take() {
    if (!camera) return;
    bar.inert = true;
    said.textContent = t('handIn.camera.taking');
    try {
      const bitmap = await camera.take(video);
      if (isClosed) return bitmap.close();
      const canvas = draw(bitmap, fitted(bitmap, SENT_PIXELS_MAX));
      bitmap.close();
      review(canvas);
    } catch {
      said.textContent = t('handIn.camera.failed');
    } finally {
      bar.inert = false;
    }
  }

  /** @param {HTMLCanvasElement} canvas */
  function review(canvas) {
    const doubts = look(canvas);
    canvas.classList.add('camera__shot');
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', t('handIn.camera.shot'));
    replaceChildren(stage, canvas);
    replaceChildren(said, icon(doubts.length > 0 ? 'warn' : 'check'), ' ', doubtSentence(doubts));
    const isGood = doubts.length === 0;
    // First a word on this one: to be done now would throw it away unsaid.
    done.hidden = count > 0;
    const keep = h('button', { class: ['button button--large', isGood && 'button--primary'], type: 'button', on: { click: () => use(canvas) } },
      t(isGood ? 'handIn.look.use' : 'handIn.look.keep'));
    const again = h('button', { class: ['button button--large', !isGood && 'button--primary'], type: 'button', on: { click: live } }, icon('photo'), t('handIn.look.again'));
    replaceChildren(bar, h('div', { class: 'camera__choice' }, isGood ? [again, keep] : [keep, again]));
    (isGood ? keep : again).focus();
  }

  /** @param {HTMLCanvasElement} canvas */
  async function use(canvas) {
    bar.inert = true;
    const file = await encode(canvas, t('handIn.camera.name', { n: count + 1 }));
    bar.inert = false;
    count += 1;
    onPicture(file);
    if (!many) return dialog.close();
    drawDone();
    live();
    said.textContent = t('handIn.camera.next', { n: count });
  }

  function drawDone() {
    done.textContent = count > 0 ? t('handIn.camera.done', { n: count }) : t('shared.close');
    done.classList.toggle('button--primary', count > 0);
  }

  /** @param {string} problem */
  function noCamera(problem) {
    camera?.close();
    replaceChildren(stage, h('div', { class: 'camera__none' }, icon('camera-off'), h('p', { class: 'strong' }, t('handIn.camera.none')),
      h('p', null, t(`handIn.camera.${problem}`))));
    said.textContent = '';
    // The phone's own camera application needs no permission of this page.
    replaceChildren(bar, h('div', { class: 'camera__choice' },
      picker({ label: t('handIn.camera.own'), about: title, drawing: 'photo', primary: true, camera: true, onFiles: taken }),
      h('button', { class: 'button', type: 'button', on: { click: open } }, t('shared.retry'))));
  }

  /** @param {File[]} files */
  function taken(files) {
    for (const file of files) onPicture(file);
    if (files.length > 0) dialog.close();
  }

  /**
   * @param {string} drawing
   * @param {string} label
   * @param {() => void} click
   */
  function tool(drawing, label, click) {
    return h('button', { class: 'camera__tool', type: 'button', on: { click } }, icon(drawing), h('span', null, label));
  }

  document.body.append(dialog);
  dialog.showModal();
  open();
}
