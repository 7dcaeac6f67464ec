// What the machine says of a file, in words with what to do; and what this browser saw before it was sent.

import { h, icon } from '../../elements/dom.js';
import { hasText, t } from '../../text/text.js';

/** @import { FileView, Finding } from '../wire.js' */
/** @import { Doubt } from '../picture/look.js' */

/**
 * @param {FileView} file
 * @param {{ isLeft: boolean, onLeave?: () => void, onRetake?: () => void }} options `isLeft`: the citizen has left it to the agent
 */
export function findingsOf(file, { isLeft, onLeave, onRetake }) {
  if (file.check === 'pending') return h('p', { class: 'check small' }, h('span', { class: 'spinner', 'aria-hidden': 'true' }), t('handIn.check.pending'));
  if (file.check === 'skipped') return h('p', { class: 'check small' }, icon('user'), t('handIn.check.skipped'));
  if (file.findings.length === 0) return h('p', { class: 'check check--good small' }, icon('check'), t('handIn.check.good'));
  if (isLeft) return h('p', { class: 'check small' }, icon('user'), t('handIn.check.left'));
  return h('div', { class: 'found' },
    h('ul', { class: 'found__list' }, file.findings.map((finding) =>
      h('li', null, icon('warn'), h('div', null, h('p', { class: 'strong' }, titleOf(finding, file)), h('p', null, sentence(finding.code, 'do')))))),
    // What helps first: one more photograph beside the doubtful one would not.
    (onRetake || onLeave) && h('div', { class: 'stack stack--tight' },
      onRetake && h('button', { class: 'button button--primary button--block', type: 'button', on: { click: onRetake } }, icon('photo'), t('handIn.page.retake')),
      onLeave && h('button', { class: 'button button--block', type: 'button', on: { click: onLeave } }, icon('user'), t('handIn.leave'))));
}

/** Which page of a file it is on; a photograph is one page, and has its own number among the pages of the material. @param {Finding} finding @param {FileView} file */
function titleOf(finding, file) {
  const title = sentence(finding.code, 'title');
  return finding.page && (file.pages ?? 1) > 1 ? t('handIn.check.onPage', { n: finding.page, title }) : title;
}

/** A code that is newer than this page still gets a sentence. @param {string} code @param {'title' | 'do'} part */
function sentence(code, part) {
  const key = `finding.${code}.${part}`;
  return t(hasText(key) ? key : `handIn.check.unknown.${part}`);
}

/** The whole of it in one sentence: 有点模糊，请重拍（右上角反光）. @param {Doubt[]} doubts */
export function doubtSentence(doubts) {
  const [first, ...others] = doubts;
  if (!first) return t('handIn.look.good');
  const more = others.map(short).join(t('handIn.and'));
  const main = t(`handIn.look.${first.code}`, { place: placeName(first) });
  return more ? t('handIn.look.and', { main, more }) : main;
}

/** @param {Doubt} doubt */
function short(doubt) {
  return t(`handIn.look.${doubt.code}.short`, { place: placeName(doubt) });
}

/** @param {Doubt} doubt */
function placeName({ place }) {
  return place ? t(`handIn.place.${place}`) : '';
}
