import BrokerStore
import Foundation
import Scheduling
import SignalingProtocol
import WebServer

extension Engine {
    static let figureRoutes = [
        Route("GET", "/api/v1/admin/figures") { engine, call in engine.sendFigures(call) },
        Route("GET", "/api/v1/admin/figures.csv") { engine, call in engine.sendFigures(call) },
        Route("GET", "/api/v1/admin/sessions") { engine, call in engine.sendSessions(call) },
        Route("GET", "/api/v1/admin/sessions.csv") { engine, call in engine.sendSessions(call) },
    ]

    private func sendFigures(_ call: Route.Call) {
        guard member(call) != nil else { return }
        do throws(WireError) {
            let query = call.exchange.head.query
            let asked = FigureRequest(
                halls: try reportedHalls(query), period: try ReportPeriod(query, daysByDefault: 7), grouping: try Self.grouping(query),
                seconds: try Self.serviceLevel(query))
            let (store, now) = (store, clock.now)
            answerFromStore(call, { () throws(StoreError) in try asked.answer(store, at: now) }) { [self] found in
                let answer = FigureAnswer(found.question, found.report, call.locale)
                guard wantsSpreadsheet(call) else { return self.answer(call, answer) }
                self.export(call, spreadsheet: answer.spreadsheet(call.locale), name: "figures-\(answer.from)-\(answer.to)-by-\(answer.by)")
            }
        } catch {
            refuse(call, error)
        }
    }

    private static func grouping(_ query: [String: String]) throws(WireError) -> FigureGrouping {
        guard let asked = query["by"] else { return .day }
        guard let grouping = FigureGrouping(rawValue: asked) else { throw WireError(.invalidField, field: "by") }
        return grouping
    }

    /// Seconds of `within_s`.
    private static func serviceLevel(_ query: [String: String]) throws(WireError) -> Int {
        guard let asked = query["within_s"] else { return ServerLimits.serviceLevelSeconds }
        guard let seconds = Int(asked), (1...86_400).contains(seconds) else { throw WireError(.invalidField, field: "within_s") }
        return seconds
    }
}

struct FigureRequest: Sendable {
    let halls: [HallID]
    let period: ReportPeriod
    let grouping: FigureGrouping
    let seconds: Int

    func answer(_ store: BrokerStore, at now: Instant) throws(StoreError) -> (question: FigureQuestion, report: FigureReport) {
        let places = try ReportPlaces.places(halls, store, around: period.middle(at: now))
        let today = (places.first?.zone ?? .china).day(at: now)
        let question = FigureQuestion(places: places, days: period.days(today: today), grouping: grouping, serviceLevelSeconds: seconds)
        return (question, try store.figures(question, at: now))
    }
}

struct FigureAnswer: Encodable {
    struct Definition: Encodable {
        let id: String
        let unit: String
        let name: String
        let definition: String
    }

    struct Row: Encodable {
        let key: String
        let name: String?
        let values: Values
    }

    /// By id; null where there is nothing to say.
    struct Values: Encodable {
        let values: FigureValues

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: FigureKey.self)
            for figure in Figure.allCases {
                switch values[figure] {
                case .whole(let count): try container.encode(count, forKey: FigureKey(figure))
                case .share(let part, let whole): try container.encode(Self.rounded(part, of: whole), forKey: FigureKey(figure))
                case nil: try container.encodeNil(forKey: FigureKey(figure))
                }
            }
        }

        /// To a hundredth of a percent.
        static func rounded(_ part: Int64, of whole: Int64) -> Double { (Double(part) / Double(max(1, whole)) * 10_000).rounded() / 10_000 }
    }

    /// Not `hallIDs`, which the encoder would write as `hall_i_ds`.
    let hallIds: [HallID]
    let from: String
    let to: String
    let by: String
    let withinS: Int
    let definitions: [Definition]
    let rows: [Row]
    let total: Values

    init(_ question: FigureQuestion, _ report: FigureReport, _ locale: SignalingProtocol.Locale) {
        hallIds = question.places.map(\.hall)
        from = question.days.lowerBound.text
        to = question.days.upperBound.text
        by = question.grouping.rawValue
        withinS = question.serviceLevelSeconds
        definitions = Figure.allCases.map { figure in
            let texts = figure.definition(locale, within: question.serviceLevelSeconds)
            return Definition(id: figure.rawValue, unit: figure.unit.rawValue, name: texts.name, definition: texts.sentence)
        }
        rows = report.rows.map { Row(key: $0.key, name: $0.name, values: Values(values: $0.values)) }
        total = Values(values: report.total)
    }

    /// Times in seconds, shares from 0 to 1, the total last.
    func spreadsheet(_ locale: SignalingProtocol.Locale) -> [[String]] {
        let words = SpreadsheetWords(locale)
        let names = definitions.map { $0.unit == Figure.Unit.milliseconds.rawValue ? words.inSeconds($0.name) : $0.name }
        let cells = { (values: Values) in Figure.allCases.map { figure in values.values[figure].map { Self.cell($0, figure.unit) } ?? "" } }
        return [[words.key, words.name] + names] + rows.map { [$0.key, $0.name ?? ""] + cells($0.values) } + [[words.total, ""] + cells(total)]
    }

    private static func cell(_ value: FigureValue, _ unit: Figure.Unit) -> String {
        switch (value, unit) {
        case (.share(let part, let whole), _): "\(Values.rounded(part, of: whole))"
        case (.whole(let count), .milliseconds): "\(Double(count) / 1_000)"
        case (.whole(let count), .count), (.whole(let count), .share): "\(count)"
        }
    }
}

private struct FigureKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ figure: Figure) { stringValue = figure.rawValue }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

private struct SpreadsheetWords {
    let key: String
    let name: String
    let total: String
    private let seconds: (before: String, after: String)

    init(_ locale: SignalingProtocol.Locale) {
        switch locale {
        case .simplifiedChinese: (key, name, total, seconds) = ("分组", "名称", "合计", ("（", "秒）"))
        case .traditionalChinese: (key, name, total, seconds) = ("分組", "名稱", "合計", ("（", "秒）"))
        case .english: (key, name, total, seconds) = ("Group", "Name", "Total", (" (", "s)"))
        }
    }

    func inSeconds(_ name: String) -> String { name + seconds.before + seconds.after }
}

/// How long the reports of a database take, for `farwindow measure-figures`.
public enum ReportMeasure {
    /// - Returns: a line for each report.
    public static func run(dataDirectory: String, from: String, to: String) throws -> [String] {
        let store = try BrokerStore(path: URL(filePath: dataDirectory).appending(path: "farwindow.sqlite").path)
        let halls = try store.hallZones().keys.sorted()
        let period = try ReportPeriod(["from": from, "to": to], daysByDefault: 1)
        return try FigureGrouping.allCases.map { grouping in
            let request = FigureRequest(halls: halls, period: period, grouping: grouping, seconds: ServerLimits.serviceLevelSeconds)
            var sessions: Double?
            let elapsed = try ContinuousClock().measure {
                sessions = try request.answer(store, at: Instant(milliseconds: 4_102_444_800_000)).report.total[.sessions]?.number
            }
            return "\(sessions.map { "\(Int($0))" } ?? "no") sessions by \(grouping.rawValue): \(elapsed)"
        }
    }
}
