// Where the schedule stands (draft, checked, published, changed) with who and when, and whether what was done has reached the server.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { formatTime, t } from '../../text/text.js';
import { dayText, weekdayName } from './days.js';
import { stretchText } from './shift-block.js';

/** @typedef {import("./queue.js").ChangeQueue} ChangeQueue */
/** @typedef {import("./plan.js").Change} Change */
/** @typedef {'empty' | 'draft' | 'checked' | 'published' | 'changed'} Stage */

/** @param {import("./queue.js").Schedule | null} schedule @returns {Stage} */
export function stageOf(schedule) {
  if (!schedule?.draft) return schedule?.published ? 'published' : 'empty';
  if (schedule.draft.state === 'checked') return 'checked';
  return schedule.published ? 'changed' : 'draft';
}

/** @type {Record<Stage, [string, string]>} */
const STAGES = { empty: ['info', ''], draft: ['file', 'warn'], checked: ['check', 'accent'], published: ['check', 'good'], changed: ['file', 'warn'] };

/** What a change did, for a person. @param {Change} change @param {{agent: (id: string | null) => string, seat: (id: string | null) => string}} names */
export function changeText(change, names) {
  switch (change.kind) {
    case 'put-shift': {
      const { shift } = change;
      return t('admin.schedule.change.put-shift', {
        when: shift.date ? dayText(shift.date) : weekdayName(shift.weekday ?? 1),
        stretch: stretchText(shift),
        seat: names.seat(shift.seat_id),
        agent: names.agent(shift.agent_id) || t('admin.schedule.unassigned'),
      });
    }
    case 'remove-shift':
      return t('admin.schedule.change.remove-shift');
    case 'put-exception':
      return t('admin.schedule.change.put-exception', { day: dayText(change.date), note: change.note });
    case 'remove-exception':
      return t('admin.schedule.change.remove-exception', { day: dayText(change.date) });
    case 'copy-week':
      return t('admin.schedule.change.copy-week', { from: dayText(change.from), to: dayText(change.to) });
    case 'put-settings':
      return t('admin.schedule.change.put-settings');
  }
}

/** @param {{ sendOnTop: () => void, dropMine: () => void, editAgain: () => void, forget: () => void, retry: () => void }} on */
export function createStatus(on) {
  const stage = h('p', { class: 'stage' });
  const line = h('p', { class: 'line small', role: 'status' });
  const trouble = h('div', { class: 'trouble', role: 'alert', hidden: true });
  let drawn = '';

  /** @param {ChangeQueue} queue @param {{agent: (id: string | null) => string, seat: (id: string | null) => string}} names */
  function show(queue, names) {
    const key = JSON.stringify([queue.line, queue.pending.length, queue.revision, stageOf(queue.schedule), queue.schedule?.published?.version, queue.foreign.length, queue.refused?.error.message]);
    if (key === drawn) return;
    drawn = key;
    drawStage(queue);
    const [drawing, tone] = /** @type {Record<string, [string, string]>} */ ({
      saved: ['check', 'good'], sending: ['clock', ''], broken: ['warn', 'warn'], stale: ['warn', 'bad'], refused: ['warn', 'bad'],
    })[queue.line];
    line.className = `line small ${tone && `line--${tone}`}`;
    replaceChildren(line, icon(drawing), t(`admin.schedule.line.${queue.line}`, { n: queue.pending.length }));
    trouble.hidden = queue.line !== 'stale' && queue.line !== 'refused';
    if (queue.line === 'stale') drawStale(queue, names);
    else if (queue.line === 'refused') drawRefused(queue, names);
    else replaceChildren(trouble);
  }

  /** @param {ChangeQueue} queue */
  function drawStage({ schedule }) {
    const now = stageOf(schedule);
    const [drawing, tone] = STAGES[now];
    const { draft, published } = schedule ?? {};
    replaceChildren(
      stage,
      h('span', { class: ['badge', tone && `badge--${tone}`] }, icon(drawing), t(`admin.schedule.stage.${now}`)),
      draft ? h('span', { class: 'small' }, t('admin.schedule.by-at', { who: draft.changed_by, when: formatTime(draft.changed_at, { date: true }) })) : null,
      published
        ? h('span', { class: 'small quiet', title: published.why }, t('admin.schedule.stage.of', { n: published.version, who: published.published_by, when: formatTime(published.published_at, { date: true }) }))
        : h('span', { class: 'small quiet' }, t('admin.schedule.stage.never')),
    );
  }

  /** @param {ChangeQueue} queue @param {{agent: (id: string | null) => string, seat: (id: string | null) => string}} names */
  function drawStale(queue, names) {
    replaceChildren(
      trouble,
      h(
        'div',
        { class: 'notice notice--bad' },
        icon('warn'),
        h(
          'div',
          { class: 'trouble__words' },
          h('strong', {}, t('admin.schedule.stale.title')),
          h('ul', { class: 'trouble__list' }, queue.foreign.map((one) =>
            h('li', {}, t('admin.schedule.stale.by', { who: one.by, when: formatTime(one.at) }), h('ul', {}, one.changes.map((change) => h('li', { class: 'small' }, changeText(change, names))))))),
          h('p', {}, t('admin.schedule.stale.mine', { n: queue.pending.length })),
          h('ul', { class: 'trouble__list' }, queue.pending.map((step) =>
            h('li', { class: 'small' }, step.changes.map((change) => changeText(change, names)).join(t('admin.schedule.semicolon')),
              queue.collides(step) ? h('span', { class: 'badge badge--bad' }, icon('warn'), t('admin.schedule.stale.same')) : null))),
          h(
            'div',
            { class: 'editor__buttons' },
            h('button', { class: 'button button--primary', type: 'button', on: { click: on.sendOnTop } }, t('admin.schedule.stale.on-top')),
            h('button', { class: 'button', type: 'button', on: { click: on.dropMine } }, t('admin.schedule.stale.drop')),
          ),
        ),
      ),
    );
  }

  /** @param {ChangeQueue} queue @param {{agent: (id: string | null) => string, seat: (id: string | null) => string}} names */
  function drawRefused({ refused }, names) {
    if (!refused) return;
    const isShift = refused.step.changes.some((change) => change.kind === 'put-shift');
    replaceChildren(
      trouble,
      h(
        'div',
        { class: 'notice notice--bad' },
        icon('warn'),
        h(
          'div',
          { class: 'trouble__words' },
          h('strong', {}, t('admin.schedule.refused.title')),
          h('p', {}, refused.error.message),
          h('p', { class: 'small' }, refused.step.changes.map((change) => changeText(change, names)).join(t('admin.schedule.semicolon'))),
          h(
            'div',
            { class: 'editor__buttons' },
            isShift ? h('button', { class: 'button button--primary', type: 'button', on: { click: on.editAgain } }, t('admin.schedule.refused.edit')) : null,
            h('button', { class: 'button', type: 'button', on: { click: on.forget } }, t('admin.schedule.refused.forget')),
          ),
        ),
      ),
    );
  }
  return { stage, line, trouble, show };
}
