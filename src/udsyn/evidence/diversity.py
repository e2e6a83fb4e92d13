"""How far the works of a country draw on distant fields: Rao-Stirling and true diversity of what they cite.

CWTS advises against indicators of interdisciplinarity: they measure the classification, and the references that happen
to be held, as much as the research. So nothing here is ranked, and every result says so.
"""

from __future__ import annotations

import zlib
from importlib.resources import files
from typing import Unpack

import numpy as np
import polars as pl

from udsyn.errors import NotHeld
from udsyn.evidence import formulas
from udsyn.evidence.intervals import Array, mean_interval
from udsyn.evidence.profile import SEED
from udsyn.evidence.question import LATEST, Parts, Question, ask
from udsyn.evidence.result import Result
from udsyn.evidence.sources import Source, choose, provenance
from udsyn.evidence.teams import Effects, mean_effects, said, teams
from udsyn.record.engine import Place, Record
from udsyn.record.slice import demand_whole
from udsyn.record.tables import COUNTRY_YEAR, REFERENCES

#: works with fewer held references to works with a field say nothing on diversity
MIN_REFERENCES = 3
WARNING = (
    "read with care: CWTS advises against indicators of interdisciplinarity, which measure the classification and the "
    "references held as much as the research."
)
SCHEMA = {
    "year": pl.Int64,
    "works": pl.Int64,
    "works_measured": pl.Int64,
    **dict.fromkeys(("rao_stirling", "rao_stirling_low", "rao_stirling_high", "true_diversity"), pl.Float64),
    "design_effect": pl.Float64,
}


def diversity(record: Place, question: Question | str | None = None, **parts: Unpack[Parts]) -> Result:
    """One row per year: the mean Rao-Stirling diversity of the fields that a country's works cite (full counting).

    Columns: year, works, works_measured (with MIN_REFERENCES references that are held and have a field), rao_stirling
    (Σ p_i p_j d_ij over ordered pairs, 0 to 1) with its 95 % interval, true_diversity (the mean of 1 / (1 − RS)), and
    the design_effect of teams that the interval is widened by.
    d_ij is 1 less the cosine of the citations that fields i and j receive from all fields in the record (Porter &
    Rafols 2009, doi 10.1007/s11192-008-2197-2). Raises UsageError for a record without references, and for a slice.
    """
    record, asked = Record.open(record), ask("diversity", question, parts, seed=SEED)
    code, years, seed = asked.country, asked.years, asked.seed
    demand_whole(record.slice, "distances between fields")
    if not record.holds(REFERENCES):
        raise NotHeld("the record holds no references: diversity of what is cited cannot be had from it.")
    chosen = choose(record, COUNTRY_YEAR, asked)
    first, last = years or (-LATEST, LATEST)
    with record.connect() as connection:
        parameters = {"country": code, "source": chosen.name, "first": first, "last": last}
        cited = connection.sql(statement("cited_fields"), params=parameters).pl()
        flows = connection.sql(statement("field_flows")).pl()
        totals = connection.sql(statement("works_of_country"), params=parameters).pl()
    fields = sorted({*flows["citing"].to_list(), *flows["cited"].to_list()})
    measured = scores_of(cited, fields, distances(flows, fields))
    effects = design_effects(record, chosen, asked, measured)
    rows = []
    for year, works in totals.iter_rows():
        scores = measured.filter(pl.col("year") == year)["score"].to_numpy()
        ones, effect = np.ones(len(scores)), effects.of(str(year))
        low, high = mean_interval(ones, effect * ones, scores, zlib.crc32(f"{seed}/{year}".encode()))
        rows.append(
            {
                "year": year,
                "works": works,
                "works_measured": len(scores),
                "rao_stirling": float(scores.mean()) if len(scores) else None,
                "rao_stirling_low": low,
                "rao_stirling_high": high,
                "true_diversity": float(formulas.true_diversity(scores).mean()) if len(scores) else None,
                "design_effect": effect if len(scores) else None,
            }
        )
    origin = provenance(record, chosen, "diversity", "full", years, seed)
    return Result(pl.DataFrame(rows, schema=SCHEMA), origin, (*chosen.said, said(record, chosen), WARNING))


def statement(name: str) -> str:
    return (files("udsyn.evidence") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def distances(flows: pl.DataFrame, fields: list[int]) -> Array:
    """1 less the cosine between the columns of the table citing × cited; 1 where a field is not cited."""
    table = np.zeros((len(fields), len(fields)))
    place = {field: index for index, field in enumerate(fields)}
    for citing, cited, works in flows.iter_rows():
        table[place[citing], place[cited]] = works
    length = np.sqrt((table**2).sum(axis=0))
    norm = np.divide(table, length, out=np.zeros_like(table), where=length > 0)
    apart: Array = np.clip(1 - norm.T @ norm, 0.0, 1.0)
    np.fill_diagonal(apart, 0.0)
    return apart


def scores_of(cited: pl.DataFrame, fields: list[int], apart: Array) -> pl.DataFrame:
    """The `score` (Rao-Stirling) of each work with enough references, from rows of work, year, field, references."""
    works = cited.select("work", "year").unique(maintain_order=True)
    row = dict(zip(works["work"].to_list(), range(works.height), strict=True))
    place = {field: index for index, field in enumerate(fields)}
    counts = np.zeros((works.height, len(fields)))
    for work, _, field, references in cited.iter_rows():
        counts[row[work], place[field]] = references
    enough = counts.sum(axis=1) >= MIN_REFERENCES
    shares = counts[enough] / counts[enough].sum(axis=1, keepdims=True)
    scores = np.einsum("wi,ij,wj->w", shares, apart, shares)
    return works.filter(pl.Series(enough, dtype=pl.Boolean)).with_columns(score=pl.Series(scores, dtype=pl.Float64))


def design_effects(record: Record, source: Source, asked: Question, measured: pl.DataFrame) -> Effects:
    """The design effects of a country's mean score by year, where works of one team cite alike."""
    works = teams(record, source, asked.country, "full", asked.years)
    if works is None:
        return Effects()
    scored = works.select("work", "team", "weight", member=pl.col("year").cast(pl.String))
    return mean_effects(scored.join(measured.select("work", "score"), on="work", maintain_order="left"), "score", 0)
