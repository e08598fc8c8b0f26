"""Three schedulers at once over everything that is due: each effect once, and a check that sees."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import numpy as np
import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

import matcher
import models
from models import AuditEntry, Mail, Round
from scheduler import jobs
from scheduler.jobs import Work
from services.demo import population
from services.letters import mail
from services.people import appointments
from services.site import anchors
from services.site import jobs as turns
from services.staff import questionnaires
from tests import factories, mailbox
from tests.factories import NOW
from tests.mailbox import Mailbox
from tests.services.people import conversation

SCHEDULERS, COMING, LATE, HELD, PROGRAMMES = 3, 24, 12, 8, 3
MINUTE = timedelta(minutes=1)
LONG_AGO = NOW - timedelta(days=20)


@pytest.fixture
def box():
    with mailbox.running() as made:
        yield made


@pytest.fixture
def work(main_engine: Engine, config, secret, keys, box: Mailbox) -> Work:
    sessions = sessionmaker(main_engine)
    return Work(sessions, box.settings(config), secret, keys, lambda: NOW, matcher.pair)


def fill(work: Work) -> None:
    """Make conversations to remind of, to miss, to forget, and pools for tonight's rounds."""
    with work.sessions.begin() as session:
        appointments.ensure_roles(session)
        shared = factories.programme(session, closed_at=NOW)
        for _ in range(COMING):
            conversation(session, NOW + 50 * MINUTE, shared)
        for _ in range(LATE):
            conversation(session, NOW - 50 * MINUTE, shared)
            conversation(session, LONG_AGO, shared, state="closed", closed_at=LONG_AGO)
            unanswered(session, shared)
        for weeks in (3, 4):
            ended = NOW - timedelta(weeks=weeks)
            over = {"state": "closed", "started_at": ended, "closed_at": ended}
            for _ in range(HELD):
                conversation(session, ended, shared, **over)
        items = questionnaires.load("first", "en")
        for number in range(PROGRAMMES):
            people = population.People(factories.programme(session), 24, NOW)
            population.create(session, people, items, work.secrets, np.random.default_rng(number))


def unanswered(session: Session, programme: models.Programme) -> None:
    pair = factories.pair(session, *(factories.participant(session, programme) for _ in range(2)))
    session.add_all(
        models.Invitation(
            pair=pair, participant=person, sent_at=pair.proposed_at, expires_at=NOW - MINUTE
        )
        for person in (pair.first, pair.second)
    )


def at_once(work: Work, rounds: int = 1) -> None:
    """Run every job in each of three schedulers, all starting together."""
    together, failures = Barrier(SCHEDULERS, timeout=60), []

    def run() -> None:
        together.wait()
        try:
            for _ in range(rounds):
                for job in (jobs.match, jobs.remind, jobs.expire, jobs.miss, jobs.close):
                    job(work)
                for job in (jobs.follow_up, jobs.look_again, jobs.anchor, jobs.forget):
                    job(work)
        except Exception as error:
            failures.append(error)

    threads = [Thread(target=run) for _ in range(SCHEDULERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def send_at_once(work: Work) -> None:
    def run() -> None:
        while mail.send_due(work.sessions, work.config, work.secrets, NOW):
            pass

    threads = [Thread(target=run) for _ in range(SCHEDULERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def doubled(work: Work, box: Mailbox) -> list[str]:
    """Return what happened more or less often than once, in words."""
    with work.sessions() as session:
        kinds = Counter(session.scalars(select(Mail.kind)))
        rounds = Counter(session.scalars(select(Round.programme_id)))
        waiting = session.scalar(select(func.count()).where(Mail.sent_at.is_(None)))
        pairs = session.scalar(select(func.count()).where(models.Pair.round_id.is_not(None)))
        purged = session.scalars(
            select(AuditEntry.data).where(AuditEntry.action == "retention.purge")
        ).all()
    sent = Counter(box.ids)
    wanted = {
        "reminder_hour": 2 * COMING,
        "missed": 2 * LATE,
        "expired": 2 * LATE,
        "invitation": 2 * pairs,
        "second": 2 * HELD,
        "later": 2 * HELD,
    }
    wrong = [f"{kinds[kind]} {kind}" for kind, count in wanted.items() if kinds[kind] != count]
    wrong += [f"{count} rounds of {programme}" for programme, count in rounds.items() if count > 1]
    wrong += [f"{len(rounds)} programmes had a round"] if len(rounds) != PROGRAMMES else []
    wrong += [f"{message} sent {count} times" for message, count in sent.items() if count > 1]
    wrong += [f"{waiting} not sent"] if waiting else []
    wrong += [f"{len(sent)} sent"] if len(sent) != sum(kinds.values()) else []
    forgotten = [number for data in purged for number in data["ids"]]
    wrong += [f"{len(forgotten)} forgotten"] if len(forgotten) != LATE + 2 * HELD else []
    lines = anchors.path(work.config).read_text().splitlines()
    wrong += [f"{len(lines)} anchors"] if len(lines) != 1 else []
    return wrong


def test_every_effect_comes_once(work: Work, box: Mailbox):
    fill(work)

    at_once(work, rounds=2)
    send_at_once(work)

    assert doubled(work, box) == []


def test_the_check_sees_turns_that_are_not_taken(work: Work, box: Mailbox, monkeypatch):
    fill(work)
    monkeypatch.setattr(turns, "claim", lambda *_: True)

    at_once(work)
    send_at_once(work)

    wrong = doubled(work, box)
    assert any("rounds of" in line for line in wrong)
    assert any("anchors" in line for line in wrong)


def test_the_check_sees_mail_that_is_not_claimed(work: Work, box: Mailbox, monkeypatch):
    fill(work)
    at_once(work)
    monkeypatch.setattr(mail, "LEASE", timedelta(0))

    send_at_once(work)

    assert any("times" in line for line in doubled(work, box))


def test_a_round_that_fails_stops_no_other(work: Work, capsys):
    with work.sessions.begin() as session:
        factories.programme(session, "a", policy={"no such rule": 1})
        factories.programme(session, "b")

    jobs.match(work)

    with work.sessions() as session:
        slugs = select(models.Programme.slug).join(Round, Round.programme_id == models.Programme.id)
        assert session.scalars(slugs).all() == ["b"]
    said = capsys.readouterr().out
    assert "round failed" in said
    assert "no such rule" in said


def test_who_came_back_is_looked_for_where_that_works(work: Work, capsys):
    with work.sessions.begin() as session:
        for slug, policy in (("a", {"no such rule": 1}), ("b", {})):
            programme = factories.programme(session, slug, policy=policy)
            factories.participant(session, programme, returned_at=NOW)

    jobs.look_again(work)

    with work.sessions() as session:
        assert session.scalars(select(Round.scope)).all() == ["returned"]
    said = capsys.readouterr().out
    assert "round failed" in said
    assert "nobody is in the pool" in said


def test_letters_weeks_after_a_conversation_are_a_job(work: Work):
    ends = NOW - timedelta(weeks=3)
    with work.sessions.begin() as session:
        conversation(session, ends, state="closed", started_at=ends, closed_at=ends)

    told = {}
    for weeks in (0, 1, 9):
        jobs.follow_up(replace(work, clock=lambda at=NOW + timedelta(weeks=weeks): at))
        with work.sessions() as session:
            told[3 + weeks] = Counter(session.scalars(select(Mail.kind)))

    assert told == {
        3: {"second": 2},
        4: {"second": 2, "later": 2},
        12: {"second": 2, "later": 4},
    }


def test_mail_is_a_job(work: Work, box: Mailbox):
    with work.sessions.begin() as session:
        conversation(session, NOW + 50 * MINUTE)
    jobs.remind(work)

    jobs.send_mail(work)

    assert len(box.messages) == 2
