"""Outside opening hours: what a citizen is told, and that whoever signs on serves all the same."""

from playwright.sync_api import expect

from hours import demonstration
from recovery_test import queue, seat


def test_a_closed_hall_says_when_it_opens_and_a_seat_that_signs_on_serves(start_server, meet, tmp_path):
    server = start_server("--demonstration", demonstration(tmp_path, is_open=False))
    citizen = queue(server, meet, "citizen", "王小明")
    expect(citizen.main.get_by_text("现在没有窗口开着")).to_be_visible()
    expect(citizen.main.get_by_text("09:00 开放").first).to_be_visible()
    citizen.person.screenshot("citizen-17-closed", full_page=True)
    citizen.button("保留位置，开放后叫我").click()
    citizen.page.get_by_role("heading", name="您先去忙，位置给您留着").wait_for()
    citizen.person.screenshot("citizen-18-kept-until-opening", full_page=True)
    # Nobody is ahead, and still nobody is asked back to a closed hall; the first who signs on changes that.
    desk = seat(server, meet)
    citizen.heading("快到您了").wait_for()
    citizen.button("我回来了").click()
    desk.ready()
    desk.expect_ring(citizen.number())


def test_a_year_without_its_calendar_is_not_guessed(start_server, meet, tmp_path):
    server = start_server("--demonstration", demonstration(tmp_path, is_open=False, is_known=False))
    citizen = queue(server, meet, "citizen", "王小明")
    expect(citizen.main.get_by_text("年的放假安排还没有录入")).to_be_visible()
    citizen.person.screenshot("citizen-19-opening-unknown", full_page=True)
    expect(citizen.button("保留位置，开放后叫我")).to_have_count(0)
