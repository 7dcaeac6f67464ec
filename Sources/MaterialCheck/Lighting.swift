/// How the page is lit.
struct Lighting: Hashable, Sendable {
    /// The shade of the paper: brighter than nineteen of twenty pixels.
    let paper: Int
    /// Share of the picture under the largest burnt-out spot with a soft edge.
    let glare: Double

    /// Paper below this has lost its writing in the sensor's noise.
    static let darkPaper = 80
    /// Smaller spots hide no word.
    static let leastGlare = 0.004

    /// - Parameter map: about 512 pixels long.
    init(_ map: GrayMap) {
        let histogram = map.histogram
        paper = histogram.shade(atShare: 0.95)
        glare = Self.glare(map, usual: histogram.shade(atShare: 0.6))
    }

    var isDark: Bool { paper < Self.darkPaper }
    var hasGlare: Bool { glare >= Self.leastGlare }

    private static let burnt: UInt8 = 250
    /// Where most of the paper is this bright, a scanner or a good lamp has made it white everywhere.
    private static let whitePaper = 236
    /// Rings around a spot, in pixels. A lamp's reflection fades over them; a white label's edge is over at the first.
    private static let rings = 6

    private static func glare(_ map: GrayMap, usual: Int) -> Double {
        guard usual < whitePaper else { return 0 }
        let mask = map.pixels.map { $0 >= burnt }
        let total = Double(map.pixels.count)
        var largest = 0.0
        for region in Regions.find(in: mask, width: map.width, height: map.height) {
            let share = Double(region.count) / total
            guard share > largest, share >= leastGlare, share < 0.4, isSoft(region, map, usual: usual) else { continue }
            largest = share
        }
        return largest
    }

    /// Whether the shade falls slowly behind the spot's edge, on all sides taken together.
    private static func isSoft(_ region: [Int], _ map: GrayMap, usual: Int) -> Bool {
        var seen = [Bool](repeating: false, count: map.pixels.count)
        for index in region { seen[index] = true }
        var front = region
        var means: [Double] = []
        for _ in 0..<rings {
            var next: [Int] = []
            for index in front {
                let x = index % map.width
                func visit(_ neighbour: Int) {
                    if !seen[neighbour] {
                        seen[neighbour] = true
                        next.append(neighbour)
                    }
                }
                if x > 0 { visit(index - 1) }
                if x < map.width - 1 { visit(index + 1) }
                if index >= map.width { visit(index - map.width) }
                if index < map.width * (map.height - 1) { visit(index + map.width) }
            }
            guard !next.isEmpty else { return false }
            means.append(next.reduce(0.0) { $0 + Double(map.pixels[$1]) } / Double(next.count))
            front = next
        }
        let height = 255 - Double(usual)
        // The second ring still near the top, and the last one lower: a slope, neither a step nor a plateau.
        return means[1] > Double(usual) + 0.6 * height && means[rings - 1] < means[0] - 0.04 * height && height > 12
    }
}
