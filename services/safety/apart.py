"""Keeping two people apart for good: by a block, by a report, on every way they could meet."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Select, select, true
from sqlalchemy.orm import Session, aliased

import models
from models import engine
from services.pairing import arrangements
from services.pairing.arrangements import TooLate
from services.site.config import Config

LIVE = ("open", "accepted")
REASONS = ("blocked", "reported")

Two = tuple[str, str]
T = TypeVar("T", models.Invitation, models.Conversation)


def mark(session: Session, pair: models.Pair, reason: str, now: datetime) -> None:
    """Note for good that the two of *pair* are kept apart; *reason* is `blocked` or `reported`.

    From the commit on the database refuses them a pair and a conversation (`models/guards.py`).
    """
    low, high = sorted((pair.first.account.key, pair.second.account.key))
    noted = engine.insert(session, models.Exclusion).values(
        low=low, high=high, reason=reason, at=now
    )
    session.execute(
        noted.on_conflict_do_update(index_elements=["low", "high"], set_={"reason": reason})
    )


def undo(session: Session, now: datetime, config: Config, two: Two | None = None) -> int:
    """Take back what is still promised between people who are kept apart; return how much.

    With *two*, their accounts' keys, the lower first, only what these two were promised. Both are
    told that it is cancelled, not why. A timed job does it for everybody, so that nothing that was
    promised while the two were being kept apart is left. All who are concerned are locked at once
    and in one order, so that several at a time wait for each other and never in a circle.
    """
    live = _barred(models.Invitation, two).where(models.Invitation.state.in_(LIVE))
    coming = _barred(models.Conversation, two).where(models.Conversation.state == "scheduled")
    concerned = [*session.scalars(live), *session.scalars(coming)]
    if not concerned:
        return 0
    arrangements.lock_people(session, [one.pair for one in concerned])
    kept = session.scalars(live.execution_options(populate_existing=True)).all()
    for invitation in kept:
        invitation.state = "withdrawn"
    done = len(kept)
    known = {one.id for one in concerned if isinstance(one, models.Conversation)}
    for conversation in session.scalars(coming.where(models.Conversation.id.in_(known))).all():
        with suppress(TooLate):  # it has begun, or somebody else took it back meanwhile
            arrangements.cancel(session, conversation, conversation.pair.first, now, config)
            done += 1
    return done


def running(session: Session, pair: models.Pair) -> Sequence[models.Conversation]:
    """Return the open conversations of the two of *pair*, if they are kept apart."""
    low, high = sorted((pair.first.account.key, pair.second.account.key))
    wanted = _barred(models.Conversation, (low, high)).where(models.Conversation.state == "open")
    return session.scalars(wanted.execution_options(populate_existing=True)).all()


def unblock(session: Session, pair: models.Pair, account_id: int) -> bool:
    """Take back a block; return whether there was one. The other is told neither.

    The two are as any who were paired before, unless the other blocked as well, or a report stands.
    """
    arrangements.lock_people(session, [pair])
    found = session.get(models.Block, (account_id, pair.id))
    if found is None:
        return False
    session.delete(found)
    session.flush()
    low, high = sorted((pair.first.account.key, pair.second.account.key))
    known = session.get(models.Exclusion, (low, high))
    if known is not None and known.reason == "blocked" and not _blocked(session, pair):
        known.reason = "paired"
    session.flush()
    return True


def blocks(session: Session, account_id: int) -> list[tuple[models.Block, models.Pair]]:
    """Return an account's blocks, the newest first, each with the pair it is about."""
    rows = session.execute(
        select(models.Block, models.Pair)
        .join(models.Pair, models.Pair.id == models.Block.pair_id)
        .where(models.Block.account_id == account_id)
        .order_by(models.Block.at.desc(), models.Pair.id)
    )
    return [(block, pair) for block, pair in rows]


def _blocked(session: Session, pair: models.Pair) -> bool:
    """Whether one of the two blocks the other, by this pair or another of the same two."""
    both = {pair.first.account_id, pair.second.account_id}
    one, two = aliased(models.Participant), aliased(models.Participant)
    found = (
        select(models.Block.account_id)
        .join(models.Pair, models.Pair.id == models.Block.pair_id)
        .join(one, one.id == models.Pair.first_id)
        .join(two, two.id == models.Pair.second_id)
        .where(one.account_id.in_(both), two.account_id.in_(both))
        .limit(1)
    )
    return session.scalar(found) is not None


def _barred(what: type[T], only: Two | None) -> Select[T]:
    """Return the rows of a table with `pair_id` whose two are kept apart (a query)."""
    first, second = aliased(models.Participant), aliased(models.Participant)
    one, two = aliased(models.Account), aliased(models.Account)
    apart = models.Exclusion
    return (
        select(what)
        .join(models.Pair, models.Pair.id == what.pair_id)
        .join(first, first.id == models.Pair.first_id)
        .join(second, second.id == models.Pair.second_id)
        .join(one, one.id == first.account_id)
        .join(two, two.id == second.account_id)
        .join(
            apart,
            ((apart.low == one.key) & (apart.high == two.key))
            | ((apart.low == two.key) & (apart.high == one.key)),
        )
        .where(apart.reason.in_(REASONS))
        .where(true() if only is None else (apart.low == only[0]) & (apart.high == only[1]))
    )


def block(
    session: Session, pair: models.Pair, account_id: int, now: datetime, config: Config
) -> None:
    """Never let *account_id* meet the other of *pair* again; the other is not told."""
    arrangements.lock_people(session, [pair])
    if session.get(models.Block, (account_id, pair.id)) is None:
        session.add(models.Block(account_id=account_id, pair_id=pair.id, at=now))
    low, high = sorted((pair.first.account.key, pair.second.account.key))
    known = session.get(models.Exclusion, (low, high))
    if known is None or known.reason != "reported":
        mark(session, pair, "blocked", now)
    undo(session, now, config, (low, high))
