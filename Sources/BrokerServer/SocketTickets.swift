import Foundation
import Identity
import SignalingProtocol
import WebServer

/// What a page shows to open its line: good once and for seconds, so that whoever reads an old request has nothing. Only hashes are kept, and only here.
struct SocketTickets {
    private struct Ticket {
        let signIn: Data
        let expiresAt: Instant
        /// Its handshake was let through; the line it opens has not been announced yet.
        var isUsed = false
    }

    private var byHash: [Data: Ticket] = [:]

    /// - Parameter signIn: hash of the token.
    mutating func issue(to signIn: Data, at now: Instant) -> (ticket: SignInToken, expiresAt: Instant) {
        byHash = byHash.filter { $0.value.expiresAt > now }
        let own = byHash.filter { $0.value.signIn == signIn }.sorted { $0.value.expiresAt < $1.value.expiresAt }
        for (hash, _) in own.dropLast(ServerLimits.socketTicketsPerSignIn - 1) { byHash[hash] = nil }
        let ticket = SignInToken()
        let expiresAt = now + ServerLimits.socketTicketLifetime
        byHash[ticket.hash] = Ticket(signIn: signIn, expiresAt: expiresAt)
        return (ticket, expiresAt)
    }

    /// The handshake: uses the ticket up.
    /// - Returns: the sign-in that it was given to; nil when it is none, used or too old.
    mutating func use(_ ticket: String, at now: Instant) -> Data? {
        let hash = SignInToken.hash(of: ticket)
        guard let known = byHash[hash], !known.isUsed, known.expiresAt > now else { return nil }
        byHash[hash]?.isUsed = true
        return known.signIn
    }

    /// The line is there: whose it is.
    mutating func open(_ ticket: String) -> Data? {
        let hash = SignInToken.hash(of: ticket)
        guard let known = byHash[hash], known.isUsed else { return nil }
        byHash[hash] = nil
        return known.signIn
    }
}

extension RequestHead {
    private static let ticketPrefix = "ticket."

    /// What stands beside the subprotocol's name; nil when there is none or more than one.
    var socketTicket: String? {
        let offered = (header("sec-websocket-protocol") ?? "").split(separator: ",").map { $0.drop { $0 == " " || $0 == "\t" } }
        let tickets = offered.filter { $0.hasPrefix(Self.ticketPrefix) }.map { $0.dropFirst(Self.ticketPrefix.count) }
        guard tickets.count == 1, let ticket = tickets.first, (1...128).contains(ticket.utf8.count) else { return nil }
        return ticket.trimmingCharacters(in: .whitespaces)
    }
}
