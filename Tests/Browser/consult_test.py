"""A second agent in the talk: asked in, apart from the citizen or with them, and then gone or in charge."""

import pytest
from playwright.sync_api import expect

import media
from desk import Desk
from people import LOOKS
from recovery_test import call

NOTE = "请帮看一下营业执照。"


@pytest.fixture
def three(server, meet):
    """A citizen in a talk, and a colleague who is ready at another seat."""
    citizen, desk = call(server, meet)
    colleague = Desk(meet(server, "agent2"))
    colleague.sign_in(server, "agent2")
    colleague.sign_on("02")
    colleague.ready()
    return citizen, desk, colleague


def ask(desk: Desk, colleague: Desk) -> None:
    """Asks for whoever is free, and the colleague comes."""
    desk.page.keyboard.press("c")
    panel = desk.page.get_by_role("dialog")
    panel.get_by_label("给同事的说明").fill(NOTE)
    desk.person.screenshot("seat-20-consult")
    panel.get_by_role("button", name="请教", exact=False).last.click()
    ring = colleague.page.get_by_role("region", name="同事请教")
    expect(ring).to_contain_text("陈小燕")
    expect(colleague.page.get_by_role("group", name="请教说明")).to_contain_text(NOTE)
    colleague.person.screenshot("seat-21-consult-ring")
    colleague.page.keyboard.press("Enter")
    desk.expect_state("请教同事中")
    colleague.expect_state("请教同事中")


def expect_sees(person, *names: str) -> None:
    """Exactly these people are on the screen, each with a picture that moves on, and sound comes from as many."""
    before = media.legs(person.page)
    person.until(lambda: media.seen(person.page, LOOKS) == sorted(names), f"the pictures of {names}, and of nobody else")
    person.until(
        lambda: media.legs(person.page).flow_since(before) == len(names), f"frames and sound of {len(names)} people, not more and not fewer"
    )


def expect_silence(person) -> None:
    """No peer connection is left that anything could come or go by."""
    person.until(lambda: media.legs(person.page).open == 0, "every peer connection to be closed")
    assert media.seen(person.page, LOOKS) == []


def fits(person) -> None:
    """Nothing is cut off or has to be scrolled to."""
    size = person.page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight, innerWidth, innerHeight]")
    assert size[0] <= size[2] and size[1] <= size[3], size


def test_a_colleague_comes_in_and_the_agent_goes_on_alone(three):
    citizen, desk, colleague = three
    ask(desk, colleague)
    # Apart: the agents have each other, and nothing of the citizen goes anywhere.
    expect_sees(desk.person, "agent2")
    expect_sees(colleague.person, "agent")
    expect_silence(citizen.person)
    expect(citizen.main.get_by_text("陈小燕 正在请教同事，请稍等")).to_be_visible()
    citizen.person.screenshot("citizen-20-apart")
    desk.person.screenshot("seat-22-apart")
    citizen.say("我先等一下")
    expect(colleague.page.get_by_role("list", name="文字记录")).to_contain_text("我先等一下")
    expect(colleague.page.get_by_role("button", name="发送")).to_be_disabled()
    citizen.page.keyboard.press("Escape")

    # In: everybody sees and hears the other two.
    desk.page.keyboard.press("k")
    expect_sees(citizen.person, "agent", "agent2")
    expect_sees(desk.person, "agent2", "citizen")
    expect_sees(colleague.person, "agent", "citizen")
    for person, name in ((citizen.person, "citizen-21-in"), (desk.person, "seat-23-in"), (colleague.person, "seat-24-helping")):
        fits(person)
        person.screenshot(name)
    left = desk.page.locator(".left").evaluate("(left) => [left.scrollHeight, left.clientHeight]")
    assert left[0] <= left[1], f"the left third scrolls: {left}"

    # Apart again, and in again: media goes and comes back each time.
    desk.page.keyboard.press("k")
    expect_silence(citizen.person)
    expect_sees(desk.person, "agent2")
    desk.page.keyboard.press("k")
    expect_sees(citizen.person, "agent", "agent2")

    desk.page.keyboard.press("c")
    desk.expect_state("通话中")
    colleague.expect_state("空闲")
    expect_silence(colleague.person)
    expect_sees(citizen.person, "agent")
    expect_sees(desk.person, "citizen")


def test_a_colleague_takes_over(three):
    citizen, desk, colleague = three
    ask(desk, colleague)
    desk.page.keyboard.press("k")
    expect_sees(citizen.person, "agent", "agent2")
    desk.page.keyboard.press("u")
    desk.page.get_by_role("dialog").get_by_role("button", name="交给同事").click()
    desk.expect_state("话后处理")
    colleague.expect_state("通话中")
    expect_sees(citizen.person, "agent2")
    expect_sees(colleague.person, "citizen")
    expect_silence(desk.person)
    expect(citizen.main.get_by_text("林志远").filter(visible=True).first).to_be_visible()
    citizen.person.screenshot("citizen-22-handed-over")
    # The new agent decides now, and the old one has only the wrap-up left.
    colleague.end()
    desk.page.get_by_role("region", name="话后处理").get_by_role("button", name="完成").click()
    desk.expect_state("空闲")


def test_a_colleague_leaves_and_a_page_that_is_loaded_again_goes_on(three):
    citizen, desk, colleague = three
    ask(desk, colleague)
    desk.page.keyboard.press("k")
    expect_sees(citizen.person, "agent", "agent2")
    colleague.page.reload()
    colleague.expect_state("请教同事中")
    expect_sees(colleague.person, "agent", "citizen")
    citizen.page.reload()
    expect_sees(citizen.person, "agent", "agent2")
    desk.page.reload()
    expect_sees(desk.person, "agent2", "citizen")
    colleague.page.keyboard.press("e")
    colleague.expect_state("空闲")
    desk.expect_state("通话中")
    expect_sees(citizen.person, "agent")
