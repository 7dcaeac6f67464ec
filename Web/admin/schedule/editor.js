// One shift in a form: what is wrong stands beside its field, and nothing that was typed is lost.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { createDrawer } from '../drawer.js';
import { createField } from '../../elements/field.js';
import { agentOptions } from './agents.js';
import { dayText, readTime, timeOf, weekdayName } from './days.js';
import { faultsOf } from './plan.js';
import { stretchText } from './shift-block.js';

/** @typedef {import("./plan.js").Shift} Shift */
/** @typedef {import("./plan.js").Day} Day */
/**
 * @typedef {object} EditorContext
 * @property {Shift} shift as it is, or as it is proposed
 * @property {boolean} isNew
 * @property {Day} day on which it was opened
 * @property {boolean} mayDiffer whether the change can be kept to this day alone
 * @property {readonly Shift[]} others of that day
 * @property {import("./api.js").Seat[]} seats
 * @property {import("./api.js").Agent[]} agents
 * @property {(agentID: string) => boolean} isOnLeave
 * @property {string[]} groups item categories to choose from
 */

const KINDS = ['consultation', 'pre-review'];
const LANGUAGES = ['mandarin', 'teochew', 'english', 'sign'];
/** From here an agent is searched for rather than looked through. */
const MANY_AGENTS = 12;

/** @param {string} text */
const timeIn = (text) => {
  const minute = readTime(text);
  return minute === null ? text : timeOf(minute);
};

/**
 * @param {{ save: (shift: Shift, onlyThisDay: boolean) => void, remove: (shift: Shift) => void, closed: () => void }} on
 */
export function createEditor(on) {
  const drawer = createDrawer({ onClose: on.closed });

  /** @param {EditorContext} context */
  function open(context) {
    const { shift, isNew, day, seats, agents } = context;
    const form = createForm(context);
    const scope = createScope(context);
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      const made = form.read();
      if (!form.check(made)) return;
      drawer.close();
      on.save(made, scope.isThisDay());
    };
    drawer.open(
      isNew ? t('admin.schedule.editor.new') : t('admin.schedule.editor.title', { seat: seats.find((one) => one.id === shift.seat_id)?.number ?? '', day: dayText(day.date) }),
      h(
        'form',
        { class: 'editor', novalidate: true, on: { submit } },
        scope.element,
        form.element,
        h(
          'div',
          { class: 'editor__buttons' },
          h('button', { class: 'button button--primary', type: 'submit' }, icon('check'), t('admin.schedule.editor.save')),
          h('button', { class: 'button', type: 'button', on: { click: () => drawer.close() } }, t('admin.schedule.cancel')),
          isNew ? null : h('button', { class: 'button button--quiet editor__remove', type: 'button', on: { click: () => { drawer.close(); on.remove(shift); } } }, icon('trash'), t('admin.schedule.remove')),
        ),
      ),
    );
    form.focus(agents.length === 0);
  }

  return { element: drawer.element, open };
}

/** Every Tuesday, or this one. @param {EditorContext} context */
function createScope({ shift, day, mayDiffer }) {
  if (shift.weekday === undefined) {
    return { element: h('p', { class: 'notice' }, icon('info'), h('span', {}, t('admin.schedule.scope.day-only', { day: dayText(day.date) }))), isThisDay: () => false };
  }
  const weekday = weekdayName(shift.weekday);
  if (!mayDiffer) return { element: h('p', { class: 'quiet' }, t('admin.schedule.scope.every', { weekday })), isThisDay: () => false };
  const here = h('input', { type: 'radio', name: 'scope', value: 'day' });
  const everywhere = h('input', { type: 'radio', name: 'scope', value: 'week', checked: true });
  return {
    element: h(
      'fieldset',
      { class: 'editor__scope' },
      h('legend', { class: 'field__label' }, t('admin.schedule.scope')),
      h('label', { class: 'choice' }, everywhere, t('admin.schedule.scope.every', { weekday })),
      h('label', { class: 'choice' }, here, t('admin.schedule.scope.this', { day: dayText(day.date) })),
    ),
    isThisDay: () => here.checked,
  };
}

/** @param {EditorContext} context */
function createForm({ shift, others, seats, agents, isOnLeave, groups }) {
  const from = timeField(t('admin.schedule.field.from'), shift.from);
  const to = timeField(t('admin.schedule.field.to'), shift.to);
  const seat = createField(
    t('admin.schedule.field.seat'),
    h('select', {}, seats.filter((one) => !one.withdrawn || one.id === shift.seat_id).map((one) =>
      h('option', { value: one.id, selected: one.id === shift.seat_id }, t('admin.schedule.seat-number', { number: one.number }), one.withdrawn ? t('admin.schedule.withdrawn-mark') : ''))),
  );
  const filter = h('input', { type: 'search', class: 'input', placeholder: t('admin.schedule.agent.search'), 'aria-label': t('admin.schedule.agent.search'), on: { input: () => drawAgents() } });
  const agent = createField(t('admin.schedule.field.agent'), h('select', {}));
  const capacity = createField(t('admin.schedule.field.capacity'), h('input', { type: 'number', min: 1, max: 20, value: shift.capacity, inputmode: 'numeric' }), t('admin.schedule.field.capacity-hint'));
  const kinds = checks(t('admin.schedule.field.kinds'), KINDS, shift.covers.kinds, (kind) => t(`shared.kind.${kind}`));
  const languages = checks(t('admin.schedule.field.languages'), LANGUAGES, shift.covers.languages, (language) => t(`seat.transfer.language.${language}`));
  const known = [...new Set([...groups, ...shift.covers.groups])];
  const categories = checks(t('admin.schedule.field.groups'), known, shift.covers.groups, (group) => group);
  const pauses = createBreaks(shift.breaks);
  const listed = h('p', { class: 'small quiet', role: 'status' });
  if (agents.length > MANY_AGENTS) agent.element.insertBefore(filter, agent.input);
  agent.element.append(listed);

  function drawAgents(chosen = agent.input.value) {
    const asked = { ...read(), agent_id: chosen || null };
    const options = agentOptions(agents, asked, others, isOnLeave, filter.value.trim());
    replaceChildren(
      agent.input,
      h('option', { value: '', selected: chosen === '' }, t('admin.schedule.unassigned')),
      options.map(({ agent: one, reasons }) =>
        h('option', { value: one.id, selected: one.id === chosen }, reasons.length ? t('admin.schedule.agent.with', { name: one.name, why: reasons.map((why) => t(`admin.schedule.agent.${why}`)).join(t('admin.schedule.dot')) }) : one.name)),
    );
    agent.input.value = chosen;
    listed.textContent = filter.value.trim() ? t('admin.schedule.agent.found', { n: options.length }) : '';
  }

  /** @returns {Shift} */
  function read() {
    return {
      ...shift,
      from: timeIn(from.input.value),
      to: timeIn(to.input.value),
      seat_id: seat.input.value,
      agent_id: agent.input.value || null,
      capacity: Number(capacity.input.value),
      covers: { groups: categories.read(), kinds: kinds.read(), languages: languages.read() },
      breaks: pauses.read(),
    };
  }

  /** @param {Shift} made @returns {boolean} whether it can be saved */
  function check(made) {
    const faults = faultsOf(made, others);
    /** @param {string} name */
    const sentence = (name) => {
      const fault = faults.find((one) => one.field === name);
      return fault ? faultText(fault, agents) : '';
    };
    for (const [name, field] of /** @type {[string, any][]} */ ([['from', from], ['to', to], ['seat_id', seat], ['agent_id', agent], ['capacity', capacity]])) field.say(sentence(name));
    pauses.say((index) => sentence(`breaks/${index}`));
    /** @type {HTMLElement | null} */ (element.querySelector('[aria-invalid="true"]'))?.focus();
    return faults.length === 0;
  }

  for (const field of [from, to, seat]) field.input.addEventListener('change', () => drawAgents());
  for (const field of [from, to]) {
    field.input.addEventListener('change', () => { field.input.value = timeIn(field.input.value); });
  }
  const element = h(
    'div',
    { class: 'editor__fields' },
    h('div', { class: 'editor__two' }, from.element, to.element),
    seat.element,
    agent.element,
    pauses.element,
    kinds.element,
    languages.element,
    known.length ? categories.element : null,
    capacity.element,
  );
  drawAgents(shift.agent_id ?? '');
  return { element, read, check, focus: (/** @type {boolean} */ first) => (first ? from.input : agent.input).focus() };
}

/** @param {{kind: string, other?: Shift}} fault @param {import("./api.js").Agent[]} agents */
export function faultText({ kind, other }, agents) {
  return t(`admin.schedule.fault.${kind}`, {
    stretch: other ? stretchText(other) : '',
    name: agents.find((one) => one.id === other?.agent_id)?.name ?? t('admin.schedule.unassigned'),
  });
}

/** @param {string} label @param {string} value */
function timeField(label, value) {
  return createField(label, h('input', { value, inputmode: 'numeric', autocomplete: 'off', maxlength: 8, placeholder: '09:00' }));
}

/** @param {string} label @param {string[]} all @param {string[]} chosen @param {(value: string) => string} name */
function checks(label, all, chosen, name) {
  const boxes = all.map((value) => h('input', { type: 'checkbox', value, checked: chosen.includes(value) }));
  return {
    element: h(
      'fieldset',
      { class: 'editor__checks' },
      h('legend', { class: 'field__label' }, label),
      h('p', { class: 'field__hint' }, t('admin.schedule.field.any-hint')),
      h('div', { class: 'editor__boxes' }, boxes.map((box) => h('label', { class: 'choice' }, box, name(box.value)))),
    ),
    read: () => boxes.filter((box) => box.checked).map((box) => box.value),
  };
}

/** @param {import("./plan.js").Break[]} breaks */
function createBreaks(breaks) {
  /** @type {{element: HTMLElement, from: HTMLInputElement, to: HTMLInputElement, error: HTMLElement}[]} */
  const rows = [];
  const list = h('div', { class: 'editor__breaks' });
  const add = h('button', { class: 'button', type: 'button', on: { click: () => { insert({ from: '', to: '' }).from.focus(); } } }, icon('plus'), t('admin.schedule.break.add'));

  /** @param {import("./plan.js").Break} one */
  function insert(one) {
    const from = h('input', { class: 'input', value: one.from, 'aria-label': t('admin.schedule.break.from'), placeholder: '10:30', maxlength: 8, autocomplete: 'off' });
    const to = h('input', { class: 'input', value: one.to, 'aria-label': t('admin.schedule.break.to'), placeholder: '10:45', maxlength: 8, autocomplete: 'off' });
    const error = h('p', { class: 'field__error' });
    const row = { element: h('div', {}), from, to, error };
    for (const input of [from, to]) input.addEventListener('change', () => { input.value = timeIn(input.value); });
    row.element = h(
      'div',
      { class: 'editor__break' },
      from, h('span', { 'aria-hidden': 'true' }, '–'), to,
      h('button', { class: 'button button--quiet', type: 'button', 'aria-label': t('admin.schedule.break.remove'), on: { click: () => { rows.splice(rows.indexOf(row), 1); row.element.remove(); add.focus(); } } }, icon('trash')),
      error,
    );
    rows.push(row);
    list.append(row.element);
    return row;
  }

  for (const one of breaks) insert(one);
  return {
    element: h('fieldset', {}, h('legend', { class: 'field__label' }, t('admin.schedule.field.breaks')), list, add),
    // A row that was opened and left empty is no break.
    read: () => rows.filter((row) => row.from.value.trim() || row.to.value.trim()).map((row) => ({ from: timeIn(row.from.value), to: timeIn(row.to.value) })),
    /** @param {(index: number) => string} sentence */
    say(sentence) {
      rows.filter((row) => row.from.value.trim() || row.to.value.trim()).forEach((row, index) => {
        const said = sentence(index);
        replaceChildren(row.error, said ? [icon('warn'), h('span', {}, said)] : null);
        if (said) row.from.setAttribute('aria-invalid', 'true');
        else row.from.removeAttribute('aria-invalid');
      });
    },
  };
}
