"""An administrator reads the reports, and they say what the API says; the list of sessions leads to each one's steps."""

import csv
import io
from datetime import datetime, timedelta

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from made_up_days import CHINA, fill
from wire import Visitor

DAYS = 21


def filled(start_server, tmp_path):
    """A server with three weeks of visits behind it."""
    server = start_server(folder=tmp_path / "filled")
    assert server.stop() == 0
    fill(server.data / "farwindow.sqlite", (datetime.now(CHINA) - timedelta(days=1)).date(), DAYS, visits_a_day=40)
    return server.start()


def sign_in(person, server, address: str) -> None:
    with person.tolerating("401"):
        person.open(address)
        person.page.get_by_label("账号").fill("admin1")
        person.page.get_by_label("密码").fill(server.password("admin1"))
    person.page.get_by_role("button", name="登录").click()


def administrator(server) -> Visitor:
    visitor = Visitor(server)
    signed_in = visitor.request("POST", "/api/v1/staff/sign-in", {"account": "admin1", "password": server.password("admin1")})
    assert signed_in.status == 200, signed_in
    return visitor


def in_words(milliseconds: int) -> str:
    minutes, seconds = divmod(int(milliseconds / 1000 + 0.5), 60)
    assert minutes < 60
    return " ".join(part for part in [f"{minutes} 分" if minutes else "", f"{seconds} 秒" if seconds or not minutes else ""] if part)


def test_figures_agree_with_the_api(start_server, meet, tmp_path):
    server = filled(start_server, tmp_path)
    visitor = administrator(server)
    person = meet(server, "agent")
    page = person.page
    sign_in(person, server, "/admin/#/figures")
    page.get_by_role("heading", level=1, name="统计").wait_for()
    page.get_by_role("button", name="近 30 天").click()
    start, end = page.get_by_label("开始日期").input_value(), page.get_by_label("结束日期").input_value()
    card = page.locator("[data-question=tickets]")
    for by, label in [("day", "按日"), ("item", "按事项"), ("seat", "按坐席"), ("hour", "按时段")]:
        page.get_by_label("分组").select_option(label)
        found = visitor.request("GET", f"/api/v1/admin/figures?hall=445102&from={start}&to={end}&by={by}").json
        rows = card.locator("tbody tr")
        expect(rows).to_have_count(len(found["rows"]))
        # Whatever is folded away is there all the same.
        cells = [row.locator("td").all_text_contents() for row in rows.all()]
        wanted = [[row.get("name") or row["key"] or "没有坐席接过"] + [str(row["values"][one]) for one in ("taken", "served", "abandoned", "no_show")] for row in found["rows"]]
        assert cells == wanted
        assert found["total"]["taken"] > 500
        for figure in ("taken", "served", "sessions"):
            expect(page.locator(f"[data-figure={figure}]")).to_have_text(str(found["total"][figure]))
        expect(page.locator("[data-figure=wait_p80_ms]")).to_have_text(in_words(found["total"]["wait_p80_ms"]))
        expect(card).to_contain_text(found["definitions"][0]["definition"])
        person.screenshot(f"admin-figures-{by}", full_page=True)
    checked = Axe().run(page)
    assert checked.violations_count == 0, checked.generate_report()

    # By keyboard: the drawing reads itself out, and the table is one key away.
    page.get_by_label("分组").select_option("按日")
    expect(card.locator("tbody tr")).to_have_count(30)
    card.locator(".chart__plot").press("End")
    expect(card.locator(".chart__reading")).to_contain_text(end)
    card.locator("summary").press("Enter")
    expect(card.get_by_role("table")).to_be_visible()
    with page.expect_download() as saving:
        card.get_by_role("button", name="保存为 CSV").press("Enter")
    text = saving.value.path().read_text("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    assert lines[0] == ["按日", "取号数", "办结数", "放弃数", "呼叫未到数"] and len(lines) == 31
    with page.expect_download() as saving:
        page.get_by_role("button", name="全部指标存为 CSV").click()
    whole = list(csv.reader(io.StringIO(saving.value.path().read_text("utf-8-sig"))))
    assert whole[0][:3] == ["分组", "名称", "取号数"] and whole[-1][0] == "合计"
    assert [row[2] for row in whole[1:-1]] == [row[1] for row in lines[1:]]

    # A period that ends before it begins is said beside the fields, and what was shown stays.
    with person.tolerating("422"):
        page.get_by_label("结束日期").fill("2020-01-01")
        page.get_by_role("button", name="统计", exact=True).click()
        expect(page.get_by_role("alert").filter(has_text="结束不早于开始")).to_be_visible()
    expect(page.get_by_label("结束日期")).to_have_attribute("aria-invalid", "true")
    expect(card.locator("tbody tr")).to_have_count(30)

    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_role("button", name="近 30 天").click()
    expect(page.get_by_role("alert").filter(has_text="结束不早于开始")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    person.screenshot("admin-figures-phone", full_page=True)


def test_sessions_are_found_and_opened(start_server, meet, tmp_path):
    server = filled(start_server, tmp_path)
    visitor = administrator(server)
    person = meet(server, "agent")
    page = person.page
    sign_in(person, server, "/admin/#/sessions")
    rows = page.get_by_role("table", name="会话记录").locator("tbody tr")
    expect(rows).to_have_count(50)
    person.screenshot("admin-sessions")
    page.get_by_role("button", name="再显示一页").click()
    expect(rows).to_have_count(100)
    expect(rows.nth(50).get_by_role("button")).to_be_focused()
    first = visitor.request("GET", "/api/v1/admin/sessions?hall=445102&disposition=correction-needed").json["sessions"]
    page.get_by_label("结论").select_option("correction-needed")
    page.get_by_role("button", name="查询").click()
    expect(rows).to_have_count(len(first))
    expect(rows.first).to_contain_text(first[0]["case_number"])
    page.get_by_label("结论").select_option("")
    page.get_by_label("排队号或办件编号").fill(first[3]["case_number"])
    page.get_by_label("排队号或办件编号").press("Enter")
    expect(rows.first).to_contain_text(first[3]["ticket_number"])
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    rows.first.get_by_role("button").click()
    expect(page.get_by_role("dialog")).to_contain_text(first[3]["case_number"])
    page.keyboard.press("Escape")
    with page.expect_download() as saving:
        page.get_by_role("button", name="存为 CSV").click()
    lines = list(csv.reader(io.StringIO(saving.value.path().read_text("utf-8-sig"))))
    assert [line[4] for line in lines[1:]] == [first[3]["case_number"]] * (len(lines) - 1) and len(lines) > 1
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    person.screenshot("admin-sessions-phone")
