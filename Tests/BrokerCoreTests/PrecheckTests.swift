import BrokerCore
import SignalingProtocol
import Testing

@Suite("A pre-check")
struct PrecheckTests {
    // MARK: Files

    @Test func takesFilesFromTheTicketOn() {
        let floor = Floor()
        let wang = floor.citizen("王秀英")
        #expect(wang.handIn(1) == .refused(.notFound))
        wang.takeTicket()
        #expect(wang.handIn(2) == .ok)
        #expect(wang.sees.materials[Fixtures.application]?.files.map(\.name) == ["材料2.jpg"])
        #expect(wang.sees.materials[Fixtures.application]?.files.first?.handedInAt == floor.now)
        wang.reload()
        #expect(wang.sees.materials[Fixtures.application]?.files.count == 1)
        #expect(floor.discarded == [Fixtures.file(1, for: Fixtures.application).id])
    }

    @Test func showsFilesToBothSidesAtOnce() {
        let (floor, wang, zheng) = Floor.inSession()
        wang.handIn(1)
        #expect(zheng.sees.session?.materials[0].files.map(\.sha256) == ["hash-1"])
        let file = Fixtures.file(1, for: Fixtures.application)
        #expect(floor.broker.visibleFile(file.id, to: zheng.person.endpoint)?.file.sha256 == "hash-1")
        #expect(floor.broker.visibleFile(file.id, to: wang.person.endpoint)?.file.sha256 == "hash-1")
        #expect(floor.broker.visibleFile(file.id, to: floor.citizen("陈志强").person.endpoint) == nil)
        #expect(floor.broker.visibleFile(file.id, to: floor.agent("李文博").person.endpoint) == nil)
        zheng.end()
        zheng.wrapUp()
        #expect(floor.broker.visibleFile(file.id, to: zheng.person.endpoint) == nil, "the case has left the desk")
    }

    @Test func asksForANewVerdictWhenTheFilesChangeAfterOne() {
        let (floor, wang, zheng) = Floor.inSession()
        wang.handIn(1)
        zheng.judge(Fixtures.application, .accepted)
        wang.handIn(2)
        #expect(zheng.sees.materials[Fixtures.application]?.verdict == nil, "nobody has judged the second file")
        zheng.judge(Fixtures.application, .accepted)
        wang.remove(1)
        #expect(zheng.sees.materials[Fixtures.application]?.verdict == nil)
        floor.crash()
        zheng.open()
        #expect(zheng.conclude() == .refused(.verdictsIncomplete), "a restart does not bring it back")
    }

    @Test func takesNoFilesForSomebodyElseOrUnknownMaterials() throws {
        let floor = Floor()
        let wang = floor.citizen("王秀英")
        let chen = floor.citizen("陈志强")
        wang.takeTicket()
        #expect(chen.handIn(1, into: wang.caseID) == .refused(.notFound))
        #expect(wang.handIn(2, for: try #require(MaterialID("unheard-of"))) == .refused(.notFound))
        #expect(floor.discarded.count == 2)
    }

    @Test func takesNoFilesInAConsultation() {
        let (_, wang, _) = Floor.inSession(.consultation)
        #expect(wang.handIn(1) == .refused(.wrongState))
    }

    @Test func takesNoFilesAfterTheTalk() {
        let (_, wang, zheng) = Floor.inSession()
        wang.handIn(1)
        zheng.end()
        #expect(wang.handIn(2) == .refused(.wrongState))
        #expect(wang.remove(1) == .refused(.wrongState))
    }

    @Test func takesAsManyFilesAsTheLimitSays() {
        let floor = Floor()
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        for number in 1...Limits.filesPerMaterial { #expect(wang.handIn(number) == .ok) }
        #expect(wang.handIn(99) == .refused(.tooManyFiles))
        #expect(floor.discarded.count == 1)
        #expect(wang.handIn(100, for: Fixtures.identity) == .ok)
        #expect(wang.remove(1) == .ok)
        #expect(wang.handIn(101) == .ok)
    }

    @Test func givesAFileBack() {
        let (floor, wang, zheng) = Floor.inSession()
        wang.handIn(1)
        #expect(wang.remove(1) == .ok)
        #expect(zheng.sees.session?.materials[0].files == [])
        #expect(floor.discarded == [Fixtures.file(1, for: Fixtures.application).id])
        #expect(wang.remove(1) == .refused(.notFound))
    }

    // MARK: Verdicts

    @Test func tellsEachVerdictAsItFalls() throws {
        let (_, wang, zheng) = Floor.inSession()
        #expect(zheng.judge(Fixtures.application, .correctionNeeded, reasons: [Fixtures.blurred], note: "请重拍") == .ok)
        let verdict = try #require(wang.sees.session?.materials[0].verdict)
        #expect(verdict.verdict == .correctionNeeded)
        #expect(verdict.reasons.map(\.text) == ["照片不清楚"])
        #expect(zheng.judge(Fixtures.application, .accepted) == .ok)
        #expect(wang.sees.session?.materials[0].verdict?.verdict == .accepted, "the last word counts")
        #expect(wang.sees.session?.materials[0].verdict?.reasons == [])
    }

    @Test func refusesUnknownReasonsAndMaterials() throws {
        let (_, wang, zheng) = Floor.inSession()
        let unheard = try #require(ReasonCode("unheard-of"))
        let answer = zheng.judge(Fixtures.application, .missing, reasons: [Fixtures.blurred, unheard])
        #expect(answer == .refused(.invalidField, field: "reasons"))
        #expect(zheng.judge(try #require(MaterialID("unheard-of")), .accepted) == .refused(.notFound, field: "material_id"))
        #expect(wang.sees.session?.materials.allSatisfy { $0.verdict == nil } == true)
    }

    @Test func hasNoVerdictsInAConsultationOrBeforeTheCitizenEntersOrAfterWrapUp() {
        let (_, _, zheng) = Floor.inSession(.consultation)
        #expect(zheng.judge(Fixtures.application, .accepted) == .refused(.wrongState))
        #expect(zheng.conclude() == .refused(.wrongState))

        let floor = Floor()
        let li = floor.readyAgent("李文博")
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        li.accept()
        #expect(li.judge(Fixtures.application, .accepted) == .refused(.wrongState))
        wang.join()
        let id = li.sessionID
        li.end()
        #expect(li.judge(Fixtures.application, .accepted) == .ok, "wrap-up is for finishing")
        li.wrapUp()
        let late = PrecheckVerdict(sessionID: id, materialID: Fixtures.identity, verdict: .accepted, reasons: [], note: "")
        #expect(li.send(.precheckVerdict(late)) == .refused(.wrongState))
    }

    // MARK: Outcome

    @Test func isNotConcludedBeforeEveryMandatoryMaterialHasItsVerdict() {
        let (_, _, zheng) = Floor.inSession()
        zheng.judge(Fixtures.application, .accepted)
        zheng.judge(Fixtures.mandate, .accepted)
        #expect(zheng.conclude() == .refused(.verdictsIncomplete))
        #expect(zheng.conclude(referredTo: "  ") == .refused(.verdictsIncomplete))
        zheng.judge(Fixtures.identity, .accepted)
        #expect(zheng.conclude() == .ok)
    }

    struct Ruling: Sendable, CustomTestStringConvertible {
        let verdicts: [Verdict]
        let result: OutcomeResult
        let disposition: Disposition
        var testDescription: String { "\(verdicts.map(\.rawValue)) → \(result.rawValue)" }
    }

    /// Verdicts on the two mandatory materials and, where there is a third, on the conditional one.
    static let rulings = [
        Ruling(verdicts: [.accepted, .accepted], result: .readyToFile, disposition: .precheckPassed),
        Ruling(verdicts: [.accepted, .notApplicable], result: .readyToFile, disposition: .precheckPassed),
        Ruling(verdicts: [.accepted, .waived], result: .deferredMaterial, disposition: .deferredMaterial),
        Ruling(verdicts: [.accepted, .missing], result: .correctionNeeded, disposition: .correctionNeeded),
        Ruling(verdicts: [.correctionNeeded, .waived], result: .correctionNeeded, disposition: .correctionNeeded),
        Ruling(verdicts: [.accepted, .accepted, .correctionNeeded], result: .correctionNeeded, disposition: .correctionNeeded),
        Ruling(verdicts: [.accepted, .accepted, .waived], result: .deferredMaterial, disposition: .deferredMaterial),
        Ruling(verdicts: [.accepted, .accepted, .notApplicable], result: .readyToFile, disposition: .precheckPassed),
    ]

    @Test(arguments: rulings)
    func resultFollowsFromTheVerdicts(ruling: Ruling) {
        let (floor, wang, zheng) = Floor.inSession()
        let id = wang.sessionID
        for (material, verdict) in zip(Fixtures.registrationItem.materials, ruling.verdicts) {
            zheng.judge(material.id, verdict, reasons: verdict.needsReason ? [Fixtures.outOfDate] : [])
        }
        #expect(zheng.conclude() == .ok)
        #expect(wang.sees.outcome()?.result == ruling.result)
        #expect(zheng.sees.outcome() == wang.sees.outcome())
        wang.end()
        #expect(zheng.sees.disposition == ruling.disposition)
        floor.advance(by: .seconds(90))
        #expect(floor.store.sessions[id]?.disposition == ruling.disposition, "wrap-up that runs out keeps it")
    }

    @Test func referralNeedsNoVerdicts() throws {
        let (_, wang, zheng) = Floor.inSession()
        zheng.judge(Fixtures.application, .accepted)
        #expect(zheng.conclude(referredTo: "市行政服务中心 3 楼", note: "需现场核验") == .ok)
        let outcome = try #require(wang.sees.outcome())
        #expect(outcome.result == .referred)
        #expect(outcome.referredTo == "市行政服务中心 3 楼")
        #expect(outcome.entries.map(\.verdict) == [.accepted, .missing, .notApplicable])
    }

    @Test func outcomeStandsOnItsOwn() throws {
        let (floor, wang, zheng) = Floor.inSession()
        wang.handIn(1)
        wang.handIn(2)
        wang.handIn(3, for: Fixtures.identity)
        wang.remove(1)
        zheng.judge(Fixtures.application, .accepted)
        zheng.judge(Fixtures.identity, .correctionNeeded, reasons: [Fixtures.outOfDate], note: "请换新证")
        #expect(zheng.conclude(note: "三日内补正") == .ok)
        let outcome = try #require(wang.sees.outcome())
        #expect(outcome.version == 1)
        #expect(outcome.caseNumber == wang.sees.ticket?.caseNumber)
        #expect(outcome.entries.map(\.fileHashes) == [["hash-2"], ["hash-3"], []])
        #expect(outcome.entries[1].reasons.map(\.text) == ["已过有效期"])
        #expect(outcome.entries[1].note == "请换新证")
        #expect(outcome.agentName == "郑小敏")
        #expect(outcome.seatNumber == "01")
        #expect(outcome.hall.name == "湘桥区办税服务厅")
        #expect(outcome.concludedAt == floor.now)
        #expect(floor.store.cases[outcome.caseID]?.outcomes == [outcome])
    }

    @Test func isConcludedOnceAndThenNothingChanges() {
        let (_, wang, zheng) = Floor.inSession()
        wang.handIn(1)
        zheng.judge(Fixtures.application, .accepted)
        zheng.judge(Fixtures.identity, .accepted)
        zheng.conclude()
        #expect(zheng.conclude() == .refused(.wrongState))
        #expect(zheng.judge(Fixtures.application, .missing, reasons: [Fixtures.blurred]) == .refused(.wrongState))
        #expect(wang.handIn(2) == .refused(.wrongState))
        #expect(wang.remove(1) == .refused(.wrongState))
    }

    @Test func isConcludedInWrapUpAndGivesTheDisposition() {
        let (floor, wang, zheng) = Floor.inSession()
        let id = wang.sessionID
        wang.end()
        zheng.judge(Fixtures.application, .accepted)
        zheng.judge(Fixtures.identity, .waived, note: "承诺三日内提交")
        #expect(zheng.conclude() == .ok)
        #expect(wang.sees.outcome()?.result == .deferredMaterial)
        #expect(wang.sees.disposition == .deferredMaterial)
        floor.advance(by: .seconds(90))
        #expect(floor.store.sessions[id]?.disposition == .deferredMaterial)
    }
}
