import BrokerCore
import BrokerStore
import Foundation
import Identity
import SignalingProtocol
import WebServer

// How long sign-ins are good, and what ends with them.

extension Engine {
    /// - Parameter hash: of the token.
    /// - Returns: nil when there is none, or none that is still good.
    func goodSignIn(_ hash: Data) -> SignIns.SignIn? {
        guard let signIn = signIns[hash], signIns.isGood(signIn, at: clock.now, isEngaged: broker.isEngaged) else { return nil }
        return signIn
    }

    /// The person does something with it: it does not lie unused.
    func use(_ hash: Data) {
        let records = signIns.touch(hash, at: clock.now)
        // No harm in forgetting one use.
        if takesWrites { journal.records += records }
    }

    /// Ends sign-ins and every line that was opened with one.
    /// - Parameter afterOthers: the lines first hear what they are to be told before. Otherwise they close at once, also while the disk is away.
    func endSignIns(_ hashes: [Data], saying code: ErrorCode, afterOthers: Bool = false) {
        guard !hashes.isEmpty else { return }
        for hash in hashes {
            signIns.remove(hash)
            journal.records.append(.signOut(tokenHash: hash))
        }
        let ended = Set(hashes)
        for (id, client) in connections {
            guard let hash = client.tokenHash, ended.contains(hash) else { continue }
            if afterOthers { tell { $0.sayGoodbye(code, to: id) } } else { sayGoodbye(code, to: id) }
        }
    }

    /// - Parameter kept: the sign-in that goes on.
    func endSignIns(of person: Endpoint, but kept: Data? = nil, afterOthers: Bool = false) {
        endSignIns(signIns.all(of: person).map(\.tokenHash).filter { $0 != kept }, saying: .signedOut, afterOthers: afterOthers)
    }

    func endExpiredSignIns() {
        guard takesWrites else { return }
        let ended = signIns.ended(at: clock.now, isEngaged: broker.isEngaged).prefix(ServerLimits.expiredSignInsAtOnce)
        endSignIns(Array(ended), saying: .signInRequired)
    }

    /// A new token in the place of an old one. Lines of the same person go on with it; those of somebody else end.
    func replace(_ old: SignIns.SignIn, by hash: Data, of principal: Principal) {
        if old.principal.person.endpoint == principal.person.endpoint {
            for client in connections.values where client.tokenHash == old.tokenHash { client.tokenHash = hash }
        }
        endSignIns([old.tokenHash], saying: .signedOut)
    }
}

/// Browser and system as a person would name them.
enum Device {
    /// The first that the field contains counts: most browsers name several.
    private static let browsers = [
        ("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"),
    ]
    private static let systems = [
        ("Android", "Android"), ("HarmonyOS", "HarmonyOS"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]

    /// - Returns: empty for one that is not known; never the field itself, which may hold anything.
    static func words(_ userAgent: String?) -> String {
        guard let userAgent else { return "" }
        return [browsers, systems].compactMap { names in names.first { userAgent.contains($0.0) }?.1 }.joined(separator: ", ")
    }
}
