// A picture of the original (出示原件): asked for by the agent, taken on the citizen's device with their consent, sent from page to page,
// compared with the hash that the citizen's page gave the broker, shown at once, and stored as a file of the material.

import { h, icon, replaceChildren } from '../elements/dom.js';
import { t } from '../text/text.js';
import { announce } from '../elements/announce.js';
import { receiveStill, stillOf } from '../call/still-transfer.js';
import { postBytes } from '../signaling/http.js';
import { keycap } from './keyboard.js';
import { selectedEntry } from './state.js';
import { isOver, judge, progressOf } from './still-progress.js';
import { countdownText } from './time.js';

/** @typedef {import("./state.js").DeskState} DeskState */
/** @typedef {import("./still-progress.js").Arrival} Arrival */

/** A picture of some megabytes over the hall's own line. */
const STORE_PATIENCE_MS = 120_000;

/**
 * @param {import("./desk.js").DeskParts & {
 *   show: (picture: {materialID: string, name: string, blob: Blob} | null) => void,
 *   compare: () => void,
 * }} parts
 */
export function createStill({ call, dispatch, show, compare, ask }) {
  const element = h('div', { class: 'still', hidden: true });
  const left = h('strong', { class: 'still__left' });
  /** @type {DeskState | null} */
  let state = null;
  /** Of the picture that came last. @type {Arrival | null} */
  let arrival = null;
  let said = '';
  let drawn = '';
  /** A picture whose end has been seen: its line goes when the agent moves on. */
  let dismissed = '';
  let openMaterial = '';
  /** The picture whose stored file has been opened already. */
  let openedFor = '';

  const still = () => state?.session?.matter?.still ?? null;

  call.addEventListener('channel', (event) => {
    const channel = /** @type {CustomEvent<RTCDataChannel>} */ (event).detail;
    const id = stillOf(channel);
    if (!id) return;
    /** @type {Arrival} */
    const next = { id, phase: 'receiving', percent: 0, blob: null, sha256: '', why: '' };
    arrival = next;
    receiveStill(channel, {
      onProgress(fraction) {
        next.percent = Math.floor(fraction * 100);
        draw();
      },
    }).then(({ bytes, mediaType, sha256 }) => {
      next.blob = new Blob([bytes], { type: mediaType });
      next.sha256 = sha256;
      become(next, 'arrived');
      settle();
    }, () => become(next, 'broken'));
    draw();
  });

  /** @param {Arrival} changed @param {import("./still-progress.js").Phase} phase */
  function become(changed, phase) {
    changed.phase = phase;
    if (arrival === changed) draw();
  }

  /** Shows and stores the picture once both its bytes and the hash that the broker was told of are there. */
  function settle() {
    const asked = still();
    const found = judge(asked, arrival);
    if (!arrival?.blob || !asked || found === 'wait') return;
    if (found === 'different') return become(arrival, 'different');
    show({ materialID: asked.material_id, name: t('seat.still.name'), blob: arrival.blob });
    store();
  }

  async function store() {
    const asked = still();
    const session = state?.session;
    const current = arrival;
    if (!asked || !session || !current?.blob || (current.phase !== 'arrived' && current.phase !== 'refused')) return;
    become(current, 'storing');
    try {
      const path = `/sessions/${encodeURIComponent(session.id)}/stills/${encodeURIComponent(asked.id)}`;
      await postBytes(path, current.blob, { signal: AbortSignal.timeout(STORE_PATIENCE_MS) });
      become(current, 'stored');
    } catch (error) {
      current.why = /** @type {Error} */ (error).message;
      become(current, 'refused');
    }
  }

  /** The stored file takes the place of what was shown, as soon as the broker has told of it; whoever sent it. */
  function openStored() {
    const asked = still();
    const entry = state && selectedEntry(state);
    if (asked?.state !== 'stored' || openedFor === asked.id || entry?.material.id !== asked.material_id) return;
    const file = entry.files.find(({ still_id }) => still_id === asked.id);
    if (!file) return;
    openedFor = asked.id;
    queueMicrotask(() => {
      show(null);
      dispatch({ type: 'select-file', payload: file.id });
    });
  }

  /** @param {"again" | "retry" | "beside"} offer */
  function button(offer) {
    const [key, text, action] = /** @type {const} */ ({
      again: ['S', 'seat.still.again', ask],
      retry: [null, 'shared.retry', store],
      beside: ['B', 'seat.still.beside', compare],
    })[offer];
    return h('button', { class: 'chip', on: { click: () => action() } }, key ? keycap(key) : null, t(text));
  }

  function draw() {
    const asked = still();
    const found = asked && dismissed !== asked.id ? progressOf(asked, arrival) : null;
    element.hidden = !found;
    const material = state?.session?.materials.find((entry) => entry.material.id === asked?.material_id)?.material.name ?? '';
    const text = found ? t(found.key, { material, percent: arrival?.percent ?? 0, why: arrival?.why ?? '' }) : '';
    const key = `${asked?.id} ${text}`;
    if (key === drawn) return;
    drawn = key;
    if (!found) return replaceChildren(element);
    element.dataset.tone = found.tone;
    replaceChildren(element, icon(found.drawing), h('span', { class: 'still__text' }, text), found.counts ? left : null, found.offers.map(button));
    // Each stage once, and not every percent.
    const stage = `${asked?.id} ${found.key}`;
    if (stage !== said) announce(text);
    said = stage;
  }

  /** @param {DeskState} next */
  function update(next) {
    if (next.session?.id !== state?.session?.id) {
      arrival = null;
      // What was asked for before this page was opened is over, unless it still runs.
      const earlier = next.session?.matter?.still;
      dismissed = openedFor = earlier && isOver(earlier) ? earlier.id : '';
    }
    state = next;
    const asked = still();
    const material = next.materialID ?? '';
    if (openMaterial !== material && asked && isOver(asked)) dismissed = asked.id;
    openMaterial = material;
    settle();
    openStored();
    draw();
  }

  /** @param {DeskState} now @param {number} time */
  function tick(now, time) {
    const deadline = now.session?.matter?.still?.deadline;
    left.textContent = deadline ? countdownText(Date.parse(deadline) - time) : '';
  }

  return { element, update, tick };
}
