"""Staff sign in in two steps: codes, a passkey, recovery codes; guessing is delayed, and nobody is kept out by a stranger."""

import re

from playwright.sync_api import expect

import wire
from authenticator import Authenticator, plug_in_passkey
from wire import Visitor

WRONG_CODE = "000000"
MOST_DELAY_MS = 15 * 60_000
PATIENCE_MS = 30_000
"""Passwords are dear to check, and a debug build on a busy machine takes its time."""


class Member:
    """One of the staff at the sign-in page."""

    def __init__(self, person, server, account: str):
        self.person = person
        self.page = person.page
        self.account = account
        self.password = server.password(account)
        # Browsers give passkeys to names, not to numbers.
        self.origin = f"http://localhost:{person.line.port}"

    def open(self, path: str) -> None:
        self.page.goto(self.origin + path)

    def button(self, name: str):
        return self.page.get_by_role("button", name=name, exact=True)

    def heading(self, name: str):
        return self.page.get_by_role("heading", name=name)

    def give_password(self) -> None:
        with self.person.tolerating("401"):
            self.open("/seat/")
            self.page.get_by_label("账号").fill(self.account)
            self.page.get_by_label("密码").fill(self.password)
            self.page.keyboard.press("Enter")
            self.page.get_by_label("账号").wait_for(state="hidden")

    def set_up_codes(self) -> tuple[Authenticator, list[str]]:
        """Returns the authenticator and the recovery codes."""
        self.button("添加动态验证码").click()
        phone = Authenticator(self.page.locator("output").inner_text())
        self.page.get_by_label("6 位数字").fill(WRONG_CODE)
        with self.person.tolerating("401"):
            self.page.keyboard.press("Enter")
            expect(self.page.get_by_text("验证没有通过")).to_be_visible(timeout=PATIENCE_MS)
        self.person.screenshot("staff-set-up-codes")
        self.page.get_by_label("6 位数字").fill(phone.code())
        self.page.keyboard.press("Enter")
        self.heading("请保存恢复码").wait_for()
        self.person.screenshot("staff-recovery-codes")
        codes = self.page.locator(".recovery code").all_inner_texts()
        assert len(set(codes)) == 10
        self.button("已保存，继续").click()
        return phone, codes

    def sign_out(self) -> None:
        self.open("/staff/")
        with self.person.tolerating("401"):
            self.button("退出登录").click()
            self.page.get_by_label("账号").wait_for()

    def give_second(self, label: str, text: str) -> None:
        self.page.get_by_label(label).fill(text)
        self.page.keyboard.press("Enter")

    def is_refused(self, label: str, text: str) -> None:
        with self.person.tolerating("401"):
            self.give_second(label, text)
            expect(self.page.get_by_text("验证没有通过")).to_be_visible(timeout=PATIENCE_MS)

    def is_in(self) -> None:
        expect(self.page.get_by_role("button", name=re.compile("签入 01 号坐席"))).to_be_visible(timeout=PATIENCE_MS)


def test_codes_a_passkey_and_recovery_codes_each_sign_in(start_server, meet):
    server = start_server("--second-factor", "required")
    agent = Member(meet(server, "agent"), server, "agent1")

    # Nothing but setting one up, until there is one; also after leaving and coming back.
    agent.give_password()
    expect(agent.heading("设置第二步验证")).to_be_visible(timeout=PATIENCE_MS)
    agent.person.screenshot("staff-enrol")
    agent.give_password()
    expect(agent.heading("设置第二步验证")).to_be_visible(timeout=PATIENCE_MS)
    phone, recovery = agent.set_up_codes()
    agent.is_in()

    agent.page.get_by_role("link", name="账号安全").click()
    expect(agent.heading("账号安全")).to_be_visible(timeout=PATIENCE_MS)
    plug_in_passkey(agent.page)
    agent.button("添加通行密钥").click()
    agent.page.get_by_label("当前密码").fill(agent.password)
    agent.page.keyboard.press("Enter")
    agent.button("创建通行密钥").click()
    expect(agent.page.get_by_text("这台设备", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    agent.person.screenshot("staff-security")

    agent.sign_out()
    agent.give_password()
    expect(agent.heading("第二步验证")).to_be_visible(timeout=PATIENCE_MS)
    agent.person.screenshot("staff-second-step")
    agent.button("用通行密钥").click()
    agent.is_in()

    agent.sign_out()
    agent.give_password()
    agent.is_refused("动态验证码", WRONG_CODE)
    code = phone.code()
    agent.give_second("动态验证码", code)
    agent.is_in()
    agent.sign_out()
    agent.give_password()
    agent.is_refused("动态验证码", code)
    agent.button("手机不在身边？用恢复码").click()
    agent.give_second("恢复码", recovery[0])
    agent.is_in()
    agent.sign_out()
    agent.give_password()
    agent.button("手机不在身边？用恢复码").click()
    agent.is_refused("恢复码", recovery[0])
    agent.give_second("恢复码", recovery[1])
    agent.is_in()

    agent.open("/staff/")
    expect(agent.page.get_by_text("还剩 8 个")).to_be_visible(timeout=PATIENCE_MS)
    agent.button("移除手机验证器").click()
    dialog = agent.page.get_by_role("dialog")
    dialog.get_by_label("当前密码").fill("wrong-password")
    with agent.person.tolerating("422"):
        dialog.get_by_role("button", name="移除").click()
        expect(agent.page.get_by_text("填写的内容有误")).to_be_visible(timeout=PATIENCE_MS)
    agent.button("移除手机验证器").click()
    dialog.get_by_label("当前密码").fill(agent.password)
    dialog.get_by_role("button", name="移除").click()
    expect(agent.button("移除手机验证器")).to_have_count(0, timeout=PATIENCE_MS)
    expect(agent.button("移除这台设备")).to_be_visible(timeout=PATIENCE_MS)


def sign_in(visitor: Visitor, account: str, password: str):
    return visitor.post("/api/v1/staff/sign-in", {"account": account, "password": password})


def enrol(visitor: Visitor) -> Authenticator:
    begun = visitor.post("/api/v1/staff/security/codes", {}).json
    phone = Authenticator(begun["secret"])
    done = visitor.post("/api/v1/staff/security/codes/confirm", {"challenge": begun["challenge"], "name": "手机", "code": phone.code()})
    assert done.status == 201, done
    return phone


def test_an_administrator_resets_and_unlocks(server, meet):
    agent = Visitor(server).sign_in_staff("agent2")
    enrol(agent)
    asked = sign_in(Visitor(server), "agent2", server.password("agent2")).json
    assert asked["second_factor_required"] and asked["methods"] == ["totp", "recovery-code"]
    for _ in range(5):
        sign_in(Visitor(server), "agent1", "wrong")
    assert sign_in(Visitor(server), "agent1", server.password("agent1")).code == "rate_limited"

    person = meet(server, "agent")
    page = person.page
    with person.tolerating("401"):
        person.open("/admin/#/people")
        page.get_by_label("账号").fill("admin1")
        page.get_by_label("密码").fill(server.password("admin1"))
        page.get_by_role("button", name="登录").click()
        row = page.get_by_role("row").filter(has_text="agent2")
        row.wait_for()
    row.get_by_role("button", name=re.compile("^重设第二步验证")).click()
    person.screenshot("admin-people-reset-second-step")
    page.get_by_role("dialog").get_by_role("button", name="重设第二步验证").click()
    expect(row.get_by_role("button", name=re.compile("^重设第二步验证"))).to_have_count(0, timeout=PATIENCE_MS)
    assert agent.get("/api/v1/staff/me").code == "sign_in_required", "every sign-in ends"
    assert sign_in(Visitor(server), "agent2", server.password("agent2")).json["account"] == "agent2"

    locked = page.get_by_role("row").filter(has_text="agent1")
    expect(locked).to_contain_text("暂时锁定", timeout=PATIENCE_MS)
    person.screenshot("admin-people-locked")
    locked.get_by_role("button", name=re.compile("^解除锁定")).click()
    expect(locked).not_to_contain_text("暂时锁定", timeout=PATIENCE_MS)
    assert sign_in(Visitor(server), "agent1", server.password("agent1")).status == 200


def test_guessing_is_delayed_more_and_more_and_keeps_no_owner_out(start_server, clock, monkeypatch):
    for name, value in clock.environment.items():
        monkeypatch.setenv(name, value)
    # The delays go by the clock that no operator can step.
    monkeypatch.setenv("FAKETIME_DONT_FAKE_MONOTONIC", "0")
    server = start_server()
    password = server.password("agent1")
    owner = Visitor(server).sign_in_staff("agent1")
    stranger = Visitor(server)
    for _ in range(5):
        assert sign_in(stranger, "agent1", "wrong").code == "sign_in_refused"
    moved_s = 0
    delays = []
    for _ in range(8):
        refused = sign_in(stranger, "agent1", password)
        assert refused.code == "rate_limited", "even with the right one"
        delays.append(refused.json["retry_after_ms"])
        assert sign_in(owner, "agent1", password).status == 200, "the owner's own device is not kept out"
        moved_s += delays[-1] // 1_000 + 1
        clock.set(f"+{moved_s}")
        assert sign_in(stranger, "agent1", "wrong").code == "sign_in_refused", "after the delay one more may be tried"
    doublings = [round(later / earlier) for earlier, later in zip(delays, delays[1:])]
    assert doublings[:4] == [2, 2, 2, 2], delays
    assert max(delays) <= MOST_DELAY_MS and delays[-1] > MOST_DELAY_MS - 60_000, delays
    clock.set(f"+{moved_s + MOST_DELAY_MS // 1_000 + 1}")
    assert sign_in(stranger, "agent1", password).status == 200


def test_an_unknown_account_is_answered_like_a_wrong_password(server):
    known, unknown = Visitor(server), Visitor(server)
    for _ in range(5):
        answers = [sign_in(known, "agent1", "wrong"), sign_in(unknown, "nobody9", "wrong")]
        assert answers[0].status == answers[1].status == 401
        assert answers[0].json == answers[1].json and len(answers[0].body) == len(answers[1].body)
    locked = [sign_in(known, "agent1", "wrong").json, sign_in(unknown, "nobody9", "wrong").json]
    for answer in locked:
        assert 0 < answer.pop("retry_after_ms") <= 30_000
    assert locked[0] == locked[1] and locked[0]["code"] == "rate_limited"


def test_nobody_works_without_a_second_factor_where_it_is_required(start_server):
    server = start_server("--second-factor", "required")
    visitor = Visitor(server)
    signed_in = sign_in(visitor, "agent1", server.password("agent1"))
    assert signed_in.json["must_add_second_factor"]
    assert visitor.get("/api/v1/staff/seats").code == "second_factor_required"
    assert visitor.get("/api/v1/staff/security").status == 200
    phone = enrol(visitor)
    assert visitor.get("/api/v1/staff/seats").status == 200

    fresh = Visitor(server)
    asked = sign_in(fresh, "agent1", server.password("agent1")).json
    assert "name" not in asked and fresh.get("/api/v1/staff/me").code == "sign_in_required", "the password alone lets nobody in"
    step = {"challenge": asked["challenge"]}
    path = "/api/v1/staff/second-factor"
    assert fresh.post(path, {"challenge": "x", "code": WRONG_CODE}).code == "second_factor_expired"
    assert fresh.post(path, step | {"code": WRONG_CODE}).code == "second_factor_refused"
    assert fresh.post(path, step).code == "invalid_field"
    code = phone.code()
    assert fresh.post(path, step | {"code": code}).json["account"] == "agent1"
    assert fresh.get("/api/v1/staff/seats").status == 200
    assert fresh.post(path, step | {"code": code}).code == "second_factor_expired", "a step is done once"

    # What was set up and what was used outlive the server.
    server.kill_and_start()
    again = Visitor(server)
    step = {"challenge": sign_in(again, "agent1", server.password("agent1")).json["challenge"]}
    assert again.post(path, step | {"code": code}).code == "second_factor_refused", "a code is used once"


def test_a_password_keeps_the_rules(start_server, monkeypatch):
    # Each of five passwords is compared, which is dear.
    monkeypatch.setattr(wire, "ANSWER_TIMEOUT_S", 60)
    server = start_server("--password-policy", "graded-protection")
    visitor = Visitor(server).sign_in_staff("agent1")
    present = server.password("agent1")

    def change(new: str):
        return visitor.post("/api/v1/staff/password", {"current_password": present, "new_password": new})

    for refused in ["Password2026!", "Agent1-lantern", "quiet harbour lane"]:
        assert change(refused).code == "password_refused", refused
    had = ["Quiet-harbour-lane-1", "Quiet-harbour-lane-2", "Quiet-harbour-lane-3", "Quiet-harbour-lane-4", "Quiet-harbour-lane-5"]
    for new in had:
        assert change(new).status == 200
        present = new
    assert change(had[0]).code == "password_refused", "one of the last five"
    assert change("Quiet-harbour-lane-6").status == 200
    present = "Quiet-harbour-lane-6"
    assert change(had[0]).status == 200, "the sixth before it is forgotten"
