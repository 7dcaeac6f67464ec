// A libFuzzer target, built by ops/fuzz together with the sources of SignalingProtocol and those of WebServer and BrokerServer that read what strangers send.
import Foundation

/// Of the server's options, what the sources under test ask for.
enum ServerLimits { static let uploadMetadataBytes = 4_096 }

private let proxies = TrustedProxies(["10.0.0.0/8", "2001:db8::/32"].compactMap(NetworkRange.init))
private let rules = HandshakeRules(path: "/ws", subprotocol: "farwindow.v1")

/// One input: as a message of the wire, and as the value of every header field that this server reads.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = UnsafeRawBufferPointer(start: start, count: count)
    message(bytes)
    let text = String(decoding: bytes, as: UTF8.self)
    address(text)
    _ = Locale(acceptLanguage: text)
    if let metadata = try? UploadMetadata(text) { precondition(metadata.fileName.utf8.count <= ServerLimits.uploadMetadataBytes) }
    head(text)
    return 0
}

private func message(_ bytes: UnsafeRawBufferPointer) {
    guard let envelope = try? Envelope.scan(bytes) else { return }
    precondition(envelope.payload.lowerBound >= 0 && envelope.payload.upperBound <= bytes.count)
    let payload = UnsafeRawBufferPointer(rebasing: bytes[envelope.payload])
    _ = try? Envelope.relayAddress(inPayload: payload)
    if let kind = try? envelope.kind, kind.rule.travel == .command { _ = try? Command(kind, payload: Data(payload), by: WireCoding.decoder()) }
}

private func address(_ text: String) {
    if let address = NetworkAddress(text) {
        precondition(NetworkAddress(address.description) == address)
        precondition(NetworkRange(address.network)?.contains(address) == true)
    }
    _ = NetworkRange(text)
    for peer in ["10.0.0.1", "203.0.113.9"] {
        let client = proxies.clientAddress(peer: peer, forwardedFor: text)
        precondition(NetworkAddress(client) != nil)
        if peer == "203.0.113.9" { precondition(client == peer) }
    }
}

private func head(_ text: String) {
    let names = ["cookie", "origin", "host", "content-length", "sec-websocket-protocol", "sec-websocket-key", "connection", "x-forwarded-proto"]
    for name in names {
        var fields = [
            "host": "window.example", "upgrade": "websocket", "connection": "upgrade", "sec-websocket-version": "13",
            "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==", "sec-websocket-protocol": "farwindow.v1",
        ]
        fields[name] = text
        let head = RequestHead(method: "GET", path: "/ws", query: [:], fields: fields, remoteAddress: "203.0.113.9")
        for (name, value) in head.cookies { precondition(!name.isEmpty && !name.contains(";") && !value.contains(";")) }
        _ = rules.examine(head)
        precondition(!head.isSecure && head.clientAddress == "203.0.113.9")
        if case .known(let length) = BodyLength(head) { precondition(length >= 0) }
    }
}
