"""The wall clock jumps a day either way: nobody's deadline comes nearer, nobody's place changes, heartbeats go on."""

from datetime import datetime, timedelta

import pytest

from crashing import HEARTBEAT_MS
from disk_test import HALL, OTHER_HALL, agent_of, call, check_sequence, citizen_of, hear_heartbeats
from fake_clock import FakeClock
from load import Load
from wire import Visitor

SEED = 20261221
COUNTED_HEARTBEATS = 5
DAY = timedelta(days=1)


def server_time(endpoint) -> datetime:
    return datetime.fromisoformat([one for one in endpoint.heard if one["type"] == "heartbeat"][-1]["payload"]["server_time"])


def wall_date(server) -> str:
    """The day that the server's wall clock shows, from the one place where it is shown."""
    return Visitor(server).get("/healthz").headers["date"]


@pytest.fixture
def clock(tmp_path):
    clock = FakeClock(tmp_path / "clock")
    yield clock
    clock.remove()


@pytest.mark.parametrize("jump", ["+1d", "-1d"])
def test_the_clock_jumps_while_people_wait_and_talk(server, clock, jump):
    server.start_armed(**clock.environment)
    load = Load(server, SEED, citizens=5)
    _, first = citizen_of(server, "王小明", HALL)
    _, called = citizen_of(server, "赵六", OTHER_HALL)
    agent = agent_of(server, "agent3", "445103-01")
    session = call(agent, called)
    everybody = [first, called, agent]
    hear_heartbeats(everybody, 1)
    before, date = server_time(first), wall_date(server)

    clock.set(jump)
    hear_heartbeats(everybody, COUNTED_HEARTBEATS)
    assert wall_date(server)[:16] != date[:16], "the clock did not jump: this test tests nothing"
    passed = server_time(first) - before
    assert timedelta(milliseconds=HEARTBEAT_MS) < passed < timedelta(minutes=1), f"the broker's time jumped by {passed}"

    _, second = citizen_of(server, "李四", HALL)
    place = second.push("ticket.updated")["ticket"]["place"]
    assert place["ahead"] == 1, "who came later waits behind who came before"
    assert not [one for one in first.heard if one["type"] == "ticket.updated" and one["payload"]["ticket"]["state"] != "waiting"]
    called.command("session.join", {"session_id": session["id"]})
    agent.command("session.end", {"session_id": session["id"]})
    agent.push("session.updated", lambda payload: payload["state"] == "closed")
    agent.command("seat.sign-off", {})
    for endpoint in everybody:
        check_sequence(endpoint)
    for endpoint in first, second:
        endpoint.command("ticket.cancel", {"ticket_id": endpoint.push("ticket.updated")["ticket"]["id"]})
    clock.set("+0")
    assert load.go_on()
    load.journal.check(server)


def test_the_clock_was_set_back_over_a_restart(server, clock):
    """New tickets come after old ones, and numbers go on, although the wall clock says yesterday."""
    server.start_armed(**clock.environment)
    _, first = citizen_of(server, "王小明", HALL)
    old = first.push("ticket.updated")["ticket"]
    for offset in "-1d", "-2d", "+0":
        server.kill()
        clock.set(offset)
        server.start_armed(**clock.environment)
        _, later = citizen_of(server, f"李四 {offset}", HALL)
        new = later.push("ticket.updated")["ticket"]
        assert (new["taken_at"], new["id"]) > (old["taken_at"], old["id"])
        assert new["case_number"] != old["case_number"]
        old = new
    with server.rows() as db:
        line = [row["number"] for row in db.execute("SELECT number FROM ticket WHERE hall = ? ORDER BY taken_at_ms, id", [HALL])]
        assert [row["number"] for row in db.execute("SELECT number FROM ticket ORDER BY rowid")] == line
        assert {row["state"] for row in db.execute("SELECT state FROM ticket")} == {"waiting"}
