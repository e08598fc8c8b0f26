"""A round: match a programme's pool, then publish the pairs with their invitations.

The pool is read in one transaction and the pairs are published in another; none is held while the
matcher works. What changed in between is looked at again before anything is proposed.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

import matcher
import matcher.policy
import matcher.round
import models
from matcher.cohort import Cohort
from matcher.policy import Policy
from models import engine
from services.pairing import drafts, pools, publishing
from services.pairing.drafts import Draft, Proposed
from services.pairing.pools import Pool
from services.people import enrolment
from services.site import audit
from services.site.config import Config
from services.staff import programmes

Sessions = Callable[[], Session]
Pairing = Callable[[Cohort, Policy, NDArray[np.int64], int], matcher.round.Round]


class NotOpen(ValueError):
    """The programme has not begun or is closed; the message names those that are open."""


def run_now(
    sessions: Sessions,
    slug: str,
    config: Config,
    now: datetime,
    seed: int,
    *,
    pairing: Pairing | None = None,
    turn: Callable[[Session], bool] | None = None,
    returned: bool = False,
) -> str:
    """Match the pool of the programme *slug* and send invitations; return what happened in words.

    *pairing* runs the matcher, by default here and now; *turn* takes a turn as the round is
    published. With *returned* only those are looked for who came back into the pool. Commits.
    Raises `programmes.NoSuchProgramme`, NotOpen, or the matcher's BadInput for a policy its
    questionnaire cannot meet; then, or without a turn, nothing was proposed.
    """
    with sessions() as session:
        programme = open_programme(session, slug, now)
        policy = matcher.policy.from_mapping(programme.policy, f"programme {slug}: policy")
        seekers = pools.returned(session, programme, now) if returned else None
        pool = pools.load(session, programme, now, config.matching.horizon_days, seekers)
    done = (pairing or matcher.pair)(pool.cohort, policy, pool.exclusions, seed)
    draft = Draft(done, seed, now, seekers)
    with sessions() as session:
        engine.write_lock(session)
        wanted = select(models.Programme).where(models.Programme.slug == slug)
        programme = session.scalars(wanted.with_for_update(key_share=True)).one()
        if turn is not None and not turn(session):
            return f"{programme.title}: another scheduler has run this round."
        kept = _publish(session, programme, pool, draft, config)
        said = _say(programme.title, pool, kept)
        session.commit()
    publishing.tell_due(sessions, config, now)
    return said


def open_programme(session: Session, slug: str, now: datetime) -> models.Programme:
    """Return the programme called *slug*; raise NotOpen or `programmes.NoSuchProgramme`."""
    programme, open_now = programmes.find(session, slug), enrolment.open_programmes(session, now)
    if programme not in open_now:
        there = ", ".join(one.slug for one in open_now) or "none"
        raise NotOpen(f"The programme {slug!r} is not open; no round was run. Open ones: {there}.")
    return programme


def _publish(
    session: Session, programme: models.Programme, pool: Pool, draft: Draft, config: Config
) -> list[Proposed]:
    """Store the round with every pair that still holds; return the pairs."""
    free = publishing.free(session, programme, drafts.proposed(pool, draft), draft.at)
    kept = publishing.exclude(session, programme, free, draft.at)
    made = models.Round(
        programme_id=programme.id,
        at=draft.at,
        seed=draft.seed,
        scope="pool" if draft.seekers is None else "returned",
        policy=draft.done.policy.to_dict(),
        report=drafts.report(pool, draft, kept),
    )
    session.add(made)
    drafts.note_looked_for(session, programme, draft.at)
    session.flush()
    publishing.invite(session, made, kept, config)
    audit.record(
        session,
        now=draft.at,
        actor="system",
        action="round.publish",
        subject=f"round:{made.id}",
        people=len(pool.cohort),
        pairs=len(kept),
    )
    return kept


def _say(title: str, pool: Pool, pairs: Sequence[Proposed]) -> str:
    if not len(pool.cohort):
        return f"{title}: nobody is in the pool, so nobody was paired."
    paired = {person for pair in pairs for person in (pair.first, pair.second)}
    people = "1 person" if len(pool.cohort) == 1 else f"{len(pool.cohort)} people"
    proposed = "1 pair" if len(pairs) == 1 else f"{len(pairs)} pairs"
    left = len(pool.cohort) - len(paired)
    return f"{title}: {people} in the pool, {proposed} proposed, {left} left waiting."
