// What a hall is: its name, its clocks, who helps it out, where it is; and a new one.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { getJSON, patchJSON, postJSON, putJSON } from '../../signaling/http.js';
import { createField } from '../../elements/field.js';
import { rememberHall } from '../shell.js';
import { createChoices } from './choices.js';
import { tell } from './dialogs.js';

/** @typedef {{id: string, name: string, zone: string, overflow: string[], guests_may_consult: boolean, guests_may_pre_review: boolean, administered: boolean, revision: number}} HallRow */

const CODE = /^[0-9]{6}[0-9A-Z]{0,6}$/;
const NAME_LENGTH = 60;
const ZONES = ['Asia/Shanghai', 'Asia/Urumqi', 'Asia/Hong_Kong', 'Asia/Macau', 'Asia/Taipei'];

/** @param {HTMLElement} host @param {import("../sections.js").SectionContext} context @param {{ isOwn: boolean }} [options] */
export function openHall(host, { hall }, { isOwn } = { isOwn: true }) {
  const base = `/admin/halls/${encodeURIComponent(hall.id)}`;
  let isClosed = false;
  const said = h('div', {});
  const data = h('div', {});
  const place = h('div', {});
  replaceChildren(host, said, data, place, maker());

  /** @param {string} title @param {any[]} parts @param {(fail: (problem: any, fields: Record<string, any>) => void) => Promise<void>} act @param {string} [button] */
  function form(title, parts, act, button = t('admin.people.save')) {
    const trouble = h('p', { class: 'field__error', role: 'alert' });
    const save = h('button', { class: 'button button--primary', type: 'submit' }, icon('check'), button);
    const submit = async (/** @type {Event} */ event) => {
      event.preventDefault();
      trouble.textContent = '';
      save.disabled = true;
      await act((problem, fields) => {
        const field = fields[problem.field];
        if (!field) trouble.textContent = problem.message;
        else {
          field.say(problem.message);
          field.input.focus();
        }
      });
      save.disabled = false;
    };
    return h('form', { class: 'card people__form', novalidate: true, 'aria-label': title, on: { submit } }, h('h2', {}, title), parts, trouble, h('div', { class: 'people__buttons' }, save));
  }

  /** @param {HallRow} row @param {HallRow[]} halls */
  function drawData(row, halls) {
    const name = createField(t('admin.people.hall.name'), h('input', { value: row.name, maxlength: NAME_LENGTH }));
    const zone = createField(t('admin.people.hall.zone'), h('select', {}, [...new Set([row.zone, ...ZONES])].map((one) => h('option', { value: one, selected: one === row.zone }, one))));
    const others = halls.filter((one) => one.id !== row.id);
    const overflow = createChoices(t('admin.people.hall.overflow'), others.map((one) => [one.id, one.name]), row.overflow, t('admin.people.hall.overflow-hint'));
    const may = [...(row.guests_may_consult ? ['consultation'] : []), ...(row.guests_may_pre_review ? ['pre-review'] : [])];
    const guests = createChoices(t('admin.people.hall.guests'), ['consultation', 'pre-review'].map((kind) => [kind, t(`shared.kind.${kind}`)]), may, t('admin.people.hall.guests-hint'));
    replaceChildren(data, form(t('admin.people.hall.data'), [
      h('p', { class: 'quiet' }, `${t('admin.people.hall.code')} ${row.id}`), h('div', { class: 'people__pair' }, name.element, zone.element), others.length > 0 ? overflow.element : null,
      guests.element,
    ], async (fail) => {
      name.say('');
      if (!name.input.value.trim()) return fail({ field: 'name', message: t('admin.people.hall.name-missing') }, { name });
      try {
        const changed = await patchJSON(base, {
          revision: row.revision, name: name.input.value.trim(), zone: zone.input.value, overflow: overflow.chosen,
          guests_may_consult: guests.chosen.includes('consultation'), guests_may_pre_review: guests.chosen.includes('pre-review'),
        });
        drawData(changed, halls);
        tell(said, t('admin.people.saved'), 'good');
      } catch (problem) {
        const { code, details } = /** @type {any} */ (problem);
        if (code !== 'row_outdated') return fail(problem, { name, zone });
        drawData(details.current, halls);
        tell(said, t('admin.people.outdated'), 'warn');
      }
    }));
  }

  /** @param {Record<string, any>} known */
  function drawPlace(known) {
    const names = ['address', 'telephone', 'latitude', 'longitude', 'online_name', 'online_address', 'source'];
    const fields = Object.fromEntries(names.map((name) => [
      name, createField(t(`admin.people.hall.${name.replace('_', '-')}`), h('input', { value: known[name] ?? '', maxlength: 200, inputmode: name.endsWith('itude') ? 'decimal' : 'text' })),
    ]));
    replaceChildren(place, form(t('admin.people.hall.place'), [h('div', { class: 'people__pair' }, names.map((name) => fields[name].element))], async (fail) => {
      for (const name of names) fields[name].say('');
      const degrees = (/** @type {string} */ name) => fields[name].input.value.trim() === '' ? null : Number(fields[name].input.value);
      const texts = names.filter((name) => !name.endsWith('itude')).map((name) => [name, fields[name].input.value.trim()]);
      try {
        await putJSON(`${base}/place`, { ...Object.fromEntries(texts), latitude: degrees('latitude'), longitude: degrees('longitude') });
        tell(said, t('admin.people.saved'), 'good');
      } catch (problem) {
        fail(problem, fields);
      }
    }));
  }

  function maker() {
    const code = createField(t('admin.people.hall.code'), h('input', { maxlength: 12, autocomplete: 'off' }), t('admin.people.hall.code-hint'));
    const name = createField(t('admin.people.hall.name'), h('input', { maxlength: NAME_LENGTH, autocomplete: 'off' }));
    const fields = { id: code, name };
    return form(t('admin.people.hall.new'), [h('p', { class: 'quiet' }, t('admin.people.hall.new-lead')), h('div', { class: 'people__pair' }, code.element, name.element)], async (fail) => {
      code.say('');
      name.say('');
      if (!CODE.test(code.input.value.trim())) return fail({ field: 'id', message: t('admin.people.hall.code-wrong') }, fields);
      if (!name.input.value.trim()) return fail({ field: 'name', message: t('admin.people.hall.name-missing') }, fields);
      try {
        const made = await postJSON('/admin/halls', { id: code.input.value.trim(), name: name.input.value.trim() });
        // The page begins anew, in the new hall: every section knows it then.
        rememberHall(made.id);
        location.hash = '#/people/seats';
        location.reload();
      } catch (problem) {
        fail(problem, fields);
      }
    }, t('admin.people.hall.make'));
  }

  if (isOwn) {
    Promise.all([getJSON('/admin/halls'), getJSON(`${base}/place`)]).then(([{ halls }, known]) => {
      const row = halls.find((/** @type {HallRow} */ one) => one.id === hall.id);
      if (isClosed || !row) return;
      drawData(row, halls);
      drawPlace(known);
    }, (error) => tell(said, error.message, 'warn'));
  }
  return () => { isClosed = true; };
}
