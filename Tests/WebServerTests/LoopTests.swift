import Foundation
import Synchronization
import Testing

@testable import WebServer

@Suite struct LoopTests {
    @Test func runsSubmittedWorkInOrderFromManyThreads() throws {
        let total = Mailbox<Int>()
        let server = try TestServer()
        let sum = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            for number in 0..<1_000 {
                server.handle.submit { _ in sum.withLock { $0 += 1 } }
                if thread == 0, number == 999 { server.handle.submit { _ in total.put(0) } }
            }
        }
        _ = try total.take()
        server.handle.submit { _ in total.put(sum.withLock { $0 }) }
        #expect(try total.take() == 8_000)
        #expect(try server.stop() == nil)
        #expect(!server.handle.submit { _ in total.put(-1) })
    }

    @Test func timersFireInOrderAndCanBeCancelled() throws {
        let fired = Mailbox<Int>()
        let server = try TestServer { reactions in
            reactions.started = { loop in
                _ = loop.schedule(after: .milliseconds(60)) { fired.put(3) }
                let cancelled = loop.schedule(after: .milliseconds(30)) { fired.put(2) }
                _ = loop.schedule(after: .milliseconds(10)) {
                    fired.put(1)
                    loop.cancel(cancelled)
                    _ = loop.schedule(after: .milliseconds(100)) { fired.put(4) }
                }
                _ = loop.schedule(after: .zero) { fired.put(0) }
                _ = loop.schedule(after: .seconds(Int64.max / 1_000)) { fired.put(-1) }
            }
        }
        for expected in [0, 1, 3, 4] { #expect(try fired.take() == expected) }
        try server.stop()
    }

    @Test func stopSays1001ToEverybody() throws {
        let reasons = Mailbox<CloseReason>()
        let stopping = Mailbox<Int>()
        let server = try TestServer { reactions in
            reactions.closed = { reasons.put($1) }
            reactions.stopping = { _ in stopping.put(1) }
        }
        let clients = try (1...20).map { _ in try Client.webSocket(server.port) }
        let idle = try Client(server.port)
        #expect(try idle.request("GET", "/api/a").status == 200)
        server.handle.stop()
        server.handle.stop()
        for client in clients {
            #expect(try client.takeFrame().closeCode == 1001)
            try client.sendFrame(WireFrame.close, [0x03, 0xE9])
        }
        #expect(try server.waitForEnd() == nil)
        for _ in clients { #expect(try reasons.take() == .serverStopping) }
        #expect(reasons.isEmpty)
        _ = try stopping.take()
        #expect(stopping.isEmpty)
        try idle.takeRest()
    }

    /// The other servers of this process are told to ignore the signal.
    @Test func sigtermEndsTheRunWithConnectionsOpen() throws {
        let server = try TestServer(configure: { $0.stopSignals = [SIGTERM] })
        let clients = try (1...5).map { _ in try Client.webSocket(server.port) }
        let waiting = try Client(server.port)
        kill(getpid(), SIGTERM)
        #expect(try server.waitForEnd() == nil)
        for client in clients { #expect(try client.takeFrame().closeCode == 1001) }
        try waiting.takeRest()
    }

    @Test func stopsFromInsideEveryKindOfCallback() throws {
        for kind in 0..<4 {
            let server = try TestServer { reactions in
                reactions.started = { loop in
                    reactions.request = { exchange in
                        exchange.respond(status: 200)
                        if kind == 0 { loop.stop() }
                    }
                    reactions.opened = { _ in if kind == 1 { loop.stop() } }
                    reactions.message = { _, _ in if kind == 2 { loop.stop() } }
                    if kind == 3 { _ = loop.schedule(after: .milliseconds(1)) { loop.stop() } }
                }
            }
            if kind < 3 {
                if kind == 0 {
                    _ = try Client(server.port).request("GET", "/api/x")
                } else {
                    let client = try Client.webSocket(server.port)
                    try client.sendText("x")
                    #expect(try client.takeFrame().closeCode == 1001)
                }
            }
            #expect(try server.waitForEnd() == nil)
        }
    }

    @Test func namesWhyItCannotStart() throws {
        let first = try TestServer()
        #expect(try TestServer(configure: { $0.port = first.port }).waitForEnd() == "cannot_listen")
        #expect(try TestServer(configure: { $0.host = "localhost" }).waitForEnd() == "invalid_address")
        #expect(try TestServer(configure: { $0.port = 70_000 }).waitForEnd() == "invalid_address")
        #expect(
            try TestServer(configure: { $0.staticMounts = [StaticMount(urlPath: "/", directory: "/nowhere")] }).waitForEnd()
                == "mount_unreadable")
        let missing = TLSFiles(certificatePath: "/nowhere.pem", privateKeyPath: "/nowhere.key")
        #expect(try TestServer(configure: { $0.tls = missing }).waitForEnd() == "tls_file_unreadable")
        try first.stop()
    }

    @Test func namesThePackageOfAMissingPlugin() throws {
        let error = #expect(throws: ServerStartError.self) { try StartCheck.checkPlugin(at: "/nowhere/plugin.so") }
        #expect(error?.description.contains("libwebsockets-evlib-uv") == true)
        #expect(access(StartCheck.pluginPath, R_OK) == 0)
    }

    @Test func listensOnBothFamilies() throws {
        let server = try TestServer(configure: { $0.host = "::" })
        let addresses = try Client(server.port).request("GET", "/api/a")
        #expect(addresses.status == 200)
        try server.stop()
    }

    @Test func keepsNoSocketBeyondTheRun() throws {
        let loops = Mailbox<Int>()
        let server = try TestServer { reactions in
            reactions.started = { loop in
                reactions.request = { exchange in
                    exchange.respond(status: 200)
                    loops.put(loop.adoptedSockets)
                }
            }
        }
        for _ in 1...5 {
            let client = try Client(server.port)
            #expect(try client.request("GET", "/api/x", ["Connection: close"]).status == 200)
            try client.takeRest()
            #expect(try loops.take() <= 2)
        }
        try server.stop()
    }
}

@Suite struct TimerHeapTests {
    /// Against a sorted list, with a seed that is printed when it fails.
    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func agreesWithSortedList(_ seed: UInt64) {
        var random = SplitMix(state: seed)
        var heap = TimerHeap()
        var model: [(deadline: Int64, order: Int, id: TimerID)] = []
        var fired: [Int] = []
        var expected: [Int] = []
        var now: Int64 = 0
        for order in 0..<2_000 {
            let deadline = now + Int64(random.next() % 100)
            let id = heap.schedule(at: deadline) { fired.append(order) }
            model.append((deadline, order, id))
            if random.next() % 3 == 0, !model.isEmpty {
                let index = Int(random.next() % UInt64(model.count))
                heap.cancel(model.remove(at: index).id)
            }
            now += Int64(random.next() % 3)
            while let action = heap.popDue(now: now) { action() }
            let due = model.filter { $0.deadline <= now }.sorted { ($0.deadline, $0.order) < ($1.deadline, $1.order) }
            expected += due.map(\.order)
            model.removeAll { $0.deadline <= now }
            #expect(heap.count == model.count && heap.nextDeadline == model.map(\.deadline).min(), "seed \(seed)")
        }
        #expect(fired == expected, "seed \(seed)")
    }

    struct SplitMix: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }
}
