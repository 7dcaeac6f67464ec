import BrokerCore
import SignalingProtocol

extension Action {
    /// What agents do.
    static let ofAgents: [Action] = [
        Action("signs on", { $0.page.seat == nil && $0.isOnShift ? ($0.page.seats.contains { $0.takenBy == nil } ? 60 : 2) : 0 }) { moment, chance in
            let free = moment.page.seats.filter { $0.takenBy == nil }
            let choices = free.isEmpty || chance.roll(10) == 0 ? moment.page.seats : free
            guard !choices.isEmpty else { return .nothing }
            return .say(.seatSignOn(SeatSignOn(seatID: chance.pick(choices).id)))
        },
        Action("signs off", { $0.page.seat == nil ? 0 : $0.isOnShift ? 1 : 40 }) { _, _ in .say(.seatSignOff) },
        Action("is ready", { $0.page.seat?.state == .notReady && $0.isOnShift ? 50 : $0.page.seat == nil ? 0 : 1 }) { _, _ in .say(.seatReady) },
        Action("takes a rest", { $0.page.seat == nil ? 0 : 1 }) { _, chance in
            .say(.seatNotReady(SeatNotReady(reason: chance.pick([.rest, .meal, .training, .systemTrouble, .other]))))
        },
        Action("asks for help", { $0.page.seat == nil ? 0 : $0.page.seat?.help == nil ? 2 : 1 }) { _, chance in
            .say(.seatHelp(SeatHelp(note: chance.roll(2) == 0 ? "请来一下" : nil)))
        },
        Action("accepts", { $0.page.reservation == nil ? 0 : $0.habits.attention }) { moment, _ in
            guard let ring = moment.page.reservation else { return .nothing }
            return .say(.reservationAccept(ReservationReference(reservationID: ring.id)))
        },
        Action("turns down", { $0.page.reservation == nil ? 0 : 3 }) { moment, chance in
            guard let ring = moment.page.reservation else { return .nothing }
            return .say(.reservationReject(ReservationReject(reservationID: ring.id, reason: chance.pick(RejectReason.allCases))))
        },
        Action("asks a colleague in", asking) { moment, chance in
            guard let session = moment.page.session else { return .nothing }
            let seat = chance.pick(moment.town.seats)
            let isDirected = chance.roll(3) == 0
            let language: SpokenLanguage? = chance.roll(4) == 0 ? .teochew : nil
            return .say(
                .consultStart(
                    ConsultStart(
                        sessionID: session.id, hallID: isDirected || chance.roll(4) == 0 ? seat.hall : session.hall.id, seatID: isDirected ? seat.id : nil,
                        language: language, note: "请帮看一下")))
        },
        Action("takes the citizen in or apart", { $0.consult?.state == .talking ? 12 : 0 }) { moment, chance in
            guard let session = moment.page.session, let consult = moment.consult else { return .nothing }
            return .say(.consultInclude(ConsultInclude(sessionID: session.id, citizenIn: chance.roll(8) == 0 ? consult.citizenIn : !consult.citizenIn)))
        },
        Action("takes a consult back", { $0.consult == nil || $0.consult?.state == .talking ? 0 : 3 }, endConsult),
        Action("goes on alone", { $0.consult?.state == .talking ? 8 : 0 }, endConsult),
        Action("hands over", { $0.consult?.state == .talking ? 8 : 0 }) { moment, _ in
            guard let session = moment.page.session else { return .nothing }
            return .say(.consultHandOver(SessionReference(sessionID: session.id)))
        },
        Action("leaves a consult", { $0.isConsultant ? 8 : 0 }) { moment, _ in
            guard let session = moment.page.session else { return .nothing }
            return .say(.consultLeave(SessionReference(sessionID: session.id)))
        },
        Action("renews a consult's picture", { $0.page.session?.consult?.media.isEmpty == false ? 2 : 0 }) { moment, chance in
            guard let session = moment.page.session, let media = session.consult?.media, !media.isEmpty else { return .nothing }
            let chosen = chance.pick(media)
            return .say(.mediaRenew(MediaReference(sessionID: session.id, epoch: max(0, chosen.epoch - chance.roll(2)), with: chosen.with)))
        },
        Action("judges", { unjudged($0) == nil ? 0 : 40 }) { moment, chance in
            guard let session = moment.page.session, let entry = unjudged(moment) else { return .nothing }
            let verdict = chance.roll(3) == 0 ? chance.pick(Verdict.allCases) : .accepted
            return .say(.precheckVerdict(judgement(of: entry, verdict, in: session)))
        },
        Action("judges again", { reviewed($0) == nil ? 0 : 2 }) { moment, chance in
            guard let session = reviewed(moment), let entry = session.materials.last else { return .nothing }
            return .say(.precheckVerdict(judgement(of: entry, chance.pick(Verdict.allCases), in: session)))
        },
        Action("concludes", { moment in reviewed(moment) == nil ? 0 : unjudged(moment) == nil ? 40 : 1 }) { moment, _ in
            guard let session = reviewed(moment) else { return .nothing }
            return .say(.precheckConclude(PrecheckConclude(sessionID: session.id, referredTo: "", note: "")))
        },
        Action("refers elsewhere", { reviewed($0) == nil ? 0 : 1 }) { moment, _ in
            guard let session = reviewed(moment) else { return .nothing }
            return .say(.precheckConclude(PrecheckConclude(sessionID: session.id, referredTo: "市行政服务中心", note: "")))
        },
        Action("opens what was accepted", { settled($0) == nil ? 0 : 8 }) { moment, _ in
            guard let session = reviewed(moment), let entry = settled(moment) else { return .nothing }
            return .say(.precheckReopen(PrecheckReopen(sessionID: session.id, materialID: entry.material.id, reason: "印章看错了")))
        },
        Action("judges what was accepted", { settled($0) == nil ? 0 : 1 }) { moment, _ in
            guard let session = reviewed(moment), let entry = settled(moment) else { return .nothing }
            return .say(.precheckVerdict(judgement(of: entry, .missing, in: session)))
        },
        Action("proposes a correction", { $0.isTalking ? 4 : 0 }) { moment, chance in
            guard let session = moment.page.session else { return .nothing }
            let field = CaseField(key: chance.pick([.personName, .organisationName]), value: chance.pick(["示例商贸", "示例商贸有限公司", "示例商行"]))
            return .say(.correctionPropose(CorrectionPropose(sessionID: session.id, field: field)))
        },
        Action("asks for a picture", { reviewed($0)?.materials.isEmpty == false ? 5 : 0 }) { moment, chance in
            guard let session = reviewed(moment) else { return .nothing }
            return .say(.stillAsk(StillAsk(sessionID: session.id, materialID: chance.pick(session.materials).material.id)))
        },
        Action("sends the picture on", { $0.page.session?.matter.still?.state == .taken ? 10 : 0 }, sendStill),
        Action("chats at the desk", { $0.isTalking ? 5 : 0 }, chat),
        Action("says it once more at the desk", { $0.isTalking && $0.page.session?.chat.isEmpty == false ? 1 : 0 }, repeatLine),
        Action("renews the desk's picture", { $0.isTalking ? 1 : 0 }, renewMedia),
        Action("ends the talk at the desk", ending) { moment, _ in
            guard let session = moment.talk else { return .nothing }
            return .say(.sessionEnd(SessionReference(sessionID: session.id)))
        },
        Action("puts on hold", { $0.page.session?.state == .connected ? 2 : 0 }) { moment, _ in
            guard let session = moment.page.session else { return .nothing }
            return .say(.sessionHold(SessionReference(sessionID: session.id)))
        },
        Action("resumes", { $0.page.session?.state == .held ? 20 : 0 }) { moment, _ in
            guard let session = moment.page.session else { return .nothing }
            return .say(.sessionResume(SessionReference(sessionID: session.id)))
        },
        Action("hands on to a hall", { $0.isTalking ? 2 : 0 }) { moment, chance in
            guard let session = moment.page.session else { return .nothing }
            let language: SpokenLanguage? = chance.roll(4) == 0 ? chance.pick(SpokenLanguage.allCases) : nil
            return .say(
                .sessionTransfer(
                    SessionTransfer(
                        sessionID: session.id, hallID: chance.pick(moment.town.halls).id, seatID: nil, language: language, note: "请接着办")))
        },
        Action("hands on to a seat", { $0.isTalking ? 2 : 0 }) { moment, chance in
            guard let session = moment.page.session else { return .nothing }
            let seat = chance.pick(moment.town.seats)
            return .say(
                .sessionTransfer(
                    SessionTransfer(
                        sessionID: session.id, hallID: seat.hall, seatID: seat.id, language: nil, note: "")))
        },
        Action("wraps up", { $0.isWrappingUp ? max(2, $0.habits.attention / 3) : 0 }) { moment, chance in
            guard let session = moment.page.session else { return .nothing }
            let disposition = moment.page.disposition ?? chance.pick([.advised, .advised, .referred])
            return .say(.sessionWrapUp(SessionWrapUp(sessionID: session.id, disposition: disposition, note: "", ready: chance.roll(3) > 0)))
        },
        Action("tries what only a citizen may", { _ in 1 }) { _, _ in .say(.ticketCancel(TicketReference(ticketID: Numbered.identifier(404)))) },
        Action("walks away", { $0.page.seat == nil ? 0 : 1 }) { _, _ in .leave(comesBack: true) },
        Action("goes home", { $0.page.seat == nil && !$0.isOnShift ? 30 : 0 }) { _, _ in .leave(comesBack: true) },
        Action("waits at the desk", { _ in 20 }) { _, _ in .nothing },
    ]

    /// Also where it is not allowed, now and then.
    private static func asking(_ moment: Moment) -> Int {
        guard moment.isTalking, !moment.isConsultant else { return 0 }
        let canAsk = moment.consult == nil && (moment.page.session?.state == .connected || moment.page.session?.state == .held)
        return canAsk ? 16 : 1
    }

    @Sendable private static func endConsult(_ moment: Moment, _ chance: inout Chance) -> Deed {
        guard let session = moment.page.session else { return .nothing }
        return .say(.consultEnd(SessionReference(sessionID: session.id)))
    }

    private static func ending(_ moment: Moment) -> Int {
        guard let session = moment.talk else { return 0 }
        // A citizen who was called and does not enter is given up sometimes before the broker does it.
        if session.state == .ringing { return moment.now - session.startedAt > .seconds(35) ? 4 : 0 }
        if moment.consult?.state == .talking || moment.isConsultant { return 1 }
        return moment.hasTalkedEnough || session.concluded ? 25 : 1
    }

    /// The pre-review in front of the agent, while it can still be concluded.
    private static func reviewed(_ moment: Moment) -> SessionView? {
        guard moment.isTalking || moment.isWrappingUp, let session = moment.page.session, session.kind == .preReview, !session.concluded
        else { return nil }
        return session
    }

    private static func unjudged(_ moment: Moment) -> MaterialEntryView? { reviewed(moment)?.materials.first { $0.verdict == nil } }

    private static func settled(_ moment: Moment) -> MaterialEntryView? { reviewed(moment)?.materials.first { $0.acceptedIn != nil } }

    private static func judgement(of entry: MaterialEntryView, _ verdict: Verdict, in session: SessionView) -> PrecheckVerdict {
        PrecheckVerdict(
            sessionID: session.id, materialID: entry.material.id, verdict: verdict, reasons: verdict.needsReason ? [Town.blurred] : [], note: "",
            dueBy: verdict == .waived ? CivilDate(year: 2026, month: 12, day: 23) : nil)
    }
}
