"""Commands about what is kept and what leaves: releases, backups, the audit log."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_bytes

import click

from commands.opened import platform


@click.command()
@click.option("--programme", required=True, metavar="SLUG")
@click.option("--month", required=True, metavar="YYYY-MM")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def export(path: Path, programme: str, month: str, out: Path) -> None:
    """Write a closed month's anonymised tables as CSV, with their codebook."""
    from services.figures import reading, releases

    made = platform(path)
    with made.sessions() as session:
        closed = releases.read_month(month)
        release = releases.publish(session, programme, closed, datetime.now(UTC))
        session.commit()
        for file in reading.export(session, release, out):
            click.echo(f"Written: {file}")


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def backup(path: Path, folder: Path) -> None:
    """Copy the SQLite databases into FOLDER in one step each, while Earshot runs."""
    from services.site import platform as platforms

    for line in platforms.backup(platform(path), folder, datetime.now(UTC)):
        click.echo(line)


@click.group("audit")
def audit_group() -> None:
    """The audit log."""


@audit_group.command("verify")
@click.pass_obj
def audit_verify(path: Path) -> None:
    """Check that no line was edited, removed or reordered; exit code 1 where one was."""
    from services.site import platform as platforms

    found = platforms.verify_audit(platform(path))
    for line in found or ["The audit log is whole."]:
        click.echo(line, err=bool(found))
    sys.exit(bool(found))


@click.command()
@click.option("--programme", required=True, metavar="SLUG")
@click.option("--agreement", required=True, metavar="NAME", help="the signed agreement it is for")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def extract(path: Path, programme: str, agreement: str, out: Path) -> None:
    """Write rows of people who agreed to research, for the partner of a signed agreement."""
    from services.figures import extracts
    from services.staff import programmes

    made = platform(path)
    with made.sessions() as session:
        of = programmes.find(session, programme)
        drawn = extracts.make(
            session, of, agreement, token_bytes(32), datetime.now(UTC), actor="command-line"
        )
        session.commit()
    out.mkdir(parents=True, exist_ok=True)
    for name, content in (("extract.csv", drawn.table), ("extract.json", drawn.codebook)):
        (out / name).write_bytes(content)
        click.echo(f"Written: {out / name}")
    click.echo(f"{drawn.rows} people, {drawn.left_out} left out. Mark: {drawn.mark}")
