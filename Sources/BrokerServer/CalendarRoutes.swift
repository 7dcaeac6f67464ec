import BrokerStore
import Foundation
import Identity
import Scheduling
import SignalingProtocol
import WebServer

extension Engine {
    static let calendarRoutes = [
        Route("GET", "/api/v1/admin/calendars") { engine, call in engine.sendCalendars(call) },
        Route("PUT", "/api/v1/admin/calendars/{year}") { engine, call in
            engine.readBody(call, as: YearRequest.self, limit: ServerLimits.scheduleBodyBytes) { engine.loadCalendar($0, call) }
        },
    ]

    static let shiftCalendarRoutes = [
        Route("POST", "/api/v1/staff/shift-calendar") { engine, call in engine.makeShiftCalendar(call) },
        Route("GET", "/calendars/shifts/{calendar}") { engine, call in engine.sendShiftCalendar(call) },
    ]

    // MARK: Years

    private func sendCalendars(_ call: Route.Call) {
        guard member(call) != nil else { return }
        let (store, now) = (store, clock.now)
        answerFromStore(call, { () throws(StoreError) in try store.calendarYears() }) { [self] in answer(call, CalendarsView($0, at: now)) }
    }

    /// A year's notice, in place of what was known of that year.
    private func loadCalendar(_ request: YearRequest, _ call: Route.Call) {
        guard let account = member(call) else { return }
        guard let year = call.parameters["year"].flatMap({ Int64($0) }), (2_000...2_999).contains(year) else { return refuse(call, WireError(.notFound)) }
        guard (1...ServerLimits.reasonCharacters).contains(request.source.count) else { return refuse(call, WireError(.invalidField, field: "source")) }
        guard request.days.allSatisfy({ $0.date.year == year }), Set(request.days.map(\.date)).count == request.days.count else {
            return refuse(call, WireError(.invalidField, field: "date"))
        }
        // A make-up workday is a Saturday or Sunday on which one works; any other day is worked anyhow.
        guard request.days.allSatisfy({ $0.rule == .holiday || $0.date.weekday.rawValue >= Weekday.saturday.rawValue }) else {
            return refuse(call, WireError(.invalidField, field: "rule"))
        }
        guard request.days.allSatisfy({ $0.name.count <= ServerLimits.reasonCharacters }) else { return refuse(call, WireError(.invalidField, field: "name")) }
        let (store, now) = (store, clock.now)
        answerFromWriting(
            call,
            { () throws(StoreError) -> [CalendarYearRow] in
                try store.loadCalendar(
                    year: year, days: request.days.map { CalendarDayRow(day: $0.date, rule: $0.rule, name: $0.name) }, source: request.source)
                return try store.calendarYears()
            }
        ) { [self] years in
            log.notice("a year's calendar was loaded", metadata: ["year": "\(year)", "account": "\(account.id)"])
            refreshOpenings { [self] in answer(call, CalendarsView(years, at: now)) }
        }
    }

    // MARK: Subscriptions

    private func makeShiftCalendar(_ call: Route.Call) {
        guard let account = member(call) else { return }
        let (store, now, token) = (store, clock.now, SignInToken())
        answerFromWriting(call, { () throws(StoreError) in try store.setShiftCalendar(of: account.id, tokenHash: token.hash, at: now) }) { [self] in
            answer(call, SubscriptionView(address: "\(publicOrigin)/calendars/shifts/\(token.secret).ics"))
        }
    }

    /// Whoever has the address sees these shifts and nothing else. No cookie is asked for: calendar programs have none.
    private func sendShiftCalendar(_ call: Route.Call) {
        guard let name = call.parameters["calendar"], name.hasSuffix(".ics") else { return refuse(call, WireError(.notFound)) }
        let hash = SignInToken.hash(of: String(name.dropLast(4)))
        let (store, now, locale) = (store, clock.now, call.locale)
        let halls = Dictionary(uniqueKeysWithValues: broker.hallStatuses.map { ($0.hall.id, scheduleFacts(of: $0.hall.id)) })
        let names = Dictionary(uniqueKeysWithValues: broker.hallStatuses.map { ($0.hall.id, $0.hall.name) })
        answerFromStore(
            call,
            { () throws(StoreError) -> CalendarFile? in
                guard let account = try store.account(ofShiftCalendar: hash), let facts = halls[account.hall] else { return nil }
                let name = names[account.hall] ?? account.hall.text
                guard let published = try store.publishedSchedules()[account.hall] else { return CalendarFile(name: name, events: []) }
                return ShiftCalendar.file(
                    published, try facts.ground(store, zone: published.body.zone), agent: account.id, hall: name, locale: locale, at: now)
            }
        ) { [self] file in
            guard let file else { return refuse(call, WireError(.notFound)) }
            call.exchange.respond(
                status: 200, headers: [("Content-Type", CalendarFile.contentType), ("Cache-Control", "no-store")], body: Array(file.text.utf8))
        }
    }
}

/// One agent's shifts as a calendar.
enum ShiftCalendar {
    static func file(
        _ published: PublishedSchedule, _ ground: ScheduleGround, agent: AgentID, hall: String, locale: SignalingProtocol.Locale, at now: Instant
    ) -> CalendarFile {
        let schedule = ground.resolved(published.body)
        let events = (-ServerLimits.subscribedPastDays...ServerLimits.subscribedDays).flatMap { offset -> [CalendarFile.Event] in
            let date = CivilDay(number: ground.today.number + offset)
            return schedule.day(date).shifts.filter { $0.agent == agent && !$0.staffed.isEmpty }.map { scheduled in
                CalendarFile.Event(
                    id: "\(scheduled.shift.id)-\(date.text)@farwindow", time: scheduled.time,
                    summary: summary(ground.seatNumbers[scheduled.shift.seat] ?? scheduled.shift.seat.text, locale), location: hall,
                    stamp: published.line.publishedAt)
            }
        }
        return CalendarFile(name: hall, events: events)
    }

    private static func summary(_ seat: String, _ locale: SignalingProtocol.Locale) -> String {
        switch locale {
        case .simplifiedChinese: "班次：\(seat) 号坐席"
        case .traditionalChinese: "班次：\(seat) 號坐席"
        case .english: "Shift at seat \(seat)"
        }
    }
}

private struct YearRequest: Decodable, Sendable {
    struct Day: Decodable, Sendable {
        let date: CivilDay
        let rule: HolidayCalendar.Rule
        let name: String
    }

    let source: String
    let days: [Day]
}

private struct CalendarsView: Encodable {
    struct Day: Encodable {
        let date: CivilDay
        let rule: HolidayCalendar.Rule
        let name: String
    }

    struct Year: Encodable {
        let year: Int64
        let source: String
        let days: [Day]
    }

    let years: [Year]
    /// Years that the days to come touch and whose notice was not loaded.
    let missing: [Int64]

    init(_ rows: [CalendarYearRow], at now: Instant) {
        years = rows.map { row in
            Year(year: row.year, source: row.source, days: row.days.map { Day(date: $0.day, rule: $0.rule, name: $0.name) })
        }
        let today = ZoneRules.china.day(at: now)
        let last = CivilDay(number: today.number + ServerLimits.calendarWarningDays)
        let known = Set(rows.map(\.year))
        missing = (today.year...last.year).filter { !known.contains($0) }
    }
}

private struct SubscriptionView: Encodable {
    let address: String
}
