"""The period of a release: one calendar month, open or closed."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

PATTERN = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month; its moments depend on the zone it is lived in."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Read "2026-10"; raise ValueError for anything else."""
        found = PATTERN.fullmatch(text)
        if found is None or not 2000 <= int(found[1]) <= 9000:
            raise ValueError(f"{text!r} is not a month: write it as 2026-10")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, moment: datetime, zone: tzinfo) -> "Month":
        """Return the month that *moment* falls in, in *zone*."""
        local = moment.astimezone(zone)
        return cls(local.year, local.month)

    def start(self, zone: tzinfo) -> datetime:
        """Return the first moment of the month in *zone*, in UTC."""
        return datetime(self.year, self.month, 1, tzinfo=zone).astimezone(UTC)

    def end(self, zone: tzinfo) -> datetime:
        """Return the first moment after the month in *zone*, in UTC."""
        return self.next().start(zone)

    def closed(self, now: datetime, zone: tzinfo) -> bool:
        """Say whether the month is over at *now*."""
        return self.end(zone) <= now

    def next(self) -> "Month":
        """Return the month after."""
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    def previous(self) -> "Month":
        """Return the month before."""
        return Month(self.year - (self.month == 1), (self.month - 2) % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"
