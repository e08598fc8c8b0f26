"""A report seals its evidence before anything can be lost."""

import hashlib
from datetime import timedelta

import orjson
import pytest
from sqlalchemy import select

import models
from services import crypto, reports, rooms
from services.rooms import Act
from tests.factories import NOW
from tests.rooms.test_rooms import begun


def report(session, keys, live, reason: str = "hate") -> models.Report:
    data = {"reason": reason, "attach": [5, 4], "text": "This hurt."}
    also = reports.seal(keys, live, "b", data, NOW)
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


@pytest.mark.parametrize(("reason", "hours"), [("threat", 1), ("minor", 1), ("hate", 24)])
def test_what_is_urgent_is_due_sooner(session, keys, pair, reason, hours):
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
    reports.seal(keys, live, "a", {"reason": "other", "attach": []}, NOW)(session)
    session.commit()
    assert session.scalars(select(models.Report.reason)).one() == "other"
