"""The command line: composes web and scheduler, and is the only module above them."""

import os
import sys
from pathlib import Path
from typing import Any

import click

from commands import news, pairing, people, programmes, records
from commands.opened import platform


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
            from services.site.failures import explain

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

    made = platform(path)
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

    made = platform(path)
    runner.blocking(made.engine, made.config, made.secrets, made.keys)


@main.command()
@click.pass_obj
def migrate(path: Path) -> None:
    """Bring the databases to this version's tables; make secrets where there are none.

    Also compiles what the matcher is made of, so that no visitor waits for that.
    """
    from matcher import warm
    from services.site import platform as platforms

    for line in platforms.migrate(path, os.environ):
        click.echo(line)
    click.echo("Compiling the matcher (about a minute the first time) ...")
    warm.compile_loops()


for command in (
    *(pairing.match, pairing.match_round, pairing.forecast),
    *(programmes.programme, programmes.user, people.people),
    news.mail_group,
    *(records.export, records.extract, records.backup, records.audit_group),
):
    main.add_command(command)


if __name__ == "__main__":
    main()
