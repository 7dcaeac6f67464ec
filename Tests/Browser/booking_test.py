"""A citizen books a time, comes back to it, changes it, gives it back; and who booked is called before who only queued."""

from datetime import datetime, timedelta, timezone

from playwright.sync_api import expect

from citizen import Citizen
from handing_in_test import no_barrier
from recovery_test import ITEM, seat
from story_test import BROKEN_LINE, HALL
from wire import Visitor

ITEM_KIND = "consultation"
KIND = "咨询导办"


def booking(server, meet) -> Citizen:
    """Before the days of an item."""
    citizen = Citizen(meet(server, "citizen"))
    citizen.open()
    citizen.find("完税", ITEM)
    citizen.choose_booking(KIND, HALL)
    return citizen


# Controls of the page too low for a thumb; links in running text are as high as their line.
LOW_TARGETS = """
() => [...document.querySelectorAll('main button, main a.button, main a.row')]
    .filter((one) => one.offsetParent && !one.classList.contains('visually-hidden') && one.getBoundingClientRect().height < 44)
    .map((one) => one.textContent)
"""


def check_page(citizen: Citizen) -> None:
    """For everybody: nothing that axe finds, no control too low, and no sideways scrolling on the narrowest phone in large type."""
    no_barrier(citizen.person)
    size = citizen.page.viewport_size
    citizen.page.set_viewport_size({"width": 320, "height": 640})
    citizen.button("大字").click()
    assert citizen.page.evaluate("() => document.documentElement.scrollWidth") <= 320
    assert citizen.page.evaluate(LOW_TARGETS) == []
    citizen.button("大字").click()
    citizen.page.set_viewport_size(size)


def states(citizen: Citizen) -> list[str]:
    return [one["state"] for one in citizen.appointments()]


def test_a_citizen_books_comes_back_changes_and_cancels(server, meet):
    citizen = booking(server, meet)
    check_page(citizen)
    time = citizen.choose_time(day=1)
    citizen.introduce("王小明")
    citizen.heading("您要约的是").wait_for()
    check_page(citizen)
    citizen.page.reload()
    expect(citizen.main.get_by_text(time, exact=True)).to_be_visible()
    citizen.book()
    assert states(citizen) == ["booked"]

    citizen.page.reload()
    citizen.heading("约好了").wait_for()
    check_page(citizen)
    with citizen.page.expect_download() as download:
        citizen.page.get_by_role("link", name="加到手机日历").click()
    calendar = download.value.path().read_text()
    begin = datetime.fromisoformat(citizen.appointments()[0]["starts_at"]).astimezone(timezone.utc)
    assert calendar.startswith("BEGIN:VCALENDAR") and f"DTSTART:{begin:%Y%m%dT%H%M%SZ}" in calendar, calendar
    with citizen.page.expect_download() as picture:
        citizen.button("存成图片").click()
    assert picture.value.path().read_bytes().startswith(b"\x89PNG")

    citizen.button("返回").click()
    citizen.heading("您要办什么事？").wait_for()
    citizen.person.screenshot("citizen-24-own-appointment")
    check_page(citizen)
    citizen.page.get_by_role("link", name="您有一个预约").click()
    citizen.button("改时间").click()
    citizen.heading("改到哪一天？").wait_for()
    citizen.choose_time(day=2, time=1)
    # Until the new one is booked the old one stands.
    expect(citizen.main.get_by_text("没点以前，原来的还在")).to_be_visible()
    assert states(citizen) == ["held", "booked"]
    citizen.book()
    assert states(citizen) == ["booked", "rescheduled"]

    citizen.button("取消预约").click()
    dialog = citizen.page.get_by_role("dialog", name="要取消这个预约吗？")
    citizen.person.screenshot("citizen-25-cancel-appointment")
    dialog.get_by_role("button", name="不取消，留着").click()
    citizen.heading("约好了").wait_for()
    citizen.button("取消预约").click()
    dialog.get_by_role("button", name="取消预约").click()
    citizen.heading("这个预约已经取消").wait_for()
    assert states(citizen) == ["cancelled", "rescheduled"]


def test_a_time_that_was_taken_meanwhile_is_said_and_others_are_offered(server, meet):
    citizen = booking(server, meet)
    citizen.free_days().nth(1).click()
    citizen.times().first.wait_for()
    taken = citizen.times().first.inner_text()
    at = citizen.times().first.get_attribute("data-at")
    take_all(server, at)
    citizen.times().first.click()
    with citizen.person.tolerating("409"):
        citizen.introduce("王小明")
        expect(citizen.main.get_by_text(f"刚才那个时间（{taken}）")).to_be_visible()
    citizen.person.screenshot("citizen-26-taken", full_page=True)
    check_page(citizen)
    expect(citizen.main.get_by_text("约满").first).to_be_visible()
    citizen.times().first.click()
    citizen.book()
    # News from elsewhere comes to the open page by itself.
    one = citizen.appointments()[0]
    citizen.page.evaluate("(id) => fetch(`/api/v1/appointments/${id}/cancel`, { method: 'POST' })", one["id"])
    citizen.heading("这个预约已经取消").wait_for()


def take_all(server, at: str) -> None:
    """Others hold every place at a time."""
    code = next(one["code"] for one in Visitor(server).get("/api/v1/catalogue").json["items"] if one["name"] == ITEM)
    hall = next(one["id"] for one in Visitor(server).get("/api/v1/halls").json["halls"] if HALL in one["name"])
    wanted = {"hall_id": hall, "item_code": code, "kind": ITEM_KIND, "starts_at": at}
    for number in range(100):
        if Visitor(server).sign_in_citizen(f"别人{number}").post("/api/v1/appointments", wanted).status != 201:
            return
    raise AssertionError("the time never became full")


def test_who_booked_checks_in_and_is_called_first(start_server, meet, clock, monkeypatch):
    for name, value in clock.environment.items():
        monkeypatch.setenv(name, value)
    server = start_server()
    citizen = booking(server, meet)
    citizen.choose_time(day=0)
    citizen.introduce("王小明")
    citizen.book()
    one = citizen.appointments()[0]
    ahead = datetime.fromisoformat(one["starts_at"]) + timedelta(minutes=1) - datetime.now().astimezone()

    with citizen.person.tolerating(*BROKEN_LINE):
        server.kill()
        clock.set(f"+{round(ahead.total_seconds())}")
        server.start()
        citizen.heading("可以签到了").wait_for(timeout=30_000)
    other = Visitor(server).sign_in_citizen("李四")
    queue = other.endpoint("citizen")
    queue.command("ticket.take", {"hall_id": one["hall"]["id"], "item_code": one["item"]["code"], "kind": ITEM_KIND})
    citizen.person.screenshot("citizen-27-check-in", full_page=True)
    check_page(citizen)
    citizen.button("我到了").click()
    number = citizen.number()
    expect(citizen.main.get_by_text("您约的是")).to_be_visible()
    citizen.expect_ahead(0)
    citizen.person.screenshot("citizen-28-checked-in")

    desk = seat(server, meet)
    desk.ready()
    desk.expect_ring(number)
    queue.close()
