"""How long a person would take: counted from words read, taps and letters typed, not slept.

Reading is 240 words a minute (Brysbaert 2019, silent reading of plain prose: 238), each text once;
deciding and tapping 1.5 seconds; typing on glass 36 words a minute (Palin and others 2019), 0.33
seconds a letter; half a second for each page to come.
"""

import re
from dataclasses import dataclass, field

from playwright.sync_api import Page

WORD, TAP, LETTER, PAGE = 60 / 240, 1.5, 0.33, 0.5
SEEN = "main :is(h1, h2, legend, p, label, summary, figcaption):not(.hidden)"


@dataclass
class Pace:
    """What somebody did so far."""

    words: int = 0
    taps: int = 0
    letters: int = 0
    pages: int = 0
    read: set[str] = field(default_factory=set)

    def look(self, page: Page) -> None:
        """Read what is new on the screen; the hours of a week are looked over, not read."""
        self.pages += 1
        texts = page.locator(SEEN).all_inner_texts()
        for text in {one.strip() for one in texts} - self.read:
            self.read.add(text)
            self.words += len(re.findall(r"\w+", text))

    def tap(self, times: int = 1) -> None:
        """Decide and tap."""
        self.taps += times

    def type(self, text: str) -> None:
        """Type on glass."""
        self.letters += len(text)

    @property
    def seconds(self) -> float:
        """About how long all of it takes."""
        return self.words * WORD + self.taps * TAP + self.letters * LETTER + self.pages * PAGE
