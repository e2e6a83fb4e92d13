"""Gather what a record and the facts say about one partner country, and lay it out as a brief."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import polars as pl

from udsyn import facts
from udsyn.briefs import instruments, partners, sections
from udsyn.briefs.asking import (
    Country,
    banner,
    complete,
    held,
    judged,
    named,
    source_for,
    spots_years,
    titles,
    years_held,
)
from udsyn.briefs.both_strong import both_strong
from udsyn.briefs.document import Block, Brief, Column, Section, Table, Text, defined
from udsyn.briefs.maps import Mark
from udsyn.briefs.sections import Pair
from udsyn.contacts import people_for
from udsyn.errors import UsageError
from udsyn.evidence.effect.fields import effect_by_field_in
from udsyn.evidence.effect.findings import effect_in
from udsyn.evidence.effect.panel import implausible
from udsyn.evidence.places.hotspots import hotspots
from udsyn.evidence.profile import profile
from udsyn.evidence.projects import joint_projects, totals
from udsyn.evidence.published import published as figures_beside
from udsyn.evidence.result import Provenance, Result
from udsyn.evidence.shares import share
from udsyn.evidence.sources import choose, of_source, provenance
from udsyn.evidence.strengths import joint_strengths, strengths
from udsyn.evidence.ties import ties
from udsyn.record.engine import Place, Reading, Record
from udsyn.record.tables import COUNTRY_FIELD_YEAR, COUNTRY_YEAR, PAIR_YEAR, WORKS

Person = dict[str, Any]

PEOPLE = 5  #: people named in one table
STRENGTHS_WITH_PEOPLE = 3


def country_brief(
    record_path: Place, partner: str, home: str, source: str | None = None, begin: Callable[[Section], object] = bool
) -> Brief:
    """The brief on home's cooperation with a partner. Any two countries work; what is not held is said to be missing.

    `begin` is called with each section when it is there, before the next one is asked for.
    Raises UsageError for an unknown country, for home and partner being the same, or for a folder without a record.
    """
    record = Reading.of(record_path)
    pair = Pair(named(home), named(partner))
    if pair.home == pair.partner:
        raise UsageError(f"{pair.home.name} is both home and partner: name two countries.")
    parts = []
    for part in told(record, pair, source):
        if part is not None:
            begin(part)
            parts.append(part)
    return defined(
        Brief(
            title=f"{pair.home.name} and {pair.partner.name}",
            subtitle=f"Research cooperation brief, home country {pair.home.name}",
            sections=parts,
            banner=banner(record),
            titles=titles(record),
        )
    )


def told(record: Record, pair: Pair, source: str | None) -> Iterator[Section | None]:
    """The sections in their order, each with what it asks; None for a door that was not opened."""
    home, partner = pair.home.code, pair.partner.code
    pair_source = source_for(record, PAIR_YEAR, source)
    found_ties = held(ties, record, home, source=pair_source)
    shares = {code: share_of(record, code, source) for code in (home, partner)}
    field_source = source_for(record, COUNTRY_FIELD_YEAR, source)
    years = years_held(record, COUNTRY_FIELD_YEAR, field_source)
    found_strengths = held(strengths, record, home, partner, source=field_source)
    yield sections.at_a_glance(pair, found_ties, shares, found_strengths, both_profiles(record, pair, source), years)
    yield sections.copublications(pair, *joint_works(record, pair, pair_source), instruments.marks(pair))
    yield projects_section(pair, held(joint_projects, record, home, partner=partner))
    yield sections.tie_against_others(pair, found_ties, names_of(found_ties))
    yield both_strong(pair, found_strengths, years)
    found_effect, refused = judged(effect_in, record, home, partner, source=pair_source)
    yield sections.effect(pair, found_effect, refused, held(effect_by_field_in, record, home, partner))
    spots = held(hotspots, record, home=home, intervals=True)
    yield sections.places(pair, spots, centres_of(pair), spots_years(record, spots))
    yield who(record, pair, found_strengths)
    yield technology_section(record, pair)
    yield instruments.section(pair)
    yield funds_section(record, pair, found_strengths)
    yield markets_section(record, pair)
    yield published(record, pair, source)


def technology_section(record: Record, pair: Pair) -> Section | None:
    """What patents say, where any are held."""
    if not record.has_shelf("patents"):
        return None
    from udsyn.briefs import technology  # what judges a door is loaded where the door was opened

    return technology.section(record, pair)


def funds_section(record: Record, pair: Pair, found: Result | None) -> Section | None:
    """Calls open to the pair, those near the fields in which both are strong first, where any are held."""
    if not record.has_shelf("calls"):
        return None
    from udsyn.briefs import funds

    strong = [] if found is None else joint_strengths(found.rows)["name"].to_list()
    return funds.section(record, pair, strong)


def markets_section(record: Record, pair: Pair) -> Section | None:
    """Tenders and trade, where any are held."""
    if not (record.has_shelf("tenders") or record.has_shelf("trade")):
        return None
    from udsyn.briefs import markets

    return markets.section(record, pair)


def projects_section(pair: Pair, found: Result | None) -> Section:
    """Projects in which both take part: another tie, beside joint works."""
    title = "Joint projects"
    if found is None:
        how = "Read CORDIS's participations with `udsyn ingest cordis`."
        return Section("projects", title, [sections.nothing("no register of projects", how)])
    if found.rows.is_empty():
        return Section("projects", title, [Text(f"{pair} share no project in {found.provenance.source}.", "finding")])
    total = totals(found).row(0, named=True)
    said = (
        f"{pair} take part in {total['projects']:,} projects together; {total['led_by_home']:,} are led from "
        f"{pair.home.name}, {total['led_by_partner']:,} from {pair.partner.name}."
    )
    columns = [
        Column("year", "Start", "year"),
        Column("projects", "Projects", "integer"),
        Column("led_by_home", f"Led from {pair.home.name}", "integer"),
        Column("led_by_partner", f"Led from {pair.partner.name}", "integer"),
        Column("home_participations", f"Participations, {pair.home.name}", "integer"),
        Column("partner_participations", f"Participations, {pair.partner.name}", "integer"),
    ]
    rows = found.rows.sort("year", descending=True, nulls_last=True).to_dicts()
    table = Table("Joint projects by the year of their start", columns, rows, found.provenance)
    return Section("projects", title, [Text(said, "finding"), table])


def names_of(found: Result | None) -> dict[str, str]:
    """English names of the partners in a finding."""
    codes = [] if found is None else found.rows["partner"].unique().to_list()
    return {code: facts.countries.name(code) for code in codes}


def share_of(record: Record, country: str, wanted: str | None) -> Result | None:
    """A country's share of the world."""
    return complete(held(share, record, country, source=source_for(record, COUNTRY_YEAR, wanted)))


def both_profiles(record: Record, pair: Pair, wanted: str | None) -> list[tuple[Country, Result]]:
    """Output and impact of both countries over all years."""
    source = source_for(record, COUNTRY_FIELD_YEAR, wanted)
    sides = [
        (country, held(profile, record, country.code, level="all", source=source))
        for country in (pair.home, pair.partner)
    ]
    return [(country, found) for country, found in sides if found is not None and not found.rows.is_empty()]


def joint_works(record: Record, pair: Pair, source: str | None) -> tuple[pl.DataFrame, Provenance | None]:
    """Joint works a year (columns year, works) and where they come from. A year that is not listed counts none; one
    that the years around it make implausible is a gap of the source, and null."""
    if source is None:
        return pl.DataFrame(schema={"year": pl.Int64, "works": pl.Float64}), None
    chosen = choose(record, PAIR_YEAR, source)
    both = sorted([pair.home.code, pair.partner.code])
    all_rows = of_source(record, PAIR_YEAR, source)
    years = all_rows.select(pl.col("year").cast(pl.Int64)).unique()
    mine = all_rows.filter((pl.col("c1") == both[0]) & (pl.col("c2") == both[1]))
    if mine.is_empty():
        return mine.select(pl.col("year").cast(pl.Int64), pl.col("works").cast(pl.Float64)), None
    series = (
        years.join(mine.select(pl.col("year").cast(pl.Int64), pl.col("works").cast(pl.Float64)), on="year", how="left")
        .with_columns(pl.col("works").fill_null(0.0))
        .sort("year")
    )
    if chosen.last_complete is not None:
        series = series.filter(pl.col("year") <= chosen.last_complete)
    gaps = pl.Series(implausible(series["works"].to_numpy()[None, :])[0])
    series = series.with_columns(works=pl.when(~gaps).then("works"))
    return series, provenance(record, chosen, "co-publications", "full", None)


def who(record: Record, pair: Pair, strong: Result | None) -> Section:
    """Institution pairs and people, where works are held."""
    if not record.holds(WORKS):
        return partners.section(pair, pl.DataFrame(), [], None, "")
    source = held(choose, record, PAIR_YEAR, None)
    origin = None if source is None else provenance(record, source, "joint works of institutions", "full", None)
    of_people = None if origin is None else replace(origin, definition="people")
    found = [*people_by_strength(record, pair, strong), *most_active(record, pair)]
    people: list[Block] = [partners.people_table(caption, rows, of_people, pair) for caption, rows in found if rows]
    years = years_held(record, PAIR_YEAR, None if source is None else source.name)
    return partners.section(pair, partners.top_pairs(record, pair), people, origin, years)


def most_active(record: Record, pair: Pair) -> list[tuple[str, list[Person]]]:
    """The most active people on each side."""
    sides = ((pair.partner, pair.home), (pair.home, pair.partner))
    return [
        (
            f"Most active in {here.name}, by works of the last five years held",
            held(people_for, record, here.code, there.code, n=PEOPLE) or [],
        )
        for here, there in sides
    ]


def people_by_strength(record: Record, pair: Pair, strong: Result | None) -> list[tuple[str, list[Person]]]:
    """For each of the first joint strengths, people of the partner to talk to, with reasons and ways to them."""
    if strong is None:
        return []
    joint = joint_strengths(strong.rows).head(STRENGTHS_WITH_PEOPLE)
    found = []
    for row in joint.to_dicts():
        if not str(row["id"]).isdigit():
            continue
        topics = partners.top_topics(record, pair, int(row["id"]))
        rows = held(people_for, record, pair.partner.code, pair.home.code, topics=topics, n=PEOPLE) or []
        found.append((f"{row['name']}: people to meet in {pair.partner.name}", rows))
    return found


def centres_of(pair: Pair) -> list[Mark]:
    """Home's centres in the partner country, for the map."""
    found = facts.centres(pair.partner.code, home=pair.home.code)
    return [Mark(f"Centre in {centre.city}", centre.lat, centre.lon) for centre in found]


def published(record: Record, pair: Pair, wanted: str | None) -> Section:
    """Published figures of home beside computed ones."""
    if record.manifest().get("generated"):
        words = "This record holds a generated world. It is not set beside figures that were published of the real one."
        return Section("published", "Published figures", [Text(words)])
    taken = {source_for(record, cube, wanted) for cube in (COUNTRY_YEAR, PAIR_YEAR)}
    table = instruments.published(held(figures_beside, record, pair.home.code), taken)
    nothing = Text(f"None of the published figures of {pair.home.name} can be computed from this record.")
    more = Text("`udsyn evidence published` lists all of them, also those that this record cannot give.", "small")
    return Section("published", "Published figures", [table, more] if table and table.rows else [nothing])
