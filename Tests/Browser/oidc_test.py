"""Signing in by a provider of identities: against a real one (glewlwyd), and the demonstration's own in a real browser."""

import json
import re
import urllib.parse

import pytest
from playwright.sync_api import expect

from citizen import Citizen
from glewlwyd import CLIENT, SECRET, Browser, Glewlwyd
from waiting import until

TERMS = "?terms_version=2026-11"
NAME = {"zh_cn": "统一身份认证", "zh_hant": "統一身分認證", "en": "Unified identity"}


@pytest.fixture
def house(start_server, tmp_path):
    """A server, and the provider that it asks: one for citizens, and the same for the staff."""
    provider = Glewlwyd(tmp_path / "glewlwyd", "http://127.0.0.1:1")
    secret = tmp_path / "secret"
    secret.write_text(SECRET + "\n")
    common = {"name": NAME, "client_secret_file": str(secret)}
    configuration = {
        "providers": [
            common | {
                "id": "real", "issuer": provider.issuer, "client_id": CLIENT, "for": "citizen",
                "claims": {"assurance": {"claim": "level", "verified": ["L3"]}},
            }
        ]
    }  # fmt: skip
    file = tmp_path / "identity.json"
    file.write_text(json.dumps(configuration))
    server = start_server("--identity", str(file))
    provider.client_origin = server.origin
    yield server, provider
    provider.stop()


@pytest.fixture
def staff_house(start_server, tmp_path):
    provider = Glewlwyd(tmp_path / "glewlwyd", "http://127.0.0.1:1")
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    entry = {
        "id": "house", "name": NAME, "client_secret_file": str(secret), "issuer": provider.issuer, "client_id": CLIENT + "-staff", "for": "staff",
        "claims": {"account": "staff_account"},
    }  # fmt: skip
    file = tmp_path / "identity.json"
    file.write_text(json.dumps({"providers": [entry]}))
    server = start_server("--identity", str(file))
    provider.client_origin = server.origin
    provider.start().set_up()
    yield server, provider
    provider.stop()


def at_provider(browser: Browser, provider: Glewlwyd, location: str) -> str:
    """Signs in there and goes on; the address that the provider sends the browser back to."""
    provider.signed_in(browser)
    reply = browser.call("GET", location + "&g_continue")
    assert reply.status == 302, reply
    return reply.location


def signed_in(server, provider: Glewlwyd, browser: Browser | None = None) -> Browser:
    browser = browser or Browser()
    begun = browser.call("GET", f"{server.origin}/api/v1/oidc/real/start{TERMS}")
    assert begun.status == 303, begun
    back = browser.call("GET", at_provider(browser, provider, begun.location))
    assert (back.status, back.location) == (303, "/citizen/?sign-in=done"), back
    return browser


def me(server, browser: Browser):
    return browser.call("GET", f"{server.origin}/api/v1/citizen/me")


def test_citizen_signs_in_at_a_real_provider(house):
    server, provider = house
    provider.start().set_up()
    browser = Browser()
    begun = browser.call("GET", f"{server.origin}/api/v1/oidc/real/start{TERMS}")
    asked = urllib.parse.parse_qs(urllib.parse.urlsplit(begun.location).query)
    assert asked["code_challenge_method"] == ["S256"] and asked["response_type"] == ["code"] and asked["scope"] == ["openid"]
    assert len(asked["state"][0]) >= 43 and len(asked["nonce"][0]) >= 43 and len(asked["code_challenge"][0]) == 43
    (cookie,) = begun.cookies
    for part in ["__Host-farwindow_oidc=", "Path=/", "Secure", "HttpOnly", "SameSite=Lax"]:
        assert part in cookie
    back = browser.call("GET", at_provider(browser, provider, begun.location))
    assert (back.status, back.location) == (303, "/citizen/?sign-in=done")
    assert json.loads(me(server, browser).text) == {"name": "林秀英", "assurance": "verified"}
    # The same person is the same citizen on another device.
    appointments = [signed_in(server, provider) for _ in range(2)]
    assert all(json.loads(me(server, one).text)["name"] == "林秀英" for one in appointments)
    # Neither code nor token nor name reaches the log.
    code = urllib.parse.parse_qs(urllib.parse.urlsplit(back.location).query).get("code", ["?nothing?"])[0]
    log = server.log.read_text()
    assert code not in log and "eyJ" not in log and "林秀英" not in log


def test_an_answer_is_heeded_once_and_only_from_the_browser_that_asked(house):
    server, provider = house
    provider.start().set_up()
    browser = Browser()
    begun = browser.call("GET", f"{server.origin}/api/v1/oidc/real/start{TERMS}")
    address = at_provider(browser, provider, begun.location)
    other = Browser().call("GET", address)
    assert other.location == "/citizen/?sign-in=expired" and not any("farwindow_citizen=" in line or "_citizen=" in line for line in other.cookies)
    assert browser.call("GET", address).location == "/citizen/?sign-in=done"
    assert browser.call("GET", address).location == "/citizen/?sign-in=expired", "replayed"
    # Another's code under one's own state: the provider knows that the verifier is another.
    second = Browser()
    mine = second.call("GET", f"{server.origin}/api/v1/oidc/real/start{TERMS}")
    third = Browser()
    theirs = at_provider(third, provider, third.call("GET", f"{server.origin}/api/v1/oidc/real/start{TERMS}").location)
    stolen = urllib.parse.parse_qs(urllib.parse.urlsplit(theirs).query)["code"][0]
    state = urllib.parse.parse_qs(urllib.parse.urlsplit(mine.location).query)["state"][0]
    reply = second.call("GET", f"{server.origin}/api/v1/oidc/real/callback?code={stolen}&state={state}")
    assert reply.location == "/citizen/?sign-in=refused"
    assert me(server, second).status == 401


def test_nothing_in_an_address_decides_where_it_leads(house):
    server, provider = house
    provider.start().set_up()
    for extra in ["&redirect_uri=https://evil.example/", "&return_to=//evil.example", "&page=https://evil.example"]:
        begun = Browser().call("GET", f"{server.origin}/api/v1/oidc/real/start{TERMS}{extra}", headers={"x-forwarded-host": "evil.example"})
        assert begun.location.startswith(provider.origin + "/")
        sent = urllib.parse.parse_qs(urllib.parse.urlsplit(begun.location).query)
        assert sent["redirect_uri"] == [f"{server.origin}/api/v1/oidc/real/callback"]
    for query in ["?state=x&code=y&redirect=https://evil.example", "?error=access_denied&state=x", "", "?iss=https://evil.example&code=c&state=s"]:
        assert Browser().call("GET", f"{server.origin}/api/v1/oidc/real/callback{query}").location == "/citizen/?sign-in=expired"
    assert Browser().call("GET", f"{server.origin}/api/v1/oidc/unknown/start{TERMS}").status == 404
    assert Browser().call("GET", f"{server.origin}/api/v1/oidc/real/start").status == 422
    # Who would not, at the provider's.
    browser = Browser()
    begun = browser.call("GET", f"{server.origin}/api/v1/oidc/real/start{TERMS}")
    state = urllib.parse.parse_qs(urllib.parse.urlsplit(begun.location).query)["state"][0]
    assert browser.call("GET", f"{server.origin}/api/v1/oidc/real/callback?error=access_denied&state={state}").location == "/citizen/?sign-in=refused"


def test_the_provider_changes_its_keys(house):
    server, provider = house
    provider.start().set_up()
    signed_in(server, provider)
    provider.change_keys()
    browser = signed_in(server, provider)
    assert json.loads(me(server, browser).text)["assurance"] == "verified"


def test_signing_out_at_the_provider_ends_the_sign_in_here(house):
    server, provider = house
    provider.start().set_up()
    browser = signed_in(server, provider)
    bystander = Browser()
    body = {"name": "王建国", "telephone": "13800000009", "terms_version": "2026-11"}
    assert bystander.call("POST", f"{server.origin}/api/v1/citizen/sign-in", body, headers={"origin": server.origin}).status == 200
    place = urllib.parse.urlsplit(provider.origin).netloc
    session = browser.kept[place, "GLEWLWYD2_OIDC_SID"]
    assert browser.call("DELETE", f"{provider.issuer}/session/{session}").status == 200
    until(lambda: me(server, browser).status == 401, "the sign-in to end", timeout_s=20)
    assert me(server, bystander).status == 200
    made_up = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJsaW4ifQ."
    for form in [f"logout_token={made_up}", "logout_token=", "x=1", ""]:
        reply = bystander.call("POST", f"{server.origin}/api/v1/oidc/real/back-channel-logout", form=form)
        assert reply.status == 400, reply
    assert me(server, bystander).status == 200


def test_while_the_provider_is_away_guests_still_get_in(house):
    server, provider = house
    browser = Browser()
    reply = browser.call("GET", f"{server.origin}/api/v1/oidc/real/start{TERMS}")
    assert (reply.status, reply.location) == (303, "/citizen/?sign-in=unavailable")
    body = {"name": "王建国", "telephone": "13800000009", "terms_version": "2026-11"}
    assert browser.call("POST", f"{server.origin}/api/v1/citizen/sign-in", body, headers={"origin": server.origin}).status == 200
    assert json.loads(me(server, browser).text) == {"name": "王建国", "assurance": "guest"}


def test_staff_sign_in_by_the_provider_only_where_there_is_an_account(staff_house):
    server, provider = staff_house

    def enter(browser: Browser) -> str:
        begun = browser.call("GET", f"{server.origin}/api/v1/oidc/house/start?page=seat")
        return browser.call("GET", at_provider(browser, provider, begun.location)).location

    browser = Browser()
    assert enter(browser) == "/seat/?sign-in=done"
    profile = json.loads(browser.call("GET", f"{server.origin}/api/v1/staff/me").text)
    assert profile["account"] == "agent1"
    user = json.loads(provider._must("GET", "/user/lin").text)
    provider._must("PUT", "/user/lin", user | {"staff": "nobody"})
    stranger = Browser()
    assert enter(stranger) == "/seat/?sign-in=refused"
    assert stranger.call("GET", f"{server.origin}/api/v1/staff/me").status == 401


# In a browser, at the demonstration's own provider.


def test_a_citizen_is_asked_who_they_are_where_the_hall_wants_to_know(start_server, meet):
    server = start_server()
    person = meet(server, "citizen")
    citizen = Citizen(person)
    citizen.open()
    citizen.find("一般纳税人登记", "增值税一般纳税人登记")
    citizen.choose("材料预审", "饶平县")
    citizen.heading("请先核实身份").wait_for()
    expect(citizen.page.get_by_role("textbox", name="姓名")).to_have_count(0)
    person.screenshot("citizen-sign-in-verify", full_page=True)
    citizen.button("用统一身份认证（演示）登录").click()
    expect(citizen.main.get_by_text("请先打开这个开关表示同意")).to_be_visible()
    citizen.page.get_by_role("switch").check()
    citizen.button("用统一身份认证（演示）登录").click()
    citizen.heading("演示身份提供方").wait_for()
    expect(citizen.main.get_by_text("不是真实的统一身份认证")).to_be_visible()
    person.screenshot("citizen-demonstration-provider", full_page=True)
    # Whom nobody verified is told so, and can ask for advice.
    citizen.button("以许建国登录").click()
    expect(citizen.main.get_by_text("您的账号还没有实名核实")).to_be_visible()
    expect(citizen.button("改为先咨询")).to_be_visible()
    citizen.page.get_by_role("switch").check()
    citizen.button("用统一身份认证（演示）登录").click()
    citizen.button("以林秀英登录").click()
    citizen.heading("试一试摄像头和声音").wait_for()
    assert re.search(r"/citizen/#/(sign-in|devices)/", citizen.page.url), citizen.page.url


def test_a_guest_is_refused_where_the_hall_wants_to_know(start_server):
    server = start_server()
    browser = Browser()
    body = {"name": "王建国", "telephone": "13800000009", "terms_version": "2026-11"}
    assert browser.call("POST", f"{server.origin}/api/v1/citizen/sign-in", body, headers={"origin": server.origin}).status == 200
    halls = {hall["id"]: hall for hall in json.loads(browser.call("GET", f"{server.origin}/api/v1/halls").text)["halls"]}
    assert [halls[hall]["guests_may_pre_review"] for hall in ["445102", "445103", "445122"]] == [True, True, False]
    slots = json.loads(browser.call("GET", f"{server.origin}/api/v1/halls/445122/slots?item=CZ-TAX-001").text)
    time = next(slot["starts_at"] for day in slots["days"] for slot in day["slots"] if slot["free"])
    wanted = {"hall_id": "445122", "item_code": "CZ-TAX-001", "kind": "pre-review", "starts_at": time}
    refused = browser.call("POST", f"{server.origin}/api/v1/appointments", wanted, headers={"origin": server.origin})
    assert (refused.status, json.loads(refused.text)["code"]) == (403, "identity_verification_required")
