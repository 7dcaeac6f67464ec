"""kill -9 at every durable step and at random moments: nothing that was acknowledged is lost, and every story comes to its end."""

import os
import random

import pytest

from load import Load

SEED = int(os.environ.get("FARWINDOW_CRASH_SEED", "20261123"))

KILLS = {
    "before-commit": ["before-commit:9", "before-commit:1", "before-commit:31", "before-commit:20"],
    "in-commit": ["in-commit:6", "in-commit:1", "in-commit:29", "in-commit:14"],
    "after-commit": ["after-commit:1", "after-commit:17", "after-commit:2", "after-commit:30", "after-commit:11"],
    "after-telling": ["after-telling:4", "after-telling:25", "after-telling:1", "after-telling:18"],
    "upload-received": ["upload-received:1", "upload-received:3"],
    "file-written": ["file-written:2", "file-written:1", "file-written:2"],
    "file-renamed": ["file-renamed:1", "file-renamed:3"],
    "sign-in-stored": ["sign-in-stored:1", "sign-in-stored:4", "sign-in-stored:2"],
    "recovery": ["kill:35", "recovery:1", "recovery:1", "kill:30", "recovery:1"],
    "any moment": ["kill", "kill", "kill", "kill"],
    "any moment again": ["kill", "kill", "kill", "kill"],
}


@pytest.mark.parametrize("name", KILLS)
def test_what_was_acknowledged_survives(server, name):
    seed = SEED + list(KILLS).index(name)
    moments = random.Random(seed)
    load = Load(server, seed)
    print(f"seed {seed}")
    for number, kill in enumerate(KILLS[name]):
        point, _, count = kill.partition(":")
        failpoint = kill if point != "kill" else None
        is_alive = server.start_armed(failpoint)
        if is_alive and number and not failpoint:
            load.check_restart()
        if is_alive and load.come_back():
            steps = None if failpoint else load.steps + (int(count) if count else moments.randint(5, 35))
            assert not load.go_on(kill_after=steps), f"seed {seed}: everybody's story was over before {kill}"
        load.mourn()
    server.start_armed()
    load.check_restart()
    assert load.come_back()
    load.finish()
