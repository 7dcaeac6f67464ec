// Where a picture of the original stands, from what the broker says and from what has come over the line. Pure.

/** @typedef {import("../signaling/messages.js").StillView} StillView */
/**
 * receiving → arrived → storing → stored. Beside the way: `broken` (the line, or bytes that are not those announced), `different` (whole, and
 * not what the citizen's page named to the broker), `refused` (the server did not take it; may be tried again).
 * @typedef {"receiving" | "arrived" | "different" | "broken" | "storing" | "refused" | "stored"} Phase
 */
/** @typedef {{id: string, phase: Phase, percent: number, blob: Blob | null, sha256: string, why: string}} Arrival */
/** @typedef {{tone: string, drawing: string, key: string, counts?: boolean, offers: ("again" | "retry" | "beside")[]}} Progress */

/**
 * Whether what came may be shown and stored now. The broker's word of the hash and the bytes can come in either order.
 * @param {StillView | null} asked
 * @param {Arrival | null} arrival
 * @returns {"wait" | "genuine" | "different"}
 */
export function judge(asked, arrival) {
  if (!arrival?.blob || arrival.phase !== 'arrived' || !asked?.sha256 || asked.id !== arrival.id) return 'wait';
  return arrival.sha256 === asked.sha256 ? 'genuine' : 'different';
}

/**
 * @param {StillView} asked
 * @param {Arrival | null} arrival of whatever picture came last
 * @returns {Progress}
 */
export function progressOf(asked, arrival) {
  const own = arrival?.id === asked.id ? arrival : null;
  // What is stored is stored, also when it came there by another way than this page.
  if (asked.state === 'stored') return { tone: 'good', drawing: 'check', key: 'seat.still.stored', offers: ['beside'] };
  if (own?.phase === 'refused') return { tone: 'bad', drawing: 'warn', key: 'seat.still.refused', offers: ['retry', 'again'] };
  if (own?.phase === 'different') return { tone: 'bad', drawing: 'warn', key: 'seat.still.different', offers: ['again'] };
  if (own?.phase === 'broken') return { tone: 'bad', drawing: 'warn', key: 'seat.still.broken', offers: ['again'] };
  switch (asked.state) {
    case 'asked':
      return { tone: 'accent', drawing: 'photo', key: 'seat.still.asked', counts: true, offers: [] };
    case 'taken':
      if (!own) return { tone: 'accent', drawing: 'photo', key: 'seat.still.taken', counts: true, offers: [] };
      return own.phase === 'receiving'
        ? { tone: 'accent', drawing: 'photo', key: 'seat.still.receiving', offers: [] }
        : { tone: 'accent', drawing: 'save', key: 'seat.still.storing', offers: ['beside'] };
    case 'declined':
      return { tone: 'warn', drawing: 'minus', key: 'seat.still.declined', offers: ['again'] };
    case 'expired':
      return { tone: 'warn', drawing: 'clock', key: 'seat.still.expired', offers: ['again'] };
  }
}

/** Nobody is expected to do anything any more. @param {StillView} still */
export const isOver = ({ state }) => state === 'stored' || state === 'declined' || state === 'expired';
