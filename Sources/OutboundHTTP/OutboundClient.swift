import CCurl
import Foundation

/// Why a request to another server came to nothing. For the log; it names no more of the address than its host.
public enum OutboundError: Error, Hashable, CustomStringConvertible, Sendable {
    /// Neither https nor http to this machine.
    case addressRefused
    case unreachable(host: String)
    case timedOut(host: String)
    /// Its certificate is not one that is trusted here, or it speaks no TLS 1.2.
    case notTrusted(host: String)
    case answerTooLarge(host: String)
    /// libcurl's own number.
    case failed(host: String, code: Int)

    /// Stable.
    public var code: String {
        switch self {
        case .addressRefused: "address_refused"
        case .unreachable: "unreachable"
        case .timedOut: "timed_out"
        case .notTrusted: "not_trusted"
        case .answerTooLarge: "answer_too_large"
        case .failed: "request_failed"
        }
    }

    public var description: String {
        switch self {
        case .addressRefused: "the address is neither https nor this machine's"
        case .unreachable(let host): "\(host) cannot be reached"
        case .timedOut(let host): "\(host) did not answer in time"
        case .notTrusted(let host): "\(host) shows no certificate that is trusted here"
        case .answerTooLarge(let host): "\(host) answered with more than is read"
        case .failed(let host, let code): "the request to \(host) failed (libcurl \(code))"
        }
    }
}

public struct OutboundAnswer: Hashable, Sendable {
    public let status: Int
    public let body: Data
}

/// Asks other servers, one at a time and with little patience (libcurl). Blocks: for a worker, never for the loop.
///
/// Follows no redirection, keeps no cookie, and speaks https; http only with this machine itself.
public struct OutboundClient: Sendable {
    private let authorities: String?
    private let timeout: Duration
    private let mostBytes: Int

    /// `curl_global_init` is to be called once, before anything else of the library.
    private static let isReady = ccurl_start() == CURLE_OK

    /// - Parameters:
    ///   - authorities: PEM file of certificates to trust; nil: those of the system.
    ///   - timeout: from the beginning to the last byte.
    ///   - mostBytes: of an answer's body.
    public init(authorities: URL? = nil, timeout: Duration = .seconds(8), mostBytes: Int = 256 * 1024) {
        self.authorities = authorities?.path
        self.timeout = timeout
        self.mostBytes = mostBytes
    }

    public func get(_ address: String) throws(OutboundError) -> OutboundAnswer { try send(address, headers: ["Accept: application/json"], form: nil) }

    /// - Parameter form: `application/x-www-form-urlencoded`.
    public func post(_ address: String, form: String, authorization: String?) throws(OutboundError) -> OutboundAnswer {
        let headers = ["Accept: application/json", "Content-Type: application/x-www-form-urlencoded"]
        return try send(address, headers: headers + (authorization.map { ["Authorization: \($0)"] } ?? []), form: form)
    }

    private func send(_ address: String, headers: [String], form: String?) throws(OutboundError) -> OutboundAnswer {
        guard let url = URLComponents(string: address), let host = url.host, !host.isEmpty, url.user == nil,
            headers.allSatisfy({ !$0.contains(where: \.isNewline) })
        else { throw .addressRefused }
        let isOwn = ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host)
        guard url.scheme == "https" || (url.scheme == "http" && isOwn) else { throw .addressRefused }
        guard Self.isReady, let handle = curl_easy_init() else { throw .failed(host: host, code: Int(CURLE_FAILED_INIT.rawValue)) }
        defer { curl_easy_cleanup(handle) }
        var list: UnsafeMutablePointer<curl_slist>?
        defer { curl_slist_free_all(list) }
        for header in headers { list = curl_slist_append(list, header) ?? list }
        let received = Received(limit: mostBytes)
        let code = withExtendedLifetime(received) {
            for code in settings(handle, address, isOwn: isOwn, list, form: form, to: received) where code != CURLE_OK { return code }
            return curl_easy_perform(handle)
        }
        if received.isTooLarge { throw .answerTooLarge(host: host) }
        guard code == CURLE_OK else { throw Self.error(code, host: host) }
        var status = 0
        guard ccurl_status(handle, &status) == CURLE_OK else { throw .failed(host: host, code: 0) }
        return OutboundAnswer(status: status, body: received.bytes)
    }

    private func settings(
        _ handle: UnsafeMutableRawPointer, _ address: String, isOwn: Bool, _ headers: UnsafeMutablePointer<curl_slist>?, form: String?, to received: Received
    ) -> [CURLcode] {
        let milliseconds = Int(timeout / .milliseconds(1))
        var codes = [
            ccurl_set_text(handle, CURLOPT_URL, address),
            ccurl_set_text(handle, CURLOPT_PROTOCOLS_STR, isOwn ? "http,https" : "https"),
            ccurl_set_long(handle, CURLOPT_FOLLOWLOCATION, 0),
            // Without it libcurl ends name look-ups by a signal, which threads cannot share.
            ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1),
            ccurl_set_long(handle, CURLOPT_TIMEOUT_MS, milliseconds),
            ccurl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, milliseconds),
            ccurl_set_long(handle, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)),
            ccurl_set_text(handle, CURLOPT_NOPROXY, "localhost,127.0.0.1,::1"),
            ccurl_set_text(handle, CURLOPT_USERAGENT, "Farwindow"),
            ccurl_set_list(handle, CURLOPT_HTTPHEADER, headers),
            ccurl_set_write(handle, takeBytes, Unmanaged.passUnretained(received).toOpaque()),
        ]
        if let authorities { codes.append(ccurl_set_text(handle, CURLOPT_CAINFO, authorities)) }
        if let form { codes.append(ccurl_set_text(handle, CURLOPT_COPYPOSTFIELDS, form)) }
        return codes
    }

    private static func error(_ code: CURLcode, host: String) -> OutboundError {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_PROXY, CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR:
            .unreachable(host: host)
        case CURLE_OPERATION_TIMEDOUT: .timedOut(host: host)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE: .notTrusted(host: host)
        default: .failed(host: host, code: Int(code.rawValue))
        }
    }
}

/// The bytes of one answer, while they come in.
private final class Received {
    var bytes = Data()
    var isTooLarge = false
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    func take(_ more: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count + more.count <= limit else {
            isTooLarge = true
            return false
        }
        bytes.append(contentsOf: more)
        return true
    }
}

/// Called by libcurl; anything but the whole count ends the transfer.
private func takeBytes(_ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ to: UnsafeMutableRawPointer?) -> Int {
    guard let bytes, let to else { return 0 }
    let received = Unmanaged<Received>.fromOpaque(to).takeUnretainedValue()
    return received.take(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
}
