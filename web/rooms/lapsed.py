"""Rooms whose conversation is over without a word in their log: let go of, their sockets ended."""

from collections.abc import Callable

import gevent
import structlog
from sqlalchemy.exc import SQLAlchemyError

from services.conversations import following
from services.conversations.rooms import Live
from web.live import Rooms

LOOK_SECONDS = 3.0

log = structlog.get_logger(__name__)


class Lapsed:
    """Asks about every room in memory, again and again, as long as there is any.

    A job, or somebody who cannot come, marks a conversation missed, cancelled or abandoned in the
    database only. Whoever stores an act finds it out at once, all others within a few seconds.
    *end* says so to the sockets of a room and closes them.
    """

    def __init__(self, rooms: Rooms, end: Callable[[str], None]) -> None:
        self.rooms = rooms
        self.end = end
        self._looking = False
        rooms.loaded.append(self.begin)
        rooms.writer.lapsed.append(self.let_go)

    def begin(self, _room: Live) -> None:
        """Look from the first room on."""
        if not self._looking:
            self._looking = True
            gevent.spawn(self._look)

    def _look(self) -> None:
        while self.rooms.all():
            gevent.sleep(LOOK_SECONDS)
            self._ask()
        self._looking = False

    def let_go(self, room: Live) -> None:
        """Forget a room that is over, and end its sockets."""
        if self.rooms.held(room.token) is room:
            self.rooms.forget(room.token)
            gevent.spawn(self.end, room.token)

    def _ask(self) -> None:
        try:
            with self.rooms.sessions() as session:
                lapsed = following.lapsed(session, self.rooms.all(), self.rooms.clock())
        except SQLAlchemyError as error:  # asked again in a moment
            log.warning("lapsed rooms not read", error=type(error).__name__)
            return
        for room in lapsed:
            self.let_go(room)
