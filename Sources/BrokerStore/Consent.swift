import GRDB
import SignalingProtocol

/// What a consent is about. They are asked for apart from each other.
public enum ConsentKind: String, CaseIterable, Codable, Sendable {
    /// Handing in papers with somebody's identity on them. Without it there is consultation, and no pre-review.
    case identityDocuments = "identity-documents"
    /// Picture and sound of a visit being kept. Without it everything is as with it.
    case recording
}

/// What a citizen said to one text, at one time. The newest of a kind counts.
public struct ConsentRow: Hashable, Sendable {
    public let citizen: CitizenID
    public let kind: ConsentKind
    public let textVersion: String
    public let language: SignalingProtocol.Locale
    /// Of the text as it was shown, lower-case hexadecimal.
    public let textHash: String
    /// False: refused or withdrawn.
    public let isGiven: Bool
    public let at: Instant

    public init(
        citizen: CitizenID, kind: ConsentKind, textVersion: String, language: SignalingProtocol.Locale, textHash: String, isGiven: Bool, at: Instant
    ) {
        self.citizen = citizen
        self.kind = kind
        self.textVersion = textVersion
        self.language = language
        self.textHash = textHash
        self.isGiven = isGiven
        self.at = at
    }
}

extension BrokerStore {
    static func write(_ row: ConsentRow, to db: Database) throws {
        try db.execute(
            sql: "INSERT INTO consent (citizen, kind, text_version, language, text_sha256, given, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                row.citizen.description, row.kind.rawValue, row.textVersion, row.language.rawValue, row.textHash, row.isGiven, row.at.milliseconds,
            ])
    }

    /// Everything a citizen ever said, oldest first.
    public func consents(of citizen: CitizenID) throws(StoreError) -> [ConsentRow] {
        try read("consent") { db in
            try Row.fetchAll(db, sql: "SELECT * FROM consent WHERE citizen = ? ORDER BY id", arguments: [citizen.description]).map(Self.consent)
        }
    }

    /// What counts now of everybody who is signed in.
    public func consentsOfSignedInCitizens() throws(StoreError) -> [ConsentRow] {
        try read("consent") { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM consent WHERE id IN (SELECT max(id) FROM consent GROUP BY citizen, kind)
                    AND citizen IN (SELECT person FROM sign_in WHERE role = 'citizen')
                    """
            ).map(Self.consent)
        }
    }

    private static func consent(_ row: Row) throws -> ConsentRow {
        guard let kind = ConsentKind(rawValue: row["kind"]), let language = SignalingProtocol.Locale(rawValue: row["language"]) else {
            throw StoreError.unreadable(table: "consent", cause: "kind or language is none of ours")
        }
        return ConsentRow(
            citizen: try row.identifier("citizen"), kind: kind, textVersion: row["text_version"], language: language, textHash: row["text_sha256"],
            isGiven: row["given"], at: row.instant("at_ms"))
    }
}
