import SignalingProtocol

/// The catalogue as one sheet of a spreadsheet: a row for each item, and below it a row for each of its materials, reasons, statements and sources.
///
/// The first row has the columns' headings, in any order; what a file leaves out is empty. What a row is stands in its first column (`行类型`): an item (事项) has
/// the columns `名称` to `已核对` and `内容` for its status note; a material (材料) is known by its `编码` and has those from `形式` to `来源`; a reason for sending
/// back (原因) has `编码` and `内容`; a basis (依据), time limit (时限), fee (收费) and cross-region statement (通办范围) have `内容` and `来源`; a source (来源) has its key
/// as `编码`, its title as `名称`, and `网址`, `发布机构`, `页面日期`, `来源类别`. Lists stand in one cell with semicolons. A row without an item's code belongs to
/// the item above. The order of rows is the order of materials and reasons. Headings and words may also be written as in the wire (`row`, `material`).
enum CatalogueSheet {
    enum Column: String, CaseIterable {
        case row
        case itemCode = "item_code"
        case version
        case code
        case name
        case nameEnglish = "name_english"
        case category
        case applicants
        case mode
        case kinds
        case tags
        case handlingHalls = "handling_halls"
        case receivingHalls = "receiving_halls"
        case verified
        case form
        case necessity
        case condition
        case exemption
        case copies
        case formats
        case keywords
        case note
        case text
        case source
        case url
        case issuer
        case pageDate = "page_date"
        case kind

        var heading: String {
            switch self {
            case .row: "行类型"
            case .itemCode: "事项编码"
            case .version: "版本"
            case .code: "编码"
            case .name: "名称"
            case .nameEnglish: "英文名称"
            case .category: "类别"
            case .applicants: "办理对象"
            case .mode: "办理深度"
            case .kinds: "视频办理方式"
            case .tags: "标签"
            case .handlingHalls: "办理地大厅"
            case .receivingHalls: "收件地大厅"
            case .verified: "已核对"
            case .form: "形式"
            case .necessity: "要求"
            case .condition: "条件"
            case .exemption: "免交情形"
            case .copies: "份数"
            case .formats: "文件格式"
            case .keywords: "关键词"
            case .note: "备注"
            case .text: "内容"
            case .source: "来源"
            case .url: "网址"
            case .issuer: "发布机构"
            case .pageDate: "页面日期"
            case .kind: "来源类别"
            }
        }

        init?(heading: String) {
            guard let column = Self.allCases.first(where: { $0.heading == heading || $0.rawValue == heading.lowercased() }) else { return nil }
            self = column
        }
    }

    enum RowType: String, CaseIterable {
        case item
        case material
        case reason
        case basis
        case timeLimit = "time_limit"
        case fee
        case crossRegion = "cross_region"
        case source

        /// Beside what the row is, whose it is, and its version, which any row may repeat.
        var columns: Set<Column> {
            switch self {
            case .item:
                [
                    .name, .nameEnglish, .category, .applicants, .mode, .kinds, .tags, .handlingHalls, .receivingHalls, .verified, .text,
                ]
            case .material: [.code, .name, .nameEnglish, .form, .necessity, .condition, .exemption, .copies, .formats, .keywords, .note, .source]
            case .reason: [.code, .text]
            case .basis, .timeLimit, .fee, .crossRegion: [.text, .source]
            case .source: [.code, .name, .url, .issuer, .pageDate, .kind]
            }
        }
    }

    // MARK: Words of ours in a cell

    static func word(_ type: RowType) -> String {
        switch type {
        case .item: "事项"
        case .material: "材料"
        case .reason: "原因"
        case .basis: "依据"
        case .timeLimit: "时限"
        case .fee: "收费"
        case .crossRegion: "通办范围"
        case .source: "来源"
        }
    }

    static func word(_ mode: ItemMode) -> String {
        switch mode {
        case .consultation: "咨询导办"
        case .preReview: "材料预审"
        case .full: "全流程办理"
        }
    }

    static func word(_ kind: SessionKind) -> String {
        switch kind {
        case .consultation: "咨询导办"
        case .preReview: "材料预审"
        }
    }

    static func word(_ tag: ItemTag) -> String {
        switch tag {
        case .crossProvince: "跨省通办"
        case .inProvince: "省内通办"
        case .inCity: "全市通办"
        case .video: "视频办"
        }
    }

    static func word(_ form: MaterialForm) -> String {
        switch form {
        case .original: "原件"
        case .copy: "复印件"
        case .originalAndCopy: "原件及复印件"
        case .electronic: "电子件"
        }
    }

    static func word(_ necessity: Necessity) -> String {
        switch necessity {
        case .mandatory: "必报"
        case .conditional: "条件报送"
        }
    }

    static func word(_ yes: Bool) -> String { yes ? "是" : "否" }

    // MARK: Lists in a cell

    private static let separators: Set<Character> = [";", "；"]

    static func list(_ entries: [String]) -> String {
        entries.map { entry in
            let escaped = entry.reduce(into: "") { text, character in
                if separators.contains(character) || character == "\\" { text.append("\\") }
                text.append(character)
            }
            return escaped
        }.joined(separator: "; ")
    }

    /// Entries without white space around them; an empty one is none. A backslash keeps a semicolon in an entry.
    static func entries(_ cell: String) -> [String] {
        var entries: [String] = []
        var entry = ""
        var isEscaped = false
        for character in cell {
            if isEscaped {
                if !separators.contains(character), character != "\\" { entry.append("\\") }
                entry.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if separators.contains(character) {
                entries.append(entry)
                entry = ""
            } else {
                entry.append(character)
            }
        }
        if isEscaped { entry.append("\\") }
        entries.append(entry)
        return entries.map(\.trimmingWhiteSpace).filter { !$0.isEmpty }
    }

    // MARK: Writing

    /// Rows with their headings.
    static func rows(of items: [CatalogueItem]) -> [[String]] {
        [Column.allCases.map(\.heading)] + items.flatMap { rows(of: $0.tidied()) }
    }

    private static func rows(of item: CatalogueItem) -> [[String]] {
        let head = row(
            .item, item,
            [
                .version: String(item.version), .name: item.name, .nameEnglish: item.nameEnglish, .category: item.category,
                .applicants: list(item.applicants), .mode: item.mode.map { word($0) },
                .kinds: item.mode?.kinds == item.kinds ? nil : list(item.kinds.map { word($0) }), .tags: item.tags.map { list($0.map { word($0) }) },
                .handlingHalls: item.handlingHalls.map { list($0.map(\.text)) }, .receivingHalls: item.receivingHalls.map { list($0.map(\.text)) },
                .verified: word(item.verified), .text: item.statusNote,
            ])
        let materials = item.materials.map { material in
            row(
                .material, item,
                [
                    .code: material.id.text, .name: material.name, .nameEnglish: material.nameEnglish, .form: word(material.form),
                    .necessity: word(material.necessity), .condition: material.condition, .exemption: material.exemption,
                    .copies: material.copies.map(String.init), .formats: list(material.formats.map(\.shortName)),
                    .keywords: material.keywords.map(list), .note: material.note, .source: material.source,
                ])
        }
        let statements: [(RowType, [SourcedText])] = [
            (.timeLimit, [item.timeLimit].compactMap(\.self)), (.fee, [item.fee].compactMap(\.self)),
            (.crossRegion, [item.crossRegion].compactMap(\.self)), (.basis, item.legalBasis),
        ]
        return [head] + materials + item.reasons.map { row(.reason, item, [.code: $0.code.text, .text: $0.text]) }
            + statements.flatMap { type, texts in texts.map { row(type, item, [.text: $0.text, .source: $0.source]) } }
            + item.sources.map { source in
                row(
                    .source, item,
                    [
                        .code: source.id, .name: source.title, .url: source.url, .issuer: source.issuer, .pageDate: source.pageDate, .kind: source.kind,
                    ])
            }
    }

    private static func row(_ type: RowType, _ item: CatalogueItem, _ cells: [Column: String?]) -> [String] {
        Column.allCases.map { column in
            switch column {
            case .row: word(type)
            case .itemCode: item.code.text
            case let other: (cells[other] ?? nil) ?? ""
            }
        }
    }
}

extension String {
    var trimmingWhiteSpace: String {
        let kept = drop { $0.isWhitespace }
        guard let last = kept.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(kept[...last])
    }
}
