import SignalingProtocol

/// What a notice says, in a form that has only one writing, so that a hash of it can be printed and compared.
public enum NoticeContent {
    /// One `name=value` a line, in the order of the outcome. Neither the wording of a language nor a later field changes it, so that the hash on an old paper
    /// stays right.
    public static func canonical(_ notice: NoticeView, _ outcome: OutcomeView) -> String {
        var lines = [
            line("form", "1"), line("number", notice.number), line("version", String(outcome.version)), line("issued", notice.issuedAt.rfc3339),
            line("case", outcome.caseNumber), line("item", "\(outcome.item.code) \(outcome.item.version) \(outcome.item.name)"),
            line("result", outcome.result.rawValue), line("hall", "\(outcome.hall.id) \(outcome.hall.name)"),
            line("handling", "\(outcome.handlingHall.id) \(outcome.handlingHall.name)"), line("referred", outcome.referredTo),
            line("note", outcome.note), line("respond-by", outcome.respondBy?.description ?? ""),
        ]
        for entry in outcome.entries {
            lines += [
                line("material", "\(entry.materialID) \(entry.materialName)"), line("verdict", entry.verdict.rawValue),
                line("reasons", entry.reasons.map(\.code.text).joined(separator: " ")), line("note", entry.note),
                line("due", entry.dueBy?.description ?? ""), line("reopened", entry.reopened ?? ""),
                line("files", entry.fileHashes.joined(separator: " ")),
            ]
        }
        return lines.joined()
    }

    private static func line(_ name: String, _ value: String) -> String {
        // A value with a line break in it must not read as two lines.
        "\(name)=\(value.replacing("\\", with: "\\\\").replacing("\r", with: "\\r").replacing("\n", with: "\\n"))\n"
    }
}
