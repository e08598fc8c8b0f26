"""Each job's effect once: a row per job and scheduled time, in the effect's own transaction."""

from datetime import datetime

from sqlalchemy.orm import Session

import models
from models import engine


def claim(session: Session, job: str, scheduled_at: datetime, now: datetime) -> bool:
    """Take *job*'s turn at *scheduled_at*; False when its effect is already there.

    On PostgreSQL a second claimant waits until the first commits or fails; on SQLite it waits
    for the write lock. Either way one of them sees True.
    """
    claimed = session.execute(
        engine.insert(session, models.JobRun)
        .values(job=job, scheduled_at=scheduled_at, ran_at=now)
        .on_conflict_do_nothing()
        .returning(models.JobRun.job)
    )
    return claimed.one_or_none() is not None
