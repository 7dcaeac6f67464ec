// A hall's seats and their numbers, edited in place.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { getJSON, patchJSON, postJSON } from '../../signaling/http.js';
import { createField } from '../../elements/field.js';
import { tell } from './dialogs.js';

/** @typedef {{id: string, number: string, state: string, agent_name: string, withdrawn_at: string | null, revision: number}} Seat */

const NUMBER_LENGTH = 8;

/** @param {HTMLElement} host @param {import("../sections.js").SectionContext} context */
export function openSeats(host, { hall }) {
  const base = `/admin/halls/${encodeURIComponent(hall.id)}/seats`;
  /** @type {Seat[]} */
  let seats = [];
  let isClosed = false;
  const said = h('div', {});
  const number = createField(t('admin.people.seat.number'), h('input', { maxlength: NUMBER_LENGTH, autocomplete: 'off' }));
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    number.say('');
    const wanted = number.input.value.trim();
    if (!wanted) return say(number, t('admin.people.seat.number-missing'));
    try {
      seats = [...seats, await postJSON(base, { number: wanted })].sort((a, b) => a.number.localeCompare(b.number, 'zh-CN', { numeric: true }));
      number.input.value = '';
      draw();
      tell(said, t('admin.people.saved'), 'good');
      number.input.focus();
    } catch (problem) {
      say(number, /** @type {Error} */ (problem).message);
    }
  };
  const body = h('tbody', {});
  const columns = [t('admin.people.seat.number'), t('admin.people.state'), t('admin.people.seat.agent')];
  const table = h(
    'div',
    { class: 'table__scroll', tabindex: '0', role: 'group', 'aria-label': t('admin.people.tab.seats') },
    h('table', { 'aria-label': t('admin.people.tab.seats') }, h('thead', {}, h('tr', {}, columns.map((name) => h('th', { class: 'people__head', scope: 'col' }, name)), h('td', {}))), body),
  );
  const none = h('p', { class: 'table__empty quiet' }, t('admin.people.seat.empty'));
  replaceChildren(
    host,
    h('form', { class: 'people__bar', novalidate: true, on: { submit } }, number.element, h('button', { class: 'button button--primary', type: 'submit' }, icon('plus'), t('admin.people.seat.add'))),
    said, table, none,
  );

  /** @param {{input: HTMLElement, say: (sentence: string) => void}} field @param {string} sentence */
  function say(field, sentence) {
    field.say(sentence);
    field.input.focus();
  }

  function draw() {
    table.hidden = seats.length === 0;
    none.hidden = seats.length > 0;
    replaceChildren(body, seats.map(line));
  }

  /** @param {Seat} seat */
  function line(seat) {
    const isWithdrawn = seat.withdrawn_at != null;
    const label = t('admin.people.seat.number-of', { number: seat.number });
    const input = h('input', { class: 'input people__number', value: seat.number, maxlength: NUMBER_LENGTH, 'aria-label': label, 'aria-describedby': `seat-${seat.id}-error`, autocomplete: 'off' });
    const error = h('p', { class: 'field__error', id: `seat-${seat.id}-error`, role: 'alert' });
    const wrong = (/** @type {string} */ sentence) => {
      error.textContent = sentence;
      if (sentence) input.setAttribute('aria-invalid', 'true');
      else input.removeAttribute('aria-invalid');
    };
    const save = async () => {
      wrong('');
      const wanted = input.value.trim();
      if (wanted === seat.number) return;
      if (!wanted) return wrong(t('admin.people.seat.number-missing'));
      try { take(await patchJSON(`${base}/${seat.id}`, { revision: seat.revision, number: wanted })); } catch (problem) { refused(problem, wrong); }
    };
    input.addEventListener('change', save);
    input.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      input.value = seat.number;
      wrong('');
    });
    const turn = async () => {
      wrong('');
      try {
        take(await postJSON(`${base}/${seat.id}/${isWithdrawn ? 'restore' : 'withdraw'}`, { revision: seat.revision }));
      } catch (problem) {
        refused(problem, wrong);
      }
    };
    const word = t(isWithdrawn ? 'admin.people.seat.put-back' : 'admin.people.seat.withdraw');
    return h(
      'tr',
      {},
      h('td', { 'data-name': columns[0] }, h('div', {}, input, error)),
      h('td', { 'data-name': columns[1] }, h('span', { class: ['badge', isWithdrawn && 'badge--warn'] }, isWithdrawn ? icon('minus') : null, isWithdrawn ? t('admin.people.seat.withdrawn') : t(`admin.seat.${seat.state}`))),
      h('td', { 'data-name': columns[2] }, seat.agent_name),
      h('td', { class: 'people__acts' }, h('button', { class: 'button button--quiet', type: 'button', 'data-seat': seat.id, 'aria-label': `${word} ${seat.number}`, on: { click: turn } }, word)),
    );
  }

  /** @param {Seat} seat */
  function take(seat) {
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.seat;
    seats = seats.map((one) => one.id === seat.id ? seat : one);
    draw();
    tell(said, t('admin.people.saved'), 'good');
    if (focused) /** @type {HTMLElement | null} */ (body.querySelector(`[data-seat="${focused}"]`))?.focus();
  }

  /** @param {any} problem @param {(sentence: string) => void} wrong */
  function refused(problem, wrong) {
    if (problem.code !== 'row_outdated') return wrong(problem.message);
    take(problem.details.current);
    tell(said, t('admin.people.outdated'), 'warn');
  }

  getJSON(base).then((list) => {
    if (isClosed) return;
    seats = list.seats;
    draw();
  }, (error) => tell(said, error.message, 'warn'));
  return () => { isClosed = true; };
}
