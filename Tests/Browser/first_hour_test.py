"""An administrator's first hour: from a hall that has no hours to one whose week is drawn, rehearsed, checked and published, and what that means for others."""

import json
import re
from datetime import date, datetime, time, timedelta
from pathlib import Path

from playwright.sync_api import Locator, expect

from administration_test import OWN_PASSWORD, Administration, enter
from citizen import Citizen
from desk import Desk
from fake_clock import FakeClock
from figures_test import sign_in
from handing_in_test import no_barrier
from hours import CHINA, demonstration
from people import Person
from story_test import BROKEN_LINE, HALL, ITEM
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

    def rehearse(self) -> None:
        """With three arrivals in each open half-hour."""
        self.button("预演").click()
        self.page.get_by_label("来多少人").select_option("自己填")
        self.page.get_by_label("每半小时来几人").fill("3")
        self.button("开始预演").click()
        expect(self.page.get_by_role("heading", name="预演这一周")).to_be_visible()
        expect(self.page.get_by_text("预演完成。").first).to_be_visible(timeout=60_000)
        expect(self.page.locator(".rehearsed .chart__drawing")).to_have_count(4)

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
    admin.rehearse()
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


NEW_HALL, NEW_HALL_ID = "饶平县办税服务厅", "445122A"
PEOPLE = [("rp1", "许丽君"), ("rp2", "蔡少伟"), ("rp3", "郑佳纯")]


EMPTY_PAGES = {
    "现场": "本厅还没有坐席。请管理员先在“人员和坐席”里新增。",
    "排班": "本厅还没有坐席。先新增坐席，再来排班：",
    "预约": "这七天没有可以预约的时段。请先在“排班”里发布班次。",
    "事项目录": "本厅还没有采用任何事项，市民还不能选本厅。请打开一个事项，采用它的版本",
}

# Time enough for a server to start and to be asked once.
BEFORE_OPENING_S = 20


class NewHall(Administration):
    """The administrator who makes a hall, and then works in it."""

    def go(self, title: str) -> None:
        self.page.get_by_role("navigation", name="栏目").get_by_role("link", name=title, exact=True).click()
        self.page.get_by_role("heading", level=1, name=title).wait_for()

    def make_hall(self) -> None:
        self.tab("大厅")
        new = self.page.get_by_role("form", name="新设大厅")
        new.get_by_label("大厅编码").fill(NEW_HALL_ID)
        new.get_by_label("名称").fill(NEW_HALL)
        new.get_by_role("button", name="新设").click()
        expect(self.page.get_by_role("combobox", name="服务大厅")).to_have_value(NEW_HALL_ID)

    def let_guests_in(self) -> None:
        """Also to a pre-review, which a new hall does only for those whose identity was verified."""
        self.tab("大厅")
        data = self.page.get_by_role("form", name="大厅资料")
        data.get_by_role("checkbox", name="材料预审").check()
        data.get_by_role("button", name="保存").click()
        expect(self.page.get_by_text("已保存。").first).to_be_visible()
        self.tab("坐席")

    def look_at_empty_pages(self) -> None:
        """Each says what comes first."""
        for number, (title, sentence) in enumerate(EMPTY_PAGES.items(), 1):
            self.go(title)
            expect(self.page.get_by_text(sentence)).to_be_visible()
            self.no_barrier()
            self.person.screenshot(f"admin-new-hall-0{number}-empty", full_page=True)

    def make_people(self) -> dict[str, str]:
        """Returns everybody's one-time password."""
        return {account: self.add_person(account, name) for account, name in PEOPLE}

    def adopt(self, item: str) -> None:
        """The hall takes the item on as it stands."""
        self.go("事项目录")
        row = self.page.get_by_role("row").filter(has_text=item)
        expect(row).to_contain_text("本厅未采用")
        row.get_by_role("button").press("Enter")
        self.page.get_by_role("dialog", name=item).get_by_role("button", name="采用版本 1").click()
        sure = self.page.get_by_role("dialog", name="采用版本 1？")
        expect(sure).to_contain_text(NEW_HALL)
        sure.get_by_role("button", name="采用版本 1").click()
        expect(self.page.get_by_role("dialog", name=item)).to_be_hidden()
        expect(row).to_contain_text("本厅采用中")


def first_sign_in(person: Person, account: str, password: str) -> None:
    """With the one-time password, which only leads to an own one."""
    with person.tolerating("401"):
        person.open("/seat/")
        enter(person, account, password)
        expect(person.page.get_by_role("heading", name="设置自己的密码")).to_be_visible()
    person.page.get_by_label("新密码").fill(OWN_PASSWORD)
    person.page.get_by_label("再输一遍").fill(OWN_PASSWORD)
    person.page.get_by_role("button", name="保存并继续").click()
    Desk(person).expect_state("未签入")


def set_clock(clock: FakeClock, moment: datetime) -> None:
    clock.set(f"+{(moment - datetime.now(CHINA)).total_seconds():.0f}")


def opened(waiting) -> bool:
    """Whether somebody who waits was told of a place for which nobody is awaited any more: a seat is on schedule."""
    return any(message["type"] == "ticket.place" and "opening" not in message["payload"]["place"] for message in waiting.heard)


def test_a_hall_begins_from_nothing(start_server, meet, clock, tmp_path, monkeypatch):
    for name, value in clock.environment.items():
        monkeypatch.setenv(name, value)
    # The evening before the first day, so that a guest's sign-in still holds in the morning.
    day = datetime.now(CHINA).date() + timedelta(days=2)
    holiday, nine = day + timedelta(days=1), datetime.combine(day, time(9), CHINA)
    set_clock(clock, nine - timedelta(hours=11))
    server = start_server("--demonstration", demonstration(tmp_path, is_open=True))

    # The hall, and what its pages say while there is nothing in it.
    office = NewHall(meet(server, "agent"), server)
    office.make_hall()
    expect(office.page.get_by_text("还没有坐席。填写坐席号，新增第一个。")).to_be_visible()
    office.let_guests_in()
    office.look_at_empty_pages()

    # Two seats, three agents; each of these chooses a password of their own.
    office.go("人员和坐席")
    office.add_seat("01")
    office.add_seat("02")
    passwords = office.make_people()
    agent = meet(server, "agent2")
    for account, password in passwords.items():
        first_sign_in(agent, account, password)
        with agent.tolerating("401"):
            agent.page.get_by_role("button", name="退出登录").click()
            agent.page.get_by_label("账号").wait_for()
    agent.page.goto("about:blank")
    office.adopt(ITEM)

    # The week: two seats and all three agents, an exception, tried, checked, published.
    plan = Planner(office.person)
    office.go("排班")
    plan.expect_stage("还没有排班")
    expect(office.page.get_by_text("本厅还没有排班。在坐席那一行按住并拖动")).to_be_visible()
    office.no_barrier()
    office.person.screenshot("admin-new-hall-05-no-shifts")
    plan.show(day)
    plan.draw("01", "09:00", "12:00", PEOPLE[0][1])
    plan.draw("02", "09:00", "12:00", PEOPLE[1][1])
    plan.draw("01", "14:00", "17:00", PEOPLE[2][1])
    plan.show(holiday)
    plan.draw("01", "09:00", "12:00", PEOPLE[0][1])
    plan.close_day("停电检修")
    plan.rehearse()
    plan.check()
    plan.expect_stage("已检查，可以发布")
    plan.publish("新厅第一次排班")
    office.person.screenshot("admin-new-hall-06-published")

    # A citizen books the first time of the day.
    citizen = Citizen(meet(server, "citizen"))
    citizen.open()
    citizen.find("变更", ITEM)
    citizen.choose_booking(KIND, NEW_HALL)
    citizen.choose_time(day=0)
    citizen.introduce("王小明")
    citizen.book()
    booked = citizen.appointments()[0]
    assert datetime.fromisoformat(booked["starts_at"]) == nine

    # That morning, a moment before it begins: who comes by is told when somebody will be there, and who booked may check in.
    office.page.goto("about:blank")
    with citizen.person.tolerating(*BROKEN_LINE):
        server.kill()
        set_clock(clock, nine - timedelta(seconds=BEFORE_OPENING_S))
        server.start()
        walk_in = Visitor(server).sign_in_citizen("李四").endpoint("citizen")
        walk_in.command("ticket.take", {"hall_id": NEW_HALL_ID, "item_code": booked["item"]["code"], "kind": booked["kind"]})
        opening = walk_in.push("ticket.updated", lambda payload: "place" in payload["ticket"])["ticket"]["place"]["opening"]
        assert datetime.fromisoformat(opening["opens_at"]) == nine
        citizen.heading("可以签到了").wait_for(timeout=30_000)
    citizen.button("我到了").click()
    number = citizen.number()

    # The seat opens on time: nobody did anything, and the walk-in waits for a seat instead of for the morning.
    agent.until(lambda: opened(walk_in), "the seat to open", timeout_s=2 * BEFORE_OPENING_S)

    # Its agent comes, and the first to be rung for is whoever booked.
    with agent.tolerating("401"):
        agent.open("/seat/")
        enter(agent, PEOPLE[0][0], OWN_PASSWORD)
        Desk(agent).expect_state("未签入")
    desk = Desk(agent)
    desk.sign_on("01")
    expect(desk.middle.get_by_text(re.compile(f"您的班次：{day.year}年{day.month}月{day.day}日.*09:00 到 12:00。"))).to_be_visible()
    agent.screenshot("seat-new-hall-shift")
    desk.ready()
    desk.expect_ring(number)
    agent.screenshot("seat-new-hall-ring")
    walk_in.close()
