"""What a room in memory lets go of, and how it is found again: a room keeps its newest entries.

Whoever comes back after a moment catches up from memory; what is older is read from the stored log
and folded anew. Of acts let go of a number stays, so that one sent again is known to be old.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from conversation import room
from conversation.events import Event
from conversation.state import begin
from services.conversations import logs
from services.conversations.acts import Act, Entry, Live, must_be_same

KEPT = 24  # entries of a room


def let_go(live: Live) -> None:
    """Forget the oldest entry of a log that has grown by one beyond what is kept."""
    if live.whole or len(live.log) <= KEPT:
        return
    gone = live.log.pop(0)
    if gone.act_id is not None and live.acts.pop(gone.act_id, None) is not None:
        live.older.add(hash(gone.act_id))


def reaches(live: Live, after: int) -> bool:
    """Return whether memory holds every committed entry beyond *after*."""
    return not live.log or live.log[0].event.seq <= max(after, 0) + 1


def entries_after(live: Live, after: int) -> list[Entry]:
    """Return the committed entries beyond *after* that memory holds."""
    gone = live.room.seq - len(live.log)
    return live.log[max(after - gone, 0) :]


def earlier(session: Session, live: Live, after: int) -> list[Entry]:
    """Read the stored log; return the entries beyond *after* that *live* has settled."""
    state, found = begin(live.room.guide), []
    for event, act_id, _ in logs.read(session, live.conversation_id, live.cipher):
        state, effects = room.step(state, event)
        if after < event.seq <= live.room.seq:
            found.append(Entry(event, effects, act_id))
    return found


def is_old(live: Live, act_id: str | None) -> bool:
    """Return whether an act of this id was stored, or seems to be, and is in memory no more."""
    return bool(live.older) and act_id not in live.acts and hash(act_id) in live.older


def first_answer(session: Session, live: Live, act: Act) -> Entry | None:
    """Return what was stored under the id of *act*, without its effects; None where nothing was.

    Raises Refused where that was another act.
    """
    stored = models.RoomEvent
    found = session.execute(
        select(stored.seq, stored.at, stored.act_hash).where(
            stored.conversation_id == live.conversation_id, stored.act_id == act.id
        )
    ).one_or_none()
    if found is None:
        return None
    must_be_same(found.act_hash, logs.hash_act(live.key, act.actor, act.type, act.data))
    return Entry(Event(found.seq, found.at, act.type, act.actor, act.data), (), act.id)
