"""Secrets: from the environment or from a file only its owner may read, never from config.toml."""

import base64
import hashlib
import hmac
import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.site.config import ConfigError

BYTES = 32


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """The root secret, the master keys by name (the last one wraps new keys), SMTP's password."""

    root: bytes
    masters: Mapping[str, bytes]
    mail_password: str

    def derive(self, purpose: str) -> bytes:
        """Return 32 bytes for one purpose (HKDF, RFC 5869); purposes tell nothing of each other."""
        return HKDF(SHA256(), BYTES, salt=None, info=purpose.encode()).derive(self.root)

    def address_key(self, email: str) -> str:
        """Return the keyed hash by which an address is known after its account is gone."""
        normal = email.strip().casefold().encode()
        return hmac.new(self.derive("address"), normal, hashlib.sha256).hexdigest()


def create(path: Path) -> bool:
    """Write fresh secrets to *path* unless it exists; return whether it did."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = (
        "# Secrets of this Earshot. Back this file up apart from the databases.\n"
        f'root = "{_random()}"\n[masters]\nfirst = "{_random()}"\n'
    )
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    return True


def load(path: Path, environment: Mapping[str, str]) -> Secrets:
    """Read the secrets; EARSHOT_ROOT and EARSHOT_MAIL_PASSWORD go before the file."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: no secrets yet. Run `earshot migrate` first.") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}.") from None
    masters = {name: _decode(path, name, text) for name, text in data.get("masters", {}).items()}
    if not masters:
        raise ConfigError(f"{path}: [masters] needs at least one key.")
    root = environment.get("EARSHOT_ROOT", data.get("root", ""))
    password = environment.get("EARSHOT_MAIL_PASSWORD", data.get("mail_password", ""))
    return Secrets(_decode(path, "root", root), masters, password)


def _random() -> str:
    return base64.b64encode(secrets.token_bytes(BYTES)).decode()


def _decode(path: Path, name: str, text: str) -> bytes:
    try:
        value = base64.b64decode(text, validate=True)
    except ValueError:
        value = b""
    if len(value) != BYTES:
        raise ConfigError(f"{path}: {name} must be {BYTES} bytes in base64.")
    return value
