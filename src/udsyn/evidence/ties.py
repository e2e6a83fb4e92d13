"""How strong the tie between two countries is: joint works, measures of strength, and what size alone would give."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Unpack

import numpy as np
import polars as pl

from udsyn.evidence import formulas
from udsyn.evidence.expected import Array, expected_of_pair, quasi_independence
from udsyn.evidence.intervals import poisson_interval, ratio_interval
from udsyn.evidence.question import Parts, Question, Years, ask
from udsyn.evidence.result import Result
from udsyn.evidence.sizes import NOT_TOLD, with_sizes
from udsyn.evidence.sources import WORLD, Source, choose, of_source, provenance
from udsyn.evidence.teams import Effects, joint_by_year, said
from udsyn.record.engine import Place, Record
from udsyn.record.tables import COUNTRY_YEAR, PAIR_FIELD_YEAR, PAIR_YEAR

EXPECTED_LEVEL = "field"
NUMBERS = (
    "works",
    "share",
    "salton",
    "jaccard",
    "pai",
    "ric",
    "ric_low",
    "ric_high",
    "nsf_index",
    "expected",
    "observed_expected",
    "observed_expected_low",
    "observed_expected_high",
    "design_effect",
    "ric_neutral",
    "luukkonen",
    "luukkonen_neutral",
    "inclusion",
    "links_fractional",
)


@dataclass(frozen=True)
class Network:
    """The joint works of one year: who, how many, and each country's output (NaN where the source lacks it)."""

    countries: tuple[str, ...]
    links: Array  #: n × n, symmetric, zero diagonal
    expected: Array  #: n × n
    fractional: Array  #: n × n, fractional links
    output: Array  #: all works of each country
    international: Array  #: international works of each country
    world_international: float


def ties(
    record: Place, question: Question | str | None = None, partner: str | None = None, /, **parts: Unpack[Parts]
) -> Result:
    """One row per year and partner, the strongest first; columns as in docs/indicators.md.

    works (joint works, full counting), share (of home's international works), salton, jaccard, pai, ric with its 95 %
    interval, nsf_index, expected (by quasi-independence per field, summed), observed_expected and its interval;
    design_effect, by which both intervals are widened; `ric_neutral` and `luukkonen_neutral`, the values that these two
    would have if joint works were as expected; bilateral, up_to_ten and larger: joint works by how many countries wrote
    them, with their share of home's. A partner that is named has its row of zeros where there are no joint works.
    `year` defaults to the last complete year; `years` gives a row per year instead. What the source lacks is null, and
    a note says which. Raises UsageError for unknown countries or sources.
    """
    record, asked = Record.open(record), ask("ties", question, parts, partner=partner)
    one, other, year, years = asked.country, asked.other if asked.partner else None, asked.year, asked.years
    chosen = choose(record, PAIR_YEAR, asked)
    notes = [*chosen.said]
    if years is None:
        at = year if year is not None else chosen.last_complete
        if year is None:
            notes.append(f"year: {at}, the last complete one.")
        years = (at, at) if at is not None else None
    named = {one, other} if other else {one}
    nets = networks(record, chosen, years, named)
    hang = joint_by_year(record, chosen, one, years)
    rows = [row for net_year, net in nets for row in rows_of(net, net_year, one, other, hang)]
    notes.append(said(record, chosen))
    notes += missing_notes(rows, chosen, one, other)
    schema = {"year": pl.Int64, "partner": pl.String, **dict.fromkeys(NUMBERS, pl.Float64), "result": pl.String}
    frame = pl.DataFrame(rows, schema=schema).sort("year", "works", "partner", descending=[False, True, False])
    frame = with_sizes(frame, record, chosen, one, years)
    return Result(frame, provenance(record, chosen, "ties", "full", years), tuple(notes))


def missing_notes(rows: list[dict[str, Any]], source: Source, home: str, partner: str | None) -> list[str]:
    """What the reader must know: nothing held, or an input that the source lacks."""
    if not rows:
        who = f"{home} and {partner}" if partner else home
        return [f"nothing held on joint works of {who} in {source.name} in these years."]
    notes = []
    if partner and not any(row["works"] for row in rows):
        notes.append(f"{source.name} holds no joint works of {home} and {partner} in these years.")
    if all(row["salton"] is None for row in rows):
        notes.append(
            f"{source.name} lacks the output of countries: salton, jaccard and inclusion cannot be had from it."
        )
    if all(row["share"] is None for row in rows):
        notes.append(f"{source.name} lacks the international works of {home}: share cannot be had from it.")
    if all(row["nsf_index"] is None for row in rows):
        notes.append(f"{source.name} lacks the world's international works: nsf_index cannot be had from it.")
    if not source.counted:
        notes.append("expected: from all fields together, because the panel has no fields.")
        notes.append(NOT_TOLD)
    return notes


def networks(
    record: Record, source: Source, years: Years | None, named: Iterable[str] = ()
) -> list[tuple[int, Network]]:
    """The network of each year held, with its expected links; `named` countries are in it also without any links."""
    pairs = only_countries(of_source(record, PAIR_YEAR, source.name, years))
    output = of_source(record, COUNTRY_YEAR, source.name, years)
    by_field = of_source(record, PAIR_FIELD_YEAR, source.name, years)
    if not by_field.is_empty():
        by_field = only_countries(by_field.filter(pl.col("level") == EXPECTED_LEVEL))
    found = []
    for year in sorted(pairs["year"].unique().to_list()):
        own = pl.col("year") == year
        parts = [] if by_field.is_empty() else [p for _, p in sorted(groups(by_field.filter(own)).items())]
        found.append((int(year), network(pairs.filter(own), output.filter(own), parts, named)))
    return found


def groups(frame: pl.DataFrame) -> dict[str, pl.DataFrame]:
    return {str(key[0]): part for key, part in frame.partition_by("member", as_dict=True).items()}


def only_countries(pairs: pl.DataFrame) -> pl.DataFrame:
    """Pairs of two different countries; a source's totals are not among them."""
    known = pl.col("c1").is_not_null() & pl.col("c2").is_not_null() & (pl.col("c1") != pl.col("c2"))
    return pairs.filter(known & (pl.col("c1") != WORLD) & (pl.col("c2") != WORLD))


def network(
    pairs: pl.DataFrame, output: pl.DataFrame, fields: list[pl.DataFrame], named: Iterable[str] = ()
) -> Network:
    """One year's network; expected links are fitted to each field and summed, or to all pairs where there are none."""
    countries = tuple(sorted({*pairs["c1"].to_list(), *pairs["c2"].to_list(), *named}))
    place = {country: index for index, country in enumerate(countries)}
    links = matrix(pairs, place, "works")
    expected = sum((quasi_independence(matrix(part, place, "works")) for part in fields), np.zeros_like(links))
    about = {row["country"]: row for row in output.to_dicts()}

    def column(name: str) -> Array:
        values = [about.get(country, {}).get(name) for country in countries]
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)

    world = about.get(WORLD, {}).get("works_international")
    return Network(
        countries,
        links,
        expected if fields else quasi_independence(links),
        matrix(pairs, place, "links_fractional"),
        column("works"),
        column("works_international"),
        float("nan") if world is None else float(world),
    )


def matrix(pairs: pl.DataFrame, place: dict[str, int], column: str) -> Array:
    """Pairs as a symmetric table; NaN where the source lacks the column."""
    table = np.zeros((len(place), len(place)))
    rows = [place[country] for country in pairs["c1"]]
    columns = [place[country] for country in pairs["c2"]]
    table[rows, columns] = table[columns, rows] = pairs[column].cast(pl.Float64).fill_null(np.nan).to_numpy()
    return table


def rows_of(net: Network, year: int, home: str, partner: str | None, hang: Effects) -> list[dict[str, Any]]:
    """The rows of home's ties in one year: with every partner that it has joint works with, or with the one named."""
    i = net.countries.index(home)
    wanted = [
        j
        for j, country in enumerate(net.countries)
        if (country == partner if partner is not None else j != i and net.links[i, j] > 0)
    ]
    return [
        {
            "year": year,
            "partner": net.countries[j],
            **tie(net, i, j, hang.of(f"{net.countries[j]}/{year}")),
            "result": f"ties/{home}/{net.countries[j]}/{year}",
        }
        for j in wanted
    ]


def tie(net: Network, i: int, j: int, effect: float) -> dict[str, float | None]:
    """All measures of one tie, as plain numbers; None where an input is lacking or nothing can be divided.

    `effect` is the design effect of the joint works, by which intervals are widened.
    """
    c, expected = net.links[i, j], net.expected[i, j]
    sums, total = net.links.sum(axis=1), net.links.sum() / 2
    p_i, p_j, links_i, links_j = net.output[i], net.output[j], sums[i], sums[j]
    with np.errstate(divide="ignore", invalid="ignore"):
        ric = formulas.ric(c, links_i, links_j, total)
        variance = effect * formulas.ric_log_variance(c, links_i, links_j, total)
        ric_low, ric_high = ratio_interval(ric, variance) if c > 0 else (None, None)
        few, many = (effect * end for end in poisson_interval(c / effect))
        found: dict[str, Any] = {
            "works": c,
            "share": c / net.international[i],
            "salton": formulas.salton(c, p_i, p_j),
            "jaccard": formulas.jaccard(c, p_i, p_j),
            "pai": formulas.affinity(c, links_i, links_j, total),
            "ric": ric,
            "ric_low": ric_low,
            "ric_high": ric_high,
            "nsf_index": formulas.nsf_index(c, net.international[i], net.international[j], net.world_international),
            "expected": expected,
            "observed_expected": c / expected,
            "observed_expected_low": few / expected,
            "observed_expected_high": many / expected,
            "design_effect": effect,
            "ric_neutral": formulas.ric(expected, links_i, links_j, total),
            "luukkonen": formulas.luukkonen(c, links_i, links_j, total),
            "luukkonen_neutral": formulas.luukkonen(expected, links_i, links_j, total),
            "inclusion": formulas.inclusion(c, np.minimum(p_i, p_j)),
            "links_fractional": net.fractional[i, j],
        }
    return {name: float(value) if value is not None and np.isfinite(value) else None for name, value in found.items()}


def expected_per_member(
    record: Record,
    source: Source,
    home: str,
    partner: str,
    level: str,
    years: Years | None,
    only: str | None = None,
) -> dict[str, tuple[float, float]]:
    """Member of a level (or `only` one) → (joint works, expected joint works) over the years.

    Empty where the source has no fields.

    Expected links are fitted per member and year and summed; for topics, where a year holds too little, over all years
    together.
    """
    cube = of_source(record, PAIR_FIELD_YEAR, source.name, years)
    if cube.is_empty():
        return {}
    pairs = only_countries(cube.filter(pl.col("level") == level))
    if only is not None:
        pairs = pairs.filter(pl.col("member") == only)
    if level == "topic":
        pairs = pairs.with_columns(year=pl.lit(0))
    ends = pl.concat([pairs.select("member", "year", "works", country=end) for end in ("c1", "c2")])
    sums = ends.group_by("member", "year", "country").agg(pl.col("works").sum()).sort("member", "year", "country")
    low, high = sorted((home, partner))
    own = pairs.filter((pl.col("c1") == low) & (pl.col("c2") == high)).group_by("member").agg(pl.col("works").sum())
    joint = {str(member): float(works) for member, works in own.rows()}
    expected: dict[str, float] = {} if only is None else {only: 0.0}
    for (member, _), part in sums.partition_by("member", "year", as_dict=True, maintain_order=True).items():
        countries = part["country"].to_list()
        expected.setdefault(str(member), 0.0)
        if home in countries and partner in countries:
            values = part["works"].cast(pl.Float64).to_numpy()
            expected[str(member)] += expected_of_pair(values, countries.index(home), countries.index(partner))
    return {member: (joint.get(member, 0.0), value) for member, value in expected.items()}
