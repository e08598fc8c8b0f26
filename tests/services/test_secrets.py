"""Secrets: made once, readable by their owner only, told apart by purpose."""

import base64
import stat
from pathlib import Path

import pytest

from services.site import secrets
from services.site.config import ConfigError

RIGHT = base64.b64encode(b"k" * secrets.BYTES).decode()


def write(folder: Path, text: str) -> Path:
    file = folder / "secrets.toml"
    file.write_text(text)
    return file


def test_they_are_made_once_and_for_their_owner_only(tmp_path: Path):
    file = tmp_path / "made" / "secrets.toml"

    assert secrets.create(file)
    text = file.read_text()
    assert not secrets.create(file)

    assert file.read_text() == text
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    known = secrets.load(file, {})
    assert len(known.root) == len(known.masters["first"]) == secrets.BYTES
    assert known.mail_password == ""


def test_two_installations_share_nothing(tmp_path: Path):
    files = [tmp_path / "a.toml", tmp_path / "b.toml"]
    made = []
    for file in files:
        secrets.create(file)
        made.append(secrets.load(file, {}))

    assert made[0].root != made[1].root
    assert made[0].address_key("ada@example.org") != made[1].address_key("ada@example.org")


def test_the_environment_goes_before_the_file(tmp_path: Path):
    file = write(tmp_path, f'root = "{RIGHT}"\nmail_password = "file"\n[masters]\na = "{RIGHT}"')
    other = base64.b64encode(b"o" * secrets.BYTES).decode()

    assert secrets.load(file, {}).mail_password == "file"
    known = secrets.load(file, {"EARSHOT_ROOT": other, "EARSHOT_MAIL_PASSWORD": "environment"})
    assert (known.root, known.mail_password) == (b"o" * secrets.BYTES, "environment")


def test_the_last_master_comes_last(tmp_path: Path):
    file = write(tmp_path, f'root = "{RIGHT}"\n[masters]\nz = "{RIGHT}"\na = "{RIGHT}"')

    assert list(secrets.load(file, {}).masters) == ["z", "a"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("root = ", "not valid TOML"),
        (f'root = "{RIGHT}"', r"\[masters\] needs at least one key"),
        (f'[masters]\na = "{RIGHT}"', "root must be 32 bytes"),
        (f'root = "short"\n[masters]\na = "{RIGHT}"', "root must be 32 bytes"),
        (f'root = "not base64?"\n[masters]\na = "{RIGHT}"', "root must be 32 bytes"),
        (f'root = "{RIGHT}"\n[masters]\na = "{RIGHT[:-8]}"', "a must be 32 bytes"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, said: str):
    with pytest.raises(ConfigError, match=f"secrets.toml: .*{said}"):
        secrets.load(write(tmp_path, text), {})


def test_where_there_are_none_it_says_how_to_make_them(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"no secrets yet\. Run `earshot migrate`"):
        secrets.load(tmp_path / "absent.toml", {})


def test_purposes_tell_nothing_of_each_other(secret):
    assert secret.derive("cookies") == secret.derive("cookies")
    assert len({secret.derive("cookies"), secret.derive("address"), secret.root}) == 3
    assert len(secret.derive("cookies")) == secrets.BYTES


def test_an_address_is_known_however_it_is_written(secret):
    assert secret.address_key(" Ada@Example.org ") == secret.address_key("ada@example.org")
    assert secret.address_key("ada@example.org") != secret.address_key("bea@example.org")
    assert len(secret.address_key("ada@example.org")) == 64


def test_they_are_not_shown_by_accident(secret):
    assert repr(secret.root) not in repr(secret)
