"""Conversation guides: read from TOML, checked key by key, named by the hash of their content."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

NAMES = ("arrive", "listen", "humanize", "empathize", "values", "commit", "truth", "close")
ACTIVITIES = ("together", "say_back", "alternate", "reveal", "tick", "sign", "reflect")
LONGEST = 180  # minutes; a longer step or guide is a slip of the pen


class GuideError(ValueError):
    """A guide cannot be read; the message names the file, the key and the reason."""


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a conversation. `minutes` is advice; nothing is cut off when it has passed."""

    name: str
    title: str
    purpose: str
    minutes: int
    activity: str
    prompts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """What a conversation follows. `digest` is the SHA-256 of the content, in hexadecimal."""

    slug: str
    language: str
    title: str
    minutes: int
    steps: tuple[Step, ...]
    digest: str


def load(path: Path) -> Guide:
    """Read the guide in `path`; raises GuideError, or OSError if the file cannot be read."""
    return parse(path.read_bytes(), path.name)


def parse(text: bytes | str, source: str) -> Guide:
    """Read a guide from TOML; `source` is the file name that errors speak of."""
    try:
        raw = text.decode("utf-8") if isinstance(text, bytes) else text
        data = tomllib.loads(raw)
    except UnicodeDecodeError as error:
        raise GuideError(f"{source}: not UTF-8 at byte {error.start}") from error
    except tomllib.TOMLDecodeError as error:
        raise GuideError(f"{source}: not valid TOML: {error}") from error
    table = _Table(source, "", data)
    table.keys({"slug", "language", "title", "minutes", "steps"})
    steps = tuple(_step(source, number, step) for number, step in enumerate(table.tables("steps")))
    made = Guide(
        slug=table.text("slug"),
        language=table.text("language"),
        title=table.text("title"),
        minutes=table.minutes(),
        steps=steps,
        digest="",
    )
    return Guide(made.slug, made.language, made.title, made.minutes, steps, digest(made))


def digest(guide: Guide) -> str:
    """Return the SHA-256 of what the guide says; layout and comments of its file do not count."""
    content = {key: value for key, value in asdict(guide).items() if key != "digest"}
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def to_json(guide: Guide) -> dict[str, Any]:
    """Return the guide ready for JSON, in the shape of docs/protocol.md."""
    return asdict(guide) | {
        "steps": [asdict(step) | {"prompts": list(step.prompts)} for step in guide.steps]
    }


def _step(source: str, number: int, data: Mapping[str, Any]) -> Step:
    table = _Table(source, f"steps[{number}].", data)
    table.keys({"name", "title", "purpose", "minutes", "activity", "prompts"})
    step = Step(
        name=table.choice("name", NAMES),
        title=table.text("title"),
        purpose=table.text("purpose"),
        minutes=table.minutes(),
        activity=table.choice("activity", ACTIVITIES),
        prompts=table.texts("prompts"),
    )
    if step.activity == "tick" and len(step.prompts) < 2:
        raise table.error("prompts", "a tick step offers at least two values, one a prompt")
    return step


@dataclass(frozen=True, slots=True)
class _Table:
    """One TOML table with the place it has in its file, so that every error can name it."""

    source: str
    place: str
    data: Mapping[str, Any]

    def error(self, key: str, reason: str) -> GuideError:
        return GuideError(f"{self.source}: {self.place}{key}: {reason}")

    def keys(self, wanted: set[str]) -> None:
        for key in sorted(self.data.keys() - wanted):
            raise self.error(key, f"unknown key; known are {', '.join(sorted(wanted))}")
        for key in sorted(wanted - self.data.keys()):
            raise self.error(key, "missing")

    def text(self, key: str) -> str:
        value = self.data[key]
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, "must be a text that is not empty")
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        values = self.data[key]
        if not isinstance(values, list) or not values:
            raise self.error(key, "must be a list of at least one text")
        parts = _Table(self.source, self.place, {f"{key}[{i}]": v for i, v in enumerate(values)})
        return tuple(parts.text(part) for part in parts.data)

    def choice(self, key: str, known: tuple[str, ...]) -> str:
        value = self.text(key)
        if value not in known:
            raise self.error(key, f"{value!r} is not one of {', '.join(known)}")
        return value

    def minutes(self) -> int:
        value = self.data["minutes"]
        if type(value) is not int or not 1 <= value <= LONGEST:
            raise self.error("minutes", f"must be a whole number from 1 to {LONGEST}")
        return value

    def tables(self, key: str) -> list[Mapping[str, Any]]:
        values = self.data[key]
        if (
            not isinstance(values, list)
            or not values
            or not all(isinstance(v, dict) for v in values)
        ):
            raise self.error(key, "must be a list of at least one [[steps]] table")
        return values
