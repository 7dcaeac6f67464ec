import Foundation

/// What poppler says of a PDF.
struct PDFDocument {
    struct PageSize: Hashable {
        /// In points, 1/72 inch.
        var width: Double
        var height: Double
    }

    struct Image: Hashable {
        /// From 1.
        var page: Int
        var width: Int
        var height: Int
        /// Dots an inch across and down, as it lies on the page; 0 when unknown.
        var acrossDots: Double
        var downDots: Double

        /// Square points of the page that it covers.
        var coveredPoints: Double {
            guard acrossDots > 0, downDots > 0 else { return 0 }
            return Double(width) / acrossDots * 72 * Double(height) / downDots * 72
        }
    }

    /// 200 inches: the largest page of PDF before UserUnit (ISO 32000-1, annex C).
    static let largestSidePoints = 14_400.0

    let name: String
    let folder: WorkFolder
    let pages: Int
    /// Of the first pages, at most as many as were asked for.
    let pageSizes: [PageSize]

    /// - Returns: nil when poppler cannot open it, or only with a password.
    init?(named name: String, in folder: WorkFolder, pageLimit: Int) {
        guard let output = folder.run(.pdfinfo, ["-f", "1", "-l", "\(pageLimit)", name]) else { return nil }
        let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
        guard let pages = lines.first(where: { $0.hasPrefix("Pages:") })?.split(separator: " ").last.flatMap({ Int($0) }) else { return nil }
        self.name = name
        self.folder = folder
        self.pages = pages
        // "Page    1 size:  595.276 x 841.89 pts (A4)"
        pageSizes = lines.compactMap { line in
            guard line.hasPrefix("Page "), let size = line.firstRange(of: " size:") else { return nil }
            let numbers = line[size.upperBound...].split(separator: " ").compactMap { Double($0) }
            return numbers.count >= 2 ? PageSize(width: numbers[0], height: numbers[1]) : nil
        }
    }

    /// Every picture on its pages. Only their heads are read.
    func images() -> [Image] {
        guard let output = folder.run(.pdfimages, ["-list", name]) else { return [] }
        // page num type width height color comp bpc enc interp object ID x-ppi y-ppi size ratio
        return String(decoding: output, as: UTF8.self).split(separator: "\n").dropFirst(2).compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count >= 14, let page = Int(fields[0]), let width = Int(fields[3]), let height = Int(fields[4]) else { return nil }
            return Image(page: page, width: width, height: height, acrossDots: Double(fields[12]) ?? 0, downDots: Double(fields[13]) ?? 0)
        }
    }

    /// The text that is in it as text, a page each.
    func texts() -> [String] {
        guard let output = folder.run(.pdftotext, ["-enc", "UTF-8", name, "-"]) else { return [] }
        return String(decoding: output, as: UTF8.self).split(separator: "\u{c}", omittingEmptySubsequences: false).map(String.init)
    }
}

extension WorkFolder {
    /// Files whose names begin so.
    func count(prefix: String) -> Int {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).count { $0.hasPrefix(prefix) }
    }
}
