import BrokerStore
import Crypto
import SignalingProtocol

/// One text that people are asked to agree to. Its version is part of what is stored, so a text is never edited: it gets a new version.
struct ConsentText: Encodable {
    let kind: ConsentKind
    let version: String
    let language: SignalingProtocol.Locale
    let title: String
    let text: String
    /// Of title, line feed and text, lower-case hexadecimal.
    let sha256: String

    init(_ kind: ConsentKind, version: String, language: SignalingProtocol.Locale) {
        self.kind = kind
        self.version = version
        self.language = language
        (title, text) = Self.words(kind, language)
        sha256 = Engine.hash(of: .init("\(title)\n\(text)".utf8))
    }

    static let currentVersion = "1"

    private static func words(_ kind: ConsentKind, _ language: SignalingProtocol.Locale) -> (title: String, text: String) {
        switch (kind, language) {
        case (.identityDocuments, .simplifiedChinese):
            (
                "同意处理证件资料",
                "预审需要看您上传的证件和材料。它们会加密保存，只有为您办这件事的坐席和大厅管理人员能看。我们不会留存人脸图像做身份识别。"
                    + "您可以随时撤回同意、下载自己的资料或要求删除。不同意也可以继续咨询。"
            )
        case (.identityDocuments, .traditionalChinese):
            (
                "同意處理證件資料",
                "預審需要看您上傳的證件和材料。它們會加密保存，只有為您辦這件事的坐席和大廳管理人員能看。我們不會留存人臉圖像做身分識別。"
                    + "您可以隨時撤回同意、下載自己的資料或要求刪除。不同意也可以繼續諮詢。"
            )
        case (.identityDocuments, .english):
            (
                "Consent to handling your identity documents",
                "For a pre-review we need to see the documents you upload. They are stored encrypted, and only the agent who handles your matter and "
                    + "the hall's administrators can see them. No face image is kept to identify you. You can withdraw this consent, download your "
                    + "data or ask for its erasure at any time. Without consent you can go on with consultation."
            )
        case (.recording, .simplifiedChinese):
            ("同意录音录像", "大厅可能会录下这次视频，用于核对办理过程。不同意不影响办理。您可以随时撤回同意。")
        case (.recording, .traditionalChinese):
            ("同意錄音錄影", "大廳可能會錄下這次視訊，用於核對辦理過程。不同意不影響辦理。您可以隨時撤回同意。")
        case (.recording, .english):
            (
                "Consent to recording",
                "The hall may record this video visit to check how the matter was handled. Refusing changes nothing about the service. "
                    + "You can withdraw this consent at any time."
            )
        }
    }
}

/// What the signed-in citizens agree to now. The store has all that they ever said.
struct Consents {
    private var given: [CitizenID: Set<ConsentKind>] = [:]

    init(_ rows: [ConsentRow]) {
        for row in rows { take(row) }
    }

    mutating func take(_ row: ConsentRow) {
        if row.isGiven {
            given[row.citizen, default: []].insert(row.kind)
        } else {
            given[row.citizen]?.remove(row.kind)
        }
    }

    mutating func forget(_ citizen: CitizenID) { given[citizen] = nil }

    func allowIdentityDocuments(of citizen: CitizenID) -> Bool { given[citizen]?.contains(.identityDocuments) == true }
}
