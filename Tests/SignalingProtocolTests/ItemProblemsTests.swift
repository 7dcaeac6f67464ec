import Testing

@testable import SignalingProtocol

@Suite("What keeps an item from being published")
struct ItemProblemsTests {
    private static func code<Subject>(_ text: String) -> Code<Subject> {
        guard let code = Code<Subject>(text) else { preconditionFailure("\(text) is no code") }
        return code
    }

    private static func material(_ id: String) -> MaterialRequirement {
        MaterialRequirement(
            id: code(id), name: "登记表", nameEnglish: nil, form: .original, necessity: .mandatory, condition: nil, exemption: nil, copies: 1, formats: [.jpeg],
            keywords: ["登记表"], source: "S1", note: nil)
    }

    private static let item = CatalogueItem(
        code: code("change"), version: 1, name: "变更登记", nameEnglish: nil, category: "登记", applicants: ["企业"], kinds: [.consultation, .preReview],
        materials: [material("M1"), material("M2")],
        reasons: [CodedReason(code: code("blurred"), text: "不清楚"), CodedReason(code: code("expired"), text: "已过期")],
        timeLimit: SourcedText(text: "即时办结", source: "S1"), fee: nil, legalBasis: [SourcedText(text: "第十六条", source: "S1")], crossRegion: nil,
        sources: [Source(id: "S1", title: "办事指南", url: nil, issuer: nil, pageDate: nil, kind: "official")], verified: false, statusNote: nil,
        tags: [.video], handlingHalls: [code("445102")], receivingHalls: [code("445103")], mode: .preReview)

    private static let halls: Set<HallID> = [code("445102"), code("445103")]

    @Test func isNothingInASoundOne() { #expect(Self.item.problems(halls: Self.halls) == []) }

    @Test func isToldWithItsPlace() {
        let edits: [(String, ItemProblemKind, (inout CatalogueItem) -> Void)] = [
            ("version", .outOfRange, { $0.version = 0 }), ("name", .missing, { $0.name = " " }),
            ("name", .tooLong, { $0.name = String(repeating: "长", count: 121) }), ("category", .missing, { $0.category = "" }),
            ("applicants", .missing, { $0.applicants = [] }), ("applicants[1]", .duplicate, { $0.applicants = ["企业", "企业"] }),
            ("status_note", .tooLong, { $0.statusNote = String(repeating: "x", count: 2_001) }), ("kinds", .missing, { ($0.kinds, $0.mode) = ([], nil) }),
            ("mode", .modeContradicted, { $0.mode = .consultation }), ("materials", .nothingToReview, { $0.materials = [] }),
            ("materials[1].id", .duplicate, { $0.materials[1] = $0.materials[0] }), ("materials[0].name", .missing, { $0.materials[0].name = "" }),
            ("materials[1].condition", .conditionMissing, { $0.materials[1].necessity = .conditional }),
            ("materials[1].condition", .conditionUnused, { $0.materials[1].condition = "委托办理的" }),
            ("materials[0].copies", .outOfRange, { $0.materials[0].copies = 0 }), ("materials[0].formats", .missing, { $0.materials[0].formats = [] }),
            ("materials[0].keywords[0]", .tooLong, { $0.materials[0].keywords = [String(repeating: "x", count: 61)] }),
            ("materials[0].source", .unknownSource, { $0.materials[0].source = "S2" }),
            ("fee.source", .missing, { $0.fee = SourcedText(text: "不收费", source: "") }),
            ("legal_basis[0].source", .unknownSource, { $0.legalBasis[0].source = "GK" }), ("time_limit.text", .missing, { $0.timeLimit?.text = "" }),
            ("reasons[1].code", .duplicate, { $0.reasons[1].code = $0.reasons[0].code }), ("reasons[0].text", .missing, { $0.reasons[0].text = "\n" }),
            ("sources[1].id", .duplicate, { $0.sources.append($0.sources[0]) }), ("sources[0].title", .missing, { $0.sources[0].title = "" }),
            ("handling_halls[1]", .unknownHall, { $0.handlingHalls?.append(Self.code("999999")) }),
            ("receiving_halls[0]", .hallTwice, { $0.receivingHalls = $0.handlingHalls }), ("tags[1]", .duplicate, { $0.tags = [.video, .video] }),
        ]
        for (path, kind, edit) in edits {
            var item = Self.item
            edit(&item)
            #expect(item.problems(halls: Self.halls) == [ItemProblem(path: path, kind: kind)])
        }
        var bare = Self.item
        bare.sources = []
        #expect(bare.problems().contains(ItemProblem(path: "sources", kind: .missing)), "every item says where it comes from")
    }

    @Test func isNotFoundInHallsThatNobodyAsksAbout() {
        var item = Self.item
        item.handlingHalls = [Self.code("999999")]
        #expect(item.problems() == [])
    }

    @Test func isTidiedAwayWhereItIsOnlyWhiteSpace() {
        var item = Self.item
        item.name = " 变更登记\n"
        item.nameEnglish = " "
        item.statusNote = ""
        item.applicants = ["企业 ", ""]
        item.tags = []
        item.fee = SourcedText(text: " ", source: "")
        item.handlingHalls?.append(Self.code("445101"))
        item.kinds = [.preReview, .consultation]
        item.sources.insert(Source(id: "S2", title: "x", url: "", issuer: nil, pageDate: nil, kind: "official"), at: 0)
        item.materials[0].keywords = [" "]
        let tidy = item.tidied()
        #expect(tidy.name == "变更登记")
        #expect(tidy.nameEnglish == nil && tidy.statusNote == nil && tidy.tags == nil && tidy.fee == nil)
        #expect(tidy.applicants == ["企业"])
        #expect(tidy.handlingHalls?.map(\.text) == ["445101", "445102"])
        #expect(tidy.kinds == [.consultation, .preReview])
        #expect(tidy.sources.map(\.id) == ["S1", "S2"])
        #expect(tidy.sources[1].url == nil && tidy.materials[0].keywords == nil)
        #expect(tidy.tidied() == tidy)
        #expect(Self.item.tidied() == Self.item)
    }
}
