"""The tables of the menu count the right people in the right categories, each once."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

import models
from disclosure.tables import ALL
from services.figures import menu
from services.figures.looks import Look
from services.staff import questionnaires
from tests import factories
from tests.staff import people
from tests.staff.counting import FIRST, MONTH, counts, pairs
from tests.staff.people import SEPTEMBER


@pytest.fixture
def programme(session: Session) -> models.Programme:
    """An empty programme."""
    return factories.programme(session)


def test_the_funnel_table_puts_everybody_in_one_stage(session: Session, programme) -> None:
    people.joined(session, programme, 2, completed_at=None)
    (pair,) = pairs(session, programme)
    people.talked(session, pair, step=1)
    people.joined(session, programme, 1, joined_at=MONTH.until)
    assert counts(session, programme, "funnel") == {"signed-up": 2, "talked": 2, ALL: 4}


def test_an_answer_in_another_language_counts_like_its_option(
    session: Session, programme, tmp_path: Path
) -> None:
    source = questionnaires.FOLDER / "first.en.toml"
    text = source.read_text().replace('"18 to 24"', '"de 18 a 24"').replace('"en"', '"es"')
    (tmp_path / "first.es.toml").write_text(text)
    (tmp_path / "first.en.toml").write_text(source.read_text())
    spanish = questionnaires.load("first", "es", tmp_path)
    one, two, three = people.joined(session, programme, 3, joined_at=MONTH.since)
    for row in session.query(models.Answer).where(models.Answer.participant_id != one.id):
        row.choice = "de 18 a 24" if row.participant_id == two.id else "a hundred"
    session.flush()
    assert three.id
    told = counts(session, programme, "background-age", (FIRST, spanish))
    assert told == {"option-1": 2, "no-answer": 1, ALL: 3}


def test_a_skipped_and_a_missing_answer_are_no_answer(session: Session, programme) -> None:
    people.answer(session, people.joined(session, programme, 2)[0], "place", choice=None)
    assert counts(session, programme, "background-place") == {"no-answer": 2, ALL: 2}


def test_an_item_whose_id_cannot_be_a_code_gets_one(session: Session, programme) -> None:
    items = tuple(replace(item, id=item.id.upper()) for item in FIRST.of("background"))
    loud = replace(FIRST, items=items)
    assert counts(session, programme, "background-item-3", (loud,)) == {}


def test_a_pair_counts_both_people_once_by_their_first_difference(
    session: Session, programme
) -> None:
    first, second, third = people.joined(session, programme, 3)
    early, late = SEPTEMBER, SEPTEMBER + timedelta(days=5)
    factories.pair(
        session, first, second, proposed_at=early, differences=["view_homes", "view_faith"]
    )
    factories.pair(session, first, third, proposed_at=late, differences=["view_faith"])
    told = counts(session, programme, "differences")
    assert told == {"view_homes": 2, "view_faith": 1, ALL: 3}


def test_a_pair_without_a_known_difference_is_counted_as_none_named(
    session: Session, programme
) -> None:
    pairs(session, programme, differences=[])
    pairs(session, programme, differences=["view_of_another_year"])
    assert counts(session, programme, "differences") == {"none-named": 4, ALL: 4}


@pytest.mark.parametrize(
    ("waited", "look"),
    [
        (timedelta(hours=1), "hour"),
        (timedelta(hours=2), "day"),
        (timedelta(days=2), "later"),
        (timedelta(days=40), "later"),
        (None, "later"),
    ],
)
def test_reports_are_counted_by_time_to_the_first_look(
    session: Session, programme, waited: timedelta | None, look: str
) -> None:
    (pair,) = pairs(session, programme)
    conversation = people.talked(session, pair)
    for number in range(2):
        report(session, conversation, pair.first.id, waited, f"twice {number}")
    report(session, conversation, None, waited, "left")  # nobody any more: cannot be counted once
    assert counts(session, programme, "reports") == {look: 1, ALL: 1}


def report(session: Session, conversation, reporter, waited, token) -> None:
    at = conversation.closed_at
    session.add(
        models.Report(
            token=token,
            conversation_id=conversation.id,
            reporter_id=reporter,
            reason="other",
            at=at,
            due_at=at,
            last_seq=1,
            digest=b"",
            evidence=b"",
            seen_at=at + waited if waited else None,
        )
    )
    session.flush()


def test_waits_run_from_the_finished_profile_to_the_first_pair(session: Session, programme) -> None:
    given = {"completed_at": SEPTEMBER}
    soon, late, _never = (people.joined(session, programme, 2, **given) for _ in range(3))
    people.joined(session, programme, 1, completed_at=None)
    people.joined(session, programme, 1, completed_at=MONTH.until)
    list(people.paired(session, soon, proposed_at=SEPTEMBER + timedelta(days=7)))
    list(people.paired(session, late, proposed_at=SEPTEMBER + timedelta(days=8)))
    told = counts(session, programme, "waits")
    assert told == {"within-7-days": 2, "later": 2, "not-yet": 2, "unfinished": 2, ALL: 8}


def test_a_pledge_counts_for_the_account_that_took_it(session: Session, programme) -> None:
    one, _two = people.joined(session, programme, 2)
    for number, account in enumerate((one.account_id, one.account_id, None)):
        session.add(models.Pledge(token=f"t{number}", at=SEPTEMBER, account_id=account))
    session.flush()
    assert counts(session, programme, "pledges") == {"pledged": 1, "not-pledged": 1, ALL: 2}


def test_what_became_of_a_pair_counts_for_both(session: Session, programme) -> None:
    talked, agreed, half = pairs(session, programme, 3)
    people.accepted(session, talked)
    people.talked(session, talked)
    people.accepted(session, agreed)
    people.accepted(session, half, by=1)
    session.flush()
    told = counts(session, programme, "outcomes")
    assert told == {"talked": 2, "agreed": 2, "lapsed": 2, ALL: 6}


def test_another_guide_is_one_category_whatever_it_is_called(session: Session, programme) -> None:
    programme.guide = "second"
    (pair,) = pairs(session, programme)
    people.talked(session, pair)
    told = counts(session, programme, "conversations")
    assert told["another-guide/last-step"] == 2


def test_means_are_sums_from_the_middle_within_public_bounds(session: Session, programme) -> None:
    (pair,) = pairs(session, programme)
    people.answer(session, pair.first, "warmth_other", value=0)
    people.surveyed(
        session, people.talked(session, pair), pair.first, heard_overall=6, warmth_other=90
    )
    _, (heard, warmer) = menu.exact(Look(session, programme, MONTH), (FIRST,))
    assert (heard.scale.name, heard.tenths) == ("felt-heard-mean", 20)
    assert (warmer.scale.name, warmer.tenths) == ("warmth-mean", 500)  # 90 counts as 50


def test_the_menu_and_its_shares_are_public_and_add_up_to_the_grade(programme) -> None:
    designs = [entry.design for entry in menu.entries(programme, (FIRST,))]
    assert not any("guide" in d.name for d in designs)
    for grade, loss in menu.GRADES.items():
        shares = menu.shares(designs, grade)
        once = sum(shares[d.name] for d in designs if d.population == menu.ONCE)
        assert once == pytest.approx(loss.once)
        assert sum(shares.values()) == pytest.approx(loss.month)
