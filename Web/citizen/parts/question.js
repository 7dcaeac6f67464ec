// One condition as one plain question: yes, no, or let the agent say.

import { h } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { actionButton, nameOf } from './pieces.js';

/** @import { App } from '../app.js' */
/** @import { Question } from '../questions.js' */

/**
 * @param {App} app
 * @param {Question} question
 * @param {{ heading: HTMLElement, onAnswered?: () => void }} options `heading` stands above it and says what is asked
 */
export function questionView(app, question, { heading, onAnswered = () => {} }) {
  /** @param {boolean | 'unsure'} answer @param {string} drawing @param {string} label */
  const choice = (answer, drawing, label) => {
    const made = actionButton({
      label, icon: drawing, class: 'button button--large button--block question__choice',
      async act() {
        await app.work.answerQuestion(question, answer);
        onAnswered();
      },
    });
    made.querySelector('button')?.setAttribute('aria-pressed', String(question.answer === answer));
    return made;
  };
  return h('div', { class: 'stack question' },
    heading,
    h('p', { class: 'question__text' }, question.text),
    choice(true, 'check', t('handIn.question.yes')),
    choice(false, 'cross', t('handIn.question.no')),
    choice('unsure', 'user', t('handIn.question.unsure')),
    h('p', { class: 'quiet small' }, t('handIn.question.why', { names: question.materials.map(nameOf).join(t('handIn.and')) })));
}
