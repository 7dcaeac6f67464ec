"""An agent at the seat desk, by what they read and press there."""

import re

from playwright.sync_api import Locator, expect

from people import Person
from server import Server

PATH = "/seat/"


class Desk:
    def __init__(self, person: Person):
        self.person = person
        self.page = person.page

    @property
    def middle(self) -> Locator:
        return self.page.get_by_role("main")

    def expect_state(self, word: str, timeout_ms: int = 15_000) -> None:
        expect(self.page.get_by_role("group", name="坐席状态")).to_contain_text(word, timeout=timeout_ms)

    def sign_in(self, server: Server, account: str) -> None:
        # Nobody is signed in at first; the page asks, and the browser reports the 401.
        with self.person.tolerating("401"):
            self.person.open(PATH)
            self.page.get_by_label("账号").fill(account)
            self.page.get_by_label("密码").fill(server.password(account))
            self.person.screenshot("seat-01-sign-in")
            self.page.get_by_role("button", name="登录").click()
            self.expect_state("未签入")

    def sign_on(self, number: str) -> None:
        self.person.screenshot("seat-02-choose-seat")
        self.page.get_by_role("button", name=f"签入 {number} 号坐席").click()
        self.expect_state("小休")
        self.person.screenshot("seat-03-not-ready")

    def ready(self) -> None:
        self.middle.get_by_role("button", name="开始接待").click()

    def expect_ring(self, ticket_number: str) -> None:
        ring = self.page.get_by_role("region", name="有市民来访")
        expect(ring).to_contain_text(ticket_number)
        expect(ring).to_contain_text(re.compile("请在 .+ 内接听"))

    def accept(self) -> None:
        """By the key that the screen names; the button has the focus."""
        self.page.keyboard.press("Enter")
        self.expect_state("正在呼叫市民")

    def say(self, text: str) -> None:
        self.page.get_by_role("tab", name="文字").click()
        self.page.get_by_label("要发给市民的文字").fill(text)
        self.page.keyboard.press("Enter")
        self.expect_line(text)
        self.page.keyboard.press("Escape")

    def expect_line(self, text: str) -> None:
        expect(self.page.get_by_role("list", name="文字记录")).to_contain_text(text)

    def material(self, name: str) -> Locator:
        return self.page.get_by_role("region", name="材料清单").get_by_role("button", name=name)

    def open_material(self, name: str) -> None:
        self.material(name).click()
        expect(self.material(name)).to_have_attribute("aria-current", "true")

    def expect_sheet(self, file_name: str) -> Locator:
        """The open file is drawn: a picture or a page, with something on it."""
        sheet = self.page.get_by_role("group", name="文件内容").get_by_role("img", name=file_name)
        expect(sheet).to_be_visible()
        assert sheet.evaluate(VARIED), f"{file_name} is one single colour"
        return sheet

    def judge(self, material: str, key: str, reason: str = "", note: str = "") -> None:
        """Gives a verdict by its digit, with a coded reason and a note where it needs one."""
        self.open_material(material)
        self.page.keyboard.press(key)
        if reason:
            self.page.get_by_role("group", name="原因").get_by_role("button", name=reason).click()
            self.page.get_by_label("补充说明").fill(note)
            self.page.get_by_role("button", name="保存意见").click()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    @property
    def canvas(self) -> Locator:
        return self.page.get_by_role("group", name="文件内容")

    @property
    def second_canvas(self) -> Locator:
        return self.page.get_by_role("group", name="对照的内容")

    def zoom_percent(self) -> int:
        return int(self.page.get_by_role("button", name="切换整页和适合宽度").inner_text().rstrip("%"))

    def form_row(self, field: str) -> Locator:
        return self.page.get_by_role("tabpanel", name="表单").get_by_role("listitem").filter(has_text=field)

    def propose(self, field: str, value: str) -> None:
        """Writes a correction into the form, by keys from the tab on."""
        self.press("d")
        self.form_row(field).get_by_role("button", name=f"提议更正：{field}").press("Enter")
        self.page.get_by_label(f"{field}应为").fill(value)
        self.press("Enter")

    def reopen(self, material: str, reason: str) -> None:
        self.open_material(material)
        self.press("o")
        dialog = self.page.get_by_role("dialog", name="重新打开")
        dialog.get_by_label("原因").fill(reason)
        self.person.screenshot("seat-12-reopen")
        self.press("Enter")
        expect(dialog).to_be_hidden()

    def fits(self) -> bool:
        """Nothing scrolls but lists in their own box."""
        return self.page.evaluate("() => document.documentElement.scrollHeight <= innerHeight && document.documentElement.scrollWidth <= innerWidth")

    def conclude(self, note: str) -> None:
        self.page.keyboard.press("p")
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_label("给市民的话").fill(note)
        self.person.screenshot("seat-07-conclude")
        dialog.get_by_role("button", name="确认出具").click()
        expect(dialog).to_be_hidden()

    def end(self) -> None:
        self.page.keyboard.press("e")
        self.page.get_by_role("dialog").get_by_role("button", name="结束", exact=True).click()
        self.expect_state("话后处理")

    def wrap_up(self, disposition: str, note: str, go_on: bool) -> None:
        form = self.page.get_by_role("region", name="话后处理")
        form.get_by_role("radio", name=disposition).check()
        form.get_by_label("备注").fill(note)
        form.get_by_role("checkbox", name="完成后继续接待").set_checked(go_on)
        self.person.screenshot("seat-08-wrap-up")
        form.get_by_role("button", name="完成").click()
        self.expect_state("空闲" if go_on else "小休")


# Whether a picture or canvas holds more than one colour.
VARIED = """
(sheet) => {
    const canvas = new OffscreenCanvas(64, 64);
    const pen = canvas.getContext('2d');
    pen.drawImage(sheet, 0, 0, 64, 64);
    const { data } = pen.getImageData(0, 0, 64, 64);
    const colours = new Set();
    for (let i = 0; i < data.length; i += 4) colours.add(`${data[i] >> 5},${data[i + 1] >> 5},${data[i + 2] >> 5},${data[i + 3] >> 5}`);
    return colours.size > 1;
}
"""
