import Foundation

/// A page's look in 256 bits: small changes of light, size and compression change few of them.
///
/// Each bit says whether one of the 256 lowest frequencies of the page (a cosine transform, without the mean) lies above their median.
public struct PagePrint: Hashable, Sendable {
    static let words = 4
    /// Four words of 64 bits, the lowest frequencies first.
    public let bits: [UInt64]

    init(bits: [UInt64]) { self.bits = bits }

    /// Bits that differ, 0 to 256. Two unrelated pages differ in about 128.
    public func distance(to other: PagePrint) -> Int {
        zip(bits, other.bits).reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount }
    }

    /// At most this many bits may differ between two copies of one picture. Two papers printed from one form differ in four and more.
    static let sameDistance = 2

    /// Whether both are the same picture of the same paper, perhaps compressed or scaled anew.
    public func resembles(_ other: PagePrint) -> Bool { distance(to: other) <= Self.sameDistance }
}

extension PagePrint {
    /// Side of the square of means that the transform is made of, and of the square of frequencies that is kept.
    private static let side = 64
    private static let kept = 16

    /// - Returns: nil for a picture too small to have a look.
    init?(_ map: GrayMap) {
        guard map.width >= Self.side, map.height >= Self.side else { return nil }
        let means = Self.means(map)
        // Frequencies 1…16 both ways: the rows and columns of mean values say more of the light than of the page.
        let waves = (1...Self.kept).map { frequency in
            (0..<Self.side).map { cos(Double.pi * Double(frequency) * (Double($0) + 0.5) / Double(Self.side)) }
        }
        var rows = [[Double]](repeating: [], count: Self.side)
        for y in 0..<Self.side {
            rows[y] = waves.map { wave in (0..<Self.side).reduce(0.0) { $0 + means[y * Self.side + $1] * wave[$1] } }
        }
        var frequencies: [Double] = []
        for wave in waves {
            for across in 0..<Self.kept { frequencies.append((0..<Self.side).reduce(0.0) { $0 + rows[$1][across] * wave[$1] }) }
        }
        let median = frequencies.sorted()[frequencies.count / 2]
        bits = (0..<Self.words).map { word in
            (0..<64).reduce(UInt64(0)) { $0 << 1 | (frequencies[word * 64 + $1] > median ? 1 : 0) }
        }
    }

    private static func means(_ map: GrayMap) -> [Double] {
        var means = [Double](repeating: 0, count: side * side)
        for y in 0..<side {
            let rows = y * map.height / side..<(y + 1) * map.height / side
            for x in 0..<side {
                let columns = x * map.width / side..<(x + 1) * map.width / side
                var sum = 0
                for row in rows { for column in columns { sum += Int(map[column, row]) } }
                means[y * side + x] = Double(sum) / Double(rows.count * columns.count)
            }
        }
        return means
    }
}

extension PagePrint: LosslessStringConvertible {
    /// 64 lower-case hexadecimal digits.
    public var description: String {
        bits.map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// - Returns: nil when the text is not 64 lower-case hexadecimal digits.
    public init?(_ text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 16 * Self.words, digits.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else { return nil }
        bits = (0..<Self.words).compactMap { UInt64(String(decoding: digits[($0 * 16)..<($0 * 16 + 16)], as: UTF8.self), radix: 16) }
    }
}

extension PagePrint: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let print = PagePrint(text) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "not a page print"))
        }
        self = print
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
