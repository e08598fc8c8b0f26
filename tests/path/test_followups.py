"""Weeks after a conversation: what is asked, of whom, once; a second one proposed at week 3."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from services.conversations import followups, surveys
from services.letters import mailings
from services.path import State, journey
from services.safety import apart
from tests import factories
from tests.factories import NOW
from tests.rounds import people
from tests.visitors import Visitor

GUIDE = Path(__file__).parents[2] / "guides" / "first-short.en.toml"
DAY = timedelta(days=1)


@pytest.fixture
def pair(session: Session) -> models.Pair:
    ada, ben = people.crowd(session, people.programme(session), 2)
    ada.first_name, ben.first_name = "Ada", "Ben"
    made = factories.pair(session, ada, ben, proposed_at=NOW - timedelta(days=120))
    session.commit()
    return made


def talked(session: Session, pair: models.Pair, days: float, **given) -> models.Conversation:
    """A conversation that ended so many days ago."""
    ended = NOW - timedelta(days=days)
    version = factories.guide_version(session, GUIDE.read_text(encoding="utf-8"))
    made = factories.conversation(
        session,
        pair,
        version,
        ended,
        **({"state": "closed", "started_at": ended, "closed_at": ended} | given),
    )
    session.commit()
    return made


def agree(session: Session, about: models.Conversation, *persons: models.Participant) -> None:
    session.add_all(
        models.SurveyAnswer(
            conversation_id=about.id,
            participant_id=person.id,
            survey="after",
            item="again",
            value=1,
            at=NOW,
        )
        for person in persons
    )
    session.commit()


def letters(session: Session, kind: str) -> list[models.Mail]:
    return list(session.scalars(select(models.Mail).where(models.Mail.kind == kind)))


def state(session: Session, person: models.Participant) -> State:
    return journey.of(session, person.account, NOW, 10).state


def ask(session: Session, config, now: datetime = NOW) -> int:
    return followups.ask_due(session, now, config)


@pytest.mark.parametrize(("days", "weeks"), [(28, 4), (41.9, 4), (84, 12), (97.9, 12)])
def test_both_are_asked_once_while_it_is_open(session, config, pair, days, weeks):
    talked(session, pair, days)

    assert ask(session, config) == 2
    assert ask(session, config) == 0

    texts = [mail.text for mail in letters(session, "later")]
    assert all(f"{weeks} weeks ago you talked with" in text for text in texts)
    assert state(session, pair.first) is State.LATER


@pytest.mark.parametrize("days", [20, 27.9, 42, 83.9, 98])
def test_nobody_is_asked_before_or_after(session, config, pair, days):
    talked(session, pair, days)

    assert ask(session, config) == 0
    assert state(session, pair.first) is State.WAITING


def test_weeks_are_counted_from_the_first_conversation(session, config, pair):
    talked(session, pair, 80)
    later = talked(session, pair, 30)

    assert ask(session, config) == 0
    session.delete(later)
    session.commit()
    assert ask(session, config, NOW + 5 * DAY) == 2


@pytest.mark.parametrize(
    "given", [{"state": "missed"}, {"started_at": None}], ids=["missed", "never begun"]
)
def test_only_what_was_held_is_asked_about(session, config, pair, given):
    talked(session, pair, 30, **given)

    assert ask(session, config) == 0


def test_who_has_left_erased_stopped_or_answered_is_not_written_to(session, config):
    programme = people.programme(session)
    crowd = people.crowd(session, programme, 4)
    for first, second in ((crowd[0], crowd[1]), (crowd[2], crowd[3])):
        about = talked(session, factories.pair(session, first, second), 30)
    crowd[0].withdrawn_at = NOW
    crowd[1].account.active = False
    mailings.stop(session, crowd[2].account_id, mailings.AFTERWARDS, NOW)
    followups.settle(session, about, crowd[3].id, NOW)
    session.commit()

    assert ask(session, config) == 0


def second(session: Session, config, now: datetime = NOW) -> list[str]:
    followups.propose_due(session, now, config)
    return sorted(mail.text for mail in letters(session, "second"))


def test_a_pair_that_would_talk_again_is_proposed_it_at_week_three(session, config, pair):
    about = talked(session, pair, 22)
    agree(session, about, pair.first, pair.second)

    said = second(session, config)

    assert len(said) == 2
    assert all("you both said that you would do so again" in text for text in said)
    assert len(second(session, config)) == 2
    assert {state(session, one) for one in (pair.first, pair.second)} == {State.AGAIN}
    followups.settle(session, about, pair.first_id, NOW)
    assert state(session, pair.first) is State.WAITING
    assert state(session, pair.second) is State.AGAIN


def test_where_not_both_would_somebody_new_is_looked_for(session, config, pair):
    agree(session, talked(session, pair, 22), pair.first)

    said = second(session, config)

    assert len(said) == 2
    assert all("somebody new" in text for text in said)
    assert state(session, pair.first) is State.WAITING


def test_after_a_block_nobody_is_proposed_the_same_person(session, config, pair):
    agree(session, talked(session, pair, 22), pair.first, pair.second)
    apart.block(session, pair, pair.first.account_id, NOW, config)

    assert state(session, pair.second) is State.WAITING
    assert all("somebody new" in text for text in second(session, config))


@pytest.mark.parametrize("why", ["talked", "coming", "paused"])
def test_no_second_one_is_proposed_to_who_has_one_or_takes_a_break(session, config, pair, why):
    agree(session, talked(session, pair, 22), pair.first, pair.second)
    if why == "paused":
        pair.first.paused_at = pair.second.paused_at = NOW
        session.commit()
    else:
        talked(session, pair, 1, **({} if why == "talked" else {"state": "scheduled"}))

    assert second(session, config) == []


def test_an_offer_takes_the_place_of_the_proposal(session, config, pair):
    agree(session, talked(session, pair, 22), pair.first, pair.second)
    session.add(
        models.Offer(
            pair=pair,
            by_id=pair.first_id,
            guide="again",
            hours=[],
            state="open",
            offered_at=NOW,
            expires_at=NOW + DAY,
        )
    )
    session.commit()

    assert state(session, pair.first) is State.WAITING
    assert state(session, pair.second) is State.OFFERED


def test_the_page_keeps_the_answers_and_the_journey_shows_them(app: Flask, session, pair):
    about = talked(session, pair, 30)
    surveys.save(
        session,
        about,
        pair.first_id,
        dict.fromkeys(followups.thermometers(), "40"),
        NOW - 30 * DAY,
    )
    session.commit()
    ada = Visitor(app, pair.first.account)
    path = f"/conversations/{about.token}/later"

    page = ada.get(path).text
    assert "4 weeks ago you talked with Ben" in page
    said = ada.post(path, warmth_other="70", warmth_own="", talked_since="Yes")

    assert said.headers["Location"] == "/journey"
    kept = surveys.answers(session, about, pair.first_id, survey="week-4")
    assert kept["warmth_other"].value == 70
    assert kept["talked_since"].choice == "Yes"
    assert "warmth_own" not in kept
    shown = ada.get("/journey").text
    assert "4 weeks after your first</dt><dd>70</dd>" in shown
    assert "After your last conversation</dt><dd>40</dd>" in shown
    assert state(session, pair.first) is State.WAITING
    assert state(session, pair.second) is State.LATER


def test_what_does_not_fit_comes_back_and_home_still_asks(app: Flask, session, pair):
    about = talked(session, pair, 30)
    ada = Visitor(app, pair.first.account)

    said = ada.post(f"/conversations/{about.token}/later", warmth_other="101", warmth_own="12")

    assert said.status_code == 422
    assert "That is not one of the answers" in said.text
    assert state(session, pair.first) is State.LATER
    assert surveys.answers(session, about, pair.first_id, survey="week-4").keys() == {"warmth_own"}


def test_rather_not_is_an_answer(app: Flask, session, pair):
    about = talked(session, pair, 30)
    ada = Visitor(app, pair.first.account)
    assert "What stayed of it?" in ada.get("/home").text

    to = ada.post(f"/conversations/{about.token}/later/settle").headers["Location"]

    assert to == "/home"
    assert "We are looking for your partner" in ada.get("/home").text


def test_a_page_that_is_not_open_says_so_and_leads_on(app: Flask, session, pair):
    about = talked(session, pair, 10)
    ada = Visitor(app, pair.first.account)

    page = ada.post(f"/conversations/{about.token}/later", warmth_other="10").text

    assert "These questions are not open now" in page
    assert surveys.answers(session, about, pair.first_id) == {}


def test_staff_see_how_many_were_asked_and_answered(app: Flask, session, pair):
    about = talked(session, pair, 90)
    given = dict.fromkeys(followups.thermometers(), "50")
    surveys.save(session, about, pair.first_id, given, NOW, survey="week-12")
    surveys.finish(session, about, pair.second_id, NOW, survey="week-12")
    session.commit()

    asked = followups.figures(session, pair.first.programme, NOW)

    assert [(one.wave.weeks, one.people, one.answered) for one in asked] == [(4, 2, 0), (12, 2, 1)]
    staff = Visitor(app, factories.account(session, "staff"))
    session.commit()
    page = staff.get(f"/staff/programmes/{pair.first.programme.slug}/now").text
    assert "12 weeks after a first conversation: 1 of 2 answered" in page
    assert "is asked once more, 4 or 12 weeks after the first conversation" in page
