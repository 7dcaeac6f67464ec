import BrokerStore
import Foundation
import Identity
import SignalingProtocol

/// Cases that their citizens have handed to a phone. A plain value; time is an argument.
struct HandOvers {
    /// A change that must be on disk before anybody is told of it.
    struct Change {
        let row: HandOverRow?
        let caseID: CaseID
        let number: Int
    }

    private var byCase: [CaseID: HandOverRow] = [:]
    private var changes = 0

    init(_ rows: [HandOverRow] = [], at now: Instant) {
        for row in rows {
            if let kept = row.without(expiredAt: now) { byCase[row.caseID] = kept }
        }
    }

    /// Makes a token for a phone to come in by. An earlier one that was not used is worthless from now on; a phone that is in stays.
    mutating func begin(_ caseID: CaseID, citizen: CitizenID, at now: Instant) -> (token: SignInToken, expiresAt: Instant, changes: [Change]) {
        let ended = dropExpired(at: now)
        let token = SignInToken(byteCount: ServerLimits.handOverTokenBytes)
        let expiresAt = now + ServerLimits.handOverLifetime
        var row = byCase[caseID] ?? HandOverRow(caseID: caseID, citizen: citizen)
        row.token = HandOverRow.Pass(hash: token.hash, expiresAt: expiresAt)
        return (token, expiresAt, ended + [put(row)])
    }

    /// Uses a token up. The phone that was in before is out.
    /// - Returns: nil for a token that is wrong, used or expired.
    mutating func redeem(_ secret: String, at now: Instant) -> (phone: SignInToken, row: HandOverRow, change: Change)? {
        let hash = SignInToken.hash(of: secret)
        guard var row = byCase.values.first(where: { $0.token?.hash == hash }), let token = row.token, token.expiresAt > now else { return nil }
        let phone = SignInToken()
        row.token = nil
        row.phone = HandOverRow.Pass(hash: phone.hash, expiresAt: now + ServerLimits.phoneLifetime)
        return (phone, row, put(row))
    }

    /// The hand-over that a phone is in by.
    func phone(token secret: String?, at now: Instant) -> HandOverRow? {
        guard let hash = secret.map(SignInToken.hash) else { return nil }
        return byCase.values.first { $0.phone?.hash == hash && ($0.phone?.expiresAt ?? now) > now }
    }

    mutating func end(_ caseID: CaseID) -> [Change] {
        guard byCase.removeValue(forKey: caseID) != nil else { return [] }
        return [change(nil, of: caseID)]
    }

    mutating func endAll(of citizen: CitizenID) -> [Change] {
        byCase.values.filter { $0.citizen == citizen }.flatMap { end($0.caseID) }
    }

    private mutating func dropExpired(at now: Instant) -> [Change] {
        byCase.values.filter { $0.without(expiredAt: now) == nil }.flatMap { end($0.caseID) }
    }

    private mutating func put(_ row: HandOverRow) -> Change {
        byCase[row.caseID] = row
        return change(row, of: row.caseID)
    }

    private mutating func change(_ row: HandOverRow?, of caseID: CaseID) -> Change {
        changes += 1
        return Change(row: row, caseID: caseID, number: changes)
    }
}

extension HandOverRow {
    /// - Returns: nil when nothing is left.
    fileprivate func without(expiredAt now: Instant) -> HandOverRow? {
        var row = self
        if let token, token.expiresAt <= now { row.token = nil }
        if let phone, phone.expiresAt <= now { row.phone = nil }
        return row.token == nil && row.phone == nil ? nil : row
    }
}
