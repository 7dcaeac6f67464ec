import BrokerCore
import BrokerStore
import SignalingProtocol
import WebServer

extension Engine {
    static let wayRoutes = [
        Route("GET", "/api/v1/catalogue/{code}/ways") { engine, call in engine.sendWays(call) },
        Route("GET", "/api/v1/admin/halls/{hall}/place") { engine, call in engine.sendPlace(call) },
        Route("PUT", "/api/v1/admin/halls/{hall}/place") { engine, call in engine.readBody(call, as: PlaceBody.self) { engine.setPlace($0, call) } },
    ]

    /// `kind` and `language` as in taking a ticket; without them any kind that the item offers, in any language.
    private func sendWays(_ call: Route.Call) {
        let query = call.exchange.head.query
        guard let item = broker.publishedItems.first(where: { $0.code.text == call.parameters["code"] }) else { return refuse(call, WireError(.notFound)) }
        guard let kind = query["kind"].map(SessionKind.init(rawValue:)) ?? item.kinds.first, item.kinds.contains(kind) else {
            return refuse(call, WireError(.invalidField, field: "kind"))
        }
        let language = query["language"].flatMap(SpokenLanguage.init(rawValue:))
        guard language != nil || query["language"] == nil else { return refuse(call, WireError(.invalidField, field: "language")) }
        let halls = broker.prospects(for: item, kind: kind, language: language).map { prospect in
            Ways.Hall(prospect: prospect, nextSlot: firstSlot(of: item, kind: kind, language: language, in: prospect.hall.id), place: places[prospect.hall.id])
        }
        answer(call, WayList(itemCode: item.code, kind: kind, ways: Ways.ranked(halls)))
    }

    private func sendPlace(_ call: Route.Call) {
        guard let hall = ownHall(call) else { return }
        answer(call, PlaceBody(places[hall]))
    }

    private func setPlace(_ body: PlaceBody, _ call: Route.Call) {
        guard let hall = ownHall(call) else { return }
        let place: HallPlace
        do throws(WireError) { place = try body.place(of: hall) } catch { return refuse(call, error) }
        guard takesWrites else { return refuse(call, storageUnavailable) }
        let store = store
        answerFromStore(call, { () throws(StoreError) in try store.setHallPlace(place) }) { [self] in
            places[hall] = place
            answer(call, PlaceBody(place))
        }
    }

    /// Only for the hall's own administrators: who answers for a hall says where it is.
    private func ownHall(_ call: Route.Call) -> HallID? {
        administeredHall(call)?.hall.id
    }
}

private struct WayList: Encodable {
    let itemCode: ItemCode
    let kind: SessionKind
    let ways: [Way]
}

/// A hall's place as an administrator reads and writes it. Empty texts: not known.
private struct PlaceBody: Codable, Sendable {
    let address: String
    let telephone: String
    let latitude: Double?
    let longitude: Double?
    let onlineName: String
    let onlineAddress: String
    let source: String

    private static let longestText = 200

    init(_ place: HallPlace?) {
        address = place?.address ?? ""
        telephone = place?.telephone ?? ""
        latitude = place?.position?.latitude
        longitude = place?.position?.longitude
        onlineName = place?.online?.name ?? ""
        onlineAddress = place?.online?.address ?? ""
        source = place?.source ?? ""
    }

    func place(of hall: HallID) throws(WireError) -> HallPlace {
        let texts = [("address", address), ("telephone", telephone), ("online_name", onlineName), ("online_address", onlineAddress), ("source", source)]
        for (field, text) in texts where text.count > Self.longestText { throw WireError(.invalidField, field: field) }
        guard !address.isEmpty else { throw WireError(.invalidField, field: "address") }
        guard !source.isEmpty else { throw WireError(.invalidField, field: "source") }
        guard (latitude == nil) == (longitude == nil) else { throw WireError(.invalidField, field: latitude == nil ? "latitude" : "longitude") }
        let position = latitude.flatMap { latitude in longitude.flatMap { HallPlace.Position(latitude: latitude, longitude: $0) } }
        guard position != nil || latitude == nil else { throw WireError(.invalidField, field: "latitude") }
        guard onlineName.isEmpty == onlineAddress.isEmpty else { throw WireError(.invalidField, field: onlineName.isEmpty ? "online_name" : "online_address") }
        // Anything but https would let a page lead people somewhere that nobody vouches for.
        guard onlineAddress.isEmpty || onlineAddress.hasPrefix("https://") else { throw WireError(.invalidField, field: "online_address") }
        return HallPlace(
            hall: hall, address: address, telephone: telephone, position: position,
            online: onlineName.isEmpty ? nil : HallPlace.OnlineOffice(name: onlineName, address: onlineAddress), source: source)
    }
}
