extension Schema {
    /// Who did what, each row sealed with the one before it.
    static let audit = """
        -- One row: which key the chain was begun with. A server with another key does not go on with it.
        CREATE TABLE audit_chain (id INTEGER PRIMARY KEY CHECK (id = 1), key_id TEXT NOT NULL) STRICT;

        CREATE TABLE audit_entry (
            sequence INTEGER PRIMARY KEY,
            at_ms INTEGER NOT NULL,
            actor_kind TEXT NOT NULL CHECK (actor_kind IN ('nobody', 'citizen', 'staff', 'system')),
            -- Of the citizen or the account. No reference: the audit outlives what it speaks of.
            actor TEXT,
            account TEXT,
            act TEXT NOT NULL,
            object TEXT,
            hall TEXT,
            address TEXT NOT NULL,
            outcome TEXT NOT NULL,
            reason TEXT,
            detail TEXT NOT NULL,
            -- HMAC-SHA256 over the row before's and the columns above.
            mac BLOB NOT NULL CHECK (length(mac) = 32)
        ) STRICT;
        CREATE INDEX audit_entry_at ON audit_entry (at_ms);
        CREATE INDEX audit_entry_of_account ON audit_entry (account, sequence) WHERE account IS NOT NULL;
        CREATE INDEX audit_entry_of_actor ON audit_entry (actor, sequence) WHERE actor IS NOT NULL;
        CREATE INDEX audit_entry_on_object ON audit_entry (object, sequence) WHERE object IS NOT NULL;
        CREATE TRIGGER audit_entry_is_immutable BEFORE UPDATE ON audit_entry BEGIN SELECT RAISE(ABORT, 'what was done is never changed'); END;

        -- Stands for the rows up to `through`, which were kept long enough and then removed.
        CREATE TABLE audit_checkpoint (
            through INTEGER PRIMARY KEY,
            made_at_ms INTEGER NOT NULL,
            -- Of the newest row removed.
            newest_at_ms INTEGER NOT NULL,
            mac BLOB NOT NULL CHECK (length(mac) = 32),
            seal BLOB NOT NULL CHECK (length(seal) = 32)
        ) STRICT;
        CREATE TRIGGER audit_entry_stays BEFORE DELETE ON audit_entry
            WHEN OLD.sequence > coalesce((SELECT max(through) FROM audit_checkpoint), 0)
            BEGIN SELECT RAISE(ABORT, 'what was done is never deleted'); END;
        """
}
