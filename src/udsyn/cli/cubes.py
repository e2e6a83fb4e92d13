"""`udsyn cubes`: count the record's works into small tables."""

from __future__ import annotations

from pathlib import Path

import click

from udsyn.cli.output import emit, format_option, notice, record_option
from udsyn.cli.values import Whole
from udsyn.cubes.build import ENGINES, build_cubes
from udsyn.cubes.settings import LEVELS
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
@click.option(
    "--fractional",
    type=click.Choice(list(LEVELS)),
    default="author",
    show_default=True,
    help="What a work is shared out over, in equal parts, where counting is fractional.",
)
@click.option(
    "--window",
    type=Whole(1, 50),
    metavar="YEARS",
    help="Citations of so many years count, the year of publication first. [all]",
)
@click.option("--without-self", is_flag=True, help="Leave out citations between works that share an author.")
@format_option
def cubes(
    record: Path, engine: str, merge: str, fractional: str, window: int | None, without_self: bool, format_: str
) -> None:
    """Count the record's works into cubes: small tables such as country × field × year. All evidence reads these.

    What is set here holds for all evidence until the cubes are counted again, and stands in the scope of every result.

    Example: udsyn cubes --window 3 --without-self --record record
    """
    rows = build_cubes(record, engine, merge, notice, fractional=fractional, window=window, without_self=without_self)
    if not rows:
        notice("The record holds no works, so there is nothing to count; panels are cubes already.")
    emit(rows, format_, ["cube", "rows", "cpu_seconds"])
