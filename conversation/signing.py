"""The activity of a commitment: each writes a part, both sign the same whole."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from conversation.activity import Activity, Played
from conversation.events import SEATS, Effect, Event
from conversation.fields import Refused


@dataclass(frozen=True, slots=True)
class Sign(Activity):
    """Each writes a part of one text; whoever changes a part takes back both signatures.

    `latest` is the seq of the last part written: a signature names it, so that nobody signs
    words that changed while they were reading. Two ready people go on without signing.
    """

    kind: ClassVar[str] = "sign"
    types: ClassVar[frozenset[str]] = frozenset({"write", "sign"})

    a: str | None = None
    b: str | None = None
    latest: int | None = None
    signed: tuple[str, ...] = ()

    @property
    def written(self) -> bool:
        """Whether both parts are there."""
        return self.a is not None and self.b is not None

    @property
    def done(self) -> bool:
        """Whether both have signed."""
        return len(self.signed) == len(SEATS)

    def open_to(self, seat: str) -> frozenset[str]:
        """Return writing, and signing once both parts are there and this seat has not signed."""
        may_sign = self.written and seat not in self.signed
        return frozenset({"write", "sign"} if may_sign else {"write"})

    def play(self, event: Event) -> Played:
        """Keep a part, or a signature under the newest words."""
        if event.type == "write":
            return self._write(event), ()
        if event.data["of"] != self.latest:
            raise Refused("stale", "The words have changed; read them again before you sign.")
        after = replace(self, signed=(*self.signed, event.actor))
        return after, ((Effect("committed", {}),) if after.done else ())

    def _write(self, event: Event) -> "Sign":
        text = event.data["text"].strip()
        after = replace(self, latest=event.seq, signed=())
        return replace(after, a=text) if event.actor == "a" else replace(after, b=text)

    def show(self, seat: str) -> dict[str, Any]:
        """Return all of it: both write in each other's sight."""
        parts = {"a": self.a, "b": self.b}
        return {
            "kind": self.kind,
            "parts": parts,
            "latest": self.latest,
            "signed": sorted(self.signed),
        }
