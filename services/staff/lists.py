"""The lines of a guest list: who is in it, and what is wrong where."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from zoneinfo import available_timezones

from babel import Locale, UnknownLocaleError
from email_validator import EmailNotValidError, validate_email

import models
from services.site.secrets import Secrets
from services.staff import sheets

TOLD = 100  # lines with something wrong that are shown
LONGEST_NAME = 80
COLUMNS = {
    "email": ("email", "e-mail", "mail", "address", "email address"),
    "first_name": ("first_name", "first name", "given name", "name"),
    "language": ("language", "locale", "lang"),
    "zone": ("zone", "time zone", "timezone"),
}
PLAIN = re.compile(r"[A-Za-z0-9]+(?:[._+-][A-Za-z0-9]+)*@[a-z0-9]+(?:[.-][a-z0-9]+)*\.[a-z]{2,24}")
LONGEST_ADDRESS = 254
FORMULA = ("=", "+", "-", "@", "|", "%")
HIDDEN = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
EVERY = 5_000  # lines between two words on how far it is

Progress = Callable[[int, int], None]
Row = tuple[str, str, str, str, str]  # address, its key, first name, locale, zone


@dataclass(slots=True)
class Checked:
    """What a file holds: the guests it would add, what is wrong, what is only worth knowing.

    `problems` are (line, column, reason), of at most `TOLD` lines; `wrong` counts all of them.
    `twice`, `known`, `members` and `refused` count lines that add nobody: an address named before,
    one that is a guest already, one that takes part already, one that asked not to be written to.
    """

    name: str
    encoding: str
    rows: list[Row] = field(default_factory=list)
    problems: list[tuple[int, str, str]] = field(default_factory=list)
    ignored: tuple[str, ...] = ()
    wrong: int = 0
    lines: int = 0
    twice: int = 0
    known: int = 0
    members: int = 0
    refused: int = 0
    languages: Counter[str] = field(default_factory=Counter)

    def problem(self, line: int, column: str, reason: str) -> None:
        """Note that something on *line* cannot be used."""
        self.wrong += 1
        if len(self.problems) < TOLD:
            self.problems.append((line, column, reason))

    def report(self) -> dict[str, object]:
        """Return everything but the guests, ready for JSON."""
        kept = ("encoding", "problems", "ignored", "wrong", "lines", "twice", "known", "members")
        counts = {name: getattr(self, name) for name in (*kept, "refused")}
        return {**counts, "languages": dict(self.languages.most_common(20))}


def read(
    name: str,
    data: bytes,
    programme: models.Programme,
    secrets: Secrets,
    progress: Progress | None = None,
) -> Checked:
    """Look at every line of a file without asking the database; needs no transaction."""
    try:
        sheet = sheets.read(data)
        places = _places(sheet.header)
    except sheets.Unreadable as error:
        return _hopeless(name, f"{error}.")
    found = Checked(name[:200], sheet.encoding, ignored=_ignored(sheet.header, places))
    lines = sheet.text.count("\n") + 1
    taken = _Reader(
        found, secrets, programme.languages[0], programme.zone, places, len(sheet.header)
    )
    try:
        for line, cells in sheet.rows():
            taken.row(line, cells)
            if progress and found.lines % EVERY == 0:
                progress(line, lines)
    except sheets.Unreadable as error:
        found.problem(0, "", f"{error}.")
    if not found.lines and not found.wrong:
        found.problem(0, "", "There is nobody in it.")
    return found


@dataclass(slots=True)
class _Reader:
    """Takes rows in, one after another; the addresses it has seen by key, with their line."""

    found: Checked
    secrets: Secrets
    locale: str
    zone: str
    places: dict[str, int]
    width: int
    seen: dict[str, int] = field(default_factory=dict)
    known: dict[str, str | None] = field(default_factory=dict)

    def row(self, line: int, cells: list[str]) -> None:
        """Add the guest of one row, or say what is wrong with it."""
        self.found.lines += 1
        if len(cells) != self.width:
            said = f"has {len(cells)} cells; the first line has {self.width}"
            self.found.problem(line, "", said)
            return
        before = self.found.wrong
        cell = {name: cells[place] for name, place in self.places.items()}
        email = self._address(line, cell["email"])
        name = self._name(line, cell.get("first_name", ""))
        locale = self._locale(line, cell.get("language", ""))
        zone = self._zone(line, cell.get("zone", ""))
        if self.found.wrong == before:
            self._add(line, (email, self.secrets.address_key(email), name, locale, zone))

    def _add(self, line: int, row: Row) -> None:
        if self.seen.setdefault(row[1], line) != line:
            self.found.twice += 1
            return
        self.found.rows.append(row)

    def _address(self, line: int, cell: str) -> str:
        if PLAIN.fullmatch(cell) and len(cell) <= LONGEST_ADDRESS and cell.index("@") <= 64:
            return cell
        try:
            return validate_email(
                cell, check_deliverability=False, test_environment=True
            ).normalized
        except EmailNotValidError as error:
            said = f"is not an address: {error}" if cell else "is empty"
            self.found.problem(line, "email", said)
            return ""

    def _name(self, line: int, cell: str) -> str:
        if cell.lstrip("'").startswith(FORMULA):
            self.found.problem(line, "first_name", "begins like a formula of a spreadsheet")
        elif HIDDEN.search(cell):
            self.found.problem(line, "first_name", "has signs in it that cannot be seen")
        elif len(cell) > LONGEST_NAME:
            said = f"has {len(cell)} letters; at most {LONGEST_NAME} fit"
            self.found.problem(line, "first_name", said)
        return cell

    def _locale(self, line: int, cell: str) -> str:
        if not cell:
            return self.locale
        if cell not in self.known:
            self.known[cell] = _language(cell)
        tag = self.known[cell]
        if tag is None:
            self.found.problem(line, "language", "is not a language such as en or pt-BR")
        return tag or self.locale

    def _zone(self, line: int, cell: str) -> str:
        if cell and cell not in available_zones():
            self.found.problem(line, "zone", "is not a time zone such as Europe/Berlin")
        return cell or self.zone


@cache
def available_zones() -> frozenset[str]:
    """Return the names of time zones, read once."""
    return frozenset(available_timezones())


def _language(cell: str) -> str | None:
    """Return the BCP 47 tag that *cell* says, None where it says none."""
    try:
        locale = Locale.parse(cell.replace("_", "-"), sep="-")
    except (ValueError, UnknownLocaleError):
        return None
    return str(locale).replace("_", "-")


def _places(header: Sequence[str]) -> dict[str, int]:
    """Return where each known column stands; raise Unreadable where no address can be found."""
    places = {}
    for name, words in COLUMNS.items():
        found = [place for place, title in enumerate(header) if title in words]
        if len(found) > 1:
            raise sheets.Unreadable(f"line 1: two columns say {name}")
        if found:
            places[name] = found[0]
    if "email" not in places:
        raise sheets.Unreadable("line 1: no column is called email")
    return places


def _ignored(header: Sequence[str], places: dict[str, int]) -> tuple[str, ...]:
    return tuple(name for place, name in enumerate(header) if place not in places.values())


def _hopeless(name: str, reason: str) -> Checked:
    found = Checked(name[:200], "")
    found.problem(0, "", reason[:1].upper() + reason[1:])
    return found
