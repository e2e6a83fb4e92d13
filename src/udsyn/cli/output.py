"""How commands print: data on stdout as a table, JSON or CSV; notices on stderr. Shared options live here too."""

from __future__ import annotations

import csv
import io
import math
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import orjson

from udsyn.cli import table
from udsyn.errors import UsageError

FORMATS = ("table", "json", "csv")
Row = Mapping[str, Any]


def notice(text: str) -> None:
    """Tell the reader something that is not data."""
    click.echo(text, err=True)


def emit(rows: Iterable[Row], format_: str, columns: Sequence[str] | None = None) -> None:
    """Print flat rows. JSON keeps full precision and prints an array; NaN and infinity become null."""
    rows = list(rows)
    names = list(columns) if columns else list(dict.fromkeys(name for row in rows for name in row))
    if format_ == "json":
        click.echo(to_json([{name: row.get(name) for name in names} for row in rows]))
    elif format_ == "csv":
        click.echo(to_csv(rows, names), nl=False)
    else:
        print_table(rows, names)


def emit_object(row: Row, format_: str) -> None:
    """Print one object: a JSON object, a CSV of one row, or a two-column table."""
    if format_ == "json":
        click.echo(to_json(dict(row)))
    elif format_ == "csv":
        click.echo(to_csv([row], list(row)), nl=False)
    else:
        print_table([{"": name, " ": table.cell(value)} for name, value in row.items()], ["", " "])


def to_json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY, default=str).decode()


def to_csv(rows: Iterable[Row], names: Sequence[str]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([csv_cell(row.get(name)) for name in names])
    return out.getvalue()


def csv_cell(value: Any) -> Any:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    return orjson.dumps(value).decode() if isinstance(value, (list, dict)) else value


def print_table(rows: Sequence[Row], names: Sequence[str]) -> None:
    if not rows:
        notice("Nothing held that answers this.")
        return
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    text, left_out = table.render(rows, names, width)
    click.echo(text)
    if left_out:
        notice(f"Left out, for a width of {width}: {', '.join(left_out)}. --format csv or json has every column.")


def choose_format(default: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(
        "--format",
        "format_",
        type=click.Choice(FORMATS),
        default=default,
        show_default=True,
        help="How to print the data.",
    )


format_option = choose_format("table")
#: For answers that are one object: what holds lists is for machines first.
object_option = choose_format("json")


def resolve_record(context: click.Context, __: click.Parameter, value: str | None) -> Path:
    found = value or os.environ.get("UDSYN_RECORD")
    if not found and context.resilient_parsing:  # a shell asks for completions
        return Path()
    if not found:
        raise UsageError("no record named: give --record DIR or set UDSYN_RECORD.")
    return Path(found)


record_option = click.option(
    "--record", callback=resolve_record, is_eager=True, metavar="DIR", help="The record's folder (or UDSYN_RECORD)."
)
