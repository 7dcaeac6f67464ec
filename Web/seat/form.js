// The case's form beside the talk: what the citizen filled in, whether its numbers can be right, and corrections that the agent proposes.
// Nothing changes by the agent's hand: the citizen says yes or no on their own screen.

import { h, icon, replaceChildren } from '../elements/dom.js';
import { t } from '../text/text.js';
import { limits } from '../signaling/messages.js';
import { postJSON } from '../signaling/http.js';
import { announce } from '../elements/announce.js';
import { screenOf } from './state.js';
import { checkOf, tidied } from './fields.js';

/** @typedef {import("./state.js").DeskState} DeskState */
/** @typedef {import("../signaling/messages.js").CaseFieldKey} CaseFieldKey */
/** @typedef {import("../signaling/messages.js").CorrectionView} CorrectionView */

/** @type {CaseFieldKey[]} */
const FIELDS = ['person-name', 'identity-number', 'organisation-name', 'credit-code', 'telephone'];
/** @type {Record<import("../signaling/messages.js").CorrectionState, [string, string]>} */
const LOOKS = {
  proposed: ['clock', 'accent'],
  accepted: ['check', 'good'],
  declined: ['cross', 'bad'],
  withdrawn: ['minus', 'quiet'],
};

/** @param {import("./desk.js").DeskParts} parts */
export function createForm({ commands }) {
  const list = h('ul', { class: 'form__list' });
  const element = h('div', { class: 'form' }, list, h('p', { class: 'small quiet' }, t('seat.form.lead')));
  /** @type {DeskState | null} */
  let state = null;
  let drawn = '';
  /** The field that is being written. @type {CaseFieldKey | null} */
  let editing = null;
  /** Numbers that the agent had shown whole, with the mask that stood for each. @type {Map<CaseFieldKey, { masked: string, value: string }>} */
  let shown = new Map();
  /** @type {Map<string, string>} states of proposals already said aloud */
  let told = new Map();

  /** @param {CaseFieldKey} key */
  /** @param {CaseFieldKey} key */
  const fieldOf = (key) => state?.session?.matter?.fields.find((field) => field.key === key);
  /** As it is shown: with its middle as `*`, unless the agent had it shown. @param {CaseFieldKey} key */
  function valueOf(key) {
    const value = fieldOf(key)?.value ?? '';
    const whole = shown.get(key);
    return whole?.masked === value ? whole.value : value;
  }
  /** @param {CaseFieldKey} key */
  const isMasked = (key) => valueOf(key).includes('*');
  /** What the citizen filled in: of a masked number the server has said it. @param {CaseFieldKey} key */
  const checkOfField = (key) => isMasked(key) ? fieldOf(key)?.keeps_check ?? null : checkOf(key, valueOf(key));
  /** The newest proposal for a field. @param {CaseFieldKey} key */
  const proposalOf = (key) => state?.session?.matter?.corrections.findLast((correction) => correction.key === key);

  function mayPropose() {
    if (!state?.session || state.session.concluded) return false;
    const screen = screenOf(state);
    return screen === 'connected' || screen === 'reconnecting';
  }

  /** @param {CaseFieldKey} key */
  function checkMark(key) {
    const check = checkOfField(key);
    if (check === null) return null;
    return h(
      'span',
      { class: 'material__state', 'data-tone': check ? 'good' : 'bad' },
      icon(check ? 'check' : 'warn'),
      t(check ? 'seat.form.number-right' : 'seat.form.number-wrong'),
    );
  }

  /** @param {CorrectionView} correction */
  function proposalLine(correction) {
    const [drawing, tone] = LOOKS[correction.state];
    return h(
      'p',
      { class: 'form__proposal' },
      h('span', { class: 'material__state', 'data-tone': tone }, icon(drawing), t(`seat.form.state.${correction.state}`)),
      correction.state === 'accepted'
        ? h('span', { class: 'quiet' }, t('seat.form.before', { value: correction.old_value || t('seat.form.empty') }))
        : h('span', {}, correction.new_value || t('seat.form.empty')),
    );
  }

  /** @param {CaseFieldKey} key */
  function row(key) {
    const value = valueOf(key);
    const proposal = proposalOf(key);
    const name = t(`seat.form.field.${key}`);
    return h(
      'li',
      { class: 'form__row', 'data-field': key },
      h('span', { class: 'form__name quiet' }, name),
      editing === key
        ? editor(key, name)
        : [
          h('span', { class: 'form__value' }, value || h('span', { class: 'quiet' }, t('seat.form.empty')), ' ', checkMark(key)),
          isMasked(key) ? showButton(key, name) : null,
          h(
            'button',
            { class: 'form__propose', disabled: !mayPropose(), 'aria-label': t('seat.form.propose-for', { field: name }), on: { click: () => edit(key) } },
            t('seat.form.propose'),
          ),
        ],
      proposal ? proposalLine(proposal) : null,
    );
  }

  /** @param {CaseFieldKey} key @param {string} name */
  function showButton(key, name) {
    return h(
      'button',
      { class: 'form__propose form__show', 'aria-label': t('seat.form.show-for', { field: name }), on: { click: () => show(key) } },
      t('seat.form.show'),
    );
  }

  /** The server writes down who had a number shown, and when. @param {CaseFieldKey} key */
  async function show(key) {
    const id = state?.session?.matter?.id;
    const masked = fieldOf(key)?.value;
    if (!id || !masked) return;
    const answer = await postJSON(`/cases/${encodeURIComponent(id)}/fields/${key}/reveal`).catch(() => null);
    if (!answer) return announce(t('seat.form.not-shown'));
    if (state?.session?.matter?.id !== id || fieldOf(key)?.value !== masked) return;
    shown.set(key, { masked, value: answer.value });
    draw();
    focusRow(key);
  }

  /** Every number that is masked, by one key. */
  function showAll() {
    for (const key of FIELDS) if (isMasked(key)) show(key);
  }

  /** @param {CaseFieldKey} key @param {string} name */
  function editor(key, name) {
    const problem = h('span', { class: 'small form__problem', role: 'status' });
    const input = h('input', {
      class: 'input form__input',
      'aria-label': t('seat.form.new-value', { field: name }),
      value: isMasked(key) ? '' : valueOf(key),
      maxlength: key === 'telephone' ? limits.telephone_characters : key === 'identity-number' || key === 'credit-code' ? 24 : limits.case_field_characters,
      on: {
        input: () => {
          const check = checkOf(key, tidied(key, input.value));
          problem.textContent = check === false ? t('seat.form.number-wrong') : '';
        },
        keydown: (/** @type {KeyboardEvent} */ event) => {
          if (event.isComposing) return;
          if (event.key === 'Enter') propose(key, tidied(key, input.value));
          else if (event.key === 'Escape') leave(key);
        },
      },
    });
    return [
      h('span', { class: 'form__edit' }, input, problem),
      h('button', { class: 'form__propose', on: { click: () => propose(key, tidied(key, input.value)) } }, t('seat.form.send')),
    ];
  }

  /** @param {CaseFieldKey} key */
  function edit(key) {
    if (!mayPropose()) return;
    editing = key;
    draw();
    const input = /** @type {HTMLInputElement | null} */ (list.querySelector('.form__input'));
    input?.focus();
    input?.select();
  }

  /** @param {CaseFieldKey} key */
  function leave(key) {
    editing = null;
    draw();
    focusRow(key);
  }

  /** @param {CaseFieldKey} key @param {string} value */
  async function propose(key, value) {
    const session = state?.session;
    if (!session) return;
    if (value === valueOf(key)) return leave(key);
    if (await commands.propose({ session_id: session.id, field: { key, value } })) leave(key);
  }

  /** @param {CaseFieldKey} key */
  function focusRow(key) {
    const button = /** @type {HTMLElement | null} */ (list.querySelector(`[data-field="${key}"] .form__propose`));
    button?.focus();
    // The citizen's answer stands below the button.
    button?.closest('li')?.scrollIntoView({ block: 'nearest' });
  }

  function draw() {
    // What is being typed stays: only the other rows are drawn anew.
    const typed = /** @type {HTMLInputElement | null} */ (list.querySelector('.form__input'));
    const kept = typed && editing ? list.querySelector(`[data-field="${editing}"]`) : null;
    const focused = list.contains(document.activeElement)
      ? /** @type {HTMLElement} */ (document.activeElement).closest('li')?.dataset.field
      : undefined;
    if (kept) {
      for (const key of FIELDS) {
        if (key !== editing) list.querySelector(`[data-field="${key}"]`)?.replaceWith(row(key));
      }
    } else {
      replaceChildren(list, FIELDS.map(row));
      if (focused) focusRow(/** @type {CaseFieldKey} */ (focused));
    }
  }

  function tellAnswers() {
    const next = new Map((state?.session?.matter?.corrections ?? []).map((correction) => [correction.id, correction.state]));
    for (const correction of state?.session?.matter?.corrections ?? []) {
      const before = told.get(correction.id);
      if (before === undefined || before === correction.state || correction.state === 'withdrawn') continue;
      announce(t(`seat.form.said.${correction.state}`, { field: t(`seat.form.field.${correction.key}`) }));
    }
    told = next;
  }

  /** @param {DeskState} next */
  function update(next) {
    const isOther = next.session?.id !== state?.session?.id;
    state = next;
    if (isOther) {
      editing = null;
      shown = new Map();
    }
    const key = JSON.stringify([next.session?.id, next.session?.matter?.fields, next.session?.matter?.corrections, mayPropose()]);
    if (key === drawn) return;
    drawn = key;
    if (isOther) told = new Map();
    tellAnswers();
    draw();
  }

  return {
    element,
    update,
    showAll,
    focus: () => /** @type {HTMLElement | null} */ (list.querySelector('.form__propose:not([disabled])'))?.focus(),
    /** Proposals that the citizen has not answered. */
    waiting: () => (state?.session?.matter?.corrections ?? []).filter((correction) => correction.state === 'proposed').length,
  };
}
