import Foundation
import SignalingProtocol

/// By which words an item is found beside its name: what people call it, and how all of these are read.
struct SearchWords: Encodable, Hashable, Sendable {
    struct Word: Encodable, Hashable, Sendable {
        let name: String
        /// See `Readings.of`.
        let readings: String
    }

    let readings: String
    let traditional: String?
    let otherNames: [Word]

    init(name: String) {
        readings = Readings.of(name)
        traditional = Readings.traditional(name)
        // Where a word stands in the name, the others of its meaning would make sense as well.
        let others = Self.sameMeaning.filter { group in group.contains { name.contains($0) } }.flatMap { group in group.filter { !name.contains($0) } }
        var seen: Set<String> = []
        otherNames = others.filter { seen.insert($0).inserted }.map { Word(name: $0, readings: Readings.of($0)) }
    }

    /// What people call things. Each line is one meaning. General knowledge of the counter (GK), not a list of any authority.
    private static let sameMeaning: [[String]] = [
        ["完税证明", "纳税证明", "缴税证明", "交税证明", "税单", "完税凭证"],
        ["纳税记录", "收入证明", "个税证明", "个税清单", "个税记录"],
        ["社会保险费", "社保", "社保费", "社会保险", "养老金", "养老保险", "医保"],
        ["灵活就业", "自由职业", "个人社保", "自己交社保"],
        ["城乡居民", "新农合", "农村医保", "居民医保", "城居保"],
        ["个人所得税", "个税", "所得税"],
        ["年度自行申报", "汇算清缴", "年度汇算", "退税", "个税退税"],
        ["代开", "开票", "开发票", "代开票"],
        ["发票额度", "发票增量", "增额", "提额", "发票不够", "总额度"],
        ["车辆购置税", "购置税", "买车", "上牌", "车税", "新车"],
        ["契税", "买房", "房产证", "过户", "购房", "房子", "二手房"],
        ["变更", "修改", "更改", "换地址", "换法人", "改名"],
        ["注销", "关店", "销户", "停业", "不做了"],
        ["退抵税", "多交", "多缴", "退钱", "退税"],
        ["延期缴纳", "晚交", "缓交", "缓缴", "交不起"],
        ["信用修复", "纳税信用", "失信"],
        ["一般纳税人", "一般人"],
        ["存款账户", "银行账户", "银行卡", "对公账户", "开户"],
        ["银税三方", "三方协议", "自动扣税", "扣款协议", "划缴"],
        ["跨区域", "外出经营", "外经证", "外地做工程", "异地"],
        ["财务会计制度", "会计制度", "财务软件", "做账", "记账"],
        ["对外支付", "付汇", "汇款到国外", "境外付款"],
    ]
}
