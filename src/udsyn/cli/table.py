"""Rows as a table for people: counts as integers, one number of decimals a column, nothing broken to fit.

In a terminal, columns that do not fit are left out from the right, and named. In a pipe a table is as wide as it is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import count
from statistics import median
from typing import Any

import click

Row = Mapping[str, Any]

GAP = 2  #: spaces between columns
NONE = "–"
DIGITS = 3  #: that are shown of a column's typical number
MOST_DECIMALS = 6
KEPT = 2  #: columns that are never left out
NARROWEST = 24  #: text is wrapped between words, but not below this width


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def cell(value: Any, decimals: int | None = None) -> str:
    """A value as text on one line; numbers with so many decimals, or alone with as many as they need."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return NONE
    if is_number(value):
        return f"{value:.{decimals_of([value]) if decimals is None else decimals}f}"
    text = "; ".join(str(item) for item in value) if isinstance(value, (list, tuple)) else str(value)
    return " ".join(text.split())


def decimals_of(values: Sequence[float | int]) -> int:
    """Decimals that show a column's typical number with three digits; none where all are whole."""
    numbers = [abs(value) for value in values if math.isfinite(value)]
    if all(number == int(number) for number in numbers):
        return 0
    typical = median(number for number in numbers if number)
    return min(max(DIGITS - 1 - math.floor(math.log10(typical)), 1), MOST_DECIMALS)


def column(values: Sequence[Any]) -> list[str]:
    """The cells of a column."""
    numbers = [value for value in values if is_number(value)]
    decimals = decimals_of(numbers) if numbers else None
    return [cell(value, decimals) for value in values]


def render(rows: Sequence[Row], names: Sequence[str], width: int | None = None) -> tuple[str, list[str]]:
    """A table of lines, and the columns left out because they do not fit into the width (None: as wide as it is)."""
    from rich.cells import cell_len  # how wide a text is: Korean letters take two places

    cells = {name: column([row.get(name) for row in rows]) for name in names}
    right = {name for name in names if any(is_number(row.get(name)) for row in rows)}
    natural = {name: max(map(cell_len, [name, *cells[name]])) for name in names}
    least = {
        name: natural[name] if name in right else min(natural[name], max(NARROWEST, longest_word(name, cells[name])))
        for name in names
    }
    shown = list(names)
    while width is not None and len(shown) > KEPT and needed(least, shown) > width:
        shown.pop()
    widths = {name: natural[name] for name in shown}
    if width is not None:
        shrink(widths, least, width)
    lines = [
        [wrapped(text, widths[name], cell_len) for name, text in zip(shown, texts, strict=True)]
        for texts in [shown, *zip(*(cells[name] for name in shown), strict=True)]
    ]
    printed = []
    for number, row in enumerate(lines):
        for at in range(max(map(len, row))):
            parts = []
            for name, pieces in zip(shown, row, strict=True):
                text = pieces[at] if at < len(pieces) else ""
                space = " " * (widths[name] - cell_len(text))
                parts.append(space + text if name in right else text + space)
            line = (" " * GAP).join(parts).rstrip()
            printed.append(click.style(line, bold=True) if number == 0 and width is not None else line)
    return "\n".join(printed), [name for name in names if name not in shown]


def longest_word(name: str, texts: Sequence[str]) -> int:
    from rich.cells import cell_len

    return max(cell_len(word) for text in [name, *texts] for word in text.split() or [""])


def needed(widths: Mapping[str, int], names: Sequence[str]) -> int:
    return sum(widths[name] for name in names) + GAP * (len(names) - 1)


def shrink(widths: dict[str, int], least: Mapping[str, int], width: int) -> None:
    """Make the widest texts narrower, none below its least, until all fit or nothing gives way."""
    for _ in count():
        over = needed(widths, list(widths)) - width
        giving = [name for name in widths if widths[name] > least[name]]
        if over <= 0 or not giving:
            return
        widest = max(giving, key=lambda name: widths[name])
        widths[widest] = max(least[widest], widths[widest] - over)


def wrapped(text: str, width: int, length: Any) -> list[str]:
    """A text in lines of a width, broken between words."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if length(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
