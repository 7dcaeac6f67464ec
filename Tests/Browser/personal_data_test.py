"""Personal data over the wire: consents, masked numbers, one's own copy, erasure, and that none of it gets into the log or the figures.

All people and numbers are made up.
"""

import io
import json
import zipfile

from picture import photograph
from wire import Endpoint, Visitor

HALL, SEAT, ITEM = "445102", "445102-01", "CZ-TAX-001"

NAME, TELEPHONE = "金丝雀", "13987654321"
IDENTITY, CREDIT = "110101199003070010", "91350100M000100Y43"
CHAT = "只在这里说过的一句话"


def take(endpoint: Endpoint, kind: str = "pre-review") -> dict:
    endpoint.command("ticket.take", {"hall_id": HALL, "item_code": ITEM, "kind": kind})
    return endpoint.push("ticket.updated")["ticket"]


class Visit:
    """A pre-review that is under way, with everything personal that a visit may have."""

    def __init__(self, server):
        self.visitor = Visitor(server)
        reply = self.visitor.post("/api/v1/citizen/sign-in", {"name": NAME, "telephone": TELEPHONE, "terms_version": "2026-11"})
        assert reply.status == 200, reply
        self.visitor.agree()
        self.staff = Visitor(server).sign_in_staff("agent1")
        self.citizen, self.agent = self.visitor.endpoint("citizen"), self.staff.endpoint("agent")
        self.ticket = take(self.citizen)
        self.case = self.ticket["case_id"]
        self.agent.command("seat.sign-on", {"seat_id": SEAT})
        self.agent.command("seat.ready", {})
        ring = self.agent.push("reservation.ringing")["reservation"]
        self.agent.command("reservation.accept", {"reservation_id": ring["id"]})
        self.session = self.citizen.push("session.started")["session"]["id"]
        self.citizen.command("session.join", {"session_id": self.session})
        self.agent.push("session.media")

    def fill(self) -> "Visit":
        fields = [{"key": "identity-number", "value": IDENTITY}, {"key": "credit-code", "value": CREDIT}, {"key": "person-name", "value": NAME}]
        self.citizen.command("case.enter-fields", {"case_id": self.case, "fields": fields})
        self.paper = photograph(600, seed=3)
        assert self.visitor.hand_in(self.case, "M1", f"{NAME}.jpg", self.paper).status == 201
        said = {"session_id": self.session, "message_id": "0197a000-0000-7000-8000-000000000001", "text": CHAT}
        self.citizen.command("chat.send", said)
        self.agent.push("chat.message")
        return self

    def end(self) -> None:
        self.agent.command("session.end", {"session_id": self.session})
        done = {"session_id": self.session, "disposition": "advised", "note": NAME, "ready": False}
        self.agent.command("session.wrap-up", done)

    def reveal(self):
        return self.staff.post(f"/api/v1/cases/{self.case}/fields/identity-number/reveal")

    def form(self, endpoint: Endpoint) -> dict:
        """What the endpoint was told of the form, once it was filled in."""
        told = endpoint.push("case.updated", lambda one: any(field["key"] == "credit-code" for field in one["matter"]["fields"]))
        return {field["key"]: field for field in told["matter"]["fields"]}


def test_a_seat_gets_numbers_masked_and_one_whole_on_a_logged_request(server):
    visit = Visit(server).fill()
    seen, own = visit.form(visit.agent), visit.form(visit.citizen)
    assert seen["identity-number"] == {"key": "identity-number", "value": "110***********0010", "keeps_check": False}
    assert seen["credit-code"]["value"] == "913***********0Y43" and "keeps_check" in seen["credit-code"]
    assert own["identity-number"]["value"] == IDENTITY, "their own number is theirs to see"
    told = json.dumps([visit.agent.heard, Visitor.endpoint(visit.staff, "agent").welcome])
    assert IDENTITY not in told and CREDIT not in told
    assert visit.reveal().json == {"value": IDENTITY}
    path = f"/api/v1/cases/{visit.case}/fields/identity-number/reveal"
    assert Visitor(server).sign_in_staff("agent2").post(path).status == 404, "who has another case before them"
    assert visit.visitor.post(path).status == 401
    history = Visitor(server).sign_in_staff("admin1").get(f"/api/v1/admin/sessions/{visit.session}").json
    assert [event["detail"] for event in history["timeline"] if event["kind"] == "number-shown"] == ["identity-number"]


def test_consents_are_asked_apart_and_kept_with_their_text(server):
    visitor = Visitor(server).sign_in_citizen(agrees=False)
    texts = visitor.get("/api/v1/consent-texts").json["texts"]
    assert [text["kind"] for text in texts] == ["identity-documents"], "nothing records here, so nobody is asked"
    visitor.agree().agree(given=False)
    said = visitor.get("/api/v1/citizen/consents").json["consents"]
    assert [one["given"] for one in said] == [True, False]
    assert {one["text_sha256"] for one in said} == {texts[0]["sha256"]}
    body = {"kind": "recording", "text_version": "1", "language": "zh-CN", "given": True}
    assert visitor.post("/api/v1/citizen/consents", body).status == 422
    assert take(visitor.endpoint("citizen"), "consultation")["state"] == "waiting", "refusing never refuses the service"


def test_recording_is_asked_where_it_is_configured_and_refusing_it_changes_nothing(start_server):
    server = start_server("--ask-for-recording")
    visitor = Visitor(server).sign_in_citizen(agrees=False)
    assert [text["kind"] for text in visitor.get("/api/v1/consent-texts").json["texts"]] == ["identity-documents", "recording"]
    visitor.agree("recording", given=False).agree()
    case = take(visitor.endpoint("citizen"))["case_id"]
    assert visitor.hand_in(case, "M1", "一.jpg", photograph(600, seed=1)).status == 201


def test_copy_and_erasure(server):
    visit = Visit(server).fill()
    visitor = visit.visitor
    refused = visitor.post("/api/v1/citizen/erasure")
    assert (refused.status, refused.code) == (409, "visit_under_way")
    visit.end()
    answer = visitor.get("/api/v1/citizen/copy")
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.body)) as copy:
        told = json.loads(copy.read("my-data.json"))
        case = told["cases"][0]
        assert {field["value"] for field in case["fields"]} == {IDENTITY, CREDIT, NAME}
        assert CHAT in json.dumps(case, ensure_ascii=False)
        assert copy.read(case["files"][0]["path"]) == visit.paper
    erased = visitor.post("/api/v1/citizen/erasure")
    assert erased.status == 200 and erased.json["cases"] == 1, erased
    assert visitor.get("/api/v1/citizen/me").status == 401
    key = {"case_number": case["case_number"], "look_up_code": "erased"}
    assert Visitor(server).post("/api/v1/cases/look-up", key).status == 404
    held = [path for path in server.data.rglob("*") if path.is_file()]
    assert not [path for path in held if CHAT.encode() in path.read_bytes() or IDENTITY.encode() in path.read_bytes()]
    assert not list((server.data / "files").glob("*-*")), "nothing of the vault is left"
    server.stop()
    server.start()
    assert Visitor(server).post("/api/v1/cases/look-up", key).status == 404


def test_a_guest_erases_one_case_by_number_and_code(server):
    visitor = Visitor(server).sign_in_citizen()
    line = visitor.endpoint("citizen")
    ticket = take(line)
    line.command("ticket.cancel", {"ticket_id": ticket["id"]})
    stranger = Visitor(server)
    key = {"case_number": ticket["case_number"], "look_up_code": "00000000"}
    assert stranger.post("/api/v1/cases/erase", key).status == 404
    key["look_up_code"] = ticket["look_up_code"]
    assert stranger.post("/api/v1/cases/erase", key).json["cases"] == 1
    assert stranger.post("/api/v1/cases/erase", key).status == 404
    assert visitor.get("/api/v1/cases").json["cases"] == []


def test_a_whole_visit_leaves_nothing_personal_in_the_log_and_the_figures(start_server):
    """The canary: what was planted is nowhere but where it belongs."""
    server = start_server("--log-level", "trace")
    visit = Visit(server).fill()
    visit.reveal()
    visit.end()
    visit.visitor.get("/api/v1/citizen/copy")
    secrets = [pair.split("=", 1)[1] for pair in f"{visit.visitor.cookie}; {visit.staff.cookie}".split("; ")]
    secrets += [visit.citizen.welcome["resume_token"], visit.agent.welcome["resume_token"], visit.ticket["look_up_code"]]
    assert visit.visitor.post("/api/v1/citizen/erasure").status == 200
    metrics = Visitor(server).get("/metrics")
    told = server.log.read_text() + (metrics.body.decode() if metrics.status == 200 else "")
    assert "Farwindow is ready" in told, "or the test would look at nothing"
    planted = [NAME, TELEPHONE, IDENTITY, CREDIT, CHAT, *secrets]
    assert all(planted) and not [word for word in planted if word in told]
