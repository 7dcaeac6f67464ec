import BrokerCore
import SignalingProtocol
import Testing

@testable import BrokerStore

/// The item `advice` has version 3 and is adopted by both halls.
@Suite("Drafts of items")
struct DraftTests {
    private static let editor = CatalogueEditor(account: Fixtures.zheng, at: Fixtures.morning)
    private static let colleague = CatalogueEditor(account: Fixtures.li, at: Fixtures.morning + .minutes(1))
    private static let monday = Fixtures.day("2026-11-23")
    private static let later = Fixtures.day("2026-12-01")
    private static let halls = Set(Fixtures.halls.map(\.id))

    private static func changed(_ name: String, _ edit: (inout CatalogueItem) -> Void = { _ in }) -> CatalogueItem {
        var item = Fixtures.advice
        item.name = name
        edit(&item)
        return item
    }

    private func save(_ name: String, revision: Int = 0, basedOn: Int? = 3, by editor: CatalogueEditor = editor, on desk: Desk) throws -> DraftOutcome {
        try desk.store.saveDraft(Self.changed(name), revision: revision, basedOn: basedOn, by: editor)
    }

    private func publish(_ desk: Desk, revision: Int = 1, from day: CivilDate = monday, adoptedBy hall: HallID? = nil) throws -> DraftOutcome {
        try desk.store.publishDraft(of: Fixtures.advice.code, revision: revision, validFrom: day, adoptedBy: hall, halls: Self.halls, by: Self.editor)
    }

    @Test func countTheirRevisionsAndStayOverARestart() throws {
        let desk = try Desk()
        guard case .saved(let first) = try save("甲", on: desk), case .saved(let second) = try save("乙", revision: 1, on: desk) else {
            Issue.record("not saved")
            return
        }
        #expect([first.revision, second.revision] == [1, 2])
        try desk.reopen()
        let draft = try #require(try desk.store.draft(of: Fixtures.advice.code))
        #expect(draft == second)
        #expect(draft.changedByName == "郑小敏" && draft.basedOn == 3 && draft.item.name == "乙")
        #expect(try desk.store.drafts() == [draft])
        #expect(try desk.store.itemVersions().filter { $0.code == Fixtures.advice.code }.count == 1, "a draft is no version")
    }

    @Test func areNotOverwrittenByWhoReadAnOlderOne() throws {
        let desk = try Desk()
        _ = try save("甲", on: desk)
        _ = try save("乙", revision: 1, by: Self.colleague, on: desk)
        for revision in [0, 1, 3] {
            guard case .stale(let stale) = try save("丙", revision: revision, on: desk) else {
                Issue.record("revision \(revision) was taken")
                continue
            }
            #expect(stale.present?.item.name == "乙")
            #expect(stale.present?.changedByName == "李文博")
        }
        guard case .stale(let stale) = try save("丙", revision: 1, on: desk) else { return }
        let change = try #require(stale.differences?.fields.first)
        #expect(change.field == .name && change.old.map(\.text) == ["甲"] && change.new.map(\.text) == ["乙"], "from what was read to what is there")
    }

    /// A page that stayed open must not take a later draft for its own.
    @Test func neverUseARevisionAgain() throws {
        let desk = try Desk()
        _ = try save("甲", on: desk)
        guard case .discarded = try desk.store.discardDraft(of: Fixtures.advice.code, revision: 1, by: Self.editor) else {
            Issue.record("not discarded")
            return
        }
        #expect(try desk.store.draft(of: Fixtures.advice.code) == nil)
        guard case .stale = try save("乙", revision: 1, on: desk) else {
            Issue.record("a discarded draft came back")
            return
        }
        guard case .saved(let draft) = try save("乙", on: desk) else { return }
        #expect(draft.revision == 3)
        guard case .stale = try desk.store.discardDraft(of: Fixtures.advice.code, revision: 0, by: Self.editor) else {
            Issue.record("discarded unread")
            return
        }
    }

    @Test func becomeTheNextVersionOnce() throws {
        let desk = try Desk()
        _ = try save("甲", on: desk)
        guard case .published(let item) = try publish(desk) else {
            Issue.record("not published")
            return
        }
        #expect(item.version == 4 && item.name == "甲")
        #expect(try desk.store.itemVersion(item.code, 4) == item)
        let line = try #require(try desk.store.publications().first)
        #expect(line.validFrom == Self.monday && line.publishedByName == "郑小敏")
        guard case .stale = try publish(desk) else {
            Issue.record("published twice")
            return
        }
        #expect(try desk.store.adoptions().filter { $0.adoption.version == 4 }.isEmpty, "nobody has adopted it")
    }

    @Test func areNotPublishedOverAVersionThatTheirWriterHasNotSeen() throws {
        let desk = try Desk()
        _ = try save("甲", on: desk)
        _ = try desk.store.importVersions([Self.changed("乙") { $0.version = 4 }])
        guard case .stale(let stale) = try publish(desk) else {
            Issue.record("published")
            return
        }
        #expect(stale.newest?.version == 4)
        #expect(stale.differences?.fields.first?.new.map(\.text) == ["乙"])
        guard case .stale = try save("甲", revision: 1, on: desk) else {
            Issue.record("saved")
            return
        }
        guard case .saved = try save("甲", revision: 1, basedOn: 4, on: desk), case .published(let item) = try publish(desk, revision: 2) else {
            Issue.record("not published after a look")
            return
        }
        #expect(item.version == 5)
    }

    @Test func areNotPublishedWithProblemsOrWithoutNews() throws {
        let desk = try Desk()
        _ = try save("", on: desk)
        guard case .problems(let problems) = try publish(desk) else {
            Issue.record("published")
            return
        }
        #expect(problems == [ItemProblem(path: "name", kind: .missing)])
        _ = try save(Fixtures.advice.name, revision: 1, on: desk)
        guard case .nothingNew = try publish(desk, revision: 2) else {
            Issue.record("published")
            return
        }
        #expect(try desk.count("item_version") == 3)
    }

    @Test func makeAHallWaitForTheirDay() throws {
        let desk = try Desk()
        _ = try save("甲", on: desk)
        _ = try publish(desk, from: Self.later, adoptedBy: Fixtures.hall)
        let other = Fixtures.halls[1].id
        let plan = { (day: CivilDate, version: Int) in
            try desk.store.planAdoption(of: Fixtures.advice.code, version, in: other, today: day, by: Self.colleague)
        }
        #expect(try plan(Self.monday, 4))
        #expect(try plan(Self.monday, 4), "twice is once")
        #expect(try !plan(Self.later, 4), "its day has come: it is adopted by hand")
        #expect(try !plan(Self.monday, 3), "always was valid")
        let plans = try desk.store.plannedAdoptions()
        #expect(plans.map(\.hall) == [Fixtures.hall, other])
        #expect(plans.allSatisfy { $0.item.version == 4 && $0.validFrom == Self.later })
        #expect(plans.map(\.chosenByName) == ["郑小敏", "李文博"])
        try desk.store.settlePlan(plans[0].id, .adopted)
        try desk.store.settlePlan(plans[1].id, .cancelled)
        #expect(try desk.store.plannedAdoptions().isEmpty)
    }

    @Test func withdrawnItemsAreLoadedAndPutBack() throws {
        let desk = try Desk()
        let advice = Fixtures.advice.code
        #expect(try desk.store.setWithdrawn(advice, true, why: "政策有变", by: Self.editor))
        #expect(try !desk.store.setWithdrawn(advice, true, why: "", by: Self.editor))
        #expect(try !desk.store.setWithdrawn(Fixtures.code("nothing"), true, why: "", by: Self.editor))
        try desk.reopen()
        #expect(try desk.state().withdrawn == [advice])
        #expect(try desk.store.withdrawals().map(\.why) == ["政策有变"])
        #expect(try desk.store.setWithdrawn(advice, false, why: "", by: Self.colleague))
        #expect(try desk.state().withdrawn == [])
    }

    // MARK: Imports

    private func plan(_ items: [ImportedItem], _ desk: Desk) throws -> CatalogueImportPlan { try desk.store.planImport(items, halls: Self.halls) }

    @Test func importsAreTakenAsShownOrNotAtAll() throws {
        let desk = try Desk()
        var refund = Self.changed("退税")
        refund.code = Fixtures.code("refund")
        let items = [
            ImportedItem(item: refund, version: nil), ImportedItem(item: Self.changed("甲"), version: 3), ImportedItem(item: Fixtures.hidden, version: 3),
        ]
        let shown = try plan(items, desk)
        #expect(shown.lines.map(\.change) == [.new, .changed, .unchanged])
        #expect(shown.lines.map(\.version) == [1, 4, 3])
        #expect(shown.differences.map { $0?.fields.map(\.field) } == [nil, [.name], nil])
        #expect(try desk.count("item_version") == 3, "a look changes nothing")

        let take = { (items: [ImportedItem], digest: String) in
            try desk.store.takeImport(items, digest: digest, validFrom: Self.monday, halls: Self.halls, by: Self.editor)
        }
        guard case .changed = try take([items[0]], shown.digest) else {
            Issue.record("another file was taken")
            return
        }
        _ = try desk.store.importVersions([Self.changed("乙") { $0.version = 4 }])
        guard case .changed(let now) = try take(items, shown.digest) else {
            Issue.record("the catalogue had changed")
            return
        }
        #expect(now.lines.map(\.change) == [.new, .outdated, .unchanged], "it was written from version 3, and there is a newer one")
        #expect(!now.isAcceptable)
        guard case .refused = try take(items, now.digest) else {
            Issue.record("would undo what came since")
            return
        }
        #expect(try desk.count("item_version") == 4)
        let fresh = [items[0], ImportedItem(item: Self.changed("甲"), version: 4)]
        guard case .taken = try take(fresh, try plan(fresh, desk).digest) else {
            Issue.record("not taken")
            return
        }
        #expect(try desk.store.itemVersion(Fixtures.advice.code, 5)?.name == "甲")
        #expect(try desk.store.itemVersion(refund.code, 1)?.name == "退税")
        #expect(try plan(fresh, desk).lines.map(\.change) == [.unchanged, .unchanged])
    }

    @Test func importsWithAProblemAreNotTaken() throws {
        let desk = try Desk()
        let items = [
            ImportedItem(item: Self.changed("甲"), version: nil), ImportedItem(item: Self.changed("") { $0.code = Fixtures.code("new") }, version: nil),
        ]
        let shown = try plan(items, desk)
        #expect(shown.lines[1].problems == [ItemProblem(path: "name", kind: .missing)])
        let outcome = try desk.store.takeImport(items, digest: shown.digest, validFrom: Self.monday, halls: Self.halls, by: Self.editor)
        guard case .refused = outcome else {
            Issue.record("taken")
            return
        }
        #expect(try desk.count("item_version") == 3)
    }
}

extension Fixtures {
    fileprivate static func day(_ text: String) -> CivilDate {
        guard let day = CivilDate(text) else { preconditionFailure("\(text) is no day") }
        return day
    }
}
