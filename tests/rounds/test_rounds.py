"""A round proposes pairs, keeps its reasons, and can be run twice at once."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

import matcher
import models
from services.pairing import rounds
from tests import factories
from tests.factories import NOW
from tests.rounds import people

SLUG = "across-the-table"


def all_of(session, table):
    return session.scalars(select(table).order_by(table.id)).all()


def test_two_who_differ_around_shared_values_are_paired_and_invited(
    session, programme, run, config
):
    first, second = people.crowd(session, programme, 2)

    assert run() == "Across the table: 2 people in the pool, 1 pair proposed, 0 left waiting."

    (pair,) = all_of(session, models.Pair)
    assert (pair.first_id, pair.second_id) == (first.id, second.id)
    assert pair.shared_values
    assert len(pair.differences) >= 2
    assert pair.score == pytest.approx(sum(pair.terms.values()), rel=0.5)
    invitations = all_of(session, models.Invitation)
    assert [one.participant_id for one in invitations] == [first.id, second.id]
    assert {one.state for one in invitations} == {"open"}
    stands = timedelta(hours=config.matching.invitation_hours)
    assert {one.expires_at for one in invitations} == {NOW + stands}


def test_both_get_a_mail_that_leads_to_their_own_invitation_and_names_nobody(
    session, programme, run
):
    first, second = people.crowd(session, programme, 2)
    run()

    for person, other in ((first, second), (second, first)):
        invitation = session.scalars(
            select(models.Invitation).where(models.Invitation.participant_id == person.id)
        ).one()
        mail = session.scalars(
            select(models.Mail).where(models.Mail.dedupe == f"invitation:{invitation.id}")
        ).one()
        assert mail.recipient == person.account.email
        assert other.first_name not in mail.text  # told step by step, on the page
        assert f"/invitations/{invitation.id}\n" in mail.text


def test_a_round_keeps_its_policy_its_seed_and_its_proof(session, programme, run):
    people.crowd(session, programme, 4)
    run()

    (made,) = all_of(session, models.Round)
    assert (made.programme_id, made.at, made.seed) == (programme.id, NOW, 7)
    assert made.policy["min_differences"] == 2
    assert made.report["proposed"] == 2
    assert made.report["upper_bound"]["paired"] == 4
    (line,) = session.scalars(select(models.AuditEntry)).all()
    assert (line.action, line.subject) == ("round.publish", f"round:{made.id}")
    assert line.data == {"people": 4, "pairs": 2}


def test_who_is_left_is_told_why_and_what_would_help(session, programme, run):
    people.crowd(session, programme, 2)
    early = people.person(session, programme, 1, hours=[(0, 5)])
    other = people.person(session, programme, 5, hours=[(1, 6)])

    assert run() == "Across the table: 4 people in the pool, 1 pair proposed, 2 left waiting."

    (made,) = all_of(session, models.Round)
    assert set(made.report["waiting"]) == {str(early.id), str(other.id)}
    told = made.report["waiting"][str(early.id)]
    assert (told["reason"], told["change"]) == ("hours", "slots")
    assert told["what"].endswith("Z")
    assert told["partners"] >= 1


@pytest.mark.parametrize(
    ("views", "said"),
    [
        ([], "Across the table: nobody is in the pool, so nobody was paired."),
        ([5], "Across the table: 1 person in the pool, 0 pairs proposed, 1 left waiting."),
        ([5, 5], "Across the table: 2 people in the pool, 0 pairs proposed, 2 left waiting."),
    ],
)
def test_a_round_without_pairs_says_so_and_is_kept(session, programme, run, views, said):
    for view in views:
        people.person(session, programme, view)

    assert run() == said

    (made,) = all_of(session, models.Round)
    assert made.report["proposed"] == 0
    assert len(made.report["waiting"]) == len(views)


def test_nobody_is_proposed_the_same_person_twice(session, programme, run):
    people.crowd(session, programme, 2)
    run()
    for invitation in all_of(session, models.Invitation):
        invitation.state = "declined"

    assert run() == "Across the table: 2 people in the pool, 0 pairs proposed, 2 left waiting."
    assert factories.rows(session, models.Exclusion) == 1


def test_a_changed_address_does_not_bring_the_same_person_back(session, programme, run):
    first, _ = people.crowd(session, programme, 2)
    run()
    for invitation in all_of(session, models.Invitation):
        invitation.state = "declined"
    first.account.key = "f" * 64

    run()

    assert factories.rows(session, models.Pair) == 1


def meanwhile(change):
    """Return a pairing during which *change* happens."""

    def pairing(cohort, policy, exclude, seed):
        done = matcher.pair(cohort, policy, exclude, seed)
        change()
        return done

    return pairing


def test_who_takes_a_break_while_the_matcher_works_is_not_proposed(session, programme, run):
    first, second = people.crowd(session, programme, 2)

    def pause():
        second.paused_at = NOW
        session.commit()

    assert run(pairing=meanwhile(pause)).endswith("0 pairs proposed, 2 left waiting.")

    (made,) = all_of(session, models.Round)
    assert made.report["waiting"][str(first.id)]["reason"] == "taken"
    assert factories.rows(session, models.Exclusion) == 0


def test_who_were_kept_apart_while_the_matcher_works_are_not_proposed(session, programme, run):
    low, high = sorted(one.account.key for one in people.crowd(session, programme, 2))

    def block():
        session.add(models.Exclusion(low=low, high=high, reason="blocked", at=NOW))
        session.commit()

    assert run(pairing=meanwhile(block)).endswith("0 pairs proposed, 2 left waiting.")
    assert factories.rows(session, models.Pair) == 0


def test_two_rounds_at_once_propose_everybody_once(session, programme, run, main_engine, config):
    people.crowd(session, programme, 6)
    session.commit()
    both = Barrier(2, timeout=60)
    said, sessions = [], sessionmaker(main_engine)

    def again(seed):
        pairing = meanwhile(both.wait)
        said.append(rounds.run_now(sessions, SLUG, config, NOW, seed, pairing=pairing))

    threads = [Thread(target=again, args=(seed,)) for seed in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(" 3 pairs " in one for one in said) == [False, True]
    assert factories.rows(session, models.Pair) == 3
    assert factories.rows(session, models.Exclusion) == 3
    assert factories.rows(session, models.Invitation) == 6
    assert factories.rows(session, models.Round) == 2


def test_a_round_whose_turn_is_taken_proposes_nothing(session, programme, run):
    people.crowd(session, programme, 2)

    assert run(turn=lambda _: False) == "Across the table: another scheduler has run this round."
    assert factories.rows(session, models.Round) == 0
    assert " 1 pair " in run(turn=lambda _: True)


def test_a_second_programme_does_not_propose_the_same_two_again(session, run):
    here, there = people.programme(session), people.programme(session, slug="elsewhere")
    for view, person in zip((5, 1), people.crowd(session, here, 2), strict=True):
        people.person(session, there, view, account=person.account)
    run()

    assert run("elsewhere").endswith("2 people in the pool, 0 pairs proposed, 2 left waiting.")
