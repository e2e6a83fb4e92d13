"""Settings of charts; colours are those of `look`. HTML turns them into CSS variables, so that charts follow dark mode.

Blue and orange stay apart for every common form of colour blindness; text colours have at least 4.5:1 on their ground.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from udsyn.look import COLOURS, DRAWN, day

HOME = day("accent")
PARTNER = day("spot")
INK = day("ink")
MUTED = day("soft")
GRID = day("line")
SOFT = day("usual")
HOME_SOFT = day("accent-soft")
PARTNER_SOFT = day("spot-soft")
LAND = day("empty")
GROUND = day("drawing")

#: name of the CSS variable → what `look` calls it
NAMES = {
    "--home": "accent",
    "--partner": "spot",
    "--ink": "ink",
    "--muted": "soft",
    "--grid": "line",
    "--soft": "usual",
    "--home-soft": "accent-soft",
    "--partner-soft": "spot-soft",
    "--land": "empty",
    "--ground": "drawing",
}
#: colour in a chart → (name of the CSS variable, its value in the dark)
VARIABLES: dict[str, tuple[str, str]] = {
    by_day: (variable, by_night)
    for variable, (by_day, by_night) in ((v, (COLOURS | DRAWN)[name]) for v, name in NAMES.items())
}

FONT = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Noto Sans', sans-serif"

CHART: dict[str, Any] = {
    "background": "transparent",
    "font": "Liberation Sans",
    "view": {"stroke": None},
    "axis": {
        "labelColor": MUTED,
        "titleColor": MUTED,
        "titleFontWeight": "normal",
        "gridColor": GRID,
        "domainColor": GRID,
        "tickColor": GRID,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "labelLimit": 230,
    },
    "legend": {"labelColor": INK, "titleColor": MUTED, "titleFontWeight": "normal", "labelFontSize": 12},
    "header": {"labelColor": INK, "labelFontSize": 12},
    "text": {"color": INK, "fontSize": 12},
    "rule": {"color": MUTED},
    "line": {"strokeWidth": 2.5},
    "title": {"color": INK, "anchor": "start"},
}


class Drawing(Protocol):
    """A Vega-Lite specification; Altair's charts are such."""

    def to_dict(self, validate: bool = True) -> dict[str, Any]: ...


def themed(draw: Callable[[int], Drawing], width: int) -> dict[str, Any]:
    """A drawing's specification in the theme; what the chart itself configures is kept where the theme is silent.

    Without Altair's checks, of each part as it is made and of the whole: they take longer than all else, and the
    renderer refuses what is wrong.
    """
    from altair.utils.schemapi import debug_mode

    with debug_mode(False):
        spec = draw(width).to_dict(validate=False)
    return {**spec, "config": {**spec.get("config", {}), **CHART}}
