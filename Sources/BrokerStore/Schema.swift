import GRDB

/// The database's shape. Migrations only go forward; a released one is never edited.
///
/// What must never be is forbidden here as well as in the broker: a partial unique index cannot be talked round by a defect.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 first light") { db in
            try db.execute(sql: catalogueAndPeople)
            try db.execute(sql: queueAndSessions)
            try db.execute(sql: precheck)
        }
        migrator.registerMigration("2 consult") { db in try db.execute(sql: consult) }
        migrator.registerMigration("3 pre-review kept as evidence") { db in try db.execute(sql: preReview) }
        migrator.registerMigration("4 opening hours") { db in try db.execute(sql: openingHours) }
        migrator.registerMigration("5 halls adopt versions") { db in try db.execute(sql: adoptions) }
        migrator.registerMigration("6 seat schedules") { db in try seatSchedules(db) }
        migrator.registerMigration("7 appointments") { db in try db.execute(sql: appointments) }
        migrator.registerMigration("8 catalogue drafts") { db in try db.execute(sql: catalogueDrafts) }
        migrator.registerMigration("9 report indexes") { db in try db.execute(sql: figures) }
        migrator.registerMigration("10 where halls are") { db in try db.execute(sql: places) }
        migrator.registerMigration("12 floor") { db in try db.execute(sql: floor) }
        migrator.registerMigration("11 people") { db in try db.execute(sql: people) }
        migrator.registerMigration("13 sign-ins") { db in try db.execute(sql: signIns) }
        migrator.registerMigration("14 identity providers") { db in try db.execute(sql: identityProviders) }
        migrator.registerMigration("15 second factors") { db in try db.execute(sql: secondFactors) }
        migrator.registerMigration("16 audit chain") { db in try db.execute(sql: audit) }
        migrator.registerMigration("17 personal data") { db in try db.execute(sql: personalData) }
        return migrator
    }

    private static let catalogueAndPeople = """
        CREATE TABLE hall (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            -- Halls that take this one's tickets when they have waited too long.
            overflow TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(overflow))
        ) STRICT;

        -- A version is written once; what a case was opened with can always be read again.
        CREATE TABLE item_version (
            code TEXT NOT NULL,
            version INTEGER NOT NULL CHECK (version > 0),
            body TEXT NOT NULL CHECK (json_valid(body)),
            published INTEGER NOT NULL CHECK (published IN (0, 1)),
            PRIMARY KEY (code, version)
        ) STRICT;
        CREATE UNIQUE INDEX one_published_version ON item_version (code) WHERE published = 1;

        CREATE TABLE account (
            id TEXT PRIMARY KEY,
            account TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            hall TEXT NOT NULL REFERENCES hall (id),
            roles TEXT NOT NULL CHECK (json_valid(roles)),
            skills TEXT NOT NULL CHECK (json_valid(skills)),
            password_hash TEXT NOT NULL
        ) STRICT;

        CREATE TABLE citizen (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            telephone TEXT NOT NULL,
            terms_version TEXT NOT NULL,
            signed_in_at_ms INTEGER NOT NULL
        ) STRICT;

        -- Only the hash of a token is kept: who reads the database cannot sign in with it.
        CREATE TABLE sign_in (
            token_hash BLOB PRIMARY KEY,
            role TEXT NOT NULL CHECK (role IN ('citizen', 'staff')),
            person TEXT NOT NULL,
            expires_at_ms INTEGER NOT NULL
        ) STRICT;
        """

    private static let queueAndSessions = """
        CREATE TABLE service_case (
            id TEXT PRIMARY KEY,
            number TEXT NOT NULL UNIQUE,
            look_up_code TEXT NOT NULL,
            citizen TEXT NOT NULL,
            citizen_name TEXT NOT NULL,
            hall TEXT NOT NULL REFERENCES hall (id),
            item_code TEXT NOT NULL,
            item_version INTEGER NOT NULL,
            item_name TEXT NOT NULL,
            opened_at_ms INTEGER NOT NULL,
            FOREIGN KEY (item_code, item_version) REFERENCES item_version (code, version)
        ) STRICT;

        CREATE TABLE ticket (
            id TEXT PRIMARY KEY,
            number TEXT NOT NULL,
            hall TEXT NOT NULL REFERENCES hall (id),
            item_code TEXT NOT NULL,
            item_version INTEGER NOT NULL,
            item_name TEXT NOT NULL,
            item_group TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('consultation', 'pre-review')),
            citizen TEXT NOT NULL,
            case_id TEXT NOT NULL REFERENCES service_case (id),
            lane TEXT NOT NULL CHECK (lane IN ('priority', 'appointment', 'ready', 'guided', 'ordinary')),
            language TEXT CHECK (language IN ('mandarin', 'teochew', 'english', 'sign')),
            taken_at_ms INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (
                state IN ('waiting', 'reserved', 'serving', 'parked', 'done', 'abandoned', 'no-show', 'expired', 'declined')),
            earlier_rings INTEGER NOT NULL CHECK (earlier_rings >= 0),
            call_back TEXT CHECK (call_back IN ('away', 'asked', 'confirmed')),
            directed_to TEXT REFERENCES seat (id),
            directed_until_ms INTEGER,
            transfer TEXT CHECK (transfer IS NULL OR json_valid(transfer)),
            earlier_agent TEXT,
            estimate_p50_ms INTEGER,
            estimate_p80_ms INTEGER,
            first_rung_at_ms INTEGER,
            deadline_ms INTEGER,
            ended_at_ms INTEGER,
            CHECK ((state IN ('waiting', 'reserved', 'serving', 'parked')) = (ended_at_ms IS NULL)),
            CHECK ((directed_to IS NULL) = (directed_until_ms IS NULL))
        ) STRICT;
        CREATE INDEX ticket_taken ON ticket (hall, taken_at_ms);
        CREATE INDEX ticket_case ON ticket (case_id);
        CREATE UNIQUE INDEX one_live_ticket_per_citizen ON ticket (citizen)
            WHERE state IN ('waiting', 'reserved', 'serving', 'parked');
        CREATE TRIGGER ticket_stays_ended BEFORE UPDATE OF state ON ticket
            WHEN OLD.ended_at_ms IS NOT NULL AND NEW.state <> OLD.state
            BEGIN SELECT RAISE(ABORT, 'a terminal ticket state is never left'); END;

        CREATE TABLE seat (
            id TEXT PRIMARY KEY,
            hall TEXT NOT NULL REFERENCES hall (id),
            number TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('signed-off', 'not-ready', 'ready', 'reserved', 'ringing', 'in-session', 'wrap-up')),
            not_ready_reason TEXT,
            agent TEXT,
            agent_name TEXT NOT NULL,
            skills TEXT NOT NULL CHECK (json_valid(skills)),
            since_ms INTEGER NOT NULL,
            idle_since_ms INTEGER NOT NULL,
            deadline_ms INTEGER,
            UNIQUE (hall, number),
            CHECK ((state = 'signed-off') = (agent IS NULL)),
            CHECK ((state = 'not-ready') = (not_ready_reason IS NOT NULL))
        ) STRICT;
        CREATE UNIQUE INDEX one_seat_per_agent ON seat (agent) WHERE agent IS NOT NULL;

        CREATE TABLE reservation (
            id TEXT PRIMARY KEY,
            ticket TEXT NOT NULL REFERENCES ticket (id),
            seat TEXT NOT NULL REFERENCES seat (id),
            agent TEXT NOT NULL,
            why TEXT NOT NULL CHECK (json_valid(why)),
            created_at_ms INTEGER NOT NULL,
            deadline_ms INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('pending', 'accepted', 'rejected', 'timed-out', 'cancelled', 'rescinded')),
            reject_reason TEXT,
            ended_at_ms INTEGER,
            CHECK ((state = 'pending') = (ended_at_ms IS NULL)),
            CHECK ((state = 'rejected') = (reject_reason IS NOT NULL))
        ) STRICT;
        CREATE UNIQUE INDEX one_pending_reservation_per_seat ON reservation (seat) WHERE state = 'pending';
        CREATE UNIQUE INDEX one_pending_reservation_per_ticket ON reservation (ticket) WHERE state = 'pending';

        CREATE TABLE session (
            id TEXT PRIMARY KEY,
            ticket TEXT NOT NULL REFERENCES ticket (id),
            ticket_number TEXT NOT NULL,
            case_id TEXT NOT NULL REFERENCES service_case (id),
            kind TEXT NOT NULL CHECK (kind IN ('consultation', 'pre-review')),
            hall TEXT NOT NULL REFERENCES hall (id),
            seat TEXT NOT NULL REFERENCES seat (id),
            seat_number TEXT NOT NULL,
            agent TEXT NOT NULL,
            agent_name TEXT NOT NULL,
            citizen TEXT NOT NULL,
            citizen_name TEXT NOT NULL,
            why TEXT NOT NULL CHECK (json_valid(why)),
            started_at_ms INTEGER NOT NULL,
            transfer TEXT CHECK (transfer IS NULL OR json_valid(transfer)),
            state TEXT NOT NULL CHECK (state IN ('ringing', 'connected', 'held', 'reconnecting', 'wrap-up', 'closed')),
            calls INTEGER NOT NULL CHECK (calls > 0),
            media_epoch INTEGER NOT NULL CHECK (media_epoch >= 0),
            deadline_ms INTEGER,
            disposition TEXT,
            note TEXT NOT NULL,
            ended_at_ms INTEGER,
            closed_at_ms INTEGER,
            CHECK ((state = 'closed') = (closed_at_ms IS NOT NULL)),
            CHECK (state <> 'closed' OR disposition IS NOT NULL)
        ) STRICT;
        CREATE UNIQUE INDEX one_open_session_per_seat ON session (seat) WHERE state <> 'closed';
        -- A session that was handed on is still in wrap-up at the old seat when the next one starts.
        CREATE UNIQUE INDEX one_live_session_per_ticket ON session (ticket) WHERE state NOT IN ('wrap-up', 'closed');
        CREATE INDEX session_started ON session (started_at_ms);
        CREATE INDEX session_hall ON session (hall, started_at_ms);
        CREATE INDEX session_case ON session (case_id);
        CREATE TRIGGER session_stays_closed BEFORE UPDATE OF state ON session
            WHEN OLD.state = 'closed' AND NEW.state <> 'closed'
            BEGIN SELECT RAISE(ABORT, 'a closed session is never reopened'); END;

        CREATE TABLE session_event (
            id INTEGER PRIMARY KEY,
            session TEXT NOT NULL REFERENCES session (id),
            kind TEXT NOT NULL,
            at_ms INTEGER NOT NULL,
            detail TEXT NOT NULL
        ) STRICT;
        CREATE INDEX session_event_session ON session_event (session, id);

        CREATE TABLE chat_message (
            id TEXT NOT NULL,
            session TEXT NOT NULL REFERENCES session (id),
            sender TEXT NOT NULL CHECK (sender IN ('citizen', 'agent')),
            text TEXT NOT NULL,
            at_ms INTEGER NOT NULL,
            PRIMARY KEY (session, id)
        ) STRICT;
        """

    private static let preReview = """
        ALTER TABLE material_file ADD COLUMN rotation INTEGER NOT NULL DEFAULT 0 CHECK (rotation IN (0, 90, 180, 270));
        ALTER TABLE material_file ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE material_file ADD COLUMN pages INTEGER CHECK (pages > 0);
        ALTER TABLE material_file ADD COLUMN machine_check TEXT NOT NULL DEFAULT 'skipped' CHECK (machine_check IN ('pending', 'done', 'skipped'));
        ALTER TABLE material_file ADD COLUMN findings TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(findings));
        -- Of how the pages look, a list of hexadecimal words each.
        ALTER TABLE material_file ADD COLUMN picture_hashes TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(picture_hashes));
        ALTER TABLE material_file ADD COLUMN still TEXT;
        ALTER TABLE verdict ADD COLUMN due_by TEXT;
        CREATE INDEX service_case_citizen ON service_case (citizen);

        CREATE TABLE condition_answer (
            case_id TEXT NOT NULL REFERENCES service_case (id),
            material TEXT NOT NULL,
            applies INTEGER NOT NULL CHECK (applies IN (0, 1)),
            PRIMARY KEY (case_id, material)
        ) STRICT;

        CREATE TABLE case_field (
            case_id TEXT NOT NULL REFERENCES service_case (id),
            key TEXT NOT NULL CHECK (key IN ('person-name', 'identity-number', 'organisation-name', 'credit-code', 'telephone')),
            value TEXT NOT NULL,
            PRIMARY KEY (case_id, key)
        ) STRICT;

        CREATE TABLE field_correction (
            id TEXT PRIMARY KEY,
            case_id TEXT NOT NULL REFERENCES service_case (id),
            session TEXT NOT NULL REFERENCES session (id),
            key TEXT NOT NULL CHECK (key IN ('person-name', 'identity-number', 'organisation-name', 'credit-code', 'telephone')),
            old_value TEXT NOT NULL,
            new_value TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('proposed', 'accepted', 'declined', 'withdrawn')),
            proposed_at_ms INTEGER NOT NULL,
            answered_at_ms INTEGER,
            CHECK ((state = 'proposed') = (answered_at_ms IS NULL))
        ) STRICT;
        CREATE INDEX field_correction_session ON field_correction (session);
        CREATE UNIQUE INDEX one_open_correction_per_field ON field_correction (case_id, key) WHERE state = 'proposed';

        CREATE TABLE still (
            id TEXT PRIMARY KEY,
            case_id TEXT NOT NULL REFERENCES service_case (id),
            session TEXT NOT NULL REFERENCES session (id),
            material TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('asked', 'taken', 'stored', 'declined', 'expired')),
            -- What the citizen's device said the picture is, before its bytes came.
            sha256 TEXT,
            file TEXT REFERENCES material_file (id),
            asked_at_ms INTEGER NOT NULL,
            deadline_ms INTEGER,
            CHECK ((state IN ('asked', 'taken')) = (deadline_ms IS NOT NULL)),
            CHECK ((state = 'stored') = (file IS NOT NULL)),
            CHECK (state NOT IN ('taken', 'stored') OR sha256 IS NOT NULL)
        ) STRICT;
        CREATE INDEX still_session ON still (session);
        CREATE UNIQUE INDEX one_open_still_per_session ON still (session) WHERE state IN ('asked', 'taken');

        CREATE TABLE material_reopening (
            id INTEGER PRIMARY KEY,
            case_id TEXT NOT NULL REFERENCES service_case (id),
            session TEXT NOT NULL REFERENCES session (id),
            material TEXT NOT NULL,
            reason TEXT NOT NULL,
            at_ms INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX material_reopening_case ON material_reopening (case_id);

        CREATE TABLE notice (
            number TEXT PRIMARY KEY,
            case_id TEXT NOT NULL REFERENCES service_case (id),
            version INTEGER NOT NULL,
            code TEXT NOT NULL,
            issued_at_ms INTEGER NOT NULL,
            confirmed_at_ms INTEGER,
            -- The printable form, once somebody asked for it: the same bytes ever after.
            pdf_sha256 TEXT,
            pdf_file TEXT,
            UNIQUE (case_id, version),
            FOREIGN KEY (case_id, version) REFERENCES precheck_outcome (case_id, version),
            CHECK ((pdf_sha256 IS NULL) = (pdf_file IS NULL))
        ) STRICT;
        CREATE TRIGGER notice_is_immutable BEFORE UPDATE ON notice
            WHEN NEW.code <> OLD.code OR NEW.version <> OLD.version OR NEW.case_id <> OLD.case_id OR NEW.issued_at_ms <> OLD.issued_at_ms
                OR (OLD.confirmed_at_ms IS NOT NULL AND NEW.confirmed_at_ms IS NOT OLD.confirmed_at_ms)
                OR (OLD.pdf_sha256 IS NOT NULL AND (NEW.pdf_sha256 IS NOT OLD.pdf_sha256 OR NEW.pdf_file IS NOT OLD.pdf_file))
            BEGIN SELECT RAISE(ABORT, 'a notice is never changed'); END;
        CREATE TRIGGER notice_stays BEFORE DELETE ON notice
            BEGIN SELECT RAISE(ABORT, 'a notice is never deleted'); END;

        CREATE TABLE floor_task (
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind IN ('told-twice')),
            hall TEXT NOT NULL REFERENCES hall (id),
            case_id TEXT NOT NULL REFERENCES service_case (id),
            session TEXT NOT NULL REFERENCES session (id),
            version INTEGER NOT NULL,
            material TEXT NOT NULL,
            raised_at_ms INTEGER NOT NULL,
            closed_at_ms INTEGER,
            closed_by TEXT,
            CHECK ((closed_at_ms IS NULL) = (closed_by IS NULL))
        ) STRICT;
        CREATE INDEX floor_task_open ON floor_task (hall, raised_at_ms) WHERE closed_at_ms IS NULL;
        """

    private static let openingHours = """
        -- A year whose notice of public holidays was loaded. One that is not here is unknown, and is never computed.
        CREATE TABLE calendar_year (
            year INTEGER PRIMARY KEY CHECK (year BETWEEN 2000 AND 2999),
            source TEXT NOT NULL
        ) STRICT;
        CREATE TABLE calendar_day (
            date TEXT PRIMARY KEY CHECK (date IS date(date, '+0 days')),
            year INTEGER NOT NULL REFERENCES calendar_year (year) CHECK (year = CAST(substr(date, 1, 4) AS INTEGER)),
            rule TEXT NOT NULL CHECK (rule IN ('holiday', 'makeup-workday')),
            name TEXT NOT NULL
        ) STRICT;

        CREATE TABLE seat_schedule (
            hall TEXT PRIMARY KEY REFERENCES hall (id),
            -- IANA name.
            zone TEXT NOT NULL,
            -- A make-up workday is worked like this day of the week, 1 for Monday.
            makeup_workday INTEGER NOT NULL CHECK (makeup_workday BETWEEN 1 AND 7),
            -- Where the hours come from; GK is general knowledge, to verify.
            source TEXT NOT NULL
        ) STRICT;
        -- A day that differs from the week, whatever the calendar says of it. Without an interval it is closed.
        CREATE TABLE schedule_exception (
            hall TEXT NOT NULL REFERENCES seat_schedule (hall),
            date TEXT NOT NULL CHECK (date IS date(date, '+0 days')),
            note TEXT NOT NULL,
            PRIMARY KEY (hall, date)
        ) STRICT;
        CREATE TABLE schedule_interval (
            id INTEGER PRIMARY KEY,
            hall TEXT NOT NULL REFERENCES seat_schedule (hall),
            weekday INTEGER CHECK (weekday BETWEEN 1 AND 7),
            date TEXT,
            from_minute INTEGER NOT NULL CHECK (from_minute >= 0),
            to_minute INTEGER NOT NULL CHECK (to_minute <= 1440),
            -- Item categories, kinds and languages; what is not named is not restricted.
            covers TEXT NOT NULL CHECK (json_valid(covers)),
            CHECK (from_minute < to_minute),
            CHECK ((weekday IS NULL) <> (date IS NULL)),
            FOREIGN KEY (hall, date) REFERENCES schedule_exception (hall, date)
        ) STRICT;
        CREATE INDEX schedule_interval_hall ON schedule_interval (hall);

        -- When the ticket last began to wait; null in a row from before this column: since it was taken.
        ALTER TABLE ticket ADD COLUMN waiting_since_ms INTEGER;
        CREATE INDEX ticket_ended ON ticket (ended_at_ms) WHERE ended_at_ms IS NOT NULL;
        """

    private static let precheck = """
        CREATE TABLE material_file (
            id TEXT PRIMARY KEY,
            case_id TEXT NOT NULL REFERENCES service_case (id),
            material TEXT NOT NULL,
            name TEXT NOT NULL,
            media_type TEXT NOT NULL,
            byte_count INTEGER NOT NULL CHECK (byte_count > 0),
            sha256 TEXT NOT NULL,
            handed_in_at_ms INTEGER NOT NULL,
            removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1))
        ) STRICT;
        CREATE INDEX material_file_case ON material_file (case_id);

        -- Every verdict as it fell; the newest of a material counts, unless it was withdrawn.
        CREATE TABLE verdict (
            id INTEGER PRIMARY KEY,
            case_id TEXT NOT NULL REFERENCES service_case (id),
            session TEXT NOT NULL REFERENCES session (id),
            material TEXT NOT NULL,
            verdict TEXT NOT NULL CHECK (verdict IN ('accepted', 'correction-needed', 'missing', 'waived', 'not-applicable')),
            reasons TEXT NOT NULL CHECK (json_valid(reasons)),
            note TEXT NOT NULL,
            given_at_ms INTEGER NOT NULL,
            -- The files it was given on changed afterwards.
            withdrawn INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1))
        ) STRICT;
        CREATE INDEX verdict_case ON verdict (case_id);

        CREATE TABLE precheck_outcome (
            case_id TEXT NOT NULL REFERENCES service_case (id),
            version INTEGER NOT NULL CHECK (version > 0),
            session TEXT NOT NULL REFERENCES session (id),
            result TEXT NOT NULL CHECK (result IN ('ready-to-file', 'correction-needed', 'deferred-material', 'referred')),
            body TEXT NOT NULL CHECK (json_valid(body)),
            concluded_at_ms INTEGER NOT NULL,
            PRIMARY KEY (case_id, version)
        ) STRICT;
        CREATE TRIGGER outcome_is_immutable BEFORE UPDATE ON precheck_outcome
            BEGIN SELECT RAISE(ABORT, 'an outcome is never changed'); END;
        CREATE TRIGGER outcome_stays BEFORE DELETE ON precheck_outcome
            BEGIN SELECT RAISE(ABORT, 'an outcome is never deleted'); END;
        """

    /// A colleague in a session. SQLite cannot change a CHECK, so the table of sessions is made anew.
    private static let consult = """
        ALTER TABLE reservation ADD COLUMN purpose TEXT NOT NULL DEFAULT 'call' CHECK (purpose IN ('call', 'consult'));
        ALTER TABLE ticket ADD COLUMN handed_on_from TEXT REFERENCES seat (id);

        CREATE TABLE new_session (
            id TEXT PRIMARY KEY,
            ticket TEXT NOT NULL REFERENCES ticket (id),
            ticket_number TEXT NOT NULL,
            case_id TEXT NOT NULL REFERENCES service_case (id),
            kind TEXT NOT NULL CHECK (kind IN ('consultation', 'pre-review')),
            hall TEXT NOT NULL REFERENCES hall (id),
            seat TEXT NOT NULL REFERENCES seat (id),
            seat_number TEXT NOT NULL,
            agent TEXT NOT NULL,
            agent_name TEXT NOT NULL,
            citizen TEXT NOT NULL,
            citizen_name TEXT NOT NULL,
            why TEXT NOT NULL CHECK (json_valid(why)),
            started_at_ms INTEGER NOT NULL,
            transfer TEXT CHECK (transfer IS NULL OR json_valid(transfer)),
            state TEXT NOT NULL CHECK (state IN ('ringing', 'connected', 'held', 'reconnecting', 'consulting', 'transferring', 'wrap-up', 'closed')),
            calls INTEGER NOT NULL CHECK (calls > 0),
            media_epoch INTEGER NOT NULL CHECK (media_epoch >= 0),
            last_epoch INTEGER NOT NULL,
            -- The colleague who is asked in, or is there; only while the talk goes on.
            consult TEXT CHECK (consult IS NULL OR json_valid(consult)),
            -- Where that colleague sits, once there.
            consult_seat TEXT REFERENCES seat (id),
            reconnecting_since_ms INTEGER,
            deadline_ms INTEGER,
            disposition TEXT,
            note TEXT NOT NULL,
            ended_at_ms INTEGER,
            closed_at_ms INTEGER,
            CHECK ((state = 'closed') = (closed_at_ms IS NOT NULL)),
            CHECK (state <> 'closed' OR disposition IS NOT NULL),
            CHECK (last_epoch >= media_epoch),
            CHECK (consult_seat IS NULL OR consult IS NOT NULL),
            CHECK (consult_seat IS NULL OR consult_seat <> seat),
            CHECK (consult IS NULL OR state NOT IN ('ringing', 'wrap-up', 'closed')),
            CHECK (consult_seat IS NULL OR state IN ('consulting', 'transferring', 'reconnecting')),
            CHECK (consult_seat IS NOT NULL OR state NOT IN ('consulting', 'transferring'))
        ) STRICT;
        INSERT INTO new_session SELECT
            id, ticket, ticket_number, case_id, kind, hall, seat, seat_number, agent, agent_name, citizen, citizen_name, why, started_at_ms,
            transfer, state, calls, media_epoch, media_epoch, NULL, NULL, NULL, deadline_ms, disposition, note, ended_at_ms, closed_at_ms
            FROM session;
        DROP TABLE session;
        ALTER TABLE new_session RENAME TO session;
        CREATE UNIQUE INDEX one_open_session_per_seat ON session (seat) WHERE state <> 'closed';
        -- A session that was handed on is still in wrap-up at the old seat when the next one starts.
        CREATE UNIQUE INDEX one_live_session_per_ticket ON session (ticket) WHERE state NOT IN ('wrap-up', 'closed');
        CREATE INDEX session_started ON session (started_at_ms);
        CREATE INDEX session_hall ON session (hall, started_at_ms);
        CREATE INDEX session_case ON session (case_id);
        CREATE TRIGGER session_stays_closed BEFORE UPDATE OF state ON session
            WHEN OLD.state = 'closed' AND NEW.state <> 'closed'
            BEGIN SELECT RAISE(ABORT, 'a closed session is never reopened'); END;
        CREATE UNIQUE INDEX one_consult_per_seat ON session (consult_seat) WHERE consult_seat IS NOT NULL;
        -- A seat is the agent's in one open session or the consultant's in another, never both.
        CREATE TRIGGER consultant_has_no_citizen BEFORE INSERT ON session
            WHEN EXISTS (SELECT 1 FROM session WHERE id <> NEW.id AND consult_seat = NEW.seat)
            BEGIN SELECT RAISE(ABORT, 'a seat that is consulted has a citizen of its own'); END;
        CREATE TRIGGER consultant_is_free BEFORE UPDATE OF consult_seat ON session
            WHEN NEW.consult_seat IS NOT NULL AND EXISTS (SELECT 1 FROM session WHERE seat = NEW.consult_seat AND state <> 'closed')
            BEGIN SELECT RAISE(ABORT, 'a seat that is consulted has a citizen of its own'); END;
        """
}
