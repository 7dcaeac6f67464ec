import SignalingProtocol

// Which command goes where, and who may give it.

extension Broker {
    mutating func dispatch(_ command: Command, from endpoint: Endpoint, entropy: UInt64, at now: Instant) throws(WireError) {
        switch endpoint {
        case .citizen(let citizen): try perform(command, citizen: citizen, entropy: entropy, at: now)
        case .agent(let agent): try perform(command, agent: agent, entropy: entropy, at: now)
        }
    }

    private mutating func perform(_ command: Command, citizen: CitizenID, entropy: UInt64, at now: Instant) throws(WireError) {
        switch command {
        case .ticketTake(let payload): try takeTicket(payload, citizen: citizen, entropy: entropy, at: now)
        case .ticketCancel(let payload): try cancelTicket(payload.ticketID, citizen: citizen, at: now)
        case .ticketLeave(let payload): try leaveForCallBack(payload.ticketID, citizen: citizen, at: now)
        case .ticketConfirm(let payload): try confirmCallBack(payload.ticketID, citizen: citizen, at: now)
        case .ticketRevive(let payload): try reviveTicket(payload.ticketID, citizen: citizen, at: now)
        case .sessionJoin(let payload): try joinSession(payload.sessionID, citizen: citizen, at: now)
        case .materialRemoveFile(let payload): try removeFile(payload, citizen: citizen, at: now)
        case .materialAnswer(let payload): try answerCondition(payload, citizen: citizen, at: now)
        case .materialArrange(let payload): try arrange(payload, citizen: citizen)
        case .materialRotate(let payload): try rotate(payload, citizen: citizen)
        case .caseEnterFields(let payload): try enterFields(payload, citizen: citizen, at: now)
        case .correctionAnswer(let payload): try answerCorrection(payload, citizen: citizen, at: now)
        case .stillAnswer(let payload): try answerStill(payload, citizen: citizen, at: now)
        case .noticeConfirm(let payload): try confirmNotice(payload, citizen: citizen, at: now)
        case .acknowledge, .heartbeatAck, .sessionEnd, .mediaRenew, .chatSend:
            try performForBoth(command, from: .citizen(citizen), at: now)
        case .seatSignOn, .seatSignOff, .seatReady, .seatNotReady, .seatHelp, .reservationAccept, .reservationReject, .sessionHold, .sessionResume,
            .sessionTransfer, .consultStart, .consultInclude, .consultEnd, .consultLeave, .consultHandOver, .sessionWrapUp, .precheckVerdict, .precheckConclude,
            .precheckReopen, .correctionPropose, .stillAsk:
            throw WireError(.notAllowed)
        }
    }

    private mutating func perform(_ command: Command, agent: AgentID, entropy: UInt64, at now: Instant) throws(WireError) {
        switch command {
        case .seatSignOn(let payload): try signOn(at: payload.seatID, agent: agent, now)
        case .seatSignOff: try signOff(agent, at: now)
        case .seatReady: try makeReady(agent, at: now)
        case .seatNotReady(let payload): try makeNotReady(agent, reason: payload.reason, at: now)
        case .seatHelp(let payload): try askForHelp(payload, agent: agent)
        case .reservationAccept(let payload): try accept(payload.reservationID, agent: agent, at: now)
        case .reservationReject(let payload): try reject(payload, agent: agent, at: now)
        case .sessionHold(let payload): try hold(payload.sessionID, agent: agent, at: now)
        case .sessionResume(let payload): try endHold(payload.sessionID, agent: agent, at: now)
        case .sessionTransfer(let payload): try transfer(payload, agent: agent, at: now)
        case .consultStart(let payload): try startConsult(payload, agent: agent, at: now)
        case .consultInclude(let payload): try include(payload, agent: agent, at: now)
        case .consultEnd(let payload): try endConsult(payload.sessionID, agent: agent, at: now)
        case .consultLeave(let payload): try leaveConsult(payload.sessionID, agent: agent, at: now)
        case .consultHandOver(let payload): try handOver(payload.sessionID, agent: agent, at: now)
        case .sessionWrapUp(let payload): try completeWrapUp(payload, agent: agent, at: now)
        case .precheckVerdict(let payload): try giveVerdict(payload, agent: agent, at: now)
        case .precheckConclude(let payload): try conclude(payload, agent: agent, entropy: entropy, at: now)
        case .precheckReopen(let payload): try reopen(payload, agent: agent, at: now)
        case .correctionPropose(let payload): try proposeCorrection(payload, agent: agent, at: now)
        case .stillAsk(let payload): try askStill(payload, agent: agent, at: now)
        case .acknowledge, .heartbeatAck, .sessionEnd, .mediaRenew, .chatSend:
            try performForBoth(command, from: .agent(agent), at: now)
        case .ticketTake, .ticketCancel, .ticketLeave, .ticketConfirm, .ticketRevive, .sessionJoin, .materialRemoveFile, .materialAnswer, .materialArrange,
            .materialRotate, .caseEnterFields, .correctionAnswer, .stillAnswer, .noticeConfirm:
            throw WireError(.notAllowed)
        }
    }

    private mutating func performForBoth(_ command: Command, from endpoint: Endpoint, at now: Instant) throws(WireError) {
        switch command {
        case .acknowledge(let payload): acknowledge(payload.seq, by: endpoint)
        case .heartbeatAck: heartbeatAcknowledged(by: endpoint, at: now)
        case .sessionEnd(let payload): try endSession(payload.sessionID, by: endpoint, at: now)
        case .mediaRenew(let payload): try renewMedia(payload, by: endpoint, at: now)
        case .chatSend(let payload): try chat(payload, by: endpoint, at: now)
        case .ticketTake, .ticketCancel, .ticketLeave, .ticketConfirm, .ticketRevive, .sessionJoin, .materialRemoveFile, .materialAnswer, .materialArrange,
            .materialRotate, .caseEnterFields, .correctionAnswer, .stillAnswer, .noticeConfirm, .seatSignOn, .seatSignOff, .seatReady, .seatNotReady,
            .seatHelp, .reservationAccept, .reservationReject, .sessionHold, .sessionResume, .sessionTransfer, .consultStart, .consultInclude, .consultEnd,
            .consultLeave, .consultHandOver, .sessionWrapUp, .precheckVerdict, .precheckConclude, .precheckReopen, .correctionPropose, .stillAsk:
            throw WireError(.notAllowed)
        }
    }
}

extension Command {
    /// Signals are never answered.
    var isAnswered: Bool {
        switch self {
        case .acknowledge, .heartbeatAck: false
        case .ticketTake, .ticketCancel, .ticketLeave, .ticketConfirm, .ticketRevive, .seatSignOn, .seatSignOff, .seatReady, .seatNotReady, .seatHelp,
            .reservationAccept, .reservationReject, .sessionJoin, .sessionHold, .sessionResume, .sessionTransfer, .sessionEnd, .sessionWrapUp, .mediaRenew,
            .consultStart, .consultInclude, .consultEnd, .consultLeave, .consultHandOver, .chatSend, .materialRemoveFile, .precheckVerdict, .precheckConclude,
            .precheckReopen, .materialAnswer, .materialArrange, .materialRotate, .caseEnterFields, .correctionPropose, .correctionAnswer, .stillAsk,
            .stillAnswer, .noticeConfirm:
            true
        }
    }
}
