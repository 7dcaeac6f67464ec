// The hall's rules for schedules and appointments, as numbers with a unit and a reason each.

import { h, icon } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { createDrawer } from '../drawer.js';
import { createField } from '../../elements/field.js';
import { weekdayName } from './days.js';

/** Name, least, most. @type {readonly [string, number, number][]} */
const NUMBERS = Object.freeze([
  ['slot_minutes', 5, 240],
  ['walk_in_percent', 0, 100],
  ['booking_days', 0, 90],
  ['booking_lead_minutes', 0, 10_080],
  ['freed_slot_shut_minutes', 0, 1_440],
  ['appointments_per_person', 1, 20],
  ['daily_limit_minutes', 60, 1_440],
  ['weekly_limit_minutes', 60, 10_080],
]);

/** @param {{ save: (settings: Record<string, number>) => void }} on */
export function createSettings({ save }) {
  const drawer = createDrawer();

  /** @param {Record<string, number>} settings */
  function open(settings) {
    const makeup = createField(
      t('admin.schedule.setting.makeup_workday'),
      h('select', {}, [1, 2, 3, 4, 5, 6, 7].map((day) => h('option', { value: day, selected: day === (settings.makeup_workday ?? 1) }, weekdayName(day)))),
      t('admin.schedule.setting.makeup_workday.hint'),
    );
    const fields = NUMBERS.map(([name, min, max]) => ({
      name,
      min,
      max,
      field: createField(t(`admin.schedule.setting.${name}`), h('input', { type: 'number', min, max, step: 1, value: settings[name] ?? '', inputmode: 'numeric' }), t(`admin.schedule.setting.${name}.hint`)),
    }));
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      /** @type {Record<string, number>} */
      const made = { ...settings, makeup_workday: Number(makeup.input.value) };
      let isRight = true;
      for (const { name, min, max, field } of fields) {
        const value = Number(field.input.value);
        const isWrong = field.input.value === '' || !Number.isInteger(value) || value < min || value > max;
        field.say(isWrong ? t('admin.schedule.setting.wrong', { min, max }) : '');
        if (isWrong && isRight) field.input.focus();
        isRight &&= !isWrong;
        made[name] = value;
      }
      if (!isRight) return;
      drawer.close();
      save(made);
    };
    drawer.open(
      t('admin.schedule.settings'),
      h(
        'form',
        { class: 'editor', novalidate: true, on: { submit } },
        makeup.element,
        fields.map(({ field }) => field.element),
        h(
          'div',
          { class: 'editor__buttons' },
          h('button', { class: 'button button--primary', type: 'submit' }, icon('check'), t('admin.schedule.editor.save')),
          h('button', { class: 'button', type: 'button', on: { click: () => drawer.close() } }, t('admin.schedule.cancel')),
        ),
      ),
    );
  }
  return { element: drawer.element, open };
}
