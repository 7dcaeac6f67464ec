/// A person's name for paper that lies about: the first character, and stars that do not tell how long it is past three.
///
/// 林小明 → 林**, 林明 → 林*, 林 → *
public func maskedName(_ name: String) -> String {
    let name = displayed(name).filter { !$0.isNewline }
    guard let first = name.first, name.count > 1 else { return "*" }
    return String(first) + String(repeating: "*", count: min(2, name.count - 1))
}
