"""`udsyn meetings`: the schedule of a matchmaking day."""

from __future__ import annotations

from pathlib import Path

import click

from udsyn.cli.output import FORMATS, emit, emit_object, notice
from udsyn.cli.values import SEEDS, Real, Whole
from udsyn.meetings import Answer, Event, count_breaks, pages, read_event, schedule_event
from udsyn.meetings import check as list_wrong
from udsyn.meetings import replan as replanning
from udsyn.meetings.schedule import as_object, as_rows

event_argument = click.argument("event", type=click.Path(path_type=Path, exists=True, dir_okay=False))
time_option = click.option(
    "--time-limit",
    type=Real(1, 86_400),
    default=60.0,
    show_default=True,
    metavar="S",
    help="Seconds on the clock, kept to within two.",
)
seed_option = click.option(
    "--seed", type=SEEDS, default=0, show_default=True, help="Same seed, same answer when proven."
)
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


@group.command()
@event_argument
@click.argument("confirmed", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--without", multiple=True, metavar="ID", help="A participant who cancelled; may be repeated.")
@click.option("--lock", "locked", multiple=True, metavar="ID", help="A meeting that keeps its slot; may be repeated.")
@click.option(
    "--moves",
    type=Whole(0, 1_000_000),
    default=0,
    show_default=True,
    help="More moves allowed where they save breaks.",
)
@time_option
@seed_option
@object_option
def replan(
    event: Path,
    confirmed: Path,
    without: tuple[str, ...],
    locked: tuple[str, ...],
    moves: int,
    time_limit: float,
    seed: int,
    format_: str,
) -> None:
    """Change a confirmed schedule, moving as few meetings as possible.

    CONFIRMED is the output of `udsyn meetings schedule`. Participants who cancelled are named with --without; walk-ins
    and new meetings are added to EVENT, and find a place. Prints the object of `schedule`, and what moved, was added
    and was cancelled.

    Example: udsyn meetings replan event.json schedule.json --without P7 > schedule-2.json
    """
    day = read_event(event)
    change = replanning.replan(
        day,
        replanning.read_schedule(confirmed, day),
        time_limit,
        without=without,
        locked=locked,
        moves=moves,
        seed=seed,
        progress=progress,
    )
    if format_ == "json":
        emit_object(as_object(change.answer) | replanning.as_object(change), format_)
    else:
        notice(f"{len(change.moved)} moved, {len(change.added)} added, {len(change.cancelled)} cancelled.")
        show(change.event, change.answer, format_)


@group.command()
@event_argument
@click.argument("schedule_file", metavar="SCHEDULE", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), default="table", show_default=True, help="How to print."
)
def check(event: Path, schedule_file: Path, format_: str) -> None:
    """List every rule that a schedule breaks; nothing, and exit status 0, when it is sound.

    Example: udsyn meetings check event.json schedule.json
    """
    day = read_event(event)
    plan = replanning.read_schedule(schedule_file, day)
    wrong = list_wrong(day, plan, rooms=replanning.read_rooms(schedule_file))
    if wrong:
        emit([{"wrong": text} for text in wrong], format_)
        raise click.exceptions.Exit(1)
    notice(f"Sound: {len(plan)} meetings, {count_breaks(day, plan)} breaks.")


@group.command()
@event_argument
@click.argument("schedule_file", metavar="SCHEDULE", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to write to.")
@click.option(
    "--before",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The schedule sent before: what fell away since is cancelled in the calendars.",
)
@click.option("--sequence", type=Whole(0, 1_000_000), default=0, show_default=True, help="Number of this version.")
def publish(event: Path, schedule_file: Path, out: Path, before: Path | None, sequence: int) -> None:
    """Write a schedule for people: CSV, a calendar file per participant, printable pages and a picture of the day.

    Example: udsyn meetings publish event.json schedule.json --out day
    """
    day = read_event(event)
    plan = replanning.read_schedule(schedule_file, day)
    earlier = replanning.read_schedule(before, day) if before else {}
    for path in pages.publish(day, plan, out, replanning.read_rooms(schedule_file), earlier, sequence):
        notice(f"wrote {path}")
