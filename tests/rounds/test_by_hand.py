"""A preview changed by hand: what it costs, who is left, what is refused."""

from itertools import chain

import pytest

from services.pairing import decisions, proposals
from tests.factories import NOW
from tests.rounds import people


def both(body: proposals.Body) -> list[tuple[int, int]]:
    return [(one.first, one.second) for one in body.pairs]


def test_what_pairing_by_hand_would_cost_is_what_it_then_costs(session, programme, make, config):
    people.crowd(session, programme, 8)
    kept = make()
    before = both(proposals.unpack(kept))
    asked = proposals.ready(session, kept, config, NOW)
    (first, _), *others = before
    two = first, next(one for one in chain(*others) if asked.cost(first, one).acceptable)
    cost = asked.cost(*two)
    said = decisions.pair_by_hand(session, kept.id, 1, asked, two)

    body = proposals.unpack(kept)
    assert said == cost
    assert tuple(sorted(two)) in both(body)
    assert set(before) - set(both(body)) == set(cost.parted)
    assert set(both(body)) - set(before) == set(cost.pairs)
    assert kept.version == 2
    assert {one.by_hand for one in body.pairs if (one.first, one.second) in cost.pairs} == {True}
    again = asked.paired(*two)
    assert again.cost(*two).pairs == ()
    assert again.said(two).score == pytest.approx(
        next(one.score for one in body.pairs if (one.first, one.second) == tuple(sorted(two)))
    )


def test_who_is_left_by_hand_and_who_is_placed_is_noted(session, programme, make, config):
    crowd = people.crowd(session, programme, 2)
    other = people.person(session, programme, 1)
    kept = make()
    body = proposals.unpack(kept)
    (pair,) = both(body)
    (alone,) = {one.id for one in (*crowd, other)} - set(pair)
    keeps = crowd[0].id
    (freed,) = set(pair) - {keeps}
    decisions.pair_by_hand(
        session, kept.id, 1, proposals.ready(session, kept, config, NOW), (keeps, alone)
    )

    after = proposals.unpack(kept)
    assert both(after) == [tuple(sorted((keeps, alone)))]
    assert after.left[freed]["reason"] == "hand"
    assert alone not in after.left


def test_what_cannot_be_paired_is_refused_in_words(session, programme, make, config):
    first, second, third, _ = people.crowd(session, programme, 4)
    lone = people.person(session, programme, 3, hours=[(0, 4)])
    kept = make()
    third.paused_at = NOW
    session.commit()
    asked = proposals.ready(session, kept, config, NOW)

    for two, why in (
        ((first.id, lone.id), "no free hour"),
        ((first.id, first.id), "Two different people"),
        ((third.id, second.id), "not in the pool any more"),
    ):
        with pytest.raises(proposals.Impossible, match=why):
            decisions.pair_by_hand(session, kept.id, 1, asked, two)


def test_an_older_version_changes_nothing(session, programme, make, publish, config):
    people.crowd(session, programme, 4)
    kept = make()
    (a, b), (c, _) = both(proposals.unpack(kept))
    other = next(one for one in (c, _) if one % 2 != a % 2)
    asked = proposals.ready(session, kept, config, NOW)
    decisions.pair_by_hand(session, kept.id, 1, asked, (a, other))
    session.commit()

    for late in (
        lambda: publish(kept, 1),
        lambda: decisions.discard(session, kept.id, 1),
        lambda: decisions.pair_by_hand(session, kept.id, 1, asked, (a, b)),
    ):
        with pytest.raises(decisions.Over) as error:
            late()
        assert error.value.state == "open"
        session.rollback()
