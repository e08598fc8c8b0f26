"""Home says the one next thing; every way out of waiting leads somewhere."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

import models
from services.conversations import surveys
from services.people import enrolment
from tests import factories
from tests.factories import NOW
from tests.rounds import people
from tests.visitors import Visitor
from web.home.waiting import CHANGES, REASONS

GUIDE = Path(__file__).parents[2] / "guides" / "first-short.en.toml"


@pytest.fixture
def pair(session: Session) -> models.Pair:
    ada, ben = people.crowd(session, people.programme(session), 2)
    ada.first_name, ben.first_name = "Ada", "Ben"
    enrolment.consent(session, ada.account_id, ["matching", "conversation"], NOW)
    made = factories.pair(session, ada, ben)
    session.commit()
    return made


@pytest.fixture
def visitor(app: Flask, pair: models.Pair) -> Visitor:
    return Visitor(app, pair.first.account)


def talk(session: Session, pair: models.Pair, **given) -> models.Conversation:
    version = factories.guide_version(session, GUIDE.read_text(encoding="utf-8"))
    at = given.pop("at", NOW)
    made = factories.conversation(session, pair, version, at, **given)
    session.commit()
    return made


def closed(session: Session, pair: models.Pair) -> models.Conversation:
    return talk(session, pair, state="closed", started_at=NOW, closed_at=NOW, ending="finished")


def wait(session: Session, pair: models.Pair, **said) -> None:
    pair.proposed_at = NOW - timedelta(days=60)
    report = {"waiting": {str(pair.first_id): said}} if said else {}
    session.add(
        models.Round(programme_id=pair.first.programme_id, at=NOW, seed=1, policy={}, report=report)
    )
    session.commit()


def test_the_waiting_card_says_how_long_and_how_many_others(visitor, session, pair):
    wait(session, pair)

    page = visitor.get("/home").text

    since = NOW - timedelta(days=9)
    assert f"You have waited 9 days, since {since:%-d %B %Y}." in page
    assert "1 other person waits" in page


@pytest.mark.parametrize(
    ("zone", "hours", "said"),
    [
        ("UTC", 11, "You have waited since today."),
        ("UTC", 13, "You have waited 1 day, since"),
        ("Pacific/Auckland", 11, "You have waited 1 day, since"),
        ("UTC", 35, "You have waited 1 day, since"),
    ],
)
def test_days_of_waiting_are_midnights_where_the_person_is(
    visitor, session, pair, zone, hours, said
):
    wait(session, pair)
    pair.first.account.zone = zone
    pair.first.waiting_since = NOW - timedelta(hours=hours)
    session.commit()

    assert said in visitor.get("/home").text


def test_an_hour_kept_free_is_thanked_for_and_is_not_counted_as_days(visitor, session, pair):
    wait(session, pair)
    kept = NOW - timedelta(hours=2)
    given = {"offered_at": kept, "credited_at": NOW}
    session.add(models.Standby(participant_id=pair.first_id, hour=kept, **given))
    session.commit()

    page = visitor.get("/home").text

    assert "You have waited 9 days, since" in page
    assert "it counts as a week more of waiting" in page


def test_the_waiting_card_says_when_nobody_else_waits(visitor, session, pair):
    wait(session, pair)
    pair.second.paused_at = NOW
    session.commit()

    assert "Nobody else waits in your programme just now." in visitor.get("/home").text


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_the_waiting_card_says_why(visitor, session, pair, reason):
    wait(session, pair, reason=reason, change="", what="", partners=0)

    assert str(REASONS[reason]) in visitor.get("/home").text


@pytest.mark.parametrize(
    "asked",
    [
        ("slots", "2026-10-08T18:00Z", "Thursday, 18:00"),
        ("languages", "es", "Talking in Spanish as well"),
        ("topics", "Faith", "Talking about Faith"),
    ],
)
def test_the_waiting_card_says_what_would_help(visitor, session, pair, asked):
    change, what, said = asked
    wait(session, pair, reason="hour", change=change, what=what, partners=4)

    page = visitor.get("/home").text

    assert said in page
    assert "would have given you 4 people" in page
    assert f"/profile/{CHANGES[change][1]}" in page


def test_the_name_and_the_hour_of_what_is_arranged_are_told(visitor, session, pair):
    talk(session, pair, at=NOW + timedelta(hours=5))

    page = visitor.get("/home").text

    assert "Your conversation with Ben" in page
    assert "Wednesday 7 October, 17:00 UTC" in page
    assert "I cannot make it" in page


def test_a_suspension_says_until_when(visitor, session, pair):
    pair.first.account.suspended_until = NOW + timedelta(days=2)
    session.commit()

    assert "9 October 2026" in visitor.get("/home").text


def test_a_break_is_taken_and_ended(visitor, session, pair):
    visitor.post("/home/pause")
    assert "You are taking a break" in visitor.get("/home").text

    visitor.post("/home/return")

    session.expire_all()
    assert pair.first.paused_at is None


def test_leaving_asks_first_and_can_be_undone(visitor, session, pair):
    wait(session, pair)
    assert "Leave the programme?" in visitor.get("/home/leave").text
    visitor.post("/home/leave")
    assert "You have left the programme" in visitor.get("/home").text

    visitor.post("/home/return")

    assert "We are looking for your partner" in visitor.get("/home").text


def test_coming_back_needs_the_consents(app, session, pair):
    visitor = Visitor(app, pair.second.account)
    visitor.post("/home/pause")

    assert visitor.post("/home/return").headers["Location"] == "/me"


def test_times_are_one_press_away(visitor):
    assert visitor.get("/home/times").headers["Location"] == "/profile/times"


@pytest.mark.parametrize(("role", "path"), [("facilitator", "/desk"), ("staff", "/staff")])
def test_who_only_works_here_goes_to_their_work(app, session, role, path):
    account = factories.account(session, role)
    session.commit()

    assert Visitor(app, account).get("/home").headers["Location"] == path


def test_from_the_question_how_it_was_to_the_card(visitor, session, pair):
    held = closed(session, pair)
    assert "How was it, with Ben?" in visitor.get("/home").text
    start = visitor.get(f"/conversations/{held.token}/questions").headers["Location"]
    heard = {item.id: "6" for item in surveys.parts(surveys.asked("en"))[0]}

    second = visitor.post(start, **heard).headers["Location"]
    assert visitor.get(second).status_code == 200
    third = visitor.post(second, warmth_other="55", warmth_own="70").headers["Location"]
    assert visitor.get(third).status_code == 200
    card = visitor.post(third, again="Yes", words="Thank you").headers["Location"]

    page = visitor.get(card).text
    assert "Ben hears of it only by saying yes too" in page
    assert "How was it" not in visitor.get("/home").text
    kept = surveys.answers(session, held, pair.first_id)
    assert kept[surveys.WORDS].words == "Thank you"
    assert kept["heard_respect"].value == 6


def test_an_interrupted_survey_goes_on_where_it_was(visitor, session, pair):
    held = closed(session, pair)
    first = f"/conversations/{held.token}/questions/1"
    heard = {item.id: "6" for item in surveys.parts(surveys.asked("en"))[0]}
    visitor.post(first, **heard)

    start = visitor.get(f"/conversations/{held.token}/questions").headers["Location"]

    assert start.endswith("/questions/2")
    assert 'value="6" aria-label="6 of 7" checked' in visitor.get(first).text


def test_a_number_that_does_not_fit_comes_back(visitor, session, pair):
    held = closed(session, pair)

    page = visitor.post(f"/conversations/{held.token}/questions/2", warmth_other="150")

    assert page.status_code == 422
    assert 'value="150"' in page.text


def test_rather_not_is_an_answer(visitor, session, pair):
    held = closed(session, pair)

    visitor.post(f"/conversations/{held.token}/questions/skip")

    assert "How was it" not in visitor.get("/home").text


def test_a_part_that_is_not_there_is_not_found(visitor, session, pair):
    held = closed(session, pair)

    assert visitor.get(f"/conversations/{held.token}/questions/4").status_code == 404


def test_nothing_is_asked_about_what_is_still_to_come(visitor, session, pair):
    coming = talk(session, pair, at=NOW + timedelta(hours=5))

    assert visitor.get(f"/conversations/{coming.token}/questions").status_code == 404


def test_a_card_whose_room_is_no_longer_readable_still_opens(visitor, session, pair):
    held = closed(session, pair)

    assert "You and Ben" in visitor.get(f"/conversations/{held.token}/card").text
