"""Half of a programme waits: drawn by lot, told to nobody beforehand, kept out of the pool."""

import hashlib
import hmac
from datetime import timedelta

import numpy as np
import pytest

from services.pairing import dropin, openings, pools
from services.pairing.columns import Scope
from services.people import enrolment
from services.site import audit
from services.staff import waitlists
from services.staff.waitlists import WAIT, Begins, Undrawn
from tests import factories
from tests.factories import NOW
from tests.rounds import people

START = NOW + timedelta(days=3)
OVER = START + WAIT


@pytest.fixture
def programme(session):
    return people.programme(session)


def on(session, programme, starts_at=START):
    return waitlists.switch_on(session, programme, starts_at, NOW, "account:1")


def of(session, programme, now):
    return pools.load(session, programme, now, 14).people


def test_without_it_everybody_is_in_the_pool(session, programme):
    crowd = people.crowd(session, programme, 4)

    assert of(session, programme, NOW) == [one.id for one in crowd]
    assert waitlists.begins(session, crowd[0], NOW) is None


def test_nobody_is_paired_before_the_start_then_half_then_all(session, programme):
    crowd = people.crowd(session, programme, 24)
    made = on(session, programme)
    first = [one.id for one in crowd if waitlists.is_first(made.seed, one.id)]

    assert 0 < len(first) < 24
    assert of(session, programme, START - timedelta(seconds=1)) == []
    assert of(session, programme, START) == first
    assert of(session, programme, OVER - timedelta(seconds=1)) == first
    assert of(session, programme, OVER) == [one.id for one in crowd]
    assert waitlists.enrolled(session, made) == 24


def test_every_way_into_a_pair_respects_the_half_that_waits(session, programme):
    crowd = people.crowd(session, programme, 24)
    made = on(session, programme)
    late = next(one for one in crowd if not waitlists.is_first(made.seed, one.id))
    late.returned_at = NOW
    enrolment.consent(session, late.account_id, ["matching", "conversation"], NOW)
    session.flush()
    mine = Scope(programme, (late.id,), anyway=(late.id,))
    opening = {"opens_at": NOW, "closes_at": NOW + timedelta(hours=9), "now": NOW, "actor": "x"}
    openings.open_hours(session, programme, **opening)

    for now, there in ((NOW, 0), (START, 0), (OVER, 1)):
        assert len(pools.load_now(session, mine, now).cohort) == there
        assert len(pools.places(session, mine, now)) == there
        assert (late.id in pools.returned(session, programme, now)) is bool(there)
    with pytest.raises(dropin.NotNow) as refused:
        dropin.enter(session, late, NOW)
    assert refused.value.code == "later"


def test_before_the_start_both_halves_read_the_same(session, programme):
    crowd = people.crowd(session, programme, 24)
    made = on(session, programme)

    assert {waitlists.begins(session, one, NOW) for one in crowd} == {Begins(START, open=True)}
    for one in crowd:
        told = waitlists.begins(session, one, START)
        expected = None if waitlists.is_first(made.seed, one.id) else Begins(OVER, open=False)
        assert told == expected
        assert waitlists.begins(session, one, OVER) is None


def test_who_comes_after_the_start_need_not_wait_and_is_in_neither_half(session, programme):
    made = on(session, programme)
    late = [people.person(session, programme, 1, completed_at=START) for _ in range(8)]
    unready = factories.participant(session, programme, completed_at=None)
    factories.participant(session, programme, withdrawn_at=NOW)
    factories.participant(session, programme, withdrawn_at=OVER)

    assert of(session, programme, START) == [one.id for one in late]
    assert waitlists.begins(session, unready, START) is None
    assert waitlists.enrolled(session, made) == 1


def test_the_lot_can_be_worked_out_again_from_the_seed_it_was_committed_to(session, programme):
    made = on(session, programme)

    assert waitlists.commitment(made) == hashlib.sha256(made.seed.encode()).hexdigest()
    line = audit.last(session)
    assert line is not None
    assert line.data["commitment"] == waitlists.commitment(made)
    assert made.seed not in str(line.data)
    for number in range(50):
        lot = hmac.new(made.seed.encode(), str(number).encode(), "sha256").digest()
        assert waitlists.is_first(made.seed, number) == (lot[0] % 2 == 0)


def test_the_lot_is_balanced_and_knows_nothing_of_answers():
    generator = np.random.default_rng(5)
    answers = generator.normal(size=4000)
    shares, links = [], []
    for seed in generator.bytes(32 * 50).hex(" ", 32).split():
        first = np.array([waitlists.is_first(seed, number) for number in range(1, 4001)])
        shares.append(first.mean())
        links.append(np.corrcoef(first, answers)[0, 1])

    # five standard errors of one draw, and of the mean of all
    assert max(abs(np.array(shares) - 0.5)) < 5 * 0.5 / np.sqrt(4000)
    assert abs(np.mean(shares) - 0.5) < 5 * 0.5 / np.sqrt(4000 * 50)
    assert max(np.abs(links)) < 5 / np.sqrt(4000)
    assert abs(np.mean(links)) < 5 / np.sqrt(4000 * 50)


def test_two_programmes_draw_two_lots(session, programme):
    other = people.programme(session, slug="elsewhere")

    assert on(session, programme).seed != on(session, other).seed


def refusal(call, *given):
    with pytest.raises(Undrawn) as refused:
        call(*given)
    return refused.value.code


def test_it_is_switched_on_once_ahead_and_before_anybody_is_paired(session, programme):
    assert refusal(on, session, programme, NOW) == "past"
    closed = people.programme(session, slug="closed", closed_at=NOW)
    assert refusal(on, session, closed) == "closed"
    running = people.programme(session, slug="running")
    factories.pair(session, *people.crowd(session, running, 2))
    assert refusal(on, session, running) == "begun"
    on(session, programme)
    assert refusal(on, session, programme) == "there"


def test_it_is_taken_back_until_the_start(session, programme):
    crowd = people.crowd(session, programme, 2)
    assert refusal(waitlists.take_back, session, programme, NOW, "account:1") == "begun"
    on(session, programme)
    assert refusal(waitlists.take_back, session, programme, START, "account:1") == "begun"

    waitlists.take_back(session, programme, NOW, "account:1")

    assert waitlists.of(session, programme) is None
    assert of(session, programme, NOW) == [one.id for one in crowd]
