"""Everybody may read what was published, and nothing else."""

from datetime import UTC, datetime
from http import HTTPStatus

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from disclosure.files import archive, files
from disclosure.means import PublishedMean
from disclosure.period import Month
from disclosure.release import Drawn, Published, PublishedTable, Subject, draw
from disclosure.suppression import Status
from services.figures import menu, published, talks
from services.figures.funnel import Span
from services.figures.looks import Look
from services.figures.published import Count, Share
from services.figures.releases import FONTS
from tests import factories
from tests.staff import people
from tests.staff.people import SEPTEMBER

MONTH = Span(datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC))


class Near:
    """A mechanism for tests: exact figures with a range of two, small ones hidden."""

    name = "near"

    def draw(self, tables, sums):
        told = tuple(
            PublishedTable(t.design, tuple(_near(cell) for cell in t.cells)) for t in tables
        )
        means = (PublishedMean(talks.HEARD_SCALE, 5.5, 5.2, 5.8),) if sums else ()
        return Drawn(told, means, {"all": 0.5})


def _near(cell) -> Published:
    if cell.count < 10:
        return Published(cell.figure, Status.SMALL, None, None, None)
    return Published(cell.figure, Status.SHOWN, cell.count, cell.count - 2, cell.count + 2)


def publish(session: Session, programme, month: str = "2026-09", *, heard: bool = True) -> None:
    tables, sums = menu.exact(Look(session, programme, MONTH), menu.asked(session, programme))
    about = Subject(programme.slug, programme.title, Month.parse(month))
    drawn = draw(about, tables, sums if heard else [], Near())
    session.add(
        models.Release(
            programme_id=programme.id,
            period=month,
            at=factories.NOW,
            mechanism="near",
            policy={},
            digest="0" * 64,
            archive=archive(files(drawn, FONTS)),
        )
    )
    session.flush()


@pytest.fixture
def programme(session: Session) -> models.Programme:
    """A programme of 60, of whom 40 were paired and 24 talked, and one month published."""
    made = factories.programme(session, "library", title="City <i>library</i>")
    given = {"completed_at": SEPTEMBER}
    for number, pair in enumerate(
        people.paired(session, people.joined(session, made, 40, **given))
    ):
        if number < 12:
            people.accepted(session, pair)
            people.talked(session, pair)
    people.joined(session, made, 20, **given)
    publish(session, made)
    session.commit()
    return made


def test_the_page_of_a_programme_tells_numbers_ranges_targets_and_files(app, programme) -> None:
    page = app.test_client().get("/figures/library").text.replace("\xa0", " ")
    assert "City &lt;i&gt;library&lt;/i&gt;" in page
    assert "58 to 62" in page
    assert "60 %" in page  # 24 of 40 talked
    assert "goal 55, field about 40" in page
    assert page.count('<svg class="chart"') == 2
    assert "5.2 to 5.8" in page
    assert "/figures/library/2026-09/report.pdf" in page


def test_all_programmes_are_added_up_without_the_made_up_ones(app, session, programme) -> None:
    made_up = factories.programme(session, "stage", synthetic=True)
    people.joined(session, made_up, 30)
    publish(session, made_up)
    session.commit()
    page = app.test_client().get("/figures").text
    assert "58 to 62" in page
    assert "Made-up people, not counted above" in page


def test_before_the_first_release_the_pages_say_what_comes(app, session) -> None:
    client = app.test_client()
    assert "Nothing is published yet" in client.get("/figures").text
    factories.programme(session, "young")
    session.commit()
    assert "Nothing is published yet" in client.get("/figures/young").text


def test_published_bytes_are_handed_out_as_they_are_stored(app, session, programme) -> None:
    client = app.test_client()
    stored = session.scalars(select(models.Release.archive)).one()
    answer = client.get("/figures/library/2026-09.zip")
    assert answer.data == stored
    assert "attachment" in answer.headers["Content-Disposition"]
    chart = client.get("/figures/library/2026-09/charts/funnel.svg")
    assert chart.headers["Content-Type"].startswith("image/svg+xml")
    assert 'filename="funnel.svg"' in chart.headers["Content-Disposition"]


def test_what_was_not_published_is_not_there(app, programme) -> None:
    client = app.test_client()
    for address in (
        "/figures/libary",
        "/figures/library/2026-10.zip",
        "/figures/library/soon.zip",
        "/figures/library/2026-09/../secrets.toml",
        "/figures/library/2026-09/exact.csv",
    ):
        assert client.get(address).status_code == HTTPStatus.NOT_FOUND, address


def test_months_add_up_with_their_ranges_and_hidden_ones_add_nothing(session, programme) -> None:
    publish(session, programme, "2026-10", heard=False)
    told = published.of(session, programme)
    assert [str(one.month) for one in told] == ["2026-10", "2026-09"]
    assert published.total(told, "funnel", "all") == Count(120, 116, 124)
    assert published.total(told, "pledges", "pledged") == Count(0, 0, 0)
    assert published.total(told, "no-such-table", "all") == Count(0, 0, 0)
    assert published.heard(told[0]) is None
    assert published.heard(told[1]).value == 5.5


def test_a_share_is_between_the_ends_of_both_ranges(session, programme) -> None:
    told = published.of(session, programme)
    matched, talked, joined, finished = (
        published.share(told, target) for target in published.TARGETS
    )
    assert talked == Share(24 / 40, 22 / 42, 26 / 38)
    assert finished == Share(1.0, 22 / 26, 1.0)
    assert matched is None  # how many did not finish the profile is hidden
    assert joined is None  # some of its parts are hidden
    assert published.share([], published.TARGETS[0]) is None


def test_who_did_not_finish_the_profile_is_left_out_of_the_waits(session, programme) -> None:
    people.joined(session, programme, 15, completed_at=None)
    publish(session, programme, "2026-10")
    (october, _) = published.of(session, programme)
    assert published.share([october], published.TARGETS[0]) == Share(
        40 / 60, 38 / (77 - 13), min(42 / (73 - 17), 1.0)
    )


def test_nobody_at_all_is_no_share(session) -> None:
    quiet = factories.programme(session, "quiet")
    publish(session, quiet)
    told = published.of(session, quiet)
    assert all(published.share(told, target) is None for target in published.TARGETS)
