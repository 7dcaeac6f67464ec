extension Schema {
    /// Which version of an item each hall has, and that no version is ever changed.
    static let adoptions = """
        -- A correction of an item is its next version. `published` says which version every hall had when the item came; what counts since is `item_adoption`.
        CREATE TRIGGER item_version_is_immutable BEFORE UPDATE ON item_version
            BEGIN SELECT RAISE(ABORT, 'a version of an item is never changed'); END;
        CREATE TRIGGER item_version_stays BEFORE DELETE ON item_version
            BEGIN SELECT RAISE(ABORT, 'a version of an item is never deleted'); END;

        -- Which version of an item a hall took on, when, and who said so. The newest row of hall and item counts; the others are its history.
        CREATE TABLE item_adoption (
            id INTEGER PRIMARY KEY,
            hall TEXT NOT NULL REFERENCES hall (id),
            item_code TEXT NOT NULL,
            item_version INTEGER NOT NULL,
            -- The version before; null in the first row of hall and item.
            replaces INTEGER,
            adopted_at_ms INTEGER NOT NULL,
            -- Null: it came with the loading of the catalogue.
            adopted_by TEXT REFERENCES account (id),
            FOREIGN KEY (item_code, item_version) REFERENCES item_version (code, version),
            CHECK (replaces IS NOT item_version)
        ) STRICT;
        CREATE INDEX item_adoption_newest ON item_adoption (hall, item_code, id);
        CREATE VIEW adopted_version AS SELECT * FROM item_adoption WHERE id IN (SELECT max(id) FROM item_adoption GROUP BY hall, item_code);
        CREATE TRIGGER item_adoption_is_immutable BEFORE UPDATE ON item_adoption
            BEGIN SELECT RAISE(ABORT, 'an adoption is never changed'); END;
        CREATE TRIGGER item_adoption_stays BEFORE DELETE ON item_adoption
            BEGIN SELECT RAISE(ABORT, 'an adoption is never deleted'); END;
        CREATE TRIGGER item_adoption_follows BEFORE INSERT ON item_adoption
            WHEN NEW.replaces IS NOT (SELECT item_version FROM adopted_version WHERE hall = NEW.hall AND item_code = NEW.item_code)
            BEGIN SELECT RAISE(ABORT, 'a hall has adopted another version meanwhile'); END;

        INSERT INTO item_adoption (hall, item_code, item_version, adopted_at_ms)
            SELECT hall.id, code, version, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)
            FROM hall, item_version WHERE published = 1 ORDER BY hall.id, code;
        """
}
