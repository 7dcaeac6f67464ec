import BrokerCore
import BrokerStore
import Foundation
import Identity
import SignalingProtocol
import Testing

@testable import BrokerServer

/// A citizen and an agent who talk, a talk of the same two that is over, and two others who have nothing to do with it. All people are fictitious.
private struct Talking {
    static let secret = "00112233445566778899aabbccddeeff"
    static let urls = ["turn:turn.example:3478?transport=udp", "turns:turn.example:5349", "stun:turn.example"]
    static let now = WaitingHall.now

    let folder: TemporaryFolder
    let wang = Guest("王秀英")
    let li = Guest("李建国")
    let open = SessionID(UUID())
    let closed = SessionID(UUID())

    struct Guest {
        let row: CitizenRow
        let token = SignInToken()
        var cookie: String { "Cookie: __Host-farwindow_citizen=\(token.secret)" }

        init(_ name: String) { row = CitizenRow(id: CitizenID(UUID()), name: name, telephone: "13800000000", termsVersion: "1", signedInAt: now) }

        var records: [StoreRecord] {
            [
                .citizen(row),
                .signIn(SignInRow(tokenHash: token.hash, role: .citizen, person: row.id.description, expiresAt: now + .minutes(60))),
            ]
        }
    }

    init() throws {
        folder = try TemporaryFolder()
        let store = try BrokerStore(path: folder.url.appending(path: "farwindow.sqlite").path)
        try store.seed(
            Seed(
                halls: [Hall(id: Fixtures.hall, name: "湘桥区办税服务厅")],
                seats: [Seat(id: Fixtures.code("W01"), hall: Fixtures.hall, number: "01", since: Self.now)], items: [(WaitingHall.item, true)],
                accounts: [Fixtures.agent, Fixtures.administrator]))
        try store.commit(wang.records + li.records + records(of: open, .connected, number: 1) + records(of: closed, .closed, number: 2))
        try Data("\(Self.secret)\n".utf8).write(to: secretFile)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: secretFile.path)
    }

    var secretFile: URL { folder.url.appending(path: "turn-secret") }

    private func records(of id: SessionID, _ state: SessionState, number: Int) -> [StoreRecord] {
        let item = ItemReference(code: WaitingHall.item.code, version: 1, name: WaitingHall.item.name)
        let isOver = state == .closed
        let record = Case(
            id: CaseID(UUID()), number: "445102-261123-000\(number)", lookUpCode: "7K3M9QX\(number)", citizen: wang.row.id, citizenName: wang.row.name,
            hall: Fixtures.hall, item: item, openedAt: Self.now)
        var ticket = Ticket(
            id: TicketID(UUID()), number: "A00\(number)", hall: Fixtures.hall, item: item, group: "登记", kind: .preReview, citizen: wang.row.id,
            caseID: record.id, lane: .guided, language: nil, takenAt: Self.now, state: isOver ? .done : .serving)
        ticket.endedAt = isOver ? Self.now : nil
        let session = Session(
            id: id, ticket: ticket.id, ticketNumber: ticket.number, caseID: record.id, kind: .preReview, hall: Fixtures.hall, seat: Fixtures.code("W01"),
            seatNumber: "01", agent: Fixtures.agent.id, agentName: "陈小燕", citizen: wang.row.id, citizenName: wang.row.name,
            why: RoutingReason(lane: .guided, waitedMs: 0, candidateSeats: 1, earlierRings: 0, rule: .onlySeat), startedAt: Self.now, transfer: nil,
            state: state, calls: 1, mediaEpoch: 1, deadline: nil, disposition: isOver ? .advised : nil, note: "", endedAt: isOver ? Self.now : nil,
            closedAt: isOver ? Self.now : nil)
        return [.broker(.serviceCase(record)), .broker(.ticket(ticket)), .broker(.session(session))]
    }

    func server(relayed: Bool = true) throws -> LiveServer {
        let relay = try relayed ? RelayConfiguration(urls: Self.urls, secretFile: secretFile, lifetime: .minutes(120)) : nil
        return try LiveServer(folder: folder) { $0.relay = relay }
    }
}

extension LiveServer {
    fileprivate func credentials(_ session: SessionID, _ cookie: String) throws -> Reply {
        try ask("POST", "/api/v1/sessions/\(session)/relay-credentials", [cookie], json: "{}")
    }

    fileprivate func agent(_ account: String) throws -> String {
        "Cookie: \(try ask("POST", "/api/v1/staff/sign-in", json: #"{"account":"\#(account)","password":"\#(Fixtures.password)"}"#).cookie)"
    }
}

@Suite("Credentials for the TURN servers")
struct RelayRouteTests {
    private struct Answer: Decodable {
        struct Server: Decodable {
            let urls: [String]
            let username: String?
            let credential: String?
        }

        let iceServers: [Server]
        let expiresAt: Instant?
        let lifetimeMs: Int64?
    }

    private func read(_ reply: Reply) throws -> Answer {
        try #require(reply.status == 200, "\(reply.text)")
        return try WireCoding.decoder().decode(Answer.self, from: reply.body)
    }

    @Test func areForOnePersonAndOneSessionAndExpire() throws {
        let talking = try Talking()
        let server = try talking.server()
        let reply = try server.credentials(talking.open, talking.wang.cookie)
        let answer = try read(reply)
        #expect(reply.fields["cache-control"] == "no-store")
        #expect(answer.iceServers.map(\.urls) == [["stun:turn.example"], Array(Talking.urls.prefix(2))])
        #expect(answer.iceServers.first?.username == nil && answer.iceServers.first?.credential == nil)
        let turn = try #require(answer.iceServers.last)
        let username = try #require(turn.username)
        let parts = username.split(separator: ":")
        let expiry = try #require(parts.first.flatMap { Int64($0) })
        #expect(answer.expiresAt?.milliseconds == expiry * 1_000)
        #expect(answer.lifetimeMs == 7_200_000)
        let expected = RelayCredential(expiresAt: expiry, name: String(parts[1]), secret: Data(Talking.secret.utf8))
        #expect(turn.credential == expected.password, "without the line break of the file")
        let left = expiry - Int64(Date().timeIntervalSince1970)
        #expect((7_000...7_260).contains(left))
        for told in [talking.wang.row.id.description, "\(talking.open)", talking.wang.row.name, Talking.secret] { #expect(!reply.text.contains(told)) }

        // The same person has the same name, so that quotas count them once; the other side has another.
        let again = try read(try server.credentials(talking.open, talking.wang.cookie))
        #expect(again.iceServers.last?.username?.split(separator: ":").last == parts.last)
        let agent = try read(try server.credentials(talking.open, try server.agent("agent1")))
        #expect(agent.iceServers.last?.username?.split(separator: ":").last != parts.last)
        try server.stop()
    }

    @Test func areForThoseWhoTakePartAlone() throws {
        let talking = try Talking()
        let server = try talking.server()
        let nobody = try server.ask("POST", "/api/v1/sessions/\(talking.open)/relay-credentials", json: "{}")
        #expect(nobody.status == 401 && nobody["code"] == "sign_in_required")
        let unknown = try server.credentials(SessionID(UUID()), talking.li.cookie)
        for stranger in [talking.li.cookie, try server.agent("admin1")] {
            let reply = try server.credentials(talking.open, stranger)
            #expect(reply.status == 404 && reply["code"] == "not_found")
            for name in ["title", "detail", "field"] { #expect(reply[name] == unknown[name], "as if it did not exist") }
        }
        #expect(try server.ask("POST", "/api/v1/sessions/none/relay-credentials", [talking.wang.cookie], json: "{}").status == 404)
        let elsewhere = try server.ask(
            "POST", "/api/v1/sessions/\(talking.open)/relay-credentials", [talking.wang.cookie], json: "{}", origin: "https://elsewhere.example")
        #expect(elsewhere["code"] == "origin_refused")
        try server.stop()
    }

    @Test func endWithTheSession() throws {
        let talking = try Talking()
        let server = try talking.server()
        for cookie in [talking.wang.cookie, try server.agent("agent1")] {
            let reply = try server.credentials(talking.closed, cookie)
            #expect(reply.status == 404 && reply["code"] == "not_found")
        }
        try server.stop()
    }

    @Test func areNoneWhereThereIsNoTURNServer() throws {
        let talking = try Talking()
        let server = try talking.server(relayed: false)
        let answer = try read(try server.credentials(talking.open, talking.wang.cookie))
        #expect(answer.iceServers.isEmpty && answer.expiresAt == nil && answer.lifetimeMs == nil)
        try server.stop()
    }
}

@Suite("What the server is told of TURN servers")
struct RelayConfigurationTests {
    @Test(arguments: [
        "turn:turn.example", "turn:turn.example:3478?transport=udp", "turns:turn.example:5349?transport=tcp", "turn:[2001:db8::1]:3478", "stun:192.0.2.1",
    ])
    func takesAddresses(url: String) { #expect(RelayConfiguration.isAddress(url)) }

    @Test(arguments: [
        "", "turn.example", "https://turn.example", "turn://turn.example", "turn:turn.example?transport=sctp", "stun:a?transport=udp", "turn:a b",
    ])
    func refusesWhatIsNone(url: String) { #expect(!RelayConfiguration.isAddress(url)) }

    @Test(arguments: [("short", 0o600), ("00112233445566778899aabbccddeeff", 0o644)])
    func refusesASecretThatIsNone(text: String, mode: Int) throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "secret")
        #expect(throws: ServerStartFailure.self) { try RelayConfiguration(urls: Talking.urls, secretFile: file) }
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
        let failure = #expect(throws: ServerStartFailure.self) { try RelayConfiguration(urls: Talking.urls, secretFile: file) }
        #expect(failure?.code == "turn_secret_unusable")
        #expect(failure?.sentence.contains(text) == false)
    }
}
