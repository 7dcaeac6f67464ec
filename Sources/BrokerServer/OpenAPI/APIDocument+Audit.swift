import BrokerStore
import SignalingProtocol

extension APIDocument {
    static let auditOperations: [APIOperation] = [
        APIOperation(
            "GET", "/api/v1/admin/audit", "Who did what, newest first, page by page; for the audit administrator.", .staff,
            query: [
                "from": .date, "to": .date, "person": .text(atMost: 64), "act": .word(AuditAct.self), "object": .text(atMost: 100), "hall": .code,
                "outcome": .words(["all", "refused"]), "before": .integer(1...9_007_199_254_740_992), "limit": .integer(1...ServerLimits.auditRowsAPage),
            ],
            .json(.object(["entries": .array(.part("AuditLine"))], optional: ["next": .integer()]))),
        APIOperation(
            "GET", "/api/v1/admin/audit.csv", "The same as a spreadsheet; that it was taken is written down.", .staff, query: auditQuery,
            .bytes(CommaSeparated.mediaType)),
    ]

    private static let auditQuery: KeyValuePairs<String, APISchema> = [
        "from": .date, "to": .date, "person": .text(atMost: 64), "act": .word(AuditAct.self), "object": .text(atMost: 100), "hall": .code,
        "outcome": .words(["all", "refused"]),
    ]

    static let auditParts: KeyValuePairs<String, APISchema> = [
        "AuditLine": .object(
            [
                "sequence": .integer(), "at": .instant, "actor_kind": .words(["nobody", "citizen", "staff", "system"]), "act": .word(AuditAct.self),
                "address": .text(), "outcome": .text(), "detail": .text(),
            ], optional: ["actor_id": .uuid, "account": .text(), "object": .text(), "hall_id": .code, "reason": .text()])
    ]
}
