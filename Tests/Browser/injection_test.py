"""Hostile texts in every place where a person can type: each page shows them as they were typed, and none runs."""

import csv
import io
import json
import subprocess
import uuid
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from hours import CHINA, demonstration
from injections import LONG, Planted, Watch
from picture import photograph
from server import BINARY, Server
from wire import Endpoint, Reply, Visitor

HALL, SEAT, ITEM = "445102", "445102-01", "CZ-TAX-001"
SCHEDULE = f"/api/v1/admin/halls/{HALL}/schedule"


class Resident(Visitor):
    """Calls with the sign-in of somebody's browser, so that their page and the bare wire are the same person."""

    def __init__(self, server: Server, person, path: str, body: dict):
        super().__init__(server)
        self.person = person
        person.open("/notice/verify/")
        status = person.page.evaluate(
            "([path, body]) => fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body }).then((answer) => answer.status)",
            [path, json.dumps(body)],
        )
        assert status == 200
        person.page.goto("about:blank")

    @property
    def cookie(self) -> str:
        return "; ".join(f"{one['name']}={one['value']}" for one in self.person.context.cookies())

    def request(self, method: str, path: str, body: object = None, headers: dict | None = None) -> Reply:
        return super().request(method, path, body, {"Cookie": self.cookie} | (headers or {}))


def in_item(item: dict, planted: Planted) -> dict:
    """The item with hostile texts in place of all that somebody wrote."""
    item = dict(item)
    item["name"], item["name_english"] = planted.long("item name", 120), planted.long("item name in English", 120)
    for part in ("time_limit", "fee", "cross_region"):
        item[part] = dict(item[part], text=planted.long(f"item {part}", 200))
    item["status_note"] = planted.long("item status note", 200)
    item["legal_basis"] = [dict(item["legal_basis"][0], text=planted.long("legal basis", 200))]
    item["applicants"] = [planted.short("applicant")]
    item["materials"] = [dict(one) for one in item["materials"]]
    for number, material in enumerate(item["materials"], start=1):
        material["name"] = planted.long(f"material {number}", 120)
        material["name_english"] = planted.long(f"material {number} in English", 120)
        material["note"] = planted.long(f"material {number} note", 200)
        if "condition" in material:
            material["condition"] = planted.long(f"material {number} condition", 200)
        if "exemption" in material:
            material["exemption"] = planted.long(f"material {number} exemption", 200)
    item["reasons"] = [dict(one) for one in item["reasons"]]
    item["reasons"][0]["text"] = planted.long("reason", 200)
    item["sources"] = [dict(one) for one in item["sources"]]
    item["sources"][0] |= {"title": planted.long("source title", 200), "issuer": planted.long("source issuer", 200)}
    return item


class House:
    """A server whose operator, administrators and agents are all hostile."""

    def __init__(self, start_server, folder: Path):
        self.planted = planted = Planted()
        directory = Path(demonstration(folder, is_open=True))
        people = json.loads((directory / "accounts.json").read_text())
        people["halls"][0]["name"] = planted.short("hall")
        for account in people["accounts"]:
            account["name"] = planted.short(account["account"])
        people["accounts"][0]["languages"] = ["mandarin", "teochew"]
        (directory / "accounts.json").write_text(json.dumps(people, ensure_ascii=False))
        self.server = start_server("--demonstration", str(directory))
        self.administrator = Visitor(self.server)
        assert self._sign_in(self.administrator, "admin1").status == 200
        self._catalogue()
        self._house()

    def _sign_in(self, visitor: Visitor, account: str) -> Reply:
        return visitor.post("/api/v1/staff/sign-in", {"account": account, "password": self.server.password(account)})

    def resident(self, person, account: str) -> Resident:
        return Resident(self.server, person, "/api/v1/staff/sign-in", {"account": account, "password": self.server.password(account)})

    def _do(self, method: str, path: str, body: dict, status: int = 200) -> dict:
        reply = self.administrator.request(method, path, body)
        assert reply.status == status, (path, reply.body.decode())
        return reply.json if reply.body else {}

    def _catalogue(self) -> None:
        path = f"/api/v1/admin/catalogue/{ITEM}"
        item = in_item(self.administrator.get(path).json["newest"], self.planted)
        draft = self._do("PUT", f"{path}/draft", {"revision": 0, "based_on": 1, "item": item})
        today = str(datetime.now(CHINA).date())
        self._do("POST", f"{path}/draft/publish", {"revision": (draft.get("draft") or draft)["revision"], "valid_from": today, "adopt": True, "hall_id": HALL})

    def _house(self) -> None:
        place = f"/api/v1/admin/halls/{HALL}/place"
        planted = self.planted
        given = self.administrator.get(place).json | {
            "address": planted.long("address", 200), "telephone": planted.long("telephone", 200), "online_name": planted.long("online office", 200),
            "source": planted.long("place source", 200),
        }  # fmt: skip
        self._do("PUT", place, given)
        for address in ("javascript:top.ran=1//", "data:text/html,<script>top.ran=1</script>"):
            refused = self.administrator.request("PUT", place, given | {"online_address": address})
            assert (refused.status, refused.json["field"]) == (422, "online_address")
        year = datetime.now(CHINA).year
        holiday = {"date": f"{year}-01-01", "rule": "holiday", "name": planted.short("holiday")}
        self._do("PUT", f"/api/v1/admin/calendars/{year}", {"source": planted.short("calendar source"), "days": [holiday]})

    def plan(self) -> None:
        """A published day with a shift of agent1, and a note and a reason that were typed for it."""
        date = str((datetime.now(CHINA) + timedelta(days=3)).date())
        agents = self.administrator.get(f"{SCHEDULE}/week?from={date}").json["agents"]
        agent = next(one["id"] for one in agents if one["name"] == self.planted["agent1"])
        shift = {"id": str(uuid.uuid4()), "date": date, "from": "09:00", "to": "17:00", "seat_id": SEAT, "agent_id": agent}
        changes = [{"kind": "put-exception", "date": date, "note": self.planted.long("day note", 180)}, {"kind": "put-shift", "shift": shift}]
        draft = self._do("POST", f"{SCHEDULE}/draft/changes", {"revision": 0, "changes": changes})["draft"]
        self._do("POST", f"{SCHEDULE}/draft/check", {"revision": draft["revision"]})
        self._do("POST", f"{SCHEDULE}/draft/publish", {"revision": draft["revision"], "why": self.planted.long("why published", 180)})
        self.planned = date


@pytest.fixture
def house(start_server, tmp_path):
    return House(start_server, tmp_path)


class Visit:
    """A citizen and an agent, on the bare wire and at their pages by turns."""

    def __init__(self, house: House, citizen, agent):
        self.house, self.planted = house, house.planted
        guest = {"name": self.planted.short("citizen"), "telephone": "13800000000", "terms_version": "2026-11"}
        self.citizen = Resident(house.server, citizen, "/api/v1/citizen/sign-in", guest)
        self.citizen.agree()
        self.agent = house.resident(agent, "agent1")
        self.citizen_page, self.agent_page = Watch(citizen, self.planted), Watch(agent, self.planted)

    def line(self, resident: Resident, role: str) -> Endpoint:
        """The bare wire takes the place of the page."""
        resident.person.page.goto("about:blank")
        return resident.endpoint(role)

    def begin(self) -> None:
        """The ticket is taken, and what can be handed in while waiting is."""
        line = self.line(self.citizen, "citizen")
        line.command("ticket.take", {"hall_id": HALL, "item_code": ITEM, "kind": "pre-review"})
        self.case = line.push("ticket.updated")["ticket"]["case_id"]
        fields = [{"key": key, "value": self.planted.long(f"field {key}", 100)} for key in ("person-name", "organisation-name")]
        line.command("case.enter-fields", {"case_id": self.case, "fields": fields})
        # Of a path only its end is kept, so it has none.
        name = self.planted.keep("file", "'\"><svg data-injected onload=top.ran=1>.jpg")
        assert self.citizen.hand_in(self.case, "M1", name, photograph(700, seed=1)).status == 201
        line.close()

    def ring(self) -> None:
        # Nobody is called who is not there.
        self.citizen_line = self.line(self.citizen, "citizen")
        line = self.line(self.agent, "agent")
        line.command("seat.sign-on", {"seat_id": SEAT})
        line.command("seat.ready", {})
        self.ringing = line.push("reservation.ringing")["reservation"]
        line.close()

    def talk(self) -> None:
        """Everything that is typed in a talk, by both."""
        planted = self.planted
        self.agent_line = self.line(self.agent, "agent")
        self.agent_line.command("reservation.accept", {"reservation_id": self.ringing["id"]})
        self.session = self.citizen_line.push("session.started")["session"]
        self.named = {"session_id": self.session["id"]}
        self.citizen_line.command("session.join", self.named)
        for number, text in enumerate(LONG):
            line, who = ((self.citizen_line, "citizen"), (self.agent_line, "agent"))[number % 2]
            said = planted.keep(f"{who} says {number}", text.replace("{{", "{").replace("}}", "}").replace("{}", f"9{number}"))
            line.command("chat.send", self.named | {"message_id": str(uuid.uuid4()), "text": said})
        reason = self.session["reasons"][0]["code"]
        self._judge("M1", "correction-needed", [reason], planted.long("verdict note"))
        self._judge("M2", "not-applicable")
        self._judge("M3", "not-applicable")
        self.agent_line.command("correction.propose", self.named | {"field": {"key": "person-name", "value": planted.long("correction", 100)}})
        self.agent_line.command("seat.help", {"note": planted.long("help", 180)})

    def _judge(self, material: str, verdict: str, reasons: tuple | list = (), note: str = "") -> None:
        self.agent_line.command("precheck.verdict", self.named | {"material_id": material, "verdict": verdict, "reasons": list(reasons), "note": note})

    def conclude(self) -> None:
        self.agent_line = self.line(self.agent, "agent")
        text = {"referred_to": self.planted.long("referred to", 100), "note": self.planted.long("outcome note")}
        self.agent_line.command("precheck.conclude", self.named | text | {"respond_by": "2031-12-15"})
        self.agent_line.command("session.end", self.named)
        self.agent_line.close()
        self.citizen_line = self.line(self.citizen, "citizen")
        self.notice = self.citizen_line.welcome["snapshot"]["matter"]["notice"]
        self.citizen_line.close()

    def wrap_up(self) -> None:
        self.agent_line = self.line(self.agent, "agent")
        self.agent_line.command("session.wrap-up", self.named | {"disposition": "referred", "note": self.planted.long("wrap-up note"), "ready": False})
        self.agent_line.close()

    @property
    def said(self) -> list[str]:
        return [place for place in self.planted.texts if " says " in place]


def test_nothing_runs_in_a_visit(house, meet):
    visit = Visit(house, meet(house.server, "citizen"), meet(house.server, "agent"))
    citizen, agent = visit.citizen_page, visit.agent_page

    # Searching and reading.
    citizen.person.open("/citizen/")
    citizen.shows("item name")
    citizen.page.get_by_role("searchbox").fill(house.planted.long("search", 100))
    citizen.shows("search")
    citizen.person.open(f"/citizen/#/item/{ITEM}")
    citizen.page.get_by_role("heading", level=1).wait_for()
    for fold in citizen.page.locator("summary").all():
        fold.click()
    citizen.shows("item name", "hall", "item time_limit", "material 1", "material 3 condition", "source title")
    citizen.person.screenshot("injection-01-item", full_page=True)

    # Waiting, with papers.
    visit.begin()
    citizen.person.open("/citizen/")
    citizen.shows("item name", "hall", "material 1")
    citizen.person.screenshot("injection-02-waiting", full_page=True)

    # The ring.
    visit.ring()
    agent.person.open("/seat/")
    agent.shows("citizen", "item name", "hall", "agent1")
    agent.person.screenshot("injection-03-ring")

    # The talk.
    visit.talk()
    visit.agent_line.close()
    visit.citizen_line.close()
    agent.person.open("/seat/")
    citizen.person.open("/citizen/")
    agent.page.get_by_role("tab", name="文字").click()
    agent.shows("citizen", "material 1", *visit.said)
    agent.person.screenshot("injection-04-seat-chat")
    agent.page.get_by_role("tab", name="表单").click()
    agent.shows("field organisation-name", "correction")
    agent.page.get_by_role("region", name="材料清单").get_by_role("button").first.click()
    agent.shows("file", "verdict note", "reason", "material 1")
    agent.person.screenshot("injection-05-seat-material")
    citizen.shows("field person-name", "correction")
    citizen.person.screenshot("injection-06-citizen-correction")
    citizen.page.get_by_role("button", name="确认，改成这样").click()
    for name in ("文字", "材料"):
        citizen.page.get_by_role("navigation", name="通话按钮").get_by_role("button", name=name).click()
        citizen.shows(*(visit.said if name == "文字" else ["material 1", "verdict note", "reason"]))
        citizen.person.screenshot(f"injection-06-citizen-{name}")

    # What a colleague is told who is asked in.
    colleague = house.resident(meet(house.server, "agent2"), "agent2")
    helping = Watch(colleague.person, house.planted)
    helper = colleague.endpoint("agent")
    helper.command("seat.sign-on", {"seat_id": "445102-02"})
    helper.command("seat.ready", {})
    visit.agent_line = visit.line(visit.agent, "agent")
    visit.agent_line.command("consult.start", visit.named | {"hall_id": HALL, "note": house.planted.long("consult note")})
    helper.push("reservation.ringing")
    helper.close()
    colleague.person.open("/seat/")
    helping.shows("consult note", "agent1", "item name")
    colleague.person.screenshot("injection-07-consult-ring")
    visit.agent_line.command("consult.end", visit.named)
    visit.agent_line.close()

    # The outcome, and what both see of it.
    visit.conclude()
    agent.person.open("/seat/")
    agent.shows("citizen", "item name")
    citizen.person.open("/citizen/")
    citizen.shows("referred to", "outcome note", "verdict note", "reason", "material 1")
    citizen.person.screenshot("injection-08-outcome", full_page=True)
    visit.wrap_up()
    citizen.person.open(f"/citizen/#/look-up/{visit.case}")
    citizen.page.reload()
    citizen.shows("referred to", "outcome note", "verdict note")


def test_nothing_runs_in_administration(house, meet):
    planted = house.planted
    visit = Visit(house, meet(house.server, "citizen"), meet(house.server, "agent"))
    house.plan()
    leave = visit.agent.post(
        "/api/v1/staff/leaves", {"from": "2032-03-01T00:00:00+08:00", "to": "2032-03-02T00:00:00+08:00", "reason": planted.long("leave reason", 180)}
    )
    assert leave.status in (200, 201), leave
    visit.begin()
    visit.ring()
    visit.talk()
    visit.agent_line.close()
    visit.citizen_line.close()

    office = house.resident(meet(house.server, "agent2"), "admin1")
    watch = Watch(office.person, planted)

    def section(path: str, *places: str) -> None:
        office.person.page.goto("about:blank")
        office.person.open(f"/admin/#/{path}")
        watch.shows(*places)
        office.person.screenshot(f"injection-20-{path.replace('/', '-')}", full_page=True)

    section("floor", "hall", "agent1", "help", "item name")
    section("people", "agent1", "agent2", "admin1", "hall")
    office.person.page.get_by_role("tab", name="坐席").click()
    watch.shows("hall")
    office.person.page.get_by_role("tab", name="大厅").click()
    watch.shows("hall", "address", "telephone", "online office", "place source")
    section("calendars", "calendar source")
    office.person.page.get_by_role("region", name=str(datetime.now(CHINA).year)).get_by_role("button", name="修改").click()
    watch.shows("holiday", "calendar source")
    section(f"schedule/{house.planned}", "agent1", "day note")
    office.person.page.get_by_role("button", name="版本").click()
    watch.shows("why published", "admin1")
    section("leave", "agent1", "leave reason")
    section("catalogue", "item name")
    office.person.page.get_by_role("row").filter(has_text=ITEM).get_by_role("button").first.click()
    watch.shows("item name", "material 1")
    office.person.page.get_by_role("button", name="编辑新版本").click()
    watch.shows("material 1 note", "reason", "item status note", "source title", "legal basis", "item fee")
    office.person.screenshot("injection-21-editor", full_page=True)

    # What the agent sees of it: the own shifts, leave and what was answered.
    path = f"/api/v1/admin/halls/{HALL}/leaves/{leave.json['id']}/decision"
    assert office.post(path, {"approve": True, "note": planted.long("leave answer", 180)}).status == 200
    visit.agent_page.person.open("/seat/")
    visit.agent_page.shows("agent1", "citizen")

    visit.conclude()
    visit.wrap_up()
    visit.agent_page.person.open("/seat/")
    visit.agent_page.page.get_by_role("button", name="我的班次").press("Enter")
    visit.agent_page.shows("leave reason", "leave answer")
    visit.agent_page.person.screenshot("injection-23-own-leave")
    section("sessions", "agent1", "item name")
    office.person.page.get_by_role("row").filter(has_text=visit.session["ticket_number"]).first.get_by_role("button").click()
    watch.shows("agent1", "item name", "outcome note")
    office.person.screenshot("injection-22-session", full_page=True)
    section("figures", "hall")
    section("overview", "hall")
    # An agent of another hall; a word that only the citizen is told; a note that only the export holds.
    assert planted.unseen <= {"agent3", "agent4", "referred to", "wrap-up note"}, "typed, and no page looked at shows it"


def test_nothing_runs_on_paper_and_in_files(house, meet, tmp_path):
    planted = house.planted
    visit = Visit(house, meet(house.server, "citizen"), meet(house.server, "agent"))
    house.plan()
    visit.begin()
    visit.ring()
    visit.talk()
    visit.conclude()
    visit.wrap_up()
    notice = visit.notice

    # The notice as a page, as it is printed, and as a PDF.
    reader = Watch(meet(house.server, "agent2"), planted)
    reader.person.open(f"/notice/#{notice['number']}.{notice['code']}")
    reader.shows("item name", "hall", "referred to", "outcome note", "verdict note", "reason", "material 1")
    reader.page.emulate_media(media="print")
    reader.shows("verdict note")
    reader.person.screenshot("injection-30-notice", full_page=True)
    reader.page.emulate_media(media="screen")
    reader.person.open(f"/notice/verify/?x#{notice['number']}.{notice['code']}")
    reader.page.get_by_role("heading", name="有效").wait_for()
    reader.is_calm()
    paper = tmp_path / "notice.pdf"
    reply = Visitor(house.server).post("/api/v1/notices/pdf", {"number": notice["number"], "code": notice["code"]})
    assert reply.status == 200
    paper.write_bytes(reply.body)
    printed = "".join(subprocess.run(["pdftotext", "-raw", paper, "-"], capture_output=True, text=True, check=True).stdout.split())
    for place in ("verdict note", "outcome note", "referred to"):
        assert "".join(planted[place].split()) in printed, place
    for never in (b"/JavaScript", b"/JS", b"/EmbeddedFile", b"injected.example"):
        assert never not in reply.body

    # A picture whose name is hostile comes as a picture, and its name stays in its field.
    file = next(one for entry in visit.session["materials"] for one in entry["files"])
    sent = visit.citizen.get(f"/api/v1/files/{file['id']}")
    assert sent.headers["content-type"] == "image/jpeg" and sent.headers["x-content-type-options"] == "nosniff"
    crossing = visit.citizen.hand_in(visit.case, "M1", 'a"\r\nX-Injected: 1\r\n\r\n<script>.jpg', photograph(700, seed=2))
    assert crossing.status in (201, 409, 422), crossing
    assert not any("injected" in name for name in sent.headers)

    # Tables: a row stays a row, and nothing is a formula.
    today = datetime.now(CHINA).date()
    span = f"hall={HALL}&from={today - timedelta(days=1)}&to={today}"
    for path in (f"sessions.csv?{span}", f"figures.csv?{span}&by=item", f"figures.csv?{span}&by=seat", "catalogue-export?format=csv"):
        reply = house.administrator.get(f"/api/v1/admin/{path}")
        assert reply.status == 200, reply
        rows = list(csv.reader(io.StringIO(reply.body.decode("utf-8-sig"))))
        assert len({len(row) for row in rows}) == 1, path
        assert not [cell for row in rows for cell in row if cell[:1] in "=+@\t\r" and cell[:1]], path
        assert "attachment" in reply.headers["content-disposition"]

    # A calendar: each line is one of the format, and none was typed.
    address = visit.agent.post("/api/v1/staff/shift-calendar").json["address"]
    lines = Visitor(house.server).get(urlsplit(address).path).body.decode().split("\r\n")
    unfolded = "\n".join(lines).replace("\n ", "").split("\n")
    names = {line.split(":")[0].split(";")[0] for line in unfolded if line}
    known = {"BEGIN", "END", "VERSION", "PRODID", "CALSCALE", "METHOD", "NAME", "X-WR-CALNAME", "X-WR-TIMEZONE", "REFRESH-INTERVAL", "X-PUBLISHED-TTL",
             "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "DESCRIPTION", "STATUS", "SEQUENCE", "LAST-MODIFIED", "TZID", "TZOFFSETFROM",
             "TZOFFSETTO", "TZNAME", "CLASS", "TRANSP", "CATEGORIES"}  # fmt: skip
    assert names <= known, names - known

    # The whole case as one file.
    number = notice["number"].removesuffix("-1")
    archive = tmp_path / "case.zip"
    exported = house.administrator.get(f"/api/v1/admin/cases/{quote(number)}/export")
    assert exported.status == 200
    archive.write_bytes(exported.body)
    with zipfile.ZipFile(archive) as content:
        assert all(name.isascii() and ".." not in name and "<" not in name and not name.startswith("/") for name in content.namelist())
        told = json.dumps(json.loads(content.read("timeline.json")), ensure_ascii=False)
        for place in visit.said:
            assert json.dumps(planted[place], ensure_ascii=False)[1:-1] in told, place
    checked = subprocess.run(
        [BINARY, "verify-export", archive, "--key", house.server.data / "keys" / "export-public-key.pem"], capture_output=True, text=True
    )
    assert checked.returncode == 0, checked
