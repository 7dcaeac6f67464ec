import Foundation
import WebServer

/// Sends every message back: what the cases of the Autobahn test suite are run against. Says its port on the first line and ends with its input.
@main
struct EchoServer {
    static func main() throws {
        var configuration = ServerConfiguration(webSocketPath: "/", subprotocol: "echo")
        // The suite offers none.
        configuration.isSubprotocolRequired = false
        configuration.acceptsBinaryMessages = true
        configuration.limits.maximumMessageBytes = 32 * 1024 * 1024
        configuration.limits.maximumQueuedBytes = 64 * 1024 * 1024
        try Loop.run(configuration, delegate: Echo())
    }
}

private final class Echo: ServerDelegate {
    func serverStarted(_ loop: Loop) {
        print(loop.boundPort)
        fflush(nil)
        let handle = loop.handle
        Thread.detachNewThread {
            while readLine() != nil {}
            handle.stop()
        }
    }

    func admits(_ exchange: Exchange) -> Bool { true }
    func handle(_ exchange: Exchange) { exchange.respond(status: 404) }
    func decideHandshake(_ head: RequestHead) -> HandshakeDecision { .accept }
    func connectionOpened(_ connection: Connection) {}

    func connection(_ connection: Connection, received message: UnsafeRawBufferPointer) {
        if connection.isReceivingBinary { connection.send(binary: message) } else { connection.send(message) }
    }

    func connectionClosed(_ connection: Connection, reason: CloseReason) {}
    func serverStopping(_ loop: Loop) {}
}
