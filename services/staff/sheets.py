"""Files of people as partners send them: any usual encoding and separator, every line looked at."""

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass

SEPARATORS = ",;\t|"
LARGEST = 32 * 1024 * 1024  # bytes
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Unreadable(ValueError):
    """The file is no list at all; the message says why. Nothing was kept."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's header in small letters, its rows behind, and in which encoding it was read."""

    header: tuple[str, ...]
    text: str
    separator: str
    encoding: str

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield (line, cells) for every row that is not empty; raise Unreadable where none is."""
        reader = csv.reader(self.text.splitlines(keepends=True), delimiter=self.separator)
        before = 0
        try:
            for row in reader:
                if before and any(cell.strip() for cell in row):
                    yield before + 1, [cell.strip() for cell in row]
                before = reader.line_num
        except csv.Error as error:
            raise Unreadable(f"line {reader.line_num}: {error}") from None


def read(data: bytes) -> Sheet:
    """Open *data*: UTF-8 or UTF-16 with or without a mark, else Windows-1252; any separator."""
    if len(data) > LARGEST:
        raise Unreadable(f"it has {len(data):,} bytes; at most {LARGEST:,} can be read")
    text, encoding = _decoded(data)
    if "\0" in text:
        raise Unreadable("it is not a text. Save the table as CSV first")
    first = next(iter(text.splitlines()), "")
    if not first.strip():
        raise Unreadable("its first line is empty. It must name the columns")
    separator = max(SEPARATORS, key=first.count)
    header = next(csv.reader([first], delimiter=separator))
    return Sheet(tuple(name.strip().casefold() for name in header), text, separator, encoding)


def _decoded(data: bytes) -> tuple[str, str]:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), "UTF-16" if encoding == "utf-16" else "UTF-8"
            except UnicodeDecodeError as error:
                raise Unreadable(f"it says it is {encoding} and is not: {error.reason}") from None
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace"), "Windows-1252"
