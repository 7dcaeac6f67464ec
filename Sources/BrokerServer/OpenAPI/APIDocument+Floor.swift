import BrokerCore
import SignalingProtocol

extension APIDocument {
    private static let floorPath = "/api/v1/admin/halls/{hall}/floor"

    /// For a hall's supervisors.
    static let theFloor: [APIOperation] = [
        APIOperation(
            "GET", floorPath,
            "The hall's floor as soon as it differs from the revision `after`, or the revision alone when 25 seconds have passed without that.", .staff,
            query: ["after": .integer()],
            .json(
                .object(
                    ["revision": .integer()],
                    optional: [
                        "server_time": .instant, "hall": .part("HallView"), "lanes": .array(floorLane), "tickets": .array(floorTicket),
                        "seats": .array(floorSeat), "calls": .array(floorCall), "service": floorService, "tasks": .array(.part("FloorTask")),
                    ]))),
        act("tasks/{task}/take", "Takes a task; 409 when a colleague has it.", note, .object(["task": .part("FloorTask")])),
        act("tasks/{task}/close", "Closes a task, whoever has it.", note, .object(["task": .part("FloorTask")])),
        act("seats/{seat}/not-ready", "Makes a ready seat take no tickets.", reason, floorAct),
        act(
            "tickets/{ticket}/move", "Moves a ticket that waits or rings to another hall, or to a seat that is signed on: one of the two is named.",
            .object(["reason": .text(atMost: Limits.noteCharacters)], optional: ["hall_id": .code, "seat_id": .code]), floorAct),
        act(
            "sessions/{session}/end", "Ends a session. Unless its talk was concluded, the citizen is back at their old place in the queue.", reason,
            floorAct),
    ]

    static let floorTask: APISchema = .object(
        ["id": .uuid, "kind": .word(FloorTaskKind.self), "state": .word(FloorTaskState.self), "name": .text(), "note": .text(), "raised_at": .instant],
        optional: [
            "seat_id": .code, "ticket_id": .uuid, "session_id": .uuid, "item_code": .code, "taken_by": .text(), "taken_by_id": .uuid, "taken_at": .instant,
            "taken_note": .text(), "closed_by": .text(), "closed_at": .instant,
        ])

    private static func act(_ path: String, _ summary: String, _ body: APISchema, _ answer: APISchema) -> APIOperation {
        APIOperation("POST", "\(floorPath)/\(path)", summary, .staff, body: body, .json(answer))
    }

    private static let note: APISchema = .object([:], optional: ["note": .text(atMost: Limits.noteCharacters)])
    private static let reason: APISchema = .object(["reason": .text(atMost: Limits.noteCharacters)])
    private static let floorAct: APISchema = .object([
        "act": .object(["id": .uuid, "kind": .word(FloorActKind.self), "reason": .text(), "by": .text(), "at": .instant])
    ])
    private static let floorLane: APISchema = .object(["lane": .part("Lane"), "waiting": .integer()], optional: ["longest_since": .instant])
    private static let floorTicket: APISchema = .object(
        [
            "id": .uuid, "number": .text(), "lane": .part("Lane"), "item": .part("ItemReference"), "kind": .part("SessionKind"),
            "state": .part("TicketState"), "taken_at": .instant,
        ], optional: ["language": .part("SpokenLanguage"), "call_back": .part("CallBackState"), "directed_to": .code])
    private static let floorSeat: APISchema = .object(
        ["id": .code, "number": .text(), "state": .part("SeatState"), "since": .instant, "agent_name": .text(), "asks_for_help": .boolean],
        optional: ["not_ready_reason": .part("NotReadyReason"), "session_id": .uuid])
    private static let floorCall: APISchema = .object(
        [
            "id": .uuid, "seat_id": .code, "seat_number": .text(), "agent_name": .text(), "ticket_number": .text(), "kind": .part("SessionKind"),
            "state": .part("SessionState"), "started_at": .instant, "reconnections": .integer(),
        ], optional: ["item": .part("ItemReference"), "reconnecting_since": .instant])
    private static let floorService: APISchema = .object([
        "served": .integer(), "within": .integer(), "window_s": .integer(), "within_s": .integer(),
    ])
}
