"""`udsyn ingest`: read files into a record."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from udsyn.cli.output import emit_object, format_option, notice, record_option
from udsyn.cli.progress import telling
from udsyn.cli.values import Whole
from udsyn.errors import UsageError

#: as `udsyn.record.runs.ENGINES`, which takes longer to load
ENGINES = ("duckdb", "spark")
SHAPES = ("pairs", "fields")
#: as `udsyn.record.extent.EXTENTS`
EXTENTS = ("complete", "slice", "sample")
COLUMN_OPTIONS = ("year", "c1", "c2", "works", "country", "field", "works_fractional", "counting", "value")


extent_option = click.option(
    "--extent",
    type=click.Choice(EXTENTS),
    help="What the source holds of the world.  [default: complete where its manifest is, else sample]",
)


@click.group("ingest")
def group() -> None:
    """Read files into a record.

    Example: udsyn ingest openalex openalex-snapshot --record record
    """


@group.command()
@click.argument("src", metavar="SRC")
@click.option(
    "--with",
    "extras",
    metavar="A,B",
    default="",
    help="Read of works also: abstracts, citations (by year), funders, venues, raw (affiliations as printed).",
)
@click.option(
    "--only",
    metavar="A,B",
    default="",
    help="Read only these: works, authors, institutions, sources, topics, subfields, fields, domains, funders, awards.",
)
@click.option("--country", metavar="CC", help="Keep a slice: in full only works that touch this country.")
@click.option("--partners", metavar="CC,CC", default="", help="And works that touch these; with --country.")
@click.option("--engine", type=click.Choice(ENGINES), default="duckdb", show_default=True, help="Where parts are read.")
@click.option(
    "--workers",
    type=Whole(1, 1024),
    help="Processes that read parts side by side.  [default: one per processor, as memory allows]",
)
@extent_option
@record_option
@format_option
def openalex(
    src: str,
    extras: str,
    only: str,
    country: str | None,
    partners: str,
    engine: str,
    workers: int | None,
    extent: str | None,
    record: Path,
    format_: str,
) -> None:
    """Read OpenAlex files: a snapshot's root, its data folder, one entity folder, or one file; also s3://.

    Example: udsyn ingest openalex s3://openalex --country DK --partners KR,CN --record record
    """
    from udsyn.record.ingest import ingest_openalex
    from udsyn.record.slice import Slice

    if partners and not country:
        raise UsageError("--partners goes with --country: name the home country, too.")
    slice_ = Slice(country, tuple(listed(partners))) if country else None
    with telling() as say:
        result = ingest_openalex(src, record, say, listed(extras), listed(only), slice_, engine, workers, extent)
    emit_object(told(result, format_), format_)


def told(result: dict[str, Any], format_: str) -> dict[str, Any]:
    """What an ingest did; for people without the many things of which there were none."""
    always = ("works", "parts", "unchanged", "quarantined")
    return {name: n for name, n in result.items() if n or name in always} if format_ == "table" else result


def listed(value: str) -> list[str]:
    return [item.strip() for item in value.split(",") if item.strip()]


@group.command()
@click.argument("file")
@extent_option
@record_option
@format_option
def ror(file: str, extent: str | None, record: Path, format_: str) -> None:
    """Read ROR's register: institutions take coordinates, parents and successors from it.

    Example: udsyn ingest ror ror_records.jsonl.gz --record record
    """
    read_by("ror", file, extent, record, format_)


@group.command()
@click.argument("file")
@extent_option
@record_option
@format_option
def cordis(file: str, extent: str | None, record: Path, format_: str) -> None:
    """Read CORDIS's participations: project, organisation, country.

    Example: udsyn ingest cordis h2020.csv.gz --record record
    """
    read_by("cordis", file, extent, record, format_)


@group.command()
@click.argument("name")
@click.argument("src", metavar="SRC")
@extent_option
@record_option
@format_option
def source(name: str, src: str, extent: str | None, record: Path, format_: str) -> None:
    """Read files by a source of that NAME: those of Udsyn, and any that another package brings.

    Example: udsyn ingest source ror ror_records.jsonl.gz --record record
    """
    read_by(name, src, extent, record, format_)


def read_by(source: str, src: str, extent: str | None, record: Path, format_: str) -> None:
    from udsyn.record.ingest import Wanted, ingest

    with telling() as say:
        result = ingest(source, src, record, say, Wanted(declared=extent))
    emit_object(told(result, format_), format_)


@group.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as", "shape", type=click.Choice(SHAPES), required=True, help="What a row counts.")
@click.option("--source", metavar="NAME", help="The source's name in the record; the file's name without it.")
@click.option("--title", help="What the source is, in words.")
@click.option("--snapshot", metavar="DATE", help="The day on which the source was taken.")
@click.option(
    "--level", metavar="LEVEL", help="What `field` means: domain, field, subfield or topic.  [default: field]"
)
@click.option("--year-column", metavar="NAME", help="The file's column of years.")
@click.option("--c1-column", metavar="NAME", help="pairs: the column of the first country.")
@click.option("--c2-column", metavar="NAME", help="pairs: the column of the second country.")
@click.option("--works-column", metavar="NAME", help="The column of (whole) counts.")
@click.option("--country-column", metavar="NAME", help="fields: the column of countries.")
@click.option("--field-column", metavar="NAME", help="fields: the column of fields.")
@click.option("--works-fractional-column", metavar="NAME", help="fields: the column of fractional counts.")
@click.option("--counting-column", metavar="NAME", help="fields: the column that says whole or fractional.")
@click.option("--value-column", metavar="NAME", help="fields: the counts that --counting-column tells apart.")
@click.option(
    "--extent",
    type=click.Choice(EXTENTS),
    help="What the panel holds of the world.  [default: complete if published, slice if it totals the world, sample]",
)
@record_option
@format_option
def panel(
    file: Path,
    shape: str,
    source: str | None,
    title: str | None,
    snapshot: str | None,
    level: str | None,
    extent: str | None,
    record: Path,
    format_: str,
    **columns: str | None,
) -> None:
    """Load a panel (a table that somebody else counted) as cubes. Prints one object.

    Knows the layouts of OpenAlex's country pairs and of the NCSES tables; other files are mapped by naming columns.

    Example: udsyn ingest panel pairs.csv --as pairs --year-column Year --c1-column From --c2-column To --record rec
    """
    from udsyn.record.sources import panels

    named = {name: columns[f"{name}_column"] for name in COLUMN_OPTIONS}
    result = panels.ingest_panel(
        record,
        file,
        shape,
        source=source,
        title=title,
        snapshot=snapshot,
        level=level,
        columns={name: column for name, column in named.items() if column},
        declared=extent,
    )
    if result["unresolved"]:
        labels = ", ".join(result["unresolved"][:10])
        aside = record / "panels" / result["source"] / f"unresolved.{shape}.csv"
        notice(
            f"{result['unresolved_rows']:,} rows have a country that nobody knows ({labels}); kept aside in {aside}."
        )
    emit_object(result, format_)
