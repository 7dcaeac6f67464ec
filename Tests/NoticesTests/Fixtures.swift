import Foundation
import SignalingProtocol

@testable import Notices

/// A case with one of everything. All people and offices are fictitious.
enum Fixtures {
    static let hall = HallView(id: code("445102"), name: "湘桥区办税服务厅")
    static let elsewhere = HallView(id: code("440106"), name: "天河区办税服务厅")
    static let issued = Instant(milliseconds: 1_795_395_600_000)
    static let dueBy = CivilDate(year: 2026, month: 12, day: 15)

    static func code<Subject>(_ text: String) -> Code<Subject> {
        guard let code = Code<Subject>(text) else { preconditionFailure("\(text) is no code") }
        return code
    }

    static let notice = NoticeView(number: "445102-261123-0007-1", code: "7K3M9QX1", version: 1, issuedAt: issued, confirmedAt: nil)
    static let successor = NoticeView(number: "445102-261123-0007-2", code: "ZZZZZZZZ", version: 2, issuedAt: issued + .minutes(60 * 48), confirmedAt: nil)

    static let form = OutcomeEntryView(
        materialID: code("M1"), materialName: "《变更税务登记表》", verdict: .accepted, reasons: [], note: "", fileHashes: ["aa"])
    static let card = OutcomeEntryView(
        materialID: code("M2"), materialName: "经办人身份证件", verdict: .correctionNeeded, reasons: [CodedReason(code: code("blurred"), text: "影像不清晰")],
        note: "右上角反光，请重拍。", fileHashes: ["bb"])
    static let proof = OutcomeEntryView(
        materialID: code("M3"), materialName: "变更信息的有关证明材料", verdict: .missing, reasons: [], note: "", fileHashes: [])
    static let mandate = OutcomeEntryView(
        materialID: code("M4"), materialName: "授权委托书", verdict: .waived, reasons: [CodedReason(code: code("later"), text: "承诺补交")], note: "", fileHashes: [],
        dueBy: dueBy)
    static let photograph = OutcomeEntryView(
        materialID: code("M5"), materialName: "照片", verdict: .notApplicable, reasons: [], note: "", fileHashes: [])

    static func outcome(
        _ result: OutcomeResult, _ entries: [OutcomeEntryView], handling: HallView = hall, referredTo: String = "", note: String = "",
        respondBy: CivilDate? = nil
    ) -> OutcomeView {
        OutcomeView(
            caseID: CaseID(UUID(uuid: (0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1))), caseNumber: "445102-261123-0007", version: 1,
            result: result, item: ItemReference(code: code("change"), version: 1, name: "一照一码户信息变更"), hall: hall, handlingHall: handling,
            seatNumber: "01", agentName: "陈小燕", entries: entries, referredTo: referredTo, note: note, respondBy: respondBy, concludedAt: issued)
    }

    static let open = outcome(.correctionNeeded, [form, card, proof, mandate, photograph], note: "改好就可以申报。", respondBy: dueBy)

    static let item = CatalogueItem(
        code: code("change"), version: 1, name: "一照一码户信息变更", nameEnglish: nil, category: "登记", applicants: [], kinds: [.preReview],
        materials: [
            MaterialRequirement(
                id: code("M3"), name: "变更信息的有关证明材料", nameEnglish: nil, form: .originalAndCopy, necessity: .mandatory, condition: nil, exemption: nil,
                copies: 2, formats: [.jpeg], source: "S1", note: nil)
        ], reasons: [], timeLimit: SourcedText(text: "即时办结", source: "S1"), fee: nil, legalBasis: [], crossRegion: nil, sources: [], verified: false,
        statusNote: nil)

    static func facts(applicant: String = "林小明", item: CatalogueItem? = item) -> NoticeFacts {
        NoticeFacts(
            applicant: applicant, item: item, handlingAddress: "潮州市湘桥区城新路1号", handlingHours: nil, warning: "演示目录。", origin: "https://window.example",
            contentHash: String(repeating: "0123abcd", count: 8))
    }

    static func document(_ outcome: OutcomeView, applicant: String = "林小明", locale: SignalingProtocol.Locale = .simplifiedChinese) -> NoticeDocument {
        NoticeDocument(notice, of: outcome, facts: facts(applicant: applicant), locale: locale)
    }
}

extension NoticeDocument {
    /// All it says, a text a line.
    var text: String {
        let points = (demands.contents + deferred.contents).flatMap { [$0.material, $0.state] + $0.lines.flatMap { [$0.label] + $0.texts } }
        let lines = (facts + remarks + settled + verification.contents).flatMap { [$0.label] + $0.texts }
        return ([title, summary, warning, authority].compactMap { $0 } + lines + points + steps.contents + legal.contents).joined(separator: "\n")
    }
}
