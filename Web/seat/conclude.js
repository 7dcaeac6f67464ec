// Makes the outcome. It cannot be changed afterwards and the citizen is told at once, so it is read once more before, in their words.

import { h, icon, replaceChildren } from '../elements/dom.js';
import { t } from '../text/text.js';
import { limits } from '../signaling/messages.js';
import { isHandlingPlace, resultKey } from './authority.js';
import { latest } from './dates.js';
import { createDayField, dayText } from './day-field.js';
import { keycap } from './keyboard.js';
import { entryState, isAskedFor, isKept, previewResult, undecided } from './state.js';
import { VERDICT_LOOKS } from './verdict.js';

/** @typedef {import("../signaling/messages.js").SessionView} SessionView */
/** @typedef {import("../signaling/messages.js").MaterialEntryView} MaterialEntryView */

/** Offered first where something has to be corrected: time enough, and not forgotten. */
const USUAL_SUGGESTION = 1;
/** More lines than this scroll in themselves, and take the focus for it. */
const LINES_SHOWN = 3;

/**
 * What the citizen is told of: what is wrong, missing or promised, and what was opened again.
 * @param {SessionView} session
 */
const toldOf = (session) =>
  session.materials.filter((entry) => {
    const verdict = entry.verdict?.verdict;
    if (verdict) return verdict !== 'accepted' && verdict !== 'not-applicable';
    return isAskedFor(entry) && !isKept(entry);
  });

/**
 * Asked of the citizen and not answered: nothing is demanded, and the agent should know it.
 * @param {SessionView} session
 */
const unanswered = (session) => session.materials.filter((entry) => entryState(entry, false) === 'unanswered');

/**
 * @param {SessionView} opened
 * @param {(payload: object) => Promise<boolean>} conclude
 * @param {() => number} now
 * @returns {{update: (session: SessionView | null) => void}} what is known may change while the dialog is open: a last verdict is on its way
 *   when the agent's next key opens it, and the citizen goes on handing in
 */
export function openConclude(opened, conclude, now) {
  let session = opened;
  let preview = previewResult(session);
  let isSending = false;
  const isHandling = isHandlingPlace(session);
  const problem = h('p', { class: 'field__error', role: 'alert' });
  const referred = h('input', {
    id: 'referred-to',
    maxlength: limits.note_characters,
    placeholder: t('seat.conclude.referred-hint'),
  });
  const note = h('textarea', { id: 'conclude-note', maxlength: limits.note_characters, rows: 2 });
  const respondBy = createDayField({ id: 'respond-by', label: t('seat.conclude.respond-by'), now, onChange: () => (problem.textContent = '') });
  const result = h('p', { class: 'conclude__result' });
  const why = h('p', { class: 'small conclude__why' });
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
      word === 'incomplete' ? t('seat.conclude.incomplete', { n: undecided(session).length }) : t(resultKey(word, isHandling)),
    );
    why.textContent = word === 'incomplete' ? '' : t(isHandling ? 'seat.conclude.why-here' : 'seat.conclude.why-elsewhere');
    confirm.disabled = isSending || word === 'incomplete';
    respondBy.element.hidden = word !== 'correction-needed' && word !== 'deferred-material';
  };
  const lead = h('p', { class: 'quiet small' }, t('seat.conclude.told'));
  const list = h('ul', { class: 'conclude__list', 'aria-label': t('seat.conclude.preview-list') });
  const open = h('p', { class: 'small conclude__open' });
  const drawList = () => {
    const told = toldOf(session);
    const missing = unanswered(session);
    lead.hidden = told.length === 0;
    if (told.length > LINES_SHOWN) list.tabIndex = 0;
    else list.removeAttribute('tabindex');
    replaceChildren(list, told.map(toldLine));
    const materials = missing.map(({ material }) => material.name).join(t('seat.list-separator'));
    replaceChildren(open, missing.length > 0 && [icon('info'), h('span', {}, t('seat.conclude.unanswered', { materials }))]);
    open.hidden = missing.length === 0;
  };
  referred.addEventListener('input', drawResult);
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (confirm.disabled) return;
    if (!respondBy.element.hidden && respondBy.isWrong()) {
      problem.textContent = t('seat.day.wrong');
      return respondBy.focus();
    }
    isSending = true;
    drawResult();
    const day = respondBy.element.hidden ? null : respondBy.value;
    const isStored = await conclude({
      session_id: session.id,
      referred_to: referred.value.trim(),
      note: note.value.trim(),
      ...(day ? { respond_by: day } : {}),
    });
    if (isStored) return dialog.close();
    problem.textContent = t('seat.conclude.failed');
    isSending = false;
    drawResult();
  };
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
      h('div', {}, result, why),
      lead,
      list,
      open,
      respondBy.element,
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
  suggestDay(session, respondBy, preview);
  drawList();
  drawResult();
  dialog.showModal();
  // Not the button: a second key out of habit must not make what cannot be taken back.
  note.focus();

  return {
    update(next) {
      if (!dialog.open) return;
      // Another talk, or concluded already: there is nothing left to confirm here.
      if (!next || next.id !== session.id || next.concluded) return dialog.close();
      if (next.materials === session.materials) return;
      session = next;
      const before = preview;
      preview = previewResult(session);
      if (preview !== before && !respondBy.text) suggestDay(session, respondBy, preview);
      drawList();
      drawResult();
    },
  };
}

/**
 * The last day that was promised, or the usual time for a correction. The agent sees it and can empty it.
 * @param {SessionView} session
 * @param {import("./day-field.js").DayField} field
 * @param {string} preview
 */
function suggestDay(session, field, preview) {
  const promised = latest(session.materials.map((entry) => (entry.verdict?.verdict === 'waived' ? entry.verdict.due_by : undefined)));
  if (promised && preview === 'deferred-material') field.set(promised);
  else if (preview === 'correction-needed') field.suggest(USUAL_SUGGESTION);
}

/** One line of the preview, in the words that the citizen reads. @param {MaterialEntryView} entry */
function toldLine(entry) {
  const verdict = entry.verdict;
  const said = [
    ...(verdict?.reasons.map(({ text }) => text) ?? []),
    verdict?.note,
    verdict?.due_by ? t('seat.verdict.due-by', { day: dayText(verdict.due_by) }) : '',
    entry.reopened ? t('seat.reopen.done', { reason: entry.reopened }) : '',
  ].filter(Boolean);
  return h(
    'li',
    {},
    h(
      'span',
      { class: 'material__state', 'data-tone': verdict ? VERDICT_LOOKS[verdict.verdict][1] : 'quiet' },
      icon(verdict ? VERDICT_LOOKS[verdict.verdict][0] : 'minus'),
      verdict ? t(`shared.verdict.${verdict.verdict}`) : t('seat.conclude.no-verdict'),
    ),
    h('span', {}, entry.material.name),
    h('span', { class: 'small quiet' }, said.join(t('seat.list-separator'))),
  );
}
