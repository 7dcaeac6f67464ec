extension Schema {
    /// Supervisors' tasks of every kind, and what supervisors do. SQLite cannot change a CHECK, so the table of tasks is made anew.
    static let floor = """
        CREATE TABLE new_floor_task (
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind IN ('told-twice', 'long-wait', 'unanswered-ring', 'bad-line', 'help', 'uncovered-item')),
            hall TEXT NOT NULL REFERENCES hall (id),
            -- What it is about; which of these are set goes with the kind.
            seat TEXT REFERENCES seat (id),
            ticket TEXT REFERENCES ticket (id),
            session TEXT REFERENCES session (id),
            item_code TEXT,
            case_id TEXT REFERENCES service_case (id),
            version INTEGER,
            material TEXT,
            name TEXT NOT NULL,
            note TEXT NOT NULL,
            raised_at_ms INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('open', 'taken', 'closed', 'resolved')),
            taken_at_ms INTEGER,
            taken_by TEXT REFERENCES account (id),
            taken_by_name TEXT,
            taken_note TEXT,
            closed_at_ms INTEGER,
            closed_by TEXT REFERENCES account (id),
            closed_by_name TEXT,
            closed_note TEXT,
            -- When its cause was over; no other task has the same cause before.
            settled_at_ms INTEGER,
            CHECK ((seat IS NOT NULL) = (kind IN ('unanswered-ring', 'help'))),
            CHECK ((ticket IS NOT NULL) = (kind = 'long-wait')),
            CHECK ((session IS NOT NULL) = (kind IN ('bad-line', 'told-twice'))),
            CHECK ((item_code IS NOT NULL) = (kind = 'uncovered-item')),
            CHECK ((case_id IS NOT NULL AND version IS NOT NULL AND material IS NOT NULL) = (kind = 'told-twice')),
            CHECK ((taken_at_ms IS NULL) = (taken_by IS NULL) AND (taken_by IS NULL) = (taken_by_name IS NULL) AND (taken_by IS NULL) = (taken_note IS NULL)),
            CHECK (
                (closed_at_ms IS NULL) = (closed_by IS NULL) AND (closed_by IS NULL) = (closed_by_name IS NULL) AND (closed_by IS NULL) = (closed_note IS NULL)),
            CHECK (state <> 'open' OR taken_at_ms IS NULL),
            CHECK (state <> 'taken' OR taken_at_ms IS NOT NULL),
            CHECK ((state = 'closed') = (closed_at_ms IS NOT NULL)),
            CHECK (state <> 'resolved' OR settled_at_ms IS NOT NULL),
            CHECK (state NOT IN ('open', 'taken') OR settled_at_ms IS NULL)
        ) STRICT;
        -- Nobody could close one yet.
        INSERT INTO new_floor_task (id, kind, hall, session, case_id, version, material, name, note, raised_at_ms, state)
            SELECT floor_task.id, kind, floor_task.hall, session, case_id, version, material, service_case.number || ' ' || material, '', raised_at_ms, 'open'
            FROM floor_task JOIN service_case ON service_case.id = floor_task.case_id;
        DROP TABLE floor_task;
        ALTER TABLE new_floor_task RENAME TO floor_task;
        CREATE UNIQUE INDEX one_task_a_cause ON floor_task (
            kind, hall, coalesce(seat, ''), coalesce(ticket, ''), coalesce(session, ''), coalesce(item_code, ''), coalesce(version, 0), coalesce(material, ''))
            WHERE settled_at_ms IS NULL;
        CREATE INDEX floor_task_of_hall ON floor_task (hall, raised_at_ms);
        CREATE TRIGGER floor_task_stays BEFORE DELETE ON floor_task
            BEGIN SELECT RAISE(ABORT, 'a task is never deleted'); END;
        CREATE TRIGGER floor_task_goes_forward BEFORE UPDATE ON floor_task
            WHEN NEW.kind <> OLD.kind OR NEW.hall <> OLD.hall OR NEW.raised_at_ms <> OLD.raised_at_ms
                OR (OLD.state = 'taken' AND NEW.state = 'open')
                OR (OLD.state IN ('closed', 'resolved') AND NEW.state <> OLD.state)
                OR (OLD.taken_by IS NOT NULL AND (NEW.taken_by IS NOT OLD.taken_by OR NEW.taken_at_ms IS NOT OLD.taken_at_ms))
                OR (OLD.closed_by IS NOT NULL AND (NEW.closed_by IS NOT OLD.closed_by OR NEW.closed_at_ms IS NOT OLD.closed_at_ms))
                OR (OLD.settled_at_ms IS NOT NULL AND NEW.settled_at_ms IS NOT OLD.settled_at_ms)
            BEGIN SELECT RAISE(ABORT, 'a task goes forward only, and who had it stays known'); END;

        -- What a supervisor did to somebody else's work, and why.
        CREATE TABLE floor_act (
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind IN ('seat-not-ready', 'ticket-moved', 'session-ended')),
            hall TEXT NOT NULL REFERENCES hall (id),
            seat TEXT REFERENCES seat (id),
            ticket TEXT REFERENCES ticket (id),
            session TEXT REFERENCES session (id),
            to_hall TEXT REFERENCES hall (id),
            to_seat TEXT REFERENCES seat (id),
            reason TEXT NOT NULL CHECK (reason <> ''),
            done_by TEXT NOT NULL REFERENCES account (id),
            done_by_name TEXT NOT NULL,
            at_ms INTEGER NOT NULL,
            CHECK ((seat IS NOT NULL) = (kind = 'seat-not-ready')),
            CHECK ((ticket IS NOT NULL) = (kind = 'ticket-moved')),
            CHECK ((session IS NOT NULL) = (kind = 'session-ended')),
            CHECK ((to_hall IS NULL) <> (to_seat IS NULL) OR kind <> 'ticket-moved')
        ) STRICT;
        CREATE INDEX floor_act_of_hall ON floor_act (hall, at_ms);
        CREATE TRIGGER floor_act_is_immutable BEFORE UPDATE ON floor_act
            BEGIN SELECT RAISE(ABORT, 'an act is never changed'); END;
        CREATE TRIGGER floor_act_stays BEFORE DELETE ON floor_act
            BEGIN SELECT RAISE(ABORT, 'an act is never deleted'); END;

        ALTER TABLE session ADD COLUMN reconnections INTEGER NOT NULL DEFAULT 0 CHECK (reconnections >= 0);
        """
}
