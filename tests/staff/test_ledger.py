"""The ledger holds after a restart and between processes; a ledger in memory would not."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from disclosure.budget import Loss
from services.figures import ledger
from tests import factories
from tests.staff import people

ROOT = Path(__file__).parents[2]
PUBLISH = """
import sys
from datetime import UTC, datetime
from sqlalchemy.orm import Session
from disclosure.period import Month
from models import engine
from services.figures import ledger, releases
from services.staff import programmes

url, month, weak = sys.argv[1:]
if weak == "weak":  # the planted weakness: what is spent is known to this process only
    ledger.losses = lambda session, programme: {}
made = engine.create(url)
with Session(made) as session:
    of = programmes.find(session, "library")
    now = datetime(2026, 11, 22, tzinfo=UTC)
    prepared = releases.prepare(session, of, Month.parse(month), now, "sharp")
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        releases.store(session, of, prepared, now)
        session.commit()
        print("published")
    except releases.Spent:
        print("spent")
made.dispose()
"""


@pytest.fixture
def programme(session: Session) -> models.Programme:
    """A programme whose budget has room for one more sharp release."""
    made = factories.programme(session, "library")
    made.opened_at = people.SEPTEMBER.replace(year=2025)
    people.joined(session, made, 30)
    people.released_before(session, made, 7, Loss(0.55, 0.45))
    session.execute(
        models.LedgerEntry.__table__.delete().where(models.LedgerEntry.period == "2026-08")
    )
    session.commit()
    return made


def both(url: str, weak: str) -> list[str]:
    """Publish two months from two processes at once; return what each said."""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", PUBLISH, url, month, weak],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for month in ("2026-09", "2026-10")
    ]
    for one in running:
        assert one.stdout.readline() == "ready\n"
    for one in running:
        one.stdin.write("\n")
        one.stdin.flush()
    return sorted(one.communicate(timeout=60)[0].strip() for one in running)


def spent(session: Session, programme: models.Programme) -> int:
    session.expire_all()
    return len(ledger.losses(session, programme))


def test_two_processes_share_one_budget(session: Session, programme, database_url) -> None:
    assert spent(session, programme) == 6
    assert both(database_url, "") == ["published", "spent"]
    assert spent(session, programme) == 7
    # and the next process, after a restart, knows it too: nothing is even drawn
    command = [sys.executable, "-c", PUBLISH, database_url, "2025-11", ""]
    later = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "services.figures.releases.Spent" in later.stderr
    assert "ready" not in later.stdout
    assert spent(session, programme) == 7


def test_a_ledger_in_memory_is_found_to_overspend(session, programme, database_url) -> None:
    assert both(database_url, "weak") == ["published", "published"]
    periods = session.scalars(select(models.LedgerEntry.period).distinct()).all()
    assert len(periods) == 8
