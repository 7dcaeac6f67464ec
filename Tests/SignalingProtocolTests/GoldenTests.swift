import Foundation
import Testing

@testable import SignalingProtocol

@Suite("Golden fixtures")
struct GoldenTests {
    @Test("the generated files are those on disk; after a change run `farwindow export-protocol`")
    func fresh() {
        #expect(ProtocolExport.stale(comparedWith: Repository.root) == [])
    }

    @Test("an export is the same every time, and every path once")
    func deterministic() {
        let first = ProtocolExport.files()
        #expect(first.map(\.path) == ProtocolExport.files().map(\.path))
        #expect(first.map(\.bytes) == ProtocolExport.files().map(\.bytes))
        #expect(Set(first.map(\.path)).count == first.count)
        #expect(first.allSatisfy { $0.bytes.last == UInt8(ascii: "\n") })
    }

    @Test("a file that is missing or changed is stale")
    func stale() {
        #expect(ProtocolExport.stale(comparedWith: "/nowhere") == ProtocolExport.files().map(\.path))
    }

    @Test("a client's frames are read, and written again say the same", arguments: MessageKind.allCases.filter { !$0.rule.senders.isEmpty })
    func clientFrames(kind: MessageKind) throws {
        let golden = try Golden(kind)
        for frame in [golden.full, golden.minimal] {
            try accept(frame)
            let envelope = try frame.scanned()
            #expect(try envelope.kind == kind)
            let payload = frame.payload(of: envelope)
            if kind.rule.travel == .relay { continue }
            #expect(try rewritten(kind.rule.payload, payload) == json(payload))
        }
        #expect(try golden.full.scanned().id == (kind.rule.travel == .command ? 7 : nil))
    }

    @Test("a relayed payload is passed on byte by byte", arguments: [MessageKind.rtcDescription, .rtcCandidate])
    func relays(kind: MessageKind) throws {
        let frame = try Golden(kind).full
        let payload = frame.payload(of: try frame.scanned())
        #expect(frame.range(of: payload) != nil)
        let address = try payload.withUnsafeBytes { try Envelope.relayAddress(inPayload: $0) }
        #expect(address.session.description == WireSample.identifiers["SessionSubject"])
        #expect(address.from == .agent && address.to == .consultant)
        #expect(try rewritten(kind.rule.payload, payload) != json(payload), "the type must forget what it does not look at")
    }

    @Test("a server's frames are read, and written again say the same", arguments: MessageKind.allCases.filter(\.rule.senders.isEmpty))
    func serverFrames(kind: MessageKind) throws {
        let golden = try Golden(kind)
        for frame in [golden.full, golden.minimal] {
            let object = try #require(try json(frame) as? [String: Any])
            let payload = try JSONSerialization.data(withJSONObject: #require(object["payload"]))
            let message = try ServerMessage(kind, payload: payload)
            let written = try ServerFrame(re: object["re"] as? Int, seq: object["seq"] as? Int, message: message).encoded(by: WireCoding.encoder())
            #expect(try json(written) == json(frame))
        }
    }

    @Test("a full fixture has every field, a minimal one only the required", arguments: MessageKind.allCases)
    func fields(kind: MessageKind) throws {
        let golden = try Golden(kind)
        let shape = try WireCatalogue().payload(of: kind)
        let required = shape.fields.filter { !$0.isOptional }.map(\.name)
        #expect(try names(golden.full) == Set(shape.fields.map(\.name)))
        #expect(try names(golden.minimal) == Set(required))
    }

    private func names(_ frame: Data) throws -> Set<String> {
        let object = try #require(try json(frame) as? [String: Any])
        return Set(try #require(object["payload"] as? [String: Any]).keys)
    }

    private func rewritten<Payload: WirePayload>(_ type: Payload.Type, _ payload: Data) throws -> NSObject {
        try json(WireCoding.encoder().encode(WireCoding.decode(type, from: payload, by: WireCoding.decoder())))
    }
}

extension ServerMessage {
    /// What a client would read.
    init(_ kind: MessageKind, payload json: Data) throws {
        func payload<Payload: WirePayload>(_ type: Payload.Type) throws -> Payload {
            try WireCoding.decode(type, from: json, by: WireCoding.decoder())
        }
        self =
            switch kind {
            case .welcome: .welcome(try payload(Welcome.self))
            case .ok: .ok
            case .error: .error(try payload(WireError.self))
            case .bye: .bye(try payload(Bye.self))
            case .heartbeat: .heartbeat(try payload(Heartbeat.self))
            case .ticketUpdated: .ticketUpdated(try payload(TicketUpdated.self))
            case .ticketPlace: .ticketPlace(try payload(TicketPlace.self))
            case .seatUpdated: .seatUpdated(try payload(SeatUpdated.self))
            case .reservationRinging: .reservationRinging(try payload(ReservationRinging.self))
            case .reservationEnded: .reservationEnded(try payload(ReservationEnded.self))
            case .sessionStarted: .sessionStarted(try payload(SessionStarted.self))
            case .sessionUpdated: .sessionUpdated(try payload(SessionUpdated.self))
            case .sessionMedia: .sessionMedia(try payload(SessionMedia.self))
            case .consultUpdated: .consultUpdated(try payload(ConsultUpdated.self))
            case .chatMessage: .chatMessage(try payload(ChatMessagePush.self))
            case .materialUpdated: .materialUpdated(try payload(MaterialUpdated.self))
            case .precheckConcluded: .precheckConcluded(try payload(PrecheckConcluded.self))
            case .caseUpdated: .caseUpdated(try payload(CaseUpdated.self))
            case .boardQueue: .boardQueue(try payload(QueueUpdated.self))
            case .appointmentUpdated: .appointmentUpdated(try payload(AppointmentUpdated.self))
            case .hello, .ack, .heartbeatAck, .ticketTake, .ticketCancel, .ticketLeave, .ticketConfirm, .ticketRevive, .seatSignOn, .seatSignOff,
                .seatReady, .seatNotReady, .seatHelp, .reservationAccept, .reservationReject, .sessionJoin, .sessionHold, .sessionResume, .sessionTransfer,
                .sessionEnd, .sessionWrapUp, .sessionMediaRenew, .consultStart, .consultInclude, .consultEnd, .consultLeave, .consultHandOver, .chatSend,
                .materialRemoveFile, .precheckVerdict, .precheckConclude, .precheckReopen, .materialAnswer, .materialArrange, .materialRotate,
                .caseEnterFields, .correctionPropose, .correctionAnswer, .stillAsk, .stillAnswer, .noticeConfirm, .rtcDescription, .rtcCandidate:
                throw WireError(.unknownType)
            }
    }
}
