import Foundation
import OutboundHTTP
import Testing

@Suite("Requests to other servers")
struct OutboundClientTests {
    @Test(
        arguments: [
            "http://id.example/", "ftp://127.0.0.1/", "file:///etc/passwd", "gopher://localhost/", "", "https://", "https://a:b@id.example/",
            "http://127.0.0.1.evil.example/", "//127.0.0.1/",
        ])
    func goOnlyWhereNobodyListensIn(_ address: String) {
        #expect(throws: OutboundError.addressRefused) { try OutboundClient().get(address) }
    }

    @Test func carryNoLineThatSomebodySlippedIn() {
        #expect(throws: OutboundError.addressRefused) { try OutboundClient().post("http://127.0.0.1:9/", form: "", authorization: "a\r\nHost: b") }
    }

    @Test func sayWhenNobodyIsThere() {
        // Port 9 of this machine: discard, which nobody serves.
        #expect(throws: OutboundError.unreachable(host: "127.0.0.1")) { try OutboundClient().get("http://127.0.0.1:9/") }
    }

    @Test func bringTheFormAndTheAnswer() throws {
        let server = try AnsweringServer { request in
            ("401 Unauthorized", "\(request.contains("Authorization: Basic eDp5")) \(request.hasSuffix("a=1&b=2"))")
        }
        let answer = try OutboundClient().post("http://127.0.0.1:\(server.port)/token", form: "a=1&b=2", authorization: "Basic eDp5")
        #expect(answer.status == 401)
        #expect(String(decoding: answer.body, as: UTF8.self) == "true true")
    }

    @Test func followNoRedirection() throws {
        let server = try AnsweringServer { _ in ("302 Found\r\nLocation: http://127.0.0.1:9/", "") }
        #expect(try OutboundClient().get("http://127.0.0.1:\(server.port)/").status == 302)
    }

    @Test func readNoMoreThanTheyMust() throws {
        let server = try AnsweringServer { _ in ("200 OK", String(repeating: "a", count: 2_000)) }
        #expect(throws: OutboundError.answerTooLarge(host: "127.0.0.1")) { try OutboundClient(mostBytes: 1_000).get("http://127.0.0.1:\(server.port)/") }
    }

    @Test func doNotWaitForEver() throws {
        let server = try AnsweringServer(answer: nil)
        #expect(throws: OutboundError.timedOut(host: "127.0.0.1")) {
            try OutboundClient(timeout: .milliseconds(200)).get("http://127.0.0.1:\(server.port)/")
        }
    }
}
