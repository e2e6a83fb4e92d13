"""`udsyn markets`: tenders, trade, and the way in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from udsyn.cli.output import emit_object, notice, record_option
from udsyn.record.tenders import folder as folders
from udsyn.record.tenders import load as tenders


@click.group()
def group() -> None:
    """Tenders, trade, and the way in.

    Example: udsyn markets read notices
    """


@group.command(name="read")
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
def read_(folder: Path) -> None:
    """Read a folder of tender notices in eForms XML and tell what is in it, without loading it.

    Prints one object: notices (read without fault), refused (file, reason), and over all files that parse: kinds (by
    document), lots, parts, groups, cpv_uses (classifications that name CPV), cpv_codes (different ones).

    Example: udsyn markets read notices
    """
    found = folders.survey(folder)
    if not found.faults:
        notice(f"{folder} holds no XML file.")
    if found.cpv[""]:
        notice(f"{found.cpv['']} of the uses of CPV name no code; they count as uses, and as one code together.")
    emit_object(
        {
            "notices": found.notices,
            "refused": found.refused,
            "kinds": dict(sorted(found.kinds.items())),
            "lots": found.lots["lot"],
            "parts": found.lots["part"],
            "groups": found.lots["group"],
            "cpv_uses": found.cpv.total(),
            "cpv_codes": len(found.cpv),
        },
        "json",
    )


@group.command(name="load")
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@click.option("--as", "as_", type=click.Choice(tuple(tenders.FORMATS)), required=True, help="What the file is.")
@click.option("--source", metavar="NAME", help="Who publishes it, such as Brazil; sources are kept apart.")
@click.option("--licence", metavar="TEXT", help="The terms that it may be used under.")
@click.option("--url", metavar="URL", help="Where it was fetched.")
@click.option("--retrieved", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The day it was fetched.")
@click.option("--contacts", is_flag=True, help="Keep names of contact persons, and of winners who are persons.")
@record_option
def load_(
    file: Path,
    as_: str,
    source: str | None,
    licence: str | None,
    url: str | None,
    retrieved: dt.datetime | None,
    contacts: bool,
    record: Path,
) -> None:
    """Load tenders into the record: a file, or each file below a folder. What is there already is left as it is.

    Prints one object: rows (notices loaded), quarantined (what was refused, with its reason), unchanged (files that
    were there).

    Example: udsyn markets load notices --as eforms --record record
    """
    fetched = retrieved.date() if retrieved else None
    found = tenders.load(
        record, file, as_, source=source, contacts=contacts, licence=licence, url=url, retrieved=fetched
    )
    emit_object({"rows": found.rows, "quarantined": found.quarantined, "unchanged": found.unchanged}, "json")
