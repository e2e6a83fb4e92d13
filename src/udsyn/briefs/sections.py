"""The sections of a country brief: pure functions from findings (frames with provenance) to text, charts and tables.

A finding that is not held is `None`, and the section says so: an empty section would look like a zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from udsyn.briefs import charts, maps
from udsyn.briefs.asking import Country, in_country
from udsyn.briefs.document import (
    UNKNOWN,
    Block,
    Chart,
    Column,
    KeyFigure,
    KeyFigures,
    Kind,
    Section,
    Table,
    Text,
    ends,
    with_interval,
    written,
)
from udsyn.evidence.effect.chart import effect_chart
from udsyn.evidence.effect.findings import NO_ANSWER, EffectResult
from udsyn.evidence.intervals import Interval, share_interval
from udsyn.evidence.result import Provenance, Result
from udsyn.evidence.strengths import joint_strengths
from udsyn.record.extent import whole_of

INTERVALS = "intervals: "  #: the note that says what intervals are widened by
LONG_LIST = 15  #: rows shown of a ranking
TOP_TENTH: tuple[str, Kind] = ("pp_top10", "percent")


@dataclass(frozen=True)
class Pair:
    home: Country
    partner: Country

    def __str__(self) -> str:
        return f"{self.home.name} and {self.partner.name}"


def nothing(what: str, how: str) -> Text:
    """The honest answer where no data is held."""
    return Text(f"Nothing held: {what}. {how}")


def rank_of(ties: pl.DataFrame, partner: str, by: str) -> tuple[int, int] | None:
    """Rank of a partner (1 = highest) and the number of partners that have the value; None where it has none."""
    known = ties.filter(pl.col(by).is_not_null() & pl.col(by).is_not_nan())
    mine = known.filter(pl.col("partner") == partner)
    if mine.is_empty():
        return None
    value = mine[by][0]
    return int((known[by] > value).sum()) + 1, known.height


def level_with(ties: pl.DataFrame, partner: str, by: str) -> str:
    """How many other partners share a partner's rank, in words; nothing where none does."""
    value = ties.filter(pl.col("partner") == partner)[by].item()
    others = ties.filter((pl.col("partner") != partner) & (pl.col(by) == value)).height
    return f" (level with {others} other{'s' * (others != 1)})" if others else ""


def at_a_glance(
    pair: Pair,
    ties: Result | None,
    shares: dict[str, Result | None],
    strengths: Result | None,
    profiles: Sequence[tuple[Country, Result]],
    years: str,
) -> Section:
    """Key figures on top; the first thing that is read and perhaps the only one."""
    row = tie_row(ties, pair.partner.code)
    blocks: list[Block] = []
    figures: list[KeyFigure] = []
    if ties is not None and row is not None:
        rank = rank_of(ties.rows, pair.partner.code, "works")
        level = level_with(ties.rows, pair.partner.code, "works")
        place = f"no. {rank[0]} of {rank[1]} partners of {pair.home.name}{level}" if rank else "rank not held"
        figures += tie_figures(pair, row, place, ties.provenance)
        blocks.append(Text(tie_sentence(pair, row, rank, level), tone="finding"))
    else:
        blocks.append(
            nothing(
                f"no joint works of {pair} in the sources of this record",
                "Load a panel of country pairs or works that name both countries.",
            )
        )
    for country in (pair.home, pair.partner):
        figures += share_figures(country, shares.get(country.code))
    figures += strength_figures(strengths, years)
    if figures:
        blocks.append(KeyFigures(figures))
    if profiles:
        blocks.append(side_by_side(profiles, years))
    blocks += widened(ties, *shares.values(), *(found for _, found in profiles))
    return Section("glance", "At a glance", blocks)


def tie_figures(pair: Pair, row: dict[str, Any], place: str, origin: Provenance) -> list[KeyFigure]:
    """Joint works in the year that is judged, their share of home's, and against expectation, where these are held."""
    year = row["year"]
    works = written(row["works"], "integer")
    figures = [KeyFigure(f"Joint works in {year}", works, f"all fields; {place}", origin, row["result"])]
    if row.get("share") is not None:
        figures.append(
            KeyFigure(
                f"Share of {pair.home.name}'s international works",
                written(row["share"], "percent"),
                f"{shown_range(share_range(row), 'percent')}; joint works over {pair.home.name}'s works with another "
                f"country, all fields, {year}",
                origin,
            )
        )
    if row.get("observed_expected") is not None:
        figures.append(
            KeyFigure(
                "Observed / expected",
                written(row["observed_expected"], "decimal"),
                f"{interval(row, 'observed_expected')}; all fields together, {year}; 1 = as many joint works as "
                "expected from both countries' international links",
                origin,
            )
        )
    return figures


def share_figures(country: Country, held: Result | None) -> list[KeyFigure]:
    """A country's share in the last year held. Of two countings the fractional one, whose shares add up to one."""
    last = held.rows.tail(1).to_dicts() if held is not None else []
    if held is None or not last:
        return []
    how = "full" if last[0].get("share_fractional") is None else "fractional"
    value = last[0].get(f"share_{how}")
    if value is None:
        return []
    told = interval(last[0], f"share_{how}", "percent")
    return [
        KeyFigure(
            f"{country.name}: share of {whole_of(held.provenance.extent)}",
            written(value, "percent"),
            f"{told}; {how} counting, all fields, {last[0]['year']}",
            held.provenance,
        )
    ]


def strength_figures(strengths: Result | None, years: str) -> list[KeyFigure]:
    """In how many fields both are strong."""
    if strengths is None or strengths.rows.is_empty() or "quadrant" not in strengths.rows.columns:
        return []
    return [
        KeyFigure(
            "Fields where both are strong",
            str(joint_strengths(strengths.rows).height),
            f"of {strengths.rows.height} fields, {years}; of those named at most one in ten is expected to be wrong",
            strengths.provenance,
        )
    ]


def widened(*found: Result | None) -> list[Block]:
    """What the intervals of some findings are widened by, each sentence once."""
    said = (note for one in found if one is not None for note in one.notes if note.startswith(INTERVALS))
    return [Text(note[0].upper() + note[1:], "small") for note in dict.fromkeys(said)]


def side_by_side(profiles: Sequence[tuple[Country, Result]], years: str) -> Table:
    """Output and impact of both countries, with intervals where they are held."""
    rows = [
        {**row, "country": country.name, "impact": with_interval(row, "mncs"), "top": with_interval(row, *TOP_TENTH)}
        for country, found in profiles
        for row in [found.rows.row(0, named=True)]
    ]
    columns = [
        Column("country", "Country"),
        Column("works_full", "Works, full counting", "integer"),
        Column("works_fractional", "Works, fractional", "integer"),
        Column("impact", "MNCS (95 % interval)"),
        Column("top", "PP(top 10 %) (95 % interval)"),
    ]
    held = [column for column in columns if any(row.get(column.key) is not None for row in rows)]
    origin = profiles[0][1].provenance
    if {"works_full", "works_fractional"} <= {column.key for column in held}:
        origin = replace(origin, counting=in_both(origin.counting))
    return Table(f"The two countries, all fields together, {years}", held, rows, origin)


def in_both(counting: str) -> str:
    """The counting of a table that shows both: `fractional (author level)` becomes `full and fractional (...)`."""
    return counting if counting.startswith("full") else f"full and {counting}"


def tie_row(ties: Result | None, partner: str) -> dict[str, Any] | None:
    if ties is None:
        return None
    rows = ties.rows.filter(pl.col("partner") == partner).to_dicts()
    return rows[0] if rows and (rows[0].get("works") or 0) > 0 else None


def tie_sentence(pair: Pair, row: dict[str, Any], rank: tuple[int, int] | None, level: str = "") -> str:
    """What the tie is, in words that a minister's office can quote."""
    words = f"In {row['year']} {pair} published {written(row['works'], 'integer')} works together"
    if rank:
        words += f", which makes {pair.partner.name} no. {rank[0]} of {pair.home.name}'s {rank[1]} partners{level}"
    if row.get("observed_expected") is not None:
        words += f": {against_expectation(row)}"
    return words + "."


def against_expectation(row: Mapping[str, Any]) -> str:
    """An observed/expected ratio in words; where its interval holds 1, it is not told from expectation."""
    ratio, low, high = (row.get(f"observed_expected{end}") for end in ("", "_low", "_high"))
    expected = "expected from the two countries' international links in all fields together"
    said = f"{ratio:.2f} times the number {expected} ({interval(row, 'observed_expected')})"
    return f"{said}, which is not told from chance" if low is not None and low <= 1 <= (high or 1) else said


def interval(row: Mapping[str, Any], key: str, kind: Kind = "decimal") -> str:
    """The 95 % interval of a value in words."""
    return shown_range((row.get(f"{key}_low"), row.get(f"{key}_high")), kind)


def shown_range(found: Interval, kind: Kind) -> str:
    low, high = found
    return "interval not held" if low is None else f"95 %: {ends(low, high, kind)}"


def share_range(row: Mapping[str, Any]) -> Interval:
    """The interval of a partner's share of home's international works, fewer by the design effect of teams."""
    works, share = row["works"], row["share"]
    return share_interval(share, works / share / (row.get("design_effect") or 1.0)) if share else (None, None)


def copublications(
    pair: Pair, series: pl.DataFrame, origin: Provenance | None, events: Sequence[charts.Mark]
) -> Section:
    """Joint works over the years, with agreements and the centre's opening marked."""
    if series.is_empty() or origin is None:
        return Section(
            "copublications",
            "Co-publications",
            [nothing(f"no yearly counts of joint works of {pair}", "Load a panel of country pairs, or works.")],
        )
    first, last = series.row(0, named=True), series.row(-1, named=True)
    inside = [mark for mark in events if first["year"] <= mark.year <= last["year"]]
    marked = "; ".join(f"{number} {mark.year} {mark.label}" for number, mark in enumerate(inside, start=1))
    alt = (
        f"Line of joint works of {pair}: {written(first['works'], 'integer')} in {first['year']}, "
        f"{written(last['works'], 'integer')} in {last['year']}. " + (f"Marked: {marked}." if marked else "")
    )
    table = Table(
        f"Joint works of {pair} a year",
        [Column("year", "Year", "year"), Column("works", "Joint works", "integer")],
        [
            {**row, "result": f"ties/{pair.home.code}/{pair.partner.code}/{row['year']}"}
            for row in series.sort("year", descending=True).to_dicts()
        ],
        origin,
        folded=True,
    )
    chart = Chart(
        f"Joint works of {pair} a year",
        alt,
        lambda width: charts.copublications(series, inside, width),
        table,
        origin,
        key=f"Marked: {marked}." if marked else None,
    )
    gaps = ", ".join(str(row["year"]) for row in series.to_dicts() if row["works"] is None)
    unknown = f"{gaps}: unknown. {origin.source} counts none between years of many, which is a gap and no zero."
    blocks: list[Block] = [chart, *([Text(unknown, tone="caution")] if gaps else [])]
    caution = Text(
        "The line alone does not say that an agreement worked: co-publication grew nearly everywhere in these years.",
        tone="caution",
    )
    return Section("copublications", "Co-publications", [*blocks, caution] if inside else blocks)


def tie_against_others(pair: Pair, ties: Result | None, names: dict[str, str]) -> Section:
    """The tie beside home's other ties, largest partners first, and against expectation."""
    title = f"The tie among {pair.home.name}'s ties"
    if ties is None or ties.rows.is_empty():
        return Section("ties", title, [nothing("no ties of the home country", "Load a panel of country pairs.")])
    named = ties.rows.with_columns(name=pl.col("partner").replace_strict(names, default=pl.col("partner")))
    largest = named.sort(["works", "partner"], descending=[True, False])
    shown = largest.head(LONG_LIST)
    if pair.partner.code not in shown["partner"].to_list():
        shown = pl.concat([shown, largest.filter(pl.col("partner") == pair.partner.code)])
    columns = [
        Column("name", "Partner"),
        Column("works", "Joint works", "integer"),
        Column("share", "Share", "percent"),
        Column("salton", "Salton", "decimal"),
        Column("ric", "RIC", "decimal"),
        Column("ric_neutral", "neutral", "decimal"),
        Column("observed_expected", "Obs. / exp.", "decimal"),
        Column("nsf_index", "NSF index", "decimal"),
    ]
    held = [c for c in columns if c.key == "name" or shown[c.key].is_not_null().any()]
    year = shown["year"][0]
    caption = f"{pair.home.name}'s largest partners in {year} (share of its international works; RIC beside its "
    caption += "neutral value)"
    table = Table(caption, held, shown.to_dicts(), ties.provenance)
    return Section("ties", title, [*against_expectation_chart(pair, shown, ties.provenance), table, *widened(ties)])


def against_expectation_chart(pair: Pair, shown: pl.DataFrame, origin: Provenance) -> list[Block]:
    """Observed over expected joint works of the partners shown; nothing where fewer than two have it."""
    ordered = shown.filter(pl.col("observed_expected").is_not_null())
    if ordered.height < 2:
        return []
    ordered = ordered.sort(["observed_expected", "partner"], descending=[True, False])
    year = shown["year"][0]
    folded = Table(
        f"Observed and expected joint works in {year}, all fields together",
        [
            Column("name", "Partner"),
            Column("works", "Joint works", "integer"),
            Column("expected", "Expected", "integer"),
            Column("ratio", "Observed / expected (95 % interval)"),
        ],
        [{**row, "ratio": with_interval(row, "observed_expected")} for row in ordered.to_dicts()],
        origin,
        folded=True,
    )
    return [
        Chart(
            f"Joint works in {year} against expectation (1 = as expected; lines show 95 % intervals)",
            f"Observed over expected joint works of {pair.home.name}'s largest partners. "
            + "; ".join(f"{r['name']} {r['observed_expected']:.2f}" for r in ordered.to_dicts()),
            lambda width: charts.ranked(
                ordered,
                name="name",
                value="observed_expected",
                low="observed_expected_low",
                high="observed_expected_high",
                picked=pair.partner.name,
                title="observed / expected",
                width=width,
                neutral=1.0,
            ),
            folded,
            origin,
        )
    ]


def first_of(names: Sequence[str], most: int) -> str:
    """The first names as a reader would list them, with the number of those left out."""
    rest = len(names) - most
    return enumerated([*names[:most], f"{rest} more"] if rest > 0 else names)


def enumerated(names: Sequence[str]) -> str:
    """Names as a reader would list them; parted by semicolons where one holds a comma or an "and" of its own."""
    if len(names) == 1:
        return names[0]
    mark = ";" if any(", " in name or " and " in name for name in names) else ","
    return f"{mark} ".join(names[:-1]) + (f"{mark} and " if mark == ";" else " and ") + names[-1]


def rsi(activity_index: str) -> pl.Expr:
    """RSI = (AI − 1) / (AI + 1), between −1 and 1."""
    return ((pl.col(activity_index) - 1) / (pl.col(activity_index) + 1)).fill_null(0.0)


def effect(
    pair: Pair, found: EffectResult | None, refused: str | None, by_field: EffectResult | None = None
) -> Section:
    """Did the agreement change anything, as far as the counts can say? In all fields, and in those that it names."""
    title = "Did the agreement make a difference?"
    if found is None or found.rows.is_empty():
        return Section("effect", title, [Text(refused or f"No agreement of {pair} with a known year is held.")])
    rows = found.rows
    verdict = next(iter(found.headlines), rows["verdict"][0])
    if not found.studies:
        return Section("effect", title, [Text(verdict, tone="finding"), *named_fields(by_field)])
    table = Table(
        f"Effect on joint works by each estimator, {years_of(found)}; low and high are the ends of the 95 % interval",
        [
            Column("estimator", "Estimator"),
            Column("effect", "Effect", "signed_percent"),
            Column("low", "Low", "signed_percent"),
            Column("high", "High", "signed_percent"),
            Column("pretrend_p", "Pre-trend p", "p"),
            Column("placebo_rank", "Placebo rank", "integer"),
            Column("placebos", "Placebos", "integer"),
            Column("mde", "Smallest effect that could be seen", "signed_percent"),
        ],
        [{**row, "estimator": in_words(row["estimator"])} for row in rows.to_dicts()],
        found.provenance,
    )
    drawn = Chart(
        f"Joint works against those expected from the ties of both countries, {years_of(found, whole=True)}",
        f"Event study of {pair}. {verdict}",
        lambda width: effect_chart(found, pair.partner.code, width),
        table,
        found.provenance,
    )
    notes = [Text(note, "small") for note in found.notes]
    return Section("effect", title, [Text(verdict, tone="finding"), drawn, *named_fields(by_field), *notes])


def years_of(found: EffectResult, whole: bool = False) -> str:
    """The years on which the effect rests: those from the date on, or all that are looked at."""
    study = found.studies[0]
    return f"{study.years[0] if whole else study.agreement.year}-{study.years[-1]}"


def named_fields(found: EffectResult | None) -> list[Block]:
    """Joint works in the agreement's named fields against those in the others, or why that cannot be said."""
    if found is None or found.rows.is_empty():
        return []
    rows = found.rows.filter(pl.col("effect").is_not_null())
    verdict = found.rows["verdict"][0]
    reason = verdict.removeprefix(f"{NO_ANSWER}: ").removeprefix("named fields: ")
    silent = f"In the fields that the agreement names there is no answer: {reason.rstrip('.')}."
    said = Text(silent if verdict.startswith(NO_ANSWER) else f"In the fields that the agreement names: {verdict}")
    if rows.is_empty():
        return [said]
    columns = [
        Column("part", "Joint works in"),
        Column("estimator", "Estimator"),
        Column("effect", "Effect", "signed_percent"),
        Column("low", "Low", "signed_percent"),
        Column("high", "High", "signed_percent"),
        Column("fields", "Fields named"),
    ]
    shown = [{**row, "estimator": in_words(row["estimator"])} for row in rows.to_dicts()]
    caption = "Effect in the fields that the agreement names; low and high are the ends of the 95 % interval"
    return [said, Table(caption, columns, shown, found.provenance)]


#: estimator → its name for people
ESTIMATORS: Mapping[str, str] = {
    "ppml": "gravity model (PPML)",
    "event_study": "event study",
    "synthetic_control": "synthetic control",
    "synthetic_did": "synthetic difference-in-differences",
}


def in_words(estimator: str) -> str:
    return ESTIMATORS.get(estimator, estimator.replace("_", " "))


def places(pair: Pair, spots: Result | None, centres: Sequence[maps.Mark], years: str) -> Section:
    """The partner's hot-spots on a map, with home's centres and ties."""
    title = f"Where it happens in {pair.partner.name}"
    theirs = None if spots is None else spots.rows.filter(in_country(pair.partner.code))
    if spots is None or theirs is None or theirs.is_empty():
        return Section("places", title, [nothing("no hot-spots", "Ingest works whose institutions have coordinates.")])
    origin = spots.provenance
    base = spots.rows.filter(in_country(pair.home.code)).head(1).to_dicts()
    home = maps.Mark(pair.home.name, base[0]["lat"], base[0]["lon"]) if base else None
    table = hotspot_table(f"Hot-spots in {pair.partner.name}, {years}", theirs, "Joint works", origin)
    named = ", ".join(theirs["name"].to_list()[:8])
    drawn = Chart(
        f"Hot-spots in {pair.partner.name}, {pair.home.name}'s centres, and ties between them",
        f"Map of hot-spots in {pair.partner.name}, the largest first: {named}. "
        + (f"Centres: {', '.join(mark.label for mark in centres)}." if centres else "No centre there."),
        lambda width: maps.partner_map(spots.rows, pair.partner.code, width, centres=centres, home=home),
        table,
        origin,
    )
    return Section("places", title, [drawn])


def hotspot_table(caption: str, spots: pl.DataFrame, with_home: str, origin: Provenance) -> Table:
    """The first hot-spots in numbers; `with_home` heads the works that they share with home."""
    columns = [
        Column("name", "Hot-spot"),
        Column("weight", "Authors' weight in works", "integer"),
        Column("share_in_words", f"Share of {whole_of(origin.extent, 'the world')} (95 % interval)"),
        Column("yearly", "Yearly growth (95 % interval)"),
        Column("impact", "MNCS (95 % interval)"),
        Column("home_works", with_home, "integer"),
    ]
    shown = [
        {
            **row,
            "share_in_words": with_interval(row, "share", "percent"),
            "yearly": with_interval(row, "growth", "signed_percent"),
            "impact": with_interval(row, "mncs"),
        }
        for row in spots.head(LONG_LIST).to_dicts()
    ]
    return Table(caption, columns, shown, origin)


def unknown(value: Any) -> str:
    """A fact as text; what is not known says so."""
    return UNKNOWN if value is None or value == "" else str(value)
