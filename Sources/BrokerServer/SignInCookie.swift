import BrokerStore

/// The cookie that carries a sign-in. One a role, so that one browser can be a citizen in one tab and an agent in another.
struct SignInCookie {
    let name: String

    init(_ role: SignInRole) {
        name =
            switch role {
            case .citizen: "farwindow_citizen"
            case .staff: "farwindow_staff"
            }
    }

    /// Not for scripts, not for other sites, and not over plain HTTP once there is TLS.
    func set(_ token: String, secure: Bool) -> (name: String, value: String) {
        ("Set-Cookie", "\(name)=\(token); Path=/; HttpOnly; SameSite=Strict; Max-Age=\(ServerLimits.signInLifetime.count / 1_000)\(secure ? "; Secure" : "")")
    }

    func cleared(secure: Bool) -> (name: String, value: String) {
        ("Set-Cookie", "\(name)=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0\(secure ? "; Secure" : "")")
    }
}
