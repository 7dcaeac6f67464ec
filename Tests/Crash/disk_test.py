"""A full and a failing disk below the running server: what needs it is refused, everything else goes on, and nothing acknowledged is lost."""

import itertools
import os
import shutil
import signal
import subprocess
import uuid
from pathlib import Path

import pytest

from crashing import HEARTBEAT_MS, WRAP_UP_MS
from faults import failing
from load import Load
from picture import photograph
from server import BINARY, ROOT
from waiting import until
from wire import Endpoint, Refused, Visitor

SEED = 20261211
HALL = "445102"
OTHER_HALL = "445103"
ITEM = "CZ-TAX-001"
JPEG = photograph(600, seed=1)
CALL_TIMEOUT_MS = 2_500
OUTAGE_HEARTBEATS = 12
assert OUTAGE_HEARTBEATS * HEARTBEAT_MS > max(CALL_TIMEOUT_MS, WRAP_UP_MS)

FAULTS = {
    "no-sync": ["fdatasync:error=EIO"],
    "no-space": ["pwrite64:error=ENOSPC"],
    "no-write": ["pwrite64:error=EIO"],
    "full": [],
}

numbers = itertools.count(1_000)


def send(endpoint: Endpoint, kind: str, payload: dict, number: int | None = None) -> int:
    """Sends a command without waiting for the answer."""
    number = number or next(numbers)
    endpoint.send({"id": number, "type": kind, "payload": payload})
    return number


def answers(endpoint: Endpoint, number: int) -> list[dict]:
    return [one for one in endpoint.heard if one.get("re") == number]


def heartbeats(endpoint: Endpoint) -> int:
    return sum(one["type"] == "heartbeat" for one in endpoint.heard)


def hear_heartbeats(endpoints: list[Endpoint], count: int) -> None:
    before = [heartbeats(one) for one in endpoints]
    for endpoint, so_far in zip(endpoints, before, strict=True):
        endpoint.hear_all(lambda message: message["type"] == "heartbeat", so_far + count, "heartbeats")


def check_sequence(endpoint: Endpoint) -> None:
    numbers = [one["seq"] for one in endpoint.heard if "seq" in one]
    assert numbers == list(range(1, len(numbers) + 1)), f"pushes came out of order: {numbers}"


def is_refused(error: dict) -> bool:
    return error["code"] == "storage_unavailable" and error["retry_after_ms"] > 0


def citizen_of(server, name: str, hall: str, kind: str = "pre-review") -> tuple[Visitor, Endpoint]:
    visitor = Visitor(server).sign_in_citizen(name)
    endpoint = visitor.endpoint("citizen")
    endpoint.command("ticket.take", {"hall_id": hall, "item_code": ITEM, "kind": kind})
    return visitor, endpoint


def agent_of(server, account: str, seat: str) -> Endpoint:
    agent = Visitor(server).sign_in_staff(account).endpoint("agent")
    agent.command("seat.sign-on", {"seat_id": seat})
    return agent


def call(agent: Endpoint, citizen: Endpoint) -> dict:
    """The next ticket rings and is accepted. Returns the session, whose citizen has not entered yet."""
    agent.command("seat.ready", {})
    ring = agent.push("reservation.ringing")["reservation"]
    agent.command("reservation.accept", {"reservation_id": ring["id"]})
    return citizen.push("session.started")["session"]


def readiness(server) -> int:
    return Visitor(server).get("/readyz").status


@pytest.mark.parametrize("fault", FAULTS)
def test_calls_go_on_and_the_rest_is_refused(make_server, request, fault):
    disk = request.getfixturevalue("small_disk") if fault == "full" else None
    server = make_server("--call-timeout-ms", str(CALL_TIMEOUT_MS), folder=disk and disk.folder / "server").start()
    visitor, citizen = citizen_of(server, "王小明", HALL)
    agent = agent_of(server, "agent1", "445102-01")
    session = call(agent, citizen)
    named = {"session_id": session["id"]}
    citizen.command("session.join", named)
    file = visitor.hand_in(session["case_id"], "M1", "一.jpg", JPEG).json
    waiting_visitor, waiting = citizen_of(server, "李四", HALL)
    _, called = citizen_of(server, "赵六", OTHER_HALL)
    other_agent = agent_of(server, "agent3", "445103-01")
    call_session = call(other_agent, called)
    everybody = [citizen, agent, waiting, called, other_agent]

    with disk.filled() if disk else failing(server, *FAULTS[fault]):
        verdict = {"material_id": "M1", "verdict": "accepted", "reasons": [], "note": "清楚"}
        held = send(agent, "precheck.verdict", named | verdict)
        until(lambda: readiness(server) == 503, "the server to notice")

        # Refused, with a word about when to come again.
        message = {"message_id": str(uuid.uuid4()), "text": "看得清吗"}
        refused = send(citizen, "chat.send", named | message)
        assert is_refused(citizen.hear(lambda one: one.get("re") == refused, "a refusal")["payload"])
        assert is_refused(called.refusal("session.join", {"session_id": call_session["id"]}))
        upload = visitor.hand_in(session["case_id"], "M2", "二.jpg", JPEG)
        assert upload.status == 503 and is_refused(upload.json | {"code": upload.code})
        stranger = Visitor(server).post("/api/v1/citizen/sign-in", {"name": "新", "telephone": "13800000001", "terms_version": "2026-11"})
        assert stranger.status == 503 and is_refused(stranger.json | {"code": stranger.code})
        with pytest.raises(Refused) as reload:
            waiting_visitor.endpoint("citizen")
        assert is_refused(reload.value.payload)

        # What needs no disk goes on.
        citizen.send({"type": "rtc.candidate", "payload": named | {"epoch": 1, "candidate": {"candidate": "candidate:1"}}})
        assert agent.push("rtc.candidate")["candidate"] == {"candidate": "candidate:1"}
        assert visitor.get(f"/api/v1/files/{file['id']}").body == JPEG
        assert visitor.get("/api/v1/catalogue").status == 200
        hear_heartbeats(everybody, OUTAGE_HEARTBEATS)

        # Nobody was told of what is not stored.
        assert not answers(agent, held)
        with server.rows() as db:
            assert not db.execute("SELECT 1 FROM verdict").fetchall()

    assert agent.hear(lambda one: one.get("re") == held, "the held answer")["type"] == "ok"
    until(lambda: readiness(server) == 200, "the server to be ready again")
    # No time has passed for those who wait: the called citizen can still enter.
    called.command("session.join", {"session_id": call_session["id"]})
    again = send(citizen, "chat.send", named | message, refused)
    assert len(citizen.hear_all(lambda one: one.get("re") == again, 2, "the repeated command")) == 2
    assert answers(citizen, again)[-1]["type"] == "ok"
    assert agent.push("chat.message")["message"]["text"] == message["text"]
    file = visitor.hand_in(session["case_id"], "M2", "二.jpg", JPEG).json
    for endpoint in everybody:
        check_sequence(endpoint)
    assert not any(one["payload"]["ticket"]["state"] != "waiting" for one in waiting.heard if one["type"] == "ticket.updated")

    server.kill_and_start()
    snapshot = visitor.endpoint("citizen").welcome["snapshot"]
    assert [line["text"] for line in snapshot["session"]["chat"]] == [message["text"]]
    assert snapshot["materials"][0]["verdict"]["note"] == "清楚"
    assert snapshot["materials"][1]["files"] == [file]
    with server.rows() as db:
        assert len(db.execute("SELECT * FROM verdict").fetchall()) == 1
    assert waiting_visitor.endpoint("citizen").welcome["snapshot"]["ticket"]["state"] == "waiting"


def test_pushes_keep_their_order_over_an_outage(server):
    """What was held with the failed batch is told before what came after it."""
    server.start()
    _, citizen = citizen_of(server, "王小明", HALL)
    agent = agent_of(server, "agent1", "445102-01")
    agent.command("seat.ready", {})
    ring = agent.push("reservation.ringing")["reservation"]
    with failing(server, "fdatasync:error=EIO"):
        send(agent, "reservation.accept", {"reservation_id": ring["id"]})
        until(lambda: readiness(server) == 503, "the server to notice")
        # The agent's page goes: the citizen is told of it, by a push that needs no disk of its own.
        agent.close()
        hear_heartbeats([citizen], 2)
    citizen.push("session.started")
    citizen.push("session.updated", lambda payload: not payload["agent_present"])
    check_sequence(citizen)


@pytest.mark.parametrize(
    "faults", [["fdatasync:error=EIO:when=3+15"], ["pwrite64:error=ENOSPC:when=20+150"], ["pwrite64:error=EIO:when=7+170", "fdatasync:error=EIO:when=5+31"]]
)
def test_a_batch_that_failed_is_stored_once(server, faults):
    """A failed sync leaves the batch's frames in the log. Tried again, it must neither be there twice nor have been told before."""
    load = Load(server, SEED, citizens=5)
    server.start()
    with failing(server, *faults) as tracer:
        assert load.go_on(), "the server died"
        assert tracer.count > 1
    load.finish()


def test_dying_with_a_failed_batch(server):
    """The frames of a batch whose sync failed may come to life with the next start: all of it or nothing, and nobody was told."""
    load = Load(server, SEED + 1, citizens=6)
    server.start()
    for steps in 25, 25:
        first = load.steps
        assert load.go_on(until_true=lambda: load.steps >= first + steps)  # noqa: B023 used at once
        with failing(server, "fdatasync:error=EIO") as tracer:
            load.go_on(until_true=lambda: tracer.count)  # noqa: B023 used at once
            server.process.kill()
            load.mourn()
        server.start()
        load.check_restart()
        assert load.come_back()
    load.finish()


@pytest.mark.parametrize("fault", ["fsync:error=EIO:when=1", "fsync:error=EIO:when=2", "fsync:error=ENOSPC", "rename:error=EIO"])
def test_a_file_that_cannot_be_stored(server, fault):
    """Handing in is refused without a trace; everything else goes on."""
    server.start()
    visitor, citizen = citizen_of(server, "王小明", HALL)
    case = citizen.push("ticket.updated")["ticket"]["case_id"]
    with failing(server, fault):
        refused = visitor.hand_in(case, "M1", "一.jpg", JPEG)
        assert refused.status == 503 and is_refused(refused.json | {"code": refused.code})
        citizen.command("ticket.take", {"hall_id": HALL, "item_code": ITEM, "kind": "pre-review"})
        agent_of(server, "agent1", "445102-01")
    assert not list(server.vault.iterdir()), "a refused file left something behind"
    assert not server.incoming
    file = visitor.hand_in(case, "M1", "一.jpg", JPEG)
    assert file.status == 201
    server.kill_and_start()
    assert visitor.get(f"/api/v1/files/{file.json['id']}").body == JPEG


def test_a_first_start_that_is_killed(tmp_path, make_server):
    """At whichever of its syncs the very first start is cut off, the next one makes a whole server of it."""
    for sync in itertools.count(1):
        server = make_server(folder=tmp_path / f"first{sync}")
        shutil.rmtree(server.data)
        log = tmp_path / f"strace{sync}.txt"
        first = subprocess.Popen(
            ["strace", "-f", "-o", log, "-e", "trace=fsync,fdatasync", "-e", f"inject=fsync,fdatasync:signal=KILL:when={sync}", BINARY, "serve",
             "--port", "0", "--data", server.data, "--second-factor", "optional", "--demonstration", ROOT / "ops" / "demonstration"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        with first.stdout as said:
            came_through = any(line.startswith("Farwindow is ready") for line in said)
        if came_through:
            # To the server itself: strace keeps signals from its own end.
            (child,) = Path(f"/proc/{first.pid}/task/{first.pid}/children").read_text().split()
            os.kill(int(child), signal.SIGTERM)
        first.wait(10)
        if came_through:
            break
        assert "killed by SIGKILL" in log.read_text()
        server.start()
        agent_of(server, "agent1", "445102-01")
        citizen_of(server, "王小明", HALL)
        assert server.stop() == 0
    assert sync > 4
