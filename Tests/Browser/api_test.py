"""Every route does what its description says, whatever it is sent: schemathesis makes the requests from openapi.json."""

import json
import uuid
import warnings
from datetime import date, timedelta

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from matter import HALL, ITEM, SEAT, Matter
from server import ROOT
from waiting import until
from wire import Visitor

DESCRIPTION = ROOT / "Sources" / "BrokerServer" / "OpenAPI" / "openapi.json"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 12
BY_REFERENCE = {"revision", "shift_id", "date", "to_agent_id", "seat_id", "agent_id"}
"""Fields of bodies that name what there is."""
ENDS_THE_SIGN_IN = ["/api/v1/citizen/erasure", "/api/v1/citizen/sign-out", "/api/v1/staff/sign-out", "/api/v1/staff/sign-in", "/api/v1/citizen/sign-in"]
"""In the order in which they are called, after all others."""


@schemathesis.serializer("application/offset+octet-stream")
def piece_of_an_upload(_, value):
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def known_names(visitor: Visitor, agent: Visitor, matter: Matter) -> dict[str, str]:
    """What there is, by the names that stand in paths and bodies: with made-up ones alone every answer would be that nothing was found."""
    overview = visitor.get("/api/v1/admin/overview").json
    session = overview["sessions"][0]
    return {
        "hall": HALL, "seat": SEAT, "code": ITEM, "item": ITEM, "material": "M1", "case": matter.case["case_id"], "session": session["id"],
        "number": session["case_number"], "year": "2026", "version": "1",
    } | known_absences(visitor, agent) | {"rehearsal": known_rehearsal(visitor), "calendar": known_calendar(agent)}  # fmt: skip


def known_absences(administrator: Visitor, agent: Visitor) -> dict[str, str]:
    """Leave that the agent asks for, and a shift of theirs that a colleague is asked to take over."""
    schedule, day = f"/api/v1/admin/halls/{HALL}/schedule", str(date.today() + timedelta(days=3))
    leave = agent.post("/api/v1/staff/leaves", {"from": "2032-03-01T00:00:00+08:00", "to": "2032-03-02T00:00:00+08:00", "reason": "test"}).json
    agents = administrator.get(f"{schedule}/week?from={day}").json["agents"]
    colleague = next(one["id"] for one in agents if one["id"] != leave["agent_id"])
    shift = {"id": str(uuid.UUID(int=1)), "date": day, "from": "09:00", "to": "17:00", "seat_id": SEAT, "agent_id": leave["agent_id"]}
    changes = [{"kind": "put-exception", "date": day, "note": ""}, {"kind": "put-shift", "shift": shift}]
    draft = administrator.post(f"{schedule}/draft/changes", {"revision": 0, "changes": changes}).json["draft"]
    administrator.post(f"{schedule}/draft/check", {"revision": draft["revision"]})
    published = administrator.post(f"{schedule}/draft/publish", {"revision": draft["revision"], "why": "test"})
    assert published.status == 200, published
    swap = agent.post("/api/v1/staff/swaps", {"shift_id": shift["id"], "date": day, "to_agent_id": colleague}).json
    return {"leave": leave["id"], "swap": swap["id"], "shift_id": shift["id"], "date": day, "to_agent_id": colleague, "agent_id": colleague, "seat_id": SEAT}


def known_rehearsal(administrator: Visitor) -> str:
    """One that is done."""
    path = f"/api/v1/admin/halls/{HALL}/rehearsals"
    given = {"per_half_hour": [0] * 18 + [2] * 16 + [0] * 14, "handling_s": 600}
    begun = administrator.post(path, {"from": str(date.today() + timedelta(days=1)), "days": 7, "runs": 1, "arrivals": "given", "given": given}).json
    until(lambda: administrator.get(f"{path}/{begun['id']}").json["state"] == "done", "the rehearsal is done")
    return begun["id"]


def known_calendar(agent: Visitor) -> str:
    return agent.post("/api/v1/staff/shift-calendar").json["address"].rsplit("/", 1)[1]


def with_known(value, known: dict[str, str]):
    """A body with what there is, by its fields' names, however deep they stand."""
    if isinstance(value, list):
        return [with_known(one, known) for one in value]
    if isinstance(value, dict):
        return {name: known[name] if name in BY_REFERENCE and name in known else with_known(one, known) for name, one in value.items()}
    return value


def operations():
    schema = schemathesis.openapi.from_path(str(DESCRIPTION))
    found = [result.ok() for result in schema.get_all_operations()]
    # Whoever signs out or is erased in the middle is refused ever after, and would prove nothing.
    return sorted(found, key=lambda operation: ENDS_THE_SIGN_IN.index(operation.path) + 1 if operation.path in ENDS_THE_SIGN_IN else 0)


def exercise(operation, mode, origin: str, headers: dict, known: dict, revision) -> set[int]:
    """Calls the operation again and again. `known`: what there is, by name; `revision`: asks for that of the draft. Returns the statuses of its answers."""
    answered = set()

    # The same requests at every run: what fails today fails tomorrow.
    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, phases=[Phase.explicit, Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    def check(case):
        if mode is GenerationMode.POSITIVE:
            case.path_parameters |= {name: value for name, value in known.items() if name in (case.path_parameters or {})}
            case.body = with_known(case.body, known | {"revision": revision()})
        try:
            response = case.call(base_url=origin, headers=headers, timeout=20)
        except requests.ConnectionError as error:
            # libwebsockets hangs up on a NUL in an address, before the server sees it.
            assert "%00" in error.request.url, error
            return
        answered.add(response.status_code)
        case.validate_response(response, checks=CHECKS)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check()
    return answered


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["as described", "otherwise"])
def test_every_route_does_what_its_description_says(start_server, mode):
    # One person asks faster here than any person may.
    server = start_server("--rate-limit-factor", "1000")
    matter = Matter(server)
    matter.conclude()
    citizen, agent = matter.people
    administrator = Visitor(server).sign_in_staff("admin1")
    known = known_names(administrator, agent, matter)

    def revision() -> int:
        return administrator.get(f"/api/v1/admin/halls/{HALL}/schedule").json.get("draft", {}).get("revision", 0)

    answered: dict[str, set[int]] = {}
    failures: list[str] = []
    for operation in operations():
        staff = agent if operation.path.startswith(("/api/v1/staff/", "/api/v1/sessions/")) else administrator
        headers = {"Origin": server.origin, "Cookie": f"{citizen.cookie}; {staff.cookie}", "Accept-Language": "en"}
        # What takes nothing can be sent nothing wrong.
        if mode is GenerationMode.POSITIVE or operation.body or operation.query or operation.path_parameters:
            try:
                answered[operation.label] = exercise(operation, mode, server.origin, headers, known, revision)
            except (Exception, BaseExceptionGroup) as error:
                failures.append(f"{operation.label}: {error}")
    print("\n".join(f"{label}: {sorted(statuses)}" for label, statuses in answered.items()))
    assert answered
    assert not failures, "\n\n".join(failures)
    if mode is GenerationMode.POSITIVE:
        phones = {operation.label for operation in operations() if operation.path.startswith("/api/v1/hand-over")}
        assert not [label for label, statuses in answered.items() if statuses == {401} and label not in phones | {"POST /api/v1/staff/sign-in"}], "signed in, and yet never let in"
