"""What a command opens: the settings, the databases and the keys."""

import os
from pathlib import Path
from typing import Any

import click


def platform(path: Path) -> Any:
    """Open what *path* sets; it is closed when the command ends."""
    from services.site import platform as platforms

    made = platforms.load(path, os.environ)
    click.get_current_context().call_on_close(made.close)
    made.require_tables()
    return made
