"""Numbers in sentences and tables: never rounded onto what they are not."""

from __future__ import annotations

from math import isinf

#: what is smaller is how a computer writes zero
NOISE = 1e-11
#: the level at which findings are called: a p-value beside it is written so that the side on which it lies can be read
LINE = 0.05


def places(percent: float) -> int:
    """Digits after the mark of a change in per cent: none from 1 % on, below it as many as tell it from none (two at
    most)."""
    size = abs(percent)
    return 0 if size >= 1 or size < 100 * NOISE else 1 if size >= 0.05 else 2


def change(value: float) -> str:
    """A relative change in per cent: 0.25 is +25 %, −0.004 is −0.4 %; 0 % is no change at all; without a bound ∞."""
    sign = "" if abs(value) < NOISE else "+" if value > 0 else "−"
    if isinf(value):
        return "∞" if value > 0 else "−∞"
    return f"{sign}{abs(100 * value):,.{places(100 * value)}f} %"


def p_text(value: float) -> str:
    """A p or q value to two digits; to three where two would be nothing or would hide on which side of 0.05 it is."""
    if value < 0.0005:
        return "<0.001"
    return f"{value:.{3 if value < 0.01 or abs(value - LINE) < 0.005 else 2}f}"


def stated(name: str, value: float) -> str:
    """The same in a sentence: p = 0.03, q < 0.001."""
    text = p_text(value)
    return f"{name} < {text[1:]}" if text.startswith("<") else f"{name} = {text}"
