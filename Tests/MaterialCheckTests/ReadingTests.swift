import Foundation
import SignalingProtocol
import Testing

@testable import MaterialCheck

@Suite("What a person would send back", .serialized)
struct ReadingTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    private static let card = "姓名 陈志远\n\n公民身份号码\n\n445102190001010011\n\n签发机关 潮州市公安局\n\n有效期限 2010.03.08-2020.03.08"

    private func codes(_ inspection: Inspection) -> [FindingCode] { inspection.findings.map(\.code) }

    @Test func aCardIsReadAndCompared() throws {
        let page = try Fixtures.page(Self.card)
        let own = Expectations(names: ["陈志远"], residentNumbers: ["445102190001010011"])
        let inspection = try bench.inspect(page, .reading, expectations: own)
        #expect(inspection.textRead)
        #expect(inspection.isComplete)
        #expect(inspection.pagePrints.count == 1)
        #expect(inspection.findings == [Finding(.expired, detail: "2020-03-08")])
        let anothers = Expectations(names: ["林秀英"], residentNumbers: ["445103190001010018"])
        #expect(try codes(bench.inspect(page, .reading, expectations: anothers)).contains(.numberMismatch))
        #expect(try codes(bench.inspect(page, .reading, material: "营业执照")) == [.wrongDocument])
        #expect(try codes(bench.inspect(page, .reading, material: "其他证明材料")) == [.expired])
    }

    /// A finding goes into logs and to the seat's page: it has no name and no number of anybody.
    @Test func findingsCarryNoPersonalData() throws {
        let page = try Fixtures.page(Self.card)
        let inspection = try bench.inspect(
            page, .reading, expectations: Expectations(names: ["林秀英"], residentNumbers: ["445103190001010018"]))
        let said = String(decoding: try JSONEncoder().encode(inspection), as: UTF8.self)
        for word in ["陈志远", "林秀英", "445102190001010011", "445103190001010018"] { #expect(!said.contains(word)) }
    }

    @Test func aTurnedPageIsSideways() throws {
        let page = try Fixtures.page(Self.card)
        let turned = try Fixtures.made("turned.png", by: "vips", ["rot", "page.png", "turned.png", "d90"], from: ["page.png": page])
        #expect(try bench.inspect(turned, .reading, material: "其他证明材料").findings.contains(Finding(.sideways, page: 1, detail: "270")))
    }

    @Test func aBlurredPageIsBlurredAndNothingElse() throws {
        let page = try Fixtures.page(Self.card)
        let blurred = try Fixtures.made("blurred.png", by: "vips", ["gaussblur", "page.png", "blurred.png", "14"], from: ["page.png": page])
        #expect(try bench.inspect(blurred, .reading, material: "营业执照").findings == [Finding(.blurred, page: 1)])
    }

    @Test func anEmptyPageIsBlank() throws {
        let white = try Fixtures.made("white.png", by: "vips", ["black", "black.png", "1200", "1600"].map { $0 == "black.png" ? "white.png" : $0 })
        let inverted = try Fixtures.made("inverted.png", by: "vips", ["invert", "white.png", "inverted.png"], from: ["white.png": white])
        #expect(try bench.inspect(inverted, .reading).findings == [Finding(.blankPage, page: 1)])
    }

    @Test func aSmallPictureHasTooFewPixels() throws {
        let page = try Fixtures.page(Self.card)
        let small = try Fixtures.made("small.png", by: "vips", ["thumbnail", "page.png", "small.png", "400"], from: ["page.png": page])
        #expect(try bench.inspect(small, .reading).findings == [Finding(.lowResolution, page: 1)])
    }

    /// A PDF's own text needs no reader.
    @Test func textOfADocumentIsTakenAsItIs() throws {
        let inspection = try bench.inspect(Fixtures.pdf(pages: 3), .reading, material: "其他证明材料")
        #expect(inspection.pages == 3)
        #expect(inspection.pagePrints.count == 3)
        #expect(inspection.isComplete)
    }

    @Test func withoutTesseractThereAreFewerFindings() throws {
        // Everything but the reader.
        let tools = FileManager.default.temporaryDirectory.appending(path: "gate-tools-\(UUID())")
        try FileManager.default.createDirectory(at: tools, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: tools) }
        for tool in ["vips", "vipsheader", "pdfinfo", "pdftoppm", "pdfimages", "pdftotext"] {
            try FileManager.default.createSymbolicLink(at: tools.appending(path: tool), withDestinationURL: URL(filePath: "/usr/bin/\(tool)"))
        }
        var bench = bench
        bench.configuration.searchPath = tools.path(percentEncoded: false)
        let inspection = try bench.inspect(Fixtures.page(Self.card), .reading, material: "营业执照")
        #expect(inspection.findings == [])
        #expect(!inspection.textRead)
        #expect(inspection.isComplete)
    }
}

@Suite("Measures of a page's picture")
struct PageLookTests {
    /// Dark bars on light paper on a dark table.
    private func map(page: Range<Int> = 40..<216, paper: UInt8 = 210, table: UInt8 = 60, blur: Bool = false) -> GrayMap {
        let side = 1_024
        var pixels = [UInt8](repeating: table, count: side * side)
        for y in 0..<side {
            for x in 160..<860 where page.contains(y / 4) {
                let isBar = x % 12 < 4 && y % 24 < 14 && (200..<820).contains(x) && page.contains(y / 4 - 8) && page.contains(y / 4 + 8)
                pixels[y * side + x] = isBar ? paper / 5 : paper
            }
        }
        let sharp = GrayMap(width: side, height: side, pixels: pixels)
        return blur ? Self.blurred(sharp) : sharp
    }

    private static func blurred(_ map: GrayMap) -> GrayMap {
        let small = map.shrunk(by: 16)
        return GrayMap(
            width: map.width, height: map.height,
            pixels: (0..<map.pixels.count).map { index in
                let x = Double(index % map.width) / 16 - 0.5
                let y = Double(index / map.width) / 16 - 0.5
                func at(_ column: Int, _ row: Int) -> Double { Double(small[min(max(column, 0), small.width - 1), min(max(row, 0), small.height - 1)]) }
                let (left, top) = (Int(x.rounded(.down)), Int(y.rounded(.down)))
                let (right, below) = (x - Double(left), y - Double(top))
                let upper = at(left, top) * (1 - right) + at(left + 1, top) * right
                let lower = at(left, top + 1) * (1 - right) + at(left + 1, top + 1) * right
                return UInt8(upper * (1 - below) + lower * below)
            })
    }

    @Test func aWholeSharpPageHasNoFindings() {
        #expect(PageLook(map()).findings(page: 1) == [])
    }

    @Test func whatLeavesThePictureIsCut() {
        #expect(PageLook(map(page: 0..<200)).findings(page: 2) == [Finding(.cutCorner, page: 2, detail: "top")])
        #expect(PageLook(map(page: 60..<256)).findings(page: 1) == [Finding(.cutCorner, page: 1, detail: "bottom")])
        // It fills the picture from top to bottom: cropped, perhaps with care.
        #expect(PageLook(map(page: 0..<256)).findings(page: 1) == [])
    }

    @Test func littleLightIsDark() {
        #expect(PageLook(map(paper: 60, table: 20)).findings(page: 1) == [Finding(.dark, page: 1)])
    }

    @Test func softEdgesAreBlurred() {
        let sharp = Sharpness(map())
        let blurred = Sharpness(map(blur: true))
        #expect(sharp.value > 2 * PageLook.leastSharpness)
        #expect(blurred.value < PageLook.leastSharpness)
    }

    @Test func aReflectionIsGlareAndAWhiteLabelIsNone() {
        func spotted(soft: Bool) -> GrayMap {
            let plain = map(paper: 200)
            return GrayMap(
                width: plain.width, height: plain.height,
                pixels: plain.pixels.enumerated().map { index, shade in
                    let distance = (pow(Double(index % 1_024) - 500, 2) + pow(Double(index / 1_024) - 500, 2)).squareRoot()
                    let strength = soft ? min(1, max(0, 1.6 - distance / 120)) : distance < 110 ? 1 : 0
                    return UInt8(Double(shade) + (255 - Double(shade)) * strength)
                })
        }
        #expect(Lighting(spotted(soft: true).shrunk(by: 2)).hasGlare)
        #expect(!Lighting(spotted(soft: false).shrunk(by: 2)).hasGlare)
    }

    @Test func aPrintOutlivesScalingAndTellsPapersApart() throws {
        let one = try #require(PagePrint(map()))
        let scaled = try #require(PagePrint(map().shrunk(by: 2)))
        let other = try #require(PagePrint(map(page: 60..<180)))
        #expect(one.resembles(scaled))
        #expect(!one.resembles(other))
        #expect(PagePrint(one.description) == one)
        #expect(PagePrint("zz") == nil)
    }

    @Test func onlyWholeMapsAreRead() {
        #expect(GrayMap(pgm: Data("P5\n# remark\n2 1\n255\nab".utf8))?.pixels == [97, 98])
        for text in ["", "P5", "P6\n1 1\n255\na", "P5\n2 2\n255\nabc", "P5\n1 1\n65535\na", "P5\n0 1\n255\n", "P5\n99999999999999999999 1\n255\na"] {
            #expect(GrayMap(pgm: Data(text.utf8)) == nil, "\(text)")
        }
    }
}

@Suite("What a paper says")
struct PaperTextTests {
    private func findings(_ lines: [String], material: String, _ expectations: Expectations = Expectations()) throws -> [FindingCode] {
        let today = try #require(CivilDate("2026-11-23"))
        return PaperText(
            kind: PaperKind(materialName: material, keywords: []), expectations: expectations, today: today,
            pages: [[TextReading(layer: lines.joined(separator: "\n"))]], isWhole: true
        ).findings().map(\.code)
    }

    private static let licence = [
        "营业执照", "统一社会信用代码 91110000600037341L", "名称 潮州市韩江陶瓷有限公司", "法定代表人 陈志远", "经营范围 陶瓷制品的生产、加工和销售", "营业期限 长期",
    ]

    @Test func theRightPaperPasses() throws {
        let own = Expectations(names: ["潮州市韩江陶瓷有限公司"], creditCodes: ["91110000600037341L"])
        #expect(try findings(Self.licence, material: "营业执照", own) == [])
        // Whoever runs the errand is not on the licence.
        #expect(try findings(Self.licence, material: "营业执照", Expectations(names: ["林秀英"])) == [])
    }

    @Test func anotherBusinessIsSeen() throws {
        let other = Expectations(names: ["潮州市凤凰食品有限公司"], creditCodes: ["92445102MA0000000Y"])
        #expect(try findings(Self.licence, material: "营业执照", other) == [.nameMismatch, .numberMismatch])
    }

    @Test func oneMisreadCharacterIsForgiven() throws {
        let misread = Self.licence.map { $0.replacing("韩江陶瓷", with: "韩汪陶瓷") }
        #expect(try findings(misread, material: "营业执照", Expectations(names: ["潮州市韩江陶瓷有限公司"])) == [])
    }

    @Test func anotherPaperIsWrong() throws {
        #expect(try findings(Self.licence, material: "身份证件") == [.wrongDocument])
        #expect(try findings(Self.licence, material: "《变更税务登记表》") == [.wrongDocument])
        #expect(try findings(["变更税务登记表", "纳税人名称 潮州市韩江陶瓷有限公司", "变更项目 生产经营地址"], material: "《变更税务登记表》") == [])
        // Nothing is known of what such a paper looks like, and little was read.
        #expect(try findings(Self.licence, material: "其他证明材料") == [])
        #expect(try findings(["收据"], material: "营业执照") == [])
    }

    /// What is printed on real papers, without anything of a person, and the entries of the demonstration's catalogue that ask for them.
    private static let printed: [(names: [String], text: String)] = [
        (["经办人身份证件", "身份证件", "委托书及受托人身份证件"], "中华人民共和国 居民身份证 签发机关 有效期限"),
        (["经办人身份证件", "本人身份证件", "交易双方有效身份证明资料"], "姓名 性别 民族 出生 住址 公民身份号码"),
        (["纳税人身份证件"], "PASSPORT Type Country Code Surname Given names Nationality"),
        (["代理委托书", "代理委托书、代理人身份证件"], "授权委托书 委托人 受托人 委托事项 代理权限 委托期限"),
        (["营业执照", "税务登记证件(现为营业执照)"], "营业执照 统一社会信用代码 名称 类型 法定代表人 经营范围 成立日期 登记机关"),
        (["账户、账号开立证明"], "基本存款账户信息 账户名称 账户号码 开户银行 法定代表人"),
        (["整车出厂合格证或《车辆电子信息单》"], "机动车整车出厂合格证 合格证编号 发证日期 车辆型号 车辆识别代号"),
        (["支付全部价款的增值税发票(财政票据)"], "电子发票(普通发票) 发票号码 开票日期 购买方信息 价税合计"),
        (["房屋权属证书", "不动产权属证书"], "不动产权证书 权利人 共有情况 坐落 不动产单元号"),
        (["房屋(店铺)租赁合同、房产证或无偿使用证明"], "无偿使用证明 兹有房屋坐落 面积 现无偿提供给"),
        (["《变更税务登记表》"], "变更税务登记表 纳税人名称 变更登记事项 变更前内容 变更后内容"),
        (["《退(抵)税申请表》"], "退（抵）税申请表 申请人名称 联系人姓名 退税类型"),
    ]

    @Test func theCatalogueKnowsRealPapersAndTellsThemApart() throws {
        struct Catalogue: Decodable {
            struct Item: Decodable {
                struct Material: Decodable {
                    let name_zh: String
                    let keywords: [String]?
                }
                let materials: [Material]
            }
            let items: [Item]
        }
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../ops/demonstration/tax-catalogue.json")
        let materials = try JSONDecoder().decode(Catalogue.self, from: Data(contentsOf: file)).items.flatMap(\.materials)
        func kind(_ name: String) throws -> PaperKind {
            let material = try #require(materials.first { $0.name_zh == name }, "\(name)")
            return PaperKind(materialName: name, keywords: try #require(material.keywords, "\(name)"))
        }
        for (names, text) in Self.printed {
            for name in names { #expect(try kind(name).isNamed(in: TextReading.compact(text)), "\(name): \(text)") }
        }
        let (card, licence) = (TextReading.compact(Self.printed[1].text), TextReading.compact(Self.printed[4].text))
        for name in ["代理委托书", "营业执照", "账户、账号开立证明", "房屋权属证书", "《变更税务登记表》", "购销合同"] {
            #expect(try !kind(name).isNamed(in: card), "\(name)")
        }
        for name in ["经办人身份证件", "代理委托书", "账户、账号开立证明", "房屋权属证书", "《变更税务登记表》", "《退(抵)税申请表》", "购销合同"] {
            #expect(try !kind(name).isNamed(in: licence), "\(name)")
        }
    }

    @Test(arguments: [
        "变更信息的有关证明材料(如生产经营地证明、新财务负责人身份证件)", "不动产合同、协议或税务机关认可的其他资料", "合同(协议)或相关交易凭证", "身份证件及住所情况说明",
        "《车辆购置税免(减)税申报表》及免税证明资料",
    ])
    func whereAnythingMayDoNothingIsWrong(material: String) throws {
        #expect(PaperKind(materialName: material, keywords: []).keywords == [])
        #expect(try findings(Self.licence, material: material) == [])
    }

    @Test func anothersCardIsAllowedWhereTheMaterialSaysSo() throws {
        let card = ["居民身份证", "姓名 陈志远", "公民身份号码 445102190001010011"]
        let citizen = Expectations(names: ["林秀英"], residentNumbers: ["445103190001010018"])
        #expect(try findings(card, material: "经办人身份证件", citizen) == [])
        #expect(try findings(card, material: "身份证件", citizen) == [.nameMismatch, .numberMismatch])
    }

    @Test(arguments: [
        ("有效期限 2010.03.08-2020.03.08", "2020-03-08"), ("有效期限20l0.03.08-2020.03.08", "2020-03-08"), ("有效期限 2016.03.08-2036.03.08", nil),
        ("有效期限 2010.03.08-长期", nil), ("营业期限 2004年03月08日至2024年03月07日", "2024-03-07"), ("营业期限 长期", nil), ("有效期至 2025年1月2日", "2025-01-02"),
        // A misread digit: no card holds for 11 years, and no day is the 32nd.
        ("2010.03.08-2021.03.08", nil), ("有效期限 2010.03.08-2020.03.32", nil), ("成立日期 2010年03月08日", nil), ("签订日期：2020年8月1日", nil),
    ])
    func validityEnds(text: String, end: String?) throws {
        let today = try #require(CivilDate("2026-11-23"))
        #expect(ValidityDates(TextReading.compact(text)).expired(before: today)?.description == end)
    }

    @Test(arguments: [
        ("经办人身份证件", PaperKind.Family.identity), ("加载统一社会信用代码的营业执照副本", .licence), ("代理委托书", .authorisation), ("房屋(店铺)租赁合同", .contract),
        ("A01060《清税申报表》", .named), ("《财务会计制度及核算软件备案报告书》", .named),
        ("会计核算软件、使用说明书", .other),
    ])
    func aMaterialsNameSaysWhatItIs(name: String, family: PaperKind.Family) {
        #expect(PaperKind(materialName: name, keywords: []).family == family)
        #expect(PaperKind(materialName: name, keywords: ["印章"]).keywords == ["印章"])
    }
}
