"""Pages of figures beside what their commands print now: the same words, and each figure to one unit of its last digit,
since another processor may round the other way."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"
FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")


def as_written(made: str, page: str) -> None:
    """Hold docs/PAGE to the lines that a command makes (all of them, or the first ones where data lacks)."""
    lines, written = made.splitlines(), (DOCS / page).read_text(encoding="utf-8").splitlines()
    assert len(lines) <= len(written), f"docs/{page} lacks lines: write it anew with `make proof-pages`"
    for now, then in zip(lines, written, strict=False):
        assert same(now, then), f"docs/{page} says {then!r}, the command now {now!r}: `make proof-pages`"


def same(now: str, then: str) -> bool:
    ours, theirs = FIGURE.findall(now), FIGURE.findall(then)
    return FIGURE.sub("#", now) == FIGURE.sub("#", then) and all(map(near, ours, theirs))


def near(one: str, other: str) -> bool:
    """Whether two figures have the same digits after the point and differ in the last one by 1 at most; counts of more
    than a thousand and years are exact."""
    a, b = (Decimal(text.replace(",", "")) for text in (one, other))
    if a.as_tuple().exponent != b.as_tuple().exponent:
        return False
    return a == b or (abs(a - b) <= Decimal(1).scaleb(int(b.as_tuple().exponent)) and b < 1000)
