"""`udsyn evidence stays`, `events`, `introductions` and `grants --ledger`: what an instrument did to joint works."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from udsyn.cli import asking
from udsyn.cli.output import emit, format_option, notice, record_option

SHOWN = ("estimator", "effect", "low", "high", "pretrend_p", "placebo_rank", "placebos", "mde", "verdict")
#: question → what it asks, in a line
QUESTIONS = {
    "stays": "What stays did to the joint works of guest and host, against pairs without one, or not yet.",
    "events": "What meetings at events did to joint works, against pairs that did not meet, or not yet.",
    "introductions": "What introductions did to joint works, against those refused, or not yet introduced.",
}
MORE = """

    FILE is a CSV of ties: date, instrument, a, b (OpenAlex ids of people or of institutions), funded (0 or 1), rating,
    status (kept, cancelled, refused). Staggered difference-in-differences on joint works a year, as a ratio: effect
    0.25 = +25 %, with its 95 % interval, a test of the trend before, the rank among pretended ledgers, the minimum
    detectable effect, and a verdict in words. Too little data is said in a sentence, with the effect null.

    Example: udsyn evidence {name} --ledger ledger.csv --record record
"""


def ledger_option(required: bool = True) -> Callable[[Any], Any]:
    return click.option(
        "--ledger",
        required=required,
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE",
        help="A CSV of ties: date, instrument, a, b, funded, rating, status.",
    )


dose_option = click.option(
    "--dose", is_flag=True, help="By how many ties a pair had in its first year: one, two, three or more."
)


def show(question: str, ledger: Path, source: str | None, record: Path, format_: str, dose: bool = False) -> None:
    """Judge one instrument and print the rows, with what must be known on stderr."""
    if dose:
        from udsyn.evidence.effect.dose import dose_effect as judge
    else:
        from udsyn.evidence.effect.instruments import instrument_effect as judge
    result = judge(record, ledger, question, source=source)
    for note in result.notes:
        notice(note)
    shown = (SHOWN[0], "dose", *SHOWN[1:]) if dose else SHOWN
    emit(result.records(), format_, shown if format_ == "table" else None)


def command(name: str) -> click.Command:
    """The command of one question."""

    @click.command(name, help=QUESTIONS[name] + MORE.format(name=name))
    @ledger_option()
    @dose_option
    @asking.source
    @record_option
    @format_option
    def ask(ledger: Path, dose: bool, source: str | None, record: Path, format_: str) -> None:
        show(name, ledger, source, record, format_, dose)

    return ask


stays, events, introductions = map(command, QUESTIONS)
