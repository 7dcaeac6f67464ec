/// The reports' queries. Each gives a row a key and one more with a null key for all of them together; a ticket, a session, a stretch is read once.
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
                WHERE ticket.hall = bucket.hall AND ticket.taken_at_ms >= bucket.from_ms AND ticket.taken_at_ms < bucket.until_ms),
            counts AS (
                SELECT key, count(*) AS taken, count(*) FILTER (WHERE state = 'done') AS served,
                    count(*) FILTER (WHERE state = 'abandoned') AS abandoned, count(*) FILTER (WHERE state = 'no-show') AS no_show,
                    count(*) FILTER (WHERE state = 'declined') AS declined, count(*) FILTER (WHERE state = 'expired') AS expired,
                    count(*) FILTER (WHERE lasted IS NULL) AS open, sum(again) AS again,
                    count(*) FILTER (WHERE waited <= :within_ms) AS in_time,
                    count(*) FILTER (WHERE waited IS NOT NULL OR lasted > :within_ms) AS decided
                FROM counted GROUP BY key),
            sums AS (
                SELECT * FROM counts UNION ALL
                SELECT NULL, sum(taken), sum(served), sum(abandoned), sum(no_show), sum(declined), sum(expired), sum(open), sum(again), sum(in_time),
                    sum(decided) FROM counts HAVING count(*) > 0),
            \(Self.percentiles("wait", of: "waited", percents: [50, 80, 95]))
            SELECT sums.*, wait.* FROM sums LEFT JOIN wait ON wait.wait_key IS sums.key
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
                WHERE session.hall = bucket.hall AND session.started_at_ms >= bucket.from_ms AND session.started_at_ms < bucket.until_ms),
            counts AS (
                SELECT key, count(*) AS sessions, count(handled) AS handled_count, coalesce(sum(handled), 0) AS handled_ms,
                    count(wrapped) AS wrapped_count, coalesce(sum(wrapped), 0) AS wrapped_ms,
                    count(first) AS first_count, count(*) FILTER (WHERE first = 'ready-to-file') AS complete
                FROM counted GROUP BY key),
            sums AS (
                SELECT * FROM counts UNION ALL
                SELECT NULL, sum(sessions), sum(handled_count), sum(handled_ms), sum(wrapped_count), sum(wrapped_ms), sum(first_count), sum(complete)
                    FROM counts HAVING count(*) > 0),
            \(Self.percentiles("handling", of: "handled", percents: [50])), \(Self.percentiles("wrap_up", of: "wrapped", percents: [50]))
            SELECT sums.*, handling.*, wrap_up.* FROM sums LEFT JOIN handling ON handling.handling_key IS sums.key
                LEFT JOIN wrap_up ON wrap_up.wrap_up_key IS sums.key
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
                    (SELECT max(from_ms) FROM seat_stretch WHERE seat = seat.id AND from_ms < bucket.from_ms), bucket.from_ms)),
            counts AS MATERIALIZED (
                SELECT key, sum(lasted) AS signed_on_ms, coalesce(sum(lasted) FILTER (WHERE doing = 'busy'), 0) AS busy_ms FROM cut GROUP BY key)
            SELECT * FROM counts UNION ALL SELECT NULL, sum(signed_on_ms), sum(busy_ms) FROM counts HAVING count(*) > 0
            """
    }

    /// A table of nearest-rank percentiles of a column, by key and over all; see `NearestRank`.
    private static func percentiles(_ name: String, of column: String, percents: [Int]) -> String {
        let ranked = { (partition: String) in
            """
            SELECT \(partition.isEmpty ? "NULL AS key" : "key"), \(column), row_number() OVER (\(partition) ORDER BY \(column)) AS place,
                count(*) OVER (\(partition)) AS n FROM counted WHERE \(column) IS NOT NULL
            """
        }
        let marks = percents.map { "max(\(column)) FILTER (WHERE place = (n * \($0) + 99) / 100) AS \(name)_p\($0)" }.joined(separator: ", ")
        return """
            \(name) AS (
                SELECT key AS \(name)_key, \(marks) FROM (\(ranked("PARTITION BY key"))) GROUP BY key UNION ALL
                SELECT NULL, \(marks) FROM (\(ranked(""))) HAVING count(*) > 0)
            """
    }
}
