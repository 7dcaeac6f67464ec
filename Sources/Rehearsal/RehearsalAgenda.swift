import BrokerCore
import HeapModule
import SignalingProtocol

/// Something that is going to be done in a rehearsal.
enum Undertaking {
    case leave(citizen: Int)
    case hangUp(citizen: Int)
    case acknowledge(desk: Int, seq: Int)
    case accept(desk: Int, ReservationID)
    case join(citizen: Int, SessionID)
    case endTalk(desk: Int, SessionID)
    case endWrapUp(desk: Int, SessionID)
    /// A stretch of this seat begins or ends, or its agent is done with what kept them.
    case settle(desk: Int)
    /// The seats close for the day.
    case close
}

/// What is going to be done, earliest first; of two at the same moment the one that was planned first.
struct RehearsalAgenda {
    private struct Entry: Comparable {
        let at: Instant
        let order: Int
        let what: Undertaking

        static func < (left: Self, right: Self) -> Bool { (left.at, left.order) < (right.at, right.order) }
        static func == (left: Self, right: Self) -> Bool { left.order == right.order }
    }

    private var heap = Heap<Entry>()
    private var order = 0

    var next: Instant? { heap.min?.at }

    mutating func plan(_ what: Undertaking, at instant: Instant) {
        order += 1
        heap.insert(Entry(at: instant, order: order, what: what))
    }

    mutating func take() -> Undertaking? { heap.popMin()?.what }
}
