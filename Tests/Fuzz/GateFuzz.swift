// A libFuzzer target, built by ops/fuzz together with the sources of SignalingProtocol and MaterialCheck.
import Foundation

/// One input: as a file's bytes to all that sniffs, and as text to all that looks for numbers and dates.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    SniffingProbe.examine(bytes)
    let text = String(decoding: bytes, as: UTF8.self)
    let found = NumbersInText(text)
    for number in found.residents { precondition((try? IdentityNumber(number.text))?.text == number.text) }
    for code in found.credits { precondition((try? CreditCode(code.text)) == code) }
    for number in found.broken { precondition((try? IdentityNumber(number)) == nil && (try? CreditCode(number)) == nil) }
    _ = ValidityDates(TextReading.compact(text))
    _ = TextReading(tesseractTable: Data(bytes))
    _ = GrayMap(pgm: Data(bytes))
    _ = InspectionFrame.decode(InspectionJob.self, from: Data(bytes))
    return 0
}
