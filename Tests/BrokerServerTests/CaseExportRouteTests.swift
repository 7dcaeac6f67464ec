import BrokerServer
import Foundation
import SignalingProtocol
import Testing

@testable import BrokerStore

@Suite("A case's export over HTTP")
struct CaseExportRouteTests {
    private static let path = "/api/v1/admin/cases/\(Concluded.number)/export"

    /// A printer that needs nothing installed: each of its papers is another.
    private static let printer = "import os, sys; sys.stdin.read(); sys.stdout.write('%PDF-1.7 ' + os.urandom(16).hex())"

    private func serve(_ concluded: Concluded, printer: String? = nil) throws -> LiveServer {
        let script = concluded.folder.url.appending(path: "printer.py")
        try printer.map { try Data($0.utf8).write(to: script) }
        let isThere = printer != nil
        return try LiveServer(folder: concluded.folder) { $0.noticePrinter = isThere ? script : nil }
    }

    private func cookie(_ account: String, _ server: LiveServer) throws -> String {
        let reply = try server.ask("POST", "/api/v1/staff/sign-in", json: #"{"account":"\#(account)","password":"\#(Fixtures.password)"}"#)
        try #require(reply.status == 200)
        return "Cookie: \(reply.cookie)"
    }

    /// The export as a file, and what is in it.
    private struct Archive {
        let url: URL
        let entries: [(path: String, bytes: Data)]

        init(_ reply: Reply, in concluded: Concluded) throws {
            try #require(reply.status == 200, "\(reply.text)")
            url = concluded.folder.url.appending(path: "\(UUID()).zip")
            try reply.body.write(to: url)
            let reader = try ZipReader(url)
            entries = reader.entries.map { ($0.path, reader.bytes(of: $0, limit: 1 << 24) ?? Data()) }
        }

        var notices: [String] { entries.map(\.path).filter { $0.hasPrefix("notice-") } }

        func bytes(_ path: String) throws -> Data { try #require(entries.first { $0.path == path }).bytes }

        /// What `timeline.json` says of each version's notice.
        var told: [String?] {
            get throws {
                let timeline = try JSONSerialization.jsonObject(with: try bytes("timeline.json")) as? [String: Any]
                return (timeline?["notices"] as? [[String: Any]] ?? []).map { $0["pdf"] as? String }
            }
        }

        func findings(_ concluded: Concluded) throws -> [ExportFinding] {
            let pem = try String(contentsOf: concluded.folder.url.appending(path: "keys/export-public-key.pem"), encoding: .utf8)
            return try ExportVerification(of: url, with: try #require(ExportPublicKey(pem: pem))).findings
        }
    }

    @Test func hasEveryVersionsNoticePrintedAndTheSameEverAfter() throws {
        let concluded = try Concluded()
        try concluded.conclude(2)
        let server = try serve(concluded, printer: Self.printer)
        let administrator = try cookie("admin1", server)
        // The first has been asked for, the second never.
        let first = try server.notice("pdf", server.right)
        try #require(first.status == 200)
        let reply = try server.ask("GET", Self.path, [administrator])
        #expect(reply.fields["content-type"] == "application/zip")
        #expect(reply.fields["content-disposition"] == "attachment; filename=\"\(Concluded.number).zip\"")
        #expect(reply.fields["cache-control"]?.contains("no-store") == true)
        let archive = try Archive(reply, in: concluded)
        #expect(archive.notices == ["notice-1.pdf", "notice-2.pdf"])
        #expect(try archive.bytes("notice-1.pdf") == first.body)
        #expect(try archive.told == ["in-export", "in-export"])
        #expect(try archive.findings(concluded) == [])

        let again = try Archive(try server.ask("GET", Self.path, [administrator]), in: concluded)
        #expect(try again.bytes("notice-2.pdf") == archive.bytes("notice-2.pdf"), "printed once, by the export itself")
        let second = try server.notice("pdf", ["number": "\(Concluded.number)-2", "code": "ZZZZZZZZZZZZZ"])
        #expect(try second.body == archive.bytes("notice-2.pdf"), "and it is the paper that everybody else gets")
        try server.stop()
    }

    @Test(arguments: [nil, "import sys; sys.exit(3)"])
    func saysWhichNoticesCouldNotBePrinted(printer: String?) throws {
        let concluded = try Concluded()
        try concluded.conclude(2)
        let server = try serve(concluded, printer: printer)
        let archive = try Archive(try server.ask("GET", Self.path, [try cookie("admin1", server)]), in: concluded)
        #expect(archive.notices == [])
        #expect(try archive.told == ["not-printed", "not-printed"])
        #expect(try archive.findings(concluded) == [])
        try server.stop()
    }

    @Test func anAlteredNoticeIsFoundInTheExportAndIsNeverExported() throws {
        let concluded = try Concluded()
        let server = try serve(concluded, printer: Self.printer)
        let administrator = try cookie("admin1", server)
        let archive = try Archive(try server.ask("GET", Self.path, [administrator]), in: concluded)
        var zip = try Data(contentsOf: archive.url)
        // It lies uncompressed, so that it can be found and changed without any tool.
        let place = try #require(zip.range(of: try archive.bytes("notice-1.pdf"))).upperBound - 1
        zip[place] ^= 1
        try zip.write(to: archive.url)
        #expect(try archive.findings(concluded) == [.altered(path: "notice-1.pdf")])

        let files = concluded.folder.url.appending(path: "files")
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: files.path).first)
        var stored = try Data(contentsOf: files.appending(path: name))
        stored[stored.count - 1] ^= 1
        try stored.write(to: files.appending(path: name))
        let refused = try server.ask("GET", Self.path, [administrator])
        #expect(refused.status == 500 && refused["code"] == "internal_error")
        try server.stop()
    }

    @Test func isForAdministratorsAlone() throws {
        let concluded = try Concluded()
        let server = try serve(concluded)
        #expect(try server.ask("GET", Self.path).status == 401)
        #expect(try server.ask("GET", Self.path, ["Cookie: __Host-farwindow_citizen=\(concluded.token.secret)"]).status == 401)
        let agent = try server.ask("GET", Self.path, [try cookie("agent1", server)])
        #expect(agent.status == 403 && agent["code"] == "not_allowed")
        let nothing = try server.ask("GET", "/api/v1/admin/cases/445102-261123-9999/export", [try cookie("admin1", server)])
        #expect(nothing.status == 404 && nothing["code"] == "not_found")
        try server.stop()
    }
}
