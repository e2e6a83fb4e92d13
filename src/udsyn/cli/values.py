"""Values that options take: numbers within bounds, periods, and filters that the record must hold.

`record_option` is read first, so that a filter can be checked before anything is computed: what nothing held answers is
refused with what is held.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from udsyn.errors import UsageError

DIGITS = re.compile(r"[+-]?[0-9]{1,18}")
DECIMALS = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]{1,3})?", re.IGNORECASE)
#: No list is longer, no seed larger, no year outside.
MOST_ROWS, LARGEST_SEED = 1_000_000, 2**32 - 1
FIRST_YEAR, LAST_YEAR = 1000, 9999


class Whole(click.IntRange):
    """A whole number between two bounds, both included, written in plain digits."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, str) and not DIGITS.fullmatch(value.strip()):
            self.fail(f"{value!r} is not a whole number of {self.min:,} to {self.max:,}.", param, ctx)
        return super().convert(value, param, ctx)


class Real(click.FloatRange):
    """A number between two bounds, both included unless `min_open`; never one that is none (nan) or without end."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, str) and not DECIMALS.fullmatch(value.strip()):
            self.fail(f"{value!r} is not a number of {self.min:g} to {self.max:g}.", param, ctx)
        return super().convert(value, param, ctx)


ROWS = Whole(1, MOST_ROWS)
SEEDS = Whole(0, LARGEST_SEED)
YEAR = Whole(FIRST_YEAR, LAST_YEAR)
PART = Real(0, 1, min_open=True)
KILOMETRES = Real(0, 20_040)  #: half-way round the earth
WEIGHT = Real(0, 1e12)


def weight(option: str, text: str) -> float:
    """A weight that is written by hand. Raises UsageError for what is no number of 0 or more."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number <= 1e12:
        raise UsageError(f"{option}{text}: a weight is a number of 0 or more, as 0.5.")
    return number


def parse_years(_: click.Context, parameter: click.Parameter, value: str | None) -> tuple[int, int] | None:
    """`A-B` or one year, as an inclusive pair."""
    if value is None:
        return None
    found = re.fullmatch(r"\s*([0-9]{4})(?:\s*[-–]\s*([0-9]{4}))?\s*", value, re.ASCII)
    if found is None:
        raise UsageError(f"{parameter.opts[0]} {value}: write a period as 2015-2020, or one year.")
    years = (int(found[1]), int(found[2] or found[1]))
    if years[0] > years[1]:
        raise UsageError(f"{parameter.opts[0]} {value}: the first year is after the last.")
    return years


def held_years(context: click.Context, parameter: click.Parameter, value: str | None) -> tuple[int, int] | None:
    """A period of which the record holds a year."""
    years = parse_years(context, parameter, value)
    if years is not None and (record := context.params.get("record")):
        from udsyn.evidence.held import demand_years

        demand_years(record, years, parameter.opts[0])
    return years


def held_year(context: click.Context, parameter: click.Parameter, value: int | None) -> int | None:
    """A year that the record holds."""
    if value is not None and (record := context.params.get("record")):
        from udsyn.evidence.held import demand_years

        demand_years(record, (value, value), parameter.opts[0])
    return value


def held_member(level: str) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    """A member of a level that the record holds, by id or by name, as its id."""

    def read(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
        record: Path | None = context.params.get("record")
        if value is None or record is None:
            return value
        from udsyn.evidence.held import member

        return member(record, level, value)

    return read


period_option = click.option("--years", callback=parse_years, metavar="A-B", help="A period, both years included.")
years_option = click.option("--years", callback=held_years, metavar="A-B", help="A period, both years included.")


def unit_option(level: str, text: str) -> Callable[[Any], Any]:
    """An option that names a field, subfield or topic of the record."""
    metavar = "ID|NAME"
    return click.option(f"--{level}", callback=held_member(level), metavar=metavar, help=text)
