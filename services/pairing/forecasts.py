"""Whom to invite next: what one more person of each kind would bring to a pool."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

import matcher
import matcher.policy
from matcher.effort import Effort
from matcher.forecast import Kind, forecast
from services.pairing import pools
from services.site.config import Config
from services.staff import programmes


def of_programme(
    sessions: Callable[[], Session],
    slug: str,
    config: Config,
    now: datetime,
    *,
    check: int = 0,
    threads: int | None = None,
) -> list[Kind]:
    """Pair the pool of the programme *slug* as it is now, propose nothing, and return the kinds.

    With *check*, that many people of each kind are added and the pool is paired again. Raises
    `programmes.NoSuchProgramme`, or the matcher's BadInput for a policy its questionnaire cannot
    meet.
    """
    with sessions() as session:
        programme = programmes.find(session, slug)
        policy = matcher.policy.from_mapping(programme.policy, f"programme {slug}: policy")
        pool = pools.load(session, programme, now, config.matching.horizon_days)
    effort = Effort(threads=threads) if threads else Effort()
    done = matcher.pair(pool.cohort, policy, pool.exclusions, effort=effort)
    return forecast(done, check=check, effort=effort)
