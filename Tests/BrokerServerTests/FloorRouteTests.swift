import BrokerCore
import BrokerStore
import Foundation
import SignalingProtocol
import Testing

@testable import BrokerServer

/// One seat where an agent is ready and asks for help, and one citizen who waits.
@Suite("The floor over HTTP")
struct FloorRouteTests {
    private static let floor = "/api/v1/admin/halls/445102/floor"
    private static let otherHall: HallID = Fixtures.code("445103")
    private static let seat: SeatID = Fixtures.code("W01")
    private static let help = FloorTaskID(UUID(uuidString: "00000000-0000-7000-8000-000000000901") ?? UUID())
    private static let ticket = TicketID(UUID(uuidString: "00000000-0000-7000-8000-000000000902") ?? UUID())

    private func account(_ name: String, _ person: String, _ hall: HallID) -> AccountRow {
        AccountRow(
            id: AgentID(UUID()), account: name, name: person, hall: hall, roles: Fixtures.administrator.roles, skills: Skills(),
            passwordHash: Fixtures.administrator.passwordHash)
    }

    private func server() throws -> LiveServer {
        let folder = try TemporaryFolder()
        let store = try BrokerStore(path: folder.url.appending(path: "farwindow.sqlite").path)
        var seat = Seat(id: Self.seat, hall: Fixtures.hall, number: "01", since: Fixtures.now)
        try store.seed(
            Seed(
                halls: [Hall(id: Fixtures.hall, name: "湘桥区办税服务厅"), Hall(id: Self.otherHall, name: "潮安区办税服务厅")], seats: [seat],
                items: [(Fixtures.item, true)],
                accounts: [Fixtures.agent, Fixtures.administrator, account("admin2", "林志远", Fixtures.hall), account("admin3", "蔡晓岚", Self.otherHall)]))
        seat.state = .ready
        seat.agent = Fixtures.agent.id
        seat.agentName = Fixtures.agent.name
        let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
        let record = Fixtures.serviceCase(1, code: "7K3M9QX1")
        var ticket = Ticket(
            id: Self.ticket, number: "A001", hall: Fixtures.hall, item: record.item, group: Fixtures.item.category, kind: .consultation,
            citizen: record.citizen, caseID: record.id, lane: .ordinary, language: nil, takenAt: now, state: .waiting)
        ticket.deadline = now + .minutes(60)
        try store.commit([
            .broker(.seat(seat)), .broker(.serviceCase(record)), .broker(.ticket(ticket)),
            .broker(
                .floorTask(
                    FloorTask(
                        id: Self.help, kind: .help, hall: Fixtures.hall, subject: .seat(Self.seat), name: "01", note: "打印机卡纸", raisedAt: Fixtures.now))),
        ])
        return try LiveServer(folder: folder)
    }

    private func signIn(_ server: LiveServer, _ account: String) throws -> String {
        let reply = try server.ask("POST", "/api/v1/staff/sign-in", json: #"{"account":"\#(account)","password":"\#(Fixtures.password)"}"#)
        return "Cookie: \(reply.cookie)"
    }

    private func post(_ server: LiveServer, _ path: String, _ cookie: String, _ json: String = #"{"reason":"换设备"}"#) throws -> Reply {
        try server.ask("POST", "\(Self.floor)/\(path)", [cookie], json: json)
    }

    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
    }

    private func list(_ name: String, of text: String) throws -> [[String: Any]] { try #require(try object(text)[name] as? [[String: Any]], "\(text)") }

    /// Asks for news after a revision and does not wait for them.
    private func watch(_ server: LiveServer, _ cookie: String, after revision: String) throws -> Line {
        try server.open("GET", "\(Self.floor)?after=\(revision)", [cookie], announcing: nil, closes: true)
    }

    @Test func isForTheHallsOwnAdministratorsAlone() throws {
        let server = try server()
        #expect(try server.ask("GET", Self.floor).status == 401)
        #expect(try server.ask("GET", Self.floor, [try signIn(server, "agent1")]).status == 403)
        let other = try signIn(server, "admin3")
        #expect(try server.ask("GET", Self.floor, [other]).status == 403)
        #expect(try post(server, "seats/W01/not-ready", other).status == 403)
        let mine = try signIn(server, "admin1")
        #expect(try server.ask("GET", "/api/v1/admin/halls/999999/floor", [mine]).status == 404)
        #expect(try server.ask("GET", "\(Self.floor)?after=soon", [mine])["field"] == "after")
        #expect(try post(server, "seats/W09/not-ready", mine).status == 404)
        #expect(try post(server, "sessions/none/end", mine).status == 404)
        #expect(try post(server, "seats/W01/not-ready", mine, #"{"reason":" "}"#)["field"] == "reason")
        #expect(try post(server, "tickets/\(Self.ticket)/move", mine)["field"] == "hall_id")
        try server.stop()
    }

    @Test func showsWhoWaitsWhoSitsWhereAndWhatIsToBeDone() throws {
        let server = try server()
        let reply = try server.ask("GET", Self.floor, [try signIn(server, "admin1")])
        #expect(reply.status == 200)
        #expect(try list("seats", of: reply.text).map { $0["state"] as? String } == ["ready"])
        #expect(try list("seats", of: reply.text).map { $0["asks_for_help"] as? Bool } == [true])
        #expect(try list("tickets", of: reply.text).map { $0["number"] as? String } == ["A001"])
        #expect(try list("lanes", of: reply.text).filter { $0["waiting"] as? Int == 1 }.map { $0["lane"] as? String } == ["ordinary"])
        #expect(try list("tasks", of: reply.text).map { $0["note"] as? String } == ["打印机卡纸"])
        let service = try #require(try object(reply.text)["service"] as? [String: Any])
        #expect(service["served"] as? Int == 0 && service["within_s"] as? Int == 300)
        try server.stop()
    }

    @Test func tellsEverybodyWhoWatchesOfAnActAndWhoTookATask() throws {
        let server = try server()
        let (first, second) = (try signIn(server, "admin1"), try signIn(server, "admin2"))
        let shown = try server.ask("GET", Self.floor, [first])
        let revision = try #require(shown["revision"])
        #expect(try server.ask("GET", Self.floor, [second])["revision"] == revision, "both see the same")
        let lines = [try watch(server, first, after: revision), try watch(server, second, after: revision)]
        #expect(try post(server, "tasks/\(Self.help)/take", first, #"{"note":"马上来"}"#).status == 200)
        var news: [String] = []
        for line in lines {
            #expect(try line.readHead().status == 200)
            let text = try line.readRest()
            news.append(text)
            #expect(try list("tasks", of: text).map { $0["taken_by"] as? String } == [Fixtures.administrator.name])
        }
        #expect(Set(try news.map { try object($0)["revision"] as? Int }).count == 1)
        let late = try post(server, "tasks/\(Self.help)/take", second, "{}")
        #expect(late.status == 409 && late["code"] == "task_taken")
        #expect(try post(server, "tasks/\(Self.help)/close", second, #"{"note":"好了"}"#).status == 200)
        #expect(try post(server, "seats/W01/not-ready", second).status == 200)
        #expect(try post(server, "seats/W01/not-ready", second)["code"] == "wrong_state")
        #expect(try post(server, "tickets/\(Self.ticket)/move", second, #"{"hall_id":"445103","reason":"人少"}"#).status == 200)
        try server.stop()
        let store = try BrokerStore(path: server.folder.url.appending(path: "farwindow.sqlite").path)
        let acts = try store.floorActs(of: Fixtures.hall)
        #expect(acts.map(\.kind) == [.ticketMoved, .seatNotReady])
        #expect(acts.map(\.reason) == ["人少", "换设备"] && acts.allSatisfy { $0.by.name == "林志远" })
        let task = try #require(try store.floorTasks(of: Fixtures.hall).first)
        #expect(task.state == .closed && task.taken?.by.id == Fixtures.administrator.id && task.closed?.note == "好了")
    }

    @Test func keepsNobodyWaitingWhenItEndsAndNobodyWaitingTooOften() throws {
        let server = try server()
        let cookie = try signIn(server, "admin1")
        let revision = try #require(try server.ask("GET", Self.floor, [cookie])["revision"])
        let lines = try (0..<ServerLimits.floorWatchesPerAccount).map { _ in try watch(server, cookie, after: revision) }
        let refused = try server.await("a refusal", { try server.ask("GET", "\(Self.floor)?after=1", [cookie]) }) { $0.status == 429 }
        #expect(refused["code"] == "rate_limited")
        #expect(try server.ask("GET", Self.floor, [try signIn(server, "admin2")]).status == 200, "others are not concerned")
        try server.stop()
        for line in lines { #expect(try line.readHead().status == 503) }
    }
}
