import BrokerStore
import Identity
import SignalingProtocol

extension APIDocument {
    /// How one signs in oneself: second factors, recovery codes. Whoever has a second factor must give the password before anything changes.
    static let securityOperations: [APIOperation] = [
        APIOperation("GET", "/api/v1/staff/security", "One's own second factors and password.", .staff, .json(.part("OwnSecurity"))),
        APIOperation(
            "POST", "/api/v1/staff/security/codes", "Begins to set up codes of an authenticator program (RFC 6238).", .staff, body: reauthentication,
            .json(.object(["challenge": .text(), "secret": .text(), "address": .text(), "rows": .array(.text())]))),
        APIOperation(
            "POST", "/api/v1/staff/security/codes/confirm", "Takes them on, when the code that is shown now is right.", .staff,
            body: .object(["challenge": .text(), "name": .text(), "code": .text()]), .json(201, .part("SecondFactorAdded"))),
        APIOperation(
            "POST", "/api/v1/staff/security/passkeys", "Begins to make a passkey (WebAuthn); not where the server is reached by a number.", .staff,
            body: reauthentication,
            .json(
                .object([
                    "challenge": .text(), "passkey_challenge": .text(), "relying_party": .text(), "user_id": .text(), "account": .text(), "name": .text(),
                    "algorithms": .array(.integer()), "excluded": .array(.text()),
                ]))),
        APIOperation(
            "POST", "/api/v1/staff/security/passkeys/confirm", "Takes on the passkey that the browser made.", .staff,
            body: .object([
                "challenge": .text(), "name": .text(), "client_data": .text(), "authenticator_data": .text(), "public_key": .text(), "algorithm": .integer(),
            ]), .json(201, .part("SecondFactorAdded"))),
        APIOperation(
            "POST", "/api/v1/staff/security/second-factors/{id}/remove", "Removes one; with the last one the recovery codes go too.", .staff,
            body: reauthentication, .json(.part("OwnSecurity"))),
        APIOperation(
            "POST", "/api/v1/staff/security/recovery-codes", "Makes new recovery codes, told this once; the old ones are worth nothing.", .staff,
            body: reauthentication, .json(.object(["recovery_codes": .array(.text())]))),
    ]

    private static let reauthentication = APISchema.object([:], optional: ["current_password": .text(atMost: 128)])

    static let securityParts: KeyValuePairs<String, APISchema> = [
        "SecondFactorRequest": .object(
            ["second_factor_required": .boolean, "methods": .array(.word(SecondFactorMethod.self)), "challenge": .text(), "expires_at": .instant],
            optional: ["passkey": .object(["challenge": .text(), "relying_party": .text(), "credentials": .array(.text())])]),
        "SecondFactor": .object(
            ["id": .uuid, "kind": .word(SecondFactorRow.Kind.self), "name": .text(), "added_at": .instant], optional: ["used_at": .instant]),
        "OwnSecurity": .object(
            [
                "second_factors": .array(.part("SecondFactor")), "recovery_codes_left": .integer(), "second_factor_required": .boolean,
                "password_policy": .word(PasswordPolicy.self),
            ], optional: ["password_set_at": .instant, "password_expires_at": .instant]),
        "SecondFactorAdded": .object(["security": .part("OwnSecurity")], optional: ["recovery_codes": .array(.text())]),
    ]
}
