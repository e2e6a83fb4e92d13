"""Joint works of the pairs of a ledger, year by year, from the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import polars as pl

from udsyn.errors import NotHeld
from udsyn.evidence import sources
from udsyn.evidence.effect.grants import CROWD
from udsyn.evidence.effect.ledger import Pair
from udsyn.evidence.effect.panel import Floats
from udsyn.evidence.effect.staggered import SPAN
from udsyn.evidence.question import Question
from udsyn.evidence.result import Provenance
from udsyn.record.care import kept_as, unlisted
from udsyn.record.engine import Place, Record
from udsyn.record.tables import WORKS

DEFINITION = "instruments"
HELD = """
SELECT source, count(*), CAST(max(updated) AS VARCHAR), min(year), max(year) FROM works_in_scope
WHERE year IS NOT NULL GROUP BY source ORDER BY source
"""


@dataclass(frozen=True)
class Joint:
    """works: pairs × years, the first of which is `first`. hidden: pairs left out, since a member opted out."""

    pairs: list[Pair]
    works: Floats
    first: int
    provenance: Provenance
    notes: tuple[str, ...]
    hidden: int = 0

    @property
    def last(self) -> int:
        """The last complete year."""
        return self.first + int(self.works.shape[1]) - 1


def joint_works(place: Place, pairs: Sequence[Pair], source: str | None = None) -> Joint:
    """Count the joint works of pairs up to the last complete year. Merged ids of works' authors are followed.

    Works of more than CROWD authors do not count. Raises NotHeld where the record holds no works that count.
    """
    record = Record.open(place)
    if not record.holds(WORKS):
        raise NotHeld("this record holds no works, only panels. Ingest works with `udsyn ingest openalex SRC`.")
    gone = unlisted(record)
    listed = [pair for pair in pairs if pair.members[0] != "A" or gone.isdisjoint(pair.members[1:])]
    with record.connect() as connection:
        held = {row[0]: row[1:] for row in connection.execute(HELD).fetchall()}
        works = {name: row[0] for name, row in held.items()}
        taken = sources.taken(record, works, Question(source=source), lambda _: None)
        _, updated, oldest, newest = held[taken.name]
        snapshot = taken.snapshot or updated
        last = sources.last_complete_year(snapshot, newest)
        assert last is not None
        first = max(oldest, min((pair.first.year for pair in listed), default=last) - SPAN)
        connection.register("same", kept_as(record).to_arrow())
        connection.register("pairs", numbered(listed).to_arrow())
        statement = files("udsyn.evidence").joinpath("sql", "joint_works.sql").read_text(encoding="utf-8")
        asked = {"source": taken.name, "crowd": CROWD, "first": first, "last": last}
        found = connection.execute(statement, asked).fetchnumpy()
    counted = np.zeros((len(listed), max(last - first + 1, 1)))
    counted[found["pair"].astype(int), found["year"].astype(int) - first] = found["works"]
    origin = Provenance(
        DEFINITION, "full", taken.name, snapshot, record.stamp, extent=taken.extent, source_works=taken.works
    )
    return Joint(listed, counted, first, origin, taken.said, len(pairs) - len(listed))


def numbered(pairs: Sequence[Pair]) -> pl.DataFrame:
    """Pairs as a table: pair (its place), letter, a, b."""
    schema = {"pair": pl.Int64, "letter": pl.String, "a": pl.Int64, "b": pl.Int64}
    return pl.DataFrame([(place, *pair.members) for place, pair in enumerate(pairs)], schema, orient="row")
