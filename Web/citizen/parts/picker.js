import { h, icon } from '../../elements/dom.js';
import { t } from '../../text/text.js';

const FILES = 'image/jpeg,image/png,image/heic,image/heif,application/pdf,.jpg,.jpeg,.png,.heic,.heif,.pdf';

/**
 * A real file input over the whole button: keyboard, screen reader and every phone's own sheet come with it.
 * @param {{ label: string, about: string, drawing: string, primary?: boolean, camera?: boolean, many?: boolean, onFiles: (files: File[]) => void }} options
 * `camera`: the phone's own camera application; `many`: several at once
 */
export function picker({ label, about, drawing, primary = false, camera = false, many = true, onFiles }) {
  const input = h('input', {
    type: 'file',
    class: 'picker__input',
    accept: camera ? 'image/*' : FILES,
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
