"""How Udsyn looks: colours by day and by night, sizes of letters, and space, for pages, charts and letters.

A page reads them as variables at the head of `desk.css`, which `python -m udsyn.look` writes; charts and briefs as
`day(...)`; the templates of printed papers get them with their content.
"""

from __future__ import annotations

import re
from pathlib import Path

#: name → colour by day, by night. Text colours have at least 4.5:1 on paper, ground and their own wash
COLOURS: dict[str, tuple[str, str]] = {
    "paper": ("#ffffff", "#162027"),
    "ground": ("#f4f6f7", "#0e161b"),
    "ink": ("#16242c", "#e8eef1"),
    "soft": ("#4a5b65", "#a9bac4"),
    "line": ("#d3dbe0", "#2d3d47"),
    "edge": ("#6d7f8a", "#8297a3"),
    "accent": ("#0b5c83", "#7cc4e8"),
    "accent-ink": ("#ffffff", "#08202d"),
    "accent-wash": ("#e4f0f6", "#1b3442"),
    "focus": ("#7a3e9d", "#d7a6f0"),
    "good": ("#1d6b3f", "#84d6a6"),
    "good-wash": ("#e3f3ea", "#16362a"),
    "bad": ("#a8201a", "#ff9d94"),
    "bad-wash": ("#fbe7e5", "#44201e"),
    "warn": ("#7a4b00", "#f0c06a"),
    "warn-wash": ("#fdf0d5", "#3b2c10"),
    "sea": ("#eef4f7", "#101b22"),
    "land": ("#cfd9de", "#32434e"),
    "tied": ("#5b9dbd", "#3d86a8"),
    "spot": ("#c2410c", "#ff9a5c"),
}
#: colours that only charts need: softer shades of the two sides, and the bare paper below a drawing
DRAWN: dict[str, tuple[str, str]] = {
    "drawing": ("#fffffe", "#162027"),
    "usual": ("#9fb3c3", "#5c7386"),
    "accent-soft": ("#a9cbe6", "#245d88"),
    "spot-soft": ("#f2b98f", "#8a4a1c"),
    "empty": ("#e9edf0", "#2a323a"),
}
#: sizes of letters, 1 is the reader's own
LETTERS: dict[str, float] = {"tiny": 0.82, "small": 0.9, "text": 1.0, "large": 1.2, "number": 1.7}
#: distances, in the same unit: within a thing, between two, between groups, around a card
SPACE: dict[str, float] = {"near": 0.3, "half": 0.6, "gap": 1.0, "wide": 1.5}
POINTS = 10  #: size of the text on paper, in points

SHEET = Path(__file__).parent / "desk/web/static/desk/desk.css"
HEAD = re.compile(r"(?s):root \{.*?(?=\n\n\*, ::before)")


def day(name: str) -> str:
    """A colour by day, on a page or on paper, as #rrggbb."""
    return (COLOURS | DRAWN)[name][0]


def variables() -> str:
    """The head of the style sheet: light by default and on paper, on a screen dark by the device or by choice."""
    by_day, by_night = (" ".join(f"--{name}: {tones[tone]};" for name, tones in COLOURS.items()) for tone in (0, 1))
    sizes = " ".join(f"--{name}: {size:g}rem;" for name, size in (LETTERS | SPACE).items())
    dark = f"color-scheme: dark; {by_night}"
    return (
        f":root {{ color-scheme: light; {by_day}\n  {sizes} --radius: 6px; }}\n"
        f'@media screen and (prefers-color-scheme: dark) {{ :root[data-theme="auto"] {{ {dark} }} }}\n'
        f'@media screen {{ :root[data-theme="dark"] {{ {dark} }} }}'
    )


def on_paper() -> dict[str, str | float]:
    """What a template of a printed paper takes: colours by day, and sizes of letters in points."""
    return {name: tones[0] for name, tones in COLOURS.items()} | {
        name: round(POINTS * size, 1) for name, size in LETTERS.items()
    }


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (#rrggbb) by WCAG 2.2, from 1 (none) to 21 (black on white)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


if __name__ == "__main__":
    SHEET.write_text(HEAD.sub(lambda _old: variables(), SHEET.read_text("utf-8"), count=1), "utf-8")
