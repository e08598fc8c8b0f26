"""Settings: read once, every slip named with its file or variable and its key."""

import re
import tomllib
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from services.site import config
from services.site.config import Config, ConfigError
from tests.conftest import ROOT

SHIPPED = ROOT / "config.toml"


def settings() -> list[tuple[str, str]]:
    sections = [one for one in fields(Config) if is_dataclass(one.type)]
    return [(section.name, key.name) for section in sections for key in fields(section.type)]


def changed(folder: Path, old: str, new: str) -> Path:
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    file = folder / "config.toml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return file


def test_the_shipped_file_has_every_setting_and_no_other():
    data = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))

    assert [(name, key) for name, section in data.items() for key in section] == settings()
    assert not config.load(SHIPPED, {}).demo


@pytest.mark.parametrize(("section", "key"), settings(), ids="-".join)
def test_every_setting_is_used(section: str, key: str):
    used = re.compile(rf"\b{section}\.{key}\b|\b(site|mail|settings|room)\.{key}\b")
    found = [
        path
        for package in ("services", "scheduler", "web")
        for path in (ROOT / package).rglob("*.py")
        if "node_modules" not in path.parts and path.name != "config.py"
        if used.search(path.read_text(encoding="utf-8"))
    ]

    assert found or used.search((ROOT / "earshot.py").read_text(encoding="utf-8"))


def test_the_environment_goes_before_the_file():
    made = config.load(
        SHIPPED,
        {
            "EARSHOT_SITE_PORT": "8080",
            "EARSHOT_SITE_LOCALES": "es en",
            "EARSHOT_MAIL_SENDER": "Us <us@example.org>",
        },
    )

    assert (made.site.port, made.site.locales) == (8080, ["es", "en"])
    assert made.mail.sender == "Us <us@example.org>"


def test_a_variable_that_is_no_number_is_named():
    with pytest.raises(ConfigError, match="EARSHOT_SITE_PORT: 'many' is not a whole number"):
        config.load(SHIPPED, {"EARSHOT_SITE_PORT": "many"})


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[site]", "[sight]", "unknown section 'sight'. Known: site, database"),
        ("port = 5000", "prot = 5000", r"unknown key in \[site\] 'prot'"),
        ("port = 5000", "", r"\[site\] lacks 'port'"),
        ("port = 5000", 'port = "5000"', r"\[site\] port = '5000' must be a whole number"),
        ("port = 5000", "port = true", r"\[site\] port = True must be a whole number"),
        ('host = "127.0.0.1"', "host = 1", r"\[site\] host = 1 must be a text"),
        ("locales = [", "locales = []  # [", "must be a list of texts"),
        ("locales = [", 'locales = "en"  # [', "must be a list of texts"),
        ("locales = [", "locales = [1]  # [", "must be a list of texts"),
        ("[site]", "demo = true\n[site]", "unknown section 'demo'"),
        ("[site]", "mail = 1\n[site]", "not valid TOML"),
        ("[site]", "[[", "not valid TOML"),
        ("http://127.0.0.1:5000", "http://example.org", "must be https outside loopback"),
        ("http://127.0.0.1:5000", "elsewhere", "must be https outside loopback"),
        ("http://127.0.0.1:5000", "https://", "site.url must name a host"),
        ("http://127.0.0.1:5000", "http://localhost/", "must not end with a slash"),
        ("port = 5000", "port = 65536", "site.port must lie between"),
        ("proxies = 0", "proxies = -1", "site.proxies cannot be negative"),
        ('security = "none"', 'security = "ssl"', "mail.security: none, starttls or tls"),
        ("nightly_hour = 3", "nightly_hour = 24", "matching.nightly_hour must be 0 to 23"),
        ("horizon_days = 14", "horizon_days = 0", "matching.horizon_days must be 1 to 60"),
        ("invitation_hours = 72", "invitation_hours = 0", "matching.invitation_hours must be"),
        ("messages_per_minute = 20", "messages_per_minute = 0", "room.messages_per_minute"),
        ("missed_minutes = 30", "missed_minutes = 0", "room.missed_minutes must be above 0"),
        ("opens_minutes = 10", "opens_minutes = -1", "room.opens_minutes cannot be negative"),
        ("conversation_days = 14", "conversation_days = 0", "retention.conversation_days"),
        ("mail_days = 30", "mail_days = 0", "retention.mail_days must be above 0"),
        ('redis = ""', 'redis = "here"', "cluster.redis must be empty or redis://host:port"),
        ('redis = ""', 'redis = "redis://here"', "several workers, and they need PostgreSQL"),
    ],
)
def test_a_slip_is_named(tmp_path: Path, old: str, new: str, said: str):
    with pytest.raises(ConfigError, match=rf"config.toml.*: .*{said}"):
        config.load(changed(tmp_path, old, new), {})


def test_a_section_that_is_none_is_named(tmp_path: Path):
    text = SHIPPED.read_text(encoding="utf-8")
    start, end = text.index("[retention]"), len(text)
    file = tmp_path / "config.toml"
    file.write_text("retention = 1\n" + text[:start] + text[end:], encoding="utf-8")

    with pytest.raises(ConfigError, match=r"\[retention\] must be a section"):
        config.load(file, {})


def test_an_absent_file_is_named(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"absent\.toml: no such file\. Name one with --config"):
        config.load(tmp_path / "absent.toml", {})


@pytest.mark.parametrize(
    ("host", "yes"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("192.168.1.1", False),
        ("localhost.example.org", False),
        ("", False),
    ],
)
def test_loopback_is_this_machine_only(host: str, yes: bool):
    assert config.is_loopback(host) is yes


def test_the_demo_runs_on_loopback():
    assert config.load(SHIPPED, {}).for_demo().demo


@pytest.mark.parametrize(
    "variables",
    [
        {"EARSHOT_SITE_HOST": "0.0.0.0"},
        {"EARSHOT_SITE_URL": "https://earshot.example.org"},
    ],
)
def test_the_demo_is_refused_anywhere_else(variables):
    with pytest.raises(ConfigError, match="runs on loopback only"):
        config.load(SHIPPED, variables).for_demo()


def test_a_site_is_secure_behind_tls():
    assert config.load(SHIPPED, {"EARSHOT_SITE_URL": "https://earshot.example.org"}).site.secure
    assert not config.load(SHIPPED, {}).site.secure
