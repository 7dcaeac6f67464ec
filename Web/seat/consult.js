// A colleague in the talk: asking one in, who hears whom, handing over; and the line under the pictures that says how it stands.

import { h, icon, replaceChildren } from '../elements/dom.js';
import { confirmDialog } from '../elements/confirm.js';
import { t } from '../text/text.js';
import { consultOf, isConsultant } from './state.js';
import { countdownText } from './time.js';
import { openTransfer } from './transfer.js';

/** @typedef {import("./state.js").DeskState} DeskState */
/** @typedef {import("../signaling/messages.js").ConsultView} ConsultView */
/** @typedef {import("../signaling/messages.js").ConsultEnd} ConsultEnd */

/** Ends that the agent did not bring about. @type {ConsultEnd[]} */
const NEWS_FOR_AGENT = ['declined', 'unanswered', 'left', 'lost'];

/**
 * What an end means to the person who reads it; empty when they did it themselves.
 * @param {ConsultView} consult that has ended
 */
export function endText(consult) {
  const { you, end } = consult;
  if (!end) return '';
  if (you === 'consultant') return end === 'left' ? '' : t(`seat.consult.ended.${end}`);
  return NEWS_FOR_AGENT.includes(end) ? t(`seat.consult.end.${end}`) : '';
}

/**
 * @param {{run: (type: string, payload: object) => Promise<boolean>, state: () => DeskState}} options
 */
export function createConsult({ run, state }) {
  const session = () => state().session;
  const isAsked = () => Boolean(document.querySelector('dialog[open]'));

  /** Asks a colleague in, or takes the request back, or goes on alone. @returns {(() => void) | null} closes what was opened */
  function toggle() {
    const now = session();
    if (!now || isConsultant(state()) || isAsked()) return null;
    if (now.consult) {
      run('consult.end', { session_id: now.id });
      return null;
    }
    if (now.state !== 'connected' && now.state !== 'held') return null;
    return openTransfer({
      session: now,
      seatID: state().seat?.id ?? '',
      purpose: 'consult',
      transfer: (payload) => run('consult.start', payload),
    });
  }

  function include() {
    const consult = consultOf(state());
    const now = session();
    if (now && consult) run('consult.include', { session_id: now.id, citizen_in: !consult.citizen_in });
  }

  async function handOver() {
    const consult = consultOf(state());
    const now = session();
    if (!now || !consult || isAsked()) return;
    const isSure = await confirmDialog({
      title: t('seat.consult.hand-over-title', { name: consult.consultant?.name ?? '' }),
      body: t('seat.consult.hand-over-body'),
      confirm: t('seat.consult.hand-over'),
      cancel: t('seat.transfer.back'),
    });
    if (isSure) run('consult.hand-over', { session_id: now.id });
  }

  function leave() {
    const now = session();
    return now ? run('consult.leave', { session_id: now.id }) : Promise.resolve(false);
  }

  return { toggle, include, handOver, leave };
}

/** The line under the pictures. */
export function createConsultLine() {
  const words = h('span', {});
  const time = h('span', { class: 'consult__time', role: 'timer', 'aria-live': 'off' });
  const element = h('p', { class: 'consult', role: 'status', hidden: true }, icon('user'), words, time);
  let drawn = '';

  /** @param {DeskState} state */
  function update(state) {
    const consult = state.session?.consult;
    element.hidden = !consult;
    const text = consult && state.session ? lineText(consult, state.session) : '';
    element.dataset.tone = consult?.state === 'talking' && !consult.citizen_in ? 'warn' : 'accent';
    if (text === drawn) return;
    drawn = text;
    replaceChildren(words, text);
  }

  /** @param {DeskState} state @param {number} now */
  function tick(state, now) {
    const session = state.session;
    const deadline = session?.consult?.deadline ?? (session?.consult?.state === 'talking' ? session.state_deadline : undefined);
    time.textContent = deadline ? countdownText(Date.parse(deadline) - now) : '';
  }

  return { element, update, tick };
}

/**
 * @param {ConsultView} consult
 * @param {import("../signaling/messages.js").SessionView} session
 */
function lineText(consult, session) {
  const name = consult.consultant?.name ?? '';
  const seat = consult.seat_number ?? '';
  switch (consult.state) {
    case 'waiting':
      return t('seat.consult.line.waiting', { hall: consult.hall.name });
    case 'ringing':
      return t('seat.consult.line.ringing', { seat, name });
    case 'talking':
      break;
    case 'ended':
      return '';
  }
  if (session.state === 'transferring') return t('seat.consult.line.transferring', { name });
  if (consult.you === 'consultant') {
    const agent = session.agent.name;
    if (!session.agent.present) return t('seat.consult.line.agent-away', { name: agent });
    return t(consult.citizen_in ? 'seat.consult.line.helping-in' : 'seat.consult.line.helping-apart', { name: agent });
  }
  if (!consult.consultant?.present) return t('seat.consult.line.away', { name });
  return t(consult.citizen_in ? 'seat.consult.line.in' : 'seat.consult.line.apart', { name });
}
