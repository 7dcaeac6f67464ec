// One consent: its words, and a switch that says yes and takes it back again.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { t } from '../../text/text.js';
import { sentenceOf } from '../errors.js';

/** @import { App } from '../app.js' */
/** @import { ConsentText } from '../consents.js' */

/**
 * @param {App} app
 * @param {ConsentText} text
 * @param {{ heading?: 'h2' | 'h3', onSaid?: () => void }} [options]
 */
export function consentView(app, text, { heading = 'h2', onSaid = () => {} } = {}) {
  const trouble = h('p', { class: 'field__error', role: 'alert' });
  const input = h('input', {
    type: 'checkbox',
    role: 'switch',
    checked: app.consents.isGiven(text.kind),
    on: {
      change: async () => {
        const given = input.checked;
        input.disabled = true;
        trouble.replaceChildren();
        try {
          await app.consents.say(text, given);
        } catch (error) {
          input.checked = !given;
          return trouble.replaceChildren(icon('warn'), h('span', null, sentenceOf(error)));
        } finally {
          input.disabled = false;
        }
        onSaid();
      },
    },
  });
  return h('section', { class: 'card stack stack--tight' },
    h(heading, { tabindex: '-1' }, text.title), h('p', null, text.text), trouble,
    h('label', { class: 'switch' }, input, h('span', null, t('mine.consent.agree'))));
}

/**
 * Asks before the first paper. `onGiven` when there is nothing more to ask.
 * @param {App} app
 * @param {() => void} onGiven
 */
export function consentBefore(app, onGiven) {
  const node = h('div', { class: 'stack' });
  async function ask() {
    try {
      const texts = await app.consents.load();
      const text = texts.find((one) => one.kind === 'identity-documents');
      if (!text || app.consents.isGiven(text.kind)) return onGiven();
      replaceChildren(node, consentView(app, text, { heading: 'h3', onSaid: onGiven }), h('p', { class: 'quiet small' }, t('mine.consent.without')));
    } catch (error) {
      replaceChildren(node, h('p', { class: 'field__error', role: 'alert' }, icon('warn'), h('span', null, sentenceOf(error))),
        h('button', { class: 'button', type: 'button', on: { click: ask } }, t('shared.retry')));
    }
  }
  ask();
  return node;
}
