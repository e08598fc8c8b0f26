"""Commands about the people a programme invites."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from commands.opened import platform


@click.group()
def people() -> None:
    """The people a programme invites."""


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--programme", required=True, metavar="SLUG")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.pass_obj
def people_import(path: Path, file: Path, programme: str, dry_run: bool) -> None:
    """Take the guests of a CSV FILE in, all or, where a line is wrong, none; mails nobody."""
    from services.staff import imports, programmes

    made, now = platform(path), datetime.now(UTC)
    with made.sessions() as session:
        wanted = programmes.find(session, programme)
        data = (file.name, file.read_bytes())
        found = imports.check(session, wanted, data, made.secrets, _progress("checked"))
        for line in imports.sayings(found):
            click.echo(line, err=bool(found.wrong))
        if found.wrong:
            click.echo("Nothing was taken in. Correct the file and try again.", err=True)
            sys.exit(1)
        if dry_run or not found.rows:
            click.echo("Nothing was taken in.")
            return
        kept = imports.keep(session, wanted, found, now)
        imports.confirm(session, kept, now)
        session.commit()
        number = kept.id
    count = imports.apply(made.sessions, number, now, _progress("taken in"))
    click.echo(f"Taken in: {count}. Nobody was written to; that is begun on the programme's page.")


def _progress(what: str) -> Callable[[int, int], None] | None:
    if not sys.stderr.isatty():
        return None
    return lambda done, of: click.echo(f"\r{what}: {done} of {of}", nl=done >= of, err=True)
