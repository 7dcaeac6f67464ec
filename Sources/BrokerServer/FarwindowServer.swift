import BrokerCore
import BrokerStore
import Foundation
import Logging
import SignalingProtocol
import WebServer

/// Why the server did not start, for the person at the terminal.
public struct ServerStartFailure: Error, CustomStringConvertible {
    /// Stable, for scripts.
    public let code: String
    public let sentence: String

    public var description: String { "\(sentence) [\(code)]" }
}

/// The whole server: opens the data folder, rebuilds the broker, serves until it is stopped.
public enum FarwindowServer {
    /// Blocks until SIGINT or SIGTERM.
    /// - Throws: `ServerStartFailure`.
    public static func run(_ options: ServerOptions, log: Logger) throws {
        let engine = try makeEngine(options, log: log)
        do {
            try Loop.run(configuration(options, log: log), delegate: engine)
        } catch {
            throw ServerStartFailure(code: error.code, sentence: "\(error)")
        }
    }

    static func makeEngine(_ options: ServerOptions, log: Logger) throws -> Engine {
        do {
            try prepareFolders(options)
            let store = try BrokerStore(path: options.dataDirectory.appending(path: "farwindow.sqlite").path)
            let clock = BrokerClock(wall: BrokerClock.wall, newest: try store.newestInstant())
            if let demonstration = options.demonstrationDirectory, try store.isEmpty() {
                try Demonstration.seed(store, from: demonstration, data: options.dataDirectory, at: clock.now)
            }
            // Also a data folder from before there were hours gets them.
            if let demonstration = options.demonstrationDirectory, try store.publishedSchedules().isEmpty {
                try Demonstration.seedHours(store, from: demonstration, at: clock.now)
            }
            let vault = try FileVault(
                directory: options.dataDirectory.appending(path: "files"),
                masterKeyFile: options.dataDirectory.appending(path: "keys/master.key"))
            let uploadKeys = try KeyWrapping(keyFile: options.dataDirectory.appending(path: "keys/uploads.key"))
            let storage = Engine.Storage(
                store: store, vault: vault,
                uploads: try UploadStore(
                    directory: options.dataDirectory.appending(path: "uploads"), keys: uploadKeys,
                    keyFolder: options.dataDirectory.appending(path: "keys/uploads")),
                handOvers: try HandOverStore(directory: options.dataDirectory.appending(path: "hand-overs")),
                sealingKey: try SealingKey(file: options.dataDirectory.appending(path: "keys/second-factors.key")),
                finishedErasures: try FinishedErasures(keyFolder: options.dataDirectory.appending(path: "keys")))
            if let moved = try vault.moveKeysOut() { log.notice("files gave their keys to the key store", metadata: ["files": "\(moved.rewrapped)"]) }
            let redone = try store.redoErasures(in: vault, marking: storage.finishedErasures, at: clock.now)
            if redone.again > 0 { log.warning("cases that a restored backup brought back were erased again", metadata: ["cases": "\(redone.again)"]) }
            if redone.finished > 0 { log.notice("erasures that were cut off are finished", metadata: ["cases": "\(redone.finished)"]) }
            // Nobody is storing a file yet, so whatever no case refers to is a leftover, however young.
            log.report(try store.sweepFiles(of: vault, olderThan: 0))
            let providers = try IdentityProviders(options: options, store: store)
            return try Engine(options: options, storage: storage, identityProviders: providers, clock: clock, log: log)
        } catch let error as StoreError {
            throw ServerStartFailure(code: error.code, sentence: "\(error)")
        } catch let error as VaultError {
            throw ServerStartFailure(code: "vault_cannot_open", sentence: "\(error)")
        } catch let error as UploadStoreError {
            throw ServerStartFailure(code: "uploads_cannot_open", sentence: "\(error)")
        }
    }

    private static func prepareFolders(_ options: ServerOptions) throws {
        do {
            for folder in [options.dataDirectory, options.incomingDirectory] {
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            }
            for name in try FileManager.default.contentsOfDirectory(atPath: options.incomingDirectory.path) {
                try FileManager.default.removeItem(at: options.incomingDirectory.appending(path: name))
            }
        } catch {
            throw ServerStartFailure(
                code: "data_folder_unusable", sentence: "cannot use the data folder \(options.dataDirectory.path): \(error.localizedDescription)")
        }
    }

    static func configuration(_ options: ServerOptions, log: Logger) -> ServerConfiguration {
        var mounts = [StaticMount(urlPath: "/", directory: options.webDirectory.path, cacheControl: "no-cache")]
        if let viewer = options.pdfViewerDirectory {
            mounts += pdfViewerMounts(viewer)
        }
        var tls: TLSFiles?
        if let certificate = options.certificateFile, let key = options.privateKeyFile {
            tls = TLSFiles(certificatePath: certificate.path, privateKeyPath: key.path)
        }
        var limits = WebServer.Limits()
        limits.maximumConnections = options.rateLimits.connections
        limits.maximumConnectionsPerNetwork = options.rateLimits.connectionsPerAddress
        return ServerConfiguration(
            host: options.host, port: options.port, tls: tls, webSocketPath: "/ws", subprotocol: "farwindow.v1", staticMounts: mounts,
            dynamicPrefixes: dynamicPrefixes(options), responseHeaders: securityHeaders,
            secureResponseHeaders: [("Strict-Transport-Security", "max-age=31536000")], trustedProxies: options.trustedProxies,
            additionalRequestHeaders: ["x-file-name"] + Engine.uploadRequestHeaders, limits: limits,
            log: { level, line in
                switch level {
                case .error: log.error("\(line)")
                case .warning: log.warning("\(line)")
                case .info: log.debug("\(line)")
                }
            })
    }

    /// The demonstration's own provider of identities is there in the demonstration only.
    private static func dynamicPrefixes(_ options: ServerOptions) -> [String] {
        ["/api/", "/calendars/", "/healthz", "/readyz", "/metrics"] + (options.demonstrationDirectory == nil ? ["/demonstration/"] : [])
    }

    /// Debian keeps pdf.js's character maps and fonts in another folder and links to it; a mount does not follow links that lead outside.
    private static func pdfViewerMounts(_ viewer: URL) -> [StaticMount] {
        ["", "/web/cmaps", "/web/standard_fonts"].compactMap { path in
            let folder = viewer.appending(path: path).resolvingSymlinksInPath()
            guard FileManager.default.fileExists(atPath: folder.path) else { return nil }
            return StaticMount(urlPath: "/vendor/pdfjs" + path, directory: folder.path, cacheControl: "max-age=86400")
        }
    }

    /// Nothing but our own files runs, loads or is framed; camera and microphone are for our own pages.
    private static var securityHeaders: [(name: String, value: String)] {
        let policy = [
            "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob: data:", "media-src 'self' blob:",
            "connect-src 'self'", "worker-src 'self' blob:", "font-src 'self' data:", "manifest-src 'self'", "base-uri 'none'",
            "form-action 'self'", "frame-ancestors 'none'",
        ]
        return [
            ("Content-Security-Policy", policy.joined(separator: "; ")), ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Permissions-Policy", "camera=(self), microphone=(self), display-capture=(self), geolocation=(self), payment=(), usb=(), serial=(), midi=()"),
        ].map { (name: $0.0, value: $0.1) }
    }
}

extension Logger {
    /// Says what a sweep of the vault found; nothing when all was well.
    func report(_ sweep: FileSweepReport) {
        let removed = sweep.orphans.count + sweep.leftovers.count
        if removed > 0 { notice("removed files that no case refers to", metadata: ["files": "\(removed)"]) }
        for file in sweep.missing { error("a recorded file is not in the vault", metadata: ["file": "\(file)"]) }
        for file in sweep.damaged { error("a recorded file is damaged", metadata: ["file": "\(file)"]) }
    }
}

extension ServerOptions {
    /// Where uploads lie while they arrive.
    var incomingDirectory: URL { dataDirectory.appending(path: "incoming") }
}

extension Engine {
    /// What is printed on paper and must be found again. Never what a request says of its host: whoever asks first could choose it.
    var publicOrigin: String { options.publicOrigin ?? localOrigin(port: runtime?.loop.boundPort ?? options.port) }

    private func localOrigin(port: Int) -> String {
        let scheme = options.certificateFile == nil ? "http" : "https"
        let isLoopback = ["127.0.0.1", "::1", "0.0.0.0", "::"].contains(options.host)
        let host = isLoopback ? "localhost" : options.host.contains(":") ? "[\(options.host)]" : options.host
        return "\(scheme)://\(host):\(port)"
    }

    /// Tells the person at the terminal where to go.
    func announce(port: Int) {
        let address = localOrigin(port: port)
        var lines = [
            "Farwindow is ready.", "  citizen         \(address)/citizen/", "  seat            \(address)/seat/",
            "  administration  \(address)/admin/",
        ]
        let accounts = options.dataDirectory.appending(path: Demonstration.passwordFile)
        if let text = try? String(contentsOf: accounts, encoding: .utf8) {
            lines.append("  demo accounts (account, password, name, roles; from \(accounts.path)):")
            lines += text.split(separator: "\n").map { "    " + $0.replacing("\t", with: "  ") }
        }
        print(lines.joined(separator: "\n"))
        fflush(nil)
    }
}
