import BrokerCore
import BrokerStore
import Scheduling
import SignalingProtocol
import WebServer

// Booking: which times have a place, and what a citizen does with one. The broker decides; every answer waits for the disk.

extension Engine {
    static let appointmentRoutes = [
        Route("GET", "/api/v1/halls/{hall}/slots") { engine, call in engine.sendSlots(call) },
        Route("GET", "/api/v1/appointments") { engine, call in engine.listAppointments(call) },
        Route("POST", "/api/v1/appointments") { engine, call in
            engine.asCitizen(call) { citizen in
                engine.readBody(call, as: AppointmentRequest.self) {
                    engine.act(.hold($0, name: citizen.name, assurance: citizen.assurance), citizen, call, status: 201)
                }
            }
        },
        Route("POST", "/api/v1/appointments/{appointment}/book") { engine, call in engine.act(call) { .book($0) } },
        Route("POST", "/api/v1/appointments/{appointment}/cancel") { engine, call in engine.act(call) { .cancel($0) } },
        Route("POST", "/api/v1/appointments/{appointment}/check-in") { engine, call in
            engine.act(call) { .checkIn($0, entropy: .random(in: .min ... .max)) }
        },
        Route("GET", "/api/v1/appointments/{appointment}/calendar.ics") { engine, call in engine.sendCalendar(call) },
        Route("GET", "/api/v1/admin/halls/{hall}/appointments") { engine, call in
            if let (_, hall) = engine.administeredHall(call) { engine.listAppointments(of: hall.id, call) }
        },
    ]

    private func asCitizen(_ call: Route.Call, _ body: (CitizenRow) -> Void) {
        guard let citizen = citizen(call) else { return refuse(call, WireError(.signInRequired)) }
        body(citizen)
    }

    // MARK: Acting

    private func act(_ call: Route.Call, _ act: (AppointmentID) -> AppointmentAct) {
        asCitizen(call) { citizen in
            guard let id = call.parameters["appointment"].flatMap(AppointmentID.init) else { return refuse(call, WireError(.notFound)) }
            self.act(act(id), citizen, call, status: 200)
        }
    }

    private func act(_ act: AppointmentAct, _ citizen: CitizenRow, _ call: Route.Call, status: Int) {
        guard takesWrites else { return refuse(call, storageUnavailable) }
        let request = newRequest { [self] result in
            switch result {
            case .success(.appointment(let appointment, let ticket)):
                if case .checkIn = act { return answer(call, CheckedIn(appointment: appointment, ticket: ticket)) }
                guard case .book = act else { return answer(call, status: status, appointment) }
                keepSignedIn(until: appointment.checkInUntil + options.signIns.citizenLifetime, call) { [self] headers in
                    answer(call, status: status, headers: headers, appointment)
                }
            case .success(.file), .success(.claimed), .success(.adopted), .success(.floor), .success(.house): refuse(call, WireError(.internalError))
            case .failure(let error): refuse(call, error)
            }
        }
        turn(.appointment(request, citizen.id, act))
    }

    /// A guest's sign-in is all that ties them to what they booked: it must last until the time has come.
    private func keepSignedIn(until end: Instant, _ call: Route.Call, _ goOn: @escaping ([(name: String, value: String)]) -> Void) {
        let cookie = SignInCookie(.citizen)
        let now = clock.now
        guard let secret = call.exchange.head.cookies[cookie.name], let signIn = signIn(.citizen, call), end > now + options.signIns.citizenLifetime else {
            return goOn([])
        }
        journal.records += signIns.keep(signIn.tokenHash, until: end)
        tell { _ in goOn([cookie.set(secret, lasting: end - now)]) }
        flush()
    }

    private struct CheckedIn: Encodable {
        let appointment: AppointmentView
        let ticket: TicketView?
    }

    // MARK: Times

    private func sendSlots(_ call: Route.Call) {
        let query = call.exchange.head.query
        guard let hall = call.parameters["hall"].flatMap(HallID.init), broker.knows(hall) else { return refuse(call, WireError(.notFound, field: "hall")) }
        do throws(WireError) {
            guard let code = query["item"].flatMap(ItemCode.init) else { throw WireError(.invalidField, field: "item") }
            guard let item = broker.publishedItems(in: hall).first(where: { $0.code == code }) else { throw WireError(.itemNotOffered) }
            let kind = try Self.word(query["kind"], field: "kind", else: item.kinds.first ?? .consultation)
            guard item.kinds.contains(kind) else { throw WireError(.itemNotOffered) }
            let language: SpokenLanguage? = try query["language"].flatMap { $0.isEmpty ? nil : $0 }.map { text throws(WireError) in
                try Self.word(text, field: "language", else: .mandarin)
            }
            let days = try askedDays(query, of: hall)
            let seeker = SlotQuestion(hall: hall, group: item.category, kind: kind, language: language)
            answer(call, slotList(days, seeker))
        } catch {
            refuse(call, error)
        }
    }

    private static func word<Word: WireWord>(_ text: String?, field: String, else usual: Word) throws(WireError) -> Word {
        guard let text else { return usual }
        guard let word = Word(rawValue: text) else { throw WireError(.invalidField, field: field) }
        return word
    }

    private func zone(of hall: HallID) -> ZoneRules {
        broker.openingPlan(of: hall)?.zone.flatMap { ZoneRules(named: $0, around: clock.now) } ?? .china
    }

    private struct AskedDays {
        let zone: ZoneRules
        let first: CivilDay
        let count: Int

        var all: [CivilDay] { (0..<count).map { CivilDay(number: first.number + Int64($0)) } }

        func moments(_ day: CivilDay) -> Range<Instant> { zone.first(.startOfDay, on: day)..<zone.first(.startOfDay, on: day.next) }

        var moments: Range<Instant> {
            zone.first(.startOfDay, on: first)..<zone.first(.startOfDay, on: CivilDay(number: first.number + Int64(count)))
        }
    }

    /// `from`, or today, and `days` after it.
    private func askedDays(_ query: [String: String], of hall: HallID) throws(WireError) -> AskedDays {
        let zone = zone(of: hall)
        var first = zone.day(at: clock.now)
        if let text = query["from"] {
            guard let day = CivilDay(text), (1_970...2_999).contains(day.year) else { throw WireError(.invalidField, field: "from") }
            first = day
        }
        guard let days = Int(query["days"] ?? "7"), (1...ServerLimits.slotDays).contains(days) else { throw WireError(.invalidField, field: "days") }
        return AskedDays(zone: zone, first: first, count: days)
    }

    private struct SlotQuestion {
        let hall: HallID
        let group: String
        let kind: SessionKind
        let language: SpokenLanguage?
    }

    private func offers(_ question: SlotQuestion, within range: Range<Instant>) -> [SlotOffer] {
        broker.slotOffers(
            in: question.hall, group: question.group, kind: question.kind, language: question.language, within: range, at: clock.now)
    }

    private func slotList(_ days: AskedDays, _ question: SlotQuestion) -> SlotList {
        let plan = broker.openingPlan(of: question.hall)
        let horizon = broker.bookingHorizon(of: question.hall, at: clock.now)
        let next = firstOffer(question, within: horizon)
        let slots = plan?.slots.first.map { $0.time.upperBound - $0.time.lowerBound }
        return SlotList(
            hallID: question.hall, slotMinutes: slots.map { Int($0.count / 60_000) } ?? SlotRules().minutes, zone: days.zone.name,
            firstDate: days.zone.day(at: horizon.lowerBound).text, lastDate: days.zone.day(at: horizon.upperBound).text,
            days: days.all.map { day in SlotDay(date: day.text, slots: offers(question, within: days.moments(day)).map(SlotLine.init)) },
            next: next, reason: next == nil ? noSlotReason(question, plan) : nil, missingYear: next == nil ? plan?.missingYear : nil)
    }

    /// Day by day: mostly the first has one.
    private func firstOffer(_ question: SlotQuestion, within horizon: Range<Instant>) -> Instant? {
        var begin = horizon.lowerBound
        while begin < horizon.upperBound {
            let end = min(begin + Milliseconds(CivilDay.milliseconds), horizon.upperBound)
            if let first = offers(question, within: begin..<end).first { return first.time.lowerBound }
            begin = end
        }
        return nil
    }

    /// The first time that can be booked for an item in a hall.
    func firstSlot(of item: CatalogueItem, kind: SessionKind, language: SpokenLanguage?, in hall: HallID) -> Instant? {
        let question = SlotQuestion(hall: hall, group: item.category, kind: kind, language: language)
        return firstOffer(question, within: broker.bookingHorizon(of: hall, at: clock.now))
    }

    private func noSlotReason(_ question: SlotQuestion, _ plan: OpeningPlan?) -> SlotList.Reason {
        let hasAny = broker.hasSlots(
            in: question.hall, group: question.group, kind: question.kind, language: question.language, at: clock.now)
        if hasAny { return .allTaken }
        return plan?.missingYear == nil ? .noSchedule : .calendarMissing
    }

    // MARK: Lists

    private func listAppointments(_ call: Route.Call) {
        asCitizen(call) { citizen in
            let store = store
            answerFromStore(call, { () throws(StoreError) in try store.appointments(of: citizen.id) }) { [self] rows in
                answer(call, AppointmentList(appointments: rows.map(\.view)))
            }
        }
    }

    /// Names of citizens are in it: only for those who answer for the hall.
    private func listAppointments(of hall: HallID, _ call: Route.Call) {
        do throws(WireError) {
            let days = try askedDays(call.exchange.head.query, of: hall)
            let range = days.moments
            let store = store
            answerFromStore(call, { () throws(StoreError) in try store.appointments(in: hall, within: range) }) { [self] rows in
                let loads = broker.slotLoads(in: hall, within: range)
                answer(call, HallAppointments(appointments: rows.map(AppointmentLine.init), slots: loads.map(SlotLoadLine.init)))
            }
        } catch {
            refuse(call, error)
        }
    }

    private func sendCalendar(_ call: Route.Call) {
        asCitizen(call) { citizen in
            guard let id = call.parameters["appointment"].flatMap(AppointmentID.init) else { return refuse(call, WireError(.notFound)) }
            let store = store
            answerFromStore(call, { () throws(StoreError) in try store.appointment(id, of: citizen.id) }) { [self] row in
                guard let row else { return refuse(call, WireError(.notFound)) }
                let calendar = AppointmentCalendar(row, locale: call.locale, page: "\(publicOrigin)/citizen/", at: clock.now)
                call.exchange.respond(
                    status: 200,
                    headers: [
                        ("Content-Type", "text/calendar; charset=utf-8"), ("Cache-Control", "no-store"),
                        ("Content-Disposition", "attachment; filename=\"\(row.appointment.number).ics\""),
                    ], body: Array(calendar.text.utf8))
            }
        }
    }
}

extension AppointmentRow {
    var view: AppointmentView { AppointmentView(appointment, hall: HallView(id: appointment.hall, name: hallName)) }
}

private struct AppointmentList: Encodable {
    let appointments: [AppointmentView]
}

private struct SlotList: Encodable {
    /// Why nothing can be booked.
    enum Reason: String, Encodable {
        case noSchedule = "no-schedule"
        case calendarMissing = "calendar-missing"
        case allTaken = "all-taken"
    }

    let hallID: HallID
    let slotMinutes: Int
    let zone: String
    let firstDate: String
    let lastDate: String
    let days: [SlotDay]
    let next: Instant?
    let reason: Reason?
    let missingYear: Int?
}

private struct SlotDay: Encodable {
    let date: String
    let slots: [SlotLine]
}

private struct SlotLine: Encodable {
    let startsAt: Instant
    let endsAt: Instant
    let free: Int

    init(_ offer: SlotOffer) {
        startsAt = offer.time.lowerBound
        endsAt = offer.time.upperBound
        free = offer.free
    }
}

private struct HallAppointments: Encodable {
    let appointments: [AppointmentLine]
    let slots: [SlotLoadLine]
}

private struct AppointmentLine: Encodable {
    let view: AppointmentView
    let citizenName: String

    init(_ row: AppointmentRow) {
        view = row.view
        citizenName = row.appointment.citizenName
    }

    private enum Key: String, CodingKey { case citizenName }

    func encode(to encoder: any Encoder) throws {
        try view.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(citizenName, forKey: .citizenName)
    }
}

private struct SlotLoadLine: Encodable {
    let startsAt: Instant
    let endsAt: Instant
    let covers: Skills
    let capacity: Int
    let taken: Int

    init(_ load: SlotLoad) {
        startsAt = load.slot.time.lowerBound
        endsAt = load.slot.time.upperBound
        covers = load.slot.covers
        capacity = load.slot.capacity
        taken = load.taken
    }
}
