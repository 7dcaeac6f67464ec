"""Scripted citizens and agents over real WebSockets.

An actor knows only what the server told it. What it wants next follows from that and from its plan, so it can go on after any break.
"""

import hashlib
import itertools
import json
import queue
import random
import threading
import time
import uuid

import websockets.exceptions
from websockets.sync.client import connect

from journal import TERMINAL, HandedIn, Journal
from picture import photograph
from wire import Visitor

HALLS = {"445102": ["445102-01", "445102-02", "445102-03"], "445103": ["445103-01"]}
ITEM = "CZ-TAX-001"
REASON = "R-BLUR"
PROMISED_BY = "2099-12-31"
UNAVAILABLE = "storage_unavailable"
LOST_RACE = {"wrong_state", "not_found", "verdicts_incomplete"}
"""Refusals that an actor may meet because the other side was quicker."""


class Line:
    """One WebSocket. A thread reads it into `news` as (line, message), with None at its end, and answers heartbeats."""

    def __init__(self, visitor: Visitor, role: str, news: queue.Queue):
        self._news = news
        self._socket = connect(
            visitor.server.origin.replace("http", "ws") + "/ws", origin=visitor.origin, subprotocols=visitor.subprotocols(role),
            compression=None, proxy=None, max_size=None,
        )  # fmt: skip
        self.close_code: int | None = None
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        try:
            for text in self._socket:
                message = json.loads(text)
                if message["type"] == "heartbeat":
                    self.send("heartbeat.ack", {})
                self._news.put((self, message))
        except (websockets.exceptions.ConnectionClosed, OSError):
            pass
        finally:
            self.close_code = self._socket.close_code or 1006
            self._news.put((self, None))

    def send(self, kind: str, payload: dict, number: int | None = None) -> None:
        head = {} if number is None else {"id": number}
        try:
            self._socket.send(json.dumps(head | {"type": kind, "payload": payload}))
        except (websockets.exceptions.ConnectionClosed, OSError):
            pass  # The reader says so.

    def close(self) -> None:
        self._socket.close()


class Actor:
    role: str

    def __init__(self, name: str, visitor: Visitor, journal: Journal, news: queue.Queue, seed: str):
        self.name = name
        self.visitor = visitor
        self.journal = journal
        self.news = news
        self.plan = random.Random(seed)
        self.line: Line | None = None
        self.is_signed_in = False
        self.is_welcomed = False
        self.pending: tuple[str, dict] | None = None
        self.is_calling = False
        """Whether what is pending is an HTTP call, which ends by itself and not with the line."""
        self.unsure: tuple[str, dict] | None = None
        """What was under way when the server died: done or not, only the server knows."""
        self.refusals: list[str] = []
        self.heartbeats = 0
        self.put_off_until = 0.0
        self.times_put_off = 0
        self.goodbye: str | None = None
        self.session: dict | None = None
        self._numbers = itertools.count(1)
        self._seq = 0

    # The line

    def come(self) -> None:
        """Opens a line and says hello."""
        self.line = Line(self.visitor, self.role, self.news)
        self.is_welcomed = False
        self.ask("hello", {"role": self.role, "locale": "zh-CN"})

    def ask(self, kind: str, payload: dict) -> None:
        assert not self.pending, f"{self.name} has not heard of {self.pending}"
        self.number = next(self._numbers)
        self.pending = kind, payload
        self.line.send(kind, payload, self.number)

    def call(self, kind: str, payload: dict, request) -> None:
        """Runs `request`, an HTTP call, beside the rest; its reply comes as news."""
        self.pending = kind, payload
        self.is_calling = True

        def run():
            try:
                self.news.put((self, request()))
            except Exception:  # noqa: BLE001 the server died in one of many ways
                self.news.put((self, None))

        threading.Thread(target=run, daemon=True).start()

    def put_off(self, retry_after_ms: int) -> None:
        """The disk is away: the same again later, as the server said."""
        assert retry_after_ms > 0
        self.put_off_until = time.monotonic() + retry_after_ms / 1_000
        self.times_put_off += 1

    def line_is_gone(self) -> None:
        self.line = None
        self.is_welcomed = False
        if not self.is_calling:
            self.broke_off()

    def __repr__(self) -> str:
        session = self.session and (self.session["id"], self.session["state"])
        return f"{self.name}(pending={self.pending}, session={session}, goodbye={self.goodbye}, refusals={self.refusals})"

    def broke_off(self) -> None:
        if self.pending and self.pending[0] != "hello":
            self.unsure = self.pending
        self.pending = None

    # Hearing

    def hear(self, message: dict) -> None:
        kind, payload = message["type"], message["payload"]
        if message.get("re") is not None:
            return self._hear_answer(message["re"], kind, payload)
        if kind == "heartbeat":
            self.heartbeats += 1
            return None
        if kind == "bye":
            self.goodbye = payload["code"]
            return None
        assert self.is_welcomed, f"{self.name} heard {kind} before the welcome"
        if (seq := message.get("seq")) is not None:
            assert seq == self._seq + 1, f"{self.name} heard push {seq} after {self._seq}"
            self._seq = seq
            self.line.send("ack", {"seq": seq})
        self.learn(kind, payload)
        return None

    def _hear_answer(self, number: int, kind: str, payload: dict) -> None:
        assert self.pending and number == self.number, f"{self.name} heard an answer to {number}: {payload}"
        asked, self.pending = self.pending, None
        if kind == "error" and payload["code"] == UNAVAILABLE:
            self.put_off(payload["retry_after_ms"])
            if asked[0] == "hello":
                self.line.close()
                self.line = None
        elif kind == "error":
            assert payload["code"] in LOST_RACE, f"{self.name} asked {asked} and was refused: {payload}"
            self.refusals.append(f"{asked[0]} {payload['code']}")
            assert len(self.refusals) < 20, f"{self.name} goes round in circles: {self.refusals}"
        elif kind == "welcome":
            self.is_welcomed = True
            self._seq = 0
            assert not payload["resumed"]
            self.start_from(payload["snapshot"])
        else:
            self.done(*asked)

    def learn(self, kind: str, payload: dict) -> None:
        """Takes in a push."""
        session = self.session
        if kind == "session.started":
            self.session = payload["session"]
            self.journal.session(self.name, payload["session"]["id"], payload["session"]["state"], None)
        elif kind == "session.updated":
            self.journal.session(self.name, payload["session_id"], payload["state"], payload.get("disposition"))
            if session and session["id"] == payload["session_id"]:
                session |= {"state": payload["state"], "disposition": payload.get("disposition")}
        elif kind == "session.media" and session:
            if "with" not in payload["media"]:
                session["media"] = payload["media"]
        elif kind == "consult.updated" and session and session["id"] == payload["session_id"]:
            self.learn_consult(session, payload["consult"])
        elif kind == "chat.message":
            self.journal.chat[payload["session_id"], payload["message"]["id"]] = payload["message"]
        elif kind == "material.updated":
            self.learn_entry(payload["case_id"], payload["entry"])
        elif kind == "precheck.concluded":
            self.journal.outcome(payload["outcome"])
            if session:
                session["outcome"] = payload["outcome"]

    def learn_consult(self, session: dict, consult: dict) -> None:
        if consult["state"] != "ended":
            session["consult"] = consult
        elif consult["you"] == "consultant":
            self.session = None
        else:
            session.pop("consult", None)

    def learn_entry(self, case_id: str, entry: dict) -> None:
        for file in entry["files"]:
            self.journal.files.setdefault(file["id"], HandedIn(case_id, file["sha256"], file["byte_count"]))
        if self.session and self.session["case_id"] == case_id:
            materials = self.session["materials"]
            materials[:] = [entry if one["material"]["id"] == entry["material"]["id"] else one for one in materials]

    def learn_session(self, session: dict | None) -> None:
        self.session = session
        if not session:
            return
        self.journal.session(self.name, session["id"], session["state"], session.get("disposition"))
        for line in session["chat"]:
            self.journal.chat[session["id"], line["id"]] = line
        for entry in list(session["materials"]):
            self.learn_entry(session["case_id"], entry)
        if session.get("outcome"):
            self.journal.outcome(session["outcome"])

    def start_from(self, snapshot: dict) -> None:
        raise NotImplementedError

    def done(self, kind: str, payload: dict) -> None:
        """The server said ok."""

    # Talking

    def plan_chat(self, most: int) -> None:
        """Lines keep their ids until they are acknowledged, as a page's do."""
        self.chat_to_say = [(str(uuid.UUID(int=self.plan.getrandbits(128), version=4)), f"{self.name} {n}") for n in range(self.plan.randint(0, most))]

    def say(self):
        message_id, text = self.chat_to_say[0]
        payload = {"session_id": self.session["id"], "message_id": message_id, "text": text}
        return lambda: self.ask("chat.send", payload)

    def said(self, payload: dict) -> None:
        self.chat_to_say = [one for one in self.chat_to_say if one[0] != payload["message_id"]]
        self.journal.chat[payload["session_id"], payload["message_id"]] = {"from": self.role, "text": payload["text"]}


class Citizen(Actor):
    role = "citizen"

    def __init__(self, *args):
        super().__init__(*args)
        plan = self.plan
        self.hall = plan.choices(["445102", "445103"], [2, 1])[0]
        self.kind = plan.choices(["pre-review", "consultation"], [3, 1])[0]
        self.cancels = plan.random() < 0.12
        self.declines = plan.random() < 0.08
        self.ends = plan.random() < 0.3
        self.files_while_waiting = plan.randint(0, 1) if self.kind == "pre-review" else 0
        self.files_in_session = plan.randint(0, 2) if self.kind == "pre-review" else 0
        self.removals = int(plan.random() < 0.3)
        self.renewals = int(plan.random() < 0.2)
        self.plan_chat(3)
        self.ticket: dict | None = None
        self.is_over = False
        self.has_agreed = False
        self.mine: list[str] = []
        """Files handed in and not asked to be removed."""

    def start_from(self, snapshot: dict) -> None:
        ticket = snapshot.get("ticket")
        if ticket:
            self.learn_ticket(ticket)
        elif self.ticket or (self.unsure and self.unsure[0] == "ticket.cancel"):
            # The server forgets a finished ticket's page when it restarts; the check of the database says whether it was finished.
            self.is_over = True
        self.learn_session(snapshot.get("session"))
        for entry in snapshot["materials"]:
            self.learn_entry(ticket["case_id"], entry)
        self.unsure = None

    def learn_ticket(self, ticket: dict) -> None:
        self.ticket = ticket
        self.journal.ticket(ticket)
        self.is_over = ticket["state"] in TERMINAL

    def learn(self, kind: str, payload: dict) -> None:
        super().learn(kind, payload)
        if kind == "ticket.updated":
            self.learn_ticket(payload["ticket"])
        elif kind == "ticket.place":
            self.ticket["place"] = payload["place"]

    def done(self, kind: str, payload: dict) -> None:
        if kind == "chat.send":
            self.said(payload)
        elif kind == "session.media-renew":
            self.renewals -= 1
        elif kind == "material.remove-file":
            self.journal.files[payload["file_id"]].removed = True
            self.removals -= 1
        elif kind == "ticket.cancel":
            self.is_over = True

    def hear_reply(self, reply) -> None:
        """An HTTP call came back."""
        (kind, payload), self.pending = self.pending, None
        if reply.status == 503 and reply.code == UNAVAILABLE:
            return self.put_off(reply.json["retry_after_ms"])
        if kind == "sign-in":
            assert reply.status == 200, reply
            self.is_signed_in = True
            return None
        if kind == "agree":
            assert reply.status == 200, reply
            self.has_agreed = True
            return None
        if reply.status != 201:
            assert reply.code in LOST_RACE, reply
            self.refusals.append(reply.code)
            return None
        file = reply.json
        assert file["sha256"] == payload["sha256"]
        self.journal.files[file["id"]] = HandedIn(payload["case_id"], file["sha256"], file["byte_count"])
        self.mine.append(file["id"])
        if payload["waiting"]:
            self.files_while_waiting -= 1
        else:
            self.files_in_session -= 1
        return None

    @property
    def is_busy(self) -> bool:
        """Whether the agent should wait for this citizen."""
        todo = self.chat_to_say or self.files_in_session or self.renewals or (self.removals and self.mine)
        return bool(not self.is_over and (self.pending or todo or self.ends or not self.line))

    def wish(self):
        """What this citizen wants to do now, as something to call; None when waiting for others."""
        if not self.is_signed_in:
            body = {"name": self.name, "telephone": "13800000000", "terms_version": "2026-11"}
            return lambda: self.call("sign-in", {}, lambda: self.visitor.post("/api/v1/citizen/sign-in", body))
        if not self.has_agreed:
            # Nothing is handed in without.
            said = {"kind": "identity-documents", "text_version": "1", "language": "zh-CN", "given": True}
            return lambda: self.call("agree", {}, lambda: self.visitor.post("/api/v1/citizen/consents", said))
        if not self.line:
            return self.come
        if self.is_over:
            return None
        if not self.ticket:
            return lambda: self.ask("ticket.take", {"hall_id": self.hall, "item_code": ITEM, "kind": self.kind})
        state = self.ticket["state"]
        if state in ("waiting", "reserved"):
            if self.files_while_waiting:
                return self.hand_in(waiting=True)
            if self.cancels:
                return lambda: self.ask("ticket.cancel", {"ticket_id": self.ticket["id"]})
            return None
        return self.wish_in_session() if self.session else None

    def wish_in_session(self):
        named = {"session_id": self.session["id"]}
        if self.session["state"] == "ringing":
            return lambda: self.ask("session.end" if self.declines else "session.join", named)
        if self.session["state"] != "connected":
            return None
        if self.files_in_session:
            return self.hand_in(waiting=False)
        if self.removals and self.mine:
            return self.remove
        if self.chat_to_say:
            return self.say()
        if self.renewals:
            return lambda: self.ask("session.media-renew", named | {"epoch": self.session["media"]["epoch"]})
        return (lambda: self.ask("session.end", named)) if self.ends else None

    def hand_in(self, waiting: bool):
        content = photograph(self.plan.choice([64, 5_000, 70_000]), seed=self.plan.getrandbits(64))
        material = self.plan.choice(["M1", "M2"])
        case_id = self.ticket["case_id"]
        payload = {"case_id": case_id, "sha256": hashlib.sha256(content).hexdigest(), "waiting": waiting}
        return lambda: self.call("hand-in", payload, lambda: self.visitor.hand_in(case_id, material, "材料.jpg", content))

    def remove(self) -> None:
        file = self.mine.pop()
        self.journal.files[file].removal_asked = True
        self.ask("material.remove-file", {"case_id": self.ticket["case_id"], "file_id": file})


class Agent(Actor):
    role = "agent"

    def __init__(self, hall: str, seat: int, *args):
        super().__init__(*args)
        self.hall = hall
        self.seat_id = HALLS[hall][seat]
        self.seat: dict | None = None
        self.reservation: dict | None = None
        self.rejections = self.plan.randint(0, 2)
        self.is_over = False
        self.chat_to_say: list = []
        self._prepared: str | None = None

    def start_from(self, snapshot: dict) -> None:
        self.learn_seat(snapshot.get("seat"))
        self.learn_reservation(snapshot.get("reservation"))
        self.learn_session(snapshot.get("session"))
        self.unsure = None

    def learn_seat(self, seat: dict | None) -> None:
        self.seat = seat
        if seat:
            self.journal.seats[seat["id"]] = self.name

    def learn_reservation(self, reservation: dict | None) -> None:
        self.reservation = reservation
        if reservation:
            self.journal.reservations[reservation["id"]] = {"state": "pending"}

    def learn(self, kind: str, payload: dict) -> None:
        super().learn(kind, payload)
        if kind == "seat.updated":
            self.learn_seat(payload.get("seat"))
        elif kind == "reservation.ringing":
            self.learn_reservation(payload["reservation"])
        elif kind == "reservation.ended":
            self.journal.reservations[payload["reservation_id"]] |= {"state": payload["state"]}
            if self.reservation and self.reservation["id"] == payload["reservation_id"]:
                self.reservation = None

    def done(self, kind: str, payload: dict) -> None:
        if kind == "chat.send":
            self.said(payload)
        elif kind == "precheck.verdict":
            self.journal.verdicts.append(payload)
        elif kind == "session.wrap-up":
            self.journal.wrap_ups[payload["session_id"]] = {"disposition": payload["disposition"], "note": payload["note"]}
        elif kind == "seat.sign-on":
            self.journal.seats[payload["seat_id"]] = self.name
        elif kind == "seat.sign-off":
            self.is_over = True
        elif kind == "reservation.accept":
            self.journal.reservations[payload["reservation_id"]] |= {"state": "accepted"}
        elif kind == "reservation.reject":
            self.journal.reservations[payload["reservation_id"]] |= {"state": "rejected", "reject_reason": payload["reason"]}

    def hear_reply(self, reply) -> None:
        self.pending = None
        if reply.status == 503 and reply.code == UNAVAILABLE:
            return self.put_off(reply.json["retry_after_ms"])
        assert reply.status == 200, reply
        self.is_signed_in = True
        return None

    def wish(self, citizens: list[Citizen]):
        if not self.is_signed_in:
            body = {"account": self.name, "password": self.visitor.server.password(self.name)}
            return lambda: self.call("sign-in", {}, lambda: self.visitor.post("/api/v1/staff/sign-in", body))
        if not self.line:
            return self.come
        if self.is_over:
            return None
        everyone_left = all(one.is_over for one in citizens if one.hall == self.hall)
        state = self.seat["state"] if self.seat else "signed-off"
        if everyone_left and state in ("signed-off", "not-ready", "ready"):
            return self.sign_off
        if state == "signed-off":
            return lambda: self.ask("seat.sign-on", {"seat_id": self.seat_id})
        if state == "not-ready":
            return lambda: self.ask("seat.ready", {})
        if state in ("reserved", "ringing") and self.reservation:
            return self.answer_ring()
        if state == "in-session" and self.session and self.session.get("consult", {}).get("you") == "consultant":
            return self.wish_as_consultant()
        if state == "in-session" and self.session and self.session["state"] == "consulting":
            return self.wish_in_consult()
        if state == "in-session" and self.session and self.session["state"] == "held":
            return lambda: self.ask("session.resume", {"session_id": self.session["id"]})
        if state == "in-session" and self.session and self.session["state"] == "connected":
            return self.wish_in_session(citizens)
        if state == "wrap-up" and self.session and self.session["state"] == "wrap-up":
            return self.wish_in_wrap_up()
        return None

    def sign_off(self) -> None:
        self.journal.seats.pop(self.seat_id, None)
        self.ask("seat.sign-off", {})

    def answer_ring(self):
        named = {"reservation_id": self.reservation["id"]}
        if self.rejections and self.plan.random() < 0.3:
            self.rejections -= 1
            return lambda: self.ask("reservation.reject", named | {"reason": "other"})
        return lambda: self.ask("reservation.accept", named)

    def prepare(self) -> None:
        """Makes this session's plan, once."""
        if self._prepared == self.session["id"]:
            return
        self._prepared = self.session["id"]
        self.plan_chat(2)
        self.concludes_late = self.plan.random() < 0.3
        self.leaves_wrap_up = self.plan.random() < 0.3
        self.referral = "市民服务中心" if self.plan.random() < 0.15 else ""
        self.asks_colleague = self.plan.random() < 0.4
        self.takes_citizen_in = self.plan.random() < 0.5

    def wish_in_session(self, citizens: list[Citizen]):
        self.prepare()
        citizen = next(one for one in citizens if one.ticket and one.ticket["case_id"] == self.session["case_id"])
        if self.asks_colleague and not self.session.get("consult"):
            self.asks_colleague = False
            return lambda: self.ask("consult.start", {"session_id": self.session["id"], "hall_id": self.hall, "note": "请帮看一下"})
        if self.chat_to_say:
            return self.say()
        if verdict := self.missing_verdict():
            return verdict
        if citizen.is_busy:
            return None
        if conclusion := None if self.concludes_late else self.conclusion():
            return conclusion
        return lambda: self.ask("session.end", {"session_id": self.session["id"]})

    def wish_in_consult(self):
        """With the citizen in or without, and then alone again; some leave the end to the colleague."""
        self.prepare()
        named = {"session_id": self.session["id"]}
        if self.takes_citizen_in:
            self.takes_citizen_in = False
            return lambda: self.ask("consult.include", named | {"citizen_in": True})
        return lambda: self.ask("consult.end", named)

    def wish_as_consultant(self):
        if self.session["consult"]["citizen_in"] or self.plan.random() > 0.2:
            return None
        return lambda: self.ask("consult.leave", {"session_id": self.session["id"]})

    def missing_verdict(self):
        if self.session["kind"] != "pre-review" or self.session.get("outcome"):
            return None
        for entry in self.session["materials"]:
            if entry["material"]["necessity"] == "mandatory" and not entry.get("verdict"):
                verdict = self.plan.choice(["accepted", "accepted", "correction-needed", "waived"])
                payload = {
                    "session_id": self.session["id"], "material_id": entry["material"]["id"], "verdict": verdict,
                    "reasons": [] if verdict == "accepted" else [REASON], "note": f"意见 {self.plan.randint(0, 9_999)}",
                }  # fmt: skip
                if verdict == "waived":
                    payload["due_by"] = PROMISED_BY
                return lambda: self.ask("precheck.verdict", payload)
        return None

    def conclusion(self):
        if self.session["kind"] != "pre-review" or self.session.get("outcome"):
            return None
        payload = {"session_id": self.session["id"], "referred_to": self.referral, "note": ""}
        return lambda: self.ask("precheck.conclude", payload)

    def wish_in_wrap_up(self):
        self.prepare()
        if self.leaves_wrap_up:
            return None
        was_there = self.session.get("disposition") != "no-show"
        if was_there and (late := self.missing_verdict() or self.conclusion()):
            return late
        payload = {"session_id": self.session["id"], "disposition": "advised", "note": f"小结 {self.name}", "ready": self.plan.random() < 0.8}
        return lambda: self.ask("session.wrap-up", payload)

