"""SIGTERM, as systemd sends it: everybody is told, nothing is lost, everybody is back in place afterwards."""

import time

from load import Load

SEED = 20261201
STOPS_WITHIN_S = 2


def test_everybody_is_told_and_finds_their_place_again(server):
    load = Load(server, SEED)
    server.start()

    def waiting():
        return [one for one in load.citizens if one.ticket and one.ticket["state"] == "waiting"]

    def sessions():
        return {one.name: one.session["id"] for one in load.actors if one.session and one.session["state"] == "connected"}

    assert load.go_on(until_true=lambda: waiting() and sessions())
    online = [one for one in load.actors if one.line]
    lines = [one.line for one in online]
    in_line, talking = waiting(), sessions()
    assert in_line and talking

    began = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - began < STOPS_WITHIN_S
    load.hear_the_last()
    assert {one.goodbye for one in online} == {"shutting_down"}
    assert {line.close_code for line in lines} == {1001}

    server.start()
    load.check_restart()
    assert load.come_back()
    assert {one.ticket["state"] for one in in_line} <= {"waiting", "reserved"}
    assert {one.name: one.session["id"] for one in load.actors if one.name in talking} == talking
    load.finish()
