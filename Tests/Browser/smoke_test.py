"""Every page by itself: it loads, says what it is, breaks no policy, fits a small screen, and no machine finds a barrier in it."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from wire import Visitor

PAGES = {"citizen": "/", "seat": "/seat/", "administration": "/admin/"}
NARROWEST_PX = 320


@pytest.mark.parametrize("name", PAGES)
def test_page(server, meet, name):
    person = meet(server, "citizen" if name == "citizen" else "agent")
    with person.tolerating("401"):  # nobody is signed in yet, and the page asks
        person.open(PAGES[name])
        person.page.get_by_role("heading", level=1).first.wait_for()
        assert person.page.title()
        assert person.page.get_by_role("main").count() == 1
        assert person.page.evaluate("() => document.documentElement.lang") == "zh-CN"
    person.screenshot(f"{name}-first")
    found = Axe().run(person.page)
    assert found.violations_count == 0, found.generate_report()
    person.page.set_viewport_size({"width": NARROWEST_PX, "height": 640})
    assert person.page.evaluate("() => document.documentElement.scrollWidth") <= NARROWEST_PX, "it must not scroll sideways"


def test_security_headers(server):
    for path in [*PAGES.values(), "/api/v1/catalogue", "/no-such-page"]:
        headers = Visitor(server).get(path).headers
        assert re.search("default-src '(none|self)'", headers["content-security-policy"]), path
        assert "unsafe" not in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff", path
        assert "referrer-policy" in headers, path


def test_nothing_outside_the_web_folder_is_served(server):
    for path in ["/../Package.swift", "/%2e%2e/Package.swift", "/..%2fPackage.swift", "/style/../../Package.swift", "/.git/config"]:
        assert Visitor(server).get(path).status in (400, 403, 404), path
