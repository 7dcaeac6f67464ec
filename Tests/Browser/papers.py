"""Papers that a citizen hands in: a real JPEG and a real PDF, printed by the browser itself. Every name and number on them is made up."""

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Playwright

FORM = """<!doctype html><meta charset="utf-8"><title>变更税务登记表</title>
<style>body{font:16px "Noto Sans CJK SC";margin:40px} table{border-collapse:collapse;width:100%} td{border:1px solid #000;padding:10px}
h1{text-align:center;font-size:24px} .stamp{color:#c00;border:3px solid #c00;border-radius:50%;width:130px;height:130px;line-height:130px;
text-align:center;transform:rotate(-12deg);margin:20px 0 0 auto}</style>
<h1>变更税务登记表(样本)</h1>
<table><tr><td>纳税人名称<td>潮州市样本陶瓷有限公司<td>纳税人识别号<td>91445100MA0000000X
<tr><td>变更项目<td>生产经营地址<td>变更时间<td>2026-11-20
<tr><td>变更前内容<td colspan=3>潮州市湘桥区样本路 1 号<tr><td>变更后内容<td colspan=3>潮州市湘桥区样本路 2 号
<tr><td>经办人<td>王小明<td>日期<td>2026-11-23</table><div class="stamp">样本印章</div>"""

CARD = """<!doctype html><meta charset="utf-8"><style>body{margin:0;background:#456;font:28px "Noto Sans CJK SC"}
div{margin:60px;padding:50px;background:#f3efe6;border-radius:30px;width:860px;height:480px} b{color:#558}</style>
<div><b>姓名</b> 王小明<br><b>性别</b> 男 <b>民族</b> 汉<br><b>出生</b> 1990 年 1 月 1 日<br><b>住址</b> 广东省潮州市湘桥区样本路 3 号<br>
<br><b>公民身份号码</b> 样本 样本 样本</div>"""


@dataclass(frozen=True)
class Papers:
    form_pdf: Path
    card_jpeg: Path
    big_pdf: Path
    """Just under the limit, for an upload that takes long enough to be cancelled."""
    text: Path
    """Not a picture at all, whatever its name says."""


def print_papers(playwright: Playwright, folder: Path) -> Papers:
    papers = Papers(folder / "变更税务登记表.pdf", folder / "身份证样本.jpg", folder / "大表.pdf", folder / "说明.jpg")
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
    page = browser.new_page(viewport={"width": 1080, "height": 720})
    page.set_content(FORM)
    page.pdf(path=papers.form_pdf, format="A4")
    page.set_content(CARD)
    page.screenshot(path=papers.card_jpeg, type="jpeg", quality=90)
    browser.close()
    # A comment of any length; every reader passes over it.
    form = papers.form_pdf.read_bytes()
    papers.big_pdf.write_bytes(form + b"\n%" + b"x" * (18 * 1024 * 1024) + b"\n" + form[form.rindex(b"startxref"):])
    papers.text.write_text("这不是图片。")
    return papers
