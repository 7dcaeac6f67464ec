// The years of holidays and make-up workdays: which are loaded and from where, which are missing, and how one is loaded or mended.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { getJSON, putJSON } from '../../signaling/http.js';
import { createDrawer } from '../drawer.js';
import { createField } from '../../elements/field.js';
import { faultsOfDays, readCalendar } from './days.js';

/** @typedef {import("./days.js").CalendarDay} CalendarDay */
/** @typedef {{year: number, source: string, days: CalendarDay[]}} Calendar */

/** @type {import("../sections.js").Section} */
export const section = { id: 'calendars', title: () => t('admin.calendars'), open };

/** @param {HTMLElement} host @param {import("../sections.js").SectionContext} context */
function open(host, { announce }) {
  const place = h('div', { class: 'calendars' });
  const notes = h('div', {});
  const editor = createYearEditor(async (year, source, days) => {
    await putJSON(`/admin/calendars/${year}`, { source, days });
    announce(t('admin.calendars.saved', { year }));
    await load();
  });
  replaceChildren(host, h('p', { class: 'quiet' }, t('admin.calendars.what')), notes, place, editor.element);

  async function load() {
    try {
      /** @type {{years: Calendar[], missing: number[]}} */
      const { years, missing } = await getJSON('/admin/calendars');
      const next = missing[0] ?? Math.max(new Date().getFullYear() - 1, ...years.map(({ year }) => year)) + 1;
      replaceChildren(
        notes,
        missing.map((year) =>
          h('p', { class: 'notice notice--warn calendars-missing' }, icon('warn'), h('span', {}, t('admin.calendars.missing', { year })), h('button', { class: 'button', type: 'button', on: { click: () => editor.open({ year, source: '', days: [] }) } }, t('admin.calendars.add-year', { year })))
        ),
      );
      replaceChildren(
        place,
        years.length === 0 ? h('p', { class: 'table__empty' }, t('admin.calendars.none')) : [...years].sort((a, b) => b.year - a.year).map(drawYear),
        h('div', {}, h('button', { class: 'button', type: 'button', on: { click: () => editor.open({ year: next, source: '', days: [] }) } }, icon('plus'), t('admin.calendars.add'))),
      );
    } catch (error) {
      const { code, message } = /** @type {any} */ (error);
      if (code === 'sign_in_required') return location.reload();
      replaceChildren(notes, h('p', { class: 'notice notice--warn', role: 'alert' }, icon('warn'), h('span', {}, message), h('button', { class: 'button', type: 'button', on: { click: load } }, t('shared.retry'))));
    }
  }

  /** @param {Calendar} calendar */
  function drawYear(calendar) {
    const { year, source, days } = calendar;
    const holidays = days.filter(({ rule }) => rule === 'holiday').length;
    return h(
      'section',
      { class: 'card calendar', 'aria-label': t('admin.calendars.year', { year }) },
      h('h2', {}, t('admin.calendars.year', { year })),
      h('p', {}, t('admin.calendars.days', { holidays, workdays: days.length - holidays })),
      h('p', { class: 'small quiet' }, t('admin.calendars.source-is', { source })),
      h('button', { class: 'button', type: 'button', on: { click: () => editor.open(calendar) } }, icon('file'), t('admin.calendars.edit')),
    );
  }

  load();
  return () => {};
}

/** @param {(year: number, source: string, days: CalendarDay[]) => Promise<void>} save */
function createYearEditor(save) {
  const drawer = createDrawer({ isWide: true });

  /** @param {Calendar} calendar */
  function open(calendar) {
    const year = createField(t('admin.calendars.year-field'), h('input', { type: 'number', min: 2000, max: 2100, value: calendar.year, inputmode: 'numeric' }));
    const source = createField(t('admin.calendars.source'), h('input', { value: calendar.source, maxlength: 200, autocomplete: 'off' }), t('admin.calendars.source-hint'));
    const list = createDays(calendar.days);
    const text = createField(t('admin.calendars.paste'), h('textarea', { rows: 4, spellcheck: 'false' }), t('admin.calendars.paste-hint'));
    const file = createField(t('admin.calendars.file'), h('input', { type: 'file', accept: 'application/json,.json', on: { change: async () => {
      const chosen = /** @type {HTMLInputElement} */ (file.input).files?.[0];
      if (chosen) take(await chosen.text());
    } } }));
    const said = h('p', { class: 'small', role: 'status' });
    const trouble = h('div', { role: 'alert' });
    const button = h('button', { class: 'button button--primary', type: 'submit' }, icon('check'), t('admin.calendars.save'));

    /** @param {string} json */
    function take(json) {
      try {
        const found = readCalendar(json);
        list.set(found.days);
        if (found.year) year.input.value = String(found.year);
        if (found.source) source.input.value = found.source;
        text.say('');
        said.textContent = t('admin.calendars.taken', { n: found.days.length });
        list.say(faultsOfDays(found.days, Number(year.input.value)));
      } catch (error) {
        const { message, cause } = /** @type {Error} */ (error);
        text.say(t(`admin.calendars.json-${message}`, { message: String(cause ?? '') }));
        text.input.focus();
      }
    }

    const submit = async (/** @type {Event} */ event) => {
      event.preventDefault();
      const asked = Number(year.input.value);
      const days = list.read();
      const faults = faultsOfDays(days, asked);
      year.say(asked >= 2000 && asked <= 2100 && Number.isInteger(asked) ? '' : t('admin.calendars.year-wrong'));
      source.say(source.input.value.trim() ? '' : t('admin.calendars.source-missing'));
      list.say(faults);
      said.textContent = days.length === 0 ? t('admin.calendars.fault.empty') : faults.size > 0 ? t('admin.calendars.wrong-days', { n: faults.size }) : '';
      const wrong = /** @type {HTMLElement | null} */ (drawer.body.querySelector('[aria-invalid="true"]'));
      if (wrong || days.length === 0) return wrong?.focus();
      button.disabled = true;
      try {
        await save(asked, source.input.value.trim(), days);
        drawer.close();
      } catch (error) {
        replaceChildren(trouble, h('p', { class: 'notice notice--bad' }, icon('warn'), h('span', {}, /** @type {Error} */ (error).message)));
      }
      button.disabled = false;
    };
    drawer.open(
      t('admin.calendars.title', { year: calendar.year }),
      h(
        'form',
        { class: 'calendar-form', novalidate: true, on: { submit } },
        year.element,
        source.element,
        h('details', { open: calendar.days.length === 0 }, h('summary', {}, t('admin.calendars.paste')), h('div', { class: 'calendar-form' }, text.element, h('button', { class: 'button', type: 'button', on: { click: () => take(text.input.value) } }, t('admin.calendars.take')), file.element)),
        said,
        list.element,
        trouble,
        h('div', { class: 'editor__buttons' }, button, h('button', { class: 'button', type: 'button', on: { click: () => drawer.close() } }, t('admin.calendars.cancel'))),
      ),
    );
  }
  return { element: drawer.element, open };
}

/** @param {CalendarDay[]} days */
function createDays(days) {
  /** @type {{element: HTMLElement, date: HTMLInputElement, rule: HTMLSelectElement, name: HTMLInputElement, error: HTMLElement}[]} */
  let rows = [];
  const list = h('div', { class: 'calendar-days' });
  const add = h('button', { class: 'button', type: 'button', on: { click: () => insert({ date: '', rule: 'holiday', name: '' }).date.focus() } }, icon('plus'), t('admin.calendars.day-add'));

  /** @param {CalendarDay} day */
  function insert(day) {
    const date = h('input', { class: 'input', value: day.date, 'aria-label': t('admin.calendars.date'), placeholder: '2027-01-01', maxlength: 10, autocomplete: 'off' });
    const rule = h('select', { class: 'input', 'aria-label': t('admin.calendars.rule') }, ['holiday', 'makeup-workday'].map((one) => h('option', { value: one, selected: one === day.rule }, t(`admin.calendars.rule.${one}`))));
    // A rule that is neither stays visible as wrong instead of turning into one of them.
    if (!['holiday', 'makeup-workday'].includes(day.rule)) rule.prepend(h('option', { value: day.rule, selected: true }, day.rule));
    const name = h('input', { class: 'input', value: day.name, 'aria-label': t('admin.calendars.name'), maxlength: 40, autocomplete: 'off' });
    const error = h('p', { class: 'field__error' });
    const remove = h('button', { class: 'button button--quiet', type: 'button', 'aria-label': t('admin.calendars.day-remove', { date: day.date }) }, icon('trash'));
    const row = { element: h('div', { class: 'calendar-day' }, date, rule, name, remove, error), date, rule, name, error };
    remove.addEventListener('click', () => {
      rows = rows.filter((one) => one !== row);
      row.element.remove();
      add.focus();
    });
    rows.push(row);
    list.append(row.element);
    return row;
  }

  /** @param {CalendarDay[]} next */
  function set(next) {
    rows = [];
    replaceChildren(list);
    for (const day of next) insert(day);
  }
  set(days);
  return {
    element: h('div', { class: 'calendar-form' }, list, h('div', {}, add)),
    set,
    read: () => rows.map(({ date, rule, name }) => ({ date: date.value.trim(), rule: rule.value, name: name.value.trim() })),
    /** @param {Map<number, string>} faults */
    say(faults) {
      rows.forEach(({ date, error }, index) => {
        const kind = faults.get(index);
        replaceChildren(error, kind ? [icon('warn'), h('span', {}, t(`admin.calendars.fault.${kind}`))] : null);
        if (kind) date.setAttribute('aria-invalid', 'true');
        else date.removeAttribute('aria-invalid');
      });
    },
  };
}
