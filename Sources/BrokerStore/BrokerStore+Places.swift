import GRDB
import SignalingProtocol

/// Where a hall's own windows are, and where its matters are done online.
public struct HallPlace: Hashable, Sendable {
    /// Degrees, WGS 84.
    public struct Position: Codable, Hashable, Sendable {
        public let latitude: Double
        public let longitude: Double

        /// - Returns: nil when there is no such place on earth.
        public init?(latitude: Double, longitude: Double) {
            guard (-90...90).contains(latitude), (-180...180).contains(longitude) else { return nil }
            self.latitude = latitude
            self.longitude = longitude
        }
    }

    public struct OnlineOffice: Codable, Hashable, Sendable {
        public let name: String
        /// An `https` address.
        public let address: String

        public init(name: String, address: String) {
            self.name = name
            self.address = address
        }
    }

    public var hall: HallID
    public var address: String
    /// Empty: not known.
    public var telephone: String
    public var position: Position?
    public var online: OnlineOffice?
    /// Where this is known from; `GK` is general knowledge, to verify.
    public var source: String

    public init(hall: HallID, address: String, telephone: String, position: Position?, online: OnlineOffice?, source: String) {
        self.hall = hall
        self.address = address
        self.telephone = telephone
        self.position = position
        self.online = online
        self.source = source
    }
}

extension BrokerStore {
    public func hallPlaces() throws(StoreError) -> [HallPlace] {
        try read("hall_place") { db in
            try Row.fetchAll(db, sql: "SELECT * FROM hall_place ORDER BY hall").map { row in
                let latitude: Double? = row["latitude"]
                let longitude: Double? = row["longitude"]
                let name: String = row["online_name"]
                return HallPlace(
                    hall: try row.code("hall"), address: row["address"], telephone: row["telephone"],
                    position: latitude.flatMap { latitude in longitude.flatMap { HallPlace.Position(latitude: latitude, longitude: $0) } },
                    online: name.isEmpty ? nil : HallPlace.OnlineOffice(name: name, address: row["online_address"]), source: row["source"])
            }
        }
    }

    /// - Throws: `StoreError.refused` for an unknown hall.
    public func setHallPlace(_ place: HallPlace) throws(StoreError) {
        try write { db in
            try db.execute(
                sql: """
                    INSERT OR REPLACE INTO hall_place (hall, address, telephone, latitude, longitude, online_name, online_address, source)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    place.hall.text, place.address, place.telephone, place.position?.latitude, place.position?.longitude, place.online?.name ?? "",
                    place.online?.address ?? "", place.source,
                ])
            try audit(.hallChanged, on: "hall:\(place.hall)", in: place.hall, detail: "place", db)
        }
    }
}
