// Numbers and times as a picture in the phone's album: paper for people who do not keep text.

import { t } from '../../text/text.js';
import { download } from './download.js';

const WIDTH = 900;
const HEIGHT = 640;
const MARGIN = 60;

/** A line of the picture. @typedef {{ text: string, y: number, size: number, ink?: '--ink' | '--quiet' | '--accent', weight?: string }} Line */

/** @param {{ case_number: string, look_up_code: string, item: string }} one */
export async function saveCasePicture(one) {
  await savePicture(one.case_number, [
    { text: one.item, y: 180, size: 36, weight: '600' },
    { text: t('citizen.case.number'), y: 250, size: 28, ink: '--quiet' },
    { text: one.case_number, y: 310, size: 54, weight: '700' },
    { text: t('citizen.case.code'), y: 385, size: 28, ink: '--quiet' },
    { text: one.look_up_code, y: 450, size: 64, weight: '700' },
    { text: t('citizen.case.pictureHint'), y: 545, size: 28, ink: '--quiet' },
    { text: location.origin, y: 592, size: 28, ink: '--quiet' },
  ]);
}

/** @param {{ name: string, when: string, time: string, item: string, hall: string, hint: string, address: string }} one */
export async function saveAppointmentPicture(one) {
  await savePicture(one.name, [
    { text: one.when, y: 190, size: 52, weight: '700' },
    { text: one.time, y: 310, size: 110, weight: '700', ink: '--accent' },
    { text: one.item, y: 390, size: 34, weight: '600' },
    { text: one.hall, y: 440, size: 30 },
    { text: `${t('booking.card.number')} ${one.name}`, y: 490, size: 30 },
    { text: one.hint, y: 555, size: 28, ink: '--quiet' },
    { text: one.address, y: 600, size: 28, ink: '--quiet' },
  ]);
}

/** @param {string} name @param {Line[]} lines */
async function savePicture(name, lines) {
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const pen = canvas.getContext('2d');
  if (!pen) return;
  const style = getComputedStyle(document.documentElement);
  const colour = (/** @type {string} */ property) => style.getPropertyValue(property).trim();
  const font = getComputedStyle(document.body).fontFamily;
  /** @param {string} text @param {number} y @param {number} size @param {string} ink @param {string} weight */
  const write = (text, y, size, ink, weight) => {
    pen.fillStyle = ink;
    pen.font = `${weight} ${size}px ${font}`;
    pen.fillText(text, MARGIN, y, WIDTH - 2 * MARGIN);
  };
  pen.fillStyle = colour('--surface');
  pen.fillRect(0, 0, WIDTH, HEIGHT);
  pen.fillStyle = colour('--accent');
  pen.fillRect(0, 0, WIDTH, 110);
  write(`${t('shared.app')} · ${t('shared.tagline')}`, 70, 38, colour('--on-accent'), '600');
  for (const { text, y, size, ink = '--ink', weight = '400' } of lines) write(text, y, size, colour(ink), weight);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob) download(blob, `${name}.png`);
}
