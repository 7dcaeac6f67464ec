"""A disk that can be full: a small file system in memory."""

import contextlib
import subprocess
from pathlib import Path


class SmallDisk:
    size_mb = 32

    def __init__(self, folder: Path):
        self.folder = folder

    def mount(self) -> bool:
        self.folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={self.size_mb}m", "farwindow-test", self.folder]
        return subprocess.run(command, capture_output=True).returncode == 0

    def unmount(self) -> None:
        subprocess.run(["umount", "--lazy", self.folder], check=True)

    @contextlib.contextmanager
    def filled(self):
        """Not a byte is left inside; the room is given back at the end."""
        ballast = self.folder / "ballast"
        with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))
        try:
            yield
        finally:
            ballast.unlink()
