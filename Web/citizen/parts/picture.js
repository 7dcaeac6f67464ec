// Number and look-up code as a picture in the phone's album: paper for people who do not keep text.

import { t } from '../../text/text.js';
import { download } from './download.js';

const WIDTH = 900;
const HEIGHT = 640;

/** @param {{ case_number: string, look_up_code: string, item: string }} one */
export async function saveCasePicture(one) {
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const pen = canvas.getContext('2d');
  if (!pen) return;
  const style = getComputedStyle(document.documentElement);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const font = getComputedStyle(document.body).fontFamily;
  /** @param {string} text @param {number} y @param {number} size @param {string} ink @param {string} [weight] */
  const write = (text, y, size, ink, weight = '400') => {
    pen.fillStyle = ink;
    pen.font = `${weight} ${size}px ${font}`;
    pen.fillText(text, 60, y, WIDTH - 120);
  };
  pen.fillStyle = colour('--surface');
  pen.fillRect(0, 0, WIDTH, HEIGHT);
  pen.fillStyle = colour('--accent');
  pen.fillRect(0, 0, WIDTH, 110);
  write(`${t('shared.app')} · ${t('shared.tagline')}`, 70, 38, colour('--on-accent'), '600');
  write(one.item, 180, 36, colour('--ink'), '600');
  write(t('citizen.case.number'), 250, 28, colour('--quiet'));
  write(one.case_number, 310, 54, colour('--ink'), '700');
  write(t('citizen.case.code'), 385, 28, colour('--quiet'));
  write(one.look_up_code, 450, 64, colour('--ink'), '700');
  write(t('citizen.case.pictureHint'), 545, 28, colour('--quiet'));
  write(location.origin, 592, 28, colour('--quiet'));

  const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) return;
  download(blob, `${one.case_number}.png`);
}
