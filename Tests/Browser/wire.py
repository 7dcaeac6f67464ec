"""A bare client of the server's HTTP routes and of its WebSocket, for what a browser would never send."""

import json
import threading
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy

import websockets.exceptions
from websockets.sync.client import connect

from server import Server

ANSWER_TIMEOUT_S = 10


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict
    body: bytes

    @property
    def json(self) -> dict:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The error code of a problem document (RFC 9457), checked to be one a person can read."""
        assert self.headers["content-type"].startswith("application/problem+json"), self
        problem = self.json
        assert problem["status"] == self.status and problem["detail"] and problem["title"], problem
        return problem["code"]


class Visitor:
    """Somebody with cookies of their own who calls the HTTP routes."""

    def __init__(self, server: Server, origin: str | None = None):
        self.server = server
        self.origin = origin or server.origin
        # The machine itself is a secure place, as it is for browsers.
        self._cookies = CookieJar(DefaultCookiePolicy(secure_protocols=("https", "http")))
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self._cookies))

    def request(self, method: str, path: str, body: object = None, headers: dict | None = None) -> Reply:
        """A dictionary goes as JSON, bytes and iterables as they are."""
        given = {"Origin": self.origin} if method != "GET" else {}
        if isinstance(body, dict):
            given["Content-Type"] = "application/json"
            body = json.dumps(body).encode()
        request = urllib.request.Request(self.server.origin + path, body, given | (headers or {}), method=method)
        try:
            response = self._opener.open(request, timeout=ANSWER_TIMEOUT_S)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            return Reply(response.status, {name.lower(): value for name, value in response.headers.items()}, response.read())

    def get(self, path: str) -> Reply:
        return self.request("GET", path)

    def post(self, path: str, body: object = None, headers: dict | None = None) -> Reply:
        return self.request("POST", path, body, headers)

    @property
    def cookie(self) -> str:
        return "; ".join(f"{one.name}={one.value}" for one in self._cookies)

    def sign_in_citizen(self, name: str = "王小明", agrees: bool = True) -> "Visitor":
        reply = self.post("/api/v1/citizen/sign-in", {"name": name, "telephone": "13800000000", "terms_version": "2026-11"})
        assert reply.status == 200, reply
        return self.agree() if agrees else self

    def agree(self, kind: str = "identity-documents", given: bool = True) -> "Visitor":
        said = {"kind": kind, "text_version": "1", "language": "zh-CN", "given": given}
        reply = self.post("/api/v1/citizen/consents", said)
        assert reply.status == 200, reply
        return self

    def sign_in_staff(self, account: str) -> "Visitor":
        reply = self.post("/api/v1/staff/sign-in", {"account": account, "password": self.server.password(account)})
        assert reply.status == 200, reply
        return self

    def hand_in(self, case_id: str, material_id: str, name: str, content: object, headers: dict | None = None) -> Reply:
        path = f"/api/v1/cases/{case_id}/materials/{material_id}/files"
        given = {"X-File-Name": urllib.parse.quote(name), "Content-Type": "application/octet-stream"}
        return self.post(path, content, given | (headers or {}))

    def subprotocols(self, role: str) -> list[str]:
        """What a page offers to open a line: a ticket of its own, good once."""
        reply = self.post(f"/api/v1/{'citizen' if role == 'citizen' else 'staff'}/socket-tickets")
        assert reply.status == 201, reply
        return ["farwindow.v1", "ticket." + reply.json["ticket"]]

    def endpoint(self, role: str) -> "Endpoint":
        return Endpoint(self, role)


class Refused(Exception):
    def __init__(self, payload: dict):
        super().__init__(payload)
        self.payload = payload


class Endpoint:
    """One WebSocket. A thread reads it and answers heartbeats, so that the endpoint stays fit for work."""

    def __init__(self, visitor: Visitor, role: str, greet: bool = True):
        self._socket = connect(
            visitor.server.origin.replace("http", "ws") + "/ws", origin=visitor.origin, subprotocols=visitor.subprotocols(role),
            compression=None, proxy=None, max_size=None,
        )  # fmt: skip
        self.heard: list[dict] = []
        self._close_code: int | None = None
        self._news = threading.Condition()
        self._last_id = 0
        threading.Thread(target=self._read, daemon=True).start()
        self.welcome = self.command("hello", {"role": role, "locale": "zh-CN"}) if greet else {}

    def _read(self) -> None:
        try:
            for text in self._socket:
                message = json.loads(text)
                if message["type"] == "heartbeat":
                    self.send({"type": "heartbeat.ack", "payload": {}})
                with self._news:
                    self.heard.append(message)
                    self._news.notify_all()
        except websockets.exceptions.ConnectionClosed:
            pass
        finally:
            with self._news:
                self._close_code = self._socket.close_code or 1006
                self._news.notify_all()

    def send(self, message: object) -> None:
        """A dictionary goes as JSON, text and bytes as they are."""
        self._socket.send(json.dumps(message) if isinstance(message, dict) else message)

    def hear_all(self, is_meant, count: int, what: str) -> list[dict]:
        """The first `count` messages, from the beginning on, that are meant."""

        def found():
            return [message for message in self.heard if is_meant(message)][:count]

        with self._news:
            self._news.wait_for(lambda: len(found()) == count or self._close_code, ANSWER_TIMEOUT_S)
            messages = found()
        assert len(messages) == count, f"waited in vain for {what} (closed: {self._close_code}): {self.heard[-5:]}"
        return messages

    def hear(self, is_meant, what: str) -> dict:
        return self.hear_all(is_meant, 1, what)[0]

    def push(self, kind: str, is_meant=lambda payload: True) -> dict:
        return self.hear(lambda message: message["type"] == kind and is_meant(message["payload"]), kind)["payload"]

    def command(self, kind: str, payload: dict) -> dict:
        """Sends a command and returns the answer's payload. Raises `Refused` with the error."""
        self._last_id += 1
        number = self._last_id
        self.send({"id": number, "type": kind, "payload": payload})
        answer = self.hear(lambda message: message.get("re") == number, f"the answer to {kind}")
        if answer["type"] == "error":
            raise Refused(answer["payload"])
        return answer["payload"]

    def refusal(self, kind: str, payload: dict) -> dict:
        try:
            answer = self.command(kind, payload)
        except Refused as refused:
            return refused.payload
        raise AssertionError(f"{kind} was not refused: {answer}")

    def closing(self) -> int:
        """Waits for the server to close, and returns the code."""
        with self._news:
            assert self._news.wait_for(lambda: self._close_code, ANSWER_TIMEOUT_S), "the server did not close"
        return self._close_code

    def close(self) -> None:
        self._socket.close()
