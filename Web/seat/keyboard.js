// The desk's keys. Layers lie upon each other: a menu that is open has its keys first, and nothing below it fires by accident.

import { h, replaceChildren } from '../elements/dom.js';
import { t } from '../text/text.js';

/**
 * @typedef {object} KeyBinding
 * @property {string[]} keys as KeyboardEvent.key, letters in lower case
 * @property {string} show what the legend prints on the key
 * @property {string} text what the legend says
 * @property {() => void} action
 * @property {boolean} [minor] only in the full list, not in the legend line
 * @property {string} [over] selector of controls whose own Enter gives way to this key
 */

/** @typedef {{bindings: KeyBinding[], isMenu: boolean}} Layer */

/** @param {EventTarget | null} target */
export function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) {
    return true;
  }
  return target instanceof HTMLInputElement &&
    !['checkbox', 'radio', 'button', 'submit', 'range'].includes(target.type);
}

/** Keys kept while the desk waits for an answer; nobody types further ahead than this. */
const KEPT_KEYS_MAX = 8;
/** Only what is one sign: Enter and Escape belong to what was seen when they were pressed. */
const KEPT = /^.$/;

export class Keyboard {
  /** @type {KeyBinding[]} */
  #base = [];
  /** @type {Layer[]} */
  #menus = [];
  /** Answers that are waited for. */
  #waiting = 0;
  /** What was pressed meanwhile. @type {string[]} */
  #kept = [];
  /** @type {HTMLElement} */
  legend;
  #dialog;

  constructor() {
    this.legend = h('footer', { class: 'legend', 'aria-label': t('seat.keys.legend') });
    this.#dialog = h('dialog', { class: 'card keys-dialog', 'aria-label': t('seat.keys.title') });
    document.body.append(this.#dialog);
    document.addEventListener('keydown', (event) => this.#onKey(event));
  }

  /**
   * The keys of the present screen. Replaces those of the one before.
   * @param {KeyBinding[]} bindings
   */
  use(bindings) {
    this.#base = bindings;
    this.#drawLegend();
  }

  /**
   * Keys of a menu, as long as it is open.
   * @param {KeyBinding[]} bindings
   * @returns {() => void} closes the layer
   */
  push(bindings) {
    const layer = { bindings, isMenu: true };
    this.#menus.push(layer);
    this.#drawLegend();
    return () => {
      this.#menus = this.#menus.filter((other) => other !== layer);
      this.#drawLegend();
    };
  }

  /**
   * Keys that are pressed until the command is answered act afterwards: they are meant for what comes then, as the next material after a verdict.
   * @param {Promise<boolean>} command whether it was done; if not, nothing of what was meant to follow happens
   */
  async after(command) {
    this.#waiting += 1;
    const isDone = await command;
    this.#waiting -= 1;
    if (!isDone) this.#kept = [];
    // What the caller does with the answer happens first.
    setTimeout(() => this.#actKept());
    return isDone;
  }

  #actKept() {
    while (this.#waiting === 0 && this.#kept.length > 0 && !document.querySelector('dialog[open]')) {
      const key = this.#kept.shift();
      this.#active().find(({ keys }) => keys.includes(key ?? ''))?.action();
    }
    if (this.#waiting === 0) this.#kept = [];
  }

  showAll() {
    if (this.#dialog.open) return this.#dialog.close();
    replaceChildren(
      this.#dialog,
      h('h2', {}, t('seat.keys.title')),
      h('p', { class: 'quiet small' }, t('seat.keys.hint')),
      h(
        'dl',
        { class: 'keys-list' },
        this.#active().map((binding) => [h('dt', {}, h('kbd', {}, binding.show)), h('dd', {}, binding.text)]),
      ),
      h('button', { class: 'button button--primary', on: { click: () => this.#dialog.close() } }, t('seat.keys.close')),
    );
    this.#dialog.showModal();
  }

  #active() {
    return this.#menus.at(-1)?.bindings ?? this.#base;
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) {
      return;
    }
    if (isTyping(event.target)) return;
    if (event.key === '?' || event.key === '？') {
      event.preventDefault();
      return this.showAll();
    }
    if (document.querySelector('dialog[open]')) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const binding = this.#active().find(({ keys }) => keys.includes(key));
    const control = event.target instanceof HTMLElement ? event.target.closest('button, a, summary, [role=tab]') : null;
    const givesWay = binding?.over !== undefined && control?.matches(binding.over);
    // Enter and space belong to the control that has the focus.
    if (control && !givesWay && (event.key === 'Enter' || event.key === ' ')) return;
    const isRadio = event.target instanceof HTMLInputElement && event.target.type === 'radio';
    if (isRadio && key.startsWith('Arrow')) return;
    if (this.#waiting > 0 && KEPT.test(key)) {
      event.preventDefault();
      if (this.#kept.length < KEPT_KEYS_MAX) this.#kept.push(key);
      return;
    }
    if (!binding) return;
    event.preventDefault();
    binding.action();
  }

  #drawLegend() {
    const entries = this.#active().filter(({ minor }) => !minor);
    replaceChildren(
      this.legend,
      entries.map(({ show, text }) => h('span', { class: 'legend__entry' }, h('kbd', {}, show), text)),
      h('button', { class: 'legend__all', on: { click: () => this.showAll() } }, keycap('?'), t('seat.keys.all')),
    );
  }
}

/**
 * A key printed on a control. Screen readers skip it: the control's name is its word, and the keys are in the full list.
 * @param {string} text
 */
export function keycap(text) {
  return h('kbd', { 'aria-hidden': 'true' }, text);
}
