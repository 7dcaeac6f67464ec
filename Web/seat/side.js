// Beside the checklist: the text exchanged with the citizen, what the catalogue says of the item, the case's form, and its history.

import { h, icon, replaceChildren } from '../elements/dom.js';
import { formatTime, t } from '../text/text.js';
import { limits } from '../signaling/messages.js';
import { getJSON } from '../signaling/http.js';
import { announce } from '../elements/announce.js';
import { createForm } from './form.js';
import { createHistory } from './history.js';
import { transferNote } from './ring.js';
import { isConsultant, isInTalk, screenOf } from './state.js';

/** @typedef {import("./state.js").DeskState} DeskState */
/** @typedef {"chat" | "item" | "form" | "history"} TabName */

/** @type {TabName[]} */
const TABS = ['chat', 'item', 'form', 'history'];

/** @param {import("./desk.js").DeskParts} parts */
export function createSide(parts) {
  const { commands } = parts;
  const form = createForm(parts);
  const history = createHistory();
  const log = h('ol', { class: 'chat__log', 'aria-label': t('seat.chat.log'), tabindex: '0' });
  const text = h('textarea', {
    class: 'input chat__text',
    rows: 2,
    maxlength: limits.chat_text_characters,
    'aria-label': t('seat.chat.text'),
    placeholder: t('seat.chat.hint'),
    on: { keydown: onKey },
  });
  const send = h('button', { class: 'button', on: { click: () => submit() } }, t('seat.chat.send'));
  const chat = h(
    'div',
    { class: 'side__panel chat', role: 'tabpanel', id: 'panel-chat', 'aria-labelledby': 'tab-chat' },
    log,
    h('div', { class: 'chat__write' }, text, send),
  );
  const panel = (/** @type {TabName} */ name, /** @type {string} */ style) =>
    h('div', { class: ['side__panel', style], role: 'tabpanel', id: `panel-${name}`, 'aria-labelledby': `tab-${name}`, tabindex: '0', hidden: true });
  const item = panel('item', 'item');
  const formPanel = panel('form', 'side__panel--scrolls');
  const historyPanel = panel('history', 'side__panel--scrolls');
  formPanel.append(form.element);
  historyPanel.append(history.element);
  const handedOn = h('div', { class: 'item__transfer', hidden: true });
  const guide = h('div', { class: 'item__guide' });
  item.append(handedOn, guide);
  const unread = h('span', { class: 'badge badge--accent', hidden: true });
  const waiting = h('span', { class: 'badge badge--accent', hidden: true });
  const visits = h('span', { class: 'badge', hidden: true });
  const tabs = { chat: tab('chat', unread), item: tab('item'), form: tab('form', waiting), history: tab('history', visits) };
  /** @type {Record<TabName, HTMLElement>} */
  const panels = { chat, item, form: formPanel, history: historyPanel };
  const element = h(
    'section',
    { class: 'side', 'aria-label': t('seat.side.title') },
    h('div', { class: 'side__tabs', role: 'tablist', 'aria-label': t('seat.side.title') }, TABS.map((name) => tabs[name])),
    TABS.map((name) => panels[name]),
  );

  /** @type {DeskState | null} */
  let state = null;
  /** @type {TabName} */
  let shown = 'chat';
  let sessionID = '';
  let drawnMessages = 0;
  let unreadMessages = 0;
  /** @type {{ code: string, version: number } | null} */
  let itemOfCase = null;

  /** @param {TabName} name @param {Node} [extra] */
  function tab(name, extra) {
    return h(
      'button',
      {
        class: 'side__tab',
        role: 'tab',
        id: `tab-${name}`,
        'aria-controls': `panel-${name}`,
        'aria-selected': String(name === 'chat'),
        tabindex: name === 'chat' ? '0' : '-1',
        on: {
          click: () => show(name),
          keydown: (/** @type {KeyboardEvent} */ event) => {
            if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
            event.preventDefault();
            event.stopPropagation();
            const all = TABS.filter((other) => !tabs[other].hidden);
            const by = event.key === 'ArrowRight' ? 1 : -1;
            show(all[(all.indexOf(name) + by + all.length) % all.length]);
            tabs[shown].focus();
          },
        },
      },
      t(`seat.side.${name}`),
      extra ?? null,
    );
  }

  /** @param {TabName} name */
  function show(name) {
    shown = name;
    for (const [key, button] of Object.entries(tabs)) {
      button.setAttribute('aria-selected', String(key === name));
      button.tabIndex = key === name ? 0 : -1;
    }
    for (const other of TABS) panels[other].hidden = other !== name;
    if (name === 'chat') markRead();
    else if (name === 'item' && itemOfCase) showItem(guide, itemOfCase);
    else if (name === 'history') history.show(state?.session);
  }

  function markRead() {
    unreadMessages = 0;
    unread.hidden = true;
    log.scrollTop = log.scrollHeight;
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      submit();
    } else if (event.key === 'Escape') {
      text.blur();
    }
  }

  async function submit() {
    const session = state?.session;
    const said = text.value.trim();
    if (!session || !said) return;
    text.value = '';
    const isSent = await commands.chat(session.id, said);
    // Nothing that was typed is lost; what came to be typed meanwhile stays as well.
    if (!isSent) text.value = [said, text.value].filter(Boolean).join('\n');
  }

  /** @param {DeskState} next */
  function update(next) {
    state = next;
    const session = next.session;
    element.hidden = !session;
    if (!session) return;
    if (session.id !== sessionID) begin(session);
    const screen = screenOf(next);
    const mayWrite = isInTalk(screen) && !isConsultant(next);
    send.disabled = !mayWrite;
    text.placeholder = t(mayWrite ? 'seat.chat.hint' : isConsultant(next) ? 'seat.consult.chat' : screen === 'calling' ? 'seat.chat.not-yet' : 'seat.chat.over');
    if (!mayWrite && document.activeElement !== text) text.disabled = true;
    if (mayWrite) text.disabled = false;
    addMessages(session);
    form.update(next);
    if (shown === 'history') history.show(session);
    drawCounts(session);
  }

  /** @param {import("../signaling/messages.js").SessionView} session */
  function drawCounts(session) {
    const open = form.waiting();
    waiting.hidden = open === 0;
    waiting.textContent = String(open);
    waiting.title = t('seat.form.waiting', { n: open });
    const earlier = session.matter?.earlier_outcomes ?? 0;
    visits.hidden = earlier === 0;
    visits.textContent = String(earlier);
  }

  /** @param {import("../signaling/messages.js").SessionView} session */
  function begin(session) {
    sessionID = session.id;
    drawnMessages = 0;
    text.value = '';
    itemOfCase = session.item;
    replaceChildren(log, h('li', { class: 'chat__empty quiet' }, t('seat.chat.empty')));
    const { transfer } = session;
    handedOn.hidden = !transfer;
    replaceChildren(handedOn, transfer ? transferNote(transfer) : null);
    // What the agent before wrote is read first.
    show(transfer ? 'item' : 'chat');
    element.dataset.tall = String(session.kind === 'consultation');
  }

  /** @param {import("../signaling/messages.js").SessionView} session */
  function addMessages(session) {
    const fresh = session.chat.slice(drawnMessages);
    if (fresh.length === 0) return;
    if (drawnMessages === 0) replaceChildren(log);
    const isLive = drawnMessages > 0 || session.chat.length === 1;
    drawnMessages = session.chat.length;
    for (const message of fresh) {
      const isOwn = message.from === 'agent';
      log.append(
        h(
          'li',
          { class: ['chat__message', isOwn && 'chat__message--own'] },
          h(
            'span',
            { class: 'small quiet' },
            isOwn ? t('seat.chat.me') : session.citizen.name,
            ' ',
            formatTime(message.at),
          ),
          h('p', {}, message.text),
        ),
      );
      if (!isOwn && isLive) announce(t('seat.chat.came', { text: message.text }));
      if (!isOwn && shown !== 'chat') unreadMessages++;
    }
    unread.hidden = unreadMessages === 0;
    unread.textContent = t('seat.chat.unread', { n: unreadMessages });
    if (shown === 'chat') markRead();
  }

  return {
    element,
    update,
    show,
    focusChat: () => (show('chat'), text.focus()),
    focusForm: () => (show('form'), form.focus()),
    showNumbers: () => (show('form'), form.showAll()),
  };
}

/**
 * Shows what the catalogue says of an item in the version that the case was opened with; once shown, it stays.
 * @param {HTMLElement} place
 * @param {{ code: string, version: number }} item
 */
export async function showItem(place, item) {
  const path = `/catalogue/${encodeURIComponent(item.code)}?version=${item.version}`;
  if (place.dataset.item === path) return;
  place.dataset.item = path;
  replaceChildren(place, h('p', { class: 'quiet' }, t('shared.loading')));
  try {
    const found = await getJSON(path);
    if (place.dataset.item === path) replaceChildren(place, drawItem(found));
  } catch (error) {
    if (place.dataset.item !== path) return;
    place.dataset.item = '';
    const again = h('button', { class: 'button', on: { click: () => showItem(place, item) } }, t('shared.retry'));
    replaceChildren(place, h('p', {}, /** @type {Error} */ (error).message), again);
  }
}

/** @param {import("../signaling/messages.js").CatalogueItem} found */
function drawItem(found) {
  const sources = new Map(found.sources.map((source) => [source.id, source]));
  const said = (/** @type {string} */ key, /** @type {{text: string, source: string} | undefined} */ fact) =>
    fact
      ? [
        h('dt', {}, t(key)),
        h(
          'dd',
          {},
          fact.text,
          sources.get(fact.source)
            ? null
            : h('span', { class: 'badge badge--warn' }, icon('warn'), t('seat.item.to-verify')),
        ),
      ]
      : null;
  return [
    h('h3', {}, found.name),
    h(
      'p',
      {},
      h(
        'span',
        { class: ['badge', found.verified ? 'badge--good' : 'badge--warn'] },
        icon(found.verified ? 'check' : 'warn'),
        t(found.verified ? 'seat.item.verified' : 'seat.item.unverified'),
      ),
    ),
    h(
      'dl',
      { class: 'facts' },
      h('dt', {}, t('seat.item.applicants')),
      h('dd', {}, found.applicants.join(t('seat.list-separator'))),
      said('seat.item.time-limit', found.time_limit),
      said('seat.item.fee', found.fee),
      said('seat.item.cross-region', found.cross_region),
      found.legal_basis.length > 0
        ? [h('dt', {}, t('seat.item.legal-basis')), h('dd', {}, found.legal_basis.map(({ text }) => h('p', {}, text)))]
        : null,
    ),
    h('h4', {}, t('seat.item.materials')),
    h(
      'ol',
      { class: 'item__materials' },
      found.materials.map((material) =>
        h(
          'li',
          {},
          material.name,
          h(
            'span',
            { class: 'quiet small' },
            ` ${t(`seat.necessity.${material.necessity}`)}${
              material.condition ? t('seat.item.condition', { text: material.condition }) : ''
            }`,
          ),
          material.exemption
            ? h('p', { class: 'small quiet' }, t('seat.item.exemption', { text: material.exemption }))
            : null,
        )
      ),
    ),
  ];
}
