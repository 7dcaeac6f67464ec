import BrokerCore
import BrokerStore
import Foundation
import Identity
import SignalingProtocol

/// The demonstration: a research catalogue and fictitious people, for an empty data folder.
enum Demonstration {
    static let passwordFile = "demo-accounts.txt"

    /// Said wherever the catalogue is shown, until an administrator has adopted an item.
    static func warning(_ locale: SignalingProtocol.Locale) -> String {
        switch locale {
        case .simplifiedChinese: "演示目录：内容来自公开资料整理，未经税务机关核定，不能作为办事依据。"
        case .traditionalChinese: "示範目錄：內容來自公開資料整理，未經稅務機關核定，不能作為辦事依據。"
        case .english: "Demonstration catalogue, compiled from public material. The tax authority has not approved it; do not rely on it."
        }
    }

    /// Fills an empty store.
    ///
    /// One random password for all demo accounts is made for each data folder: no two installations share it. Only its hash is in the
    /// database; the plain one lies in `demo-accounts.txt`, for its owner alone, so that each start can print it.
    /// - Throws: a sentence saying which file or entry is wrong.
    static func seed(_ store: BrokerStore, from directory: URL, data: URL, at now: Instant) throws {
        let catalogue: [CatalogueFile.Entry]
        do throws(CatalogueFileError) {
            catalogue = try CatalogueFile.entries(in: directory.appending(path: "tax-catalogue.json"))
        } catch {
            throw ServerStartFailure(code: "demonstration_unreadable", sentence: error.sentence)
        }
        let people = try read(SeedPeople.self, directory.appending(path: "accounts.json"))
        let password = GeneratedPassword.make()
        let hash = try PasswordHash(password: password).text
        let seed = Seed(
            halls: try people.halls.map {
                Hall(
                    id: try code($0.id), name: $0.name, overflow: try ($0.overflow ?? []).map { try code($0) },
                    guestsMayPreReview: $0.guestsMayPreReview ?? false)
            },
            seats: try people.seats.map { Seat(id: try code($0.id), hall: try code($0.hall), number: $0.number, since: now) },
            items: catalogue.map { ($0.item, $0.isInFirstBatch) },
            accounts: try people.accounts.map {
                var account = AccountRow(
                    id: AgentID(UUID()), account: $0.account, name: $0.name, hall: try code($0.hall), roles: $0.roles,
                    skills: $0.skills, passwordHash: hash)
                account.passwordSetAt = now
                return account
            }, adoptedAt: now)
        let lines = people.accounts.map { "\($0.account)\t\(password)\t\($0.name)\t\($0.roles.joined(separator: ","))" }
        try DurableFile.write(Data((lines.joined(separator: "\n") + "\n").utf8), to: data.appending(path: passwordFile), mode: 0o600)
        try store.seed(seed)
        for hall in people.halls { if let place = hall.place { try store.setHallPlace(place.place(of: try code(hall.id))) } }
    }

    static func read<Value: Decodable>(_ type: Value.Type, _ file: URL) throws -> Value {
        do {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(type, from: Data(contentsOf: file))
        } catch {
            throw ServerStartFailure(code: "demonstration_unreadable", sentence: "cannot read \(file.path): \(error)")
        }
    }

    static func code<Subject>(_ text: String) throws -> Code<Subject> {
        guard let code = Code<Subject>(text) else {
            throw ServerStartFailure(code: "demonstration_unreadable", sentence: "'\(text)' is not a code")
        }
        return code
    }
}

/// `accounts.json`.
private struct SeedPeople: Decodable {
    struct SeedHall: Decodable {
        let id: String
        let name: String
        let overflow: [String]?
        /// Only where somebody vouched for the person, unless it says otherwise.
        let guestsMayPreReview: Bool?
        let place: SeedPlace?
    }
    struct SeedPlace: Decodable {
        let address: String
        let telephone: String
        let latitude: Double
        let longitude: Double
        let onlineName: String
        let onlineAddress: String
        let source: String

        func place(of hall: HallID) -> HallPlace {
            HallPlace(
                hall: hall, address: address, telephone: telephone, position: HallPlace.Position(latitude: latitude, longitude: longitude),
                online: HallPlace.OnlineOffice(name: onlineName, address: onlineAddress), source: source)
        }
    }
    struct SeedSeat: Decodable {
        let id: String
        let hall: String
        let number: String
    }
    struct SeedAccount: Decodable {
        let account: String
        let name: String
        let hall: String
        let roles: [String]
        let languages: [SpokenLanguage]?
        /// Item categories; all of them when absent.
        let groups: [String]?

        var skills: Skills { Skills(groups: Set(groups ?? []), languages: Set(languages ?? [.mandarin])) }
    }

    let halls: [SeedHall]
    let seats: [SeedSeat]
    let accounts: [SeedAccount]
}
