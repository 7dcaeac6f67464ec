import BrokerCore
import Foundation
import SignalingProtocol

/// The things every story plays with. All people and offices are fictitious.
enum Fixtures {
    static let hall = code("445102") as HallID
    static let otherHall = code("445103") as HallID
    static let firstSeat = code("W01") as SeatID
    static let secondSeat = code("W02") as SeatID
    static let otherHallSeat = code("X01") as SeatID

    static let application = code("form") as MaterialID
    static let identity = code("identity") as MaterialID
    static let mandate = code("mandate") as MaterialID
    static let blurred = code("blurred") as ReasonCode
    static let outOfDate = code("out-of-date") as ReasonCode

    static let registration = code("registration") as ItemCode
    static let advice = code("advice") as ItemCode

    /// 2026-11-23 09:00 in Chaozhou, a Monday.
    static let morning = Instant(milliseconds: 1_795_395_600_000)

    static let halls = [Hall(id: hall, name: "湘桥区办税服务厅"), Hall(id: otherHall, name: "潮安区办税服务厅")]

    /// Item categories, as seats' skills name them.
    static let registrationGroup = "登记"
    static let adviceGroup = "咨询"

    static let seats = [
        Seat(id: firstSeat, hall: hall, number: "01", since: morning), Seat(id: secondSeat, hall: hall, number: "02", since: morning),
        Seat(id: otherHallSeat, hall: otherHall, number: "01", since: morning),
    ]

    /// Two mandatory materials and one that is asked for only of a representative.
    static let registrationItem = item(
        registration, "登记", group: registrationGroup, kinds: [.consultation, .preReview],
        materials: [material(application, .mandatory), material(identity, .mandatory), material(mandate, .conditional)])

    static let adviceItem = item(advice, "政策咨询", group: adviceGroup, kinds: [.consultation], materials: [])

    static let catalogue = [registrationItem, adviceItem]

    static let seal = code("seal") as MaterialID

    /// What a hall may adopt later: one material more, one less, and another category.
    static let nextRegistrationItem: CatalogueItem = {
        var item = registrationItem
        item.version = 4
        item.category = "信息"
        item.materials = [item.materials[0], material(seal, .mandatory), item.materials[2]]
        return item
    }()
    static let laterVersions = [nextRegistrationItem]

    static func uuid(_ number: Int) -> UUID {
        let digits = String(number)
        return UUID(uuidString: "00000000-0000-7000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits) ?? UUID()
    }

    static func file(_ number: Int, for material: MaterialID) -> FileView {
        FileView(
            id: FileID(uuid(900_000 + number)), materialID: material, name: "材料\(number).jpg", mediaType: .jpeg, byteCount: 1_000 + number,
            sha256: "hash-\(number)", handedInAt: Instant(milliseconds: 0))
    }

    private static func item(_ itemCode: ItemCode, _ name: String, group: String, kinds: [SessionKind], materials: [MaterialRequirement]) -> CatalogueItem {
        CatalogueItem(
            code: itemCode, version: 3, name: name, nameEnglish: nil, category: group, applicants: ["企业"], kinds: kinds, materials: materials,
            reasons: [CodedReason(code: blurred, text: "照片不清楚"), CodedReason(code: outOfDate, text: "已过有效期")], timeLimit: nil, fee: nil,
            legalBasis: [], crossRegion: nil, sources: [], verified: false, statusNote: nil)
    }

    private static func material(_ id: MaterialID, _ necessity: Necessity) -> MaterialRequirement {
        MaterialRequirement(
            id: id, name: id.text, nameEnglish: nil, form: .original, necessity: necessity, condition: nil, exemption: nil, copies: 1,
            formats: [.jpeg, .pdf], source: "GK", note: nil)
    }

    static func code<Subject>(_ text: String) -> Code<Subject> {
        guard let code = Code<Subject>(text) else { preconditionFailure("\(text) is no code") }
        return code
    }
}
