"""People and seats as an administrator makes them, and what the agent whom they concern sees of it."""

import re
import time

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from people import PHONE, Person
from server import Server

OWN_PASSWORD = "丹桂飘香 in autumn"


class Administration:
    def __init__(self, person: Person, server: Server):
        self.person, self.page = person, person.page
        with person.tolerating("401"):
            person.open("/admin/#/people")
            self.page.get_by_label("账号").fill("admin1")
            self.page.get_by_label("密码").fill(server.password("admin1"))
            self.page.get_by_role("button", name="登录").click()
            expect(self.row("agent1")).to_be_visible()

    def row(self, account: str):
        return self.page.get_by_role("row").filter(has_text=account)

    def tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=name).click()

    def no_barrier(self) -> None:
        found = Axe().run(self.page)
        assert found.violations_count == 0, found.generate_report()

    def add_seat(self, number: str) -> None:
        self.tab("坐席")
        self.page.get_by_label("坐席号", exact=True).fill(number)
        self.page.get_by_role("button", name="新增坐席").click()
        expect(self.page.get_by_label(f"{number} 号坐席的号码")).to_be_visible()

    def add_person(self, account: str, name: str) -> str:
        """Returns the one-time password, which is shown once."""
        self.tab("人员")
        self.page.get_by_role("button", name="新增人员").click()
        form = self.page.get_by_role("form", name="新增人员")
        form.get_by_label("账号").fill(account)
        form.get_by_label("姓名").fill(name)
        form.get_by_label("潮汕话").check()
        self.person.screenshot("admin-people-new")
        form.get_by_role("button", name="保存").click()
        dialog = self.page.get_by_role("dialog", name=f"{name}的一次性密码")
        password = dialog.locator("output").inner_text()
        self.no_barrier()
        self.person.screenshot("admin-people-password")
        dialog.get_by_role("button", name="知道了").click()
        return password


def enter(person: Person, account: str, password: str) -> None:
    person.page.get_by_label("账号").fill(account)
    person.page.get_by_label("密码").fill(password)
    person.page.get_by_role("button", name="登录").click()


def test_a_seat_and_an_agent_are_made_work_and_are_suspended(server, meet):
    administration = Administration(meet(server, "agent"), server)
    administration.no_barrier()
    administration.person.screenshot("admin-people")
    administration.add_seat("08")
    administration.no_barrier()
    administration.person.screenshot("admin-people-seats")
    password = administration.add_person("agent8", "许丽君")
    expect(administration.row("agent8")).to_contain_text("未改一次性密码")

    agent = meet(server, "agent2")
    with agent.tolerating("401"):
        agent.open("/seat/")
        enter(agent, "agent8", password)
        expect(agent.page.get_by_role("heading", name="设置自己的密码")).to_be_visible()
    agent.screenshot("seat-own-password")
    agent.page.get_by_label("新密码").fill("short")
    agent.page.get_by_role("button", name="保存并继续").click()
    expect(agent.page.get_by_text("太短了")).to_be_visible()
    agent.page.get_by_label("新密码").fill(OWN_PASSWORD)
    agent.page.get_by_label("再输一遍").fill(OWN_PASSWORD)
    agent.page.get_by_role("button", name="保存并继续").click()
    agent.page.get_by_role("button", name="签入 08 号坐席").click()
    state = agent.page.get_by_role("group", name="坐席状态")
    expect(state).to_contain_text("小休")

    expect(administration.row("agent8")).to_contain_text("08 号坐席", timeout=20_000)
    administration.row("agent8").get_by_role("button", name=re.compile("^停用")).click()
    dialog = administration.page.get_by_role("dialog", name="停用许丽君？")
    administration.no_barrier()
    administration.person.screenshot("admin-people-suspend")
    with agent.tolerating("401", "403"):
        dialog.get_by_role("button", name="停用").click()
        begin = time.monotonic()
        expect(agent.page.get_by_text("您已退出登录")).to_be_visible(timeout=1_000)
        print("thrown out after", time.monotonic() - begin)
        expect(administration.row("agent8")).to_contain_text("已停用")
        agent.open("/seat/")
        enter(agent, "agent8", OWN_PASSWORD)
        expect(agent.page.get_by_text("账号已停用")).to_be_visible()

    administration.row("agent8").get_by_role("button", name=re.compile("^恢复")).click()
    expect(administration.row("agent8")).to_contain_text("在用")


def test_a_new_hall_is_made_and_changed_in_place(server, meet):
    administration = Administration(meet(server, "agent"), server)
    page = administration.page
    administration.tab("大厅")
    new = page.get_by_role("form", name="新设大厅")
    new.get_by_label("大厅编码").fill("饶平")
    new.get_by_label("名称").fill("饶平县办税服务厅")
    new.get_by_role("button", name="新设").click()
    expect(new.get_by_text("请填 6 位数字")).to_be_visible()
    administration.no_barrier()
    administration.person.screenshot("admin-people-hall", full_page=True)
    new.get_by_label("大厅编码").fill("445122A")
    new.get_by_role("button", name="新设").click()
    expect(page.get_by_text("还没有坐席。填写坐席号，新增第一个。")).to_be_visible()
    administration.add_seat("01")
    number = page.get_by_label("01 号坐席的号码")
    number.fill("A1")
    number.press("Enter")
    expect(page.get_by_label("A1 号坐席的号码")).to_be_visible()
    page.get_by_role("button", name="撤下 A1").click()
    expect(page.get_by_role("row").filter(has_text="已撤下")).to_be_visible()
    page.get_by_role("button", name="放回 A1").click()
    expect(page.get_by_role("row").filter(has_text="未签入")).to_be_visible()
    administration.tab("人员")
    expect(administration.row("admin1")).to_contain_text("管理员")


def test_skills_are_edited_by_keyboard_and_on_a_phone(server, meet):
    administration = Administration(meet(server, "agent"), server)
    page = administration.page
    administration.row("agent1").get_by_role("button", name="编辑").press("Enter")
    form = page.get_by_role("form", name="编辑")
    form.get_by_label("姓名").fill("陈晓燕")
    form.get_by_label("手语").press("Space")
    form.get_by_label("值班长").press("Space")
    administration.person.screenshot("admin-people-edit")
    form.get_by_label("姓名").press("Enter")
    expect(administration.row("agent1")).to_contain_text("手语")
    expect(administration.row("agent1")).to_contain_text("值班长")
    expect(administration.row("agent1")).to_contain_text("陈晓燕")
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    administration.person.screenshot("admin-people-phone", full_page=True)
    administration.row("agent1").get_by_role("button", name="编辑").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    administration.no_barrier()
    administration.person.screenshot("admin-people-phone-edit", full_page=True)
