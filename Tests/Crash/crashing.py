"""A server that is told where to die, and what lies on its disk."""

import contextlib
import os
import shutil
import signal
import sqlite3
from pathlib import Path

from server import Server

WRAP_UP_MS = 1_200
"""Short, so that a wrap-up that nobody completes ends within the test."""
HEARTBEAT_MS = 300
"""So that heartbeats can be counted, and time can be measured in them."""


class CrashServer(Server):
    def __init__(self, folder: Path, name: str, template: Path | None = None, flags: tuple[str, ...] = ()):
        super().__init__(folder, f"crash-{name}", "--wrap-up-ms", str(WRAP_UP_MS), "--heartbeat-ms", str(HEARTBEAT_MS), *flags)
        if template:
            shutil.copytree(template, self.data)

    def start_armed(self, failpoint: str | None = None, **environment: str) -> bool:
        """Starts with `failpoint` armed. Returns whether it became ready; if not, the failpoint has killed it already."""
        if failpoint:
            environment["FARWINDOW_FAILPOINT"] = failpoint
        before = dict(os.environ)
        os.environ |= environment
        try:
            self.start()
        except AssertionError:
            if failpoint and self.process.poll() == -signal.SIGKILL:
                return False
            raise
        finally:
            os.environ.clear()
            os.environ.update(before)
        return True

    @property
    def database(self) -> Path:
        return self.data / "farwindow.sqlite"

    @property
    def vault(self) -> Path:
        return self.data / "files"

    @property
    def incoming(self) -> list[Path]:
        return list((self.data / "incoming").iterdir())

    @contextlib.contextmanager
    def rows(self):
        """The live database, for reading. Or, when the server is dead, its last state: opening it is not left to the next start alone."""
        if self.process.poll() is None:
            path = self.database
        else:
            copies = self.data.parent / "copy"
            shutil.rmtree(copies, ignore_errors=True)
            copies.mkdir()
            for part in self.data.glob("farwindow.sqlite*"):
                shutil.copy(part, copies)
            path = copies / self.database.name
        connection = sqlite3.connect(f"file:{path}?mode={'ro' if path == self.database else 'rw'}", uri=True, timeout=10)
        connection.row_factory = sqlite3.Row
        try:
            yield connection
        finally:
            connection.close()
