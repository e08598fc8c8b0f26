"""Two who are kept apart do not talk on: the system ends their running rooms, for both at once."""

from datetime import datetime

from sqlalchemy.orm import Session

import models
from conversation.events import SYSTEM
from conversation.fields import Refused
from models import engine
from services.conversations import following, rooms
from services.conversations.rooms import Act
from services.safety import apart
from services.site.crypto import KeyStore, Unreadable

Ends = list[tuple[str, int]]


def end(session: Session, keys: KeyStore, pair: models.Pair, now: datetime) -> Ends:
    """End every running room of the two of *pair*, in the transaction that keeps them apart.

    Neither is named, and no reason. Returns each room's address and the place of its end in the
    log, for the processes that hold it in memory, which are behind it then. Until then no room
    stores an act: who talks without a pause would be first each time. Raises a database error where
    PostgreSQL ends one of several that wait for each other: all is to be done again.
    """
    ends = []
    running = apart.running(session, pair)
    if running:
        engine.lock_out(session, models.RoomEvent)
    for conversation in running:
        try:
            live = rooms.load(session, keys, conversation, now)
            if following.lapsed(session, [live], now, lock=True):
                continue
            entry = rooms.play(session, live, Act(SYSTEM, "end", {}), now)
        except (Refused, Unreadable):
            continue  # it has closed meanwhile, or nothing is left of it
        ends.append((conversation.token, entry.event.seq))
    return ends
