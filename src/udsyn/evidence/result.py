"""What every finding carries: its rows and where they come from."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    import altair


@dataclass(frozen=True)
class Provenance:
    """Where a number comes from. Holds no clock time and no path: the same record and settings give the same bytes."""

    definition: str  #: id of the definition, a heading of docs/indicators.md
    counting: str  #: "full", "fractional (author level)", ...
    source: str  #: name of the source in the record
    snapshot: str | None = None  #: date of the source's snapshot, ISO
    scope: str | None = None  #: hash of the scope that chose the works; null for panels
    coverage: float | None = None  #: share of works with a known country; null where a panel does not say
    seed: int | None = None  #: seed of a bootstrap or permutation, null where none was drawn
    extent: str | None = None  #: complete, slice or sample (`udsyn.record.extent`); null where no source is asked
    source_works: int | None = None  #: how many works the source holds; null where a panel does not say

    def sentence(self) -> str:
        """The same in words, as it is printed under a table."""
        parts = [f"Definition: {self.definition}", f"counting: {self.counting}", f"source: {self.source}"]
        parts += [f"snapshot: {self.snapshot}"] if self.snapshot else []
        parts += [f"scope: {self.scope}"] if self.scope else []
        parts += [f"works with a known country: {self.coverage:.1%}"] if self.coverage is not None else []
        parts += [f"seed: {self.seed}"] if self.seed is not None else []
        works = f" of {self.source_works:,} works" if self.source_works is not None else ""
        parts += [f"extent: {self.extent}{works}"] if self.extent else []
        return "; ".join(parts) + "."


@dataclass(frozen=True)
class Result:
    """A finding: a small frame, where it comes from, and sentences that its reader must know."""

    rows: pl.DataFrame
    provenance: Provenance
    notes: tuple[str, ...] = ()

    def records(self) -> list[dict[str, Any]]:
        """Flat rows for JSON and CSV: the finding's own columns first, its provenance after them."""
        origin = asdict(self.provenance)
        return [{**row, **origin} for row in self.rows.to_dicts()]

    def __len__(self) -> int:
        return self.rows.height

    def __bool__(self) -> bool:
        return True  # a finding without rows is still a finding

    def to_polars(self) -> pl.DataFrame:
        """The rows as a Polars frame."""
        return self.rows

    def to_pandas(self) -> Any:
        """The rows as a pandas frame; its `attrs` hold provenance and notes. Needs pandas."""
        frame = self.rows.to_pandas()
        frame.attrs |= {"provenance": asdict(self.provenance), "notes": list(self.notes)}
        return frame

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The rows through Arrow's PyCapsule interface: DuckDB, PyArrow and others read them without a copy."""
        return self.rows.__arrow_c_stream__(requested_schema)

    def chart(self, value: str | None = None) -> altair.Chart:
        """The finding as an Altair chart: over the years, or ranked, with its interval where it has one.

        value: the column that is drawn; None for the first measure. Raises UsageError where nothing can be drawn.
        """
        from udsyn.evidence.picture import picture  # Altair is loaded where it is used

        return picture(self.rows, value, self.provenance.definition, self.provenance.sentence())

    def _repr_html_(self) -> str:
        """The rows with what a reader must know below them, in a notebook."""
        below = "".join(f"<p>{escape(text)}</p>" for text in (*self.notes, self.provenance.sentence()))
        return f"<div>{self.rows._repr_html_()}<small>{below}</small></div>"
