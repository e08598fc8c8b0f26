"""The funnel counts each participant at the stages they came to, and nowhere else."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from services.figures import funnel
from services.figures.funnel import Share, Span, Stage
from tests import factories
from tests.staff import people
from tests.staff.people import SEPTEMBER

ALL = Span(funnel.SINCE_EVER, datetime(2027, 1, 1, tzinfo=UTC))


def counts(session: Session, programme, span: Span = ALL) -> list[int]:
    return [reached.people for reached in funnel.show(session, programme, span).stages]


def test_nobody_anywhere_is_a_funnel_of_zeros_without_shares(session: Session) -> None:
    shown = funnel.show(session, factories.programme(session), ALL)
    assert [reached.people for reached in shown.stages] == [0] * len(Stage)
    assert shown.stages[1].share is None
    assert shown.pairs_that_talked.value is None


def test_each_stage_holds_those_who_came_at_least_that_far(session: Session) -> None:
    programme = factories.programme(session)
    fresh = factories.account(session, confirmed_at=None)
    factories.participant(session, programme, fresh, completed_at=None)
    factories.participant(session, programme, completed_at=None)
    crowd = people.joined(session, programme, 11)
    matched, half, said_yes, stopped, finished = people.paired(session, crowd[1:])
    people.accepted(session, half, by=1)
    for pair in (said_yes, stopped, finished):
        people.accepted(session, pair)
    people.talked(session, stopped, step=2)
    conversation = people.talked(session, finished)
    people.surveyed(session, conversation, finished.first, heard_overall=6)
    assert matched.invitations == []
    assert counts(session, programme) == [13, 12, 11, 10, 6, 4, 2, 1]


def test_lost_is_the_difference_and_share_the_part_of_the_stage_before(session: Session) -> None:
    programme = factories.programme(session)
    crowd = people.joined(session, programme, 4)
    list(people.paired(session, crowd[:2]))
    matched = funnel.show(session, programme, ALL).stages[Stage.MATCHED]
    assert (matched.before, matched.people, matched.lost, matched.share) == (4, 2, 2, 0.5)


def test_who_answered_without_the_last_step_is_counted_as_having_talked(session: Session) -> None:
    programme = factories.programme(session)
    (pair,) = people.paired(session, people.joined(session, programme, 2))
    people.surveyed(session, people.talked(session, pair, step=1), pair.first, heard_overall=3)
    assert counts(session, programme)[Stage.TALKED :] == [2, 0, 0]


def test_the_furthest_of_several_pairs_counts(session: Session) -> None:
    programme = factories.programme(session)
    first, second, third = people.joined(session, programme, 3)
    list(people.paired(session, [first, second]))
    (pair,) = people.paired(session, [first, third])
    people.talked(session, pair)
    assert counts(session, programme)[Stage.MATCHED :] == [3, 2, 2, 2, 0]


def test_another_programme_is_another_funnel(session: Session) -> None:
    mine, other = factories.programme(session), factories.programme(session)
    people.joined(session, mine, 2)
    (pair,) = people.paired(session, people.joined(session, other, 2))
    people.talked(session, pair)
    shown = funnel.show(session, mine, ALL)
    assert counts(session, mine) == [2, 2, 2, 0, 0, 0, 0, 0]
    assert (shown.pairs_that_talked, shown.rooms_at_last_step) == (Share(0, 0), Share(0, 0))


def test_what_happens_at_or_after_the_end_of_a_span_is_not_seen(session: Session) -> None:
    programme = factories.programme(session)
    (pair,) = people.paired(session, people.joined(session, programme, 2, completed_at=SEPTEMBER))
    people.accepted(session, pair, after_days=1)
    people.surveyed(session, people.talked(session, pair), pair.first, heard_overall=5)

    def by(**after: float) -> list[int]:
        return counts(session, programme, Span(SEPTEMBER, SEPTEMBER + timedelta(**after)))

    assert by(seconds=0) == [0] * 8
    assert by(hours=1)[Stage.PROFILE :] == [2, 0, 0, 0, 0, 0]
    assert by(days=1, hours=1)[Stage.MATCHED :] == [2, 0, 0, 0, 0]
    assert by(days=2, hours=1)[Stage.ACCEPTED :] == [2, 0, 0, 0]
    assert by(days=3, minutes=44)[Stage.TALKED :] == [2, 0, 0]
    assert by(days=3, minutes=46)[Stage.TALKED :] == [2, 2, 0]
    assert by(days=3, minutes=48)[Stage.TALKED :] == [2, 2, 1]


def test_shares_beside_the_field_count_pairs_people_and_rooms(session: Session) -> None:
    programme = factories.programme(session)
    met, left, _idle = people.paired(session, people.joined(session, programme, 6))
    people.talked(session, met)
    people.talked(session, left, step=1)
    shown = funnel.show(session, programme, ALL)
    assert shown.pairs_that_talked == Share(2, 3)
    assert shown.sign_ups_that_talked == Share(4, 6)
    assert shown.rooms_at_last_step == Share(1, 2)


def test_a_room_still_open_and_one_without_a_guide_did_not_reach_the_end(session: Session) -> None:
    programme = factories.programme(session)
    first, second = people.paired(session, people.joined(session, programme, 4))
    people.talked(session, first).closed_at = None
    people.talked(session, second).steps = 0
    assert funnel.show(session, programme, ALL).rooms_at_last_step == Share(0, 1)
