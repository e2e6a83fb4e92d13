"""`udsyn evidence hotspots`, `emerging` and `siting`: where work is done, what rises, where to stand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
import polars as pl

from udsyn.cli import asking
from udsyn.cli.asking import asks
from udsyn.cli.output import emit, emit_object, format_option, notice, record_option
from udsyn.cli.values import KILOMETRES, PART, WEIGHT, Whole, weight
from udsyn.errors import UsageError
from udsyn.evidence.places.emerging import LEVELS, backtested, emerging
from udsyn.evidence.places.hotspot import hotspot
from udsyn.evidence.places.hotspots import PRESETS, Settings, hotspots
from udsyn.evidence.places.siting import CRITERIA, SEED, Options, centres, history, siting, within_hours
from udsyn.evidence.places.tracking import hotspots_by_year
from udsyn.evidence.question import Question
from udsyn.evidence.result import Result
from udsyn.facts import countries
from udsyn.record.extent import whole_of
from udsyn.record.parts import write_atomically


def show(result: Result, format_: str) -> None:
    """Print a finding: its notes on stderr, its rows (with their provenance, for machines) on stdout."""
    for note in result.notes:
        notice(note)
    emit(
        result.records() if format_ != "table" else result.rows.to_dicts(), format_, None if result.rows.height else []
    )


@dataclass(frozen=True)
class Drawn:
    """The map that is wanted, if any: its file, what colours it, and the country that it shows alone."""

    map_file: Path | None
    colour: str | None
    region: str | None


def settings_of(said: dict[str, Any]) -> Settings:
    """The named settings with what was given in their place."""
    named = PRESETS[said.pop("preset")]
    return replace(named, **{name: value for name, value in said.items() if value is not None})


@click.command(name="hotspots")
@record_option
@asks(asking.field, asking.subfield, asking.topic, asking.years, asking.home(required=False))
@asking.gathers(
    *("settings", ("preset", "radius", "share", "minimum", "merge", "method"), settings_of),
    click.option(
        "--preset", type=click.Choice(list(PRESETS)), default="udsyn", show_default=True, help="Named settings."
    ),
    click.option("--radius", type=KILOMETRES, metavar="KM", help="Points so near are neighbours. [15]"),
    click.option("--share", type=PART, metavar="PART", help="Least part of the world's weight in the radius. [0.005]"),
    click.option("--minimum", type=WEIGHT, metavar="WEIGHT", help="Least weight in the radius, instead of a share."),
    click.option("--merge", type=KILOMETRES, metavar="KM", help="Join hot-spots whose nearest points are so near. [0]"),
    click.option("--method", type=click.Choice(["dbscan", "hdbscan"]), help="hdbscan needs no radius. [dbscan]"),
)
@click.option("--intervals", is_flag=True, help="Add the intervals of growth, impact and collaboration.")
@click.option("--by-year", is_flag=True, help="A row per year: born, grown, shrunk, merged, split, gone.")
@click.option("--window", type=Whole(1, 50), default=3, show_default=True, help="Years that --by-year takes together.")
@asking.gathers(
    *("drawn", ("map_file", "colour", "region"), lambda said: Drawn(**said)),
    click.option(
        "--map", "map_file", type=click.Path(path_type=Path), metavar="FILE", help="Draw it: .svg, .png or .html."
    ),
    click.option(
        "--colour", type=click.Choice(["field"]), help="With --map: colour by the field that stands out most."
    ),
    click.option("--region", metavar="CODE", help="With --map: only this country and around it."),
)
@format_option
def hotspots_(
    record: Path,
    question: Question,
    settings: Settings,
    intervals: bool,
    by_year: bool,
    window: int,
    drawn: Drawn,
    format_: str,
) -> None:
    """Where the world's work of a field is done: clusters of institutions, blind to borders, largest first.

    Example: udsyn evidence hotspots --field 21 --years 2015-2024 --home DK --record record
    """
    if by_year:
        followed = replace(question, home=None)
        show(hotspots_by_year(record, followed, settings=settings, window=window), format_)
        return
    found = hotspots(record, question, settings=settings, intervals=intervals)
    if drawn.map_file is not None:
        with_fields = hotspots(record, question, settings=settings, intervals=True)
        region = countries.code_of(drawn.region) if drawn.region else None
        draw(drawn.map_file, with_fields, question.home, drawn.colour, region)
    elif drawn.colour or drawn.region:
        raise UsageError("--colour and --region need --map FILE.")
    show(found, format_)


def draw(file: Path, found: Result, home: str | None, colour: str | None, region: str | None) -> None:
    """Write a map of the world, or of a country, with home's centres and ties."""
    from udsyn.briefs import maps

    writers = {".svg": "svg", ".png": "png", ".html": "html"}
    if file.suffix not in writers:
        raise UsageError(f"--map {file}: name a file that ends in .svg, .png or .html.")
    source = maps.source_line(found.provenance)
    marks = [maps.Mark(site.name, site.lat, site.lon) for site in centres(home)] if home else []
    capital = maps.capital(home) if home else None
    rows = found.rows
    if region is not None:
        rows = rows.filter(pl.col("countries").str.split(",").list.contains(region))
    chart = maps.hotspot_map(
        rows,
        centres=marks,
        home=capital,
        country=region,
        colour="leading_field" if colour else None,
        source=source,
        interactive=file.suffix == ".html",
        whole=whole_of(found.provenance.extent, "the world"),
    )
    written = {
        ".svg": lambda: maps.svg(chart).encode(),
        ".png": lambda: maps.png(chart),
        ".html": lambda: maps.page(chart, rows, "Hot-spots").encode(),
    }[file.suffix]()
    write_atomically(file, written)
    notice(f"map written to {file}")


@click.command(name="hotspot")
@click.argument("id_", metavar="ID")
@record_option
@asks(asking.field, asking.topic, asking.years, asking.home(required=False))
@click.option("--share", type=PART, metavar="PART", help="Least part of the world's weight in the radius. [0.005]")
@format_option
def hotspot_(
    id_: str,
    record: Path,
    question: Question,
    share: float | None,
    format_: str,
) -> None:
    """One hot-spot: what it is strong in, its institutions and people, its ties with home, the nearest centre.

    Example: udsyn evidence hotspot kr-seoul --home DK --record record
    """
    settings = Settings(share=share) if share is not None else Settings()
    found = hotspot(record, id_, question, settings=settings)
    (page,) = found.rows.to_dicts()
    lists = {name: value for name, value in page.items() if isinstance(value, list)}
    if format_ != "table":
        emit_object(found.records()[0], format_)
        return
    figures = {name: value for name, value in page.items() if name not in lists}
    emit_object(
        {n: " · ".join(map(str, v.values())) if isinstance(v, dict) else v for n, v in figures.items()}, format_
    )
    for name, rows in lists.items():
        click.echo(f"\n{name.replace('_', ' ')}")
        emit(rows, format_)


@click.command(name="emerging")
@record_option
@asks(
    asking.partner("--country", text="Only works of this country."),
    asking.level(LEVELS, "topic"),
    asking.year("Judge as at the end of this year. [the last complete year]"),
    *(asking.field, asking.home(required=False)),
)
@click.option("--limit", type=Whole(0, 1_000_000), default=50, show_default=True, help="How many rows; 0 for all.")
@click.option("--details", is_flag=True, help="Add intervals, novelty, persistence, team, EScore, curve and leaders.")
@click.option("--backtest", "test", is_flag=True, help="Compare what was called in past years with what happened.")
@format_option
def emerging_(
    record: Path,
    question: Question,
    limit: int,
    details: bool,
    test: bool,
    format_: str,
) -> None:
    """What is rising: growth against the world, with small numbers drawn to no growth, best supported first.

    Example: udsyn evidence emerging --country KR --level topic --record record
    """
    if test:
        show(backtested(record, question), format_)
        return
    show(emerging(record, question, limit=limit, details=details), format_)


def pairs(_: click.Context, parameter: click.Parameter, value: str | None) -> dict[str, float] | None:
    """`a=1,b=0.5` as a mapping."""
    if value is None:
        return None
    try:
        given = dict(part.split("=") for part in value.split(","))
    except ValueError:
        raise UsageError(f"--{parameter.name} {value}: write name=number pairs joined by commas.") from None
    return {name.strip(): weight(f"--{parameter.name} {name.strip()}=", number) for name, number in given.items()}


@click.command(name="siting")
@record_option
@asks(
    *(asking.home(), asking.field, asking.years),
    click.option(
        "--weights",
        callback=pairs,
        metavar="NAME=W,...",
        help=f"Weights of the criteria {', '.join(CRITERIA)}. [0.4, 0.2, 0.2, 0.2]",
    ),
    asking.seed(SEED, "Seed of the drawn weights."),
)
@click.option(
    "--reach",
    callback=pairs,
    metavar="WAY=PART,...",
    help="How far a centre reaches, in km or in hours (1h=1,3h=0.5). [100=1,300=0.5]",
)
@click.option("--share", type=PART, metavar="PART", help="Least share of the world of a hot-spot. [0.005]")
@click.option("--posts", is_flag=True, help="Count posts that stand at no centre, too.")
@click.option("--history", "past", is_flag=True, help="The centres beside the hot-spots of the years they opened in.")
@format_option
def siting_(
    record: Path,
    question: Question,
    reach: dict[str, float] | None,
    share: float | None,
    posts: bool,
    past: bool,
    format_: str,
) -> None:
    """Where a centre should stand: what home's centres reach, and what a ninth, a move or a new start would add.

    Example: udsyn evidence siting --home DK --record record
    """
    settings = Settings(share=share) if share is not None else Settings()
    if past:
        show(history(record, question, settings=settings), format_)
        return
    given: dict[str, Any] = {"posts": posts}
    if reach is not None:
        given["reach"] = kilometres(reach)
    show(siting(record, question, settings=settings, options=Options(**given)), format_)


def kilometres(reach: dict[str, float]) -> dict[float, float]:
    """Distances or, with an h, travel times as kilometres."""
    try:
        return {within_hours(float(way[:-1])) if way[-1:] == "h" else float(way): part for way, part in reach.items()}
    except ValueError:
        raise UsageError("--reach: write kilometres or hours and parts, as 100=1,300=0.5 or 1h=1,3h=0.5.") from None
