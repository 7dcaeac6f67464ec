extension Schema {
    /// Booked times. What the broker decides on one thread is forbidden here a second time, as far as a table can know it.
    static let appointments = """
        CREATE TABLE appointment (
            id TEXT PRIMARY KEY,
            number TEXT NOT NULL,
            hall TEXT NOT NULL REFERENCES hall (id),
            item_code TEXT NOT NULL,
            item_version INTEGER NOT NULL,
            item_name TEXT NOT NULL,
            item_group TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('consultation', 'pre-review')),
            language TEXT,
            citizen TEXT NOT NULL,
            citizen_name TEXT NOT NULL,
            starts_at_ms INTEGER NOT NULL,
            ends_at_ms INTEGER NOT NULL CHECK (ends_at_ms > starts_at_ms),
            made_at_ms INTEGER NOT NULL,
            replaces TEXT REFERENCES appointment (id),
            check_in_from_ms INTEGER NOT NULL,
            check_in_until_ms INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('held', 'booked', 'checked-in', 'served', 'cancelled', 'rescheduled', 'no-show', 'lapsed')),
            moved INTEGER NOT NULL CHECK (moved IN (0, 1)),
            ticket TEXT UNIQUE REFERENCES ticket (id),
            case_number TEXT,
            deadline_ms INTEGER,
            -- Nobody else gets the place before.
            shut_until_ms INTEGER,
            ended_at_ms INTEGER,
            FOREIGN KEY (item_code, item_version) REFERENCES item_version (code, version),
            UNIQUE (hall, number),
            CHECK ((state IN ('held', 'booked', 'checked-in')) = (ended_at_ms IS NULL)),
            CHECK ((ticket IS NULL) = (case_number IS NULL)),
            CHECK (state NOT IN ('checked-in', 'served') OR ticket IS NOT NULL),
            CHECK (state NOT IN ('held', 'booked', 'rescheduled', 'lapsed') OR ticket IS NULL),
            CHECK (state NOT IN ('held', 'booked') OR deadline_ms IS NOT NULL),
            CHECK (shut_until_ms IS NULL OR state IN ('cancelled', 'rescheduled', 'lapsed'))
        ) STRICT;
        CREATE INDEX appointment_live ON appointment (hall) WHERE ended_at_ms IS NULL;
        CREATE INDEX appointment_ended ON appointment (deadline_ms) WHERE ended_at_ms IS NOT NULL;
        CREATE INDEX appointment_of_citizen ON appointment (citizen, id);
        CREATE INDEX appointment_of_hall ON appointment (hall, starts_at_ms);
        CREATE INDEX appointment_missed ON appointment (ended_at_ms) WHERE state = 'no-show';
        -- One person is in one place at a time. A held one that shall replace another may stand beside it until it does.
        CREATE UNIQUE INDEX one_live_appointment_a_time ON appointment (citizen, starts_at_ms) WHERE ended_at_ms IS NULL AND replaces IS NULL;

        CREATE TRIGGER appointment_stays BEFORE DELETE ON appointment
            BEGIN SELECT RAISE(ABORT, 'an appointment is never deleted'); END;
        CREATE TRIGGER appointment_ends_once BEFORE UPDATE ON appointment
            WHEN OLD.ended_at_ms IS NOT NULL AND (NEW.state <> OLD.state OR NEW.ended_at_ms IS NOT OLD.ended_at_ms)
            BEGIN SELECT RAISE(ABORT, 'an appointment that ended stays so'); END;
        CREATE TRIGGER appointment_goes_forward BEFORE UPDATE ON appointment
            WHEN OLD.state <> NEW.state AND OLD.ended_at_ms IS NULL AND NOT (
                (OLD.state = 'held' AND NEW.state IN ('booked', 'cancelled', 'lapsed'))
                OR (OLD.state = 'booked' AND NEW.state IN ('checked-in', 'cancelled', 'rescheduled', 'no-show'))
                OR (OLD.state = 'checked-in' AND NEW.state IN ('served', 'cancelled', 'no-show')))
            BEGIN SELECT RAISE(ABORT, 'an appointment has no such way'); END;
        CREATE TRIGGER appointment_keeps_its_promise BEFORE UPDATE ON appointment
            WHEN OLD.number <> NEW.number OR OLD.hall <> NEW.hall OR OLD.citizen <> NEW.citizen OR OLD.starts_at_ms <> NEW.starts_at_ms
                OR OLD.ends_at_ms <> NEW.ends_at_ms OR OLD.item_code <> NEW.item_code OR OLD.kind <> NEW.kind OR OLD.replaces IS NOT NEW.replaces
                OR NEW.check_in_until_ms < OLD.check_in_until_ms OR (OLD.ticket IS NOT NULL AND NEW.ticket IS NOT OLD.ticket)
            BEGIN SELECT RAISE(ABORT, 'an appointment keeps its time, its place and its person'); END;
        CREATE TRIGGER appointment_replaces_own BEFORE INSERT ON appointment
            WHEN NEW.replaces IS NOT NULL AND NEW.citizen IS NOT (SELECT citizen FROM appointment WHERE id = NEW.replaces)
            BEGIN SELECT RAISE(ABORT, 'an appointment replaces one of the same citizen'); END;
        """
}
