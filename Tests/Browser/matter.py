"""A case that comes to an outcome over the bare wire, for tests of what comes after."""

from wire import Endpoint, Visitor

HALL, SEAT, ITEM = "445102", "445102-01", "CZ-TAX-001"
NOTE = "右上角<b>反光</b>，请重拍。"


class Matter:
    """A citizen's case that is pre-reviewed over the bare wire, as often as a test asks."""

    def __init__(self, server):
        self.server = server
        self.people = Visitor(server).sign_in_citizen("林小明"), Visitor(server).sign_in_staff("agent1")
        """The citizen and the agent, for calls of the HTTP side."""
        self.citizen, self.agent = self.people[0].endpoint("citizen"), self.people[1].endpoint("agent")
        self.agent.command("seat.sign-on", {"seat_id": SEAT})
        self.agent.command("seat.ready", {})
        self.case: dict = {}
        self.visits = 0

    def conclude(self) -> dict:
        """One whole visit. Returns the notice with its number and code."""
        self.citizen.command("ticket.take", {"hall_id": HALL, "item_code": ITEM, "kind": "pre-review", **self.case})
        self.visits += 1
        ring = self._push(self.agent, "reservation.ringing")["reservation"]
        self.agent.command("reservation.accept", {"reservation_id": ring["id"]})
        session = self._push(self.citizen, "session.started")["session"]
        self.case = {"case_id": session["case_id"]}
        named = {"session_id": session["id"]}
        self.citizen.command("session.join", named)
        for number, entry in enumerate(session["materials"]):
            if entry.get("accepted_in"):
                continue
            verdict = {"verdict": "correction-needed", "reasons": [session["reasons"][0]["code"]], "note": NOTE} if number == 0 else {"verdict": "not-applicable"}
            self.agent.command("precheck.verdict", {"reasons": [], "note": ""} | named | {"material_id": entry["material"]["id"]} | verdict)
        self.agent.command("precheck.conclude", named | {"referred_to": "", "note": "", "respond_by": "2026-12-15"})
        self.agent.command("session.end", named)
        self.agent.command("session.wrap-up", named | {"disposition": "correction-needed", "note": "", "ready": True})
        return self.citizen.push("case.updated", lambda payload: (payload["matter"].get("notice") or {}).get("version") == self.visits)["matter"]["notice"]

    def _push(self, endpoint: Endpoint, kind: str) -> dict:
        """Of this visit: each visit brings one of the kind."""
        return endpoint.hear_all(lambda message: message["type"] == kind, self.visits, kind)[-1]["payload"]
