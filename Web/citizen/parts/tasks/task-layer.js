// What the agent asks takes the whole page of a call; picture and voice go on behind it.

import { h, replaceChildren } from '../../../elements/dom.js';
import { announce } from '../../../elements/announce.js';
import { closeDialogs } from '../pieces.js';
import { keyOf, taskOf } from '../../task.js';
import { correctionTask } from './correction.js';
import { noticeTask } from './notice.js';
import { stillTask } from './still.js';

/** @import { App } from '../../app.js' */
/** @import { State } from '../../state.js' */
/** @import { Task } from '../../task.js' */

/**
 * @typedef {{ node: HTMLElement, update?: (state: State) => void, isBusy?: () => boolean, leave?: () => void }} TaskView
 * `isBusy`: it goes on by itself although the agent's question is over, until `app` changes once more
 */

/**
 * @param {App} app
 * @param {HTMLElement} rest what lies under it and cannot be reached meanwhile
 */
export function taskLayer(app, rest) {
  const node = h('section', { class: 'task', hidden: true });
  /** @type {{ key: string, view: TaskView } | null} */
  let shown = null;

  /** @param {State} state */
  function update(state) {
    const task = taskOf(state);
    const key = keyOf(task);
    if (shown && (shown.key === key || shown.view.isBusy?.())) return shown.view.update?.(state);
    shown?.view.leave?.();
    shown = task ? { key, view: viewOf(task) } : null;
    node.hidden = shown === null;
    rest.inert = shown !== null;
    if (shown) closeDialogs();
    replaceChildren(node, shown?.view.node);
    node.scrollTop = 0;
    const heading = node.querySelector('h1');
    heading?.focus();
    if (heading) announce(heading.textContent ?? '', { assertive: true });
    else if (!shown) /** @type {HTMLElement | null} */ (rest.querySelector('h1'))?.focus();
  }

  /** @param {Task} task @returns {TaskView} */
  function viewOf(task) {
    switch (task.kind) {
      case 'correction': return correctionTask(app, task.correction);
      case 'still': return stillTask(app, task.still, () => update(app.state));
      case 'notice': return noticeTask(app, task.notice, task.outcome);
    }
  }
  return { node, update, leave: () => shown?.view.leave?.() };
}
