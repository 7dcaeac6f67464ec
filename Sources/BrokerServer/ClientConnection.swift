import BrokerCore
import Foundation
import SignalingProtocol
import WebServer

/// What the server knows of one open WebSocket.
final class ClientConnection {
    let connection: Connection
    var locale: SignalingProtocol.Locale = .simplifiedChinese
    /// Set by `hello`.
    var endpoint: Endpoint?
    /// The sign-in that its ticket was given to: when that ends, the line does. Nil only while it is being turned away.
    var tokenHash: Data?
    /// True once the answer to `hello` was sent.
    var isWelcomed = false
    var allowance = ConnectionAllowance()

    init(_ connection: Connection) { self.connection = connection }
}
