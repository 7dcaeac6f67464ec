import Foundation
import Testing

@testable import SignalingProtocol

@Suite("Differences between versions of an item")
struct ItemDifferencesTests {
    private static func code<Subject>(_ text: String) -> Code<Subject> {
        guard let code = Code<Subject>(text) else { preconditionFailure("\(text) is no code") }
        return code
    }

    private static func material(_ id: String, _ name: String) -> MaterialRequirement {
        MaterialRequirement(
            id: code(id), name: name, nameEnglish: nil, form: .original, necessity: .mandatory, condition: nil, exemption: nil, copies: 1,
            formats: [.jpeg, .pdf], source: "GK", note: nil)
    }

    private static let old = CatalogueItem(
        code: code("change"), version: 1, name: "变更登记", nameEnglish: "Change", category: "登记", applicants: ["企业"],
        kinds: [.consultation, .preReview], materials: [material("M1", "登记表"), material("M2", "身份证件")],
        reasons: [CodedReason(code: code("blurred"), text: "不清楚"), CodedReason(code: code("expired"), text: "已过期")],
        timeLimit: SourcedText(text: "即时办结", source: "S1"), fee: nil, legalBasis: [SourcedText(text: "第十六条", source: "S1")], crossRegion: nil,
        sources: [Source(id: "S1", title: "办事指南", url: nil, issuer: "税务局", pageDate: nil, kind: "official")], verified: false, statusNote: nil)

    private func change(_ edit: (inout CatalogueItem) -> Void) -> ItemDifferences {
        var new = Self.old
        new.version = 2
        edit(&new)
        return Self.old.differences(to: new)
    }

    @Test func areNoneWhenOnlyTheNumberIsAnother() {
        #expect(change { _ in }.isEmpty)
    }

    /// Every field is a difference of its own: a new field of the item that nobody compares would be adopted unseen.
    @Test func nameTheFieldAlone() {
        let edits: [(ItemField, (inout CatalogueItem) -> Void)] = [
            (.name, { $0.name = "x" }), (.nameEnglish, { $0.nameEnglish = nil }), (.category, { $0.category = "x" }), (.applicants, { $0.applicants = [] }),
            (.kinds, { $0.kinds = [.preReview] }), (.timeLimit, { $0.timeLimit?.text = "x" }), (.timeLimit, { $0.timeLimit?.source = "x" }),
            (.timeLimit, { $0.timeLimit = nil }), (.fee, { $0.fee = SourcedText(text: "不收费", source: "S1") }), (.legalBasis, { $0.legalBasis = [] }),
            (.crossRegion, { $0.crossRegion = SourcedText(text: "全省通办", source: "S1") }), (.sources, { $0.sources[0].title = "x" }),
            (.sources, { $0.sources[0].id = "x" }), (.sources, { $0.sources[0].url = "x" }), (.verified, { $0.verified = true }),
            (.mode, { $0.mode = .full }), (.tags, { $0.tags = [.video] }), (.handlingHalls, { $0.handlingHalls = [Self.code("445102")] }),
            (.receivingHalls, { $0.receivingHalls = [Self.code("445102")] }), (.statusNote, { $0.statusNote = "x" }),
            (.materialOrder, { $0.materials.reverse() }), (.reasonOrder, { $0.reasons.reverse() }),
        ]
        for (field, edit) in edits {
            let found = change(edit)
            #expect(found.fields.map(\.field) == [field])
            #expect(found.materials.isEmpty && found.reasons.isEmpty)
            #expect(found.fields.first?.old != found.fields.first?.new)
        }
    }

    @Test func nameTheMaterialsFieldAlone() throws {
        let edits: [(MaterialField, (inout MaterialRequirement) -> Void)] = [
            (.name, { $0.name = "x" }), (.nameEnglish, { $0.nameEnglish = "x" }), (.form, { $0.form = .copy }), (.necessity, { $0.necessity = .conditional }),
            (.condition, { $0.condition = "x" }), (.exemption, { $0.exemption = "x" }), (.copies, { $0.copies = nil }), (.formats, { $0.formats = [.pdf] }),
            (.keywords, { $0.keywords = ["x"] }), (.source, { $0.source = "x" }), (.note, { $0.note = "x" }),
        ]
        for (field, edit) in edits {
            let found = change { edit(&$0.materials[1]) }
            #expect(found.fields.isEmpty && found.reasons.isEmpty)
            let material = try #require(found.materials.first)
            #expect(found.materials.count == 1)
            #expect(material.id == Self.old.materials[1].id)
            #expect(material.change == .changed)
            #expect(material.fields.map(\.field) == [field])
        }
    }

    /// No field of the two types may be without a line above.
    @Test func leaveNoFieldOut() {
        let compared = Set(ItemField.allCases.map(\.rawValue)).union(["code", "version", "materials", "reasons"])
        for child in Mirror(reflecting: Self.old).children {
            let name = WireCoding.wireName(child.label ?? "")
            #expect(compared.contains(name), "\(name) is not compared")
        }
        let ofMaterials = Set(MaterialField.allCases.map(\.rawValue)).union(["id"])
        for child in Mirror(reflecting: Self.old.materials[0]).children {
            let name = WireCoding.wireName(child.label ?? "")
            #expect(ofMaterials.contains(name), "\(name) of a material is not compared")
        }
    }

    @Test func sayWhatCameAndWhatIsGone() throws {
        let found = change {
            $0.materials = [Self.material("M3", "公章"), $0.materials[1]]
            $0.reasons = [CodedReason(code: Self.code("blurred"), text: "照片不清楚"), CodedReason(code: Self.code("cut"), text: "缺角")]
        }
        #expect(found.fields.isEmpty, "what stays keeps its order")
        #expect(found.materials.map(\.name) == ["公章", "登记表"])
        #expect(found.materials.map(\.change) == [.added, .removed])
        #expect(found.materials[0].fields.allSatisfy { $0.old.isEmpty && !$0.new.isEmpty })
        #expect(found.materials[1].fields.allSatisfy { !$0.old.isEmpty && $0.new.isEmpty })
        #expect(found.reasons.map(\.change) == [.changed, .added, .removed])
        #expect(found.reasons.map(\.old) == ["不清楚", nil, "已过期"])
        #expect(found.reasons.map(\.new) == ["照片不清楚", "缺角", nil])
    }

    @Test func readTheSameWayRoundBackwards() {
        var new = Self.old
        new.materials.append(Self.material("M3", "公章"))
        new.fee = SourcedText(text: "不收费", source: "S1")
        let (forth, back) = (Self.old.differences(to: new), new.differences(to: Self.old))
        #expect(forth.materials.map(\.change) == [.added])
        #expect(back.materials.map(\.change) == [.removed])
        #expect(forth.fields.map(\.old) == back.fields.map(\.new))
        #expect(forth.fields.map(\.new) == back.fields.map(\.old))
    }
}
