import SignalingProtocol
import Testing

@testable import Notices

@Suite("The notice on paper")
struct PaperTests {
    private let code = QRModules(side: 3, dark: [true, true, false, false, true, false, true, false, true])

    private func html(_ outcome: OutcomeView, applicant: String = "林小明", locale: Locale = .simplifiedChinese) throws -> String {
        NoticePaper(Fixtures.document(outcome, applicant: applicant, locale: locale), code: try #require(code)).html
    }

    @Test(arguments: [
        "<script>alert(1)</script>", "</bdi></td><img src=x onerror=alert(1)>", "\" onload=\"x", "'><style>*{display:none}</style>", "&lt;b&gt;",
        "<!--", "]]>", "<svg/onload=x>", "<link rel=stylesheet href=file:///etc/passwd>", "a\u{0}b<\u{202e}script>",
    ])
    func whatPeopleTypeStaysText(text: String) throws {
        var entry = Fixtures.card
        entry.note = text
        entry.reopened = text
        entry.materialName = text
        entry.reasons = [CodedReason(code: Fixtures.code("x"), text: text)]
        let hostile = try html(Fixtures.outcome(.referred, [entry], referredTo: text, note: text), applicant: text)
        let plain = try html(Fixtures.outcome(.referred, [with("X", entry)], referredTo: "X", note: "X"), applicant: "XX")
        #expect(tags(hostile) == tags(plain), "no text may add or end an element")
        #expect(!hostile.unicodeScalars.contains { $0 != "\n" && $0.properties.generalCategory == .control })
        #expect(!hostile.contains("\u{202e}"))
    }

    private func with(_ text: String, _ entry: OutcomeEntryView) -> OutcomeEntryView {
        var entry = entry
        entry.note = text
        entry.reopened = text
        entry.materialName = text
        entry.reasons = [CodedReason(code: Fixtures.code("x"), text: text)]
        return entry
    }

    /// Every tag with its attributes' names: what an HTML reader would make of it.
    private func tags(_ html: String) -> [String] {
        html.split(separator: "<").dropFirst().map { String($0.prefix { $0 != ">" && $0 != "=" }) }
    }

    @Test func valuesOfAttributesAreEscaped() {
        let markup = Markup.element(.svg, [.label("\"><script>'&\u{1}")], [])
        #expect(markup.page == "<!DOCTYPE html>\n<svg aria-label=\"&quot;&gt;&lt;script&gt;&#39;&amp;\"></svg>")
    }

    @Test func itSaysWhatTheDocumentSays() throws {
        let html = try html(Fixtures.open)
        let document = Fixtures.document(Fixtures.open)
        for text in document.text.split(separator: "\n") { #expect(html.contains(Markup.escaped(String(text))), "\(text)") }
        #expect(html.contains("<html lang=\"zh-CN\">"))
        #expect(html.contains("<p class=\"running\">一次性告知书  445102-261123-0007-1</p>"))
        #expect(!html.contains("src="))
        #expect(!html.contains("href="))
    }

    @Test func chineseFromTheCatalogueIsMarkedInAnEnglishNotice() throws {
        #expect(try html(Fixtures.open, locale: .english).contains("<span lang=\"zh-CN\">经办人身份证件</span>"))
    }

    @Test func theCodeIsDrawnModuleByModule() throws {
        #expect(try html(Fixtures.open).contains("d=\"M4 4h2v1h-2zM5 5h1v1h-1zM4 6h1v1h-1zM6 6h1v1h-1z\""))
        #expect(QRModules(side: 2, dark: [true]) == nil)
        #expect(QRModules(side: 0, dark: []) == nil)
    }
}
