// A day to keep: three suggestions by one key each, or typed as people write it.

import { h, replaceChildren } from '../elements/dom.js';
import { getLocale, t } from '../text/text.js';
import { readDay, suggestedDay, today } from './dates.js';
import { keycap } from './keyboard.js';

/** @typedef {ReturnType<typeof createDayField>} DayField */

export const SUGGESTED_DAYS = [7, 15, 30];

/** `12月1日 周二`. @param {string} day `2026-12-01` */
export function dayText(day) {
  return new Intl.DateTimeFormat(getLocale() === 'zh-Hant' ? 'zh-TW' : getLocale(), {
    timeZone: 'UTC',
    month: 'long',
    day: 'numeric',
    weekday: 'short',
  }).format(new Date(`${day}T00:00:00Z`));
}

/**
 * @param {{
 *   id: string,
 *   label: string,
 *   now: () => number,
 *   keys?: {typed: string, suggested: string[]},
 *   onChange: () => void,
 *   onEnter?: () => void,
 * }} options `keys` are printed only; the caller binds them
 */
export function createDayField({ id, label, now, keys, onChange, onEnter = () => {} }) {
  const input = h('input', {
    id,
    class: 'input day__input',
    autocomplete: 'off',
    placeholder: t('seat.day.hint'),
    maxlength: 20,
    'aria-describedby': `${id}-read`,
    on: {
      input: () => changed(),
      keydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.isComposing) return;
        if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
          event.preventDefault();
          onEnter();
        } else if (event.key === 'Escape') {
          event.stopPropagation();
          input.blur();
        }
      },
    },
  });
  const read = h('span', { id: `${id}-read`, class: 'day__read small', role: 'status' });
  const suggestions = h('div', { class: 'day__suggestions' });
  const element = h(
    'div',
    { class: 'day' },
    h('label', { for: id, class: 'day__label' }, label, keys ? keycap(keys.typed) : null),
    input,
    suggestions,
    read,
  );

  /** @returns {string | null} null when nothing, or no day that can be kept, is written */
  const value = () => readDay(input.value, today(now()));

  function draw() {
    const day = value();
    const isWrong = input.value.trim() !== '' && day === null;
    input.setAttribute('aria-invalid', String(isWrong));
    read.textContent = isWrong ? t('seat.day.wrong') : day ? dayText(day) : '';
    read.dataset.wrong = String(isWrong);
    replaceChildren(
      suggestions,
      SUGGESTED_DAYS.map((days, index) =>
        h(
          'button',
          {
            class: 'chip',
            type: 'button',
            'aria-pressed': String(day === suggestedDay(today(now()), days)),
            title: dayText(suggestedDay(today(now()), days)),
            on: { click: () => suggest(index) },
          },
          keys ? keycap(keys.suggested[index]) : null,
          t('seat.day.in', { n: days }),
        )
      ),
    );
  }

  function changed() {
    draw();
    onChange();
  }

  /** @param {number} index */
  function suggest(index) {
    const hadFocus = suggestions.contains(document.activeElement);
    input.value = suggestedDay(today(now()), SUGGESTED_DAYS[index]);
    changed();
    if (hadFocus) /** @type {HTMLElement} */ (suggestions.children[index]).focus();
  }

  draw();
  return {
    element,
    suggest,
    focus: () => input.focus(),
    /** Whether something is written that is no day. */
    isWrong: () => input.value.trim() !== '' && value() === null,
    get value() {
      return value();
    },
    get text() {
      return input.value;
    },
    /** @param {string} text */
    set(text) {
      if (document.activeElement === input) return;
      input.value = text;
      draw();
    },
  };
}
