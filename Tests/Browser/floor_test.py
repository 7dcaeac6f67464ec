"""The floor now: what arises at a seat is on every supervisor's board, whoever takes it is seen there, and acts reach the seat."""

import json
import re
import sqlite3
import time
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, expect

from desk import Desk
from hours import demonstration
from recovery_test import queue, seat

HALL = "445102"


class Board:
    """A supervisor's board, by what they read and press there."""

    def __init__(self, person, server, account: str = "admin1", hash: str = "#/floor"):
        self.person, self.page = person, person.page
        with person.tolerating("401"):
            person.open(f"/admin/{hash}")
            self.page.get_by_label("账号").fill(account)
            self.page.get_by_label("密码").fill(server.password(account))
            self.page.get_by_role("button", name="登录").click()
            expect(self.page.get_by_role("heading", name="坐席", exact=True)).to_be_visible()

    def tile(self, number: str) -> Locator:
        return self.page.get_by_role("region", name="坐席").get_by_role("button").filter(has_text=re.compile(f"^{number}"))

    def task(self, words: str) -> Locator:
        return self.page.get_by_role("region", name="待办").get_by_role("listitem").filter(has_text=words)

    def say_why(self, title: str, reason: str, button: str) -> None:
        dialog = self.page.get_by_role("dialog", name=title)
        dialog.get_by_role("button", name=button).click()
        expect(dialog).to_contain_text("请写原因")
        dialog.get_by_label("原因").fill(reason)
        dialog.get_by_role("button", name=button).click()
        expect(dialog).to_be_hidden()

    def no_barrier(self) -> None:
        found = Axe().run(self.page)
        assert found.violations_count == 0, found.generate_report()


@pytest.fixture
def server(start_server, tmp_path):
    """A hall with a second administrator."""
    folder = Path(demonstration(tmp_path, is_open=True))
    house = json.loads((folder / "accounts.json").read_text())
    house["accounts"].append({"account": "admin2", "name": "郑雅琴", "hall": HALL, "roles": ["administrator"]})
    (folder / "accounts.json").write_text(json.dumps(house, ensure_ascii=False))
    return start_server("--demonstration", str(folder))


def test_two_supervisors_see_the_same(server, meet):
    desk = Desk(meet(server, "agent"))
    desk.sign_in(server, "agent1")
    desk.sign_on("01")
    first = Board(meet(server, "agent2"), server)
    second = Board(meet(server, "neighbour"), server, "admin2")
    expect(first.tile("01")).to_contain_text("小休")

    desk.press("q")
    begin = time.monotonic()
    for board in (first, second):
        expect(board.task("01 号坐席请求协助")).to_be_visible()
    print(f"help on both boards after {time.monotonic() - begin:.2f} s")
    expect(first.tile("01")).to_contain_text("请求协助")
    expect(desk.page.get_by_role("button", name="已求助")).to_be_disabled()
    first.no_barrier()

    # By keyboard alone.
    first.page.keyboard.press("j")
    first.page.keyboard.press("t")
    begin = time.monotonic()
    expect(second.task("01 号坐席请求协助")).to_contain_text("黄文博 在处理")
    print(f"the taker's name on the other board after {time.monotonic() - begin:.2f} s")
    expect(desk.page.get_by_role("button", name="黄文博 正在过来")).to_be_visible()
    desk.person.screenshot("seat-40-help-is-coming")
    assert desk.fits()
    first.person.screenshot("admin-40-floor")
    first.page.keyboard.press("c")
    dialog = first.page.get_by_role("dialog", name="办结这件事")
    dialog.get_by_label("处理情况").fill("换了打印机")
    first.page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(second.task("01 号坐席请求协助")).to_have_count(0)
    expect(desk.page.get_by_role("button", name="求助", exact=True)).to_be_enabled()


def test_a_seat_is_put_not_ready_and_a_stuck_session_ended(server, meet):
    desk = seat(server, meet)
    desk.ready()
    desk.expect_state("空闲")
    board = Board(meet(server, "agent2"), server)
    board.tile("01").click()
    board.page.get_by_role("button", name="设为小休").click()
    board.say_why("把 01 号坐席设为小休", "换摄像头", "设为小休")
    desk.expect_state("主管设为小休")
    expect(desk.middle).to_contain_text("主管把您设为小休")

    citizen = queue(server, meet, "citizen", "王小明")
    desk.ready()
    desk.expect_ring(citizen.number())
    desk.accept()
    expect(board.tile("01")).to_contain_text("接待中")
    board.tile("01").click()
    board.person.screenshot("admin-41-seat-on-the-floor")
    board.page.get_by_role("button", name="结束会话").click()
    board.say_why("结束 01 号坐席的会话", "坐席没有反应", "结束会话")
    desk.expect_state("话后处理")
    citizen.expect_ahead(0)

    # The reasons are stored, with who gave them.
    with sqlite3.connect(f"file:{server.data / 'farwindow.sqlite'}?mode=ro", uri=True) as store:
        acts = store.execute("SELECT kind, reason, done_by_name FROM floor_act ORDER BY at_ms").fetchall()
    assert acts == [("seat-not-ready", "换摄像头", "黄文博"), ("session-ended", "坐席没有反应", "黄文博")]


def test_a_board_on_a_wall_and_on_a_phone(server, meet):
    desk = seat(server, meet)
    desk.press("q")
    for number in range(2):
        queue(server, meet, ["citizen", "neighbour"][number], f"王小{number}")
    board = Board(meet(server, "agent2"), server)
    expect(board.task("01 号坐席请求协助")).to_be_visible()
    for name, width, height in [("desk", 1366, 768), ("phone", 360, 740), ("wall", 1920, 1080)]:
        board.page.set_viewport_size({"width": width, "height": height})
        if name == "wall":
            board.page.keyboard.press("w")
            expect(board.page.get_by_role("button", name="我来处理")).to_have_count(0)
        assert board.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        board.person.screenshot(f"admin-42-floor-{name}", full_page=name == "phone")
        board.no_barrier()
    board.page.keyboard.press("Escape")
    expect(board.page.get_by_role("button", name="我来处理")).to_be_visible()
