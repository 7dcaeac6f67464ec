import Foundation
import Testing

@testable import Identity

@Suite("Credentials for a TURN server")
struct RelayCredentialTests {
    private let secret = Data("a secret that the TURN server has too".utf8)

    /// Reckoned with `printf %s 1795395600:visit | openssl dgst -sha1 -hmac "a secret that the TURN server has too" -binary | base64`.
    @Test func areWhatTheTURNServerReckons() {
        let credential = RelayCredential(expiresAt: 1_795_395_600, name: "visit", secret: secret)
        #expect(credential.username == "1795395600:visit")
        #expect(credential.password == "6naIv8/0CcMsBbNiyVbpHLb3a1Y=")
    }

    @Test func nameNobody() {
        let name = RelayCredential.pseudonym(of: "session", "person", secret: secret)
        #expect(name == RelayCredential.pseudonym(of: "session", "person", secret: secret))
        #expect(name.count == 16)
        #expect(!name.contains("person") && !name.contains(":"))
        let others = [
            RelayCredential.pseudonym(of: "session", "other", secret: secret), RelayCredential.pseudonym(of: "other", "person", secret: secret),
            RelayCredential.pseudonym(of: "session", "person", secret: Data("another".utf8)),
        ]
        #expect(!others.contains(name) && Set(others).count == 3)
    }
}
