"""A wall clock that jumps below a running server (libfaketime)."""

import glob
import os
import subprocess
from pathlib import Path

import pytest


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
