"""Encryption at rest: a key per conversation, wrapped by a master key, kept in a store of its own.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce; what a ciphertext belongs to is bound as
associated data, so a moved one is refused.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

import models

NONCE = 12
Cipher = AESGCM  # a key made ready once, for who seals often with it


class Unreadable(Exception):
    """A ciphertext cannot be opened: its key was destroyed, or it is not where it belongs."""


@dataclass(frozen=True, slots=True, repr=False)
class KeyStore:
    """Where conversation keys live, and the master keys: the last one wraps new keys."""

    sessions: sessionmaker[Session]
    masters: Mapping[str, bytes]


def create_key(store: KeyStore, subject: str, now: datetime) -> bytes:
    """Make and store the key of *subject*, or return the one it has.

    The store commits by itself, before what the key seals is written anywhere. Of two who make it
    at the same moment the later gets what the first stored.
    """
    try:
        return _found_or_made(store, subject, now)
    except IntegrityError:
        return open_key(store, subject)


def _found_or_made(store: KeyStore, subject: str, now: datetime) -> bytes:
    with store.sessions.begin() as session:
        record = session.get(models.ConversationKey, subject)
        if record is not None:
            return _unwrap(store, record)
        key, master = AESGCM.generate_key(256), list(store.masters)[-1]
        wrapped = seal(store.masters[master], key, subject)
        session.add(
            models.ConversationKey(subject=subject, master=master, wrapped=wrapped, created_at=now)
        )
        return key


def open_key(store: KeyStore, subject: str) -> bytes:
    """Return the key of *subject*; raise Unreadable once it was destroyed."""
    with store.sessions() as session:
        record = session.get(models.ConversationKey, subject)
        if record is None:
            raise Unreadable(f"the key of {subject} was destroyed")
        return _unwrap(store, record)


def destroy_key(store: KeyStore, subject: str) -> bool:
    """Forget the key of *subject* for good; return whether there was one."""
    with store.sessions.begin() as session:
        record = session.get(models.ConversationKey, subject)
        if record is not None:
            session.delete(record)
        return record is not None


def rotate(store: KeyStore) -> int:
    """Wrap every key again under the newest master key; return how many were."""
    newest = list(store.masters)[-1]
    with store.sessions.begin() as session:
        old = session.query(models.ConversationKey).filter(models.ConversationKey.master != newest)
        records = old.all()
        for record in records:
            key = _unwrap(store, record)
            record.wrapped = seal(store.masters[newest], key, record.subject)
            record.master = newest
        return len(records)


def seal(key: bytes | Cipher, plain: bytes, *place: object) -> bytes:
    """Encrypt *plain* and bind it to *place* (for a room: conversation, sequence, sender)."""
    cipher = AESGCM(key) if isinstance(key, bytes) else key
    nonce = os.urandom(NONCE)
    return nonce + cipher.encrypt(nonce, plain, _bound(place))


def unseal(key: bytes | Cipher, sealed: bytes, *place: object) -> bytes:
    """Decrypt what `seal` made for the same *place*; raise Unreadable otherwise."""
    cipher = AESGCM(key) if isinstance(key, bytes) else key
    try:
        return cipher.decrypt(sealed[:NONCE], sealed[NONCE:], _bound(place))
    except InvalidTag:
        raise Unreadable("the ciphertext does not belong here") from None


def _unwrap(store: KeyStore, record: models.ConversationKey) -> bytes:
    if record.master not in store.masters:
        raise Unreadable(f"the master key {record.master!r} is not in the secrets")
    return unseal(store.masters[record.master], record.wrapped, record.subject)


def _bound(place: tuple[object, ...]) -> bytes:
    return "\x1f".join(map(str, place)).encode()
