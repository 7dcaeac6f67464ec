"""Every route does what its description says, whatever it is sent: schemathesis makes the requests from openapi.json."""

import json
import warnings

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from matter import HALL, ITEM, SEAT, Matter
from server import ROOT
from wire import Visitor

DESCRIPTION = ROOT / "Sources" / "BrokerServer" / "OpenAPI" / "openapi.json"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 12
ENDS_THE_SIGN_IN = {"/api/v1/citizen/sign-out", "/api/v1/staff/sign-out", "/api/v1/staff/sign-in", "/api/v1/citizen/sign-in"}


@schemathesis.serializer("application/offset+octet-stream")
def piece_of_an_upload(_, value):
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def known_names(visitor: Visitor, matter: Matter) -> dict[str, str]:
    """What there is, by the names that stand in paths: with made-up ones alone every answer would be that nothing was found."""
    overview = json.loads(visitor.get("/api/v1/admin/overview").body)
    session = overview["sessions"][0]
    return {
        "hall": HALL, "seat": SEAT, "code": ITEM, "item": ITEM, "material": "M1", "case": matter.case["case_id"], "session": session["id"],
        "number": session["case_number"], "year": "2026",
    }  # fmt: skip


def operations():
    schema = schemathesis.openapi.from_path(str(DESCRIPTION))
    found = [result.ok() for result in schema.get_all_operations()]
    # Whoever signs out in the middle is refused ever after, and would prove nothing.
    return sorted(found, key=lambda operation: operation.path in ENDS_THE_SIGN_IN)


def exercise(operation, mode, origin: str, headers: dict, known: dict) -> set[int]:
    """Calls the operation again and again. `known`: what there is, by the path's names. Returns the statuses of its answers."""
    answered = set()

    # The same requests at every run: what fails today fails tomorrow.
    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, phases=[Phase.explicit, Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    def check(case):
        if mode is GenerationMode.POSITIVE:
            case.path_parameters |= {name: value for name, value in known.items() if name in (case.path_parameters or {})}
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
def test_every_route_does_what_its_description_says(server, mode):
    matter = Matter(server)
    matter.conclude()
    citizen, agent = matter.people
    administrator = Visitor(server).sign_in_staff("admin1")
    known = known_names(administrator, matter)
    answered: dict[str, set[int]] = {}
    for operation in operations():
        staff = agent if operation.path.startswith(("/api/v1/staff/", "/api/v1/sessions/")) else administrator
        headers = {"Origin": server.origin, "Cookie": f"{citizen.cookie}; {staff.cookie}", "Accept-Language": "en"}
        # What takes nothing can be sent nothing wrong.
        if mode is GenerationMode.POSITIVE or operation.body or operation.query or operation.path_parameters:
            answered[operation.label] = exercise(operation, mode, server.origin, headers, known)
    print("\n".join(f"{label}: {sorted(statuses)}" for label, statuses in answered.items()))
    assert answered
    if mode is GenerationMode.POSITIVE:
        phones = {operation.label for operation in operations() if operation.path.startswith("/api/v1/hand-over")}
        assert not [label for label, statuses in answered.items() if statuses == {401} and label not in phones | {"POST /api/v1/staff/sign-in"}], "signed in, and yet never let in"
