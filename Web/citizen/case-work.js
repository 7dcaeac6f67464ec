// What the citizen says and does about the case in hand: answers, fields, pages, corrections, pictures of originals, the notice.

import { sendStill, sha256Of, stillLabel } from '../call/still-transfer.js';
import { postBytes } from '../signaling/http.js';
import { formatTime, t } from '../text/text.js';
import { moved } from './pages.js';
import { marked } from './picture/watermark.js';
import { caseID } from './state.js';

/** @import { App } from './app.js' */
/** @import { CaseFieldKey } from './wire.js' */
/** @import { Question } from './questions.js' */

/** How long the bytes of a still may take over the data channel, and the seat to store them, before this page sends them itself. */
const CHANNEL_PATIENCE_MS = 30_000;
const STORED_PATIENCE_MS = 8_000;
const BYTES_PATIENCE_MS = 60_000;

/** Every act may be refused by the broker; the error goes to whoever called. */
export class CaseWork {
  #app;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
  }

  /**
   * @param {Question} question
   * @param {boolean | 'unsure'} answer
   */
  async answerQuestion(question, answer) {
    if (answer === 'unsure') return this.#app.dispatch({ type: 'note', note: { unsure: question.text } });
    const id = caseID(this.#app.state);
    await Promise.all(question.materials.map((material) =>
      this.#app.connection?.send('material.answer', { case_id: id, material_id: material.id, applies: answer })));
    this.#app.dispatch({ type: 'note', note: { sure: question.text } });
  }

  /** @param {{ key: CaseFieldKey, value: string }[]} fields */
  async enterFields(fields) {
    if (fields.length > 0) await this.#app.connection?.send('case.enter-fields', { case_id: caseID(this.#app.state), fields });
    this.#app.dispatch({ type: 'note', note: { formDone: true } });
  }

  /**
   * @param {string} materialID
   * @param {number} from
   * @param {number} to
   */
  async movePage(materialID, from, to) {
    const files = this.#app.state.materials.find((entry) => entry.material.id === materialID)?.files ?? [];
    await this.#arrange(materialID, moved(files.map((file) => file.id), from, to));
    this.#app.say({ key: 'handIn.page.moved', params: { n: Math.max(0, Math.min(to, files.length - 1)) + 1 } });
  }

  /** @param {string} materialID @param {string[]} fileIDs */
  async #arrange(materialID, fileIDs) {
    await this.#app.connection?.send('material.arrange', { case_id: caseID(this.#app.state), material_id: materialID, files: fileIDs });
  }

  /** @param {string} fileID @param {number} rotation */
  async rotateFile(fileID, rotation) {
    await this.#app.connection?.send('material.rotate', { case_id: caseID(this.#app.state), file_id: fileID, rotation });
  }

  /** @param {string} correctionID @param {boolean} accepted */
  async answerCorrection(correctionID, accepted) {
    await this.#app.connection?.send('correction.answer', { session_id: this.#app.state.session?.id, correction_id: correctionID, accepted });
  }

  /** @param {string} stillID @param {string | null} sha256 null: declined */
  async answerStill(stillID, sha256) {
    await this.#app.connection?.send('still.answer', { session_id: this.#app.state.session?.id, still_id: stillID, ...(sha256 && { sha256 }) });
  }

  /** Writes on a picture where it belongs. @param {ImageBitmap} picture */
  markStill(picture) {
    const { session } = this.#app.state;
    return marked(picture, {
      purpose: t('citizen.still.purpose'),
      case: t('citizen.still.case', { number: session?.case_number ?? '' }),
      time: formatTime(new Date(this.#app.now()).toISOString(), { date: true }),
      agent: t('citizen.still.agent', { hall: session?.hall.name ?? '', seat: session?.seat_number ?? '', name: session?.agent.name ?? '' }),
    });
  }

  /**
   * Tells the broker the picture's hash, then gives its bytes to the seat; when the seat does not get them, to the server.
   * @param {string} stillID
   * @param {Blob} picture
   * @param {(fraction: number) => void} onProgress
   */
  async sendStill(stillID, picture, onProgress) {
    const id = caseID(this.#app.state);
    const bytes = await picture.arrayBuffer();
    const sha256 = await sha256Of(bytes);
    await this.answerStill(stillID, sha256);
    try {
      const channel = this.#app.media?.openChannel(stillLabel(stillID));
      if (!channel) throw new Error('no channel');
      await sendStill(channel, bytes, { mediaType: 'image/jpeg', sha256, signal: AbortSignal.timeout(CHANNEL_PATIENCE_MS), onProgress });
      await this.#stillStored(stillID);
    } catch {
      await postBytes(`/cases/${id}/stills/${stillID}`, picture, {
        name: `${t('citizen.still.fileName')}.jpg`, signal: AbortSignal.timeout(BYTES_PATIENCE_MS),
      });
      onProgress(1);
    }
  }

  /** @param {string} stillID @returns {Promise<void>} */
  #stillStored(stillID) {
    const isStored = () => this.#app.state.matter?.still?.id !== stillID || this.#app.state.matter.still.state === 'stored';
    return new Promise((resolve, reject) => {
      if (isStored()) return resolve();
      const listening = new AbortController();
      const timer = setTimeout(() => {
        listening.abort();
        reject(new Error('the seat has not stored it'));
      }, STORED_PATIENCE_MS);
      this.#app.addEventListener('change', () => {
        if (!isStored()) return;
        clearTimeout(timer);
        listening.abort();
        resolve();
      }, { signal: listening.signal });
    });
  }

  /** @param {number} version */
  async confirmNotice(version) {
    await this.#app.connection?.send('notice.confirm', { case_id: caseID(this.#app.state), version });
  }

  /** @param {string} fileID */
  async removeFile(fileID) {
    await this.#app.connection?.send('material.remove-file', { case_id: caseID(this.#app.state), file_id: fileID });
  }
}
