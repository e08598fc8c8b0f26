"""Pairs the people of a CSV file, for organisers who live in spreadsheets; writes CSV and JSON."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple, fields
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from matcher import effort as efforts
from matcher import policy as policies
from matcher import questionnaire as questionnaires
from matcher.cohort import BadRows, Circumstances, Cohort, build
from matcher.effort import Effort, Progress, memory_needed
from matcher.errors import BadInput
from matcher.forecast import Kind, forecast
from matcher.pairing import pair
from matcher.questionnaire import Questionnaire
from matcher.round import Round
from matcher.sheets import Sheet, numbers_of, read_sheet, write_whole

TERMS = ("values", "difference", "topics", "hours")
FACTS = ("languages", "slots", "topics", "bands", "capacity", "waiting_days", "programme")


def match_files(  # noqa: PLR0913  # one keyword for every option of the command line
    people: Path,
    questionnaire: Path,
    out: Path,
    *,
    policy: Path | None = None,
    exclude: Path | None = None,
    unmatched: Path | None = None,
    report: Path | None = None,
    seed: int = 0,
    threads: int | None = None,
    sampled: bool = False,
    announce: Callable[[str], None] | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Read, pair and write; return the report.

    Raises `BadInput` naming every bad row with file, line, column and reason; then nothing is
    written. Each file is complete before it takes the place of an older one. `sampled` is for a
    million people, see `effort.Effort`; `announce` is told what memory is needed before it begins.
    """
    asked = questionnaires.load(questionnaire)
    chosen = policies.load(policy) if policy else policies.Policy()
    cohort, notices = read_people(people, asked)
    barred = read_exclude(exclude, cohort) if exclude else None
    effort = efforts.sampled() if sampled else efforts.Effort()
    most = memory_needed(int(cohort.capacity.sum()), effort)
    if announce:
        announce(f"{len(cohort)} people: at most {most} MB of memory will be needed.")
    result = pair(cohort, chosen, barred, seed, progress, threads=threads, effort=effort)
    told = {"seed": seed, "notices": notices, "memory_forecast_mb": most}
    found = {**result.report(), **told}
    files: list[tuple[Path, Callable[[IO[str]], object]]] = [
        (out, lambda file: _rows(file, _pair_rows(result)))
    ]
    if unmatched:
        files.append((unmatched, lambda file: _rows(file, _unmatched_rows(result))))
    if report:
        files.append((report, lambda file: file.write(json.dumps(found, indent=2) + "\n")))
    write_whole(files)
    return found


def forecast_files(
    people: Path,
    questionnaire: Path,
    *,
    policy: Path | None = None,
    check: int = 0,
    threads: int | None = None,
) -> list[Kind]:
    """Read, pair, and return whom to invite next (`matcher.forecast`)."""
    cohort, _ = read_people(people, questionnaires.load(questionnaire))
    chosen = policies.load(policy) if policy else policies.Policy()
    effort = Effort(threads=threads) if threads else Effort()
    return forecast(pair(cohort, chosen, effort=effort), check=check, effort=effort)


def write_kinds(kinds: Sequence[Kind], out: Path) -> None:
    """Write whom to invite next as CSV, a kind a line."""
    header = [each.name for each in fields(Kind)]
    write_whole([(out, lambda file: _rows(file, [header, *(astuple(one) for one in kinds)]))])


def read_people(path: Path, questionnaire: Questionnaire) -> tuple[Cohort, list[str]]:
    """Return the people of a CSV file, and notices of what was ignored."""
    sheet = read_sheet(path)
    numbers = [item.id for item in (*questionnaire.of("value"), *questionnaire.of("view"))]
    missing = [name for name in ("id", *numbers) if name not in sheet.columns]
    if missing:
        raise BadInput(f"{path}: {name}: the column is missing" for name in missing)
    problems: list[tuple[int, str, str]] = []
    numbers += [f"{i.id}_importance" for i in questionnaire.of("view") if i.importance]
    answers = {
        name: numbers_of(sheet.columns[name], name, problems)
        for name in numbers
        if name in sheet.columns
    }
    _check_background(sheet, questionnaire, problems)
    count = len(sheet.lines)
    facts: dict[str, Any] = {name: sheet.columns.get(name) for name in FACTS}
    for name in ("capacity", "waiting_days"):
        if facts[name] is not None:
            facts[name] = numbers_of(facts[name], name, problems)
    if facts["slots"] is not None:
        facts["slots"] = [cell.split() for cell in facts["slots"]]
    try:
        cohort = build(questionnaire, sheet.columns["id"], answers, Circumstances(**facts))
    except BadRows as error:
        raise _named(sheet, [*problems, *error.rows]) from error
    if problems:
        raise _named(sheet, problems)
    asked = {item.id for item in questionnaire.items} | set(numbers) | {"id", *FACTS}
    ignored = [name for name in sheet.columns if name not in asked]
    notices = [f"{path}: column {name} is not in the questionnaire; ignored" for name in ignored]
    return cohort, notices if count else [*notices, f"{path}: there are no people in it"]


def read_exclude(path: Path, cohort: Cohort) -> NDArray[np.int64]:
    """Return the rows of pairs (columns a, b) that may never meet; unknown ids are skipped."""
    sheet = read_sheet(path)
    missing = [name for name in ("a", "b") if name not in sheet.columns]
    if missing:
        raise BadInput(f"{path}: {name}: the column is missing" for name in missing)
    order = np.argsort(cohort.ids)
    rows = [_rows_of(sheet.columns[name], cohort, order) for name in ("a", "b")]
    pairs = np.column_stack(rows)
    return pairs[(pairs >= 0).all(1)]


def _check_background(
    sheet: Sheet, questionnaire: Questionnaire, problems: list[tuple[int, str, str]]
) -> None:
    for item in questionnaire.of("background"):
        cells = sheet.columns.get(item.id, [])
        if item.scale is None:
            known = {"", *item.options}
            odd = [row for row, cell in enumerate(cells) if cell not in known]
            problems += [(row, item.id, f"{cells[row]!r} is not an option") for row in odd]
            continue
        numbers = numbers_of(cells, item.id, problems)
        low, high = item.scale.min, item.scale.max
        for row in np.flatnonzero((numbers < low) | (numbers > high)).tolist():
            problems.append((row, item.id, f"{cells[row]} is not from {low:g} to {high:g}"))


def _named(sheet: Sheet, problems: Sequence[tuple[int, str, str]]) -> BadInput:
    return BadInput(
        f"{sheet.source}: line {sheet.lines[row]}: {column}: {reason}"
        if row >= 0
        else f"{sheet.source}: {column}: {reason}"
        for row, column, reason in sorted(problems)
    )


def _rows_of(ids: list[str], cohort: Cohort, order: NDArray[np.int64]) -> NDArray[np.int64]:
    if not len(cohort) or not ids:
        return np.full(len(ids), -1)
    asked = np.asarray(ids, np.str_)
    place = np.minimum(np.searchsorted(cohort.ids, asked, sorter=order), len(order) - 1)
    rows = order[place]
    return np.where(cohort.ids[rows] == asked, rows, -1)


def _rows(file: IO[str], rows: Iterable[Sequence[object]]) -> None:
    csv.writer(file, lineterminator="\n").writerows(rows)


def _pair_rows(result: Round) -> Iterator[Sequence[object]]:
    yield "a", "b", "score", *TERMS, "shared_values", "differences", "common_hours"
    ids = result.cohort.ids
    for one in result.described():
        a, b = sorted((str(ids[one.a]), str(ids[one.b])))
        numbers = [f"{number:.6f}" for number in (one.score, *one.terms.values())]
        words = " ".join(one.shared_values), " ".join(one.differences)
        yield _plain(a), _plain(b), *numbers, *words, one.common_hours


def _unmatched_rows(result: Round) -> Iterator[Sequence[object]]:
    yield "id", "reason", "change", "what", "partners"
    left = result.unmatched
    for row, *rest in zip(*(column.tolist() for column in left), strict=True):
        yield _plain(str(result.cohort.ids[row])), *rest


def _plain(text: str) -> str:
    """Keep a spreadsheet from taking an id for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text
