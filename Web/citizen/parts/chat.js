import { h, icon, replaceChildren } from '../../elements/dom.js';
import { formatTime, t } from '../../text/text.js';
import { sentenceOf } from '../errors.js';

/** @import { App } from '../app.js' */
/** @import { State } from '../state.js' */

/** As `Limits.chatTextCharacters`. */
const TEXT_CHARACTERS = 1000;
/** An unsent line outlives a closed sheet. */
let draft = '';

/** Text beside the picture. @param {App} app */
export function chatPanel(app) {
  const log = h('ul', { class: 'chat__log' });
  const empty = h('p', { class: 'quiet' }, t('citizen.chat.empty'));
  const trouble = h('p', { class: 'field__error', role: 'alert' });
  const input = h('textarea', {
    class: 'input', id: 'chat-text', rows: '1', maxlength: String(TEXT_CHARACTERS), value: draft, placeholder: t('citizen.chat.placeholder'),
    enterkeyhint: 'send',
    on: {
      input: () => { draft = input.value; },
      keydown: (/** @type {KeyboardEvent} */ event) => {
        // While a Chinese input method is composing, Enter chooses a word.
        if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
          event.preventDefault();
          send();
        }
      },
    },
  });
  const button = h('button', { class: 'button button--primary', type: 'submit' }, t('citizen.chat.send'));

  async function send() {
    const text = input.value.trim();
    if (!text || button.disabled) return input.focus();
    button.disabled = true;
    trouble.replaceChildren();
    try {
      await app.chat(text);
      draft = input.value = '';
    } catch (error) {
      replaceChildren(trouble, icon('warn'), h('span', null, sentenceOf(error)));
    } finally {
      button.disabled = false;
      input.focus();
    }
  }
  let shown = 0;
  /** @param {State} state */
  function update(state) {
    const messages = state.session?.chat ?? [];
    empty.hidden = messages.length > 0;
    if (messages.length < shown) {
      log.replaceChildren();
      shown = 0;
    }
    for (const message of messages.slice(shown)) {
      log.append(h('li', { class: ['chat__line', message.from === 'citizen' && 'chat__line--own'] },
        h('span', { class: 'small quiet' }, `${message.from === 'citizen' ? t('citizen.chat.you') : state.session?.agent.name} ${formatTime(message.at)}`),
        h('span', { class: 'chat__text' }, message.text)));
    }
    if (messages.length > shown) requestAnimationFrame(() => log.lastElementChild?.scrollIntoView({ block: 'nearest' }));
    shown = messages.length;
    app.dispatch({ type: 'chat-seen' });
  }
  const node = h('div', { class: 'chat' },
    h('div', { class: 'chat__scroll' }, empty, log),
    trouble,
    h('form', { class: 'chat__form', on: { submit: (/** @type {Event} */ event) => { event.preventDefault(); send(); } } },
      h('label', { class: 'visually-hidden', for: 'chat-text' }, t('citizen.chat.label')), input, button));
  return { node, update };
}
