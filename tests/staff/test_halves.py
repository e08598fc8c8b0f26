"""Both halves are asked the same at the same time; the difference counts everybody by their lot."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

import models
from services.letters import mailings
from services.staff import halves, waitlists
from tests import factories
from tests.factories import NOW
from tests.rounds import people
from tests.visitors import Visitor

DAY = timedelta(days=1)
GUIDE = Path(__file__).parents[2] / "guides" / "first.en.toml"
PAGE = "/staff/programmes/town/effect"


@pytest.fixture
def town(session):
    return people.programme(session, slug="town")


@pytest.fixture
def made(session, town):
    """A wait-list whose waiting half begins two days from now."""
    return begun(session, town, -12 * DAY)


def begun(session, town, ahead):
    on = waitlists.switch_on(session, town, NOW + ahead, NOW + ahead - DAY, "account:1")
    session.flush()
    return on


def person(session, town, **given):
    early = {"completed_at": NOW - 20 * DAY, "joined_at": NOW - 30 * DAY}
    return factories.participant(session, town, **(early | given))


def letters(session):
    kept = select(models.Mail).where(models.Mail.kind == "halves").order_by(models.Mail.id)
    return list(session.scalars(kept))


def test_everybody_of_both_halves_is_written_to_once_and_nobody_else(session, town, made, config):
    ada, ben = person(session, town), person(session, town)
    person(session, town, completed_at=NOW - DAY)  # came after the start
    person(session, town, withdrawn_at=NOW - DAY)
    person(session, factories.programme(session))
    stopped = person(session, town)
    session.add(models.MailStop(account_id=stopped.account_id, mailing=mailings.AFTERWARDS, at=NOW))
    session.flush()

    assert halves.ask_due(session, NOW, config) == 2
    assert halves.ask_due(session, NOW, config) == 0
    said = letters(session)
    assert {one.recipient for one in said} == {ada.account.email, ben.account.email}
    assert "/halves/town" in said[0].text
    assert len({one.text for one in said}) == 1  # the same words, whichever half


@pytest.mark.parametrize("ahead", [-9 * DAY, -14 * DAY, DAY])
def test_nobody_is_asked_too_early_or_once_the_waiting_half_has_begun(session, town, config, ahead):
    person(session, town)
    begun(session, town, ahead)

    assert halves.ask_due(session, NOW, config) == 0


def test_the_page_keeps_what_is_answered_and_says_what_is_wrong(app, session, town, made):
    ada = person(session, town)
    session.commit()
    visitor = Visitor(app, ada.account)

    assert "I felt heard by people who see things differently" in visitor.get("/halves/town").text
    wrong = visitor.post("/halves/town", warmth_other="60", warmth_own="hot", heard_apart="")
    assert wrong.status_code == 422
    assert 'value="hot"' in wrong.text
    assert "Please choose again" in wrong.text
    assert visitor.post("/halves/town", warmth_own="70", heard_apart="6").status_code == 302
    assert visitor.post("/halves/town", warmth_own="75").status_code == 302
    session.expire_all()
    assert halves.answers(session, ada) == {
        "warmth_other": 60,
        "warmth_own": 75,
        "heard_apart": 6,
    }
    assert 'value="75"' in visitor.get("/halves/town").text


@pytest.mark.parametrize(("ahead", "said"), [(-2 * DAY, "open on"), (-20 * DAY, "were open until")])
def test_outside_its_days_the_page_says_when_and_keeps_nothing(app, session, town, ahead, said):
    ada = person(session, town, completed_at=NOW - 29 * DAY)
    begun(session, town, ahead)
    session.commit()
    visitor = Visitor(app, ada.account)

    assert said in visitor.get("/halves/town").text
    assert said in visitor.post("/halves/town", warmth_other="60").text
    assert halves.answers(session, ada) == {}


def test_who_is_in_no_half_finds_no_page(app, session, town, made):
    late = person(session, town, completed_at=NOW - DAY)
    elsewhere = person(session, factories.programme(session))
    session.commit()

    assert Visitor(app, late.account).get("/halves/town").status_code == 404
    assert Visitor(app, elsewhere.account).get("/halves/town").status_code == 404


def answered(session, person, value, before, before_at=NOW - 25 * DAY):
    given = {"participant_id": person.id, "item": "warmth_other"}
    session.add(models.HalfAnswer(**given, value=value, at=NOW))
    session.add(models.Answer(**given, value=before, answered_at=before_at))


def populated(session, town, made, count=80):
    """Let *count* people answer: 10 degrees warmer in the first half, whoever talked."""
    crowd = [person(session, town) for _ in range(count)]
    first = [one for one in crowd if waitlists.is_first(made.seed, one.id)]
    waiting = [one for one in crowd if one not in first]
    for half, warmer in ((first, 10), (waiting, 0)):
        for number, one in enumerate(half):  # the same scatter in both, whatever the lot
            before = 30.0 + number % 20
            answered(session, one, before + warmer + number % 3, before)
    version = factories.guide_version(session, GUIDE.read_text(encoding="utf-8"))
    factories.conversation(
        session, factories.pair(session, *first[:2]), version, state="closed", started_at=NOW - DAY
    )
    session.flush()
    return first, waiting


def test_the_difference_is_between_halves_by_lot_whoever_talked(session, town, made):
    first, waiting = populated(session, town, made)
    late = person(session, town, completed_at=NOW - DAY)
    answered(session, late, 0, 100)
    silent = person(session, town)
    session.flush()

    told = halves.findings(session, made)
    other, own, _heard = told.found

    assert told.first.talked == 2
    assert told.waiting.talked == 0
    assert (told.first.answered, told.waiting.answered) == (len(first), len(waiting))
    assert told.first.people + told.waiting.people == 81
    assert waitlists.is_first(made.seed, silent.id) is (told.first.people == len(first) + 1)
    assert other.difference is not None
    assert other.difference.low < 10 < other.difference.high
    assert other.difference.high - other.difference.low < 2
    assert own.difference is None


def test_what_was_changed_after_the_start_is_not_what_was_said_before(session, town, made):
    ada = person(session, town)
    answered(session, ada, 50, 90, before_at=NOW - DAY)
    session.flush()

    assert halves._before(session, made) == {}


def test_staff_see_the_difference_once_both_halves_have_begun(app, session, town, made):
    staff = Visitor(app, factories.account(session, "staff"))
    populated(session, town, made)
    session.commit()

    early = staff.get(PAGE).text
    assert "What it did" not in early
    assert "the same few questions by mail" in early
    made.starts_at -= 3 * DAY
    session.commit()
    page = staff.get(PAGE).text
    assert "What it did" in page
    assert "fewer than 20 answers in a half" in page
    assert "+10" in page or "+9." in page
