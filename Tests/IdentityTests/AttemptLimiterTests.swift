import Identity
import SignalingProtocol
import Testing

@Suite("Tries by a key")
struct AttemptLimiterTests {
    private let start = Instant(milliseconds: 1_795_395_600_000)

    @Test func areBoundedWithinAWindowThatBeginsWithTheFirst() {
        var limiter = AttemptLimiter(limit: 3, window: .seconds(60))
        #expect(limiter.attempt("a", at: start) == nil)
        #expect(limiter.attempt("a", at: start + .seconds(10)) == nil)
        #expect(limiter.attempt("a", at: start + .seconds(20)) == nil)
        #expect(limiter.attempt("a", at: start + .seconds(20)) == .seconds(40))
        #expect(limiter.attempt("a", at: start + .seconds(59)) == .seconds(1), "trying on does not make the wait longer")
        #expect(limiter.attempt("a", at: start + 59_999) == 1)
        #expect(limiter.attempt("a", at: start + .seconds(60)) == nil, "a new window begins")
        #expect(limiter.attempt("a", at: start + .seconds(119)) == nil)
        #expect(limiter.attempt("a", at: start + .seconds(119)) == nil)
        #expect(limiter.attempt("a", at: start + .seconds(119)) == .seconds(1))
    }

    @Test func ofOneKeyDoNotCountForAnother() {
        var limiter = AttemptLimiter(limit: 1, window: .seconds(60))
        #expect(limiter.attempt("a", at: start) == nil)
        #expect(limiter.attempt("b", at: start) == nil)
        #expect(limiter.attempt("a", at: start) == .seconds(60))
        #expect(limiter.attempt("", at: start) == nil)
    }

    @Test func areForgottenAfterASuccess() {
        var limiter = AttemptLimiter(limit: 2, window: .seconds(60))
        for _ in 0..<5 {
            #expect(limiter.attempt("a", at: start) == nil)
            #expect(limiter.attempt("a", at: start) == nil)
            limiter.clear("a")
        }
    }

    @Test func areNeverAllowedWithALimitOfNone() {
        var limiter = AttemptLimiter(limit: 0, window: .seconds(60))
        #expect(limiter.attempt("a", at: start) == .seconds(60))
    }

    /// An attacker with many addresses must neither fill the memory nor set everybody's count back.
    @Test func ofAHundredThousandKeysForgetTheOldestAndKeepTheNewest() {
        var limiter = AttemptLimiter(limit: 1, window: .minutes(60))
        #expect(limiter.attempt("oldest", at: start) == nil)
        for number in 1...100_000 {
            let now = start + Milliseconds(Int64(number))
            #expect(limiter.attempt("\(number)", at: now) == nil)
            #expect(limiter.attempt("\(number)", at: now) != nil, "the newest is always known")
        }
        let now = start + Milliseconds(100_001)
        #expect(limiter.attempt("99999", at: now) != nil)
        #expect(limiter.attempt("98000", at: now) != nil)
        #expect(limiter.attempt("oldest", at: now) == nil, "memory is bounded")
    }
}
