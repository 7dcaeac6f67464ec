"""An administrator's first hour: from a hall that has no hours to one whose week is drawn, rehearsed, checked and published, and what that means for others."""

import json
import re
from datetime import date, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Locator, expect

from citizen import Citizen
from figures_test import sign_in
from handing_in_test import no_barrier
from hours import CHINA, demonstration
from story_test import HALL, ITEM
from wire import Visitor

KIND = "材料预审"
HALL_ID = "445102"
FIRST, SECOND = "陈小燕", "林志远"


def without_hours(folder: Path) -> str:
    """The demonstration with its halls, seats and people, and nobody planned."""
    target = Path(demonstration(folder, is_open=True))
    hours = json.loads((target / "hours.json").read_text())
    (target / "hours.json").write_text(json.dumps(hours | {"schedules": []}))
    return str(target)


class Planner:
    """The administrator at the schedule, one day in view at a time."""

    def __init__(self, person):
        self.person = person
        self.page = person.page

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def expect_saved(self) -> None:
        expect(self.page.locator(".line")).to_have_text("已保存")

    def expect_stage(self, words: str) -> None:
        expect(self.page.locator(".stage")).to_contain_text(words)

    def show(self, day: date) -> None:
        monday = day - timedelta(days=day.weekday())
        # To an hour of its own: the address names the week only when the section is opened.
        self.page.goto(f"{self.person.line.origin}/admin/#/schedule/{monday}")
        self.page.reload()
        self.button("周" + "一二三四五六日"[day.weekday()]).click()
        expect(self.cell("01")).to_have_attribute("aria-label", re.compile(f"{day.month}月{day.day}日"))

    def cell(self, seat: str) -> Locator:
        return self.page.get_by_role("gridcell", name=re.compile(f"^{seat} 号"))

    def place(self, seat: str, time: str) -> tuple[float, float]:
        """Where a time of day lies in a seat's row, by the hours printed above it."""
        hours = self.page.locator(".grid__hours span")
        first, second = hours.nth(0).bounding_box(), hours.nth(1).bounding_box()
        hour, minute = map(int, time.split(":"))
        away = hour + minute / 60 - int(hours.nth(0).inner_text().split(":")[0])
        row = self.cell(seat).bounding_box()
        # The hour's number stands at its line.
        return first["x"] + away * (second["x"] - first["x"]), row["y"] + row["height"] / 2

    def draw(self, seat: str, start: str, end: str, agent: str) -> None:
        """A new shift, drawn with the mouse; who works it is chosen in the form that opens."""
        mouse = self.page.mouse
        mouse.move(*self.place(seat, start))
        mouse.down()
        mouse.move(*self.place(seat, end), steps=4)
        mouse.up()
        form = self.page.get_by_role("dialog", name="新增班次")
        expect(form.get_by_label("开始")).to_have_value(start)
        expect(form.get_by_label("结束")).to_have_value(end)
        form.get_by_label("坐席人员").select_option(label=agent)
        form.get_by_role("button", name="保存").click()
        expect(form).to_be_hidden()
        expect(self.cell(seat)).to_have_attribute("aria-label", re.compile(f"{start}–{end}.*{agent}"))
        self.expect_saved()

    def close_day(self, why: str) -> None:
        self.page.locator(".grid__day-button").click()
        sheet = self.page.get_by_role("dialog")
        sheet.get_by_label("说明").fill(why)
        sheet.get_by_role("button", name="这一天不开门").click()
        expect(self.page.get_by_text(f"特殊日 {why}").first).to_be_visible()
        self.expect_saved()

    def check(self) -> None:
        self.button("检查").click()

    def publish(self, why: str) -> None:
        self.button("发布…").click()
        sheet = self.page.get_by_role("dialog", name="发布排班")
        sheet.get_by_role("button", name="发布", exact=True).click()
        expect(sheet.get_by_text("请写一句为什么修改。")).to_be_visible()
        sheet.get_by_label("为什么修改").fill(why)
        sheet.get_by_role("button", name="发布", exact=True).click()
        self.expect_stage("已发布")
        expect(sheet).to_be_hidden()


def signed_on(server, account: str, seat: str):
    endpoint = Visitor(server).sign_in_staff(account).endpoint("agent")
    endpoint.command("seat.sign-on", {"seat_id": seat})
    return endpoint


def planned(server, seat: str, day: date) -> list[tuple[str, str]]:
    """Begin and end of the seat's shifts in the two weeks from a day on, as published."""
    visitor = Visitor(server)
    assert visitor.request("POST", "/api/v1/staff/sign-in", {"account": "admin1", "password": server.password("admin1")}).status == 200
    week = visitor.get(f"/api/v1/admin/halls/{HALL_ID}/schedule/week?from={day}&days=14&of=published").json
    return [(shift["starts_at"], shift["ends_at"]) for one in week["days"] for shift in one["shifts"] if shift["seat_id"] == seat]


def test_an_administrators_first_hour(start_server, meet, tmp_path):
    server = start_server("--demonstration", without_hours(tmp_path))
    first, second = signed_on(server, "agent1", f"{HALL_ID}-01"), signed_on(server, "agent2", f"{HALL_ID}-02")
    today = datetime.now(CHINA).date()
    # The day after tomorrow: not yet begun, and within what can be booked even a week later.
    day, holiday = today + timedelta(days=2), today + timedelta(days=3)

    admin = Planner(meet(server, "agent"))
    sign_in(admin.person, server, "/admin/#/schedule")
    admin.page.get_by_role("heading", level=1, name="排班").wait_for()
    admin.expect_stage("还没有排班")
    no_barrier(admin.person)

    # A week with several intervals at two seats, drawn; the day after it is a holiday of the hall's own.
    admin.show(day)
    admin.draw("01", "09:00", "12:00", FIRST)
    admin.draw("01", "14:00", "17:00", FIRST)
    admin.draw("02", "09:00", "12:00", SECOND)
    admin.show(holiday)
    admin.draw("01", "09:00", "12:00", FIRST)
    admin.close_day("停电检修")
    admin.person.screenshot("admin-schedule-01-closed-day")

    # By keyboard the second seat's shift goes to the first: the check says so, and mends it.
    admin.show(day)
    admin.page.mouse.click(*admin.place("02", "10:00"))
    admin.page.keyboard.press("Alt+ArrowUp")
    admin.expect_saved()
    admin.check()
    problem = admin.page.get_by_role("listitem").filter(has_text="01 号同一时间有两个班次")
    expect(problem).to_contain_text("必须解决")
    admin.person.screenshot("admin-schedule-02-conflict")
    no_barrier(admin.person)
    admin.button("发布…").click()
    expect(admin.page.get_by_role("dialog", name="发布排班")).to_be_hidden()
    problem.get_by_role("button", name="换到 02 号").click()
    expect(problem).to_have_count(0)
    admin.expect_stage("已检查，可以发布")

    # Before anybody relies on it, it is tried.
    admin.button("预演").click()
    admin.page.get_by_label("来多少人").select_option("自己填")
    admin.page.get_by_label("每半小时来几人").fill("3")
    admin.button("开始预演").click()
    expect(admin.page.get_by_role("heading", name="预演这一周")).to_be_visible()
    expect(admin.page.get_by_text("预演完成。").first).to_be_visible(timeout=60_000)
    expect(admin.page.locator(".rehearsed .chart__drawing")).to_have_count(4)
    admin.person.screenshot("admin-schedule-03-rehearsal", full_page=True)

    # Published: both seats know at once.
    admin.publish("第一次排班")
    admin.person.screenshot("admin-schedule-04-published")
    for agent, seat in [(first, f"{HALL_ID}-01"), (second, f"{HALL_ID}-02")]:
        shift = agent.push("seat.updated", lambda payload: payload["seat"].get("shift"))["seat"]["shift"]
        assert (shift["starts_at"], shift["ends_at"]) == planned(server, seat, today)[0]

    # Two book the same morning: one at the page, one over the wire.
    citizen = Citizen(meet(server, "citizen"))
    citizen.open()
    citizen.find("变更", ITEM)
    citizen.choose_booking(KIND, HALL)
    citizen.choose_time(day=0)
    citizen.introduce("王小明")
    citizen.book()
    booked = citizen.appointments()[0]
    assert datetime.fromisoformat(booked["starts_at"]).date() == day and not booked["moved"]
    other = Visitor(server).sign_in_citizen("李四")
    wanted = {"hall_id": HALL_ID, "item_code": booked["item"]["code"], "kind": booked["kind"]}
    slots = other.get(f"/api/v1/halls/{HALL_ID}/slots?item={wanted['item_code']}&kind={wanted['kind']}&from={day}&days=1").json["days"][0]["slots"]
    free = next(slot["starts_at"] for slot in slots if slot["free"] and slot["starts_at"] != booked["starts_at"])
    held = other.post("/api/v1/appointments", wanted | {"starts_at": free})
    assert held.status == 201, held
    news = other.endpoint("citizen")
    assert other.post(f"/api/v1/appointments/{held.json['id']}/book", {}).status == 200

    # The day falls away. The check counts who is concerned; after publishing each is told.
    admin.show(day)
    admin.close_day("窗口搬迁")
    admin.check()
    concerned = admin.page.get_by_role("listitem").filter(has_text="已有 1 个预约超出新的可约数")
    expect(concerned).to_have_count(2)
    expect(concerned.first).to_contain_text("提醒")
    admin.person.screenshot("admin-schedule-05-booked-day")
    admin.publish("窗口搬迁一天")
    moved = news.push("appointment.updated", lambda payload: payload["appointment"]["moved"])["appointment"]
    assert (moved["id"], moved["state"], moved["starts_at"]) == (held.json["id"], "booked", free)
    citizen.heading("窗口的时间有变动，请另选一个").wait_for()
    citizen.person.screenshot("citizen-29-moved", full_page=True)
    following = planned(server, f"{HALL_ID}-01", today)
    first.push("seat.updated", lambda payload: payload["seat"].get("shift", {}).get("starts_at") == following[0][0])
    assert datetime.fromisoformat(following[0][0]).date() > day

    # Both versions are kept, with who and why.
    admin.button("版本").click()
    versions = admin.page.get_by_role("dialog", name="版本").get_by_role("listitem")
    expect(versions).to_have_count(2)
    expect(versions.first).to_contain_text(re.compile("第 2 版.*正在使用.*窗口搬迁一天", re.DOTALL))
    for endpoint in (first, second, news):
        endpoint.close()
