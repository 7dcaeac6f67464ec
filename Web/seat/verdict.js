// The agent's opinion on the material that is open: a verdict by its digit, coded reasons by letters, a promised day, a note.

import { h, icon, replaceChildren } from '../elements/dom.js';
import { t } from '../text/text.js';
import { limits } from '../signaling/messages.js';
import { announce } from '../elements/announce.js';
import { createDayField, dayText, SUGGESTED_DAYS } from './day-field.js';
import { suggestedReasons } from './findings.js';
import { keycap } from './keyboard.js';
import { isConsultant, isKept, mayReopen, nextWithoutVerdict, screenOf, selectedEntry } from './state.js';

/** @typedef {import("../signaling/messages.js").Verdict} Verdict */
/** @typedef {import("./state.js").DeskState} DeskState */
/** @typedef {{verdict: Verdict | null, reasons: Set<string>, note: string, due: string}} Draft */

/** In the order of their digits. @type {Verdict[]} */
export const VERDICTS = ['accepted', 'correction-needed', 'missing', 'waived', 'not-applicable'];
/** @type {Record<Verdict, [string, string]>} */
export const VERDICT_LOOKS = {
  accepted: ['check', 'good'],
  'correction-needed': ['warn', 'bad'],
  missing: ['cross', 'bad'],
  waived: ['clock', 'warn'],
  'not-applicable': ['minus', 'quiet'],
};
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
/** Behind the verdicts' own digits: a typed day, and one for each suggestion. */
const DAY_KEYS = { typed: '6', suggested: ['7', '8', '9'] };

/** A chip's one line in columns of a Latin letter; a Chinese character takes two. */
const CHIP_COLUMNS = 34;
/** What the machine's mark takes of it. */
const MARK_COLUMNS = 9;

/** Whether a reason needs two lines: one that is cut off is given without having been read. @param {string} text @param {boolean} isMarked */
function isLong(text, isMarked) {
  const columns = [...text].reduce((sum, character) => sum + (character > '\u2e7f' ? 2 : 1), 0);
  return columns > CHIP_COLUMNS - (isMarked ? MARK_COLUMNS : 0);
}

/** @param {Verdict} verdict */
export const needsReason = (verdict) =>
  verdict === 'correction-needed' || verdict === 'missing' || verdict === 'waived';

/** @param {import("./desk.js").DeskParts & {reopen: () => void}} parts */
export function createVerdict({ keyboard, commands, dispatch, now: clock, reopen }) {
  const title = h('p', { class: 'verdict__material' });
  const buttons = VERDICTS.map((verdict, index) =>
    h(
      'button',
      {
        class: 'verdict__button',
        'data-tone': VERDICT_LOOKS[verdict][1],
        'aria-pressed': 'false',
        on: { click: () => choose(verdict) },
      },
      keycap(String(index + 1)),
      icon(VERDICT_LOOKS[verdict][0]),
      t(`seat.verdict.${verdict}`),
    )
  );
  const chips = h('div', { class: 'verdict__chips', role: 'group', 'aria-label': t('seat.verdict.reasons') });
  const note = h('input', {
    class: 'input verdict__note',
    maxlength: limits.note_characters,
    'aria-label': t('seat.verdict.note'),
    placeholder: t('seat.verdict.note-hint'),
    on: { input: () => (draft().note = note.value), keydown: onNoteKey },
  });
  const due = createDayField({
    id: 'due-by',
    label: t('seat.verdict.due'),
    now: clock,
    keys: DAY_KEYS,
    onChange: () => (draft().due = due.text),
    onEnter: () => submit(),
  });
  const save = h(
    'button',
    { class: 'button button--primary verdict__save', on: { click: () => submit() } },
    t('seat.verdict.save'),
    keycap('Enter'),
  );
  const hint = h('p', { class: 'verdict__hint', role: 'status' });
  const offer = h(
    'button',
    { class: 'chip verdict__offer', hidden: true, on: { click: () => acceptSuggestion() } },
    keycap('A'),
    icon('warn'),
    h('span', { class: 'verdict__offer-text' }),
  );
  const openAgain = h(
    'button',
    { class: 'chip', hidden: true, on: { click: () => reopen() } },
    keycap('O'),
    t('seat.reopen.open'),
  );
  const element = h(
    'section',
    { class: 'verdict', 'aria-label': t('seat.verdict.title') },
    h('div', { class: 'verdict__head' }, title, hint, offer, openAgain),
    h('div', { class: 'verdict__buttons', role: 'group', 'aria-label': t('seat.verdict.title') }, buttons),
    chips,
    due.element,
    h('div', { class: 'verdict__last' }, note, save),
  );

  /** One draft a material, so that a look at another one loses nothing. @type {Map<string, Draft>} */
  let drafts = new Map();
  /** @type {DeskState | null} */
  let state = null;
  let drawnFor = '';
  let sessionID = '';
  /** @type {(() => void) | null} */
  let closeLayer = null;

  /** @returns {Draft} */
  function draft() {
    const id = state?.materialID ?? '';
    let known = drafts.get(id);
    if (!known) {
      const given = state && selectedEntry(state)?.verdict;
      known = given
        ? {
          verdict: given.verdict,
          reasons: new Set(given.reasons.map(({ code }) => code)),
          note: given.note,
          due: given.due_by ?? '',
        }
        : { verdict: null, reasons: new Set(), note: '', due: '' };
      drafts.set(id, known);
    }
    return known;
  }

  /** @param {import("../signaling/messages.js").MaterialEntryView | null} entry */
  function isChanged(entry) {
    return Boolean(entry && state?.changed.includes(entry.material.id));
  }

  /** What was drafted on files that are gone would be said of files that nobody has seen. @param {DeskState} next */
  function dropStale(next) {
    for (const id of next.changed) {
      if (state?.changed.includes(id)) continue;
      const isBeingEdited = closeLayer !== null && next.materialID === id;
      if (!isBeingEdited) drafts.delete(id);
      const name = next.session?.materials.find(({ material }) => material.id === id)?.material.name ?? '';
      announce(t('seat.verdict.withdrawn', { material: name }));
    }
  }

  /** Why no verdict can be given now, or null. */
  function obstacle() {
    const entry = state && selectedEntry(state);
    if (!state?.session || !entry) return t('seat.verdict.choose-material');
    if (state.session.concluded) return t('seat.verdict.concluded');
    if (isConsultant(state)) return t('seat.consult.read-only');
    if (screenOf(state) === 'calling') return t('seat.verdict.not-yet');
    return isKept(entry) ? t('seat.verdict.kept', { version: entry.accepted_in ?? 1 }) : null;
  }

  /** What the machine's findings on the open material come to. */
  function suggestion() {
    const entry = state && selectedEntry(state);
    return entry && state?.session ? suggestedReasons(entry.files, state.session.reasons) : [];
  }

  /** The findings as the agent's own verdict, by one key. */
  function acceptSuggestion() {
    const reasons = suggestion();
    if (obstacle() || reasons.length === 0) return;
    const now = draft();
    now.verdict = 'correction-needed';
    now.reasons = new Set(reasons);
    return void submit();
  }

  /** @param {Verdict} verdict */
  function choose(verdict) {
    if (obstacle()) return;
    const now = draft();
    now.verdict = verdict;
    if (!needsReason(verdict)) {
      now.reasons.clear();
      return void submit();
    }
    const entry = state && selectedEntry(state);
    // Only where nothing is chosen yet: what the agent took away must not come back.
    if (verdict === 'correction-needed' && now.reasons.size === 0) now.reasons = new Set(suggestion());
    if (verdict === 'missing' && entry?.files.length === 0 && !now.note) now.note = t('seat.verdict.not-handed-in');
    hint.textContent = '';
    openReasons();
    draw();
  }

  function openReasons() {
    closeLayer?.();
    const reasons = state?.session?.reasons ?? [];
    closeLayer = keyboard.push([
      ...reasons.map(({ code, text }, index) => ({
        keys: [LETTERS[index]],
        show: LETTERS[index]?.toUpperCase() ?? '',
        text,
        action: () => toggle(code),
        minor: true,
      })),
      // One entry for all letters: the words stand on the chips.
      {
        keys: [],
        show: reasons.length > 1 ? `A–${LETTERS[Math.min(reasons.length, LETTERS.length) - 1].toUpperCase()}` : 'A',
        text: t('seat.keys.reasons'),
        action: () => {},
      },
      ...(draft().verdict === 'waived' ? dayKeys() : []),
      { keys: ['/'], show: '/', text: t('seat.keys.note'), action: () => note.focus() },
      {
        keys: ['Enter'],
        show: 'Enter',
        text: t('seat.verdict.save'),
        action: () => submit(),
        over: '.verdict__button, .chip, .material, .viewer__file, .viewer__tool, .side__tab',
      },
      ...VERDICTS.map((verdict, index) => ({
        keys: [String(index + 1)],
        show: String(index + 1),
        text: t(`seat.verdict.${verdict}`),
        action: () => choose(verdict),
        minor: true,
      })),
      { keys: ['Escape'], show: 'Esc', text: t('seat.keys.leave'), action: cancel },
    ]);
  }

  /** @returns {import("./keyboard.js").KeyBinding[]} */
  function dayKeys() {
    return [
      ...SUGGESTED_DAYS.map((days, index) => ({
        keys: [DAY_KEYS.suggested[index]],
        show: DAY_KEYS.suggested[index],
        text: t('seat.day.in', { n: days }),
        action: () => due.suggest(index),
      })),
      { keys: [DAY_KEYS.typed], show: DAY_KEYS.typed, text: t('seat.keys.due'), action: () => due.focus() },
    ];
  }

  function cancel() {
    closeLayer?.();
    closeLayer = null;
    if (state?.materialID) drafts.delete(state.materialID);
    hint.textContent = '';
    draw();
  }

  /** @param {string} code */
  function toggle(code) {
    const { reasons } = draft();
    if (reasons.has(code)) reasons.delete(code);
    else if (reasons.size < limits.reasons_per_verdict) reasons.add(code);
    for (const chip of chips.children) {
      chip.setAttribute('aria-pressed', String(reasons.has(/** @type {HTMLElement} */ (chip).dataset.code ?? '')));
    }
  }

  /** @param {KeyboardEvent} event */
  function onNoteKey(event) {
    if (event.isComposing) return;
    if (event.key === 'Enter') submit();
    else if (event.key === 'Escape') note.blur();
  }

  async function submit() {
    const entry = state && selectedEntry(state);
    if (!state?.session || !entry || obstacle()) return;
    const now = draft();
    if (!now.verdict) return void (hint.textContent = t('seat.verdict.choose-first'));
    if (needsReason(now.verdict) && now.reasons.size === 0 && !now.note.trim()) {
      return void (hint.textContent = t('seat.verdict.reason-missing'));
    }
    const promised = now.verdict === 'waived' ? due.value : null;
    if (now.verdict === 'waived' && !promised) return void (hint.textContent = t('seat.verdict.due-missing'));
    const session = state.session;
    const isLast = nextWithoutVerdict(session, entry.material.id) === null;
    const isStored = await keyboard.after(commands.verdict({
      session_id: session.id,
      material_id: entry.material.id,
      verdict: now.verdict,
      reasons: [...now.reasons],
      note: now.note.trim(),
      ...(promised ? { due_by: promised } : {}),
    }));
    if (!isStored) return;
    drafts.delete(entry.material.id);
    closeLayer?.();
    closeLayer = null;
    note.blur();
    announce(t('seat.verdict.stored', { material: entry.material.name, verdict: t(`seat.verdict.${now.verdict}`) }));
    // On to the next one, unless the agent has moved on already.
    const next = state?.session && nextWithoutVerdict(state.session, entry.material.id);
    if (state?.materialID === entry.material.id && next && !isLast) {
      dispatch({ type: 'select-material', payload: next });
    } else draw();
  }

  function draw() {
    const entry = state && selectedEntry(state);
    const blocked = obstacle();
    const now = draft();
    const isEditing = closeLayer !== null;
    title.textContent = entry?.material.name ?? '';
    element.dataset.editing = String(isEditing);
    buttons.forEach((button, index) => {
      button.disabled = Boolean(blocked);
      const chosen = isEditing ? now.verdict : entry?.verdict?.verdict;
      button.setAttribute('aria-pressed', String(chosen === VERDICTS[index]));
    });
    const reasons = isEditing ? state?.session?.reasons ?? [] : entry?.verdict?.reasons ?? [];
    const suggested = suggestion();
    const focused = chips.contains(document.activeElement)
      ? /** @type {HTMLElement} */ (document.activeElement).dataset.code
      : undefined;
    replaceChildren(
      chips,
      isEditing
        ? reasons.map(({ code, text }, index) =>
          h(
            'button',
            {
              class: 'chip',
              title: text,
              'data-code': code,
              'data-suggested': String(suggested.includes(code)),
              'data-long': String(isLong(text, suggested.includes(code))),
              'aria-pressed': String(now.reasons.has(code)),
              on: { click: () => toggle(code) },
            },
            LETTERS[index] ? keycap(LETTERS[index].toUpperCase()) : null,
            h('span', { class: 'chip__text' }, text),
            suggested.includes(code) ? h('span', { class: 'chip__mark' }, t('seat.verdict.suggested')) : null,
          )
        )
        : [
          reasons.map(({ text }) => h('span', { class: 'chip chip--still', title: text }, h('span', { class: 'chip__text' }, text))),
          entry?.verdict?.due_by
            ? h('span', { class: 'chip chip--still' }, icon('clock'), t('seat.verdict.due-by', { day: dayText(entry.verdict.due_by) }))
            : null,
        ],
    );
    if (focused) /** @type {HTMLElement | null} */ (chips.querySelector(`[data-code="${CSS.escape(focused)}"]`))?.focus();
    due.element.hidden = !isEditing || now.verdict !== 'waived';
    due.set(now.due);
    drawOffer(entry, Boolean(blocked), isEditing, suggested);
    if (document.activeElement !== note) note.value = now.note;
    note.disabled = Boolean(blocked);
    save.disabled = Boolean(blocked) || !isEditing;
    if (blocked) hint.textContent = blocked;
    else if (!isEditing) hint.textContent = plainHint(entry, suggested.length > 0);
    hint.dataset.changed = String(!blocked && !isEditing && (isChanged(entry) || Boolean(entry?.reopened)));
    hint.title = hint.textContent ?? '';
  }

  /** @param {import("../signaling/messages.js").MaterialEntryView | null} entry @param {boolean} isOffered a suggestion stands there already */
  function plainHint(entry, isOffered) {
    if (isChanged(entry)) return t('seat.verdict.changed');
    if (entry?.reopened) return t('seat.reopen.done', { reason: entry.reopened });
    return entry?.verdict || isOffered ? '' : t('seat.verdict.hint');
  }

  /**
   * @param {import("../signaling/messages.js").MaterialEntryView | null} entry
   * @param {boolean} isBlocked
   * @param {boolean} isEditing
   * @param {string[]} suggested
   */
  function drawOffer(entry, isBlocked, isEditing, suggested) {
    offer.hidden = isBlocked || isEditing || Boolean(entry?.verdict) || suggested.length === 0;
    const words = (state?.session?.reasons ?? []).filter(({ code }) => suggested.includes(code)).map(({ text }) => text);
    const text = t('seat.verdict.suggestion', { reasons: words.join(t('seat.list-separator')) });
    offer.title = text;
    /** @type {HTMLElement} */ (offer.querySelector('.verdict__offer-text')).textContent = text;
    openAgain.hidden = !entry || !isKept(entry) || !state || !mayReopen(state);
  }

  /** @param {DeskState} next */
  function update(next) {
    const before = state?.materialID;
    dropStale(next);
    state = next;
    if (next.session?.id !== sessionID) {
      sessionID = next.session?.id ?? '';
      drafts = new Map();
    }
    if (before !== next.materialID || screenOf(next) === 'wrap-up') {
      closeLayer?.();
      closeLayer = null;
    }
    const entry = selectedEntry(next);
    const key = JSON.stringify([
      sessionID,
      next.materialID,
      entry,
      next.changed,
      screenOf(next),
      isConsultant(next),
      next.session?.concluded,
    ]);
    if (key === drawnFor) return;
    drawnFor = key;
    draw();
  }

  return {
    element,
    update,
    choose: (/** @type {number} */ index) => choose(VERDICTS[index]),
    acceptSuggestion,
    focusNote: () => note.focus(),
  };
}
