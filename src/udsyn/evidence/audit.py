"""How far the record's countries can be trusted: authorships without one, at odds with their institution, or with what
was printed. The cases can be listed in the form of a file of corrections (`udsyn.record.corrections`)."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import polars as pl

from udsyn.evidence.result import Provenance, Result
from udsyn.facts import countries
from udsyn.record import extent
from udsyn.record.engine import Place, Record
from udsyn.record.tables import RAW_AFFILIATIONS

if TYPE_CHECKING:
    import duckdb

COUNTS = (
    "rows",
    "without_country",
    "without_institution",
    "not_from_institution",
    "corrected",
    "contradicts_institution",
    "prints_a_country",
    "prints_another_country",
)
CASES: Mapping[str, Any] = {
    **dict.fromkeys(("case", "what", "id", "country", "note"), pl.String),
    "rows": pl.Int64,
}
NO_RAW = "prints_… are unknown: read affiliations as printed with `udsyn ingest openalex SRC --with raw`."

#: two letters at the end of an address that are a state or province at least as often as a country
STATE_CODES = (
    "AL AK AZ AR CA CO CT DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM NV NY OH OK OR "
    "PA RI SC SD TN TX UT VA VT WA WI WV WY AB BC MB NB NL NS NT ON PE QC SK YT"
)
STATES = frozenset(STATE_CODES.split())


def audit(record_path: Place, cases: bool = False, limit: int = 200) -> Result:
    """One row per source of works, counting rows of the table `authorships` (an author and an institution) in scope:

    without_country, without_institution, not_from_institution (the country comes from elsewhere in the authorship),
    corrected (by the user), contradicts_institution (it is not the country of the institution's own entry),
    prints_a_country (none is known, but the affiliation as printed names one), prints_another_country (the affiliation
    names a country, and none that is known of the author). The last two need affiliations as printed and are null
    without. With `cases`, the cases themselves, the most frequent first, in the form of a file of corrections: what,
    id, country (proposed, empty where nothing is known), note, rows.
    """
    record = Record.open(record_path)
    raw = record.holds(RAW_AFFILIATIONS)
    with record.connect() as connection:
        name_countries(connection)
        table = connection.execute(statement("audit_cases" if cases else "audit"), {"limit": limit} if cases else None)
        rows = table.fetchall()
    sources = record.manifest()["sources"]
    works = extent.sources_of_works(sources)
    held = extent.of_source(sources, works)
    origin = Provenance("audit", "rows", "works in scope", scope=record.stamp, extent=held)
    notes = [] if rows else ["no case was found." if cases else "the record holds no authorships."]
    notes += [*extent.said(sources, works), *([] if raw else [NO_RAW])]
    if cases:
        return Result(pl.DataFrame(rows, schema=dict(CASES), orient="row"), origin, tuple(notes))
    frame = pl.DataFrame(rows, schema={"of": pl.String, **dict.fromkeys(COUNTS, pl.Int64)}, orient="row")
    if not raw:
        frame = frame.with_columns(pl.lit(None, pl.Int64).alias(name) for name in COUNTS if name.startswith("prints"))
    return Result(frame, origin, tuple(notes))


def statement(name: str) -> str:
    return (files("udsyn.evidence") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def name_countries(connection: duckdb.DuckDBPyConnection) -> None:
    """The table `printed`: work, seq, text and the country that the text's last part names, where it names one."""
    connection.execute(f"CREATE TEMP VIEW endings AS {statement('audit_endings')}")
    found = connection.execute("SELECT DISTINCT ending FROM endings").fetchall()
    resolved: list[tuple[Any, ...]] = [(ending, country) for (ending,) in found if (country := named(ending))]
    connection.execute("CREATE TEMP TABLE named_countries (ending VARCHAR, country VARCHAR)")
    if resolved:
        connection.executemany("INSERT INTO named_countries VALUES (?, ?)", resolved)
    connection.execute(f"CREATE TEMP TABLE printed AS {statement('audit_printed')}")


def named(ending: str | None) -> str | None:
    """The country that the last part of an address names. Worked: South Korea → KR; CA, a state, → none."""
    if not ending or ending.upper() in STATES:
        return None
    return countries.resolve(ending)
