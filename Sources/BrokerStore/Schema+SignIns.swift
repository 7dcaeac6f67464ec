extension Schema {
    /// What a person is told of their own sign-ins, and when an unused one ends.
    static let signIns = """
        ALTER TABLE sign_in ADD COLUMN id TEXT;
        -- Random, in the form of a UUID (version 4).
        UPDATE sign_in SET id = lower(
            hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-8' || substr(hex(randomblob(2)), 2)
            || '-' || hex(randomblob(6)));
        CREATE UNIQUE INDEX sign_in_id ON sign_in (id);
        -- What was there before counts as used until it expires.
        ALTER TABLE sign_in ADD COLUMN created_at_ms INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE sign_in ADD COLUMN seen_at_ms INTEGER NOT NULL DEFAULT 0;
        UPDATE sign_in SET created_at_ms = expires_at_ms, seen_at_ms = expires_at_ms;
        ALTER TABLE sign_in ADD COLUMN kept_until_ms INTEGER;
        ALTER TABLE sign_in ADD COLUMN device TEXT NOT NULL DEFAULT '';
        """
}
