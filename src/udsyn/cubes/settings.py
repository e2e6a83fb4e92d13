"""How cubes are counted, beyond the scope: which codes are one country, what a fraction is, which citations count.

All evidence that is read from the cubes follows these settings, and says so: they stand in the scope of every result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from udsyn.cubes.countries import check_merges
from udsyn.cubes.statements import PARAMETERS
from udsyn.errors import UsageError
from udsyn.facts.countries import MERGES
from udsyn.record.engine import Record
from udsyn.record.tables import AUTHORSHIPS, CITATIONS_BY_YEAR, REFERENCES

#: level of fractional counting → what each gets an equal part of a work
LEVELS: Mapping[str, str] = {"author": "authors", "institution": "institutions", "country": "known countries"}
#: what stands for a work's citations and countries where the record's own numbers do not, in DuckDB's dialect
CITED_BY = PARAMETERS["citations"]
RECEIVED = "coalesce((SELECT max(received.citations) FROM received WHERE received.work = works.work), 0)"
OWN = "coalesce((SELECT max(own.citations) FROM self_citations AS own WHERE own.work = works.work), 0)"
MERGED_COUNTRIES = "(SELECT count(located.country) FROM located WHERE located.work = works.work)"


@dataclass(frozen=True)
class Settings:
    """How the cubes of a record are counted. The default is the plainest."""

    merge: str = "none"  #: a policy of `udsyn.facts.countries.MERGES`
    fractional: str = "author"  #: a level of LEVELS
    window: int | None = None  #: years in which citations count, the year of publication first; None: all
    without_self: bool = False  #: citations between works that share an author are left out

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> Settings:
        """What the cubes of a record were counted under, from its manifest."""
        held = manifest.get("cubes", {})
        return cls(**{name: held[name] for name in cls.__dataclass_fields__ if name in held})

    def check(self, record: Record) -> None:
        """Raise UsageError for a setting that is not known, or that the record cannot answer."""
        check_merges(self.merge)
        if self.fractional not in LEVELS:
            raise UsageError(f"no fractional counting by {self.fractional}: choose one of {', '.join(LEVELS)}.")
        if self.window is not None and not 1 <= self.window <= 50:
            raise UsageError(f"a window of {self.window} years makes no sense: give 1 to 50.")
        by_year, references = record.holds(CITATIONS_BY_YEAR), record.holds(REFERENCES)
        if self.window is not None and not (by_year or references):
            raise UsageError(
                "the record says neither when works were cited nor by which: read it with "
                "`udsyn ingest openalex SRC --with citations` before you count with --window."
            )
        if self.without_self and not (references and record.holds(AUTHORSHIPS)):
            raise UsageError("the record holds no references: self-citations cannot be told from others.")
        if record.slice and (self.without_self or self.fractional == "institution"):
            raise UsageError(
                f"the record keeps references and institutions of {record.slice} alone: the world cannot be counted "
                "without self-citations, or by institution. Use a record of all countries."
            )
        if record.slice and self.window is not None and not by_year:
            raise UsageError(
                f"the record keeps references of {record.slice} alone, and no citations by year: read the slice with "
                "--with citations to count with --window."
            )

    @property
    def tags(self) -> str:
        """What is added to the hash of the scope; nothing for the default."""
        tags = [
            self.merge if self.merge != "none" else "",
            f"by-{self.fractional}" if self.fractional != "author" else "",
            f"window-{self.window}" if self.window else "",
            "without-self" if self.without_self else "",
        ]
        return "".join(f"+{tag}" for tag in tags if tag)

    @property
    def said(self) -> list[str]:
        """What a reader of any result must know."""
        said = []
        if self.merge != "none":
            said.append(
                "countries: " + ", ".join(f"{code} in {into}" for code, into in MERGES[self.merge].items()) + "."
            )
        if self.fractional != "author":
            said.append(f"fractional counting: a work is shared out equally over its {LEVELS[self.fractional]}.")
        if self.window:
            said.append(f"citations: of {self.window} years, the year of publication first; later ones do not count.")
        if self.without_self:
            said.append("citations: those between works of the record that share an author are left out.")
        return said

    def steps(self, record: Record) -> dict[str, str]:
        """Name → statement of what comes before the works that count."""
        found = {
            "held": "held_by_institution" if self.fractional == "institution" else "held",
            "merged": "merged_countries" if self.merge != "none" else "merged",
            "located": "located_by_country" if self.fractional == "country" else "located",
        }
        if self.window:
            found["received"] = "received_by_year" if record.holds(CITATIONS_BY_YEAR) else "received_by_reference"
        if self.without_self:
            found["self_citations"] = "self_citations"
        return found

    @property
    def parameters(self) -> dict[str, str]:
        """Parameter → SQL, where the statements count something else than the plainest."""
        found = {}
        citations = RECEIVED if self.window else CITED_BY
        if self.without_self:
            citations = f"greatest({citations} - {OWN}, 0)"
        if citations != CITED_BY:
            found["citations"] = f"CAST({citations} AS INTEGER)"
        if self.merge != "none":
            found["countries"] = f"CAST({MERGED_COUNTRIES} AS SMALLINT)"
        if self.window:
            found["window"] = str(self.window)
        return found
