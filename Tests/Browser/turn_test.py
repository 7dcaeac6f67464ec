"""Calls through a real TURN server, and what that server refuses."""

import json
import socket
import ssl
import warnings

import pytest

import media
from consult_test import ask, expect_sees
from desk import Desk
from recovery_test import both_meet, call
from turn import Client, Coturn
from wire_test import converse

# Only what goes through a TURN server counts: as if the two were behind networks that let nothing else pass.
RELAYED_ONLY = """
(() => {
    const Native = window.RTCPeerConnection;
    const forced = (configuration) => ({ ...configuration, iceTransportPolicy: 'relay' });
    window.RTCPeerConnection = class extends Native {
        constructor(configuration) {
            super(forced(configuration));
        }
        setConfiguration(configuration) {
            super.setConfiguration(forced(configuration));
        }
    };
})();
"""

# The kinds of address, own and the other's, by which each live peer connection sends.
ROUTES = """
async () => {
    const routes = [];
    for (const peer of __peers.filter((one) => one.connectionState !== 'closed')) {
        const reports = await peer.getStats();
        for (const report of reports.values()) {
            if (report.type !== 'transport' || !report.selectedCandidatePairId) continue;
            const pair = reports.get(report.selectedCandidatePairId);
            routes.push([reports.get(pair.localCandidateId).candidateType, reports.get(pair.remoteCandidateId).candidateType]);
        }
    }
    return routes;
}
"""

# What a browser gets of a TURN server: kinds of addresses, and error codes.
GATHERED = """
async ({ urls, username, credential }) => {
    const peer = new RTCPeerConnection({ iceServers: [{ urls, username, credential }], iceTransportPolicy: 'relay' });
    const found = { kinds: [], errors: [] };
    peer.addEventListener('icecandidateerror', ({ errorCode }) => found.errors.push(errorCode));
    peer.createDataChannel('test');
    await new Promise((resolve) => {
        peer.addEventListener('icecandidate', ({ candidate }) => candidate?.candidate ? found.kinds.push(candidate.type) : candidate ?? resolve());
        peer.setLocalDescription();
    });
    peer.close();
    return found;
}
"""

DENIED_PEERS = {
    4: [
        "0.0.0.1", "10.0.0.1", "100.64.0.1", "100.127.255.254", "127.0.0.2", "169.254.169.254", "172.16.0.1", "172.31.255.254", "192.0.0.1",
        "192.168.1.1", "198.18.0.1", "224.0.0.251", "239.255.255.250", "255.255.255.255",
    ],
    6: [
        "::", "::1", "::127.0.0.1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "2001::1", "2001:db8::1", "2002:a00:1::1", "fc00::1",
        "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1",
    ],
}  # fmt: skip


@pytest.fixture
def coturn(tmp_path):
    coturn = Coturn(tmp_path / "turn").start()
    yield coturn
    coturn.stop()


@pytest.fixture
def relayed_only(meet):
    """As `meet`, for people whose browsers reach nobody but through a TURN server."""

    def bring(server, name):
        person = meet(server, name)
        person.context.add_init_script(RELAYED_ONLY)
        return person

    return bring


def asking(person) -> list[str]:
    """Collects the requests for credentials that a person's page makes from now on."""
    asked: list[str] = []
    person.page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/relay-credentials") else None)
    return asked


def test_a_call_goes_through_the_turn_server_and_outlives_its_restart(start_server, relayed_only, coturn):
    server = start_server(*coturn.flags)
    asked = {}

    def watched(server, name):
        person = relayed_only(server, name)
        asked[name] = asking(person)
        return person

    citizen, desk = call(server, watched)
    for person in (citizen.person, desk.person):
        assert person.page.evaluate(ROUTES) == [["relay", "relay"]]
        assert len(asked[person.look.name]) == 1, "once for the session"

    # Everything that the server held is gone; new credentials and an ICE restart bring the picture back.
    coturn.kill()
    coturn.start()
    desk.person.until(lambda: len(asked["agent"]) > 1, "new credentials at the ICE restart", timeout_s=30)
    both_meet(citizen, desk, timeout_s=40)
    assert len(asked["citizen"]) > 1, "the side that is asked takes new ones too"
    for person in (citizen.person, desk.person):
        assert person.page.evaluate(ROUTES) == [["relay", "relay"]]

    log = server.log.read_text()
    for secret in (coturn.secret, "credential"):
        assert secret not in log


def test_a_colleague_who_is_asked_in_comes_through_the_turn_server(start_server, relayed_only, coturn):
    server = start_server(*coturn.flags)
    citizen, desk = call(server, relayed_only)
    colleague = Desk(relayed_only(server, "agent2"))
    colleague.sign_in(server, "agent2")
    colleague.sign_on("02")
    colleague.ready()
    ask(desk, colleague)
    desk.page.keyboard.press("k")
    expect_sees(citizen.person, "agent", "agent2")
    expect_sees(desk.person, "agent2", "citizen")
    expect_sees(colleague.person, "agent", "citizen")
    for person in (citizen.person, desk.person, colleague.person):
        assert person.page.evaluate(ROUTES) == [["relay", "relay"]] * 2


def test_a_call_goes_on_when_no_credentials_come(start_server, meet, coturn):
    server = start_server(*coturn.flags)

    def cut_off(server, name):
        person = meet(server, name)
        person.page.route("**/relay-credentials", lambda route: route.abort())
        return person

    citizen, desk = call(server, cut_off)
    for person in (citizen.person, desk.person):
        assert media.received(person.page).peers == 1
        assert person.page.evaluate(ROUTES) == [["host", "host"]]
        # The browser reports each request that did not get through.
        person.problems[:] = [problem for problem in person.problems if "ERR_FAILED" not in problem]


def test_credentials_of_the_broker_open_the_door_and_expired_ones_do_not(start_server, meet, coturn):
    server = start_server(*coturn.flags)
    visitor, _, _, session = converse(server)
    reply = visitor.post(f"/api/v1/sessions/{session['id']}/relay-credentials", {})
    assert reply.status == 200, reply
    (given,) = reply.json["ice_servers"]
    assert given["urls"] == coturn.urls
    person = meet(server, "citizen")
    person.open("/notice/verify/")

    with Client(coturn.port, given["username"], given["credential"]) as client:
        assert client.allocate().error is None
    gathered = person.page.evaluate(GATHERED, given)
    assert set(gathered["kinds"]) == {"relay"} and 401 not in gathered["errors"], gathered

    good, expired = coturn.credential(60), coturn.credential(-60)
    wrong = (good[0], expired[1])
    stretched = (good[0].replace(":test", ":somebody"), good[1])
    with Client(coturn.port, *good) as client:
        assert client.allocate().error is None
    for username, credential in (expired, wrong, stretched):
        with Client(coturn.port, username, credential) as client:
            assert client.allocate().error == 401
        gathered = person.page.evaluate(GATHERED, {"urls": coturn.urls, "username": username, "credential": credential})
        assert gathered["kinds"] == [] and 401 in gathered["errors"], gathered


@pytest.mark.parametrize("family", [4, 6])
def test_peers_that_are_not_public_are_denied(coturn, family):
    with Client(coturn.port, *coturn.credential(60)) as client:
        assert client.allocate(family).error is None
        allowed = {4: ["127.0.0.1", "9.9.9.9", "100.63.255.255", "100.128.0.1"], 6: ["2400:3200::1", "2620:fe::fe"]}[family]
        assert {peer: client.permit(peer).error for peer in allowed} == dict.fromkeys(allowed)
        denied = {peer: client.permit(peer).error for peer in DENIED_PEERS[family]}
        assert denied == dict.fromkeys(DENIED_PEERS[family], 403), json.dumps(denied)


def test_a_person_has_a_bound_number_of_allocations(coturn):
    username, credential = coturn.credential(60)
    answers = []
    clients = [Client(coturn.port, username, credential) for _ in range(30)]
    try:
        answers = [client.allocate().error for client in clients]
    finally:
        for client in clients:
            client.__exit__()
    assert answers == [None] * 24 + [486] * 6
    with Client(coturn.port, *coturn.credential(60, "other")) as other:
        assert other.allocate().error is None, "another person has their own"


@pytest.mark.parametrize(("newest", "is_spoken"), [("TLSv1", False), ("TLSv1_1", False), ("TLSv1_2", True), ("TLSv1_3", True)])
def test_only_tls_1_2_and_newer_is_spoken(coturn, newest, is_spoken):
    with warnings.catch_warnings():
        # That the old ones are old is the point.
        warnings.simplefilter("ignore", DeprecationWarning)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion[newest]
    with socket.create_connection(("127.0.0.1", coturn.tls_port), timeout=3) as line:
        if is_spoken:
            with context.wrap_socket(line) as spoken:
                name, version, _ = spoken.cipher()
                assert spoken.version() in ("TLSv1.2", "TLSv1.3") and ("GCM" in name or "CHACHA20" in name), (name, version)
        else:
            # coturn does not even answer.
            with pytest.raises(OSError):
                context.wrap_socket(line)
