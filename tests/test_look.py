"""One place of colours, sizes and space: pages, charts and papers take theirs there, and all can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from udsyn import look
from udsyn.briefs import theme

SRC = Path(look.__file__).parent
STYLES = SRC / "desk/web/static/desk/desk.css"
#: (text, what it stands on)
PAIRS = [
    *((text, ground) for text in ("ink", "soft", "accent", "bad", "good", "warn") for ground in ("paper", "ground")),
    *((tone, f"{tone}-wash") for tone in ("good", "bad", "warn")),
    ("accent", "accent-wash"),
    ("ink", "accent-wash"),
    ("accent-ink", "accent"),
    ("spot", "paper"),
]


def ratio(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("tone", [0, 1], ids=["day", "night"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read_on_its_ground(text: str, ground: str, tone: int) -> None:
    assert ratio(look.COLOURS[text][tone], look.COLOURS[ground][tone]) >= 4.5


def test_the_contrast_is_that_of_wcag() -> None:
    assert look.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert look.contrast("#ffffff", "#767676") == pytest.approx(4.54, abs=0.005)  # as WebAIM's checker says


def test_the_style_sheet_has_the_variables_and_no_colour_of_its_own() -> None:
    styles = STYLES.read_text(encoding="utf-8")
    assert look.variables() in styles, "run python -m udsyn.look"
    rest = styles.replace(look.variables(), "")
    assert re.findall(r"#[0-9a-f]{6}\b", rest) == []
    used = set(re.findall(r"var\(--([a-z-]+)\)", rest)) - {"radius"}
    assert used <= {*look.COLOURS, *look.LETTERS, *look.SPACE}
    assert set(look.LETTERS) <= used | {"text"}


def test_charts_and_papers_have_the_same_colours() -> None:
    assert {theme.HOME, theme.PARTNER, theme.INK} == {look.day("accent"), look.day("spot"), look.day("ink")}
    paper = (SRC / "briefs/templates/brief.typ").read_text(encoding="utf-8")
    assert re.findall(r"#[0-9a-f]{6}\b", paper) == []
    assert len(theme.VARIABLES) == 10, "two roles of one colour would be one variable"
    assert not re.findall(r"#[0-9a-f]{6}", (SRC / "evidence/effect/chart.py").read_text(encoding="utf-8"))
