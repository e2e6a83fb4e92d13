"""Published figures beside the same figures computed from the record, each difference with its likely reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Unpack

import polars as pl

from udsyn import facts
from udsyn.evidence.profile import profile
from udsyn.evidence.question import Parts, Question, Years, ask
from udsyn.evidence.rates import rates
from udsyn.evidence.result import Provenance, Result
from udsyn.evidence.sources import WORLD, of_source, rows_per_source
from udsyn.record import extent
from udsyn.record.engine import Place, Record
from udsyn.record.tables import COUNTRY_YEAR, PAIR_YEAR

if TYPE_CHECKING:
    from udsyn.facts.models import Figure

#: a computed value, the years it rests on, and how it was counted
Computed = tuple[float, Years, str]
Compute = Callable[[Record, str, str, Years, "Figure"], Computed | None]

SCHEMA: Mapping[str, Any] = {
    "id": pl.String,
    "title": pl.String,
    "period": pl.String,
    "published": pl.Float64,
    "published_source": pl.String,
    "computed": pl.Float64,
    "computed_source": pl.String,
    "computed_years": pl.String,
    "computed_counting": pl.String,
    "difference": pl.Float64,
    "like": pl.Boolean,
    "explanation": pl.String,
}


def published(record: Place, question: Question | str | None = None, **parts: Unpack[Parts]) -> Result:
    """One row per published figure of a country and source of the record that can give it (one row where none can).

    Columns: id, title, period, published and its source, computed with its source, years and counting, difference
    (computed less published), like (whether both are of the same years, database and counting), explanation. Values
    are in the unit of the published figure. Raises UsageError for an unknown country.
    """
    record, asked = Record.open(record), ask("published", question, parts)
    code = asked.country
    held = sorted({*rows_per_source(record, COUNTRY_YEAR, ANY_COUNT), *rows_per_source(record, PAIR_YEAR, ("works",))})
    rows = [row for figure in facts.figures() if figure.country == code for row in rows_of(record, held, code, figure)]
    sources = record.manifest()["sources"]
    notes = [] if rows else [f"no published figures of {code} are among the facts."]
    notes += [note for source in held for note in extent.said(sources, source)]
    least = extent.least(extent.of_source(sources, source) for source in held)
    days = ", ".join(record.snapshot(source) or "unknown" for source in held) or None
    origin = Provenance("published", "as stated in each row", ", ".join(held), days, extent=least)
    return Result(pl.DataFrame(rows, schema=SCHEMA), origin, tuple(notes))


#: how far outside a figure's period the nearest year may lie
NEAR = 2
#: a computed value is called near when it differs by no more than this part of the published one
NEARLY = 0.05
ANY_COUNT = ("works", "works_fractional", "works_international")


def rows_of(record: Record, held: list[str], country: str, figure: Figure) -> list[dict[str, Any]]:
    """A row per source that gives the figure, or one that says why none does."""
    said = {
        "id": figure.id,
        "title": figure.title,
        "period": figure.period,
        "published": figure.value,
        "published_source": ", ".join(filter(None, (", ".join(figure.sources), figure.data, figure.counting))),
    }
    years = years_of(figure.period or "")
    compute = COMPUTERS.get(figure.indicator)
    if compute is None:
        return [{**said, "explanation": f"not computed: {NEEDS.get(figure.indicator, 'no indicator of Udsyn')}."}]
    if years is None:
        return [{**said, "explanation": "not computed: the period is not stated in years."}]
    rows = []
    for source in held:
        found = compute(record, source, country, years, figure)
        if found is not None:
            value, over, counting = found
            rows.append(
                {
                    **said,
                    "computed": value,
                    "computed_source": source,
                    "computed_years": span(over),
                    "computed_counting": counting,
                    "difference": value - figure.value if figure.value is not None else None,
                    "like": is_like(figure, source, years, over, counting),
                    "explanation": explanation(record, figure, source, years, over, counting),
                }
            )
    why = NEEDS.get(figure.indicator, "no source of the record holds these years")
    return rows or [{**said, "explanation": f"not computed: {why}."}]


def is_like(figure: Figure, source: str, years: Years, over: Years, counting: str) -> bool:
    """Whether both are of the same years, the same database and, where it is stated, the same counting."""
    same_data = bool(figure.data) and DATABASES.get(source, source).startswith(str(figure.data))
    return years == over and same_data and figure.counting in (None, counting)


def explanation(record: Record, figure: Figure, source: str, years: Years, over: Years, counting: str) -> str:
    """Why the two need not be equal, as far as is known."""
    sample = extent.of_source(record.manifest()["sources"], source) == extent.SAMPLE
    reasons = [f"{source} is a sample of works"] if sample else []
    if years != over:
        reasons.append(f"years {span(over)} instead of {span(years)}, the nearest held")
    if figure.data:
        reasons.append(f"{figure.data} against {DATABASES.get(source, source)}")
    else:
        reasons.append(f"the published figure's database is not stated; here {DATABASES.get(source, source)}")
    if figure.counting and figure.counting != counting:
        reasons.append(f"{figure.counting} against {counting} counting")
    if figure.derived:
        reasons.append("the published figure is itself derived from two published ones")
    if figure.approximate:
        reasons.append("the published figure is approximate")
    return "; ".join(reasons) + "."


DATABASES = {
    "ncses": "Scopus, science and engineering fields",
    "openalex-pairs": "OpenAlex, all works with two or more countries",
    "openalex": "OpenAlex",
}

#: what an indicator needs that the record's sources do not hold
NEEDS = {
    "publications_per_million": "needs the number of inhabitants",
    "citations_per_publication": "needs citations of all works",
    "pp_top10": "needs citations: a record of works of these years",
    "rank_pp_top10": "needs citations of all countries",
    "public_private_share": "needs institutions: a record of works of these years",
    "citation_over_world": "needs citations: a record of works of these years",
    "citation_premium": "needs the works of each researcher",
    "rank_productivity": "needs the number of researchers",
    "copublications_per_1000_researchers": "needs the number of researchers",
    "international_share_health_natural": "needs joint works per field",
    "output_growth_share_international": "needs joint works with public research abroad",
}


def years_of(period: str) -> Years | None:
    """`2016-2020` or `2020` as a pair of years; None for what is not."""
    first, _, last = period.partition("-")
    return (int(first), int(last or first)) if first.isdigit() and (last or first).isdigit() else None


def span(years: Years) -> str:
    return str(years[0]) if years[0] == years[1] else f"{years[0]}-{years[1]}"


# How each indicator is computed from a source ---------------------------------------------------------------------


def per_year(record: Record, source: str, country: str) -> dict[int, dict[str, float]]:
    """Year → what the source counts of a country."""
    frame = of_source(record, COUNTRY_YEAR, source).filter(pl.col("country") == country)
    found: dict[int, dict[str, float]] = {}
    for row in frame.sort("year").to_dicts():
        known = {name: row[name] for name in ANY_COUNT if row.get(name) is not None}
        found.setdefault(int(row["year"]), {}).update(known)
    return found


def international_share(record: Record, source: str, country: str, years: Years, _: Figure) -> Computed | None:
    """International works over works, in the held years of the period or in the nearest one, at most NEAR years off."""
    held = {
        year: counts
        for year, counts in per_year(record, source, country).items()
        if "works_international" in counts and counts.get("works")
    }
    inside = [year for year in held if years[0] <= year <= years[1]]
    near = sorted((min(abs(year - years[0]), abs(year - years[1])), year) for year in held)
    chosen = inside or [year for distance, year in near[:1] if distance <= NEAR]
    if not chosen:
        return None
    total = sum(held[year]["works"] for year in chosen)
    return sum(held[year]["works_international"] for year in chosen) / total, (min(chosen), max(chosen)), "full"


def summed(column: str, counting: str) -> Compute:
    """The sum of a count over a period that the source holds whole."""

    def compute(record: Record, source: str, country: str, years: Years, _: Figure) -> Computed | None:
        held = per_year(record, source, country)
        wanted = range(years[0], years[1] + 1)
        if any(column not in held.get(year, {}) for year in wanted):
            return None
        return sum(held[year][column] for year in wanted), years, counting

    return compute


def share_fractional(record: Record, source: str, country: str, years: Years, figure: Figure) -> Computed | None:
    compute = summed("works_fractional", "fractional")
    own, world = (compute(record, source, who, years, figure) for who in (country, WORLD))
    return (own[0] / world[0], years, "fractional") if own and world else None


def output_growth(record: Record, source: str, country: str, years: Years, _: Figure) -> Computed | None:
    held = per_year(record, source, country)
    first, last = (held.get(year, {}).get("works") for year in years)
    return (last / first - 1, years, "full") if first and last else None


def partner_rank(record: Record, source: str, country: str, years: Years, figure: Figure) -> Computed | None:
    """The rank of the figure's partner by joint works over the period."""
    pairs = of_source(record, PAIR_YEAR, source, years)
    if pairs.is_empty() or figure.partner is None:
        return None
    own = pairs.filter((pl.col("c1") == country) != (pl.col("c2") == country))
    other = pl.when(pl.col("c1") == country).then("c2").otherwise("c1").alias("partner")
    totals = own.group_by(other).agg(pl.col("works").sum()).sort("works", "partner", descending=[True, False])
    ranked = totals["partner"].to_list()
    held = (int(own["year"].min()), int(own["year"].max())) if len(own) else years  # type: ignore[arg-type]
    return (float(ranked.index(figure.partner) + 1), held, "full") if figure.partner in ranked else None


def counted_only(record: Record, source: str, years: Years) -> bool:
    """Whether a source was counted from works that reach over the whole period."""
    if source not in record.manifest().get("cubes", {}).get("sources", {}):
        return False
    held = of_source(record, COUNTRY_YEAR, source).filter(pl.col("country") == WORLD)["year"].to_list()
    return set(range(years[0], years[1] + 1)) <= set(held)


def impact(column: str, less: float = 0.0) -> Compute:
    """A column of the profile over all fields; `less` is taken away (1 for a rate over the world's average)."""

    def compute(record: Record, source: str, country: str, years: Years, figure: Figure) -> Computed | None:
        if not counted_only(record, source, years):
            return None
        counting = "fractional" if "fractional" in (figure.counting or "") else "full"
        (row,) = profile(record, country, level="all", counting=counting, years=years, source=source).rows.to_dicts()
        return (row[column] - less, years, counting) if row[column] is not None else None

    return compute


def with_business(record: Record, source: str, country: str, years: Years, _: Figure) -> Computed | None:
    """Works with a company among the institutions over works."""
    if not counted_only(record, source, years):
        return None
    rows = rates(record, country, years=years, source=source).rows
    works = float(rows["works"].sum())
    return (float((rows["company"] * rows["works"]).sum()) / works, years, "full") if works else None


COMPUTERS: Mapping[str, Compute] = {
    "pp_top10": impact("pp_top10"),
    "citation_over_world": impact("mncs", less=1.0),
    "public_private_share": with_business,
    "international_share": international_share,
    "publications": summed("works", "full"),
    "works_fractional": summed("works_fractional", "fractional"),
    "share_fractional": share_fractional,
    "output_growth": output_growth,
    "partner_rank": partner_rank,
}


# The page ---------------------------------------------------------------------------------------------------------


def page(result: Result, home: str) -> str:
    """The finding as a Markdown page."""
    name = facts.country(facts.countries.code_of(home)).name
    rows = result.rows.to_dicts()
    lines = [
        f"# Published figures of {name} beside computed ones",
        "",
        f"Written by `udsyn evidence published --home {home} --out FILE` from: {result.provenance.source}.",
        "Levels differ between databases; ranks and trends should agree. Sources are kept apart: a figure has a row",
        "for each source of the record that can give it.",
        "",
        summary(rows),
        "",
        "| figure | period | published | computed | difference | computed from | why they differ |",
        "|---|---|---:|---:|---:|---|---|",
    ]
    for row in rows:
        origin = " ".join(filter(None, (row["computed_source"], row["computed_years"], row["computed_counting"])))
        numbers = [shown(row[key]) for key in ("published", "computed", "difference")]
        cells = [f"{row['title']} ({row['published_source']})", row["period"], *numbers, origin or "–"]
        lines.append("| " + " | ".join([*cells, row["explanation"]]) + " |")
    return "\n".join(lines) + "\n"


def summary(rows: list[dict[str, Any]]) -> str:
    """How many figures could be computed, how many of them set like beside like, and how near those come."""
    computed = [row for row in rows if row["difference"] is not None and row["published"]]
    like = [row for row in computed if row["like"]]
    near = sum(abs(row["difference"]) <= NEARLY * abs(row["published"]) for row in like)
    figures, given = len({row["id"] for row in rows}), len({row["id"] for row in computed})
    return (
        f"Of {figures} published figures {given} can be computed from these sources. Only like is held to agree with\n"
        "like: the same years, the same database and, where it is stated, the same counting. So are\n"
        f"{len(like)} of the {len(computed)} computed values, of which {near} come within {NEARLY * 100:g} % of the\n"
        "published one; what the others differ in stands in the last column: nearness there would be chance."
    )


def shown(value: float | None) -> str:
    """A number as it is read: whole from 1,000, else three figures that matter."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
