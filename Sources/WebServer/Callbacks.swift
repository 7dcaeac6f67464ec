import CLibwebsockets

// The functions libwebsockets calls. They are global and nonisolated, as a C function pointer has no context and an
// isolated closure would trap on the loop thread. They only translate: what happens is decided in the types.

/// Tells libwebsockets to close the connection.
private let closeConnection: Int32 = -1

func serviceCallback(
    _ handle: OpaquePointer?, _ reason: lws_callback_reasons, _ user: UnsafeMutableRawPointer?,
    _ input: UnsafeMutableRawPointer?, _ count: Int
) -> Int32 {
    guard let handle, let context = lws_get_context(handle), let opaque = lws_context_user(context) else { return 0 }
    let loop = Unmanaged<Loop>.fromOpaque(opaque).takeUnretainedValue()
    let bytes = UnsafeRawBufferPointer(start: input, count: input == nil ? 0 : count)

    switch reason {
    case LWS_CALLBACK_EVENT_WAIT_CANCELLED:
        loop.wokenUp()
        return 0
    case LWS_CALLBACK_RAW_RX_FILE:
        loop.socketsBecameReady()
        return 0
    case LWS_CALLBACK_FILTER_NETWORK_CONNECTION:
        // What stands for the input is the descriptor itself.
        return loop.takesConnection(Int32(truncatingIfNeeded: Int(bitPattern: input))) ? 0 : closeConnection
    case LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED:
        loop.connectionAccepted(handle)
        return 0
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return loop.confirmUpgrade(handle) ? 0 : closeConnection
    case LWS_CALLBACK_RAW_RX:
        loop.refuseUnknownMethod(handle)
        return closeConnection
    case LWS_CALLBACK_CLOSED, LWS_CALLBACK_CLOSED_HTTP, LWS_CALLBACK_RAW_CLOSE, LWS_CALLBACK_WSI_DESTROY:
        // Whichever comes first; not every state of a connection gets the specific one.
        loop.retireSocket(handle)
        return 0
    case LWS_CALLBACK_HTTP, LWS_CALLBACK_ESTABLISHED:
        return serve(loop.socket(for: handle), reason, bytes)
    default:
        guard let socket = loop.existingSocket(for: handle) else { return 0 }
        return serve(socket, reason, bytes)
    }
}

/// Events of one socket. Its role may change during the call, so nothing of it is kept.
private func serve(_ socket: Socket, _ reason: lws_callback_reasons, _ bytes: UnsafeRawBufferPointer) -> Int32 {
    let loop = socket.loop
    let outer = loop.socketInService
    loop.socketInService = socket
    defer { loop.socketInService = outer }

    let goesOn = dispatch(socket, reason, bytes)
    return goesOn && !socket.mustClose ? 0 : closeConnection
}

/// - Returns: false when the socket is to be closed now.
private func dispatch(_ socket: Socket, _ reason: lws_callback_reasons, _ bytes: UnsafeRawBufferPointer) -> Bool {
    switch (reason, socket.role) {
    case (LWS_CALLBACK_HTTP, _):
        socket.loop.requestArrived(on: socket)
    case (LWS_CALLBACK_HTTP_BODY, .exchange(let exchange)):
        exchange.received(bytes)
    case (LWS_CALLBACK_HTTP_BODY_COMPLETION, .exchange(let exchange)):
        exchange.bodyCompleted()
        exchange.settle()
    case (LWS_CALLBACK_ESTABLISHED, _):
        socket.loop.connectionEstablished(on: socket)
    case (LWS_CALLBACK_RECEIVE, .connection(let connection)):
        connection.received(bytes)
    case (LWS_CALLBACK_RECEIVE_PONG, .connection(let connection)):
        connection.receivedPong()
    case (LWS_CALLBACK_SERVER_WRITEABLE, .connection(let connection)):
        return connection.writable()
    case (LWS_CALLBACK_WS_PEER_INITIATED_CLOSE, .connection(let connection)):
        connection.peerIsClosing(bytes)
    default:
        // Reasons without meaning for this role, or for this server at all.
        break
    }
    return true
}

func timerCallback(_ element: UnsafeMutablePointer<lws_sorted_usec_list_t>?) {
    guard let element, let owner = clws_timer_owner(element) else { return }
    Unmanaged<Loop>.fromOpaque(owner).takeUnretainedValue().timerFired()
}

/// libuv turns the signal into an event of the loop, so this is no signal handler but ordinary code.
func signalCallback(_ signalHandle: UnsafeMutableRawPointer?, _ signal: Int32) {
    guard let signalHandle, let context = clws_context_of_signal(signalHandle),
        let opaque = lws_context_user(context)
    else { return }
    Unmanaged<Loop>.fromOpaque(opaque).takeUnretainedValue().signalled(signal)
}
