import BrokerCore
import SignalingProtocol

extension Simulation {
    // MARK: The day

    /// Plans arrivals, shifts, crashes and disk failures. All the rest follows.
    func planTheDay() {
        let end = now + plan.length
        let shifts = town.halls.map { _ in drawShifts(until: end) }
        drawOpenings(shifts)
        for number in 0..<plan.agents {
            let hall = number % plan.halls
            var habits = Habits(chance: &chance)
            habits.shifts = shifts[hall]
            let agent = Person(
                endpoint: .agent(Numbered.identifier(people.count)), name: "坐席\(number + 1)", hall: town.halls[hall].id, skills: Town.skills(ofAgent: number))
            enter(agent, habits)
            planLook(people.count - 1, at: shifts[hall][0].lowerBound + chance.between(0, .seconds(90)))
        }
        for number in 0..<plan.citizens {
            enter(Person(endpoint: .citizen(Numbered.identifier(people.count)), name: "市民\(number + 1)"), Habits(chance: &chance))
            planLook(people.count - 1, at: arrival())
        }
        for _ in 0..<faults.crashes { agenda.plan(.crash, at: now + chance.between(0, plan.length)) }
        for _ in 0..<faults.diskFailures {
            agenda.plan(.diskFails(chance.between(.seconds(1), .seconds(chance.roll(2) == 0 ? 10 : 240))), at: now + chance.between(0, plan.length))
        }
        if chance.roll(4) == 0 { agenda.plan(.scheduleChanges, at: now + chance.between(0, plan.length)) }
        planAdoptions()
        planSupervision()
        agenda.plan(.dayEnds, at: end)
        start()
    }

    private func enter(_ person: Person, _ habits: Habits) { people.append(Participant(person: person, habits: habits)) }

    /// A hall opens, closes for noon, and opens again; now and then it closes early and leaves people waiting.
    private func drawShifts(until end: Instant) -> [Range<Instant>] {
        let length = end - now
        let part = { [now] (perMille: Int) in now + Milliseconds(length.count * Int64(perMille) / 1_000) }
        let noon = part(450 + chance.roll(200))
        let last = part(chance.roll(4) == 0 ? 700 : 950)
        return [now + chance.between(0, .minutes(3))..<noon, noon + chance.between(.seconds(10), .minutes(4))..<max(last, noon + .minutes(5))]
    }

    /// Most halls have told their hours, and most keep to them. The afternoon's may be for one group of items only.
    private func drawOpenings(_ shifts: [[Range<Instant>]]) {
        for (hall, shifts) in zip(town.halls, shifts) where chance.roll(4) > 0 {
            let stretches = shifts.enumerated().map { number, shift in
                let isNarrow = number > 0 && chance.roll(3) == 0
                return OpeningPlan.Stretch(time: shift, covers: Skills(groups: isNarrow ? ["登记"] : [], languages: []))
            }
            let isKnown = chance.roll(4) > 0
            openings[hall.id] = OpeningPlan(
                stretches: stretches, knownUntil: now + plan.length, missingYear: isKnown ? nil : 2027, slots: drawSlots(stretches.map(\.time)))
        }
    }

    /// An afternoon is called off, or a hall opens again.
    func changeSchedule() {
        guard server.isUp, !isOver else { return }
        census.count("schedule changed")
        scheduleHasChanged = true
        let later = now + chance.between(.seconds(20), .minutes(5))
        for hall in town.halls where chance.roll(3) > 0 {
            let kept = openings[hall.id]?.stretches.prefix(1) ?? []
            let added = chance.roll(2) == 0 ? [] : [OpeningPlan.Stretch(time: later..<later + .minutes(3))]
            openings[hall.id] = OpeningPlan(
                stretches: kept + added, knownUntil: Town.morning + plan.length, slots: drawSlots((kept + added).map(\.time)))
        }
        turn(.schedule(openings))
        for appointment in server.head.appointments.values.sorted(by: { $0.id < $1.id }) where !appointment.state.isTerminal { check(appointment) }
    }

    /// On some days a hall or two adopt another version of an item, in the middle of everything.
    private func planAdoptions() {
        // Its own chance, so that the rest of a day is what it was before there were versions.
        var chance = Chance(seed: seed ^ 0x5a17_ad09)
        guard chance.roll(3) == 0 else { return }
        for _ in 0...chance.roll(4) {
            let (hall, version) = (chance.roll(town.halls.count), chance.roll(town.laterVersions.count))
            agenda.plan(.versionIsAdopted(hall: hall, version: version), at: now + chance.between(0, plan.length))
        }
    }

    func adoptVersion(_ version: Int, in hall: Int) {
        guard server.isUp, !server.isStorageDown, !isOver else { return }
        census.count("version adopted")
        let (hall, item) = (town.halls[hall].id, town.laterVersions[version])
        lastNumber += 1
        turn(.adopt(RequestID(UInt64(lastNumber)), hall, item, replaces: server.head.adopted[hall]?[item.code], by: Numbered.identifier(0)))
    }

    /// The morning's peak and the afternoon's smaller one: the sum of two dice for each, two citizens in the morning for one later.
    private func arrival() -> Instant {
        let half = Milliseconds(plan.length.count / 2)
        let peak = { (chance: inout Chance) in Milliseconds((chance.between(0, half).count + chance.between(0, half).count) / 2) }
        return now + peak(&chance) + (chance.roll(3) == 0 ? Milliseconds(half.count * 4 / 5) : 0)
    }

    /// Everybody goes home, and the broker has to put everything in order by itself.
    func endTheDay() {
        isOver = true
        for index in people.indices { people[index].isGone = true }
        for index in pages.indices where !pages[index].isStopped { close(index) }
        server.isDiskBroken = false
    }

    // MARK: One person

    func wake(_ index: Int) {
        guard !isOver, !people[index].isGone, people[index].looksAt == now else { return }
        let pause = people[index].page.map { live($0) } == true ? act(index) : arrive(index)
        if let pause, !people[index].isGone { planLook(index, at: now + pause) }
    }

    private func planLook(_ index: Int, at instant: Instant) {
        people[index].looksAt = instant
        agenda.plan(.personWakes(index), at: instant)
    }

    /// A ring, a call: whoever hears it looks up.
    func startle(_ index: Int) { planLook(index, at: now + chance.around(.seconds(4))) }

    private func live(_ page: Int) -> Bool { !pages[page].isStopped }

    /// Opens a page, if it is time to.
    private func arrive(_ index: Int) -> Milliseconds {
        let participant = people[index]
        switch participant.person.endpoint {
        case .citizen: open(index)
        case .agent: if participant.habits.isOnShift(at: now) { open(index) }
        }
        return chance.around(.seconds(3))
    }

    private func open(_ index: Int) {
        pages.append(Page(person: index, role: people[index].person.endpoint.role, opened: now))
        people[index].page = pages.count - 1
        agenda.plan(.pageConnects(page: pages.count - 1, attempt: 0), at: now)
    }

    private func act(_ index: Int) -> Milliseconds? {
        guard let number = people[index].page else { return nil }
        let page = pages[number]
        if page.isFrozen, chance.roll(4) == 0 { page.isFrozen = false }
        // Somebody whose page says that it is connecting waits for it.
        guard page.isWelcomed else { return chance.around(.seconds(5)) }
        if suffer(index, page: number) { return chance.around(.seconds(6)) }
        let moment = Moment(page: page, habits: people[index].habits, town: town, now: now)
        if let action = Action.choose(moment, &chance) {
            census.count(action.name)
            trace?("    \(people[index].person.name) \(action.name)")
            if let absence = perform(action.deed(moment, &chance), by: index, page: number) { return absence }
        }
        return Action.pause(moment, &chance)
    }

    /// - Returns: how long they stay away, when they leave.
    private func perform(_ deed: Deed, by index: Int, page number: Int) -> Milliseconds? {
        switch deed {
        case .nothing: return nil
        case .say(let command):
            let frame = pages[number].ask(command)
            if let line = pages[number].line { post(frame, on: line) }
            return nil
        case .handIn(let material, let caseID):
            lastNumber += 1
            // Now and then the same picture again.
            let content = chance.roll(10) == 0 ? chance.roll(5) : lastNumber
            let file = FileView(
                id: Numbered.identifier(lastNumber), materialID: material, name: "材料.jpg", mediaType: .jpeg, byteCount: 1_000 + lastNumber,
                sha256: "hash-\(content)", handedInAt: Instant(milliseconds: 0), check: chance.roll(2) == 0 ? .pending : .skipped)
            agenda.plan(.fileReachesServer(page: number, caseID, file), at: now + chance.between(50, .seconds(3)))
            return nil
        case .sendStill(let still, let session):
            lastNumber += 1
            let hash = chance.roll(10) == 0 ? "another" : still.sha256 ?? ""
            let file = FileView(
                id: Numbered.identifier(lastNumber), materialID: still.materialID, name: "原件.jpg", mediaType: .jpeg, byteCount: 1_000 + lastNumber,
                sha256: hash, handedInAt: Instant(milliseconds: 0))
            agenda.plan(.stillReachesServer(page: number, session, still.id, file), at: now + chance.between(50, .seconds(3)))
            return nil
        case .chooseTime(let replaces):
            if let act = chooseTime(replacing: replaces, by: index) { sendAppointment(act, from: number) }
            return nil
        case .appointment(let act):
            sendAppointment(act, from: number)
            return nil
        case .leave(let comesBack):
            close(number)
            people[index].page = nil
            people[index].isGone = !comesBack
            return chance.around(.minutes(2))
        }
    }

    // MARK: Misfortunes

    /// What goes wrong with lines and pages: a word for the census, how often out of 1,000, and what happens.
    private static let misfortunes: [(name: String, rate: @Sendable (Faults) -> Int, happen: @Sendable (Simulation, Int, Int) -> Void)] = [
        ("line breaks", { $0.lineBreaks }, { simulation, _, page in simulation.breakLine(of: page) }),
        ("line dies", { $0.lineDies }, { simulation, _, page in simulation.killLine(of: page) }),
        (
            "reload", { $0.reloads },
            { simulation, person, page in
                simulation.close(page)
                simulation.open(person)
            }
        ),
        ("second page", { $0.secondPages }, { simulation, person, _ in simulation.open(person) }),
        ("page freezes", { $0.freezes }, { simulation, _, page in simulation.pages[page].isFrozen = true }),
    ]

    private func suffer(_ person: Int, page: Int) -> Bool {
        for misfortune in Self.misfortunes where chance.happens(perMille: misfortune.rate(faults)) {
            census.count(misfortune.name)
            trace?("    \(people[person].person.name): \(misfortune.name)")
            misfortune.happen(self, person, page)
            return true
        }
        return false
    }
}
