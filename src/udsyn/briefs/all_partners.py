"""All of home's partners side by side: joint works over time, ties against expectation, and where both are strong."""

from __future__ import annotations

from typing import Any

import polars as pl

from udsyn import facts
from udsyn.briefs import charts, theme
from udsyn.briefs.asking import Country, banner, held, named, source_for, titles
from udsyn.briefs.document import (
    Block,
    Brief,
    Chart,
    Column,
    KeyFigure,
    KeyFigures,
    Section,
    Table,
    Text,
    defined,
    with_interval,
    written,
)
from udsyn.briefs.instruments import links, validity
from udsyn.briefs.sections import enumerated, nothing, unknown
from udsyn.evidence.partners import partner_works, side_by_side
from udsyn.evidence.projects import joint_projects, totals
from udsyn.evidence.result import Result
from udsyn.evidence.sources import choose, provenance
from udsyn.evidence.strengths import joint_strengths, strengths_with
from udsyn.evidence.verdicts import (
    CITED_BELOW,
    GROWING,
    JOINT,
    NONE,
    NOT_TOLD,
    QUADRANTS,
    TOO_FEW,
    UNDER_USED,
    WELL_USED,
)
from udsyn.record.engine import Place, Reading, Record
from udsyn.record.tables import COUNTRY_FIELD_YEAR, PAIR_YEAR

LETTERS = {
    WELL_USED: "W",
    UNDER_USED: "U",
    NOT_TOLD: "S",
    JOINT: "J",
    CITED_BELOW: "B",
    GROWING: "G",
    NONE: "",
    TOO_FEW: "·",
}
COLOURS = {
    WELL_USED: theme.HOME_SOFT,
    UNDER_USED: theme.PARTNER_SOFT,
    NOT_TOLD: theme.HOME_SOFT,
    JOINT: theme.HOME_SOFT,
    CITED_BELOW: theme.GRID,
    GROWING: theme.GRID,
    NONE: theme.LAND,
    TOO_FEW: theme.GROUND,
}
#: what the legend says of a verdict, where its name alone says too little
MEANINGS = {JOINT: f"{JOINT}, whether used is unknown"}
OPPORTUNITIES = 15


def partners_brief(place: Place, home: str, source: str | None = None) -> Brief:
    """The brief that sets all of home's partners beside one another.

    Raises UsageError for an unknown country or a folder without a record.
    """
    record, country = Reading.of(place), named(home)
    wanted, source = source, source_for(record, PAIR_YEAR, source)
    ties = held(side_by_side, record, country.code, source=source) if source else None
    codes = [] if ties is None else ties.rows["partner"].to_list()
    fields = source_for(record, COUNTRY_FIELD_YEAR, wanted)
    strong = held(strengths_with, record, codes, country.code, source=fields) if fields else None
    return defined(
        Brief(
            title=f"{country.name}'s partners side by side",
            subtitle=f"All partners brief, home country {country.name}",
            sections=[
                at_a_glance(country, ties, strong or {}),
                over_the_years(record, country, source, codes),
                table_of_ties(country, ties, strong or {}, held(joint_projects, record, country.code)),
                both_strong(country, strong or {}),
                opportunities(country, strong or {}),
                agreements(country),
            ],
            banner=banner(record),
            titles=titles(record),
        )
    )


def at_a_glance(home: Country, ties: Result | None, strong: dict[str, Result]) -> Section:
    """How many partners, which is the largest, and where most is left to win."""
    if ties is None or ties.rows.is_empty():
        how = "Load a panel of country pairs, or works."
        return Section("glance", "At a glance", [nothing(f"no ties of {home.name}", how)])
    rows, origin = ties.rows, ties.provenance
    largest_ = rows.sort(["works", "partner"], descending=[True, False]).row(0, named=True)
    year = largest_["year"]
    figures = [
        KeyFigure("Partners looked at", str(rows.height), "those with an instrument, and the largest", origin),
        KeyFigure(
            f"Largest partner in {year}",
            facts.countries.name(largest_["partner"]),
            f"{written(largest_['works'], 'integer')} joint works",
            origin,
        ),
    ]
    over = rows.filter(pl.col("observed_expected_low") > 1).height
    what = f"the 95 % interval of observed / expected lies above 1; all fields together, {year}"
    figures.append(KeyFigure("Ties above expectation", str(over), what, origin))
    blocks: list[Block] = []
    if strong:
        either = next(iter(strong.values())).provenance
        counts = {code: joint_strengths(result.rows).height for code, result in strong.items()}
        most = sorted((code for code in counts if counts[code]), key=lambda code: (-counts[code], code))[:3]
        if most:
            names = [f"{facts.countries.name(code)} ({counts[code]} fields)" for code in most]
            blocks.append(Text(f"{home.name} shares most strengths with {enumerated(names)}.", "finding"))
        unused = [under_used(result) for result in strong.values()]
        if None in unused:
            what = "a field and a partner in which both are strong; whether they are used is unknown"
            figures.append(KeyFigure("Joint strengths", str(sum(counts.values())), what, either))
        else:
            what = "a field and a partner in which both are strong and joint works are told to stay behind"
            figures.append(KeyFigure("Joint strengths under-used", str(sum(filter(None, unused))), what, either))
    return Section("glance", "At a glance", [*blocks, KeyFigures(figures)])


def used_as_far_as_known(found: Result, quadrant: str) -> int | None:
    """How many joint strengths are of a quadrant; None where the source cannot tell whether they are used."""
    unjudged = found.rows.filter(pl.col("quadrant") == JOINT).height
    return None if unjudged else joint_strengths(found.rows, quadrant).height


def under_used(found: Result) -> int | None:
    return used_as_far_as_known(found, UNDER_USED)


def over_the_years(record: Record, home: Country, source: str | None, codes: list[str]) -> Section:
    """A small line of joint works for each partner, with agreements and centres marked."""
    title = "Joint works over the years"
    if source is None or not codes:
        return Section("years", title, [nothing("no joint works", "Load a panel of country pairs, or works.")])
    chosen = choose(record, PAIR_YEAR, source)
    works = partner_works(record, home.code, source, chosen.last_complete)
    years = works.select("year").unique()
    within = set(years["year"].to_list())
    every = pl.DataFrame({"partner": codes}).join(years, how="cross")
    filled = every.join(works, on=["partner", "year"], how="left", maintain_order="left").with_columns(
        pl.col("works").cast(pl.Float64).fill_null(0.0)
    )
    order = {code: place for place, code in enumerate(codes)}
    named_ = filled.sort(pl.col("partner").replace_strict(order), "year").with_columns(
        partner=pl.col("partner").replace_strict({code: facts.countries.name(code) for code in codes})
    )
    events = pl.DataFrame(
        [
            {"partner": facts.countries.name(code), "year": fact.year, "kind": kind}
            for code in codes
            for kind, found in (
                ("agreement", facts.agreements(code, home=home.code)),
                ("centre", facts.centres(code, home=home.code)),
            )
            for fact in found
            if fact.year in within
        ],
        schema={"partner": pl.String, "year": pl.Int64, "kind": pl.String},
    )
    origin = provenance(record, chosen, "co-publications", "full", None)
    wide = named_.pivot("partner", index="year", values="works").sort("year", descending=True)
    table = Table(
        "Joint works a year",
        [Column("year", "Year", "year"), *(Column(name, name, "integer") for name in wide.columns[1:])],
        wide.to_dicts(),
        origin,
        folded=True,
    )
    chart = Chart(
        f"Joint works of {home.name} with each partner a year (each on its own scale)",
        f"Small lines of joint works with {', '.join(wide.columns[1:])}.",
        lambda width: charts.many_lines(named_, events, width),
        table,
        origin,
        key="Upright lines: an agreement was signed, a centre opened. They do not say that either worked.",
    )
    return Section("years", title, [chart])


def table_of_ties(
    home: Country, ties: Result | None, strong: dict[str, Result], projects: Result | None = None
) -> Section:
    """One row a partner: the tie, its growth, what both are strong in, and the instruments."""
    title = "The ties side by side"
    if ties is None or ties.rows.is_empty():
        return Section("ties", title, [nothing("no ties", "Load a panel of country pairs, or works.")])
    shared = {} if projects is None else dict(totals(projects).select("partner", "projects").iter_rows())
    rows = [
        {
            **row,
            "use": with_interval(row, "observed_expected"),
            **standing(home, row["partner"], strong),
            "projects": None if projects is None else shared.get(row["partner"], 0),
        }
        for row in ties.rows.sort(["works", "partner"], descending=[True, False]).to_dicts()
    ]
    columns = [
        Column("country", "Partner"),
        Column("works", "Joint works", "integer"),
        Column("share", "Share", "percent"),
        Column("growth", "Yearly growth", "signed_percent"),
        Column("use", "Obs. / exp."),
        Column("projects", "Joint projects", "integer"),
        Column("strong", "Both strong", "integer"),
        Column("well", "Well used", "integer"),
        Column("under", "Under-used", "integer"),
        Column("agreement", "Agreement"),
        Column("centre", "Centre or post"),
    ]
    shown = [c for c in columns if any(row.get(c.key) is not None for row in rows)]
    caption = f"{home.name}'s partners in {ties.rows['year'][0]}, most joint works first"
    how = (
        "Growth is that of joint works between the last two periods of five years. Well used and under-used count the "
        "fields in which both are strong; where no joint works by field are held, they are unknown."
    )
    return Section("ties", title, [Table(caption, shown, rows, ties.provenance), Text(how, "small")])


def standing(home: Country, partner: str, strong: dict[str, Result]) -> dict[str, Any]:
    """A partner's name, joint strengths and instruments."""
    signed = [str(fact.year or "unknown year") for fact in facts.agreements(partner, home=home.code)]
    centres = [f"{fact.city} {fact.year or ''}".strip() for fact in facts.centres(partner, home=home.code)]
    posts = [fact.kind for fact in facts.posts(partner, home=home.code) if fact.centre is None]
    found = strong.get(partner)
    return {
        "country": facts.countries.name(partner),
        "strong": None if found is None else joint_strengths(found.rows).height,
        "well": None if found is None else used_as_far_as_known(found, WELL_USED),
        "under": None if found is None else under_used(found),
        "agreement": ", ".join(dict.fromkeys(signed)) or None,
        "centre": ", ".join(dict.fromkeys([*centres, *posts])) or None,
    }


def both_strong(home: Country, strong: dict[str, Result]) -> Section:
    """Fields by partners with the verdict on each."""
    title = "Where both are strong"
    if not strong:
        return Section("strengths", title, [nothing("no output by field", "Ingest works with topics, or a panel.")])
    origin = next(iter(strong.values())).provenance
    cells = pl.concat(
        [
            result.rows.select("name", "quadrant", partner=pl.lit(code), order=pl.lit(place))
            for place, (code, result) in enumerate(strong.items())
        ]
    ).with_columns(found=pl.col("quadrant").str.starts_with(JOINT).sum().over("name"))
    drawn = cells.sort(["found", "name", "order"], descending=[True, False, False]).select(
        "partner", field="name", verdict="quadrant", letter=pl.col("quadrant").replace_strict(LETTERS)
    )
    codes = list(strong)
    first = next(iter(strong.values())).rows.select(field="name", result="result")
    wide = drawn.pivot("partner", index="field", values="letter").join(first, on="field", maintain_order="left")
    table = Table(
        "Verdict on each field and partner",
        [Column("field", "Field"), *(Column(code, code) for code in codes)],
        wide.to_dicts(),
        origin,
        folded=True,
    )
    present = set(cells["quadrant"])
    key = "; ".join(f"{LETTERS[name] or 'empty'}: {MEANINGS.get(name, name)}" for name in QUADRANTS if name in present)
    chart = Chart(
        f"{home.name} and its partners by field",
        "A table of fields by partners with a letter for the verdict; the same stands as a table below.",
        lambda width: charts.matrix(drawn, COLOURS, width),
        table,
        origin,
        key=key + ".",
    )
    return Section("strengths", title, [chart])


def opportunities(home: Country, strong: dict[str, Result]) -> Section:
    """Joint strengths that are under-used, those that lack most joint works first."""
    title = "Opportunities"
    parts = [
        joint_strengths(result.rows, UNDER_USED).with_columns(partner=pl.lit(code)) for code, result in strong.items()
    ]
    rows = pl.concat(parts) if parts else pl.DataFrame()
    unjudged = sum(result.rows.filter(pl.col("quadrant") == JOINT).height for result in strong.values())
    if rows.is_empty():
        none = f"No field is held in which {home.name} and a partner are both strong and work together too little."
        unknown_ = (
            f"Unknown: of {unjudged} joint strengths none can be called used or under-used, because no joint works by "
            "field are held. Ingest works with topics."
        )
        missing = nothing("no output by field", "Ingest works with topics, or a panel.")
        return Section("opportunities", title, [missing if not strong else Text(unknown_ if unjudged else none)])
    lacking = rows.with_columns(
        lacking=pl.col("expected") - pl.col("joint_works"),
        country=pl.col("partner").replace_strict({code: facts.countries.name(code) for code in strong}),
    ).sort(["lacking", "country", "name"], descending=[True, False, False])
    columns = [
        Column("country", "Partner"),
        Column("name", "Field"),
        Column("home_activity", f"{home.name}: activity index"),
        Column("partner_activity", "Partner's"),
        Column("joint_works", "Joint works", "integer"),
        Column("expected", "Expected", "decimal"),
        Column("observed_expected", "Obs. / exp."),
    ]
    caption = "Joint strengths under-used, most lacking works first"
    origin = next(iter(strong.values())).provenance
    note = (
        "In brackets 95 % intervals. q values are over all fields and partners of this page; a brief on one partner "
        "looks less often."
    )
    keys = ("home_activity", "partner_activity", "observed_expected")
    first = lacking.head(OPPORTUNITIES).to_dicts()
    shown = [row | {key: with_interval(row, key) for key in keys} for row in first]
    return Section("opportunities", title, [Table(caption, columns, shown, origin), Text(note, "small")])


def agreements(home: Country) -> Section:
    """Every agreement of home on the register."""
    title = "Agreements"
    found = sorted(facts.agreements(home=home.code), key=lambda fact: (fact.signed or "9999", fact.title))
    if not found:
        return Section("agreements", title, [Text(f"No agreement of {home.name} is on the register.")])
    rows = [
        {
            "country": facts.countries.name(fact.partner(home.code)),
            "title": fact.title,
            "signed": unknown(fact.signed),
            "ends": validity(fact),
            "sources": links(fact)[:1],
        }
        for fact in found
    ]
    columns = [
        Column("country", "Partner"),
        Column("title", "Agreement"),
        Column("signed", "Signed"),
        Column("ends", "Ends"),
        Column("sources", "Source", "links"),
    ]
    return Section("agreements", title, [Table(f"Agreements of {home.name}, oldest first", columns, rows)])
