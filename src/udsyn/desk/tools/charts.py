"""Small pictures of numbers, drawn on the page itself without a script. A table beside each holds the same figures."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10
from typing import Any

from django.utils.html import format_html, format_html_join


def bar_chart(title: Any, bars: tuple[tuple[str, float], ...]) -> Any:
    """Bars as SVG without a script; the table below the chart holds the same figures."""
    width, height, step = 360, 130, 360 / len(bars)
    most = max(value for _label, value in bars) or 1.0

    def mark(i: int, label: str, value: float) -> tuple[Any, ...]:
        tall = 96 * value / most
        middle = f"{i * step + step / 2:.1f}"
        return f"{i * step + 3:.1f}", f"{height - 22 - tall:.1f}", f"{step - 6:.1f}", f"{tall:.1f}", middle, label[-2:]

    inner = format_html_join(
        "",
        '<rect class="bar-mark" x="{}" y="{}" width="{}" height="{}"></rect><text x="{}" y="124" '
        'text-anchor="middle">{}</text>',
        (mark(i, label, value) for i, (label, value) in enumerate(bars)),
    )
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>', width, height, title, inner
    )


def sparkline(title: Any, values: tuple[float, ...]) -> Any:
    """A line as small as a word beside the sentence that says its first and last value; one value has no line."""
    if len(values) < 2:
        return ""
    width, height, edge, most = 120, 26, 4, max(values) or 1.0
    across = (width - 2 * edge) / (len(values) - 1)
    points = [(edge + i * across, height - edge - (height - 2 * edge) * v / most) for i, v in enumerate(values)]
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" role="img" aria-label="{}"><polyline points="{}"></polyline>'
        '<circle cx="{}" cy="{}" r="3"></circle></svg>',
        *(width, height, title, " ".join(f"{x:.1f},{y:.1f}" for x, y in points)),
        *(f"{place:.1f}" for place in points[-1]),
    )


@dataclass(frozen=True)
class Point:
    """A point of two activity indices (1 = as the world); `told`: it stands out, and bears its name."""

    label: str
    x: float
    y: float
    told: bool


#: indices are drawn from a tenth to ten times the world's
LEAST, MOST, SIDE, EDGE = 0.1, 10.0, 320, 24
#: letters of a name that fit beside a point in the middle
LETTERS = 26


def crossed_chart(title: Any, across: Any, upwards: Any, points: tuple[Point, ...]) -> Any:
    """Points on two logarithmic axes as SVG; broken lines at 1. The table below the chart holds the same figures."""

    def at(value: float) -> float:
        return (log10(min(max(value, LEAST), MOST)) - log10(LEAST)) / (log10(MOST) - log10(LEAST)) * (SIDE - 2 * EDGE)

    def mark(point: Point) -> tuple[Any, ...]:
        x, y = EDGE + at(point.x), SIDE - EDGE - at(point.y)
        left = point.x > 1
        anchor, shift = ("end", -8) if left else ("start", 8)
        label = shortened(point.label) if point.told else ""
        kind = "told-mark" if point.told else "point-mark"
        return kind, f"{x:.1f}", f"{y:.1f}", point.label, f"{x + shift:.1f}", f"{y - 6:.1f}", anchor, label

    middle, end = SIDE / 2, SIDE - EDGE
    marks = format_html_join(
        "",
        '<circle class="{}" cx="{}" cy="{}" r="5"><title>{}</title></circle>'
        '<text x="{}" y="{}" text-anchor="{}">{}</text>',
        (mark(point) for point in sorted(points, key=lambda one: one.told)),
    )
    return format_html(
        '<svg class="chart square" viewBox="0 0 {side} {side}" role="img" aria-label="{title}">'
        '<path class="axis" d="M{edge} {edge}V{end}H{end}"></path>'
        '<path class="axis broken" d="M{middle} {edge}V{end}M{edge} {middle}H{end}"></path>'
        '<text x="{end}" y="{low}" text-anchor="end">{across}: 0.1 – 10 →</text>'
        '<text x="{edge}" y="14">↑ {upwards}: 0.1 – 10</text>{marks}</svg>',
        side=SIDE,
        edge=EDGE,
        end=end,
        middle=middle,
        low=SIDE - 8,
        title=title,
        across=across,
        upwards=upwards,
        marks=marks,
    )


def shortened(label: str) -> str:
    """A name that fits into half the picture; the whole one stands in the table, and on the point itself."""
    return label if len(label) <= LETTERS else f"{label[: LETTERS - 1].rstrip()}…"
