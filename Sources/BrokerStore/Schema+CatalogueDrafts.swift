extension Schema {
    /// How versions of items come to be: drafts, the day from which a version is valid, halls that wait for that day, and items that are withdrawn.
    static let catalogueDrafts = """
        -- Every saved state of an item's draft. The newest row counts; without a body the draft has been published or discarded. A revision is never used
        -- again, so that a page that stayed open cannot take a later draft for its own.
        CREATE TABLE item_draft (
            code TEXT NOT NULL,
            revision INTEGER NOT NULL CHECK (revision > 0),
            -- The version that the writer had before their eyes; null for an item that has none yet.
            based_on INTEGER,
            body TEXT CHECK (body IS NULL OR json_valid(body)),
            changed_at_ms INTEGER NOT NULL,
            changed_by TEXT NOT NULL REFERENCES account (id),
            PRIMARY KEY (code, revision)
        ) STRICT;
        CREATE VIEW newest_draft AS SELECT * FROM item_draft AS draft
            WHERE revision = (SELECT max(revision) FROM item_draft AS other WHERE other.code = draft.code);
        CREATE TRIGGER item_draft_is_immutable BEFORE UPDATE ON item_draft
            BEGIN SELECT RAISE(ABORT, 'a saved draft is never changed'); END;
        CREATE TRIGGER item_draft_stays BEFORE DELETE ON item_draft
            BEGIN SELECT RAISE(ABORT, 'a saved draft is never deleted'); END;

        -- Who published a version, and from which day it is valid. A version without a row came with a catalogue file at the terminal and is valid at once.
        CREATE TABLE item_publication (
            code TEXT NOT NULL,
            version INTEGER NOT NULL,
            valid_from TEXT NOT NULL CHECK (valid_from GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
            published_at_ms INTEGER NOT NULL,
            published_by TEXT NOT NULL REFERENCES account (id),
            PRIMARY KEY (code, version),
            FOREIGN KEY (code, version) REFERENCES item_version (code, version)
        ) STRICT;

        -- A hall that wants a version as soon as it is valid.
        CREATE TABLE planned_adoption (
            id INTEGER PRIMARY KEY,
            hall TEXT NOT NULL REFERENCES hall (id),
            item_code TEXT NOT NULL,
            item_version INTEGER NOT NULL,
            chosen_at_ms INTEGER NOT NULL,
            chosen_by TEXT NOT NULL REFERENCES account (id),
            -- Null: it is still to come. Overtaken: the hall had a newer version by then.
            outcome TEXT CHECK (outcome IN ('adopted', 'overtaken', 'cancelled')),
            FOREIGN KEY (item_code, item_version) REFERENCES item_version (code, version)
        ) STRICT;
        CREATE UNIQUE INDEX one_plan_per_version ON planned_adoption (hall, item_code, item_version) WHERE outcome IS NULL;

        -- Whether new visits may be opened for an item. The newest row of an item counts; without one it is offered.
        CREATE TABLE item_withdrawal (
            id INTEGER PRIMARY KEY,
            code TEXT NOT NULL,
            withdrawn INTEGER NOT NULL CHECK (withdrawn IN (0, 1)),
            why TEXT NOT NULL,
            decided_at_ms INTEGER NOT NULL,
            decided_by TEXT NOT NULL REFERENCES account (id)
        ) STRICT;
        CREATE INDEX item_withdrawal_newest ON item_withdrawal (code, id);
        CREATE VIEW withdrawn_item AS SELECT * FROM item_withdrawal
            WHERE withdrawn = 1 AND id IN (SELECT max(id) FROM item_withdrawal GROUP BY code);
        """
}
