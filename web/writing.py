"""The one queue through which this process stores the acts of its rooms.

Whatever has gathered in a few milliseconds shares one commit; only then is it settled, answered
and told to the listeners: what a crash could lose has been shown to nobody. In that transaction
it is asked whether its sender still may, and whether its conversation is not over by a job or by
cancelling. Where another process has written a place, the room catches up and writes behind.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import gevent
import structlog
from sqlalchemy.orm import Session, sessionmaker

from conversation.fields import Refused
from models import engine
from services.conversations import following, rooms
from services.conversations.following import Row
from services.conversations.rooms import Act, Also, Entry, Live, Pending

GATHER_SECONDS = 0.002
FEW = 24  # acts: where more came while the last were stored, the next gather longer, so
MOST = 6  # times, as long as still more come: a commit costs as much as ten acts
SIGNED_OUT = "You are signed out here. Sign in to come back."
LAPSED = "This conversation is not open any more. Nothing was stored; what was before is kept."
RETRY_SECONDS = 0.25  # how soon a log that could not be read is read again

Outcome = Entry | Refused | None
Done = Callable[[Outcome], None]
Batch = dict[Pending, list[Done]]
Barred = dict[Pending, Refused]
Listener = Callable[[Pending], None]

log = structlog.get_logger(__name__)


class Writer:
    """Stores acts of the rooms in *held*, by token; knows nobody's sockets.

    `listeners` hear of each act after it is committed, by whichever process; `stored` of the
    last place (token, seq) of each room in a commit of this one; `lapsed` of each room whose
    conversation turned out to be over, so that an act was refused.
    """

    def __init__(
        self,
        sessions: sessionmaker[Session],
        held: Mapping[str, Live],
        clock: Callable[[], datetime],
    ) -> None:
        self.sessions = sessions
        self.held = held
        self.clock = clock
        self.aside: engine.Aside = engine.here  # where a commit waits for the disk
        self.listeners: list[Listener] = []
        self.stored: list[Callable[[str, int], None]] = []
        self.lapsed: list[Callable[[Live], None]] = []
        self._queue: Batch = {}
        self._writing: Batch = {}
        self._behind: set[str] = set()
        self._readable = True
        self._greenlet: gevent.Greenlet | None = None

    def submit(self, live: Live, act: Act, done: Done, also: Also | None = None) -> None:
        """Fold *act* and queue it; call *done* once it is stored.

        With None if it could not be, with Refused if its sender may not act any more. Raises
        Refused where the room does not allow it.
        """
        made = rooms.prepare(live, act, self.clock(), also)
        if isinstance(made, Entry):
            _answer([done], made)
        else:
            self._enqueue(made, done)

    def follow(self, token: str, seq: int) -> None:
        """Take in what another process has stored up to *seq*, if this one holds the room."""
        live = self.held.get(token)
        if live is not None and live.room.seq < seq:
            self._ask(token)

    def grew(self, token: str, seq: int) -> None:
        """Take in what this process has stored up to *seq* past this queue; tell the others."""
        self.follow(token, seq)
        for tell in self.stored:
            tell(token, seq)

    def finish(self) -> None:
        """Wait until everything queued is stored or given up."""
        while self._greenlet is not None:
            self._greenlet.join()

    def _ask(self, token: str) -> None:
        self._behind.add(token)
        self._wake()

    def _enqueue(self, pending: Pending, done: Done) -> None:
        batch = self._writing if pending in self._writing else self._queue
        batch.setdefault(pending, []).append(done)
        self._wake()

    def _wake(self) -> None:
        if self._greenlet is None:
            self._greenlet = gevent.spawn(self._write)

    def _write(self) -> None:
        while self._queue or self._behind:
            self._gather()
            behind, self._behind = self._behind, set()
            for token in behind & self.held.keys():
                self._catch_up(self.held[token], {})
            self._writing, self._queue = self._queue, {}
            if self._writing:
                self._commit(self._writing)
            self._writing = {}
        self._greenlet = None

    def _gather(self) -> None:
        for _ in range(MOST if len(self._queue) > FEW else 1):
            there = len(self._queue)
            gevent.sleep(GATHER_SECONDS)
            if len(self._queue) == there:
                break

    def _commit(self, batch: Batch) -> None:
        try:
            barred = self._store(batch)
        except Exception as error:  # whatever it is, it concerns this batch only
            log.error("acts not stored", acts=len(batch), error=type(error).__name__)
            self._divide(_by_room(batch))
            return
        if barred:
            self._bar(_by_room(batch), barred)
            return
        for pending, dones in batch.items():
            _answer(dones, rooms.settle(pending))
            self._tell(pending)
        last = {pending.live.token: pending.entry.event.seq for pending in batch}
        for tell in self.stored:
            for token, seq in last.items():
                tell(token, seq)

    def _store(self, batch: Batch) -> Barred:
        """Commit *batch*; where some of it may not be any more, store nothing and say what."""
        if any(self.held.get(one.live.token) is not one.live for one in batch):
            raise LookupError("a room was let go of meanwhile")
        with self.sessions() as session:
            now = self.clock()
            over = following.lapsed(session, {one.live for one in batch}, now, lock=True)
            fallen = rooms.fallen(session, batch, now)
            barred = {one: Refused("signed_out", SIGNED_OUT) for one in fallen}
            if over:
                barred |= {one: Refused("lapsed", LAPSED) for one in batch if one.live in over}
            if not barred:
                rooms.append(session, batch)
                engine.commit(session, self.aside)
        return barred

    def _divide(self, by_room: dict[str, Batch]) -> None:
        """Let one room not cost the others their commit: each by itself."""
        if len(by_room) == 1:
            batch = next(iter(by_room.values()))
            self._catch_up(next(iter(batch)).live, batch)
            return
        for alone in by_room.values():
            self._commit(alone)

    def _bar(self, by_room: dict[str, Batch], barred: Barred) -> None:
        """Refuse what may not be any more; fold again and store what others sent."""
        kept: Batch = {}
        for pending, refused in barred.items():
            _answer(by_room[pending.live.token].pop(pending), refused)
        for live in dict.fromkeys(pending.live for pending in barred):
            self._refold(live, (), by_room.pop(live.token))
        for live in {one.live for one, refused in barred.items() if refused.code == "lapsed"}:
            for tell in self.lapsed:
                tell(live)
        for batch in by_room.values():
            kept |= batch
        if kept:
            self._commit(kept)

    def _tell(self, pending: Pending) -> None:
        for listener in self.listeners:
            try:
                listener(pending)
            except Exception as error:  # a listener must not stop the queue
                log.error("event not told", error=type(error).__name__)

    def _catch_up(self, live: Live, failed: Batch) -> None:
        """Let the log say how a room is, and tell what was not known of it.

        *failed* was not stored, perhaps because others were first: then it is folded again behind
        them, as is what was queued after it. Where the log has nothing new, *failed* is given up.
        """
        rows = self._unread(live)
        if not rows:
            for dones in failed.values():
                _answer(dones, None)
        self._refold(live, rows, failed if rows else {})

    def _refold(self, live: Live, rows: Sequence[Row], again: Batch) -> None:
        """Take in *rows* as the log has them; fold *again* behind them, then what is queued."""
        waiting = {p: dones for p, dones in self._queue.items() if p.live is live}
        self._queue = {p: dones for p, dones in self._queue.items() if p.live is not live}
        for pending in following.follow(live, rows):
            self._tell(pending)
        for pending, dones in (again | waiting).items():
            self._again(pending, dones)

    def _unread(self, live: Live) -> Sequence[Row]:
        """Read what is new in a log; where that cannot be done, see to it that it is tried again.

        A commit whose answer was lost may have been stored: only the log knows.
        """
        try:
            with self.sessions() as session:
                rows = following.unread(session, live)
        except Exception as error:  # the database is away
            if self._readable:
                log.error("log not read", error=type(error).__name__)
            self._readable = False
            gevent.spawn_later(RETRY_SECONDS, self._ask, live.token)
            return ()
        self._readable = True
        return rows

    def _again(self, pending: Pending, dones: list[Done]) -> None:
        for done in dones:
            try:
                self.submit(pending.live, following.act_of(pending), done, pending.also)
            except Refused:
                _answer([done], None)


def _by_room(batch: Batch) -> dict[str, Batch]:
    found: dict[str, Batch] = {}
    for pending, dones in batch.items():
        found.setdefault(pending.live.token, {})[pending] = dones
    return found


def _answer(dones: Sequence[Done], outcome: Outcome) -> None:
    """Tell who sent an act what became of it; nobody's failure to hear stops the queue."""
    for done in dones:
        try:
            done(outcome)
        except Exception as error:
            log.error("act not answered", error=type(error).__name__)
