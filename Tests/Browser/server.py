"""One Farwindow server of its own: a free port, a data folder, and a process that can be killed and started again on both."""

import atexit
import functools
import http.client
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

from hours import demonstration
from waiting import until

ROOT = Path(__file__).resolve().parents[2]
BINARY = ROOT / ".build" / "debug" / "farwindow"
ARTEFACTS = ROOT / "artefacts"


@functools.cache
def open_day_and_night() -> str:
    """The demonstration, open at whatever hour the tests run."""
    folder = Path(tempfile.mkdtemp(prefix="farwindow-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return demonstration(folder, is_open=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, folder: Path, name: str, *flags: str):
        self.data = folder / "data"
        self.port = free_port()
        self.flags = flags
        self.log = ARTEFACTS / "servers" / f"{name}.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.log.write_text("")
        self.process: subprocess.Popen | None = None

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Server":
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [
                    BINARY, "serve", "--listen", "127.0.0.1", "--port", str(self.port), "--data", self.data, "--web", ROOT / "Web",
                    "--demonstration", open_day_and_night(), "--pdf-viewer", "/usr/share/javascript/pdf",
                    "--notice-printer", ROOT / "ops" / "print-notice", "--public-origin", self.origin, "--second-factor", "optional", *self.flags,
                ],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        until(self.is_ready, "the server to be ready", timeout_s=30)
        return self

    def is_ready(self) -> bool:
        if self.process.poll() is not None:
            raise AssertionError(f"the server ended with {self.process.returncode}:\n{self.log.read_text()[-2000:]}")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        """As a power cut would: no goodbye, nothing flushed."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def kill_and_start(self) -> None:
        self.kill()
        self.start()

    def stop(self) -> int:
        """Asks it to end, as systemd does. Returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError("SIGTERM did not end the server in 10 s") from None

    def password(self, account: str) -> str:
        """The account's demonstration password. Lines: account, password, name and roles, with tabs between."""
        lines = (self.data / "demo-accounts.txt").read_text().splitlines()
        return next(line.split("\t")[1] for line in lines if line.startswith(f"{account}\t"))
