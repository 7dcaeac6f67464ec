import BrokerStore
import Foundation
import SignalingProtocol
import WebServer

// The catalogue as a file: taken out, worked on in a spreadsheet, previewed, and taken in as it was previewed or not at all.

extension Engine {
    static let catalogueImportRoutes = [
        Route("GET", "/api/v1/admin/catalogue-export") { engine, call in engine.exportCatalogue(call) },
        Route("POST", "/api/v1/admin/catalogue-import/preview") { engine, call in engine.readCatalogue(call) { engine.previewImport($0, call) } },
        Route("POST", "/api/v1/admin/catalogue-import/commit") { engine, call in engine.readCatalogue(call) { engine.commitImport($0, call) } },
    ]

    // MARK: Out

    /// `format`: `json` or `csv`. `items`: codes with commas between; all when it is not said. Each in its newest version.
    private func exportCatalogue(_ call: Route.Call) {
        guard member(call) != nil else { return }
        let query = call.exchange.head.query
        guard let format = CatalogueFormat(rawValue: query["format"] ?? "json") else { return refuse(call, WireError(.invalidField, field: "format")) }
        let wanted = query["items"].map { Set($0.split(separator: ",").map(String.init)) }
        let (store, day) = (store, today)
        offload({
            Result {
                let items = try store.newestVersions().filter { wanted?.contains($0.code.text) ?? true }
                return try format.data(of: items)
            }
        }) { [self] result in
            switch result {
            case .success(let data):
                sendWhenAudited(
                    .reportExported, on: "report:catalogue", call,
                    headers: [
                        ("Content-Type", format.contentType), ("Content-Disposition", "attachment; filename=\"catalogue-\(day).\(format.rawValue)\""),
                        ("Cache-Control", "private, no-store"), ("X-Content-Type-Options", "nosniff"),
                    ], body: Array(data))
            case .failure(let error):
                log.error("the catalogue could not be written", metadata: ["cause": "\(error)"])
                refuse(call, WireError(.internalError))
            }
        }
    }

    // MARK: In

    /// Reads a file by its type, off the loop.
    private func readCatalogue(_ call: Route.Call, _ completion: @escaping (CatalogueReading) -> Void) {
        guard member(call) != nil else { return }
        let type = call.exchange.head.header("content-type")?.lowercased() ?? ""
        guard let format = CatalogueFormat.allCases.first(where: { type.hasPrefix($0.mediaType) }) else {
            return refuse(call, WireError(.malformedMessage))
        }
        call.exchange.readBody(limit: ServerLimits.catalogueBytes) { [self] result in
            switch result {
            case .success(let bytes): offload({ format.reading(Data(bytes)) }, then: completion)
            case .failure(let error): if let error = error.wireError { refuse(call, error) }
            }
        }
    }

    private func previewImport(_ reading: CatalogueReading, _ call: Route.Call) {
        let (store, halls) = (store, hallIDs)
        answerFromStore(call, { () throws(StoreError) in try store.planImport(reading.items, halls: halls) }) { [self] plan in
            answer(call, ImportPreview(plan, reading))
        }
    }

    /// `digest`: of the preview that the administrator has seen. `valid_from`: today when it is not said.
    private func commitImport(_ reading: CatalogueReading, _ call: Route.Call) {
        guard let account = member(call) else { return }
        let query = call.exchange.head.query
        guard let digest = query["digest"], !digest.isEmpty else { return refuse(call, WireError(.invalidField, field: "digest")) }
        guard let validFrom = query["valid_from"].map(CivilDate.init) ?? today, validFrom >= today else {
            return refuse(call, WireError(.invalidField, field: "valid_from"))
        }
        let (store, halls, editor) = (store, hallIDs, editor(account))
        guard reading.problems.isEmpty else {
            return answerFromStore(call, { () throws(StoreError) in try store.planImport(reading.items, halls: halls) }) { [self] plan in
                answerProblem(call, WireError(.itemHasProblems)) { ImportDocument(problem: $0, preview: ImportPreview(plan, reading)) }
            }
        }
        changeCatalogue(
            call,
            { () throws(StoreError) in try store.takeImport(reading.items, digest: digest, validFrom: validFrom, halls: halls, by: editor) }
        ) { [self] outcome in
            switch outcome {
            case .taken(let plan):
                let preview = ImportPreview(plan, reading)
                log.notice(
                    "a catalogue file was taken",
                    metadata: [
                        "new": "\(preview.counts.new)", "changed": "\(preview.counts.changed)", "account": "\(account.id)",
                    ])
                answer(call, preview)
            case .changed(let plan):
                answerProblem(call, WireError(.importChanged)) { ImportDocument(problem: $0, preview: ImportPreview(plan, reading)) }
            case .refused(let plan):
                answerProblem(call, WireError(.itemHasProblems)) { ImportDocument(problem: $0, preview: ImportPreview(plan, reading)) }
            }
        }
    }
}

/// The two forms of a catalogue file.
enum CatalogueFormat: String, CaseIterable, Encodable, Sendable {
    /// As `CatalogueFile` documents it.
    case json
    /// As `CatalogueSheet` documents it.
    case csv

    var mediaType: String {
        switch self {
        case .json: "application/json"
        case .csv: "text/csv"
        }
    }

    var contentType: String {
        switch self {
        case .json: mediaType
        case .csv: "text/csv; charset=utf-8; header=present"
        }
    }

    func data(of items: [CatalogueItem]) throws -> Data {
        switch self {
        case .json: try CatalogueFile.data(of: items)
        case .csv: DelimitedText.data(CatalogueSheet.rows(of: items))
        }
    }

    func reading(_ data: Data) -> CatalogueReading {
        switch self {
        case .json:
            do {
                let items = try CatalogueFile.imported(from: data)
                var seen: Set<ItemCode> = []
                let twice = items.filter { !seen.insert($0.item.code).inserted }
                return CatalogueReading(
                    format: self, items: items, problems: twice.map { ImportProblem(.duplicateItem, item: $0.item.code, value: $0.item.code.text) },
                    sheet: nil)
            } catch {
                return CatalogueReading(format: self, items: [], problems: [ImportProblem(.malformed, value: error.sentence)], sheet: nil)
            }
        case .csv:
            let sheet = CatalogueSheet.reading(data)
            return CatalogueReading(format: self, items: sheet.items, problems: sheet.problems, sheet: sheet)
        }
    }
}

/// A catalogue file as it was read.
struct CatalogueReading: Sendable {
    let format: CatalogueFormat
    let items: [ImportedItem]
    let problems: [ImportProblem]
    /// Knows the row of each part of an item; nil for JSON.
    let sheet: CatalogueSheet.Reading?
}

private struct ImportPreview: Encodable {
    struct Counts: Encodable {
        var new = 0
        var changed = 0
        var unchanged = 0
        var problems = 0
    }

    struct Line: Encodable {
        let code: ItemCode
        let name: String
        let change: CatalogueImportPlan.Change
        let from: Int?
        let version: Int
        let differences: ItemDifferences?
    }

    let format: CatalogueFormat
    /// Taking the import names it; absent when it cannot be taken.
    let digest: String?
    let counts: Counts
    let lines: [Line]
    let problems: [ImportProblem]

    init(_ plan: CatalogueImportPlan, _ reading: CatalogueReading) {
        format = reading.format
        lines = zip(plan.lines, plan.differences).map { line, differences in
            Line(code: line.code, name: line.name, change: line.change, from: line.from, version: line.version, differences: differences)
        }
        var problems = reading.problems
        for line in plan.lines {
            if line.change == .outdated { problems.append(ImportProblem(.outdated, row: reading.sheet?.places[line.code]?[""], item: line.code)) }
            problems += line.problems.map { problem in
                reading.sheet?.placed(problem, of: line.code) ?? ImportProblem(problem, of: line.code, row: nil, column: nil)
            }
        }
        problems.sort { ($0.row ?? 0) < ($1.row ?? 0) }
        self.problems = problems
        digest = problems.isEmpty && plan.isAcceptable ? plan.digest : nil
        counts = lines.reduce(into: Counts(problems: problems.count)) { counts, line in
            switch line.change {
            case .new: counts.new += 1
            case .changed: counts.changed += 1
            case .unchanged: counts.unchanged += 1
            case .outdated: break
            }
        }
    }
}

/// A problem document with the preview as it is now.
private struct ImportDocument: Encodable {
    let problem: Problem
    let preview: ImportPreview

    private enum Key: String, CodingKey { case preview }

    func encode(to encoder: any Encoder) throws {
        try problem.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(preview, forKey: .preview)
    }
}
