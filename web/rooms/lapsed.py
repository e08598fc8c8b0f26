"""Rooms whose conversation will not come about any more: let go of, and their sockets ended."""

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

    A job, or somebody who cannot come, marks a conversation missed or cancelled in the database
    only. *end* closes the sockets of a room: whoever comes back is told that there is none.
    """

    def __init__(self, rooms: Rooms, end: Callable[[str], None]) -> None:
        self.rooms = rooms
        self.end = end
        self._looking = False
        rooms.loaded.append(self.begin)

    def begin(self, _room: Live) -> None:
        """Look from the first room on."""
        if not self._looking:
            self._looking = True
            gevent.spawn(self._look)

    def _look(self) -> None:
        while self.rooms.all():
            gevent.sleep(LOOK_SECONDS)
            self._let_go()
        self._looking = False

    def _let_go(self) -> None:
        try:
            with self.rooms.sessions() as session:
                lapsed = following.lapsed(session, self.rooms.all())
        except SQLAlchemyError as error:  # asked again in a moment
            log.warning("lapsed rooms not read", error=type(error).__name__)
            return
        for room in lapsed:
            self.rooms.forget(room.token)
            self.end(room.token)
