"""Catalogue administration in a browser: a draft, what it changes, publishing, what citizens see then, and a file that is taken or refused as a whole."""

import csv
import io
import re
from pathlib import Path

from playwright.sync_api import Locator, expect

from adoption_test import CODE, ITEM, Administration
from citizen import Citizen
from wire import Visitor

LIMIT = "2 个工作日（新）"
SEAL = "公章"


class Office(Administration):
    def review_item(self) -> Locator:
        self.row.get_by_role("button").press("Enter")
        expect(self.review).to_be_visible()
        return self.review

    def edit(self) -> Locator:
        review = self.review_item()
        review.get_by_role("button", name=re.compile("编辑新版本|继续编辑草稿")).press("Enter")
        editor = self.page.get_by_role("region", name=f"编辑 {CODE}")
        expect(editor.get_by_label("名称", exact=True).first).to_have_value(re.compile(".+"))
        return editor

    def import_file(self, file: Path) -> Locator:
        self.items.get_by_role("button", name="导入").click()
        dialog = self.page.get_by_role("dialog", name="导入")
        dialog.locator("input[type=file]").set_input_files(file)
        return dialog


def saved(editor: Locator) -> None:
    expect(editor.get_by_role("status").first).to_contain_text("草稿已保存")


def write(field: Locator, text: str) -> None:
    field.fill(text)
    field.blur()


def test_an_item_is_edited_published_and_what_citizens_see_then(server, meet):
    office = Office(meet(server, "agent"), server)
    expect(office.row).to_contain_text("个来源")
    expect(office.row).to_contain_text("待核对")
    expect(office.row).to_contain_text("视频办")
    office.items.scroll_into_view_if_needed()
    office.person.screenshot("admin-20-catalogue")
    office.items.get_by_label("全部标签").select_option(label="跨省通办")
    expect(office.row).to_have_count(0)
    office.items.get_by_label("全部标签").select_option(label="全部标签")

    editor = office.edit()
    office.person.screenshot("admin-21-editor")
    office.no_barrier()
    write(editor.get_by_label("办理时限"), LIMIT)
    saved(editor)

    # A new material by keyboard: what is wrong stands beside its field until it is right.
    editor.get_by_role("button", name="添加材料").press("Enter")
    material = editor.locator(".cat-card").last
    name = material.get_by_label("名称", exact=True)
    expect(name).to_be_focused()
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(editor.get_by_role("button", name="发布…")).to_be_disabled()
    expect(editor.get_by_role("button", name=re.compile("处要改"))).to_be_visible()
    office.person.screenshot("admin-22-problems")
    write(name, SEAL)
    material.get_by_label("要求").select_option(label="条件报送")
    expect(material.get_by_text("什么情况下要交")).to_be_visible()
    write(material.get_by_label("条件", exact=True), "变更名称的")
    expect(material.get_by_text("什么情况下要交")).to_have_count(0)
    count = editor.locator(".cat-card").count()
    up = material.get_by_role("button", name=f"第 {count} 项上移")
    up.press("Enter")
    expect(editor.get_by_role("region", name="材料", exact=True).get_by_role("button", name=f"第 {count - 1} 项上移")).to_be_focused()
    editor.get_by_role("button", name="撤销").press("Enter")
    expect(editor.locator(".cat-card").last).to_contain_text(SEAL)
    saved(editor)

    editor.get_by_role("button", name="看改动").press("Enter")
    expect(editor.get_by_role("row").filter(has_text="办理时限")).to_contain_text(LIMIT)
    expect(editor.get_by_role("row").filter(has_text="增加")).to_contain_text(SEAL)
    office.person.screenshot("admin-23-what-changes")
    office.no_barrier()
    editor.get_by_role("button", name="看改动").press("Enter")

    editor.get_by_role("button", name="发布…").press("Enter")
    dialog = office.page.get_by_role("dialog", name=re.compile("发布“"))
    expect(dialog.get_by_label("从哪天起有效")).to_be_focused()
    expect(dialog.get_by_role("row").filter(has_text="办理时限")).to_be_visible()
    office.person.screenshot("admin-24-publish")
    dialog.get_by_role("button", name="发布版本 2").press("Enter")
    expect(office.row).to_contain_text("版本 2", timeout=20_000)
    expect(office.row).to_contain_text("各厅不一致")

    citizen = Citizen(meet(server, "neighbour"))
    citizen.open()
    citizen.find("变更", ITEM)
    expect(citizen.main).to_contain_text(LIMIT)
    expect(citizen.main).to_contain_text(SEAL)

    # Withdrawn, and put back.
    review = office.review_item()
    review.get_by_role("button", name="停办").click()
    office.page.get_by_role("dialog", name=re.compile("停办“")).get_by_role("button", name="停办").click()
    expect(review).to_contain_text("已停办")
    office.person.screenshot("admin-25-withdrawn")
    shown = Visitor(server).get(f"/api/v1/catalogue/{CODE}")
    assert shown.status == 404
    review.get_by_role("button", name="恢复办理").click()
    office.page.get_by_role("dialog", name=re.compile("恢复“")).get_by_role("button", name="恢复办理").click()
    expect(review.get_by_role("button", name="停办")).to_be_visible()
    assert Visitor(server).get(f"/api/v1/catalogue/{CODE}").json["version"] == 2


def test_two_who_edit_one_draft(server, meet):
    first, second = Office(meet(server, "agent"), server), Office(meet(server, "agent2"), server)
    mine, theirs = first.edit(), second.edit()
    write(mine.get_by_label("办理时限"), "甲")
    saved(mine)
    with second.person.tolerating("409"):
        write(theirs.get_by_label("办理时限"), "乙")
        conflict = theirs.get_by_role("alert")
        expect(conflict).to_contain_text("没有覆盖别人的内容")
    expect(conflict.get_by_role("row").filter(has_text="办理时限")).to_contain_text("甲")
    second.person.screenshot("admin-26-conflict")
    second.no_barrier()
    conflict.get_by_role("button", name="看最新内容").press("Enter")
    expect(theirs.get_by_label("办理时限")).to_have_value("甲")


def test_a_file_is_taken_as_previewed_or_not_at_all(server, meet, tmp_path):
    office = Office(meet(server, "agent"), server)
    with office.page.expect_download() as download:
        office.items.get_by_role("button", name="导出 CSV").click()
    file = tmp_path / "catalogue.csv"
    download.value.save_as(file)
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    column = rows[0].index("要求")

    def written(name: str, changed: list[list[str]]) -> Path:
        target = tmp_path / name
        with target.open("w", encoding="utf-8-sig", newline="") as out:
            csv.writer(out).writerows(changed)
        return target

    dialog = office.import_file(written("same.csv", rows))
    expect(dialog).to_contain_text("没有要导入的改动")
    wrong = [["要不要" if index == column else cell for index, cell in enumerate(rows[0])]] + rows[1:]
    dialog.locator("input[type=file]").set_input_files(written("wrong-column.csv", wrong))
    expect(dialog.get_by_role("row").filter(has_text="要不要")).to_contain_text("没有这一列")
    expect(dialog).to_contain_text("没有导入任何内容")
    expect(dialog.get_by_role("button", name=re.compile("导入这"))).to_have_count(0)
    office.person.screenshot("admin-27-wrong-column")
    office.no_barrier()

    bad = [list(row) for row in rows]
    bad[2][column] = "也许"
    dialog.locator("input[type=file]").set_input_files(written("wrong-cell.csv", bad))
    expect(dialog.get_by_role("row").filter(has_text="也许")).to_contain_text("3")

    name = rows[0].index("名称")
    better = [[cell + "（改）" if row[0] == "事项" and row[1] == CODE and index == name else cell for index, cell in enumerate(row)] for row in rows]
    dialog.locator("input[type=file]").set_input_files(written("better.csv", better))
    expect(dialog).to_contain_text("修改 1")
    dialog.locator("summary").first.press("Enter")
    expect(dialog.get_by_role("row").filter(has_text="名称")).to_contain_text(f"{ITEM}（改）")
    office.person.screenshot("admin-28-preview")
    dialog.get_by_role("button", name="导入这 1 项改动").press("Enter")
    expect(dialog).to_be_hidden()
    expect(office.items.get_by_role("row").filter(has_text=f"{ITEM}（改）")).to_contain_text("有版本 2 待采用")
    assert Visitor(server).get(f"/api/v1/catalogue/{CODE}").json["version"] == 1, "no hall has adopted it"


def test_on_a_phone(server, meet):
    office = Office(meet(server, "agent"), server)
    office.page.set_viewport_size({"width": 360, "height": 740})
    expect(office.row).to_be_visible()
    office.row.scroll_into_view_if_needed()
    office.person.screenshot("admin-29-phone-list")
    office.edit()
    office.person.screenshot("admin-30-phone-editor", full_page=True)
    assert office.page.evaluate("document.documentElement.scrollWidth <= 360")
