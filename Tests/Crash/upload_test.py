"""Resumable uploads and kill -9: what the server said it has, it has; and a file is stored once, however often it died on the way."""

import base64
import hashlib
import random
import socket

import pytest

import vault
from crashing import CrashServer
from picture import photograph
from waiting import until
from wire import Reply, Visitor

SEED = 20261123
PIECE_BYTES = 70_000
TUS = {"Tus-Resumable": "1.0.0"}
TRIES = 40


class Sender:
    """A citizen's page with one file to send. It believes nothing but the server's answers."""

    def __init__(self, server: CrashServer, content: bytes):
        self.server = server
        self.content = content
        self.visitor = Visitor(server).sign_in_citizen()
        page = self.visitor.endpoint("citizen")
        page.command("ticket.take", {"hall_id": "445102", "item_code": "CZ-TAX-001", "kind": "pre-review"})
        self.case = page.push("ticket.updated")["ticket"]["case_id"]
        page.close()
        self.path: str | None = None
        self.acknowledged = 0
        self.file: str | None = None

    def ask(self, method: str, path: str, body: bytes | None = None, **fields: str) -> Reply | None:
        """None when the server died over it."""
        headers = TUS | {name.replace("_", "-"): value for name, value in fields.items()}
        try:
            return self.visitor.request(method, path, body, headers)
        except OSError:
            return None

    def create(self) -> None:
        pairs = {"case_id": self.case, "material_id": "M1", "filename": "照片.jpg"}
        metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())
        reply = self.ask("POST", "/api/v1/uploads", b"", Upload_Length=str(len(self.content)), Upload_Metadata=metadata)
        assert reply and reply.status == 201, reply
        self.path = reply.headers["location"]

    def go_on(self) -> bool:
        """Asks how far it is and sends the rest, piece by piece. Returns False when the server died."""
        reply = self.ask("HEAD", self.path)
        if reply is None:
            return False
        assert reply.status == 200, reply
        offset = int(reply.headers["upload-offset"])
        assert self.acknowledged <= offset <= len(self.content), "what was acknowledged is there"
        self.file = reply.headers.get("farwindow-file")
        while not self.file:
            piece = self.content[offset : offset + PIECE_BYTES]
            reply = self.ask("PATCH", self.path, piece, Upload_Offset=str(offset), Content_Type="application/offset+octet-stream")
            if reply is None:
                return False
            assert reply.status == 204, reply
            offset = self.acknowledged = int(reply.headers["upload-offset"])
            self.file = reply.headers.get("farwindow-file")
        return True

    def check_stored(self) -> None:
        with self.server.rows() as rows:
            stored = rows.execute("SELECT id, sha256, byte_count, removed FROM material_file WHERE case_id = ?", [self.case]).fetchall()
        assert [tuple(row) for row in stored] == [(self.file, hashlib.sha256(self.content).hexdigest(), len(self.content), 0)]
        assert vault.read(self.server.data, self.file, self.case) == self.content


def uploads(server: CrashServer) -> list[str]:
    return sorted(path.name for path in (server.data / "uploads").iterdir())


@pytest.mark.parametrize(
    "points",
    [
        ["segment-written:1", "segment-written:2", "segment-written:1"],
        ["segment-kept:1", "segment-kept:3", "segment-kept:1"],
        ["file-written:1", "file-written:1"],
        ["file-renamed:1", "file-renamed:1"],
        ["before-commit:2"],
        ["after-commit:2"],
        ["after-telling:2"],
    ],
    ids=lambda points: points[0],
)  # fmt: skip
def test_every_durable_step_of_an_upload_may_be_the_last(server, points):
    server.start()
    sender = Sender(server, photograph(300_000, SEED))
    sender.create()
    deaths = 0
    for point in points:
        server.kill()
        server.start_armed(point)
        if sender.go_on() and point != "after-telling:2":
            break
        server.process.wait(10)
        deaths += 1
    assert deaths, "the failpoint was never reached"
    if server.process.poll() is None:
        server.kill()
    server.start()
    assert sender.go_on()
    sender.check_stored()
    # Nothing of it lies about any more but the note of what became of it.
    server.kill_and_start()
    assert sender.go_on(), "and it is still known"
    until(lambda: uploads(server) == [f"{sender.file}.head"], "the bytes of the upload to go")
    assert server.incoming == []


def test_kill_between_the_pieces(server):
    """Three at once, killed at moments that nobody chose, again and again until all are stored."""
    moments = random.Random(SEED)
    server.start()
    senders = [Sender(server, photograph(250_000 + 1_000 * number, SEED + number)) for number in range(3)]
    for sender in senders:
        sender.create()
    for sender in senders:
        for _ in range(moments.randint(1, 3)):
            offset = sender.acknowledged
            piece = sender.content[offset : offset + PIECE_BYTES // 2]
            reply = sender.ask("PATCH", sender.path, piece, Upload_Offset=str(offset), Content_Type="application/offset+octet-stream")
            assert reply.status == 204
            sender.acknowledged = int(reply.headers["upload-offset"])
            server.kill_and_start()
            for other in senders:
                assert int(other.ask("HEAD", other.path).headers["upload-offset"]) == other.acknowledged
    for sender in senders:
        assert sender.go_on()
        sender.check_stored()
        server.kill_and_start()


def test_a_piece_that_was_under_way_counts_or_does_not(server):
    """The server dies while bytes come in: the upload is where it was, and nothing half lies there."""
    server.start()
    sender = Sender(server, photograph(200_000, SEED))
    sender.create()
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        line.sendall(
            f"PATCH {sender.path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nOrigin: {server.origin}\r\nCookie: {sender.visitor.cookie}\r\n"
            f"Tus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: 200000\r\n"
            f"Expect: 100-continue\r\n\r\n".encode()
        )
        assert line.recv(100).startswith(b"HTTP/1.1 100")
        line.sendall(sender.content[:120_000])
        server.kill()
    server.start()
    assert uploads(server) == [f"{sender.path.rsplit('/', 1)[1]}.head"], "the half piece is swept"
    assert sender.ask("HEAD", sender.path).headers["upload-offset"] == "0"
    assert sender.go_on()
    sender.check_stored()


def test_the_phone_stays_in_over_a_crash(server):
    server.start()
    sender = Sender(server, photograph(5_000, SEED))
    invitation = sender.visitor.post(f"/api/v1/cases/{sender.case}/hand-over", {})
    assert invitation.status == 201, invitation
    token = invitation.json["url"].split("#")[1]
    server.kill_and_start()
    sender.visitor, page = Visitor(server), sender.visitor
    assert sender.visitor.post("/api/v1/hand-over", {"token": token}).status == 200
    server.kill_and_start()
    assert sender.visitor.post("/api/v1/hand-over", {"token": token}).code == "not_found", "used up, also after the crash"
    sender.create()
    assert sender.go_on()
    sender.check_stored()
    assert page.request("DELETE", f"/api/v1/cases/{sender.case}/hand-over").status == 204
    server.kill_and_start()
    assert sender.visitor.get("/api/v1/hand-over").status == 401
