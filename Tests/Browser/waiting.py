"""Waiting for conditions. Nothing in these tests sleeps for a guessed time."""

import time


def until(condition, what: str, timeout_s: float = 15.0, pause=lambda: time.sleep(0.05)):
    """Asks until `condition()` gives something true, and returns that. `pause` runs between two questions."""
    deadline = time.monotonic() + timeout_s
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {timeout_s:g} s in vain: {what}")
        pause()
