import BrokerCore
import BrokerStore
import Foundation
import SignalingProtocol

/// The things every test plays with. All people and offices are fictitious.
enum Fixtures {
    static let hall = code("445102") as HallID
    static let firstSeat = code("W01") as SeatID
    static let secondSeat = code("W02") as SeatID
    static let form = code("M1") as MaterialID
    static let identity = code("M2") as MaterialID
    static let blurred = CodedReason(code: code("blurred"), text: "照片不清楚")

    static let wang = CitizenID(uuid(1))
    static let chen = CitizenID(uuid(2))
    static let zheng = AgentID(uuid(3))
    static let li = AgentID(uuid(4))

    /// 2026-11-23 09:00 in Chaozhou, a Monday.
    static let morning = Instant(milliseconds: 1_795_395_600_000)

    static let halls = [Hall(id: hall, name: "湘桥区办税服务厅"), Hall(id: code("445103"), name: "潮安区办税服务厅")]
    static let seats = [
        Seat(id: firstSeat, hall: hall, number: "01", since: morning), Seat(id: secondSeat, hall: hall, number: "02", since: morning),
    ]
    static let accounts = [
        AccountRow(
            id: zheng, account: "agent1", name: "郑小敏", hall: hall, roles: ["agent", "administrator"], skills: Skills(groups: ["登记"]),
            passwordHash: "scrypt$2$1$1$$"),
        AccountRow(id: li, account: "agent2", name: "李文博", hall: hall, roles: ["agent"], skills: Skills(), passwordHash: "scrypt$2$1$1$$"),
    ]

    static let registration = item(
        "registration", kinds: [.consultation, .preReview],
        materials: [
            MaterialRequirement(
                id: form, name: "变更登记表", nameEnglish: "Form of change", form: .originalAndCopy, necessity: .mandatory, condition: nil,
                exemption: "电子证照可查的", copies: 2, formats: [.jpeg, .png, .pdf], source: "S1", note: "盖章"),
            MaterialRequirement(
                id: identity, name: "身份证件", nameEnglish: nil, form: .copy, necessity: .conditional, condition: "委托办理的", exemption: nil,
                copies: nil, formats: [.jpeg], source: "GK", note: nil),
        ])
    static let advice = item("advice", kinds: [.consultation], materials: [])
    static let hidden = item("hidden", kinds: [.consultation], materials: [])

    static let seed = Seed(
        halls: halls, seats: seats, items: [(registration, true), (advice, true), (hidden, false)], accounts: accounts)

    static func uuid(_ number: Int) -> UUID {
        let digits = String(number)
        return UUID(uuidString: "00000000-0000-7000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits) ?? UUID()
    }

    static func code<Subject>(_ text: String) -> Code<Subject> {
        guard let code = Code<Subject>(text) else { preconditionFailure("\(text) is no code") }
        return code
    }

    static func item(_ name: String, version: Int = 3, kinds: [SessionKind], materials: [MaterialRequirement]) -> CatalogueItem {
        CatalogueItem(
            code: code(name), version: version, name: "事项 \(name)", nameEnglish: "Item \(name)", category: "登记", applicants: ["企业", "自然人"],
            kinds: kinds, materials: materials, reasons: [blurred, CodedReason(code: code("out-of-date"), text: "已过有效期")],
            timeLimit: SourcedText(text: "即时办结", source: "S1"), fee: nil, legalBasis: [SourcedText(text: "第十六条", source: "S1")],
            crossRegion: nil, sources: [Source(id: "S1", title: "办事指南", url: "https://example.org/a/b", issuer: nil, pageDate: nil, kind: "official")],
            verified: false, statusNote: nil)
    }

    static func reference(_ item: CatalogueItem) -> ItemReference { ItemReference(code: item.code, version: item.version, name: item.name) }

    // MARK: One record each

    static func serviceCase(_ number: Int = 1, citizen: CitizenID = wang, openedAt: Instant = morning) -> Case {
        Case(
            id: CaseID(uuid(100 + number)), number: "445102-261123-000\(number)", lookUpCode: "7K3M9QX\(number)", citizen: citizen,
            citizenName: "王秀英", hall: hall, item: reference(registration), openedAt: openedAt)
    }

    static func appointment(_ number: Int = 1, state: AppointmentState = .held, replaces: Int? = nil) -> Appointment {
        let start = morning + .minutes(Int64(60 * 24 * number))
        var appointment = Appointment(
            id: AppointmentID(uuid(800 + number)), number: "Y000\(number)", hall: hall, item: reference(registration), group: "登记", kind: .preReview,
            language: number == 1 ? nil : .teochew, citizen: wang, citizenName: "王秀英", time: start..<start + .minutes(30), madeAt: morning,
            replaces: replaces.map { AppointmentID(uuid(800 + $0)) }, checkInFrom: start + .minutes(-30), checkInUntil: start + .minutes(15), state: state)
        appointment.moved = state == .booked
        appointment.deadline = state == .checkedIn ? nil : start + .minutes(15)
        if state == .rescheduled { appointment.shutUntil = morning + .minutes(30) }
        if state.isTerminal { appointment.endedAt = morning + .minutes(5) }
        if state == .checkedIn || state == .served { (appointment.ticket, appointment.caseNumber) = (ticket().id, serviceCase().number) }
        return appointment
    }

    static func ticket(
        _ number: Int = 1, citizen: CitizenID = wang, caseNumber: Int = 1, state: TicketState = .waiting, takenAt: Instant = morning
    ) -> Ticket {
        var ticket = Ticket(
            id: TicketID(uuid(200 + number)), number: "B00\(number)", hall: hall, item: reference(registration), group: registration.category,
            kind: .preReview, citizen: citizen, caseID: CaseID(uuid(100 + caseNumber)), lane: .guided, language: nil, takenAt: takenAt, state: state)
        ticket.deadline = takenAt + .minutes(480)
        ticket.endedAt = state.isTerminal ? takenAt + .minutes(5) : nil
        return ticket
    }

    /// With everything that only some tickets have.
    static let routed: Ticket = {
        var ticket = Ticket(
            id: TicketID(uuid(201)), number: "B001", hall: halls[1].id, item: reference(registration), group: registration.category,
            kind: .preReview, citizen: wang, caseID: CaseID(uuid(101)), lane: .priority, language: .teochew, takenAt: morning, state: .parked)
        ticket.earlierRings = 2
        ticket.callBack = .confirmed
        ticket.directedTo = secondSeat
        ticket.directedUntil = morning + .minutes(2)
        ticket.transfer = transfer
        ticket.earlierAgent = li
        ticket.estimate = WaitEstimate(p50: .minutes(3), p80: .minutes(6))
        ticket.firstRungAt = morning + .seconds(40)
        ticket.deadline = morning + .minutes(10)
        return ticket
    }()

    static let transfer = TransferView(fromHall: "湘桥区办税服务厅", fromSeatNumber: "01", fromAgentName: "郑小敏", note: "请看\n经营范围 😀")

    static let handedOnSession = Session(
        id: SessionID(uuid(402)), ticket: TicketID(uuid(201)), ticketNumber: "B001", caseID: CaseID(uuid(101)), kind: .preReview, hall: hall,
        seat: secondSeat, seatNumber: "02", agent: li, agentName: "李文博", citizen: wang, citizenName: "王秀英", why: why,
        startedAt: morning + .seconds(2), transfer: transfer, state: .ringing, calls: 3, mediaEpoch: 0, deadline: morning + .seconds(60),
        disposition: nil, note: "", endedAt: nil, closedAt: nil)

    static let why = RoutingReason(lane: .ordinary, waitedMs: 4_200, candidateSeats: 1, earlierRings: 0, rule: .onlySeat)

    static func reservation(
        _ number: Int = 1, ticket: Int = 1, seat: SeatID = firstSeat, state: ReservationState = .pending, purpose: ReservationPurpose = .call
    ) -> Reservation {
        Reservation(
            id: ReservationID(uuid(300 + number)), ticket: TicketID(uuid(200 + ticket)), seat: seat, agent: zheng, why: why, createdAt: morning,
            deadline: morning + .seconds(20), state: state, rejectReason: state == .rejected ? .wrongSkill : nil,
            endedAt: state == .pending ? nil : morning + .seconds(4), purpose: purpose)
    }

    /// A colleague who is looked for, or sits at `seat`.
    static func consult(at seat: SeatID? = nil) -> Consult {
        var consult = Consult(hall: hall, target: seat, language: nil, note: "请帮看\n执照 😀", requestedAt: morning, searchUntil: morning + .seconds(60))
        guard let seat else { return consult }
        consult.state = .talking
        consult.seat = seat
        consult.seatNumber = "02"
        consult.agent = li
        consult.agentName = "李文博"
        consult.why = why
        consult.agentEpoch = 2
        consult.deadline = nil
        return consult
    }

    static func session(
        _ number: Int = 1, ticket: Int = 1, seat: SeatID = firstSeat, state: SessionState = .connected, consult: Consult? = nil
    ) -> Session {
        var session = Session(
            id: SessionID(uuid(400 + number)), ticket: TicketID(uuid(200 + ticket)), ticketNumber: "B00\(ticket)",
            caseID: CaseID(uuid(100 + ticket)), kind: .preReview, hall: hall, seat: seat, seatNumber: "01", agent: zheng, agentName: "郑小敏",
            citizen: wang, citizenName: "王秀英", why: why, startedAt: morning + .seconds(Int64(number)), transfer: nil, state: state, calls: 1,
            mediaEpoch: 1, deadline: state == .connected ? nil : morning + .seconds(60), disposition: state == .closed ? .advised : nil, note: "",
            endedAt: state == .closed ? morning + .minutes(5) : nil, closedAt: state == .closed ? morning + .minutes(6) : nil)
        session.consult = consult
        session.lastEpoch = consult?.agentEpoch ?? 0 > 0 ? 2 : 1
        return session
    }

    static func file(_ number: Int, for material: MaterialID = form) -> FileView {
        FileView(
            id: FileID(uuid(500 + number)), materialID: material, name: "材料 \(number).jpg", mediaType: .jpeg, byteCount: 1_000 + number,
            sha256: "hash-\(number)", handedInAt: morning + .seconds(Int64(number)))
    }

    static func verdict(_ verdict: Verdict, of material: MaterialID = form, note: String = "") -> VerdictView {
        VerdictView(
            materialID: material, verdict: verdict, reasons: verdict.needsReason ? [blurred] : [], note: note, givenAt: morning + .minutes(2),
            dueBy: verdict == .waived ? CivilDate(year: 2026, month: 12, day: 1) : nil)
    }

    static func correction(_ number: Int = 1, state: CorrectionState = .proposed) -> Correction {
        Correction(
            session: session().id,
            view: CorrectionView(
                id: CorrectionID(uuid(700 + number)), key: .organisationName, oldValue: "", newValue: "示例商行", state: state,
                proposedAt: morning + .minutes(1)), answeredAt: state == .proposed ? nil : morning + .minutes(2))
    }

    static func still(_ number: Int = 1, state: StillState = .asked) -> Still {
        let hash: String? =
            switch state {
            case .asked, .declined, .expired: nil
            case .taken, .stored: "hash-\(number)"
            }
        let isOpen = state == .asked || state == .taken
        return Still(
            session: session().id,
            view: StillView(
                id: StillID(uuid(800 + number)), materialID: form, state: state, sha256: hash, askedAt: morning + .minutes(1),
                deadline: isOpen ? morning + .minutes(3) : nil), file: state == .stored ? FileID(uuid(500 + number)) : nil)
    }

    static func notice(version: Int = 1, confirmedAt: Instant? = nil) -> NoticeView {
        NoticeView(
            number: "445102-261123-0001-\(version)", code: "7K2Q9X4MB3R8T", version: version, issuedAt: morning + .minutes(3), confirmedAt: confirmedAt)
    }

    static let inspected: FileView = {
        var file = Fixtures.file(1)
        file.rotation = 90
        file.pages = 2
        file.check = .done
        file.findings = [FindingView(code: .blurred, page: 2), FindingView(code: .duplicate)]
        return file
    }()

    static func outcome(version: Int = 1, result: OutcomeResult = .correctionNeeded, caseNumber: Int = 1) -> OutcomeView {
        OutcomeView(
            caseID: CaseID(uuid(100 + caseNumber)), caseNumber: "445102-261123-000\(caseNumber)", version: version, result: result,
            item: reference(registration), hall: HallView(id: hall, name: halls[0].name),
            handlingHall: HallView(id: hall, name: halls[0].name), seatNumber: "01", agentName: "郑小敏",
            entries: [
                OutcomeEntryView(
                    materialID: form, materialName: "变更登记表", verdict: .correctionNeeded, reasons: [blurred], note: "第 2 页/背面",
                    fileHashes: ["hash-1"])
            ], referredTo: "", note: "三日内补交", concludedAt: morning + .minutes(3))
    }

    static func chat(_ number: Int, from: Role = .citizen, at instant: Instant = morning) -> ChatMessageView {
        ChatMessageView(id: ChatMessageID(uuid(600 + number)), from: from, text: "您好 \(number)", at: instant)
    }

    static func citizen(_ id: CitizenID = wang, name: String = "王秀英") -> CitizenRow {
        CitizenRow(id: id, name: name, telephone: "13800000000", termsVersion: "2026-1", signedInAt: morning)
    }

    static func signIn(_ byte: UInt8, role: SignInRole = .citizen, person: String = wang.description, expiresAt: Instant) -> SignInRow {
        SignInRow(tokenHash: Data(repeating: byte, count: 32), role: role, person: person, expiresAt: expiresAt)
    }
}
