extension Schema {
    /// What reports are reckoned from: an index each that holds all they ask for, and what seats did when.
    static let figures = """
        -- A report reads these alone and never the rows, which are wide. Each begins with the columns of an index it takes the place of.
        DROP INDEX IF EXISTS ticket_taken;
        CREATE INDEX ticket_taken ON ticket (hall, taken_at_ms, state, item_code, ended_at_ms, case_id, id);
        DROP INDEX IF EXISTS ticket_case;
        CREATE INDEX ticket_case ON ticket (case_id, taken_at_ms, state);
        CREATE INDEX session_ticket ON session (ticket, started_at_ms, id, seat);
        DROP INDEX IF EXISTS session_hall;
        CREATE INDEX session_hall ON session (hall, started_at_ms, id, seat, ended_at_ms, closed_at_ms, disposition, case_id);
        DROP INDEX IF EXISTS session_started;
        CREATE INDEX session_started ON session (started_at_ms, id);
        CREATE INDEX session_seat ON session (seat, started_at_ms, id);
        CREATE INDEX session_live ON session (started_at_ms, id) WHERE state <> 'closed';
        CREATE INDEX outcome_session ON precheck_outcome (session, version, result);

        -- What a seat was signed on for, one row a stretch of time; the open one has no end. Kept by triggers, in the transaction of the seat's own row: it
        -- cannot differ from what the seats were told, and writing a record twice changes nothing.
        CREATE TABLE seat_stretch (
            id INTEGER PRIMARY KEY,
            seat TEXT NOT NULL REFERENCES seat (id),
            -- busy: from the ring to the end of wrap-up.
            doing TEXT NOT NULL CHECK (doing IN ('ready', 'not-ready', 'busy')),
            from_ms INTEGER NOT NULL,
            until_ms INTEGER,
            CHECK (until_ms >= from_ms)
        ) STRICT;
        CREATE UNIQUE INDEX one_open_stretch_per_seat ON seat_stretch (seat) WHERE until_ms IS NULL;
        CREATE INDEX seat_stretch_time ON seat_stretch (seat, from_ms, until_ms, doing);
        CREATE TRIGGER seat_stretch_of_new_seat AFTER INSERT ON seat WHEN NEW.state <> 'signed-off' BEGIN
            INSERT INTO seat_stretch (seat, doing, from_ms) VALUES (NEW.id, \(doing("NEW")), NEW.since_ms);
        END;
        CREATE TRIGGER seat_stretch_changes AFTER UPDATE OF state ON seat WHEN \(doing("NEW")) IS NOT \(doing("OLD")) BEGIN
            UPDATE seat_stretch SET until_ms = max(from_ms, NEW.since_ms) WHERE seat = NEW.id AND until_ms IS NULL;
            INSERT INTO seat_stretch (seat, doing, from_ms)
                SELECT NEW.id, \(doing("NEW")), max(NEW.since_ms, coalesce((SELECT max(from_ms) FROM seat_stretch WHERE seat = NEW.id), NEW.since_ms))
                WHERE NEW.state <> 'signed-off';
        END;
        INSERT INTO seat_stretch (seat, doing, from_ms) SELECT id, \(doing("seat")), since_ms FROM seat WHERE state <> 'signed-off';
        """

    /// What a seat's state counts as; null when nobody is signed on.
    private static func doing(_ row: String) -> String {
        "CASE \(row).state WHEN 'signed-off' THEN NULL WHEN 'ready' THEN 'ready' WHEN 'not-ready' THEN 'not-ready' ELSE 'busy' END"
    }
}
