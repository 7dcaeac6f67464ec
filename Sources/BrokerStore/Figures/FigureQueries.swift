/// The reports' queries. Each gives a line a key; what holds for all of them together is added up from the lines.
///
/// Percentiles need every value: SQLite hands them over as one list a row, which costs it less than to rank them by window functions.
///
/// `CROSS JOIN` keeps SQLite to the order that is written: the few stretches of time outside, one range of an index for each inside.
struct FigureQueries {
    let grouping: FigureGrouping

    /// Bound to the period as `FigureQuestion.buckets`.
    private static let buckets = """
        bucket AS MATERIALIZED (
            SELECT value ->> 0 AS hall, value ->> 1 AS label, value ->> 2 AS from_ms, value ->> 3 AS until_ms FROM json_each(:buckets))
        """

    /// Of waits, service level and what became of tickets. Bound: `:within_ms`.
    var tickets: String {
        let key =
            switch grouping {
            case .day, .hour: "bucket.label"
            case .hall: "bucket.hall"
            case .item: "ticket.item_code"
            case .seat: "coalesce((SELECT seat FROM session WHERE ticket = ticket.id ORDER BY started_at_ms, id LIMIT 1), '')"
            }
        return """
            WITH \(Self.buckets),
            counted AS MATERIALIZED (
                SELECT \(key) AS key, ticket.state, ticket.ended_at_ms - ticket.taken_at_ms AS lasted,
                    (SELECT min(started_at_ms) FROM session WHERE session.ticket = ticket.id) - ticket.taken_at_ms AS waited,
                    EXISTS (SELECT 1 FROM ticket AS earlier WHERE earlier.case_id = ticket.case_id AND earlier.taken_at_ms < ticket.taken_at_ms
                        AND earlier.state = 'done') AS again
                FROM bucket CROSS JOIN ticket
                WHERE ticket.hall = bucket.hall AND ticket.taken_at_ms >= bucket.from_ms AND ticket.taken_at_ms < bucket.until_ms)
            SELECT key, count(*) AS taken, count(*) FILTER (WHERE state = 'done') AS served,
                    count(*) FILTER (WHERE state = 'abandoned') AS abandoned, count(*) FILTER (WHERE state = 'no-show') AS no_show,
                    count(*) FILTER (WHERE state = 'declined') AS declined, count(*) FILTER (WHERE state = 'expired') AS expired,
                    count(*) FILTER (WHERE lasted IS NULL) AS open, sum(again) AS again,
                    count(*) FILTER (WHERE waited <= :within_ms) AS in_time,
                    count(*) FILTER (WHERE waited IS NOT NULL OR lasted > :within_ms) AS decided, group_concat(waited) AS waits
            FROM counted GROUP BY key
            """
    }

    /// Of handling, wrap-up and first pre-checks.
    var sessions: String {
        let key =
            switch grouping {
            case .day, .hour: "bucket.label"
            case .hall: "bucket.hall"
            case .item: "(SELECT item_code FROM service_case WHERE id = session.case_id)"
            case .seat: "session.seat"
            }
        return """
            WITH \(Self.buckets),
            counted AS MATERIALIZED (
                SELECT \(key) AS key, iif(session.disposition IS 'no-show', NULL, session.ended_at_ms - session.started_at_ms) AS handled,
                    session.closed_at_ms - session.ended_at_ms AS wrapped,
                    (SELECT nullif(result, 'referred') FROM precheck_outcome WHERE session = session.id AND version = 1) AS first
                FROM bucket CROSS JOIN session
                WHERE session.hall = bucket.hall AND session.started_at_ms >= bucket.from_ms AND session.started_at_ms < bucket.until_ms)
            SELECT key, count(*) AS sessions, group_concat(handled) AS handled, group_concat(wrapped) AS wrapped, count(first) AS first_count,
                count(*) FILTER (WHERE first = 'ready-to-file') AS complete
            FROM counted GROUP BY key
            """
    }

    /// Of signed-on and busy time, cut at the ends of each stretch of the period. Bound: `:now`. Nil where a seat's time belongs to no row.
    var seatTime: String? {
        let key: String
        switch grouping {
        case .day, .hour: key = "bucket.label"
        case .hall: key = "bucket.hall"
        case .item: return nil
        case .seat: key = "seat.id"
        }
        // A seat's stretches do not overlap: of those that began earlier only the last can reach into the bucket.
        return """
            WITH \(Self.buckets),
            cut AS (
                SELECT \(key) AS key, stretch.doing,
                    max(0, min(coalesce(stretch.until_ms, :now), bucket.until_ms) - max(stretch.from_ms, bucket.from_ms)) AS lasted
                FROM bucket CROSS JOIN seat CROSS JOIN seat_stretch AS stretch
                WHERE seat.hall = bucket.hall AND stretch.seat = seat.id AND stretch.from_ms < bucket.until_ms AND stretch.from_ms >= coalesce(
                    (SELECT max(from_ms) FROM seat_stretch WHERE seat = seat.id AND from_ms < bucket.from_ms), bucket.from_ms))
            SELECT key, sum(lasted) AS signed_on_ms, coalesce(sum(lasted) FILTER (WHERE doing = 'busy'), 0) AS busy_ms FROM cut GROUP BY key
            """
    }
}
