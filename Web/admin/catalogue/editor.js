// An item's draft in place: every change is kept at once, what is wrong stands beside its field, and nothing of a colleague's is overwritten.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { announce } from '../../elements/announce.js';
import { confirmDialog } from '../../elements/confirm.js';
import { formatTime, t } from '../../text/text.js';
import { getJSON, postJSON, putJSON } from '../../signaling/http.js';
import { drawDifferences } from '../differences.js';
import { byField, createHistory, emptyItem, freshCode, move, setMode, unreadable, wordsOf } from './draft.js';
import { choicesField, selectField, textField } from './fields.js';

/** @typedef {import("./draft.js").CatalogueItem} CatalogueItem */
/** @typedef {import("./draft.js").Problem} Problem */

const FORMATS = ['image/jpeg', 'image/png', 'application/pdf'];
const FORMS = ['original', 'copy', 'original_and_copy', 'electronic'];
const TAGS = ['cross-province', 'in-province', 'in-city', 'video'];
const MODES = ['consultation', 'pre-review', 'full'];

/**
 * @param {Element} host
 * @param {{code: string, isNew: boolean, halls: {id: string, name: string}[], ownHall: string, today: string, close: () => void}} context
 * @returns {() => void} stops it
 */
export function openEditor(host, { code, isNew, halls, ownHall, today, close }) {
  let isOpen = true;
  const detail = `/admin/catalogue/${encodeURIComponent(code)}`;
  let history = createHistory(emptyItem(code));
  /** The draft's revision as this page knows it; 0 without one. */
  let revision = 0;
  /** @type {CatalogueItem | null} */
  let newest = null;
  /** @type {Problem[]} */
  let problems = [];
  let isSaving = false;
  let isDirty = false;
  let isStuck = false;

  const status = h('p', { class: 'small quiet', role: 'status' });
  const alert = h('div', { class: 'cat-alert', role: 'alert' });
  const form = h('div', { class: 'cat-form' });
  const changes = h('div', { class: 'cat-changes', hidden: true });
  const summary = h('p', { class: 'marks', role: 'status' });
  const undoButton = h('button', { class: 'button', on: { click: () => step('undo') } }, icon('left'), t('catalogue.undo'));
  const redoButton = h('button', { class: 'button', on: { click: () => step('redo') } }, icon('right'), t('catalogue.redo'));
  const compareButton = h('button', { class: 'button', 'aria-pressed': 'false', on: { click: toggleChanges } }, icon('compare'), t('catalogue.what-changes'));
  const publishButton = h('button', { class: 'button button--primary', on: { click: openPublish } }, icon('check'), t('catalogue.publish'));
  const title = h('h2', { tabindex: '-1' }, code);
  const root = h(
    'section',
    { class: 'cat-editor', 'aria-label': t('catalogue.editor', { code }), on: { keydown: keys } },
    h(
      'div',
      { class: 'cat-head' },
      h('button', { class: 'button button--quiet', on: { click: leave } }, icon('left'), t('catalogue.back')),
      title,
      status,
      h(
        'div',
        { class: 'cat-bar' },
        undoButton,
        redoButton,
        compareButton,
        h('button', { class: 'button button--quiet', on: { click: discard } }, icon('trash'), t('catalogue.discard')),
        publishButton,
      ),
      summary,
    ),
    alert,
    changes,
    form,
  );
  replaceChildren(host, root);
  title.focus({ preventScroll: true });
  root.scrollIntoView({ block: 'start' });
  load();

  async function load() {
    replaceChildren(form, h('p', { class: 'quiet' }, t('shared.loading')));
    try {
      if (!isNew || revision > 0) take(await getJSON(detail));
      else draw();
    } catch (error) {
      if (!isOpen) return;
      replaceChildren(
        form,
        h('p', { role: 'alert' }, /** @type {Error} */ (error).message),
        h('button', { class: 'button', on: { click: load } }, t('shared.retry')),
      );
    }
  }

  /** @param {any} found */
  function take(found) {
    if (!isOpen) return;
    newest = found.newest ?? null;
    revision = found.draft?.revision ?? 0;
    problems = found.draft?.problems ?? [];
    history = createHistory(found.draft?.item ?? newest ?? emptyItem(code));
    status.textContent = found.draft
      ? t('catalogue.draft-of', { who: found.draft.changed_by, when: formatTime(found.draft.changed_at, { date: true }) })
      : t('catalogue.no-draft');
    isStuck = false;
    isDirty = false;
    draw();
  }

  // MARK: Changing

  /** @param {(item: CatalogueItem) => void} edit */
  function change(edit) {
    if (!history.change(edit)) return;
    mark();
    save();
  }

  /** A change of the list's shape: everything is drawn anew, and the focus goes where it is said. @param {(item: CatalogueItem) => void} edit @param {string} [focus] */
  function reshape(edit, focus) {
    change(edit);
    draw(focus);
  }

  /** @param {'undo' | 'redo'} which */
  function step(which) {
    if (!history[which]()) return;
    draw();
    save();
    announce(t(which === 'undo' ? 'catalogue.undone' : 'catalogue.redone'));
  }

  /** @param {KeyboardEvent} event */
  function keys(event) {
    const isTyping = /** @type {HTMLElement} */ (event.target).matches('input:not([type="checkbox"]), textarea');
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z' && !isTyping) {
      event.preventDefault();
      step(event.shiftKey ? 'redo' : 'undo');
    }
  }

  /** One save at a time; what changes meanwhile goes with the next. */
  async function save() {
    isDirty = true;
    if (isSaving || isStuck) return;
    isSaving = true;
    try {
      while (isDirty && isOpen) {
        isDirty = false;
        const wrong = unreadable(history.present);
        if (wrong.length > 0) {
          problems = wrong;
          status.textContent = t('catalogue.not-saved-yet');
          isDirty = true;
          break;
        }
        status.textContent = t('catalogue.saving');
        const saved = await putJSON(`${detail}/draft`, { revision, based_on: newest?.version ?? null, item: history.present });
        revision = saved.revision;
        problems = saved.problems;
        status.textContent = t('catalogue.saved', { time: formatTime(saved.changed_at) });
        replaceChildren(alert);
      }
    } catch (error) {
      failed(/** @type {any} */ (error));
    }
    isSaving = false;
    mark();
  }

  /** @param {import("../../signaling/http.js").RequestError} error */
  function failed(error) {
    isDirty = true;
    status.textContent = t('catalogue.not-saved-yet');
    if (error.code === 'draft_changed') return conflict(error);
    replaceChildren(
      alert,
      h('div', { class: 'notice notice--warn' }, icon('warn'), h('div', {}, h('p', {}, error.message), h('button', { class: 'button', on: { click: save } }, t('shared.retry')))),
    );
  }

  /** Somebody else was quicker: what they changed is shown, and this person decides. @param {import("../../signaling/http.js").RequestError} error */
  function conflict(error) {
    isStuck = true;
    const { draft, newest: theirs, differences } = error.details;
    const mine = history.present;
    const keep = h('button', {
      class: 'button',
      on: {
        click: () => {
          revision = draft?.revision ?? 0;
          newest = theirs ?? newest;
          isStuck = false;
          replaceChildren(alert);
          save();
        },
      },
    }, t('catalogue.conflict-keep'));
    const theirsButton = h('button', { class: 'button button--primary', on: { click: () => (replaceChildren(alert), load()) } }, t('catalogue.conflict-theirs'));
    replaceChildren(
      alert,
      h(
        'div',
        { class: 'notice notice--warn' },
        icon('warn'),
        h(
          'div',
          { class: 'cat-conflict' },
          h('p', {}, h('strong', {}, error.message)),
          draft ? h('p', {}, t('catalogue.draft-of', { who: draft.changed_by, when: formatTime(draft.changed_at, { date: true }) })) : null,
          differences ? drawDifferences(differences, mine.version - 1, mine.version) : null,
          h('div', { class: 'cat-bar' }, theirsButton, keep),
        ),
      ),
    );
    theirsButton.focus({ preventScroll: true });
    alert.scrollIntoView({ block: 'start' });
  }

  /** What is not saved would be lost: asked once. */
  async function leave() {
    const isSure = !isDirty || await confirmDialog({
      title: t('catalogue.leave-title'),
      body: t('catalogue.leave-body'),
      confirm: t('catalogue.leave'),
      cancel: t('catalogue.not-now'),
      danger: true,
    });
    if (isSure) close();
  }

  async function discard() {
    const isSure = await confirmDialog({
      title: t('catalogue.discard-title'),
      body: t('catalogue.discard-body'),
      confirm: t('catalogue.discard'),
      cancel: t('catalogue.not-now'),
      danger: true,
    });
    if (!isSure) return;
    try {
      if (revision > 0) await postJSON(`${detail}/draft/discard`, { revision });
      announce(t('catalogue.discarded'));
      close();
    } catch (error) {
      failed(/** @type {any} */ (error));
    }
  }

  // MARK: What changes, and publishing

  async function toggleChanges() {
    const shows = changes.hidden;
    changes.hidden = !shows;
    form.hidden = shows;
    compareButton.setAttribute('aria-pressed', String(shows));
    if (!shows) return;
    replaceChildren(changes, h('p', { class: 'quiet', role: 'status' }, t('shared.loading')));
    try {
      replaceChildren(changes, await difference());
    } catch (error) {
      replaceChildren(changes, h('p', { role: 'alert' }, /** @type {Error} */ (error).message));
    }
  }

  async function difference() {
    if (!newest) return h('p', {}, t('catalogue.first-version'));
    if (revision === 0) return h('p', {}, t('admin.diff.none'));
    const found = await getJSON(`${detail}/differences?from=${newest.version}&to=draft`);
    return drawDifferences(found.differences, newest.version, newest.version + 1);
  }

  async function openPublish() {
    const next = (newest?.version ?? 0) + 1;
    const day = h('input', { id: 'cat-day', class: 'input', type: 'date', value: today, min: today });
    const adopt = h('input', { type: 'checkbox', checked: true });
    const trouble = h('div', { role: 'alert' });
    const go = h('button', { class: 'button button--primary', on: { click: publish } }, icon('check'), t('catalogue.publish-do', { n: next }));
    const dialog = h(
      'dialog',
      { class: 'drawer drawer--wide', 'aria-labelledby': 'cat-publish-title' },
      h(
        'div',
        { class: 'drawer__head' },
        h('h2', { id: 'cat-publish-title' }, t('catalogue.publish-title', { name: history.present.name || code, n: next })),
        h('button', { class: 'button button--quiet', 'aria-label': t('shared.close'), on: { click: () => dialog.close() } }, icon('cross')),
      ),
      h(
        'div',
        { class: 'drawer__body' },
        h('p', {}, t('catalogue.publish-hint')),
        h('div', { class: 'field cat-day' }, h('label', { for: 'cat-day' }, t('catalogue.valid-from')), h('span', { class: 'field__hint' }, t('catalogue.valid-from-hint')), day),
        h('label', { class: 'cat-choice' }, adopt, t('catalogue.adopt-then', { hall: halls.find((hall) => hall.id === ownHall)?.name ?? '' })),
        trouble,
        h('div', { class: 'cat-bar' }, go, h('button', { class: 'button', on: { click: () => dialog.close() } }, t('catalogue.not-now'))),
        await difference().catch(() => null),
      ),
    );
    dialog.addEventListener('close', () => (dialog.remove(), publishButton.focus()));
    root.append(dialog);
    dialog.showModal();
    day.focus();

    async function publish() {
      go.disabled = true;
      try {
        const found = await postJSON(`${detail}/draft/publish`, { revision, valid_from: day.value || today, adopt: adopt.checked, hall_id: ownHall });
        dialog.close();
        announce(t(found.state === 'coming' ? 'catalogue.published-coming' : 'catalogue.published', { n: found.version, day: found.valid_from }));
        close();
      } catch (error) {
        const refused = /** @type {import("../../signaling/http.js").RequestError} */ (error);
        go.disabled = false;
        if (refused.code === 'draft_changed') {
          dialog.close();
          return conflict(refused);
        }
        if (refused.details.problems) {
          problems = refused.details.problems;
          mark();
        }
        const words = refused.field === 'valid_from' ? t('catalogue.past-day') : refused.field === 'item' ? t('catalogue.nothing-new') : refused.message;
        replaceChildren(trouble, h('p', { class: 'notice notice--warn' }, icon('warn'), h('span', {}, words)));
      }
    }
  }

  // MARK: Drawing

  /** What is wrong beside its field, and what the buttons can do. */
  function mark() {
    undoButton.disabled = !history.canUndo;
    redoButton.disabled = !history.canRedo;
    publishButton.disabled = revision === 0 || problems.length > 0 || isDirty;
    const places = /** @type {HTMLElement[]} */ ([...form.querySelectorAll('[data-problem]')]);
    const found = byField(problems, new Set(places.map((place) => place.dataset.problem ?? '')));
    for (const place of places) {
      const kinds = found.get(place.dataset.problem ?? '') ?? [];
      const words = kinds.map((kind) => t(`catalogue.problem.${kind}`)).join(t('seat.list-separator'));
      if (place.textContent !== words) replaceChildren(place, words ? [icon('warn'), h('span', {}, words)] : null);
      const input = place.parentElement?.querySelector('input, select, textarea');
      if (input && place.parentElement?.classList.contains('field')) input.setAttribute('aria-invalid', String(kinds.length > 0));
    }
    replaceChildren(
      summary,
      problems.length === 0 ? null : [icon('warn'), h('button', { class: 'button button--quiet', on: { click: toFirstProblem } }, t('catalogue.problems', { n: problems.length }))],
    );
  }

  function toFirstProblem() {
    const place = [...form.querySelectorAll('[data-problem]')].find((one) => one.textContent !== '');
    const input = /** @type {HTMLElement | null | undefined} */ (place?.parentElement?.querySelector('input, select, textarea, button'));
    place?.scrollIntoView({ block: 'center' });
    input?.focus();
  }

  /** @param {string} [focus] path of the field that gets it; without it the one that had it */
  function draw(focus) {
    const active = /** @type {HTMLElement | null} */ (document.activeElement);
    const path = focus ?? (form.contains(active) ? active?.dataset.path : undefined);
    const item = history.present;
    title.textContent = item.name || code;
    replaceChildren(form, h('datalist', { id: 'cat-sources' }, item.sources.map((source) => h('option', { value: source.id }, source.title))), basics(item), statements(item), materials(item), reasons(item), sources(item));
    if (path) /** @type {HTMLElement | null} */ (form.querySelector(`[data-path="${CSS.escape(path)}"]`))?.focus();
    mark();
  }

  /** @param {string} key @param {...any} children */
  const group = (key, ...children) => h('section', { class: 'cat-group', 'aria-label': t(key) }, h('h3', {}, t(key)), children);

  /** @param {CatalogueItem} item */
  function basics(item) {
    const hallOptions = /** @type {[string, string][]} */ (halls.map(({ id, name }) => [id, name]));
    return group(
      'catalogue.group.basics',
      h(
        'div',
        { class: 'cat-grid' },
        textField({ path: 'name', label: t('admin.diff.field.name'), value: item.name, write: (one, value) => one.name = value ?? '', change, limit: 120 }),
        textField({ path: 'name_english', label: t('admin.diff.field.name_english'), value: item.name_english, write: (one, value) => one.name_english = value, change, limit: 120 }),
        textField({ path: 'category', label: t('admin.diff.field.category'), value: item.category, write: (one, value) => one.category = value ?? '', change, limit: 60 }),
        textField({ path: 'applicants', label: t('admin.diff.field.applicants'), hint: t('catalogue.list-hint'), value: item.applicants.join('；'), write: (one, value) => one.applicants = wordsOf(value ?? ''), change }),
        selectField({ path: 'mode', label: t('admin.diff.field.mode'), value: item.mode, options: MODES.map((mode) => [mode, t(`catalogue.mode.${mode}`)]), write: setMode, change }),
        choicesField({ path: 'tags', label: t('admin.diff.field.tags'), value: item.tags, options: TAGS.map((tag) => [tag, t(`catalogue.tag.${tag}`)]), write: (one, values) => one.tags = values, change }),
        choicesField({ path: 'handling_halls', label: t('admin.diff.field.handling_halls'), hint: t('catalogue.handling-hint'), value: item.handling_halls, options: hallOptions, write: (one, values) => one.handling_halls = values, change }),
        choicesField({ path: 'receiving_halls', label: t('admin.diff.field.receiving_halls'), hint: t('catalogue.receiving-hint'), value: item.receiving_halls, options: hallOptions, write: (one, values) => one.receiving_halls = values, change }),
        choicesField({ path: 'verified', label: t('admin.diff.field.verified'), hint: t('catalogue.verified-hint'), value: item.verified ? ['yes'] : [], options: [['yes', t('admin.verified')]], write: (one, values) => one.verified = values.length > 0, change }),
        textField({ path: 'status_note', label: t('admin.diff.field.status_note'), value: item.status_note, rows: 2, wide: true, write: (one, value) => one.status_note = value, change }),
      ),
    );
  }

  /** @param {string} path @param {string} key @param {{text: string, source: string} | undefined} value @param {(item: any) => {text: string, source: string}} find makes it when there is none */
  function statement(path, key, value, find) {
    return h(
      'div',
      { class: 'cat-pair' },
      textField({ path: `${path}.text`, label: t(key), value: value?.text, write: (one, text) => find(one).text = text ?? '', change }),
      textField({ path: `${path}.source`, label: t('catalogue.source-key'), value: value?.source, list: 'cat-sources', write: (one, source) => find(one).source = source ?? '', change, limit: 60 }),
    );
  }

  /** @param {CatalogueItem} item */
  function statements(item) {
    const single = (/** @type {'time_limit' | 'fee' | 'cross_region'} */ name) =>
      statement(name, `admin.diff.field.${name}`, item[name], (one) => one[name] ??= { text: '', source: item.sources[0]?.id ?? '' });
    return group(
      'catalogue.group.statements',
      single('time_limit'),
      single('fee'),
      single('cross_region'),
      list('legal_basis', item.legal_basis, 'text', () => ({ text: '', source: item.sources[0]?.id ?? '' }), (_, index, tools) =>
        h('div', { class: 'cat-row' }, statement(`legal_basis[${index}]`, 'admin.diff.field.legal_basis', item.legal_basis[index], (one) => one.legal_basis[index]), tools)),
    );
  }

  /** @param {CatalogueItem} item */
  function materials(item) {
    return group(
      'catalogue.group.materials',
      list('materials', item.materials, 'name', () => ({ id: freshCode('M', item.materials.map(({ id }) => id)), name: '', form: 'original', necessity: 'mandatory', formats: FORMATS, source: item.sources[0]?.id ?? '' }), (material, index, tools) => {
        const at = `materials[${index}]`;
        /** @param {string} field @param {any} [more] */
        const text = (field, more) =>
          textField({ path: `${at}.${field}`, label: t(`admin.diff.material.${field}`), value: material[field], write: (one, value) => one.materials[index][field] = value, change, ...more });
        const required = (/** @type {string} */ field) => (/** @type {any} */ one, /** @type {string | undefined} */ value) => one.materials[index][field] = value ?? '';
        return h(
          'div',
          { class: 'cat-card' },
          h('div', { class: 'cat-card__head' }, h('h4', {}, t('catalogue.nth-material', { n: index + 1, name: material.name })), tools),
          h(
            'div',
            { class: 'cat-grid' },
            text('name', { write: required('name') }),
            text('name_english'),
            textField({ path: `${at}.id`, label: t('catalogue.material-id'), value: material.id, write: (one, value) => one.materials[index].id = value ?? '', change, limit: 64 }),
            selectField({ path: `${at}.form`, label: t('admin.diff.material.form'), value: material.form, options: FORMS.map((form) => [form, t(`shared.form.${form}`)]), write: (one, value) => one.materials[index].form = value, change }),
            selectField({
              path: `${at}.necessity`,
              label: t('admin.diff.material.necessity'),
              value: material.necessity,
              options: ['mandatory', 'conditional'].map((one) => [one, t(`admin.diff.necessity.${one}`)]),
              write: (one, value) => {
                one.materials[index].necessity = value;
                if (value === 'mandatory') delete one.materials[index].condition;
              },
              change: (edit) => reshape(edit),
            }),
            material.necessity === 'conditional' ? text('condition') : h('span', { hidden: true, 'data-problem': `${at}.condition` }),
            text('exemption'),
            textField({ path: `${at}.copies`, label: t('admin.diff.material.copies'), type: 'number', value: material.copies === undefined ? '' : String(material.copies), write: (one, value) => one.materials[index].copies = value === undefined || Number.isNaN(Number(value)) ? undefined : Math.trunc(Number(value)), change }),
            choicesField({ path: `${at}.formats`, label: t('admin.diff.material.formats'), value: material.formats, options: FORMATS.map((format) => [format, format.replace(/^.*\//, '').toUpperCase()]), write: (one, values) => one.materials[index].formats = values, change }),
            textField({ path: `${at}.keywords`, label: t('admin.diff.material.keywords'), hint: t('catalogue.list-hint'), value: (material.keywords ?? []).join('；'), write: (one, value) => one.materials[index].keywords = wordsOf(value ?? ''), change }),
            text('source', { list: 'cat-sources', label: t('catalogue.source-key'), write: required('source'), limit: 60 }),
            text('note'),
          ),
        );
      }),
    );
  }

  /** @param {CatalogueItem} item */
  function reasons(item) {
    return group(
      'catalogue.group.reasons',
      list('reasons', item.reasons, 'text', () => ({ code: freshCode('R', item.reasons.map((one) => one.code)), text: '' }), (reason, index, tools) =>
        h(
          'div',
          { class: 'cat-row' },
          h(
            'div',
            { class: 'cat-pair' },
            textField({ path: `reasons[${index}].text`, label: t('catalogue.reason'), value: reason.text, write: (one, value) => one.reasons[index].text = value ?? '', change }),
            textField({ path: `reasons[${index}].code`, label: t('admin.column.code'), value: reason.code, write: (one, value) => one.reasons[index].code = value ?? '', change, limit: 64 }),
          ),
          tools,
        )),
    );
  }

  /** @param {CatalogueItem} item */
  function sources(item) {
    return group(
      'catalogue.group.sources',
      list('sources', item.sources, 'title', () => ({ id: freshCode('S', item.sources.map(({ id }) => id)), title: '', kind: 'official' }), (source, index, tools) => {
        /** @param {string} field @param {boolean} [isNeeded] */
        const text = (field, isNeeded) =>
          textField({ path: `sources[${index}].${field}`, label: t(`catalogue.source.${field}`), value: source[field], write: (one, value) => one.sources[index][field] = isNeeded ? value ?? '' : value, change });
        return h('div', { class: 'cat-row' }, h('div', { class: 'cat-grid' }, text('id', true), text('title', true), text('kind', true), text('issuer'), text('page_date'), text('url')), tools);
      }),
    );
  }

  /**
   * A list whose entries are added, removed and moved by keyboard.
   * @param {'materials' | 'reasons' | 'sources' | 'legal_basis'} name
   * @param {any[]} entries @param {string} first the entry's field that gets the focus
   * @param {() => any} make @param {(entry: any, index: number, tools: HTMLElement) => HTMLElement} drawEntry
   */
  function list(name, entries, first, make, drawEntry) {
    const shift = (/** @type {number} */ index, /** @type {number} */ by) => {
      if (index + by < 0 || index + by >= entries.length) return;
      reshape((item) => move(item[name], index, by), `${name}[${index + by}]/${by < 0 ? 'up' : 'down'}`);
      announce(t('catalogue.moved', { n: index + by + 1, all: entries.length }));
    };
    /** @param {number} index */
    const tools = (index) =>
      h(
        'div',
        { class: 'cat-tools' },
        // Not disabled at the ends: a button that one has moved something with keeps the focus.
        h('button', { class: 'button button--quiet', 'data-path': `${name}[${index}]/up`, 'aria-disabled': String(index === 0), 'aria-label': t('catalogue.up', { n: index + 1 }), on: { click: () => shift(index, -1) } }, '↑'),
        h('button', { class: 'button button--quiet', 'data-path': `${name}[${index}]/down`, 'aria-disabled': String(index === entries.length - 1), 'aria-label': t('catalogue.down', { n: index + 1 }), on: { click: () => shift(index, 1) } }, '↓'),
        h('button', { class: 'button button--quiet', 'aria-label': t('catalogue.remove', { n: index + 1 }), on: { click: () => reshape((item) => item[name].splice(index, 1), `${name}/add`) } }, icon('trash')),
      );
    return h(
      'div',
      { class: 'cat-list' },
      h('span', { class: 'field__error', 'data-problem': name }),
      entries.map((entry, index) => drawEntry(entry, index, tools(index))),
      h('button', { class: 'button', 'data-path': `${name}/add`, on: { click: () => reshape((item) => item[name].push(make()), `${name}[${entries.length}].${first}`) } }, icon('plus'), t(`catalogue.add.${name}`)),
    );
  }

  return () => {
    isOpen = false;
  };
}

