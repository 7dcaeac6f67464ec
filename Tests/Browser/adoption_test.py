"""A new version of an item: loaded beside a running server, looked through by an administrator, adopted, and what citizens see of it."""

import json
import re
import subprocess
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, expect

from citizen import Citizen
from people import Person
from server import BINARY, ROOT, Server

ITEM = "一照一码户信息变更"
CODE = "CZ-TAX-001"
HALL, OTHER_HALL = "湘桥区", "潮安区"
MANDATE = "经办人授权委托书"


def next_version(folder: Path, **changes) -> Path:
    """A catalogue file with the item's version 2: one material more, another time limit, another exemption."""
    catalogue = json.loads((ROOT / "ops" / "demonstration" / "tax-catalogue.json").read_text())
    item = next(one for one in catalogue["items"] if one["code"] == CODE)
    mandate = {"name_zh": MANDATE, "form": "original", "necessity": "mandatory", "copies": 1, "source": "GK", "formats": ["jpg", "pdf"]}
    item |= {"version": 2, "time_limit": {"text_zh": "3 个工作日", "source": "GK"}}
    item["materials"][1]["exempt_if_zh"] = None
    item["materials"].append(mandate)
    target = folder / "catalogue.json"
    target.write_text(json.dumps(catalogue | {"items": [item | changes]}, ensure_ascii=False))
    return target


def load(server: Server, file: Path, *flags: str) -> subprocess.CompletedProcess:
    return subprocess.run([BINARY, "load-catalogue", file, "--data", server.data, *flags], capture_output=True, text=True, timeout=60)


class Administration:
    def __init__(self, person: Person, server: Server):
        self.person, self.page = person, person.page
        with person.tolerating("401"):
            person.open("/admin/#/catalogue")
            self.page.get_by_label("账号").fill("admin1")
            self.page.get_by_label("密码").fill(server.password("admin1"))
            self.page.get_by_role("button", name="登录").click()
            self.items.get_by_text("一照一码户信息变更").wait_for()

    @property
    def items(self) -> Locator:
        return self.page.locator("section", has=self.page.get_by_role("heading", name="事项目录"))

    @property
    def row(self) -> Locator:
        return self.items.get_by_role("row").filter(has_text=ITEM)

    @property
    def review(self) -> Locator:
        return self.page.get_by_role("dialog", name=ITEM)

    def no_barrier(self) -> None:
        found = Axe().run(self.page)
        assert found.violations_count == 0, found.generate_report()


def test_a_hall_adopts_a_version_and_who_waits_keeps_the_old_list(server, meet, tmp_path):
    waiting = Citizen(meet(server, "citizen"))
    waiting.queue("王小明", "变更", ITEM, "材料预审", HALL)
    waiting.prepare("不是")
    expect(waiting.material("经办人身份证件")).to_be_visible()

    file = next_version(tmp_path)
    dry = load(server, file, "--dry-run")
    assert dry.returncode == 0 and f"new version: {CODE} version 2" in dry.stdout, dry.stdout + dry.stderr
    office = Administration(meet(server, "agent"), server)
    expect(office.row).to_contain_text("已是最新")
    assert load(server, file).returncode == 0
    assert f"unchanged: {CODE} version 2" in load(server, file).stdout, "a second time nothing happens"
    refused = load(server, next_version(tmp_path, name_zh="别的名称"))
    assert refused.returncode == 3 and "next version number" in refused.stderr, refused.stderr

    # It comes up by itself, and the differences are shown side by side.
    expect(office.row).to_contain_text("有版本 2 待采用", timeout=20_000)
    expect(office.items).to_contain_text("1 个事项有新版本等待本厅采用")
    office.row.scroll_into_view_if_needed()
    office.person.screenshot("admin-10-new-version")
    office.row.get_by_role("button").press("Enter")
    added = office.review.get_by_role("row").filter(has_text="增加")
    expect(added.get_by_role("cell").first).to_have_text("没有")
    expect(added.get_by_role("cell").last).to_contain_text(MANDATE)
    limit = office.review.get_by_role("row").filter(has_text="办理时限")
    expect(limit.get_by_role("cell").first).to_contain_text("即时办结")
    expect(limit.get_by_role("cell").last).to_contain_text("3 个工作日")
    expect(office.review.get_by_role("row").filter(has_text="可以免交的情形")).to_be_visible()
    office.person.screenshot("admin-11-differences")
    office.no_barrier()

    # By keyboard alone: the safe answer has the focus of the question.
    office.review.get_by_role("button", name="采用版本 2").press("Enter")
    sure = office.page.get_by_role("dialog", name="采用版本 2？")
    expect(sure.get_by_role("button", name="先不采用")).to_be_focused()
    office.person.screenshot("admin-12-confirm")
    sure.get_by_role("button", name="采用版本 2").press("Enter")
    expect(office.review).to_be_hidden()
    expect(office.row).to_contain_text("各厅不一致")
    expect(office.row).to_contain_text(re.compile("湘桥区.*版本 2"))
    expect(office.row).to_contain_text(re.compile("潮安区.*版本 1"))
    expect(office.row).to_contain_text("黄文博 采用")
    office.person.screenshot("admin-13-halls-differ")
    office.no_barrier()

    # A new citizen sees the list of the hall that they choose, and gets it.
    newcomer = Citizen(meet(server, "neighbour"))
    newcomer.open()
    newcomer.find("变更", ITEM)
    expect(newcomer.main).to_contain_text(MANDATE)
    newcomer.page.get_by_role("radio", name=OTHER_HALL).check()
    expect(newcomer.main).not_to_contain_text(MANDATE)
    expect(newcomer.page.get_by_role("radio", name=OTHER_HALL)).to_be_checked()
    newcomer.choose("材料预审", HALL)
    newcomer.introduce("林小红")
    newcomer.try_devices()
    newcomer.take()
    newcomer.prepare("不是")
    expect(newcomer.material(MANDATE)).to_be_visible()

    # Who was there before keeps what they were told, over a reload and a crash of the server.
    broken = ("ERR_", "WebSocket", "503")
    with waiting.person.tolerating(*broken), newcomer.person.tolerating(*broken), office.person.tolerating(*broken):
        server.kill_and_start()
        waiting.page.reload()
        expect(waiting.material("经办人身份证件")).to_be_visible(timeout=30_000)
        expect(waiting.material(MANDATE)).to_have_count(0)
        waiting.person.screenshot("citizen-30-keeps-the-old-list", full_page=True)
        newcomer.page.reload()
        expect(newcomer.material(MANDATE)).to_be_visible(timeout=30_000)
        expect(office.row).to_contain_text("黄文博 采用")


def test_two_administrators_do_not_overwrite_each_other(server, meet, tmp_path):
    assert load(server, next_version(tmp_path)).returncode == 0
    first = Administration(meet(server, "agent"), server)
    second = Administration(meet(server, "agent2"), server)
    for office in (first, second):
        expect(office.row).to_contain_text("有版本 2 待采用")
        office.row.get_by_role("button").click()
        expect(office.review.get_by_role("row").filter(has_text="办理时限")).to_be_visible()
    first.review.get_by_role("button", name="采用版本 2").click()
    first.page.get_by_role("dialog", name="采用版本 2？").get_by_role("button", name="采用版本 2").click()
    expect(first.review).to_be_hidden()
    with second.person.tolerating("409"):
        second.review.get_by_role("button", name="采用版本 2").click()
        second.page.get_by_role("dialog", name="采用版本 2？").get_by_role("button", name="采用版本 2").click()
        expect(second.review.get_by_role("alert")).to_contain_text("已由别人更改")
    expect(second.review.get_by_role("listitem").filter(has_text=HALL)).to_contain_text("版本 2")
    second.person.screenshot("admin-14-somebody-was-quicker")
