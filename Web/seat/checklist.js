// The item's materials with what was handed in and what the agent said, and the way to the outcome.

import { h, icon, replaceChildren } from '../elements/dom.js';
import { t } from '../text/text.js';
import { isHandlingPlace, resultKey } from './authority.js';
import { findingCount } from './findings.js';
import { keycap } from './keyboard.js';
import { noticeLine } from './notice-line.js';
import { entryState, isConsultant, isJudgedBefore, pageCount, previewResult, screenOf, undecided } from './state.js';
import { VERDICT_LOOKS } from './verdict.js';

/** @typedef {import("./state.js").DeskState} DeskState */
/** @typedef {import("../signaling/messages.js").MaterialEntryView} MaterialEntryView */

/** Keys that jump to an entry while the agent chooses one: digits, then letters. */
const JUMP_KEYS = '123456789abcdefghijklmnopqrstuvwxyz';

/** @type {Record<Exclude<import("./state.js").EntryState, "judged">, [string, string]>} */
const LOOKS = {
  'kept': ['check', 'good'],
  'changed': ['rotate', 'warn'],
  'to-check': ['file', 'accent'],
  'not-asked': ['minus', 'quiet'],
  'unanswered': ['info', 'warn'],
  'not-handed-in': ['minus', 'quiet'],
};

/** @param {import("./desk.js").DeskParts & {conclude: () => void}} parts */
export function createChecklist({ dispatch, conclude, keyboard }) {
  const count = h('span', { class: 'quiet small' });
  const list = h('ol', { class: 'checklist__list' });
  const summary = h('p', { class: 'checklist__summary' });
  const notice = h('div', { class: 'checklist__notice', hidden: true });
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
    h('div', { class: 'checklist__foot' }, summary, notice, button),
  );
  let drawn = '';

  /** @param {MaterialEntryView} entry @param {boolean} isChanged */
  function stateOf(entry, isChanged) {
    const where = entryState(entry, isChanged);
    if (where === 'judged' && entry.verdict) {
      return { looks: VERDICT_LOOKS[entry.verdict.verdict], word: t(`seat.verdict.${entry.verdict.verdict}`) };
    }
    const word = where === 'to-check' || where === 'changed'
      ? t(`seat.checklist.${where}`, { pages: pageCount(entry) })
      : t(`seat.checklist.${where}`, { version: entry.accepted_in ?? 1 });
    return { looks: LOOKS[/** @type {keyof typeof LOOKS} */ (where)], word };
  }

  /**
   * What is known beside the state: what the citizen answered, what the machine found.
   * @param {MaterialEntryView} entry
   * @param {boolean} isBefore
   */
  function details(entry, isBefore) {
    const found = findingCount(entry.files);
    const isLooking = entry.files.some(({ check }) => check === 'pending');
    return [
      entry.material.necessity === 'conditional' && entry.applies !== undefined
        ? h('span', {}, t(entry.applies ? 'seat.checklist.said-yes' : 'seat.checklist.said-no'))
        : null,
      isBefore ? h('span', {}, icon('clock'), t('seat.checklist.judged-before')) : null,
      entry.reopened ? h('span', { class: 'material__found' }, icon('rotate'), t('seat.checklist.reopened')) : null,
      found > 0 ? h('span', { class: 'material__found' }, icon('warn'), t('seat.checklist.found', { n: found })) : null,
      isLooking ? h('span', {}, icon('clock'), t('seat.checklist.looking')) : null,
    ];
  }

  /** @param {MaterialEntryView} entry @param {boolean} isOpen @param {boolean} isChanged @param {number} index @param {boolean} isBefore */
  function row(entry, isOpen, isChanged, index, isBefore) {
    const { material } = entry;
    const { looks: [drawing, tone], word } = stateOf(entry, isChanged);
    return h(
      'li',
      {},
      h(
        'button',
        {
          class: 'material',
          'aria-current': isOpen ? 'true' : null,
          'data-material': material.id,
          title: material.condition ?? null,
          on: { click: () => dispatch({ type: 'select-material', payload: material.id }) },
        },
        h(
          'span',
          { class: 'material__name' },
          JUMP_KEYS[index] ? h('kbd', { class: 'material__key', 'aria-hidden': 'true' }, JUMP_KEYS[index].toUpperCase()) : null,
          material.name,
        ),
        h('span', { class: 'material__state', 'data-tone': tone }, icon(drawing), word),
        h(
          'span',
          { class: 'material__need quiet' },
          h('span', {}, t(`seat.necessity.${material.necessity}`), ' · ', t(`shared.form.${material.form}`)),
          details(entry, isBefore),
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
      session.concluded,
      session.matter?.notice,
      screenOf(state),
      isConsultant(state),
    ]);
    if (key === drawn) return;
    drawn = key;
    const focused =
      /** @type {HTMLElement | null} */ (list.contains(document.activeElement) ? document.activeElement : null)?.dataset
        .material;
    replaceChildren(list, session.materials.map((entry, index) =>
      row(entry, entry.material.id === state.materialID, state.changed.includes(entry.material.id), index, isJudgedBefore(session, entry))
    ));
    if (focused) {
      /** @type {HTMLElement | null} */ (list.querySelector(
        `[data-material="${CSS.escape(state.materialID ?? focused)}"]`,
      ))?.focus();
    }
    list.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
    // What the citizen said does not apply is neither open nor done.
    const counted = session.materials.filter((entry) => entryState(entry, false) !== 'not-asked');
    const decided = counted.filter((entry) => ['judged', 'kept'].includes(entryState(entry, false))).length;
    count.textContent = t('seat.checklist.decided', { decided, all: counted.length });
    drawSummary(state, session);
  }

  /** @param {DeskState} state @param {import("../signaling/messages.js").SessionView} session */
  function drawSummary(state, session) {
    const preview = previewResult(session);
    replaceChildren(notice, session.concluded ? noticeLine(session.matter?.notice) : null);
    notice.hidden = !session.concluded;
    if (session.concluded && session.outcome) {
      const result = t(resultKey(session.outcome.result, isHandlingPlace(session.outcome)));
      replaceChildren(summary, icon('check'), t('seat.conclude.done', { result }));
    } else if (preview === 'incomplete') {
      replaceChildren(summary, t('seat.conclude.incomplete', { n: undecided(session).length }));
    } else {
      replaceChildren(summary, t('seat.conclude.preview', { result: t(resultKey(preview, isHandlingPlace(session))) }));
    }
    // In wrap-up the button stands in the middle, where the outcome is missed.
    button.hidden = session.concluded || screenOf(state) === 'wrap-up' || isConsultant(state);
    button.disabled = screenOf(state) === 'calling';
  }

  /** @param {DeskState} state @param {number} by */
  function step(state, by) {
    const materials = state.session?.materials ?? [];
    const at = materials.findIndex(({ material }) => material.id === state.materialID);
    const next = materials[at + by];
    if (next) dispatch({ type: 'select-material', payload: next.material.id });
  }

  /** Shows a key on each entry; the next key goes there. @param {DeskState} state */
  function jump(state) {
    const materials = state.session?.materials ?? [];
    if (materials.length === 0) return;
    list.dataset.jump = 'true';
    const leave = () => {
      list.dataset.jump = 'false';
      closeLayer();
    };
    const closeLayer = keyboard.push([
      { keys: [], show: '1–9 A–Z', text: t('seat.keys.jump-to'), action: () => {} },
      ...materials.slice(0, JUMP_KEYS.length).map(({ material }, index) => ({
        keys: [JUMP_KEYS[index]],
        show: JUMP_KEYS[index].toUpperCase(),
        text: material.name,
        action: () => {
          leave();
          dispatch({ type: 'select-material', payload: material.id });
        },
        minor: true,
      })),
      { keys: ['Escape'], show: 'Esc', text: t('seat.keys.leave'), action: leave },
    ]);
  }

  return { element, update, step, jump };
}
