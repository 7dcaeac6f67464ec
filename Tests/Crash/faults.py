"""Faults of the machine below a running server: system calls that fail (strace), and a wall clock that jumps (libfaketime)."""

import contextlib
import glob
import os
import signal
import subprocess
from pathlib import Path

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


class FakeClock:
    """The wall clock of a server that is started with `environment`. The monotonic clock goes on as it does in reality."""

    def __init__(self, folder: Path):
        folder.mkdir(exist_ok=True)
        self._file = folder / "faketime"
        self.set("+0")
        libraries = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
        if not libraries:
            pytest.skip("the Debian package faketime is not installed")
        self.environment = {
            "LD_PRELOAD": libraries[0], "FAKETIME_TIMESTAMP_FILE": str(self._file), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }  # fmt: skip
        # A process that does not find the library's shared memory makes it and says so in its own environment, which moves that away from the
        # arguments; Swift then finds no arguments. So a shell makes the memory first, and dies before it could remove it.
        shell = subprocess.run(["sh", "-c", "echo $FAKETIME_SHARED; kill -9 $$"], env=os.environ | self.environment, stdout=subprocess.PIPE, text=True)
        self.environment["FAKETIME_SHARED"] = shell.stdout.strip()

    def set(self, offset: str) -> None:
        """`+1d` and `-1d` are tomorrow and yesterday."""
        # In one step: the server may read it at any moment.
        draft = self._file.with_suffix(".new")
        draft.write_text(offset + "\n")
        os.replace(draft, self._file)

    def remove(self) -> None:
        semaphore, memory = self.environment["FAKETIME_SHARED"].split()
        for name in f"sem.{semaphore[1:]}", memory[1:]:
            Path("/dev/shm", name).unlink(missing_ok=True)
