import SignalingProtocol

extension NoticeDocument {
    /// The notice of one outcome in `locale`.
    public init(_ notice: NoticeView, of outcome: OutcomeView, facts: NoticeFacts, locale: Locale) {
        self = NoticeComposer(notice: notice, outcome: outcome.displayed, facts: facts, wording: NoticeWording(locale: locale)).document
    }
}

private struct NoticeComposer {
    let notice: NoticeView
    let outcome: OutcomeView
    let facts: NoticeFacts
    let wording: NoticeWording

    var document: NoticeDocument {
        NoticeDocument(
            locale: wording.locale, title: wording.title, number: notice.number, result: outcome.result, summary: summary, warning: facts.warning,
            authority: isElsewhere ? wording.authority(hall: outcome.hall.name, handling: outcome.handlingHall.name) : nil, facts: head,
            remarks: remarks, demands: .init(heading: wording.demands, contents: entries.filter(\.isDemand).map(point)),
            deferred: .init(heading: wording.deferred, contents: entries.filter { $0.verdict == .waived }.map(point)), settled: settled,
            steps: .init(
                heading: wording.next,
                contents: wording.steps(outcome.result, case: outcome.caseNumber, origin: facts.origin, handling: outcome.handlingHall.name)),
            legal: .init(heading: wording.about, contents: wording.legal), verification: .init(heading: wording.verification, contents: proof))
    }

    /// A clerk outside the handling place may say 预审通过, never 受理: authority does not move.
    private var isElsewhere: Bool { outcome.hall.id != outcome.handlingHall.id }

    private var entries: [OutcomeEntryView] { outcome.entries }

    private var summary: String {
        wording.summary(
            outcome.result, open: entries.count(where: \.isDemand), deferred: entries.count { $0.verdict == .waived },
            until: outcome.respondBy.map(wording.date), elsewhere: isElsewhere ? outcome.handlingHall.name : nil)
    }

    private var head: [NoticeDocument.Line] {
        var lines: [NoticeDocument.Line] = [
            .init(wording.number, [notice.number]), .init(wording.issued, [CivilDate(dayOf: notice.issuedAt).map(wording.date) ?? notice.issuedAt.rfc3339]),
            .init(wording.applicant, [maskedName(facts.applicant)], .person), .init(wording.item, [outcome.item.name], .catalogue),
            .init(wording.caseNumber, [outcome.caseNumber]),
            .init(wording.reviewedBy, [wording.reviewer(hall: outcome.hall.name, seat: outcome.seatNumber, agent: outcome.agentName)]),
            .init(wording.handling, [outcome.handlingHall.name]),
        ]
        if let limit = facts.item?.timeLimit { lines.append(.init(wording.timeLimit, [limit.text], .catalogue)) }
        return lines
    }

    private var remarks: [NoticeDocument.Line] {
        [(wording.goTo, outcome.referredTo), (wording.remark, outcome.note)].compactMap { label, text in
            text.isEmpty ? nil : .init(label, [text], .person)
        }
    }

    private func point(_ entry: OutcomeEntryView) -> NoticeDocument.Point {
        var lines: [NoticeDocument.Line] = []
        if let reopened = entry.reopened, !reopened.isEmpty { lines.append(.init(wording.reopened, [reopened], .person)) }
        if !entry.reasons.isEmpty {
            lines.append(.init(wording.wrong, entry.reasons.map(\.text), .catalogue))
        } else if entry.note.isEmpty {
            lines.append(.init(wording.wrong, [wording.defaultReason(entry.verdict)]))
        }
        if !entry.note.isEmpty { lines.append(.init(wording.remark, [entry.note], .person)) }
        if let material = facts.item?.material(entry.materialID), Notices.displayed(material.name) == entry.materialName {
            lines.append(.init(wording.requirement, [wording.form(material.form, copies: material.copies)]))
        }
        lines.append(.init(wording.todo, [wording.action(entry.verdict)]))
        lines.append(.init(wording.place, place))
        lines.append(.init(wording.until, [(entry.dueBy ?? outcome.respondBy).map(wording.date) ?? wording.noDay]))
        return .init(material: entry.materialName, verdict: entry.verdict, state: wording.state(entry.verdict), lines: lines)
    }

    private var place: [String] {
        [wording.online, wording.atTheHall(outcome.handlingHall.name, details: [facts.handlingAddress, facts.handlingHours].compactMap { $0 })]
    }

    private var settled: [NoticeDocument.Line] {
        [(wording.accepted, Verdict.accepted), (wording.notApplicable, .notApplicable)].compactMap { label, verdict in
            let names = entries.filter { $0.verdict == verdict }.map(\.materialName)
            return names.isEmpty ? nil : .init(label, names, .catalogue)
        }
    }

    private var proof: [NoticeDocument.Line] {
        [
            .init(wording.verificationAddress, ["\(facts.origin)/notice/verify/"]), .init(wording.number, [notice.number]),
            .init(wording.verificationCode, [notice.code.inGroups(of: 4)]), .init(wording.contentHash, [facts.contentHash.inGroups(of: 8)]),
        ]
    }
}

extension OutcomeView {
    /// With every text that the notice shows as it may be shown: the catalogue and the names of offices are typed by people too.
    fileprivate var displayed: OutcomeView {
        var shown = self
        shown.item.name = Notices.displayed(item.name)
        shown.hall.name = Notices.displayed(hall.name)
        shown.handlingHall.name = Notices.displayed(handlingHall.name)
        shown.agentName = Notices.displayed(agentName)
        shown.referredTo = Notices.displayed(referredTo)
        shown.note = Notices.displayed(note)
        shown.entries = entries.map { entry in
            var entry = entry
            entry.materialName = Notices.displayed(entry.materialName)
            entry.reasons = entry.reasons.map { CodedReason(code: $0.code, text: Notices.displayed($0.text)) }
            entry.note = Notices.displayed(entry.note)
            entry.reopened = entry.reopened.map(Notices.displayed)
            return entry
        }
        return shown
    }
}

extension String {
    fileprivate func inGroups(of count: Int) -> String {
        var groups: [Substring] = []
        var rest = self[...]
        while !rest.isEmpty {
            groups.append(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        return groups.joined(separator: " ")
    }
}
