"""What a country does, and how well it is cited: output, specialisation and impact per member of a level."""

from __future__ import annotations

import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Unpack

import polars as pl

from udsyn.errors import NotHeld
from udsyn.evidence import formulas
from udsyn.evidence.address import stem
from udsyn.evidence.cells import scored_cells
from udsyn.evidence.intervals import activity_interval, effective, effective_each, mean_interval, share_interval
from udsyn.evidence.numbers import finite
from udsyn.evidence.question import Parts, Question, Years, ask
from udsyn.evidence.result import Result
from udsyn.evidence.shares import OUTPUT
from udsyn.evidence.sources import WORLD, Source, choose, demand_told, of_source, provenance
from udsyn.evidence.teams import Design, Effects, design, said
from udsyn.record.engine import Place, Record
from udsyn.record.tables import COUNTRY_FIELD_YEAR, COUNTRY_YEAR

SEED = 1
EFFECTS = ("mncs_design_effect", "top_design_effect")


def impact_columns(percent: int = 10) -> tuple[str, ...]:
    """The columns of impact when the top `percent` % is asked for."""
    top = f"pp_top{percent}"
    return ("tncs", "mncs", "mncs_low", "mncs_high", top, f"{top}_low", f"{top}_high", *EFFECTS)


def profile(record: Place, question: Question | str | None = None, **parts: Unpack[Parts]) -> Result:
    """One row per member of a level: id, name, works_full, works_fractional, activity_index, rsi, tanh, tncs, mncs,
    pp_top10 (or another of PERCENTS, as `percent` says: pp_top1, pp_top5, pp_top50), activity_low, activity_high.

    Works are counts and sums of weights. activity_index is 1 where the field has the share that it has in the world's
    works; it, mncs and pp_top10 (a fraction, 0.10 = world) carry 95 % intervals, widened by design effects (columns for
    mncs and pp_top10), because works of one team hang together. What the source lacks is null, and a note says what is
    missing. Definitions: docs/indicators.md. Raises UsageError for an unknown country, level, counting,
    percent or source.
    """
    record, asked, chosen = opened(record, question, parts)
    code, level, percent = asked.country, asked.level, asked.percent
    rows = with_activity(outputs(record, chosen, code, level, asked.years), asked.counting)
    notes, teams = [*chosen.said, said(record, chosen)], design(record, chosen, code, asked)
    if chosen.counted:
        rows = rows.join(impact_rows(record, chosen, code, asked, teams), on="member", how="left")
    else:
        unknown = (*impact_columns(percent), "effective_works")
        rows = rows.with_columns(pl.lit(None, pl.Float64).alias(name) for name in unknown)
        notes.append(f"{chosen.name} has no citations: tncs, mncs and pp_top{percent} cannot be had from it.")
    address = stem("profile", asked)
    rows = with_activity_interval(rows, asked.counting, teams.share)
    rows = rows.select(
        shown_id(rows, level),
        "name",
        "works_full",
        "works_fractional",
        "activity_index",
        "rsi",
        formulas.tanh_specialisation(pl.col("activity_index")).alias("tanh"),
        *impact_columns(percent),
        result=pl.format("{}/{}" if percent == 10 else f"{{}}/{{}}/top{percent}", pl.lit(address), "member"),
        activity_low="activity_low",
        activity_high="activity_high",
    )
    origin = provenance(record, chosen, "profile", asked.counting, asked.years, asked.seed if chosen.counted else None)
    return Result(rows, origin, tuple(notes))


def specialisation(record: Place, question: Question | str | None = None, **parts: Unpack[Parts]) -> pl.DataFrame:
    """What `profile` says without its impact, which costs a bootstrap a member.

    Columns: id, name, works_full, works_fractional, activity_index, activity_low, activity_high. Raises as `profile`.
    """
    record, asked, chosen = opened(record, question, parts)
    rows = with_activity(outputs(record, chosen, asked.country, asked.level, asked.years), asked.counting)
    rows = rows.with_columns(effective_works=pl.lit(None, pl.Float64))
    if chosen.counted:
        effective_works = pl.col("weight").sum().pow(2) / pl.col("square").sum()
        cells = member_cells(record, chosen, asked.country, asked).filter(pl.col("weight") > 0)
        told = cells.group_by("member").agg(effective_works=effective_works)
        rows = rows.drop("effective_works").join(told, on="member", how="left")
    rows = with_activity_interval(rows, asked.counting, design(record, chosen, asked.country, asked).share)
    kept = ("name", "works_full", "works_fractional", "activity_index", "activity_low", "activity_high")
    return rows.select(shown_id(rows, asked.level), *kept)


def opened(record: Place, question: Question | str | None, parts: Parts) -> tuple[Record, Question, Source]:
    """The record, the question in full, and the source that answers it."""
    record, asked = Record.open(record), ask("profile", question, parts, level="field", seed=SEED)
    chosen = choose(record, COUNTRY_YEAR if asked.level == "all" else COUNTRY_FIELD_YEAR, asked, OUTPUT)
    demand_told(record, chosen, asked.country)
    return record, asked, chosen


def outputs(record: Record, source: Source, country: str, level: str, years: Years | None) -> pl.DataFrame:
    """Output of a country and of the world per member: member, name, works_full, works_fractional, world_*."""
    if level == "all":
        cube = of_source(record, COUNTRY_YEAR, source.name, years).with_columns(
            member=pl.lit("all"), name=pl.lit("All fields")
        )
    else:
        cube = of_source(record, COUNTRY_FIELD_YEAR, source.name, years).filter(pl.col("level") == level)
    totals = {who: summed(cube.filter(pl.col("country") == who)) for who in (country, WORLD)}
    if totals[WORLD].is_empty() and totals[country].is_empty():
        held = sorted(of_source(record, COUNTRY_FIELD_YEAR, source.name)["level"].unique().to_list())
        raise NotHeld(
            f"{source.name} holds nothing at level {level} in these years; it holds {', '.join(held) or 'no fields'}."
        )
    base = totals[WORLD] if not totals[WORLD].is_empty() else totals[country]
    return (
        base.select("member", "name", world_full="works_full", world_fractional="works_fractional")
        .join(totals[country].drop("name"), on="member", how="left")
        .with_columns(pl.col("works_full", "works_fractional").fill_null(0.0))
        .sort(pl.col("member").cast(pl.Int64, strict=False), "member")
    )


def summed(cube: pl.DataFrame) -> pl.DataFrame:
    """Sums over years per member, in the cube's order; null where the source lacks the column."""
    if cube.is_empty():
        return pl.DataFrame(
            schema={"member": pl.String, "name": pl.String, "works_full": pl.Float64, "works_fractional": pl.Float64}
        )

    def total(column: str) -> pl.Expr:
        return pl.when(pl.col(column).count() > 0).then(pl.col(column).sum()).cast(pl.Float64)

    return cube.group_by("member", maintain_order=True).agg(
        pl.col("name").max(), works_full=total("works"), works_fractional=total("works_fractional")
    )


def with_activity(rows: pl.DataFrame, counting: str) -> pl.DataFrame:
    """Add the activity index and RSI; null where the country or the world has no works."""
    works, world = f"works_{counting}", f"world_{counting}"
    activity = formulas.activity_index(pl.col(works), pl.col(works).sum(), pl.col(world), pl.col(world).sum())
    return rows.with_columns(activity_index=finite(activity)).with_columns(rsi=formulas.rsi(pl.col("activity_index")))


def with_activity_interval(rows: pl.DataFrame, counting: str, effects: Effects) -> pl.DataFrame:
    """Add activity_low and activity_high, widened by the design effect of each member's share."""
    works, world = f"works_{counting}", f"world_{counting}"
    total, whole = float(rows[works].sum()), float(rows[world].sum())
    found = []
    for member, count, field, effective_works in rows.select("member", works, world, "effective_works").iter_rows():
        each = effective_each(count or 0.0, effective_works, effects.of(member))
        average = total * field / whole if whole and field and count is not None else 0.0
        found.append(activity_interval(count, total, average, each))
    lows, highs = [low for low, _ in found], [high for _, high in found]
    return rows.with_columns(
        activity_low=pl.Series(lows, dtype=pl.Float64), activity_high=pl.Series(highs, dtype=pl.Float64)
    )


def impact_rows(
    record: Record, source: Source, country: str, asked: Question, teams: Design, only: str | None = None
) -> pl.DataFrame:
    """`impact_columns`, and the effective works that they rest on, per member of the level or for `only` one."""
    cells, percent = member_cells(record, source, country, asked), asked.percent
    if only is not None:
        cells = cells.filter(pl.col("member") == only)
    members = cells.partition_by("member", as_dict=True, maintain_order=True)

    def row_of(member: Any, own: pl.DataFrame) -> dict[str, Any]:
        impact = impact_of(own, asked.seed, percent, teams.score.of(str(member)), teams.top.of(str(member)))
        return {"member": member, **impact}

    with ThreadPoolExecutor() as pool:  # the draws of the intervals let go of Python's lock
        rows = list(pool.map(row_of, (member for (member,) in members), members.values()))
    columns = dict.fromkeys((*impact_columns(percent), "effective_works"), pl.Float64)
    return pl.DataFrame(rows, schema={"member": pl.String, **columns})


def member_cells(record: Record, source: Source, country: str, asked: Question) -> pl.DataFrame:
    """The scored cells of a country, each with its `member` of the level."""
    cells = scored_cells(record, source.name, country, asked).filter(pl.col("score").is_not_null())
    return cells.with_columns(member=pl.lit("all") if asked.level == "all" else pl.col(asked.level).cast(pl.String))


def impact_of(
    cells: pl.DataFrame, seed: int | None, percent: int, score_effect: float, top_effect: float
) -> dict[str, Any]:
    """The impact of one member's cells, with intervals for works that hang together as the design effects say.

    Its draws do not depend on which other members are asked for.
    """
    weight, square, score, top = (cells[name].to_numpy() for name in ("weight", "square", "score", "top"))
    total = weight.sum()
    if not total > 0:
        return dict.fromkeys(impact_columns(percent))
    own_seed = zlib.crc32(f"{seed}/{cells['member'][0]}".encode())
    pp = float(weight @ top / total)
    low, high = mean_interval(weight, square * score_effect, score, own_seed)
    works = effective(weight, square)
    pp_low, pp_high = share_interval(min(max(pp, 0.0), 1.0), works / top_effect)
    tncs = float(weight @ score)
    values = (tncs, tncs / total, low, high, pp, pp_low, pp_high, score_effect, top_effect)
    return {**dict(zip(impact_columns(percent), values, strict=True)), "effective_works": works}


def shown_id(rows: pl.DataFrame, level: str) -> pl.Expr:
    """Ids as OpenAlex writes them: T… for topics, numbers for subfields, fields and domains, a panel's own names."""
    member = pl.col("member")
    if not rows["member"].str.contains(r"^\d+$").all():
        return member.alias("id")
    return ("T" + member).alias("id") if level == "topic" else member.cast(pl.Int64).alias("id")
