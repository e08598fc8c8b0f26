"""An extract holds people who agreed, nobody alone, under names of its own, and leaves a trace."""

import csv
import io
import json
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from disclosure.anonymity import anonymous, smallest
from services.figures import extracts
from services.people import enrolment
from tests import factories
from tests.factories import NOW
from tests.staff import people
from tests.visitors import Visitor

ROWS = st.lists(st.tuples(*[st.sampled_from("abc")] * 3), max_size=60)


@given(ROWS, st.integers(2, 8))
def test_whoever_is_left_is_like_enough_others(rows, k: int) -> None:
    held = anonymous(rows, k)
    left = [row for row in held if row is not None]
    assert len(held) == len(rows)
    assert smallest(left) >= k or not left
    assert all(
        new in (old, "")
        for row, was in zip(held, rows, strict=True)
        if row
        for new, old in zip(row, was, strict=True)
    )


def test_rows_that_are_alike_stay_as_they_are() -> None:
    assert anonymous([("a", "b")] * 3, 3) == [("a", "b")] * 3
    assert anonymous([], 3) == []


@pytest.fixture
def programme(session: Session) -> models.Programme:
    """A programme of 60, of whom all but ten agreed to research; two talked."""
    made = factories.programme(session, "library")
    crowd = people.joined(session, made, 60)
    for person in crowd[:50]:
        enrolment.consent(session, person.account_id, ["research"], NOW)
    (pair,) = people.paired(session, crowd[:2])
    people.answer(session, pair.first, "warmth_other", value=40)
    conversation = people.talked(session, pair)
    people.surveyed(session, conversation, pair.first, heard_overall=6, warmth_other=55)
    people.answer(session, crowd[5], "place", choice="=cmd()")
    session.flush()
    return made


def make(session: Session, programme, key: bytes = b"one") -> extracts.Extract:
    return extracts.make(session, programme, "agreement 7", key, NOW, actor="account:1")


def rows(made: extracts.Extract) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(made.table.decode(), newline="")))


def test_only_those_who_agree_now_are_in_it(session: Session, programme) -> None:
    assert make(session, programme).rows == 50
    account = session.scalars(select(models.Consent.account_id)).first()
    enrolment.withdraw_consent(session, account, "research", NOW)
    assert make(session, programme).rows == 49


def test_nobody_is_alone_in_what_others_could_know(session: Session, programme) -> None:
    made = make(session, programme)
    kept = [(row["age"], row["place"], row["school"]) for row in rows(made)]
    assert smallest(kept) >= extracts.FEWEST
    assert "=cmd" not in made.table.decode()
    assert made.left_out == 0


def test_what_came_of_the_conversation_stands_beside(session: Session, programme) -> None:
    talked = [row for row in rows(make(session, programme)) if row["talked"] == "yes"]
    assert sorted((row["felt_heard"], row["warmth_change"]) for row in talked) == [
        ("", ""),
        ("6.0", "15.0"),
    ]


def test_two_extracts_cannot_be_joined_and_each_leaves_its_mark(
    session: Session, programme
) -> None:
    first, second = make(session, programme), make(session, programme, b"two")
    names = [{row["pseudonym"] for row in rows(one)} for one in (first, second)]
    assert not names[0] & names[1]
    lines = session.scalars(select(models.AuditEntry).order_by(models.AuditEntry.seq)).all()
    assert [line.data["mark"] for line in lines] == [first.mark, second.mark]
    assert lines[0].data["agreement"] == "agreement 7"
    assert json.loads(first.codebook)["mark"] == first.mark


def test_too_few_people_are_no_extract(session: Session) -> None:
    with pytest.raises(extracts.NobodyLeft, match="Nothing was written"):
        make(session, factories.programme(session, "small"))


def test_staff_make_one_for_an_agreement_and_see_those_there_were(app, session, programme):
    account = factories.account(session, "staff")
    session.commit()
    staff, page = Visitor(app, account), "/staff/programmes/library/extracts"
    assert "50 people" in staff.get(page).text
    assert "None yet" in staff.get(page).text
    for fields in ({"agreement": "A7"}, {"signed": "1"}, {"agreement": "x" * 121, "signed": "1"}):
        assert staff.post(page, **fields).status_code == 422

    handed = staff.post(page, agreement="A7 of May", signed="1")

    with ZipFile(io.BytesIO(handed.data)) as archive:
        book = json.loads(archive.read("extract.json"))
        assert archive.read("extract.csv").startswith(b"pseudonym,")
    assert book["agreement"] == "A7 of May"
    assert book["mark"][:8] in handed.headers["Content-Disposition"]
    seen = staff.get(page).text
    assert "A7 of May" in seen
    assert book["mark"][:16] in seen
    line = extracts.made_before(session, programme)[0]
    assert line.actor == f"account:{account.id}"


def test_too_few_alike_are_no_extract_on_the_page_either(app, session):
    factories.programme(session, "library")
    account = factories.account(session, "staff")
    session.commit()
    answer = Visitor(app, account).post(
        "/staff/programmes/library/extracts", agreement="A7", signed="1"
    )

    assert answer.status_code == 422
    assert "Fewer than 10 people" in answer.text
