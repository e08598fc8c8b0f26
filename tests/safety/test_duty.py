"""Who is on duty, and whom else one can call."""

from datetime import date, timedelta

import pytest

from services.safety import duty, lines
from services.safety.duty import BadShift
from tests import factories
from tests.factories import NOW


def test_whoever_is_on_duty_is_called_once_an_hour_for_a_room(session, judge):
    duty.call(session, "room", NOW, "https://earshot.example/desk")
    assert factories.mails(session, "help_asked") == []
    duty.add(session, judge.id, NOW, NOW + timedelta(hours=2))
    for minutes in (0, 5, 61):
        duty.call(session, "room", NOW + timedelta(minutes=minutes), "https://e.example/desk")
    assert len(factories.mails(session, "help_asked")) == 2


def test_a_shift_is_a_few_hours_and_can_repeat(session, judge):
    begins = NOW + timedelta(hours=1)
    with pytest.raises(BadShift):
        duty.add(session, judge.id, begins, begins)
    with pytest.raises(BadShift):
        duty.add(session, judge.id, begins, begins + timedelta(hours=17))
    with pytest.raises(BadShift):
        duty.add(session, judge.id, begins, begins + timedelta(hours=1), weeks=0)
    assert duty.next_start(session, NOW) is None
    duty.add(session, judge.id, begins, begins + timedelta(hours=2), weeks=2)
    assert len(duty.coming(session, NOW)) == 2
    assert (duty.on(session, NOW), duty.on(session, begins)) == ([], [judge.id])
    assert duty.next_start(session, NOW) == begins
    assert duty.next_start(session, begins) == begins
    number = duty.coming(session, NOW)[0].id
    assert not duty.remove(session, number, judge.id + 1)
    assert duty.remove(session, number, judge.id)
    assert not duty.remove(session, 99, judge.id)


def test_crisis_lines_are_those_of_the_region_then_international_ones():
    assert lines.near("America/Chicago")[0].name.startswith("988")
    assert lines.near("Europe/London")[0].href == "tel:116123"
    nowhere = lines.near("UTC")
    assert nowhere
    assert all(line.href.startswith("https://") for line in nowhere)
    assert lines.region("Nowhere/At-All") == ""


def test_numbers_are_unchecked_until_whoever_runs_earshot_sets_a_day(tmp_path, monkeypatch):
    assert lines.checked() is None
    given = tmp_path / "lines.toml"
    given.write_text('checked = "2027-01-31"\ninternational = []\nlines = {}\n')
    monkeypatch.setattr(lines, "PATH", given)
    lines._given.cache_clear()
    assert lines.checked() == date(2027, 1, 31)
    lines._given.cache_clear()
