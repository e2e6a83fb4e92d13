"""Small pictures of numbers, drawn on the page itself without a script. A table beside each holds the same figures."""

from __future__ import annotations

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
