import SignalingProtocol

/// What the picture of one page shows, before anything is read.
struct PageLook {
    let outline: PageOutline
    let lighting: Lighting
    let sharpness: Sharpness
    let print: PagePrint?

    /// Longer side of the map that is measured.
    static let measuredPixels = 1_024
    /// Less of the contrast between neighbours, and no letter is clear. Legible corpus pictures begin at 0.16, illegible ones end at 0.10.
    static let leastSharpness = 0.125
    /// Tiles with writing that a judgement of sharpness needs.
    private static let judgedTiles = 8.0
    /// Fewer tiles of the page's inside are too few to call a page empty.
    private static let emptyTiles = 30

    init(_ map: GrayMap) {
        let coarse = map.shrunk(by: 4)
        let outline = PageOutline(coarse)
        self.outline = outline
        lighting = Lighting(map.shrunk(by: 2))
        print = PagePrint(map)
        // The page's inside: its edge against the table is sharp on an empty page too.
        let margin = Sharpness.tile
        func isPage(_ x: Int, _ y: Int) -> Bool {
            let column = x / 4
            let row = y / 4
            guard (0..<coarse.width).contains(column), (0..<coarse.height).contains(row) else { return false }
            return outline.mask[row * coarse.width + column]
        }
        let framed = outline.touched.values.contains { $0 < 0.5 }
        sharpness = Sharpness(map) { x, y in
            !framed || isPage(x, y) && isPage(x - margin, y) && isPage(x + margin, y) && isPage(x, y - margin) && isPage(x, y + margin)
        }
    }

    var isBlank: Bool {
        sharpness.tiles >= Self.emptyTiles && sharpness.written < 0.01 && !lighting.isDark
    }

    var isBlurred: Bool {
        Double(sharpness.tiles) * sharpness.written >= Self.judgedTiles && sharpness.value < Self.leastSharpness && !lighting.isDark
    }

    var hasWriting: Bool { Double(sharpness.tiles) * sharpness.written >= Self.judgedTiles }

    func findings(page: Int) -> [Finding] {
        if lighting.isDark { return [Finding(.dark, page: page)] }
        if isBlank { return [Finding(.blankPage, page: page)] }
        var findings: [Finding] = []
        if isBlurred { findings.append(Finding(.blurred, page: page)) }
        if lighting.hasGlare { findings.append(Finding(.glare, page: page)) }
        if let side = outline.cutSide { findings.append(Finding(.cutCorner, page: page, detail: side.rawValue)) }
        return findings
    }
}
