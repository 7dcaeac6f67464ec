// A hall's people: who they are, what they may do, what they can take.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { getJSON, patchJSON, postJSON, removeResource } from '../../signaling/http.js';
import { createField } from '../../elements/field.js';
import { createChoices } from './choices.js';
import { ask, showPassword, tell } from './dialogs.js';

/** @typedef {{hall_id: string, role: string}} Role */
/** @typedef {{groups: string[], kinds: string[], languages: string[]}} SkillSet */
/**
 * @typedef {{id: string, account: string, name: string, hall: {id: string, name: string}, roles: Role[], skills: SkillSet,
 *   sign_in: {second_factors: number, locked_until?: string}, state: "active" | "leaving" | "suspended", must_change_password: boolean, used: boolean, revision: number,
 *   seat: {id: string, number: string, hall_id: string, state: string} | null}} Person
 */

const REFRESH_MS = 5_000;
const ROLES = ['agent', 'supervisor', 'catalogue-administrator', 'administrator'];
const KINDS = ['consultation', 'pre-review'];
const LANGUAGES = ['mandarin', 'teochew', 'english', 'sign'];
const ACCOUNT = /^[a-z0-9._-]{2,32}$/;
const COLUMNS = ['account', 'name', 'roles', 'skills', 'state'];

/** @param {HTMLElement} host @param {import("../sections.js").SectionContext} context */
export function openPeople(host, { staff, hall }) {
  /** @type {Person[]} */
  let people = [];
  /** @type {string[]} */
  let groups = [];
  /** The row that is being edited, `new` for one that is not there yet. */
  let edited = '';
  let isClosed = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let drawn = '';

  const said = h('div', {});
  const search = h('input', {
    class: 'input table__search', type: 'search', placeholder: t('admin.people.search'), 'aria-label': t('admin.people.search'), on: { input: () => draw() },
  });
  const add = h('button', { class: 'button button--primary', type: 'button', on: { click: () => edit('new') } }, icon('plus'), t('admin.people.add'));
  const making = h('div', {});
  const body = h('tbody', {});
  const table = h(
    'div',
    { class: 'table__scroll', tabindex: '0', role: 'group', 'aria-label': t('admin.people.tab.people') },
    h(
      'table',
      { 'aria-label': t('admin.people.tab.people') },
      h('thead', {}, h('tr', {}, COLUMNS.map((name) => h('th', { class: 'people__head', scope: 'col' }, t(`admin.people.${name}`))), h('td', {}))),
      body,
    ),
  );
  const none = h('p', { class: 'table__empty quiet' });
  replaceChildren(host, h('div', { class: 'people__bar' }, add, search), said, making, table, none);

  /** @param {string} id */
  function edit(id) {
    edited = id;
    tell(said, '', 'good');
    draw();
  }

  function draw() {
    const wanted = search.value.trim().toLowerCase();
    const found = people.filter((person) => `${person.name} ${person.account}`.toLowerCase().includes(wanted));
    table.hidden = found.length === 0;
    none.hidden = found.length > 0;
    none.textContent = people.length === 0 ? t('admin.people.empty') : t('admin.people.none-found');
    add.disabled = edited === 'new';
    replaceChildren(making, edited === 'new' ? maker() : null);
    replaceChildren(body, found.map((person) => person.id === edited ? editor(person) : line(person)));
    const first = edited === 'new' ? making : body.querySelector('[data-edited]');
    /** @type {HTMLElement | null | undefined} */ (first?.querySelector('input'))?.focus();
  }

  // MARK: A row to read

  /** @param {Person} person */
  function line(person) {
    const name = person.name;
    const button = (/** @type {string} */ word, /** @type {() => void} */ act) =>
      h('button', { class: 'button button--quiet', type: 'button', 'aria-label': `${t(`admin.people.${word}`)} ${name}`, on: { click: act } }, t(`admin.people.${word}`));
    const cells = [
      person.account, name, rolesOf(person), skillsOf(person.skills), stateOf(person),
    ];
    const isSelf = person.account === staff.account;
    return h(
      'tr',
      {},
      COLUMNS.map((column, index) => h('td', { 'data-name': t(`admin.people.${column}`) }, cells[index])),
      h(
        'td',
        { class: 'people__acts' },
        h('button', { class: 'button button--quiet', type: 'button', 'data-edit': person.id, 'aria-label': t('admin.people.edit-who', { name }), on: { click: () => edit(person.id) } }, t('admin.people.edit')),
        isSelf ? null : person.state === 'active' ? button('suspend', () => suspend(person)) : button('restore', () => restore(person)),
        isSelf ? null : button('reset', () => reset(person)),
        isSelf || person.sign_in.second_factors === 0 ? null : button('second-reset', () => resetSecondFactor(person)),
        person.sign_in.locked_until ? button('unlock', () => unlock(person)) : null,
        person.used || isSelf ? null : button('delete', () => remove(person)),
      ),
    );
  }

  /** In this hall. @param {Person} person */
  function rolesOf(person) {
    const words = ROLES.filter((role) => person.roles.some((one) => one.hall_id === hall.id && one.role === role)).map((role) => t(`admin.people.role.${role}`));
    return words.length === 0 ? h('span', { class: 'quiet' }, t('admin.people.roles-none')) : h('span', { class: 'people__words' }, words.map((word) => h('span', { class: 'badge' }, word)));
  }

  /** @param {SkillSet} skills */
  function skillsOf(skills) {
    const words = [
      ...skills.groups, ...skills.kinds.map((kind) => t(`shared.kind.${kind}`)), ...skills.languages.map((language) => t(`seat.transfer.language.${language}`)),
    ];
    return words.length === 0 ? h('span', { class: 'quiet' }, t('admin.people.skills-all')) : h('span', { class: 'people__words' }, words.map((word) => h('span', { class: 'badge' }, word)));
  }

  /** @param {Person} person */
  function stateOf(person) {
    const tone = { active: 'good', leaving: 'warn', suspended: 'bad' }[person.state];
    const drawing = { active: 'check', leaving: 'clock', suspended: 'cross' }[person.state];
    return h(
      'span',
      { class: 'people__words' },
      h('span', { class: `badge badge--${tone}` }, icon(drawing), t(`admin.people.state.${person.state}`)),
      person.seat ? h('span', { class: 'badge badge--accent' }, t('admin.people.state.at-seat', { number: person.seat.number })) : null,
      person.sign_in.locked_until ? h('span', { class: 'badge badge--warn' }, icon('clock'), t('admin.people.state.locked')) : null,
      person.must_change_password ? h('span', { class: 'badge' }, t('admin.people.state.first-password')) : null,
    );
  }

  // MARK: A row to write

  /** @param {Person | null} person */
  function fields(person) {
    const name = createField(t('admin.people.name'), h('input', { value: person?.name ?? '', maxlength: 40, autocomplete: 'off' }));
    const held = person ? person.roles.filter((one) => one.hall_id === hall.id).map((one) => one.role) : ['agent'];
    const skills = person?.skills ?? { groups: [], kinds: [], languages: ['mandarin'] };
    const roles = createChoices(t('admin.people.roles'), ROLES.map((role) => [role, t(`admin.people.role.${role}`)]), held);
    const known = [...new Set([...groups, ...skills.groups])];
    const choices = {
      groups: createChoices(t('admin.people.groups'), known.map((group) => [group, group]), skills.groups, t('admin.people.skills-hint')),
      kinds: createChoices(t('admin.people.kinds'), KINDS.map((kind) => [kind, t(`shared.kind.${kind}`)]), skills.kinds),
      languages: createChoices(t('admin.people.languages'), LANGUAGES.map((language) => [language, t(`seat.transfer.language.${language}`)]), skills.languages),
    };
    return {
      name,
      elements: [roles.element, choices.groups.element, h('div', { class: 'people__pair' }, choices.kinds.element, choices.languages.element)],
      body: () => ({
        name: name.input.value.trim(),
        // What this person may do elsewhere stays as it is.
        roles: [...(person?.roles ?? []).filter((one) => one.hall_id !== hall.id), ...roles.chosen.map((role) => ({ hall_id: hall.id, role }))],
        skills: { groups: choices.groups.chosen, kinds: choices.kinds.chosen, languages: choices.languages.chosen },
      }),
    };
  }

  /** @param {() => Promise<void>} act @param {string} id @param {any} parts */
  function form(act, id, ...parts) {
    const trouble = h('p', { class: 'field__error', role: 'alert' });
    const save = h('button', { class: 'button button--primary', type: 'submit' }, icon('check'), t('admin.people.save'));
    const submit = async (/** @type {Event} */ event) => {
      event.preventDefault();
      trouble.textContent = '';
      save.disabled = true;
      try { await act(); } catch (problem) { trouble.textContent = /** @type {Error} */ (problem).message; }
      save.disabled = false;
    };
    const cancel = () => {
      edit('');
      /** @type {HTMLElement | null} */ (id === 'new' ? add : body.querySelector(`[data-edit="${id}"]`))?.focus();
    };
    return h(
      'form',
      {
        class: 'people__form', novalidate: true, 'aria-label': t(id === 'new' ? 'admin.people.add' : 'admin.people.edit'),
        on: { submit, keydown: (/** @type {KeyboardEvent} */ event) => { if (event.key === 'Escape') cancel(); } },
      },
      parts,
      trouble,
      h('div', { class: 'people__buttons' }, save, h('button', { class: 'button', type: 'button', on: { click: cancel } }, t('admin.people.cancel'))),
    );
  }

  /** Says beside the field what is wrong. @param {any} problem @param {Record<string, any>} fields @returns {boolean} whether it could */
  function sayBeside(problem, fields) {
    const field = fields[problem.field];
    if (!field) return false;
    field.say(problem.message);
    field.input.focus();
    return true;
  }

  function maker() {
    const account = createField(t('admin.people.account'), h('input', { maxlength: 32, autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false' }), t('admin.people.account-hint'));
    const rest = fields(null);
    return h('div', { class: 'card' }, form(async () => {
      account.say('');
      rest.name.say('');
      if (!ACCOUNT.test(account.input.value.trim())) return void sayBeside({ field: 'account', message: t('admin.people.account-wrong') }, { account });
      if (!rest.name.input.value.trim()) return void sayBeside({ field: 'name', message: t('admin.people.name-missing') }, { name: rest.name });
      try {
        const made = await postJSON('/admin/people', { account: account.input.value.trim(), hall_id: hall.id, ...rest.body() });
        people = [...people, made.person].sort((a, b) => a.account < b.account ? -1 : 1);
        edit('');
        showPassword(made.person.name, made.password);
      } catch (problem) {
        if (!sayBeside(problem, { account, name: rest.name })) throw problem;
      }
    }, 'new', h('div', { class: 'people__pair' }, account.element, rest.name.element), rest.elements));
  }

  /** @param {Person} person */
  function editor(person) {
    const rest = fields(person);
    return h('tr', { 'data-edited': person.id }, h('td', { class: 'people__editor', colspan: COLUMNS.length + 1 }, form(async () => {
      rest.name.say('');
      if (!rest.name.input.value.trim()) return void sayBeside({ field: 'name', message: t('admin.people.name-missing') }, { name: rest.name });
      try {
        take(await patchJSON(`/admin/people/${person.id}`, { revision: person.revision, ...rest.body() }));
        edit('');
        tell(said, t('admin.people.saved'), 'good');
        /** @type {HTMLElement | null} */ (body.querySelector(`[data-edit="${person.id}"]`))?.focus();
      } catch (problem) {
        if (!outdated(problem) && !sayBeside(problem, { name: rest.name })) throw problem;
      }
    }, person.id, h('p', { class: 'quiet' }, `${t('admin.people.account')} ${person.account}`), rest.name.element, rest.elements)));
  }

  /** Shows the row as somebody else left it. @param {any} problem */
  function outdated(problem) {
    if (problem.code !== 'row_outdated') return false;
    take(problem.details.current);
    draw();
    tell(said, t('admin.people.outdated'), 'warn');
    return true;
  }

  // MARK: Acts

  /** @param {Person} person */
  function take(person) { people = people.map((one) => one.id === person.id ? person : one); }

  /** @param {string} path @param {Person} person @param {object} [more] */
  async function act(path, person, more = {}) {
    try {
      return await postJSON(`/admin/people/${person.id}/${path}`, { revision: person.revision, ...more });
    } catch (problem) {
      if (/** @type {any} */ (problem).code === 'row_outdated') {
        // The question stays; asked again, it is about the row as it is now.
        const { current } = /** @type {any} */ (problem).details;
        take(current);
        person.revision = current.revision;
        throw new Error(t('admin.people.outdated'));
      }
      throw problem;
    }
  }

  /** @param {Person} person */
  function suspend(person) {
    const colleagues = people.filter((one) => one.id !== person.id && one.state === 'active' && one.seat);
    const finish = h('input', { type: 'radio', name: 'work', value: 'finish', checked: true });
    const handOver = h('input', { type: 'radio', name: 'work', value: 'hand-over', disabled: colleagues.length === 0 });
    const to = h('select', { class: 'input', 'aria-label': t('admin.people.suspend-colleague') }, colleagues.map((one) => h('option', { value: one.id }, `${one.name} · ${one.seat?.number}`)));
    to.addEventListener('change', () => { handOver.checked = true; });
    const work = h(
      'fieldset',
      { class: 'people__choices', hidden: person.seat?.state !== 'in-session' },
      h('legend', {}, t('admin.people.suspend-work')),
      h('label', { class: 'people__choice' }, finish, t('admin.people.suspend-finish')),
      colleagues.length > 0
        ? [h('label', { class: 'people__choice' }, handOver, t('admin.people.suspend-hand-over')), to]
        : h('p', { class: 'field__hint' }, t('admin.people.suspend-nobody')),
    );
    ask({
      title: t('admin.people.suspend-title', { name: person.name }),
      what: t('admin.people.suspend-what'),
      confirm: t('admin.people.suspend'),
      isDangerous: true,
      extra: work,
      act: async () => {
        const said = work.hidden ? {} : handOver.checked ? { hand_over_to: to.value } : { end_after_session: true };
        take(await act('suspend', person, said));
        draw();
      },
      refused: (problem) => {
        if (problem.code !== 'open_work') return false;
        // A talk began while the question stood there.
        work.hidden = false;
        return true;
      },
    });
  }

  /** @param {Person} person */
  async function restore(person) {
    try {
      take(await act('restore', person));
      draw();
      tell(said, t('admin.people.saved'), 'good');
    } catch (problem) {
      tell(said, /** @type {Error} */ (problem).message, 'warn');
    }
  }

  /** @param {Person} person */
  function reset(person) {
    ask({
      title: t('admin.people.reset-title', { name: person.name }),
      what: t('admin.people.reset-what'),
      confirm: t('admin.people.reset'),
      act: async () => {
        const { person: changed, password } = await act('reset-password', person);
        take(changed);
        draw();
        // After the question has closed, so that it is the one on top.
        setTimeout(() => showPassword(changed.name, password));
      },
    });
  }

  /** @param {Person} person */
  function resetSecondFactor(person) {
    ask({
      title: t('admin.people.second-reset-title', { name: person.name }),
      what: t('admin.people.second-reset-what'),
      confirm: t('admin.people.second-reset'),
      isDangerous: true,
      act: async () => {
        take(await postJSON(`/admin/people/${person.id}/second-factor/reset`));
        draw();
        tell(said, t('admin.people.saved'), 'good');
      },
    });
  }

  /** @param {Person} person */
  async function unlock(person) {
    try {
      take(await postJSON(`/admin/people/${person.id}/unlock`));
      draw();
      tell(said, t('admin.people.saved'), 'good');
    } catch (problem) {
      tell(said, /** @type {Error} */ (problem).message, 'warn');
    }
  }

  /** @param {Person} person */
  function remove(person) {
    ask({
      title: t('admin.people.delete-title', { name: person.name }),
      what: t('admin.people.delete-what'),
      confirm: t('admin.people.delete'),
      isDangerous: true,
      act: async () => {
        await removeResource(`/admin/people/${person.id}`);
        people = people.filter((one) => one.id !== person.id);
        draw();
      },
    });
  }

  // MARK: Looking again

  async function refresh() {
    clearTimeout(timer);
    try {
      if (document.visibilityState === 'visible' && !edited) {
        const list = await getJSON(`/admin/people?hall=${encodeURIComponent(hall.id)}`);
        if (isClosed) return;
        const key = JSON.stringify(list);
        // Nothing is drawn under somebody's hands.
        if (!edited && key !== drawn && !(drawn && body.contains(document.activeElement))) {
          drawn = key;
          ({ people, groups } = list);
          draw();
        }
      }
    } catch (error) {
      const { code, message } = /** @type {any} */ (error);
      if (code === 'sign_in_required' || code === 'account_suspended') return location.reload();
      tell(said, message, 'warn');
    }
    if (!isClosed) timer = setTimeout(refresh, REFRESH_MS);
  }
  refresh();
  return () => {
    isClosed = true;
    clearTimeout(timer);
  };
}
