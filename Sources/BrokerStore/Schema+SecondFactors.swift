extension Schema {
    /// What a member of staff signs in with beside the password, and since when a password is there.
    static let secondFactors = """
        CREATE TABLE second_factor (
            id TEXT PRIMARY KEY,
            account TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            kind TEXT NOT NULL CHECK (kind IN ('totp', 'passkey')),
            name TEXT NOT NULL CHECK (name <> ''),
            -- Of a TOTP: sealed by a key that is not in this database; and the step of the code that was taken last.
            sealed_secret BLOB,
            last_step INTEGER,
            -- Of a passkey.
            credential BLOB UNIQUE,
            algorithm INTEGER,
            public_key BLOB,
            counter INTEGER,
            relying_party TEXT,
            added_at_ms INTEGER NOT NULL,
            used_at_ms INTEGER,
            CHECK ((kind = 'totp') = (sealed_secret IS NOT NULL)),
            CHECK ((kind = 'passkey') = (credential IS NOT NULL AND algorithm IS NOT NULL AND public_key IS NOT NULL AND counter IS NOT NULL
                AND relying_party IS NOT NULL)),
            CHECK (kind = 'totp' OR last_step IS NULL)
        ) STRICT;
        CREATE INDEX second_factor_account ON second_factor (account);
        CREATE TRIGGER used_code_stays_used BEFORE UPDATE OF last_step ON second_factor
            WHEN OLD.last_step IS NOT NULL AND (NEW.last_step IS NULL OR NEW.last_step < OLD.last_step)
            BEGIN SELECT RAISE(ABORT, 'a code that was used stays used'); END;
        CREATE TRIGGER passkey_counts_up BEFORE UPDATE OF counter ON second_factor WHEN NEW.counter < OLD.counter
            BEGIN SELECT RAISE(ABORT, 'a passkey counts up'); END;

        -- Each lets in once, for whose telephone is lost. The hash needs a key that is not in this database.
        CREATE TABLE recovery_code (
            account TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            hash BLOB NOT NULL CHECK (length(hash) = 32),
            PRIMARY KEY (account, hash)
        ) STRICT;

        -- Null: from before it was written down.
        ALTER TABLE account ADD COLUMN password_set_at_ms INTEGER;
        -- Passwords that an account had, so that the rules can say: not again.
        CREATE TABLE password_before (
            id INTEGER PRIMARY KEY,
            account TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            hash TEXT NOT NULL,
            replaced_at_ms INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX password_before_account ON password_before (account, id);
        """
}
