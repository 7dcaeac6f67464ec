import BrokerCore
import BrokerStore
import Identity
import SignalingProtocol

/// The cookie that carries a sign-in. One a role, so that one browser can be a citizen in one tab and an agent in another.
///
/// Its prefix makes browsers refuse it from anywhere but this very host, over TLS or from the machine itself (RFC 6265bis, 4.1.3.2).
struct SignInCookie {
    let name: String

    /// A phone that a citizen handed a case to. It is no sign-in of a person: only the routes of the hand-over look at it.
    static let phone = SignInCookie(name: "__Host-farwindow_phone")

    /// By which an account's owner is told from a stranger who guesses. It lets nobody in, and one browser has one for each who signs in there.
    static func device(of account: AgentID) -> SignInCookie {
        SignInCookie(name: "__Host-farwindow_device_\(account.description.filter { $0 != "-" })")
    }

    private init(name: String) { self.name = name }

    init(_ role: SignInRole) {
        name =
            switch role {
            case .citizen: "__Host-farwindow_citizen"
            case .staff: "__Host-farwindow_staff"
            }
    }

    /// Not for scripts and not for other sites.
    func set(_ token: String, lasting: Milliseconds) -> (name: String, value: String) {
        ("Set-Cookie", "\(name)=\(token); Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age=\(lasting.count / 1_000)")
    }

    var cleared: (name: String, value: String) { self.set("", lasting: Milliseconds(0)) }
}
