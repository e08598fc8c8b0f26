"""Publishing pairs: those that still hold, in rows that are light to write; letters come after."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session, joinedload

import models
from models import engine
from services.pairing import notices, pools
from services.pairing.columns import Scope
from services.pairing.drafts import Proposed
from services.site.config import Config

AT_ONCE = 25  # letters in one transaction
MOST = 500  # letters in one run of the job


def free(
    session: Session, programme: models.Programme, proposed: Sequence[Proposed], at: datetime
) -> list[Proposed]:
    """Return the pairs whose two can still be paired now that they are published."""
    places, met = pools.places(session, Scope(programme), at), _met(session, programme)
    found = []
    for one in proposed:
        if (one.first, one.second) in met:
            continue
        if min(places.get(one.first, 0), places.get(one.second, 0)) > 0:
            places[one.first] -= 1
            places[one.second] -= 1
            found.append(one)
    return found


def exclude(
    session: Session, programme: models.Programme, proposed: Sequence[Proposed], now: datetime
) -> list[Proposed]:
    """Note that these people meet, for good; return those nobody had noted before.

    In one order, so that two programmes' rounds at once wait for each other and never in a circle.
    """
    names = keys(session, programme)
    pairs = {tuple(sorted((names[one.first], names[one.second]))): one for one in proposed}
    if not pairs:
        return []
    rows = [
        {"low": low, "high": high, "reason": "paired", "at": now} for low, high in sorted(pairs)
    ]
    noted = session.execute(
        engine.insert(session, models.Exclusion)
        .on_conflict_do_nothing()
        .returning(models.Exclusion.low, models.Exclusion.high),
        rows,
    )
    new = {(low, high) for low, high in noted}
    return [one for key, one in pairs.items() if key in new]


def keys(session: Session, programme: models.Programme) -> dict[int, str]:
    """Return the key of every participant's account, by the participant's id."""
    rows = session.execute(
        select(models.Participant.id, models.Account.key)
        .join(models.Account, models.Account.id == models.Participant.account_id)
        .where(models.Participant.programme_id == programme.id)
    )
    return dict(iter(rows))


def invite(
    session: Session, made: models.Round, proposed: Sequence[Proposed], config: Config
) -> None:
    """Write the pairs of a round and what each of them is asked; the letters come by `tell_due`."""
    if not proposed:
        return
    session.execute(insert(models.Pair), [_row(made, one) for one in proposed])
    rows = session.execute(
        select(models.Pair.id, models.Pair.first_id, models.Pair.second_id)
        .where(models.Pair.round_id == made.id)
        .order_by(models.Pair.id)
    )
    expires = made.at + timedelta(hours=config.matching.invitation_hours)
    session.execute(
        insert(models.Invitation),
        [
            {"pair_id": pair, "participant_id": one, "sent_at": made.at, "expires_at": expires}
            for pair, *both in rows
            for one in both
        ],
    )


def tell_due(sessions: Callable[[], Session], config: Config, now: datetime) -> int:
    """Write the letters of invitations nobody was told of, some at a time; return how many.

    Each part is a short transaction, so that publishing a large round holds nobody up. A cause has
    one letter: several processes at once tell nobody twice.
    """
    told = 0
    while told < MOST:
        with sessions() as session:
            due = session.scalars(
                select(models.Invitation)
                .where(models.Invitation.told_at.is_(None))
                .options(joinedload(models.Invitation.pair))
                .order_by(models.Invitation.id)
                .limit(AT_ONCE)
            ).all()
            live = [one for one in due if one.state == "open" and one.expires_at > now]
            letters = [notices.invitation(one, config, now) for one in live]
            notices.put(session, letters)
            session.execute(
                update(models.Invitation)
                .where(models.Invitation.id.in_([one.id for one in due]))
                .values(told_at=now)
                .execution_options(synchronize_session=False)
            )
            session.commit()
        told += len(due)
        if len(due) < AT_ONCE:
            break
    return told


def _met(session: Session, programme: models.Programme) -> set[tuple[int, int]]:
    """Return who was paired before: also those whose address, and so whose key, has changed."""
    here = models.Pair.first.has(programme_id=programme.id)
    rows = session.execute(select(models.Pair.first_id, models.Pair.second_id).where(here))
    return {(first, second) for first, second in rows}


def _row(made: models.Round, proposed: Proposed) -> dict[str, object]:
    said = proposed.said
    return {
        "round_id": made.id,
        "first_id": proposed.first,
        "second_id": proposed.second,
        "proposed_at": made.at,
        "score": said.score,
        "terms": said.terms,
        "shared_values": list(said.shared_values),
        "differences": list(said.differences),
    }
