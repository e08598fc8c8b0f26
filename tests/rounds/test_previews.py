"""A round is looked at before anybody is told, changed by hand, published once, taken back."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

import models
from services.pairing import decisions, invitations, proposals, publishing, rounds
from tests import factories
from tests.factories import NOW
from tests.rounds import people

SLUG = "across-the-table"


@pytest.fixture
def tell(sessions, config):
    return lambda: publishing.tell_due(sessions, config, NOW)


@pytest.fixture
def run_another(sessions, config):
    return lambda: rounds.run_now(sessions, SLUG, config, NOW + timedelta(minutes=1), 1)


def test_a_preview_tells_nobody_and_says_what_it_found(session, programme, make):
    people.crowd(session, programme, 4)
    lone = people.person(session, programme, 3, hours=[(0, 4)])
    body = proposals.unpack(make())

    assert len(body.pairs) == 2
    assert body.pairs[0].shared_values
    assert body.pairs[0].common_hours > 0
    assert body.left[lone.id]["reason"] == "hours"
    for table in (models.Round, models.Pair, models.Invitation, models.Mail, models.Exclusion):
        assert factories.rows(session, table) == 0


def test_published_it_is_a_round_and_both_of_each_pair_are_told_once(
    session, programme, make, publish, tell
):
    people.crowd(session, programme, 4)
    lone = people.person(session, programme, 3, hours=[(0, 4)])
    kept = make()
    made = publish(kept)

    assert (made.report["proposed"], made.scope) == (2, "pool")
    assert made.report["waiting"][str(lone.id)]["reason"] == "hours"
    assert factories.rows(session, models.Pair) == factories.rows(session, models.Exclusion) == 2
    assert factories.rows(session, models.Mail) == factories.rows(session, models.Invitation) == 4
    assert tell() == 0
    session.refresh(kept)
    assert (kept.state, kept.round_id, kept.body) == ("published", made.id, b"")
    line = session.scalars(select(models.AuditEntry)).one()
    assert (line.actor, line.action) == ("account:1", "round.publish")
    assert proposals.unpack(kept).pairs == ()


def test_letters_are_written_some_at_a_time(session, programme, make, publish, monkeypatch):
    monkeypatch.setattr(publishing, "AT_ONCE", 3)
    monkeypatch.setattr(publishing, "MOST", 6)
    people.crowd(session, programme, 8)
    publish(make())

    assert factories.rows(session, models.Mail) == 6


def test_who_answered_before_the_letter_gets_none(session, programme, make, config, sessions):
    people.crowd(session, programme, 2)
    kept = make()
    decisions.publish(session, kept.id, 1, config, (NOW, 1))
    session.scalars(select(models.Invitation).limit(1)).one().state = "declined"
    session.commit()

    assert publishing.tell_due(sessions, config, NOW) == 2
    assert factories.rows(session, models.Mail) == 1


def test_of_two_who_publish_at_once_one_does_and_the_other_is_told(
    session, programme, make, sessions, config
):
    people.crowd(session, programme, 6)
    kept = make()
    gate, said = Barrier(2, timeout=60), []

    def press(account_id: int) -> None:
        with sessions() as mine:
            gate.wait()
            try:
                decisions.publish(mine, kept.id, 1, config, (NOW, account_id))
                mine.commit()
                said.append("published")
            except decisions.Over as error:
                mine.rollback()
                said.append(f"over: {error.state}")

    threads = [Thread(target=press, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(said) == ["over: published", "published"]
    assert (factories.rows(session, models.Round), factories.rows(session, models.Pair)) == (1, 3)


def test_a_preview_another_round_has_overtaken_is_refused(
    session, programme, make, publish, run_another
):
    people.crowd(session, programme, 4)
    kept = make()
    run_another()

    with pytest.raises(decisions.Overtaken):
        publish(kept)
    assert factories.rows(session, models.Round) == 1


def test_a_pair_that_fell_through_meanwhile_is_left_out(session, programme, make, publish):
    first, _second, *_ = people.crowd(session, programme, 4)
    kept = make()
    first.paused_at = NOW
    session.commit()
    made = publish(kept)

    assert made.report["proposed"] == 1
    assert len(made.report["waiting"]) == 2
    assert made.report["waiting"][str(first.id)]["reason"] == "taken"


def test_when_nobody_can_be_paired_the_round_is_kept_empty(session, programme, make, publish):
    people.person(session, programme, 5)
    made = publish(make())

    assert (made.report["proposed"], factories.rows(session, models.Invitation)) == (0, 0)


def test_a_preview_thrown_away_is_over(session, programme, make, publish):
    people.crowd(session, programme, 2)
    kept = make()
    decisions.discard(session, kept.id, 1)
    session.commit()

    with pytest.raises(decisions.Over, match="discarded"):
        publish(kept)
    assert [one.id for one in proposals.latest(session, programme)] == [kept.id]


@pytest.fixture
def taken_back(session, programme, make, publish, config):
    """A round of two pairs, published; the letter of its first invitation has left the house."""
    people.crowd(session, programme, 4)
    kept = make()
    publish(kept)
    for mail in session.scalars(select(models.Mail).order_by(models.Mail.id).limit(2)):
        mail.sent_at = NOW
    session.commit()

    def undo() -> int:
        undone = decisions.undo(session, kept.id, config, (NOW, 1))
        session.commit()
        return undone

    return undo


def test_taken_back_both_can_meet_again_and_only_who_had_a_letter_is_told(
    session, programme, make, publish, taken_back
):
    first = session.scalars(select(models.Invitation).order_by(models.Invitation.id)).first()
    first.state = "declined"
    session.commit()
    assert taken_back() == 2

    for table in (models.Pair, models.Invitation, models.Exclusion, models.Round):
        assert factories.rows(session, table) == 0
    kinds = sorted(session.scalars(select(models.Mail.kind)))
    assert kinds == ["invitation", "invitation", "withdrawn"]
    assert publish(make(NOW + timedelta(minutes=1))).report["proposed"] == 2


def test_once_somebody_said_yes_a_round_stands(session, config, taken_back):
    one = session.scalars(select(models.Invitation).order_by(models.Invitation.id)).first()
    hours = invitations.common_hours(session, one.pair, NOW, config)
    invitations.accept(session, one, hours[:1], NOW, config)
    session.commit()

    with pytest.raises(decisions.Accepted):
        taken_back()
    session.rollback()
    assert factories.rows(session, models.Pair) == 2


def test_what_was_not_published_cannot_be_taken_back(session, programme, make, config):
    people.crowd(session, programme, 2)
    kept = make()

    with pytest.raises(decisions.Over, match="open"):
        decisions.undo(session, kept.id, config, (NOW, 1))
