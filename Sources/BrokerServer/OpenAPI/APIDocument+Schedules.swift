import BrokerStore
import Scheduling
import SignalingProtocol

extension APIDocument {
    /// Who sits where and when. A refusal with `schedule_changed` also says in `changes_since` what others changed; one with `schedule_has_conflicts` names
    /// them in `conflicts`.
    static let scheduleOperations: [APIOperation] = drafts + versions + leaves + swaps + calendars

    private static let drafts: [APIOperation] = [
        APIOperation(
            "GET", "/api/v1/admin/halls/{hall}/schedule", "What is published and what is being changed.", .staff,
            .json(
                .object(
                    ["hall_id": .code, "can_undo": .boolean, "can_redo": .boolean],
                    optional: ["published": .part("ScheduleVersionView"), "draft": .part("DraftView")]))),
        APIOperation(
            "POST", "/api/v1/admin/halls/{hall}/schedule/draft/changes", "Changes the draft: all of the changes, or none.", .staff,
            body: .object(["revision": revision, "changes": .array(.part("ScheduleChange"))]), .json(.part("DraftAnswer"))),
        APIOperation(
            "POST", "/api/v1/admin/halls/{hall}/schedule/draft/undo", "Takes the last changes back.", .staff, body: draftRevision,
            .json(.part("DraftAnswer"))),
        APIOperation(
            "POST", "/api/v1/admin/halls/{hall}/schedule/draft/redo", "Makes again what was taken back.", .staff, body: draftRevision,
            .json(.part("DraftAnswer"))),
        APIOperation(
            "POST", "/api/v1/admin/halls/{hall}/schedule/draft/check", "Looks for what will not work.", .staff, body: draftRevision,
            .json(.object(["conflicts": .array(.part("ScheduleConflict"))], optional: ["draft": .part("DraftView")]))),
        APIOperation(
            "POST", "/api/v1/admin/halls/{hall}/schedule/draft/publish", "Makes a checked draft the schedule that counts.", .staff,
            body: .object(["revision": revision, "why": .text(atMost: ServerLimits.reasonCharacters)]),
            .json(.object([:], optional: ["published": .part("ScheduleVersionView")]))),
        APIOperation(
            "POST", "/api/v1/admin/halls/{hall}/schedule/draft/discard", "Gives the draft up.", .staff, body: draftRevision, .json(.part("DraftAnswer"))),
    ]

    private static let versions: [APIOperation] = [
        APIOperation(
            "GET", "/api/v1/admin/halls/{hall}/schedule/versions", "What was published, without the shifts.", .staff,
            .json(.object(["versions": .array(.part("ScheduleVersionView"))]))),
        APIOperation(
            "GET", "/api/v1/admin/halls/{hall}/schedule/versions/{version}", "One of them whole.", .staff, .json(.part("ScheduleVersionView"))),
        APIOperation(
            "POST", "/api/v1/admin/halls/{hall}/schedule/versions/{version}/restore", "Makes the draft as that version was.", .staff, body: draftRevision,
            .json(.part("DraftAnswer"))),
        APIOperation(
            "GET", "/api/v1/admin/halls/{hall}/schedule/week", "Days as they will be: week, calendar, exceptions, leave and swaps together.", .staff,
            query: ["from": .date, "days": .integer(1...ServerLimits.weekDays), "of": .words(["draft", "published"])], .json(.part("ScheduleWeek"))),
    ]

    private static let leaves: [APIOperation] = [
        APIOperation("GET", "/api/v1/staff/leaves", "One's own leave.", .staff, .json(leaveList)),
        APIOperation(
            "POST", "/api/v1/staff/leaves", "Asks for leave.", .staff,
            body: .object(["from": .instant, "to": .instant, "reason": .text(atMost: ServerLimits.reasonCharacters)]), .json(201, .part("LeaveView"))),
        APIOperation("GET", "/api/v1/admin/halls/{hall}/leaves", "A hall's leave.", .staff, .json(leaveList)),
        APIOperation(
            "POST", "/api/v1/admin/halls/{hall}/leaves/{leave}/decision", "Approves or declines leave that was asked for.", .staff, body: decision,
            .json(.part("LeaveView"))),
        APIOperation("POST", "/api/v1/staff/leaves/{leave}/withdraw", "Gives one's leave up.", .staff, .json(.part("LeaveView"))),
    ]

    private static let swaps: [APIOperation] = [
        APIOperation("GET", "/api/v1/staff/swaps", "Swaps that one asked for or was asked for.", .staff, .json(swapList)),
        APIOperation(
            "POST", "/api/v1/staff/swaps", "Asks a colleague to take over one's shift of a day.", .staff,
            body: .object(["shift_id": .uuid, "date": .date, "to_agent_id": .uuid]), .json(201, .part("SwapView"))),
        APIOperation(
            "POST", "/api/v1/staff/swaps/{swap}/answer", "The colleague's answer.", .staff, body: .object(["agree": .boolean]), .json(.part("SwapView"))),
        APIOperation("GET", "/api/v1/admin/halls/{hall}/swaps", "A hall's swaps.", .staff, .json(swapList)),
        APIOperation(
            "POST", "/api/v1/admin/halls/{hall}/swaps/{swap}/decision", "Approves or declines what the colleague agreed to.", .staff, body: decision,
            .json(.part("SwapView"))),
        APIOperation("POST", "/api/v1/staff/swaps/{swap}/withdraw", "Gives it up.", .staff, .json(.part("SwapView"))),
    ]

    private static let calendars: [APIOperation] = [
        APIOperation("GET", "/api/v1/admin/calendars", "The years whose holidays are known.", .staff, .json(.part("HolidayCalendars"))),
        APIOperation(
            "PUT", "/api/v1/admin/calendars/{year}", "A year's notice, in place of what was known of that year.", .staff,
            body: .object(["source": .text(atMost: ServerLimits.reasonCharacters), "days": .array(calendarDay)]), .json(.part("HolidayCalendars"))),
        APIOperation(
            "GET", "/calendars/shifts/{calendar}", "An agent's shifts for their own calendar (RFC 5545), for whoever knows the address.", .anybody,
            .bytes(CalendarFile.contentType)),
        APIOperation(
            "GET", "/api/v1/staff/shifts", "One's own shifts to come, and the colleagues who could take one over.", .staff,
            .json(
                .object([
                    "agent_id": .uuid,
                    "shifts": .array(
                        .object(["id": .uuid, "date": .date, "from": .instant, "to": .instant, "seat_number": .text(), "is_swapped": .boolean])),
                    "colleagues": .array(.object(["id": .uuid, "name": .text()])),
                ]))),
        APIOperation(
            "POST", "/api/v1/staff/shift-calendar", "A new address for one's shifts; the one before stops.", .staff, .json(.object(["address": .text()]))),
    ]

    private static let revision = APISchema.integer(0...9_007_199_254_740_992)
    private static let draftRevision = APISchema.object(["revision": revision])
    private static let decision = APISchema.object(["approve": .boolean], optional: ["note": .text(atMost: ServerLimits.reasonCharacters)])
    private static let leaveList = APISchema.object(["leaves": .array(.part("LeaveView"))])
    private static let swapList = APISchema.object(["swaps": .array(.part("SwapView"))])
    private static let weekday = APISchema.integer(1...7)
    private static let span = APISchema.object(["from": .timeOfDay, "to": .timeOfDay])
    private static let calendarDay = APISchema.object(
        ["date": .date, "rule": .word(HolidayCalendar.Rule.self), "name": .text(atMost: ServerLimits.reasonCharacters)])

    static let scheduleParts: KeyValuePairs<String, APISchema> = [
        "Coverage": .object(
            [:],
            optional: [
                "groups": .array(.text(atMost: Shift.Bounds.groupCharacters)), "kinds": .array(.part("SessionKind")),
                "languages": .array(.part("SpokenLanguage")),
            ]),
        // With either `weekday` or `date`.
        "Shift": .object(
            ["id": .uuid, "from": .timeOfDay, "to": .timeOfDay, "seat_id": .code],
            optional: [
                "weekday": weekday, "date": .date, "agent_id": .orNull(.uuid), "covers": .part("Coverage"), "capacity": .integer(Shift.Bounds.capacity),
                "breaks": .array(span),
            ]),
        "ScheduleSettings": .object([
            "makeup_workday": weekday, "slot_minutes": .integer(5...240), "walk_in_percent": .integer(0...100), "booking_days": .integer(0...90),
            "booking_lead_minutes": .integer(0...10_080), "freed_slot_shut_minutes": .integer(0...1_440), "appointments_per_person": .integer(1...20),
            "daily_limit_minutes": .integer(60...1_440), "weekly_limit_minutes": .integer(60...10_080),
        ]),
        "HallSchedule": .object([
            "zone": .text(), "settings": .part("ScheduleSettings"), "shifts": .array(.part("Shift")),
            "exceptions": .array(.object(["date": .date, "note": .text(), "shifts": .array(.part("Shift"))])),
        ]),
        "ScheduleChange": .oneOf([
            .object(["kind": .words(["put-shift"]), "shift": .part("Shift")]), .object(["kind": .words(["remove-shift"]), "id": .uuid]),
            .object(["kind": .words(["put-exception"]), "date": .date], optional: ["note": .text(atMost: HallSchedule.Bounds.noteCharacters)]),
            .object(["kind": .words(["remove-exception"]), "date": .date]),
            .object(["kind": .words(["copy-week"]), "from": .date, "to": .date]),
            .object(["kind": .words(["put-settings"]), "settings": .part("ScheduleSettings")]),
        ]),
        "ScheduleVersionView": .object(
            ["version": .integer(), "published_at": .instant, "why": .text()],
            optional: ["published_by": .text(), "based_on": .integer(), "body": .part("HallSchedule")]),
        "DraftView": .object(
            [
                "revision": .integer(), "state": .words(["draft", "checked"]), "changed_at": .instant, "changed_by": .text(), "body": .part("HallSchedule"),
            ], optional: ["based_on": .integer()]),
        "DraftAnswer": .object(["can_undo": .boolean, "can_redo": .boolean], optional: ["draft": .part("DraftView")]),
        "ScheduleConflict": .object(
            [
                "kind": .word(ScheduleConflict.Kind.self), "severity": .words(["blocking", "warning"]), "shift_ids": .array(.uuid),
                "repairs": .array(.object(["kind": .word(ScheduleRepair.Kind.self), "changes": .array(.part("ScheduleChange"))])),
            ],
            optional: [
                "weekday": weekday, "date": .date, "from": .timeOfDay, "to": .timeOfDay, "agent_id": .uuid, "seat_id": .code, "item_code": .code,
                "year": .integer(), "count": .integer(),
            ]),
        "ScheduleWeek": .object([
            "hall_id": .code, "zone": .text(), "of": .words(["draft", "published"]), "revision": .integer(),
            "days": .array(
                .object(
                    [
                        "date": .date, "kind": .word(ScheduledDay.Kind.self), "shifts": .array(.part("PlannedShift")),
                        "coverage": .array(.object(["from": .timeOfDay, "planned": .integer()], optional: ["needed": .integer()])),
                    ], optional: ["name": .text(), "note": .text(), "missing_year": .integer()])),
            "seats": .array(.object(["id": .code, "number": .text(), "withdrawn": .boolean])),
            "agents": .array(.object(["id": .uuid, "name": .text(), "skills": .part("Coverage"), "suspended": .boolean])),
        ]),
        "PlannedShift": .object([
            "id": .uuid, "from": .timeOfDay, "to": .timeOfDay, "seat_id": .code, "covers": .part("Coverage"), "capacity": .integer(), "breaks": .array(span),
            "starts_at": .instant, "ends_at": .instant, "planned_agent_id": .orNull(.uuid), "agent_id": .orNull(.uuid), "leave_id": .orNull(.uuid),
            "swap_id": .orNull(.uuid),
        ]),
        "LeaveView": .object(
            [
                "id": .uuid, "agent_id": .uuid, "agent_name": .text(), "from": .instant, "to": .instant, "reason": .text(),
                "state": .word(LeaveRow.State.self), "asked_at": .instant, "note": .text(),
            ], optional: ["decided_by": .text()]),
        "SwapView": .object(
            [
                "id": .uuid, "shift_id": .uuid, "date": .date, "from_agent_id": .uuid, "from_name": .text(), "to_agent_id": .uuid, "to_name": .text(),
                "state": .word(SwapRow.State.self), "asked_at": .instant, "note": .text(),
            ], optional: ["decided_by": .text()]),
        "HolidayCalendars": .object([
            "years": .array(.object(["year": .integer(), "source": .text(), "days": .array(calendarDay)])), "missing": .array(.integer()),
        ]),
    ]
}
