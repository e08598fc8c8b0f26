"""Commands about programmes, and about the people who run them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from commands.opened import platform

APPOINTED = ["facilitator", "staff", "admin"]


@click.group()
def programme() -> None:
    """Programmes: one organisation's run of Earshot each."""


@programme.command("open")
@click.argument("slug")
@click.option("--title", required=True)
@click.option("--guide", default="first", show_default=True, help="Slug of a file in guides/.")
@click.option("--questionnaire", default="first", show_default=True)
@click.option("--language", "languages", multiple=True, default=["en"], show_default=True)
@click.option("--zone", default="UTC", show_default=True)
@click.pass_obj
def programme_open(path: Path, /, **plan: Any) -> None:
    """Open a programme that people can join."""
    from services.staff import programmes

    made = platform(path)
    with made.sessions.begin() as session:
        wanted = programmes.Plan(**plan)
        opened = programmes.open_new(session, wanted, datetime.now(UTC), "command line")
        click.echo(f"Open: {opened.title}.")


@click.group()
def user() -> None:
    """Accounts of people who run Earshot."""


@user.command("add")
@click.argument("email")
@click.option("--role", required=True, multiple=True, type=click.Choice(APPOINTED))
@click.pass_obj
def user_add(path: Path, email: str, role: tuple[str, ...]) -> None:
    """Give EMAIL a role; a new account signs in with a code by mail."""
    from services.people import appointments

    made = platform(path)
    with made.sessions.begin() as session:
        account = appointments.appoint(session, email, role, made.secrets, datetime.now(UTC))
        click.echo(f"{account.email} may now act as {' and '.join(role)}.")
