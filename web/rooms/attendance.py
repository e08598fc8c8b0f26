"""Who is in a room: told to the pair at once, to the log when it lasts, to other workers."""

from collections.abc import Callable
from typing import Any

import gevent

from conversation.events import SEATS, SYSTEM
from conversation.fields import Refused
from conversation.moves import REFLECT_LIMIT
from conversation.state import CLOSED, Room
from services.conversations.presence import DROP_SECONDS, HERE, Presence, correction
from services.conversations.rooms import Act, Live, Pending
from web.cluster import Cluster
from web.live import Rooms, Unavailable

Say = Callable[[str, str, dict[str, Any]], None]


class Attendance:
    """The presence of every room of this process, and what only the system may do in a room.

    *say* sends one message to everybody in a room: token, name, data.
    """

    def __init__(self, rooms: Rooms, cluster: Cluster, say: Say) -> None:
        self.rooms = rooms
        self.cluster = cluster
        self.say = say
        self.presence: dict[str, Presence] = {}
        rooms.loaded.append(self.settle)
        cluster.hear("here", self.hear)

    def came(self, token: str, seat: str, sid: str) -> None:
        """Note a socket, and tell the room."""
        self.presence.setdefault(token, Presence()).came(seat, sid)
        self.tell(token)
        self.correct(token, seat)

    def went(self, token: str, seat: str, sid: str) -> None:
        """Forget a socket; the log learns of it only if nobody comes back soon."""
        if self.presence[token].went(seat, sid):
            self.tell(token)
            gevent.spawn_later(DROP_SECONDS, self.correct, token, seat)

    def follow(self, pending: Pending) -> None:
        """See what a committed event asks the system to do."""
        token, after = pending.live.token, pending.after
        if after.activity.kind == "reflect":
            self.time(token, pending.before, after)
        if pending.entry.event.type == "dropped" or after.status == CLOSED:
            # Another worker may have taken for away who is here; a closed, empty room can go.
            self.correct_soon(token)

    def time(self, token: str, before: Room | None, after: Room) -> None:
        """See to it that a reflection ends after its five minutes."""
        if after.activity.kind != "reflect" or after.since is None or after.status == CLOSED:
            return
        if before is None or before.since != after.since:
            left = (after.since + REFLECT_LIMIT - self.rooms.clock()).total_seconds()
            gevent.spawn_later(max(left, 0) + 0.5, self.system, token, "timeout", {})

    def settle(self, room: Live) -> None:
        """After a room was read from its log: who it says is here has a moment to come back."""
        self.presence.setdefault(room.token, Presence())
        self.time(room.token, None, room.room)
        self.correct_soon(room.token)

    def correct_soon(self, token: str) -> None:
        """Compare who is here with the log in a moment."""
        for seat in SEATS:
            gevent.spawn_later(DROP_SECONDS, self.correct, token, seat)

    def correct(self, token: str, seat: str) -> None:
        """Let the log say who is here, if it does not yet; let go of a closed, empty room."""
        room = self.rooms.held(token)  # what was let go of meanwhile is not read again for this
        present = self.presence.get(token)
        if room is None or present is None:
            return
        kind = correction(room.tip, present, seat)
        if kind == "returned" or (kind == "dropped" and not self.elsewhere(token, seat)):
            self.system(token, kind, {"seat": seat})
        if room.room.status == CLOSED and present.empty:
            self.presence.pop(token)
            self.rooms.forget(token)

    def system(self, token: str, kind: str, data: dict[str, Any]) -> None:
        """Play an act of the system's own; where the room moved on meanwhile, nothing is lost."""
        try:
            self.rooms.play(token, Act(SYSTEM, kind, data))
        except (Refused, Unavailable):
            return

    def tell(self, token: str) -> None:
        """Tell everybody in a room who is connected just now, and the other workers."""
        present = self.presence[token]
        if present.empty:
            self.cluster.unshare("here", token)
        else:
            self.cluster.share("here", token, present.here())
        self.tell_here(token)

    def hear(self, token: str, _here: Any) -> None:
        """Take in who has come to, or gone from, this room at another worker."""
        if token in self.presence:
            self.tell_here(token)
            self.correct_soon(token)

    def tell_here(self, token: str) -> None:
        """Tell the sockets of a room who is here, at whichever worker."""
        here = self.presence[token].here()
        here |= {seat: HERE for seat in SEATS if self.elsewhere(token, seat)}
        self.say(token, "presence", here)

    def elsewhere(self, token: str, seat: str) -> bool:
        """Return whether a seat is taken at another worker."""
        return any(here.get(seat) == HERE for here in self.cluster.of("here", token))
