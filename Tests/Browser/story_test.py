"""The whole story in real browsers: from the first page to the outcome looked up again, with two power cuts on the way."""

import contextlib
import re
import time

from playwright.sync_api import expect

import media
from citizen import Citizen
from desk import Desk
from people import Person
from server import ARTEFACTS, Server

ITEM = "一照一码户信息变更"
HALL = "湘桥区"
FORM, CARD, PROOF = "《变更税务登记表》", "经办人身份证件", "变更信息的有关证明材料"
BROKEN_LINE = ("WebSocket", "Failed to load resource", "net::ERR")
"""What a browser reports when the server goes away under it."""
SLOW_LINE_BYTES_PER_S = 2_000_000


def test_a_pre_review_from_the_first_page_to_the_look_up(server, meet, papers):
    neighbour, citizen, desk = Citizen(meet(server, "neighbour")), Citizen(meet(server, "citizen")), Desk(meet(server, "agent"))

    # Two in the queue; the server loses power; both keep their places; the first gives up, and the second moves on.
    neighbour.queue("李四", "完税", "开具税收完税证明", "咨询导办", HALL)
    number = citizen.queue("王小明", "变更", ITEM, "材料预审", HALL)
    citizen.expect_ahead(1)
    citizen.person.screenshot("citizen-05-waiting", full_page=True)
    power_cut(server, neighbour.person, citizen.person)
    neighbour.expect_ahead(0)
    citizen.expect_ahead(1)
    assert citizen.number() == number
    neighbour.give_up()
    citizen.expect_ahead(0)

    # A question decides what is asked for; then a paper can be handed in while waiting.
    citizen.prepare("是")
    expect(citizen.hand_in(FORM, papers.form_pdf)).to_contain_text("已交 1 页")

    # It rings at the seat, with a countdown; both meet.
    desk.sign_in(server, "agent1")
    desk.sign_on("01")
    desk.ready()
    desk.expect_ring(number)
    desk.person.screenshot("seat-04-ring")
    desk.accept()
    citizen.expect_called()
    citizen.person.screenshot("citizen-06-called")
    began = time.monotonic()
    citizen.join()
    citizen.person.until(lambda: media.received(citizen.page).frames > 0, "the first frame")
    note_figure("click to first frame", time.monotonic() - began)
    citizen.person.meets(desk.person)
    desk.person.meets(citizen.person)
    desk.expect_state("通话中")
    citizen.person.screenshot("citizen-07-call")

    # Text both ways.
    desk.say("请把身份证正面拍给我看。")
    citizen.expect_line("请把身份证正面拍给我看。")
    citizen.say("好的，马上。")
    desk.expect_line("好的，马上。")
    citizen.person.screenshot("citizen-08-chat")

    # Papers: a picture; something that is none; one that is stopped on the way.
    citizen.open_sheet("材料")
    expect(citizen.hand_in(CARD, papers.card_jpeg)).to_contain_text("已交 1 页")
    refused = citizen.hand_in(CARD, papers.text)
    expect(refused.get_by_role("alert").filter(has_text="只能交照片")).to_be_visible()
    refused.get_by_role("button", name="知道了").click()
    citizen.person.line.bytes_per_s = SLOW_LINE_BYTES_PER_S
    stopped = citizen.hand_in(PROOF, papers.big_pdf)
    expect(stopped.get_by_text(re.compile("^[1-9][0-9]?%$"))).to_be_visible()
    citizen.person.screenshot("citizen-09-upload")
    # The server may still hold what is being stopped; the page asks again, and the browser reports the answer.
    with citizen.person.tolerating("423"):
        stopped.get_by_role("button", name="取消上传").click()
        expect(stopped.get_by_role("progressbar")).to_be_hidden()
        expect(stopped).to_contain_text("未交")
        citizen.person.line.bytes_per_s = None

    # The agent opens each beside the picture and says what is wrong; the citizen sees it at once.
    desk.open_material(FORM)
    desk.expect_sheet(papers.form_pdf.name)
    desk.person.screenshot("seat-05-pdf")
    desk.open_material(CARD)
    desk.expect_sheet(papers.card_jpeg.name)
    desk.person.screenshot("seat-06-picture")
    desk.judge(FORM, "1")
    expect(citizen.material(FORM)).to_contain_text("通过")
    desk.judge(CARD, "2", reason="影像不清晰", note="右上角反光，请重拍。")
    expect(citizen.material(CARD)).to_contain_text("右上角反光，请重拍。")
    expect(citizen.material(CARD)).to_contain_text("影像不清晰")
    citizen.person.screenshot("citizen-10-verdicts")

    # The server loses power in the middle of the talk.
    power_cut(server, citizen.person, desk.person, near=neighbour.person)
    desk.expect_state("通话中")
    citizen.person.meets(desk.person)
    desk.person.meets(citizen.person)
    expect(desk.material(FORM)).to_contain_text("通过")
    expect(desk.material(CARD)).to_contain_text("需补正")
    desk.expect_line("好的，马上。")

    # The outcome, told once and completely.
    desk.judge(PROOF, "5")
    expect(citizen.material(PROOF)).to_contain_text("不需要")
    desk.conclude("改好身份证照片就可以申报。")
    citizen.heading("窗口人员已完成预审，请看一下").wait_for()
    expect(citizen.main.get_by_text("还差 1 样材料").last).to_be_visible()
    citizen.button("我看过了，清楚了").click()
    desk.end()
    citizen.heading("还差 1 样材料").wait_for()
    for words in ("右上角反光，请重拍。", "影像不清晰", "改好身份证照片就可以申报。", "下一步：", "01 号窗口"):
        expect(citizen.main).to_contain_text(words)
    citizen.person.screenshot("citizen-11-outcome", full_page=True)
    desk.wrap_up("需补正材料", "已告知重拍要求。", go_on=False)

    # Looked up on another machine, before and after one more power cut: the same.
    case = citizen.case()
    before = neighbour.look_up(*case)
    assert "还差 1 样材料" in before and "右上角反光，请重拍。" in before
    neighbour.person.screenshot("citizen-12-look-up", full_page=True)
    power_cut(server, citizen.person, desk.person, near=neighbour.person)
    assert neighbour.look_up(*case) == before
    desk.expect_state("小休")


def power_cut(server: Server, *people: Person, near: Person | None = None) -> None:
    """Kills the server, starts it again, and waits until everybody's page has found back to it by itself. `near` may just be connecting."""
    with contextlib.ExitStack() as tolerance:
        for person in (*people, *([near] if near else [])):
            tolerance.enter_context(person.tolerating(*BROKEN_LINE))
        before = [person.welcomes for person in people]
        server.kill_and_start()
        for person, count in zip(people, before, strict=True):
            person.until(lambda person=person, count=count: person.welcomes > count, "the way back to the server", timeout_s=30)


def note_figure(name: str, seconds: float) -> None:
    file = ARTEFACTS / "test" / "figures.txt"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as figures:
        figures.write(f"{time.strftime('%Y-%m-%d %H:%M')} {name}: {seconds:.2f} s\n")
