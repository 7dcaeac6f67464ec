"""What the server has acknowledged, as its clients wrote it down, and whether the disk still knows all of it."""

import hashlib
import json
import sqlite3
import subprocess
from dataclasses import dataclass, field
from datetime import datetime

import vault
from crashing import CrashServer
from server import BINARY

TERMINAL = {"done", "abandoned", "no-show", "expired", "declined"}
SERVED = {"serving", "done", "no-show", "declined"}
ORDER_OF_SESSION = {"ringing": 0, "connected": 1, "held": 1, "reconnecting": 1, "consulting": 1, "transferring": 1, "wrap-up": 2, "closed": 3}


def milliseconds(instant: str) -> int:
    return round(datetime.fromisoformat(instant).timestamp() * 1_000)


@dataclass
class HandedIn:
    case_id: str
    sha256: str
    size: int
    removal_asked: bool = False
    removed: bool = False


@dataclass
class Journal:
    """Only what came back from the server: answers and pushes. What was merely asked for is nobody's right yet."""

    tickets: dict[str, dict] = field(default_factory=dict)
    sessions: dict[str, dict] = field(default_factory=dict)
    """The furthest that anybody was told of each session."""
    sessions_heard: dict[tuple[str, str], str] = field(default_factory=dict)
    """Listener and session to the last state. Lines are read side by side: only what one listener hears has an order."""
    reservations: dict[str, dict] = field(default_factory=dict)
    chat: dict[tuple[str, str], dict] = field(default_factory=dict)
    files: dict[str, HandedIn] = field(default_factory=dict)
    verdicts: list[dict] = field(default_factory=list)
    outcomes: dict[tuple[str, int], dict] = field(default_factory=dict)
    wrap_ups: dict[str, dict] = field(default_factory=dict)
    seats: dict[str, str] = field(default_factory=dict)
    """Seat to account, until the account asks to sign off."""

    # Writing down

    def ticket(self, view: dict) -> None:
        known = self.tickets.setdefault(view["id"], view)
        assert identity(known) == identity(view), f"the server told two things of one ticket: {known} and {view}"
        if known["state"] in TERMINAL:
            assert view["state"] == known["state"], f"a terminal state was left: {known} to {view}"
        self.tickets[view["id"]] = view

    def session(self, listener: str, session_id: str, state: str, disposition: str | None) -> None:
        heard = self.sessions_heard.get((listener, session_id), state)
        assert ORDER_OF_SESSION[state] >= ORDER_OF_SESSION[heard], f"{listener} heard session {session_id} go from {heard} to {state}"
        self.sessions_heard[listener, session_id] = state
        known = self.sessions.get(session_id)
        if not known or ORDER_OF_SESSION[state] >= ORDER_OF_SESSION[known["state"]]:
            self.sessions[session_id] = {"state": state, "disposition": disposition}

    def outcome(self, view: dict) -> None:
        key = view["case_id"], view["version"]
        assert self.outcomes.setdefault(key, view) == view, f"an outcome was told in two wordings: {self.outcomes[key]} and {view}"

    # Reading it back

    def check(self, server: CrashServer) -> None:
        """Raises when anything that was acknowledged is not on disk, or when the disk contradicts itself."""
        with server.rows() as db:
            check_database(db)
            self._check_tickets(db)
            self._check_sessions(db)
            self._check_case_work(db)
            # Its rows were written with what they tell of, and no anchor names a row that a crash took back.
            verified = subprocess.run([BINARY, "verify-audit", "--data", server.data], capture_output=True, text=True, timeout=60)
            assert verified.returncode == 0, verified.stdout + verified.stderr
            self._check_files(db, server)

    def _check_tickets(self, db: sqlite3.Connection) -> None:
        rows = by_id(db, "SELECT ticket.*, service_case.number AS case_number, look_up_code FROM ticket JOIN service_case ON case_id = service_case.id")
        for ticket_id, told in self.tickets.items():
            row = rows.get(ticket_id)
            assert row, f"ticket {told} is lost"
            stored = {
                "number": row["number"], "hall": row["hall"], "item": row["item_code"], "kind": row["kind"], "case": row["case_id"],
                "taken_at": row["taken_at_ms"], "case_number": row["case_number"], "code": row["look_up_code"],
            }  # fmt: skip
            assert stored == identity(told), f"told {identity(told)}, stored {stored}"
            if told["state"] in TERMINAL:
                assert row["state"] == told["state"], f"told {told}, stored {dict(row)}"
            if told["state"] == "serving":
                assert row["state"] in SERVED, f"told {told}, stored {dict(row)}"
        for reservation_id, told in self.reservations.items():
            row = db.execute("SELECT * FROM reservation WHERE id = ?", [reservation_id]).fetchone()
            assert row, f"reservation {reservation_id} is lost"
            assert told["state"] in ("pending", row["state"]), f"told {told}, stored {dict(row)}"
            assert told.get("reject_reason") in (None, row["reject_reason"]), f"told {told}, stored {dict(row)}"
        for seat, account in self.seats.items():
            row = db.execute("SELECT account FROM seat JOIN account ON account.id = agent WHERE seat.id = ?", [seat]).fetchone()
            assert row and row["account"] == account, f"{account} is no longer signed on at {seat}"

    def _check_sessions(self, db: sqlite3.Connection) -> None:
        rows = by_id(db, "SELECT * FROM session")
        for session_id, told in self.sessions.items():
            row = rows.get(session_id)
            assert row, f"session {session_id} is lost"
            assert ORDER_OF_SESSION[row["state"]] >= ORDER_OF_SESSION[told["state"]], f"told {told}, stored {dict(row)}"
            if told["state"] == "closed":
                assert row["disposition"] == told["disposition"], f"told {told}, stored {dict(row)}"
        for session_id, told in self.wrap_ups.items():
            stored = {key: rows[session_id][key] for key in ("state", "disposition", "note")}
            assert stored == {"state": "closed"} | told, f"told {told}, stored {stored}"
        said = {(row["session"], row["id"]): row for row in db.execute("SELECT * FROM chat_message")}
        for key, told in self.chat.items():
            assert key in said, f"chat line {told} is lost"
            assert (said[key]["sender"], said[key]["text"]) == (told["from"], told["text"])

    def _check_case_work(self, db: sqlite3.Connection) -> None:
        stored = {
            (row["session"], row["material"], row["verdict"], row["note"], tuple(one["code"] for one in json.loads(row["reasons"])))
            for row in db.execute("SELECT * FROM verdict")
        }
        for told in self.verdicts:
            key = told["session_id"], told["material_id"], told["verdict"], told["note"], tuple(told["reasons"])
            assert key in stored, f"verdict {told} is lost"
        bodies = {(row["case_id"], row["version"]): json.loads(row["body"]) for row in db.execute("SELECT * FROM precheck_outcome")}
        for key, told in self.outcomes.items():
            assert bodies.get(key) == told, f"told {told}, stored {bodies.get(key)}"

    def _check_files(self, db: sqlite3.Connection, server: CrashServer) -> None:
        rows = by_id(db, "SELECT * FROM material_file")
        for file_id, told in self.files.items():
            row = rows.get(file_id)
            assert row, f"file {file_id} is lost"
            assert (row["case_id"], row["sha256"], row["byte_count"]) == (told.case_id, told.sha256, told.size)
            assert row["removed"] or not told.removed, f"file {file_id} came back"
            assert not row["removed"] or told.removal_asked, f"file {file_id} was removed by nobody"
        for row in rows.values():
            if not row["removed"]:
                content = vault.read(server.data, row["id"], row["case_id"])
                assert hashlib.sha256(content).hexdigest() == row["sha256"], f"file {row['id']} has other bytes than its row says"


def identity(ticket: dict) -> dict:
    """What never changes of a ticket."""
    return {
        "number": ticket["number"], "hall": ticket["hall"]["id"], "item": ticket["item"]["code"], "kind": ticket["kind"],
        "case": ticket["case_id"], "taken_at": milliseconds(ticket["taken_at"]), "case_number": ticket["case_number"],
        "code": ticket["look_up_code"],
    }  # fmt: skip


def by_id(db: sqlite3.Connection, query: str) -> dict[str, sqlite3.Row]:
    return {row["id"]: row for row in db.execute(query)}


NEVER = {
    "a verdict without its line in the audit": """SELECT id FROM verdict WHERE (SELECT count(*) FROM audit_entry WHERE act = 'verdict-given'
        AND object = 'case:' || verdict.case_id) <> (SELECT count(*) FROM verdict AS all_of_it WHERE all_of_it.case_id = verdict.case_id)""",
    "an outcome without its line in the audit": """SELECT case_id, version FROM precheck_outcome WHERE NOT EXISTS (SELECT 1 FROM audit_entry
        WHERE act = 'outcome-concluded' AND object = 'case:' || case_id AND detail LIKE 'version=' || version || ' %')""",
    "a row of the audit is missing": """SELECT sequence FROM audit_entry AS row WHERE sequence > 1
        AND NOT EXISTS (SELECT 1 FROM audit_entry WHERE sequence = row.sequence - 1)""",
    "a ticket was served twice": "SELECT ticket FROM session GROUP BY ticket HAVING count(*) > 1",
    "a seat holds two citizens": "SELECT seat FROM session WHERE state <> 'closed' GROUP BY seat HAVING count(*) > 1",
    "a seat rings for two": "SELECT seat FROM reservation WHERE state = 'pending' GROUP BY seat HAVING count(*) > 1",
    "a citizen holds two live tickets": "SELECT citizen FROM ticket WHERE ended_at_ms IS NULL GROUP BY citizen HAVING count(*) > 1",
    "a ticket was accepted twice": """SELECT ticket FROM reservation WHERE state = 'accepted' AND purpose = 'call'
        GROUP BY ticket HAVING count(*) > 1""",
    "two tickets of a hall have one number": "SELECT hall FROM ticket GROUP BY hall, substr(number, -3) HAVING count(*) > 1",
    "a ticket is reserved without a ring": """SELECT id FROM ticket WHERE state = 'reserved'
        AND id NOT IN (SELECT ticket FROM reservation WHERE state = 'pending' AND purpose = 'call')""",
    "a ring is without its ticket or seat": """SELECT reservation.id FROM reservation JOIN ticket ON ticket.id = ticket JOIN seat ON seat.id = seat
        WHERE reservation.state = 'pending' AND (ticket.state <> iif(purpose = 'call', 'reserved', 'serving') OR seat.state NOT IN ('reserved', 'ringing'))""",
    "a ticket is served by nobody": """SELECT id FROM ticket WHERE state = 'serving'
        AND id NOT IN (SELECT ticket FROM session WHERE state NOT IN ('wrap-up', 'closed'))""",
    "a colleague has a citizen of their own": """SELECT consult_seat FROM session WHERE consult_seat IS NOT NULL
        AND consult_seat IN (SELECT seat FROM session WHERE state <> 'closed')""",
    "a seat and its session disagree": """SELECT seat.id, seat.state, session.state FROM seat
        LEFT JOIN session ON (session.seat = seat.id OR session.consult_seat = seat.id) AND session.state <> 'closed'
        WHERE (seat.state = 'in-session') <> (coalesce(session.state, 'wrap-up') <> 'wrap-up')
        OR (seat.state = 'wrap-up') <> (coalesce(session.state, '') = 'wrap-up')""",
    "an event or a verdict was stored twice": """SELECT session FROM session_event GROUP BY session, kind, at_ms, detail HAVING count(*) > 1
        UNION ALL SELECT session FROM verdict GROUP BY session, material, given_at_ms HAVING count(*) > 1""",
}


def check_database(db: sqlite3.Connection) -> None:
    assert [row[0] for row in db.execute("PRAGMA integrity_check")] == ["ok"]
    assert not db.execute("PRAGMA foreign_key_check").fetchall()
    for what, query in NEVER.items():
        found = [tuple(row) for row in db.execute(query)]
        assert not found, f"{what}: {found}"
