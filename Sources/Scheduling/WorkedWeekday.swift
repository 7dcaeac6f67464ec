import SignalingProtocol

extension HolidayCalendar {
    /// Which day of the week a day is worked like: its own, or on a make-up workday (调休) the one that the hall has chosen for those.
    public func weekdayWorked(on day: CivilDay, makeupWorkday: Weekday) -> Weekday { kind(of: day) == .makeupWorkday ? makeupWorkday : day.weekday }
}
