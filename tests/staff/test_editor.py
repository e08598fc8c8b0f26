"""Programmes are made, copied, changed and closed; every version is kept and changes no past."""

import pytest
from sqlalchemy import select

import models
from services.staff import accents, editing, guides, manuscripts, questionnaires
from services.staff.editing import Content
from tests import factories
from tests.factories import NOW
from tests.visitors import Visitor

GOOD = Content("The town", "first", "first", ["en"], "Europe/Berlin")


def form(**more):
    usual = {
        "title": "The town",
        "guide": "first",
        "questionnaire": "first",
        "languages": "en, de",
        "zone": "Europe/Berlin",
        "topics": "Work\n\nSchool ",
        "min_differences": "2",
        "accent": "#1A5E50",
        "lead": "Come and talk.",
    }
    return usual | more


@pytest.fixture
def account(session):
    made = factories.account(session, "staff")
    session.commit()
    return made


@pytest.fixture
def staff(app, account):
    return Visitor(app, account)


def of(session, slug="town") -> models.Programme:
    session.expire_all()
    return session.scalars(select(models.Programme).where(models.Programme.slug == slug)).one()


@pytest.mark.parametrize(
    ("key", "more", "why"),
    [
        ("title", {"title": " "}, "is needed"),
        ("title", {"title": "x" * 201}, "201 letters"),
        ("lead", {"lead": "x" * 2001}, "at most 2000"),
        ("zone", {"zone": "Berlin"}, "not a time zone"),
        ("languages", {"languages": []}, "at least one"),
        ("topics", {"topics": ["a", "a"]}, "each once"),
        ("topics", {"topics": ["a" * 65]}, "longer than 64"),
        ("accent", {"accent": "green"}, "written like"),
        ("accent", {"accent": "#ffee00"}, "too pale"),
        ("policy", {"policy": {"min_differences": "two"}}, "min_differences: must be"),
        ("guide", {"guide": "none"}, "no guide 'none'"),
        ("questionnaire", {"questionnaire": "none"}, "no questionnaire 'none'"),
        ("questionnaire", {"policy": {"min_differences": 9, "best_differences": 9}}, "asks 8"),
    ],
)
def test_what_is_wrong_is_said_by_key(session, key, more, why):
    wanted = Content(**({name: getattr(GOOD, name) for name in editing.KEPT} | more))

    assert list(editing.problems(session, wanted)) == [key]
    assert why in editing.problems(session, wanted)[key]
    with pytest.raises(editing.Unfit, match=key):
        editing.create(session, "town", wanted, NOW, 1)
    assert editing.problems(session, GOOD) == {}


def test_a_guide_that_cannot_be_read_is_named(session, tmp_path, monkeypatch):
    (tmp_path / "bad.en.toml").write_text("slug = 1\n")
    monkeypatch.setitem(manuscripts.FOLDERS, "guide", tmp_path)
    wanted = Content("The town", "bad", "first", ["en"], "UTC")

    assert "bad.en.toml" in editing.problems(session, wanted)["guide"]


def test_a_programme_is_opened_and_its_page_has_its_words_and_colour(app, session, staff, account):
    assert "Open the programme" in staff.get("/staff/new").text
    assert staff.post("/staff/new", slug="town", **form()).status_code == 302

    made = of(session)
    assert (made.title, made.languages, made.topics) == (
        "The town",
        ["en", "de"],
        ["Work", "School"],
    )
    assert (made.policy, made.accent) == ({"min_differences": 2}, "#1a5e50")
    assert made.owner_id == account.id
    page = Visitor(app).get("/p/town").text
    assert "Come and talk." in page
    assert "/p/town/look.css" in page
    sheet = Visitor(app).get("/p/town/look.css")
    assert sheet.content_type.startswith("text/css")
    assert "--accent: #1a5e50" in sheet.text
    made.accent = ""
    session.commit()
    assert Visitor(app).get("/p/town/look.css").status_code == 404


def test_what_was_typed_wrongly_comes_back_with_what_to_do(session, staff):
    answer = staff.post("/staff/new", slug="town", **form(accent="#ffee00"))
    assert answer.status_code == 422
    assert "too pale" in answer.text
    assert 'value="#ffee00"' in answer.text
    assert staff.post("/staff/new", slug="The Town", **form()).status_code == 422
    staff.post("/staff/new", slug="town", **form())
    assert "is there already" in staff.post("/staff/new", slug="town", **form()).text


def test_it_is_checked_while_it_is_typed(staff):
    answer = staff.post("/staff/check", **form(title="", min_differences="many"))

    assert set(answer.json) == {"title", "policy"}


def test_every_change_is_a_version_and_a_past_conversation_keeps_its_guide(session, staff):
    staff.post("/staff/new", slug="town", **form())
    town = of(session)
    version = guides.store(session, "first", "en", NOW)
    people = [factories.participant(session, town) for _ in range(2)]
    held = factories.conversation(session, factories.pair(session, *people), version)
    town.policy = {"min_differences": 2, "clear": 0.2}
    session.commit()
    change = form(title="The city", guide="first-short")
    assert staff.post("/staff/programmes/town/settings", **change).status_code == 302
    staff.post("/staff/programmes/town/settings", **change)

    town = of(session)
    assert (town.title, town.policy) == ("The city", {"clear": 0.2, "min_differences": 2})
    assert [one.number for one in editing.versions(session, town)] == [2, 1]
    assert editing.versions(session, town)[1].data["title"] == "The town"
    assert held.guide_digest == version.digest
    page = staff.get("/staff/programmes/town/settings").text
    assert "Version 2" in page
    assert "Nothing is different" in page
    wrong = staff.post("/staff/programmes/town/settings", **form(title=""))
    assert (wrong.status_code, of(session).title) == (422, "The city")


def test_a_copy_begins_with_what_the_other_is(session, staff):
    staff.post("/staff/new", slug="town", **form())
    page = staff.get("/staff/new?copy=town").text
    assert 'value="The town"' in page
    town = of(session)
    town.policy = {"clear": 0.2}
    session.commit()
    staff.post("/staff/new?copy=town", slug="village", **form(min_differences=""))

    assert of(session, "village").policy == {"clear": 0.2}


def test_a_programme_is_ended_once(session, staff, clock):
    staff.post("/staff/new", slug="town", **form())
    assert "It is as it was opened" not in staff.get("/staff/programmes/town/settings").text
    staff.post("/staff/programmes/town/close")
    clock.forward(minutes=10)
    staff.post("/staff/programmes/town/close")

    assert of(session).closed_at == NOW
    assert "It ended on" in staff.get("/staff/programmes/town/settings").text


def test_an_accent_is_readable_on_light_and_dark():
    for accent in ("#1a5e50", "#000000", "#7a1f1f", "#00008b"):
        assert accents.problem(accent) is None
        assert accents.contrast(accents.for_dark(accent), accents.DARK) >= accents.READABLE
    assert accents.contrast("#000000", "#ffffff") == pytest.approx(21)


def test_what_there_is_to_choose_from_is_listed(session):
    assert "first" in guides.slugs(session)
    assert questionnaires.slugs(session) == ["first"]


def test_hints_are_switched_on_and_off_and_each_version_says_so(session, staff):
    staff.post("/staff/new", slug="town", **form(hints="1"))
    assert of(session).hints
    assert "checked" in staff.get("/staff/programmes/town/settings").text
    staff.post("/staff/programmes/town/settings", **form())
    made = of(session)
    assert not made.hints
    assert [one.data["hints"] for one in editing.versions(session, made)] == [False, True]
