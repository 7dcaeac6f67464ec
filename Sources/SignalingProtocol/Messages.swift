import Foundation

/// A client's message with its payload, apart from `hello` and the relayed ones, which the connection handles before the broker.
public enum Command: Hashable, Sendable {
    case acknowledge(Acknowledge)
    case heartbeatAck
    case ticketTake(TicketTake)
    case ticketCancel(TicketReference)
    case ticketLeave(TicketReference)
    case ticketConfirm(TicketReference)
    case ticketRevive(TicketReference)
    case seatSignOn(SeatSignOn)
    case seatSignOff
    case seatReady
    case seatNotReady(SeatNotReady)
    case seatHelp(SeatHelp)
    case reservationAccept(ReservationReference)
    case reservationReject(ReservationReject)
    case sessionJoin(SessionReference)
    case sessionHold(SessionReference)
    case sessionResume(SessionReference)
    case sessionTransfer(SessionTransfer)
    case sessionEnd(SessionReference)
    case sessionWrapUp(SessionWrapUp)
    case mediaRenew(MediaReference)
    case consultStart(ConsultStart)
    case consultInclude(ConsultInclude)
    case consultEnd(SessionReference)
    case consultLeave(SessionReference)
    case consultHandOver(SessionReference)
    case chatSend(ChatSend)
    case materialRemoveFile(MaterialRemoveFile)
    case precheckVerdict(PrecheckVerdict)
    case precheckConclude(PrecheckConclude)
    case materialAnswer(MaterialAnswer)
    case materialArrange(MaterialArrange)
    case materialRotate(MaterialRotate)
    case caseEnterFields(CaseEnterFields)
    case correctionPropose(CorrectionPropose)
    case correctionAnswer(CorrectionAnswer)
    case stillAsk(StillAsk)
    case stillAnswer(StillAnswer)
    case precheckReopen(PrecheckReopen)
    case noticeConfirm(NoticeConfirm)

    /// - Throws: `invalid_field`; `unknown_type` for a kind that is not a command for the broker.
    public init(_ kind: MessageKind, payload json: Data, by decoder: JSONDecoder) throws(WireError) {
        func payload<Payload: WirePayload>(_ type: Payload.Type) throws(WireError) -> Payload {
            try WireCoding.decode(type, from: json, by: decoder)
        }
        self =
            switch kind {
            case .ack: .acknowledge(try payload(Acknowledge.self))
            case .heartbeatAck: .heartbeatAck
            case .ticketTake: .ticketTake(try payload(TicketTake.self))
            case .ticketCancel: .ticketCancel(try payload(TicketReference.self))
            case .ticketLeave: .ticketLeave(try payload(TicketReference.self))
            case .ticketConfirm: .ticketConfirm(try payload(TicketReference.self))
            case .ticketRevive: .ticketRevive(try payload(TicketReference.self))
            case .seatSignOn: .seatSignOn(try payload(SeatSignOn.self))
            case .seatSignOff: .seatSignOff
            case .seatReady: .seatReady
            case .seatNotReady: .seatNotReady(try payload(SeatNotReady.self))
            case .seatHelp: .seatHelp(try payload(SeatHelp.self))
            case .reservationAccept: .reservationAccept(try payload(ReservationReference.self))
            case .reservationReject: .reservationReject(try payload(ReservationReject.self))
            case .sessionJoin: .sessionJoin(try payload(SessionReference.self))
            case .sessionHold: .sessionHold(try payload(SessionReference.self))
            case .sessionResume: .sessionResume(try payload(SessionReference.self))
            case .sessionTransfer: .sessionTransfer(try payload(SessionTransfer.self))
            case .sessionEnd: .sessionEnd(try payload(SessionReference.self))
            case .sessionWrapUp: .sessionWrapUp(try payload(SessionWrapUp.self))
            case .sessionMediaRenew: .mediaRenew(try payload(MediaReference.self))
            case .consultStart: .consultStart(try payload(ConsultStart.self))
            case .consultInclude: .consultInclude(try payload(ConsultInclude.self))
            case .consultEnd: .consultEnd(try payload(SessionReference.self))
            case .consultLeave: .consultLeave(try payload(SessionReference.self))
            case .consultHandOver: .consultHandOver(try payload(SessionReference.self))
            case .chatSend: .chatSend(try payload(ChatSend.self))
            case .materialRemoveFile: .materialRemoveFile(try payload(MaterialRemoveFile.self))
            case .precheckVerdict: .precheckVerdict(try payload(PrecheckVerdict.self))
            case .precheckConclude: .precheckConclude(try payload(PrecheckConclude.self))
            case .materialAnswer: .materialAnswer(try payload(MaterialAnswer.self))
            case .materialArrange: .materialArrange(try payload(MaterialArrange.self))
            case .materialRotate: .materialRotate(try payload(MaterialRotate.self))
            case .caseEnterFields: .caseEnterFields(try payload(CaseEnterFields.self))
            case .correctionPropose: .correctionPropose(try payload(CorrectionPropose.self))
            case .correctionAnswer: .correctionAnswer(try payload(CorrectionAnswer.self))
            case .stillAsk: .stillAsk(try payload(StillAsk.self))
            case .stillAnswer: .stillAnswer(try payload(StillAnswer.self))
            case .precheckReopen: .precheckReopen(try payload(PrecheckReopen.self))
            case .noticeConfirm: .noticeConfirm(try payload(NoticeConfirm.self))
            case .hello, .rtcDescription, .rtcCandidate, .bye, .welcome, .ok, .error, .heartbeat, .ticketUpdated, .ticketPlace,
                .seatUpdated, .reservationRinging, .reservationEnded, .sessionStarted, .sessionUpdated, .sessionMedia, .consultUpdated, .chatMessage,
                .materialUpdated, .precheckConcluded, .caseUpdated, .boardQueue, .appointmentUpdated:
                throw WireError(.unknownType)
            }
    }
}

/// Whatever the server says.
public enum ServerMessage: Hashable, Sendable {
    case welcome(Welcome)
    case ok
    case error(WireError)
    case bye(Bye)
    case heartbeat(Heartbeat)
    case ticketUpdated(TicketUpdated)
    case ticketPlace(TicketPlace)
    case seatUpdated(SeatUpdated)
    case reservationRinging(ReservationRinging)
    case reservationEnded(ReservationEnded)
    case sessionStarted(SessionStarted)
    case sessionUpdated(SessionUpdated)
    case sessionMedia(SessionMedia)
    case consultUpdated(ConsultUpdated)
    case chatMessage(ChatMessagePush)
    case materialUpdated(MaterialUpdated)
    case precheckConcluded(PrecheckConcluded)
    case caseUpdated(CaseUpdated)
    case boardQueue(QueueUpdated)
    case appointmentUpdated(AppointmentUpdated)

    public var content: (kind: MessageKind, payload: any WirePayload) {
        switch self {
        case .welcome(let payload): (.welcome, payload)
        case .ok: (.ok, EmptyPayload())
        case .error(let payload): (.error, payload)
        case .bye(let payload): (.bye, payload)
        case .heartbeat(let payload): (.heartbeat, payload)
        case .ticketUpdated(let payload): (.ticketUpdated, payload)
        case .ticketPlace(let payload): (.ticketPlace, payload)
        case .seatUpdated(let payload): (.seatUpdated, payload)
        case .reservationRinging(let payload): (.reservationRinging, payload)
        case .reservationEnded(let payload): (.reservationEnded, payload)
        case .sessionStarted(let payload): (.sessionStarted, payload)
        case .sessionUpdated(let payload): (.sessionUpdated, payload)
        case .sessionMedia(let payload): (.sessionMedia, payload)
        case .consultUpdated(let payload): (.consultUpdated, payload)
        case .chatMessage(let payload): (.chatMessage, payload)
        case .materialUpdated(let payload): (.materialUpdated, payload)
        case .precheckConcluded(let payload): (.precheckConcluded, payload)
        case .caseUpdated(let payload): (.caseUpdated, payload)
        case .boardQueue(let payload): (.boardQueue, payload)
        case .appointmentUpdated(let payload): (.appointmentUpdated, payload)
        }
    }
}

/// A server's message on its way to one connection.
public struct ServerFrame: Hashable, Sendable {
    /// The request it answers.
    public var re: Int?
    /// Its number, for a push.
    public var seq: Int?
    public var message: ServerMessage

    public init(re: Int? = nil, seq: Int? = nil, message: ServerMessage) {
        self.re = re
        self.seq = seq
        self.message = message
    }

    /// The frame as JSON text.
    /// - Throws: an `EncodingError`, which would be a defect of a payload type.
    public func encoded(by encoder: JSONEncoder) throws -> [UInt8] {
        let (kind, payload) = message.content
        var text = Array("{".utf8)
        if let re { text += "\"re\":\(re),".utf8 }
        if let seq { text += "\"seq\":\(seq),".utf8 }
        text += "\"type\":\"\(kind.rawValue)\",\"payload\":".utf8
        text += try encoder.encode(payload)
        text.append(UInt8(ascii: "}"))
        return text
    }
}
