import BrokerCore
import BrokerStore
import Foundation
import SignalingProtocol
import Testing

@testable import BrokerServer

/// One hall in which three visits took place on 23 November 2026.
@Suite("Figures and sessions over HTTP")
struct FigureRouteTests {
    private static let period = "from=2026-11-23&to=2026-11-23"

    private func server() throws -> LiveServer {
        let folder = try TemporaryFolder()
        try Fixtures.fill(folder)
        let store = try BrokerStore(path: folder.url.appending(path: "farwindow.sqlite").path)
        for number in 1...3 { try store.commit(Self.visit(number).map(StoreRecord.broker)) }
        return try LiveServer(folder: folder)
    }

    /// One after another, a quarter of an hour each; `number` minutes of waiting.
    private static func visit(_ number: Int) -> [Record] {
        let taken = Fixtures.now + .minutes(Int64(number) * 15)
        let started = taken + .minutes(Int64(number))
        let record = Fixtures.serviceCase(number + 5, code: "7K3M9QX\(number + 5)")
        var ticket = Ticket(
            id: TicketID(UUID()), number: "A00\(number)", hall: Fixtures.hall, item: record.item, group: "咨询", kind: .consultation,
            citizen: record.citizen, caseID: record.id, lane: .ordinary, language: nil, takenAt: taken, state: .done)
        ticket.endedAt = started + .minutes(5)
        let session = Session(
            id: SessionID(UUID()), ticket: ticket.id, ticketNumber: ticket.number, caseID: record.id, kind: .consultation, hall: Fixtures.hall,
            seat: Fixtures.code("W01"), seatNumber: "01", agent: Fixtures.agent.id, agentName: "=陈小燕", citizen: record.citizen, citizenName: "王秀英",
            why: RoutingReason(lane: .ordinary, waitedMs: 1, candidateSeats: 1, earlierRings: 0, rule: .onlySeat), startedAt: started, transfer: nil,
            state: .closed, calls: 1, mediaEpoch: 1, deadline: nil, disposition: number == 3 ? .referred : .advised, note: "",
            endedAt: started + .minutes(5), closedAt: started + .minutes(6))
        return [.serviceCase(record), .ticket(ticket), .session(session)]
    }

    private func signIn(_ server: LiveServer, _ account: String) throws -> String {
        let reply = try server.ask("POST", "/api/v1/staff/sign-in", json: #"{"account":"\#(account)","password":"\#(Fixtures.password)"}"#)
        return "Cookie: \(reply.cookie)"
    }

    private func object(_ reply: Reply) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(reply.text.utf8)) as? [String: Any], "\(reply)")
    }

    @Test func onlyAnAdministratorSeesThem() throws {
        let server = try server()
        for path in ["/api/v1/admin/figures", "/api/v1/admin/sessions", "/api/v1/admin/figures.csv", "/api/v1/admin/sessions.csv"] {
            #expect(try server.ask("GET", path).status == 401, "\(path)")
            #expect(try server.ask("GET", path, [try signIn(server, "agent1")]).status == 403, "\(path)")
        }
        try server.stop()
    }

    @Test func figuresComeWithTheirDefinitions() throws {
        let server = try server()
        let cookie = try signIn(server, "admin1")
        let found = try object(server.ask("GET", "/api/v1/admin/figures?\(Self.period)&by=seat&within_s=120", [cookie, "Accept-Language: en"]))
        let definitions = try #require(found["definitions"] as? [[String: String]])
        let total = try #require(found["total"] as? [String: Any])
        #expect(definitions.compactMap { $0["id"] } == Figure.allCases.map(\.rawValue))
        #expect(Set(total.keys) == Set(Figure.allCases.map(\.rawValue)), "each is named even where there is nothing to say")
        #expect(definitions.first?["name"] == "Taken")
        #expect(definitions.allSatisfy { $0["definition"]?.isEmpty == false && $0["unit"] != nil })
        #expect(total["taken"] as? Int == 3 && total["served"] as? Int == 3 && total["sessions"] as? Int == 3)
        #expect(total["wait_p50_ms"] as? Int == 120_000 && total["wait_p95_ms"] as? Int == 180_000)
        #expect(total["service_level"] as? Double == 0.6667)
        #expect(total["handling_mean_ms"] as? Int == 300_000 && total["wrap_up_p50_ms"] as? Int == 60_000)
        #expect(total["occupancy"] is NSNull, "nobody was signed on")
        let rows = try #require(found["rows"] as? [[String: Any]])
        #expect(rows.map { $0["key"] as? String } == ["W01"] && rows.map { $0["name"] as? String } == ["湘桥区办税服务厅 01"])
        #expect(found["by"] as? String == "seat" && found["within_s"] as? Int == 120 && found["from"] as? String == "2026-11-23")

        let hours = try object(server.ask("GET", "/api/v1/admin/figures?\(Self.period)&by=hour&hall=445102", [cookie]))
        let taken = (hours["rows"] as? [[String: Any]])?.map { ($0["values"] as? [String: Any])?["taken"] as? Int }
        #expect(taken?.count == 24 && taken?[9] == 3, "on the hall's clocks")
        #expect((try object(server.ask("GET", "/api/v1/admin/figures", [cookie]))["rows"] as? [Any])?.count == 7, "a week, when nothing is said")
        try server.stop()
    }

    @Test func sessionsCanBeFilteredAndTurnedOver() throws {
        let server = try server()
        let cookie = try signIn(server, "admin1")
        func list(_ more: String) throws -> (numbers: [String], next: String?) {
            let found = try object(server.ask("GET", "/api/v1/admin/sessions?\(Self.period)\(more)", [cookie]))
            return (try #require(found["sessions"] as? [[String: Any]]).compactMap { $0["ticket_number"] as? String }, found["next"] as? String)
        }
        #expect(try list("").numbers == ["A003", "A002", "A001"])
        let first = try list("&limit=2")
        #expect(first.numbers == ["A003", "A002"])
        let second = try list("&limit=2&cursor=\(try #require(first.next))")
        #expect(second.numbers == ["A001"] && second.next == nil)
        #expect(try list("&limit=3").next == nil, "no page after the last")
        #expect(try list("&disposition=referred").numbers == ["A003"])
        #expect(try list("&state=live").numbers.isEmpty)
        #expect(try list("&q=a002").numbers == ["A002"])
        #expect(try list("&q=445102-261123-0006&from=2026-01-01&to=2026-01-02").numbers == ["A001"], "a case is found whenever it was")
        #expect(try list("&hall=445102&seat=W01&item=advice&state=closed").numbers.count == 3)
        #expect(try list("&seat=W09").numbers.isEmpty)
        try server.stop()
    }

    @Test func spreadsheets() throws {
        let server = try server()
        let cookie = try signIn(server, "admin1")
        let figures = try server.ask("GET", "/api/v1/admin/figures.csv?\(Self.period)&by=day", [cookie])
        #expect(figures.fields["content-type"] == CommaSeparated.mediaType && figures.fields["content-disposition"]?.contains(".csv") == true)
        #expect(figures.body.prefix(3) == Data([0xef, 0xbb, 0xbf]))
        let lines = String(decoding: figures.body.dropFirst(3), as: UTF8.self).components(separatedBy: "\r\n")
        #expect(lines.count == 4 && lines[0].hasPrefix("分组,名称,取号数,办结数,") && lines[0].contains("等候时间 P50（秒）"))
        #expect(lines[1].hasPrefix("2026-11-23,,3,3,0,0,0,0,0,120.0,180.0,180.0,") && lines[2].hasPrefix("合计,,3,3,") && lines[3].isEmpty)
        let sessions = try server.ask("GET", "/api/v1/admin/sessions?\(Self.period)", [cookie, "Accept: text/csv"])
        #expect(sessions.fields["content-type"] == CommaSeparated.mediaType)
        #expect(sessions.text.components(separatedBy: "\r\n").count == 5 && sessions.text.contains(",'=陈小燕\r\n"), "a name is no formula")
        try server.stop()
    }

    @Test func whatMakesNoSenseIsNamed() throws {
        let server = try server()
        let cookie = try signIn(server, "admin1")
        for (query, field) in [
            ("figures?from=2026-11-31&to=2026-12-01", "from"), ("figures?from=2026-11-01", "to"), ("figures?to=2026-11-01", "from"),
            ("figures?from=2026-11-02&to=2026-11-01", "to"), ("figures?from=2024-01-01&to=2025-12-31", "to"), ("figures?by=moon", "by"),
            ("figures?within_s=0", "within_s"), ("figures?within_s=many", "within_s"), ("sessions?state=asleep", "state"), ("sessions?item=a%20b", "item"),
            ("sessions?disposition=gone", "disposition"), ("sessions?cursor=1", "cursor"), ("sessions?cursor=1.x", "cursor"), ("sessions?limit=0", "limit"),
            ("sessions?limit=201", "limit"), ("sessions?seat=%20", "seat"), ("sessions?q=\(String(repeating: "9", count: 101))", "q"),
        ] {
            let reply = try server.ask("GET", "/api/v1/admin/\(query)", [cookie])
            #expect(reply.status == 422 && reply["code"] == "invalid_field" && reply["field"] == field, "\(query): \(reply.text)")
        }
        #expect(try server.ask("GET", "/api/v1/admin/figures?hall=1", [cookie]).status == 404)
        #expect(try server.ask("GET", "/api/v1/admin/sessions?hall=1", [cookie]).status == 404)
        try server.stop()
    }

    @Test(arguments: [
        ("plain 中文", "plain 中文"), ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""), ("two\r\nlines", "\"two\r\nlines\""), ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"), ("-1", "'-1"), ("+1,2", "\"'+1,2\""), ("", ""), ("\t=1", "'\t=1"),
    ])
    func aCell(text: String, written: String) { #expect(CommaSeparated.cell(text) == written) }
}
