"""The audit administrator reads who did what, and takes it away as a file; nobody else sees the page, and the chain holds against the terminal."""

import csv
import io
import sqlite3
import subprocess

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from server import BINARY
from wire import Visitor


def with_auditor(server):
    """Gives one of the demonstration's agents the audit instead of a seat."""
    assert server.stop() == 0
    store = sqlite3.connect(server.data / "farwindow.sqlite")
    store.execute("PRAGMA ignore_check_constraints = ON")
    (account, hall) = store.execute("SELECT id, hall FROM account WHERE account = 'agent2'").fetchone()
    store.execute("DELETE FROM account_role WHERE account = ?", [account])
    store.execute("UPDATE account SET first_signed_in_at_ms = 1 WHERE id = ?", [account])
    store.execute("INSERT INTO account_role (account, hall, role) VALUES (?, ?, 'audit-administrator')", [account, hall])
    store.commit()
    store.close()
    return server.start()


def sign_in(person, server, account: str, address: str) -> None:
    with person.tolerating("401"):
        person.open(address)
        person.page.get_by_label("账号").fill(account)
        person.page.get_by_label("密码").fill(server.password(account))
    person.page.get_by_role("button", name="登录").click()


def staff(server, account: str) -> Visitor:
    visitor = Visitor(server)
    assert visitor.request("POST", "/api/v1/staff/sign-in", {"account": account, "password": server.password(account)}).status == 200
    return visitor


def verify(server, *more: str) -> subprocess.CompletedProcess:
    return subprocess.run([BINARY, "verify-audit", "--data", server.data, *more], capture_output=True, text=True, timeout=60)


def test_the_audit_is_read_filtered_opened_and_saved(start_server, meet, tmp_path):
    server = with_auditor(start_server(folder=tmp_path / "audited"))
    administrator = staff(server, "admin1")
    assert administrator.request("GET", "/api/v1/admin/sessions.csv?hall=445102").status == 200
    agent = staff(server, "agent1")
    for _ in range(50):
        assert agent.request("GET", "/api/v1/admin/people").status == 403
    for _ in range(60):
        staff(server, "agent3")

    person = meet(server, "agent")
    page = person.page
    sign_in(person, server, "agent2", "/admin/")
    page.get_by_role("heading", level=1, name="审计").wait_for()
    expect(page.get_by_role("navigation").get_by_role("link")).to_have_count(1)
    rows = page.get_by_role("table", name="审计").locator("tbody tr")
    expect(rows).to_have_count(100)
    person.screenshot("admin-audit")
    page.get_by_role("button", name="下一页").click()
    expect(rows.nth(100).get_by_role("button")).to_be_focused()

    page.locator("[data-filter=outcome]").select_option("refused")
    page.get_by_label("人员（账号或编号）").fill("agent1")
    page.get_by_role("button", name="查询").click()
    expect(rows).to_have_count(50)
    expect(rows.first).to_contain_text("越权请求被拒绝")
    rows.first.get_by_role("button").press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("agent1：越权请求被拒绝，被拒绝（not_allowed）")
    expect(dialog).to_contain_text("127.0.0.1")
    expect(dialog).to_contain_text("GET /api/v1/admin/people")
    person.screenshot("admin-audit-entry")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.keyboard.press("Escape")

    with page.expect_download() as saving:
        page.get_by_role("button", name="导出 CSV").click()
    lines = list(csv.reader(io.StringIO(saving.value.path().read_text("utf-8-sig"))))
    assert len(lines) == 51 and {line[4] for line in lines[1:]} == {"agent1"}
    page.get_by_label("人员（账号或编号）").fill("")
    page.locator("[data-filter=outcome]").select_option("all")
    page.locator("[data-filter=act]").select_option("audit-exported")
    page.get_by_role("button", name="查询").click()
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("agent2")
    page.get_by_label("起始日期").fill("2020-01-01")
    page.get_by_label("结束日期").fill("2020-01-02")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text("没有符合条件的记录")).to_be_visible()
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_label("起始日期").fill("")
    page.get_by_label("结束日期").fill("")
    page.locator("[data-filter=act]").select_option("")
    page.get_by_role("button", name="查询").click()
    expect(rows).to_have_count(100)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    person.screenshot("admin-audit-phone")


def test_nobody_else_sees_it(start_server, meet, tmp_path):
    server = with_auditor(start_server(folder=tmp_path / "others"))
    person = meet(server, "agent")
    sign_in(person, server, "admin1", "/admin/#/audit")
    person.page.get_by_role("navigation").get_by_role("link").first.wait_for()
    expect(person.page.get_by_role("link", name="审计")).to_have_count(0)
    expect(person.page.get_by_role("heading", level=1)).not_to_have_text("审计")


def test_the_terminal_verifies_beside_the_server_and_finds_a_cut(start_server, tmp_path):
    server = start_server(folder=tmp_path / "verified")
    for _ in range(3):
        staff(server, "agent1")
    whole = verify(server)
    assert whole.returncode == 0 and whole.stdout.startswith("whole: "), whole
    server.kill_and_start()
    staff(server, "agent1")
    assert server.stop() == 0
    whole = verify(server)
    assert whole.returncode == 0, whole

    store = sqlite3.connect(server.data / "farwindow.sqlite")
    store.execute("DROP TRIGGER audit_entry_stays")
    store.execute("DELETE FROM audit_entry WHERE sequence > 3")
    store.commit()
    store.close()
    cut = verify(server)
    assert cut.returncode == 4 and "audit_truncated" in cut.stdout and "first row that cannot be trusted: 4" in cut.stdout, cut
    server.start()
    assert server.stop() == 0
    for _ in range(4):
        server.start()
        assert server.stop() == 0
    anew = verify(server)
    assert anew.returncode == 4 and "audit_appended_anew" in anew.stdout, anew
    assert "the audit is not the one that was anchored" in server.log.read_text()
