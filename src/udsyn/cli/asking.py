"""A question on the command line: an option for each part of `udsyn.evidence.question.Question`, and the whole of them.

`@asks(home, years, ...)` puts the options on a command, which then gets one `question`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import click

from udsyn.cli.values import SEEDS, YEAR, held_year, held_years, unit_option, weight, years_option
from udsyn.errors import UsageError
from udsyn.evidence.question import COUNTINGS, LEVELS, PERCENTS, Question, Unit

Command = Callable[..., Any]
Option = Callable[[Command], Command]

#: options that name a unit, by its level
UNITS = ("field", "subfield", "topic")


def gathers(
    into: str, names: Iterable[str], make: Callable[[dict[str, Any]], Any], *options: Option
) -> Callable[[Command], Command]:
    """Put options on a command, and hand it what those of these names say as one object."""

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def gathered(*args: Any, **given: Any) -> Any:
            said = {name: given.pop(name) for name in names if name in given}
            return command(*args, **{into: make(said)}, **given)

        run: Command = gathered
        for option in reversed(options):
            run = option(run)
        return run

    return decorate


def asks(*options: Option) -> Callable[[Command], Command]:
    """Put options on a command, and hand it what they say as `question`."""
    return gathers("question", (*Question.__dataclass_fields__, *UNITS), question_of, *options)


def question_of(said: dict[str, Any]) -> Question:
    """The question that options make; what is left out stays open."""
    units = [Unit.of((level, found)) for level in UNITS if (found := said.pop(level, None)) is not None]
    if len(units) > 1:
        raise UsageError(f"name one of {' and '.join('--' + unit.level for unit in units)}: the narrower says it all.")
    parts = {name: value for name, value in said.items() if value not in (None, ())}
    return Question(unit=units[0] if units else None, **parts)


def named_weights(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, float]:
    """`NAME=VALUE`, repeated, as a mapping."""
    found = {}
    for text in given:
        name, _dash, value = text.partition("=")
        found[name] = weight(f"--weight {name}=", value)
    return found


def country(required: bool = True) -> Option:
    """Whose works are meant, where there is one country only."""
    return click.option("--country", "home", required=required, metavar="CODE", help="The country, such as DK.")


def home(required: bool = True) -> Option:
    return click.option("--home", required=required, metavar="CODE", help="The home country, such as DK.")


def partner(flag: str = "--partner", *, required: bool = False, text: str) -> Option:
    return click.option(flag, "partner", required=required, metavar="CODE", help=text)


def level(levels: tuple[str, ...] = LEVELS, default: str = "field") -> Option:
    return click.option("--level", type=click.Choice(levels), default=default, show_default=True, help="What a row is.")


def unit(level_: str, example: str, what: str = "Only works of this") -> Option:
    return unit_option(level_, f"{what} {level_}, such as {example}.")


field = unit("field", "17")
subfield = unit("subfield", "1702")
topic = unit_option("topic", "Only works with this primary topic, such as T10001.")
counting = click.option(
    "--counting",
    type=click.Choice(COUNTINGS),
    default="fractional",
    show_default=True,
    help="A work counts 1 for each of its countries, or is shared out by authors.",
)
percent = click.option(
    "--top",
    "percent",
    type=click.Choice([str(percent) for percent in PERCENTS]),
    default="10",
    show_default=True,
    callback=lambda _, __, value: int(value),
    help="PP(top x %): the share of works among the most cited x %.",
)
years = years_option
years_against = click.option(
    "--years-against", callback=held_years, metavar="A-B", help="The other side's period. [the same]"
)
source = click.option("--source", metavar="NAME", help="Which source to take, where the record holds several.")


def year(text: str) -> Option:
    return click.option("--year", type=YEAR, callback=held_year, metavar="Y", help=text)


def seed(default: int, text: str = "Seed of the drawn intervals.") -> Option:
    return click.option("--seed", type=SEEDS, default=default, show_default=True, help=text)


def weights(defaults: Mapping[str, float]) -> Option:
    shown = ", ".join(f"{name}={value:g}" for name, value in defaults.items())
    return click.option(
        "--weight",
        "weights",
        multiple=True,
        callback=named_weights,
        metavar="NAME=VALUE",
        help=f"What the order rests on, repeatable: {shown}.",
    )
