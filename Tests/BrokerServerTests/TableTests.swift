import BrokerCore
import Foundation
import SignalingProtocol
import Testing

@testable import BrokerServer
@testable import WebServer

@Suite("The server's tables")
struct TableTests {
    @Test(
        arguments: [
            (nil, .simplifiedChinese), ("", .simplifiedChinese), ("fr", .simplifiedChinese), ("*", .simplifiedChinese), ("en", .english), ("EN-gb", .english),
            ("zh", .simplifiedChinese), ("zh-CN", .simplifiedChinese), ("zh-SG", .simplifiedChinese), ("zh-TW", .traditionalChinese),
            ("zh-HK", .traditionalChinese), ("zh-MO", .traditionalChinese), ("zh-Hant", .traditionalChinese), ("zh-Hant-HK", .traditionalChinese),
            ("zh-Hans-HK", .simplifiedChinese), ("zh-CN,zh;q=0.9,en;q=0.8", .simplifiedChinese), ("en-US,en;q=0.9,zh-CN;q=0.8", .english),
            ("fr-FR, fr;q=0.9, zh-TW;q=0.8, en;q=0.7", .traditionalChinese), ("de,en;q=0.5", .english), ("en;q=0.1,zh-TW", .traditionalChinese),
            ("en;q=0,zh", .simplifiedChinese), ("en;q=0", .simplifiedChinese), (" en ; q=0.8 , fr", .english), ("enm", .simplifiedChinese),
            ("zha,en;q=0.5", .english), (";", .simplifiedChinese), (",", .simplifiedChinese), (";;q=;,;,en", .english), ("en;q=", .simplifiedChinese),
            ("en;q=much", .simplifiedChinese), ("-", .simplifiedChinese), ("zh-", .simplifiedChinese), ("en;q=nan", .simplifiedChinese),
        ] as [(String?, SignalingProtocol.Locale)])
    func theLanguageIsTheBestThatWeHave(field: String?, locale: SignalingProtocol.Locale) {
        #expect(SignalingProtocol.Locale(acceptLanguage: field) == locale)
    }

    @Test(
        arguments: [
            ("http://window.example", "window.example", true), ("https://window.example", "window.example", true),
            ("http://localhost:8080", "localhost:8080", true), ("http://[::1]:8080", "[::1]:8080", true),
            (nil, "window.example", false), ("http://window.example", nil, false), ("", "window.example", false), ("null", "window.example", false),
            ("http://evil.example", "window.example", false), ("http://window.example.evil.example", "window.example", false),
            ("http://evil.example/window.example", "window.example", false), ("http://window.example:8080", "window.example", false),
            ("http://window.example", "window.example:8080", false), ("http://window.example/", "window.example", false),
            ("ftp://window.example", "window.example", false), ("window.example", "window.example", false), ("http://", "", false),
            ("http://user@window.example", "window.example", false), ("http://a, http://window.example", "window.example", false),
        ] as [(String?, String?, Bool)])
    func aPageIsOursWhenItsOriginIsTheHostItCalls(origin: String?, host: String?, isOurs: Bool) {
        var fields: [String: String] = [:]
        fields["origin"] = origin
        fields["host"] = host
        let head = RequestHead(method: "POST", path: "/", query: [:], fields: fields, remoteAddress: "192.0.2.1")
        #expect(head.comesFromOwnPage == (isOurs && origin?.hasPrefix("http://") == true))
        // A server that speaks TLS has no page without it, whether it does so itself or a proxy does that it trusts.
        let secure = RequestHead(method: "POST", path: "/", query: [:], fields: fields, remoteAddress: "192.0.2.1", isOverTLS: true)
        #expect(secure.comesFromOwnPage == (isOurs && origin?.hasPrefix("https://") == true))
        fields["x-forwarded-proto"] = "https"
        let claimed = RequestHead(method: "POST", path: "/", query: [:], fields: fields, remoteAddress: "192.0.2.1")
        #expect(claimed.comesFromOwnPage == head.comesFromOwnPage)
        let proxies = TrustedProxies([NetworkRange("192.0.2.1")].compactMap { $0 })
        let forwarded = RequestHead(method: "POST", path: "/", query: [:], fields: fields, remoteAddress: "192.0.2.1", trustedProxies: proxies)
        #expect(forwarded.comesFromOwnPage == secure.comesFromOwnPage)
    }

    @Test(
        arguments: [
            ("13800000000", "13800000000"), ("138 0000 0000", "13800000000"), ("138-0000-0000", "13800000000"), ("+86 138 0000 0000", "+8613800000000"),
            ("(0768) 123-4567", "07681234567"), ("（0768）123－4567", "07681234567"), ("\t0768\u{3000}1234567\n", "07681234567"), ("1234567", "1234567"),
            ("123456789012345", "123456789012345"), ("123456", nil), ("1234567890123456", nil), ("", nil), ("+", nil), ("++8613800000000", nil),
            ("138+00000000", nil), ("1380000000a", nil), ("１３８００００００００", nil), ("١٢٣٤٥٦٧", nil), ("1234567;DROP", nil), ("-------", nil),
            ("12345\u{301}67", nil),
        ] as [(String, String?)])
    func aTelephoneNumberIsKeptInOneForm(typed: String, kept: String?) {
        #expect(Engine.telephone(typed) == kept)
    }

    @Test(arguments: [
        ("7K3M9QX1", "7K3M9QX1"), ("7k3m9qx1", "7K3M9QX1"), ("7K3M-9QX1", "7K3M9QX1"), (" 7K3M 9QX1\n", "7K3M9QX1"), ("7K3M－9QX1", "7K3M9QX1"),
        ("\u{3000}7K3M9QX1", "7K3M9QX1"), ("oOiIlL01", "00111101"), ("", ""), ("7K3M9QXU", "7K3M9QXU"), ("密", "密"),
    ])
    func aLookUpCodeIsReadAsItWasMeant(typed: String, meant: String) {
        #expect(Engine.normalizedLookUpCode(typed) == meant)
    }

    @Test func everyCodeThatTheBrokerGivesIsReadAsItself() {
        for digit in "0123456789ABCDEFGHJKMNPQRSTVWXYZ" { #expect(Engine.normalizedLookUpCode(String(digit)) == String(digit)) }
    }

    @Test func whoHasToWaitIsToldHowLong() {
        #expect(ErrorCode.rateLimited.sentence(.simplifiedChinese, retryAfter: Milliseconds(1_001)) == "操作太频繁，请在 2 秒后再试。")
        #expect(ErrorCode.rateLimited.sentence(.traditionalChinese, retryAfter: .minutes(5)) == "操作太頻繁，請在 5 分鐘後再試。")
        #expect(ErrorCode.rateLimited.sentence(.english, retryAfter: Milliseconds(1)) == "Too many tries. Please try again in 1 second.")
        #expect(ErrorCode.rateLimited.sentence(.english, retryAfter: nil) == ErrorCode.rateLimited.sentence(.english))
        #expect(ErrorCode.storageUnavailable.sentence(.english, retryAfter: .seconds(2)) == ErrorCode.storageUnavailable.sentence(.english))
    }

    @Test(arguments: ErrorCode.allCases)
    func everyErrorHasAStatusAndAProblemDocument(_ code: ErrorCode) throws {
        #expect((400...599).contains(code.httpStatus))
        for locale in SignalingProtocol.Locale.allCases {
            let problem = Problem(WireError(code, field: "name", retryAfterMs: .seconds(2)), locale: locale)
            let json = try WireCoding.encoder(sorted: true).encode(problem)
            let object = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
            #expect(object["type"] as? String == "urn:farwindow:problem:\(code.rawValue)")
            #expect(object["status"] as? Int == code.httpStatus)
            #expect(object["code"] as? String == code.rawValue)
            #expect(object["detail"] as? String == code.sentence(locale, retryAfter: .seconds(2)))
            #expect(object["field"] as? String == "name")
            #expect(object["retry_after_ms"] as? Int == 2_000)
        }
    }

    @Test func aRouteMatchesItsPathAndNamesWhatStandsInIt() throws {
        let route = Route("POST", "/api/v1/cases/{case}/materials/{material}/files") { _, _ in }
        #expect(route.match("/api/v1/cases/a/materials/M1/files".split(separator: "/")) == ["case": "a", "material": "M1"])
        for other in ["/", "/api/v1/cases", "/api/v1/cases/a/materials/M1", "/api/v1/cases/a/materials/M1/files/x", "/api/v2/cases/a/materials/M1/files"] {
            #expect(route.match(other.split(separator: "/")) == nil, "\(other)")
        }
    }

    @Test func noTwoRoutesAnswerTheSameRequest() {
        for (index, route) in Engine.routes.enumerated() {
            for other in Engine.routes.dropFirst(index + 1) where other.method == route.method {
                let isSame =
                    route.path.count == other.path.count
                    && zip(route.path, other.path).allSatisfy { $0 == $1 || ($0.hasPrefix("{") && $1.hasPrefix("{")) }
                #expect(!isSame, "\(route.method) \(route.path)")
            }
        }
    }

    @Test func theClockNeverBeginsBeforeWhatIsStoredAndNeverRunsBack() {
        let wall = Instant(milliseconds: 1_795_395_600_000)
        #expect(BrokerClock(wall: wall, newest: nil).now >= wall)
        #expect(BrokerClock(wall: wall, newest: wall + .minutes(60)).now >= wall + .minutes(60), "the wall clock was set back")
        let clock = BrokerClock(wall: wall, newest: wall + .minutes(-60))
        #expect(clock.now >= wall && clock.now < wall + .minutes(10), "the wall clock went on while the server was down")
        var earlier = clock.now
        for _ in 0..<10_000 {
            let later = clock.now
            #expect(later >= earlier)
            earlier = later
        }
    }
}
