import BrokerCore
import SignalingProtocol
import Testing

@Suite("Files that come and go from outside a connection")
struct ReplacementTests {
    private func file(_ number: Int) -> FileView { Fixtures.file(number, for: Fixtures.application) }

    @Test func aReplacementTakesThePlaceInOneTurn() throws {
        let (floor, wang, zheng) = Floor.inSession()
        for number in 1...Limits.filesPerMaterial { #expect(wang.handIn(number) == .ok) }
        zheng.judge(Fixtures.application, .accepted)
        #expect(floor.handIn(file(11), to: wang.caseID, by: wang.id, replacing: nil) == .failure(WireError(.tooManyFiles)))
        _ = try #require(floor.handIn(file(12), to: wang.caseID, by: wang.id, replacing: file(3).id)).get()
        let files = try #require(zheng.sees.materials[Fixtures.application]?.files.map(\.id))
        #expect(files.count == Limits.filesPerMaterial && !files.contains(file(3).id) && files[2] == file(12).id, "in the same place")
        #expect(floor.discarded == [file(11).id, file(3).id])
        #expect(zheng.sees.materials[Fixtures.application]?.verdict == nil, "nobody has judged the new one")
        floor.crash()
        wang.open()
        #expect(wang.sees.materials[Fixtures.application]?.files.map(\.id) == files)
    }

    @Test func whatIsToBeReplacedMayBeGoneOrElsewhere() throws {
        let floor = Floor()
        let wang = floor.citizen("王秀英")
        wang.takeTicket()
        #expect(wang.handIn(1) == .ok)
        _ = try #require(floor.handIn(file(2), to: wang.caseID, by: wang.id, replacing: file(9).id)).get()
        #expect(wang.sees.materials[Fixtures.application]?.files.map(\.id) == [file(1).id, file(2).id])
        #expect(floor.discarded.isEmpty)
    }

    @Test func aFileIsTakenBackByWhoseCaseItIs() throws {
        let (floor, wang, zheng) = Floor.inSession()
        wang.handIn(1)
        let caseID = wang.caseID
        let chen = floor.citizen("陈志强")
        #expect(floor.withdraw(file(1).id, from: caseID, by: chen.id) == .failure(WireError(.notFound)))
        #expect(floor.withdraw(file(2).id, from: caseID, by: wang.id) == .failure(WireError(.notFound)))
        let removed = try #require(floor.withdraw(file(1).id, from: caseID, by: wang.id)).get()
        #expect(removed.id == file(1).id)
        #expect(zheng.sees.materials[Fixtures.application]?.files.isEmpty == true)
        #expect(floor.discarded == [file(1).id])
        #expect(floor.broker.caseFile(caseID, of: wang.id)?.files.isEmpty == true)
        #expect(floor.broker.caseFile(caseID, of: chen.id) == nil)
    }
}
