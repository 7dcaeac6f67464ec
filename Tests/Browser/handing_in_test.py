"""Handing in on the citizen's side: questions, camera, pages, the phone beside the computer, and what an agent puts before the citizen in a call.

The agent is a bare client here: what the desk shows is another test's matter.
"""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from citizen import Citizen
from people import DESK, LOOKS, PHONE, Person
from wire import Endpoint, Visitor

ITEM = "一照一码户信息变更"
CODE = "CZ-TAX-001"
HALL = "湘桥区"
FORM, CARD, PROOF = "《变更税务登记表》", "经办人身份证件", "变更信息的有关证明材料"


@pytest.fixture
def at_desk(playwright, recordings):
    """A citizen at a computer: a large screen and a mouse."""
    present: list[Person] = []

    def bring(server) -> Citizen:
        person = Person(playwright, LOOKS["neighbour"], recordings, server.port, DESK)
        present.append(person)
        return Citizen(person)

    yield bring
    problems = [problem for person in present for problem in person.problems]
    for person in present:
        person.leave()
    assert not problems, f"errors in the browser's console: {problems}"


class Clerk:
    """An agent by wire alone."""

    def __init__(self, server, account: str = "agent1", number: str = "01"):
        self.wire: Endpoint = Visitor(server).sign_in_staff(account).endpoint("agent")
        seat = next(one for one in self.wire.welcome["snapshot"]["seats"] if one["number"] == number)
        self.wire.command("seat.sign-on", {"seat_id": seat["id"]})

    def take(self) -> str:
        """Becomes ready, accepts the first ring, and returns the session's id."""
        self.wire.command("seat.ready", {})
        reservation = self.wire.push("reservation.ringing")["reservation"]
        self.wire.command("reservation.accept", {"reservation_id": reservation["id"]})
        self.session = self.wire.push("session.started")["session"]["id"]
        return self.session

    def wait_until_entered(self) -> None:
        self.wire.push("session.updated", lambda update: update["session_id"] == self.session and update["state"] == "connected")

    def do(self, kind: str, **payload) -> None:
        self.wire.command(kind, {"session_id": self.session, **payload})

    def judge(self, material: str, verdict: str, note: str = "", **more) -> None:
        self.do("precheck.verdict", material_id=material, verdict=verdict, reasons=[], note=note, **more)

    def matter(self, is_meant) -> dict:
        return self.wire.push("case.updated", lambda payload: is_meant(payload["matter"]))["matter"]


def test_questions_come_first_and_pages_are_put_in_order(server, meet):
    citizen = Citizen(meet(server, "citizen"))
    citizen.queue("王小明", "变更", ITEM, "材料预审", HALL)
    expect(citizen.material(FORM)).to_be_hidden()
    citizen.person.screenshot("citizen-13-prepare", full_page=True)
    no_barrier(citizen.person)

    # A number that cannot be right is seen on the spot; without it the form goes on.
    citizen.button("开始回答").click()
    citizen.heading("您属于这种情况吗？").wait_for()
    expect(citizen.main).to_contain_text("变更生产经营地、财务负责人")
    citizen.main.get_by_role("button", name="不是").click()
    citizen.heading("几项基本资料").wait_for()
    code = citizen.page.get_by_label("统一社会信用代码")
    code.fill("91110000600037341M")
    expect(citizen.main).to_contain_text("有一位填错了")
    citizen.button("填好了").click()
    expect(code).to_be_focused()
    code.fill("91110000600037341L")
    expect(citizen.main).to_contain_text("号码格式正确")
    citizen.page.get_by_label("单位名称").fill("潮州市样本陶瓷有限公司")
    citizen.person.screenshot("citizen-15-form", full_page=True)
    citizen.button("填好了").click()
    citizen.agree()
    expect(citizen.material(FORM)).to_be_visible()
    expect(citizen.material(PROOF)).to_be_hidden()

    # A changed mind.
    citizen.page.get_by_text("您的回答（1 个问题）").click()
    citizen.page.get_by_role("button", name=re.compile("^修改回答")).click()
    citizen.heading("您属于这种情况吗？").wait_for()
    citizen.main.get_by_role("button", name=re.compile("^是")).click()
    citizen.heading("几项基本资料").wait_for()
    expect(citizen.page.get_by_label("单位名称")).to_have_value("潮州市样本陶瓷有限公司")
    citizen.button("不填，直接交材料").click()
    expect(citizen.material(PROOF)).to_be_visible()

    # Three pages with the camera.
    citizen.photograph(FORM, 3)
    expect(citizen.material(FORM)).to_contain_text("已交 3 页")
    first, second, third = ids(citizen, FORM)
    citizen.person.screenshot("citizen-18-pages", full_page=True)
    no_barrier(citizen.person)

    # Order, by button and by keyboard.
    page = citizen.open_page(FORM, 3)
    citizen.person.screenshot("citizen-19-page")
    no_barrier(citizen.person)
    page.get_by_role("button", name="往前移").click()
    expect(page.get_by_role("heading", name="第 2 页")).to_be_visible()
    page.get_by_role("button", name="关闭").click()
    citizen.person.until(lambda: ids(citizen, FORM) == [first, third, second], "the new order")
    citizen.pages(FORM).first.focus()
    citizen.page.keyboard.press("Alt+ArrowRight")
    citizen.person.until(lambda: ids(citizen, FORM) == [third, first, second], "the order by keyboard")

    # Turned, taken again in its place, and removed after one question.
    page = citizen.open_page(FORM, 1)
    page.get_by_role("button", name="转一下").click()
    citizen.person.until(lambda: rotations(citizen, FORM) == [90, 0, 0], "the page to be turned")
    page.get_by_role("button", name="重拍这一页").click()
    camera = citizen.page.get_by_role("dialog", name=FORM)
    camera.get_by_role("button", name="拍照", exact=True).click()
    camera.get_by_role("button", name=re.compile("用这张$")).click()
    citizen.person.until(lambda: len(ids(citizen, FORM)) == 3 and ids(citizen, FORM)[1:] == [first, second] and ids(citizen, FORM)[0] != third, "the page's place")
    page = citizen.open_page(FORM, 2)
    page.get_by_role("button", name="删除这一页").click()
    question = citizen.page.get_by_role("dialog", name="要删除这一页吗？")
    question.get_by_role("button", name="不删").click()
    assert len(ids(citizen, FORM)) == 3
    page.get_by_role("button", name="删除这一页").click()
    question.get_by_role("button", name="删除", exact=True).click()
    expect(citizen.pages(FORM)).to_have_count(2)

    # A reload in the middle changes nothing.
    kept = ids(citizen, FORM)
    citizen.page.reload()
    expect(citizen.pages(FORM)).to_have_count(2)
    assert ids(citizen, FORM) == kept
    expect(citizen.material(PROOF)).to_be_visible()


def test_a_picture_that_is_doubtful_is_asked_about_before_it_is_sent(server, meet, papers, tmp_path):
    citizen = Citizen(meet(server, "citizen"))
    citizen.queue("王小明", "变更", ITEM, "材料预审", HALL)
    citizen.prepare("不清楚")
    small = tmp_path / "小图.png"
    small.write_bytes(citizen.page.screenshot(clip={"x": 0, "y": 0, "width": 300, "height": 200}))
    card = citizen.hand_in(CARD, small)
    expect(card).to_contain_text("照片太小")
    citizen.person.screenshot("citizen-20-doubt", full_page=True)
    no_barrier(citizen.person)
    # Taking it again begins with the camera.
    card.get_by_role("button", name="重拍").click()
    citizen.page.get_by_role("dialog", name=CARD).get_by_role("button", name="关闭").click()
    expect(card).to_contain_text("未交")
    citizen.hand_in(CARD, small)
    card.get_by_role("button", name="就用这张").click()
    expect(card).to_contain_text("已交 1 页")
    # An iPhone's own format, which this browser cannot open, says what to do.
    foreign = tmp_path / "IMG_0001.HEIC"
    foreign.write_bytes(bytes([0, 0, 0, 24]) + b"ftypheic" + bytes(200))
    expect(citizen.hand_in(FORM, foreign)).to_contain_text("请点“拍照”重新拍")
    citizen.material(FORM).get_by_role("button", name="知道了").click()
    # Without a doubt nobody is asked.
    expect(citizen.hand_in(FORM, papers.form_pdf)).to_contain_text("已交 1 页")
    # Somebody who cannot do it leaves it to the agent.
    citizen.material(PROOF).get_by_role("button", name="让窗口人员帮我看").click()
    expect(citizen.material(PROOF)).to_contain_text("请窗口人员帮忙看")


def test_where_a_picture_was_taken_stays_on_the_phone(server, meet, papers, tmp_path):
    citizen = Citizen(meet(server, "citizen"))
    citizen.queue("王小明", "变更", ITEM, "材料预审", HALL)
    citizen.prepare("不清楚")
    plain = papers.card_jpeg.read_bytes()
    # Exif that says: turn it by a quarter (tag 274, value 6); and a place beside it.
    exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0" + b"GPS 23.66 116.62"
    marked = tmp_path / "IMG_0001.jpg"
    marked.write_bytes(plain[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + plain[2:])
    citizen.hand_in(CARD, marked)
    expect(citizen.material(CARD).get_by_role("button", name=re.compile("^第 [0-9]+ 页|^就用这张$")).first).to_be_visible()
    citizen.keep_all(CARD)
    expect(citizen.pages(CARD)).to_have_count(1)
    stored = citizen.page.evaluate(STORED_PICTURE, ids(citizen, CARD)[0])
    assert not stored["hasExif"] and stored["height"] > stored["width"], stored


def test_files_are_dropped_on_a_card_and_dragged_into_order(server, at_desk, papers):
    citizen = at_desk(server)
    citizen.queue("李四", "变更", ITEM, "材料预审", HALL)
    citizen.prepare("不清楚")
    card = citizen.material(CARD)
    drop(citizen, card, papers.card_jpeg.read_bytes(), "正面.jpg", "反面.jpg")
    expect(card.get_by_role("button", name=re.compile("^第 [0-9]+ 页|^就用这张$")).first).to_be_visible()
    citizen.keep_all(CARD)
    expect(citizen.pages(CARD)).to_have_count(2)
    citizen.person.screenshot("citizen-21-desk", full_page=True)
    before = ids(citizen, CARD)
    citizen.pages(CARD).nth(0).scroll_into_view_if_needed()
    one, two = (citizen.pages(CARD).nth(index).bounding_box() for index in (0, 1))
    citizen.page.mouse.move(one["x"] + one["width"] / 2, one["y"] + one["height"] / 2)
    citizen.page.mouse.down()
    citizen.page.mouse.move(two["x"] + two["width"] * 0.8, two["y"] + two["height"] / 2, steps=6)
    citizen.page.mouse.up()
    citizen.person.until(lambda: ids(citizen, CARD) == before[::-1], "the dragged order")
    expect(citizen.page.get_by_role("dialog")).to_have_count(0)


def test_an_upload_goes_on_after_a_reload(server, meet, papers):
    citizen = Citizen(meet(server, "citizen"))
    citizen.queue("王小明", "变更", ITEM, "材料预审", HALL)
    citizen.prepare("不清楚")
    citizen.person.line.bytes_per_s = 400_000
    card = citizen.hand_in(FORM, papers.big_pdf)
    expect(card.get_by_text(re.compile("^[1-9][0-9]?%$"))).to_be_visible()
    with citizen.person.tolerating("net::ERR", "Failed to load", "WebSocket"):
        citizen.page.reload()
        citizen.person.line.bytes_per_s = None
        expect(citizen.pages(FORM)).to_have_count(1, timeout=60_000)


def test_an_upload_goes_on_when_the_line_comes_back(server, meet, papers):
    citizen = Citizen(meet(server, "citizen"))
    citizen.queue("王小明", "变更", ITEM, "材料预审", HALL)
    citizen.prepare("不清楚")
    citizen.person.line.bytes_per_s = 400_000
    card = citizen.hand_in(FORM, papers.big_pdf)
    expect(card.get_by_text(re.compile("^[1-9][0-9]?%$"))).to_be_visible()
    with citizen.person.tolerating("net::ERR", "Failed to load", "WebSocket"):
        citizen.person.line.cut()
        expect(card.get_by_text("网络不通，正在自动重试。已经传的不会丢。")).to_be_visible()
        citizen.person.screenshot("citizen-31-upload-broken")
        citizen.person.line.bytes_per_s = None
        citizen.person.line.mend()
        # This browser thinks that it has no network at all, and tries all the same.
        expect(citizen.pages(FORM)).to_have_count(1, timeout=60_000)
    expect(card.get_by_text("网络不通")).to_be_hidden()


def test_a_phone_takes_the_pictures_for_the_computer(server, at_desk, playwright, recordings):
    citizen = at_desk(server)
    citizen.queue("李四", "变更", ITEM, "材料预审", HALL)
    citizen.prepare("不清楚")
    citizen.material(CARD).get_by_role("button", name=re.compile("^用手机拍")).click()
    code = citizen.page.get_by_role("dialog", name="用手机拍材料")
    expect(code.get_by_role("img", name="二维码，用手机扫一扫")).to_be_visible()
    expect(code).to_contain_text("二维码还有")
    citizen.person.screenshot("citizen-22-hand-over")
    no_barrier(citizen.person)
    code.get_by_text("手机扫不了？").click()
    url = code.get_by_text(re.compile("/citizen/phone/#")).inner_text()

    phone = Person(playwright, LOOKS["citizen"], recordings, server.port, PHONE)
    try:
        helper = Citizen(phone)
        phone.page.goto(url.replace(citizen.person.line.origin, phone.line.origin))
        helper.heading("用手机拍材料").wait_for()
        assert "#" not in phone.page.url, "the secret stays in the address"
        phone.screenshot("phone-01-list", full_page=True)
        no_barrier(phone)
        card = phone.page.get_by_role("listitem").filter(has=phone.page.get_by_role("heading", level=2, name=CARD))
        phone.page.evaluate(PRESS_AT_ONCE)
        card.get_by_role("button", name=re.compile("^拍照")).click()
        camera = phone.page.get_by_role("dialog", name=CARD)
        camera.get_by_role("button", name=re.compile("用这张$")).click()
        camera.get_by_role("button", name=re.compile("^拍完了")).click()
        expect(card).to_contain_text("已交 1 页")
        expect(code).to_contain_text("手机已交来 1 页")
        code.get_by_role("button", name="关闭").click()
        expect(citizen.pages(CARD)).to_have_count(1)
        phone.page.reload()
        expect(card).to_contain_text("已交 1 页")

        # What the citizen's answer and the agent's verdict settle is not asked for on the phone either.
        citizen.page.get_by_text("您的回答（1 个问题）").click()
        citizen.page.get_by_role("button", name=re.compile("^修改回答")).click()
        citizen.main.get_by_role("button", name="不是").click()
        citizen.button("不填，直接交材料").click()
        clerk = Clerk(server)
        clerk.take()
        citizen.expect_called()
        citizen.join()
        clerk.wait_until_entered()
        clerk.judge("M1", "accepted")
        phone.page.reload()
        settled = phone.page.get_by_role("region", name="这些不用再交")
        for name, word in ((FORM, "已通过"), (PROOF, "不需要")):
            expect(settled.get_by_role("listitem").filter(has_text=name)).to_contain_text(word)
        expect(settled.get_by_role("button")).to_have_count(0)
        expect(phone.page.get_by_role("heading", level=2)).to_have_text([f"1. {CARD}", "这些不用再交"])
        phone.screenshot("phone-03-settled", full_page=True)
        no_barrier(phone)
        clerk.judge("M2", "accepted")
        phone.page.reload()
        expect(phone.page.get_by_role("main")).to_contain_text("都交齐了，不用再拍。")
        expect(phone.page.get_by_role("button", name=re.compile("^拍照"))).to_have_count(0)
        phone.screenshot("phone-04-nothing", full_page=True)
        phone.page.get_by_role("button", name="拍完了").click()
        helper.heading("好了，请回到电脑上继续").wait_for()
        phone.screenshot("phone-02-done")
        # The secret was good once.
        stranger = phone.page.context.browser.new_context(viewport=PHONE, locale="zh-CN").new_page()
        stranger.goto(url.replace(citizen.person.line.origin, phone.line.origin))
        stranger.get_by_role("heading", level=1, name="这个链接已经失效").wait_for()
        assert not phone.problems, phone.problems
    finally:
        phone.leave()


@pytest.fixture
def talk(server, meet, papers):
    """A citizen who has answered and handed the form in, in a call with an agent."""
    citizen = Citizen(meet(server, "citizen"))
    citizen.queue("王小明", "变更", ITEM, "材料预审", HALL)
    citizen.prepare("不是", 单位名称="潮州市样本陶瓷公司")
    citizen.hand_in(FORM, papers.form_pdf)
    expect(citizen.pages(FORM)).to_have_count(1)
    clerk = Clerk(server)
    clerk.take()
    citizen.expect_called()
    citizen.join()
    clerk.wait_until_entered()
    return citizen, clerk


def test_a_correction_needs_the_citizens_word(talk):
    citizen, clerk = talk
    # First declined, then agreed to.
    for answer, state in (("不同意，不要改", "declined"), ("确认，改成这样", "accepted")):
        clerk.do("correction.propose", field={"key": "organisation-name", "value": "潮州市样本陶瓷有限公司"})
        citizen.heading("窗口人员建议修改“单位名称”").wait_for()
        expect(citizen.main).to_contain_text("潮州市样本陶瓷公司")
        citizen.person.screenshot("citizen-23-correction")
        no_barrier(citizen.person)
        citizen.button(answer).click()
        clerk.matter(lambda matter, state=state: matter["corrections"][-1:] and matter["corrections"][-1]["state"] == state)
        expect(citizen.heading("窗口人员建议修改“单位名称”")).to_be_hidden()
    assert {"key": "organisation-name", "value": "潮州市样本陶瓷有限公司"} in clerk.matter(lambda matter: matter["corrections"][-1]["state"] == "accepted")["fields"]


def test_the_original_is_photographed_with_consent(talk):
    citizen, clerk = talk
    # Declined once, then taken, looked at, and sent.
    clerk.do("still.ask", material_id="M2")
    citizen.heading(f"请给窗口人员看原件：{CARD}").wait_for()
    citizen.person.screenshot("citizen-24-still-consent", full_page=True)
    no_barrier(citizen.person)
    citizen.button("不同意，不拍").click()
    clerk.matter(lambda matter: matter.get("still", {}).get("state") == "declined")
    clerk.do("still.ask", material_id="M2")
    citizen.button("同意，打开相机").click()
    expect(citizen.page.get_by_role("button", name="拍照", exact=True)).to_be_visible()
    citizen.person.screenshot("citizen-25-still-live")
    citizen.page.get_by_role("button", name="拍照", exact=True).click()
    expect(citizen.page.get_by_role("img", name=re.compile("^要送出的照片"))).to_be_visible()
    citizen.person.screenshot("citizen-26-still-review")
    # Nobody at the other end has a peer connection: the page hands the bytes to the server itself.
    citizen.button("送给窗口人员").click()
    expect(citizen.main).to_contain_text("窗口人员已经收到照片。", timeout=45_000)
    stored = clerk.matter(lambda matter: matter.get("still", {}).get("state") == "stored")["still"]
    entry = clerk.wire.push("material.updated", lambda payload: any(file.get("still_id") == stored["id"] for file in payload["entry"]["files"]))["entry"]
    assert entry["files"][-1]["sha256"] == stored["sha256"]
    citizen.button("回到视频").click()
    expect(citizen.heading(f"请给窗口人员看原件：{CARD}")).to_be_hidden()


def test_the_outcome_is_read_in_the_call_and_the_matter_goes_on(talk):
    citizen, clerk = talk
    # What the agent says shows on the cards at once.
    citizen.open_sheet("材料")
    clerk.judge("M1", "correction-needed", "请加盖公章。")
    expect(citizen.material(FORM)).to_contain_text("请加盖公章。")
    clerk.judge("M2", "accepted")
    clerk.judge("M3", "not-applicable")
    clerk.do("precheck.conclude", referred_to="", note="改好表格就可以申报。", respond_by="2026-12-23")
    citizen.heading("窗口人员已完成预审，请看一下").wait_for()
    for words in ("还差 1 样材料", "请加盖公章。", "怎么办", "2026年12月23日"):
        expect(citizen.main).to_contain_text(words)
    citizen.person.screenshot("citizen-27-notice", full_page=True)
    no_barrier(citizen.person)
    citizen.button("我看过了，清楚了").click()
    clerk.matter(lambda matter: matter.get("notice", {}).get("confirmed_at"))
    expect(citizen.heading("窗口人员已完成预审，请看一下")).to_be_hidden()
    clerk.do("session.end")
    citizen.heading("还差 1 样材料").wait_for()
    expect(citizen.main).to_contain_text("您已确认看过一次性告知书。")
    expect(citizen.page.get_by_role("link", name="看告知书")).to_have_attribute("href", re.compile(r"^/notice/#.+-1\.[0-9A-Z]{13}$"))
    citizen.person.screenshot("citizen-28-outcome", full_page=True)
    number, code = citizen.case()
    clerk.do("session.wrap-up", disposition="correction-needed", note="", ready=False)

    # The same matter goes on: what was accepted is settled, and only what is open is asked for.
    citizen.button("改好了，再取一次号").click()
    citizen.try_devices()
    citizen.take()
    expect(citizen.main).to_contain_text("以前已经通过，不用再交")
    expect(citizen.material(FORM)).to_be_visible()
    expect(citizen.material(CARD)).to_be_hidden()
    citizen.person.screenshot("citizen-29-continued", full_page=True)
    citizen.give_up()

    # Looked up by number and code on the same page, it says whose turn it is.
    shown = citizen.look_up(number, code)
    assert "现在等谁" in shown and "还有 1 样材料要改或要补" in shown
    citizen.person.screenshot("citizen-30-look-up", full_page=True)
    no_barrier(citizen.person)
    citizen.button("继续办理").click()
    citizen.try_devices()
    citizen.take()
    expect(citizen.main).to_contain_text("以前已经通过，不用再交")


def no_barrier(person: Person) -> None:
    """What a machine can find of barriers (WCAG, by axe) is not there."""
    found = Axe().run(person.page)
    assert found.violations_count == 0, found.generate_report()


# Presses the shutter as soon as the size of the live picture is known: a hasty finger, before there is a picture to be drawn.
PRESS_AT_ONCE = """
() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
        if (document.querySelector('.camera__live')?.videoWidth) document.querySelector('.camera__shutter').click();
        else port2.postMessage(0);
    };
    port2.postMessage(0);
}
"""

# What the server has of a file: whether metadata is in it, and how the picture stands.
STORED_PICTURE = """
async (id) => {
    const blob = await (await fetch(`/api/v1/files/${id}`)).blob();
    const text = new TextDecoder('latin1').decode(await blob.arrayBuffer());
    const { width, height } = await createImageBitmap(blob, { imageOrientation: 'none' });
    return { hasExif: text.includes('Exif') || text.includes('GPS'), width, height };
}
"""


def ids(citizen: Citizen, material: str) -> list[str]:
    return citizen.material(material).locator("[data-file]").evaluate_all("(tiles) => tiles.map((tile) => tile.dataset.file)")


def rotations(citizen: Citizen, material: str) -> list[int]:
    return citizen.material(material).locator("[data-file]").evaluate_all("(tiles) => tiles.map((tile) => Number(tile.dataset.rotation))")


def drop(citizen: Citizen, card, content: bytes, *names: str) -> None:
    """Drops files on a card, as a mouse would bring them from a folder."""
    card.evaluate(
        """(card, { content, names }) => {
            const transfer = new DataTransfer();
            for (const name of names) transfer.items.add(new File([Uint8Array.from(content), name], name, { type: 'image/jpeg' }));
            for (const kind of ['dragenter', 'dragover', 'drop']) {
                card.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: transfer }));
            }
        }""",
        {"content": list(content), "names": names},
    )
