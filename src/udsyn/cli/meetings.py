"""`udsyn meetings`: the schedule of a matchmaking day."""

from __future__ import annotations

from pathlib import Path

import click

from udsyn.cli.output import FORMATS, emit, emit_object, notice
from udsyn.meetings import Answer, Event, read_event, schedule_event
from udsyn.meetings.schedule import as_object, as_rows

event_argument = click.argument("event", type=click.Path(path_type=Path, exists=True, dir_okay=False))
time_option = click.option(
    "--time-limit",
    type=click.FloatRange(min=1),
    default=60.0,
    show_default=True,
    metavar="S",
    help="Seconds on the clock, kept to within two.",
)
seed_option = click.option("--seed", type=int, default=0, show_default=True, help="Same seed, same answer when proven.")
object_option = click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    default="json",
    show_default=True,
    help="json: one object with status, breaks, bound, seconds, schedule; table and csv: a row per meeting.",
)


@click.group()
def group() -> None:
    """Schedule the one-to-one meetings of a day.

    Example: udsyn meetings schedule event.json --time-limit 60
    """


@group.command()
@event_argument
@time_option
@seed_option
@object_option
def schedule(event: Path, time_limit: float, seed: int, format_: str) -> None:
    """Place every meeting with the fewest breaks, and prove it.

    Prints one object: status (optimal, feasible, infeasible, unknown), breaks, bound, seconds, schedule
    (meeting → slot); an infeasible event is an answer, with a reason. Progress goes to stderr; ctrl-C
    prints the best schedule so far.

    Example: udsyn meetings schedule event.json --time-limit 60 > schedule.json
    """
    day = read_event(event)
    show(day, schedule_event(day, time_limit, seed=seed, progress=progress), format_)


def progress(answer: Answer) -> None:
    best = "none yet" if answer.breaks is None else f"{answer.breaks} breaks"
    notice(f"{answer.seconds:6.1f} s  best {best}, bound {answer.bound}")


def show(event: Event, answer: Answer, format_: str) -> None:
    if answer.stopped:
        notice("Stopped; this is the best found so far.")
    if format_ == "json":
        emit_object(as_object(answer), format_)
        return
    notice(f"{answer.status}: {answer.breaks} breaks, bound {answer.bound}, {answer.seconds} s. {answer.reason or ''}")
    emit(as_rows(event, answer), format_)
