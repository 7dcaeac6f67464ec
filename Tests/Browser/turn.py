"""A real coturn with the shipped configuration, and a client of TURN (RFC 8656) that does no more than ask."""

import base64
import hashlib
import hmac
import ipaddress
import os
import socket
import struct
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from server import ROOT, free_port
from waiting import until

REALM = "turn.example"
# On one machine everybody is at the loopback, which the shipped configuration rightly denies.
LOOPBACK = ("allow-loopback-peers", "allowed-peer-ip=127.0.0.1")

BINDING, ALLOCATE, CREATE_PERMISSION = 0x0001, 0x0003, 0x0008
SUCCESS, ERROR = 0x0100, 0x0110
USERNAME, INTEGRITY, ERROR_CODE, PEER_ADDRESS, REALM_NAME, NONCE, FAMILY, TRANSPORT = 0x06, 0x08, 0x09, 0x12, 0x14, 0x15, 0x17, 0x19
COOKIE = 0x2112A442
UDP = 17
STALE_NONCE = 438


class Coturn:
    def __init__(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self.port, self.tls_port = free_port(), free_port()
        certificate, key = folder / "certificate.pem", folder / "key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={REALM}", "-days", "2", "-keyout", key, "-out", certificate],
            check=True, capture_output=True,
        )  # fmt: skip
        self.secret_file = folder / "turn-secret"
        self.secret_file.write_text(os.urandom(24).hex() + "\n")
        self.secret_file.chmod(0o600)
        self._configuration = folder / "turnserver.conf"
        self._process: subprocess.Popen | None = None
        subprocess.run(
            [
                ROOT / "ops" / "turn" / "render", "--realm", REALM, "--secret-file", self.secret_file, "--address", "127.0.0.1", "--address", "::1",
                "--certificate", certificate, "--key", key, "--output", self._configuration,
            ], check=True,
        )  # fmt: skip
        with self._configuration.open("a") as configuration:
            ports = f"listening-port={self.port}", f"tls-listening-port={self.tls_port}"
            for line in (*ports, f"userdb={folder / 'turndb'}", f"pidfile={folder / 'pid'}", *LOOPBACK):
                configuration.write(line + "\n")

    @property
    def secret(self) -> str:
        return self.secret_file.read_text().strip()

    @property
    def urls(self) -> list[str]:
        return [f"turn:127.0.0.1:{self.port}?transport={transport}" for transport in ("udp", "tcp")]

    @property
    def flags(self) -> list[str]:
        """For a Farwindow server that uses it."""
        return ["--turn-secret-file", str(self.secret_file), "--turn-urls", *self.urls]

    def start(self) -> "Coturn":
        self._process = subprocess.Popen(
            ["turnserver", "-c", self._configuration], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until(self._is_ready, "coturn to listen")
        return self

    def _is_ready(self) -> bool:
        assert self._process.poll() is None, f"coturn ended with {self._process.returncode}"
        # TCP is open a moment before UDP.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.settimeout(0.2)
            try:
                probe.connect(("127.0.0.1", self.port))
                probe.send(struct.pack("!HHI", BINDING, 0, COOKIE) + os.urandom(12))
                return len(probe.recv(2048)) >= 20
            except OSError:
                return False

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(10)

    def stop(self) -> None:
        if self._process and self._process.poll() is None:
            self.kill()

    def credential(self, lifetime_s: int, name: str = "test") -> tuple[str, str]:
        """Made here, not by Farwindow, so that it can be one that has expired."""
        username = f"{int(time.time()) + lifetime_s}:{name}"
        return username, base64.b64encode(hmac.digest(self.secret.encode(), username.encode(), "sha1")).decode()


@dataclass(frozen=True)
class Answer:
    kind: int
    attributes: dict[int, bytes]

    @property
    def error(self) -> int | None:
        """The error's number, or None when it was done."""
        if self.kind & ERROR != ERROR:
            return None
        code = self.attributes[ERROR_CODE]
        return code[2] * 100 + code[3]


class Client:
    """One client over UDP."""

    def __init__(self, port: int, username: str, password: str):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.settimeout(5)
        self._socket.connect(("127.0.0.1", port))
        self._username = username
        self._password = password
        self._known: list[tuple[int, bytes]] = []
        self._realm = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()

    def allocate(self, family: int = 4) -> Answer:
        wanted = [(TRANSPORT, bytes([UDP, 0, 0, 0])), (FAMILY, bytes([1 if family == 4 else 2, 0, 0, 0]))]
        challenge = self._ask(ALLOCATE, wanted)
        assert challenge.error == 401, "nobody gets in without saying who they are"
        self._realm = challenge.attributes[REALM_NAME]
        self._take_nonce(challenge)
        return self._ask(ALLOCATE, wanted)

    def permit(self, peer: str) -> Answer:
        """Asks that packets of this peer may come and go."""
        return self._ask(CREATE_PERMISSION, [(PEER_ADDRESS, None)], peer)

    def _take_nonce(self, answer: Answer) -> None:
        self._known = [(USERNAME, self._username.encode()), (REALM_NAME, self._realm), (NONCE, answer.attributes[NONCE])]

    def _ask(self, kind: int, attributes: list, peer: str = "") -> Answer:
        answer = self._ask_once(kind, attributes, peer)
        while answer.error == STALE_NONCE:
            # The refusal brings the next nonce (RFC 8489, 9.2.5).
            self._take_nonce(answer)
            answer = self._ask_once(kind, attributes, peer)
        return answer

    def _ask_once(self, kind: int, attributes: list, peer: str) -> Answer:
        transaction = os.urandom(12)
        body = b""
        for name, value in attributes + self._known:
            body += attribute(name, xored(peer, transaction) if value is None else value)
        if self._known:
            # The length counts the integrity that is still to come (RFC 8489, 14.5).
            key = hashlib.md5(f"{self._username}:{self._realm.decode()}:{self._password}".encode(), usedforsecurity=False).digest()
            head = struct.pack("!HHI", kind, len(body) + 24, COOKIE) + transaction
            body += attribute(INTEGRITY, hmac.digest(key, head + body, "sha1"))
        self._socket.send(struct.pack("!HHI", kind, len(body), COOKIE) + transaction + body)
        while True:
            told = self._socket.recv(2048)
            if told[8:20] == transaction:
                return Answer(struct.unpack("!H", told[:2])[0], parsed(told[20:]))


def attribute(name: int, value: bytes) -> bytes:
    return struct.pack("!HH", name, len(value)) + value + bytes(-len(value) % 4)


def parsed(body: bytes) -> dict[int, bytes]:
    found = {}
    while len(body) >= 4:
        name, length = struct.unpack("!HH", body[:4])
        found.setdefault(name, body[4 : 4 + length])
        body = body[4 + length + (-length % 4) :]
    return found


def xored(address: str, transaction: bytes, port: int = 9) -> bytes:
    """XOR-PEER-ADDRESS (RFC 8489, 14.2)."""
    known = ipaddress.ip_address(address)
    mask = struct.pack("!I", COOKIE) + transaction
    packed = bytes(one ^ other for one, other in zip(known.packed, mask, strict=False))
    return struct.pack("!BBH", 0, 1 if known.version == 4 else 2, port ^ (COOKIE >> 16)) + packed
