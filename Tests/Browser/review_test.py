"""The agent's side of a pre-review, by keys: looking closely, comparing, promised days, corrections, originals, a second visit, the notice.

The citizen is a bare endpoint where only the desk is looked at, and a real page where a picture has to travel.
"""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from citizen import Citizen
from desk import Desk
from people import DESK, LOOKS, PHONE, Person
from story_test import CARD, FORM, HALL, ITEM, PROOF
from wire import Endpoint, Visitor

HALL_CODE, ITEM_CODE = "445102", "CZ-TAX-001"
FORM_ID, CARD_ID, PROOF_ID = "M1", "M2", "M3"
TWO_PAGES = """<style>@page { size: A4 } h1 { break-before: page }</style><h1>第一页</h1><p>示例</p><h1>第二页</h1><p>示例</p>"""


class Client:
    """A citizen without a page: cookies, an endpoint, and what the broker told them."""

    def __init__(self, server, name: str = "王小明"):
        self.visitor = Visitor(server).sign_in_citizen(name)
        self.endpoint: Endpoint = self.visitor.endpoint("citizen")
        self.case_id = ""
        self.session_id = ""

    def queue(self, case_id: str | None = None) -> None:
        payload = {"hall_id": HALL_CODE, "item_code": ITEM_CODE, "kind": "pre-review"} | ({"case_id": case_id} if case_id else {})
        self.endpoint.command("ticket.take", payload)
        tickets = [message["payload"]["ticket"] for message in self.endpoint.heard if message["type"] == "ticket.updated"]
        self.number, self.case_id = tickets[-1]["number"], tickets[-1]["case_id"]

    def join(self) -> None:
        count = sum(message["type"] == "session.started" for message in self.endpoint.heard) or 1
        started = self.endpoint.hear_all(lambda message: message["type"] == "session.started", count, "the call")
        self.session_id = started[-1]["payload"]["session"]["id"]
        self.endpoint.command("session.join", {"session_id": self.session_id})

    def hand_in(self, material: str, name: str, content: bytes) -> None:
        assert self.visitor.hand_in(self.case_id, material, name, content).status == 201

    def matter(self, is_meant, what: str) -> dict:
        return self.endpoint.hear(lambda message: message["type"] == "case.updated" and is_meant(message["payload"]["matter"]), what)["payload"]["matter"]


def seat(server, meet, agent: str = "agent", account: str = "agent1", number: str = "01") -> Desk:
    desk = Desk(meet(server, agent))
    desk.sign_in(server, account)
    desk.sign_on(number)
    return desk


def talk(desk: Desk, client: Client) -> None:
    """Rings, is accepted, and both are there."""
    desk.expect_ring(client.number)
    desk.accept()
    client.join()
    desk.expect_state("通话中")


@pytest.fixture(scope="module")
def two_pages(playwright, tmp_path_factory) -> bytes:
    file = tmp_path_factory.mktemp("pages") / "two.pdf"
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
    page = browser.new_page()
    page.set_content(TWO_PAGES)
    page.pdf(path=file, format="A4")
    browser.close()
    return file.read_bytes()


@pytest.fixture
def visit(server, meet, papers, two_pages) -> tuple[Desk, Client]:
    """A visit under way with a PDF of two pages and two pictures."""
    client = Client(server)
    client.queue()
    client.hand_in(FORM_ID, "变更表.pdf", two_pages)
    client.hand_in(CARD_ID, "正面.jpg", papers.card_jpeg.read_bytes())
    client.hand_in(CARD_ID, "反面.jpg", papers.card_jpeg.read_bytes() + b"\x00")
    desk = seat(server, meet)
    desk.ready()
    talk(desk, client)
    return desk, client


def test_a_file_is_looked_at_closely(visit):
    desk, client = visit
    desk.open_material(CARD)
    sheet = desk.expect_sheet("正面.jpg")
    assert desk.fits()

    # Closer and back again, by keys and by wheel; the point under the hand stays.
    fitted = desk.zoom_percent()
    desk.press("+", "+")
    assert desk.zoom_percent() > fitted
    desk.press("0")
    desk.press("0")
    assert desk.zoom_percent() == fitted
    desk.canvas.hover(position={"x": 60, "y": 60})
    desk.page.mouse.wheel(0, -400)
    assert desk.zoom_percent() > fitted * 2
    scrolled = "(canvas) => [canvas.scrollLeft, canvas.scrollTop]"
    left, top = desk.canvas.evaluate(scrolled)

    # Moved about: arrows while the sheet has the focus or Shift is held, else they change the material; or by the hand.
    desk.canvas.focus()
    desk.press("ArrowRight", "ArrowDown")
    right, down = desk.canvas.evaluate(scrolled)
    assert right > left and down > top
    desk.page.evaluate("() => document.activeElement.blur()")
    desk.press("Shift+ArrowLeft")
    assert desk.canvas.evaluate(scrolled)[0] < right
    expect(desk.material(CARD)).to_have_attribute("aria-current", "true")
    box = desk.canvas.bounding_box()
    before = desk.canvas.evaluate(scrolled)
    desk.page.mouse.move(box["x"] + 200, box["y"] + 120)
    desk.page.mouse.down()
    desk.page.mouse.move(box["x"] + 140, box["y"] + 90, steps=3)
    desk.page.mouse.up()
    assert desk.canvas.evaluate(scrolled) == [before[0] + 60, before[1] + 30]

    # Turned for this desk only, and from how the citizen left it.
    desk.press("r")
    expect(sheet).to_have_attribute("style", re.compile(r"rotate\(90deg\)"))
    client.endpoint.command("material.rotate", {"case_id": client.case_id, "file_id": file_id(client, CARD_ID, 0), "rotation": 180})
    expect(desk.expect_sheet("正面.jpg")).to_have_attribute("style", re.compile(r"rotate\(180deg\)"))

    # Pages of a file, then files of the material.
    desk.press("]")
    desk.expect_sheet("反面.jpg")
    desk.open_material(FORM)
    desk.expect_sheet("变更表.pdf")
    page = desk.page.get_by_text(re.compile(r"^[0-9]+ / [0-9]+ 页$"))
    expect(page).to_have_text("1 / 2 页")
    desk.press("PageDown")
    expect(page).to_have_text("2 / 2 页")
    desk.press("PageUp")
    expect(page).to_have_text("1 / 2 页")

    # The whole width for the file; the video stays.
    narrow = desk.canvas.bounding_box()["width"]
    desk.press("z")
    assert desk.canvas.bounding_box()["width"] > narrow * 1.5
    expect(desk.page.get_by_label("市民的画面")).to_be_visible()
    assert desk.fits()
    desk.press("z")
    assert desk.canvas.bounding_box()["width"] == narrow


def test_two_files_are_compared(visit):
    desk, _ = visit
    desk.open_material(CARD)
    desk.expect_sheet("正面.jpg")
    desk.press("b")
    menu = desk.page.get_by_role("menu", name="和哪一份对照")
    expect(menu.get_by_role("menuitem").first).to_contain_text("反面.jpg")
    desk.press("1")
    expect(desk.second_canvas.get_by_role("img", name="反面.jpg")).to_be_visible()
    width = "(canvas) => canvas.querySelector('.viewer__sheet').getBoundingClientRect().width"
    both = [desk.canvas, desk.second_canvas]
    before = [canvas.evaluate(width) for canvas in both]
    desk.press("+")
    together = [canvas.evaluate(width) for canvas in both]
    assert together[0] > before[0] and together[1] > before[1], "both grow"
    desk.press("l", "+")
    apart = [canvas.evaluate(width) for canvas in both]
    assert apart[0] > together[0] and apart[1] == together[1], "only the one that has the keys"
    desk.press("x", "+")
    assert desk.second_canvas.evaluate(width) > apart[1]
    desk.person.screenshot("seat-10-compare")
    assert desk.fits()
    no_barrier(desk)
    desk.press("b")
    expect(desk.second_canvas).to_be_hidden()


def test_verdicts_by_key_and_a_promised_day(visit):
    desk, client = visit
    desk.open_material(FORM)
    desk.press("1")
    expect(desk.material(FORM)).to_contain_text("通过")
    expect(desk.material(CARD)).to_have_attribute("aria-current", "true")

    # Waived needs the day of the promise.
    desk.press("4", "a", "Enter")
    expect(desk.page.get_by_text("请定下承诺补交的日期")).to_be_visible()
    desk.press("8")
    day = desk.page.get_by_label("承诺补交日期").input_value()
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", day)
    desk.person.screenshot("seat-11-waived")
    assert desk.fits()
    no_barrier(desk)
    desk.press("Enter")
    expect(desk.material(CARD)).to_contain_text("容缺")
    entry = client.endpoint.push("material.updated", lambda payload: (payload["entry"].get("verdict") or {}).get("due_by"))["entry"]
    assert entry["verdict"]["due_by"] == day

    # A material that may not apply: asked for once the citizen says so, and jumped to by its key.
    expect(desk.material(PROOF)).to_contain_text("待市民回答")
    client.endpoint.command("material.answer", {"case_id": client.case_id, "material_id": PROOF_ID, "applies": True})
    expect(desk.material(PROOF)).to_contain_text("市民答：是")
    expect(desk.material(PROOF)).to_contain_text("未交")
    desk.press("g", "3")
    expect(desk.material(PROOF)).to_have_attribute("aria-current", "true")
    desk.press("3", "Enter")
    expect(desk.material(PROOF)).to_contain_text("缺少")


def test_an_agent_who_is_faster_than_the_line_loses_no_key(visit):
    desk, _ = visit
    desk.open_material(FORM)
    # Accepted; the next one too; and the outcome, before the first answer has come.
    desk.person.line.freeze()
    desk.press("1", "1", "p")
    expect(desk.material(FORM)).to_contain_text("待审")
    desk.person.line.mend()
    expect(desk.material(FORM)).to_contain_text("通过")
    expect(desk.material(CARD)).to_contain_text("通过")
    dialog = desk.page.get_by_role("dialog", name="出具预审结果")
    expect(dialog).to_contain_text("材料齐全，可以申报")
    expect(dialog).to_contain_text("市民还没有回答要不要交")
    expect(dialog.get_by_role("button", name="确认出具")).to_be_enabled()


def test_a_correction_is_proposed_and_answered(visit):
    desk, client = visit
    wrong, right = "91350100M000100Y4X", "91350100M000100Y43"
    client.endpoint.command("case.enter-fields", {"case_id": client.case_id, "fields": [{"key": "credit-code", "value": wrong}]})
    desk.press("d")
    expect(desk.form_row("信用代码")).to_contain_text("校验不对")
    desk.propose("信用代码", " 91350100m000100y43 ")
    expect(desk.form_row("信用代码")).to_contain_text("等市民确认")
    proposed = client.matter(lambda matter: matter["corrections"], "the proposal")["corrections"][-1]
    assert (proposed["old_value"], proposed["new_value"]) == (wrong, right)
    answer = {"session_id": client.session_id, "correction_id": proposed["id"], "accepted": True}
    client.endpoint.command("correction.answer", answer)
    expect(desk.form_row("信用代码")).to_contain_text("市民已同意")
    expect(desk.form_row("信用代码")).to_contain_text("校验对")
    desk.propose("电话", "13900139000")
    declined = client.matter(lambda matter: len(matter["corrections"]) == 2, "the second proposal")["corrections"][-1]
    client.endpoint.command("correction.answer", answer | {"correction_id": declined["id"], "accepted": False})
    expect(desk.form_row("电话")).to_contain_text("市民不同意")
    desk.person.screenshot("seat-13-form")


def test_a_second_visit_keeps_what_was_accepted(visit):
    desk, client = visit
    desk.judge(FORM, "1")
    desk.open_material(CARD)
    desk.press("2", "a", "Enter")
    expect(desk.material(CARD)).to_contain_text("需补正")

    # Concluded and confirmed, live.
    desk.press("p")
    dialog = desk.page.get_by_role("dialog", name="出具预审结果")
    expect(dialog).to_contain_text("需补正")
    expect(dialog).to_contain_text("本厅就是办理地")
    answer_by = dialog.get_by_label("请在这天以前补交").input_value()
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", answer_by)
    desk.person.screenshot("seat-14-conclude")
    desk.press("Control+Enter")
    expect(dialog).to_be_hidden()
    outcome = client.endpoint.push("precheck.concluded")["outcome"]
    assert outcome["respond_by"] == answer_by
    notice = client.matter(lambda matter: matter.get("notice"), "the notice")["notice"]
    checklist = desk.page.get_by_role("region", name="材料清单")
    expect(checklist).to_contain_text("市民还没有确认")
    link = checklist.get_by_role("link", name=notice["number"])
    assert link.get_attribute("href") == f"/notice/#{notice['number']}.{notice['code']}"
    client.endpoint.command("notice.confirm", {"case_id": client.case_id, "version": notice["version"]})
    expect(checklist).to_contain_text("确认已读")
    desk.person.screenshot("seat-15-confirmed")
    desk.end()
    desk.wrap_up("需补正材料", "", go_on=True)

    # The same case again.
    client.queue(client.case_id)
    talk(desk, client)
    expect(desk.material(FORM)).to_contain_text("第 1 次已通过")
    expect(desk.material(CARD)).to_contain_text("之前给的意见")
    desk.open_material(FORM)
    desk.press("2")
    expect(desk.material(FORM)).to_contain_text("第 1 次已通过")
    desk.press("y")
    expect(desk.page.get_by_role("tabpanel", name="历史")).to_contain_text("第 1 次")
    desk.person.screenshot("seat-16-second-visit")
    desk.reopen(FORM, "上次看的是旧版表格。")
    expect(desk.material(FORM)).to_contain_text("重新打开")
    expect(desk.material(FORM)).to_contain_text("待审")
    told = client.endpoint.push("material.updated", lambda payload: payload["entry"].get("reopened"))["entry"]
    assert told["reopened"] == "上次看的是旧版表格。"
    desk.press("1")
    expect(desk.material(FORM)).to_contain_text("通过")


def test_the_original_is_photographed_in_the_talk(server, meet):
    citizen, desk = Citizen(meet(server, "citizen")), seat(server, meet)
    number = citizen.queue("王小明", "变更", ITEM, "材料预审", HALL)
    desk.ready()
    desk.expect_ring(number)
    desk.accept()
    citizen.expect_called()
    citizen.join()
    desk.person.meets(citizen.person)
    desk.open_material(CARD)

    # Declined first: it is said, and can be asked for again.
    desk.press("s")
    # What is announced to screen readers says the same beside it.
    viewer = desk.page.get_by_role("region", name="材料文件")
    expect(viewer.get_by_text(f"已请市民出示原件拍照：{CARD}")).to_be_visible()
    citizen.button("不同意，不拍").click()
    expect(viewer.get_by_text("市民没有同意拍照")).to_be_visible()

    desk.press("s")
    citizen.button("同意，打开相机").click()
    citizen.page.get_by_role("button", name="拍照", exact=True).click()
    citizen.button("送给窗口人员").click()
    expect(viewer.get_by_text(f"原件照片已存入：{CARD}")).to_be_visible(timeout=30_000)
    still = desk.canvas.get_by_role("img")
    expect(still).to_be_visible()
    # The citizen's camera sees red down to the edge; what it says of case, time and window stands on dark ground below.
    desk.person.until(lambda: max(still.evaluate(FOOT_COLOUR)) < 80, "the foot of the marked picture")
    expect(desk.material(CARD)).to_contain_text("1 页")
    desk.person.screenshot("seat-17-still")
    desk.press("b")
    expect(desk.page.get_by_role("menuitem").first).to_contain_text("市民摄像头画面")
    desk.press("1")
    video = desk.second_canvas.locator("video")
    expect(video).to_be_visible()
    desk.person.until(lambda: video.evaluate("(video) => video.videoWidth > 0 && video.muted"), "the camera beside the picture")
    desk.person.screenshot("seat-18-still-beside-camera")


def test_a_phone_hands_in_for_the_computer_during_the_talk(server, meet, playwright, recordings):
    # The citizen sits at a computer, whose camera looks at the face.
    person, phone = (Person(playwright, LOOKS[name], recordings, server.port, size) for name, size in (("neighbour", DESK), ("citizen", PHONE)))
    try:
        citizen, desk = Citizen(person), seat(server, meet)
        number = citizen.queue("李四", "变更", ITEM, "材料预审", HALL)
        desk.ready()
        desk.expect_ring(number)
        desk.accept()
        citizen.expect_called()
        citizen.join()
        desk.expect_state("通话中")
        desk.open_material(CARD)
        citizen.open_sheet("材料")
        citizen.agree()
        citizen.material(CARD).get_by_role("button", name=re.compile("^用手机拍")).click()
        code = citizen.page.get_by_role("dialog", name="用手机拍材料")
        code.get_by_text("手机扫不了？").click()
        phone.page.goto(code.get_by_text(re.compile("/citizen/phone/#")).inner_text())
        card = phone.page.get_by_role("listitem").filter(has=phone.page.get_by_role("heading", level=2, name=CARD))
        card.get_by_role("button", name=re.compile("^拍照")).click()
        camera = phone.page.get_by_role("dialog", name=CARD)
        camera.get_by_role("button", name="拍照", exact=True).click()
        camera.get_by_role("button", name=re.compile("用这张$")).click()
        camera.get_by_role("button", name=re.compile("^拍完了")).click()
        # It is there on all three: the phone, the computer, and the seat, where it is drawn by itself.
        expect(card).to_contain_text("已交 1 页")
        expect(code).to_contain_text("手机已交来 1 页")
        person.screenshot("citizen-32-hand-over-in-call")
        code.get_by_role("button", name="关闭").click()
        expect(citizen.pages(CARD)).to_have_count(1)
        expect(desk.material(CARD)).to_contain_text("1 页")
        expect(desk.canvas.get_by_role("img")).to_be_visible()
        desk.person.screenshot("seat-19-from-the-phone")
        assert not person.problems and not phone.problems, (person.problems, phone.problems)
    finally:
        person.leave()
        phone.leave()


# The colour low in the corner of a picture.
FOOT_COLOUR = """
(picture) => {
    const canvas = new OffscreenCanvas(100, 100);
    const pen = canvas.getContext('2d');
    pen.drawImage(picture, 0, 0, 100, 100);
    return [...pen.getImageData(98, 96, 1, 1).data].slice(0, 3);
}
"""


def no_barrier(desk: Desk) -> None:
    found = Axe().run(desk.page)
    assert found.violations_count == 0, found.generate_report()


def file_id(client: Client, material: str, index: int) -> str:
    entries = [message["payload"]["entry"] for message in client.endpoint.heard if message["type"] == "material.updated"]
    return next(entry for entry in reversed(entries) if entry["material"]["id"] == material)["files"][index]["id"]
