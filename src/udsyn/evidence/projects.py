"""Joint projects of two countries: another tie than joint works, and often an earlier one."""

from __future__ import annotations

from importlib.resources import files
from typing import Unpack

import polars as pl

from udsyn.errors import NotHeld, UsageError
from udsyn.evidence.question import Parts, Question, ask
from udsyn.evidence.result import Provenance, Result
from udsyn.record import extent
from udsyn.record.engine import Place, Record
from udsyn.record.tables import PARTICIPATIONS

DEFINITION = "joint-projects"
SOURCE = "cordis"
COUNTS = ("projects", "led_by_home", "led_by_partner", "home_participations", "partner_participations")


def joint_projects(record: Place, question: Question | str | None = None, **parts: Unpack[Parts]) -> Result:
    """One row per partner and year in which projects start: partner, year and the counts of COUNTS.

    A project counts once for a pair, however many organisations of each country take part; led_by_… are those that an
    organisation of that country coordinates, …_participations the organisations of each country, added up over
    projects. A null year is not known. Without a partner all partners have rows. Raises NotHeld where no register of
    projects was read, UsageError for an unknown country.
    """
    record, asked = Record.open(record), ask("joint_projects", question, parts)
    if asked.source not in (None, SOURCE):
        raise UsageError(f"joint projects come from {SOURCE}, not from {asked.source}.")
    if not record.holds(PARTICIPATIONS):
        raise NotHeld("no register of projects is held: read CORDIS's with `udsyn ingest cordis FILE`.")
    first, last = asked.years or (None, None)
    with record.connect() as connection:
        found = connection.execute(
            files("udsyn.evidence").joinpath("sql", "joint_projects.sql").read_text(encoding="utf-8"),
            {"home": asked.country, "partner": asked.partner, "first": first, "last": last},
        ).fetchall()
    schema = {"partner": pl.String, "year": pl.Int64, **dict.fromkeys(COUNTS, pl.Int64)}
    rows = pl.DataFrame(found, schema=schema, orient="row")
    sources = record.sources()
    notes = [*extent.said(sources, SOURCE, "projects")]
    if rows.is_empty():
        with_whom = f" with {asked.partner}" if asked.partner else ""
        notes.append(f"{SOURCE} holds no joint projects of {asked.country}{with_whom} in these years.")
    origin = Provenance(
        DEFINITION,
        "full",
        SOURCE,
        record.snapshot(SOURCE),
        extent=extent.of_source(sources, SOURCE),
        source_works=extent.works_of(sources, SOURCE),
    )
    return Result(rows, origin, tuple(notes))


def in_words(record: Place, home: str, partner: str) -> str | None:
    """The tie by joint projects in a sentence; None where no register is held."""
    try:
        found = joint_projects(record, home, partner=partner)
    except NotHeld:
        return None
    if found.rows.is_empty():
        return f"{home} and {partner} share no project in {SOURCE}."
    all_, first, last = totals(found).select("projects", "first_year", "last_year").row(0)
    period = f", started {first}-{last}" if first is not None else ""
    return f"{home} and {partner} share {all_:,} projects in {SOURCE}{period}: `udsyn evidence projects`."


def totals(found: Result) -> pl.DataFrame:
    """The rows of `joint_projects` over all years: partner, the counts, first and last year; most projects first."""
    counted = found.rows.group_by("partner").agg(
        *(pl.col(name).sum() for name in COUNTS), first_year=pl.col("year").min(), last_year=pl.col("year").max()
    )
    return counted.sort(["projects", "partner"], descending=[True, False])
