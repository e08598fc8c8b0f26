"""The look of a programme's own page: an accent everybody can read, and nothing else."""

import re

HEX = re.compile(r"#[0-9a-f]{6}")
LIGHT, DARK = "#ffffff", "#121916"  # what the accent stands on, see tokens.css
READABLE = 4.5  # WCAG 2.2, text

Colour = tuple[int, int, int]


def contrast(one: str, two: str) -> float:
    """Return the contrast of two colours by WCAG 2.2, from 1 to 21."""
    light, dark = sorted((_luminance(_parse(one)), _luminance(_parse(two))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def problem(accent: str) -> str | None:
    """Say what is wrong with an accent colour, None where nothing is."""
    if not HEX.fullmatch(accent):
        return "must be written like #1a5e50"
    found = contrast(accent, LIGHT)
    if found < READABLE:
        return f"is too pale to be read on white: its contrast is {found:.1f}, {READABLE} is needed"
    return None


def for_dark(accent: str) -> str:
    """Return the accent made so light that it can be read on the dark ground."""
    shades = (_lighter(_parse(accent), step) for step in range(21))
    return next(shade for shade in shades if contrast(shade, DARK) >= READABLE)


def sheet(accent: str) -> str:
    """Return the style sheet that lays *accent* over Earshot's own colours."""
    dark = for_dark(accent)
    return (
        f":root {{ --accent: {accent}; --accent-deep: {accent}; --on-accent: {LIGHT}; }}\n"
        "@media (prefers-color-scheme: dark) {\n"
        f"  :root {{ --accent: {dark}; --accent-deep: {dark}; --on-accent: {DARK}; }}\n"
        "}\n"
    )


def _lighter(colour: Colour, step: int) -> str:
    """Return *colour* as it is at step 0, white at step 20."""
    return "#{:02x}{:02x}{:02x}".format(*(round(p + (255 - p) * step / 20) for p in colour))


def _parse(colour: str) -> Colour:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: Colour) -> float:
    parts = [part / 255 for part in colour]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
