// One session step by step, beside the tables.

import { h, icon, replaceChildren } from '../elements/dom.js';
import { formatTime, hasText, t } from '../text/text.js';
import { getJSON } from '../signaling/http.js';
import { createCaseExport } from './case-export.js';

/** Drawings of the steps that matter when one looks for trouble. @type {Record<string, string>} */
const DRAWINGS = {
  called: 'bell',
  'called-again': 'bell',
  held: 'pause',
  resumed: 'play',
  transferred: 'transfer',
  'citizen-entered': 'user',
  'citizen-away': 'warn',
  'citizen-returned': 'check',
  'agent-away': 'warn',
  'agent-returned': 'check',
  'media-started': 'camera',
  'file-handed-in': 'file',
  'file-removed': 'trash',
  'verdict-given': 'check',
  concluded: 'check',
  ended: 'phone',
  closed: 'check',
  restarted: 'info',
};

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * @param {string} kind
 * @param {string} detail
 * @param {Map<string, string>} materials names by id, as far as an outcome tells them
 */
function detailText(kind, detail, materials) {
  if (!detail) return '';
  if (kind === 'called') return t('admin.detail.seat', { number: detail });
  if (kind === 'called-again') return /^\d+$/.test(detail) ? t('admin.detail.call', { n: detail }) : '';
  // Ids say nothing to a reader.
  if (kind === 'transferred' && UUID.test(detail)) return '';
  if (kind === 'media-started') return t('admin.detail.media', { n: detail });
  if (kind === 'verdict-given') {
    const [material, verdict] = detail.split(' ');
    return hasText(`seat.verdict.${verdict}`) ? `${materials.get(material) ?? material} ${t(`seat.verdict.${verdict}`)}` : detail;
  }
  if (kind === 'concluded' && hasText(`shared.result.${detail}`)) return t(`shared.result.${detail}`);
  if (kind === 'closed' && hasText(`shared.disposition.${detail}`)) return t(`shared.disposition.${detail}`);
  if (kind === 'notice-confirmed') return t('seat.history.version', { version: detail });
  if (hasText(`seat.form.field.${detail}`)) return t(`seat.form.field.${detail}`);
  return materials.get(detail) ?? detail;
}

export function createTimeline() {
  const body = h('div', { class: 'drawer__body' });
  const title = h('h2', { id: 'drawer-title' });
  const element = h(
    'dialog',
    { class: 'drawer', 'aria-labelledby': 'drawer-title' },
    h(
      'div',
      { class: 'drawer__head' },
      title,
      h('button', {
        class: 'button button--quiet',
        'aria-label': t('shared.close'),
        on: { click: () => element.close() },
      }, icon('cross')),
    ),
    body,
  );
  element.addEventListener('click', (event) => {
    if (event.target === element) element.close();
  });
  /** @type {ReturnType<typeof createCaseExport> | null} */
  let caseExport = null;
  element.addEventListener('close', () => caseExport?.stop());
  let opening = 0;

  /** @param {{id: string, ticket_number: string, case_number: string}} row */
  async function open(row) {
    const turn = ++opening;
    title.textContent = t('admin.timeline.title', { number: row.ticket_number });
    replaceChildren(body, h('p', { class: 'quiet', role: 'status' }, t('shared.loading')));
    if (!element.open) element.showModal();
    try {
      const found = await getJSON(`/admin/sessions/${encodeURIComponent(row.id)}`);
      if (turn !== opening) return;
      caseExport?.stop();
      caseExport = createCaseExport(row.case_number);
      replaceChildren(body, draw(found, caseExport.element));
    } catch (error) {
      if (turn === opening) {
        replaceChildren(
          body,
          h('p', { role: 'alert' }, /** @type {Error} */ (error).message),
          h('button', { class: 'button', on: { click: () => open(row) } }, t('shared.retry')),
        );
      }
    }
  }

  return { element, open };
}

/** Why the ticket went to this seat, in words. @param {import("../signaling/messages.js").RoutingReason} why */
function routing(why) {
  const minutes = Math.floor(why.waited_ms / 60_000);
  return h(
    'section',
    {},
    h('h3', {}, t('admin.why.title')),
    h('p', {}, t(`admin.why.rule.${why.rule}`)),
    h(
      'p',
      { class: 'quiet' },
      [
        t(`admin.why.lane.${why.lane}`),
        minutes === 0 ? t('admin.why.soon') : t('admin.why.waited', { n: minutes }),
        t('admin.why.candidates', { n: why.candidate_seats }),
        why.earlier_rings > 0 && t('admin.why.rings', { n: why.earlier_rings }),
      ].filter(Boolean).join(' · '),
    ),
  );
}

/** @param {{session: any, why?: import("../signaling/messages.js").RoutingReason, timeline: {at: string, kind: string, detail?: string}[], outcome: import("../signaling/messages.js").OutcomeView | null}} found @param {Element} caseExport */
function draw({ session, why, timeline, outcome }, caseExport) {
  const item = typeof session.item === 'string' ? session.item : session.item?.name;
  const materials = new Map((outcome?.entries ?? []).map((entry) => [entry.material_id, entry.material_name]));
  return [
    h('p', {}, h('strong', {}, item), ' · ', t(`shared.kind.${session.kind}`)),
    h(
      'p',
      { class: 'quiet' },
      t('admin.agent-at', { name: session.agent_name, number: session.seat_number }),
      ' · ',
      t('seat.wrap-up.case', { number: session.case_number }),
    ),
    caseExport,
    session.disposition
      ? h('p', {}, t('admin.timeline.disposition'), h('strong', {}, t(`shared.disposition.${session.disposition}`)))
      : null,
    why ? routing(why) : null,
    h('h3', {}, t('admin.timeline.steps')),
    timeline.length === 0 ? h('p', { class: 'quiet' }, t('admin.timeline.empty')) : h(
      'ol',
      { class: 'timeline' },
      timeline.map((step) =>
        h(
          'li',
          {},
          icon(DRAWINGS[step.kind] ?? 'info'),
          h('time', { datetime: step.at }, formatTime(step.at)),
          h(
            'span',
            {},
            t(`admin.event.${step.kind}`),
            ' ',
            h('span', { class: 'quiet' }, detailText(step.kind, step.detail ?? '', materials)),
          ),
        )
      ),
    ),
    outcome
      ? [
        h('h3', {}, t('admin.timeline.outcome', { result: t(`shared.result.${outcome.result}`) })),
        h(
          'ul',
          { class: 'outcome' },
          outcome.entries.map((/** @type {import("../signaling/messages.js").OutcomeEntryView} */ entry) =>
            h(
              'li',
              {},
              h('strong', {}, entry.material_name),
              ' ',
              t(`seat.verdict.${entry.verdict}`),
              h(
                'p',
                { class: 'small quiet' },
                [...entry.reasons.map(({ text }) => text), entry.note].filter(Boolean).join(t('seat.list-separator')),
              ),
            )
          ),
        ),
        outcome.note ? h('p', {}, outcome.note) : null,
      ]
      : null,
  ];
}
