extension Schema {
    /// How well it is known who a citizen is, what a hall asks for, and which sign-ins a provider of identities can end.
    static let identityProviders = """
        ALTER TABLE citizen ADD COLUMN assurance TEXT NOT NULL DEFAULT 'guest' CHECK (assurance IN ('guest', 'verified'));

        ALTER TABLE hall ADD COLUMN guests_may_consult INTEGER NOT NULL DEFAULT 1 CHECK (guests_may_consult IN (0, 1));
        ALTER TABLE hall ADD COLUMN guests_may_pre_review INTEGER NOT NULL DEFAULT 0 CHECK (guests_may_pre_review IN (0, 1));
        -- What a hall did until now it goes on doing, until its administrator says otherwise.
        UPDATE hall SET guests_may_pre_review = 1;

        -- Recognisable only with a key outside of the database.
        CREATE TABLE vouched_sign_in (
            token_hash BLOB PRIMARY KEY,
            provider TEXT NOT NULL,
            subject BLOB NOT NULL CHECK (length(subject) = 32),
            session BLOB CHECK (length(session) = 32)
        ) STRICT;
        CREATE TRIGGER vouched_sign_in_goes_with_it AFTER DELETE ON sign_in
            BEGIN DELETE FROM vouched_sign_in WHERE token_hash = OLD.token_hash; END;
        """
}
