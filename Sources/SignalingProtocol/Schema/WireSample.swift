/// The values of the fixtures. All people, numbers and tokens in them are made up.
///
/// A table's key is a field's name, or `Type.field` where one type needs another value than the rest.
enum WireSample {
    /// A UUIDv7 of 2026-11-23T09:30:00+08:00 for each kind of thing.
    static let identifiers: [String: String] = [
        "TicketSubject": "01a20606-35c0-7000-8000-000000000001",
        "ReservationSubject": "01a20606-35c0-7000-8000-000000000002",
        "SessionSubject": "01a20606-35c0-7000-8000-000000000003",
        "CaseSubject": "01a20606-35c0-7000-8000-000000000004",
        "FileSubject": "01a20606-35c0-7000-8000-000000000005",
        "ChatMessageSubject": "01a20606-35c0-7000-8000-000000000006",
        "CitizenSubject": "01a20606-35c0-7000-8000-000000000007",
        "AgentSubject": "01a20606-35c0-7000-8000-000000000008",
        "CorrectionSubject": "01a20606-35c0-7000-8000-000000000009",
        "StillSubject": "01a20606-35c0-7000-8000-00000000000a",
        "AppointmentSubject": "01a20606-35c0-7000-8000-00000000000b",
    ]

    static let codes: [String: String] = [
        "HallSubject": "445102", "SeatSubject": "445102-03", "ItemSubject": "CZ-TAX-001", "MaterialSubject": "M1", "ReasonSubject": "R2",
    ]

    private static let texts: [String: String] = [
        "AppointmentView.number": "Y0123",
        "Bye.message": "您已在另一个页面打开,这个页面已停用。",
        "CaseField.value": "示例商贸有限公司",
        "CatalogueItem.name": "示例事项",
        "ChatMessageView.text": "请把营业执照再拍清楚一些。📷",
        "ChatSend.text": "好的,马上补交。👌",
        "CodedReason.text": "图像不清晰",
        "FileView.name": "营业执照.jpg",
        "HallView.name": "示例区办税服务厅",
        "ItemReference.name": "示例事项",
        "MaterialRequirement.name": "营业执照",
        "ParticipantView.name": "林晓晴",
        "Source.id": "S1",
        "Source.kind": "official",
        "SourcedText.text": "即时办结",
        "Welcome.name": "林晓晴",
        "agent_name": "陈志远",
        "applicants": "企业",
        "case_number": "445102-20261123-0007",
        "category": "发票使用",
        "citizen_name": "林晓晴",
        "condition": "委托他人办理时",
        "credential": "made-up-credential",
        "exemption": "已实名认证的办税人员",
        "field": "last_seq",
        "file_hashes": sha256,
        "from_agent_name": "许安然",
        "from_hall": "示例区办税服务厅",
        "from_seat_number": "02",
        "issuer": "示例单位",
        "look_up_code": "K7M2QX",
        "material_name": "营业执照",
        "message": "填写的内容有误,请检查后重试。",
        "name_english": "Business licence",
        "note": "请补交加盖公章的复印件。",
        "FindingView.detail": "top",
        "NoticeView.code": "7K2Q9X4MB3R8T",
        "NoticeView.number": "445102-261123-0007-3",
        "keywords": "营业执照",
        "new_value": "示例商贸有限公司",
        "number": "A007",
        "old_value": "示例商贸公司",
        "reason": "上次看错了印章",
        "reopened": "上次看错了印章",
        "SeatView.number": "03",
        "SeatChoice.number": "03",
        "page_date": "2026-11-01",
        "referred_to": "示例区政务服务中心 3 号窗口",
        "resume_token": "made-up-resume-token",
        "seat_number": "03",
        "sha256": sha256,
        "source": "S1",
        "status_note": "示例数据",
        "taken_by": "陈志远",
        "ticket_number": "A007",
        "title": "办事指南",
        "url": "https://example.cn/guide",
        "urls": "turn:turn.example.cn:3478",
        "username": "made-up-user",
    ]

    /// Of the three letters `abc` (FIPS 180-4's own example).
    private static let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    /// Fields that may be empty, and are in a minimal fixture.
    private static let emptyWhenMinimal: Set<String> = ["note", "referred_to"]

    private static let integers: [String: Int] = [
        "ahead": 3, "byte_count": 183_042, "candidate_seats": 2, "copies": 1, "earlier_rings": 1, "epoch": 2, "files_handed_in": 4,
        "heartbeat_ms": 10_000, "last_seq": 117, "missing_year": 2027, "retry_after_ms": 2_000, "seats_open": 5, "seq": 118, "version": 3,
        "waited_ms": 184_000, "rotation": 90, "pages": 2, "page": 1, "accepted_in": 2, "earlier_outcomes": 2,
        "wait_p50_ms": 240_000, "wait_p80_ms": 480_000, "calls": 2,
        "waiting": 12,
    ]

    /// The first word of a list stands everywhere else.
    private static let words: [String: String] = [
        "Bye.code": "superseded",
        "ConsultView.end": "returned",
        "ConsultView.state": "talking",
        "MediaReference.with": "consultant",
        "MediaView.with": "consultant",
        "RTCCandidate.from": "agent",
        "RTCCandidate.to": "consultant",
        "RTCDescription.from": "agent",
        "RTCDescription.to": "consultant",
        "OpeningView.state": "closed",
        "OutcomeEntryView.verdict": "correction-needed",
        "OutcomeView.result": "correction-needed",
        "CaseField.key": "organisation-name",
        "CorrectionView.key": "organisation-name",
        "FindingView.code": "blurred",
        "PrecheckVerdict.verdict": "waived",
        "ReservationEnded.state": "timed-out",
        "SeatNotReady.reason": "meal",
        "SeatView.not_ready_reason": "rona",
        "SeatView.state": "not-ready",
        "SessionUpdated.disposition": "correction-needed",
        "SessionUpdated.state": "wrap-up",
        "SessionView.state": "connected",
        "VerdictView.verdict": "correction-needed",
        "WireError.code": "invalid_field",
    ]

    /// 2026-11-23T09:30:00+08:00.
    private static let now = Instant(milliseconds: 1_795_397_400_000)
    private static let sinceNow: [String: Milliseconds] = [
        "asked_at": .seconds(-5), "deadline": .seconds(45), "proposed_at": .seconds(-5),
        "longest_wait_since": .minutes(-6), "ring_deadline": .seconds(20), "state_deadline": .seconds(90), "taken_at": .minutes(-4),
        "waiting_since": .minutes(-4), "handed_in_at": .minutes(-2),
        "starts_at": .minutes(60), "ends_at": .minutes(90), "hold_until": .minutes(10), "check_in_from": .minutes(30), "check_in_until": .minutes(75),
        "parked_until": .minutes(10), "opens_at": .minutes(270), "closes_at": .minutes(150),
    ]

    /// Stands where the server does not look inside.
    static func opaque(field: String) -> JSONTree {
        switch field {
        case "description": ["type": "offer", "sdp": "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"]
        case "candidate": ["candidate": "candidate:1 1 udp 2122260223 192.0.2.1 54321 typ host", "sdpMid": "0", "sdpMLineIndex": 0]
        default: [:]
        }
    }

    static func text(at place: SamplePlace) throws(ShapeError) -> String {
        if place.fill == .minimal && emptyWhenMinimal.contains(place.field) { return "" }
        return try value(in: texts, at: place)
    }

    static func integer(at place: SamplePlace) throws(ShapeError) -> Int { try value(in: integers, at: place) }

    /// A full `welcome` has a snapshot, so it is one that was not resumed.
    static func boolean(at place: SamplePlace) -> Bool {
        switch place.fill {
        case .full: place.field != "resumed"
        case .minimal: place.field == "resumed"
        }
    }

    static func day(at place: SamplePlace) throws(ShapeError) -> CivilDate {
        guard let day = CivilDate(year: 2026, month: 12, day: 23) else { throw ShapeError.noSample(field: "\(place.owner).\(place.field)") }
        return day
    }

    static func instant(at place: SamplePlace) -> Instant { now + (sinceNow[place.field] ?? 0) }

    /// A minimal fixture takes the last word of a list, so that two are seen.
    static func word<Word: WireWord>(_ type: Word.Type, at place: SamplePlace) throws(ShapeError) -> Word {
        let words = Array(type.allCases)
        let chosen =
            switch place.fill {
            case .full: Self.words["\(place.owner).\(place.field)"].map(type.init(rawValue:)) ?? words.first
            case .minimal: words.last
            }
        guard let chosen else { throw ShapeError.noSample(field: "\(place.owner).\(place.field)") }
        return chosen
    }

    private static func value<Value>(in table: [String: Value], at place: SamplePlace) throws(ShapeError) -> Value {
        guard let value = table["\(place.owner).\(place.field)"] ?? table[place.field] else {
            throw ShapeError.noSample(field: "\(place.owner).\(place.field)")
        }
        return value
    }
}
