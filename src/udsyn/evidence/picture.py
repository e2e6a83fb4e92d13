"""A finding as a plain chart: what `Result.chart()` draws. Briefs draw their own (`udsyn.briefs.charts`)."""

from __future__ import annotations

from textwrap import wrap

import altair
import polars as pl

from udsyn.errors import UsageError

#: measures that are drawn first, where a finding has several
FIRST = (
    *("share_fractional", "observed_expected", "mncs_ratio", "effect", "activity_index", "score", "share", "works"),
    *("international", "rao_stirling", "coverage", "home_activity"),
)
#: columns that say what a row is
NAMES = ("name", "partner", "estimator", "centre")
MOST = 30  #: rows of a ranking that can be read


def picture(rows: pl.DataFrame, value: str | None, title: str, subtitle: str) -> altair.Chart:
    """A line where each year has one row, else a ranking; with a rule from `…_low` to `…_high` where they are held."""
    drawn = measure(rows, value)
    rows = rows.filter(pl.col(drawn).is_not_null())
    if "year" in rows.columns and rows["year"].is_unique().all() and rows.height > 1:
        at = altair.X("year:O", title=None)
        chart = altair.Chart(rows).mark_line(point=True).encode(x=at, y=altair.Y(f"{drawn}:Q", title=drawn))
        bands = altair.Chart(rows).mark_rule().encode(x=at, y=f"{drawn}_low:Q", y2=f"{drawn}_high:Q")
    else:
        who = next((name for name in NAMES if name in rows.columns), rows.columns[0])
        rows = rows.head(MOST)
        at = altair.Y(f"{who}:N", sort=None, title=None)
        chart = altair.Chart(rows).mark_point(filled=True).encode(y=at, x=altair.X(f"{drawn}:Q", title=drawn))
        bands = altair.Chart(rows).mark_rule().encode(y=at, x=f"{drawn}_low:Q", x2=f"{drawn}_high:Q")
    held = {f"{drawn}_low", f"{drawn}_high"} <= set(rows.columns)
    origin = altair.TitleParams(title, subtitle=wrap(subtitle, 70))
    return (altair.layer(bands, chart) if held else chart).properties(title=origin)


def measure(rows: pl.DataFrame, value: str | None) -> str:
    """The column that is drawn. Raises UsageError for one that is not there, or where there is none."""
    numbers = [name for name, type_ in rows.schema.items() if type_.is_numeric() and name not in ("year", "rank", "id")]
    held = [name for name in numbers if rows[name].is_not_null().any()]
    if value is not None and value not in held:
        raise UsageError(f"{value} cannot be drawn; there are {', '.join(held) or 'no numbers'}.")
    if value is None and not held:
        raise UsageError("nothing can be drawn: the finding has no numbers.")
    return value or next((name for name in FIRST if name in held), held[0])
