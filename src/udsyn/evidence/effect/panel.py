"""A panel of country pairs: every pair of the chosen countries in every year; what is not listed is zero."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import narwhals as nw
import numpy as np
import polars as pl
from narwhals.typing import IntoDataFrame
from numpy.typing import NDArray

from udsyn.errors import NotHeld

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

JOINT = ["c1", "c2", "year", "works"]
LARGE = "large"  #: of the joint works, those of more than ten countries
COUNTRIES = 45  #: how many countries the panel holds: those with most joint works, and the ones asked about
#: joint works in the nearest years on both sides from which on a year of none is a gap of the source and no count: a
#: Poisson count of this mean is zero in one case of 20,000
IMPLAUSIBLE = 10.0


@dataclass(frozen=True)
class Panel:
    """Joint works of all pairs of `countries` in all `years`.

    counts[p, t] are the joint works of countries first[p] < second[p] (indices into `countries`) in years[t], and
    large[p, t] those that more than ten countries wrote together, where the source tells (None where it does not).
    """

    countries: tuple[str, ...]
    years: Ints
    first: Ints
    second: Ints
    counts: Floats
    large: Floats | None = None

    @property
    def names(self) -> list[str]:
        """`DK-KR` for each pair, the two codes in alphabetic order."""
        return [f"{self.countries[i]}-{self.countries[j]}" for i, j in zip(self.first, self.second, strict=True)]

    def pair(self, a: str, b: str) -> int:
        """The row of a pair, whichever side is named first."""
        low, high = sorted((a, b))
        try:
            i, j = self.countries.index(low), self.countries.index(high)
        except ValueError:
            missing = low if low not in self.countries else high
            raise NotHeld(f"{missing} has no joint works in the panel; check the country code.") from None
        return int(np.flatnonzero((self.first == i) & (self.second == j))[0])

    @cached_property
    def gaps(self) -> Bools:
        """gaps[p, t]: a year of none that the pair's other years make implausible; it is unknown, not zero.

        The nearest years with works on both sides (on one side at the ends of the panel) count IMPLAUSIBLE or more.
        """
        return implausible(self.counts)

    @property
    def seen(self) -> Bools:
        """seen[p, t]: where the source counts, be it none."""
        return ~self.gaps

    def between(self, first: int, last: int) -> Panel:
        """The same pairs in the years first..last, both included."""
        kept = (self.years >= first) & (self.years <= last)
        large = None if self.large is None else self.large[:, kept]
        return replace(self, years=self.years[kept], counts=self.counts[:, kept], large=large)


def implausible(counts: Floats) -> Bools:
    """Where a count of none (each row a pair, its years in order) is a gap of the source: see `Panel.gaps`."""
    held = np.where(counts > 0, counts, np.nan)
    nearest = np.fmin(carried(held), carried(held[:, ::-1])[:, ::-1])
    return np.asarray((counts == 0) & (nearest >= IMPLAUSIBLE))


def carried(values: Floats) -> Floats:
    """Each row with its gaps (nan) filled by the last value before them; nan where there is none."""
    held = np.where(np.isnan(values), 0, np.arange(values.shape[1]))
    return np.asarray(np.take_along_axis(values, np.maximum.accumulate(held, axis=1), axis=1))


def pair_panel(
    frame: IntoDataFrame,
    countries: int = COUNTRIES,
    always: Collection[str] = (),
    years: tuple[int, int] | None = None,
) -> Panel:
    """The panel of the largest countries from a frame with columns c1, c2, year, works.

    Pairs are undirected: (c1, c2) and (c2, c1) are added up; rows of a country with itself are left out. `always` names
    countries that are kept whatever their size. Years without any row count as zero for every pair, unless they are
    `gaps`.
    """
    rows = joint_rows(frame)
    if years is not None:
        rows = rows.filter(pl.col("year").is_between(*years))
    if rows.is_empty():
        raise NotHeld("no joint works of two countries in these years; ingest works or a pairs panel first.")
    kept = largest(rows, countries, always)
    low, high = years or (int(rows["year"].min()), int(rows["year"].max()))  # type: ignore[arg-type]
    panel = filled(rows, kept, low, high)
    if not panel.counts.any():
        raise NotHeld("no joint works between the countries asked about in these years.")
    return panel


def joint_rows(frame: IntoDataFrame) -> pl.DataFrame:
    """The rows of two different countries: columns c1, c2, year, works and, where the frame has it, large."""
    held = nw.from_native(frame, eager_only=True)
    columns = [*JOINT, *([LARGE] if LARGE in held.columns else [])]
    rows = held.select(columns).to_polars().drop_nulls(JOINT)
    return rows.filter(pl.col("c1") != pl.col("c2"))


def filled(rows: pl.DataFrame, countries: Sequence[str], low: int, high: int) -> Panel:
    """The panel of these countries (in alphabetic order) in the years low..high, with a zero where no row is."""
    rows = rows.filter(
        pl.col("c1").is_in(countries)
        & pl.col("c2").is_in(countries)
        & (pl.col("c1") != pl.col("c2"))
        & pl.col("year").is_between(low, high)
    )
    place = {code: number for number, code in enumerate(countries)}
    i, j = (rows[side].replace_strict(place, return_dtype=pl.Int64).to_numpy() for side in ("c1", "c2"))
    at = np.minimum(i, j), np.maximum(i, j), rows["year"].to_numpy() - low
    first, second = np.triu_indices(len(countries), 1)

    def cube(column: str) -> Floats:
        whole = np.zeros((len(countries), len(countries), high - low + 1))
        np.add.at(whole, at, rows[column].fill_null(0).to_numpy())
        return np.asarray(whole[first, second])

    large = cube(LARGE) if LARGE in rows.columns else None
    return Panel(tuple(countries), np.arange(low, high + 1), first, second, cube("works"), large)


def filled_totals(rows: pl.DataFrame, countries: Sequence[str], years: Ints) -> Floats:
    """totals[c, t]: joint works of each of these countries with all other countries of `rows`, in each year."""
    ends = pl.concat([rows.select("year", "works", country=side) for side in ("c1", "c2")])
    ends = ends.filter(pl.col("country").is_in(countries) & pl.col("year").is_between(years[0], years[-1]))
    place = {code: number for number, code in enumerate(countries)}
    totals = np.zeros((len(countries), len(years)))
    at = ends["country"].replace_strict(place, return_dtype=pl.Int64).to_numpy(), ends["year"].to_numpy() - years[0]
    np.add.at(totals, at, ends["works"].to_numpy())
    return totals


def largest(rows: pl.DataFrame, countries: int, always: Collection[str]) -> list[str]:
    """The `countries` with most joint works and those of `always` that occur at all, in alphabetic order."""
    sizes = (
        pl.concat([rows.select(country="c1", works="works"), rows.select(country="c2", works="works")])
        .group_by("country")
        .agg(pl.col("works").sum())
        .sort(["works", "country"], descending=[True, False])
    )
    order: Sequence[str] = sizes["country"].to_list()
    return sorted({*order[:countries], *(code for code in order if code in always)})
