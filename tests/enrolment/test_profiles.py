"""A profile is answered one question at a time, and resumes where it was left."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from services.people import profiles
from services.people.profiles import SKIPPED, Answered, BadAnswer, Question, Week
from services.staff import questionnaires
from tests import factories
from tests.factories import NOW

EVENING = Week(frozenset({(0, 19), (2, 20)}), "Europe/Vienna", 2)


@pytest.fixture
def person(session: Session) -> models.Participant:
    programme = factories.programme(session, languages=["en", "es"], topics=["Housing", "Faith"])
    return factories.participant(
        session, programme, first_name="", completed_at=None, waiting_since=None
    )


@pytest.fixture
def asked(person: models.Participant) -> tuple[Question, ...]:
    first = questionnaires.load("first", "en")
    return profiles.questions(person.programme, first)


def one(asked: tuple[Question, ...], kind: str) -> Question:
    return next(question for question in asked if question.kind == kind)


def answer(session: Session, person: models.Participant, question: Question) -> None:
    item = question.item
    if question.kind == "name":
        profiles.save_name(session, person, "  Ada  M ", NOW)
    elif question.kind == "languages":
        profiles.save_languages(session, person, ["es", "en"], NOW)
    elif question.kind == "topics":
        profiles.save_topics(session, person, ["Faith"], NOW)
    elif question.kind == "times":
        profiles.save_times(session, person, EVENING, NOW)
    elif item.options:
        profiles.save_item(session, person, item, Answered(choice=item.options[0]), NOW)
    else:
        profiles.save_item(session, person, item, Answered(value=item.scale.min), NOW)


def test_it_is_complete_after_the_last_question_and_not_before(session, person, asked):
    for question in asked:
        assert not profiles.complete(session, person, asked, NOW)
        answer(session, person, question)

    assert profiles.complete(session, person, asked, NOW)
    assert (person.completed_at, person.waiting_since) == (NOW, NOW)
    assert person.first_name == "Ada M"
    assert profiles.complete(session, person, asked, NOW)


def test_it_resumes_at_the_first_open_question(session, person, asked):
    answer(session, person, asked[0])
    answer(session, person, asked[2])

    done = profiles.answers(session, person)

    assert profiles.next_question(asked, done) == asked[1]


def test_an_answer_replaces_the_one_before(session, person, asked):
    view = one(asked, "view").item
    profiles.save_item(session, person, view, Answered(value=2, importance=3), NOW)
    profiles.save_item(session, person, view, Answered(value=5, importance=0), NOW)

    kept = profiles.answers(session, person)[view.id]

    assert (kept.value, kept.importance) == (5, 0)


def test_an_optional_question_can_be_skipped_and_a_required_one_cannot(session, person, asked):
    profiles.skip(session, person, one(asked, "view"), NOW)
    profiles.save_item(session, person, one(asked, "background").item, SKIPPED, NOW)

    with pytest.raises(BadAnswer, match="required"):
        profiles.skip(session, person, one(asked, "value"), NOW)
    with pytest.raises(BadAnswer, match="required"):
        profiles.save_item(session, person, one(asked, "value").item, SKIPPED, NOW)
    kept = profiles.answers(session, person)[one(asked, "view").id]
    assert (kept.value, kept.choice) == (None, None)


def test_skipping_topics_forgets_those_chosen_before(session, person, asked):
    profiles.save_topics(session, person, ["Faith"], NOW)
    profiles.skip(session, person, one(asked, "topics"), NOW)

    assert session.scalars(select(models.Topic)).all() == []


@pytest.mark.parametrize(
    ("kind", "answered", "code"),
    [
        ("value", Answered(value=7), "unknown"),
        ("value", Answered(value=2.5), "unknown"),
        ("value", Answered(value=float("nan")), "unknown"),
        ("value", Answered(value=float("inf")), "unknown"),
        ("value", Answered(value=2, importance=1), "unknown"),
        ("value", Answered(choice="Yes"), "required"),
        ("value", Answered(value=2, choice="Yes"), "unknown"),
        ("view", Answered(value=2, importance=4), "unknown"),
        ("view", Answered(importance=2), "required"),
    ],
)
def test_what_is_not_offered_is_refused(session, person, kind, answered, code):
    asked = profiles.questions(person.programme, questionnaires.load("first", "en"))
    with pytest.raises(BadAnswer, match=code):
        profiles.save_item(session, person, one(asked, kind).item, answered, NOW)

    assert profiles.answers(session, person) == {}


def test_a_choice_outside_its_list_is_refused(session, person, asked):
    age = next(question.item for question in asked if question.id == "age")

    with pytest.raises(BadAnswer, match="unknown"):
        profiles.save_item(session, person, age, Answered(choice="17"), NOW)
    with pytest.raises(BadAnswer, match="unknown"):
        profiles.save_item(session, person, age, Answered(choice=age.options[0], value=1), NOW)


@pytest.mark.parametrize(
    ("name", "code"), [("  ", "required"), ("a" * 81, "name"), ("a\x00", "name")]
)
def test_a_name_is_short_and_of_letters(session, person, name, code):
    with pytest.raises(BadAnswer, match=code):
        profiles.save_name(session, person, name, NOW)


def test_languages_and_topics_are_those_of_the_programme(session, person):
    profiles.save_languages(session, person, ["en"], NOW)
    profiles.save_languages(session, person, ["es"], NOW)

    with pytest.raises(BadAnswer, match="unknown"):
        profiles.save_languages(session, person, ["fr"], NOW)
    with pytest.raises(BadAnswer, match="required"):
        profiles.save_languages(session, person, [], NOW)
    with pytest.raises(BadAnswer, match="unknown"):
        profiles.save_topics(session, person, ["Sport"], NOW)
    assert [row.tag for row in session.scalars(select(models.Language))] == ["es"]


def test_times_replace_those_before_and_set_zone_and_number(session, person):
    profiles.save_times(session, person, Week(frozenset({(6, 9)}), "UTC", 1), NOW)
    profiles.save_times(session, person, EVENING, NOW)

    rows = session.scalars(select(models.Availability)).all()
    assert {(row.weekday, row.hour) for row in rows} == EVENING.hours
    assert (person.account.zone, person.capacity) == ("Europe/Vienna", 2)


@pytest.mark.parametrize(
    ("week", "code"),
    [
        (Week(frozenset(), "UTC", 1), "required"),
        (Week(frozenset({(0, 9)}), "UTC", 5), "unknown"),
        (Week(frozenset({(7, 9)}), "UTC", 1), "unknown"),
        (Week(frozenset({(0, 24)}), "UTC", 1), "unknown"),
    ],
)
def test_times_that_do_not_exist_are_refused(session, person, week, code):
    with pytest.raises(BadAnswer, match=code):
        profiles.save_times(session, person, week, NOW)


def test_the_minutes_left_shrink_and_never_vanish(session, person, asked):
    everything = {question.id for question in asked}

    assert profiles.minutes_left(asked, set()) == 5
    assert profiles.minutes_left(asked, everything) == 1


def test_without_topics_none_are_asked(session):
    programme = factories.programme(session)
    asked = profiles.questions(programme, questionnaires.load("first", "en"))

    assert "topics" not in [question.kind for question in asked]


def test_every_questionnaire_can_be_asked():
    for path in questionnaires.FOLDER.glob("*.toml"):
        slug, language, _ = path.name.split(".")
        read = questionnaires.load(slug, language)
        assert (read.slug, read.language) == (slug, language)


def test_a_language_that_is_missing_is_asked_in_english():
    assert questionnaires.load("first", "xx-YY").language == "en"


def test_a_questionnaire_that_is_missing_is_named():
    with pytest.raises(questionnaires.NoSuchQuestionnaire, match="no questionnaire 'second'"):
        questionnaires.load("second", "en")
