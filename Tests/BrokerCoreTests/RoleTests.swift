import BrokerCore
import Foundation
import SignalingProtocol
import Testing

@Suite("Roles")
struct RoleTests {
    /// Every kind that is a command for the broker: `hello` and the relayed ones are handled by the connection.
    static let commands = MessageKind.allCases.filter { kind in
        switch kind.rule.travel {
        case .command, .signal: kind != .hello
        case .relay, .answer, .push, .ephemeral: false
        }
    }

    @Test(arguments: commands, Role.allCases)
    func commandIsForItsSendersOnly(kind: MessageKind, role: Role) throws {
        let floor = Floor()
        let sender: Participant = role == .citizen ? floor.citizen("王秀英") : floor.agent("郑小敏")
        let answer = sender.send(try Self.anyCommand(kind))
        if kind.rule.senders.contains(role) {
            #expect(answer != .refused(.notAllowed))
            #expect((answer == .nothing) == (kind.rule.travel == .signal), "signals are not answered, commands are")
        } else {
            #expect(answer == .refused(.notAllowed))
        }
    }

    @Test func refusalIsInThePersonsLanguage() throws {
        let floor = Floor()
        let person = Person(endpoint: .citizen(CitizenID(Fixtures.uuid(70))), name: "Wang")
        let line = ConnectionID(900)
        floor.handle(.hello(line, person, Hello(role: .citizen, locale: .english), request: nil, freshToken: "x"))
        let effects = floor.handle(.command(line, request: 4, .seatReady, entropy: 1))
        #expect(effects == [.send(line, ServerFrame(re: 4, message: .error(WireError(.notAllowed, locale: .english))))])
    }

    /// A well-formed message of this kind about things that nobody knows.
    private static func anyCommand(_ kind: MessageKind) throws -> Command {
        let id = Fixtures.uuid(404).uuidString
        let fields =
            [
                "session_id", "ticket_id", "reservation_id", "message_id", "case_id", "file_id", "correction_id", "still_id",
            ].map { "\"\($0)\":\"\(id)\"" } + [
                #""seq":1"#, #""epoch":1"#, #""hall_id":"999999""#, #""item_code":"x""#, #""kind":"consultation""#, #""seat_id":"Z""#,
                #""reason":"other""#, #""text":"x""#, #""material_id":"M""#, #""verdict":"accepted""#, #""reasons":[]"#, #""note":"""#,
                #""disposition":"advised""#, #""ready":true"#, #""citizen_in":true"#, #""referred_to":"""#, #""applies":true"#,
                #""files":[]"#, #""fields":[]"#, #""rotation":90"#, #""version":1"#, #""accepted":true"#,
                #""field":{"key":"telephone","value":"13800000000"}"#,
            ]
        let json = Data("{\(fields.joined(separator: ","))}".utf8)
        return try Command(kind, payload: json, by: WireCoding.decoder())
    }
}
