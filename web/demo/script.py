"""What a practice partner does next, from what its seat can see of the room. No I/O."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LINES = Path(__file__).parent / "lines.en.toml"
LONGEST = 600

Act = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Lines:
    """The sentences a practice partner has, by kind of step."""

    hello: list[str]
    story: list[str]
    lived: list[str]
    answers: list[str]
    part: str
    say_back: str
    remember: str


@dataclass(slots=True)
class Memory:
    """What the partner has said so far, and what it heard since it last said something back."""

    used: dict[str, int] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)


def load(path: Path = LINES) -> Lines:
    """Read the lines; a missing or unknown key is a TypeError that names it."""
    return Lines(**tomllib.loads(path.read_text(encoding="utf-8")))


def hear(memory: Memory, event: Mapping[str, Any], seat: str) -> None:
    """Remember what the other one told, for saying it back."""
    if event["actor"] not in (seat, "facilitator", "system") and event["type"] == "tell":
        memory.heard.append(event["data"]["text"])


def decide(view: Mapping[str, Any], memory: Memory, lines: Lines) -> Act | None:
    """Return the act that fits the room as the partner sees it, None where it waits."""
    if view["status"] != "talking":
        return None
    kind = view["activity"]["kind"]
    chosen = {
        "together": _together,
        "say_back": _say_back,
        "reveal": _say_back,
        "alternate": _alternate,
        "tick": _tick,
        "sign": _sign,
        "reflect": _reflect,
    }[kind](view, memory, lines)
    if chosen is None and _only_waits_for_me(view):
        return "ready", {}
    return chosen


def _together(view: Mapping[str, Any], memory: Memory, lines: Lines) -> Act | None:
    count = memory.used.get("hello", 0)
    if count < len(lines.hello):
        return "say", {"text": _next(memory, "hello", lines.hello)}
    return None if view["seat"] in view["ready"] else ("ready", {})


def _say_back(view: Mapping[str, Any], memory: Memory, lines: Lines) -> Act | None:
    activity, seat = view["activity"], view["seat"]
    if activity["teller"] == seat:
        if activity["waiting"] is not None:
            return "confirm", {"of": activity["waiting"]}
        story = lines.lived if activity["kind"] == "reveal" else lines.story
        return None if activity["told"] else ("tell", {"text": _next(memory, view["step"], story)})
    if activity["told"] and activity["waiting"] is None and memory.heard:
        heard = " ".join(memory.heard)[:LONGEST]
        memory.heard.clear()
        return "say_back", {"text": lines.say_back.format(heard=heard)}
    return None


def _alternate(view: Mapping[str, Any], memory: Memory, lines: Lines) -> Act | None:
    memory.heard.clear()
    if view["activity"]["turn"] != view["seat"]:
        return None
    return "tell", {"text": _next(memory, "answers", lines.answers)}


def _tick(view: Mapping[str, Any], _memory: Memory, _lines: Lines) -> Act | None:
    return None if view["activity"]["mine"] is not None else ("tick", {"values": [0, 2, 4]})


def _sign(view: Mapping[str, Any], _memory: Memory, lines: Lines) -> Act | None:
    activity, seat = view["activity"], view["seat"]
    if activity["parts"][seat] is None:
        return "write", {"text": lines.part}
    return ("sign", {"of": activity["latest"]}) if "sign" in view["can"] else None


def _reflect(view: Mapping[str, Any], _memory: Memory, lines: Lines) -> Act | None:
    if view["activity"]["mine"] is not None:
        return None
    return "reflect", {"line": lines.remember, "again": True}


def _only_waits_for_me(view: Mapping[str, Any]) -> bool:
    return "ready" in view["can"] and bool(view["ready"]) and view["seat"] not in view["ready"]


def _next(memory: Memory, kind: object, sentences: list[str]) -> str:
    count = memory.used.get(str(kind), 0)
    memory.used[str(kind)] = count + 1
    return sentences[count % len(sentences)]
