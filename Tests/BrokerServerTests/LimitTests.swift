import BrokerCore
import Foundation
import SignalingProtocol
import Testing

@testable import BrokerServer

private func at(_ milliseconds: Int64) -> Instant { Fixtures.now + Milliseconds(milliseconds) }

@Suite("Token buckets") struct TokenBucketTests {
    private let allowance = Allowance(burst: 3, perSecond: 2)

    @Test func aBurstGoesThroughAndThenSoMuchASecond() {
        var bucket = TokenBucket(full: allowance, at: at(0))
        for _ in 0..<3 { #expect(bucket.take(of: allowance, at: at(0)) == nil) }
        #expect(bucket.take(of: allowance, at: at(0)) == Milliseconds(500))
        // Being refused costs nothing, and whoever waits as long as told is let in.
        #expect(bucket.take(of: allowance, at: at(499)) == Milliseconds(1))
        #expect(bucket.take(of: allowance, at: at(500)) == nil)
        #expect(bucket.take(of: allowance, at: at(500)) == Milliseconds(500))
    }

    @Test func noMoreThanABurstIsSavedUp() {
        var bucket = TokenBucket(full: allowance, at: at(0))
        let taken = (0..<10).filter { _ in bucket.take(of: allowance, at: at(3_600_000)) == nil }
        #expect(taken.count == 3)
    }

    @Test func aClockThatIsSetBackNeitherFillsNorBlocks() {
        var bucket = TokenBucket(full: allowance, at: at(3_600_000))
        for _ in 0..<3 { _ = bucket.take(of: allowance, at: at(3_600_000)) }
        #expect(bucket.take(of: allowance, at: at(0)) == Milliseconds(500))
        #expect(bucket.take(of: allowance, at: at(500)) == nil)
    }

    @Test func whatIsNotAllowedAtAllIsRefusedForGood() {
        let none = Allowance(burst: 0, perSecond: 0)
        var bucket = TokenBucket(full: none, at: at(0))
        #expect(bucket.take(of: none, at: at(0)) == .minutes(60))
    }

    /// Over any stretch of time nobody gets more than the burst and the rate together.
    @Test(arguments: [1, 7, 40, 333] as [Int64])
    func howeverOftenSomebodyAsksTheyGetNoMore(everyMilliseconds step: Int64) {
        let allowance = Allowance(burst: 20, perSecond: 10)
        var bucket = TokenBucket(full: allowance, at: at(0))
        let end: Int64 = 30_000
        let taken = stride(from: 0, to: end, by: Int(step)).filter { bucket.take(of: allowance, at: at($0)) == nil }.count
        #expect(taken <= 20 + 10 * 30)
        #expect(taken >= min(Int(end / step), 20 + 10 * 30 - 11))
    }

    @Test func memoryIsBoundedAndWhoComesAgainIsNotForgotten() {
        var recent = RecentlyUsed<Int, Int>(generationSize: 100)
        for stranger in 0..<10_000 {
            recent.update(stranger, first: { 0 }) { $0 += 1 }
            if stranger % 50 == 0 { recent.update(-1, first: { 0 }) { $0 += 1 } }
            #expect(recent.count <= 200)
        }
        #expect(recent.update(-1, first: { 0 }) { $0 } == 200)
        #expect(recent.update(0, first: { 0 }) { $0 } == 0)
    }
}

@Suite("Bounds of addresses and people") struct RequestLimitTests {
    private func person(_ number: Int) -> Endpoint {
        .citizen(CitizenID(UUID(uuidString: "00000000-0000-7000-8000-0000000000\(10 + number)") ?? UUID()))
    }

    @Test func aFloodOfOneAddressTakesNothingFromAnother() {
        var limits = RequestLimits(RateLimits())
        var refused = 0
        for millisecond in 0..<20_000 {
            for _ in 0..<2 where limits.request(.read, from: "203.0.113.9", by: nil, at: at(Int64(millisecond))) != nil { refused += 1 }
            if millisecond % 20 == 0 { #expect(limits.request(.read, from: "192.0.2.1", by: nil, at: at(Int64(millisecond))) == nil) }
        }
        #expect(refused > 25_000)
    }

    @Test func aFloodOfOnePersonTakesNothingFromTheOthersBehindTheirAddress() {
        var limits = RequestLimits(RateLimits())
        var refused = 0
        for millisecond in 0..<20_000 {
            if limits.request(.read, from: "203.0.113.9", by: person(1), at: at(Int64(millisecond))) != nil { refused += 1 }
            if millisecond % 50 == 0 { #expect(limits.request(.read, from: "203.0.113.9", by: person(2), at: at(Int64(millisecond))) == nil) }
        }
        #expect(refused > 15_000)
    }

    @Test func oneClassDoesNotUseUpAnother() {
        var limits = RequestLimits(RateLimits())
        while limits.request(.signIn, from: "203.0.113.9", by: nil, at: at(0)) == nil {}
        for what in RequestClass.allCases where what != .signIn { #expect(limits.request(what, from: "203.0.113.9", by: nil, at: at(0)) == nil) }
    }

    @Test func theOfficeOfAHallBehindOneAddressIsLetIn() {
        var limits = RequestLimits(RateLimits())
        // Eighty open a page of ninety files within five seconds, sign in, and read on.
        for number in 0..<80 {
            let now = at(Int64(number) * 62)
            for _ in 0..<90 { #expect(limits.request(.page, from: "203.0.113.9", by: nil, at: now) == nil) }
            #expect(limits.request(.signIn, from: "203.0.113.9", by: nil, at: now) == nil)
            for _ in 0..<20 { #expect(limits.request(.read, from: "203.0.113.9", by: person(number), at: now) == nil) }
            #expect(limits.handshake(from: "203.0.113.9", at: now) == nil)
            limits.opened(from: "203.0.113.9")
        }
    }

    @Test func whoGoesOnIsCalledStubbornAndCalmsDown() {
        var limits = RequestLimits(RateLimits())
        var first: Int?
        for number in 0..<5_000 {
            guard let refusal = limits.request(.signIn, from: "203.0.113.9", by: nil, at: at(0)), refusal.isStubborn else { continue }
            first = first ?? number
        }
        #expect(first == 600)
        #expect(limits.request(.signIn, from: "203.0.113.9", by: nil, at: at(60_000)) == nil)
    }

    @Test func anAddressHasSoManySocketsAndNoMore() {
        var few = RateLimits()
        few.socketsPerAddress = 2
        var limits = RequestLimits(few)
        for _ in 0..<2 {
            #expect(limits.handshake(from: "203.0.113.9", at: at(0)) == nil)
            limits.opened(from: "203.0.113.9")
        }
        #expect(limits.handshake(from: "203.0.113.9", at: at(0)) == .seconds(10))
        #expect(limits.handshake(from: "192.0.2.1", at: at(0)) == nil)
        limits.closed(from: "203.0.113.9")
        #expect(limits.handshake(from: "203.0.113.9", at: at(0)) == nil)
    }

    @Test(
        arguments: [
            ("GET", "/seat/", .page), ("GET", "/metrics", .page), ("GET", "/api/v1/catalogue", .read), ("HEAD", "/api/v1/catalogue", .read),
            ("POST", "/api/v1/citizen/sign-in", .signIn), ("POST", "/api/v1/staff/password", .signIn), ("GET", "/api/v1/oidc/city/callback", .signIn),
            ("PATCH", "/api/v1/uploads/1", .upload), ("HEAD", "/api/v1/uploads/1", .upload), ("POST", "/api/v1/cases/1/materials/M1/files", .upload),
            ("GET", "/api/v1/files/1", .read), ("DELETE", "/api/v1/admin/people/1", .write), ("POST", "/api/v1/cases/look-up", .write), ("GET", "", .page),
        ] as [(String, String, RequestClass)])
    func aRequestHasItsClass(method: String, path: String, what: RequestClass) { #expect(RequestClass(method: method, path: path) == what) }
}

@Suite("Bounds of messages") struct MessageLimitTests {
    @Test func everyKindThatClientsSendHasABound() {
        for kind in MessageKind.allCases where !kind.rule.senders.isEmpty { #expect(RateLimits().messages[MessageClass(kind)] != nil) }
        #expect(MessageClass(.rtcCandidate) == .relay && MessageClass(.heartbeatAck) == .signal && MessageClass(.ticketTake) == .ticket)
    }

    @Test func aNewConnectionIsNoWayAroundAPersonsBound() {
        var limits = RequestLimits(RateLimits())
        let person = Endpoint.citizen(CitizenID(UUID()))
        var sent = 0
        for _ in 0..<100 {
            var connection = ConnectionAllowance()
            for _ in 0..<100 where connection.take(.chat, of: limits.limits, at: at(0)) == nil && limits.message(.chat, of: person, at: at(0)) == nil {
                sent += 1
            }
        }
        #expect(sent == 30)
        #expect(limits.message(.chat, of: .citizen(CitizenID(UUID())), at: at(0)) == nil)
    }

    @Test func aCallUsesUpNoBound() {
        var connection = ConnectionAllowance()
        let limits = RateLimits()
        // Ten minutes of heartbeats and acknowledgements, a line of chat every few seconds, ICE restarts of three people every ten.
        for second in 0..<600 {
            let now = at(Int64(second) * 1_000)
            for _ in 0..<2 { #expect(connection.take(.signal, of: limits, at: now) == nil) }
            #expect(connection.take(.command, of: limits, at: now) == nil)
            if second % 3 == 0 { #expect(connection.take(.chat, of: limits, at: now) == nil) }
            if second % 10 == 0 { for _ in 0..<120 { #expect(connection.take(.relay, of: limits, at: now) == nil) } }
        }
    }

    @Test func whoGoesOnAfterRefusalsIsClosedAndWhoStopsIsNot() {
        var connection = ConnectionAllowance()
        let limits = RateLimits()
        let refusals = (0..<1_000).prefix { _ in connection.refused(under: limits, at: at(0)) == nil }
        #expect(refusals.count == 200)
        #expect(connection.refused(under: limits, at: at(10_000)) == nil)
    }
}

@Suite("Bounds over a real socket") struct LimitRouteTests {
    private func strict(_ options: inout ServerOptions) {
        options.rateLimits.ofAddress[.read] = Allowance(burst: 2, perSecond: 0.1)
        options.rateLimits.patience = Allowance(burst: 3, perSecond: 0)
    }

    @Test func aRefusedRequestSaysHowLongToWaitAndCostsTheOthersNothing() throws {
        let server = try LiveServer { [self] in
            strict(&$0)
            $0.trustedProxies = .init([.init("127.0.0.1")].compactMap { $0 })
        }
        let flooder = "X-Forwarded-For: 2001:db8:1:2::1"
        for _ in 0..<2 { #expect(try server.ask("GET", "/api/v1/catalogue", [flooder]).status == 200) }
        let refused = try server.ask("GET", "/api/v1/catalogue", ["X-Forwarded-For: 2001:db8:1:2:ffff::9", "Accept-Language: en"])
        #expect(refused.status == 429 && refused["code"] == "rate_limited")
        #expect(refused["retry_after_ms"].flatMap { Int($0) }.map { (1...10_000).contains($0) } == true)
        #expect(refused.fields["retry-after"] != nil)
        #expect(refused["detail"]?.hasPrefix("Too many tries. Please try again in ") == true)
        #expect(try server.ask("GET", "/api/v1/catalogue", ["X-Forwarded-For: 2001:db8:1:3::1"]).status == 200)
        #expect(try server.ask("POST", "/api/v1/cases/look-up", [flooder], json: "{}").status == 422)
        #expect(try server.ask("GET", "/readyz", [flooder]).status == 200)
        try server.stop()
    }

    @Test func whoGoesOnAllTheSameLosesTheConnection() throws {
        let server = try LiveServer { [self] in strict(&$0) }
        let line = try server.open("GET", "/api/v1/catalogue/none", [], announcing: nil)
        _ = try line.readHead()
        let request = Array("GET /api/v1/nothing HTTP/1.1\r\nHost: \(server.host)\r\n\r\n".utf8)
        // One more is admitted, three refusals are borne, and the next is the last.
        for _ in 0..<5 { try line.send(request) }
        let rest = try line.readRest()
        #expect(rest.components(separatedBy: "HTTP/1.1 429").count - 1 == 4)
        #expect(rest.contains("\r\nConnection: close\r\n"))
        try server.stop()
    }

    @Test func cookiesDoNotHideAFlood() throws {
        let server = try LiveServer { [self] in
            strict(&$0)
            $0.rateLimits.ofPerson[.read] = Allowance(burst: 100, perSecond: 100)
        }
        let statuses = try (0..<4).map { try server.ask("GET", "/api/v1/citizen/me", ["Cookie: farwindow_citizen=made-up-\($0)"]).status }
        #expect(statuses == [401, 401, 429, 429])
        try server.stop()
    }

    @Test func aPageIsNotServedOverHTTPSByAnybodysWord() throws {
        let server = try LiveServer()
        let plain = try server.ask("GET", "/api/v1/catalogue", ["X-Forwarded-Proto: https"])
        #expect(plain.fields["strict-transport-security"] == nil)
        let body = #"{"name":"王秀英","telephone":"13800000000","terms_version":"1"}"#
        let claimed = try server.ask("POST", "/api/v1/citizen/sign-in", ["X-Forwarded-Proto: https"], json: body, origin: "https://\(server.host)")
        #expect(claimed["code"] == "origin_refused")
        try server.stop()

        let behind = try LiveServer { $0.trustedProxies = .init([.init("127.0.0.1")].compactMap { $0 }) }
        let secure = try behind.ask("POST", "/api/v1/citizen/sign-in", ["X-Forwarded-Proto: https"], json: body, origin: "https://\(behind.host)")
        #expect(secure.status == 200 && secure.fields["strict-transport-security"] == "max-age=31536000")
        let downgraded = try behind.ask("POST", "/api/v1/citizen/sign-in", ["X-Forwarded-Proto: https"], json: body, origin: "http://\(behind.host)")
        #expect(downgraded["code"] == "origin_refused")
        try behind.stop()
    }
}
