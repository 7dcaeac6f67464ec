import SignalingProtocol

/// Every sentence of the notice, in each language.
struct NoticeWording {
    let locale: Locale

    func say(_ simplified: String, _ traditional: String, _ english: String) -> String {
        switch locale {
        case .simplifiedChinese: simplified
        case .traditionalChinese: traditional
        case .english: english
        }
    }

    // MARK: Head

    var title: String { say("一次性告知书", "一次性告知書", "One-time notice") }

    /// - Parameters:
    ///   - open: materials that are missing or wrong.
    ///   - elsewhere: the handling place, when it is another one than the hall that looked at the papers.
    func summary(_ result: OutcomeResult, open: Int, deferred: Int, until: String?, elsewhere: String?) -> String {
        switch result {
        case .readyToFile: ready(elsewhere: elsewhere)
        case .correctionNeeded: correction(open: open, until: until)
        case .deferredMaterial: deferral(deferred, elsewhere: elsewhere)
        case .referred:
            say("这件事要到别的地方办理，请看下面的“办理去向”。", "這件事要到別的地方辦理，請看下面的「辦理去向」。", "This matter is handled elsewhere: see “Where to go” below.")
        }
    }

    private func ready(elsewhere: String?) -> String {
        guard let elsewhere else { return say("材料齐全，可以申报。", "材料齊全，可以申報。", "Your papers are complete. You can file now.") }
        return say(
            "材料预审通过，可以向\(elsewhere)提交申请。", "材料預審通過，可以向\(elsewhere)提交申請。",
            "Your papers passed the pre-review. You can now file them with \(elsewhere).")
    }

    private func correction(open: Int, until: String?) -> String {
        let papers = open == 1 ? "1 paper is" : "\(open) papers are"
        guard let until else {
            return say("还差 \(open) 样材料，补齐后就可以申报。", "還差 \(open) 樣材料，補齊後就可以申報。", "\(papers) still missing or wrong. Once that is put right you can file.")
        }
        return say(
            "还差 \(open) 样材料，请在\(until)以前补齐。", "還差 \(open) 樣材料，請在\(until)以前補齊。", "\(papers) still missing or wrong. Please put that right by \(until).")
    }

    private func deferral(_ count: Int, elsewhere: String?) -> String {
        let papers = count == 1 ? "1 paper" : "\(count) papers"
        guard let elsewhere else {
            return say(
                "可以容缺受理：其余材料齐全，还有 \(count) 样请按下面的日期补交。", "可以容缺受理：其餘材料齊全，還有 \(count) 樣請按下面的日期補交。",
                "You can file now. Hand in \(papers) later, by the dates below.")
        }
        return say(
            "材料预审通过，可以向\(elsewhere)提交申请；还有 \(count) 样请按下面的日期补交。", "材料預審通過，可以向\(elsewhere)提交申請；還有 \(count) 樣請按下面的日期補交。",
            "Your papers passed the pre-review. You can file them with \(elsewhere), and hand in \(papers) later, by the dates below.")
    }

    func authority(hall: String, handling: String) -> String {
        say(
            "这是\(hall)所做的材料预审。能不能办、怎么办，由办理地\(handling)决定，办理以\(handling)为准。",
            "這是\(hall)所做的材料預審。能不能辦、怎麼辦，由辦理地\(handling)決定，辦理以\(handling)為準。",
            "This is a pre-review of papers by \(hall). The handling place, \(handling), decides on the matter itself; what it says counts.")
    }

    // MARK: Facts

    var number: String { say("告知书编号", "告知書編號", "Notice number") }
    var issued: String { say("出具日期", "出具日期", "Date") }
    var applicant: String { say("申请人", "申請人", "Applicant") }
    var item: String { say("办理事项", "辦理事項", "Matter") }
    var caseNumber: String { say("办件编号", "辦件編號", "Case number") }
    var reviewedBy: String { say("预审", "預審", "Reviewed by") }
    func reviewer(hall: String, seat: String, agent: String) -> String {
        say("\(hall)\(seat)号窗口，\(agent)", "\(hall)\(seat)號窗口，\(agent)", "\(hall), window \(seat), \(agent)")
    }
    var handling: String { say("办理地", "辦理地", "Handling place") }
    var timeLimit: String { say("办理时限", "辦理時限", "Time limit") }
    var goTo: String { say("办理去向", "辦理去向", "Where to go") }
    var remark: String { say("窗口人员的说明", "窗口人員的說明", "The clerk’s remark") }

    // MARK: Points

    var demands: String { say("要补交或改正的材料", "要補交或改正的材料", "Papers that are missing or wrong") }
    var deferred: String { say("可以以后补交的材料", "可以以後補交的材料", "Papers that may follow later") }
    var accepted: String { say("已通过，不用再交", "已通過，不用再交", "Accepted, nothing to do") }
    var notApplicable: String { say("您不需要交", "您不需要交", "Not needed in your case") }

    func state(_ verdict: Verdict) -> String {
        switch verdict {
        case .accepted: say("通过", "通過", "Accepted")
        case .correctionNeeded: say("要改", "要改", "To be corrected")
        case .missing: say("还缺", "還缺", "Missing")
        case .waived: say("可以以后补", "可以以後補", "May follow later")
        case .notApplicable: say("不需要", "不需要", "Not needed")
        }
    }

    var wrong: String { say("问题", "問題", "What is wrong") }
    var reopened: String { say("上次通过，这次重新看，因为", "上次通過，這次重新看，因為", "Accepted before, opened again because") }
    var requirement: String { say("要求", "要求", "Required") }
    var todo: String { say("怎么办", "怎麼辦", "What to do") }
    var place: String { say("交到哪里", "交到哪裡", "Where") }
    var until: String { say("什么时候以前", "什麼時候以前", "By when") }

    func defaultReason(_ verdict: Verdict) -> String {
        switch verdict {
        case .missing: say("没有交这份材料。", "沒有交這份材料。", "This paper was not handed in.")
        case .correctionNeeded: say("交来的这份还不能用。", "交來的這份還不能用。", "The paper as handed in cannot be used.")
        case .waived: say("现在没有这份材料，先办，以后补交。", "現在沒有這份材料，先辦，以後補交。", "The paper is not there yet; the matter goes ahead without it.")
        case .accepted, .notApplicable: ""
        }
    }

    func action(_ verdict: Verdict) -> String {
        switch verdict {
        case .missing: say("请准备好这份材料，再交上来。", "請準備好這份材料，再交上來。", "Get this paper and hand it in.")
        case .correctionNeeded: say("请按上面的问题改好，再交一次。", "請按上面的問題改好，再交一次。", "Put right what is named above and hand it in again.")
        case .waived: say("请在承诺的日期以前补交。", "請在承諾的日期以前補交。", "Hand it in by the promised date.")
        case .accepted, .notApplicable: ""
        }
    }

    func form(_ form: MaterialForm, copies: Int?) -> String {
        let name =
            switch form {
            case .original: say("原件", "原件", "original")
            case .copy: say("复印件", "影印本", "copy")
            case .originalAndCopy: say("原件和复印件", "原件和影印本", "original and copy")
            case .electronic: say("电子件", "電子件", "electronic file")
            }
        guard let copies, copies > 0 else { return name }
        return say("\(name)，\(copies) 份", "\(name)，\(copies) 份", "\(name), \(copies)×")
    }

    var online: String {
        say(
            "网上：在远窗点“查以前的办理结果”，打开这次办件，再点“继续办理”。已经通过的材料不用再交。",
            "網上：在遠窗點“查以前的辦理結果”，打開這次辦件，再點“繼續辦理”。已經通過的材料不用再交。",
            "Online: in Farwindow, look up this case and choose to continue. What was accepted need not be handed in again.")
    }

    /// - Parameter details: address and opening hours, as far as they are known.
    func atTheHall(_ hall: String, details: [String]) -> String {
        let known = details.joined(separator: say("；", "；", "; "))
        let more = details.isEmpty ? "" : say("（\(known)）", "（\(known)）", " (\(known))")
        return say("到窗口：\(hall)\(more)。", "到窗口：\(hall)\(more)。", "In person: \(hall)\(more).")
    }

    func date(_ date: CivilDate) -> String {
        say("\(date.year)年\(date.month)月\(date.day)日", "\(date.year)年\(date.month)月\(date.day)日", "\(date.day) \(Self.months[date.month - 1]) \(date.year)")
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ]

    var noDay: String { say("没有规定日期，补齐后随时可以再来。", "沒有規定日期，補齊後隨時可以再來。", "No date is set: come back whenever you are ready.") }

    // MARK: What next

    var next: String { say("接下来怎么做", "接下來怎麼做", "What to do next") }

    func steps(_ result: OutcomeResult, case number: String, origin: String, handling: String) -> [String] {
        let first =
            switch result {
            case .readyToFile:
                say("带齐材料，向\(handling)申报。", "帶齊材料，向\(handling)申報。", "File your papers with \(handling).")
            case .correctionNeeded:
                say(
                    "按上面的清单一次备齐。清单以外不用再准备别的材料。", "按上面的清單一次備齊。清單以外不用再準備別的材料。",
                    "Prepare all that is listed above at once. Nothing else is needed.")
            case .deferredMaterial:
                say("向\(handling)申报，并记住补交的日期。", "向\(handling)申報，並記住補交的日期。", "File with \(handling), and keep the date for what follows later.")
            case .referred:
                say("按上面的“办理去向”去办。", "按上面的「辦理去向」去辦。", "Go where “Where to go” says.")
            }
        let lookUp = say(
            "要查进度或再次预审，请打开 \(origin)/citizen/ ，用办件编号 \(number) 和您自己保存的查询码查询。查询码没有印在这里，请不要告诉别人。",
            "要查進度或再次預審，請打開 \(origin)/citizen/ ，用辦件編號 \(number) 和您自己保存的查詢碼查詢。查詢碼沒有印在這裡，請不要告訴別人。",
            "To follow the case or come back, open \(origin)/citizen/ and use case number \(number) with the look-up code that you kept. "
                + "The code is not printed here; tell it to nobody.")
        return [first, lookUp]
    }

    // MARK: Law and proof

    var about: String { say("关于这份告知书", "關於這份告知書", "About this notice") }

    var legal: [String] {
        [
            say(
                "材料不齐全或者不符合法定形式的，一次告知需要补正的全部内容。依据：《中华人民共和国行政许可法》第三十二条第一款第四项；不属于行政许可的事项参照执行。",
                "材料不齊全或者不符合法定形式的，一次告知需要補正的全部內容。依據：《中華人民共和國行政許可法》第三十二條第一款第四項；不屬於行政許可的事項參照執行。",
                "Where papers are incomplete or not in the legal form, all that has to be put right is told at once: Administrative Licensing Law "
                    + "of the People’s Republic of China, article 32, paragraph 1, item 4; followed likewise for matters that are no licences."),
            say(
                "这是提交申请以前的材料预审，不是对申请的决定。", "這是提交申請以前的材料預審，不是對申請的決定。",
                "This is a review of papers before they are filed. It is not a decision on an application."),
        ]
    }

    var verification: String { say("查验真伪", "查驗真偽", "Check that it is genuine") }
    var verificationAddress: String { say("查验网址", "查驗網址", "Address") }
    var verificationCode: String { say("查验码", "查驗碼", "Verification code") }
    var contentHash: String { say("内容校验值（SHA-256）", "內容校驗值（SHA-256）", "Content hash (SHA-256)") }
    var scan: String {
        say(
            "用手机扫二维码，或打开查验网址，输入告知书编号和查验码，就能看到它是否有效。", "用手機掃二維碼，或打開查驗網址，輸入告知書編號和查驗碼，就能看到它是否有效。",
            "Scan the QR code, or open the address and enter notice number and verification code, to see whether it is valid.")
    }
    var qrCode: String { say("查验二维码", "查驗二維碼", "QR code for the check") }
}
