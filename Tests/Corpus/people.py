"""Fictitious people and businesses, with numbers that keep (or on purpose break) their check characters."""

RESIDENT_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
SURNAMES = "陈林黄张李王吴刘蔡杨许郑谢郭洪曾邱廖赖周徐苏庄叶江何"
GIVEN = "志远秀英建国丽华文斌晓燕海涛美玲俊杰素芬伟强淑珍家豪玉兰永明雪梅德胜桂花子轩雅婷"
STREETS = ["太平路", "城新路", "潮枫路", "永护路", "绿榕路", "枫春路", "新洋路", "西荣路"]
DISTRICTS = [("445102", "湘桥区"), ("445103", "潮安区"), ("445122", "饶平县")]
TRADES = ["陶瓷", "食品", "服饰", "五金", "茶业", "科技", "贸易", "印务"]
MARKS = ["韩江", "凤凰", "开元", "湘子", "金山", "西湖", "东丽", "桃坑"]


def resident_number(chance, district: str, valid: bool = True) -> tuple[str, tuple[int, int, int]]:
    birth = (chance.randint(1948, 2004), chance.randint(1, 12), chance.randint(1, 28))
    body = f"{district}{birth[0]:04}{birth[1]:02}{birth[2]:02}{chance.randint(1, 999):03}"
    check = "10X98765432"[sum(int(d) * w for d, w in zip(body, RESIDENT_WEIGHTS)) % 11]
    if not valid:
        check = chance.choice([c for c in "0123456789" if c != check])
    return body + check, birth


def credit_code(chance, district: str, valid: bool = True) -> str:
    body = "91" + district + "MA" + "".join(chance.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(7))
    check = CREDIT_ALPHABET[(31 - sum(CREDIT_ALPHABET.index(c) * w for c, w in zip(body, CREDIT_WEIGHTS)) % 31) % 31]
    if not valid:
        check = chance.choice([c for c in CREDIT_ALPHABET if c != check])
    return body + check


class Person:
    def __init__(self, chance, valid_number: bool = True):
        self.name = chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, chance.choice([1, 2, 2, 2])))
        code, district = chance.choice(DISTRICTS)
        self.number, self.birth = resident_number(chance, code, valid_number)
        self.sex = "男" if int(self.number[16]) % 2 else "女"
        self.district = district
        self.address = f"广东省潮州市{district}{chance.choice(STREETS)}{chance.randint(1, 300)}号{chance.randint(1, 9)}幢{chance.randint(101, 909)}"


class Business:
    def __init__(self, chance, valid_code: bool = True):
        code, self.district = chance.choice(DISTRICTS)
        self.code = credit_code(chance, code, valid_code)
        self.name = f"潮州市{chance.choice(MARKS)}{chance.choice(TRADES)}有限公司"
        self.head = Person(chance)
        self.address = f"潮州市{self.district}{chance.choice(STREETS)}{chance.randint(1, 300)}号"
