"""Commands that say who meets and whom to invite next: from a file, and from a programme's pool."""

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from commands.opened import platform


@click.command()
@click.argument("people", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--questionnaire", required=True, type=click.Path(path_type=Path))
@click.option("--policy", type=click.Path(path_type=Path))
@click.option("--exclude", type=click.Path(path_type=Path), help="Pairs that must not meet.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="PAIRS.csv")
@click.option("--unmatched", type=click.Path(path_type=Path))
@click.option("--report", type=click.Path(path_type=Path))
@click.option("--seed", default=0, show_default=True)
@click.option("--threads", type=click.IntRange(1))
@click.option("--sampled", is_flag=True, help="For a million: a bound from a sample, sooner.")
def match(people: Path, questionnaire: Path, out: Path, **options: Any) -> None:
    """Pair the people of a CSV file, without a database."""
    from matcher import files

    report = files.match_files(
        people, questionnaire, out, announce=_announce, progress=_progress, **options
    )
    click.echo(
        f"{report['people']} people, {report['acceptable_pairs']} acceptable pairs, "
        f"{report['paired']} paired, value {report['value']:.3f} "
        f"({_limit(report['upper_bound'])}). Written to {out}."
    )


@click.command("round")
@click.option("--programme", required=True, metavar="SLUG")
@click.option("--seed", default=0, show_default=True)
@click.pass_obj
def match_round(path: Path, programme: str, seed: int) -> None:
    """Match a programme's pool now and send the invitations."""
    from services.pairing import rounds

    made = platform(path)
    click.echo(rounds.run_now(made.sessions, programme, made.config, datetime.now(UTC), seed))


@click.command()
@click.argument(
    "people", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--questionnaire", type=click.Path(path_type=Path), help="Of PEOPLE.")
@click.option("--policy", type=click.Path(path_type=Path), help="Of PEOPLE.")
@click.option("--programme", metavar="SLUG", help="Whose pool, instead of a file of people.")
@click.option("--out", type=click.Path(path_type=Path), help="KINDS.csv")
@click.option(
    "--check", type=click.IntRange(0, 1000), default=0, help="Add so many of each kind; pair again."
)
@click.option("--threads", type=click.IntRange(1))
@click.pass_obj
def forecast(path: Path, /, people: Path | None, programme: str | None, **asked: Any) -> None:
    """Say what one more person of each kind would bring: whom to invite next."""
    if (people is None) == (programme is None):
        raise click.UsageError("Name either a file of people or --programme.")
    if people is not None and asked["questionnaire"] is None:
        raise click.UsageError("A file of people needs --questionnaire.")
    from matcher import files

    out, questionnaire, policy = asked.pop("out"), asked.pop("questionnaire"), asked.pop("policy")
    if people is not None:
        kinds = files.forecast_files(people, questionnaire, policy=policy, **asked)
    else:
        from services.pairing import forecasts

        made, now = platform(path), datetime.now(UTC)
        kinds = forecasts.of_programme(made.sessions, programme or "", made.config, now, **asked)
    if out:
        files.write_kinds(kinds, out)
    click.echo("\n".join(_table(kinds)))


def _limit(bound: Mapping[str, Any]) -> str:
    """Say what no pairing exceeds: for certain, or with the interval of a sample."""
    if "value_interval" in bound:
        low, high = bound["value_interval"]
        return f"a sample says: no pairing reaches more than {low:.0f} to {high:.0f}"
    return f"no pairing reaches more than {bound['value']:.3f}"


def _table(kinds: Sequence[Any]) -> list[str]:
    """Lay out the kinds under each other: what, which, people, pairs, checked."""
    lines = [("what", "which", "people", "pairs", "checked")]
    for kind in kinds:
        checked = "" if kind.checked is None else f"{kind.checked:.2f}"
        told = (str(kind.people), f"{kind.pairs:.2f}", checked)
        lines.append((kind.what, kind.which, *told))
    wide = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return [
        "  ".join(cell.ljust(size) for cell, size in zip(line, wide, strict=True)).rstrip()
        for line in lines
    ]


def _announce(text: str) -> None:
    click.echo(text, err=True)


def _progress(text: str, seconds: float) -> None:
    if sys.stderr.isatty():
        click.echo(f"{text}: {seconds:.1f} s", err=True)
