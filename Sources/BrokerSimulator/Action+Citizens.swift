import BrokerCore
import SignalingProtocol

extension Action {
    /// What citizens do.
    static let ofCitizens: [Action] = [
        Action("takes a ticket", { $0.liveTicket == nil && $0.talk == nil ? ($0.page.ticket == nil && $0.liveAppointments.isEmpty ? 60 : 3) : 0 }) {
            moment, chance in
            let item = chance.pick(moment.town.catalogue)
            return .say(
                .ticketTake(
                    TicketTake(
                        hallID: chance.pick(moment.town.halls).id, itemCode: item.code, kind: chance.pick(item.kinds),
                        language: chance.roll(5) == 0 ? chance.pick([.mandarin, .teochew]) : nil,
                        priority: chance.roll(5) == 0 ? chance.pick(PriorityGround.allCases) : nil)))
        },
        Action("comes again", { $0.liveTicket == nil && $0.talk == nil && $0.page.matter?.notice != nil ? 40 : 0 }) { moment, _ in
            guard let ticket = moment.page.ticket else { return .nothing }
            return .say(
                .ticketTake(TicketTake(hallID: ticket.hall.id, itemCode: ticket.item.code, kind: ticket.kind, caseID: ticket.caseID)))
        },
        Action("takes the same ticket again", { $0.liveTicket == nil ? 0 : 1 }) { moment, _ in
            guard let ticket = moment.liveTicket else { return .nothing }
            return .say(.ticketTake(TicketTake(hallID: ticket.hall.id, itemCode: ticket.item.code, kind: ticket.kind)))
        },
        Action("asks for what is not offered", { _ in 1 }) { moment, chance in
            .say(.ticketTake(TicketTake(hallID: chance.pick(moment.town.halls).id, itemCode: Town.unknownItem, kind: .preReview)))
        },
        Action("gives the ticket up", { $0.liveTicket == nil ? 0 : $0.hasLostPatience ? 30 : 1 }) { moment, _ in
            guard let ticket = moment.liveTicket else { return .nothing }
            return .say(.ticketCancel(TicketReference(ticketID: ticket.id)))
        },
        Action("leaves for a while", { $0.liveTicket?.state == .waiting && $0.liveTicket?.callBack == nil ? 3 : 0 }) { moment, _ in
            guard let ticket = moment.liveTicket else { return .nothing }
            return .say(.ticketLeave(TicketReference(ticketID: ticket.id)))
        },
        Action("is back", { $0.liveTicket?.callBack == .asked ? 30 : $0.liveTicket?.callBack == .away ? 2 : 0 }) { moment, _ in
            guard let ticket = moment.liveTicket else { return .nothing }
            return .say(.ticketConfirm(TicketReference(ticketID: ticket.id)))
        },
        Action("takes a parked ticket up", { $0.liveTicket?.state == .parked ? 10 : 0 }) { moment, _ in
            guard let ticket = moment.liveTicket else { return .nothing }
            return .say(.ticketRevive(TicketReference(ticketID: ticket.id)))
        },
        Action("enters", { $0.talk?.state == .ringing ? $0.habits.attention : 0 }) { moment, _ in
            guard let session = moment.talk else { return .nothing }
            return .say(.sessionJoin(SessionReference(sessionID: session.id)))
        },
        Action("declines", { $0.talk?.state == .ringing ? 3 : 0 }) { moment, _ in
            guard let session = moment.talk else { return .nothing }
            return .say(.sessionEnd(SessionReference(sessionID: session.id)))
        },
        Action("ends the talk", { $0.isTalking ? ($0.hasTalkedEnough ? 6 : 1) : 0 }) { moment, _ in
            guard let session = moment.talk else { return .nothing }
            return .say(.sessionEnd(SessionReference(sessionID: session.id)))
        },
        Action("chats", { $0.isTalking ? 8 : 0 }, chat),
        Action("says it once more", { $0.isTalking && $0.page.session?.chat.isEmpty == false ? 2 : 0 }, repeatLine),
        Action("hands a file in", { $0.liveTicket?.kind == .preReview ? 12 : 0 }) { moment, chance in
            guard let ticket = moment.liveTicket, let item = moment.town.catalogue.first(where: { $0.code == ticket.item.code }), !item.materials.isEmpty
            else { return .nothing }
            return .handIn(chance.pick(item.materials).id, ticket.caseID)
        },
        Action("takes a file back", { $0.page.materials.contains { !$0.files.isEmpty } ? 2 : 0 }) { moment, chance in
            guard let ticket = moment.page.ticket, let file = moment.page.materials.flatMap(\.files).last else { return .nothing }
            return .say(.materialRemoveFile(MaterialRemoveFile(caseID: ticket.caseID, fileID: file.id)))
        },
        Action("answers a question", { $0.liveTicket?.kind == .preReview ? 5 : 0 }) { moment, chance in
            guard let ticket = moment.liveTicket, let item = moment.town.catalogue.first(where: { $0.code == ticket.item.code }), !item.materials.isEmpty
            else { return .nothing }
            return .say(
                .materialAnswer(
                    MaterialAnswer(caseID: ticket.caseID, materialID: chance.pick(item.materials).id, applies: chance.roll(2) == 0)))
        },
        Action("puts pages in order", { $0.page.materials.contains { $0.files.count > 1 } ? 4 : 0 }) { moment, _ in
            guard let ticket = moment.page.ticket, let entry = moment.page.materials.first(where: { $0.files.count > 1 }) else { return .nothing }
            return .say(
                .materialArrange(
                    MaterialArrange(caseID: ticket.caseID, materialID: entry.material.id, files: entry.files.map(\.id).reversed())))
        },
        Action("turns a page", { $0.page.materials.contains { !$0.files.isEmpty } ? 2 : 0 }) { moment, chance in
            guard let ticket = moment.page.ticket, let file = moment.page.materials.flatMap(\.files).first else { return .nothing }
            return .say(.materialRotate(MaterialRotate(caseID: ticket.caseID, fileID: file.id, rotation: chance.roll(4) * 90)))
        },
        Action("fills in the form", { $0.liveTicket == nil ? 0 : 2 }) { moment, chance in
            guard let ticket = moment.liveTicket else { return .nothing }
            let field = CaseField(key: .organisationName, value: chance.pick(["示例商贸", "示例商行", ""]))
            return .say(.caseEnterFields(CaseEnterFields(caseID: ticket.caseID, fields: [field])))
        },
        Action("answers a correction", { $0.page.session?.matter.corrections.contains { $0.state == .proposed } == true ? 20 : 0 }) { moment, chance in
            guard let session = moment.page.session, let open = session.matter.corrections.first(where: { $0.state == .proposed }) else { return .nothing }
            return .say(.correctionAnswer(CorrectionAnswer(sessionID: session.id, correctionID: open.id, accepted: chance.roll(3) > 0)))
        },
        Action("answers for a picture", { $0.page.session?.matter.still?.state == .asked ? 20 : 0 }) { moment, chance in
            guard let session = moment.page.session, let still = session.matter.still else { return .nothing }
            let hash = chance.roll(4) == 0 ? nil : "picture-\(chance.roll(1_000))"
            return .say(.stillAnswer(StillAnswer(sessionID: session.id, stillID: still.id, sha256: hash)))
        },
        Action("sends the picture", { $0.page.session?.matter.still?.state == .taken ? 10 : 0 }, sendStill),
        Action("has read the notice", { $0.page.matter?.notice.map { $0.confirmedAt == nil } == true ? 10 : 0 }) { moment, _ in
            guard let matter = moment.page.matter, let notice = matter.notice else { return .nothing }
            return .say(.noticeConfirm(NoticeConfirm(caseID: matter.id, version: notice.version)))
        },
        Action("renews the picture", { $0.isTalking ? 2 : 0 }, renewMedia),
        Action("leaves", leaving) { moment, chance in .leave(comesBack: (moment.liveTicket != nil || !moment.liveAppointments.isEmpty) && chance.roll(2) == 0)
        },
        Action("tries what only a seat may", { _ in 1 }) { _, _ in .say(.seatReady) },
        Action("waits", { _ in 20 }) { _, _ in .nothing },
    ]

    private static func leaving(_ moment: Moment) -> Int {
        guard let ticket = moment.page.ticket else { return 1 }
        if ticket.state.isTerminal { return moment.talk == nil ? 25 : 0 }
        return moment.hasLostPatience ? 8 : 1
    }

    // MARK: Both sides of a talk

    @Sendable static func chat(_ moment: Moment, _ chance: inout Chance) -> Deed {
        guard let session = moment.page.session else { return .nothing }
        // Below 2^47, so that it never meets a number that is counted.
        let id: ChatMessageID = Numbered.identifier(1 << 46 | chance.roll(1 << 45))
        return .say(.chatSend(ChatSend(sessionID: session.id, messageID: id, text: "好的")))
    }

    @Sendable static func repeatLine(_ moment: Moment, _ chance: inout Chance) -> Deed {
        guard let session = moment.page.session, let line = session.chat.last else { return .nothing }
        return .say(.chatSend(ChatSend(sessionID: session.id, messageID: line.id, text: line.text)))
    }

    @Sendable static func sendStill(_ moment: Moment, _ chance: inout Chance) -> Deed {
        guard let session = moment.page.session, let still = session.matter.still else { return .nothing }
        return .sendStill(still, session.id)
    }

    @Sendable static func renewMedia(_ moment: Moment, _ chance: inout Chance) -> Deed {
        guard let session = moment.page.session, let media = session.media else { return .nothing }
        return .say(.mediaRenew(MediaReference(sessionID: session.id, epoch: max(0, media.epoch - chance.roll(2)))))
    }
}
