"""`udsyn safeguards`: what stands in the way of a cooperation, and what does not."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from udsyn.cli.output import emit_object
from udsyn.packs import add_working_days, aid
from udsyn.packs.store import load
from udsyn.plain import load_json


@click.group()
def group() -> None:
    """What stands in the way of a cooperation, and what does not.

    Example: udsyn safeguards aid case.json --on 2026-03-16
    """


@group.command(name="aid")
@click.argument("case", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day of granting.")
@click.option("--calendar", default="DK", show_default=True, metavar="CODE", help="Whose public holidays count.")
def aid_(case: Path, day: dt.datetime, calendar: str) -> None:
    """How much de minimis aid an undertaking may still be granted on a day, Regulation (EU) 2023/2831.

    CASE is one JSON object: awards (date, amount, undertaking), links (a, b, from, to), events (date, kind merger or
    split, from, to), asked, undertaking. Prints one object in EUR: room, ceiling, counted, asked, may_grant (all that
    is asked, or nothing), register_by (the last day for the entry in the register).

    Example: udsyn safeguards aid case.json --on 2026-03-16
    """
    found = aid.room_on(aid.parse(load_json(case)), day.date())
    counted = [
        {"date": str(award.date), "amount": plain(award.amount), "undertaking": award.undertaking}
        for award in found.counted
    ]
    answer: dict[str, Any] = {
        "room": plain(found.room),
        "ceiling": plain(found.ceiling),
        "counted": counted,
        "asked": plain(found.asked),
        "may_grant": plain(found.may_grant),
    }
    if found.may_grant:
        days = load("de-minimis", on=day.date()).values["register_days"]
        answer["register_by"] = str(add_working_days(day.date(), days, calendar))
    emit_object(answer, "json")


def plain(amount: Decimal) -> int | float:
    """A whole amount without decimals."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)
