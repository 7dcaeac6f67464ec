// The week, simulated before it happens: asked for here, followed while it runs, and shown as charts over one time axis with what was assumed.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { createField } from '../../elements/field.js';
import { drawReport, neededSeats } from './report.js';

const ASK_AGAIN_MS = 500;
/** Half hours of a day for given arrivals. */
const HALF_HOURS = 48;
/** People in one of them. */
const MOST = 2_000;

/**
 * @param {{
 *   routes: {rehearse: (asked: object) => Promise<{id: string}>, rehearsal: (id: string) => Promise<any>, cancelRehearsal: (id: string) => Promise<void>},
 *   ask: () => {from: string, days: number, of: string, openHalfHours: () => boolean[]}, item: (code: string) => string, done: (needed: Map<string, number>) => void, announce: (sentence: string) => void,
 * }} options `openHalfHours`: of all days, one after the other; `done` is given the needed seats by `2026-11-23 09:00`
 */
export function createRehearsal({ routes, ask, item, done, announce }) {
  /** @type {string | null} */
  let running = null;
  let isStopped = false;
  let closeReport = () => {};
  const number = (/** @type {string} */ name, /** @type {number} */ value, /** @type {number} */ min, /** @type {number} */ max) =>
    createField(t(`admin.schedule.rehearsal.${name}`), h('input', { type: 'number', min, max, value, inputmode: 'numeric' }));
  const percent = number('percent', 80, 1, 99);
  const within = number('within', 5, 1, 120);
  const patience = number('patience', 15, 1, 240);
  const seed = number('seed', 7, 0, 999_999_999);
  const arrivals = createField(
    t('admin.schedule.rehearsal.arrivals'),
    h('select', { on: { change: () => { given.element.hidden = arrivals.input.value !== 'given'; } } },
      h('option', { value: 'recorded' }, t('admin.schedule.rehearsal.recorded')), h('option', { value: 'given' }, t('admin.schedule.rehearsal.given'))),
  );
  const given = createField(t('admin.schedule.rehearsal.per-half-hour'), h('input', { value: '4', autocomplete: 'off' }), t('admin.schedule.rehearsal.per-half-hour-hint'));
  given.element.hidden = true;
  const progress = h('progress', { max: 1, value: 0, 'aria-label': t('admin.schedule.rehearsal.progress') });
  const begin = h('button', { class: 'button button--primary', type: 'submit' }, icon('play'), t('admin.schedule.rehearsal.do'));
  const cancel = h('button', { class: 'button', type: 'button', hidden: true, on: { click: stopRunning } }, t('admin.schedule.rehearsal.cancel'));
  const state = h('p', { class: 'small', role: 'status' });
  const place = h('div', { class: 'rehearsal__report' });
  progress.hidden = true;
  const title = h('h2', { id: 'rehearsal-title', tabindex: '-1' }, t('admin.schedule.rehearsal'));
  const element = h(
    'section',
    { class: 'rehearsal card', 'aria-labelledby': 'rehearsal-title', hidden: true },
    title,
    h('p', { class: 'small quiet' }, t('admin.schedule.rehearsal.what')),
    h(
      'form',
      { class: 'rehearsal__form', novalidate: true, on: { submit: run } },
      arrivals.element, given.element, percent.element, within.element, patience.element, seed.element,
      h('div', { class: 'editor__buttons' }, begin, cancel, progress),
    ),
    state,
    place,
  );

  function open() {
    element.hidden = false;
    element.scrollIntoView({ block: 'start' });
    title.focus({ preventScroll: true });
  }

  /** @returns {object | null} null when a field is wrong */
  function read() {
    let isRight = true;
    for (const field of [percent, within, patience, seed]) {
      const { value, min, max } = /** @type {HTMLInputElement} */ (field.input);
      const isWrong = value === '' || !Number.isInteger(Number(value)) || Number(value) < Number(min) || Number(value) > Number(max);
      field.say(isWrong ? t('admin.schedule.setting.wrong', { min, max }) : '');
      isRight &&= !isWrong;
    }
    const counts = given.input.value.normalize('NFKC').split(/[\s,、;]+/).filter(Boolean).map(Number);
    const isGiven = arrivals.input.value === 'given';
    const isWrong = isGiven && (![1, HALF_HOURS].includes(counts.length) || counts.some((count) => !(count >= 0 && count <= MOST)));
    given.say(isWrong ? t('admin.schedule.rehearsal.per-half-hour-wrong') : '');
    if (!isRight || isWrong) return null;
    const { openHalfHours, ...asked } = ask();
    return {
      ...asked,
      arrivals: arrivals.input.value,
      // One number stands for every half hour in which the hall is open.
      ...(isGiven && { given: { per_half_hour: counts.length === 1 ? openHalfHours().map((isOpen) => (isOpen ? counts[0] : 0)) : counts } }),
      service_level: { percent: Number(percent.input.value), within_s: Number(within.input.value) * 60 },
      patience_s: Number(patience.input.value) * 60,
      seed: Number(seed.input.value),
    };
  }

  /** @param {Event} event */
  async function run(event) {
    event.preventDefault();
    const asked = read();
    if (!asked || running) return;
    show({ isRunning: true });
    try {
      const { id } = await routes.rehearse(asked);
      running = id;
      await follow(id);
    } catch (error) {
      const { code, message } = /** @type {any} */ (error);
      replaceChildren(state, icon('warn'), code === 'wrong_state' ? t('admin.schedule.rehearsal.busy') : message);
    }
    running = null;
    show({ isRunning: false });
  }

  /** @param {string} id */
  async function follow(id) {
    while (!isStopped && running === id) {
      const found = await routes.rehearsal(id);
      if (found.state === 'running') {
        progress.value = found.progress;
        replaceChildren(state, t('admin.schedule.rehearsal.running', { percent: Math.round(found.progress * 100) }));
        await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
        continue;
      }
      const sentence = t(found.reason ? `admin.schedule.rehearsal.why-${found.reason}` : `admin.schedule.rehearsal.is-${found.state}`);
      replaceChildren(state, sentence);
      announce(sentence);
      if (found.state !== 'done') return;
      closeReport();
      const report = drawReport(found.report, item);
      closeReport = report.close;
      replaceChildren(place, report.element);
      done(neededSeats(found.report));
      return;
    }
  }

  /** @param {{isRunning: boolean}} now */
  function show({ isRunning }) {
    progress.hidden = !isRunning;
    cancel.hidden = !isRunning;
    begin.disabled = isRunning;
    progress.value = 0;
  }

  async function stopRunning() {
    const id = running;
    running = null;
    if (id) await routes.cancelRehearsal(id).catch(() => {});
    replaceChildren(state, t('admin.schedule.rehearsal.is-cancelled'));
  }

  return { element, open, stop: () => { isStopped = true; closeReport(); if (running) stopRunning(); } };
}
