"""Cut the typefaces into small files, one a script, and write the style sheet that names them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

BASIC = (
    "U+20-7E,U+A0,U+A7,U+A9,U+AB,U+B7,U+BB,U+2013-2014,U+2018-201A,U+201C-201E,"
    "U+2022,U+2026,U+20AC,U+2212"
)
ACCENTS = (
    "U+A1-A6,U+A8,U+AA,U+AC-B6,U+B8-BA,U+BC-FF,U+131,U+152-153,U+2C6,U+2DA,U+2DC,"
    "U+2032-2033,U+2039-203A,U+2044,U+2122"
)
EXTENDED = "U+100-130,U+132-151,U+154-24F,U+1E02-1E9E,U+1EF2-1EFF,U+20A0-20AB,U+20AD-20C0"
ARABIC = (
    "U+600-6FF,U+750-77F,U+870-88E,U+890-891,U+897-8FF,U+200C-200E,U+2010-2011,"
    "U+204F,U+2E41,U+FB50-FDFF,U+FE70-FEFC"
)

PRINT_WEIGHTS = (400, 650)

ARABIC_FACES = (
    ("Noto Naskh Arabic", "noto-naskh-arabic"),
    ("Noto Sans Arabic", "noto-sans-arabic"),
)


@dataclass(frozen=True)
class Cut:
    """One file to make: `source` below node_modules, `weights` kept as a range or one step."""

    family: str
    name: str
    source: str
    weights: tuple[int, int]
    characters: str


def _cuts() -> list[Cut]:
    voice = ("Literata Variable", "literata", (400, 600))
    plain = ("Atkinson Hyperlegible Next Variable", "atkinson-hyperlegible-next", (400, 650))
    scripts = (
        ("basic", "latin", BASIC),
        ("accents", "latin", ACCENTS),
        ("extended", "latin-ext", EXTENDED),
    )
    latin = [
        Cut(family, f"{name}-{part}", _variable(name, file), weights, characters)
        for family, name, weights in (voice, plain)
        for part, file, characters in scripts
    ]
    arabic = [
        Cut(family, f"{name}-{weight}", _static(name, weight), (weight, weight), ARABIC)
        for family, name in ARABIC_FACES
        for weight in (400, 600)
    ]
    return latin + arabic


def _variable(name: str, script: str) -> str:
    return f"@fontsource-variable/{name}/files/{name}-{script}-wght-normal.woff2"


def _static(name: str, weight: int) -> str:
    return f"@fontsource/{name}/files/{name}-arabic-{weight}-normal.woff2"


def _characters(ranges: str) -> set[int]:
    found: set[int] = set()
    for part in ranges.replace("U+", "").split(","):
        first, _, last = part.partition("-")
        found.update(range(int(first, 16), int(last or first, 16) + 1))
    return found


def _write(cut: Cut, packages: Path, target: Path) -> None:
    font = TTFont(packages / cut.source)
    if "fvar" in font:
        font = _narrow(font, cut)
    font.flavor = "woff2"
    font.save(target)


def _narrow(font: TTFont, cut: Cut) -> TTFont:
    """Keep the characters first: the variation tables name glyphs that other subsets hold."""
    options = subset.Options(
        layout_features=["ccmp", "kern", "locl", "liga", "mark", "mkmk", "tnum"]
    )
    options.hinting = False
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=_characters(cut.characters))
    cutter.subset(font)
    return instancer.instantiateVariableFont(font, {"wght": cut.weights})


def _write_for_print(packages: Path, folder: Path) -> None:
    """Write plain TrueType of one weight each: what draws a PDF or a PNG reads no woff2."""
    plain = [("Atkinson Hyperlegible Next Variable", "", one) for one in PRINT_WEIGHTS]
    voice = ("Literata Variable", "literata-", 400)
    for (family, name, weight), script in product((*plain, voice), ("latin", "latin-ext")):
        characters = EXTENDED if script == "latin-ext" else f"{BASIC},{ACCENTS}"
        source = _variable(family.removesuffix(" Variable").lower().replace(" ", "-"), script)
        cut = Cut(family, f"{name}{script}-{weight}", source, (weight, weight), characters)
        font = _narrow(TTFont(packages / cut.source), cut)
        font.flavor = None
        font.save(folder / f"{cut.name}.ttf")


def _rule(cut: Cut) -> str:
    low, high = cut.weights
    weight = str(low) if low == high else f"{low} {high}"
    return (
        f'@font-face {{ font-family: "{cut.family}"; font-weight: {weight}; font-display: swap; '
        f'src: url("./{cut.name}.woff2") format("woff2"); unicode-range: {cut.characters}; }}\n'
    )


def make(packages: Path, folder: Path) -> None:
    """Write every cut and `fonts.css` into `folder` (made anew), from the packages of npm."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for cut in _cuts():
        _write(cut, packages, folder / f"{cut.name}.woff2")
    (folder / "print").mkdir()
    _write_for_print(packages, folder / "print")
    (folder / "fonts.css").write_text("".join(_rule(cut) for cut in _cuts()), encoding="utf-8")
