/// What a material of the catalogue is, as far as its name says, and by which words one knows it.
struct PaperKind: Hashable, Sendable {
    enum Family: String, Sendable { case identity, licence, authorisation, contract, named, other }

    let family: Family
    /// Any one of them makes the paper the right one; empty when nothing is sure enough to send somebody back.
    let keywords: [String]
    /// Whether it may be of somebody whom the case does not name: both parties of a contract, whoever runs the errand, …
    let isPerhapsAnothers: Bool

    private static let others = ["双方", "经办人", "代理人", "受托人", "负责人", "委托人", "出租", "转让方", "受让方"]

    /// - Parameter keywords: the catalogue's own, which then count alone.
    init(materialName: String, keywords: [String]) {
        let isOpen = Self.isOpen(materialName)
        let known = isOpen ? nil : Self.families.first { family in family.names.contains(where: materialName.contains) }
        let title = isOpen ? nil : Self.title(in: materialName)
        isPerhapsAnothers = Self.others.contains(where: materialName.contains)
        family = known?.family ?? (title == nil ? .other : .named)
        if !keywords.isEmpty {
            self.keywords = keywords
        } else if let title, known == nil || known?.family == .contract {
            self.keywords = [title] + (known?.keywords ?? [])
        } else {
            self.keywords = known?.keywords ?? []
        }
    }

    private static let families: [(family: Family, names: [String], keywords: [String])] = [
        (
            .identity, ["身份证"],
            ["居民身份证", "公民身份号码", "签发机关", "有效期限", "临时身份证", "护照", "PASSPORT", "来往内地通行证", "来往大陆通行证", "居住证", "永久居留"]
        ),
        (.licence, ["营业执照", "税务登记证件"], ["营业执照", "经营范围", "注册资本", "登记机关", "税务登记证", "组织机构代码证", "市场主体"]),
        (.authorisation, ["委托书", "授权"], ["委托书", "授权委托", "委托人", "受托人", "代理权限", "授权书"]),
        (.contract, ["合同", "协议"], ["合同", "协议", "甲方", "乙方"]),
    ]

    private static let openings = ["其他", "有关", "相关", "及", "(如", "（如"]

    /// Whether a name asks for whatever will do, or for several papers at once: what it names is then one example among many. A title's own words do not count.
    private static func isOpen(_ name: String) -> Bool {
        let words = name.replacing(/《[^》]*》/, with: "")
        return openings.contains(where: words.contains)
    }

    /// The title between the last 《 and 》, without a form's number before it and remarks behind it.
    private static func title(in name: String) -> String? {
        guard let open = name.lastIndex(of: "《"), let close = name[open...].firstIndex(of: "》") else { return nil }
        let title = name[name.index(after: open)..<close].prefix { !"（(〈<".contains($0) }
        return title.count >= 4 ? String(title) : nil
    }

    /// Whether a text names this kind of paper.
    func isNamed(in text: String) -> Bool {
        keywords.contains { keyword in
            let keyword = TextReading.compact(keyword)
            return Likeness.contains(keyword, in: text) || (family == .named && Likeness.sharedPairs(of: keyword, in: text) >= 0.5)
        }
    }
}

/// How alike two texts are when a machine has read one of them.
enum Likeness {
    /// Whether the text has the word, with up to a quarter of a long word misread. Short words are too like each other for that: 税务登记证 and
    /// 税务登记信(息) differ in one character.
    static func contains(_ word: String, in text: String) -> Bool { contains(word, in: text, misread: word.count >= 6 ? word.count / 4 : 0) }

    /// Whether the text has the word with at most so many characters misread.
    static func contains(_ word: String, in text: String, misread allowed: Int) -> Bool {
        let word = Array(word)
        let text = Array(text)
        guard !word.isEmpty, text.count >= word.count else { return false }
        return (0...(text.count - word.count)).contains { start in
            var wrong = 0
            for index in word.indices where word[index] != text[start + index] {
                wrong += 1
                if wrong > allowed { return false }
            }
            return true
        }
    }

    /// Share of the word's neighbouring pairs that stand anywhere in the text.
    static func sharedPairs(of word: String, in text: String) -> Double {
        let pairs = zip(word, word.dropFirst()).map { "\($0)\($1)" }
        guard !pairs.isEmpty else { return 0 }
        return Double(pairs.count { text.contains($0) }) / Double(pairs.count)
    }

    /// Share of the shorter name's characters that the other has too.
    static func sharedCharacters(_ one: String, _ other: String) -> Double {
        let shorter = one.count <= other.count ? one : other
        let longer = Set(one.count <= other.count ? other : one)
        guard !shorter.isEmpty else { return 0 }
        return Double(shorter.count { longer.contains($0) }) / Double(shorter.count)
    }
}
