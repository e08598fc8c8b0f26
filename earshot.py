"""The command line: composes web and scheduler, and is the only module above them."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

APPOINTED = ["facilitator", "staff", "admin"]


class Commands(click.Group):
    """Commands whose failures are said in a sentence: exit code 1, 2 for wrong usage."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; show a traceback only where `--traceback` asks for it."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if ctx.params.get("traceback"):
                raise
            from services.failures import explain

            click.echo(f"earshot: {explain(error)}", err=True)
            sys.exit(1)


@click.group(cls=Commands)
@click.version_option(package_name="earshot")
@click.option("--config", type=click.Path(path_type=Path), help="The settings file.")
@click.option("--traceback", is_flag=True, help="Show where a failure came from.")
@click.pass_context
def main(ctx: click.Context, config: Path | None, traceback: bool) -> None:
    """Pair people who disagree, and guide each pair through one conversation."""
    ctx.obj = config or Path(__file__).parent / "config.toml"


def _platform(path: Path) -> Any:
    from services import platform

    made = platform.load(path, os.environ)
    click.get_current_context().call_on_close(made.close)
    made.require_tables()
    return made


@main.command()
@click.option("--port", type=click.IntRange(0, 65535), default=5000, show_default=True)
@click.option("--people", type=click.IntRange(20, 2000), default=300, show_default=True)
@click.option("--seed", default=7, show_default=True, help="Another seed, other made-up people.")
@click.pass_obj
def demo(path: Path, port: int, people: int, seed: int) -> None:
    """Live one whole conversation on this machine, among made-up people."""
    from gevent import monkey

    monkey.patch_all()
    from web import server
    from web.demo import stage

    with server.listen("127.0.0.1", port) as listener:
        context = stage.prepare(path, port, people, seed, say=click.echo)
        _serve(context, listener, greeting=stage.greeting(context))


@main.command()
@click.pass_obj
def serve(path: Path) -> None:
    """Start pages, rooms and scheduler in one process."""
    from gevent import monkey

    monkey.patch_all()
    from web import server
    from web.context import Context

    made = _platform(path)
    site = made.config.site
    context = Context(made.config, made.secrets, made.keys)
    with server.listen(site.host, site.port) as listener:
        _serve(context, listener, greeting=f"Earshot is at {site.url}. Ctrl-C stops it.")


def _serve(context: Any, listener: Any, greeting: str) -> None:
    from scheduler import runner
    from web import server
    from web.app import create_app
    from web.extensions import db

    app = create_app(context)
    with app.app_context():
        jobs = runner.embedded(db.engine, context.config, context.secrets, context.keys)
    try:
        server.run(app, listener, ready=lambda: click.echo(greeting))
    finally:
        jobs.shutdown(wait=False)


@main.command()
@click.pass_obj
def scheduler(path: Path) -> None:
    """Run the timed jobs in a process of their own."""
    from scheduler import runner

    made = _platform(path)
    runner.blocking(made.engine, made.config, made.secrets, made.keys)


@main.command()
@click.pass_obj
def migrate(path: Path) -> None:
    """Bring the databases to this version's tables; make secrets where there are none."""
    from services import platform

    for line in platform.migrate(path, os.environ):
        click.echo(line)


@main.command()
@click.argument("people", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--questionnaire", required=True, type=click.Path(path_type=Path))
@click.option("--policy", type=click.Path(path_type=Path))
@click.option("--exclude", type=click.Path(path_type=Path), help="Pairs that must not meet.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="PAIRS.csv")
@click.option("--unmatched", type=click.Path(path_type=Path))
@click.option("--report", type=click.Path(path_type=Path))
@click.option("--seed", default=0, show_default=True)
@click.option("--threads", type=click.IntRange(1))
def match(people: Path, questionnaire: Path, out: Path, **options: Any) -> None:
    """Pair the people of a CSV file, without a database."""
    from matcher import files

    report = files.match_files(people, questionnaire, out, progress=_progress, **options)
    click.echo(
        f"{report['people']} people, {report['acceptable_pairs']} acceptable pairs, "
        f"{report['paired']} paired, value {report['value']:.3f} "
        f"(no pairing reaches more than {report['upper_bound']['value']:.3f}). Written to {out}."
    )


@main.command("round")
@click.option("--programme", required=True, metavar="SLUG")
@click.option("--seed", default=0, show_default=True)
@click.pass_obj
def match_round(path: Path, programme: str, seed: int) -> None:
    """Match a programme's pool now and send the invitations."""
    from services import rounds

    made = _platform(path)
    click.echo(rounds.run_now(made.sessions, programme, made.config, datetime.now(UTC), seed))


@main.command()
@click.option("--programme", required=True, metavar="SLUG")
@click.option("--month", required=True, metavar="YYYY-MM")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def export(path: Path, programme: str, month: str, out: Path) -> None:
    """Write a closed month's anonymised tables as CSV, with their codebook."""
    from services import releases

    made = _platform(path)
    with made.sessions() as session:
        closed = releases.read_month(month)
        release = releases.publish(session, programme, closed, datetime.now(UTC))
        session.commit()
        for file in releases.export(session, release, out):
            click.echo(f"Written: {file}")


@main.group()
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
    from services import programmes

    made = _platform(path)
    with made.sessions.begin() as session:
        wanted = programmes.Plan(**plan)
        opened = programmes.open_new(session, wanted, datetime.now(UTC), "command line")
        click.echo(f"Open: {opened.title}.")


@main.group()
def user() -> None:
    """Accounts of people who run Earshot."""


@user.command("add")
@click.argument("email")
@click.option("--role", required=True, multiple=True, type=click.Choice(APPOINTED))
@click.pass_obj
def user_add(path: Path, email: str, role: tuple[str, ...]) -> None:
    """Give EMAIL a role; a new account signs in with a code by mail."""
    from services import appointments

    made = _platform(path)
    with made.sessions.begin() as session:
        account = appointments.appoint(session, email, role, made.secrets, datetime.now(UTC))
        click.echo(f"{account.email} may now act as {' and '.join(role)}.")


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def backup(path: Path, folder: Path) -> None:
    """Copy the SQLite databases into FOLDER in one step each, while Earshot runs."""
    from services import platform

    for line in platform.backup(_platform(path), folder, datetime.now(UTC)):
        click.echo(line)


@main.group("audit")
def audit_group() -> None:
    """The audit log."""


@audit_group.command("verify")
@click.pass_obj
def audit_verify(path: Path) -> None:
    """Check that no line was edited, removed or reordered; exit code 1 where one was."""
    from services import platform

    found = platform.verify_audit(_platform(path))
    for line in found or ["The audit log is whole."]:
        click.echo(line, err=bool(found))
    sys.exit(bool(found))


def _progress(text: str, seconds: float) -> None:
    if sys.stderr.isatty():
        click.echo(f"{text}: {seconds:.1f} s", err=True)


if __name__ == "__main__":
    main()
