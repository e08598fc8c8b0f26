"""Crisis lines of a person's region, by their time zone; international ones for everybody else.

The numbers are data (`crisis/lines.toml`) that whoever runs Earshot checks.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from babel.core import get_global

PATH = Path(__file__).parents[2] / "crisis" / "lines.toml"


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody who can be reached at any hour: a number to call, or an address."""

    name: str
    call: str
    url: str

    @property
    def href(self) -> str:
        """Where a press leads."""
        return self.url or "tel:" + "".join(self.call.split("/")[0].split())


def region(zone: str) -> str:
    """Return the region (ISO 3166-1 alpha-2) of a time zone, or nothing."""
    return str(get_global("zone_territories").get(zone, ""))


def near(zone: str) -> list[Line]:
    """Return the lines of a zone's region, then the international ones."""
    given = _given()
    rows = [*given["lines"].get(region(zone), []), *given["international"]]
    return [Line(row["name"], row.get("call", ""), row.get("url", "")) for row in rows]


def checked() -> date | None:
    """Return when somebody last looked whether the numbers are right; nothing if nobody has."""
    day: str = _given()["checked"]
    return date.fromisoformat(day) if day else None


@cache
def _given() -> dict[str, Any]:
    return tomllib.loads(PATH.read_text(encoding="utf-8"))
