import { h } from '../../../elements/dom.js';
import { t } from '../../../text/text.js';
import { actionButton, heading } from '../pieces.js';

/** @import { App } from '../../app.js' */
/** @import { Correction } from '../../wire.js' */

/** The agent proposes how a field should read; the citizen alone decides. @param {App} app @param {Correction} correction */
export function correctionTask(app, correction) {
  const { session } = app.state;
  const field = t(`handIn.field.${correction.key}`);
  /** @param {boolean} accepted */
  const answer = (accepted) => () => app.work.answerCorrection(correction.id, accepted);
  const node = h('div', { class: 'task__in stack' },
    heading(t('citizen.correction.title', { field })),
    h('p', null, t('citizen.correction.who', { name: session?.agent.name ?? '', seat: session?.seat_number ?? '' })),
    h('dl', { class: 'change' },
      h('div', { class: 'change__old' }, h('dt', null, t('citizen.correction.old')), h('dd', null, correction.old_value || t('citizen.correction.empty'))),
      h('div', { class: 'change__new' }, h('dt', null, t('citizen.correction.new')), h('dd', null, correction.new_value || t('citizen.correction.empty')))),
    h('div', { class: 'stack stack--tight' },
      actionButton({ label: t('citizen.correction.yes'), icon: 'check', class: 'button button--primary button--large button--block', act: answer(true) }),
      actionButton({ label: t('citizen.correction.no'), icon: 'cross', class: 'button button--large button--block', act: answer(false) })),
    h('p', { class: 'quiet small' }, t('citizen.correction.hint')));
  return { node };
}
