import { h, icon } from '../../elements/dom.js';
import { t } from '../../text/text.js';

const FILES = 'image/jpeg,image/png,application/pdf,.jpg,.jpeg,.png,.pdf';
/** An iPhone turns its own format into JPEG when the page does not ask for it; on a computer it must be seen to be chosen at all. */
const COMPUTER_FILES = `${FILES},image/heic,image/heif,.heic,.heif`;

/** A mouse means a large screen, whose camera looks at the face: there the phone is the better camera. */
export function isPhone() {
  return !matchMedia('(pointer: fine)').matches;
}

/**
 * A real file input over the whole button: keyboard, screen reader and every phone's own sheet come with it.
 * @param {{ label: string, about: string, drawing: string, primary?: boolean, camera?: boolean, many?: boolean, onFiles: (files: File[]) => void }} options
 * `camera`: the phone's own camera application; `many`: several at once
 */
export function picker({ label, about, drawing, primary = false, camera = false, many = true, onFiles }) {
  const input = h('input', {
    type: 'file',
    class: 'picker__input',
    accept: camera ? 'image/*' : isPhone() ? FILES : COMPUTER_FILES,
    capture: camera ? 'environment' : undefined,
    multiple: many && !camera,
    'aria-label': t('handIn.pickFor', { action: label, name: about }),
    on: {
      change: () => {
        const files = [...input.files ?? []];
        // Emptied, so that the same file can be chosen again after it was removed.
        input.value = '';
        onFiles(files);
      },
    },
  });
  return h('span', { class: ['button picker', primary && 'button--primary'] }, icon(drawing), h('span', { 'aria-hidden': 'true' }, label), input);
}
