import BrokerCore
import SignalingProtocol
import Testing

@Suite("Told twice")
struct ToldTwiceTests {
    private static let reflection = Fixtures.code("reflection") as ReasonCode

    private func entry(
        _ verdict: Verdict, _ reasons: [ReasonCode] = [], files: [String] = ["a"], material: MaterialID = Fixtures.identity, reopened: String? = nil
    ) -> OutcomeEntryView {
        OutcomeEntryView(
            materialID: material, materialName: "材料", verdict: verdict, reasons: reasons.map { CodedReason(code: $0, text: "原因") }, note: "",
            fileHashes: files, reopened: reopened)
    }

    private func outcome(_ version: Int, _ entries: OutcomeEntryView...) -> OutcomeView {
        let hall = HallView(id: Fixtures.hall, name: "大厅")
        return OutcomeView(
            caseID: CaseID(Fixtures.uuid(1)), caseNumber: "445102-261123-0001", version: version,
            result: .correctionNeeded, item: ItemReference(code: Fixtures.registration, version: 1, name: "事项"), hall: hall, handlingHall: hall,
            seatNumber: "01", agentName: "陈小燕", entries: entries, referredTo: "", note: "", concludedAt: Instant(milliseconds: Int64(version)))
    }

    private func isTold(_ before: OutcomeEntryView, _ now: OutcomeEntryView) -> Bool {
        toldTwice(previous: [outcome(1, before)], new: outcome(2, now)) == [now.materialID]
    }

    @Test func theFirstOutcomeTellsNothingTwice() {
        #expect(toldTwice(previous: [], new: outcome(1, entry(.missing, files: []), entry(.correctionNeeded, [Fixtures.blurred]))) == [])
    }

    @Test func aNewReasonOnTheSameFilesIsTold() {
        #expect(isTold(entry(.correctionNeeded, [Fixtures.blurred]), entry(.correctionNeeded, [Fixtures.outOfDate])))
        #expect(isTold(entry(.correctionNeeded, [Fixtures.blurred]), entry(.correctionNeeded, [Fixtures.blurred, Fixtures.outOfDate])))
        #expect(!isTold(entry(.correctionNeeded, [Fixtures.blurred, Fixtures.outOfDate]), entry(.correctionNeeded, [Fixtures.outOfDate])))
        #expect(!isTold(entry(.correctionNeeded), entry(.correctionNeeded)), "a note alone is the same demand again")
    }

    @Test func newFilesMayHaveNewFaults() {
        #expect(!isTold(entry(.correctionNeeded, [Fixtures.blurred], files: ["a"]), entry(.correctionNeeded, [Fixtures.outOfDate], files: ["b"])))
        #expect(!isTold(entry(.accepted, files: ["a"]), entry(.correctionNeeded, [Fixtures.blurred], files: ["a", "b"])))
        #expect(isTold(entry(.accepted, files: ["a", "b"]), entry(.correctionNeeded, [Fixtures.blurred], files: ["b", "a"])), "their order is no difference")
    }

    @Test func whatWasAcceptedAndIsOpenedAgainWithTheSameFilesIsTold() {
        #expect(isTold(entry(.accepted), entry(.correctionNeeded, [Fixtures.blurred], reopened: "上次看漏了")))
        #expect(!isTold(entry(.accepted), entry(.accepted, reopened: "再看一次")), "nothing is demanded")
        #expect(!isTold(entry(.accepted, files: ["a"]), entry(.correctionNeeded, files: ["b"], reopened: "换了新的")))
    }

    @Test func somethingMissingThatWasMissingBeforeIsToldUnlessItWasSaidThen() {
        #expect(isTold(entry(.notApplicable, files: []), entry(.missing, files: [])))
        #expect(!isTold(entry(.missing, files: []), entry(.missing, files: [])))
        #expect(!isTold(entry(.waived, [Fixtures.outOfDate], files: []), entry(.missing, [Fixtures.blurred], files: [])), "it was promised")
        #expect(!isTold(entry(.accepted, files: ["a"]), entry(.missing, files: [])), "the file has gone since")
    }

    @Test func everyEarlierVisitCounts() {
        let first = outcome(1, entry(.correctionNeeded, [Fixtures.blurred]))
        let second = outcome(2, entry(.correctionNeeded, [Fixtures.outOfDate]))
        #expect(toldTwice(previous: [second, first], new: outcome(3, entry(.correctionNeeded, [Fixtures.blurred, Fixtures.outOfDate]))) == [])
        #expect(toldTwice(previous: [first, second], new: outcome(3, entry(.correctionNeeded, [Self.reflection]))) == [Fixtures.identity])
    }

    @Test func onlyTheMaterialsConcernedAreNamedInTheirOrder() {
        let before = outcome(
            1, entry(.accepted, material: Fixtures.application), entry(.accepted, material: Fixtures.identity), entry(.accepted, material: Fixtures.mandate))
        let now = outcome(
            2, entry(.correctionNeeded, material: Fixtures.mandate), entry(.accepted, material: Fixtures.identity),
            entry(.correctionNeeded, material: Fixtures.application))
        #expect(toldTwice(previous: [before], new: now) == [Fixtures.mandate, Fixtures.application])
        #expect(toldTwice(previous: [now], new: before) == [], "a later outcome says nothing about an earlier one")
    }
}
