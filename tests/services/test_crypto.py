"""Encryption at rest: what is sealed opens only where it belongs, and not after its key is gone."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from models import ConversationKey
from services.site import crypto
from services.site.crypto import KeyStore, Unreadable
from tests.factories import NOW

KEY = AESGCM.generate_key(256)


def test_what_is_sealed_opens_at_its_place():
    sealed = crypto.seal(KEY, b"hello", 7, 1, "a")

    assert crypto.unseal(KEY, sealed, 7, 1, "a") == b"hello"
    assert b"hello" not in sealed


@pytest.mark.parametrize("place", [(7, 2, "a"), (8, 1, "a"), (7, 1, "b"), (71, "a"), ()])
def test_what_was_moved_stays_shut(place):
    sealed = crypto.seal(KEY, b"hello", 7, 1, "a")

    with pytest.raises(Unreadable, match="does not belong here"):
        crypto.unseal(KEY, sealed, *place)


def test_what_was_changed_stays_shut():
    sealed = bytearray(crypto.seal(KEY, b"hello"))
    sealed[-1] ^= 1

    with pytest.raises(Unreadable):
        crypto.unseal(KEY, bytes(sealed))


def test_two_seals_of_one_text_differ():
    assert crypto.seal(KEY, b"hello") != crypto.seal(KEY, b"hello")


def test_a_key_is_made_once_and_kept_wrapped(keys):
    made = crypto.create_key(keys, "conversation:1", NOW)

    assert crypto.create_key(keys, "conversation:1", NOW + timedelta(1)) == made
    assert crypto.open_key(keys, "conversation:1") == made
    assert crypto.create_key(keys, "conversation:2", NOW) != made
    with keys.sessions() as session:
        record = session.get(ConversationKey, "conversation:1")
    assert made not in record.wrapped
    assert record.created_at == NOW


def test_two_who_make_a_key_at_the_same_moment_get_the_same(keys, monkeypatch):
    made = {}
    seal = crypto.seal

    def meanwhile(*given: object) -> bytes:
        monkeypatch.setattr(crypto, "seal", seal)
        made["first"] = crypto.create_key(keys, "conversation:1", NOW)
        return seal(*given)

    monkeypatch.setattr(crypto, "seal", meanwhile)

    assert crypto.create_key(keys, "conversation:1", NOW) == made["first"]


def test_a_destroyed_key_is_gone_for_good(keys):
    crypto.create_key(keys, "conversation:1", NOW)

    assert crypto.destroy_key(keys, "conversation:1")
    assert not crypto.destroy_key(keys, "conversation:1")

    with pytest.raises(Unreadable, match="conversation:1 was destroyed"):
        crypto.open_key(keys, "conversation:1")


def test_a_wrapped_key_moved_to_another_subject_stays_shut(keys):
    crypto.create_key(keys, "conversation:1", NOW)
    with keys.sessions.begin() as session:
        session.get(ConversationKey, "conversation:1").subject = "conversation:2"

    with pytest.raises(Unreadable):
        crypto.open_key(keys, "conversation:2")


def test_a_new_master_wraps_every_key_and_the_old_one_can_go(keys):
    made = [crypto.create_key(keys, f"conversation:{number}", NOW) for number in range(3)]
    both = KeyStore(keys.sessions, {**keys.masters, "second": AESGCM.generate_key(256)})
    newest = KeyStore(keys.sessions, {"second": both.masters["second"]})

    with pytest.raises(Unreadable, match="master key 'first' is not in the secrets"):
        crypto.open_key(newest, "conversation:0")
    assert crypto.rotate(both) == 3
    assert crypto.rotate(both) == 0

    assert [crypto.open_key(newest, f"conversation:{number}") for number in range(3)] == made
    assert crypto.create_key(both, "conversation:9", NOW) == crypto.open_key(
        newest, "conversation:9"
    )


def test_a_key_store_shows_no_key():
    assert "first" not in repr(KeyStore(None, {"first": b"secret"}))
