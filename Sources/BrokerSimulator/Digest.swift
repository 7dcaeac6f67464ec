import BrokerCore
import Foundation
import SignalingProtocol

/// A fingerprint of all effects. `Hasher` begins differently in every process, and text of every effect would cost more than the day itself, so this takes what
/// names an effect: when, what, about whom, in which state.
struct Digest {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    private mutating func add(_ word: UInt64) {
        value = (value ^ word) &* 0x9e37_79b9_7f4a_7c15
        value ^= value >> 29
    }

    private mutating func add(_ text: String) {
        var word: UInt64 = 0
        for byte in text.utf8 { word = word &* 31 &+ UInt64(byte) }
        add(word)
    }

    private mutating func add<Subject>(_ identifier: Identifier<Subject>) {
        withUnsafeBytes(of: identifier.uuid.uuid) { bytes in
            add(bytes.loadUnaligned(as: UInt64.self))
            add(bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
    }

    private mutating func add(_ instant: Instant?) { add(UInt64(bitPattern: instant?.milliseconds ?? -1)) }

    mutating func add(_ effect: Effect, at now: Instant) {
        add(now)
        switch effect {
        case .persist(let record): add(record)
        case .send(let connection, let frame):
            add(connection.value)
            add(UInt64(bitPattern: Int64(frame.re ?? -1)))
            add(UInt64(bitPattern: Int64(frame.seq ?? -1)))
            add(frame.message)
        case .disconnect(let connection, let code):
            add(connection.value)
            add(code.rawValue)
        case .answer(let request, let result):
            add(request.value)
            if case .success(.file(let file)) = result { add(file.id) }
            if case .success(.claimed(let record)) = result { add(record.id) }
            if case .success(.adopted(let adoption)) = result { add(UInt64(adoption.version)) }
            if case .success(.appointment(let appointment, _)) = result { add(appointment.state.rawValue) }
        case .discardFile(let file): add(file)
        case .agentGone(let agent): add(agent)
        }
    }

    private mutating func add(_ record: Record) {
        switch record {
        case .ticket(let ticket):
            add(ticket.id)
            add(ticket.state.rawValue)
            add(ticket.deadline)
        case .reservation(let reservation):
            add(reservation.id)
            add(reservation.state.rawValue)
            add(reservation.seat.text)
        case .seat(let seat):
            add(seat.id.text)
            add(seat.state.rawValue)
            add(seat.deadline)
        case .session(let session):
            add(session.id)
            add(session.state.rawValue)
            add(session.deadline)
            add(UInt64(session.lastEpoch))
            add(session.consult?.state.rawValue ?? "none")
        case .serviceCase(let new):
            add(new.id)
            add(new.lookUpCode)
        case .file(let id, let file):
            add(id)
            add(file.id)
        case .fileRemoved(let id, let file):
            add(id)
            add(file)
        case .fileChanged(let id, let file):
            add(id)
            add(file.id)
            add(UInt64(file.rotation + file.findings.count))
        case .pictureHashes(let id, let file, _):
            add(id)
            add(file)
        case .filesArranged(let id, let files):
            add(id)
            for file in files { add(file) }
        case .conditionAnswer(let id, let material, let applies):
            add(id)
            add(material.text)
            add(applies ? 1 : 0)
        case .field(let id, let field):
            add(id)
            add(field.value)
        case .correction(let id, let correction):
            add(id)
            add(correction.view.id)
            add(correction.view.state.rawValue)
        case .still(let id, let still):
            add(id)
            add(still.view.id)
            add(still.view.state.rawValue)
            add(still.view.deadline)
        case .reopened(let id, let reopening):
            add(id)
            add(reopening.material.text)
        case .notice(let id, let notice):
            add(id)
            add(notice.number)
            add(notice.confirmedAt)
        case .floorTask(let task):
            add(task.id)
            add(task.name)
            add(task.state.rawValue)
            add(task.settledAt)
        case .floorAct(let act):
            add(act.id)
            add(act.kind.rawValue)
        case .verdict(let id, _, let verdict):
            add(id)
            add(verdict.materialID.text)
            add(verdict.verdict.rawValue)
        case .verdictWithdrawn(let id, let material):
            add(id)
            add(material.text)
        case .outcome(let session, let outcome):
            add(session)
            add(outcome.result.rawValue)
        case .chat(let session, let message):
            add(session)
            add(message.id)
        case .event(let event):
            add(event.session)
            add(event.kind.rawValue)
        case .adoption(let adoption):
            add(adoption.hall.text)
            add(adoption.item.text)
            add(UInt64(adoption.version))
        case .appointment(let appointment):
            add(appointment.id)
            add(appointment.state.rawValue)
            add(appointment.deadline)
            add(appointment.moved ? 1 : 0)
        case .hall(let hall):
            add(hall.id.text)
            add(UInt64(hall.revision))
        }
    }

    private mutating func add(_ message: ServerMessage) {
        switch message {
        case .welcome(let welcome): add(welcome.resumeToken)
        case .ok: add(1)
        case .error(let error): add(error.code.rawValue)
        case .bye(let bye): add(bye.code.rawValue)
        case .heartbeat: add(2)
        case .ticketUpdated(let update): add(update.ticket.state.rawValue)
        case .ticketPlace(let update): add(UInt64(update.place.ahead))
        case .seatUpdated(let update): add(update.seat?.state.rawValue ?? "none")
        case .reservationRinging(let ringing): add(ringing.reservation.id)
        case .reservationEnded(let ended): add(ended.reservationID)
        case .sessionStarted(let started): add(started.session.id)
        case .sessionUpdated(let update): add(update.state.rawValue)
        case .sessionMedia(let update): add(UInt64(update.media.epoch))
        case .consultUpdated(let update): add(update.consult.state.rawValue)
        case .chatMessage(let push): add(push.message.id)
        case .materialUpdated(let update): add(update.entry.material.id.text)
        case .caseUpdated(let update): add(update.matter.id)
        case .precheckConcluded(let concluded): add(concluded.outcome.result.rawValue)
        case .boardQueue(let update): add(UInt64(update.queue.waiting))
        case .appointmentUpdated(let update): add(update.appointment.state.rawValue)
        }
    }
}
