"""What strangers' clients meet before any page of ours: floods, slow heads, a proxy's word, TLS, and every oddity of the WebSocket protocol."""

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import pytest

from server import BINARY, Server
from waiting import until
from wire import Endpoint, Visitor

ECHO = BINARY.parent / "EchoServer"
NOBODY = "01a20606-35c0-7000-8000-000000000001"


def need(tool: str) -> str:
    """The tool's path: beside this Python, or on the system's."""
    path = shutil.which(tool, path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    assert path, f"{tool} is not installed: see ops/test"
    return path


NARROW = ("--rate-limit-factor", "0.1")
"""Bounds that a test reaches on whatever machine."""


def test_who_goes_on_after_refusals_is_closed_and_others_notice_nothing(start_server):
    server = start_server(*NARROW)
    flooder = Endpoint(Visitor(server).sign_in_citizen(), "citizen")
    other = Endpoint(Visitor(server).sign_in_citizen("李小红"), "citizen")
    chat = {"session_id": NOBODY, "text": "x"}
    refused = None
    for _ in range(60):
        error = flooder.refusal("chat.send", chat)
        if error["code"] == "rate_limited":
            refused = error
            break
    assert refused and refused["retry_after_ms"] > 0 and "再试" in refused["message"], refused
    try:
        for number in range(1_000, 3_000):
            flooder.send({"id": number, "type": "chat.send", "payload": chat})
    except Exception as closed:  # The server does not wait for the end.
        assert "1008" in str(closed) or "close" in str(closed).lower(), closed
    assert flooder.closing() == 1008
    bye = flooder.push("bye")
    assert bye["code"] == "rate_limited" and bye["retry_after_ms"] > 0, bye
    assert other.refusal("chat.send", chat)["code"] != "rate_limited"


def test_rubbish_without_end_is_closed_too(start_server):
    server = start_server(*NARROW)
    rubbish = Endpoint(Visitor(server).sign_in_citizen(), "citizen", greet=False)
    try:
        for _ in range(2_000):
            rubbish.send("{")
    except Exception as closed:
        assert "1008" in str(closed) or "close" in str(closed).lower(), closed
    assert rubbish.closing() == 1008


def test_requests_beyond_the_bound_of_a_person_are_told_when_to_come_back(start_server):
    server = start_server(*NARROW)
    visitor = Visitor(server).sign_in_citizen()
    path = "/api/v1/citizen/me"
    reply = next((reply for reply in (visitor.get(path) for _ in range(2_000)) if reply.status != 200), None)
    assert reply and reply.code == "rate_limited" and reply.json["retry_after_ms"] > 0 and int(reply.headers["retry-after"]) >= 1, reply
    assert "秒后再试" in reply.json["detail"]
    # Others behind the same address go on.
    assert Visitor(server).sign_in_citizen("李小红").get(path).status == 200


def test_tls_is_1_2_or_later_with_forward_secrecy_and_authenticated_ciphers_only(tmp_path, tls_server):
    report = tmp_path / "sslscan.xml"
    subprocess.run(
        [need("sslscan"), "--no-colour", f"--xml={report}", f"127.0.0.1:{tls_server.port}"], check=True, stdout=subprocess.DEVNULL, timeout=120)
    text = report.read_text()
    enabled = set(re.findall(r'<protocol type="(\w+)" version="([\d.]+)" enabled="1"', text))
    assert enabled == {("tls", "1.2"), ("tls", "1.3")}, enabled
    ciphers = set(re.findall(r'<cipher [^>]*sslversion="(TLSv1\.\d)"[^>]* cipher="([^"]+)"', text))
    assert {version for version, _ in ciphers} == {"TLSv1.2", "TLSv1.3"}, text
    for version, cipher in ciphers:
        assert re.search("GCM|CHACHA20", cipher) and (version == "TLSv1.3" or cipher.startswith("ECDHE-")), cipher
    assert '<renegotiation supported="0"' in text or 'renegotiation supported="1" secure="1"' in text, text
    assert '<compression supported="1"' not in text and 'vulnerable="1"' not in text, text


def test_older_tls_is_refused_and_hsts_is_sent(tls_server):
    server, context = tls_server, unverified()
    with socket.create_connection(("127.0.0.1", server.port), 10) as line, context.wrap_socket(line) as secure:
        assert secure.version() == "TLSv1.3"
        secure.sendall(f"GET /citizen/ HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nConnection: close\r\n\r\n".encode())
        head = secure.recv(4096).decode()
    assert head.startswith("HTTP/1.1 200") and "Strict-Transport-Security: max-age=31536000" in head, head
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    with socket.create_connection(("127.0.0.1", server.port), 10) as line, pytest.raises((ssl.SSLError, ConnectionError)):
        context.wrap_socket(line)


class TLSServer(Server):
    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()[-2000:]
        try:
            with socket.create_connection(("127.0.0.1", self.port), 2) as line, unverified().wrap_socket(line):
                return True
        except OSError:
            return False


def unverified() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@pytest.fixture
def tls_server(tmp_path):
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=window.example", "-keyout", key, "-out", certificate,
        ], check=True, stderr=subprocess.DEVNULL)  # fmt: skip
    server = TLSServer(tmp_path, "tls", "--tls-certificate", str(certificate), "--tls-key", str(key))
    yield server.start()
    assert server.stop() == 0


@pytest.mark.parametrize(
    "manner", [["-H", "-i", "3"], ["-B", "-i", "3", "-s", "8192", "-x", "10"], ["-X", "-w", "1", "-y", "1", "-n", "2", "-z", "1"]], ids=["heads", "bodies", "readers"]
)
def test_the_slow_do_not_shut_others_out(start_server, tmp_path, manner):
    """Five hundred connections that say or read a little now and again."""
    # It is about connections, and whoever looks on asks without a pause.
    server = start_server("--rate-limit-factor", "1000")
    path = "/api/v1/cases/look-up" if manner[0] == "-B" else "/citizen/"
    attack = subprocess.Popen(
        [need("slowhttptest"), *manner, "-c", "500", "-r", "250", "-l", "12", "-p", "5", "-u", server.origin + path, "-o", tmp_path / "slow"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)  # fmt: skip
    answered = 0
    while attack.poll() is None:
        assert Visitor(server).get("/citizen/").status == 200
        answered += 1
    assert answered > 1, attack.stdout.read()[-2000:]
    assert Visitor(server).sign_in_citizen().get("/api/v1/citizen/me").status == 200


def test_a_place_gets_no_more_than_its_connections(start_server):
    server = start_server("--connections-per-address", "20")
    lines = [socket.create_connection(("127.0.0.1", server.port), 10) for _ in range(40)]
    try:
        # What is closed unheard comes as an end of the stream. One place may still be that of our asking whether the server was ready.
        until(lambda: sum(map(is_closed, lines)) >= 19, "the others are closed")
        lines += [socket.create_connection(("127.0.0.1", server.port), 10) for _ in range(5)]
        with pytest.raises(OSError):
            Visitor(server).get("/readyz")
    finally:
        for line in lines:
            line.close()
    until(server.is_ready, "room for one more")


def is_closed(line: socket.socket) -> bool:
    line.setblocking(False)
    try:
        return not line.recv(1)
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


def test_a_head_that_is_too_long_ends_the_connection_and_nothing_else(server):
    with socket.create_connection(("127.0.0.1", server.port), 10) as line:
        try:
            line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nCookie: " + b"a" * 40_000 + b"\r\n\r\n")
            assert line.recv(4096) == b""
        except ConnectionError:
            pass
    assert Visitor(server).get("/citizen/").status == 200


def test_every_case_of_the_autobahn_suite_but_2_10_and_compression(tmp_path):
    """2.10 sends ten pings at once, and libwebsockets 4.1 answers the last alone; 2.11 sends them in pieces, which on a busy machine arrive at once too."""
    echo = subprocess.Popen([ECHO], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        port = int(echo.stdout.readline())
        subprocess.run(
            [need("kosoku"), "-x", "12.*", "-x", "13.*", "-o", tmp_path / "kosoku", f"127.0.0.1:{port}"], check=False, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, timeout=200)  # fmt: skip
    finally:
        echo.stdin.close()
        assert echo.wait(20) == 0
    cases = next(iter(json.loads((tmp_path / "kosoku" / "index.json").read_text()).values()))
    bad = {name: case for name, case in cases.items() if not {case["behavior"], case["behaviorClose"]} <= {"OK", "NON-STRICT", "INFORMATIONAL"}}
    assert len(cases) > 240 and set(bad) <= {"2.10", "2.11"}, bad
