"""What may go wrong with people and networks: nobody answers, a page is loaded again, the network is away for twenty seconds."""

import time

import pytest
from playwright.sync_api import expect

import air
import media
from citizen import Citizen
from desk import Desk
from story_test import BROKEN_LINE, HALL

ITEM = "开具税收完税证明"
LOSS_S = 20
RING_TIMEOUT_MS = 4_000


def queue(server, meet, name: str, called: str) -> Citizen:
    citizen = Citizen(meet(server, name))
    citizen.queue(called, "完税", ITEM, "咨询导办", HALL)
    return citizen


def seat(server, meet) -> Desk:
    desk = Desk(meet(server, "agent"))
    desk.sign_in(server, "agent1")
    desk.sign_on("01")
    return desk


def call(server, meet) -> tuple[Citizen, Desk]:
    """A consultation that is under way."""
    citizen = queue(server, meet, "citizen", "王小明")
    desk = seat(server, meet)
    desk.ready()
    desk.expect_ring(citizen.number())
    desk.accept()
    citizen.expect_called()
    citizen.join()
    both_meet(citizen, desk)
    return citizen, desk


def both_meet(citizen: Citizen, desk: Desk, timeout_s: float = 20) -> None:
    citizen.person.meets(desk.person, timeout_s)
    desk.person.meets(citizen.person, timeout_s)


def test_an_unanswered_ring_returns_the_ticket_to_its_place(start_server, meet):
    server = start_server("--ring-timeout-ms", str(RING_TIMEOUT_MS))
    first, second = queue(server, meet, "citizen", "王小明"), queue(server, meet, "neighbour", "李四")
    number = first.number()
    desk = seat(server, meet)
    desk.ready()
    desk.expect_ring(number)
    desk.expect_state("超时未接")
    desk.person.screenshot("seat-09-not-answered")
    first.expect_ahead(0)
    second.expect_ahead(1)
    desk.ready()
    desk.expect_ring(number)


def test_a_page_loaded_again_keeps_place_and_call(server, meet):
    waiting = queue(server, meet, "neighbour", "李四")
    number = waiting.number()
    waiting.page.reload()
    assert waiting.number() == number
    waiting.expect_ahead(0)
    waiting.give_up()

    citizen, desk = call(server, meet)
    citizen.page.reload()
    both_meet(citizen, desk)
    desk.page.reload()
    both_meet(citizen, desk)
    desk.expect_state("通话中")


@pytest.mark.parametrize("who, how", [("citizen", "freeze"), ("agent", "cut")])
def test_twenty_seconds_without_network(server, meet, who, how):
    citizen, desk = call(server, meet)
    person = citizen.person if who == "citizen" else desk.person
    with citizen.person.tolerating(*BROKEN_LINE), desk.person.tolerating(*BROKEN_LINE):
        began = time.monotonic()
        with air.still():
            getattr(person.line, how)()
            if how == "cut":
                expect(desk.page.get_by_text("网络断开")).to_be_visible()
            person.until(lambda: time.monotonic() - began > LOSS_S / 2, "half of the loss", timeout_s=LOSS_S)
            halfway = media.received(person.page)
            person.until(lambda: time.monotonic() - began > LOSS_S, "the loss to last long enough", timeout_s=LOSS_S)
            assert not air.IS_PRIVATE or media.received(person.page).frames == halfway.frames, "the loss was none"
            person.screenshot(f"{who}-away")
        person.line.mend()
        if how == "freeze":
            # What hung in the tunnel is gone when it is light again.
            person.line.reset()
        both_meet(citizen, desk, timeout_s=40)
    expect(citizen.main.get_by_text("连接断了")).to_be_hidden()
    desk.expect_state("通话中", timeout_ms=30_000)
    # The old connection may have healed just before the line came back and a new one took its place.
    citizen.person.until(lambda: media.received(citizen.page).state == "connected", "the two are connected for good")
    both_meet(citizen, desk)
