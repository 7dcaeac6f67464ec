import Crypto
import Foundation
import SignalingProtocol

/// What `Upload-Metadata` says (tus 1.0.0, "Creation"): pairs of a key and a value in base 64, with commas between.
struct UploadMetadata: Equatable {
    let caseID: CaseID
    let materialID: MaterialID
    /// As the client sent it; not fit to be shown.
    let fileName: String
    let replaces: FileID?

    /// Keys that are not ours are let through, as the protocol asks.
    /// - Throws: `invalid_field`, with the key that is wrong.
    init(_ field: String) throws(WireError) {
        guard field.utf8.count <= ServerLimits.uploadMetadataBytes else { throw WireError(.invalidField, field: "upload_metadata") }
        var values: [String: String] = [:]
        for pair in field.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = pair.split(separator: " ")
            guard let key = parts.first.map(String.init), parts.count <= 2, values[key] == nil,
                let bytes = Data(base64Encoded: parts.count == 2 ? String(parts[1]) : ""), let text = String(validating: bytes, as: UTF8.self)
            else { throw WireError(.invalidField, field: "upload_metadata") }
            values[key] = text
        }
        guard let caseID = values["case_id"].flatMap(CaseID.init) else { throw WireError(.invalidField, field: "case_id") }
        guard let materialID = values["material_id"].flatMap(MaterialID.init) else { throw WireError(.invalidField, field: "material_id") }
        self.caseID = caseID
        self.materialID = materialID
        fileName = values["filename"] ?? ""
        replaces = values["replaces"].flatMap(FileID.init)
        if values["replaces"] != nil, replaces == nil { throw WireError(.invalidField, field: "replaces") }
    }
}

/// What `Upload-Checksum` says (tus 1.0.0, "Checksum"), and the sum of what has come so far.
struct UploadChecksum {
    private enum Sum {
        case sha256(SHA256)
        case sha1(Insecure.SHA1)
    }

    static let algorithms = "sha1,sha256"

    private var sum: Sum
    private let announced: Data

    /// - Returns: nil for another algorithm, or a sum that is none.
    init?(_ field: String) {
        let parts = field.split(separator: " ")
        guard parts.count == 2, let announced = Data(base64Encoded: String(parts[1])) else { return nil }
        switch parts[0] {
        case "sha256" where announced.count == SHA256.byteCount: sum = .sha256(SHA256())
        // The protocol asks for it of every server; nothing here trusts it.
        case "sha1" where announced.count == Insecure.SHA1.byteCount: sum = .sha1(Insecure.SHA1())
        default: return nil
        }
        self.announced = announced
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        switch sum {
        case .sha256(var hash):
            hash.update(bufferPointer: bytes)
            sum = .sha256(hash)
        case .sha1(var hash):
            hash.update(bufferPointer: bytes)
            sum = .sha1(hash)
        }
    }

    var agrees: Bool {
        switch sum {
        case .sha256(let hash): Data(hash.finalize()) == announced
        case .sha1(let hash): Data(hash.finalize()) == announced
        }
    }
}
