import Foundation
import SignalingProtocol

/// `exchange.json`: the case in the field names of the province's exchange tables (广东办事, `EX_GDBS_*`).
///
/// Source: the tables as an old integrator's public code declares them, application and materials as in `ops/demonstration/reference.json`, `case_fields`; the
/// correction notice from the entity of `EX_GDBS_BZGZ` in the same code. It is no official specification, and none says how a 申办流水号 is made up:
/// this system's case number stands there until the province gives its own. What is not known here is null, never guessed.
struct ProvinceExchange: Encodable {
    static let source =
        "EX_GDBS_SB, EX_GDBS_SBCL and EX_GDBS_BZGZ (广东办事 exchange tables) as an old integrator's public code declares them; not an official specification"

    let format = "farwindow-exchange"
    let version = 1
    let source = Self.source
    let application: ExchangeRow<ApplicationField>
    let materials: [ExchangeRow<MaterialField>]
    /// One for each outcome that asked for corrections, oldest first.
    let correctionNotices: [ExchangeRow<CorrectionField>]

    /// - Parameter digests: path in the ZIP and MD5 of each kept file; the tables ask for MD5, the manifest has SHA-256.
    init(_ exported: ExportedCase, digests: [FileID: (path: String, md5: String)]) {
        application = Self.application(exported)
        materials = exported.keptFiles.map { file in
            Self.material(file, exported, path: digests[file.id]?.path ?? "", md5: digests[file.id]?.md5 ?? "")
        }
        correctionNotices = exported.outcomes.filter { $0.result == .correctionNeeded }.map { Self.correction($0, exported) }
    }

    private static func application(_ exported: ExportedCase) -> ExchangeRow<ApplicationField> {
        let record = exported.record
        return [
            .SBLSH: .text(record.number), .SXBM: .text(record.item.code.text), .SXMC: .text(record.item.name), .SQRMC: .text(record.citizenName),
            .LXRXM: .text(record.citizenName), .LXRSJ: exported.telephone.map(ExchangeValue.text),
            .SBCLQD: .text(exported.item.materials.map(\.name).joined(separator: "；")), .SBSJ: .text(record.openedAt.rfc3339),
            .SBJTWD: .text(exported.hall.name), .XZQHDM: .text(record.hall.text), .VERSION: .number(max(1, exported.outcomes.count)),
        ]
    }

    private static func material(_ file: FileView, _ exported: ExportedCase, path: String, md5: String) -> ExchangeRow<MaterialField> {
        [
            .SEQ: .text(file.id.description), .SBLSH: .text(exported.record.number),
            // What was handed in over the line is electronic, whatever the list asks for at the window.
            .WJLX: .text("1"), .CLLX: .text("2"), .CLSL: .number(1), .ATTACH_NAME: .text(path), .ATTACH_ID: .text(file.id.description),
            .ATTACH_SIGN: .text(md5), .ATTACH_TYPE: .text(file.mediaType.fileExtension), .STUFF_SEQ: .text(file.materialID.text),
            .CLMC: exported.item.material(file.materialID).map { .text($0.name) }, .XZQHDM: .text(exported.record.hall.text),
        ]
    }

    private static func correction(_ outcome: OutcomeView, _ exported: ExportedCase) -> ExchangeRow<CorrectionField> {
        let wanting = outcome.entries.filter { $0.verdict.asksForMore }
        let reasons = wanting.map { entry in
            "\(entry.materialName)：" + (entry.reasons.map(\.text) + [entry.note].filter { !$0.isEmpty }).joined(separator: "，")
        }
        return [
            .SBLSH: .text(exported.record.number), .SXBM: .text(outcome.item.code.text), .BZGZFCRXM: .text(outcome.agentName),
            .BZGZYY: .text(reasons.joined(separator: "；")), .BZCLQD: .text(wanting.map(\.materialName).joined(separator: "；")),
            .BQBZCLBM: .text(wanting.map(\.materialID.text).joined(separator: ",")), .BZGZSJ: .text(outcome.concludedAt.rfc3339),
            .XZQHDM: .text(outcome.hall.id.text), .BZ: .text(outcome.note),
        ]
    }

    /// `EX_GDBS_SB`, 申办.
    enum ApplicationField: String, CaseIterable {
        /// 申办流水号
        case SBLSH
        /// 统一申办流水号(主键)
        case SBLSH_SHORT
        /// 事项编码
        case SXBM
        /// 事项名称
        case SXMC
        /// 事项情形编码
        case SXQXBM
        /// 父事项编码
        case FSXBM
        /// 申请人类型: 1 个人, 2 企业, 3 其他
        case SQRLX
        /// 申请人名称
        case SQRMC
        /// 证件类型
        case SQRZJLX
        /// 证件号码
        case SQRZJHM
        /// 联系人姓名
        case LXRXM
        /// 联系人手机
        case LXRSJ
        /// 申办项目名称
        case SBXMMC
        /// 申报材料清单
        case SBCLQD
        /// 提交方式
        case TJFS
        /// 申办回执号
        case SBHZH
        /// 申报时间
        case SBSJ
        /// 申办具体网点
        case SBJTWD
        /// 业务发生地区划
        case XZQHDM
        /// 分发至下级的区划
        case F_XZQHDM
        /// 原申办流水号
        case YSBLSH
        /// 渠道: 0 PC, 1 手机客户端, 2 手机WAP, 3 微信, 4 支付宝, 9 其他
        case WSSBQD
        /// 结果: 0 自取, 1 邮寄
        case OBTAIN_PAPER_WAY
        /// 递交: 0 窗口, 1 邮递
        case OBTAIN_DELIVER_WAY
        /// 数据版本号, 重报加 1
        case VERSION
    }

    /// `EX_GDBS_SBCL`, 申办材料: a row a file.
    enum MaterialField: String, CaseIterable {
        /// 主键
        case SEQ
        /// 申办流水号
        case SBLSH
        /// 0 纸质, 1 电子
        case WJLX
        /// 0 原件, 1 复印件, 2 电子件
        case CLLX
        /// 数量
        case CLSL
        /// 附件名
        case ATTACH_NAME
        /// 附件 ID
        case ATTACH_ID
        /// 附件 MD5 摘要
        case ATTACH_SIGN
        /// 类型如 xls, pdf, doc
        case ATTACH_TYPE
        /// 事项材料编号
        case STUFF_SEQ
        /// 材料名称
        case CLMC
        /// 部门区划
        case XZQHDM
    }

    /// `EX_GDBS_BZGZ`, 补正告知.
    enum CorrectionField: String, CaseIterable {
        /// 申办流水号
        case SBLSH
        /// 事项编码
        case SXBM
        /// 事项编码简码
        case SXBM_SHORT
        /// 事项情形
        case SXQXBM
        /// 补正告知发出人姓名
        case BZGZFCRXM
        /// 补正告知原因
        case BZGZYY
        /// 补正材料清单
        case BZCLQD
        /// 补交告知材料编码
        case BQBZCLBM
        /// 补正告知时间
        case BZGZSJ
        /// 行政区划代码
        case XZQHDM
        /// 备注
        case BZ
        /// 分发至下级部门的行政区划代码
        case F_XZQHDM
        /// 投资项目统一编码
        case PROJECT_CODE
    }
}

enum ExchangeValue: Encodable, Hashable {
    case text(String)
    case number(Int)

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        }
    }
}

/// One row of a table: every field of it, null where nothing is known.
struct ExchangeRow<Field: RawRepresentable<String> & CaseIterable & Hashable>: Encodable, ExpressibleByDictionaryLiteral {
    private let values: [Field: ExchangeValue]

    init(dictionaryLiteral elements: (Field, ExchangeValue?)...) {
        values = elements.reduce(into: [:]) { row, element in row[element.0] = element.1 }
    }

    func encode(to encoder: any Encoder) throws {
        // A dictionary's names are written as they are: the tables' capitals are not turned into snake_case.
        var container = encoder.singleValueContainer()
        try container.encode(Dictionary(Field.allCases.map { ($0.rawValue, values[$0]) }, uniquingKeysWith: { first, _ in first }))
    }
}

extension Verdict {
    /// Whether the citizen still has to bring something.
    fileprivate var asksForMore: Bool {
        switch self {
        case .correctionNeeded, .missing: true
        case .accepted, .waived, .notApplicable: false
        }
    }
}

extension FileMediaType {
    /// By the content's type and never by the name that a file came with.
    var fileExtension: String {
        switch self {
        case .jpeg: "jpg"
        case .png: "png"
        case .pdf: "pdf"
        }
    }
}
