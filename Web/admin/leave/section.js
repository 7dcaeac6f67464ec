// Leave and swaps of a hall's agents: who asked for what, and the decision with its note.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { formatTime, t } from '../../text/text.js';
import { getJSON, postJSON } from '../../signaling/http.js';
import { createDrawer } from '../drawer.js';
import { createField } from '../../elements/field.js';
import { createTable } from '../table.js';

/** @typedef {{id: string, agent_id: string, agent_name?: string, from: string, to: string, reason: string, state: string, decided_by?: string | null, note?: string | null}} Leave */
/**
 * @typedef {{id: string, shift_id: string, date: string, from_agent_id: string, from_name?: string, to_agent_id: string, to_name?: string,
 *   state: string, decided_by?: string | null, note?: string | null}} Swap
 */

const REFRESH_MS = 10_000;
const NOTE_LENGTH = 200;
/** @type {Record<string, [string, string]>} */
const LOOKS = { asked: ['clock', 'accent'], agreed: ['clock', 'accent'], approved: ['check', 'good'], declined: ['cross', 'bad'], withdrawn: ['minus', ''] };

/** @type {import("../sections.js").Section} */
export const section = { id: 'leave', title: () => t('admin.leave'), open };

/** @param {string} state @param {string} [words] */
function badge(state, words = t(`admin.leave.state.${state}`)) {
  const [drawing, tone] = LOOKS[state] ?? ['info', ''];
  return h('span', { class: ['badge', tone && `badge--${tone}`] }, icon(drawing), words);
}

/** @param {HTMLElement} host @param {import("../sections.js").SectionContext} context */
function open(host, { hall, announce }) {
  const base = `/admin/halls/${encodeURIComponent(hall.id)}`;
  /** @type {Map<string, string>} */
  let people = new Map();
  let isClosed = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const name = (/** @type {string} */ id, /** @type {string | undefined} */ known) => known ?? people.get(id) ?? id;
  const when = (/** @type {string} */ at) => formatTime(at, { date: true });
  const failure = h('p', { class: 'notice notice--warn', role: 'alert', hidden: true });
  const drawer = createDrawer();

  const leaves = createTable({
    title: t('admin.leave.leaves'),
    empty: t('admin.leave.leaves.empty'),
    hint: t('admin.leave.hint'),
    filter: t('admin.leave.filter'),
    open: (/** @type {Leave} */ row) => decide('leaves', row, t('admin.leave.decide-leave', { name: name(row.agent_id, row.agent_name) }), row.state === 'asked', [
      [t('admin.leave.from'), when(row.from)], [t('admin.leave.to'), when(row.to)], [t('admin.leave.reason'), row.reason],
    ]),
    openLabel: (/** @type {Leave} */ row) => t('admin.leave.open-leave', { name: name(row.agent_id, row.agent_name) }),
    columns: [
      { name: t('admin.leave.who'), text: (/** @type {Leave} */ row) => name(row.agent_id, row.agent_name) },
      { name: t('admin.leave.from'), text: (row) => row.from, cell: (row) => when(row.from) },
      { name: t('admin.leave.to'), text: (row) => row.to, cell: (row) => when(row.to) },
      { name: t('admin.leave.reason'), text: (row) => row.reason },
      { name: t('admin.leave.state'), text: (row) => t(`admin.leave.state.${row.state}`), cell: (row) => badge(row.state) },
      { name: t('admin.leave.note'), text: (row) => row.note ?? '' },
    ],
  });
  const swaps = createTable({
    title: t('admin.leave.swaps'),
    empty: t('admin.leave.swaps.empty'),
    open: (/** @type {Swap} */ row) => decide('swaps', row, t('admin.leave.decide-swap', { from: name(row.from_agent_id, row.from_name), to: name(row.to_agent_id, row.to_name) }), row.state === 'agreed', [
      [t('admin.leave.day'), row.date], [t('admin.leave.gives'), name(row.from_agent_id, row.from_name)], [t('admin.leave.takes'), name(row.to_agent_id, row.to_name)],
    ]),
    openLabel: (/** @type {Swap} */ row) => t('admin.leave.open-swap', { name: name(row.from_agent_id, row.from_name) }),
    columns: [
      { name: t('admin.leave.day'), text: (/** @type {Swap} */ row) => row.date },
      { name: t('admin.leave.gives'), text: (row) => name(row.from_agent_id, row.from_name) },
      { name: t('admin.leave.takes'), text: (row) => name(row.to_agent_id, row.to_name) },
      { name: t('admin.leave.state'), text: (row) => swapState(row.state), cell: (row) => badge(row.state, swapState(row.state)) },
      { name: t('admin.leave.note'), text: (row) => row.note ?? '' },
    ],
  });
  replaceChildren(host, failure, leaves.element, swaps.element, drawer.element);

  /** @param {string} state */
  function swapState(state) {
    return t(state === 'asked' ? 'admin.leave.state.swap-asked' : `admin.leave.state.${state}`);
  }

  /**
   * @param {'leaves' | 'swaps'} kind @param {Leave | Swap} row @param {string} title @param {boolean} isOpen whether it can be decided on now
   * @param {[string, string][]} facts
   */
  function decide(kind, row, title, isOpen, facts) {
    const note = createField(t('admin.leave.note'), h('textarea', { maxlength: NOTE_LENGTH, rows: 2 }), t('admin.leave.note-hint'));
    const trouble = h('div', { role: 'alert' });
    const answer = async (/** @type {boolean} */ approve) => {
      const said = note.input.value.trim();
      note.say(!approve && !said ? t('admin.leave.note-missing') : '');
      if (!approve && !said) return note.input.focus();
      for (const button of buttons) button.disabled = true;
      try {
        await postJSON(`${base}/${kind}/${encodeURIComponent(row.id)}/decision`, { approve, note: said });
        announce(t(approve ? 'admin.leave.done-approve' : 'admin.leave.done-decline'));
        drawer.close();
        await refresh();
      } catch (error) {
        replaceChildren(trouble, h('p', { class: 'notice notice--bad' }, icon('warn'), h('span', {}, /** @type {Error} */ (error).message)));
        for (const button of buttons) button.disabled = false;
      }
    };
    const buttons = [
      h('button', { class: 'button button--primary', type: 'button', on: { click: () => answer(true) } }, icon('check'), t('admin.leave.approve')),
      h('button', { class: 'button', type: 'button', on: { click: () => answer(false) } }, icon('cross'), t('admin.leave.decline')),
    ];
    drawer.open(
      title,
      h(
        'div',
        { class: 'decision' },
        h('dl', {}, facts.map(([term, value]) => [h('dt', {}, term), h('dd', {}, value)])),
        row.decided_by ? h('p', { class: 'small quiet' }, t('admin.leave.decided', { who: row.decided_by }), row.note ? ` ${row.note}` : '') : null,
        !isOpen && row.state === 'asked' ? h('p', { class: 'notice' }, icon('info'), h('span', {}, t('admin.leave.waits'))) : null,
        isOpen ? [note.element, trouble, h('div', { class: 'editor__buttons' }, buttons)] : null,
      ),
    );
  }

  async function refresh() {
    clearTimeout(timer);
    try {
      if (document.visibilityState === 'visible') {
        const [asked, changed] = await Promise.all([getJSON(`${base}/leaves`), getJSON(`${base}/swaps`)]);
        if (isClosed) return;
        // What waits for a decision comes first.
        const weight = (/** @type {{state: string}} */ row) => (row.state === 'agreed' || row.state === 'asked' ? 0 : 1);
        leaves.show([...asked.leaves].sort((a, b) => weight(a) - weight(b)));
        swaps.show([...changed.swaps].sort((a, b) => weight(a) - weight(b)));
        failure.hidden = true;
      }
    } catch (error) {
      const { code, message } = /** @type {any} */ (error);
      if (code === 'sign_in_required') return location.reload();
      replaceChildren(failure, icon('warn'), h('span', {}, message));
      failure.hidden = false;
    }
    if (!isClosed) timer = setTimeout(refresh, REFRESH_MS);
  }
  const today = new Date().toISOString().slice(0, 10);
  getJSON(`${base}/schedule/week?from=${today}&days=1&of=published`)
    .then(({ agents }) => { people = new Map(agents.map((/** @type {any} */ agent) => [agent.id, agent.name])); }, () => {})
    .then(refresh);
  return () => {
    isClosed = true;
    clearTimeout(timer);
  };
}
