"""The brief's charts as Vega-Altair specifications, each a function of a frame and a width in pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import orjson
import polars as pl

from udsyn.briefs import theme
from udsyn.briefs.theme import Drawing

NARROW = 420  #: below this width labels move or wrap


@dataclass(frozen=True)
class Mark:
    """An event drawn on a line of years."""

    year: int
    label: str


def inline(rows: Sequence[object]) -> alt.Data:
    """Rows as one text: Altair would copy and check each cell of each, once a layer."""
    return alt.Data(values=orjson.dumps(rows).decode(), format=alt.JsonDataFormat(type="json"))


def values(rows: pl.DataFrame) -> alt.Data:
    return inline(rows.to_dicts())


def either(test: Any, then: str, otherwise: str) -> alt.ColorValue:
    """One colour where a test holds, another elsewhere.

    Channels are named here, as everywhere below: for each that it has to find Altair looks through its whole schema.
    """
    return alt.ColorValue(otherwise, condition=alt.condition(test, alt.value(then), alt.value(otherwise))["condition"])


def finished(chart: Any, width: int, height: int) -> Drawing:
    """Sized the same way for every chart; the theme is added when it is drawn."""
    fitted = alt.AutoSizeParams(type="fit", contains="padding")
    done: Drawing = chart.properties(width=width, height=height, padding=4, autosize=fitted)
    return done


def copublications(rows: pl.DataFrame, marks: Sequence[Mark], width: int) -> Drawing:
    """Joint works a year (columns year, works) with events marked on the line."""
    return over_years(rows, "works", "joint works a year", ",d", width, marks)


def over_years(
    rows: pl.DataFrame, value: str, title: str, number: str, width: int, marks: Sequence[Mark] = ()
) -> Drawing:
    """A value a year as a line, with events marked on it; `number` is a d3 format such as ".1%"."""
    span = alt.Scale(nice=False, zero=False)
    years = alt.X(
        "year:Q", title=None, scale=span, axis=alt.Axis(format="d", tickCount=4 if width < NARROW else 10, grid=False)
    )
    height = alt.Y(f"{value}:Q", title=title, axis=alt.Axis(tickCount=5, format=number))
    base = alt.Chart(values(rows))
    line = base.mark_line(color=theme.HOME).encode(years, height)
    area = base.mark_area(color=theme.HOME, opacity=0.12).encode(years, height)
    layers: list[Any] = [area, line]
    if marks:
        events = alt.Chart(values(stacked(marks, rows, value)))
        layers.append(events.mark_rule(strokeDash=[4, 3], color=theme.PARTNER).encode(alt.X("year:Q")))
        shown = "label:N" if width >= NARROW else "number:N"
        for side, align, dx in ((False, "left", 4), (True, "right", -4)):
            words = events.transform_filter(alt.datum.late == side).mark_text(
                align=align, dx=dx, color=theme.PARTNER, fontSize=11
            )
            layers.append(words.encode(alt.X("year:Q"), alt.Y("height:Q"), alt.Text(shown)))
    return finished(alt.layer(*layers).resolve_scale(y="shared"), width, 300)


def many_lines(rows: pl.DataFrame, events: pl.DataFrame, width: int) -> Drawing:
    """One small line chart a partner, each on its own scale, in the order of the rows.

    rows    partner, year, works
    events  partner, year, kind: agreements and centres, drawn as upright lines
    """
    columns = max(1, width // 170)
    gap = 18
    each = (width - gap * (columns - 1)) // columns - 44
    order = rows["partner"].unique(maintain_order=True).to_list()
    years = alt.X(
        "year:Q",
        title=None,
        scale=alt.Scale(zero=False, nice=False),
        axis=alt.Axis(format="d", tickCount=2, grid=False),
    )
    base = alt.Chart().encode(years)
    counted = base.transform_filter("isValid(datum.works)")
    works = alt.Y("works:Q", title=None, axis=alt.Axis(tickCount=3, format="~s"))
    layers = alt.layer(
        counted.mark_area(color=theme.HOME, opacity=0.12).encode(works),
        counted.mark_line(color=theme.HOME, strokeWidth=1.8).encode(works),
        base.transform_filter("isValid(datum.kind)")
        .mark_rule(strokeDash=[3, 2])
        .encode(
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=["agreement", "centre"], range=[theme.PARTNER, theme.INK]),
                legend=alt.Legend(title=None, orient="top"),
            )
        ),
        data=inline([*rows.to_dicts(), *events.to_dicts()]),
    )
    facet = alt.Facet("partner:N", title=None, columns=columns, sort=order, header=alt.Header(labelAnchor="start"))
    drawn: Drawing = (
        layers.properties(width=each, height=90)
        .facet(facet=facet, columns=columns, spacing=gap)
        .resolve_scale(y="independent")
        .resolve_axis(x="independent")
    )
    return drawn


LEAST_CELL = 18  #: pixels that a cell of a matrix needs for its letter


def matrix(rows: pl.DataFrame, colours: Mapping[str, str], width: int) -> Drawing:
    """Fields by partners, a coloured cell with a letter each, in row order; on a narrow page in several parts.

    Columns: field, partner, verdict, letter.
    """
    fields = rows["field"].unique(maintain_order=True).to_list()
    partners = rows["partner"].unique(maintain_order=True).to_list()
    label = 130 if width < NARROW else 240
    fitting = max(1, (width - label - 20) // LEAST_CELL)
    parts = -(-len(partners) // fitting)
    size = -(-len(partners) // parts)
    y = alt.Y("field:N", title=None, sort=fields, axis=alt.Axis(labelLimit=label, domain=False, ticks=False))
    scale = alt.Scale(domain=list(colours), range=list(colours.values()))
    drawn = []
    for start in range(0, len(partners), size):
        shown = partners[start : start + size]
        x = alt.X("partner:N", title=None, sort=shown, axis=alt.Axis(orient="top", labelAngle=0, domain=False))
        base = alt.Chart(values(rows.filter(pl.col("partner").is_in(shown)))).encode(x, y)
        cells = base.mark_rect(stroke=theme.GROUND, strokeWidth=2)
        letters = base.mark_text(fontSize=11).encode(alt.Text("letter:N"))
        both = alt.layer(cells.encode(color=alt.Color("verdict:N", scale=scale, legend=None)), letters)
        cell = min(36, (width - label - 20) // size)
        drawn.append(both.properties(width=cell * len(shown), height=20 * len(fields)))
    whole: Drawing = alt.vconcat(*drawn)
    return whole


def stacked(marks: Sequence[Mark], rows: pl.DataFrame, value: str) -> pl.DataFrame:
    """Marks with a height each, so that labels of neighbouring years do not lie on one another."""
    top = float(str(rows[value].max() or 1))
    step = 0.075 * top
    first, last = int(str(rows["year"].min())), int(str(rows["year"].max()))
    return pl.DataFrame(
        [
            {"year": mark.year, "label": mark.label, "number": str(index + 1), "height": 1.02 * top - index * step}
            | {"late": mark.year > first + 0.75 * (last - first)}
            for index, mark in enumerate(sorted(marks, key=lambda mark: mark.year))
        ],
        schema={"year": pl.Int64, "label": pl.String, "number": pl.String, "height": pl.Float64, "late": pl.Boolean},
    )


def ranked(
    rows: pl.DataFrame,
    *,
    name: str,
    value: str,
    low: str | None,
    high: str | None,
    picked: str,
    title: str,
    width: int,
    neutral: float | None = None,
) -> Drawing:
    """One dot a row with its interval, in the order of the rows; the row named `picked` stands out."""
    scale = alt.Scale(zero=neutral is None)
    y = alt.Y(f"{name}:N", sort=None, title=None)
    x = alt.X(f"{value}:Q", title=title, scale=scale, axis=alt.Axis(tickCount=4 if width < NARROW else 8))
    colour = either(alt.datum[name] == picked, theme.PARTNER, theme.HOME)
    base = alt.Chart(values(rows))
    layers: list[Any] = []
    if neutral is not None:
        at = alt.Chart(inline([{"at": neutral}]))
        layers.append(at.mark_rule(strokeDash=[2, 2]).encode(x=alt.X("at:Q", scale=scale)))
    if low and high:
        layers.append(
            base.mark_rule(strokeWidth=2).encode(
                y=y, x=alt.X(f"{low}:Q", scale=scale), x2=alt.X2(f"{high}:Q"), color=colour
            )
        )
    layers.append(base.mark_point(filled=True, size=70, opacity=1).encode(y=y, x=x, color=colour))
    return finished(alt.layer(*layers), width, tall(rows))


def both_strong(rows: pl.DataFrame, home: str, partner: str, width: int) -> Drawing:
    """Specialisation of both countries with intervals, one line a field (RSI, 0 = world average).

    Columns: name, and for both sides, home and partner, the RSI with `_low` and `_high`.
    """
    long = pl.concat(
        [
            rows.select("name", country=pl.lit(label), rsi=side, low=f"{side}_low", high=f"{side}_high")
            for label, side in ((home, "home"), (partner, "partner"))
        ]
    )
    y = alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=150 if width < NARROW else 300))
    x = alt.X(
        "rsi:Q",
        title="RSI (0 = world average)" if width < NARROW else "specialisation (RSI, 0 = world average)",
        scale=alt.Scale(domain=[-1, 1]),
        axis=alt.Axis(values=[-1, -0.5, 0, 0.5, 1]),
    )
    colour = alt.Color(
        "country:N",
        scale=alt.Scale(domain=[home, partner], range=[theme.HOME, theme.PARTNER]),
        legend=alt.Legend(title=None, orient="top"),
    )
    shape = alt.Shape("country:N", scale=alt.Scale(domain=[home, partner], range=["circle", "diamond"]), legend=None)
    zero = alt.Chart(inline([{"at": 0}])).mark_rule(strokeDash=[2, 2]).encode(alt.X("at:Q"))
    spans = alt.Chart(values(long)).mark_rule(strokeWidth=2, opacity=0.55)
    dots = alt.Chart(values(long)).mark_point(filled=True, size=80, opacity=1)
    layers = (
        zero,
        spans.encode(y=y, x=alt.X("low:Q"), x2=alt.X2("high:Q"), color=colour),
        dots.encode(y=y, x=x, color=colour, shape=shape),
    )
    return finished(alt.layer(*layers), width, tall(rows))


def tall(rows: pl.DataFrame) -> int:
    """Height in pixels of a chart with one line a row."""
    return 60 + 22 * max(rows.height, 1)


#: activity indices are drawn from a tenth to ten times the world's
LEAST, MOST = 0.1, 10.0
LABELLED = 5  #: points of a panel that bear their name


def crossed(rows: pl.DataFrame, panels: Sequence[str], width: int) -> Drawing:
    """Science × technology: a panel per way, a point per field, on axes in which 1 is as the world.

    Columns: panel, name, science, technology (activity indices), families, told (whether the two meet).
    """
    beside = width >= 2 * NARROW - 120
    each = (width - 130) // 2 if beside else width - 70
    drawn = [one_way(rows.filter(pl.col("panel") == panel), panel, each) for panel in panels]
    whole: Drawing = alt.hconcat(*drawn) if beside else alt.vconcat(*drawn)
    return whole


def one_way(rows: pl.DataFrame, title: str, width: int) -> Any:
    within = rows.with_columns(pl.col("science", "technology").clip(LEAST, MOST))
    scale = alt.Scale(type="log", domain=[LEAST, MOST], nice=False)
    axis = alt.Axis(values=[0.1, 0.3, 1, 3, 10], format="~g", grid=False)
    x = alt.X("science:Q", title="activity in science", scale=scale, axis=axis)
    y = alt.Y("technology:Q", title="activity in technology that cites it", scale=scale, axis=axis)
    told = alt.datum.told == True  # noqa: E712, an expression of Vega
    colour = either(told, theme.PARTNER, theme.SOFT)
    size = alt.Size("families:Q", legend=None, scale=alt.Scale(range=[25, 400]))
    base = alt.Chart(values(within)).encode(x, y)
    named = within.sort("told", "families", "name", descending=[True, True, False]).head(LABELLED)
    one = alt.Chart(inline([{"at": 1}]))
    layers = (
        one.mark_rule(strokeDash=[2, 2]).encode(x=alt.X("at:Q", scale=scale)),
        one.mark_rule(strokeDash=[2, 2]).encode(y=alt.Y("at:Q", scale=scale)),
        base.mark_point(filled=True, opacity=0.85).encode(color=colour, size=size),
        *(
            alt.Chart(values(named.filter((pl.col("science") > 1) == right)))
            .encode(x, y)
            .mark_text(align="right" if right else "left", dx=-9 if right else 9, dy=-9, limit=width // 2 - 12)
            .encode(alt.Text("name:N"))
            for right in (False, True)
        ),
    )
    return alt.layer(*layers).properties(width=width, height=min(width, 320), title=title)
