import HeapModule
import SignalingProtocol

/// What a deadline belongs to.
enum DeadlineSubject: Hashable, Sendable {
    case ticket(TicketID)
    case reservation(ReservationID)
    case seat(SeatID)
    case session(SessionID)
    case consult(SessionID)
    case client(Endpoint)
    case places(HallID)
    /// A ticket handed on to one seat is free for all from then on.
    case direction(TicketID)
    case still(CaseID, StillID)
    /// A ticket may go to another hall from then on; matching is all that is due.
    case overflow
    /// The hall opens or closes by its schedule.
    case opening(HallID)
    /// A ticket has waited long.
    case longWait(TicketID)
    /// A page has been away from a talk for long.
    case badLine(SessionID)
    /// An item of the hall has been without anybody for long.
    case cover(HallID)
    case appointment(AppointmentID)
}

/// All deadlines, earliest first. An entry is only a hint: whoever it names knows the real deadline, so a moved or dropped one needs no removal here.
struct Deadlines: Sendable {
    private struct Entry: Comparable, Sendable {
        let at: Instant
        let order: UInt64
        let subject: DeadlineSubject

        static func < (left: Self, right: Self) -> Bool { (left.at, left.order) < (right.at, right.order) }
        static func == (left: Self, right: Self) -> Bool { left.at == right.at && left.order == right.order }
    }

    private var heap = Heap<Entry>()
    private var order: UInt64 = 0

    var next: Instant? { heap.min?.at }

    mutating func add(_ subject: DeadlineSubject, at instant: Instant) {
        order += 1
        heap.insert(Entry(at: instant, order: order, subject: subject))
    }

    /// Takes the earliest entry that is due at `now`.
    mutating func popDue(at now: Instant) -> (subject: DeadlineSubject, at: Instant)? {
        guard let first = heap.min, first.at <= now else { return nil }
        heap.removeMin()
        return (first.subject, first.at)
    }
}
