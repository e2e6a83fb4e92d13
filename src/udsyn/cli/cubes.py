"""`udsyn cubes`: count the record's works into small tables."""

from __future__ import annotations

from pathlib import Path

import click

from udsyn.cli.output import emit, format_option, notice, record_option
from udsyn.cubes.build import ENGINES, build_cubes
from udsyn.facts.countries import MERGES


@click.command()
@record_option
@click.option("--engine", type=click.Choice(ENGINES), default="duckdb", show_default=True, help="What counts.")
@click.option(
    "--merge",
    type=click.Choice(list(MERGES)),
    default="none",
    show_default=True,
    help="Country codes counted as one: cwts puts Hong Kong and Macao into China, realm Greenland and the Faroes into "
    "Denmark.",
)
@format_option
def cubes(record: Path, engine: str, merge: str, format_: str) -> None:
    """Count the record's works into cubes: small tables such as country × field × year. All evidence reads these.

    Example: udsyn cubes --record record
    """
    rows = build_cubes(record, engine, merge, progress=notice)
    if not rows:
        notice("The record holds no works, so there is nothing to count; panels are cubes already.")
    emit(rows, format_, ["cube", "rows", "cpu_seconds"])
