import CLibwebsockets
import Glibc

/// One message on the heap with the room libwebsockets needs in front of it to write the frame header in place.
final class Frame {
    private let base: UnsafeMutableRawPointer
    let count: Int
    let kind: lws_write_protocol

    /// The pieces one after the other.
    init(_ pieces: some Sequence<UnsafeRawBufferPointer>, count: Int, kind: lws_write_protocol) {
        self.count = count
        self.kind = kind
        base = .allocate(byteCount: framePrefixBytes + count, alignment: 16)
        copyPieces(pieces, to: base + framePrefixBytes)
    }

    deinit {
        base.deallocate()
    }

    /// Valid as long as the frame; `framePrefixBytes` in front of it belong to the frame too.
    var payload: UnsafeMutablePointer<UInt8> {
        (base + framePrefixBytes).assumingMemoryBound(to: UInt8.self)
    }
}

/// One buffer of the loop for what is written at once: then nothing has to be allocated for a message.
final class ScratchBuffer {
    private let base: UnsafeMutableRawPointer
    let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        base = .allocate(byteCount: framePrefixBytes + capacity, alignment: 16)
    }

    deinit {
        base.deallocate()
    }

    var payload: UnsafeMutablePointer<UInt8> {
        (base + framePrefixBytes).assumingMemoryBound(to: UInt8.self)
    }
}

/// `LWS_PRE`: what `lws_write()` may overwrite in front of the bytes it is given.
let framePrefixBytes = Int(clws_prefix_bytes)

func copyPieces(_ pieces: some Sequence<UnsafeRawBufferPointer>, to destination: UnsafeMutableRawPointer) {
    var destination = destination
    for piece in pieces {
        guard let source = piece.baseAddress else { continue }
        destination.copyMemory(from: source, byteCount: piece.count)
        destination += piece.count
    }
}
