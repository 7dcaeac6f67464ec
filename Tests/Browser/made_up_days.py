"""Weeks of made-up visits, written straight into a server's database while it is stopped: what a report is about would take weeks to happen."""

import json
import random
import sqlite3
import uuid
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path

CHINA = timezone(timedelta(hours=8))
"""Of the demonstration's halls."""
WHY = json.dumps({"lane": "ordinary", "waited_ms": 1000, "candidate_seats": 1, "earlier_rings": 0, "rule": "only-seat"})
ENDS = ["done"] * 82 + ["abandoned"] * 10 + ["no-show"] * 4 + ["expired"] * 3 + ["declined"]
RESULTS = ["ready-to-file"] * 55 + ["correction-needed"] * 35 + ["deferred-material"] * 7 + ["referred"] * 3
DISPOSITIONS = {
    "ready-to-file": "precheck-passed", "correction-needed": "correction-needed", "deferred-material": "deferred-material", "referred": "referred",
}  # fmt: skip
TICKET = """INSERT INTO ticket (id, number, hall, item_code, item_version, item_name, item_group, kind, citizen, case_id, lane, taken_at_ms, state,
    earlier_rings, first_rung_at_ms, ended_at_ms, waiting_since_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'ordinary', ?, ?, 0, ?, ?, ?)"""
SESSION = """INSERT INTO session (id, ticket, ticket_number, case_id, kind, hall, seat, seat_number, agent, agent_name, citizen, citizen_name, why,
    started_at_ms, state, calls, media_epoch, last_epoch, disposition, note, ended_at_ms, closed_at_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '示例坐席', ?, '示例群众', ?, ?, 'closed', 1, 1, 1, ?, '', ?, ?)"""


def fill(database: Path, last_day: date, days: int, visits_a_day: int, seed: int = 1) -> int:
    """Visits on each of `days` days up to and with `last_day`, in every hall. Returns how many sessions there were."""
    chance = random.Random(seed)
    with sqlite3.connect(database) as db:
        filler = Filler(db, chance)
        for back in range(days):
            day = last_day - timedelta(days=days - 1 - back)
            for hall in filler.seats:
                # Fewer come at a weekend.
                filler.day(hall, day, visits_a_day // 4 if day.weekday() >= 5 else visits_a_day)
        return filler.sessions


class Filler:
    def __init__(self, db: sqlite3.Connection, chance: random.Random):
        self.db = db
        self.chance = chance
        self.sessions = 0
        self.cases = 0
        self.seats: dict[str, list[tuple[str, str]]] = {}
        for hall, seat, number in db.execute("SELECT hall, id, number FROM seat ORDER BY hall, number"):
            self.seats.setdefault(hall, []).append((seat, number))
        self.items = db.execute("SELECT code, max(version), body ->> '$.name', body ->> '$.category' FROM item_version GROUP BY code LIMIT 12").fetchall()
        self.agents = [row[0] for row in db.execute("SELECT id FROM account")]
        self.earlier: list[tuple[str, str, tuple]] = []

    def id(self) -> str:
        return str(uuid.UUID(int=self.chance.getrandbits(128), version=4)).replace("-4", "-7", 1)

    def day(self, hall: str, day: date, visits: int) -> None:
        opening = int(datetime.combine(day, time(9), CHINA).timestamp() * 1000)
        closing = opening + 8 * 3_600_000
        free = {seat: opening for seat, _ in self.seats[hall]}
        numbers = dict(self.seats[hall])
        busy: dict[str, list[tuple[int, int]]] = {seat: [] for seat in free}
        for place, taken in enumerate(sorted(self.arrival(opening) for _ in range(visits))):
            case, citizen, item, is_first = self.matter(hall, taken, place)
            ticket, number, kind = self.id(), f"B{place + 1:03}", "pre-review" if self.chance.random() < 0.6 else "consultation"
            state = self.chance.choice(ENDS)
            seat = min(free, key=lambda one: free[one])
            begin = max(free[seat], taken + self.chance.randrange(5_000, 40_000))
            head = (ticket, number, hall, item[0], item[1], item[2], item[3], kind, citizen, case, taken)
            if state in ("abandoned", "expired") or begin > closing:
                left = min(begin, taken + self.chance.randrange(20_000, 1_500_000))
                self.db.execute(TICKET, (*head, "abandoned" if state == "done" else state, None, left, taken))
                continue
            talk = int(min(2_400_000, self.chance.lognormvariate(12.6, 0.6))) if state == "done" else 60_000
            end = begin + talk
            closed = end + self.chance.randrange(10_000, 90_000)
            free[seat] = closed
            busy[seat].append((begin, closed))
            self.db.execute(TICKET, (*head, state, begin, end, taken))
            result = self.chance.choice(RESULTS) if kind == "pre-review" and state == "done" else None
            disposition = DISPOSITIONS[result] if result else "advised" if state == "done" else "no-show"
            session = self.id()
            self.db.execute(
                SESSION,
                (
                    session, ticket, number, case, kind, hall, seat, numbers[seat], self.chance.choice(self.agents), citizen, WHY, begin, disposition,
                    end, closed,
                ),
            )  # fmt: skip
            self.sessions += 1
            if result and is_first:
                body = self.outcome(case, result, item, hall, numbers[seat], end - 1_000)
                self.db.execute("INSERT INTO precheck_outcome VALUES (?, 1, ?, ?, ?, ?)", (case, session, result, body, end - 1_000))
            if state == "done" and self.chance.random() < 0.2:
                self.earlier.append((case, citizen, item))
        for seat, stretches in busy.items():
            self.signed_on(seat, opening, closing, stretches)

    def outcome(self, case: str, result: str, item: tuple, hall: str, seat_number: str, at: int) -> str:
        place = {"id": hall, "name": hall}
        return json.dumps(
            {
                "case_id": case, "case_number": "", "version": 1, "result": result, "item": {"code": item[0], "version": item[1], "name": item[2]},
                "hall": place, "handling_hall": place, "seat_number": seat_number, "agent_name": "示例坐席", "entries": [], "referred_to": "", "note": "",
                "concluded_at": datetime.fromtimestamp(at / 1000, CHINA).isoformat(timespec="milliseconds"),
            }
        )  # fmt: skip

    def arrival(self, opening: int) -> int:
        """More before noon and in the early afternoon."""
        hour = self.chance.choices(range(8), [5, 9, 7, 3, 3, 7, 6, 2])[0]
        return opening + hour * 3_600_000 + self.chance.randrange(3_600_000)

    def matter(self, hall: str, at: int, place: int) -> tuple[str, str, tuple, bool]:
        if self.earlier and self.chance.random() < 0.1:
            return *self.earlier.pop(self.chance.randrange(len(self.earlier))), False
        case, citizen, item = self.id(), self.id(), self.chance.choice(self.items)
        self.cases += 1
        self.db.execute(
            """INSERT INTO service_case (id, number, look_up_code, citizen, citizen_name, hall, item_code, item_version, item_name, opened_at_ms)
            VALUES (?, ?, ?, ?, '示例群众', ?, ?, ?, ?, ?)""",
            (case, f"{hall}-9{self.cases:07}", f"{self.cases:08}", citizen, hall, item[0], item[1], item[2], at),
        )
        return case, citizen, item, True

    def signed_on(self, seat: str, opening: int, closing: int, busy: list[tuple[int, int]]) -> None:
        stretch = "INSERT INTO seat_stretch (seat, doing, from_ms, until_ms) VALUES (?, ?, ?, ?)"
        at = opening
        for begin, end in busy:
            if begin > at:
                self.db.execute(stretch, (seat, "ready", at, begin))
            self.db.execute(stretch, (seat, "busy", begin, end))
            at = end
        if closing > at:
            self.db.execute(stretch, (seat, "not-ready", at, closing))
