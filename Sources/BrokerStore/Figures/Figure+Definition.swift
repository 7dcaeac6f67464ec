import SignalingProtocol

/// A figure's name and the sentence that says what is counted, for the person who reads it.
public struct FigureDefinition: Hashable, Sendable {
    public let name: String
    public let sentence: String
}

extension Figure {
    /// - Parameter seconds: within which somebody should have been served.
    public func definition(_ locale: Locale, within seconds: Int) -> FigureDefinition {
        let (names, sentences) = (names, sentences(seconds))
        return switch locale {
        case .simplifiedChinese: FigureDefinition(name: names.simplified, sentence: sentences.simplified)
        case .traditionalChinese: FigureDefinition(name: names.traditional, sentence: sentences.traditional)
        case .english: FigureDefinition(name: names.english, sentence: sentences.english)
        }
    }

    private typealias Texts = (simplified: String, traditional: String, english: String)

    private var names: Texts {
        switch self {
        case .taken: ("取号数", "取號數", "Taken")
        case .served: ("办结数", "辦結數", "Served")
        case .abandoned: ("放弃数", "放棄數", "Abandoned")
        case .noShow: ("呼叫未到数", "呼叫未到數", "No-show")
        case .declined: ("叫到后不办数", "叫到後不辦數", "Declined")
        case .expired: ("失效数", "失效數", "Expired")
        case .open: ("未结束数", "未結束數", "Still open")
        case .waitP50: ("等候时间 P50", "等候時間 P50", "Wait P50")
        case .waitP80: ("等候时间 P80", "等候時間 P80", "Wait P80")
        case .waitP95: ("等候时间 P95", "等候時間 P95", "Wait P95")
        case .serviceLevel: ("服务水平", "服務水準", "Service level")
        case .repeatVisits: ("再次来访数", "再次來訪數", "Repeat visits")
        case .sessions: ("会话数", "會話數", "Sessions")
        case .handlingMean: ("平均办理时间", "平均辦理時間", "Handling time, mean")
        case .handlingP50: ("办理时间 P50", "辦理時間 P50", "Handling time P50")
        case .wrapUpMean: ("平均话后处理时间", "平均話後處理時間", "Wrap-up time, mean")
        case .wrapUpP50: ("话后处理时间 P50", "話後處理時間 P50", "Wrap-up time P50")
        case .firstOutcomes: ("首次预审数", "首次預審數", "First pre-checks")
        case .firstTimeComplete: ("材料一次齐全率", "材料一次齊全率", "First-time-complete rate")
        case .signedOn: ("签入时长", "簽入時長", "Signed-on time")
        case .busy: ("占用时长", "占用時長", "Busy time")
        case .occupancy: ("坐席占用率", "坐席占用率", "Occupancy")
        }
    }

    private func sentences(_ seconds: Int) -> Texts {
        switch self {
        case .taken:
            (
                "这段时间里取的号，每个号只算一次，转接后也不重复；记在取号那天、它现在或最后所在的大厅。按坐席看时，记在第一个接它的坐席。",
                "這段時間裡取的號，每個號只算一次，轉接後也不重複；記在取號那天、它現在或最後所在的大廳。按坐席看時，記在第一個接它的坐席。",
                "Tickets taken in the period, each once however often it was handed on; on the day it was taken, in the hall where it is or was last. "
                    + "By seat: at the seat that took it first."
            )
        case .served:
            ("其中与坐席谈完的号。", "其中與坐席談完的號。", "Those of them whose talk with an agent took place and ended.")
        case .abandoned:
            ("其中群众自己放弃的号。", "其中民眾自己放棄的號。", "Those of them that the citizen gave up.")
        case .noShow:
            (
                "其中呼叫多次没有进来、保留时间过后作废的号。预约未到不在此列。", "其中呼叫多次沒有進來、保留時間過後作廢的號。預約未到不在此列。",
                "Those of them that were called in vain and not revived in time. Appointments that nobody came to are not counted here."
            )
        case .declined:
            ("其中叫到以后群众表示不办的号。", "其中叫到以後民眾表示不辦的號。", "Those of them that the citizen turned down when called.")
        case .expired:
            (
                "其中群众离开太久或当天结束仍没办成而失效的号。", "其中民眾離開太久或當天結束仍沒辦成而失效的號。",
                "Those of them that lapsed because the citizen was away too long or the day ended."
            )
        case .open:
            ("其中还在等候、办理或保留的号。", "其中還在等候、辦理或保留的號。", "Those of them that still wait, are served, or are kept.")
        case .waitP50: Self.wait(50)
        case .waitP80: Self.wait(80)
        case .waitP95: Self.wait(95)
        case .serviceLevel:
            (
                "等候不超过 \(seconds) 秒就有坐席接的号，占全部有结果的号的比例。没有坐席接就离开的号，等满 \(seconds) 秒以上才算进来；仍在等候的不算。",
                "等候不超過 \(seconds) 秒就有坐席接的號，占全部有結果的號的比例。沒有坐席接就離開的號，等滿 \(seconds) 秒以上才算進來；仍在等候的不算。",
                "Share of the tickets that an agent took within \(seconds) s. Those that left before any agent took them count only when they had "
                    + "waited longer than \(seconds) s; those that still wait do not count."
            )
        case .repeatVisits:
            (
                "取号时，同一办件以前已有谈完的号，这样的号有多少个。", "取號時，同一辦件以前已有談完的號，這樣的號有多少個。",
                "Tickets taken for a case of which an earlier ticket had been served."
            )
        case .sessions:
            (
                "这段时间里开始的会话。一个号转接几次就有几次会话；请教同事不另算。记在会话开始那天、坐席所在的大厅。",
                "這段時間裡開始的會話。一個號轉接幾次就有幾次會話；請教同事不另算。記在會話開始那天、坐席所在的大廳。",
                "Sessions that began in the period: one for each seat that took a ticket. A colleague who is consulted adds none. "
                    + "They count on the day they began, in the hall of the seat."
            )
        case .handlingMean:
            (
                "从坐席接受到谈话结束的平均时间。没有谈完的、结论为未到的会话不算。", "從坐席接受到談話結束的平均時間。沒有談完的、結論為未到的會話不算。",
                "Mean time from the agent's acceptance to the end of the talk. Sessions that go on, and those that ended as no-show, are left out."
            )
        case .handlingP50:
            (
                "从坐席接受到谈话结束的时间，一半会话不超过它（最近秩法）。范围同平均办理时间。", "從坐席接受到談話結束的時間，一半會話不超過它（最近秩法）。範圍同平均辦理時間。",
                "Half of those sessions took no longer from acceptance to the end of the talk (nearest rank)."
            )
        case .wrapUpMean:
            ("从谈话结束到会话关闭的平均时间。", "從談話結束到會話關閉的平均時間。", "Mean time from the end of the talk to the closing of the session.")
        case .wrapUpP50:
            (
                "从谈话结束到会话关闭的时间，一半会话不超过它（最近秩法）。", "從談話結束到會話關閉的時間，一半會話不超過它（最近秩法）。",
                "Half of the closed sessions took no longer from the end of the talk to closing (nearest rank)."
            )
        case .firstOutcomes:
            (
                "会话中第一次得出预审结果、而且不是转其他渠道的办件数。", "會話中第一次得出預審結果、而且不是轉其他管道的辦件數。",
                "Cases whose first pre-check outcome was made in a session of the period and was not a referral."
            )
        case .firstTimeComplete:
            (
                "首次预审结果就是材料齐全的，占首次预审数的比例。容缺不算齐全。", "首次預審結果就是材料齊全的，占首次預審數的比例。容缺不算齊全。",
                "Share of the first pre-checks that found every material in order. Deferred material does not count as complete."
            )
        case .signedOn:
            (
                "坐席有人签入的时间总和，包括小休。从启用这项记录时算起。", "坐席有人簽入的時間總和，包括小休。從啟用這項記錄時算起。",
                "Time that seats had an agent signed on, not-ready time included. Known since this record was introduced."
            )
        case .busy:
            (
                "签入时间中，从振铃、谈话（包括被请教）到话后处理的时间总和。", "簽入時間中，從振鈴、談話（包括被請教）到話後處理的時間總和。",
                "That part of the signed-on time in which the seat rang, talked (also as a consultant) or was in wrap-up."
            )
        case .occupancy:
            ("占用时长除以签入时长。", "占用時長除以簽入時長。", "Busy time divided by signed-on time.")
        }
    }

    private static func wait(_ percent: Int) -> Texts {
        (
            "从取号到第一个坐席接受的时间：百分之 \(percent) 的号不超过它（最近秩法，总是其中一个号的实际时间）。没有坐席接过的号不算。",
            "從取號到第一個坐席接受的時間：百分之 \(percent) 的號不超過它（最近秩法，總是其中一個號的實際時間）。沒有坐席接過的號不算。",
            "Time from taking the ticket until the first agent accepted it: \(percent) % of the tickets waited no longer (nearest rank: always the wait of one "
                + "of them). Tickets that no agent accepted are left out."
        )
    }
}
