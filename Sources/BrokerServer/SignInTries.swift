import Identity
import SignalingProtocol

/// Wrong tries at accounts of the staff.
///
/// Whoever signed in here before on the same device is counted by the device, all others by the account and by their address: a stranger who guesses delays
/// strangers, not the owner. An account that does not exist is counted like one that does.
struct SignInTries {
    /// Who tries.
    struct Trier {
        let account: String
        /// The name of a device that the account is known to use.
        let device: String?
        let address: String

        fileprivate var deviceKey: String? { device.map { "\(account) \($0)" } }
    }

    static let freeTries = 5
    private static let longestDelay: Milliseconds = .minutes(15)
    private static let rule = LockOut.Rule(freeTries: freeTries, firstDelay: .seconds(30), longestDelay: longestDelay, memory: .minutes(24 * 60))
    /// A whole hall may stand behind one address.
    private static let addressRule = LockOut.Rule(freeTries: 50, firstDelay: .seconds(30), longestDelay: longestDelay, memory: .minutes(60))

    private var accounts = LockOut(rule)
    private var devices = LockOut(rule)
    private var addresses = LockOut(addressRule)

    /// Counts a try.
    /// - Returns: nil when it may go on, else how long to wait.
    mutating func attempt(_ trier: Trier, at now: Instant) -> Milliseconds? {
        if let key = trier.deviceKey { return devices.attempt(key, at: now) }
        if let until = addresses.lockedUntil(trier.address, at: now) { return until - now }
        if let wait = accounts.attempt(trier.account, at: now) { return wait }
        return addresses.attempt(trier.address, at: now)
    }

    /// It was right.
    mutating func forgive(_ trier: Trier) {
        if let key = trier.deviceKey { return devices.forgive(key) }
        accounts.forgive(trier.account)
        addresses.forgive(trier.address)
    }

    /// Signed in wholly.
    mutating func clear(_ trier: Trier) {
        if let key = trier.deviceKey { return devices.clear(key) }
        accounts.clear(trier.account)
        addresses.forgive(trier.address)
    }

    /// An administrator lets the account in at once, from wherever.
    mutating func unlock(_ account: String) {
        accounts.clear(account)
        devices.clear { $0.hasPrefix("\(account) ") }
    }

    /// When strangers may try again; nil: now.
    func lockedUntil(_ account: String, at now: Instant) -> Instant? { accounts.lockedUntil(account, at: now) }
}
