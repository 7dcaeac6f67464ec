// Publishing, with why; the versions that were published, each of which can be taken up again; and copying a week.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { confirmDialog } from '../../elements/confirm.js';
import { formatTime, t } from '../../text/text.js';
import { createDrawer } from '../drawer.js';
import { createField } from '../../elements/field.js';
import { addDays, dayText, isDate, mondayOf } from './days.js';

const WHY_LENGTH = 200;
/** A hall plans a year ahead at most. */
const WEEKS_AHEAD = 53;

/** @param {{ publish: (why: string) => Promise<void> }} on `publish` throws what the server answered */
export function createPublishDialog({ publish }) {
  const drawer = createDrawer();

  /** @param {{hall: string, warnings: number}} facts */
  function open({ hall, warnings }) {
    const why = createField(t('admin.schedule.publish.why'), h('textarea', { maxlength: WHY_LENGTH, rows: 3 }), t('admin.schedule.publish.why-hint'));
    const trouble = h('div', { role: 'alert' });
    const button = h('button', { class: 'button button--primary', type: 'submit' }, icon('check'), t('admin.schedule.publish.do'));
    const submit = async (/** @type {Event} */ event) => {
      event.preventDefault();
      const said = why.input.value.trim();
      why.say(said ? '' : t('admin.schedule.publish.why-missing'));
      if (!said) return why.input.focus();
      button.disabled = true;
      replaceChildren(trouble);
      try {
        await publish(said);
        drawer.close();
      } catch (error) {
        // What was typed stays; the person can send it again.
        replaceChildren(trouble, h('p', { class: 'notice notice--bad' }, icon('warn'), h('span', {}, /** @type {Error} */ (error).message)));
      }
      button.disabled = false;
    };
    drawer.open(
      t('admin.schedule.publish'),
      h(
        'form',
        { class: 'editor', novalidate: true, on: { submit } },
        h('p', {}, t('admin.schedule.publish.what', { hall })),
        warnings > 0 ? h('p', { class: 'notice notice--warn' }, icon('warn'), h('span', {}, t('admin.schedule.publish.warnings', { n: warnings }))) : null,
        why.element,
        trouble,
        h('div', { class: 'editor__buttons' }, button, h('button', { class: 'button', type: 'button', on: { click: () => drawer.close() } }, t('admin.schedule.cancel'))),
      ),
    );
    why.input.focus();
  }
  return { element: drawer.element, open };
}

/** @param {{ list: () => Promise<{versions: import("./api.js").Version[]}>, restore: (version: number) => Promise<void> }} on */
export function createVersions({ list, restore }) {
  const drawer = createDrawer();

  /** @param {number | null} current */
  async function open(current) {
    drawer.open(t('admin.schedule.versions'), h('p', { class: 'quiet', role: 'status' }, t('shared.loading')));
    try {
      const { versions } = await list();
      const sorted = [...versions].sort((a, b) => b.version - a.version);
      replaceChildren(
        drawer.body,
        sorted.length === 0 ? h('p', { class: 'quiet' }, t('admin.schedule.versions.empty')) : h('ol', { class: 'versions' }, sorted.map((one) => draw(one, one.version === current))),
      );
    } catch (error) {
      replaceChildren(drawer.body, h('p', { role: 'alert' }, /** @type {Error} */ (error).message), h('button', { class: 'button', on: { click: () => open(current) } }, t('shared.retry')));
    }
  }

  /** @param {import("./api.js").Version} one @param {boolean} isCurrent */
  function draw(one, isCurrent) {
    const take = async () => {
      const isSure = await confirmDialog({
        title: t('admin.schedule.versions.restore', { n: one.version }),
        body: t('admin.schedule.versions.restore-body', { n: one.version }),
        confirm: t('admin.schedule.versions.restore-do'),
        cancel: t('admin.schedule.cancel'),
      });
      if (!isSure) return;
      try {
        await restore(one.version);
        drawer.close();
      } catch (error) {
        drawer.body.prepend(h('p', { class: 'notice notice--bad', role: 'alert' }, icon('warn'), h('span', {}, /** @type {Error} */ (error).message)));
      }
    };
    return h(
      'li',
      { class: 'card version' },
      h('h3', {}, t('admin.schedule.version', { n: one.version }), isCurrent ? h('span', { class: 'badge badge--good' }, icon('check'), t('admin.schedule.versions.current')) : null),
      h('p', {}, one.why),
      h(
        'p',
        { class: 'small quiet' },
        t('admin.schedule.by-at', { who: one.published_by ?? t('admin.schedule.loaded'), when: formatTime(one.published_at, { date: true }) }),
        one.based_on ? t('admin.schedule.versions.based', { n: one.based_on }) : '',
      ),
      h('button', { class: 'button', type: 'button', on: { click: take } }, icon('rotate'), t('admin.schedule.versions.restore-do')),
    );
  }
  return { element: drawer.element, open };
}

/** @param {{ copy: (from: string, to: string) => void }} on */
export function createCopyDialog({ copy }) {
  const drawer = createDrawer();

  /** @param {string} monday */
  function open(monday) {
    const to = createField(t('admin.schedule.copy-week.to'), h('input', { type: 'date', value: addDays(monday, 7) }), t('admin.schedule.copy-week.to-hint'));
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      const date = to.input.value;
      const target = isDate(date) ? mondayOf(date) : '';
      const wrong = !target ? 'no-date' : target === monday ? 'same' : Math.abs(Date.parse(target) - Date.parse(monday)) > WEEKS_AHEAD * 7 * 86_400_000 ? 'far' : '';
      to.say(wrong ? t(`admin.schedule.copy-week.${wrong}`) : '');
      if (wrong) return to.input.focus();
      drawer.close();
      copy(monday, target);
    };
    drawer.open(
      t('admin.schedule.copy-week'),
      h(
        'form',
        { class: 'editor', novalidate: true, on: { submit } },
        h('p', {}, t('admin.schedule.copy-week.what', { from: dayText(monday), to: dayText(addDays(monday, 6)) })),
        to.element,
        h(
          'div',
          { class: 'editor__buttons' },
          h('button', { class: 'button button--primary', type: 'submit' }, icon('copy'), t('admin.schedule.copy-week.do')),
          h('button', { class: 'button', type: 'button', on: { click: () => drawer.close() } }, t('admin.schedule.cancel')),
        ),
      ),
    );
    to.input.focus();
  }
  return { element: drawer.element, open };
}
