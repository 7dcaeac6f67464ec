import SignalingProtocol
import Testing

@testable import Notices

@Suite("What the notice says")
struct DocumentTests {
    @Test func theResultStandsFirst() {
        #expect(Fixtures.document(Fixtures.open).summary == "还差 2 样材料，请在2026年12月15日以前补齐。")
        #expect(Fixtures.document(Fixtures.outcome(.correctionNeeded, [Fixtures.card])).summary == "还差 1 样材料，补齐后就可以申报。")
        #expect(Fixtures.document(Fixtures.outcome(.readyToFile, [Fixtures.form])).summary == "材料齐全，可以申报。")
        #expect(Fixtures.document(Fixtures.outcome(.deferredMaterial, [Fixtures.form, Fixtures.mandate])).summary.hasPrefix("可以容缺受理"))
        let referred = Fixtures.document(Fixtures.outcome(.referred, [], referredTo: "潮安区税务局二楼"))
        #expect(referred.summary.hasPrefix("这件事要到别的地方办理"))
        #expect(referred.remarks.map(\.texts) == [["潮安区税务局二楼"]])
    }

    @Test func eachThingIsToldWithWhatToDoWhereAndUntilWhen() throws {
        let document = Fixtures.document(Fixtures.open)
        #expect(document.demands.contents.map(\.material) == ["经办人身份证件", "变更信息的有关证明材料"])
        let card = try #require(document.demands.contents.first)
        #expect(card.state == "要改")
        let said = Dictionary(uniqueKeysWithValues: card.lines.map { ($0.label, $0.texts) })
        #expect(said["问题"] == ["影像不清晰"])
        #expect(said["窗口人员的说明"] == ["右上角反光，请重拍。"])
        #expect(said["怎么办"] == ["请按上面的问题改好，再交一次。"])
        #expect(said["交到哪里"]?.last == "到窗口：湘桥区办税服务厅（潮州市湘桥区城新路1号）。")
        #expect(said["什么时候以前"] == ["2026年12月15日"])
        let proof = try #require(document.demands.contents.last)
        #expect(proof.lines.first?.texts == ["没有交这份材料。"], "without a reason and without a note it still says what is wrong")
        #expect(proof.lines.contains(.init("要求", ["原件和复印件，2 份"])))
        #expect(document.deferred.contents.map(\.material) == ["授权委托书"])
        #expect(document.deferred.contents.first?.lines.last?.texts == ["2026年12月15日"])
        #expect(document.settled == [.init("已通过，不用再交", ["《变更税务登记表》"], .catalogue), .init("您不需要交", ["照片"], .catalogue)])
        #expect(document.text.contains("办件编号 445102-261123-0007"))
        #expect(document.text.contains("https://window.example/citizen/"))
        #expect(document.text.contains("《中华人民共和国行政许可法》第三十二条第一款第四项"))
        #expect(document.warning == "演示目录。")
    }

    @Test func withoutADayItSaysSo() {
        #expect(Fixtures.document(Fixtures.outcome(.correctionNeeded, [Fixtures.card])).demands.contents.first?.lines.last?.texts == ["没有规定日期，补齐后随时可以再来。"])
    }

    @Test func whatWasOpenedAgainSaysWhy() {
        var again = Fixtures.card
        again.reopened = "上次看漏了有效期"
        let lines = Fixtures.document(Fixtures.outcome(.correctionNeeded, [again])).demands.contents.first?.lines
        #expect(lines?.first == .init("上次通过，这次重新看，因为", ["上次看漏了有效期"], .person))
    }

    /// Authority does not move: a hall that is not the handling place says 预审 and never 受理.
    @Test(arguments: OutcomeResult.allCases, Locale.allCases)
    func anotherHallNeverSaysThatTheMatterIsAccepted(result: OutcomeResult, locale: Locale) {
        let outcome = Fixtures.outcome(result, Fixtures.open.entries, handling: Fixtures.elsewhere, referredTo: "别处", respondBy: Fixtures.dueBy)
        let document = Fixtures.document(outcome, locale: locale)
        #expect(!document.text.contains("受理"))
        #expect(!document.text.lowercased().contains("accepted for"))
        #expect(document.authority?.contains("天河区办税服务厅") == true)
        if locale == .simplifiedChinese { #expect(document.authority?.contains("办理以天河区办税服务厅为准") == true) }
        #expect(Fixtures.document(Fixtures.open, locale: locale).authority == nil)
    }

    @Test func readyElsewhereIsPassedInPreReviewOnly() {
        let outcome = Fixtures.outcome(.readyToFile, [Fixtures.form], handling: Fixtures.elsewhere)
        #expect(Fixtures.document(outcome).summary == "材料预审通过，可以向天河区办税服务厅提交申请。")
    }

    @Test(arguments: Locale.allCases)
    func everyLanguageSaysEverything(locale: Locale) {
        let document = Fixtures.document(Fixtures.open, locale: locale)
        let chinese = Fixtures.document(Fixtures.open)
        #expect(document.demands.contents.count == chinese.demands.contents.count)
        #expect(document.facts.count == chinese.facts.count)
        let empty = document.text.split(separator: "\n", omittingEmptySubsequences: false).filter { $0.allSatisfy(\.isWhitespace) }
        #expect(empty.isEmpty)
        if locale == .english {
            let own = document.summary + document.steps.contents.joined() + document.legal.contents.joined() + document.title
            #expect(!own.replacing("湘桥区办税服务厅", with: "").unicodeScalars.contains { (0x4e00...0x9fff).contains($0.value) })
        }
    }

    @Test(arguments: [
        ("林小明", "林**"), ("林明", "林*"), ("林", "*"), ("", "*"), ("欧阳修文远", "欧**"), ("\u{202e}林小明", "林**"), ("Ann", "A**"), ("𠮷田", "𠮷*"), ("\n林小", "林*"),
    ])
    func namesAreMasked(name: String, masked: String) { #expect(maskedName(name) == masked) }

    @Test func theNameStandsNowhereInFull() {
        #expect(!Fixtures.document(Fixtures.open, applicant: "林小明").text.contains("小明"))
        #expect(Fixtures.document(Fixtures.open).text.contains("林**"))
    }

    @Test func theLookUpCodeIsNotPartOfIt() {
        // The document is not even given it; the verification code is another.
        #expect(Fixtures.document(Fixtures.open).verification.contents.contains { $0.texts == ["7K3M 9QX1"] })
    }

    @Test(arguments: [
        ("a\u{202e}b\u{2066}c\u{200b}d\u{feff}", "abcd"), ("a\u{0}b\u{1b}[31mc\u{7f}\u{85}", "ab[31mc"), ("一\r\n二\u{2028}三\t四", "一\n二\n三 四"),
        ("  x  ", "x"), ("葛\u{e0100}", "葛\u{e0100}"), ("مرحبا", "مرحبا"),
    ])
    func whatCannotBeSeenIsTakenOut(text: String, shown: String) { #expect(displayed(text) == shown) }
}

@Suite("The content that a hash is taken of")
struct ContentTests {
    @Test func everyWordOfTheOutcomeCounts() {
        let base = NoticeContent.canonical(Fixtures.notice, Fixtures.open)
        #expect(base == NoticeContent.canonical(Fixtures.notice, Fixtures.open))
        var changes: [OutcomeView] = Array(repeating: Fixtures.open, count: 7)
        changes[0].note += "。"
        changes[1].entries[1].note = ""
        changes[2].entries[1].reasons = []
        changes[3].respondBy = nil
        changes[4].result = .readyToFile
        changes[5].entries[3].dueBy = nil
        changes[6].entries[0].fileHashes = ["ab"]
        #expect(Set(changes.map { NoticeContent.canonical(Fixtures.notice, $0) } + [base]).count == 8)
    }

    @Test func whenItWasReadIsNotPartOfIt() {
        var confirmed = Fixtures.notice
        confirmed.confirmedAt = Fixtures.issued
        #expect(NoticeContent.canonical(confirmed, Fixtures.open) == NoticeContent.canonical(Fixtures.notice, Fixtures.open))
    }

    @Test func aLineBreakInANoteIsNoSecondLine() {
        var one = Fixtures.open
        one.note = "a\nresult=ready-to-file"
        #expect(NoticeContent.canonical(Fixtures.notice, one).contains("note=a\\nresult=ready-to-file\n"))
        var two = Fixtures.open
        two.note = "a\\nresult=ready-to-file"
        #expect(NoticeContent.canonical(Fixtures.notice, one) != NoticeContent.canonical(Fixtures.notice, two))
    }
}
