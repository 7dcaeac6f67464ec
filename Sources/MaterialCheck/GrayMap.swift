import Foundation

/// A picture in shades of grey, 0 black to 255 white, row by row.
struct GrayMap: Hashable, Sendable {
    let width: Int
    let height: Int
    let pixels: [UInt8]

    init(width: Int, height: Int, pixels: [UInt8]) {
        precondition(pixels.count == width * height)
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// Reads a binary PGM of 8 bits (netpbm's `P5`), as libvips and poppler write it.
    /// - Returns: nil for anything else.
    init?(pgm data: Data) {
        let bytes = [UInt8](data)
        guard bytes.starts(with: Array("P5".utf8)) else { return nil }
        var offset = 2
        var numbers: [Int] = []
        while numbers.count < 3 {
            while offset < bytes.count, bytes[offset] <= 32 || bytes[offset] == UInt8(ascii: "#") {
                if bytes[offset] == UInt8(ascii: "#") { while offset < bytes.count, bytes[offset] != 10 { offset += 1 } }
                offset += 1
            }
            let digits = bytes[min(offset, bytes.count)...].prefix { (48...57).contains($0) }
            guard let number = Int(String(decoding: digits, as: UTF8.self)), number < 1 << 20 else { return nil }
            numbers.append(number)
            offset += digits.count
        }
        // One white character ends the head.
        offset += 1
        guard numbers[2] == 255, numbers[0] > 0, numbers[1] > 0, bytes.count - offset == numbers[0] * numbers[1] else { return nil }
        self.init(width: numbers[0], height: numbers[1], pixels: Array(bytes[offset...]))
    }

    subscript(x: Int, y: Int) -> UInt8 { pixels[y * width + x] }

    /// Each pixel the mean of `factor` times `factor`; what is left over at the right and below is dropped.
    func shrunk(by factor: Int) -> GrayMap {
        guard factor > 1, width >= factor, height >= factor else { return self }
        let newWidth = width / factor
        let newHeight = height / factor
        let shrunk = [UInt8](unsafeUninitializedCapacity: newWidth * newHeight) { target, count in
            pixels.withUnsafeBufferPointer { source in
                for y in 0..<newHeight {
                    for x in 0..<newWidth {
                        var sum = 0
                        for row in 0..<factor {
                            let at = (y * factor + row) * width + x * factor
                            for column in 0..<factor { sum += Int(source[at + column]) }
                        }
                        target[y * newWidth + x] = UInt8(sum / (factor * factor))
                    }
                }
            }
            count = newWidth * newHeight
        }
        return GrayMap(width: newWidth, height: newHeight, pixels: shrunk)
    }

    /// How many pixels have each shade.
    var histogram: [Int] {
        pixels.reduce(into: [Int](repeating: 0, count: 256)) { $0[Int($1)] += 1 }
    }
}

extension [Int] {
    /// Of a histogram: the shade below which this share of the pixels lies.
    func shade(atShare share: Double) -> Int {
        let wanted = Double(reduce(0, +)) * share
        var sum = 0
        for (shade, count) in enumerated() {
            sum += count
            if Double(sum) >= wanted { return shade }
        }
        return 255
    }
}
