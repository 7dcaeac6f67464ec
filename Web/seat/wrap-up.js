// After the talk: how it ended, in one look and one key. It is timed, and says so.

import { h, icon, replaceChildren } from '../elements/dom.js';
import { t } from '../text/text.js';
import { limits } from '../signaling/messages.js';
import { isHandlingPlace, resultKey } from './authority.js';
import { dayText } from './day-field.js';
import { keycap } from './keyboard.js';
import { noticeLine } from './notice-line.js';
import { previewResult, suggestedDisposition, undecided } from './state.js';
import { countdownText } from './time.js';
import { VERDICT_LOOKS } from './verdict.js';

/** @typedef {import("./state.js").DeskState} DeskState */
/** @typedef {import("../signaling/messages.js").Disposition} Disposition */
/** @typedef {import("../signaling/messages.js").SessionView} SessionView */

/** @type {Disposition[]} */
const CONSULTATION = ['advised', 'referred', 'dropped', 'no-show'];
/** @type {Disposition[]} */
const PRE_REVIEW = [
  'precheck-passed',
  'correction-needed',
  'deferred-material',
  'referred',
  'advised',
  'dropped',
  'no-show',
];

/** @type {Disposition[]} */
const TRANSFERRED = ['transferred'];

/** @param {import("./desk.js").DeskParts & {conclude: () => void}} parts */
export function createWrapUp({ commands, conclude }) {
  const left = h('strong', { class: 'wrap-up__left' });
  const outcome = h('div', { class: 'wrap-up__outcome' });
  const choices = h('fieldset', { class: 'wrap-up__choices' });
  const note = h('textarea', {
    id: 'wrap-up-note',
    maxlength: limits.note_characters,
    rows: 2,
    on: { keydown: onNoteKey },
  });
  const ready = h('input', { type: 'checkbox', checked: true });
  const complete = h(
    'button',
    { class: 'button button--primary button--large', on: { click: () => submit() } },
    t('seat.wrap-up.complete'),
    keycap('Enter'),
  );
  const element = h(
    'section',
    { class: 'wrap-up', 'aria-labelledby': 'wrap-up-title' },
    h(
      'div',
      { class: 'wrap-up__head' },
      h('h2', { id: 'wrap-up-title' }, t('seat.wrap-up.title')),
      h('p', { class: 'quiet' }, t('seat.wrap-up.left'), left, t('seat.wrap-up.left-then')),
    ),
    outcome,
    choices,
    h(
      'div',
      { class: 'field' },
      h(
        'label',
        { for: 'wrap-up-note' },
        t('seat.wrap-up.note'),
        h('span', { class: 'quiet small' }, t('seat.wrap-up.note-hint')),
      ),
      note,
    ),
    h(
      'div',
      { class: 'wrap-up__foot' },
      h('label', { class: 'switch' }, ready, h('span', {}, t('seat.wrap-up.ready'), keycap('R'))),
      complete,
    ),
  );
  let sessionID = '';
  let drawn = '';
  /** Chosen by the agent; the suggestion does not overrule it. @type {Disposition | null} */
  let chosen = null;
  /** @type {DeskState | null} */
  let state = null;

  /** @param {KeyboardEvent} event */
  function onNoteKey(event) {
    if (event.isComposing) return;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
    else if (event.key === 'Escape') note.blur();
  }

  function dispositions() {
    // Handed on: how it ends is for the next agent to say.
    if (state?.disposition === 'transferred') return TRANSFERRED;
    return state?.session?.kind === 'consultation' ? CONSULTATION : PRE_REVIEW;
  }

  async function submit() {
    if (!state?.session || complete.disabled) return;
    complete.disabled = true;
    const disposition = chosen ?? suggestedDisposition(state);
    await commands.wrapUp({ session_id: state.session.id, disposition, note: note.value.trim(), ready: ready.checked });
    complete.disabled = false;
  }

  /** Outside the handling place nothing is called accepted for handling. @param {Disposition} disposition */
  function dispositionWord(disposition) {
    const isElsewhere = disposition === 'deferred-material' && state?.session && !isHandlingPlace(state.session);
    return t(isElsewhere ? resultKey('deferred-material', false) : `shared.disposition.${disposition}`);
  }

  /** @param {number} index */
  function choose(index) {
    const disposition = dispositions()[index];
    if (!disposition) return;
    chosen = disposition;
    drawChoices();
  }

  function drawChoices() {
    if (!state) return;
    const selected = chosen ?? suggestedDisposition(state);
    const hadFocus = choices.contains(document.activeElement);
    replaceChildren(
      choices,
      h('legend', {}, t('seat.wrap-up.disposition')),
      dispositions().map((disposition, index) =>
        h(
          'label',
          { class: 'choice' },
          h('input', {
            type: 'radio',
            name: 'disposition',
            value: disposition,
            checked: disposition === selected,
            on: { change: () => (chosen = disposition) },
          }),
          keycap(String(index + 1)),
          h('span', {}, dispositionWord(disposition)),
        )
      ),
    );
    if (hadFocus) /** @type {HTMLElement | null} */ (choices.querySelector('input:checked'))?.focus();
  }

  /** @param {SessionView} session */
  function drawOutcome(session) {
    const found = session.concluded ? session.outcome : undefined;
    if (state?.disposition === 'transferred' && !found) {
      return replaceChildren(
        outcome,
        h(
          'div',
          { class: 'notice notice--good' },
          icon('transfer'),
          h(
            'div',
            {},
            h('strong', {}, t('seat.wrap-up.transferred')),
            h('p', { class: 'small' }, t('seat.wrap-up.transferred-body')),
          ),
        ),
      );
    }
    if (session.kind === 'consultation') {
      return replaceChildren(
        outcome,
        h('p', { class: 'quiet' }, t('seat.wrap-up.consultation', { item: session.item.name })),
      );
    }
    if (!found) {
      const missing = undecided(session).length;
      const preview = previewResult(session);
      return replaceChildren(
        outcome,
        h(
          'div',
          { class: 'notice notice--warn' },
          icon('warn'),
          h(
            'div',
            {},
            h('strong', {}, t('seat.wrap-up.no-outcome')),
            h(
              'p',
              { class: 'small' },
              preview === 'incomplete'
                ? t('seat.conclude.incomplete', { n: missing })
                : t('seat.conclude.preview', { result: t(resultKey(preview, isHandlingPlace(session))) }),
            ),
            h('button', { class: 'button', on: { click: conclude } }, t('seat.conclude.open'), keycap('P')),
          ),
        ),
      );
    }
    const told = found.entries.filter(({ verdict }) => verdict !== 'accepted' && verdict !== 'not-applicable');
    replaceChildren(
      outcome,
      h(
        'p',
        { class: ['wrap-up__result', `wrap-up__result--${found.result}`] },
        icon(found.result === 'ready-to-file' ? 'check' : 'warn'),
        t(resultKey(found.result, isHandlingPlace(found))),
        h('span', { class: 'quiet small' }, t('seat.wrap-up.case', { number: found.case_number })),
      ),
      told.length > 0
        ? h(
          'ul',
          { class: 'conclude__list' },
          told.map((entry) =>
            h(
              'li',
              {},
              h(
                'span',
                { class: 'material__state', 'data-tone': VERDICT_LOOKS[entry.verdict][1] },
                icon(VERDICT_LOOKS[entry.verdict][0]),
                t(`seat.verdict.${entry.verdict}`),
              ),
              h('span', {}, entry.material_name),
              h(
                'span',
                { class: 'small quiet' },
                [
                  ...entry.reasons.map(({ text }) => text),
                  entry.note,
                  entry.due_by ? t('seat.verdict.due-by', { day: dayText(entry.due_by) }) : '',
                ].filter(Boolean).join(t('seat.list-separator')),
              ),
            )
          ),
        )
        : h('p', { class: 'quiet' }, t('seat.wrap-up.nothing-open')),
      noticeLine(session.matter?.notice),
    );
  }

  /** @param {DeskState} next */
  function update(next) {
    state = next;
    const session = next.session;
    if (!session || session.state !== 'wrap-up') return;
    if (session.id !== sessionID) {
      sessionID = session.id;
      chosen = null;
      note.value = '';
      ready.checked = true;
      drawn = '';
    }
    const key = JSON.stringify([session.id, next.disposition, session.outcome?.version, session.concluded, session.materials, session.matter?.notice]);
    if (key === drawn) return;
    drawn = key;
    drawOutcome(session);
    drawChoices();
  }

  /** @param {DeskState} now @param {number} time */
  function tick(now, time) {
    const deadline = now.session?.state_deadline;
    if (now.session?.state === 'wrap-up' && deadline) left.textContent = countdownText(Date.parse(deadline) - time);
  }

  return {
    element,
    update,
    tick,
    submit,
    choose,
    toggleReady: () => (ready.checked = !ready.checked),
    focusNote: () => note.focus(),
    focus: () => complete.focus(),
  };
}
