"""What the crash tests are given: servers that start from one prepared data folder."""

import signal

import pytest

from crashing import CrashServer
from disk import SmallDisk
from server import BINARY

TEST_TIMEOUT_S = 120


def pytest_sessionstart():
    if not BINARY.exists():
        pytest.exit(f"There is no {BINARY.name} yet: run swift build.", returncode=2)


@pytest.fixture(autouse=True)
def time_limit():
    """No test hangs: past its time it fails where it stands."""

    def too_long(*_):
        raise TimeoutError(f"the test took longer than {TEST_TIMEOUT_S} s")

    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(TEST_TIMEOUT_S)
    yield
    signal.alarm(0)


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """A data folder after its first start, so that the others need not hash passwords again."""
    server = CrashServer(tmp_path_factory.mktemp("template"), "template")
    server.start()
    assert server.stop() == 0
    return server.data


@pytest.fixture
def make_server(template, tmp_path, request):
    """Prepares servers without starting them. Those that still run at the end of the test must stop with exit code 0."""
    servers: list[CrashServer] = []

    def make(*flags: str, folder=None) -> CrashServer:
        name = "".join(letter if letter.isalnum() else "-" for letter in request.node.name)
        servers.append(CrashServer(folder or tmp_path / f"server{len(servers)}", name, template, flags))
        return servers[-1]

    yield make
    codes = [server.stop() for server in servers if server.process and server.process.poll() is None]
    assert all(code == 0 for code in codes), f"the server ended with {codes}"


@pytest.fixture
def server(make_server):
    return make_server()


@pytest.fixture
def small_disk(tmp_path):
    disk = SmallDisk(tmp_path / "small-disk")
    if not disk.mount():
        pytest.skip("this user may not mount a file system in memory")
    yield disk
    disk.unmount()
