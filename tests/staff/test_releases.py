"""A month's release is drawn once, when the month is over, and is the same bytes ever after."""

import csv
import hashlib
import io
import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from disclosure.files import unpack
from disclosure.period import Month
from services import releases
from tests import factories
from tests.disclosure.attacker import attack
from tests.staff import people
from tests.staff.people import SEPTEMBER

MONTH = Month(2026, 9)
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def programme(session: Session) -> models.Programme:
    """A programme with 60 who joined in September, 40 of them paired, 24 who talked."""
    made = factories.programme(session, "library", title="City library")
    made.opened_at = SEPTEMBER - timedelta(days=20)
    pairs = list(people.paired(session, people.joined(session, made, 60)[:40]))
    for number, pair in enumerate(pairs[:12]):
        people.accepted(session, pair)
        conversation = people.talked(session, pair, minutes=12 * number, step=number % 6)
        people.answer(session, pair.first, "warmth_other", value=40)
        people.surveyed(
            session, conversation, pair.first, heard_overall=7, heard_self=1, warmth_other=65
        )
    session.flush()
    return made


def publish(session: Session, **given) -> models.Release:
    return releases.publish(session, "library", given.pop("month", MONTH), NOW, **given)


def table(release: models.Release, name: str) -> dict[str, str]:
    """Return the people of each category of a one-dimensional table, as published."""
    text = unpack(release.archive)[f"{name}.csv"].decode()
    rows = list(csv.reader(io.StringIO(text, newline="")))
    return {row[0]: row[rows[0].index("people")] for row in rows[1:]}


def test_the_menu_is_fixed_and_in_order(session: Session, programme) -> None:
    assert list(unpack(publish(session).archive)) == [
        "datapackage.json",
        "funnel.csv",
        "background-age.csv",
        "background-place.csv",
        "background-school.csv",
        "differences.csv",
        "conversations.csv",
        "lengths.csv",
        "feeling-heard.csv",
        "warmth.csv",
        "reports.csv",
    ]


def test_figures_are_exact_or_hidden(session: Session, programme) -> None:
    release = publish(session)
    age = table(release, "background-age")
    assert (age["option-2"], age["all"]) == ("30", "60")
    # Nobody has another age; one of the two is hidden so that this cannot be worked out.
    assert age["option-1"] == age["option-3"] == age["no-answer"] == ""
    assert table(release, "funnel") | {"profile": "20"} == table(release, "funnel")
    assert table(release, "differences")["all"] == "40"
    assert table(release, "lengths")["all"] == "24"


def test_no_figure_under_ten_is_published_and_none_can_be_worked_out(
    session: Session, programme
) -> None:
    contents = unpack(publish(session).archive)
    joined = ["datapackage.json", "funnel.csv", *(n for n in contents if "background" in n)]
    talked = [
        "datapackage.json",
        "conversations.csv",
        "lengths.csv",
        "feeling-heard.csv",
        "warmth.csv",
    ]
    for names in (joined, talked):
        found = attack({name: contents[name] for name in names})
        assert all(f.high - f.low > 9.5 for f in found.values())
    people_told = [
        row["people"]
        for name in contents
        if name.endswith(".csv")
        for row in csv.DictReader(io.StringIO(contents[name].decode(), newline=""))
    ]
    assert all(not told or int(told) >= 10 for told in people_told)


def test_publishing_again_gives_the_stored_bytes_even_after_people_have_left(
    session: Session, programme
) -> None:
    first = publish(session)
    before = first.archive
    for person in session.scalars(select(models.Participant).limit(5)).all():
        person.joined_at += timedelta(days=60)
    session.commit()
    session.expire_all()
    again = publish(session)
    assert (again.id, again.archive) == (first.id, before)
    assert hashlib.sha256(again.archive).hexdigest() == again.digest


def test_the_same_database_gives_the_same_bytes_whatever_the_order_of_its_rows(
    session: Session, programme
) -> None:
    drawn = releases.draw(session, programme, MONTH, NOW)
    answers = session.scalars(select(models.Answer)).all()
    copies = [(a.participant_id, a.item, a.choice, a.value) for a in answers]
    for row in answers:
        session.delete(row)
    session.flush()
    for person, item, choice, value in random.Random(1).sample(copies, len(copies)):
        session.add(
            models.Answer(
                participant_id=person, item=item, choice=choice, value=value, answered_at=SEPTEMBER
            )
        )
        session.flush()
    assert releases.draw(session, programme, MONTH, NOW) == drawn


def test_two_who_publish_at_once_get_one_release(main_engine, session: Session, programme) -> None:
    session.commit()
    with Session(main_engine) as one, Session(main_engine) as two:
        drawn = releases.draw(two, releases.programme(two, "library"), MONTH, NOW)
        first = releases.publish(one, "library", MONTH, NOW)
        one.commit()
        second = releases.publish(two, "library", MONTH, NOW)
        assert drawn.month == MONTH
        assert (second.id, second.digest) == (first.id, first.digest)


def test_publishing_is_in_the_audit_log_with_its_digest(session: Session, programme) -> None:
    staff = factories.account(session, "staff")
    release = publish(session, account_id=staff.id)
    line = session.scalars(select(models.AuditEntry)).one()
    assert (line.actor, line.action) == (f"account:{staff.id}", "release.publish")
    assert line.data == {"programme": "library", "month": "2026-09", "digest": release.digest}


def test_an_open_month_is_refused_with_the_moment_it_ends(session: Session, programme) -> None:
    programme.zone = "Europe/Berlin"
    with pytest.raises(releases.OpenMonth, match="2026-11 is not over") as refused:
        publish(session, month=Month(2026, 11))
    assert "2026-11-30T23:00+00:00" in str(refused.value)
    assert session.scalars(select(models.Release)).all() == []


def test_a_month_before_the_programme_is_refused(session: Session, programme) -> None:
    with pytest.raises(releases.BadMonth, match="library began in 2026-08"):
        publish(session, month=Month(2026, 7))


def test_an_unknown_programme_is_named_with_those_there_are(session: Session, programme) -> None:
    with pytest.raises(releases.UnknownProgramme, match=r"no programme 'libary'\. Known: library"):
        releases.programme(session, "libary")


def test_without_any_programme_the_message_says_so(session: Session) -> None:
    with pytest.raises(releases.UnknownProgramme, match="Known: none yet"):
        releases.programme(session, "library")


def test_what_is_not_a_month_is_refused_with_an_example() -> None:
    assert releases.read_month("2026-09") == MONTH
    with pytest.raises(releases.BadMonth, match=r"'September' is not a month: write it as 2026-10"):
        releases.read_month("September")


def test_closed_months_of_a_programme_are_listed_latest_first(session: Session, programme) -> None:
    assert [str(m) for m in releases.months(programme, NOW)] == ["2026-10", "2026-09", "2026-08"]
    programme.closed_at = SEPTEMBER
    assert [str(m) for m in releases.months(programme, NOW)] == ["2026-09", "2026-08"]
    assert releases.months(programme, programme.opened_at) == []


def test_export_writes_the_stored_bytes_packed_and_unpacked(
    session: Session, programme, tmp_path: Path
) -> None:
    release = publish(session)
    session.commit()
    written = releases.export(session, release, tmp_path / "out")
    assert written[0] == tmp_path / "out" / "earshot-library-2026-09.zip"
    assert written[0].read_bytes() == release.archive
    folder = tmp_path / "out" / "earshot-library-2026-09"
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == unpack(release.archive)
    assert releases.export(session, release, tmp_path / "out") == written


def test_sheets_read_what_the_archive_says(session: Session, programme) -> None:
    sheets = {sheet.name: sheet for sheet in releases.sheets(publish(session).archive)}
    age = sheets["background-age"]
    assert age.title == "People who joined: How old are you?"
    assert age.rows[:2] == ((("18 to 24",), None), (("25 to 34",), 30))
    assert age.rows[-1] == (("All",), 60)
    assert age.shown == 2
    assert sheets["conversations"].rows[-1] == (("All", "All"), 24)


def test_the_codebook_says_there_is_no_formal_guarantee_yet(session: Session, programme) -> None:
    book = json.loads(unpack(publish(session).archive)["datapackage.json"])
    assert book["earshot"] == {
        "programme": "library",
        "month": "2026-09",
        "mechanism": "suppression",
        "epsilon": None,
        "smallest_count_shown": 10,
    }
