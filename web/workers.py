"""What ties the rooms and sockets of this worker to those of the others."""

import gevent
import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from services.conversations import following
from web import cluster, live, sockets

LOOK_SECONDS = 3  # how often the logs themselves are asked, should notices be lost
MOST_ROOMS = 500  # in one question

log = structlog.get_logger(__name__)


class Workers:
    """Rooms follow their logs, whoever writes them; a sign-out ends sockets everywhere."""

    def __init__(self, app: Flask) -> None:
        self.rooms = live.of(app)
        self.writer = self.rooms.writer
        self.cluster = cluster.of(app)
        self.sockets = sockets.of(app)
        self.writer.stored.append(lambda token, seq: self.cluster.tell("grew", token, seq))
        self.sockets.ends.append(lambda account: self.cluster.tell("ended", str(account)))
        self.cluster.hear("grew", self.writer.follow)
        self.cluster.hear("ended", lambda account, _data: self.sockets.end_here(int(account)))
        self.cluster.returned(self.look)
        gevent.spawn(self._look_on)

    def look(self) -> None:
        """Ask the database which rooms of this worker others have written to."""
        held = self.rooms.all()
        for first in range(0, len(held), MOST_ROOMS):
            try:
                with self.rooms.sessions() as session:
                    behind = following.behind(session, held[first : first + MOST_ROOMS])
            except SQLAlchemyError as error:
                log.error("logs not looked at", error=type(error).__name__)
                return
            for room in behind:
                self.writer.follow(room.token, room.room.seq + 1)

    def _look_on(self) -> None:
        while True:
            gevent.sleep(LOOK_SECONDS)
            self.look()


def init_app(app: Flask) -> None:
    """Tie *app* to the other workers, if there are any."""
    if not cluster.of(app).alone:
        Workers(app)
