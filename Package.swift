// swift-tools-version: 6.1
import PackageDescription

// Imports point downward only; Tests/LayoutTests checks it, because SwiftPM does not.
let package = Package(
    name: "FarwindowBroker",
    products: [.executable(name: "farwindow", targets: ["farwindow"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        .systemLibrary(name: "CLibwebsockets", pkgConfig: "libwebsockets", providers: [.apt(["libwebsockets-dev"])]),
        .systemLibrary(name: "CLibzip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
        .target(name: "WebServer", dependencies: ["CLibwebsockets"]),
        .systemLibrary(name: "CQRencode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        .target(name: "Barcode", dependencies: ["CQRencode"]),
        .target(name: "SignalingProtocol", exclude: ["asyncapi.json"]),
        .target(
            name: "BrokerCore",
            dependencies: [
                "SignalingProtocol", .product(name: "HeapModule", package: "swift-collections"),
                .product(name: "OrderedCollections", package: "swift-collections"),
            ]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(name: "OutboundHTTP", dependencies: ["CCurl"]),
        .target(name: "Notices", dependencies: ["SignalingProtocol"]),
        .target(name: "Scheduling", dependencies: ["SignalingProtocol"]),
        .target(
            name: "BrokerStore",
            dependencies: [
                "BrokerCore", "CLibzip", "Scheduling", .product(name: "GRDB", package: "GRDB.swift"), .product(name: "Crypto", package: "swift-crypto"),
            ], exclude: ["Export/case-export.schema.json"]),
        .target(
            name: "Identity",
            dependencies: [
                "SignalingProtocol", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"), .product(name: "JWTKit", package: "jwt-kit"),
            ]),
        .target(name: "CProcessLimits"),
        .target(name: "MaterialCheck", dependencies: ["SignalingProtocol", "CProcessLimits"]),
        .target(name: "BrokerSimulator", dependencies: ["BrokerCore", "SignalingProtocol"]),
        .target(
            name: "Rehearsal",
            dependencies: ["BrokerCore", "Scheduling", "SignalingProtocol", .product(name: "HeapModule", package: "swift-collections")]),
        .target(
            name: "BrokerServer",
            dependencies: [
                "Barcode", "BrokerCore", "BrokerStore", "Identity", "MaterialCheck", "Notices", "OutboundHTTP", "Rehearsal", "Scheduling", "WebServer",
                .product(name: "Crypto", package: "swift-crypto"), .product(name: "Logging", package: "swift-log"),
            ], exclude: ["OpenAPI/openapi.json"]),
        .executableTarget(
            name: "farwindow",
            dependencies: [
                "BrokerServer", "BrokerSimulator", "BrokerStore", "BrokerCore", "Identity", "MaterialCheck", "WebServer",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(name: "EchoServer", dependencies: ["WebServer"], path: "Tests/EchoServer"),
        .testTarget(name: "WebServerTests", dependencies: ["WebServer"]),
        .testTarget(name: "BarcodeTests", dependencies: ["Barcode"]),
        .testTarget(name: "SignalingProtocolTests", dependencies: ["SignalingProtocol"]),
        .testTarget(name: "SchedulingTests", dependencies: ["Scheduling"]),
        .testTarget(name: "BrokerCoreTests", dependencies: ["BrokerCore", "BrokerSimulator"]),
        .testTarget(name: "BrokerSimulatorTests", dependencies: ["BrokerSimulator"], exclude: ["mutations"]),
        .testTarget(name: "RehearsalTests", dependencies: ["Rehearsal"]),
        .testTarget(name: "BrokerStoreTests", dependencies: ["BrokerStore"]),
        .testTarget(name: "IdentityTests", dependencies: ["Identity"]),
        .testTarget(name: "OutboundHTTPTests", dependencies: ["OutboundHTTP"]),
        .testTarget(name: "MaterialCheckTests", dependencies: ["MaterialCheck"]),
        .testTarget(name: "NoticesTests", dependencies: ["Notices"]),
        .testTarget(name: "BrokerServerTests", dependencies: ["BrokerServer"]),
        .testTarget(name: "LayoutTests"),
    ],
    swiftLanguageModes: [.v6]
)
