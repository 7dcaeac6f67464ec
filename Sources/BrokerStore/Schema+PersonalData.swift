extension Schema {
    /// Consents, erasure and retention of personal data. What was never to be changed may be emptied, and only of a case that was erased.
    static let personalData = """
        -- When everything personal of it was taken out. What stays: its number, item, dates, verdicts by their codes and the outcomes' kind.
        ALTER TABLE service_case ADD COLUMN erased_at_ms INTEGER;
        CREATE TRIGGER service_case_stays_erased BEFORE UPDATE ON service_case
            WHEN OLD.erased_at_ms IS NOT NULL AND (NEW.erased_at_ms IS NOT OLD.erased_at_ms OR NEW.citizen_name <> '' OR NEW.look_up_code <> OLD.look_up_code)
            BEGIN SELECT RAISE(ABORT, 'what was erased stays so'); END;

        DROP TRIGGER outcome_is_immutable;
        CREATE TRIGGER outcome_is_immutable BEFORE UPDATE ON precheck_outcome
            WHEN NEW.case_id <> OLD.case_id OR NEW.version <> OLD.version OR NEW.session <> OLD.session OR NEW.result <> OLD.result
                OR NEW.concluded_at_ms <> OLD.concluded_at_ms
                OR NOT EXISTS (SELECT 1 FROM service_case WHERE id = OLD.case_id AND erased_at_ms IS NOT NULL)
            BEGIN SELECT RAISE(ABORT, 'an outcome is never changed'); END;

        -- Its printed form is gone from the vault; number, code and hash stay, so that a paper can be told from a forgery.
        ALTER TABLE notice ADD COLUMN pdf_erased INTEGER NOT NULL DEFAULT 0 CHECK (pdf_erased IN (0, 1));

        -- What a person was asked and said, each time. The text itself is kept with the programme, by its version; the hash says that it was this one.
        CREATE TABLE consent (
            id INTEGER PRIMARY KEY,
            citizen TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('identity-documents', 'recording')),
            text_version TEXT NOT NULL,
            language TEXT NOT NULL,
            text_sha256 TEXT NOT NULL CHECK (length(text_sha256) = 64),
            given INTEGER NOT NULL CHECK (given IN (0, 1)),
            at_ms INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX consent_of_citizen ON consent (citizen, kind, id);
        CREATE TRIGGER consent_is_immutable BEFORE UPDATE ON consent BEGIN SELECT RAISE(ABORT, 'what was said is never changed'); END;
        CREATE TRIGGER consent_stays BEFORE DELETE ON consent BEGIN SELECT RAISE(ABORT, 'what was said is never deleted'); END;
        """
}
