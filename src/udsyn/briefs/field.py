"""One field in all of home's ties: home's place in it, who else is strong, where it is done, what rises in it."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from udsyn import facts
from udsyn.briefs import charts, maps, partners
from udsyn.briefs.asking import Country, banner, complete, held, named, source_for, spots_years, titles, years_held
from udsyn.briefs.both_strong import countings, halves, used
from udsyn.briefs.document import (
    Block,
    Brief,
    Chart,
    Column,
    KeyFigure,
    KeyFigures,
    Kind,
    Section,
    Table,
    Text,
    defined,
    with_interval,
    written,
)
from udsyn.briefs.sections import LONG_LIST, Pair, first_of, hotspot_table, interval, nothing
from udsyn.contacts import people_for
from udsyn.evidence.partners import partners_of
from udsyn.evidence.places.emerging import emerging
from udsyn.evidence.places.hotspots import hotspots
from udsyn.evidence.profile import profile
from udsyn.evidence.question import Question, Unit
from udsyn.evidence.result import Result
from udsyn.evidence.shares import share
from udsyn.evidence.sources import choose
from udsyn.evidence.strengths import joint_strengths, strengths_in
from udsyn.evidence.verdicts import TOO_FEW, UNDER_USED
from udsyn.record.engine import Place, Reading, Record
from udsyn.record.extent import whole_of
from udsyn.record.tables import COUNTRY_FIELD_YEAR, PAIR_YEAR, WORKS

PEOPLE = 5  #: people named of one partner
PARTNERS_WITH_PEOPLE = 3


def field_brief(place: Place, field: str, home: str, source: str | None = None) -> Brief:
    """The brief on one field (its OpenAlex number, such as 21), seen from home.

    Raises UsageError for an unknown country, a field that the record does not hold, or a folder without a record.
    """
    record, country = Reading.of(place), named(home)
    unit = Unit.of(("field", field))
    field = unit.member
    source = source_for(record, COUNTRY_FIELD_YEAR, source)
    others = held(partners_of, record, country.code) or []
    found = strengths_in(record, others, country.code, unit=unit, source=source)
    years = years_held(record, COUNTRY_FIELD_YEAR, source)
    name = str(found.rows["name"][0]) if not found.rows.is_empty() else field
    centres = [maps.Mark(f"Centre in {c.city}", c.lat, c.lon) for c in facts.centres(home=country.code)]
    about = Question(country.code, unit=unit)
    spots = held(hotspots, record, about, intervals=True)
    rising = held(emerging, record, about, limit=LONG_LIST)
    development = complete(held(share, record, about, source=source))
    subfields = held(profile, record, country.code, level="subfield", source=source)
    return defined(
        Brief(
            title=f"{name}: {country.name} and its partners",
            subtitle=f"Field brief, home country {country.name}",
            sections=[
                at_a_glance(country, name, found, development, years),
                over_the_years(country, name, development),
                partners_in_it(country, name, found, years),
                inside(country, name, field, subfields, years),
                places(country, name, spots, centres, spots_years(record, spots)),
                rising_topics(name, rising),
                people(record, country, field, found),
            ],
            banner=banner(record),
            titles=titles(record),
        )
    )


def at_a_glance(home: Country, name: str, found: Result, development: Result | None, years: str) -> Section:
    """Home's place in the field, and how many partners are strong in it too."""
    rows = found.rows
    figures: list[KeyFigure] = []
    origin = found.provenance
    last = development.rows.tail(1).to_dicts() if development is not None else []
    if development is not None and last and last[0]["share_fractional"] is not None:
        share_ = written(last[0]["share_fractional"], "percent")
        how = f"{interval(last[0], 'share_fractional', 'percent')}; fractional counting, {last[0]['year']}"
        label = f"{home.name}: share of {whole_of(development.provenance.extent)} in it"
        figures.append(KeyFigure(label, share_, how, development.provenance))
    if not rows.is_empty():
        ours = rows.row(0, named=True)
        figures += [
            KeyFigure(label, written(ours[key], "decimal"), f"{interval(ours, key)}; {years}; world = 1", origin)
            for key, label in (("home_activity", f"{home.name}: activity index"), ("home_mncs", f"{home.name}: MNCS"))
            if ours[key] is not None
        ]
    joint = joint_strengths(rows)
    unused = rows.filter(pl.col("quadrant") == UNDER_USED)
    figures.append(
        KeyFigure(
            "Partners strong in it too",
            str(joint.height),
            f"of {rows.height} looked at, {years}; of those called at most one in ten is expected to be so by chance",
            origin,
        )
    )
    return Section(
        "glance", "At a glance", [Text(said(home, name, joint, unused, years), "finding"), KeyFigures(figures)]
    )


def said(home: Country, name: str, joint: pl.DataFrame, unused: pl.DataFrame, years: str) -> str:
    """Who is strong in the field together with home, in words."""
    if joint.is_empty():
        shared = f"no specialisation that {home.name} shares with a partner looked at"
        return f"In {name} {shared} is told from chance ({years})."
    words = f"In {years} {home.name} is specialised in {name} together with {first_of(country_names(joint), 6)}."
    if not unused.is_empty():
        words += f" Joint works stay behind what could be expected with {first_of(country_names(unused), 6)}."
    return words


def country_names(rows: pl.DataFrame) -> list[str]:
    return [facts.countries.name(code) for code in rows["partner"].to_list()]


def over_the_years(home: Country, name: str, development: Result | None) -> Section:
    """Home's share of the world's works of the field."""
    whole = whole_of(development.provenance.extent if development is not None else None)
    title = f"{home.name}'s share of {whole}"
    if development is None or development.rows.filter(pl.col("share_fractional").is_not_null()).height < 2:
        return Section("years", title, [nothing(f"no yearly works of {name}", "Ingest works with topics, or a panel.")])
    rows = development.rows.filter(pl.col("share_fractional").is_not_null())
    first, last = rows.row(0, named=True), rows.row(-1, named=True)
    table = Table(
        f"{home.name} in {name} a year",
        [
            Column("year", "Year", "year"),
            Column("full", "Works", "integer"),
            Column("fractional", "Fractional", "decimal"),
            Column("share_fractional", "Share, fractional", "percent"),
        ],
        rows.sort("year", descending=True).to_dicts(),
        development.provenance,
        folded=True,
    )
    alt = (
        f"Line of {home.name}'s share of {whole} in {name}: "
        f"{written(first['share_fractional'], 'percent')} in {first['year']}, "
        f"{written(last['share_fractional'], 'percent')} in {last['year']}."
    )
    drawn = rows.select("year", "share_fractional")
    chart = Chart(
        f"{home.name}'s share of {whole} in {name}, fractional counting",
        alt,
        lambda width: charts.over_years(drawn, "share_fractional", f"share of {whole}", ".1%", width),
        table,
        development.provenance,
    )
    return Section("years", title, [chart])


def partners_in_it(home: Country, name: str, found: Result, years: str) -> Section:
    """Every partner's strength in the field and how well the tie uses it."""
    title = "Partners in this field"
    if found.rows.is_empty():
        return Section("partners", title, [nothing("no partners", "Load a panel of country pairs, or works.")])
    rows = found.rows.with_columns(country=pl.Series(country_names(found.rows)))
    asked, other = countings(found)
    columns = [
        Column("country", "Partner"),
        Column("quadrant", "Verdict"),
        Column("partner_works", "Works", "integer"),
        Column("activity", "Activity index"),
        Column("mncs", "MNCS"),
        Column("growth", f"Growth of share, {asked}"),
        Column(f"partner_growth_{other}", f"the same, {other}", "signed_percent"),
        Column("joint_works", "Joint works", "integer"),
        Column("use", "Observed / expected"),
    ]
    keys = {"activity": "partner_activity", "mncs": "partner_mncs", "use": "observed_expected"}
    written_out = [
        row
        | {key: with_interval(row, of) for key, of in keys.items()}
        | {"growth": with_interval(row, "partner_growth", "signed_percent")}
        for row in rows.to_dicts()
    ]
    caption = f"Partners in {name}, {years}, with 95 % intervals, opportunities first (growth: {halves(years)})"
    table = Table(caption, used(columns, written_out), written_out, found.provenance)
    enough = rows.filter((pl.col("quadrant") != TOO_FEW) & pl.col("partner_activity").is_not_null())
    ordered = enough.sort(["partner_activity", "partner"], descending=[True, False])
    if ordered.height < 2:
        return Section("partners", title, [table])
    chart = Chart(
        f"How much partners specialise in {name} (activity index, world = 1)",
        "Activity index of partners, the most specialised first: "
        + "; ".join(f"{row['country']} {row['partner_activity']:.2f}" for row in ordered.to_dicts()),
        lambda width: charts.ranked(
            ordered,
            name="country",
            value="partner_activity",
            low="partner_activity_low",
            high="partner_activity_high",
            picked="",
            title="activity index",
            width=width,
            neutral=1.0,
        ),
        table,
        found.provenance,
        key="Lines show 95 % intervals. Partners with too few works are in the table only.",
    )
    return Section("partners", title, [chart])


def inside(home: Country, name: str, field: str, subfields: Result | None, years: str) -> Section:
    """Home's subfields within the field."""
    title = f"Inside {name}"
    rows = None if subfields is None else subfields.rows.filter(pl.col("id").cast(pl.String).str.slice(0, 2) == field)
    if subfields is None or rows is None or rows.is_empty():
        return Section("inside", title, [nothing("no subfields", "Ingest works with topics.")])
    columns = [
        Column("name", "Subfield"),
        Column("works_full", f"{home.name}: works", "integer"),
        Column("activity", "Activity index"),
        Column("mncs", "MNCS"),
        Column("pp_top10", "PP(top 10 %)"),
    ]
    ordered = rows.rename({"activity_index": "activity"}).sort(["works_full", "name"], descending=[True, False])
    kinds: dict[str, Kind] = {"activity": "decimal", "mncs": "decimal", "pp_top10": "percent"}
    listed = [row | {key: with_interval(row, key, kinds[key]) for key in kinds} for row in ordered.to_dicts()]
    table = Table(f"Subfields of {name}, {years}", columns, listed, subfields.provenance)
    return Section("inside", title, [table, Text("In brackets 95 % intervals.", "small")])


def places(home: Country, name: str, spots: Result | None, centres: list[maps.Mark], years: str) -> Section:
    """The world's hot-spots of the field with home's centres."""
    title = "Where in the world it is done"
    if spots is None or spots.rows.is_empty():
        return Section("places", title, [nothing("no hot-spots", "Ingest works whose institutions have coordinates.")])
    rows, origin = spots.rows, spots.provenance
    table = hotspot_table(f"Hot-spots of {name}, {years}, the largest first", rows, f"With {home.name}", origin)
    chart = Chart(
        f"Hot-spots of {name} and {home.name}'s centres",
        f"Map of the world with hot-spots, the largest first: {', '.join(rows['name'].to_list()[:8])}.",
        lambda width: maps.hotspot_map(rows, width, centres=centres),
        table,
        origin,
    )
    return Section("places", title, [chart])


def rising_topics(name: str, rising: Result | None) -> Section:
    """Topics of the field that grow faster than the world."""
    title = "What rises in it"
    if rising is None or rising.rows.is_empty():
        return Section("rising", title, [nothing("no topic with enough works", "Ingest works with topics.")])
    columns = [
        Column("name", "Topic"),
        Column("works", "Works, last five years", "integer"),
        Column("growth", "Yearly growth against the world", "signed_percent"),
        Column("score", "At least (90 %)", "signed_percent"),
    ]
    table = Table(f"Topics of {name}, best supported growth first", columns, rising.rows.to_dicts(), rising.provenance)
    return Section("rising", title, [table, *(Text(note, "small") for note in rising.notes)])


def people(record: Record, home: Country, field: str, found: Result) -> Section:
    """People to meet in the first partners that are strong in the field."""
    title = "Whom to meet"
    how = "Ingest works; panels of counts do not say who stands behind them."
    if not record.holds(WORKS) or not field.isdigit():
        return Section("who", title, [nothing("no works", how)])
    source = held(choose, record, PAIR_YEAR, None)
    origin = None if source is None else replace(found.provenance, definition="people")
    joint = joint_strengths(found.rows).head(PARTNERS_WITH_PEOPLE)
    tables: list[Block] = []
    for code in joint["partner"].to_list():
        pair = Pair(home, named(code))
        topics = partners.top_topics(record, pair, int(field))
        rows = held(people_for, record, code, home.code, topics=topics, n=PEOPLE) or []
        if rows:
            tables.append(partners.people_table(f"People to meet in {pair.partner.name}", rows, origin))
    return Section("who", title, tables or [nothing("nobody in a partner that is strong in it", how)])
