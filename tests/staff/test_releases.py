"""A month's release is drawn once, when the month is over, and is the same bytes ever after."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from disclosure.budget import Loss
from disclosure.files import unpack
from disclosure.period import Month
from services.figures import ledger, menu, previews, reading, releases
from services.staff import programmes
from tests import factories
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


def test_the_menu_is_fixed_and_in_order(session: Session, programme) -> None:
    names = list(unpack(publish(session).archive))
    assert [name for name in names if name.endswith(".csv")] == [
        "funnel.csv",
        "background-age.csv",
        "background-place.csv",
        "background-school.csv",
        "waits.csv",
        "pledges.csv",
        "differences.csv",
        "outcomes.csv",
        "conversations.csv",
        "lengths.csv",
        "feeling-heard.csv",
        "warmth.csv",
        "reports.csv",
        "means.csv",
    ]
    assert {"datapackage.json", "release.json", "funnel.parquet", "means.parquet"} < set(names)


def test_a_release_costs_what_the_ledger_says_and_no_more_than_its_grade(
    session: Session, programme
) -> None:
    release = publish(session)
    spent = ledger.losses(session, programme)
    assert list(spent) == [MONTH]
    assert spent[MONTH].once == pytest.approx(0.55)
    assert spent[MONTH].again == pytest.approx(0.2875)
    book = json.loads(unpack(release.archive)["datapackage.json"])
    assert book["earshot"]["epsilon"] == pytest.approx(spent[MONTH].month)
    assert book["earshot"]["mechanism"] == "laplace"
    assert release.policy["grade"] == "steady"


def test_no_figure_under_ten_is_published_and_all_have_ranges(session: Session, programme) -> None:
    told = reading.read(publish(session).archive)
    lines = [line for sheet in told.tables.values() for line in sheet.lines]
    assert all(line.value is None or line.value >= 10 for line in lines)
    assert all(line.value is None or line.low <= line.value <= line.high for line in lines)
    assert told.tables["funnel"].lines[-1].labels == ("All",)
    assert told.tables["background-age"].title == "People who joined: How old are you?"


def test_a_year_of_steady_releases_fits_and_a_sharper_one_is_refused(
    session: Session, programme
) -> None:
    people.released_before(session, programme, 11, menu.GRADES["steady"])
    with pytest.raises(releases.Spent, match="have told as much of each person as they may"):
        publish(session, grade="sharp")
    assert session.scalars(select(models.Release.period)).all().count("2026-09") == 0
    assert previews.left(session, programme, MONTH, "steady").fits
    assert publish(session).period == "2026-09"


def test_what_was_drawn_is_not_stored_when_the_budget_went_meanwhile(
    session: Session, programme
) -> None:
    prepared = releases.prepare(session, programme, MONTH, NOW)
    people.released_before(session, programme, 11, Loss(0.55, 0.45))
    with pytest.raises(releases.Spent):
        releases.store(session, programme, prepared, NOW)
    assert MONTH not in ledger.losses(session, programme)


def test_a_preview_reads_nobody_and_says_how_far_noise_reaches(session: Session, programme) -> None:
    before = (
        previews.tables(session, programme, "steady"),
        previews.means(session, programme, "steady"),
    )
    people.joined(session, programme, 50)
    assert (
        previews.tables(session, programme, "steady"),
        previews.means(session, programme, "steady"),
    ) == before
    tables, (heard, _warmth) = before
    funnel_ = next(one for one in tables if one.design.name == "funnel")
    assert funnel_.epsilon == pytest.approx(0.55 * 0.24)
    assert 10 < funnel_.reach < 40
    assert funnel_.seen_from == 10 + funnel_.reach
    assert heard.epsilon == pytest.approx(0.2875 * 0.12)
    assert 0 < heard.reach < 2


def test_preparing_apart_reads_on_a_connection_of_its_own(
    session: Session, programme, database_url
) -> None:
    session.commit()
    prepared = releases.prepare_apart(database_url, "library", MONTH, NOW, "sharp")
    stored = releases.store(session, programme, prepared, NOW)
    assert stored.archive == prepared.archive
    assert stored.policy["grade"] == "sharp"


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


def test_two_who_publish_at_once_get_one_release(main_engine, session: Session, programme) -> None:
    session.commit()
    with Session(main_engine) as one, Session(main_engine) as two:
        of = programmes.find(two, "library")
        drawn = releases.prepare(two, of, MONTH, NOW)
        first = releases.publish(one, "library", MONTH, NOW)
        digest = first.digest
        one.commit()
        second = releases.store(two, of, drawn, NOW)
        assert (second.id, second.digest) == (first.id, digest)
        assert second.archive != drawn.archive
        two.commit()
        assert len(ledger.losses(two, of)) == 1


def test_publishing_is_in_the_audit_log_with_its_digest(session: Session, programme) -> None:
    staff = factories.account(session, "staff")
    prepared = releases.prepare(session, programme, MONTH, NOW)
    release = releases.store(session, programme, prepared, NOW, staff.id)
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


def test_a_release_of_an_unknown_programme_is_refused(session: Session, programme) -> None:
    with pytest.raises(programmes.NoSuchProgramme, match="'libary'"):
        releases.publish(session, "libary", Month(2026, 7), NOW)


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
    written = reading.export(session, release, tmp_path / "out")
    assert written[0] == tmp_path / "out" / "earshot-library-2026-09.zip"
    assert written[0].read_bytes() == release.archive
    folder = tmp_path / "out" / "earshot-library-2026-09"
    assert {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    } == unpack(release.archive)
    assert reading.export(session, release, tmp_path / "out") == written
