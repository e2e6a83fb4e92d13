"""Hot-spots of inventors: where in the world the inventions of some classes are made, whatever the borders.

As the hot-spots of works (`udsyn.evidence.places.hotspots`): places are clustered by density, 15 km. A family counts
once, in equal parts for its inventors; whose place no source tells (Google's export and the EPO's answers give
countries alone) is left out, and the note says how much that is.
"""

from __future__ import annotations

import re

import polars as pl

from udsyn.errors import NotHeld, UsageError
from udsyn.evidence.intervals import share_interval
from udsyn.evidence.places.density import NOISE
from udsyn.evidence.places.hotspots import PRESETS, Settings, describe, label, place
from udsyn.evidence.result import Provenance, Result
from udsyn.evidence.technology.families import open_patents, statement
from udsyn.record.engine import Place

COUNTED = "One family counts once, in equal parts for its inventors; where they live, not where the applicant is."
SYMBOL = re.compile(r"[A-HY](\d\d([A-Z](\d{1,4}(/\d{2,6})?)?)?)?")


def inventor_hotspots(
    record: Place,
    classes: tuple[str, ...] = (),
    *,
    years: tuple[int, int] | None = None,
    settings: Settings = PRESETS["udsyn"],
    source: str | None = None,
) -> Result:
    """The hot-spots of inventors, largest first. classes: beginnings of symbols of CPC (C25B, H01M8); years of filing.

    Columns: rank, id, name, countries, lat, lon (the middle of its weight), places, families (in parts), share (of all
    whose place is known) with its interval. Raises NotHeld where no inventor's place is known, UsageError for what is
    no symbol of CPC.
    """
    wrong = [symbol for symbol in classes if not SYMBOL.fullmatch(symbol)]
    if wrong:
        raise UsageError(f"{wrong[0]} is no symbol of CPC: write C25B or C25B1/04.")
    first, last = years or (None, None)
    given = {"classes": f"^({'|'.join(classes)})" if classes else None, "first": first, "last": last}
    with open_patents(record, source) as held:
        points = place(held.connection.sql(statement("inventors"), params=given).pl())
        origin = Provenance("technology-hotspots", "fractional (inventor)", held.source)
        terms = f"Terms: {'; '.join(held.terms)}."
    placed = points.filter(pl.col("lat").is_not_null())
    if placed.is_empty():
        raise NotHeld(
            "no inventor of these families has a known place: PatentsView's inventors have one, loaded with "
            "g_location_disambiguated.tsv beside them."
        )
    left_out = 1 - float(placed["fractional"].sum()) / float(points["fractional"].sum())
    notes = (
        COUNTED,
        f"Left out: {left_out:.1%} of the families, in parts, whose inventors' places are not known.",
        terms,
    )
    return Result(spots(label(placed, settings)), origin, notes)


def spots(labelled: pl.DataFrame) -> pl.DataFrame:
    """A row per hot-spot, largest first, its share with Wilson's interval over Kish's number of families."""
    total = labelled.select(pl.col("fractional", "squares").sum()).row(0)
    sums = labelled.filter(pl.col("spot") != NOISE).group_by("spot").agg(families=pl.col("fractional").sum())
    rows = describe(labelled, "fractional").join(sums, on="spot").sort("families", "id", descending=[True, False])
    shares = [families / total[0] for families in rows["families"]]
    ends = [share_interval(share, total[0] ** 2 / total[1]) for share in shares]
    return rows.with_row_index("rank", offset=1).select(
        pl.col("rank").cast(pl.Int64),
        "id", "name", "countries", "lat", "lon",
        pl.col("institutions").alias("places"),
        "families",
        pl.Series("share", shares, pl.Float64),
        pl.Series("share_low", [low for low, _ in ends], pl.Float64),
        pl.Series("share_high", [high for _, high in ends], pl.Float64),
    )  # fmt: skip
