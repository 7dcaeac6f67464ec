/// Where the page lies in the picture, as far as it stands out from what is under it.
struct PageOutline: Hashable, Sendable {
    enum Side: String, CaseIterable, Sendable { case top, right, bottom, left }

    /// Share of each side of the picture that the page touches, 0 to 1.
    let touched: [Side: Double]
    /// Share of the picture that is page.
    let area: Double
    /// How much of the rows and columns between its ends the page fills: 1 is a page without holes and bays.
    let fullness: Double
    /// Difference in shade between page and ground.
    let contrast: Double
    /// Page or not, by pixel of the map that it was found in.
    let mask: [Bool]

    /// - Parameter map: about 256 pixels long: writing is to melt away.
    init(_ map: GrayMap) {
        let threshold = Self.threshold(map.histogram)
        contrast = threshold.contrast
        let bright = map.pixels.map { Int($0) > threshold.shade }
        // The writing's dark strokes are part of the page.
        let closed = Self.shrink(Self.grow(bright, map.width, map.height), map.width, map.height)
        let mask = Self.largestRegion(closed, map.width, map.height)
        self.mask = mask
        let count = mask.count { $0 }
        area = Double(count) / Double(max(1, mask.count))
        fullness = Self.fullness(mask, map.width, map.height)
        let right = map.width - 2
        let bottom = map.height - 2
        func share(_ indices: [Int]) -> Double { Double(indices.count { mask[$0] }) / Double(max(1, indices.count)) }
        touched = [
            .top: share((0..<map.width).map { map.width + $0 }), .bottom: share((0..<map.width).map { bottom * map.width + $0 }),
            .left: share((0..<map.height).map { $0 * map.width + 1 }), .right: share((0..<map.height).map { $0 * map.width + right }),
        ]
    }

    /// The side at which the page leaves the picture, if it surely does: the opposite side shows the ground, and the page is one whole bright piece.
    var cutSide: Side? {
        guard contrast >= 60, (0.12...0.93).contains(area), fullness >= 0.9, touched.values.count(where: { $0 > 0.02 }) <= 2 else { return nil }
        let pairs: [(Side, Side)] = [(.top, .bottom), (.bottom, .top), (.left, .right), (.right, .left)]
        return pairs.first { side, opposite in (touched[side] ?? 0) >= 0.3 && (touched[opposite] ?? 1) <= 0.02 }?.0
    }

    // MARK: Finding it

    /// Otsu 1979: the shade that parts the picture into the two most different classes.
    private static func threshold(_ histogram: [Int]) -> (shade: Int, contrast: Double) {
        let total = Double(histogram.reduce(0, +))
        let sum = histogram.enumerated().reduce(0.0) { $0 + Double($1.offset) * Double($1.element) }
        var best = (shade: 127, contrast: 0.0)
        var bestVariance = 0.0
        var darkCount = 0.0
        var darkSum = 0.0
        for (shade, count) in histogram.enumerated() {
            darkCount += Double(count)
            darkSum += Double(shade) * Double(count)
            guard darkCount > 0, darkCount < total else { continue }
            let difference = (sum - darkSum) / (total - darkCount) - darkSum / darkCount
            let variance = darkCount * (total - darkCount) * difference * difference
            if variance > bestVariance {
                bestVariance = variance
                best = (shade, difference)
            }
        }
        return best
    }

    private static func grow(_ mask: [Bool], _ width: Int, _ height: Int) -> [Bool] { spread(mask, width, height, of: true) }
    private static func shrink(_ mask: [Bool], _ width: Int, _ height: Int) -> [Bool] { spread(mask, width, height, of: false) }

    /// Spreads a value by two pixels along rows, then along columns.
    private static func spread(_ mask: [Bool], _ width: Int, _ height: Int, of value: Bool) -> [Bool] {
        var result = mask
        for (step, lines, length, stride) in [(1, height, width, width), (width, width, height, 1)] {
            let source = result
            for line in 0..<lines {
                for place in 0..<length where source[line * stride + place * step] == value {
                    for near in max(0, place - 2)...min(length - 1, place + 2) { result[line * stride + near * step] = value }
                }
            }
        }
        return result
    }

    private static func largestRegion(_ mask: [Bool], _ width: Int, _ height: Int) -> [Bool] {
        Regions.find(in: mask, width: width, height: height).max { $0.count < $1.count }.map { region in
            var result = [Bool](repeating: false, count: mask.count)
            for index in region { result[index] = true }
            return result
        } ?? mask
    }

    private static func fullness(_ mask: [Bool], _ width: Int, _ height: Int) -> Double {
        var spanned = 0
        var count = 0
        for y in 0..<height {
            let row = mask[(y * width)..<((y + 1) * width)]
            guard let first = row.firstIndex(of: true), let last = row.lastIndex(of: true) else { continue }
            spanned += last - first + 1
            count += row.count { $0 }
        }
        return spanned == 0 ? 0 : Double(count) / Double(spanned)
    }
}

/// Pieces of a mask that hang together, each as the indices of its pixels.
enum Regions {
    static func find(in mask: [Bool], width: Int, height: Int) -> [[Int]] {
        var seen = mask.map { !$0 }
        var regions: [[Int]] = []
        for start in mask.indices where !seen[start] {
            var region = [start]
            seen[start] = true
            var next = 0
            while next < region.count {
                let index = region[next]
                next += 1
                let x = index % width
                func visit(_ neighbour: Int) {
                    if !seen[neighbour] {
                        seen[neighbour] = true
                        region.append(neighbour)
                    }
                }
                if x > 0 { visit(index - 1) }
                if x < width - 1 { visit(index + 1) }
                if index >= width { visit(index - width) }
                if index < width * (height - 1) { visit(index + width) }
            }
            regions.append(region)
        }
        return regions
    }
}
