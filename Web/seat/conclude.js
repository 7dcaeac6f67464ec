// Makes the outcome. It cannot be changed afterwards and the citizen is told at once, so it is read once more before.

import { h, icon, replaceChildren } from '../elements/dom.js';
import { t } from '../text/text.js';
import { limits } from '../signaling/messages.js';
import { keycap } from './keyboard.js';
import { previewResult, undecided } from './state.js';
import { VERDICT_LOOKS } from './verdict.js';

/** @typedef {import("../signaling/messages.js").SessionView} SessionView */

/**
 * @param {SessionView} session
 * @param {(payload: {session_id: string, referred_to: string, note: string}) => Promise<boolean>} conclude
 */
export function openConclude(session, conclude) {
  const preview = previewResult(session);
  const missing = undecided(session);
  const problem = h('p', { class: 'field__error', role: 'alert' });
  const referred = h('input', {
    id: 'referred-to',
    maxlength: limits.note_characters,
    placeholder: t('seat.conclude.referred-hint'),
  });
  const note = h('textarea', { id: 'conclude-note', maxlength: limits.note_characters, rows: 2 });
  const result = h('p', { class: 'conclude__result' });
  const confirm = h(
    'button',
    { class: 'button button--primary', type: 'submit' },
    t('seat.conclude.confirm'),
    keycap('Ctrl+Enter'),
  );
  const drawResult = () => {
    const isReferred = referred.value.trim() !== '';
    const word = isReferred ? 'referred' : preview;
    replaceChildren(
      result,
      icon(word === 'ready-to-file' ? 'check' : 'warn'),
      word === 'incomplete' ? t('seat.conclude.incomplete', { n: missing.length }) : t(`shared.result.${word}`),
    );
    confirm.disabled = word === 'incomplete';
  };
  referred.addEventListener('input', drawResult);
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (confirm.disabled) return;
    confirm.disabled = true;
    const isStored = await conclude({
      session_id: session.id,
      referred_to: referred.value.trim(),
      note: note.value.trim(),
    });
    if (isStored) return dialog.close();
    problem.textContent = t('seat.conclude.failed');
    confirm.disabled = false;
  };
  const told = session.materials.filter((entry) =>
    entry.verdict?.verdict !== 'accepted' && entry.verdict?.verdict !== 'not-applicable' &&
    (entry.verdict || entry.material.necessity === 'mandatory')
  );
  const dialog = h(
    'dialog',
    { class: 'card conclude', 'aria-labelledby': 'conclude-title' },
    h(
      'form',
      {
        class: 'conclude__form',
        on: {
          submit,
          keydown: (/** @type {KeyboardEvent} */ event) => {
            // Enter alone would be too easily pressed for something that cannot be taken back.
            if (event.key !== 'Enter' || event.target instanceof HTMLButtonElement) return;
            if (event.ctrlKey || event.metaKey) submit(event);
            else if (event.target instanceof HTMLInputElement) event.preventDefault();
          },
        },
      },
      h('h2', { id: 'conclude-title' }, t('seat.conclude.title')),
      result,
      told.length > 0 ? h('p', { class: 'quiet small' }, t('seat.conclude.told')) : null,
      h(
        'ul',
        { class: 'conclude__list' },
        told.map((entry) =>
          h(
            'li',
            {},
            h(
              'span',
              {
                class: 'material__state',
                'data-tone': entry.verdict ? VERDICT_LOOKS[entry.verdict.verdict][1] : 'quiet',
              },
              icon(entry.verdict ? VERDICT_LOOKS[entry.verdict.verdict][0] : 'minus'),
              entry.verdict ? t(`seat.verdict.${entry.verdict.verdict}`) : t('seat.conclude.no-verdict'),
            ),
            h('span', {}, entry.material.name),
            h(
              'span',
              { class: 'small quiet' },
              [...(entry.verdict?.reasons.map(({ text }) => text) ?? []), entry.verdict?.note].filter(Boolean).join(
                t('seat.list-separator'),
              ),
            ),
          )
        ),
      ),
      h('div', { class: 'field' }, h('label', { for: 'conclude-note' }, t('seat.conclude.note')), note),
      h('div', { class: 'field' }, h('label', { for: 'referred-to' }, t('seat.conclude.referred')), referred),
      h('p', { class: 'small quiet' }, t('seat.conclude.final')),
      problem,
      h(
        'div',
        { class: 'conclude__buttons' },
        h('button', { class: 'button', type: 'button', on: { click: () => dialog.close() } }, t('seat.conclude.back')),
        confirm,
      ),
    ),
  );
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  drawResult();
  dialog.showModal();
  // Not the button: a second key out of habit must not make what cannot be taken back.
  note.focus();
}
