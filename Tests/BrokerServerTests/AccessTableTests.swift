import BrokerCore
import BrokerStore
import Foundation
import Identity
import SignalingProtocol
import Testing

@testable import BrokerServer

@Suite("The table of who may")
struct AccessTableTests {
    @Test func hasOneRowForEveryRouteAndNoOther() {
        let rows = AccessTable.routes.map(\.route)
        let routed = Engine.routes.map { "\($0.method) \($0.pattern)" }
        #expect(Set(rows).count == rows.count, "a route has two rows")
        #expect(Set(routed).subtracting(rows) == [], "routes without a row")
        #expect(Set(rows).subtracting(routed) == [], "rows without a route")
    }

    @Test func hasOneRowForEveryKindThatClientsSendAndNoOther() {
        let rows = AccessTable.messages.map(\.kind)
        let sent = MessageKind.allCases.filter { !$0.rule.senders.isEmpty }
        #expect(Set(rows).count == rows.count, "a kind has two rows")
        #expect(Set(sent).subtracting(rows) == [], "kinds without a row")
        #expect(Set(rows).subtracting(sent) == [], "rows of kinds that no client sends")
    }

    @Test func saysOfSendersWhatTheProtocolSays() {
        for (kind, access) in AccessTable.messages { #expect(access.senders == kind.rule.senders, "\(kind.rawValue)") }
    }

    @Test func saysOfCookiesWhatTheDescriptionSays() {
        for operation in APIDocument.operations {
            #expect(AccessTable.access(operation.method, operation.path)?.schemes == operation.access.schemes, "\(operation.method) \(operation.path)")
        }
    }

    /// A row that asks for a role in the path's hall needs a hall in its path, and a path with a hall in it is nobody's but that hall's.
    @Test func asksForTheHallOfEveryPathThatHasOne() {
        for row in AccessTable.routes where row.access != .everybody {
            let isOfHall = if case .hall = row.access { true } else { false }
            #expect(row.route.contains("{hall}") == isOfHall, "\(row.route)")
        }
    }

    @Test func letsNobodyInWhereItHasNoRow() {
        #expect(AccessTable.access("GET", "/api/v1/nowhere") == nil)
        #expect(AccessTable.access(.welcome) == nil)
    }

    @Test func holdsEachCallerAgainstTheRow() {
        let hall = Access.PathHall.known(Fixtures.hall)
        let other = Access.PathHall.known(Fixtures.code("445103"))
        let nobody = Caller()
        let agent = Caller(account: Fixtures.agent)
        let administrator = Caller(account: Fixtures.administrator)
        var suspended = administrator
        suspended.account?.suspendedAt = Fixtures.now
        var beginner = administrator
        beginner.hindrance = .passwordChangeRequired
        #expect(Access.everybody.refusal(of: nobody, hall: .none) == nil)
        #expect(Access.citizen.refusal(of: agent, hall: .none)?.code == .signInRequired)
        #expect(Access.agent.refusal(of: nobody, hall: .none)?.code == .signInRequired)
        #expect(Access.agent.refusal(of: agent, hall: .none) == nil)
        #expect(Access.agent.refusal(of: administrator, hall: .none)?.code == .notAllowed)
        #expect(Access.administrator.refusal(of: agent, hall: .none)?.code == .notAllowed)
        #expect(Access.administrator.refusal(of: suspended, hall: .none)?.code == .notAllowed)
        #expect(Access.administrator.refusal(of: beginner, hall: .none)?.code == .passwordChangeRequired)
        #expect(Access.account.refusal(of: beginner, hall: .none) == nil)
        #expect(Access.ownSecurity.refusal(of: beginner, hall: .none)?.code == .passwordChangeRequired)
        beginner.hindrance = .secondFactorRequired
        #expect(Access.ownSecurity.refusal(of: beginner, hall: .none) == nil)
        #expect(Access.ownSecurity.refusal(of: nobody, hall: .none)?.code == .signInRequired)
        #expect(Access.administrator.refusal(of: beginner, hall: .none)?.code == .secondFactorRequired)
        #expect(Access.citizenOrStaff.refusal(of: beginner, hall: .none)?.code == .signInRequired)
        #expect(Access.hallAdministrator.refusal(of: administrator, hall: hall) == nil)
        #expect(Access.hallAdministrator.refusal(of: administrator, hall: other)?.code == .notAllowed)
        #expect(Access.hallAdministrator.refusal(of: administrator, hall: .unknown)?.code == .notFound)
        #expect(Access.hallAdministrator.refusal(of: agent, hall: .unknown)?.code == .notAllowed, "who is nobody there learns of no hall")
        #expect(MessageAccess.agent.refusal(of: nil)?.code == .helloRequired)
        #expect(MessageAccess.agent.refusal(of: .citizen(CitizenID(UUID())))?.code == .notAllowed)
    }
}
