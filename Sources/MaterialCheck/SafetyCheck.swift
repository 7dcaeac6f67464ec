import Foundation
import SignalingProtocol

/// The first stage: whether a file may be let in. Runs in the inspecting process.
struct SafetyCheck {
    let job: InspectionJob
    let folder: WorkFolder

    private var limits: InspectionLimits { job.limits }

    func inspect(_ bytes: Data) -> Inspection {
        guard let content = FileContent(signature: bytes), job.request.formats.contains(content.storedType) else {
            return Inspection(findings: [Finding(.unsupported)])
        }
        var inspection = Inspection(mediaType: content.storedType)
        do throws(Refusal) {
            switch content {
            case .stored(.jpeg): try inspectPicture(bytes, .jpeg, &inspection)
            case .stored(.png): try inspectPicture(bytes, .png, &inspection)
            case .stored(.pdf): try inspectPDF(bytes, &inspection)
            case .heic: try inspectHEIC(bytes, &inspection)
            }
        } catch {
            inspection.findings = [error.finding]
            inspection.converted = nil
        }
        return inspection
    }

    /// The first thing found ends the stage: nobody opens a file further that is not taken.
    private struct Refusal: Error {
        let finding: Finding
        init(_ code: FindingCode, detail: String? = nil) { finding = Finding(code, detail: detail) }
    }

    // MARK: Pictures

    private enum PictureKind: String { case jpeg, png }

    private func inspectPicture(_ bytes: Data, _ kind: PictureKind, _ inspection: inout Inspection) throws(Refusal) {
        let structure: PictureStructure
        do throws(StructureFault) {
            structure = try bytes.withUnsafeBytes { raw in
                Result { () throws(StructureFault) in
                    switch kind {
                    case .jpeg: try PictureStructure.jpeg(raw)
                    case .png: try PictureStructure.png(raw)
                    }
                }
            }.get()
        } catch {
            throw Refusal(.unreadable)
        }
        if let foreign = bytes.withUnsafeBytes({ ForeignContent.inPicture($0, structure) }) { throw Refusal(.disguised, detail: foreign.rawValue) }
        try check(width: structure.width, height: structure.height)
        try decode(bytes, as: "input.\(kind.rawValue)")
        inspection.pages = 1
        inspection.width = structure.width
        inspection.height = structure.height
        // Not every browser shows a printer's four colours, and none the same.
        if structure.components == 4 { try convert("input.\(kind.rawValue)", &inspection) { Refusal(.unreadable) } }
    }

    private func inspectHEIC(_ bytes: Data, _ inspection: inout Inspection) throws(Refusal) {
        do throws(StructureFault) {
            try bytes.withUnsafeBytes { raw in Result { () throws(StructureFault) in try PictureStructure.checkBoxes(raw) } }.get()
        } catch {
            throw Refusal(.unreadable)
        }
        guard folder.has(.vips), folder.has(.vipsheader) else { throw Refusal(.unsupported, detail: "heic") }
        guard folder.write(bytes, to: "input.heic") else { throw Refusal(.unreadable) }
        guard let width = header("width", of: "input.heic"), let height = header("height", of: "input.heic") else {
            throw canLoadHEIC ? Refusal(.unreadable) : Refusal(.unsupported, detail: "heic")
        }
        try check(width: width, height: height)
        try convert("input.heic", &inspection) { canLoadHEIC ? Refusal(.unreadable) : Refusal(.unsupported, detail: "heic") }
        inspection.pages = 1
        inspection.width = header("width", of: "converted.jpg")
        inspection.height = header("height", of: "converted.jpg")
    }

    private func check(width: Int, height: Int) throws(Refusal) {
        // Each alone first: the product of two large numbers from outside is no number.
        guard width <= limits.pixels, height <= limits.pixels, width * height <= limits.pixels else {
            throw Refusal(.tooManyPixels, detail: "\(width)x\(height)")
        }
    }

    /// Decodes to the last line, to a small picture that nobody keeps.
    private func decode(_ bytes: Data, as name: String) throws(Refusal) {
        guard folder.write(bytes, to: name), folder.run(.vips, ["thumbnail", name, "decoded.pgm", "256", "--size", "down", "--fail-on", "error"]) != nil
        else { throw Refusal(.unreadable) }
    }

    /// To a JPEG as every browser shows it, upright, without a place or other remarks of the camera in it.
    private func convert(_ name: String, _ inspection: inout Inspection, orElse refusal: () -> Refusal) throws(Refusal) {
        // As large as a JPEG can be: nothing is scaled, only turned and given the colours of a screen.
        let arguments = ["thumbnail", name, "converted.jpg[Q=90,strip]", "65535", "--size", "down", "--export-profile", "srgb", "--fail-on", "error"]
        guard folder.run(.vips, arguments) != nil, let converted = folder.read("converted.jpg"),
            (1...SignalingProtocol.Limits.fileBytes).contains(converted.count)
        else { throw refusal() }
        inspection.converted = converted
    }

    private func header(_ field: String, of name: String) -> Int? {
        folder.run(.vipsheader, ["-f", field, name]).flatMap { Int(String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    private var canLoadHEIC: Bool { folder.run(.vips, ["-l", "VipsForeignLoad"]).map { $0.contains("heifload") } ?? false }

    // MARK: PDF

    private func inspectPDF(_ bytes: Data, _ inspection: inout Inspection) throws(Refusal) {
        let (end, foreign) = bytes.withUnsafeBytes { (ForeignContent.lastPDFEnd($0), ForeignContent.inPDF($0)) }
        if let foreign { throw Refusal(.disguised, detail: foreign.rawValue) }
        guard end != nil, folder.write(bytes, to: "input.pdf") else { throw Refusal(.unreadable) }
        guard let document = PDFDocument(named: "input.pdf", in: folder, pageLimit: limits.pages) else {
            // It cannot be opened; a file that names its encryption in vain is locked, not broken.
            throw bytes.contains("/Encrypt") ? Refusal(.encrypted) : Refusal(.unreadable)
        }
        guard document.pages > 0 else { throw Refusal(.unreadable) }
        guard document.pages <= limits.pages else { throw Refusal(.tooManyPages, detail: "\(document.pages)") }
        if let size = document.pageSizes.first(where: { max($0.width, $0.height) > PDFDocument.largestSidePoints }) {
            throw Refusal(.tooManyPixels, detail: "\(Int(size.width))x\(Int(size.height))")
        }
        for image in document.images() { try check(width: image.width, height: image.height) }
        inspection.pages = document.pages
        let shown = min(document.pages, Self.pagesDrawn)
        guard folder.run(.pdftoppm, ["-gray", "-scale-to", "160", "-l", "\(shown)", "input.pdf", "drawn"]) != nil,
            folder.count(prefix: "drawn-") == shown
        else { throw Refusal(.unreadable) }
    }

    /// Drawing takes its time, and a person waits: the reading stage draws the rest.
    private static let pagesDrawn = 10
}

extension Data {
    func contains(_ text: String) -> Bool { range(of: Data(text.utf8)) != nil }
}
