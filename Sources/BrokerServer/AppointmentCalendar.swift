import BrokerCore
import BrokerStore
import SignalingProtocol

/// An appointment for the citizen's own calendar (RFC 5545). Whose it is and where to go stand in it; nothing about the person does.
struct AppointmentCalendar {
    let text: String

    /// - Parameters:
    ///   - page: where the citizen checks in.
    ///   - now: when the file was made.
    init(_ row: AppointmentRow, locale: SignalingProtocol.Locale, page: String, at now: Instant) {
        let appointment = row.appointment
        let words = Words(locale)
        let checkIn = words.checkIn(Self.clock(appointment.checkInFrom), Self.clock(appointment.checkInUntil))
        let lines = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Farwindow//Appointments//ZH", "CALSCALE:GREGORIAN", "METHOD:PUBLISH", "BEGIN:VEVENT",
            "UID:\(appointment.id)@farwindow", "DTSTAMP:\(Self.utc(now))", "DTSTART:\(Self.utc(appointment.time.lowerBound))",
            "DTEND:\(Self.utc(appointment.time.upperBound))", "SEQUENCE:\(Self.sequence(appointment.state))", "STATUS:\(Self.status(appointment.state))",
            "SUMMARY:\(Self.escaped("\(words.title) \(appointment.number) \(appointment.item.name)"))", "LOCATION:\(Self.escaped(row.hallName))",
            "DESCRIPTION:\(Self.escaped("\(checkIn)\n\(page)"))", "URL:\(page)",
        ]
        let alarm =
            appointment.state.isTerminal
            ? [] : ["BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:\(Self.escaped(checkIn))", "TRIGGER:-PT30M", "END:VALARM"]
        text = (lines + alarm + ["END:VEVENT", "END:VCALENDAR"]).map { Self.folded($0) + "\r\n" }.joined()
    }

    private struct Words {
        let title: String
        let checkIn: (String, String) -> String

        init(_ locale: SignalingProtocol.Locale) {
            switch locale {
            case .simplifiedChinese: (title, checkIn) = ("远窗预约", { "请在 \($0) 至 \($1) 之间打开网页签到。" })
            case .traditionalChinese: (title, checkIn) = ("遠窗預約", { "請在 \($0) 至 \($1) 之間開啟網頁簽到。" })
            case .english: (title, checkIn) = ("Farwindow appointment", { "Please open the page and check in between \($0) and \($1)." })
            }
        }
    }

    /// A calendar takes a later number for newer news of the same appointment (RFC 5545, 3.8.7.4).
    private static func sequence(_ state: AppointmentState) -> Int {
        switch state {
        case .held: 0
        case .booked: 1
        case .checkedIn: 2
        case .served, .cancelled, .rescheduled, .noShow, .lapsed: 3
        }
    }

    private static func status(_ state: AppointmentState) -> String {
        switch state {
        case .held: "TENTATIVE"
        case .booked, .checkedIn, .served, .noShow: "CONFIRMED"
        case .cancelled, .rescheduled, .lapsed: "CANCELLED"
        }
    }

    /// Hours and minutes as the wire writes them: `09:30`.
    private static func clock(_ instant: Instant) -> String { String(instant.rfc3339.dropFirst(11).prefix(5)) }

    /// `20261123T013000Z`: a moment that needs no zone's rules.
    private static func utc(_ instant: Instant) -> String {
        let seconds = instant.milliseconds / 1_000
        let day = CivilDay(number: seconds / 86_400)
        let time = seconds % 86_400
        let digits = [time / 3_600, time / 60 % 60, time % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined()
        return "\(day.text.filter { $0 != "-" })T\(digits)Z"
    }

    /// RFC 5545, 3.3.11.
    static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing(";", with: "\\;").replacing(",", with: "\\,").replacing("\r\n", with: "\\n").replacing("\n", with: "\\n")
            .filter { !($0.asciiValue.map { $0 < 32 || $0 == 127 } ?? false) }
    }

    /// Lines of at most 75 octets, and no character cut in two (RFC 5545, 3.1).
    static func folded(_ line: String) -> String {
        var folded = ""
        var octets = 0
        for character in line.unicodeScalars {
            let size = UTF8.width(character)
            if octets + size > 75 {
                folded += "\r\n "
                octets = 1
            }
            folded.unicodeScalars.append(character)
            octets += size
        }
        return folded
    }
}
