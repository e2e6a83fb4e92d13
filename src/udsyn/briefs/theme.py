"""Colours and chart settings, written once. HTML turns the colours into CSS variables, so that charts follow dark mode.

Blue and orange stay apart for every common form of colour blindness; text colours have at least 4.5:1 on their ground.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

HOME = "#1b5e8c"
PARTNER = "#b8501a"
INK = "#20262c"
MUTED = "#5d6873"
GRID = "#dde3e8"
SOFT = "#9fb3c3"
HOME_SOFT = "#a9cbe6"
PARTNER_SOFT = "#f2b98f"
LAND = "#e9edf0"
GROUND = "#fffffe"

#: colour in a chart → (name of the CSS variable, its value in the dark)
VARIABLES: dict[str, tuple[str, str]] = {
    HOME: ("--home", "#7cbbe8"),
    PARTNER: ("--partner", "#f0a068"),
    INK: ("--ink", "#e8ecef"),
    MUTED: ("--muted", "#a5b0ba"),
    GRID: ("--grid", "#343d46"),
    SOFT: ("--soft", "#5c7386"),
    HOME_SOFT: ("--home-soft", "#245d88"),
    PARTNER_SOFT: ("--partner-soft", "#8a4a1c"),
    LAND: ("--land", "#2a323a"),
    GROUND: ("--ground", "#161b20"),
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
