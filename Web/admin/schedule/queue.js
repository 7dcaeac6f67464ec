// Changes on their way to the server: drawn at once, sent one after the other, kept while the line is broken, and never laid over what somebody else did.

import { applyChanges, EMPTY, touched } from './plan.js';

/** @typedef {import("./plan.js").Body} Body */
/** @typedef {import("./plan.js").Change} Change */
/** @typedef {{revision: number, state: 'draft' | 'checked', based_on: number | null, changed_at: string, changed_by: string, body: Body}} Draft */
/** @typedef {{version: number, published_at: string, published_by: string, why: string, body: Body}} Published */
/** @typedef {{hall_id: string, published: Published | null, draft: Draft | null, can_undo: boolean, can_redo: boolean}} Schedule */
/** @typedef {Pick<Schedule, 'draft' | 'can_undo' | 'can_redo'>} Answer what a change, an undo or a redo leaves behind */
/** @typedef {{revision: number, at: string, by: string, changes: Change[]}} Foreign what somebody else saved in between */
/** @typedef {{changes: Change[], what: string}} Step one change of the person; `what` says it in words */
/**
 * - `saved`: everything is at the server
 * - `sending`: a request is under way
 * - `broken`: the line is; it goes on by itself
 * - `stale`: somebody else saved; nothing is sent until the person decides
 * - `refused`: the server did not take a step; it is kept aside, the others are not held up
 * @typedef {'saved' | 'sending' | 'broken' | 'stale' | 'refused'} Line
 */

const RETRY_MS = [1_000, 2_000, 5_000, 10_000];

export class ChangeQueue {
  /** @type {Schedule | null} */
  schedule = null;
  /** What is drawn: the server's schedule with everything pending laid over it. @type {Body} */
  body = EMPTY;
  /** @type {Line} */
  line = 'saved';
  /** While stale: what others did. @type {Foreign[]} */
  foreign = [];
  /** @type {{step: Step, error: Error} | null} */
  refused = null;

  /** @type {{kind: 'changes' | 'undo' | 'redo', step: Step, isSent: boolean}[]} */
  #pending = [];
  #isBusy = false;
  #isStopped = false;
  #failures = 0;
  #server;
  #onChange;
  #pause;

  /**
   * @param {{
   *   server: {load: () => Promise<Schedule>, change: (revision: number, changes: Change[]) => Promise<Answer>,
   *     undo: (revision: number) => Promise<Answer>, redo: (revision: number) => Promise<Answer>},
   *   onChange: () => void, pause: (ms: number) => Promise<void>,
   * }} options `pause` ends early when the line is known to be back
   */
  constructor({ server, onChange, pause }) {
    this.#server = server;
    this.#onChange = onChange;
    this.#pause = pause;
  }

  /** Nothing of the person's is on its way. */
  get isIdle() {
    return this.#pending.length === 0 && !this.#isBusy;
  }

  get revision() {
    return this.schedule?.draft?.revision ?? 0;
  }

  /** Steps that are not at the server yet, oldest first. @returns {Step[]} */
  get pending() {
    return this.#pending.map((one) => one.step);
  }

  get canUndo() {
    return this.#pending.some((one) => one.kind === 'changes') || (this.schedule?.can_undo ?? false);
  }

  get canRedo() {
    return this.#pending.length === 0 && (this.schedule?.can_redo ?? false);
  }

  /** While stale: whether one of the person's steps touches what others touched. @param {Step} step */
  collides(step) {
    const theirs = touched(this.foreign.flatMap((one) => one.changes));
    return [...touched(step.changes)].some((name) => theirs.has(name));
  }

  stop() {
    this.#isStopped = true;
  }

  async load() {
    this.#take(await this.#server.load());
  }

  /** Takes what another request (check, publish, restore) answered. @param {Partial<Schedule>} parts */
  merge(parts) {
    if (this.schedule) this.#take({ ...this.schedule, ...parts });
  }

  /** Draws the step at once and sends it when its turn comes. @param {Step} step */
  add(step) {
    if (step.changes.length === 0) return;
    const last = this.#pending.at(-1);
    // A shift that is nudged along by keys is one step, as long as nothing of it has been sent.
    if (last && !last.isSent && last.kind === 'changes' && isSameShift(last.step, step)) last.step = step;
    else this.#pending.push({ kind: 'changes', step, isSent: false });
    this.#draw();
    this.#pump();
  }

  undo() {
    const last = this.#pending.at(-1);
    // What was never sent needs no server to be undone.
    if (last && !last.isSent && last.kind === 'changes') {
      this.#pending.pop();
      if (this.#pending.length === 0 && this.line !== 'sending') this.line = 'saved';
      this.#draw();
      return;
    }
    this.#pending.push({ kind: 'undo', step: { changes: [], what: '' }, isSent: false });
    this.#pump();
  }

  redo() {
    this.#pending.push({ kind: 'redo', step: { changes: [], what: '' }, isSent: false });
    this.#pump();
  }

  /** After a stale save: on top of what others did, the person's steps again. */
  async sendOnTop() {
    await this.load();
    this.foreign = [];
    this.#setLine('sending');
    this.#pump();
  }

  /** After a stale save: what others did stays, the person's steps go. */
  async dropMine() {
    this.#pending = [];
    this.foreign = [];
    await this.load();
    this.#setLine('saved');
  }

  /** The step that the server did not take has been looked at. */
  forgetRefused() {
    this.refused = null;
    this.#setLine(this.isIdle ? 'saved' : 'sending');
  }

  /** @param {Schedule} schedule */
  #take(schedule) {
    this.schedule = schedule;
    this.#draw();
  }

  #draw() {
    const base = this.schedule?.draft?.body ?? this.schedule?.published?.body ?? EMPTY;
    this.body = applyChanges(base, this.#pending.flatMap((one) => one.step.changes));
    this.#onChange();
  }

  /** @param {Line} line */
  #setLine(line) {
    if (this.line === line) return;
    this.line = line;
    this.#onChange();
  }

  async #pump() {
    if (this.#isBusy || this.line === 'stale') return;
    this.#isBusy = true;
    while (this.#pending.length > 0 && !this.#isStopped) {
      const one = this.#pending[0];
      one.isSent = true;
      if (this.line !== 'broken') this.#setLine('sending');
      try {
        await this.#send(one);
        this.#failures = 0;
        if (this.line === 'broken') this.#setLine('sending');
      } catch (error) {
        if (!await this.#failed(one, /** @type {any} */ (error))) break;
      }
    }
    this.#isBusy = false;
    if (this.#pending.length === 0 && this.line === 'sending') this.line = this.refused ? 'refused' : 'saved';
    this.#onChange();
  }

  /** @param {{kind: 'changes' | 'undo' | 'redo', step: Step}} one */
  async #send({ kind, step }) {
    // Only the server knows what a copied week became; its answer holds it.
    const answer = kind === 'changes' ? await this.#server.change(this.revision, step.changes) : await this.#server[kind](this.revision);
    this.#pending.shift();
    this.#take({ .../** @type {Schedule} */ (this.schedule), ...answer });
  }

  /**
   * @param {{kind: 'changes' | 'undo' | 'redo', step: Step, isSent: boolean}} one
   * @param {{code?: string, status?: number, message: string, details?: any} & Error} error
   * @returns {Promise<boolean>} whether to go on
   */
  async #failed(one, error) {
    if (error.code === 'schedule_changed') return await this.#changedSince(one, error.details?.changes_since ?? []);
    const isPassing = error.status === undefined || error.status === 0 || error.status >= 500 || error.status === 429;
    if (isPassing) {
      this.#setLine('broken');
      const ms = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)];
      this.#failures += 1;
      await this.#pause(ms);
      return !this.#isStopped;
    }
    this.#pending.shift();
    this.refused = { step: one.step, error };
    this.line = 'refused';
    this.#draw();
    return true;
  }

  /**
   * Our own step, saved before the line broke and its answer was lost, comes back as "changed since": that is no conflict.
   * @param {{kind: 'changes' | 'undo' | 'redo', step: Step, isSent: boolean}} one
   * @param {Foreign[]} since
   * @returns {Promise<boolean>} whether to go on
   */
  async #changedSince(one, since) {
    const isOurs = this.#failures > 0 && since.length === 1 && JSON.stringify(namesIn(since[0].changes)) === JSON.stringify(namesIn(one.step.changes));
    if (isOurs) {
      this.#failures = 0;
      this.#pending.shift();
      this.#setLine('sending');
      await this.load();
      return true;
    }
    for (const waiting of this.#pending) waiting.isSent = false;
    // An undo of what is no longer the last step would undo somebody else's work.
    this.#pending = this.#pending.filter((waiting) => waiting.kind === 'changes');
    this.foreign = since;
    this.line = 'stale';
    this.#draw();
    return false;
  }
}

/** What a list of changes is known by on both sides. @param {Change[]} changes */
const namesIn = (changes) => changes.map((change) => [change.kind, 'shift' in change ? [change.shift.id, change.shift.from, change.shift.to, change.shift.seat_id, change.shift.agent_id] : Object.values(change).map(String).sort()]);

/** @param {Step} a @param {Step} b */
function isSameShift(a, b) {
  if (a.changes.length !== 1 || b.changes.length !== 1) return false;
  const [one] = a.changes;
  const [other] = b.changes;
  return one.kind === 'put-shift' && other.kind === 'put-shift' && one.shift.id === other.shift.id;
}
