/// Stable error codes of the wire, WebSocket and HTTP alike. A code is never renamed or given another meaning.
public enum ErrorCode: String, WireWord {
    /// Not JSON, no `type`, an `id` that is not a whole number, or nested too deep.
    case malformedMessage = "malformed_message"
    /// A `type` this server does not know, or knows only in the other direction.
    case unknownType = "unknown_type"
    /// A field is missing, has the wrong type, or breaks a bound; `field` names it.
    case invalidField = "invalid_field"
    /// Something other than `hello` came first.
    case helloRequired = "hello_required"
    /// No valid sign-in came with the request.
    case signInRequired = "sign_in_required"
    /// Account or password do not match. The same for an unknown account.
    case signInRefused = "sign_in_refused"
    /// The message belongs to another role.
    case notAllowed = "not_allowed"
    /// The hall does this only for people whom a provider of identities vouched for.
    case identityVerificationRequired = "identity_verification_required"
    /// No such thing, or it is somebody else's: both are answered alike.
    case notFound = "not_found"
    /// The thing exists, but its state does not allow this now.
    case wrongState = "wrong_state"
    /// The hall has not adopted the item, or does not offer it in this kind.
    case itemNotOffered = "item_not_offered"
    /// The hall has another version of the item by now than the one that was to be replaced.
    case adoptionOutdated = "adoption_outdated"
    /// Nobody can be booked at this time any more, or it was never on offer.
    case slotFull = "slot_full"
    /// The place was given back just now and opens again a while later.
    case slotShut = "slot_shut"
    /// The citizen has as many appointments as one may, has one for the item on that day, or missed too many.
    case bookingLimit = "booking_limit"
    /// The place was held for a while and is not any more.
    case holdExpired = "hold_expired"
    /// Checking in is not open yet.
    case tooEarly = "too_early"
    /// Checking in is over.
    case tooLate = "too_late"
    /// Another supervisor has taken the task.
    case taskTaken = "task_taken"
    /// Somebody else changed the schedule since; `changes_since` says what. Nothing was overwritten.
    case scheduleChanged = "schedule_changed"
    /// The schedule was not checked, or a conflict stands against publishing it; `conflicts` names them.
    case scheduleHasConflicts = "schedule_has_conflicts"
    /// Somebody else has changed the draft, or published a newer version, since it was read; nothing was overwritten.
    case draftChanged = "draft_changed"
    /// The item, or the file with items, has problems that are told one by one; nothing was taken.
    case itemHasProblems = "item_has_problems"
    /// The catalogue is not what it was when the import was previewed; nothing was taken.
    case importChanged = "import_changed"
    /// Somebody else changed the row since; `current` says what it is now. Nothing was overwritten (409).
    case rowOutdated = "row_outdated"
    /// The account name, number or code is somebody else's already; `field` names it (409).
    case alreadyTaken = "already_taken"
    /// Something refers to it, or somebody is signed on there, so it stays (409).
    case inUse = "in_use"
    /// The agent is in a session; the request must say what becomes of it (409).
    case openWork = "open_work"
    /// The hall would have no administrator left (409).
    case lastAdministrator = "last_administrator"
    /// The password was right, but an administrator has suspended the account (403).
    case accountSuspended = "account_suspended"
    /// Signed in with a one-time password: nothing but choosing an own one is allowed (403).
    case passwordChangeRequired = "password_change_required"
    /// The rules for passwords do not allow it: too common, the account or name in it, too few kinds of signs, or had before (422).
    case passwordRefused = "password_refused"
    /// The code, the recovery code or the passkey is not right, or was used already (401).
    case secondFactorRefused = "second_factor_refused"
    /// The second step of a sign-in, or setting up a second factor, took too long or was begun anew elsewhere (410).
    case secondFactorExpired = "second_factor_expired"
    /// Signed in without a second factor where one is required: nothing but setting one up is allowed (403).
    case secondFactorRequired = "second_factor_required"
    /// Somebody waits or is served with the case, an agent still writes it down, or there is an appointment; it can be erased afterwards (409).
    case visitUnderWay = "visit_under_way"
    /// The citizen has not agreed to hand in identity documents, so no file is taken; consultation goes on without (403).
    case consentRequired = "consent_required"
    /// Another agent is signed on at this seat.
    case seatTaken = "seat_taken"
    /// The outcome needs a verdict on every mandatory material first.
    case verdictsIncomplete = "verdicts_incomplete"
    /// The file's first bytes are not JPEG, PNG or PDF, or the material does not take that type.
    case unsupportedFileType = "unsupported_file_type"
    /// The machine found the file unsafe or unreadable; `field` is the finding's code.
    case fileRefused = "file_refused"
    /// A virus scanner is configured and does not answer; nothing unscanned is taken.
    case scanUnavailable = "scan_unavailable"
    /// Larger than the limit.
    case tooLarge = "too_large"
    /// The material or the case has as many files as it may.
    case tooManyFiles = "too_many_files"
    /// A request body came without `Content-Length` (RFC 9110, 411).
    case lengthRequired = "length_required"
    /// The upload goes on at another place than the bytes that came; `Upload-Offset` says where (tus 1.0.0, 409).
    case uploadOffsetMismatch = "upload_offset_mismatch"
    /// Another request is sending to this upload just now (RFC 4918, 423).
    case uploadLocked = "upload_locked"
    /// The upload was not finished in time, and what had come of it is gone (410).
    case uploadExpired = "upload_expired"
    /// What arrived does not have the checksum that was announced, and was thrown away (tus 1.0.0, 460).
    case checksumMismatch = "checksum_mismatch"
    /// The page's origin is not this server's.
    case originRefused = "origin_refused"
    /// Too many tries; `retry_after_ms` says when again.
    case rateLimited = "rate_limited"
    /// The disk is full or failing. Nothing was stored, nothing stored was lost; `retry_after_ms` says when to try again.
    case storageUnavailable = "storage_unavailable"
    /// This server cannot make a PDF; the page itself can be printed.
    case printerUnavailable = "printer_unavailable"
    /// The same person opened the page elsewhere; this one stops.
    case superseded
    /// The sign-in ended on the server.
    case signedOut = "signed_out"
    /// The server is going down and comes back.
    case shuttingDown = "shutting_down"
    /// A defect of the server; the log has the cause.
    case internalError = "internal_error"
}

/// An error as a client gets it.
public struct WireError: Error, Codable, Hashable, Sendable {
    public var code: ErrorCode
    /// A sentence for the person, in their language.
    public var message: String
    /// The field that was wrong, with `invalid_field`.
    public var field: String?
    public var retryAfterMs: Milliseconds?

    public init(_ code: ErrorCode, field: String? = nil, retryAfterMs: Milliseconds? = nil, locale: Locale = .simplifiedChinese) {
        self.code = code
        self.message = code.sentence(locale, retryAfter: retryAfterMs)
        self.field = field
        self.retryAfterMs = retryAfterMs
    }

    public func localized(_ locale: Locale) -> WireError {
        WireError(code, field: field, retryAfterMs: retryAfterMs, locale: locale)
    }

    static func require(_ condition: Bool, field: String) throws(WireError) {
        if !condition { throw WireError(.invalidField, field: field) }
    }
}

extension ErrorCode {
    /// What happened, what is safe, what to do: a sentence for the person.
    public func sentence(_ locale: Locale) -> String {
        switch locale {
        case .simplifiedChinese: sentences.simplified
        case .traditionalChinese: sentences.traditional
        case .english: sentences.english
        }
    }

    /// With `rate_limited`, and a known wait, it says how long: minutes where nobody counts seconds.
    public func sentence(_ locale: Locale, retryAfter wait: Milliseconds?) -> String {
        guard self == .rateLimited, let wait else { return sentence(locale) }
        let seconds = max(1, (wait.count + 999) / 1_000)
        let inMinutes = seconds > 90
        let count = inMinutes ? (seconds + 59) / 60 : seconds
        return switch locale {
        case .simplifiedChinese: "操作太频繁，请在 \(count) \(inMinutes ? "分钟" : "秒")后再试。"
        case .traditionalChinese: "操作太頻繁，請在 \(count) \(inMinutes ? "分鐘" : "秒")後再試。"
        case .english: "Too many tries. Please try again in \(count) \(inMinutes ? "minute" : "second")\(count == 1 ? "" : "s")."
        }
    }

    private var sentences: (simplified: String, traditional: String, english: String) {
        switch self {
        case .malformedMessage, .unknownType:
            ("页面与系统的版本不一致，请刷新页面后重试。", "頁面與系統的版本不一致，請重新整理頁面後再試。", "This page and the system do not match. Please reload the page and try again.")
        case .invalidField:
            ("填写的内容有误，请检查后重试。", "填寫的內容有誤，請檢查後再試。", "Something entered is not right. Please check it and try again.")
        case .helloRequired:
            ("连接还没有准备好，请稍等。", "連線還沒有準備好，請稍候。", "The connection is not ready yet. Please wait a moment.")
        case .signInRequired:
            ("请先登录。", "請先登入。", "Please sign in first.")
        case .signInRefused:
            ("账号或密码不正确。", "帳號或密碼不正確。", "Account or password is not correct.")
        case .notAllowed:
            ("您的身份不能进行这项操作。", "您的身分不能進行這項操作。", "Your role cannot do this.")
        case .identityVerificationRequired:
            (
                "这项服务需要先核实您的身份。请用统一身份认证登录；也可以先咨询。", "這項服務需要先核實您的身分。請用統一身分認證登入；也可以先諮詢。",
                "For this we must first know who you are. Please sign in with the unified identity service; you can also ask for advice first."
            )
        case .notFound:
            ("没有找到，请核对后重试。", "沒有找到，請核對後再試。", "Not found. Please check and try again.")
        case .wrongState:
            ("现在不能进行这项操作，情况已有变化。页面已更新。", "現在不能進行這項操作，情況已有變化。頁面已更新。", "This cannot be done now, because things have changed. The page shows the latest.")
        case .itemNotOffered:
            ("这个事项暂时不能这样办理，请选择其他方式。", "這個事項暫時不能這樣辦理，請選擇其他方式。", "This item is not offered this way at present. Please choose another way.")
        case .adoptionOutdated:
            (
                "本厅采用的版本已由别人更改，您的操作没有执行。请看过现在的版本再决定。", "本廳採用的版本已由別人更改，您的操作沒有執行。請看過現在的版本再決定。",
                "Somebody has changed the version that this hall uses, so nothing was done. Please look at the present version and decide again."
            )
        case .slotFull:
            ("这个时段已约满，请选择其他时段。", "這個時段已約滿，請選擇其他時段。", "This time is fully booked. Please choose another.")
        case .slotShut:
            (
                "这个时段刚有人退出，要过一会儿才重新开放。请选择其他时段，或稍后再看。", "這個時段剛有人退出，要過一會兒才重新開放。請選擇其他時段，或稍後再看。",
                "Somebody has just given this time back, and it opens again in a while. Please choose another time, or look again later."
            )
        case .bookingLimit:
            (
                "您的预约已达上限，暂时不能再约。您可以先取消或改期，也可以现场取号。", "您的預約已達上限，暫時不能再約。您可以先取消或改期，也可以現場取號。",
                "You have as many appointments as you may have for now. You can cancel or move one, or take a ticket without one."
            )
        case .holdExpired:
            (
                "这个时段没有及时确认，已不再为您保留。请重新选择。", "這個時段沒有及時確認，已不再為您保留。請重新選擇。",
                "This time was not confirmed in time and is no longer kept for you. Please choose again."
            )
        case .tooEarly:
            ("还没到签到时间，请到时再来。", "還沒到簽到時間，請到時再來。", "It is too early to check in. Please come back at the time shown.")
        case .tooLate:
            (
                "签到时间已过。您可以重新预约，也可以现场取号。", "簽到時間已過。您可以重新預約，也可以現場取號。",
                "The time to check in has passed. You can book again, or take a ticket without an appointment."
            )
        case .scheduleChanged:
            (
                "排班刚由别人更改，您的操作没有执行。请看过更改后再试。", "排班剛由別人更改，您的操作沒有執行。請看過更改後再試。",
                "Somebody has just changed the schedule, so nothing was done. Please look at the changes and try again."
            )
        case .scheduleHasConflicts:
            (
                "排班还有冲突，或更改后没有检查，不能发布。请先检查并解决冲突。", "排班還有衝突，或更改後沒有檢查，不能發布。請先檢查並解決衝突。",
                "The schedule has conflicts or was not checked after its last change, so it was not published. Please check it and solve the conflicts."
            )
        case .draftChanged:
            (
                "别人已经改过这份草稿或发布了新版本，您的修改没有保存，也没有覆盖别人的内容。请看过变化再决定。",
                "別人已經改過這份草稿或發布了新版本，您的修改沒有儲存，也沒有覆蓋別人的內容。請看過變化再決定。",
                "Somebody else has changed this draft or published a newer version. Yours was not saved, nothing was overwritten. Please look first."
            )
        case .itemHasProblems:
            (
                "内容还有问题，没有保存任何改动。请按提示改好再试。", "內容還有問題，沒有儲存任何改動。請按提示改好再試。",
                "There are problems in it, so nothing was taken. Please put right what is marked and try again."
            )
        case .importChanged:
            (
                "预览之后目录或文件有了变化，没有导入任何内容。请看过新的预览再导入。", "預覽之後目錄或檔案有了變化，沒有匯入任何內容。請看過新的預覽再匯入。",
                "The catalogue or the file has changed since the preview, so nothing was taken. Please look at the new preview first."
            )
        case .rowOutdated:
            (
                "这一行刚由别人更改，您的更改没有保存。请看过现在的内容再改。", "這一列剛由別人更改，您的更改沒有儲存。請看過現在的內容再改。",
                "Somebody has just changed this row, so your change was not saved. Please look at it as it is now."
            )
        case .alreadyTaken:
            ("已有人使用，请换一个。", "已有人使用，請換一個。", "This is taken already. Please choose another.")
        case .inUse:
            (
                "还在使用，或有记录与它有关，不能这样做。", "還在使用，或有記錄與它有關，不能這樣做。",
                "It is in use, or something refers to it, so this cannot be done."
            )
        case .openWork:
            (
                "这位坐席人员正在会话中。请选择交给谁，或等会话结束。", "這位坐席人員正在會話中。請選擇交給誰，或等會話結束。",
                "This agent is in a session. Please choose who takes it over, or let it end first."
            )
        case .lastAdministrator:
            (
                "这是本厅唯一的管理员，请先指定另一位。", "這是本廳唯一的管理員，請先指定另一位。",
                "This is the hall's only administrator. Please appoint another one first."
            )
        case .accountSuspended:
            ("账号已停用，请联系管理员。", "帳號已停用，請聯絡管理員。", "This account is suspended. Please ask an administrator.")
        case .passwordChangeRequired:
            ("请先设置自己的密码。", "請先設定自己的密碼。", "Please choose a password of your own first.")
        case .passwordRefused:
            (
                "这个密码不能用：太常见、含有账号或姓名、字符种类不够，或以前用过。请换一个。",
                "這個密碼不能用：太常見、含有帳號或姓名、字元種類不夠，或以前用過。請換一個。",
                "This password cannot be used: it is too common, has your account or name in it, has too few kinds of characters, or you had it before."
            )
        case .secondFactorRefused:
            ("验证没有通过：不正确，或已经用过。请重试。", "驗證沒有通過：不正確，或已經用過。請再試。", "That is not right, or was used already. Please try again.")
        case .secondFactorExpired:
            ("这一步等得太久，请重新开始。", "這一步等得太久，請重新開始。", "This step took too long. Please begin again.")
        case .secondFactorRequired:
            ("请先设置第二步验证。", "請先設定第二步驗證。", "Please set up a second step for signing in first.")
        case .visitUnderWay:
            (
                "还有正在办理、上传或已预约的事项，请先办完或取消，再删除资料。", "還有正在辦理、上傳或已預約的事項，請先辦完或取消，再刪除資料。",
                "A visit, an upload or an appointment is still under way. Finish or cancel it first, then erase your data."
            )
        case .consentRequired:
            (
                "上传材料前需要您同意我们处理证件资料。不同意也可以继续咨询。", "上傳材料前需要您同意我們處理證件資料。不同意也可以繼續諮詢。",
                "Before you hand in papers we need your consent to handle identity documents. You can go on with consultation without it."
            )
        case .seatTaken:
            ("这个坐席已有人签入，请选择其他坐席。", "這個坐席已有人簽入，請選擇其他坐席。", "Someone is already signed on at this seat. Please choose another.")
        case .taskTaken:
            ("这件事已由同事处理，处理人见列表。", "這件事已由同事處理，處理人見列表。", "A colleague has taken this task already. The list shows who.")
        case .verdictsIncomplete:
            ("还有必报材料没有给出意见。", "還有必報材料沒有給出意見。", "Some mandatory materials have no verdict yet.")
        case .unsupportedFileType:
            ("这个文件不能用。请交 JPG、PNG 图片或 PDF。", "這個檔案不能用。請交 JPG、PNG 圖片或 PDF。", "This file cannot be used. Please hand in a JPG or PNG picture or a PDF.")
        case .fileRefused:
            (
                "这个文件打不开或不安全，不能收。请换一个文件或重拍。", "這個檔案打不開或不安全，不能收。請換一個檔案或重拍。",
                "This file cannot be opened or is not safe. Please use another one or take the picture again."
            )
        case .scanUnavailable:
            ("文件安全检查暂时不能用，请过几分钟再交。", "檔案安全檢查暫時不能用，請過幾分鐘再交。", "Files cannot be checked for safety just now. Please try again in a few minutes.")
        case .tooLarge:
            ("内容太大了。文件请不要超过 20 MB。", "內容太大了。檔案請不要超過 20 MB。", "That is too large. A file may have up to 20 MB.")
        case .tooManyFiles:
            ("文件数量已到上限，请先删除不要的。", "檔案數量已達上限，請先刪除不要的。", "There are as many files as allowed. Please remove some first.")
        case .lengthRequired:
            ("文件没有传完整，请重试。", "檔案沒有傳完整，請再試。", "The file did not arrive whole. Please try again.")
        case .uploadOffsetMismatch, .uploadLocked:
            ("文件正在接着传，请稍等。", "檔案正在接著傳，請稍候。", "The file is still being sent. Please wait a moment.")
        case .uploadExpired:
            ("文件隔了太久没有传完，请重新选择文件。", "檔案隔了太久沒有傳完，請重新選擇檔案。", "The file was not sent in time. Please choose it again.")
        case .checksumMismatch:
            ("文件在途中损坏了，请重试。", "檔案在途中損壞了，請再試。", "The file was damaged on its way. Please try again.")
        case .originRefused:
            ("请从本系统的网页进入。", "請從本系統的網頁進入。", "Please use this system's own page.")
        case .rateLimited:
            ("操作太频繁，请稍等再试。", "操作太頻繁，請稍候再試。", "Too many tries. Please wait a moment and try again.")
        case .storageUnavailable:
            (
                "系统暂时不能保存，已保存的内容都在。请稍后重试。", "系統暫時不能儲存，已儲存的內容都在。請稍後再試。",
                "The system cannot save just now. Everything saved before is safe. Please try again shortly."
            )
        case .printerUnavailable:
            (
                "现在不能生成 PDF。内容都在网页上，可以直接打印网页。", "現在不能產生 PDF。內容都在網頁上，可以直接列印網頁。",
                "A PDF cannot be made just now. Everything is on the page, and the page can be printed."
            )
        case .superseded:
            ("您已在另一个页面打开，这个页面已停用。", "您已在另一個頁面開啟，這個頁面已停用。", "You opened this on another page, so this one has stopped.")
        case .signedOut:
            ("您已退出登录。", "您已登出。", "You are signed out.")
        case .shuttingDown:
            ("系统正在重新启动，您的号还在，请稍等。", "系統正在重新啟動，您的號還在，請稍候。", "The system is restarting. Your place is kept; please wait.")
        case .internalError:
            ("系统出了问题，已经记录。请重试。", "系統出了問題，已經記錄。請再試。", "Something went wrong on our side and has been recorded. Please try again.")
        }
    }
}
