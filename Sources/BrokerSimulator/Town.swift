import BrokerCore
import Foundation
import SignalingProtocol

/// The halls, seats and items of a simulated day. All of them are fictitious.
struct Town: Sendable {
    let halls: [Hall]
    let seats: [Seat]
    /// What every hall has adopted when the day begins.
    let catalogue: [CatalogueItem]
    /// What an administrator may have a hall adopt during the day.
    let laterVersions: [CatalogueItem]

    init(halls: [Hall], seats: [Seat], catalogue: [CatalogueItem], laterVersions: [CatalogueItem]) {
        self.halls = halls
        self.seats = seats
        self.catalogue = catalogue
        self.laterVersions = laterVersions
    }

    init(halls hallCount: Int, seats seatCount: Int, opens: Instant) {
        let ids: [HallID] = (0..<hallCount).map { Self.code("4451\(Self.twoDigits($0 + 2))") }
        // The first hall's tickets may go to the second when they have waited too long.
        halls = ids.indices.map { Hall(id: ids[$0], name: "第\($0 + 1)办税服务厅", overflow: $0 == 0 ? Array(ids.dropFirst().prefix(1)) : []) }
        let halls = halls
        seats = (0..<seatCount).map { number in
            let hall = halls[number % hallCount]
            return Seat(id: Self.code("W\(Self.twoDigits(number + 1))"), hall: hall.id, number: Self.twoDigits(number / hallCount + 1), since: opens)
        }
        catalogue = [Self.registration, Self.refund, Self.advice]
        laterVersions = Self.laterVersions
    }

    /// 2026-11-23 09:00 in Chaozhou, a Monday.
    static let morning = Instant(milliseconds: 1_795_395_600_000)

    static let blurred: ReasonCode = code("blurred")
    static let unknownItem: ItemCode = code("unknown")

    private static let registration = item(
        "registration", "登记", "登记", kinds: [.consultation, .preReview],
        materials: [material("form", .mandatory), material("identity", .mandatory), material("mandate", .conditional)])
    private static let refund = item(
        "refund", "退税", "退税", kinds: [.preReview], materials: [material("account", .mandatory)])
    private static let advice = item("advice", "政策咨询", "登记", kinds: [.consultation], materials: [])

    /// One asks for more, one for less and has another category; going back to what was before is a version to adopt as well.
    private static let laterVersions: [CatalogueItem] = {
        var more = registration
        more.version = 2
        more.materials.append(material("seal", .mandatory))
        var less = registration
        less.version = 3
        less.category = "信息"
        less.materials.removeFirst()
        return [more, less, registration]
    }()

    func item(_ reference: ItemReference) -> CatalogueItem? {
        (catalogue + laterVersions).first { $0.code == reference.code && $0.version == reference.version }
    }

    private static func item(_ itemCode: String, _ name: String, _ category: String, kinds: [SessionKind], materials: [MaterialRequirement]) -> CatalogueItem {
        CatalogueItem(
            code: code(itemCode), version: 1, name: name, nameEnglish: nil, category: category, applicants: ["企业"], kinds: kinds,
            materials: materials, reasons: [CodedReason(code: blurred, text: "照片不清楚")], timeLimit: nil, fee: nil, legalBasis: [],
            crossRegion: nil, sources: [], verified: false, statusNote: nil)
    }

    private static func material(_ id: String, _ necessity: Necessity) -> MaterialRequirement {
        MaterialRequirement(
            id: code(id), name: id, nameEnglish: nil, form: .original, necessity: necessity, condition: nil, exemption: nil, copies: 1,
            formats: [.jpeg, .pdf], source: "GK", note: nil)
    }

    /// What the agent with this number can take. Most can take everything; some have only one group of items, or a language more.
    static func skills(ofAgent number: Int) -> Skills {
        switch number % 4 {
        case 1: Skills(languages: [.mandarin, .teochew])
        case 3: Skills(groups: ["登记"], languages: [.mandarin])
        default: Skills(languages: [.mandarin])
        }
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static func code<Subject>(_ text: String) -> Code<Subject> {
        guard let code = Code<Subject>(text) else { preconditionFailure("\(text) is no code") }
        return code
    }
}

/// Identifiers that the simulated people and pages make, with the number of their maker in the last eight bytes.
enum Numbered {
    static func identifier<Subject>(_ number: Int) -> Identifier<Subject> {
        let value = UInt64(number)
        let byte = { (shift: UInt64) in UInt8(truncatingIfNeeded: value >> shift) }
        return Identifier(UUID(uuid: (0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, byte(40), byte(32), byte(24), byte(16), byte(8), byte(0))))
    }

    static func number<Subject>(of identifier: Identifier<Subject>) -> Int {
        let bytes = identifier.uuid.uuid
        return [bytes.10, bytes.11, bytes.12, bytes.13, bytes.14, bytes.15].reduce(0) { $0 << 8 | Int($1) }
    }
}
