"""The desk is tested on the same server as the rooms it watches."""

from tests.rooms.conftest import hall, server_for_all

__all__ = ["hall", "server_for_all"]
