/// How sharp the writing is: where there is something to see, how much of its contrast lies between two neighbouring pixels.
///
/// The variance of the Laplacian alone says as much about how much is written as about how sharply. So it is taken where the picture has contrast, and
/// in proportion to that contrast; across and down apart, because a shaken picture stays sharp along the way that it was shaken.
struct Sharpness: Hashable, Sendable {
    static let tile = 32
    /// Less is paper, wood or noise.
    static let leastContrast = 36

    /// Square root of the Laplacian's variance by contrast, across and down, of the tile that is sharper than nine of ten.
    let across: Double
    let down: Double
    /// Share of the tiles that have contrast.
    let written: Double
    let tiles: Int

    var value: Double { min(across, down) }

    /// - Parameters:
    ///   - map: at the fixed scale of 1,024 pixels along its longer side, or smaller if it came so.
    ///   - isPage: whether a point of the map belongs to the page.
    init(_ map: GrayMap, where isPage: (_ x: Int, _ y: Int) -> Bool = { _, _ in true }) {
        var across: [Double] = []
        var down: [Double] = []
        var count = 0
        for top in stride(from: 1, through: map.height - Self.tile - 1, by: Self.tile) {
            for left in stride(from: 1, through: map.width - Self.tile - 1, by: Self.tile) where isPage(left + Self.tile / 2, top + Self.tile / 2) {
                count += 1
                let measured = Self.measure(map, left: left, top: top)
                guard measured.contrast >= Self.leastContrast else { continue }
                across.append(measured.across / Double(measured.contrast))
                down.append(measured.down / Double(measured.contrast))
            }
        }
        self.across = Self.ninth(across)
        self.down = Self.ninth(down)
        written = count == 0 ? 0 : Double(across.count) / Double(count)
        tiles = count
    }

    private static func ninth(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.sorted()[values.count * 9 / 10]
    }

    private static func measure(_ map: GrayMap, left: Int, top: Int) -> (across: Double, down: Double, contrast: Int) {
        var least = 255
        var most = 0
        var across = 0
        var down = 0
        map.pixels.withUnsafeBufferPointer { pixels in
            for y in top..<top + tile {
                let row = y * map.width
                for x in left..<left + tile {
                    let at = row + x
                    let here = Int(pixels[at])
                    least = min(least, here)
                    most = max(most, here)
                    let alongRow = Int(pixels[at - 1]) + Int(pixels[at + 1]) - 2 * here
                    let alongColumn = Int(pixels[at - map.width]) + Int(pixels[at + map.width]) - 2 * here
                    across += alongRow * alongRow
                    down += alongColumn * alongColumn
                }
            }
        }
        let area = Double(tile * tile)
        return ((Double(across) / area).squareRoot(), (Double(down) / area).squareRoot(), most - least)
    }
}
