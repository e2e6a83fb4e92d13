"""`udsyn evidence`: findings from cubes. One small function per question; the answers come from `udsyn.evidence`."""

from __future__ import annotations

from pathlib import Path

import click

from udsyn.cli import effect, places
from udsyn.cli.output import emit, format_option, notice, record_option, years_option
from udsyn.evidence.cells import COUNTINGS
from udsyn.evidence.profile import LEVELS, SEED, profile
from udsyn.evidence.result import Result
from udsyn.evidence.shares import share
from udsyn.evidence.sources import Years
from udsyn.evidence.ties import ties


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


#: what a table on the screen leaves out; JSON and CSV carry everything
NOT_IN_TABLES = ("result", "observed_expected_low", "observed_expected_high", "ric_neutral", "luukkonen",
                 "luukkonen_neutral", "inclusion", "links_fractional")  # fmt: skip


def show(result: Result, format_: str) -> None:
    """Print a finding: its notes on stderr, its rows with their provenance on stdout."""
    for note in result.notes:
        notice(note)
    if format_ != "table":
        return emit(result.records(), format_)
    emit(result.rows.to_dicts(), format_, [name for name in result.rows.columns if name not in NOT_IN_TABLES])
    return notice(result.provenance.sentence())


@group.command(name="share")
@record_option
@click.option("--country", required=True, metavar="CODE", help="The country, such as DK.")
@years_option
@source_option
@format_option
def share_(record: Path, country: str, years: Years | None, source: str | None, format_: str) -> None:
    """A country's works and its share of the world's, a row per year, by full and by fractional counting.

    Example: udsyn evidence share --country DK --record record
    """
    show(share(record, country, years, source), format_)


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


@group.command(name="ties")
@record_option
@click.option("--home", required=True, metavar="CODE", help="The home country, such as DK.")
@click.option("--partner", metavar="CODE", help="One partner; without it, every partner with joint works.")
@click.option("--year", type=int, metavar="Y", help="The year. [the last complete year held]")
@years_option
@source_option
@format_option
def ties_(
    record: Path,
    home: str,
    partner: str | None,
    year: int | None,
    years: Years | None,
    source: str | None,
    format_: str,
) -> None:
    """Joint works with other countries, the strength of the tie, and what size alone would give.

    Example: udsyn evidence ties --home DK --partner KR --year 2020 --record record
    """
    show(ties(record, home, partner, year, years, source), format_)


for command in (*places.COMMANDS, *effect.COMMANDS):
    group.add_command(command)
