"""A citizen at their page, by what they read and press there."""

import re
from pathlib import Path

from playwright.sync_api import Locator, expect

from people import Person

PATH = "/citizen/"


class Citizen:
    def __init__(self, person: Person):
        self.person = person
        self.page = person.page
        # Sentences are looked for here: what is announced to screen readers stands beside it and says the same.
        self.main = self.page.get_by_role("main")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name)

    def heading(self, text: str) -> Locator:
        return self.page.get_by_role("heading", level=1, name=text)

    def open(self) -> None:
        # Nobody is signed in at first; the page asks, and the browser reports the 401.
        with self.person.tolerating("401"):
            self.person.open(PATH)
            self.heading("您要办什么事？").wait_for()

    def find(self, words: str, item: str) -> None:
        self.page.get_by_role("searchbox", name="搜索要办的事").fill(words)
        expect(self.page.get_by_role("heading", name=re.compile("找到 [0-9]+ 件"))).to_be_visible()
        self.person.screenshot("citizen-01-find")
        self.page.get_by_role("link", name=item).click()
        self.heading(item).wait_for()

    def choose(self, kind: str, hall: str) -> None:
        self.page.get_by_role("radio", name=kind).check()
        self.page.get_by_role("radio", name=hall).check()
        self.person.screenshot("citizen-02-item", full_page=True)
        self.button("取号办理").click()

    def introduce(self, name: str) -> None:
        self.heading("怎么称呼您？").wait_for()
        self.page.get_by_role("textbox", name="姓名").fill(name)
        self.page.get_by_role("textbox", name="手机号码").fill("13800138000")
        self.page.get_by_role("switch").check()
        self.person.screenshot("citizen-03-sign-in")
        self.button("下一步").click()

    def try_devices(self) -> None:
        """Own picture, own voice, and the sound that will call."""
        self.heading("试一试摄像头和声音").wait_for()
        self.button("打开摄像头和麦克风").click()
        expect(self.page.get_by_label("这是您自己的画面")).to_be_visible()
        expect(self.main.get_by_text("听到您的声音了")).to_be_visible()
        self.button("放一段声音").click()
        self.button("听到了").click()
        expect(self.main.get_by_text("好的，声音没有问题。")).to_be_visible()
        self.person.screenshot("citizen-04-devices", full_page=True)

    def take(self) -> str:
        """Takes the ticket after the device check, and returns its number."""
        self.page.get_by_role("button", name="取号", exact=True).click()
        return self.number()

    def queue(self, name: str, words: str, item: str, kind: str, hall: str) -> str:
        """The whole way to a ticket."""
        self.open()
        self.find(words, item)
        self.choose(kind, hall)
        self.introduce(name)
        self.try_devices()
        return self.take()

    def prepare(self, *answers: str, **fields: str) -> None:
        """Answers the questions before the materials (是, 不是, 不清楚), then fills in the form's fields or passes it by."""
        self.button("开始回答" if answers else "填写资料").click()
        for answer in answers:
            self.heading("您属于这种情况吗？").wait_for()
            self.person.screenshot("citizen-14-question")
            self.main.get_by_role("button", name=re.compile(f"^{answer}")).click()
        self.heading("几项基本资料").wait_for()
        for label, value in fields.items():
            self.page.get_by_label(label).fill(value)
        self.person.screenshot("citizen-15-form", full_page=True)
        self.button("填好了" if fields else "不填，直接交材料").click()
        self.heading("您的号").wait_for()
        self.agree()

    def choose_booking(self, kind: str, hall: str) -> None:
        """From the item's page to its days."""
        self.page.get_by_role("radio", name=kind).check()
        self.page.get_by_role("radio", name=hall).check()
        self.button("预约时间").click()
        self.heading("哪一天方便？").wait_for()
        self.free_days().first.wait_for()
        self.person.screenshot("citizen-20-days", full_page=True)

    def free_days(self) -> Locator:
        return self.main.get_by_role("button", name=re.compile("还有 [0-9]+ 个空位"))

    def times(self) -> Locator:
        return self.main.get_by_role("button", name=re.compile("^[0-9]{2}:[0-9]{2}$"))

    def choose_time(self, day: int, time: int = 0) -> str:
        """Chooses by their places among the free ones, and returns the time."""
        self.free_days().nth(day).click()
        self.times().first.wait_for()
        self.person.screenshot("citizen-21-times", full_page=True)
        chosen = self.times().nth(time)
        text = chosen.inner_text()
        # As a trembling finger does: twice.
        chosen.dblclick()
        return text

    def book(self) -> None:
        """The last look, and yes."""
        self.heading("您要约的是").wait_for()
        expect(self.main.get_by_text("这个时间给您留着")).to_be_visible()
        self.person.screenshot("citizen-22-held", full_page=True)
        self.button("确定预约").dblclick()
        self.heading("约好了").wait_for()
        self.person.screenshot("citizen-23-booked", full_page=True)

    def appointments(self) -> list[dict]:
        """As the server lists them, newest first."""
        return self.page.evaluate("() => fetch('/api/v1/appointments').then((answer) => answer.json())")["appointments"]

    def number(self) -> str:
        self.heading("您的号").wait_for()
        shown = self.main.get_by_text(re.compile(r"^\d*[A-Z]\d{3,}$"))
        return shown.first.inner_text()

    def expect_ahead(self, count: int) -> None:
        words = f"您前面还有 {count} 位" if count else "下一位就是您"
        expect(self.main.get_by_text(words, exact=True)).to_be_visible(timeout=20_000)

    def give_up(self) -> None:
        self.button("不排了，取消这个号").click()
        self.page.get_by_role("dialog").get_by_role("button", name="取消这个号").click()
        self.heading("您要办什么事？").wait_for()

    def expect_called(self) -> None:
        self.heading("轮到您了").wait_for()

    def join(self) -> None:
        self.button("开始视频").click()

    def say(self, text: str) -> None:
        self.open_sheet("文字")
        self.page.get_by_label("要说的话").fill(text)
        self.button("发送").click()
        self.expect_line(text)

    def expect_line(self, text: str) -> None:
        self.open_sheet("文字")
        expect(self.page.get_by_role("listitem").filter(has_text=text)).to_be_visible()

    def open_sheet(self, name: str) -> None:
        """Opens 文字 or 材料 over the picture, when it is not open."""
        button = self.page.get_by_role("navigation", name="通话按钮").get_by_role("button", name=name)
        if button.get_attribute("aria-expanded") != "true":
            button.click()
        expect(button).to_have_attribute("aria-expanded", "true")

    def agree(self) -> None:
        """Says yes to handing in identity documents, where the page still asks."""
        lists = self.main.locator(".materials__summary")
        switch = self.main.get_by_role("switch", name="我同意")
        expect(switch.or_(lists).filter(visible=True).first).to_be_visible()
        if switch.is_visible():
            switch.check()
            expect(lists).to_be_visible()

    def material(self, name: str) -> Locator:
        return self.page.get_by_role("listitem").filter(has=self.page.get_by_role("heading", level=3, name=name))

    def hand_in(self, material: str, file: Path) -> Locator:
        """Begins to hand a file in for a material, and returns the material's card."""
        self.agree()
        card = self.material(material)
        card.get_by_label(re.compile("^选文件")).set_input_files(file)
        return card

    def photograph(self, material: str, count: int = 1) -> Locator:
        """Takes pictures of a material with the live camera, whatever this browser thinks of them, and returns the material's card."""
        self.agree()
        card = self.material(material)
        card.get_by_role("button", name=re.compile("^拍照")).click()
        camera = self.page.get_by_role("dialog", name=material)
        for number in range(1, count + 1):
            camera.get_by_role("button", name="拍照", exact=True).click()
            expect(camera.get_by_role("img", name="刚拍的照片")).to_be_visible()
            self.person.screenshot("citizen-17-photo-taken")
            camera.get_by_role("button", name=re.compile("用这张$")).click()
            expect(camera).to_contain_text(f"已拍 {number} 页")
        self.person.screenshot("citizen-16-camera")
        camera.get_by_role("button", name=re.compile("^拍完了")).click()
        expect(self.pages(material)).to_have_count(count, timeout=20_000)
        return card

    def pages(self, material: str) -> Locator:
        return self.material(material).get_by_role("button", name=re.compile("^第 [0-9]+ 页"))

    def open_page(self, material: str, number: int) -> Locator:
        """Opens a page large, and returns its dialog."""
        self.pages(material).nth(number - 1).click()
        dialog = self.page.get_by_role("dialog", name=material)
        expect(dialog.get_by_role("heading", name=f"第 {number} 页")).to_be_visible()
        return dialog

    def keep_all(self, material: str) -> None:
        """Sends chosen pictures although this browser doubts them."""
        for keep in self.material(material).get_by_role("button", name="就用这张").all():
            keep.click()

    def look_up(self, case_number: str, code: str) -> str:
        """Opens the case with its number and code, and returns all that is shown of it."""
        with self.person.tolerating("401"):
            self.page.goto("about:blank")
            self.person.open(f"{PATH}#/look-up")
            self.heading("查以前的办理结果").wait_for()
        self.page.get_by_label("办件编号").fill(case_number)
        self.page.get_by_label("查询码").fill(code)
        self.button("查结果").click()
        expect(self.page.get_by_role("heading", name="视频记录")).to_be_visible()
        return self.main.inner_text()

    def case(self) -> tuple[str, str]:
        """Case number and look-up code on the last screen."""
        value = "xpath=following-sibling::dd"
        number, code = (self.page.locator("dt").filter(has_text=word).locator(value) for word in ("办件编号", "查询码"))
        return number.inner_text(), code.inner_text()
