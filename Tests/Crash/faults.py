"""Faults of the machine below a running server: system calls that fail (strace)."""

import contextlib
import signal
import subprocess

import pytest

from crashing import CrashServer

ATTACH_TIMEOUT_S = 10


class Tracer:
    def __init__(self, server: CrashServer, *injections: str):
        calls = ",".join(sorted({one.split(":")[0] for one in injections}))
        self.log = server.data.parent / "strace.txt"
        rules = [part for one in injections for part in ("-e", f"inject={one}")]
        self.process = subprocess.Popen(
            ["strace", "-f", "-o", self.log, "-p", str(server.process.pid), "-e", f"trace={calls}", *rules],
            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        first = self.process.stderr.readline()
        if "attached" not in first:
            self.process.wait(ATTACH_TIMEOUT_S)
            pytest.skip(f"this user may not trace a process: {first.strip()}")

    @property
    def count(self) -> int:
        """How many calls have failed so far."""
        return self.log.read_text().count("(INJECTED)")

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        self.process.wait(ATTACH_TIMEOUT_S)
        self.process.stderr.close()


@contextlib.contextmanager
def failing(server: CrashServer, *injections: str):
    """Makes system calls of the running server fail: `fdatasync:error=EIO:when=2`. All is well again at the end, if the server still lives."""
    tracer = Tracer(server, *injections)
    try:
        yield tracer
    finally:
        tracer.stop()
