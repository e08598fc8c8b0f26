"""What a storm of several workers needs: PostgreSQL, Redis, nginx, and people in a database."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from models import engine
from services.site import schema
from tests.ports import free_port
from tests.rooms.forge import Forge
from tests.rooms.outages import Nginx, Postgres, Redis
from tests.rooms.people import Town, settings
from tests.rooms.storm import Storm


@dataclass
class Grounds:
    """Everything under the workers, started once; each storm has a database of its own."""

    folder: Path
    forge: Forge
    postgres: Postgres
    redis: Redis
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @contextmanager
    def storm(self, workers: int, **given: Any) -> Iterator[Storm]:
        """A storm over so many workers behind nginx, or over one without it."""
        number = next(self.numbers)
        folder = self.folder / str(number)
        folder.mkdir()
        with ExitStack() as stack:
            town = stack.enter_context(self.town(folder, f"storm{number}"))
            ports = [free_port() for _ in range(workers)]
            if workers > 1:
                nginx = Nginx(folder, ports)
                stack.callback(nginx.close)
                given |= {
                    "front": nginx.port,
                    "environment": {"EARSHOT_CLUSTER_REDIS": self.redis.url},
                }
            yield Storm(town, self.forge, ports=ports, **given)

    @contextmanager
    def town(self, folder: Path, name: str) -> Iterator[Town]:
        """People in a fresh database of this name."""
        config, secrets, keys, keys_engine = settings(folder, self.postgres.database(name))
        main = engine.create(config.database.url)
        schema.upgrade(main, keys_engine)
        main.dispose()
        town = Town(config, secrets, keys)
        try:
            yield town
        finally:
            town.leave()
            keys_engine.dispose()


@contextmanager
def prepared(folder: Path) -> Iterator[Grounds]:
    """Start what the workers stand on; *folder*'s path must be short."""
    with ExitStack() as stack:
        postgres, redis, forge = Postgres(folder), Redis(), Forge(folder / "log")
        for one in (postgres, redis, forge):
            stack.callback(one.close)
        yield Grounds(folder, forge, postgres, redis)
