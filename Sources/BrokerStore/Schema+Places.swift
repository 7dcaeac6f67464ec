extension Schema {
    /// Where a hall's own windows are, for who would rather go, or must.
    static let places = """
        CREATE TABLE hall_place (
            hall TEXT PRIMARY KEY REFERENCES hall (id),
            address TEXT NOT NULL,
            telephone TEXT NOT NULL,
            -- Degrees, WGS 84; both or none.
            latitude REAL CHECK (latitude BETWEEN -90 AND 90),
            longitude REAL CHECK (longitude BETWEEN -180 AND 180),
            -- Where such matters are done without anybody's help.
            online_name TEXT NOT NULL,
            online_address TEXT NOT NULL,
            -- Where this is known from; GK is general knowledge, to verify.
            source TEXT NOT NULL,
            CHECK ((latitude IS NULL) = (longitude IS NULL)),
            CHECK ((online_name = '') = (online_address = ''))
        ) STRICT;
        """
}
