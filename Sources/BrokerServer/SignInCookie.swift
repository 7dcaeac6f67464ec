import BrokerCore
import BrokerStore
import Identity
import SignalingProtocol

/// The cookie that carries a sign-in. One a role, so that one browser can be a citizen in one tab and an agent in another.
struct SignInCookie {
    let name: String
    let lifetime: Milliseconds

    /// A phone that a citizen handed a case to. It is no sign-in of a person: only the routes of the hand-over look at it.
    static let phone = SignInCookie(name: "farwindow_phone", lifetime: ServerLimits.phoneLifetime)

    /// By which an account's owner is told from a stranger who guesses. It lets nobody in, and one browser has one for each who signs in there.
    static func device(of account: AgentID) -> SignInCookie {
        SignInCookie(name: "farwindow_device_\(account.description.filter { $0 != "-" })", lifetime: KnownDevice.lifetime)
    }

    private init(name: String, lifetime: Milliseconds) {
        self.name = name
        self.lifetime = lifetime
    }

    init(_ role: SignInRole) {
        lifetime = ServerLimits.signInLifetime
        name =
            switch role {
            case .citizen: "farwindow_citizen"
            case .staff: "farwindow_staff"
            }
    }

    /// Not for scripts, not for other sites, and not over plain HTTP once there is TLS.
    /// - Parameter lasting: longer than usual.
    func set(_ token: String, secure: Bool, lasting: Milliseconds? = nil) -> (name: String, value: String) {
        ("Set-Cookie", "\(name)=\(token); Path=/; HttpOnly; SameSite=Strict; Max-Age=\((lasting ?? lifetime).count / 1_000)\(secure ? "; Secure" : "")")
    }

    func cleared(secure: Bool) -> (name: String, value: String) {
        ("Set-Cookie", "\(name)=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0\(secure ? "; Secure" : "")")
    }
}
