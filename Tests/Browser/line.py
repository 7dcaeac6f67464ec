"""A person's line to the server: a relay of TCP bytes that a test can freeze, cut or slow. Media on the loopback goes past it."""

import contextlib
import socket
import struct
import threading

CHUNK_BYTES = 16 * 1024


class Line:
    def __init__(self, server_port: int):
        self.server_port = server_port
        self.bytes_per_s: int | None = None
        """Upload speed of the line; None: as fast as it goes."""
        self._flowing = threading.Event()
        self._flowing.set()
        self._closing = threading.Event()
        self._is_cut = False
        self._sockets: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def freeze(self) -> None:
        """Nothing passes any more, and nobody is told: a tunnel, a lift. New connections hang too."""
        self._flowing.clear()

    def cut(self) -> None:
        """Resets every connection, and every new one, until `mend`."""
        self._is_cut = True
        self.reset()

    def mend(self) -> None:
        self._is_cut = False
        self._flowing.set()

    def reset(self) -> None:
        """Resets the connections that are open now."""
        with self._lock:
            open_now = list(self._sockets)
        for one in open_now:
            abort(one)

    def close(self) -> None:
        self._closing.set()
        self.mend()
        self._listener.close()
        self.reset()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self._is_cut:
                abort(near)
                continue
            threading.Thread(target=self._connect, args=(near,), daemon=True).start()

    def _connect(self, near: socket.socket) -> None:
        self._flowing.wait()
        try:
            far = socket.create_connection(("127.0.0.1", self.server_port), timeout=5)
        except OSError:
            abort(near)
            return
        for one in (near, far):
            one.settimeout(None)
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._sockets |= {near, far}
        threading.Thread(target=self._pump, args=(near, far, True), daemon=True).start()
        self._pump(far, near, False)

    def _pump(self, source: socket.socket, target: socket.socket, is_upload: bool) -> None:
        with contextlib.suppress(OSError):
            while chunk := source.recv(CHUNK_BYTES):
                self._flowing.wait()
                target.sendall(chunk)
                if is_upload and self.bytes_per_s:
                    self._closing.wait(len(chunk) / self.bytes_per_s)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)
        if not is_upload:
            with self._lock:
                self._sockets -= {source, target}
            source.close()
            target.close()


def abort(one: socket.socket) -> None:
    """Closes with a reset, so that the other end learns of it at once."""
    with contextlib.suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        one.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        one.close()
