"""Commands about mail: the news, and reports of what came back."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from commands.opened import platform


@click.group("mail")
def mail_group() -> None:
    """Mail that goes out and comes back."""


@mail_group.command("news")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def news(path: Path, file: Path) -> None:
    """Send FILE (its first line is the subject) to everybody who confirmed."""
    from services.letters import newsletter

    made = platform(path)
    subject, _, body = file.read_text(encoding="utf-8").strip().partition("\n")
    if not subject.strip() or not body.strip():
        raise click.ClickException(
            f"{file} needs a subject in its first line and a text below it. Nothing was sent."
        )
    with made.sessions.begin() as session:
        count = newsletter.send(session, subject.strip(), body, file.stem, datetime.now(UTC))
    click.echo(f"To {count} readers, as {file.stem}. Who has got it before does not get it again.")


@mail_group.command("bounced")
@click.pass_obj
def bounced(path: Path) -> None:
    """Read the report of a failed delivery from standard input and keep what it says."""
    from services.letters import bounces

    made = platform(path)
    report = bounces.read(sys.stdin.buffer.read())
    with made.sessions.begin() as session:
        mail = bounces.note(session, report, made.config, datetime.now(UTC))
        click.echo(f"Noted for message {mail.id}: {mail.error}")
