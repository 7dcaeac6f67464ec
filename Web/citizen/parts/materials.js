// The materials list of a case: what is asked for, one card each; what was settled before; what this citizen need not bring.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { questionsOf, sorted } from '../questions.js';
import { isLocked, notesOf, progress } from '../state.js';
import { consentBefore } from './consent.js';
import { materialCard } from './material-card.js';
import { nameOf } from './pieces.js';
import { questionView } from './question.js';

export { formOf } from './material-card.js';

/** @import { App } from '../app.js' */
/** @import { MaterialEntry } from '../wire.js' */
/** @import { State } from '../state.js' */

/**
 * Cards stay the same elements while files come and verdicts fall.
 * @param {App} app
 * @param {{ asksHere?: boolean }} [options] `asksHere`: an open question stands above the list; elsewhere it has a page of its own
 */
export function materialsList(app, { asksHere = false } = {}) {
  const question = h('div');
  const summary = h('p', { class: 'materials__summary' });
  const list = h('ol', { class: 'materials' });
  const settled = h('div');
  const answers = h('div');
  /** @type {Map<string, ReturnType<typeof materialCard>>} */
  const cards = new Map();
  /** The question that is asked again although it has an answer. @type {string | null} */
  let reconsidered = null;
  let drawnQuestion = '';
  let drawnRest = '';

  /** @param {State} state */
  function update(state) {
    const groups = sorted(state.materials);
    const { done, all } = progress(state.materials);
    const locked = isLocked(state);
    const notes = notesOf(state);
    summary.textContent = all === 0 ? t('handIn.nothing') : t('handIn.progress', { done, all });
    drawQuestion(state, locked);
    drawRest(state, groups, locked);
    groups.asked.forEach((entry, index) => {
      const { id } = entry.material;
      const one = cards.get(id) ?? materialCard(app, entry.material, state.materials.indexOf(entry) + 1);
      cards.set(id, one);
      if (list.children[index] !== one.node) list.insertBefore(one.node, list.children[index] ?? null);
      one.update({
        entry, locked, notes, uploads: state.uploads.filter((upload) => upload.materialID === id), isAgain: state.resubmitted.includes(id),
      });
    });
    for (const [id, one] of cards) {
      if (groups.asked.some((entry) => entry.material.id === id)) continue;
      one.node.remove();
      cards.delete(id);
    }
  }

  /** @param {State} state @param {boolean} locked */
  function drawQuestion(state, locked) {
    if (!asksHere) return;
    const questions = locked ? [] : questionsOf(state.materials, notesOf(state).unsure);
    const next = questions.find((one) => one.text === reconsidered) ?? questions.find((one) => one.answer === null);
    if ((next?.text ?? '') === drawnQuestion) return;
    drawnQuestion = next?.text ?? '';
    replaceChildren(question, next && h('section', { class: 'card' },
      questionView(app, next, { heading: h('h3', { tabindex: '-1' }, t('handIn.question.title')), onAnswered: () => reconsider(null) })));
  }

  /** @param {string | null} text */
  function reconsider(text) {
    if (!asksHere) {
      app.reconsidered = text;
      return app.go({ name: 'prepare' });
    }
    reconsidered = text;
    drawQuestion(app.state, isLocked(app.state));
    if (text) question.querySelector('h3')?.focus();
  }

  /** @param {State} state @param {ReturnType<typeof sorted>} groups @param {boolean} locked */
  function drawRest(state, groups, locked) {
    const questions = questionsOf(state.materials, notesOf(state).unsure).filter((one) => one.answer !== null);
    const key = JSON.stringify([groups.settled.map((entry) => entry.material.id), questions.map((one) => [one.text, one.answer]), locked]);
    if (key === drawnRest) return;
    drawnRest = key;
    replaceChildren(settled, groups.settled.length > 0 && h('section', { class: 'card stack stack--tight settled' },
      h('h3', null, t('handIn.settled')), h('ul', { class: 'stack stack--tight' }, groups.settled.map(settledLine))));
    replaceChildren(answers, questions.length > 0 && h('details', { class: 'group' },
      h('summary', null, h('span', null, t('handIn.answers', { n: questions.length })), icon('right')),
      h('ul', { class: 'group__body stack stack--tight' }, questions.map((one) => h('li', { class: 'answer' },
        h('span', null, one.text),
        h('span', { class: 'strong' }, t(`handIn.answer.${one.answer}`)),
        !locked && h('button', {
          class: 'button', type: 'button', 'aria-label': t('handIn.answer.changeFor', { text: one.text }),
          on: { click: () => reconsider(one.text) },
        }, t('handIn.answer.change')))))));
  }
  update(app.state);
  // Nothing is handed in before the citizen has agreed to it; the talk itself needs no consent.
  const papers = h('div', { class: 'stack', hidden: true }, question, summary, list, settled, answers);
  const consent = consentBefore(app, () => {
    consent.hidden = true;
    papers.hidden = false;
  });
  return { node: h('div', { class: 'stack' }, consent, papers), update };
}

/** @param {MaterialEntry} entry */
function settledLine(entry) {
  return h('li', { class: 'settled__line' }, icon('check'), h('div', null, h('p', null, nameOf(entry.material)),
    h('p', { class: 'quiet small' }, t('handIn.settledIn', { n: entry.accepted_in ?? 1 }))));
}
