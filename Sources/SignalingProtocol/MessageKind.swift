/// Every message type of `farwindow.v1`, and for each: who sends it, who may, and what it carries. The one table of the wire.
public enum MessageKind: String, WireWord {
    case hello, ack, bye
    case heartbeatAck = "heartbeat.ack"
    case ticketTake = "ticket.take"
    case ticketCancel = "ticket.cancel"
    case ticketLeave = "ticket.leave"
    case ticketConfirm = "ticket.confirm"
    case ticketRevive = "ticket.revive"
    case seatSignOn = "seat.sign-on"
    case seatSignOff = "seat.sign-off"
    case seatReady = "seat.ready"
    case seatNotReady = "seat.not-ready"
    case seatHelp = "seat.help"
    case reservationAccept = "reservation.accept"
    case reservationReject = "reservation.reject"
    case sessionJoin = "session.join"
    case sessionHold = "session.hold"
    case sessionResume = "session.resume"
    case sessionTransfer = "session.transfer"
    case sessionEnd = "session.end"
    case sessionWrapUp = "session.wrap-up"
    case sessionMediaRenew = "session.media-renew"
    case consultStart = "consult.start"
    case consultInclude = "consult.include"
    case consultEnd = "consult.end"
    case consultLeave = "consult.leave"
    case consultHandOver = "consult.hand-over"
    case chatSend = "chat.send"
    case materialRemoveFile = "material.remove-file"
    case precheckVerdict = "precheck.verdict"
    case precheckConclude = "precheck.conclude"
    case materialAnswer = "material.answer"
    case materialArrange = "material.arrange"
    case materialRotate = "material.rotate"
    case caseEnterFields = "case.enter-fields"
    case correctionPropose = "correction.propose"
    case correctionAnswer = "correction.answer"
    case stillAsk = "still.ask"
    case stillAnswer = "still.answer"
    case precheckReopen = "precheck.reopen"
    case noticeConfirm = "notice.confirm"
    case rtcDescription = "rtc.description"
    case rtcCandidate = "rtc.candidate"

    case welcome, ok, error, heartbeat
    case ticketUpdated = "ticket.updated"
    case ticketPlace = "ticket.place"
    case seatUpdated = "seat.updated"
    case reservationRinging = "reservation.ringing"
    case reservationEnded = "reservation.ended"
    case sessionStarted = "session.started"
    case sessionUpdated = "session.updated"
    case sessionMedia = "session.media"
    case consultUpdated = "consult.updated"
    case chatMessage = "chat.message"
    case materialUpdated = "material.updated"
    case precheckConcluded = "precheck.concluded"
    case caseUpdated = "case.updated"
    case boardQueue = "board.queue"
    case appointmentUpdated = "appointment.updated"
}

extension MessageKind {
    /// How a message travels.
    public enum Travel: String, Sendable {
        /// From a client; with an `id` it is answered by `ok`, `welcome` or `error`.
        case command
        /// From a client, never answered.
        case signal
        /// From one side of a session to the other, through the server, as bytes. An `error` comes back only when it could not be passed on.
        case relay
        /// From the server, with the `re` of the command it answers.
        case answer
        /// From the server, numbered by `seq`, kept until acknowledged, sent again after a break.
        case push
        /// From the server, not numbered and not repeated: only the newest counts.
        case ephemeral
    }

    public struct Rule: Sendable {
        public let travel: Travel
        /// Roles that may send it; empty for what the server sends.
        public let senders: Set<Role>
        public let payload: any WirePayload.Type
        public let summary: String
    }

    public var rule: Rule {
        switch self {
        case .hello:
            Rule(
                travel: .command, senders: [.citizen, .agent], payload: Hello.self,
                summary: "First message: who this is and where it stopped. Answered by welcome.")
        case .ack:
            Rule(
                travel: .signal, senders: [.citizen, .agent], payload: Acknowledge.self, summary: "All pushes up to seq are handled; the server forgets them.")
        case .bye: Rule(travel: .ephemeral, senders: [], payload: Bye.self, summary: "The server closes this connection, and why.")
        case .heartbeatAck:
            Rule(
                travel: .signal, senders: [.citizen, .agent], payload: EmptyPayload.self,
                summary: "The page is alive. Without it no work is given to this client.")
        case .ticketTake:
            Rule(
                travel: .command, senders: [.citizen], payload: TicketTake.self,
                summary: "Takes a ticket. With a live ticket for the same item and kind it changes nothing.")
        case .ticketCancel:
            Rule(travel: .command, senders: [.citizen], payload: TicketReference.self, summary: "Gives the ticket up. A ring for it stops at once.")
        case .ticketLeave:
            Rule(
                travel: .command, senders: [.citizen], payload: TicketReference.self,
                summary: "Keeps the place and leaves: the citizen is told when it is nearly their turn, and rung for only once confirmed.")
        case .ticketConfirm:
            Rule(travel: .command, senders: [.citizen], payload: TicketReference.self, summary: "The citizen is back from a call-back and can be called.")
        case .ticketRevive: Rule(travel: .command, senders: [.citizen], payload: TicketReference.self, summary: "Takes a parked ticket back to its old place.")
        case .seatSignOn: Rule(travel: .command, senders: [.agent], payload: SeatSignOn.self, summary: "Signs on at a seat; it begins not ready.")
        case .seatSignOff: Rule(travel: .command, senders: [.agent], payload: EmptyPayload.self, summary: "Signs off. Not during a session or wrap-up.")
        case .seatReady: Rule(travel: .command, senders: [.agent], payload: EmptyPayload.self, summary: "Takes tickets from now on.")
        case .seatNotReady: Rule(travel: .command, senders: [.agent], payload: SeatNotReady.self, summary: "Takes no tickets, with the reason.")
        case .seatHelp:
            Rule(
                travel: .command, senders: [.agent], payload: SeatHelp.self,
                summary: "Asks a supervisor for help. While the seat asks already it changes nothing; it is over when a supervisor closes the task.")
        case .reservationAccept:
            Rule(travel: .command, senders: [.agent], payload: ReservationReference.self, summary: "Accepts the ringing ticket; the session starts.")
        case .reservationReject:
            Rule(
                travel: .command, senders: [.agent], payload: ReservationReject.self,
                summary: "Turns the ringing ticket down, with a reason; it keeps its place.")
        case .sessionJoin: Rule(travel: .command, senders: [.citizen], payload: SessionReference.self, summary: "The called citizen enters the session.")
        case .sessionHold: Rule(travel: .command, senders: [.agent], payload: SessionReference.self, summary: "Puts the citizen on hold for a bounded time.")
        case .sessionResume: Rule(travel: .command, senders: [.agent], payload: SessionReference.self, summary: "Ends the hold.")
        case .sessionTransfer:
            Rule(
                travel: .command, senders: [.agent], payload: SessionTransfer.self,
                summary: "Hands the citizen on; the seat goes into wrap-up, the ticket to the front of the queue.")
        case .sessionEnd:
            Rule(travel: .command, senders: [.citizen, .agent], payload: SessionReference.self, summary: "Ends the talk; the seat goes into wrap-up.")
        case .sessionWrapUp: Rule(travel: .command, senders: [.agent], payload: SessionWrapUp.self, summary: "Completes wrap-up with the disposition.")
        case .sessionMediaRenew:
            Rule(travel: .command, senders: [.citizen, .agent], payload: MediaReference.self, summary: "Asks for a new media epoch. An old epoch is ignored.")
        case .consultStart:
            Rule(
                travel: .command, senders: [.agent], payload: ConsultStart.self,
                summary: "Asks a colleague in: it rings at a seat that can take it, before any ticket does.")
        case .consultInclude:
            Rule(travel: .command, senders: [.agent], payload: ConsultInclude.self, summary: "Takes the citizen into the consult, or apart for a bounded time.")
        case .consultEnd:
            Rule(travel: .command, senders: [.agent], payload: SessionReference.self, summary: "The agent takes the request back, or goes on alone.")
        case .consultLeave: Rule(travel: .command, senders: [.agent], payload: SessionReference.self, summary: "The consultant leaves.")
        case .consultHandOver:
            Rule(
                travel: .command, senders: [.agent], payload: SessionReference.self,
                summary: "The consultant goes on with the citizen in a session of their own; this seat goes into wrap-up.")
        case .chatSend: Rule(travel: .command, senders: [.citizen, .agent], payload: ChatSend.self, summary: "One line of text to the other side.")
        case .materialRemoveFile:
            Rule(
                travel: .command, senders: [.citizen], payload: MaterialRemoveFile.self,
                summary: "Takes a handed-in file back, until the pre-check is concluded.")
        case .precheckVerdict: Rule(travel: .command, senders: [.agent], payload: PrecheckVerdict.self, summary: "The agent's opinion on one material.")
        case .precheckConclude:
            Rule(travel: .command, senders: [.agent], payload: PrecheckConclude.self, summary: "Makes the immutable outcome from the verdicts.")
        case .materialAnswer:
            Rule(travel: .command, senders: [.citizen], payload: MaterialAnswer.self, summary: "The yes or no to a conditional material's question.")
        case .materialArrange:
            Rule(travel: .command, senders: [.citizen], payload: MaterialArrange.self, summary: "Puts a material's files in order.")
        case .materialRotate:
            Rule(travel: .command, senders: [.citizen], payload: MaterialRotate.self, summary: "Turns a file for whoever looks at it.")
        case .caseEnterFields:
            Rule(travel: .command, senders: [.citizen], payload: CaseEnterFields.self, summary: "Fills in fields of the case's form.")
        case .correctionPropose:
            Rule(
                travel: .command, senders: [.agent], payload: CorrectionPropose.self,
                summary: "Proposes another value for a field; the citizen confirms or declines.")
        case .correctionAnswer:
            Rule(travel: .command, senders: [.citizen], payload: CorrectionAnswer.self, summary: "Confirms or declines a proposed correction.")
        case .stillAsk:
            Rule(travel: .command, senders: [.agent], payload: StillAsk.self, summary: "Asks for a full-resolution picture of what the citizen holds up.")
        case .stillAnswer:
            Rule(travel: .command, senders: [.citizen], payload: StillAnswer.self, summary: "Consents, with the picture's hash, or declines.")
        case .precheckReopen:
            Rule(
                travel: .command, senders: [.agent], payload: PrecheckReopen.self,
                summary: "Opens a material again that an earlier visit accepted, with the reason.")
        case .noticeConfirm:
            Rule(travel: .command, senders: [.citizen], payload: NoticeConfirm.self, summary: "The citizen has read the one-time notice.")
        case .rtcDescription:
            Rule(travel: .relay, senders: [.citizen, .agent], payload: RTCDescription.self, summary: "WebRTC session description for the other side.")
        case .rtcCandidate: Rule(travel: .relay, senders: [.citizen, .agent], payload: RTCCandidate.self, summary: "WebRTC ICE candidate for the other side.")
        case .welcome: Rule(travel: .answer, senders: [], payload: Welcome.self, summary: "Answer to hello.")
        case .ok: Rule(travel: .answer, senders: [], payload: EmptyPayload.self, summary: "The command is done and, where it changes something, on disk.")
        case .error: Rule(travel: .answer, senders: [], payload: WireErrorPayload.self, summary: "The command was refused; nothing was changed.")
        case .heartbeat: Rule(travel: .ephemeral, senders: [], payload: Heartbeat.self, summary: "Answer with heartbeat.ack. Carries the server's time.")
        case .ticketUpdated: Rule(travel: .push, senders: [], payload: TicketUpdated.self, summary: "The ticket as it is now.")
        case .ticketPlace: Rule(travel: .ephemeral, senders: [], payload: TicketPlace.self, summary: "The place in the queue moved.")
        case .seatUpdated: Rule(travel: .push, senders: [], payload: SeatUpdated.self, summary: "The seat as it is now.")
        case .reservationRinging: Rule(travel: .push, senders: [], payload: ReservationRinging.self, summary: "A ticket rings at this seat.")
        case .reservationEnded: Rule(travel: .push, senders: [], payload: ReservationEnded.self, summary: "The ring is over, and how.")
        case .sessionStarted:
            Rule(travel: .push, senders: [], payload: SessionStarted.self, summary: "A session with everything in it. The citizen is being called.")
        case .sessionUpdated: Rule(travel: .push, senders: [], payload: SessionUpdated.self, summary: "The session's state or somebody's presence changed.")
        case .sessionMedia: Rule(travel: .push, senders: [], payload: SessionMedia.self, summary: "Build a new peer connection of this epoch.")
        case .consultUpdated: Rule(travel: .push, senders: [], payload: ConsultUpdated.self, summary: "The consult as it is now, or that it is over.")
        case .chatMessage: Rule(travel: .push, senders: [], payload: ChatMessagePush.self, summary: "One line of text, to both sides.")
        case .materialUpdated: Rule(travel: .push, senders: [], payload: MaterialUpdated.self, summary: "One entry of the materials list as it is now.")
        case .precheckConcluded: Rule(travel: .push, senders: [], payload: PrecheckConcluded.self, summary: "The outcome, stored.")
        case .caseUpdated:
            Rule(travel: .push, senders: [], payload: CaseUpdated.self, summary: "The case's form, corrections, picture or notice as they are now.")
        case .appointmentUpdated:
            Rule(travel: .push, senders: [], payload: AppointmentUpdated.self, summary: "The citizen's appointment as it is now.")
        case .boardQueue: Rule(travel: .ephemeral, senders: [], payload: QueueUpdated.self, summary: "The hall's queue in two figures.")
        }
    }
}

/// `WireError` as a message body.
public typealias WireErrorPayload = WireError
extension WireError: WirePayload {}
