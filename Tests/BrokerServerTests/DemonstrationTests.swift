import BrokerStore
import Foundation
import Identity
import SignalingProtocol
import Testing

@testable import BrokerServer

@Suite("The demonstration")
struct DemonstrationTests {
    private static let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../ops/demonstration").standardized

    @Test func fillsAnEmptyStoreWithTheRealCatalogueAndAccounts() throws {
        let folder = try TemporaryFolder()
        let store = try BrokerStore(path: folder.url.appending(path: "farwindow.sqlite").path)
        let passwords = folder.url.appending(path: Demonstration.passwordFile)
        try Data("left over".utf8).write(to: passwords)
        try Demonstration.seed(store, from: Self.source, data: folder.url, at: Fixtures.now)

        let state = try store.loadState(at: Fixtures.now)
        #expect(state.catalogue.count >= 15)
        for item in state.catalogue {
            #expect(!item.materials.isEmpty, "\(item.code) has materials")
            #expect(!item.sources.isEmpty, "\(item.code) has sources")
            #expect(!item.verified, "nobody has adopted it")
            #expect(item.problems(halls: Set(state.halls.map(\.id))) == [], "\(item.code) could be published")
            #expect(item.mode != nil && item.tags?.contains(.video) == true, "\(item.code) says how far a visit goes")
            #expect(!item.reasons.isEmpty && Set(item.reasons.map(\.code)).count == item.reasons.count, "\(item.code): reasons by code")
            #expect(Set(item.materials.map(\.id)).count == item.materials.count)
            for material in item.materials {
                #expect(!material.formats.isEmpty, "\(item.code) \(material.id) can be handed in")
                #expect(material.source == "GK" || item.sources.contains { $0.id == material.source }, "\(item.code) \(material.id) says who says so")
            }
        }
        let abroad = state.catalogue.filter { $0.tags?.contains(.crossProvince) == true }.map(\.code.text)
        #expect(abroad == ["CZ-TAX-003", "CZ-TAX-011", "CZ-TAX-015"], "only where a source says so of every province")
        #expect(try store.newestItems().count > state.catalogue.count, "the rest is there, unpublished")
        #expect(Set(state.seats.map(\.hall)).isSubset(of: Set(state.halls.map(\.id))))
        #expect(!state.seats.isEmpty)

        let permissions = try FileManager.default.attributesOfItem(atPath: passwords.path)[.posixPermissions] as? NSNumber
        #expect(permissions?.intValue == 0o600, "for its owner alone, also when an older one was not")
        let lines = try String(contentsOf: passwords, encoding: .utf8).split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
        let accounts = try store.accounts()
        #expect(lines.map { $0[0] }.sorted() == accounts.map(\.account).sorted())
        #expect(Set(accounts.map(\.passwordHash)).count == 1)
        let hash = try #require(PasswordHash(text: accounts[0].passwordHash))
        #expect(hash.matches(lines[0][1]))
        #expect(!hash.matches(""))
        for role in [StaffRole.agent, .administrator] { #expect(accounts.contains { $0.holds(role) }) }
    }

    @Test func itsKeywordsAreWordsThatCanStandOnAPaper() throws {
        let folder = try TemporaryFolder()
        let store = try BrokerStore(path: folder.url.appending(path: "farwindow.sqlite").path)
        try Demonstration.seed(store, from: Self.source, data: folder.url, at: Fixtures.now)
        let materials = try store.newestItems().flatMap { item, _ in item.materials.map { (place: "\(item.code) \($0.id)", material: $0) } }
        #expect(materials.count { $0.material.keywords != nil } >= 100, "most materials are known by their words")
        for (place, material) in materials {
            guard let keywords = material.keywords else { continue }
            #expect((2...12).contains(keywords.count), "\(place): none is left out, one alone is a title's misreading away from a false finding")
            #expect(Set(keywords).count == keywords.count, "\(place) has a word twice")
            for keyword in keywords {
                #expect(keyword.count >= 2 && !keyword.contains(where: \.isWhitespace) && !keyword.contains { "（），。《》".contains($0) }, "\(place): \(keyword)")
            }
        }
    }

    @Test func thatCannotBeReadSaysWhichFileAndStoresNothing() throws {
        let folder = try TemporaryFolder()
        let store = try BrokerStore(path: folder.url.appending(path: "farwindow.sqlite").path)
        #expect {
            try Demonstration.seed(store, from: folder.url, data: folder.url, at: Fixtures.now)
        } throws: { error in
            (error as? ServerStartFailure)?.code == "demonstration_unreadable" && "\(error)".contains("tax-catalogue.json")
        }
        #expect(try store.isEmpty())
    }

    @Test func warnsInEveryLanguage() {
        #expect(Set(SignalingProtocol.Locale.allCases.map(Demonstration.warning)).count == SignalingProtocol.Locale.allCases.count)
    }
}
