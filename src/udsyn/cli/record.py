"""`udsyn record`: what is held, what counts, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from udsyn.cli.output import emit, format_option, notice, record_option
from udsyn.cli.values import Whole, period_option


@click.group("record")
def group() -> None:
    """Say what a record holds, what counts, and why.

    Example: udsyn record status --record record
    """


@group.command()
@click.option(
    "--limit", type=Whole(0, 1_000_000), default=100, show_default=True, help="How many set-aside lines to list."
)
@record_option
@format_option
def status(limit: int, record: Path, format_: str) -> None:
    """Rows, sources, dates, coverage, scope, and what could not be read, with file, line and reason.

    Example: udsyn record status --record record --format json
    """
    from udsyn.record.report import status as rows

    found = rows(record, limit)
    emit([in_words(row) for row in found] if format_ == "table" else found, format_)


def in_words(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the status for people: a line that was set aside as one sentence."""
    said = row.get("note")
    if "reason" in row:
        said = f"{row['file']}, line {row['line']}: {row['reason']}" if "line" in row else row["reason"]
    return {"what": row["what"], "name": row["name"], "value": row.get("value"), "note": said}


@group.command()
@record_option
@format_option
def funnel(record: Path, format_: str) -> None:
    """How many works each condition of the scope drops.

    Example: udsyn record funnel --record record
    """
    from udsyn.record.report import funnel as rows

    emit(rows(record), format_)


@group.command()
@click.argument("work")
@record_option
@format_option
def explain(work: str, record: Path, format_: str) -> None:
    """Why a work is in or out, and how its countries and weights came about.

    Example: udsyn record explain W2741809807 --record record
    """
    from udsyn.record.report import explain as rows

    emit(rows(record, work), format_)


@group.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--undo", is_flag=True, help="Take the last version back.")
@record_option
@format_option
def correct(file: Path | None, undo: bool, record: Path, format_: str) -> None:
    """Correct countries by a CSV file (what, id, country, note) that you keep; without a file, list what holds.

    `what` is institution (id I123), author (id W456/2, the second author of the work) or affiliation (id: the text as
    printed). The file given holds whole; the one before it is kept and comes back with --undo.

    Example: udsyn record correct corrections.csv --record record
    """
    from udsyn.errors import UsageError
    from udsyn.record import corrections

    if file and undo:
        raise UsageError("--undo takes no file: it brings back the version before the last.")
    rows = (
        corrections.undo(record) if undo else corrections.correct(record, file) if file else corrections.listed(record)
    )
    if file or undo:
        idle = sum(not row["rows"] for row in rows)
        met = f"; {idle} of them meet nothing that the record holds" if idle else ""
        notice(f"{len(rows)} corrections hold{met}. Count again with `udsyn cubes`.")
    emit(rows, format_)


def listed(_: click.Context, __: click.Parameter, value: str | None) -> list[str] | None:
    return None if value is None else [item.strip() for item in value.split(",") if item.strip()]


@group.command()
@click.option("--types", callback=listed, metavar="A,B", help="Types of work that count; empty for all.")
@click.option("--languages", callback=listed, metavar="A,B", help="Languages that count; empty for all.")
@period_option
@click.option("--retracted/--no-retracted", default=None, help="Count retracted works.")
@click.option("--paratext/--no-paratext", default=None, help="Count paratext.")
@click.option("--xpac/--no-xpac", default=None, help="Count the expansion pack (xpac).")
@click.option("--without-topic/--no-without-topic", default=None, help="Count works without a primary topic.")
@click.option("--without-affiliation/--no-without-affiliation", default=None, help="Count works without a country.")
@record_option
@format_option
def scope(
    types: list[str] | None,
    languages: list[str] | None,
    years: tuple[int, int] | None,
    retracted: bool | None,
    paratext: bool | None,
    xpac: bool | None,
    without_topic: bool | None,
    without_affiliation: bool | None,
    record: Path,
    format_: str,
) -> None:
    """Show or change which works count. After a change, count again with `udsyn cubes`.

    Example: udsyn record scope --types article,review,preprint --years 2010-2025 --record record
    """
    from udsyn.record.report import set_scope

    changes = {
        "types": types,
        "languages": languages,
        "years": years,
        "retracted": retracted,
        "paratext": paratext,
        "xpac": xpac,
        "without_topic": without_topic,
        "without_affiliation": without_affiliation,
    }
    rows = set_scope(record, **changes)
    if any(value is not None for value in changes.values()):
        notice("The scope has changed: count again with `udsyn cubes`.")
    emit(rows, format_)
