"""A report seals its evidence before anything can be lost."""

import hashlib
from datetime import timedelta

import orjson
import pytest
from sqlalchemy import select

import models
from services.conversations import rooms
from services.conversations.rooms import Act
from services.safety import duty, reports
from services.site import crypto
from tests.factories import NOW
from tests.rooms.test_rooms import begun


def report(session, keys, live, reason: str = "hate") -> models.Report:
    data = {"reason": reason, "attach": [5, 4], "text": "This hurt."}
    also = reports.seal(keys, live, live.log, seat="b", data=data, now=NOW)
    rooms.play(session, live, Act("b", "report", data), NOW, also)
    session.commit()
    return session.scalars(select(models.Report)).one()


def test_the_evidence_is_the_log_under_a_key_of_its_own(session, keys, pair):
    live = begun(session, keys, pair)
    rooms.play(session, live, Act("a", "say", {"text": "canary"}), NOW)
    made = report(session, keys, live)
    crypto.destroy_key(keys, f"conversation:{pair.conversation_id}")
    key = crypto.open_key(keys, reports.subject(made.token))
    plain = crypto.unseal(key, made.evidence, reports.subject(made.token))
    assert made.digest == hashlib.sha256(plain).digest()
    assert b"canary" not in made.evidence
    evidence = orjson.loads(plain)
    assert evidence["reporter"] == "b"
    assert evidence["attached"] == [4, 5]
    assert evidence["words"] == "This hurt."
    assert evidence["log"][-1][2:] == ["a", "say", {"text": "canary"}]
    assert (made.last_seq, made.reporter_id) == (4, pair.participants["b"])


@pytest.mark.parametrize(
    ("reason", "on_duty_in", "hours"),
    [("threat", 0, 1), ("minor", 3, 4), ("threat", 40, 24), ("minor", None, 24), ("hate", 0, 24)],
)
def test_what_is_urgent_is_due_within_an_hour_of_staffed_time(
    session, keys, pair, reason, on_duty_in, hours
):
    if on_duty_in is not None:
        begins = NOW + timedelta(hours=on_duty_in)
        duty.add(session, pair.accounts["a"], begins, begins + timedelta(hours=2))
    made = report(session, keys, begun(session, keys, pair), reason)
    assert made.due_at == NOW + timedelta(hours=hours)


@pytest.mark.parametrize("already", [True, False])
def test_the_two_are_never_paired_again(session, keys, pair, already):
    live = begun(session, keys, pair)
    people = [session.get(models.Participant, number) for number in pair.participants.values()]
    low, high = sorted(person.account.key for person in people)
    if already:
        session.add(models.Exclusion(low=low, high=high, reason="paired", at=NOW))
        session.commit()
    report(session, keys, live)
    assert session.get(models.Exclusion, (low, high)).reason == "reported"


def test_words_of_the_reporter_may_be_left_out(session, keys, pair):
    live = begun(session, keys, pair)
    data = {"reason": "other", "attach": []}
    reports.seal(keys, live, live.log, seat="a", data=data, now=NOW)(session)
    session.commit()
    assert session.scalars(select(models.Report.reason)).one() == "other"
