"""`udsyn markets`: tenders, trade, and the way in."""

from __future__ import annotations

from pathlib import Path

import click

from udsyn.cli.output import emit_object, notice
from udsyn.record.tenders import folder as folders


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
