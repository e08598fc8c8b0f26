"""What runs the jobs: inside the web process, or as a process of its own."""

import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import gevent
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.gevent import GeventScheduler
from sqlalchemy import Engine
from sqlalchemy.orm import sessionmaker

import matcher
from scheduler import jobs
from scheduler.jobs import Work
from services.pairing import lobby
from services.pairing.lobby import Choosing
from services.pairing.rounds import Pairing
from services.site.config import Config
from services.site.crypto import KeyStore
from services.site.secrets import Secrets

SECOND, MINUTE, HOUR = (timedelta(seconds=seconds) for seconds in (1, 60, 3600))

EVERY: tuple[tuple[Callable[[Work], None], timedelta], ...] = (
    (jobs.send_mail, 5 * SECOND),
    (jobs.take_in, 5 * SECOND),
    (jobs.invite, 5 * SECOND),
    (jobs.tell, 5 * SECOND),
    (jobs.pair_lobbies, 2 * SECOND),
    (jobs.remind, MINUTE),
    (jobs.ask_halves, MINUTE),
    (jobs.follow_up, HOUR),
    (jobs.expire, MINUTE),
    (jobs.miss, MINUTE),
    (jobs.look_again, MINUTE),
    (jobs.watch_cases, MINUTE),
    (jobs.match, 10 * MINUTE),
    (jobs.close, HOUR),
    (jobs.forget, HOUR),
    (jobs.anchor, HOUR),
)
"""Each job and how often it looks for what is due."""


@dataclass(frozen=True, slots=True)
class Ways:
    """How the matcher is run: for rounds, and for lobbies."""

    pairing: Pairing
    choosing: Choosing


def embedded(engine: Engine, config: Config, secrets: Secrets, keys: KeyStore) -> BaseScheduler:
    """Start the jobs in the web process; call `shutdown(wait=False)` on what is returned.

    The matcher runs on a thread of its own, so that rooms do not wait for it. In the demo no mail
    leaves the machine: it stays in the outbox.
    """
    scheduler = GeventScheduler(timezone=UTC)
    work = _work(engine, config, secrets, keys, Ways(_aside(matcher.pair), _aside(lobby.choose)))
    _plan(scheduler, work, skip={jobs.send_mail} if config.demo else set())
    scheduler.start()
    return scheduler


def blocking(engine: Engine, config: Config, secrets: Secrets, keys: KeyStore) -> None:
    """Run the jobs until SIGTERM or Ctrl-C; what has begun then is finished first."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    scheduler = BackgroundScheduler(timezone=UTC)
    _plan(
        scheduler,
        _work(engine, config, secrets, keys, Ways(matcher.pair, lobby.choose)),
        skip=set(),
    )
    scheduler.start()
    stop.wait()
    scheduler.shutdown(wait=True)


def _work(engine: Engine, config: Config, secrets: Secrets, keys: KeyStore, ways: Ways) -> Work:
    sessions = sessionmaker(engine)
    return Work(sessions, config, secrets, keys, _now, ways.pairing, ways.choosing)


def _now() -> datetime:
    return datetime.now(UTC)


def _plan(scheduler: BaseScheduler, work: Work, skip: set[Callable[[Work], None]]) -> None:
    for job, pause in EVERY:
        if job not in skip:
            scheduler.add_job(
                job,
                "interval",
                seconds=pause.total_seconds(),
                args=(work,),
                id=job.__name__,
                next_run_time=datetime.now(UTC),
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )


def _aside(work: Callable[..., Any]) -> Callable[..., Any]:
    """Return *work* as it runs on a native thread, while this greenlet waits."""
    return lambda *given: gevent.get_hub().threadpool.apply(work, given)
