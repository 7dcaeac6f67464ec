import ArgumentParser
import BrokerServer
import BrokerStore
import Foundation
import Identity
import Logging
import MaterialCheck
import SignalingProtocol
import WebServer

struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serve citizens, seats and administration until stopped.")

    @Option(help: "Numeric address to listen on.") var listen = "127.0.0.1"
    @Option(help: "TCP port; 0 picks a free one.") var port = 8080
    @Option(help: "Folder for database, files and keys.") var data = "data"
    @Option(help: "Folder with the web client.") var web = "Web"
    @Option(help: "Folder with the demonstration's catalogue and accounts, for an empty data folder.") var demonstration: String?
    @Option(help: "Folder with pdf.js, for viewing PDFs.") var pdfViewer: String?
    @Option(help: "Where clamd listens: the path of its socket, or ADDRESS:PORT. With it, no file is taken that clamd has not seen.") var clamd: String?
    @Option(help: "Folder for files while they are looked at, one at a time and plain; in memory if possible.") var scratch: String?
    @Flag(help: "Take files by their first bytes alone, without looking at them.") var noInspection = false
    @Option(help: "Script that makes PDFs of notices (ops/print-notice).") var noticePrinter: String?
    @Option(help: "JSON file that says how long each kind of personal data is kept (see `farwindow retention --help`).") var retention: String?
    @Flag(help: "Ask citizens whether they agree to being recorded.") var askForRecording = false
    @Option(help: "Address under which people reach this server, for example https://window.example; printed on notices.") var publicOrigin: String?
    @Option(help: "Address or range (10.0.0.0/8) of a proxy in front, whose X-Forwarded-For and X-Forwarded-Proto are believed; may be given more than once.")
    var trustedProxy: [String] = []
    @Option(help: "Makes every rate limit this many times as wide.") var rateLimitFactor = 1.0
    @Option(help: "Most connections at once.") var connections = 20_000
    @Option(help: "Most connections of one address, but for trusted proxies.") var connectionsPerAddress = 2_000
    @Option(help: "File of the providers of identities that people may sign in by (JSON).") var identity: String?
    @Option(help: "PEM file of certificates that the providers' are trusted by, instead of the system's.") var identityCa: String?
    @Option(help: "PEM file with the certificate chain; with it the server speaks TLS.") var tlsCertificate: String?
    @Option(help: "PEM file with the private key.") var tlsKey: String?
    @Option(help: "Whether staff need a second factor beside the password: required or optional. Optional is for demonstrations.")
    var secondFactor = SecondFactorRule.required
    @Option(help: "Rules for passwords: nist or graded-protection.") var passwordPolicy = PasswordPolicy.nist
    @Option(parsing: .upToNextOption, help: "Addresses of TURN servers, for example turn:turn.example:3478?transport=udp turns:turn.example:5349.")
    var turnUrls: [String] = []
    @Option(help: "File with the secret that the TURN servers share with this server.") var turnSecretFile: String?
    @Option(help: "How long credentials for the TURN servers are good for, in seconds.") var turnLifetimeS: Int64 = 7_200
    @Option(help: "How long a ring waits for the agent, in milliseconds.") var ringTimeoutMs: Int64?
    @Option(help: "How long a called citizen may take to enter, in milliseconds.") var callTimeoutMs: Int64?
    @Option(help: "How long wrap-up may last, in milliseconds.") var wrapUpMs: Int64?
    @Option(help: "How long a session waits for a page that is away, in milliseconds.") var reconnectGraceMs: Int64?
    @Option(help: "How often each page is asked for a sign of life, in milliseconds.") var heartbeatMs: Int64?
    @Option(help: "How many days the audit is kept; no less than six months.") var auditRetentionDays = 1_096
    @Option(help: "How long a citizen's sign-in may lie unused, in milliseconds.") var citizenIdleMs: Int64?
    @Option(help: "How long a citizen's sign-in lasts at the most, in milliseconds.") var citizenSignInMs: Int64?
    @Option(help: "How long a sign-in of staff may lie unused, in milliseconds.") var staffIdleMs: Int64?
    @Option(help: "How long a sign-in of staff lasts at the most, in milliseconds.") var staffSignInMs: Int64?
    @Option(help: "Least severity logged: trace, debug, info, notice, warning, error, critical.") var logLevel = "info"

    func validate() throws {
        guard (tlsCertificate == nil) == (tlsKey == nil) else { throw ValidationError("--tls-certificate and --tls-key go together.") }
        guard Logger.Level(rawValue: logLevel) != nil else { throw ValidationError("--log-level \(logLevel) is not a level.") }
        guard publicOrigin.map(Self.isOrigin) ?? true else { throw ValidationError("--public-origin must be https://HOST or http://HOST, nothing after it.") }
        if let bad = trustedProxy.first(where: { NetworkRange($0) == nil }) { throw ValidationError("--trusted-proxy \(bad) is no address or range.") }
        guard (0.01...1_000_000).contains(rateLimitFactor) else { throw ValidationError("--rate-limit-factor must be 0.01 to 1000000.") }
        guard connections > 0, connectionsPerAddress > 0 else { throw ValidationError("At least one connection must be allowed.") }
        guard turnUrls.isEmpty == (turnSecretFile == nil) else { throw ValidationError("--turn-urls and --turn-secret-file go together.") }
        guard (60...86_400).contains(turnLifetimeS) else { throw ValidationError("--turn-lifetime-s must be one minute to one day.") }
        guard auditRetentionDays >= BrokerStore.shortestAuditDays else {
            throw ValidationError("--audit-retention-days must be \(BrokerStore.shortestAuditDays) or more: an audit is kept at least six months.")
        }
        guard (0...65_535).contains(port) else { throw ValidationError("--port must be 0 to 65535.") }
        let times = [
            ringTimeoutMs, callTimeoutMs, wrapUpMs, reconnectGraceMs, heartbeatMs, citizenIdleMs, citizenSignInMs, staffIdleMs, staffSignInMs,
        ].compactMap { $0 }
        guard times.allSatisfy({ (1...86_400_000).contains($0) }) else { throw ValidationError("A time must be 1 ms to one day.") }
    }

    private static func clamdAddress(_ text: String) throws -> ClamdAddress {
        if text.hasPrefix("/") { return .unix(text) }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), colon > text.startIndex else {
            throw ValidationError("--clamd must be a path or ADDRESS:PORT.")
        }
        return .tcp(host: String(text[..<colon]), port: port)
    }

    /// Scheme, host and perhaps a port (RFC 6454, 6.1).
    private static func isOrigin(_ text: String) -> Bool {
        guard let url = URLComponents(string: text), url.scheme == "https" || url.scheme == "http", url.host?.isEmpty == false else { return false }
        return url.user == nil && url.path.isEmpty && url.query == nil && url.fragment == nil
    }

    func run() throws {
        var options = ServerOptions(dataDirectory: URL(filePath: data).absoluteURL, webDirectory: URL(filePath: web).absoluteURL)
        options.host = listen
        options.port = port
        options.demonstrationDirectory = demonstration.map { URL(filePath: $0) }
        options.pdfViewerDirectory = pdfViewer.map { URL(filePath: $0) }
        options.noticePrinter = noticePrinter.map { URL(filePath: $0).absoluteURL }
        options.publicOrigin = publicOrigin
        options.auditRetentionDays = auditRetentionDays
        options.identityFile = identity.map { URL(filePath: $0) }
        options.identityAuthorities = identityCa.map { URL(filePath: $0) }
        options.asksForRecording = askForRecording
        do {
            if let retention { options.retention = try RetentionPeriods(file: URL(filePath: retention)) }
        } catch {
            FileHandle.standardError.write(Data("farwindow: \(error.cause) [\(error.code)]\n".utf8))
            throw ExitCode(1)
        }
        options.certificateFile = tlsCertificate.map { URL(filePath: $0) }
        options.privateKeyFile = tlsKey.map { URL(filePath: $0) }
        options.trustedProxies = TrustedProxies(trustedProxy.compactMap(NetworkRange.init))
        options.rateLimits = RateLimits().times(rateLimitFactor)
        options.rateLimits.connections = connections
        options.rateLimits.connectionsPerAddress = connectionsPerAddress
        options.secondFactor = secondFactor
        options.passwordPolicy = passwordPolicy
        if !noInspection {
            var inspection = InspectorConfiguration(scratchDirectory: URL(filePath: scratch ?? "\(data)/scratch").absoluteURL)
            inspection.clamd = try clamd.map(Self.clamdAddress)
            options.inspection = inspection
        }
        ringTimeoutMs.map { options.broker.ringTimeout = Milliseconds($0) }
        callTimeoutMs.map { options.broker.callTimeout = Milliseconds($0) }
        wrapUpMs.map { options.broker.wrapUpLimit = Milliseconds($0) }
        reconnectGraceMs.map { options.broker.reconnectGrace = Milliseconds($0) }
        heartbeatMs.map { options.broker.heartbeatInterval = Milliseconds($0) }
        citizenIdleMs.map { options.signIns.citizenIdle = Milliseconds($0) }
        citizenSignInMs.map { options.signIns.citizenLifetime = Milliseconds($0) }
        staffIdleMs.map { options.signIns.staffIdle = Milliseconds($0) }
        staffSignInMs.map { options.signIns.staffLifetime = Milliseconds($0) }
        var log = Logger(label: "farwindow") { StreamLogHandler.standardError(label: $0) }
        log.logLevel = Logger.Level(rawValue: logLevel) ?? .info
        do {
            options.relay = try turnSecretFile.map { file throws(ServerStartFailure) in
                try RelayConfiguration(urls: turnUrls, secretFile: URL(filePath: file), lifetime: .seconds(turnLifetimeS))
            }
            try FarwindowServer.run(options, log: log)
        } catch let failure as ServerStartFailure {
            FileHandle.standardError.write(Data("farwindow: \(failure)\n".utf8))
            throw ExitCode(1)
        }
    }
}

extension SecondFactorRule: ExpressibleByArgument {}
extension PasswordPolicy: ExpressibleByArgument {}
