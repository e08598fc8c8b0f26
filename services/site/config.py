"""The settings: one frozen object, read once from config.toml and the environment."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PREFIX = "EARSHOT_"
SQLITE_FILE = "sqlite:///"
REDIS = ("redis://", "rediss://", "unix://")


class ConfigError(ValueError):
    """A setting is wrong; the message names the file or variable, the key and what to do."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where Earshot is found and in which languages it speaks."""

    url: str
    host: str
    port: int
    proxies: int
    locales: list[str]
    secrets: str

    @property
    def secure(self) -> bool:
        """Whether people reach it over TLS; plain HTTP is for loopback only."""
        return self.url.startswith("https://")


@dataclass(frozen=True, slots=True)
class Database:
    """SQLAlchemy addresses of the main database and of the key store."""

    url: str
    keys: str


@dataclass(frozen=True, slots=True)
class Mail:
    """The SMTP server that takes outgoing mail."""

    host: str
    port: int
    security: str
    username: str
    sender: str


@dataclass(frozen=True, slots=True)
class Matching:
    """When rounds run and how long what they propose stands."""

    horizon_days: int
    nightly_hour: int
    invitation_hours: int


@dataclass(frozen=True, slots=True)
class Room:
    """When a room opens, when it counts as missed, how fast one may write, how many fit in."""

    opens_minutes: int
    missed_minutes: int
    messages_per_minute: int
    most_people: int


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what is kept."""

    conversation_days: int
    mail_days: int
    guest_days: int


@dataclass(frozen=True, slots=True)
class Cluster:
    """The Redis through which several workers speak; empty where there is one."""

    redis: str


@dataclass(frozen=True, slots=True)
class Config:
    """All settings. `demo` is set by `earshot demo` alone and only on loopback."""

    site: Site
    database: Database
    mail: Mail
    matching: Matching
    room: Room
    retention: Retention
    cluster: Cluster
    demo: bool = field(default=False, metadata={"setting": False})

    def for_demo(self) -> "Config":
        """Return these settings in demo mode; raise ConfigError outside loopback."""
        outside = not is_loopback(self.site.host)
        if outside or not is_loopback(urlsplit(self.site.url).hostname or ""):
            raise ConfigError(
                "The demo lets anybody in without a password, so it runs on loopback only. "
                f"It was asked to listen on {self.site.host} for {self.site.url}. "
                "Nothing was started. Set site.host and site.url to 127.0.0.1."
            )
        return replace(self, demo=True)


def is_loopback(host: str) -> bool:
    """Whether *host* can only be reached from this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def load(path: Path, environment: Mapping[str, str]) -> Config:
    """Read *path*, lay *environment* over it, check everything; raise ConfigError."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file. Name one with --config.") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}.") from None
    sections = {f.name: f.type for f in fields(Config) if f.metadata.get("setting", True)}
    _refuse_unknown(path, "section", data, sections)
    made = {
        name: _section(path, name, kind, data.get(name, {}), environment)
        for name, kind in sections.items()
    }
    config = Config(**made)
    _check(config, path)
    return _anchored(config, path.resolve().parent)


def _anchored(config: Config, folder: Path) -> Config:
    """Make paths of files absolute: they are meant from the settings file's folder."""
    database = config.database
    return replace(
        config,
        site=replace(config.site, secrets=str(folder / config.site.secrets)),
        database=Database(_in(folder, database.url), _in(folder, database.keys)),
    )


def _in(folder: Path, url: str) -> str:
    file = url.removeprefix(SQLITE_FILE)
    return url if file == url else f"{SQLITE_FILE}{folder / file}"


def _refuse_unknown(path: Path, what: str, given: Any, known: Mapping[str, Any]) -> None:
    for key in given:
        if key not in known:
            raise ConfigError(f"{path}: unknown {what} {key!r}. Known: {', '.join(known)}.")


def _section(path: Path, name: str, kind: Any, given: Any, environment: Mapping[str, str]) -> Any:
    if not is_dataclass(kind) or not isinstance(given, dict):
        raise ConfigError(f"{path}: [{name}] must be a section.")
    known = {f.name: f.type for f in fields(kind)}
    _refuse_unknown(path, f"key in [{name}]", given, known)
    values: dict[str, Any] = {}
    for key, wanted in known.items():
        variable = f"{PREFIX}{name}_{key}".upper()
        if variable in environment:
            values[key] = _from_text(variable, wanted, environment[variable])
        elif key in given:
            values[key] = _checked(path, name, key, wanted, given[key])
        else:
            raise ConfigError(f"{path}: [{name}] lacks {key!r}.")
    return kind(**values)  # type: ignore[operator]  # a dataclass of this module


def _from_text(variable: str, wanted: Any, text: str) -> Any:
    if wanted is int:
        try:
            return int(text)
        except ValueError:
            raise ConfigError(f"{variable}: {text!r} is not a whole number.") from None
    return text.split() if wanted == list[str] else text


def _checked(path: Path, section: str, key: str, wanted: Any, value: Any) -> Any:
    listed = wanted == list[str]
    right = (
        isinstance(value, list) and bool(value) and all(isinstance(v, str) for v in value)
        if listed
        else type(value) is wanted
    )
    if not right:
        words = "a list of texts" if listed else {str: "a text", int: "a whole number"}[wanted]
        raise ConfigError(f"{path}: [{section}] {key} = {value!r} must be {words}.")
    return value


def _check(config: Config, path: Path) -> None:
    site, mail, redis = config.site, config.mail, config.cluster.redis
    host = urlsplit(site.url).hostname or ""
    rules = [
        (site.secure or is_loopback(host), "site.url must be https outside loopback"),
        (bool(host), "site.url must name a host"),
        (not site.url.endswith("/"), "site.url must not end with a slash"),
        (0 <= site.port <= 65535, "site.port must lie between 0 and 65535"),
        (site.proxies >= 0, "site.proxies cannot be negative"),
        (mail.security in ("none", "starttls", "tls"), "mail.security: none, starttls or tls"),
        (0 <= config.matching.nightly_hour <= 23, "matching.nightly_hour must be 0 to 23"),
        (1 <= config.matching.horizon_days <= 60, "matching.horizon_days must be 1 to 60"),
        (config.matching.invitation_hours > 0, "matching.invitation_hours must be above 0"),
        (config.room.messages_per_minute > 0, "room.messages_per_minute must be above 0"),
        (config.room.most_people > 1, "room.most_people must be above 1"),
        (config.room.missed_minutes > 0, "room.missed_minutes must be above 0"),
        (config.room.opens_minutes >= 0, "room.opens_minutes cannot be negative"),
        (config.retention.conversation_days > 0, "retention.conversation_days must be above 0"),
        (config.retention.mail_days > 0, "retention.mail_days must be above 0"),
        (not redis or redis.startswith(REDIS), "cluster.redis must be empty or redis://host:port"),
        (
            not (redis and config.database.url.startswith("sqlite")),
            "cluster.redis is for several workers, and they need PostgreSQL as database.url",
        ),
        (config.retention.guest_days > 0, "retention.guest_days must be above 0"),
    ]
    for holds, rule in rules:
        if not holds:
            raise ConfigError(f"{path} (or the environment): {rule}.")
