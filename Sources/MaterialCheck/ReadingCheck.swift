import Foundation
import SignalingProtocol

/// The second stage: what a person would send the file back for. Runs in the inspecting process.
struct ReadingCheck {
    let job: InspectionJob
    let folder: WorkFolder

    /// Longer side of a page's picture as it is read: an A4 page then has about 200 dots an inch.
    static let drawnPixels = 2_400
    /// Longer side of a picture that cannot hold a page: a card's smallest letters would have eight pixels.
    private static let leastPixels = 640
    /// A picture no longer than this may be too small; whether it is, the reading shows.
    private static let doubtfulPixels = 1_200
    /// Of a scanned page.
    private static let leastDots = 90.0
    /// A page that was read has at least this many characters that are sure.
    private static let readCharacters = 12

    private var reader: TextReader { TextReader(folder: folder) }

    func inspect(_ bytes: Data) -> Inspection {
        guard let content = FileContent(signature: bytes) else { return Inspection(isComplete: false) }
        var inspection = Inspection(mediaType: content.storedType, textRead: folder.has(.tesseract))
        switch content {
        case .stored(.jpeg), .stored(.png), .heic:
            guard folder.write(bytes, to: "input") else { return Inspection(isComplete: false) }
            inspectPicture(&inspection)
        case .stored(.pdf):
            guard folder.write(bytes, to: "input.pdf") else { return Inspection(isComplete: false) }
            inspectPDF(&inspection)
        }
        return inspection
    }

    // MARK: Pictures

    private func inspectPicture(_ inspection: inout Inspection) {
        inspection.pages = 1
        // Upright after the camera's own note, as every viewer shows it.
        guard folder.run(.vips, ["thumbnail", "input", "page-1.pgm", "\(Self.drawnPixels)", "--size", "down"]) != nil, let look = look(at: "page-1.pgm")
        else {
            inspection.isComplete = false
            return
        }
        inspection.width = header("width")
        inspection.height = header("height")
        let longest = max(inspection.width ?? Self.drawnPixels, inspection.height ?? Self.drawnPixels)
        inspection.pagePrints = look.print.map { [$0] } ?? []
        var findings = look.findings(page: 1)
        let isSmall = longest < Self.leastPixels
        if isSmall { findings = findings.filter { $0.code != .blurred } + [Finding(.lowResolution, page: 1)] }
        var text = paperText
        if inspection.textRead, !isSmall, look.hasWriting, !look.lighting.isDark {
            let page = readUpright("page-1.pgm")
            text.pages = [page.readings]
            if let turn = page.turn, !look.isBlurred { findings.append(Finding(.sideways, page: 1, detail: "\(turn)")) }
            if longest < Self.doubtfulPixels, text.sureCharacters < Self.readCharacters, !look.isBlurred { findings.append(Finding(.lowResolution, page: 1)) }
            if !look.isBlurred { findings += text.findings() + invalidNumbers(text, names: [page.name]) }
        }
        inspection.findings = findings
    }

    private func header(_ field: String) -> Int? {
        folder.run(.vipsheader, ["-f", field, "input"]).flatMap { Int(String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    private func look(at name: String) -> PageLook? {
        guard folder.run(.vips, ["thumbnail", name, "measured.pgm", "\(PageLook.measuredPixels)", "--size", "down"], ownInput: true) != nil else { return nil }
        return folder.read("measured.pgm").flatMap(GrayMap.init(pgm:)).map(PageLook.init)
    }

    // MARK: PDF

    private func inspectPDF(_ inspection: inout Inspection) {
        guard let document = PDFDocument(named: "input.pdf", in: folder, pageLimit: job.limits.pages), (1...job.limits.pages).contains(document.pages)
        else {
            inspection.isComplete = false
            return
        }
        inspection.pages = document.pages
        let layers = document.texts()
        let images = document.images()
        var text = paperText
        var drawn: [Int: String] = [:]
        for page in 1...document.pages {
            let layer = layers.indices.contains(page - 1) ? TextReading(layer: layers[page - 1]) : TextReading(layer: "")
            let scan = images.filter { $0.page == page }.max { $0.coveredPoints < $1.coveredPoints }
                .flatMap { Self.covers($0, document.pageSizes, page) ? $0 : nil }
            let isRead = text.pages.count < job.limits.pagesReadFromPicture
            guard let name = draw(page), let look = look(at: name) else {
                inspection.isComplete = false
                continue
            }
            if let print = look.print { inspection.pagePrints.append(print) }
            // What a program has drawn is sharp and straight, however it looks from afar.
            if scan != nil {
                inspection.findings += look.findings(page: page)
            } else if look.isBlank, layer.lines.isEmpty {
                inspection.findings.append(Finding(.blankPage, page: page))
            }
            if let scan, scan.acrossDots > 0, max(scan.acrossDots, scan.downDots) < Self.leastDots, look.hasWriting {
                inspection.findings.append(Finding(.lowResolution, page: page))
            }
            if layer.sureCharacters >= Self.readCharacters {
                text.pages.append([layer])
            } else if look.hasWriting, inspection.textRead, isRead, !look.isBlurred, !look.lighting.isDark {
                let read = readUpright(name)
                text.pages.append(read.readings)
                drawn[text.pages.count - 1] = read.name
                if let turn = read.turn { inspection.findings.append(Finding(.sideways, page: page, detail: "\(turn)")) }
            } else if look.hasWriting {
                text.isWhole = false
            }
            try? FileManager.default.removeItem(atPath: folder.file("measured.pgm"))
        }
        inspection.textRead = text.pages.contains { !$0.isEmpty }
        inspection.findings += text.findings() + invalidNumbers(text, names: (0..<text.pages.count).map { drawn[$0] ?? "" })
    }

    private func draw(_ page: Int) -> String? {
        let number = "\(page)"
        let arguments = ["-gray", "-scale-to", "\(Self.drawnPixels)", "-f", number, "-l", number, "-singlefile", "input.pdf", "page-\(page)"]
        guard folder.run(.pdftoppm, arguments) != nil else { return nil }
        return "page-\(page).pgm"
    }

    /// Whether a picture is the page itself and not a mark on it.
    private static func covers(_ image: PDFDocument.Image, _ sizes: [PDFDocument.PageSize], _ page: Int) -> Bool {
        guard sizes.indices.contains(page - 1) else { return true }
        return image.coveredPoints >= 0.5 * sizes[page - 1].width * sizes[page - 1].height
    }

    // MARK: Text

    private var paperText: PaperText {
        let request = job.request
        return PaperText(
            kind: PaperKind(materialName: request.materialName, keywords: request.keywords), expectations: request.expectations, today: request.today,
            pages: [], isWhole: true)
    }

    private struct UprightPage {
        var readings: [TextReading]
        /// The picture that was read.
        var name: String
        /// Degrees clockwise that set it upright; nil when it stood so.
        var turn: Int?
    }

    /// Reads a page; when there is little to read, tries how much there is when it is turned.
    private func readUpright(_ name: String) -> UprightPage {
        let asItStands = UprightPage(readings: reader.read(name), name: name)
        let sure = asItStands.readings.map(\.sureCharacters).max() ?? 0
        guard sure < 2 * Self.readCharacters else { return asItStands }
        let turns = [90, 180, 270].compactMap { degrees -> (Int, String)? in
            let turned = "turned-\(degrees)-\(name)"
            guard folder.run(.vips, ["rot", name, turned, "d\(degrees)"], ownInput: true) != nil else { return nil }
            return (degrees, turned)
        }
        let small = turns.map { "small-\($0.1)" }
        for (turn, name) in zip(turns, small) { _ = folder.run(.vips, ["thumbnail", turn.1, name, "1600", "--size", "down"], ownInput: true) }
        let best = zip(turns, reader.glance(small)).max { ($0.1?.sureCharacters ?? 0) < ($1.1?.sureCharacters ?? 0) }
        guard let best, let seen = best.1?.sureCharacters, seen >= Self.readCharacters, seen >= 2 * sure else { return asItStands }
        return UprightPage(readings: reader.read(best.0.1), name: best.0.1, turn: best.0.0)
    }

    /// A number that seems to break its check character is read a third time, by a reader that knows no Chinese; only what all agree on is told.
    private func invalidNumbers(_ text: PaperText, names: [String]) -> [Finding] {
        for (index, numbers) in text.doubtfulNumbers where names.indices.contains(index) && !names[index].isEmpty {
            let looks = text.pages[index].map { NumbersInText($0.lines.map(\.text).joined(separator: "\n")).broken }
            guard let third = reader.readNumbers(names[index]) else { continue }
            let again = NumbersInText(third.lines.map(\.text).joined(separator: "\n")).broken
            let agreed = numbers.intersection(again).filter { number in looks.contains { $0.contains(number) } }
            if !agreed.isEmpty { return [Finding(.numberInvalid)] }
        }
        return []
    }
}
