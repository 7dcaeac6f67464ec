// Before the materials: each condition as one question, then the few fields of the form. One thing on a page; any of it can be passed by.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { formView } from '../parts/case-form.js';
import { backButton, heading, notice } from '../parts/pieces.js';
import { questionView } from '../parts/question.js';
import { questionsOf } from '../questions.js';
import { isLocked, notesOf } from '../state.js';

/** @import { App } from '../app.js' */
/** @import { State } from '../state.js' */

/** @param {App} app */
export function prepareScreen(app) {
  const node = h('div', { class: 'stack' });
  /** Which page is open: a question's text, or the form. @type {string | 'form' | null} */
  let page = null;
  let drawn = '';
  const again = app.reconsidered;
  app.reconsidered = null;

  /** @param {State} state */
  function update(state) {
    const questions = questionsOf(state.materials, notesOf(state).unsure);
    if (page === null && state.materials.length > 0) page = first(questions, again);
    const index = questions.findIndex((one) => one.text === page);
    // Drawn once a page: an answer that arrives must not take a field from under the fingers.
    const key = `${page} ${state.materials.length > 0} ${index}`;
    if (key === drawn) return;
    drawn = key;
    if (state.materials.length === 0 || page === null) return replaceChildren(node, h('p', { role: 'status' }, t('shared.loading')));
    replaceChildren(node, index >= 0 ? questionPage(questions, index) : formPage(state, questions.length));
    node.querySelector('h1')?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  /**
   * @param {ReturnType<typeof questionsOf>} questions
   * @param {number} index
   */
  function questionPage(questions, index) {
    const all = questions.length + 1;
    return [
      backButton(() => index > 0 ? turn(questions[index - 1].text) : app.go({ name: 'ticket' })),
      h('p', { class: 'quiet small' }, t('citizen.step', { n: index + 1, all })),
      questionView(app, questions[index], {
        heading: heading(t('handIn.question.title')),
        onAnswered: () => turn(questions[index + 1]?.text ?? 'form'),
      }),
    ];
  }

  /** @param {State} state @param {number} count */
  function formPage(state, count) {
    const last = questionsOf(state.materials, notesOf(state).unsure).at(-1);
    return [
      backButton(() => last ? turn(last.text) : app.go({ name: 'ticket' })),
      h('p', { class: 'quiet small' }, t('citizen.step', { n: count + 1, all: count + 1 })),
      heading(t('handIn.form.title')),
      h('p', null, t('handIn.form.why')),
      isLocked(state) ? notice('info', h('p', null, t('handIn.form.locked'))) : formView(app, { onDone: () => app.go({ name: 'ticket' }, { replace: true }) }),
    ];
  }

  /** @param {string} to */
  function turn(to) {
    page = to;
    update(app.state);
  }
  update(app.state);
  return { node, update };
}

/**
 * @param {ReturnType<typeof questionsOf>} questions
 * @param {string | null} again
 */
function first(questions, again) {
  if (again && questions.some((one) => one.text === again)) return again;
  return questions.find((one) => one.answer === null)?.text ?? 'form';
}

/**
 * What still comes before the materials, as a card with one button. Null: nothing.
 * @param {App} app
 */
export function prepareCard(app) {
  const { state } = app;
  const notes = notesOf(state);
  const open = questionsOf(state.materials, notes.unsure).filter((one) => one.answer === null).length;
  const form = !notes.formDone && (state.matter?.fields.length ?? 0) === 0;
  if (open === 0 && !form) return null;
  return h('div', { class: 'card stack stack--tight prepare' },
    h('h3', null, t(open > 0 ? 'handIn.prepare.title' : 'handIn.prepare.formTitle', { n: open })),
    h('p', null, t(open > 0 ? 'handIn.prepare.why' : 'handIn.prepare.formWhy')),
    h('button', { class: ['button button--block', open > 0 && 'button--primary button--large'], type: 'button', on: { click: () => app.go({ name: 'prepare' }) } },
      icon('right'), t(open > 0 ? 'handIn.prepare.begin' : 'handIn.prepare.form')));
}
