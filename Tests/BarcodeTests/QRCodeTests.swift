import Barcode
import Testing

@Suite("QR codes")
struct QRCodeTests {
    private let address = "https://window.example/citizen/phone/#kZ3v0Qm1Yw8sT5uB7nE2dA"

    private let finder = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]

    @Test func isASquareWithItsThreeFindersAndItsTiming() throws {
        let rows = try #require(QRCode(address)).rows
        // Version 4 at level M holds 62 bytes (ISO/IEC 18004, table 7): 17 + 4 · 4 modules.
        #expect(rows.count == 33)
        for row in rows { #expect(row.count == rows.count && row.allSatisfy { "01".contains($0) }) }
        let (start, end) = (rows.prefix(7), rows.suffix(7))
        #expect(start.map { String($0.prefix(7)) } == finder)
        #expect(start.map { String($0.suffix(7)) } == finder)
        #expect(end.map { String($0.prefix(7)) } == finder)
        #expect(end.map { String($0.suffix(7)) } != finder)
        // Dark and light by turns between the finders, in row and column 6.
        let between = 8..<(rows.count - 8)
        #expect(between.allSatisfy { Array(rows[6])[$0] == ($0 % 2 == 0 ? "1" : "0") })
        #expect(between.allSatisfy { Array(rows[$0])[6] == ($0 % 2 == 0 ? "1" : "0") })
    }

    /// Level M (00) under one of the eight masks, with its check bits (ISO/IEC 18004, 7.9.1): what a reader looks at first.
    @Test func saysHowItIsWritten() throws {
        let rows = try #require(QRCode(address)).rows.map(Array.init)
        let places = [(8, 0), (8, 1), (8, 2), (8, 3), (8, 4), (8, 5), (8, 7), (8, 8), (7, 8), (5, 8), (4, 8), (3, 8), (2, 8), (1, 8), (0, 8)]
        let format = String(places.map { rows[$0.0][$0.1] })
        let levelM = [
            "101010000010010", "101000100100101", "101111001111100", "101101101001011", "100010111111001", "100000011001110", "100111110010111",
            "100101010100000",
        ]
        #expect(levelM.contains(format))
    }

    @Test func growsWithItsTextUntilItIsFull() throws {
        #expect(QRCode("1")?.rows.count == 21)
        #expect(QRCode("一照一码")?.rows.count == 21)
        #expect(QRCode(String(repeating: "x", count: 2_331))?.rows.count == 177)
        #expect(QRCode(String(repeating: "x", count: 2_332)) == nil)
        #expect(QRCode("") == nil)
        #expect(QRCode(address) == QRCode(address))
        #expect(QRCode(address) != QRCode(address + "A"))
    }
}
