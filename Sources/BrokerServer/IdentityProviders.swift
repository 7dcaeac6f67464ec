import BrokerStore
import Foundation
import Identity
import OutboundHTTP
import SignalingProtocol

/// A provider of identities, as the running server knows it.
struct IdentityProvider {
    let configuration: ProviderConfiguration
    let secret: String?
    /// Answers from within this process.
    let isDemonstration: Bool
    var description: ProviderDescription?
    var describedAt: Instant?
    /// Since when it does not answer.
    var failedAt: Instant?
    var keys = KeyCache()

    /// What a provider says of itself is believed that long.
    static let descriptionLifetime: Milliseconds = .minutes(60)
    /// Who does not answer is left alone that long: everybody else would wait for nothing.
    static let failurePause: Milliseconds = .seconds(10)
}

/// All of them, who is on the way to one, and who was let in by one.
struct IdentityProviders {
    /// In the order of the configuration.
    private(set) var ids: [String] = []
    private var byID: [String: IdentityProvider] = [:]
    let client: OutboundClient
    let recognition: Recognition
    var demonstration: DemonstrationProvider?
    var underWay = SignInsUnderWay()
    var tries = AttemptLimiter(limit: ServerLimits.guestSignInTries, window: ServerLimits.guestSignInWindow)
    private var vouched: [Data: VouchedSignInRow]
    private var heardLogouts: [String: Instant] = [:]

    private static let mostHeardLogouts = 10_000

    init(options: ServerOptions, store: BrokerStore) throws {
        recognition = Recognition(key: try Self.key(options.dataDirectory.appending(path: "keys/recognition.key")))
        client = OutboundClient(authorities: options.identityAuthorities)
        vouched = Dictionary(try store.vouchedSignIns().map { ($0.tokenHash, $0) }) { $1 }
        if let file = options.identityFile {
            for provider in try Self.read(file).providers { add(provider, secret: try Self.secret(of: provider)) }
        }
        guard let folder = options.demonstrationDirectory else { return }
        let people = try Demonstration.read([DemonstrationProvider.FictitiousPerson].self, folder.appending(path: "identity.json"))
        demonstration = DemonstrationProvider(people: people)
        // A real one takes its place.
        if !byID.values.contains(where: { $0.configuration.for == .citizen }) { add(DemonstrationProvider.configuration, secret: nil, isDemonstration: true) }
    }

    subscript(_ id: String) -> IdentityProvider? {
        get { byID[id] }
        set { byID[id] = newValue }
    }

    var all: [IdentityProvider] { ids.compactMap { byID[$0] } }

    private mutating func add(_ provider: ProviderConfiguration, secret: String?, isDemonstration: Bool = false) {
        ids.append(provider.id)
        byID[provider.id] = IdentityProvider(configuration: provider, secret: secret, isDemonstration: isDemonstration)
    }

    private static func read(_ file: URL) throws -> IdentityConfiguration {
        do {
            return try IdentityConfiguration.read(try Data(contentsOf: file))
        } catch let error as IdentityConfigurationError {
            throw ServerStartFailure(code: "identity_configuration", sentence: "cannot use \(file.path): \(error)")
        } catch {
            throw ServerStartFailure(code: "identity_configuration", sentence: "cannot read \(file.path): \(error.localizedDescription)")
        }
    }

    private static func secret(of provider: ProviderConfiguration) throws -> String? {
        guard let path = provider.clientSecretFile else { return nil }
        let text = (try? String(contentsOfFile: path, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
        guard let text, !text.isEmpty else {
            throw ServerStartFailure(code: "identity_configuration", sentence: "cannot read the secret of '\(provider.id)' from \(path)")
        }
        return text
    }

    /// Made at the first start. Whoever loses it has the same people come as new ones.
    private static func key(_ file: URL) throws -> Data {
        if let key = try? Data(contentsOf: file), key.count == Recognition.keyBytes { return key }
        guard !FileManager.default.fileExists(atPath: file.path) else {
            throw ServerStartFailure(code: "recognition_key", sentence: "\(file.path) is not the key that was written there")
        }
        let key = Data((0..<Recognition.keyBytes).map { _ in UInt8.random(in: 0...255) })
        do {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try DurableFile.write(key, to: file, mode: 0o600)
        } catch {
            throw ServerStartFailure(code: "recognition_key", sentence: "cannot write \(file.path): \(error)")
        }
        return key
    }

    // MARK: Who was let in

    mutating func letIn(_ row: VouchedSignInRow) -> StoreRecord {
        vouched[row.tokenHash] = row
        return .vouchedSignIn(row)
    }

    /// Forgets sign-ins that have ended in another way.
    /// - Parameter isGood: whether the sign-in with that token's hash goes on.
    mutating func forget(but isGood: (Data) -> Bool) { vouched = vouched.filter { isGood($0.key) } }

    /// - Returns: the tokens' hashes of those sign-ins that a provider's sign-out is about; nil when it was told before.
    mutating func heard(_ logout: TokenRules.Logout, from provider: ProviderConfiguration, at now: Instant) -> [Data]? {
        heardLogouts = heardLogouts.filter { $0.value > now }
        let name = provider.id + " " + logout.tokenID
        guard heardLogouts[name] == nil else { return nil }
        // More than that at once would be a provider gone wild; heeding one twice does no harm.
        if heardLogouts.count < Self.mostHeardLogouts { heardLogouts[name] = logout.forgottenAt }
        let subject = logout.subject.map { recognition.subject($0, of: provider.issuer) }
        let session = logout.providerSession.map { recognition.session($0, of: provider.issuer) }
        // With both, it is that session of that person (Back-Channel Logout 1.0, 2.4).
        let ended = vouched.values.filter { row in
            row.provider == provider.id && subject.map { $0 == row.subject } ?? true && session.map { $0 == row.session } ?? true
        }
        for row in ended { vouched[row.tokenHash] = nil }
        return ended.map(\.tokenHash)
    }
}
