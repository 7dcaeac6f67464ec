"""What the tests are given: a server each, people, and papers."""

import signal
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from disk import SmallDisk
from fake_clock import FakeClock
from papers import print_papers
from people import DESK, LOOKS, PHONE, Person
from server import BINARY, Server

TEST_TIMEOUT_S = 240


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
def playwright():
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def papers(playwright, tmp_path_factory):
    return print_papers(playwright, tmp_path_factory.mktemp("papers"))


@pytest.fixture(scope="session")
def recordings(tmp_path_factory):
    return tmp_path_factory.mktemp("recordings")


@pytest.fixture
def start_server(tmp_path, request):
    """Starts servers with the flags given; each ends with the test, by SIGTERM and with exit code 0."""
    servers: list[Server] = []

    def start(*flags: str, folder: Path | None = None) -> Server:
        server = Server(folder or tmp_path / f"server{len(servers)}", f"{request.node.name}-{len(servers)}", *flags)
        servers.append(server)
        return server.start()

    yield start
    codes = [server.stop() for server in servers if server.process and server.process.returncode is None]
    assert all(code == 0 for code in codes), f"the server ended with {codes}"


@pytest.fixture
def server(start_server):
    return start_server()


@pytest.fixture
def small_disk(tmp_path):
    disk = SmallDisk(tmp_path / "small-disk")
    if not disk.mount():
        pytest.skip("this user may not mount a file system in memory")
    yield disk
    disk.unmount()


@pytest.fixture
def clock(tmp_path):
    """For a server that is started with its environment: the wall clock that this finds when it starts."""
    clock = FakeClock(tmp_path / "clock")
    yield clock
    clock.remove()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Remembers for the fixtures whether the test itself failed."""
    report = yield
    if report.when == "call":
        item.has_failed = report.failed
    return report


@pytest.fixture
def meet(playwright, recordings, request):
    """Brings people in: `meet(server, "citizen")`. At the end of the test none of their pages may have reported an error.

    What each saw when a test failed is in artefacts/screens/failed-….png.
    """
    present: list[Person] = []

    def bring(server: Server, name: str) -> Person:
        person = Person(playwright, LOOKS[name], recordings, server.port, DESK if name.startswith("agent") else PHONE)
        present.append(person)
        return person

    yield bring
    if getattr(request.node, "has_failed", False):
        for person in present:
            person.screenshot(f"failed-{request.node.name}-{person.look.name}")
    problems = {person.look.name: person.problems for person in present if person.problems}
    for person in present:
        person.leave()
    assert not problems, f"errors in the browser's console: {problems}"
