"""Where both countries are strong: the verdicts in words, specialisation as a chart, and size, impact and growth."""

from __future__ import annotations

from typing import Any

import polars as pl

from udsyn.briefs import charts
from udsyn.briefs.document import Block, Chart, Column, Section, Table, Text, with_interval
from udsyn.briefs.sections import INTERVALS, LONG_LIST, Pair, first_of, nothing, rsi
from udsyn.evidence.result import Result
from udsyn.evidence.strengths import joint_strengths
from udsyn.evidence.verdicts import JOINT, UNDER_USED
from udsyn.record.extent import whole_of

#: the notes that say at which level verdicts stand, and what intervals are widened by
LEADS = ("verdicts: ", INTERVALS)


def both_strong(pair: Pair, strengths: Result | None, years: str) -> Section:
    """Fields where both countries are specialised, with how well the tie uses them."""
    title = "Where both are strong"
    if strengths is None or strengths.rows.is_empty():
        how = "Load works with topics, or a panel of fields."
        return Section("strengths", title, [nothing("no output by field for both countries", how)])
    rows, origin = strengths.rows.head(LONG_LIST), strengths.provenance
    verdicts = table_of_verdicts(pair, strengths, years)
    drawn = rows.select(
        "name",
        **{
            f"{side}{end}": rsi(f"{side}_activity{end}")
            for side in ("home", "partner")
            for end in ("", "_low", "_high")
        },
    )
    chart = Chart(
        f"Specialisation of both countries, {years}",
        "Relative specialisation index of both countries by field. "
        + "; ".join(f"{r['name']}: {r['home']:+.2f} and {r['partner']:+.2f}" for r in drawn.to_dicts()),
        lambda width: charts.both_strong(drawn, pair.home.name, pair.partner.name, width),
        verdicts,
        origin,
        key="Lines show 95 % intervals." if rows["home_activity_low"].is_not_null().any() else None,
    )
    told = [Text(sentence(note), "small") for note in strengths.notes if note.startswith(LEADS)]
    if rows["home_mncs"].is_null().all():
        unknown = (
            f"How often these works are cited is unknown ({origin.source} has no citations): no verdict rests on it."
        )
        told.append(Text(unknown, "small"))
    blocks = [*in_words(pair, strengths, years), *told, chart, two_axes(pair, strengths, years)]
    return Section("strengths", title, blocks)


def sentence(note: str) -> str:
    """A note as a sentence; what it is on goes without saying of verdicts."""
    said = note.removeprefix(LEADS[0])
    return said[:1].upper() + said[1:]


def table_of_verdicts(pair: Pair, strengths: Result, years: str) -> Table:
    """The verdict on each field with what it rests on."""
    rows = [
        {
            **row,
            "home": with_interval(row, "home_activity"),
            "partner": with_interval(row, "partner_activity"),
            "use": with_interval(row, "observed_expected"),
        }
        for row in strengths.rows.head(LONG_LIST).to_dicts()
    ]
    columns = [
        Column("name", "Field"),
        Column("quadrant", "Verdict"),
        Column("home", f"{pair.home.name}: activity index"),
        Column("partner", f"{pair.partner.name}: activity index"),
        Column("strong_q", "q, both above 1", "p"),
        Column("joint_works", "Joint works", "integer"),
        Column("use", "Observed / expected"),
    ]
    caption = f"Fields of both countries, {years}, with 95 % intervals; the strongest together first"
    return Table(caption, used(columns, rows), rows, strengths.provenance)


def two_axes(pair: Pair, strengths: Result, years: str) -> Table:
    """Size, impact and growth of both countries in each field; growth in both countings, with its interval in one."""
    rows, columns = [], [Column("name", "Field")]
    asked, other = countings(strengths)
    for row in strengths.rows.head(LONG_LIST).to_dicts():
        shown = {"name": row["name"], "result": row["result"]}
        for side in ("home", "partner"):
            shown[f"{side}_share"] = with_interval(row, f"{side}_share", "percent")
            shown[f"{side}_mncs"] = with_interval(row, f"{side}_mncs")
            shown[f"{side}_growth"] = with_interval(row, f"{side}_growth", "signed_percent")
            shown[f"{side}_growth_{other}"] = row[f"{side}_growth_{other}"]
            shown[f"{side}_design_effect"] = row[f"{side}_design_effect"]
        rows.append(shown)
    for side, country in (("home", pair.home), ("partner", pair.partner)):
        columns += [
            Column(f"{side}_share", f"{country.name}: share of {whole_of(strengths.provenance.extent)}"),
            Column(f"{side}_mncs", "MNCS"),
            Column(f"{side}_growth", f"growth of share, {asked}"),
            Column(f"{side}_growth_{other}", f"the same, {other}", "signed_percent"),
            Column(f"{side}_design_effect", "design effect", "decimal"),
        ]
    caption = f"Size, impact and growth by field, {years}, with 95 % intervals (growth of the share: {halves(years)}; "
    caption += "above 10 % it matters)"
    return Table(caption, used(columns, rows), rows, strengths.provenance, folded=True)


def countings(strengths: Result) -> tuple[str, str]:
    """The counting that was asked for, and the other one."""
    return ("full", "fractional") if strengths.provenance.counting.startswith("full") else ("fractional", "full")


def halves(years: str) -> str:
    """Which years growth compares: those from the middle one on, with those before."""
    first, _, last = years.partition("-")
    if not (first.isdigit() and last.isdigit()):
        return "second half of the years over the first"
    middle = int(first) + (int(last) - int(first) + 1) // 2
    return f"{middle}-{last} over {first}-{middle - 1}"


def used(columns: list[Column], rows: list[dict[str, Any]]) -> list[Column]:
    """The columns that any row fills."""
    return [column for column in columns if any(row.get(column.key) is not None for row in rows)]


def in_words(pair: Pair, strengths: Result, years: str) -> list[Block]:
    """Which fields are strong on both sides, in one sentence each way."""
    joint = joint_strengths(strengths.rows)
    if joint.is_empty():
        none = f"In no field is it told from chance that both {pair} are specialised ({years})."
        return [Text(none, tone="finding")]
    said = f"In {years} {pair} are both specialised in {first_of(joint['name'].to_list(), 5)}."
    unused = joint.filter(pl.col("quadrant") == UNDER_USED)
    if not unused.is_empty():
        said += f" There are fewer joint works than expected in {first_of(unused['name'].to_list(), 3)}."
    if not joint.filter(pl.col("quadrant") == JOINT).is_empty():
        said += " Whether joint works make use of that is unknown: none are held by field."
    return [Text(said, tone="finding")]
