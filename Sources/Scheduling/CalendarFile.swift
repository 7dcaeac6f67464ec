import SignalingProtocol

/// A calendar file (RFC 5545).
public struct CalendarFile: Sendable {
    public struct Event: Hashable, Sendable {
        /// Stays the same when the event changes.
        public var id: String
        public var time: Range<Instant>
        public var summary: String
        public var location: String?
        /// When what it says became so.
        public var stamp: Instant

        public init(id: String, time: Range<Instant>, summary: String, location: String? = nil, stamp: Instant) {
            self.id = id
            self.time = time
            self.summary = summary
            self.location = location
            self.stamp = stamp
        }
    }

    public static let contentType = "text/calendar; charset=utf-8"
    /// RFC 5545, 3.1: a longer line is folded.
    static let lineOctets = 75

    public var name: String
    public var events: [Event]

    public init(name: String, events: [Event]) {
        self.name = name
        self.events = events
    }

    public var text: String {
        var lines = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Farwindow//Seat schedules//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
            "X-WR-CALNAME:" + Self.escaped(name),
        ]
        for event in events {
            lines += [
                "BEGIN:VEVENT", "UID:" + Self.escaped(event.id), "DTSTAMP:" + Self.utc(event.stamp), "DTSTART:" + Self.utc(event.time.lowerBound),
                "DTEND:" + Self.utc(event.time.upperBound), "SUMMARY:" + Self.escaped(event.summary),
            ]
            if let location = event.location { lines.append("LOCATION:" + Self.escaped(location)) }
            lines.append("END:VEVENT")
        }
        return (lines + ["END:VCALENDAR"]).map { Self.folded($0) + "\r\n" }.joined()
    }

    /// RFC 5545, 3.3.11. What would end the line is left out of the text.
    public static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case ";": escaped += "\\;"
            case ",": escaped += "\\,"
            case "\n": escaped += "\\n"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f: break
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// Lines of at most 75 octets; a character is never cut.
    public static func folded(_ line: String) -> String {
        var folded = ""
        var octets = 0
        for scalar in line.unicodeScalars {
            let length = String(scalar).utf8.count
            if octets + length > lineOctets {
                folded += "\r\n "
                octets = 1
            }
            folded.unicodeScalars.append(scalar)
            octets += length
        }
        return folded
    }

    /// `20261123T013000Z`; seconds are whole.
    public static func utc(_ instant: Instant) -> String {
        let day = ZoneRules(name: "UTC", offset: 0).day(at: instant)
        let seconds = (instant.milliseconds - day.number * CivilDay.milliseconds) / 1_000
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return day.text.replacing("-", with: "") + "T" + two(seconds / 3_600) + two(seconds / 60 % 60) + two(seconds % 60) + "Z"
    }
}
