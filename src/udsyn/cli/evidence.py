"""`udsyn evidence`: findings from cubes. One small function per question; the answers come from `udsyn.evidence`."""

from __future__ import annotations

from pathlib import Path

import click

from udsyn.cli import effect, places
from udsyn.cli.output import emit, format_option, notice, record_option, years_option
from udsyn.evidence.cells import COUNTINGS
from udsyn.evidence.profile import LEVELS, SEED, profile
from udsyn.evidence.result import Result
from udsyn.evidence.sources import Years


@click.group()
def group() -> None:
    """Findings from cubes, each with its definition, counting, source, coverage and uncertainty.

    Example: udsyn evidence profile --country DK --record record
    """


source_option = click.option("--source", metavar="NAME", help="Which source to take, where the record holds several.")
seed_option = click.option("--seed", type=int, default=SEED, show_default=True, help="Seed of the drawn intervals.")
counting_option = click.option(
    "--counting",
    type=click.Choice(COUNTINGS),
    default="fractional",
    show_default=True,
    help="A work counts 1 for each of its countries, or is shared out by authors.",
)


def show(result: Result, format_: str) -> None:
    """Print a finding: its notes on stderr, its rows with their provenance on stdout."""
    for note in result.notes:
        notice(note)
    emit(result.records() if format_ != "table" else result.rows.to_dicts(), format_)
    if format_ == "table":
        notice(result.provenance.sentence())


@group.command(name="profile")
@record_option
@click.option("--country", required=True, metavar="CODE", help="The country, such as DK.")
@click.option("--level", type=click.Choice(LEVELS), default="field", show_default=True, help="What a row is.")
@counting_option
@years_option
@source_option
@seed_option
@format_option
def profile_(
    record: Path,
    country: str,
    level: str,
    counting: str,
    years: Years | None,
    source: str | None,
    seed: int,
    format_: str,
) -> None:
    """Output, specialisation and citation impact of a country, a row per field (or other level).

    Example: udsyn evidence profile --country DK --level field --years 2018-2022 --record record
    """
    show(profile(record, country, level, counting, years, source, seed), format_)


for command in (*places.COMMANDS, *effect.COMMANDS):
    group.add_command(command)
