"""Guides and questionnaires are written in the browser; no version changes what has been."""

from pathlib import Path

import pytest
from sqlalchemy import select

import models
from services.pairing import pools
from services.staff import guides, manuscripts, proofreading, questionnaires
from services.staff.manuscripts import GUIDE, QUESTIONNAIRE, Manuscript, Overtaken
from tests import factories
from tests.factories import NOW
from tests.rounds import people

GUIDES = Path(manuscripts.FOLDERS[GUIDE])
FIRST = (GUIDES / "first.en.toml").read_text(encoding="utf-8")
ASKED = (questionnaires.FOLDER / "first.en.toml").read_text(encoding="utf-8")
PAGE = "/staff/texts/guide/first/en"


def line(text: str, begins: str, nth: int = 1) -> int:
    found = [at for at, one in enumerate(text.splitlines(), 1) if one.startswith(begins)]
    return found[nth - 1]


def said(session, kind, text):
    return [(one.line, one.said) for one in proofreading.read(session, kind, text).problems]


def test_what_earshot_comes_with_has_nothing_to_mend(session):
    for kind in (GUIDE, QUESTIONNAIRE):
        for slug, language in manuscripts.names(session, kind):
            found = manuscripts.find(session, kind, slug, language)
            proof = proofreading.read(session, kind, found.text)
            ours = kind == QUESTIONNAIRE and slug in ("after", "halves", "later")
            assert bool(proof.problems) is ours, slug
            assert proof.name == (slug, language)


@pytest.mark.parametrize(
    ("old", "new", "begins", "nth", "why"),
    [
        ('activity = "say_back"', 'activity = "sing"', "activity", 2, "'sing' is not one of"),
        ('title = "Listen"\n', "", "[[steps]]", 2, "title: missing"),
        ("minutes = 50", "minutes = 500", "minutes", 1, "from 1 to 180"),
        ("minutes = 50\n", "minutes = 50\ncolour = 1\n", "colour", 1, "unknown key"),
        ("minutes = 50\n", "", "#", 1, "minutes: missing"),
        ('slug = "first"', 'slug = "The First"', "slug", 1, "small letters"),
        ('language = "en"', 'language = "English!"', "language", 1, "must be a tag"),
        ("minutes = 50", "minutes = ", "minutes", 1, "not valid TOML"),
        ('  "What would make this a good hour for you?",', '  "",', "prompts", 1, "not empty"),
    ],
)
def test_each_problem_of_a_guide_is_said_with_its_line(session, old, new, begins, nth, why):
    text = FIRST.replace(old, new, 1)
    [(at, told)] = said(session, GUIDE, text)

    assert why in told
    assert at == line(text, begins, nth)


@pytest.mark.parametrize(
    ("old", "new", "begins", "nth", "why"),
    [
        ('kind = "value"', 'kind = "wish"', "kind", 1, "must be value, view or background"),
        ("max = 6", "max = 0", "max", 1, "above min"),
        ('id = "value_security"', 'id = "value_self_direction"', "id", 2, "used twice"),
        ('text = "This', 'txt = "This', "txt", 1, "unknown key"),
        ('title = "', 'titel = "', "titel", 1, "unknown key"),
    ],
)
def test_each_problem_of_a_questionnaire_is_said_with_its_line(session, old, new, begins, nth, why):
    text = ASKED.replace(old, new, 1)
    found = said(session, QUESTIONNAIRE, text)

    assert any(why in told and at == line(text, begins, nth) for at, told in found), found


@pytest.mark.parametrize(
    ("text", "at", "why"),
    [
        ('slug = "x', 1, "not TOML"),
        ("slug = [\n1,\n", 2, "not TOML"),
        ('items = [1]\nslug = "x"\nlanguage = "en"\ntitle = "x"', 1, "must be a table"),
        ('slug = "x"\nlanguage = "en"\ntitle = "x"\nitems = 1', 4, "at least one"),
        ("x" * 200_001, 1, "at most 200000"),
    ],
)
def test_what_is_no_questionnaire_at_all_is_said_too(session, text, at, why):
    assert any(line == at and why in told for line, told in said(session, QUESTIONNAIRE, text))


def test_an_answered_question_keeps_its_meaning(session):
    turned = ASKED.replace("max = 6", "max = 7").replace(', "Very much like me"]', ', "Y", "Z"]')
    found = said(session, QUESTIONNAIRE, turned)

    assert len(found) == 10
    assert all("an id of its own" in told for _, told in found)
    other_words = ASKED.replace("This person likes", "Somebody likes")
    assert said(session, QUESTIONNAIRE, other_words) == []
    new_name = turned.replace('slug = "first"', 'slug = "second"')
    assert said(session, QUESTIONNAIRE, new_name) == []


def test_a_questionnaire_that_cannot_pair_a_programme_is_refused(session):
    people.programme(session, slug="town", title="The town", policy={"min_differences": 9})
    people.programme(session, slug="village")
    people.programme(session, slug="over", policy={"min_differences": 9}, closed_at=NOW)
    without = (questionnaires.FOLDER / "after.en.toml").read_text(encoding="utf-8")

    assert ["The town wants 9" in told for _, told in said(session, QUESTIONNAIRE, ASKED)] == [True]
    assert "at least one view" in said(session, QUESTIONNAIRE, without)[0][1]


def keep(session, kind, text, number=0, slug="first"):
    return kept(session, kind, Manuscript(slug, "en", text, number))


def kept(session, kind, written):
    author = factories.account(session, "staff")
    return manuscripts.keep(session, kind, written, NOW, author.id)


def test_a_version_counts_from_then_on_and_a_conversation_keeps_its_guide(session):
    before = guides.store(session, "first", "en", NOW)
    keep(session, GUIDE, FIRST.replace('title = "Listen"', 'title = "Hear"'))
    keep(session, GUIDE, FIRST.replace('title = "Listen"', 'title = "Heed"'), 1)

    after = guides.store(session, "first", "en", NOW)
    assert guides.read(session, "first", "de").steps[1].title == "Heed"
    assert after.digest != before.digest
    assert 'title = "Listen"' in before.text
    assert [one.number for one in manuscripts.versions(session, GUIDE, "first", "en")] == [2, 1]


def test_answers_outlive_a_question_that_is_asked_no_more(session):
    town = people.programme(session)
    ada = people.crowd(session, town, 2)[0]
    start = ASKED.index('[[items]]\nid = "view_homes"')
    end = ASKED.index('[[items]]\nid = "view_migration"')
    keep(session, QUESTIONNAIRE, ASKED[:start] + ASKED[end:])

    kept = select(models.Answer).where(models.Answer.participant_id == ada.id)
    assert "view_homes" in {one.item for one in session.scalars(kept)}
    assert len(questionnaires.current(session, "first", "en").of("view")) == 7
    assert len(pools.load(session, town, NOW, 14).cohort.questionnaire.of("view")) == 7


def test_a_language_of_its_own_and_a_name_of_its_own(session):
    german = FIRST.replace('language = "en"', 'language = "de"')
    kept(session, GUIDE, Manuscript("first", "de", german))
    keep(session, GUIDE, FIRST.replace('slug = "first"', 'slug = "town"'), slug="town")

    assert guides.read(session, "first", "de-AT").language == "de"
    assert guides.read(session, "first", "fr").language == "en"
    assert "town" in guides.slugs(session)
    with pytest.raises(questionnaires.NoSuchQuestionnaire, match="There are: first"):
        questionnaires.current(session, "none", "en")
    with pytest.raises(guides.NoSuchGuide, match="town"):
        guides.read(session, "none", "en")


def test_of_two_who_keep_at_once_one_is_told(session):
    keep(session, GUIDE, FIRST + "\n# one")
    with pytest.raises(Overtaken):
        keep(session, GUIDE, FIRST + "\n# two")
    session.commit()
    assert len(manuscripts.versions(session, GUIDE, "first", "en")) == 1


def test_two_who_both_saw_the_same_newest_cannot_both_keep(session, monkeypatch):
    keep(session, GUIDE, FIRST + "\n# one")
    monkeypatch.setattr(manuscripts, "versions", lambda *_: [])

    with pytest.raises(Overtaken):
        keep(session, GUIDE, FIRST + "\n# two")
