// The item's materials with what was handed in and what the agent said, and the way to the outcome.

import { h, icon, replaceChildren } from '../elements/dom.js';
import { t } from '../text/text.js';
import { keycap } from './keyboard.js';
import { isConsultant, previewResult, screenOf, undecided } from './state.js';
import { VERDICT_LOOKS } from './verdict.js';

/** @typedef {import("./state.js").DeskState} DeskState */
/** @typedef {import("../signaling/messages.js").MaterialEntryView} MaterialEntryView */

/** @param {import("./desk.js").DeskParts & {conclude: () => void}} parts */
export function createChecklist({ dispatch, conclude }) {
  const count = h('span', { class: 'quiet small' });
  const list = h('ol', { class: 'checklist__list' });
  const summary = h('p', { class: 'checklist__summary' });
  const button = h(
    'button',
    { class: 'button button--primary button--block', on: { click: conclude } },
    t('seat.conclude.open'),
    keycap('P'),
  );
  const element = h(
    'section',
    { class: 'checklist', 'aria-label': t('seat.checklist.title') },
    h('div', { class: 'checklist__head' }, h('h2', {}, t('seat.checklist.title')), count),
    list,
    h('div', { class: 'checklist__foot' }, summary, button),
  );
  let drawn = '';

  /** @param {MaterialEntryView} entry @param {boolean} isOpen @param {boolean} isChanged */
  function row(entry, isOpen, isChanged) {
    const { material, files, verdict } = entry;
    const [drawing, tone] = verdict
      ? VERDICT_LOOKS[verdict.verdict]
      : files.length > 0
      ? [isChanged ? 'rotate' : 'file', isChanged ? 'warn' : 'accent']
      : ['minus', 'quiet'];
    const word = verdict
      ? t(`seat.verdict.${verdict.verdict}`)
      : files.length > 0
      ? t(isChanged ? 'seat.checklist.changed' : 'seat.checklist.to-check', { n: files.length })
      : t('seat.checklist.not-handed-in');
    return h(
      'li',
      {},
      h(
        'button',
        {
          class: 'material',
          'aria-current': isOpen ? 'true' : null,
          'data-material': material.id,
          on: { click: () => dispatch({ type: 'select-material', payload: material.id }) },
        },
        h('span', { class: 'material__name' }, material.name),
        h('span', { class: 'material__state', 'data-tone': tone }, icon(drawing), word),
        h(
          'span',
          { class: 'material__need quiet' },
          t(`seat.necessity.${material.necessity}`),
          ' · ',
          t(`shared.form.${material.form}`),
        ),
      ),
    );
  }

  /** @param {DeskState} state */
  function update(state) {
    const session = state.session;
    element.hidden = !session || session.kind === 'consultation';
    if (!session) return void (drawn = '');
    const key = JSON.stringify([
      session.id,
      session.materials,
      state.materialID,
      state.changed,
      session.outcome?.version,
      screenOf(state),
      isConsultant(state),
    ]);
    if (key === drawn) return;
    drawn = key;
    const focused =
      /** @type {HTMLElement | null} */ (list.contains(document.activeElement) ? document.activeElement : null)?.dataset
        .material;
    replaceChildren(list, session.materials.map((entry) => row(entry, entry.material.id === state.materialID, state.changed.includes(entry.material.id))));
    if (focused) {
      /** @type {HTMLElement | null} */ (list.querySelector(
        `[data-material="${CSS.escape(state.materialID ?? focused)}"]`,
      ))?.focus();
    }
    list.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
    const decided = session.materials.filter(({ verdict }) => verdict).length;
    count.textContent = t('seat.checklist.decided', { decided, all: session.materials.length });
    drawSummary(state, session);
  }

  /** @param {DeskState} state @param {import("../signaling/messages.js").SessionView} session */
  function drawSummary(state, session) {
    const preview = previewResult(session);
    if (session.outcome) {
      replaceChildren(
        summary,
        icon('check'),
        t('seat.conclude.done', { result: t(`shared.result.${session.outcome.result}`) }),
      );
    } else if (preview === 'incomplete') {
      replaceChildren(summary, t('seat.conclude.incomplete', { n: undecided(session).length }));
    } else {
      replaceChildren(summary, t('seat.conclude.preview', { result: t(`shared.result.${preview}`) }));
    }
    // In wrap-up the button stands in the middle, where the outcome is missed.
    button.hidden = Boolean(session.outcome) || screenOf(state) === 'wrap-up' || isConsultant(state);
    button.disabled = screenOf(state) === 'calling';
  }

  /** @param {DeskState} state @param {number} by */
  function step(state, by) {
    const materials = state.session?.materials ?? [];
    const at = materials.findIndex(({ material }) => material.id === state.materialID);
    const next = materials[at + by];
    if (next) dispatch({ type: 'select-material', payload: next.material.id });
  }

  return { element, update, step };
}
