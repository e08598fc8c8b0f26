"""The pages of the profile: every answer is kept, wherever one stops."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from services.people import enrolment
from tests import factories
from tests.factories import NOW
from tests.visitors import Visitor


@pytest.fixture
def account(session: Session) -> models.Account:
    factories.programme(session, languages=["en", "es"], topics=["Housing", "Faith"])
    made = factories.account(session)
    enrolment.consent(session, made.id, ["matching", "conversation"], NOW)
    session.commit()
    return made


@pytest.fixture
def visitor(app: Flask, account: models.Account) -> Visitor:
    return Visitor(app, account)


def begin(visitor: Visitor, session: Session) -> models.Participant:
    programme = session.scalars(select(models.Programme)).one()
    visitor.post("/profile", programme=programme.id)
    return session.scalars(select(models.Participant)).one()


def answer(visitor: Visitor, question: str, **given):
    fields = {"answer": "3", "weight": "2"}
    if question == "name":
        fields = {"answer": "Ada"}
    elif question == "languages":
        fields = {"answer": ["en", "es"]}
    elif question in ("topics", "warmth_own", "warmth_other", "age", "place", "school"):
        fields = {"skip": "1"}
    elif question == "times":
        fields = {"answer": ["0-19", "2-20"], "zone": "Europe/Vienna", "capacity": "2"}
    return visitor.post(f"/profile/{question}", **(given or _fitting(question, fields)))


def _fitting(question: str, fields: dict) -> dict:
    return {"answer": "3"} if question.startswith("value_") else fields


def where(visitor: Visitor) -> str:
    return visitor.get("/profile").headers.get("Location", "/profile")


def test_from_the_first_question_to_home(visitor: Visitor, session: Session):
    begin(visitor, session)
    asked = []
    while (path := where(visitor)) != "/profile":
        asked.append(path.removeprefix("/profile/"))
        page = visitor.get(path)
        assert page.status_code == 200
        last = answer(visitor, asked[-1])

    assert asked[0] == "name"
    assert asked[-1] == "times"
    assert len(asked) == len(set(asked)) == 27
    assert last.headers["Location"] == "/home"
    session.expire_all()
    person = session.scalars(select(models.Participant)).one()
    assert person.completed_at is not None
    assert (person.first_name, person.capacity) == ("Ada", 2)
    assert person.account.zone == "Europe/Vienna"
    overview = visitor.get("/profile").text
    assert "2 hours a week, Europe/Vienna" in overview
    assert "Somewhere between" in overview


def test_another_device_goes_on_where_this_one_stopped(visitor, session, app, account):
    begin(visitor, session)
    answer(visitor, "name")

    assert where(Visitor(app, account)) == "/profile/value_self_direction"


def test_back_keeps_what_was_chosen(visitor, session):
    begin(visitor, session)
    answer(visitor, "name")

    gone = visitor.post("/profile/value_self_direction", answer="5", back="1")

    assert gone.headers["Location"] == "/profile/name"
    page = visitor.get("/profile/value_self_direction").text
    assert 'value="5" checked' in page


def test_back_without_an_answer_goes_back_all_the_same(visitor, session):
    begin(visitor, session)

    gone = visitor.post("/profile/value_security", back="1")

    assert gone.headers["Location"] == "/profile/value_self_direction"


@pytest.mark.parametrize(
    ("question", "given"),
    [
        ("name", {"answer": " "}),
        ("value_power", {}),
        ("value_power", {"answer": "9"}),
        ("value_power", {"answer": "high"}),
        ("value_power", {"skip": "1"}),
        ("view_homes", {"answer": "3", "weight": "9"}),
        ("view_homes", {"answer": "3", "weight": "x"}),
        ("age", {"answer": "200"}),
        ("languages", {"answer": "fr"}),
        ("topics", {"answer": "Sport"}),
        ("times", {"answer": "0-19", "zone": "Mars/Crater", "capacity": "1"}),
        ("times", {"answer": "0-99", "zone": "UTC", "capacity": "1"}),
        ("times", {"answer": "noon", "zone": "UTC", "capacity": "1"}),
        ("times", {"zone": "UTC", "capacity": "1"}),
    ],
)
def test_an_answer_that_does_not_fit_is_asked_for_again(visitor, session, question, given):
    begin(visitor, session)

    page = visitor.post(f"/profile/{question}", **given)

    assert page.status_code == 422
    assert session.scalars(select(models.Answer)).all() == []


def test_times_that_came_back_are_still_marked(visitor, session):
    begin(visitor, session)

    page = visitor.post("/profile/times", answer=["0-19"], zone="UTC", capacity="9").text

    assert 'value="0-19" aria-label="Monday 19:00" checked' in page


def test_an_answer_can_be_changed_later(visitor, session, account):
    person = begin(visitor, session)
    person.completed_at = NOW
    session.commit()

    changed = visitor.post("/profile/name", answer="Adele")

    assert changed.headers["Location"] == "/profile"
    session.expire_all()
    assert person.first_name == "Adele"


def test_an_unknown_question_is_not_found(visitor, session):
    begin(visitor, session)

    assert visitor.get("/profile/shoe-size").status_code == 404


def test_without_a_place_the_questions_lead_to_the_beginning(visitor):
    assert visitor.get("/profile/name").headers["Location"] == "/profile"


def test_without_a_programme_the_page_says_so(visitor, session):
    session.scalars(select(models.Programme)).one().closed_at = NOW
    session.commit()

    assert "No programme is open" in visitor.get("/profile").text


def test_a_programme_that_is_not_open_cannot_be_joined(visitor):
    assert visitor.post("/profile", programme=999).status_code == 404
    assert visitor.post("/profile").status_code == 404


def test_a_consent_that_was_taken_back_is_asked_for_first(app, session):
    programme = factories.programme(session)
    stranger = factories.account(session)
    session.commit()
    visitor = Visitor(app, stranger)
    assert "consent_matching" in visitor.get("/profile").text

    visitor.post("/profile", programme=programme.id, consent_matching="y")
    assert session.scalars(select(models.Participant)).all() == []
    visitor.post("/profile", programme=programme.id, consent_conversation="y")

    assert session.scalars(select(models.Participant)).one().account_id == stranger.id


def test_clocks_that_change_soon_are_announced(visitor, session, clock):
    person = begin(visitor, session)
    person.account.zone = "Europe/Vienna"
    session.commit()
    assert "In your zone clocks change" not in visitor.get("/profile/times").text

    clock.forward(days=10)

    assert "In your zone clocks change" in visitor.get("/profile/times").text


def test_who_jumped_ahead_is_led_back_to_what_is_open(visitor, session):
    begin(visitor, session)

    assert answer(visitor, "times").headers["Location"] == "/profile"
    assert where(visitor) == "/profile/name"


def test_back_from_the_first_question_stays_there(visitor, session):
    begin(visitor, session)

    assert visitor.post("/profile/name", back="1").headers["Location"] == "/profile"
