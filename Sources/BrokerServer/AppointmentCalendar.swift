import BrokerCore
import BrokerStore
import Scheduling
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
            "UID:\(appointment.id)@farwindow", "DTSTAMP:\(CalendarFile.utc(now))", "DTSTART:\(CalendarFile.utc(appointment.time.lowerBound))",
            "DTEND:\(CalendarFile.utc(appointment.time.upperBound))", "SEQUENCE:\(Self.sequence(appointment.state))",
            "STATUS:\(Self.status(appointment.state))",
            "SUMMARY:\(CalendarFile.escaped("\(words.title) \(appointment.number) \(appointment.item.name)"))",
            "LOCATION:\(CalendarFile.escaped(row.hallName))",
            "DESCRIPTION:\(CalendarFile.escaped("\(checkIn)\n\(page)"))", "URL:\(page)",
        ]
        let alarm =
            appointment.state.isTerminal
            ? [] : ["BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:\(CalendarFile.escaped(checkIn))", "TRIGGER:-PT30M", "END:VALARM"]
        text = (lines + alarm + ["END:VEVENT", "END:VCALENDAR"]).map { CalendarFile.folded($0) + "\r\n" }.joined()
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
}
