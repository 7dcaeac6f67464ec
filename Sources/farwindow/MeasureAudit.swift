import ArgumentParser
import BrokerCore
import BrokerStore
import Foundation
import SignalingProtocol

struct MeasureAudit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure-audit", abstract: "Measure what the audit costs: durable commits a second with its lines and without.")

    @Option(help: "Folder on the disk to be measured; a store is made in it and removed.") var folder = "."
    @Option(help: "Commits measured each time.") var commits = 400
    @Option(help: "A line for each so many records; most records are no act of a person on another's matter.") var every = 1

    func run() throws {
        try telling {
            print("records a commit, commits a second without, with, share kept")
            for size in [1, 10, 50] {
                // By turns, so that what else the machine does falls on both alike.
                var seconds = (without: 0.0, with: 0.0)
                for _ in 0..<4 {
                    seconds.without += try measure(size, isAudited: false)
                    seconds.with += try measure(size, isAudited: true)
                }
                let rates = (Double(commits) / seconds.without, Double(commits) / seconds.with)
                print("\(size), \(Int(rates.0)), \(Int(rates.1)), \(Int(100 * rates.1 / rates.0)) %")
            }
        }
    }

    /// - Returns: seconds for a quarter of the commits.
    private func measure(_ size: Int, isAudited: Bool) throws -> Double {
        let place = URL(filePath: folder).absoluteURL.appending(path: "measure-audit-\(UUID())")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        let store = try BrokerStore(path: place.appending(path: "farwindow.sqlite").path)
        let now = Instant(milliseconds: 1_795_395_600_000)
        var written = 0
        let start = ContinuousClock.now
        for _ in 0..<(commits / 4) {
            var batch: [StoreRecord] = []
            for _ in 0..<size {
                let id = CitizenID(UUID())
                batch.append(.citizen(CitizenRow(id: id, name: "王秀英", telephone: "13800000000", termsVersion: "2026-11", signedInAt: now)))
                written += 1
                if isAudited, written.isMultiple(of: every) {
                    batch.append(.audit(AuditEntry(at: now, actor: .citizen(id), act: .signedIn, address: "192.0.2.7")))
                }
            }
            try store.commit(batch)
        }
        let elapsed = (ContinuousClock.now - start).components
        return Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
    }
}
