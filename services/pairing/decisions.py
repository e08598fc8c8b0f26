"""What staff decide about a preview: a pair by hand, publishing it once, taking it back in time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session, joinedload

import matcher.round
import models
from matcher.swap import Swap
from models import engine
from services.pairing import arrangements, drafts, notices, publishing
from services.pairing.drafts import Proposed
from services.pairing.proposals import Ready, Shown, unpack
from services.site import audit
from services.site.config import Config

By = tuple[datetime, int]  # when, and the account


class Over(ValueError):
    """The preview was published, thrown away or changed by somebody else; nothing was changed.

    `state` is what it is now, `open` where only its version is another.
    """

    def __init__(self, state: str) -> None:
        self.state = state
        super().__init__(f"The preview is {state}.")


class Overtaken(ValueError):
    """Another round of the programme was published since; nothing was changed."""


class Accepted(ValueError):
    """Somebody has said yes already, so the round stands; nothing was changed."""


def pair_by_hand(
    session: Session, number: int, version: int, asked: Ready, two: tuple[int, int]
) -> Swap:
    """Pair two people by hand, and whoever that frees as well as can be; raise Over, Impossible."""
    kept, cost = _locked(session, number, version), asked.cost(*two)
    body = unpack(kept)
    parted = set(cost.parted)
    pairs = [one for one in body.pairs if (one.first, one.second) not in parted]
    pairs += [asked.said(pair) for pair in cost.pairs]
    pairs.sort(key=lambda one: (-one.score, one.first, one.second))
    left = {one: why for one, why in body.left.items() if one not in cost.placed}
    left |= {one: {**drafts.TAKEN, "reason": "hand"} for one in cost.left}
    kept.body = replace(body, pairs=tuple(pairs), left=left).pack()
    kept.version += 1
    session.flush()
    return cost


def publish(session: Session, number: int, version: int, config: Config, by: By) -> models.Round:
    """Publish a preview once, with every pair that still holds; raise Over or Overtaken.

    *by* is when and which account. Of two at once one wins. The letters come by
    `publishing.tell_due`.
    """
    now = by[0]
    kept = _locked(session, number, version)
    wanted = select(models.Programme).where(models.Programme.id == kept.programme_id)
    programme = session.scalars(wanted.with_for_update(key_share=True)).one()
    later = select(models.Round.id).where(
        models.Round.programme_id == programme.id,
        models.Round.scope == "pool",
        models.Round.at >= kept.at,
    )
    if session.scalars(later.limit(1)).first() is not None:
        raise Overtaken("Another round was published since.")
    body = unpack(kept)
    proposed = [Proposed(one.first, one.second, _said(one)) for one in body.pairs]
    free = publishing.free(session, programme, proposed, now)
    pairs = publishing.exclude(session, programme, free, now)
    paired = {person for one in pairs for person in (one.first, one.second)}
    waiting = {str(one): body.left.get(one, drafts.TAKEN) for one in sorted(body.people - paired)}
    made = models.Round(
        programme_id=programme.id,
        at=now,
        seed=kept.seed,
        scope="pool",
        policy=kept.policy,
        report={**kept.report, "proposed": len(pairs), "waiting": waiting},
    )
    session.add(made)
    drafts.note_looked_for(session, programme, kept.at)
    session.flush()
    publishing.invite(session, made, pairs, config)
    kept.state, kept.round_id, kept.body = "published", made.id, b""
    kept.version += 1
    _record(session, kept, "round.publish", by, pairs=len(pairs))
    return made


def discard(session: Session, number: int, version: int) -> None:
    """Throw a preview away; raise Over."""
    kept = _locked(session, number, version)
    kept.state, kept.body = "discarded", b""
    session.flush()


def undo(session: Session, number: int, config: Config, by: By) -> int:
    """Take a published round back while nobody has said yes; return how many pairs it had.

    Both of each pair can be proposed to each other again. A letter that was not sent yet is taken
    back too; whoever got one is told. Raises Over or Accepted.
    """
    engine.write_lock(session)
    kept = session.get_one(models.RoundPreview, number, with_for_update=True)
    if kept.state != "published" or kept.round_id is None:
        raise Over(kept.state)
    made = session.get_one(models.Round, kept.round_id)
    both = joinedload(models.Pair.first), joinedload(models.Pair.second)
    wanted = select(models.Pair).where(models.Pair.round_id == made.id).options(*both)
    pairs = session.scalars(wanted).all()
    arrangements.lock_people(session, pairs)
    if _somebody_said_yes(session, made):
        raise Accepted("Somebody has said yes.")
    _tell(session, made, config, by[0])
    _let_meet_again(session, made, pairs)
    _record(session, kept, "round.undo", by, pairs=len(pairs))
    session.execute(delete(models.Pair).where(models.Pair.round_id == made.id))
    kept.state, kept.round_id = "undone", None
    session.flush()
    session.delete(made)
    session.flush()
    return len(pairs)


def _locked(session: Session, number: int, version: int) -> models.RoundPreview:
    engine.write_lock(session)
    kept = session.scalars(
        select(models.RoundPreview)
        .where(models.RoundPreview.id == number)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if kept.state != "open" or kept.version != version:
        raise Over(kept.state)
    return kept


def _somebody_said_yes(session: Session, made: models.Round) -> bool:
    of_round = models.Pair.round_id == made.id
    yes = (
        select(models.Invitation.id)
        .join(models.Pair)
        .where(of_round, models.Invitation.state == "accepted")
    )
    arranged = select(models.Conversation.id).join(models.Pair).where(of_round)
    return any(session.scalars(one.limit(1)).first() is not None for one in (yes, arranged))


def _tell(session: Session, made: models.Round, config: Config, now: datetime) -> None:
    """Take unsent letters back; write to whoever got one and still waits."""
    invitations = session.scalars(
        select(models.Invitation).join(models.Pair).where(models.Pair.round_id == made.id)
    ).all()
    for one in invitations:
        letter = models.Mail.dedupe == notices.first_letter(one.id)
        sent = session.scalar(select(exists().where(letter, models.Mail.sent_at.is_not(None))))
        if not sent:
            session.execute(delete(models.Mail).where(letter))
        elif one.state == "open":
            notices.withdraw(session, one, config, now)


def _let_meet_again(session: Session, made: models.Round, pairs: Sequence[models.Pair]) -> None:
    programme = session.get_one(models.Programme, made.programme_id)
    keys = publishing.keys(session, programme)
    for pair in pairs:
        low, high = sorted((keys[pair.first_id], keys[pair.second_id]))
        session.execute(
            delete(models.Exclusion).where(
                models.Exclusion.low == low,
                models.Exclusion.high == high,
                models.Exclusion.reason == "paired",
            )
        )


def _said(one: Shown) -> matcher.round.Pair:
    return matcher.round.Pair(
        0, 0, one.score, one.terms, one.shared_values, one.differences, one.common_hours
    )


def _record(session: Session, kept: models.RoundPreview, action: str, by: By, **data: Any) -> None:
    audit.record(
        session,
        now=by[0],
        actor=f"account:{by[1]}",
        action=action,
        subject=f"round:{kept.round_id}",
        **data,
    )
