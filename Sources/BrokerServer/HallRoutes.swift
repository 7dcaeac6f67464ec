import BrokerCore
import BrokerStore
import Foundation
import Identity
import SignalingProtocol
import WebServer

// Halls and their seats. The running broker learns of each change at once.

extension Engine {
    static let hallRoutes = [
        Route("GET", "/api/v1/admin/halls") { engine, call in engine.sendHalls(call) },
        Route("POST", "/api/v1/admin/halls") { engine, call in engine.readBody(call, as: NewHall.self) { engine.makeHall($0, call) } },
        Route("PATCH", "/api/v1/admin/halls/{hall}") { engine, call in engine.readBody(call, as: HallChange.self) { engine.changeHall($0, call) } },
        Route("GET", "/api/v1/admin/halls/{hall}/seats") { engine, call in engine.sendSeats(call) },
        Route("POST", "/api/v1/admin/halls/{hall}/seats") { engine, call in engine.readBody(call, as: NewSeat.self) { engine.makeSeat($0, call) } },
        Route("PATCH", "/api/v1/admin/halls/{hall}/seats/{seat}") { engine, call in
            engine.readBody(call, as: SeatChange.self) { engine.changeSeat($0, call) }
        },
        Route("POST", "/api/v1/admin/halls/{hall}/seats/{seat}/withdraw") { engine, call in
            engine.readBody(call, as: RowRevision.self) { engine.withdrawSeat(true, $0, call) }
        },
        Route("POST", "/api/v1/admin/halls/{hall}/seats/{seat}/restore") { engine, call in
            engine.readBody(call, as: RowRevision.self) { engine.withdrawSeat(false, $0, call) }
        },
    ]

    // MARK: Halls

    private func sendHalls(_ call: Route.Call) {
        guard let account = member(call) else { return }
        guard takesWrites else { return refuse(call, storageUnavailable) }
        answerWhenStored(call, HallRowList(halls: broker.allHalls.map { HallRowView($0, isAdministered: account.holds(.administrator, in: $0.id)) }))
    }

    /// Whoever makes a hall is its first administrator.
    private func makeHall(_ body: NewHall, _ call: Route.Call) {
        guard var account = member(call) else { return }
        guard takesWrites else { return refuse(call, storageUnavailable) }
        do throws(WireError) {
            guard Self.isHallCode(body.id.text) else { throw WireError(.invalidField, field: "id") }
            let new = Hall(
                id: body.id, name: try Self.hallName(body.name), zone: try Self.zone(body.zone ?? Self.pilotZone),
                guestsMayConsult: body.guestsMayConsult ?? true,
                guestsMayPreReview: body.guestsMayPreReview ?? false, revision: 0)
            guard case .hall(let hall) = try decide(.hall(new)) else { throw WireError(.internalError) }
            account.grants.insert(RoleGrant(hall: hall.id, role: StaffRole.administrator.rawValue))
            account.revision += 1
            store(account)
            write(.hallMade, by: account, on: hall.id.text, in: hall.id)
            answerWhenStored(call, status: 201, HallRowView(hall, isAdministered: true))
        } catch { refuse(call, error) }
    }

    private func changeHall(_ body: HallChange, _ call: Route.Call) {
        guard let (account, hall) = administeredHall(call) else { return }
        guard takesWrites else { return refuse(call, storageUnavailable) }
        guard body.revision == hall.revision else { return refuseOutdated(call, current: HallRowView(hall, isAdministered: true)) }
        var new = hall
        do throws(WireError) {
            if let name = body.name { new.name = try Self.hallName(name) }
            if let zone = body.zone { new.zone = try Self.zone(zone) }
            if let may = body.guestsMayConsult { new.guestsMayConsult = may }
            if let may = body.guestsMayPreReview { new.guestsMayPreReview = may }
            if let overflow = body.overflow {
                // A hall helps out when those who answer for it say so.
                for helper in overflow where !hall.overflow.contains(helper) {
                    guard broker.allHalls.contains(where: { $0.id == helper }) else { throw WireError(.notFound, field: "overflow") }
                    guard account.holds(.administrator, in: helper) else { throw WireError(.notAllowed, field: "overflow") }
                }
                new.overflow = overflow
            }
            guard new != hall else { return answer(call, HallRowView(hall, isAdministered: true)) }
            guard case .hall(let changed) = try decide(.hall(new)) else { throw WireError(.internalError) }
            let fields = [
                ("name", new.name != hall.name), ("zone", new.zone != hall.zone), ("overflow", new.overflow != hall.overflow),
                ("guests_may_consult", new.guestsMayConsult != hall.guestsMayConsult),
                ("guests_may_pre_review", new.guestsMayPreReview != hall.guestsMayPreReview),
            ]
            write(.hallChanged, by: account, on: hall.id.text, in: hall.id, detail: fields.filter(\.1).map(\.0).joined(separator: ","))
            answerWhenStored(call, HallRowView(changed, isAdministered: true))
        } catch { refuse(call, error) }
    }

    private static let pilotZone = "Asia/Shanghai"
    private static let nameLength = 1...60
    private static let numberLength = 1...8

    /// A division code (GB/T 2260) of six digits, with up to six letters or digits that tell several halls of one division apart.
    private static func isHallCode(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let isDigit: (UInt8) -> Bool = { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return (6...12).contains(bytes.count) && bytes.prefix(6).allSatisfy(isDigit)
            && bytes.dropFirst(6).allSatisfy { isDigit($0) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    }

    private static func hallName(_ text: String) throws(WireError) -> String {
        let name = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard nameLength.contains(name.count) else { throw WireError(.invalidField, field: "name") }
        return name
    }

    private static func zone(_ text: String) throws(WireError) -> String {
        guard TimeZone.knownTimeZoneIdentifiers.contains(text) else { throw WireError(.invalidField, field: "zone") }
        return text
    }

    // MARK: Seats

    private func sendSeats(_ call: Route.Call) {
        guard let (_, hall) = administeredHall(call) else { return }
        guard takesWrites else { return refuse(call, storageUnavailable) }
        answerWhenStored(call, SeatList(seats: broker.allSeats.filter { $0.hall == hall.id }.sorted { $0.number < $1.number }.map(SeatRowView.init)))
    }

    private func makeSeat(_ body: NewSeat, _ call: Route.Call) {
        guard let (account, hall) = administeredHall(call) else { return }
        guard takesWrites else { return refuse(call, storageUnavailable) }
        do throws(WireError) {
            guard let id = freeSeatID(in: hall.id) else { throw WireError(.internalError) }
            let seat = try decideSeat(.seat(id, hall: hall.id, number: try Self.seatNumber(body.number), revision: 0))
            write(.seatMade, by: account, on: seat.id.text, in: hall.id)
            answerWhenStored(call, status: 201, SeatRowView(seat))
        } catch { refuse(call, error) }
    }

    private func changeSeat(_ body: SeatChange, _ call: Route.Call) {
        guard let (account, hall) = administeredHall(call) else { return }
        guard takesWrites else { return refuse(call, storageUnavailable) }
        guard let seat = seat(call, in: hall.id) else { return refuse(call, WireError(.notFound)) }
        guard body.revision == seat.revision else { return refuseOutdated(call, current: SeatRowView(seat)) }
        do throws(WireError) {
            let number = try Self.seatNumber(body.number)
            guard number != seat.number else { return answer(call, SeatRowView(seat)) }
            let changed = try decideSeat(.seat(seat.id, hall: hall.id, number: number, revision: seat.revision))
            write(.seatChanged, by: account, on: seat.id.text, in: hall.id, detail: "number")
            answerWhenStored(call, SeatRowView(changed))
        } catch { refuse(call, error) }
    }

    private func withdrawSeat(_ isWithdrawn: Bool, _ body: RowRevision, _ call: Route.Call) {
        guard let (account, hall) = administeredHall(call) else { return }
        guard takesWrites else { return refuse(call, storageUnavailable) }
        guard let seat = seat(call, in: hall.id) else { return refuse(call, WireError(.notFound)) }
        guard body.revision == seat.revision else { return refuseOutdated(call, current: SeatRowView(seat)) }
        do throws(WireError) {
            let changed = try decideSeat(.seatWithdrawn(seat.id, isWithdrawn, revision: seat.revision))
            if changed != seat { write(isWithdrawn ? .seatWithdrawn : .seatRestored, by: account, on: seat.id.text, in: hall.id) }
            answerWhenStored(call, SeatRowView(changed))
        } catch { refuse(call, error) }
    }

    private func decideSeat(_ change: BrokerCore.HouseChange) throws(WireError) -> Seat {
        guard case .seat(let seat) = try decide(change) else { throw WireError(.internalError) }
        return seat
    }

    private func seat(_ call: Route.Call, in hall: HallID) -> Seat? {
        broker.allSeats.first { $0.hall == hall && $0.id.text == call.parameters["seat"] }
    }

    /// Numbers can change, so the code does not repeat one.
    private func freeSeatID(in hall: HallID) -> SeatID? {
        let taken = Set(broker.allSeats.map(\.id))
        return (1...10_000).lazy.compactMap { SeatID("\(hall.text)-s\($0)") }.first { !taken.contains($0) }
    }

    private static func seatNumber(_ text: String) throws(WireError) -> String {
        let number = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard numberLength.contains(number.count), !number.contains(where: \.isNewline) else { throw WireError(.invalidField, field: "number") }
        return number
    }
}

private struct NewHall: Decodable, Sendable {
    let id: HallID
    let name: String
    /// IANA name; without it the pilot's.
    let zone: String?
    /// Without it they may.
    let guestsMayConsult: Bool?
    /// Without it they may not.
    let guestsMayPreReview: Bool?
}

/// What is absent stays.
private struct HallChange: Decodable, Sendable {
    let revision: Int
    let name: String?
    let zone: String?
    let overflow: [HallID]?
    let guestsMayConsult: Bool?
    let guestsMayPreReview: Bool?
}

private struct NewSeat: Decodable, Sendable {
    let number: String
}

private struct SeatChange: Decodable, Sendable {
    let revision: Int
    let number: String
}

private struct HallRowList: Encodable {
    let halls: [HallRowView]
}

private struct HallRowView: Encodable {
    let id: HallID
    let name: String
    let zone: String
    /// Halls that help this one out.
    let overflow: [HallID]
    let guestsMayConsult: Bool
    let guestsMayPreReview: Bool
    /// Whether whoever asks answers for it.
    let administered: Bool
    let revision: Int

    init(_ hall: Hall, isAdministered: Bool) {
        id = hall.id
        name = hall.name
        zone = hall.zone
        overflow = hall.overflow
        guestsMayConsult = hall.guestsMayConsult
        guestsMayPreReview = hall.guestsMayPreReview
        administered = isAdministered
        revision = hall.revision
    }
}

private struct SeatList: Encodable {
    let seats: [SeatRowView]
}

private struct SeatRowView: Encodable {
    let id: SeatID
    let number: String
    let state: SeatState
    let agentName: String
    let since: Instant
    let withdrawnAt: Instant?
    let revision: Int

    init(_ seat: Seat) {
        id = seat.id
        number = seat.number
        state = seat.state
        agentName = seat.agentName
        since = seat.since
        withdrawnAt = seat.withdrawnAt
        revision = seat.revision
    }
}
