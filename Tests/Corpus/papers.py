"""Flat papers as they would come from a printer: cards, licences, letters, forms. Every one says 样例; nobody in them exists."""
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

SANS = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
BOLD = "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"
SERIF = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"
SIMPLIFIED = 2
CARD = (1712, 1080)
A4 = (1654, 2339)


@lru_cache(maxsize=64)
def font(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size, index=SIMPLIFIED)


def specimen(image: Image.Image) -> Image.Image:
    """样例 across the paper, pale enough not to hide the writing."""
    layer = Image.new("L", image.size, 0)
    draw = ImageDraw.Draw(layer)
    size = image.width // 6
    draw.text((image.width // 2, image.height // 2), "样 例", font=font(BOLD, size), fill=26, anchor="mm")
    image.paste((150, 60, 60), mask=layer.rotate(20))
    return image


def wrapped(draw, at, text, face, width, fill, spacing=1.45):
    x, y = at
    line = ""
    for character in text:
        if character == "\n" or draw.textlength(line + character, font=face) > width:
            draw.text((x, y), line, font=face, fill=fill)
            y += int(face.size * spacing)
            line = ""
        line += "" if character == "\n" else character
    draw.text((x, y), line, font=face, fill=fill)
    return y + int(face.size * spacing)


def identity_front(chance, person) -> Image.Image:
    image = Image.new("RGB", CARD, (226, 236, 241))
    draw = ImageDraw.Draw(image)
    for y in range(0, CARD[1], 14):
        draw.line([(0, y), (CARD[0], y + 60)], fill=(214, 228, 236), width=2)
    label, value = font(SANS, 52), font(SANS, 60)
    blue, black = (60, 110, 160), (25, 25, 28)
    year, month, day = person.birth
    draw.text((110, 110), "姓名", font=label, fill=blue)
    draw.text((290, 102), person.name, font=font(SANS, 68), fill=black)
    draw.text((110, 240), "性别", font=label, fill=blue)
    draw.text((290, 234), person.sex, font=value, fill=black)
    draw.text((480, 240), "民族", font=label, fill=blue)
    draw.text((650, 234), "汉", font=value, fill=black)
    x = 110
    for text, is_label in [("出生", True), (f"{year}", False), ("年", True), (f"{month}", False), ("月", True), (f"{day}", False), ("日", True)]:
        face = label if is_label else value
        draw.text((x, 370 if is_label else 364), text, font=face, fill=blue if is_label else black)
        x += int(draw.textlength(text, font=face)) + 36
    draw.text((110, 500), "住址", font=label, fill=blue)
    wrapped(draw, (290, 496), person.address, value, 720, black)
    draw.text((110, 880), "公民身份号码", font=label, fill=blue)
    draw.text((560, 872), "".join(person.number), font=font(SANS, 72), fill=black)
    # No portrait: a grey shape says where one would be.
    draw.ellipse([1270, 210, 1470, 440], fill=(168, 176, 184))
    draw.pieslice([1170, 440, 1570, 940], 180, 360, fill=(168, 176, 184))
    draw.text((1370, 600), "样例", font=font(SANS, 80), fill=(240, 240, 240), anchor="mm")
    return specimen(image)


def identity_back(chance, person, validity: str) -> Image.Image:
    image = Image.new("RGB", CARD, (229, 236, 238))
    draw = ImageDraw.Draw(image)
    for x in range(0, CARD[0], 16):
        draw.line([(x, 0), (x + 80, CARD[1])], fill=(217, 229, 233), width=2)
    black = (25, 25, 28)
    draw.rectangle([110, 90, 390, 370], outline=(190, 60, 60), width=8)
    draw.text((250, 230), "样例", font=font(BOLD, 90), fill=(190, 60, 60), anchor="mm")
    draw.text((1010, 160), "中华人民共和国", font=font(SERIF, 96), fill=black, anchor="mm")
    draw.text((1010, 330), "居民身份证", font=font(SERIF, 130), fill=black, anchor="mm")
    draw.text((330, 740), "签发机关", font=font(SANS, 52), fill=black)
    draw.text((640, 734), f"潮州市公安局{person.district[:2]}分局", font=font(SANS, 60), fill=black)
    draw.text((330, 880), "有效期限", font=font(SANS, 52), fill=black)
    draw.text((640, 874), validity, font=font(SANS, 60), fill=black)
    return specimen(image)


def licence(chance, business, until: str | None = None) -> Image.Image:
    image = Image.new("RGB", (A4[1], A4[0]), (250, 247, 238))
    draw = ImageDraw.Draw(image)
    for inset, width in [(60, 14), (90, 4)]:
        draw.rectangle([inset, inset, image.width - inset, image.height - inset], outline=(176, 140, 70), width=width)
    black = (30, 28, 26)
    draw.text((image.width // 2, 300), "营 业 执 照", font=font(SERIF, 150), fill=black, anchor="mm")
    draw.text((image.width // 2, 430), "（副本）", font=font(SERIF, 56), fill=black, anchor="mm")
    draw.text((190, 250), "统一社会信用代码", font=font(SANS, 38), fill=black)
    draw.text((190, 310), business.code, font=font(SANS, 44), fill=black)
    rows = [
        ("名　　称", business.name), ("类　　型", "有限责任公司（自然人独资）"), ("法定代表人", business.head.name),
        ("经营范围", "陶瓷制品、日用百货、工艺美术品的生产、加工和销售；货物进出口。（依法须经批准的项目，经相关部门批准后方可开展经营活动）"),
        ("注册资本", f"人民币{chance.randint(10, 500)}万元"), ("成立日期", f"{chance.randint(2005, 2014)}年{chance.randint(1, 12):02}月{chance.randint(1, 28):02}日"),
        ("营业期限", until or "长期"), ("住　　所", business.address),
    ]
    y = 540
    for label, value in rows:
        draw.text((250, y), label, font=font(SERIF, 48), fill=black)
        y = wrapped(draw, (560, y), value, font(SERIF, 48), 1500, black) + 24
    draw.text((1500, 1470), "登记机关　潮州市市场监督管理局", font=font(SERIF, 44), fill=black)
    return specimen(image)


def letter(chance, business, agent) -> Image.Image:
    image = Image.new("RGB", A4, (253, 253, 251))
    draw = ImageDraw.Draw(image)
    black = (20, 20, 20)
    draw.text((A4[0] // 2, 300), "授权委托书", font=font(BOLD, 88), fill=black, anchor="mm")
    body = (
        f"委托人：{business.name}\n统一社会信用代码：{business.code}\n法定代表人：{business.head.name}\n\n"
        f"受托人：{agent.name}\n公民身份号码：{agent.number}\n\n"
        f"　　兹委托上述受托人代为办理税务登记信息变更有关事宜，代为提交、接收有关材料和文书。"
        f"受托人在上述权限内所签署的文件，委托人均予以承认。\n\n　　委托期限：自2026年{chance.randint(1, 6)}月1日起至2027年{chance.randint(1, 6)}月30日止。\n\n"
        "　　受托人无转委托权。\n\n　　　　　　　　　　　　　　委托人（盖章）：\n\n　　　　　　　　　　　　　　2026年9月1日"
    )
    wrapped(draw, (200, 470), body, font(SERIF, 46), 1260, black, 1.7)
    return specimen(image)


def form(chance, business) -> Image.Image:
    image = Image.new("RGB", A4, (254, 254, 254))
    draw = ImageDraw.Draw(image)
    black = (20, 20, 20)
    draw.text((A4[0] // 2, 200), "变更税务登记表", font=font(BOLD, 72), fill=black, anchor="mm")
    rows = [
        ("纳税人名称", business.name), ("纳税人识别号", business.code), ("法定代表人", business.head.name), ("变更项目", "生产经营地址"),
        ("变更前内容", business.address), ("变更后内容", f"潮州市湘桥区绿榕路{chance.randint(1, 99)}号"), ("批准机关名称", "潮州市市场监督管理局"),
        ("送缴证件情况", "营业执照副本复印件一份"),
    ]
    y = 330
    for label, value in rows:
        draw.rectangle([140, y, 560, y + 150], outline=black, width=3)
        draw.rectangle([560, y, 1514, y + 150], outline=black, width=3)
        draw.text((170, y + 50), label, font=font(SANS, 44), fill=black)
        draw.text((590, y + 54), value, font=font(SANS, 40), fill=black)
        y += 150
    wrapped(draw, (160, y + 60), "纳税人：（签章）\n经办人：　　　　　　法定代表人（负责人）：\n填表日期：2026年9月1日", font(SANS, 42), 1300, black, 2)
    return specimen(image)


def lease(chance, business) -> Image.Image:
    image = Image.new("RGB", A4, (252, 252, 250))
    draw = ImageDraw.Draw(image)
    black = (25, 25, 25)
    draw.text((A4[0] // 2, 230), "房屋租赁合同", font=font(BOLD, 76), fill=black, anchor="mm")
    body = (
        f"出租方（甲方）：{business.head.name}\n承租方（乙方）：{business.name}\n\n一、甲方将位于{business.address}的房屋出租给乙方使用，面积{chance.randint(40, 400)}平方米。\n"
        f"二、租赁期限为三年，租金每月人民币{chance.randint(8, 90) * 100}元，乙方应于每月十日前支付。\n三、甲方应保证房屋符合安全使用条件，乙方应合理使用并承担水电费用。\n"
        "四、租赁期满，乙方应当将房屋交还甲方；续租的，应当另行签订合同。\n五、本合同一式两份，甲乙双方各执一份，自双方签字之日起生效。\n\n甲方：　　　　　　　　乙方：\n\n签订日期：2026年8月1日"
    )
    wrapped(draw, (180, 380), body, font(SERIF, 42), 1300, black, 1.75)
    return specimen(image)


def menu(chance) -> Image.Image:
    """Something that no hall asks for."""
    image = Image.new("RGB", A4, (250, 244, 226))
    draw = ImageDraw.Draw(image)
    draw.text((A4[0] // 2, 240), "今日菜单", font=font(BOLD, 96), fill=(120, 40, 20), anchor="mm")
    dishes = ["潮州牛肉丸", "卤水拼盘", "砂锅粥", "蚝烙", "炒粿条", "凤凰浮豆干", "工夫茶", "糕烧番薯", "菜脯煎蛋", "普宁豆腐"]
    for index, dish in enumerate(chance.sample(dishes, 8)):
        draw.text((240, 420 + index * 190), dish, font=font(SANS, 64), fill=(40, 30, 20))
        draw.text((1200, 420 + index * 190), f"{chance.randint(8, 98)} 元", font=font(SANS, 64), fill=(40, 30, 20))
    return specimen(image)


def blank(chance) -> Image.Image:
    tint = chance.randint(244, 254)
    return Image.new("RGB", A4, (tint, tint, tint - 2))
