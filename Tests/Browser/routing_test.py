"""Ways a visit can take besides straight on: called in vain, away for a while, on hold, handed on to another hall."""

import re

from playwright.sync_api import expect

from desk import Desk
from recovery_test import both_meet, call, queue, seat

CALL_TIMEOUT_MS = 1_500
OTHER_HALL = "潮安区"


def test_called_in_vain_the_ticket_is_parked_and_taken_up_again(start_server, meet):
    server = start_server("--call-timeout-ms", str(CALL_TIMEOUT_MS))
    citizen = queue(server, meet, "citizen", "王小明")
    number = citizen.number()
    desk = seat(server, meet)
    desk.ready()
    desk.expect_ring(number)
    desk.accept()
    citizen.expect_called()
    expect(citizen.main.get_by_text("最后一次叫您")).to_be_visible()
    citizen.person.screenshot("citizen-13-last-call")
    citizen.heading("刚才叫您，没有应答").wait_for()
    citizen.person.screenshot("citizen-14-parked")
    desk.expect_state("话后处理")
    citizen.button("我在，继续排队").click()
    assert citizen.number() == number
    citizen.expect_ahead(0)


def test_who_leaves_for_a_while_is_rung_for_only_when_back(server, meet):
    citizen = queue(server, meet, "citizen", "王小明")
    citizen.button("可以先去忙，快到了叫我").click()
    # Nobody is ahead: the page asks at once.
    citizen.heading("快到您了").wait_for()
    citizen.person.screenshot("citizen-15-call-back")
    other = queue(server, meet, "neighbour", "李四")
    desk = seat(server, meet)
    desk.ready()
    # The one behind goes first, because the one in front has not said to be back.
    desk.expect_ring(other.number())
    desk.accept()
    other.expect_called()
    citizen.button("我回来了").click()
    citizen.expect_ahead(0)
    other.join()
    desk.expect_state("通话中")
    desk.end()
    # The seat is ready again and rung in the same moment.
    desk.page.get_by_role("region", name="话后处理").get_by_role("button", name="完成").click()
    desk.expect_ring(citizen.number())


def test_hold_and_a_transfer_to_another_hall(server, meet):
    citizen, desk = call(server, meet)
    desk.page.keyboard.press("h")
    desk.expect_state("保持中")
    expect(citizen.main.get_by_text("请稍等，窗口人员马上回来")).to_be_visible()
    citizen.person.screenshot("citizen-16-held")
    desk.person.screenshot("seat-10-held")
    desk.page.keyboard.press("h")
    desk.expect_state("通话中")
    both_meet(citizen, desk)

    second = Desk(meet(server, "agent2"))
    second.sign_in(server, "agent3")
    second.sign_on("01")
    second.ready()
    desk.page.keyboard.press("f")
    panel = desk.page.get_by_role("dialog")
    panel.get_by_role("radio", name=OTHER_HALL).check()
    panel.get_by_label("给下一位坐席的说明").fill("要查潮安区的完税记录。")
    desk.person.screenshot("seat-11-transfer")
    panel.get_by_role("button", name="确认转接").click()
    desk.expect_state("话后处理")
    second.expect_ring("A001")
    expect(second.page.get_by_role("group", name="转接说明")).to_contain_text("要查潮安区的完税记录。")
    second.person.screenshot("seat-12-ring-with-note")
    second.accept()
    citizen.expect_called()
    citizen.join()
    citizen.person.meets(second.person)
    second.person.meets(citizen.person)
    expect(citizen.main.get_by_text(re.compile("要查潮安区"))).to_have_count(0)

    # The old seat finishes its wrap-up undisturbed, and the new talk goes on.
    desk.page.get_by_role("region", name="话后处理").get_by_role("button", name="完成").click()
    desk.expect_state("空闲")
    second.expect_state("通话中")
