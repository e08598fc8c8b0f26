"""The audit log: every edit, removal, cut and reordering is seen."""

from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from models import AuditEntry
from services.site import anchors, audit
from services.site.config import ConfigError
from tests.factories import NOW


def write(session: Session, count: int = 5) -> None:
    for number in range(count):
        audit.record(
            session,
            now=NOW + timedelta(seconds=number),
            actor="account:7",
            action="round.publish",
            subject=f"round:{number}",
            pairs=number,
        )


def problems(session: Session, anchor=None) -> list[str]:
    session.expire_all()
    return list(audit.problems(session, anchor))


def change(session: Session, line: int, /, **values) -> None:
    session.execute(update(AuditEntry).where(AuditEntry.seq == line).values(**values))


def test_an_untouched_log_is_whole_also_when_it_is_read_again(session):
    assert problems(session) == []
    write(session)
    session.commit()

    assert problems(session) == []
    assert audit.last(session).seq == 5


@pytest.mark.parametrize(
    "values",
    [
        {"actor": "account:8"},
        {"action": "other"},
        {"subject": "round:9"},
        {"data": {"pairs": 99}},
        {"at": NOW - timedelta(days=1)},
    ],
    ids=lambda values: next(iter(values)),
)
def test_an_edit_is_seen(session, values):
    write(session)

    change(session, 3, **values)

    assert problems(session) == ["line 3 was changed"]


def test_an_edit_that_hides_itself_breaks_the_next_line(session):
    write(session)
    change(session, 3, actor="account:8")
    session.expire_all()
    change(session, 3, hash=audit._hash(session.get(AuditEntry, 3)))

    assert problems(session) == ["line 4 does not follow the line before it"]


def test_a_removal_is_seen(session):
    write(session)

    session.execute(delete(AuditEntry).where(AuditEntry.seq == 2))

    found = problems(session)
    assert found[:2] == ["line 2 is missing", "line 3 does not follow the line before it"]


def test_a_reordering_is_seen(session):
    write(session)
    for seq, to in ((2, 99), (3, 2), (99, 3)):
        change(session, seq, seq=to)

    assert "line 2 was changed" in problems(session)


def test_a_log_cut_short_is_seen_by_its_anchor(session, tmp_path: Path):
    file = tmp_path / "anchors.txt"
    write(session)
    anchors.drop(session, file, NOW)
    session.execute(delete(AuditEntry).where(AuditEntry.seq > 3))

    assert problems(session) == []
    assert problems(session, anchors.last(file)) == [
        "the log no longer holds line 5 as it was anchored"
    ]


def test_a_log_written_anew_is_seen_by_its_anchor(session, tmp_path: Path):
    file = tmp_path / "anchors.txt"
    write(session)
    anchors.drop(session, file, NOW)
    session.execute(delete(AuditEntry))
    session.expire_all()
    for _ in range(7):
        audit.record(session, now=NOW, actor="x", action="y", subject="z")

    assert problems(session) == []
    assert problems(session, anchors.last(file)) == [
        "the log no longer holds line 5 as it was anchored"
    ]


def test_a_log_that_grew_still_holds_its_anchors(session, tmp_path: Path):
    file = tmp_path / "anchors.txt"
    anchors.drop(session, file, NOW)
    assert anchors.last(file) is None
    for _ in range(2):
        audit.record(session, now=NOW, actor="x", action="y", subject="z")
        anchors.drop(session, file, NOW)
    audit.record(session, now=NOW, actor="x", action="y", subject="z")

    assert anchors.last(file)[0] == 2
    assert len(file.read_text().splitlines()) == 2
    assert problems(session, anchors.last(file)) == []


@pytest.mark.parametrize("text", ["half a li", "a b c", "2026 5 abc\n2026 6"])
def test_a_damaged_file_of_anchors_is_named(tmp_path: Path, text: str):
    file = tmp_path / "anchors.txt"
    file.write_text(text)

    with pytest.raises(ConfigError, match=r"anchors\.txt: line \d is no anchor"):
        anchors.last(file)


def test_an_empty_file_of_anchors_holds_none(tmp_path: Path):
    file = tmp_path / "anchors.txt"
    file.touch()

    assert anchors.last(file) is None


def test_many_who_write_at_once_make_one_chain(main_engine):
    def one() -> None:
        for _ in range(5):
            with Session(main_engine) as mine:
                audit.record(mine, now=NOW, actor="x", action="y", subject="z")
                mine.commit()

    threads = [Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with Session(main_engine) as session:
        assert audit.last(session).seq == 20
        assert problems(session) == []
