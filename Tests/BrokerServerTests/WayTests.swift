import BrokerCore
import BrokerStore
import Foundation
import SignalingProtocol
import Testing

@testable import BrokerServer

@Suite("The best way to get an item done")
struct WayTests {
    private static let now = Instant(milliseconds: 1_795_000_000_000)

    private func hall(
        _ id: String, seats: Int = 0, waiting: Int = 0, p50: Int64? = nil, p80: Int64? = nil, slotInMinutes: Int64? = nil, hasPlace: Bool = false
    ) -> Ways.Hall {
        let code: HallID = Fixtures.code(id)
        let estimate = p50.flatMap { p50 in p80.map { WaitEstimate(p50: .minutes(p50), p80: .minutes($0)) } }
        return Ways.Hall(
            prospect: Broker.Prospect(hall: HallView(id: code, name: id), waiting: waiting, seatsOpen: seats, estimate: estimate, opening: nil),
            nextSlot: slotInMinutes.map { Self.now + .minutes($0) },
            place: hasPlace
                ? HallPlace(
                    hall: code, address: "某路 1 号", telephone: "", position: nil,
                    online: HallPlace.OnlineOffice(name: "电子税务局", address: "https://tax.example"), source: "GK") : nil)
    }

    private func told(_ halls: [Ways.Hall]) -> [String] {
        Ways.ranked(halls).map { "\($0.kind.rawValue) \($0.hall?.id.text ?? "-") \($0.reason.rawValue)" }
    }

    @Test func aShortWaitComesFirstThenATimeOfOnesOwn() {
        let halls = [hall("a", seats: 2, waiting: 3, p50: 12, p80: 20, slotInMinutes: 60, hasPlace: true), hall("b", seats: 1, p50: 2, p80: 5, hasPlace: true)]
        #expect(
            told(halls) == [
                "video-now b short-wait", "video-now a short-wait", "appointment a chosen-time", "online - perhaps-online", "window a in-person",
                "window b in-person",
            ])
    }

    @Test func manyWaitingOrNobodyThereMakesABookingBest() {
        let halls = [hall("a", seats: 1, waiting: 20, p50: 90, p80: 150, slotInMinutes: 60 * 20), hall("b", slotInMinutes: 60)]
        #expect(told(halls) == ["appointment b closed-now", "appointment a long-wait", "video-now a long-wait", "video-now b closed-now"])
    }

    @Test func aSeatThatIsSignedOnButRestsPromisesNoShortWait() {
        #expect(told([hall("a", seats: 1)]) == ["video-now a long-wait"])
    }

    @Test func noHallNoWay() { #expect(told([]) == []) }

    @Test func overHTTP() throws {
        let (folder, _, _) = try WaitingHall.open()
        let server = try LiveServer(folder: folder)
        let reply = try server.ask("GET", "/api/v1/catalogue/change/ways")
        #expect(reply.status == 200)
        #expect(reply["item_code"] == "change")
        #expect(try server.ask("GET", "/api/v1/catalogue/nothing/ways").status == 404)
        for (query, field) in [("kind=dance", "kind"), ("language=klingon", "language")] {
            let wrong = try server.ask("GET", "/api/v1/catalogue/change/ways?\(query)")
            #expect(wrong.status == 400 || wrong.status == 422)
            #expect(wrong["field"] == field)
        }
        #expect(try server.ask("GET", "/api/v1/admin/halls/445102/place").status == 401)
        try server.stop()
    }
}

@Suite("Search words")
struct SearchWordTests {
    @Test func readingsNameEveryCharacter() {
        #expect(Readings.of("开具 A4（税）") == "kai|ju|a|4|shui")
        #expect(Readings.of("银行调整") == "yin|xing/hang|tiao/diao|zheng")
        #expect(Readings.of("") == "")
    }

    @Test func otherNamesComeWithTheirReadings() {
        let words = SearchWords(name: "开具税收完税证明")
        #expect(words.traditional == "開具稅收完稅證明")
        #expect(words.otherNames.contains(SearchWords.Word(name: "纳税证明", readings: "na|shui|zheng|ming")))
        #expect(!words.otherNames.contains { $0.name == "完税证明" })
        #expect(SearchWords(name: "ABC").traditional == nil)
    }
}
