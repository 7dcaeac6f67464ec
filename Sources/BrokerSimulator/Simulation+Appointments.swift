import BrokerCore
import SignalingProtocol

// Citizens who book, and the rules about those who did.

extension Action {
    /// What citizens do about appointments.
    static let booking: [Action] = [
        Action("chooses a time", { $0.page.ticket == nil || $0.liveTicket == nil ? ($0.liveAppointments.count < 2 ? 12 : 1) : 2 }) { _, _ in
            .chooseTime(replaces: nil)
        },
        Action("books", { $0.liveAppointments.contains { $0.state == .held } ? 40 : 0 }) { moment, _ in
            guard let held = moment.liveAppointments.first(where: { $0.state == .held }) else { return .nothing }
            return .appointment(.book(held.id))
        },
        Action("books late", { $0.page.appointments.contains { $0.state == .lapsed } ? 1 : 0 }) { moment, _ in
            guard let lapsed = moment.page.appointments.first(where: { $0.state == .lapsed }) else { return .nothing }
            return .appointment(.book(lapsed.id))
        },
        Action("moves an appointment", { moment in moment.booked.map { $0.moved ? 20 : 3 } ?? 0 }) { moment, _ in
            .chooseTime(replaces: moment.booked?.id)
        },
        Action("cancels an appointment", { $0.liveAppointments.isEmpty ? 0 : 2 }) { moment, chance in
            .appointment(.cancel(chance.pick(moment.liveAppointments).id))
        },
        Action("checks in", { moment in moment.booked.map { $0.checkInFrom <= moment.now ? 30 : 1 } ?? 0 }) { moment, chance in
            guard let booked = moment.booked else { return .nothing }
            return .appointment(.checkIn(booked.id, entropy: chance.next()))
        },
    ]
}

extension Moment {
    /// The next one.
    fileprivate var booked: AppointmentView? { liveAppointments.filter { $0.state == .booked }.min { $0.startsAt < $1.startsAt } }
}

extension Simulation {
    /// A working day of twenty minutes has short ones of everything.
    static var bookingRules: BookingRules {
        var rules = BookingRules()
        rules.hold = .seconds(90)
        rules.horizon = .minutes(60)
        rules.lead = .seconds(20)
        rules.freedShut = .seconds(70)
        rules.checkInBefore = .minutes(2)
        rules.checkInGrace = .seconds(80)
        rules.missedLimit = 2
        rules.missedMemory = .minutes(8)
        rules.shownAfterwards = .minutes(5)
        return rules
    }

    /// Slots of two minutes, few places each; now and then a second kind of seat, and seldom a grid of another length across it.
    func drawSlots(_ times: [Range<Instant>]) -> [SlotPlan] {
        let length = Milliseconds.seconds(chance.roll(6) == 0 ? 100 : 120)
        var slots: [SlotPlan] = []
        for time in times {
            var start = time.lowerBound
            while start + length <= time.upperBound {
                let slot = start..<start + length
                slots.append(SlotPlan(time: slot, covers: Skills(groups: chance.roll(3) == 0 ? ["登记"] : [], languages: []), capacity: 1 + chance.roll(2)))
                if chance.roll(3) == 0 { slots.append(SlotPlan(time: slot, covers: Skills(languages: [.mandarin]), capacity: 1)) }
                start = slot.upperBound
            }
        }
        return slots
    }

    /// Mostly one that is on offer, as a page would show it; many choose the same.
    func chooseTime(replacing replaced: AppointmentID?, by index: Int) -> AppointmentAct? {
        let hall = chance.pick(town.halls).id
        let item = chance.pick(town.catalogue)
        let times = openings[hall]?.slots.map(\.time.lowerBound).filter { $0 > now } ?? []
        guard !times.isEmpty else { return nil }
        let time = chance.roll(12) == 0 ? now + chance.between(0, .minutes(20)) : times[chance.roll(min(times.count, 4))]
        let wanted = AppointmentRequest(
            hallID: hall, itemCode: item.code, kind: chance.pick(item.kinds), language: chance.roll(4) == 0 ? chance.pick([.mandarin, .teochew]) : nil,
            startsAt: time, replaces: replaced)
        return .hold(wanted, name: people[index].person.name, assurance: people[index].person.assurance)
    }

    func sendAppointment(_ act: AppointmentAct, from page: Int) {
        agenda.plan(.appointmentReachesServer(page: page, act), at: now + chance.between(50, .seconds(3)))
        // A finger that presses twice.
        if chance.roll(10) == 0 { agenda.plan(.appointmentReachesServer(page: page, act), at: now + chance.between(50, .seconds(3))) }
    }

    func serverHears(_ act: AppointmentAct, from page: Int) {
        guard server.isUp, !server.isStorageDown, case .citizen(let citizen) = people[pages[page].person].person.endpoint else { return }
        lastNumber += 1
        turn(.appointment(RequestID(UInt64(lastNumber)), citizen, act))
    }

    // MARK: The rules

    /// Before a change is stored: what may follow what is there.
    func checkChange(to new: Appointment) {
        guard let old = server.head.appointments[new.id] else { return }
        if old.state == .booked, new.state == .noShow {
            expect(server.lastTurn >= old.time.lowerBound + configuration.booking.checkInGrace, "\(new.number) is missed before its time")
            expect(!old.moved, "\(new.number) is missed although its time was moved away")
        }
        if old.state == .held, new.state == .lapsed {
            expect(server.lastTurn - max(old.madeAt, server.bornAt) >= configuration.booking.hold, "\(new.number) lapses early")
        }
        if new.state == .rescheduled, old.state != .rescheduled {
            let isReplaced = server.head.appointments.values.contains { $0.replaces == new.id && $0.state == .booked }
            expect(isReplaced, "\(new.number) gave way to nothing")
        }
        if old.shutUntil.map({ $0 > server.lastTurn }) == true, new.shutUntil == nil {
            // Only whoever gave it back takes it again.
            census.count("place taken back")
        }
    }

    /// After the turn.
    func check(_ appointment: Appointment) {
        checkCapacity(around: appointment.time.lowerBound, in: appointment.hall)
        checkShut(appointment)
        let own = server.head.appointments.values.filter { $0.citizen == appointment.citizen && !$0.state.isTerminal }
        let beside = own.count { one in one.state == .held && own.contains { $0.id == one.replaces } }
        expect(own.count - beside <= configuration.booking.perPerson, "somebody has too many appointments")
    }

    /// Everybody whose time stands can be served at it, each by a seat of their own.
    private func checkCapacity(around moment: Instant, in hall: HallID) {
        guard moment > server.lastTurn, let plan = openings[hall] else { return }
        let slots = plan.slots.filter { $0.time.contains(moment) }
        let seekers = server.head.appointments.values.filter { one in
            one.hall == hall && !one.state.isTerminal && !one.moved && one.time.lowerBound > server.lastTurn
                && (one.time.lowerBound == moment || slots.contains { $0.time.contains(one.time.lowerBound) })
        }
        // Of a time that was moved away while somebody checks in early nobody is told.
        guard !scheduleHasChanged || !seekers.contains(where: { $0.state == .checkedIn }) else { return }
        let all = plan.slots.filter { slot in seekers.contains { slot.time.contains($0.time.lowerBound) } }
        expect(Self.placed(Array(seekers), in: all) == seekers.count, "more are booked at \(moment.rfc3339) than can be served")
    }

    /// Whoever got a new place did not get one that was given back just now.
    private func checkShut(_ new: Appointment) {
        guard new.state == .held, new.madeAt == server.lastTurn, let plan = openings[new.hall] else { return }
        census.count("time held")
        let others = server.head.appointments.values.filter { other in
            let isShut = other.citizen != new.citizen && other.shutUntil.map { $0 > server.lastTurn } == true
            return other.id != new.id && other.hall == new.hall && (!other.state.isTerminal || isShut) && other.time.overlaps(new.time)
        }
        let slots = plan.slots.filter { slot in ([new] + others).contains { slot.time.contains($0.time.lowerBound) } }
        expect(Self.placed(Array(others) + [new], in: slots) > Self.placed(Array(others), in: slots), "\(new.number) got a place that is shut")
    }

    /// How many of `seekers` can have a place at once: the smallest cover of seekers and slots (König), tried over every set of slots. Slow and obvious.
    private static func placed(_ seekers: [Appointment], in slots: [SlotPlan]) -> Int {
        var least = Int.max
        for set in 0..<(1 << slots.count) {
            let cost = slots.indices.reduce(0) { $0 + (set >> $1 & 1 == 1 ? slots[$1].capacity : 0) }
            let uncovered = seekers.count { seeker in
                slots.indices.contains { set >> $0 & 1 == 0 && slots[$0].time.contains(seeker.time.lowerBound) && slots[$0].covers.take(seeker) }
            }
            least = min(least, cost + uncovered)
        }
        return least
    }

    func checkAppointmentWaits() {
        for appointment in server.head.appointments.values {
            switch appointment.state {
            case .held:
                expect(server.lastTurn - max(appointment.madeAt, server.bornAt) <= configuration.booking.hold, "\(appointment.number) is held for ever")
            case .booked: expect(server.lastTurn <= appointment.checkInUntil, "\(appointment.number) waits for ever for somebody to come")
            case .checkedIn:
                let state = appointment.ticket.flatMap { server.head.tickets[$0]?.state }
                expect(state.map { !$0.isTerminal } == true, "\(appointment.number) is checked in, and its ticket is over")
            case .served, .cancelled, .rescheduled, .noShow, .lapsed: break
            }
        }
    }
}

extension Skills {
    fileprivate func take(_ appointment: Appointment) -> Bool {
        (groups.isEmpty || groups.contains(appointment.group)) && (kinds.isEmpty || kinds.contains(appointment.kind))
            && (appointment.language.map { languages.isEmpty || languages.contains($0) } ?? true)
    }
}
