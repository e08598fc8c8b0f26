"""Who is connected to a room, over how many sockets, and when an absence is worth telling."""

from collections.abc import Hashable
from dataclasses import dataclass, field

from conversation.events import SEATS
from conversation.state import CLOSED, Room

DROP_SECONDS = 8  # a reload or a tunnel is no absence
HERE, AWAY = "here", "away"


@dataclass(slots=True)
class Presence:
    """The open sockets of each seat of one room."""

    sockets: dict[str, set[Hashable]] = field(
        default_factory=lambda: {seat: set() for seat in SEATS}
    )

    def came(self, seat: str, socket: Hashable) -> bool:
        """Note a socket; return whether the seat was empty before."""
        empty = not self.sockets[seat]
        self.sockets[seat].add(socket)
        return empty

    def went(self, seat: str, socket: Hashable) -> bool:
        """Forget a socket; return whether the seat is empty now."""
        self.sockets[seat].discard(socket)
        return not self.sockets[seat]

    @property
    def empty(self) -> bool:
        """Whether nobody is connected."""
        return not any(self.sockets.values())

    def here(self) -> dict[str, str]:
        """Return seat -> "here" or "away"."""
        return {seat: HERE if self.sockets[seat] else AWAY for seat in SEATS}


def correction(room: Room, presence: Presence, seat: str) -> str | None:
    """Return the event ("returned" or "dropped") by which the log learns of *seat*, or None."""
    connected, told = bool(presence.sockets[seat]), seat in room.present
    if room.status == CLOSED or connected == told:
        return None
    return "returned" if connected else "dropped"
