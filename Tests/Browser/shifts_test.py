"""One's own shifts at the seat desk: the shift in the bar, leave and what became of it, swaps, and the calendar's address."""

import re
import uuid
from datetime import datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, expect

from desk import Desk
from hours import CHINA
from recovery_test import queue
from wire import Visitor

HALL = "445102"
SCHEDULE = f"/api/v1/admin/halls/{HALL}/schedule"


class Hall:
    """The hall's schedule, as an administrator changes it."""

    def __init__(self, server):
        self.administrator = signed_in(server, "admin1")
        agents = self.administrator.get(f"{SCHEDULE}/week?from={day(0)}").json["agents"]
        self.agents = {agent["name"]: agent["id"] for agent in agents}
        self.revision = 0

    def plan(self, date: str, name: str, begin: str, end: str) -> str:
        """Publishes that day with this one shift. Returns its id."""
        shift = str(uuid.uuid4())
        self.publish({"kind": "put-exception", "date": date, "note": ""}, self.putting(shift, date, name, begin, end))
        return shift

    def putting(self, shift: str, date: str, name: str, begin: str, end: str) -> dict:
        one = {"id": shift, "date": date, "from": begin, "to": end, "seat_id": f"{HALL}-01", "agent_id": self.agents[name]}
        return {"kind": "put-shift", "shift": one}

    def publish(self, *changes: dict) -> None:
        draft = self.administrator.post(f"{SCHEDULE}/draft/changes", {"revision": 0, "changes": list(changes)})
        assert draft.status == 200, draft
        revision = draft.json["draft"]["revision"]
        self.administrator.post(f"{SCHEDULE}/draft/check", {"revision": revision})
        published = self.administrator.post(f"{SCHEDULE}/draft/publish", {"revision": revision, "why": "test"})
        assert published.status == 200, published


def day(later: int) -> str:
    return str((datetime.now(CHINA) + timedelta(days=later)).date())


def shift_under_way(hour: int) -> tuple[tuple[str, str], tuple[str, str]]:
    """A shift of today that is under way all through this hour, and the same a quarter of an hour changed: at the end that is far from midnight."""
    begin, end = max(0, hour - 2), min(24, hour + 3)
    is_early = hour < 12
    changed = (f"{begin:02}:00", f"{end:02}:15") if is_early else (f"{begin:02}:15", f"{end:02}:00")
    return (f"{begin:02}:00", f"{end:02}:00"), changed


def signed_in(server, account: str) -> Visitor:
    visitor = Visitor(server)
    assert visitor.post("/api/v1/staff/sign-in", {"account": account, "password": server.password(account)}).status == 200
    return visitor


def panel(desk: Desk) -> Locator:
    return desk.page.get_by_role("dialog", name="我的班次")


def no_barrier(page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.fixture
def desk(server, meet) -> Desk:
    desk = Desk(meet(server, "agent"))
    desk.sign_in(server, "agent1")
    return desk


def test_leave_is_asked_for_approved_and_seen(server, meet, desk):
    # From the choice of a seat, by keyboard alone.
    desk.press("s")
    own = panel(desk)
    form = own.get_by_role("form", name="提出请假")
    expect(form.get_by_label("开始")).to_be_focused()
    form.get_by_label("事由").press("Enter")
    expect(form).to_contain_text("请填写开始的日期和时间")
    expect(form).to_contain_text("请写明事由")
    expect(form.get_by_label("开始")).to_be_focused()
    form.get_by_label("开始").fill("2032-03-01T09:00")
    form.get_by_label("结束").fill("2032-03-01T08:00")
    form.get_by_label("事由").fill("体检")
    form.get_by_label("事由").press("Enter")
    expect(form).to_contain_text("结束要晚于开始")
    expect(form.get_by_label("结束")).to_be_focused()
    desk.person.screenshot("seat-shifts-faults")
    no_barrier(desk.page)
    form.get_by_label("结束").fill("2032-03-02T12:00")
    form.get_by_label("事由").press("Enter")
    expect(own.get_by_role("status")).to_contain_text("等管理员批准")
    leave = own.get_by_role("list", name="我的请假").get_by_role("listitem")
    expect(leave).to_contain_text("3月1日周一 09:00 到 3月2日周二 12:00")
    expect(leave).to_contain_text("待批准")

    administrator = meet(server, "agent2")
    with administrator.tolerating("401"):
        administrator.open("/admin/#/leave")
        administrator.page.get_by_label("账号").fill("admin1")
        administrator.page.get_by_label("密码").fill(server.password("admin1"))
        administrator.page.get_by_role("button", name="登录").click()
        administrator.page.get_by_role("button", name="处理陈小燕的请假").click()
    administrator.page.get_by_label("批注").fill("好好休息")
    administrator.page.get_by_role("button", name="批准", exact=True).click()

    # The open panel sees it by itself.
    expect(leave).to_contain_text("已批准", timeout=20_000)
    expect(leave).to_contain_text("好好休息")
    desk.person.screenshot("seat-shifts-approved")
    leave.get_by_role("button", name="撤回请假").press("Enter")
    question = desk.page.get_by_role("dialog", name="撤回请假？")
    expect(question).to_contain_text("马上恢复")
    question.get_by_role("button", name="撤回", exact=True).press("Enter")
    expect(leave).to_contain_text("已撤回")
    desk.press("Escape")
    expect(own).to_be_hidden()


def test_the_calendar_address_is_made_copied_and_answers(server, desk):
    hall = Hall(server)
    hall.plan(day(3), "陈小燕", "09:00", "12:00")
    desk.person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.page.get_by_role("button", name="我的班次").press("Enter")
    own = panel(desk)

    def new_address() -> str:
        own.get_by_role("button", name="取得新地址").press("Enter")
        question = desk.page.get_by_role("dialog", name="取得新的日历地址？")
        expect(question).to_contain_text("马上停用")
        question.get_by_role("button", name="取得新地址").press("Enter")
        expect(question).to_be_hidden()
        expect(own.get_by_role("status")).to_contain_text("旧地址已停用")
        return own.get_by_label("日历地址").input_value()

    first = new_address()
    expect(own.get_by_role("list", name="接下来的班次").get_by_role("listitem")).to_contain_text("09:00 到 12:00")
    own.get_by_role("button", name="复制").press("Enter")
    expect(own.get_by_role("status")).to_contain_text("地址已复制")
    assert desk.page.evaluate("() => navigator.clipboard.readText()") == first
    desk.person.screenshot("seat-shifts-calendar")
    no_barrier(desk.page)

    # A calendar program has no cookie.
    program = Visitor(server)
    path = first.removeprefix(server.origin)
    reply = program.get(path)
    assert reply.status == 200 and reply.headers["content-type"].startswith("text/calendar"), reply
    assert b"BEGIN:VEVENT" in reply.body
    expect(own.get_by_label("日历地址")).not_to_have_value("")
    own.get_by_role("button", name="取得新地址").press("Enter")
    desk.page.get_by_role("dialog", name="取得新的日历地址？").get_by_role("button", name="取得新地址").press("Enter")
    expect(own.get_by_label("日历地址")).not_to_have_value(first)
    assert program.get(path).status == 404


def test_a_swap_is_answered_asked_for_and_withdrawn(server, desk):
    hall = Hall(server)
    theirs = hall.plan(day(3), "林志远", "09:00", "12:00")
    hall.plan(day(4), "陈小燕", "14:00", "17:00")
    colleague = signed_in(server, "agent2")
    asked = colleague.post("/api/v1/staff/swaps", {"shift_id": theirs, "date": day(3), "to_agent_id": hall.agents["陈小燕"]})
    assert asked.status == 201, asked
    desk.sign_on("01")
    desk.press("s")
    own = panel(desk)
    swap = own.get_by_role("list", name="我的换班").get_by_role("listitem")
    expect(swap).to_contain_text("林志远请您上")
    expect(swap).to_contain_text("等您答复")
    desk.person.screenshot("seat-shifts-swap")
    no_barrier(desk.page)
    swap.get_by_role("button", name=re.compile("^同意：林志远")).press("Enter")
    expect(swap).to_contain_text("已同意，待批准")
    decided = hall.administrator.post(f"/api/v1/admin/halls/{HALL}/swaps/{asked.json['id']}/decision", {"approve": True})
    assert decided.status == 200, decided
    expect(swap).to_contain_text("已批准", timeout=20_000)

    # The calendar names one's own shifts, and the swap the colleague: that is enough to ask. The shift that was taken over is not offered on.
    own.get_by_role("button", name="取得新地址").press("Enter")
    desk.page.get_by_role("dialog", name="取得新的日历地址？").get_by_role("button", name="取得新地址").press("Enter")
    form = own.get_by_role("form", name="提出换班")
    form.get_by_role("button", name="提出换班").press("Enter")
    expect(form).to_contain_text("请选择让出的班次")
    desk.person.screenshot("seat-shifts-ask-swap")
    no_barrier(desk.page)
    shifts = form.get_by_label("让出哪个班次").get_by_role("option")
    expect(shifts.filter(has_text="09:00 到 12:00")).to_have_count(0)
    form.get_by_label("让出哪个班次").select_option(shifts.filter(has_text="14:00 到 17:00").get_attribute("value"))
    form.get_by_label("请谁来上").select_option(label="林志远")
    form.get_by_role("button", name="提出换班").press("Enter")
    expect(own.get_by_role("status")).to_contain_text("等林志远同意")
    mine = swap.filter(has_text="请林志远上您")
    expect(mine).to_contain_text("等同事同意")
    mine.get_by_role("button", name="撤回").press("Enter")
    question = desk.page.get_by_role("dialog", name="撤回换班？")
    question.get_by_role("button", name="撤回", exact=True).press("Enter")
    expect(mine).to_contain_text("已撤回")


def test_the_bar_says_the_shift_and_changes_at_once(server, meet, desk):
    hall = Hall(server)
    (begin, end), changed = shift_under_way(datetime.now(CHINA).hour)
    shift = hall.plan(day(0), "陈小燕", begin, end)
    desk.sign_on("01")
    bar = desk.page.get_by_role("banner")
    expect(bar).to_contain_text(f"班次 {begin}–{end}")
    desk.ready()
    desk.expect_state("空闲")
    assert desk.fits()
    desk.person.screenshot("seat-shifts-bar")
    no_barrier(desk.page)
    hall.publish(hall.putting(shift, day(0), "陈小燕", *changed))
    expect(bar).to_contain_text("班次 " + "–".join(changed))

    own = panel(desk)
    desk.press("s")
    own.get_by_label("事由").fill("体检")
    # Nothing lies over a citizen who calls, and what was written stays.
    citizen = queue(server, meet, "citizen", "王小明")
    desk.expect_ring(citizen.number())
    expect(own).to_be_hidden()
    desk.accept()
    assert desk.fits()
    desk.press("s")
    expect(own).to_be_hidden()
    expect(desk.page.get_by_label("事由")).to_have_value("体检")
