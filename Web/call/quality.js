// How good the line is, in a word. A word that flickers is worse than none, so it changes only after several samples agree.

/** @typedef {"good" | "poor" | "bad"} QualityWord */
/**
 * @typedef {object} QualityReport
 * @property {QualityWord} word
 * @property {number} loss share of packets lost since the last sample, 0…1
 * @property {number | null} rttMs
 * @property {number} kbps received
 */
/** @typedef {{at: number, received: number, lost: number, bytes: number, rttMs: number | null}} Sample */

/** From this loss or round trip on, pictures break up (ITU-T G.114 names 150 ms one way as the bound of ease). */
const POOR = { loss: 0.03, rttMs: 300 };
/** From here on a talk is hard to follow. */
const BAD = { loss: 0.1, rttMs: 700 };
const SAMPLES_TO_WORSEN = 2;
const SAMPLES_TO_IMPROVE = 4;

/** @type {QualityWord[]} */
const ORDER = ['good', 'poor', 'bad'];

/**
 * Adds up what arrived, over both tracks.
 * @param {RTCStatsReport} report
 * @returns {Sample}
 */
export function readSample(report) {
  /** @type {Sample} */
  const sample = { at: 0, received: 0, lost: 0, bytes: 0, rttMs: null };
  report.forEach((/** @type {any} */ entry) => {
    if (entry.type === 'inbound-rtp') {
      sample.at = Math.max(sample.at, entry.timestamp);
      sample.received += entry.packetsReceived ?? 0;
      sample.lost += entry.packetsLost ?? 0;
      sample.bytes += entry.bytesReceived ?? 0;
    } else if (entry.type === 'candidate-pair' && entry.nominated && entry.currentRoundTripTime !== undefined) {
      sample.rttMs = Math.round(entry.currentRoundTripTime * 1000);
    }
  });
  return sample;
}

export class QualityJudge {
  /** @type {Sample | null} */
  #last = null;
  /** @type {QualityWord} */
  #word = 'good';
  /** @type {QualityWord} */
  #leaning = 'good';
  #leaningSamples = 0;

  /**
   * @param {Sample} sample
   * @returns {QualityReport | null}
   */
  judge(sample) {
    const last = this.#last;
    this.#last = sample;
    if (!last || sample.at <= last.at) return null;
    const received = Math.max(0, sample.received - last.received);
    const lost = Math.max(0, sample.lost - last.lost);
    const loss = received + lost === 0 ? 1 : lost / (received + lost);
    const kbps = Math.round(((sample.bytes - last.bytes) * 8) / (sample.at - last.at));
    this.#lean(wordFor(loss, sample.rttMs));
    return { word: this.#word, loss, rttMs: sample.rttMs, kbps };
  }

  /** @param {QualityWord} word */
  #lean(word) {
    this.#leaningSamples = word === this.#leaning ? this.#leaningSamples + 1 : 1;
    this.#leaning = word;
    const isWorse = ORDER.indexOf(word) > ORDER.indexOf(this.#word);
    if (this.#leaningSamples >= (isWorse ? SAMPLES_TO_WORSEN : SAMPLES_TO_IMPROVE)) this.#word = word;
  }
}

/**
 * @param {number} loss
 * @param {number | null} rttMs
 * @returns {QualityWord}
 */
function wordFor(loss, rttMs) {
  if (loss >= BAD.loss || (rttMs ?? 0) >= BAD.rttMs) return 'bad';
  if (loss >= POOR.loss || (rttMs ?? 0) >= POOR.rttMs) return 'poor';
  return 'good';
}
