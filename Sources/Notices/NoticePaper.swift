import SignalingProtocol

/// A QR code's modules, without its quiet zone.
public struct QRModules: Hashable, Sendable {
    public let side: Int
    /// Row by row from the top left; true is dark.
    public let dark: [Bool]

    /// - Returns: nil when the modules are not a square of at least one.
    public init?(side: Int, dark: [Bool]) {
        guard side > 0, dark.count == side * side else { return nil }
        self.side = side
        self.dark = dark
    }
}

/// The notice as a page of HTML to be printed on A4.
public struct NoticePaper: Sendable {
    private let document: NoticeDocument
    private let code: QRModules
    private let wording: NoticeWording

    public init(_ document: NoticeDocument, code: QRModules) {
        self.document = document
        self.code = code
        wording = NoticeWording(locale: document.locale)
    }

    public var html: String {
        Markup.element(
            .html, [.language(document.locale)],
            [
                .element(
                    .head, [],
                    [
                        .element(.meta, [.utf8]), .element(.title, [], [.text("\(document.title) \(document.number)")]), .sheet(Self.sheet),
                        .sheet(pageNumbers),
                    ]),
                .element(.body, [], [.element(.main, [], body)]),
            ]
        ).page
    }

    private var body: [Markup] {
        var parts: [Markup] = [
            .element(
                .header, [],
                [
                    .element(.h1, [], [.text(document.title)]),
                    .element(.p, [.named("running")], [.text("\(document.title)  \(document.number)")]),
                ]),
            .element(.p, [.named("summary")], [.text(document.summary)]),
        ]
        for text in [document.authority, document.warning].compactMap({ $0 }) { parts.append(.element(.p, [.named("caution")], [.text(text)])) }
        parts.append(table(document.facts))
        if !document.remarks.isEmpty { parts.append(table(document.remarks)) }
        parts += points(document.demands) + points(document.deferred)
        for line in document.settled { parts += list(line) }
        parts += steps(document.steps)
        parts.append(proof)
        parts += [.element(.h2, [], [.text(document.legal.heading)])] + document.legal.contents.map { .element(.p, [.named("small")], [.text($0)]) }
        return parts
    }

    private func table(_ lines: [NoticeDocument.Line]) -> Markup {
        let rows = lines.map { line in
            Markup.element(.tr, [], [.element(.th, [.headsRow], [.text(line.label)]), .element(.td, [], texts(line))])
        }
        return .element(.table, [], [.element(.tbody, [], rows)])
    }

    private func texts(_ line: NoticeDocument.Line) -> [Markup] {
        line.texts.map { text in .element(.p, language(of: line.voice), [line.voice == .person ? .typed(text) : .text(text)]) }
    }

    private func language(of voice: NoticeDocument.Voice) -> [Markup.Attribute] {
        switch voice {
        case .catalogue: document.locale == .simplifiedChinese ? [] : [.language(.simplifiedChinese)]
        case .document, .person: []
        }
    }

    private func points(_ section: NoticeDocument.Section<NoticeDocument.Point>) -> [Markup] {
        guard !section.contents.isEmpty else { return [] }
        return [.element(.h2, [], [.text(section.heading)])]
            + section.contents.enumerated().map { index, point in
                .element(
                    .section, [.named("point")],
                    [
                        .element(
                            .h3, [],
                            [
                                .text("\(index + 1). "), .element(.span, language(of: .catalogue), [.text(point.material)]),
                                .element(.span, [.named("state")], [.text(point.state)]),
                            ]), table(point.lines),
                    ])
            }
    }

    private func list(_ line: NoticeDocument.Line) -> [Markup] {
        [
            .element(.h2, [], [.text(line.label)]),
            .element(.ul, language(of: line.voice), line.texts.map { .element(.li, [], [.text($0)]) }),
        ]
    }

    private func steps(_ section: NoticeDocument.Section<String>) -> [Markup] {
        [.element(.h2, [], [.text(section.heading)]), .element(.ol, [], section.contents.map { .element(.li, [], [.text($0)]) })]
    }

    private var proof: Markup {
        .element(
            .section, [.named("proof")],
            [
                .element(.h2, [], [.text(document.verification.heading)]),
                .element(.div, [.named("code")], [picture]),
                .element(.div, [.named("how")], [.element(.p, [], [.text(wording.scan)]), table(document.verification.contents)]),
            ])
    }

    /// With a quiet zone of four modules (ISO/IEC 18004, 9.1), drawn as one path: a row of dark modules is one stroke.
    private var picture: Markup {
        let quiet = 4
        var outline = ""
        for row in 0..<code.side {
            var column = 0
            while column < code.side {
                guard code.dark[row * code.side + column] else {
                    column += 1
                    continue
                }
                let start = column
                while column < code.side, code.dark[row * code.side + column] { column += 1 }
                outline += "M\(start + quiet) \(row + quiet)h\(column - start)v1h-\(column - start)z"
            }
        }
        let side = code.side + 2 * quiet
        return .element(
            .svg, [.picture, .label(wording.qrCode), .viewBox(side: side), .square(side: 132)],
            [.element(.path, [.fill(.white), .outline("M0 0h\(side)v\(side)h-\(side)z")]), .element(.path, [.fill(.black), .outline(outline)])])
    }
}

extension NoticePaper {
    private static let sheet: StaticString = """
        @page {
            size: A4;
            margin: 22mm 18mm 18mm;
            font-family: Notice, "Noto Sans CJK SC", sans-serif;
            font-size: 9pt;
            @top-center { content: string(running); vertical-align: middle; width: 100%; text-align: right }
        }
        * { box-sizing: border-box }
        body { font-family: Notice, "Noto Sans CJK SC", sans-serif; font-size: 11.5pt; line-height: 1.5; color: #000; margin: 0 }
        h1, h2, h3, p, ol, ul, table { margin: 0 }
        h1 { font-size: 22pt; text-align: center; letter-spacing: 0.15em; margin-bottom: 4mm }
        h2 { font-size: 14pt; margin: 5mm 0 2mm; break-after: avoid }
        h3 { font-size: 12.5pt; margin: 0 0 1.5mm; break-after: avoid }
        .running { string-set: running content(); height: 0; overflow: hidden; color: #fff; font-size: 1pt }
        .summary { font-size: 16pt; font-weight: bold; text-align: center; border: 1.5pt solid #000; padding: 3mm 4mm; margin-bottom: 3mm }
        .caution { border-left: 3pt solid #000; padding-left: 3mm; margin-bottom: 3mm }
        table { width: 100%; border-collapse: collapse; table-layout: fixed; margin-bottom: 3mm }
        th, td { border: 0.5pt solid #555; padding: 0.8mm 2.5mm; text-align: left; vertical-align: top; overflow-wrap: anywhere }
        th { width: 34mm; font-weight: normal; background: #f0f0f0 }
        bdi { white-space: pre-wrap; unicode-bidi: isolate }
        .point { break-inside: avoid; margin-bottom: 3mm }
        .state { border: 1pt solid #000; border-radius: 2mm; padding: 0 2mm; margin-left: 3mm; font-size: 10.5pt }
        ol, ul { padding-left: 7mm }
        li { margin-bottom: 1mm }
        .proof { break-inside: avoid }
        .proof .code { float: left; width: 40mm }
        .proof .how { margin-left: 42mm; font-size: 9.5pt }
        .proof th { width: 30mm }
        .small { font-size: 9.5pt; margin-bottom: 1mm }
        """

    private var pageNumbers: StaticString {
        switch document.locale {
        case .simplifiedChinese: #"@page { @bottom-center { content: "第 " counter(page) " 页，共 " counter(pages) " 页" } }"#
        case .traditionalChinese: #"@page { @bottom-center { content: "第 " counter(page) " 頁，共 " counter(pages) " 頁" } }"#
        case .english: #"@page { @bottom-center { content: "Page " counter(page) " of " counter(pages) } }"#
        }
    }
}
