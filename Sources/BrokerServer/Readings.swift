import Foundation

/// How Chinese names are read aloud, so that they are found by pinyin and by initials, and in the other script.
///
/// The readings are ICU's (CLDR `Han-Latin`), one a character, without tones. ICU does not look at the word around a character: those that are read
/// differently in the words of a counter have their other readings here.
enum Readings {
    /// `开具 A4` gives `kai|ju|a|4`, and a character of several readings `zhong/chong`. Signs and spaces are left out.
    static func of(_ name: String) -> String {
        name.precomposedStringWithCompatibilityMapping.lowercased().compactMap { character in
            if let others = polyphones[character] { return others }
            let isHan = character.unicodeScalars.contains { $0.properties.isIdeographic }
            guard isHan else { return character.isLetter || character.isNumber ? String(character) : nil }
            let latin = String(character).applyingTransform(StringTransform("Han-Latin; Latin-ASCII; Lower"), reverse: false) ?? ""
            return latin.allSatisfy { ("a"..."z").contains($0) } && !latin.isEmpty ? latin : String(character)
        }
        .joined(separator: "|")
    }

    /// The name in traditional characters, for who types them; nil when it is the same.
    static func traditional(_ name: String) -> String? {
        let turned = name.applyingTransform(StringTransform("Simplified-Traditional"), reverse: false)
        return turned == name ? nil : turned
    }

    private static let polyphones: [Character: String] = [
        "行": "xing/hang", "更": "geng", "重": "zhong/chong", "长": "chang/zhang", "会": "hui/kuai", "调": "tiao/diao", "率": "lv/lu/shuai", "给": "gei/ji",
        "还": "huan/hai", "参": "can/shen", "单": "dan", "省": "sheng/xing", "车": "che", "传": "chuan/zhuan", "数": "shu", "属": "shu", "转": "zhuan",
        "系": "xi", "校": "xiao/jiao", "卡": "ka", "差": "cha/chai", "朝": "chao/zhao", "相": "xiang", "量": "liang", "折": "zhe", "当": "dang", "种": "zhong",
        "解": "jie", "角": "jiao", "处": "chu", "供": "gong", "分": "fen", "应": "ying", "都": "du/dou", "区": "qu", "曾": "zeng/ceng", "得": "de", "地": "di",
        "缴": "jiao", "纳": "na", "具": "ju", "期": "qi", "缓": "huan", "退": "tui", "抵": "di", "证": "zheng", "划": "hua", "绿": "lv/lu", "女": "nv/nu", "旅": "lv/lu",
        "降": "jiang/xiang", "和": "he", "便": "bian/pian", "乐": "le/yue", "员": "yuan", "着": "zhe/zhuo", "薄": "bo/bao", "否": "fou", "查": "cha", "说": "shuo",
    ]
}
