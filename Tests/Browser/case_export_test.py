"""An administrator saves a case as one ZIP, and anybody can check it."""

import json
import re
import subprocess
import zipfile
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from notice_test import Matter
from server import BINARY, Server


def sign_in(person, server: Server) -> None:
    # Whether somebody is signed in already is asked first; the browser reports that nobody is.
    with person.tolerating("401"):
        person.open("/admin/")
        person.page.get_by_label("账号").fill("admin1")
        person.page.get_by_label("密码").fill(server.password("admin1"))
    person.page.get_by_role("button", name="登录").click()
    person.page.get_by_role("heading", level=2, name="会话").wait_for()


def test_a_case_is_saved_as_one_file_that_can_be_checked(server, meet, tmp_path):
    matter = Matter(server)
    notices = [matter.conclude(), matter.conclude()]
    number = notices[0]["number"].removesuffix("-1")
    numbers = [notice["number"] for notice in notices]

    # By command, before anybody had a notice printed: it says which are missing.
    said, told, _ = exported_by_command(server, number, tmp_path / "before.zip")
    assert all(f"not printed, and so not in it: notice {one}" in said for one in numbers), said
    assert told == [(one, "not-printed") for one in numbers]

    person = meet(server, "agent")
    page = person.page
    sign_in(person, server)
    page.get_by_role("row").filter(has_text=number).first.get_by_role("button").click()
    panel = page.get_by_role("dialog")
    button = panel.get_by_role("button", name="导出办件")

    # Refused: the sentence says so, and nothing is saved.
    refusal = {"type": "about:blank", "status": 503, "code": "storage_unavailable", "title": "x", "detail": "系统暂时存不了内容，请稍后再试。"}
    page.route("**/export", lambda route: route.fulfill(status=503, content_type="application/problem+json", body=json.dumps(refusal)))
    with person.tolerating("503"):
        button.click()
        expect(panel.get_by_role("alert")).to_contain_text("没有导出：系统暂时存不了内容，请稍后再试。")
    page.unroute("**/export")
    expect(button).not_to_have_attribute("aria-disabled", "true")

    # Given up while it runs.
    held = []
    page.route("**/export", lambda route: held.append(route))
    button.click()
    expect(panel).to_contain_text("正在整理")
    expect(panel.get_by_role("alert")).to_be_empty()
    panel.get_by_role("button", name="取消").click()
    expect(panel.get_by_role("button", name="取消")).to_be_hidden()
    expect(button).to_be_focused()
    expect(panel.get_by_role("alert")).to_be_empty()
    page.unroute("**/export")

    with page.expect_download(timeout=120_000) as saving:
        button.click()
    archive = tmp_path / saving.value.suggested_filename
    saving.value.save_as(archive)
    assert archive.name == f"{number}.zip"
    expect(panel.get_by_role("status").filter(has_text="已保存")).to_contain_text(f"{number}.zip")
    person.screenshot("admin-export")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()

    checked = subprocess.run([BINARY, "verify-export", archive, "--key", server.data / "keys" / "export-public-key.pem"], capture_output=True, text=True)
    assert checked.returncode == 0 and re.match(f"genuine: case {number}", checked.stdout), checked
    told, papers = notices_in(archive)
    assert told == [(one, "in-export") for one in numbers] and all(paper.startswith(b"%PDF-") for paper in papers)
    said, *after = exported_by_command(server, number, tmp_path / "after.zip")
    assert "not printed" not in said and after == [told, papers], "printed once, the same papers ever after"


def notices_in(archive: Path) -> tuple[list, list[bytes]]:
    """Number and whereabouts of each version's notice as the timeline tells them, and the papers."""
    with zipfile.ZipFile(archive) as content:
        notices = json.loads(content.read("timeline.json"))["notices"]
        return [(one["number"], one["pdf"]) for one in notices], [content.read(one["path"]) for one in notices if "path" in one]


def exported_by_command(server: Server, number: str, archive: Path) -> tuple[str, list, list[bytes]]:
    done = subprocess.run([BINARY, "export-case", "--data", server.data, "--number", number, "--out", archive], capture_output=True, text=True)
    assert done.returncode == 0, done
    return done.stdout, *notices_in(archive)
