import Foundation
import GRDB
import SignalingProtocol

/// What is wrong with an audit.
public enum AuditFinding: Hashable, Sendable, CustomStringConvertible {
    case keyMissing(cause: String)
    /// The key is a good one, but the chain was begun with another.
    case wrongKey
    /// The row is not what was sealed, or was not sealed behind the row before it.
    case rowAltered(Int64)
    case rowsMissing(ClosedRange<Int64>)
    /// The rows up to here are gone, and no seal of ours stands for them.
    case checkpointForged(Int64)
    case anchorFileMissing
    /// The line is not one that this server wrote.
    case anchorAltered(line: Int)
    /// Rows up to this number were there once; the chain ends before it.
    case truncated(end: Int64, anchored: Int64)
    /// There is such a row, but not the one that was there when it was anchored.
    case appendedAnew(Int64)

    /// Stable, for scripts.
    public var code: String {
        switch self {
        case .keyMissing: "audit_key_missing"
        case .wrongKey: "audit_key_wrong"
        case .rowAltered: "audit_row_altered"
        case .rowsMissing: "audit_rows_missing"
        case .checkpointForged: "audit_checkpoint_forged"
        case .anchorFileMissing: "audit_anchors_missing"
        case .anchorAltered: "audit_anchor_altered"
        case .truncated: "audit_truncated"
        case .appendedAnew: "audit_appended_anew"
        }
    }

    public var description: String {
        switch self {
        case .keyMissing(let cause): cause
        case .wrongKey: "the key is not the one that the audit was begun with"
        case .rowAltered(let row): "row \(row) was altered, put in or moved: its seal does not fit"
        case .rowsMissing(let rows): rows.count == 1 ? "row \(rows.lowerBound) was deleted" : "rows \(rows.lowerBound) to \(rows.upperBound) were deleted"
        case .checkpointForged(let row): "the rows up to \(row) are gone, and the checkpoint that stands for them was not made by this server"
        case .anchorFileMissing: "the file of anchors is missing: whether the end was cut off cannot be told"
        case .anchorAltered(let line): "line \(line) of the anchors was not written by this server"
        case .truncated(let end, let anchored):
            "the audit ends with row \(end), but had row \(anchored): its end was cut off, or an older copy was brought back"
        case .appendedAnew(let row):
            "row \(row) is not the one that was anchored: the end was cut off or an older copy brought back, and the audit went on from there"
        }
    }

    /// The first row that cannot be trusted, where it can be named.
    public var row: Int64? {
        switch self {
        case .rowAltered(let row), .appendedAnew(let row): row
        case .rowsMissing(let rows): rows.lowerBound
        case .truncated(let end, _): end + 1
        case .checkpointForged: 1
        case .keyMissing, .wrongKey, .anchorFileMissing, .anchorAltered: nil
        }
    }
}

/// Reads an audit from its beginning to its end and holds it against its key and its anchors. Changes nothing, and may run beside the server.
public struct AuditVerification: Sendable {
    /// No more than these are listed: after a thousand altered rows the next one tells nothing new.
    static let listedFindings = 50

    public private(set) var findings: [AuditFinding] = []
    /// Of the rows that are there.
    public private(set) var rows = 0
    public private(set) var first: Int64?
    public private(set) var last: Int64?
    /// Anchors that a row or a checkpoint was held against.
    public private(set) var anchors = 0

    /// - Parameters:
    ///   - data: the data folder.
    ///   - expected: anchors from elsewhere, such as the log of another machine.
    /// - Throws: `StoreError` when the database cannot be read at all.
    public init(ofDataFolder data: URL, expected: [AuditAnchor] = []) throws(StoreError) {
        let database = data.appending(path: "farwindow.sqlite").path
        let key: AuditKey
        do {
            key = try AuditKey(reading: data.appending(path: "keys").appending(path: AuditKey.fileName))
        } catch {
            findings = [.keyMissing(cause: "\(error)")]
            return
        }
        do {
            // Before the rows: whatever an anchor names by now was committed before it, and is in what is read next.
            let lines = try AuditAnchors(file: data.appending(path: AuditAnchors.fileName)).lines(sealedBy: key)
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            let queue = try DatabaseQueue(path: database, configuration: configuration)
            try queue.read { db in
                guard try String.fetchOne(db, sql: "SELECT key_id FROM audit_chain") == key.id else {
                    note(.wrongKey)
                    return
                }
                try walk(db, key, Dictionary(grouping: expected + (lines ?? []).compactMap(\.anchor), by: \.sequence))
            }
            guard !findings.contains(.wrongKey) else { return }
            for line in lines ?? [] where line.anchor == nil { note(.anchorAltered(line: line.number)) }
            if lines == nil { note(.anchorFileMissing) }
        } catch {
            throw .cannotOpen(path: database, cause: "\(error)")
        }
    }

    private mutating func note(_ finding: AuditFinding) {
        if findings.count < Self.listedFindings { findings.append(finding) }
    }

    private mutating func walk(_ db: Database, _ key: AuditKey, _ anchored: [Int64: [AuditAnchor]]) throws {
        var previous = (sequence: Int64(0), mac: AuditChain.beginning)
        if let newest = try AuditCheckpoint.newest(db) {
            if key.seal(newest.checkpoint.canonical, for: "checkpoint") != newest.seal { note(.checkpointForged(newest.through)) }
            previous = (newest.through, newest.checkpoint.mac)
        }
        compare(anchored[previous.sequence], to: previous)
        let begin = previous.sequence
        let cursor = try Row.fetchCursor(db, sql: "SELECT * FROM audit_entry ORDER BY sequence")
        while let row = try cursor.next() {
            let columns = AuditColumns(row)
            let mac: Data = row["mac"]
            // Rows that a checkpoint stands for should have gone with it; they prove nothing.
            guard columns.sequence > begin else {
                note(.rowAltered(columns.sequence))
                continue
            }
            if columns.sequence > previous.sequence + 1 {
                note(.rowsMissing(previous.sequence + 1...columns.sequence - 1))
            } else if mac != key.mac(of: columns.canonical, after: previous.mac) {
                note(.rowAltered(columns.sequence))
            }
            previous = (columns.sequence, mac)
            compare(anchored[columns.sequence], to: previous)
            if first == nil { first = columns.sequence }
            last = columns.sequence
            rows += 1
        }
        if let beyond = anchored.keys.max(), beyond > previous.sequence { note(.truncated(end: previous.sequence, anchored: beyond)) }
    }

    private mutating func compare(_ anchored: [AuditAnchor]?, to row: (sequence: Int64, mac: Data)) {
        guard let anchored else { return }
        anchors += anchored.count
        if anchored.contains(where: { $0.mac != row.mac }) { note(.appendedAnew(row.sequence)) }
    }
}
