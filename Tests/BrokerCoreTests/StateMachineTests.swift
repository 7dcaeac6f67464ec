import Foundation
import SignalingProtocol
import Testing

@testable import BrokerCore

@Suite("The state machines")
struct StateMachineTests {
    @Test func areDocumentedAsTheyAre() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let written = try String(contentsOf: root.appending(path: StateMachineArticle.path), encoding: .utf8)
        #expect(written == StateMachineArticle.text, "run farwindow export-protocol")
    }

    @Test func endOnlyInTerminalStates() {
        #expect(Set(TicketState.terminal) == Set(TicketState.allCases.filter(\.isTerminal)))
        #expect(Set(ReservationState.terminal) == [.accepted, .rejected, .timedOut, .cancelled, .rescinded])
        #expect(SeatState.terminal.isEmpty)
        #expect(SessionState.terminal == [.closed])
        #expect(Set(AppointmentState.terminal) == Set(AppointmentState.allCases.filter(\.isTerminal)))
    }

    @Test func reachEveryState() {
        check(TicketState.self)
        check(ReservationState.self)
        check(SeatState.self)
        check(SessionState.self)
        check(AppointmentState.self)
    }

    @Test func haveADeadlineWhereverSomebodyIsWaitedFor() {
        // Connected waits on nobody: both pages are there, and a page that goes away leads out of it.
        let waiting = Set(SessionState.allCases).subtracting(SessionState.terminal + [.connected])
        #expect(Set(SessionState.deadlines.map(\.state)) == waiting)
        #expect(Set(TicketState.deadlines.map(\.state)) == Set(TicketState.allCases).subtracting(TicketState.terminal))
        #expect(Set(ReservationState.deadlines.map(\.state)) == [.pending])
        #expect(Set(AppointmentState.deadlines.map(\.state)) == Set(AppointmentState.allCases).subtracting(AppointmentState.terminal))
        #expect(Set(SeatState.deadlines.map(\.state)) == Set(SeatState.allCases).subtracting([.signedOff]))
    }

    private func check<State: MachineState>(_ state: State.Type) {
        var reached: Set<State> = []
        var grown = true
        while grown {
            let next = State.transitions.filter { $0.from.map(reached.contains) ?? true }.map(\.to)
            grown = !reached.isSuperset(of: next)
            reached.formUnion(next)
        }
        #expect(reached == Set(State.allCases), "\(State.title)")
    }
}
