"""`udsyn stays`: what may be granted for a visiting scientist's stay, and what the journey costs."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from udsyn.cli.output import emit_object, notice, object_option
from udsyn.packs import allowance, reckoned
from udsyn.plain import load_json


@click.group()
def group() -> None:
    """Stays of visiting scientists.

    Example: udsyn stays allowance journey.json
    """


@group.command(name="grant")
@click.argument("case", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--pack", default="cost-stsm", show_default=True, help="A shipped pack, or a YAML file.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="By the rules of this day.", metavar="DATE")
@object_option
def grant(case: Path, pack: str, on: dt.datetime | None, format_: str) -> None:
    """What may be granted for a stay by the bounds of a pack, or why nothing.

    CASE is one JSON object: days, early_career, budget (a list of amounts). Prints one object: asked, granted (null
    where a rule is against it or a fact is not known), currency, cut (which rules lowered it, to what) and against
    (which rules are not met or not known), each with its clause and source.

    Example: udsyn stays grant stay.json --pack cost-stsm
    """
    found = reckoned.stay_grant(case, pack=pack, on=None if on is None else on.date())
    for one in found["against"]:
        notice(f"{'not met' if one['outcome'] == 'not_met' else 'not known'}: {one['says']} ({one['clause']})")
    emit_object(found, format_)


@group.command(name="allowance")
@click.argument("case", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--rates",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A CSV of rates: family, country, valid_from, valid_to, known_from, currency, day.",
)
@click.option(
    "--known-on", type=click.DateTime(["%Y-%m-%d"]), help="Only by rates that were known on this day.", metavar="DATE"
)
@object_option
def allowance_(case: Path, rates: Path | None, known_on: dt.datetime | None, format_: str) -> None:
    """The travel allowance of a journey, line by line, by Danish rules.

    CASE is one JSON object: family, country, from and to (local times), free (numbers of breakfast, lunch, dinner).
    Prints one object: amount (rounded half up once, at the end), currency, lines. Without --rates Denmark's own rates
    are used, as far as their sources could be read: families state (2017, 2024) and tax (2018-2024).

    Example: udsyn stays allowance journey.json --rates rates.csv
    """
    found = reckoned.travel_allowance(case, rates=rates, known_on=None if known_on is None else known_on.date())
    if not allowance.parse(load_json(case)).begins.tzinfo:
        notice(
            "hours are counted on the clock of the place; a night on which clocks change is counted as the clock shows."
        )
    emit_object(found, format_)
