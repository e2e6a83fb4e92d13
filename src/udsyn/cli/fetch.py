"""`udsyn fetch`: read OpenAlex through its API."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from udsyn.cli.output import emit_object, format_option, record_option
from udsyn.cli.progress import telling
from udsyn.cli.values import YEAR, Whole, period_option

budget_option = click.option(
    "--budget", type=Whole(1, 10_000_000), default=1000, show_default=True, help="Calls to spend at most."
)


@click.group("fetch")
def group() -> None:
    """Read OpenAlex through its API (key from OPENALEX_API_KEY), resuming where a run was stopped.

    Example: udsyn fetch panel --home DK --years 2010-2025 --record record
    """


@group.command()
@click.option("--country", required=True, metavar="CC", help="Works with an author there.")
@click.option("--partner", metavar="CC", help="And an author there.")
@click.option("--since", type=YEAR, metavar="YEAR", help="Published in that year or later.")
@budget_option
@record_option
@format_option
def works(country: str, partner: str | None, since: int | None, budget: int, record: Path, format_: str) -> None:
    """Fetch works and read them into the record. Says what it will cost before it spends it.

    Example: udsyn fetch works --country DK --partner KR --since 2015 --record record
    """
    from udsyn.record.sources.api import fetch_works

    with telling() as say:
        result = fetch_works(record, country, partner, since, budget, say)
    emit_object(result, format_)


@group.command()
@click.option("--home", default="DK", show_default=True, metavar="CC", help="The home country.")
@period_option
@budget_option
@record_option
@format_option
def panel(home: str, years: tuple[int, int] | None, budget: int, record: Path, format_: str) -> None:
    """Fetch counts per partner, country and field: the cubes of a panel in minutes, without reading works.

    Example: udsyn fetch panel --home DK --years 2010-2025 --record record
    """
    from udsyn.record.sources.api import fetch_panel

    period = years or (1990, datetime.now(UTC).year - 1)
    with telling() as say:
        result = fetch_panel(record, home, period, budget, say)
    emit_object(result, format_)
