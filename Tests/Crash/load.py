"""A morning in two halls: who does what next is drawn from a seed, and it can be broken off and gone on with at any moment."""

import queue
import random
import signal
import time

import websockets.exceptions

from actors import Actor, Agent, Citizen, Line
from crashing import CrashServer
from journal import Journal
from waiting import until
from wire import Visitor

SILENCE_S = 15
AT_ONCE = 4
"""Commands under way together, at most: enough for batches of several turns."""


class Load:
    def __init__(self, server: CrashServer, seed: int, citizens: int = 9):
        self.server = server
        self.seed = seed
        self.draw = random.Random(seed)
        self.journal = Journal()
        self.news: queue.Queue = queue.Queue()
        self.citizens = [Citizen(f"市民{n}", *self._actor_parts(f"{seed} citizen {n}")) for n in range(citizens)]
        desks = [("445102", 0, "agent1"), ("445102", 1, "agent2"), ("445103", 0, "agent3")]
        self.agents = [Agent(hall, seat, name, *self._actor_parts(f"{seed} {name}")) for hall, seat, name in desks]
        self.actors: list[Actor] = self.citizens + self.agents
        self.steps = 0

    def _actor_parts(self, seed: str):
        return Visitor(self.server), self.journal, self.news, seed

    # Going on

    def go_on(self, kill_after: int | None = None, until_true=lambda: False) -> bool:
        """Goes on until everybody's story is over or `until_true()`: true. Or until the server is dead: false. After `kill_after` steps it is killed."""
        while not until_true():
            self._absorb_all()
            if self.server.process.poll() is not None:
                return False
            waiting = [one for one in self.actors if not one.pending]
            wishes = [(one, wish) for one in waiting if (wish := self._wish(one))]
            if not wishes:
                if all(one.is_over and not one.pending for one in self.actors):
                    return True
                if not self._absorb_one():
                    return False
                continue
            for actor, wish in self.draw.sample(wishes, min(len(wishes), self.draw.randint(1, AT_ONCE))):
                if not self._carry_out(wish):
                    return False
                self.steps += 1
                if kill_after is not None and self.steps >= kill_after:
                    self.server.process.send_signal(signal.SIGKILL)
                    return False
            while any(one.pending for one in self.actors) and not until_true():
                if not self._absorb_one():
                    return False
        return True

    def _wish(self, actor: Actor):
        if time.monotonic() < actor.put_off_until:
            return None  # The next heartbeat wakes us to look again.
        return actor.wish(self.citizens) if isinstance(actor, Agent) else actor.wish()

    def _carry_out(self, wish) -> bool:
        try:
            wish()
        except (OSError, websockets.exceptions.InvalidMessage, websockets.exceptions.ConnectionClosed):
            return False  # No line could be opened: the server is gone.
        return True

    def _absorb_all(self) -> None:
        while not self.news.empty():
            self._take(*self.news.get())

    def _absorb_one(self) -> bool:
        """Waits for news. False when the server died instead."""
        try:
            self._take(*self.news.get(timeout=SILENCE_S))
        except queue.Empty:
            raise AssertionError(f"seed {self.seed}: nothing happens any more: {self.actors}") from None
        return self.server.process.poll() is None

    def _take(self, source: Line | Actor, news) -> None:
        if isinstance(source, Actor):
            source.is_calling = False
            source.broke_off() if news is None else source.hear_reply(news)
            return
        actor = next((one for one in self.actors if one.line is source), None)
        if not actor:
            return
        if news is None:
            actor.line_is_gone()
        else:
            actor.hear(news)

    # Breaking off and coming back

    def mourn(self) -> None:
        """After the server's death: everybody hears the rest of what was sent, and the disk must know all of it."""
        assert self.server.process.wait(10) == -signal.SIGKILL, self.server.log.read_text()[-2_000:]
        self.hear_the_last()
        self.journal.check(self.server)

    def hear_the_last(self) -> None:
        """What the server had sent before it went."""
        while any(one.line or one.pending for one in self.actors):
            self._take(*self.news.get(timeout=SILENCE_S))

    def check_restart(self) -> None:
        """After a start and before anybody is back: what was live is resolved, and vault and rows are of one mind."""

        def resolved():
            with self.server.rows() as db:
                return not db.execute(
                    "SELECT 1 FROM reservation WHERE state = 'pending' UNION SELECT 1 FROM session WHERE state = 'connected'"
                ).fetchone()

        until(resolved, "rings and sessions to be recovered")
        self.journal.check(self.server)
        with self.server.rows() as db:
            kept = {row["id"] for row in db.execute("SELECT id FROM material_file WHERE removed = 0")}
        assert {path.name for path in self.server.vault.iterdir()} == kept
        assert not self.server.incoming

    def come_back(self) -> bool:
        """All who have signed in say hello again: citizens first, so that the queue can be seen before anybody is called. False when the server died."""
        for actors in self.citizens, self.agents:
            back = [one for one in actors if one.is_signed_in]
            for actor in back:
                if not self._carry_out(actor.come):
                    return False
            while not all(one.is_welcomed for one in back):
                if not self._absorb_one():
                    return False
            if actors is self.citizens:
                self._check_order()
        return True

    def _check_order(self) -> None:
        for hall in {one.hall for one in self.citizens}:
            waiting = [one.ticket for one in self.citizens if one.hall == hall and one.ticket and one.ticket["state"] == "waiting"]
            line = sorted(waiting, key=lambda ticket: (ticket["taken_at"], ticket["id"]))
            assert [ticket["place"]["ahead"] for ticket in line] == list(range(len(line))), f"the queue of {hall} is out of order: {line}"

    def finish(self) -> None:
        """To the end of every story, and the last look at everything."""
        assert self.go_on(), "the server died in peace"
        assert self.server.stop() == 0
        self.journal.check(self.server)
        with self.server.rows() as db:
            for what, query in UNFINISHED.items():
                assert not db.execute(query).fetchall(), what
            assert db.execute("SELECT count(*) FROM ticket").fetchone()[0] == len(self.citizens)
            served = db.execute("SELECT count(*) FROM session").fetchone()[0]
        assert served >= len(self.citizens) - sum(one.cancels for one in self.citizens)


UNFINISHED = {
    "a ticket has no end": "SELECT id FROM ticket WHERE ended_at_ms IS NULL",
    "a session is not closed": "SELECT id FROM session WHERE state <> 'closed'",
    "a ring goes on": "SELECT id FROM reservation WHERE state = 'pending'",
    "a seat is still taken": "SELECT id FROM seat WHERE state <> 'signed-off'",
}
