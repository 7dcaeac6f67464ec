// Draws the notice that the server wrote, sentence by sentence.

import { h, icon } from '../elements/dom.js';
import { getLocale } from '../text/text.js';

/** @typedef {{ label: string, texts: string[], voice: 'document' | 'catalogue' | 'person' }} Line */
/** @typedef {{ material: string, verdict: string, state: string, lines: Line[] }} Point */
/** @template Content @typedef {{ heading: string, contents: Content[] }} Section */
/**
 * @typedef {{ locale: string, title: string, number: string, result: string, summary: string, warning?: string, authority?: string,
 *   facts: Line[], remarks: Line[], demands: Section<Point>, deferred: Section<Point>, settled: Line[], steps: Section<string>,
 *   legal: Section<string>, verification: Section<Line> }} NoticeDocument
 */

/** @type {Record<string, [string, string]>} */
const LOOKS = {
  'ready-to-file': ['good', 'check'],
  'correction-needed': ['bad', 'info'],
  'deferred-material': ['warn', 'info'],
  'referred': ['warn', 'info'],
};

/** @param {NoticeDocument} document */
export function documentView(document) {
  const [tone, drawing] = LOOKS[document.result] ?? ['warn', 'info'];
  return h('article', { class: 'paper stack' },
    h('h1', { tabindex: '-1' }, document.title),
    h('p', { class: `summary summary--${tone}` }, icon(drawing), h('strong', null, document.summary)),
    [document.authority, document.warning].map((text) => text && h('p', { class: 'caution' }, text)),
    lines([...document.facts, ...document.remarks]),
    points(document.demands),
    points(document.deferred),
    document.settled.map((line) => h('section', { class: 'stack stack--tight' },
      h('h2', null, line.label),
      h('ul', { class: 'bullets' }, line.texts.map((text) => h('li', { lang: languageOf(line) }, text))))),
    h('section', { class: 'stack stack--tight' },
      h('h2', null, document.steps.heading),
      h('ol', { class: 'numbered' }, document.steps.contents.map((step) => h('li', null, step)))),
    h('section', { class: 'stack stack--tight' }, h('h2', null, document.verification.heading), lines(document.verification.contents)),
    h('section', { class: 'stack stack--tight small' },
      h('h2', null, document.legal.heading), document.legal.contents.map((sentence) => h('p', null, sentence))));
}

/** @param {Section<Point>} section */
function points({ heading, contents }) {
  return contents.length > 0 && h('section', { class: 'stack stack--tight' },
    h('h2', null, heading),
    h('ol', { class: 'points' }, contents.map((point, index) =>
      h('li', { class: 'card point', 'data-verdict': point.verdict },
        h('h3', null, `${index + 1}. `, h('span', { lang: languageOf({ voice: 'catalogue' }) }, point.material), ' ',
          h('span', { class: 'point__state' }, point.state)),
        lines(point.lines)))));
}

/** @param {Line[]} all */
function lines(all) {
  return h('dl', { class: 'lines' }, all.map((line) => h('div', null,
    h('dt', null, line.label),
    line.texts.map((text) => h('dd', { lang: languageOf(line) }, line.voice === 'person' ? h('bdi', null, text) : text)))));
}

/** The catalogue is Chinese in every language of the page; a screen reader must change its voice for it. @param {{ voice: Line['voice'] }} line */
function languageOf({ voice }) {
  return voice === 'catalogue' && getLocale() !== 'zh-CN' ? 'zh-CN' : null;
}
