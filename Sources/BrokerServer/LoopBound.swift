import WebServer

/// Carries a value that belongs to the loop thread through code that runs elsewhere.
///
/// `@unchecked Sendable` is right because the value can be reached only with a `Loop` in hand: a `Loop` is not Sendable and is given out on its own thread
/// only, so whoever calls `value(on:)` is on that thread. Other threads may only pass the box along.
struct LoopBound<Value>: @unchecked Sendable {
    private let value: Value

    /// Called on the loop thread.
    init(_ value: Value, on _: Loop) { self.value = value }

    func value(on _: Loop) -> Value { value }
}
