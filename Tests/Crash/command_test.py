"""The commands beside the server, on the data of a real day: rotation of the master key killed at every step, the sweep, and exports read by others."""

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import zipfile

import pytest

import vault
from crashing import CrashServer
from load import Load
from server import BINARY

SEED = 20261202
EXTERNAL_TOOL_S = 30


def farwindow(*arguments, failpoint: str = "") -> subprocess.CompletedProcess:
    environment = os.environ | ({"FARWINDOW_FAILPOINT": failpoint} if failpoint else {})
    return subprocess.run([BINARY, *map(str, arguments)], env=environment, capture_output=True, text=True, timeout=EXTERNAL_TOOL_S, check=False)


@pytest.fixture(scope="module")
def day(tmp_path_factory, template):
    """A data folder after nine citizens' day."""
    server = CrashServer(tmp_path_factory.mktemp("day"), "day", template)
    server.start()
    load = Load(server, SEED)
    load.finish()
    return server.data


@pytest.fixture
def data(day, tmp_path):
    return shutil.copytree(day, tmp_path / "data")


def kept_files(data) -> dict[str, sqlite3.Row]:
    connection = sqlite3.connect(data / "farwindow.sqlite")
    connection.row_factory = sqlite3.Row
    rows = connection.execute(
        "SELECT material_file.*, number FROM material_file JOIN service_case ON service_case.id = case_id WHERE removed = 0"
    ).fetchall()
    connection.close()
    return {row["id"]: row for row in rows}


def check_files(data) -> None:
    """Every recorded file opens, by an own reading of the format, and is what was recorded."""
    rows = kept_files(data)
    assert len(rows) >= 3, "the day has too few files to tell anything"
    for row in rows.values():
        assert hashlib.sha256(vault.read(data, row["id"], row["case_id"])).hexdigest() == row["sha256"]


def names(data) -> set[str]:
    return {path.name for path in (data / "files").iterdir()}


KILLS = ["key-made:1", "before-key-retired:1", "key-retired:1"] + [f"file-rewrapped:{count}" for count in range(1, 5)]


@pytest.mark.parametrize("kill", KILLS)
def test_a_rotation_that_is_killed_loses_nothing_and_is_gone_on_with(data, kill):
    before = vault.ring(data)
    killed = farwindow("rotate-key", "--data", data, failpoint=kill)
    assert killed.returncode == -signal.SIGKILL, killed
    check_files(data)
    is_retired = kill.startswith("key-retired")
    new = list(vault.ring(data))[-1]
    assert (len(vault.ring(data)) == 1) == is_retired and new not in before

    again = farwindow("rotate-key", "--data", data)
    assert again.returncode == 0, again
    check_files(data)
    assert names(data) == set(kept_files(data)), "a leftover was left"
    ring = vault.ring(data)
    assert len(ring) == 1 and not set(ring) & set(before)
    # Gone on with, not begun anew; only a rotation that had come to its end is followed by another.
    assert (list(ring)[0] == new) != is_retired
    assert {vault.key_id(data, name) for name in kept_files(data)} == set(ring)


def test_a_rotation_killed_twice_and_a_server_in_between(day, server):
    data = server.data
    shutil.rmtree(data)
    shutil.copytree(day, data)
    for kill in "file-rewrapped:2", "file-rewrapped:1":
        assert farwindow("rotate-key", "--data", data, failpoint=kill).returncode == -signal.SIGKILL
    server.start()
    assert names(data) == set(kept_files(data)), "the server swept what the rotation left"
    check_files(data)
    assert farwindow("rotate-key", "--data", data).returncode == 0
    server.kill()
    check_files(data)


def test_the_key_is_rotated_under_a_running_server(server):
    server.start()
    load = Load(server, SEED + 1)
    rotations = 0

    def has_files():
        return len(names(server.data)) > rotations * 2

    while rotations < 3:
        assert load.go_on(until_true=has_files)
        if not has_files():
            break
        rotated = farwindow("rotate-key", "--data", server.data)
        assert rotated.returncode == 0, rotated
        rotations += 1
    assert rotations > 1, "too little was handed in to tell anything"
    load.finish()
    check_files(server.data)
    assert len(vault.ring(server.data)) == 1


def test_a_sweep_says_what_it_would_do_and_does_it(data):
    kept = kept_files(data)
    orphan = data / "files" / "01990000-0000-7000-8000-000000000001"
    orphan.write_bytes(b"x")
    arguments = "sweep-files", "--data", data, "--examine", "contents"
    assert farwindow(*arguments).returncode == 0 and orphan.exists(), "it is too young"
    dry = farwindow(*arguments, "--older-than-minutes", "0", "--dry-run")
    assert dry.returncode == 0 and f"would remove: {orphan.name}" in dry.stdout and orphan.exists()
    assert farwindow(*arguments, "--older-than-minutes", "0").returncode == 0 and not orphan.exists()
    damaged, missing = list(kept)[:2]
    stored = bytearray((data / "files" / damaged).read_bytes())
    stored[-1] ^= 1
    (data / "files" / damaged).write_bytes(stored)
    (data / "files" / missing).unlink()
    swept = farwindow(*arguments, "--older-than-minutes", "0")
    assert swept.returncode == 3
    assert f"damaged: {damaged}" in swept.stdout and f"missing: {missing}" in swept.stdout
    assert set(kept_files(data)) == set(kept), "a row was removed"
    assert (data / "files" / damaged).exists()


def test_a_command_makes_no_data_folder(tmp_path):
    for command in ("rotate-key",), ("sweep-files",), ("export-case", "--number", "x", "--out", tmp_path / "x.zip"):
        refused = farwindow(*command, "--data", tmp_path / "mistyped")
        assert refused.returncode == 1 and "[no_data_folder]" in refused.stderr
    assert not list(tmp_path.iterdir())


@pytest.fixture
def exported(data, tmp_path):
    """The export of a case with files, its key, and what the case's files are."""
    rows = kept_files(data)
    number = next(iter(rows.values()))["number"]
    out = tmp_path / "case.zip"
    made = farwindow("export-case", "--data", data, "--number", number, "--out", out)
    assert made.returncode == 0, made
    return out, data / "keys" / "export-public-key.pem", [row for row in rows.values() if row["number"] == number]


def test_an_export_is_read_by_others(exported, tmp_path):
    out, key, rows = exported
    assert out.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(out) as archive:
        assert archive.testzip() is None
        manifest = json.loads(archive.read("manifest.json"))
        for entry in manifest["entries"]:
            content = archive.read(entry["path"])
            assert (len(content), hashlib.sha256(content).hexdigest()) == (entry["bytes"], entry["sha256"])
        assert set(archive.namelist()) == {entry["path"] for entry in manifest["entries"]} | {"manifest.json", "manifest.sig"}
        files = {hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist() if name.startswith("files/")}
        archive.extractall(tmp_path / "unpacked")
    assert files == {row["sha256"] for row in rows}
    assert manifest["case_number"] == rows[0]["number"]
    if shutil.which("unzip"):
        assert subprocess.run(["unzip", "-tq", out], timeout=EXTERNAL_TOOL_S, check=False).returncode == 0
    # The signature by OpenSSL alone, as the documentation promises.
    signature = ["-sigfile", tmp_path / "unpacked" / "manifest.sig"]
    document = ["-rawin", "-in", tmp_path / "unpacked" / "manifest.json"]
    checked = subprocess.run(
        ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", key, *document, *signature], timeout=EXTERNAL_TOOL_S, check=False, capture_output=True
    )
    assert checked.returncode == 0, checked


def test_an_export_is_verified_offline_with_stable_exit_codes(exported, tmp_path):
    out, key, _ = exported
    genuine = farwindow("verify-export", out, "--key", key)
    assert genuine.returncode == 0 and genuine.stdout.startswith("genuine: case "), genuine
    with zipfile.ZipFile(out) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}

    def verify(entries: list[tuple[str, bytes]]) -> tuple[int, str]:
        with zipfile.ZipFile(tmp_path / "forged.zip", "w", zipfile.ZIP_DEFLATED) as forged:
            for name, content in entries:
                forged.writestr(name, content)
        done = farwindow("verify-export", tmp_path / "forged.zip", "--key", key)
        return done.returncode, (done.stdout + done.stderr).strip()

    assert verify(list(entries.items()))[0] == 0, "packed again by another program it is the same"
    for name in entries.keys() - {"manifest.json", "manifest.sig"}:
        rest = [(other, content) for other, content in entries.items() if other != name]
        assert verify([*rest, (name, entries[name] + b"x")]) == (5, f"altered: {name}")
        assert verify(rest) == (5, f"missing: {name}")
    assert verify([*entries.items(), ("more.txt", b"x")]) == (5, "extra: more.txt")
    forged = entries | {"manifest.json": entries["manifest.json"].replace(b"case", b"Case", 1)}
    code, words = verify(list(forged.items()))
    assert code == 4 and "signature wrong" in words
    for name, reason in {"../x": "archive_unsafe_name", "OUTCOME.json": "archive_duplicate_entry"}.items():
        code, words = verify([*entries.items(), (name, b"x")])
        assert code == 3 and f"[{reason}]" in words
    code, words = verify([*entries.items(), ("zeros", bytes(20_000_000))])
    assert code == 3 and "[archive_too_large]" in words
    assert farwindow("verify-export", key, "--key", key).returncode == 2
    assert farwindow("verify-export", tmp_path / "nothing.zip", "--key", key).returncode == 2
    assert farwindow("verify-export", out, "--key", out).returncode == 1


def test_an_export_is_refused_rather_than_incomplete(data, exported, tmp_path):
    out, _, rows = exported
    number = rows[0]["number"]
    arguments = "export-case", "--data", data, "--number"
    assert "[export_exists]" in farwindow(*arguments, number, "--out", out).stderr
    assert farwindow(*arguments, "445102-000000-0000", "--out", tmp_path / "other.zip").returncode == 4
    stored = data / "files" / rows[0]["id"]
    stored.write_bytes(stored.read_bytes()[:-1])
    refused = farwindow(*arguments, number, "--out", tmp_path / "other.zip")
    assert refused.returncode == 1 and "[export_file_damaged]" in refused.stderr
    assert not (tmp_path / "other.zip").exists() and not list(tmp_path.glob(".*"))
