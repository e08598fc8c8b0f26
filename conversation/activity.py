"""What the activities of a step have in common."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

from conversation.events import Effect, Event

Played: TypeAlias = "tuple[Activity, tuple[Effect, ...]]"


@dataclass(frozen=True, slots=True)
class Activity(ABC):
    """What every activity answers: what a seat may send now, what follows, whether it is done."""

    kind: ClassVar[str]
    types: ClassVar[frozenset[str]]  # the acts that belong to this activity
    by_ready: ClassVar[bool] = True  # two ready people end it

    @property
    def done(self) -> bool:
        """Whether the activity has come to its own end."""
        return False

    @abstractmethod
    def open_to(self, seat: str) -> frozenset[str]:
        """Return those of its types that `seat` may send now."""

    @abstractmethod
    def play(self, event: Event) -> Played:
        """Return the activity after an act that `open_to` allows, and what the act caused."""

    @abstractmethod
    def show(self, seat: str) -> dict[str, Any]:
        """Return what `seat` may see of it, ready for JSON."""
