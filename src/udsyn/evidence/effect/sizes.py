"""The effect by size of collaboration: in bilateral works, in those of up to ten countries, in larger ones.

A work of many countries counts once for each pair of them, and such works grow. Whole counts, fractional links (a work
of k countries adds 1 / (k - 1) to each of its pairs) and the three sizes stand side by side, so that a reader sees
whether two countries wrote more together or were more often together in large consortia.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from udsyn.errors import NotHeld, UsageError
from udsyn.evidence import sources
from udsyn.evidence.effect.findings import COLUMNS, DEFAULTS, EffectResult, Settings, effect, joint_works
from udsyn.evidence.effect.study import Agreement
from udsyn.record.engine import Record
from udsyn.record.tables import PAIR_SIZE_YEAR, SIZES

WHOLE, LINKS = "all works", "fractional links"
PARTS = (WHOLE, LINKS, *SIZES)


def effect_by_size_in(
    record: Record,
    home: str,
    partner: str | None = None,
    year: int | None = None,
    *,
    source: str | None = None,
    known: Sequence[Agreement] | None = None,
    settings: Settings = DEFAULTS,
) -> EffectResult:
    """`effect_in` once for each of PARTS; the column `part` says which. Raises NotHeld where no works are held."""
    pairs, provenance, said = joint_works(record, source, settings)
    sizes = sources.of_source(record, PAIR_SIZE_YEAR, provenance.source)
    if sizes.is_empty():
        raise NotHeld(
            f"{provenance.source} does not tell bilateral works from larger ones: --by size needs works that were "
            "counted with `udsyn cubes`."
        )
    frames = {WHOLE: pairs, LINKS: pairs.with_columns(works="links_fractional")}
    last = int(pairs["year"].max())  # type: ignore[arg-type]
    for size in SIZES:
        frames[size] = sizes.filter((pl.col("size") == size) & (pl.col("year") <= last))
    found, notes = {}, list(said)
    for part, frame in frames.items():
        try:
            found[part] = effect(frame, home, partner, year, known=known, settings=settings, provenance=provenance)
        except UsageError as reason:
            if part == WHOLE:
                raise
            notes.append(f"{part}: {reason}")
    told = pl.concat_str(pl.col("part"), pl.lit(": "), pl.col("headline"))
    rows = [one.rows.with_columns(part=pl.lit(part)).with_columns(headline=told) for part, one in found.items()]
    frame = pl.concat(rows).select("part", *COLUMNS)
    return EffectResult(frame, provenance, (*notes, *found[WHOLE].notes), found[WHOLE].studies)
