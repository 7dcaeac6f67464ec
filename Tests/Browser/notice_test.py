"""The one-time notice: read on a phone, printed, saved as PDF, and checked by anybody."""

import base64
import subprocess

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from matter import NOTE, Matter
from wire import Visitor

NARROWEST_PX = 320


def fits(page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    size = page.viewport_size
    page.set_viewport_size({"width": NARROWEST_PX, "height": 640})
    assert page.evaluate("() => document.documentElement.scrollWidth") <= NARROWEST_PX, "it must not scroll sideways"
    page.set_viewport_size(size)


def test_the_notice_on_a_phone_on_paper_and_as_a_file(server, meet, tmp_path):
    notice = Matter(server).conclude()
    person = meet(server, "citizen")
    page = person.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    person.open(f"/notice/#{notice['number']}.{notice['code']}")
    page.get_by_role("heading", level=1, name="一次性告知书").wait_for()
    article = page.get_by_role("article")
    for words in ("还差 1 样材料，请在2026年12月15日以前补齐。", NOTE, "怎么办", "交到哪里", "什么时候以前", "林**", notice["number"]):
        expect(article).to_contain_text(words)
    expect(article).not_to_contain_text("林小明")
    assert article.locator("b").count() == 0, "what an agent types stays text"
    assert notice["code"] not in page.url and not any(notice["code"] in url for url in asked), "the code stands in no address"
    person.screenshot("notice-01-phone", full_page=True)
    fits(page)

    # On paper: black on white, without the page's own controls.
    page.emulate_media(media="print")
    expect(page.get_by_role("banner")).to_be_hidden()
    expect(page.get_by_role("button", name="下载 PDF")).to_be_hidden()
    expect(article).to_be_visible()
    person.screenshot("notice-02-print", full_page=True)
    page.emulate_media(media="screen")

    with page.expect_download(timeout=60_000) as saving:
        page.get_by_role("button", name="下载 PDF").click()
    paper = tmp_path / saving.value.suggested_filename
    saving.value.save_as(paper)
    assert paper.name == f"notice-{notice['number']}.pdf"
    said = subprocess.run(["pdftotext", paper, "-"], capture_output=True, text=True, check=True).stdout
    assert notice["number"] in said and NOTE in said.replace("\n", "")

    # In another language: the sentences change, the agent's words stay.
    page.get_by_role("combobox").select_option("en")
    page.get_by_role("heading", level=1, name="One-time notice").wait_for()
    expect(article).to_contain_text(NOTE)
    person.screenshot("notice-03-english", full_page=True)


def test_anybody_may_check_a_notice(server, meet, tmp_path):
    matter = Matter(server)
    notice = matter.conclude()
    reply = Visitor(server).post("/api/v1/notices/pdf", {"number": notice["number"], "code": notice["code"]})
    assert reply.status == 200
    paper = tmp_path / f"notice-{notice['number']}.pdf"
    paper.write_bytes(reply.body)

    # By the QR code: the check begins by itself.
    person = meet(server, "agent")
    page = person.page
    person.open(f"/notice/verify/#{notice['number']}.{notice['code']}")
    result = page.get_by_role("region", name="查验结果")
    result.get_by_role("heading", name="有效").wait_for()
    expect(result).to_contain_text("1 样材料")
    for secret in ("林", "反光", "陈"):
        expect(result).not_to_contain_text(secret)
    assert notice["code"] not in page.url
    person.screenshot("notice-04-valid", full_page=True)
    fits(page)

    # Typed, with a slip, and then right, as people write it.
    page.reload()
    page.get_by_label("告知书编号").fill(notice["number"])
    page.get_by_label("查验码").fill("0000 0000 0000 0")
    page.get_by_role("button", name="查验").click()
    result.get_by_role("heading", name="没有查到").wait_for()
    page.get_by_label("查验码").fill(" " + "-".join(notice["code"][i : i + 4].lower() for i in range(0, 13, 4)))
    page.keyboard.press("Enter")
    result.get_by_role("heading", name="有效").wait_for()

    # The file itself: chosen, then one that was changed, dropped on the page.
    page.reload()
    page.get_by_label("PDF 文件").set_input_files(paper)
    expect(page.get_by_label("告知书编号")).to_have_value(notice["number"])
    page.get_by_role("button", name="查验").click()
    result.get_by_role("heading", name="有效").wait_for()
    changed = bytearray(reply.body)
    changed[len(changed) // 2] ^= 1
    drop(page, bytes(changed), paper.name)
    page.get_by_role("button", name="查验").click()
    result.get_by_role("heading", name="文件不一样").wait_for()
    person.screenshot("notice-05-altered", full_page=True)
    page.get_by_role("button", name="去掉文件").click()
    page.get_by_label("查验码").fill(notice["code"])
    page.get_by_role("button", name="查验", exact=True).click()
    result.get_by_role("heading", name="有效").wait_for()

    # A second visit makes a new one.
    newer = matter.conclude()
    person.open(f"/notice/verify/?again#{notice['number']}.{notice['code']}")
    result.get_by_role("heading", name="已经被新的代替").wait_for()
    expect(result).to_contain_text(newer["number"])
    person.screenshot("notice-06-superseded", full_page=True)


def drop(page, content: bytes, name: str) -> None:
    page.evaluate(
        """([text, name]) => {
            const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
            const carried = new DataTransfer();
            carried.items.add(new File([bytes], name, { type: 'application/pdf' }));
            const area = document.querySelector('.drop');
            area.dispatchEvent(new DragEvent('dragover', { dataTransfer: carried, bubbles: true, cancelable: true }));
            area.dispatchEvent(new DragEvent('drop', { dataTransfer: carried, bubbles: true, cancelable: true }));
        }""",
        [base64.b64encode(content).decode(), name],
    )
