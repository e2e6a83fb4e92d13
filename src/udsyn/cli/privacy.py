"""`udsyn desk privacy`: what is held of people, a person's archive, erasure, and what is kept no longer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from udsyn.cli.desk import folder_option, opened
from udsyn.cli.output import emit, emit_object, format_option
from udsyn.errors import UsageError


@click.group()
def privacy() -> None:
    """What is held of people, and what becomes of it.

    Example: udsyn desk privacy register
    """


def row_named(name: str) -> Any:
    """The row that a name such as person:12 means. Raises UsageError."""
    from udsyn.desk.kernel.personal import declared

    kind, _colon, number = name.partition(":")
    models = {one.model._meta.model_name: one.model for one in declared()}
    if kind not in models or not number.isdecimal():
        raise UsageError(f"{name} names no row that is about somebody: write it as person:12 or request:7.")
    row = models[kind]._base_manager.filter(pk=int(number)).first()
    if row is None:
        raise UsageError(f"there is no {name}.")
    return row


@privacy.command()
@folder_option
@format_option
def register(folder: Path, format_: str) -> None:
    """The register of processing: room, what, fields, purpose, basis, recipients, kept, erasing.

    Example: udsyn desk privacy register --format csv
    """
    opened(folder)
    from udsyn.desk.rooms.privacy.register import lines

    emit(list(lines()), format_)


@privacy.command()
@folder_option
@click.argument("whom")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The archive to write.")
def pack(folder: Path, whom: str, out: Path) -> None:
    """Write everything that is held of somebody into one archive. WHOM is a row's name: person:12, request:7.

    Example: udsyn desk privacy pack person:12 --out person-12.zip
    """
    opened(folder)
    from udsyn.desk.rooms.privacy.register import lines
    from udsyn.desk.tools import packing

    out.write_bytes(packing.pack(row_named(whom), lines()))


@privacy.command()
@folder_option
@click.argument("whom")
@click.option("--with-files", is_flag=True, help="Files that name them go too, wherever they hang.")
@click.option("--yes", is_flag=True, help="Do it. Without this, only what would go is counted.")
@format_option
def erase(folder: Path, whom: str, with_files: bool, yes: bool, format_: str) -> None:
    """Erase somebody: rows, history, files, search, kept evidence; the ledger is emptied of them and still verifies.

    WHOM is a row's name: person:12, request:7. The database's file is written anew. Prints kind → rows.

    Example: udsyn desk privacy erase person:12 --yes
    """
    opened(folder)
    from django.core.exceptions import ValidationError

    from udsyn.desk.kernel.permissions import DESK
    from udsyn.desk.tools import erasing, subjects

    row = row_named(whom)
    if not yes:
        who = subjects.find(row)
        emit_object({one.model._meta.model_name: len(rows) for one, rows in who.about}, format_)
        return
    try:
        done = erasing.erase(row, DESK, with_files=with_files).done
    except ValidationError as error:
        raise UsageError(" ".join(error.messages)) from None
    erasing.scrub()
    emit_object(done, format_)
