import BrokerCore
import BrokerStore
import Foundation
import Identity
import SignalingProtocol
import Testing

@testable import BrokerServer
@testable import WebServer

@Suite("Sign-ins")
struct SignInTests {
    private let now = Fixtures.now
    private let nobodyWaits: (Endpoint) -> Bool = { _ in false }

    private func signIns(_ configuration: SignInConfiguration = SignInConfiguration()) throws -> SignIns {
        let folder = try TemporaryFolder()
        try Fixtures.fill(folder)
        let store = try BrokerStore(path: folder.url.appending(path: "farwindow.sqlite").path)
        return try SignIns(store: store, configuration: configuration, at: now)
    }

    @Test func endUnusedAndAtTheLatestWhenTheirTimeIsOver() throws {
        var signIns = try signIns()
        let hash = signIns.add(.staff(Fixtures.agent), device: "", at: now).token.hash
        let idle = SignInConfiguration().staffIdle
        #expect(signIns.ended(at: now + idle + Milliseconds(-1), isEngaged: nobodyWaits).isEmpty)
        #expect(signIns.ended(at: now + idle, isEngaged: nobodyWaits) == [hash])
        _ = signIns.touch(hash, at: now + idle + Milliseconds(-1))
        #expect(signIns.ended(at: now + idle, isEngaged: nobodyWaits).isEmpty, "it was used")
        #expect(signIns.ended(at: now + .minutes(11 * 60), isEngaged: { _ in true }).isEmpty, "who waits or talks is not away")
        #expect(signIns.ended(at: now + .minutes(12 * 60), isEngaged: { _ in true }) == [hash], "used or not")
    }

    @Test func lastUntilABookedTimeHasPassedWithoutBeingUsed() throws {
        var signIns = try signIns()
        let citizen = CitizenRow(id: CitizenID(UUID()), name: "王秀英", telephone: "13800000000", termsVersion: "1", signedInAt: now)
        let hash = signIns.add(.citizen(citizen), device: "", at: now).token.hash
        let booked = now + .minutes(5 * 24 * 60)
        #expect(signIns.keep(hash, until: booked).count == 1)
        #expect(signIns.ended(at: booked + Milliseconds(-1), isEngaged: nobodyWaits).isEmpty)
        #expect(signIns.ended(at: booked, isEngaged: nobodyWaits) == [hash])
        #expect(signIns.keep(hash, until: now + .minutes(60)).isEmpty, "never shorter")
    }

    @Test func writeDownTheirUseNowAndThen() throws {
        var signIns = try signIns()
        let hash = signIns.add(.staff(Fixtures.agent), device: "", at: now).token.hash
        #expect(signIns.touch(hash, at: now + .minutes(1)).isEmpty)
        let records = signIns.touch(hash, at: now + .minutes(5))
        guard case .signIn(let row) = try #require(records.first) else { return #expect(Bool(false)) }
        #expect(row.seenAt == now + .minutes(5))
    }

    @Test func ticketsAreGoodOnceAndForSeconds() {
        var tickets = SocketTickets()
        let signIn = Data([1])
        let (ticket, expiresAt) = tickets.issue(to: signIn, at: now)
        #expect(expiresAt <= now + .seconds(30))
        #expect(tickets.open(ticket.secret) == nil, "no line without a handshake")
        #expect(tickets.use(ticket.secret, at: now) == signIn)
        #expect(tickets.use(ticket.secret, at: now) == nil)
        #expect(tickets.open(ticket.secret) == signIn)
        #expect(tickets.open(ticket.secret) == nil)
        let late = tickets.issue(to: signIn, at: now).ticket.secret
        #expect(tickets.use(late, at: expiresAt) == nil)
        #expect(tickets.use("", at: now) == nil)
        let first = tickets.issue(to: signIn, at: now).ticket.secret
        for second in 1...ServerLimits.socketTicketsPerSignIn { _ = tickets.issue(to: signIn, at: now + .seconds(Int64(second))) }
        #expect(tickets.use(first, at: now) == nil, "a page that keeps asking has the newest ones only")
    }

    @Test(
        arguments: [
            ("farwindow.v1, ticket.abc", "abc"), ("ticket.abc,farwindow.v1", "abc"), ("farwindow.v1", nil), ("farwindow.v1, ticket.", nil),
            ("ticket.a, ticket.b", nil), ("farwindow.v1, ticket.\(String(repeating: "a", count: 129))", nil), ("Ticket.abc", nil),
        ] as [(String, String?)])
    func aTicketIsReadBesideTheSubprotocol(field: String, ticket: String?) {
        let head = RequestHead(method: "GET", path: "/ws", query: [:], fields: ["sec-websocket-protocol": field], remoteAddress: "192.0.2.1")
        #expect(head.socketTicket == ticket)
    }

    @Test(arguments: [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0", "WeChat, Android"),
        ("<script>", ""), ("", ""),
    ])
    func aDeviceIsNamedInKnownWordsOnly(field: String, words: String) { #expect(Device.words(field) == words) }

    // MARK: Over the live server

    private func signIn(_ server: LiveServer) throws -> String {
        "Cookie: " + (try server.ask("POST", "/api/v1/staff/sign-in", json: #"{"account":"agent1","password":"\#(Fixtures.password)"}"#).cookie)
    }

    private func list(_ server: LiveServer, _ cookie: String) throws -> [[String: Any]] {
        let reply = try server.ask("GET", "/api/v1/staff/sign-ins", [cookie])
        let object = try JSONSerialization.jsonObject(with: Data(reply.text.utf8)) as? [String: Any]
        return try #require(object?["sign_ins"] as? [[String: Any]])
    }

    @Test func onesOwnAreListedAndEnded() throws {
        let server = try LiveServer()
        let (first, second, third) = (try signIn(server), try signIn(server), try signIn(server))
        let lines = try list(server, second)
        #expect(lines.count == 3)
        #expect(lines.map { $0["is_current"] as? Bool }.filter { $0 == true }.count == 1)
        let other = try #require(try list(server, first).first { $0["is_current"] as? Bool == true }?["id"] as? String)
        #expect(!first.contains(other), "the name of a sign-in is not its token")
        #expect(try server.ask("DELETE", "/api/v1/staff/sign-ins/\(other)", [second]).status == 204)
        #expect(try server.ask("GET", "/api/v1/staff/me", [first]).status == 401)
        #expect(try server.ask("DELETE", "/api/v1/staff/sign-ins/\(other)", [second]).status == 404)
        #expect(try server.ask("DELETE", "/api/v1/staff/sign-ins", [second]).status == 204)
        #expect(try server.ask("GET", "/api/v1/staff/me", [third]).status == 401)
        #expect(try server.ask("GET", "/api/v1/staff/me", [second]).status == 200)
        let own = try #require(try list(server, second).first?["id"] as? String)
        let ended = try server.ask("DELETE", "/api/v1/staff/sign-ins/\(own)", [second])
        #expect(ended.status == 204)
        #expect(ended.fields["set-cookie"]?.contains("Max-Age=0") == true)
        #expect(try server.ask("GET", "/api/v1/staff/me", [second]).status == 401)
        try server.stop()
    }

    @Test func anothersIsNotThere() throws {
        let hall = try WaitingHall.open()
        let server = try LiveServer(folder: hall.folder)
        let reply = try server.ask("GET", "/api/v1/citizen/sign-ins", [hall.wang.cookie])
        let id = try #require(reply.text.firstMatch(of: #/"id":"([0-9a-f-]+)"/#)).1
        #expect(try server.ask("DELETE", "/api/v1/citizen/sign-ins/\(id)", [hall.li.cookie]).status == 404)
        #expect(try server.ask("GET", "/api/v1/citizen/me", [hall.wang.cookie]).status == 200)
        try server.stop()
    }
}
