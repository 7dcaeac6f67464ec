import Foundation
import Logging
import Testing

@testable import BrokerServer

@Suite("The description of the HTTP side")
struct APIDocumentTests {
    @Test func describesEveryRouteOnceAndNothingElse() {
        let described = APIDocument.operations.map { "\($0.method) \($0.path)" }
        let routed = Engine.routes.map { "\($0.method) \($0.pattern)" }
        #expect(Set(described).count == described.count)
        #expect(Set(routed).subtracting(described) == [], "routes without a description")
        #expect(Set(described).subtracting(routed) == [], "descriptions without a route")
    }

    /// Every other path is a file of the pages.
    @Test func everyRouteIsReachedOnceThereArePages() {
        let options = ServerOptions(dataDirectory: URL(filePath: "/nonexistent"), webDirectory: URL(filePath: "/nonexistent"))
        let configuration = FarwindowServer.configuration(options, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        for route in Engine.routes { #expect(configuration.dynamicPrefixes.contains { route.pattern.hasPrefix($0) }, "\(route.pattern)") }
    }

    @Test func refersOnlyToPartsThatItHas() throws {
        let text = String(decoding: APIDocument.file, as: UTF8.self)
        let document = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let components = try #require(document["components"] as? [String: Any])
        let names = Set(try #require(components["schemas"] as? [String: Any]).keys)
        for match in text.matches(of: #/#\/components\/schemas\/([A-Za-z]+)/#) { #expect(names.contains(String(match.1)), "\(match.1)") }
    }

    @Test func namesEveryOperationByItself() throws {
        let text = String(decoding: APIDocument.file, as: UTF8.self)
        let names = text.matches(of: #/"operationId": "([^"]+)"/#).map { String($0.1) }
        #expect(names.count == APIDocument.operations.count)
        #expect(Set(names).count == names.count)
    }
}
