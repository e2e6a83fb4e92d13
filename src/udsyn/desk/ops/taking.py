"""Files that are taken in from the command line: spreadsheets and mails, on behalf of a user."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from udsyn.desk.kernel.models import Import
from udsyn.desk.kernel.permissions import actor_of
from udsyn.desk.kernel.resources import RESOURCES, by_slug
from udsyn.desk.ops.accounts import actor_called
from udsyn.desk.rooms.parties.models import User
from udsyn.desk.rooms.posts.models import Centre
from udsyn.desk.rooms.service import taking
from udsyn.desk.tools import imports
from udsyn.desk.tools.columns import Reading, fields_of
from udsyn.desk.web.import_pages import DOES
from udsyn.errors import UdsynError, UsageError


def import_file(
    source: Path, slug: str, email: str, columns: dict[str, str], storing: bool, choices: dict[str, Any]
) -> dict[str, Any]:
    """Look at a spreadsheet and, where asked, store it: in numbers, row by row, and what stands against it."""
    resource = by_slug(slug)
    if resource is None or resource.importing is None:
        known = ", ".join(sorted(r.slug for r in RESOURCES.values() if r.importing))
        raise UsageError(f"nothing is imported into {slug}: choose one of {known}.")
    reading = Reading(
        columns=columns,
        sheet=choices["sheet"],
        encoding=choices.get("encoding", ""),
        likely=choices["likely"] or resource.sheet.when_likely,
        fill_only=choices["fill_only"],
        make_missing=choices["make_missing"],
        leave_out=choices["leave_out"],
        day_first=not choices["month_first"],
        comma=not choices["decimal_point"],
    )
    actor = actor_called(email)
    fields = [target.key for target in fields_of(resource, actor)]
    if strange := sorted({field for field in columns.values() if field} - {*fields}):
        raise UsageError(f"--map: {slug} have no field {', '.join(strange)}: choose one of {', '.join(fields)}.")
    try:
        record = imports.look(source.name, source.read_bytes(), resource, actor, reading)
    except PermissionDenied:
        raise UsageError(f"{email} may not import {slug}.") from None
    except ValidationError as error:
        raise UdsynError(" ".join(error.messages)) from None
    headings = list(record.reading["columns"])
    if strange := sorted({*columns} - {*headings}):
        imports.drop(record, actor)
        raise UsageError(f"--map: the sheet has no column {', '.join(strange)}, but {', '.join(headings)}.")
    against = []
    if storing:
        try:
            imports.store(record, actor)
        except ValidationError as error:
            against = [text for text in error.messages if text not in record.plan["obstacles"]]
    told = {
        "import": record.pk,
        "state": record.state,
        "counts": {name: record.plan["counts"].get(name, 0) for name in DOES},
        "rows": list(imports.lines(record)),
        "said": [*record.plan["obstacles"], *record.plan["notices"]],
        "problems": [f"row {p['row']}, {imports.said(p)}" for p in record.plan["problems"]],
        "against": against,
    }
    if record.state != "stored":
        imports.drop(record, actor)
        told["state"] = "not stored"
    return told


def undo_import(number: int, email: str) -> list[str]:
    """Take a stored import back. Returns what stands against it; then nothing was changed."""
    record = Import.objects.filter(pk=number).first()
    if record is None:
        raise UsageError(f"there is no import {number}.")
    try:
        imports.undo(record, actor_called(email))
    except PermissionDenied:
        raise UsageError(f"{email} may not undo import {number}.") from None
    except ValidationError as error:
        return error.messages
    return []


def take_mail(source: Path, centre: str, email: str) -> dict[str, Any]:
    """Make a request of an e-mail file, on behalf of a user; returns its number and what was left out."""
    user = User.objects.filter(email__iexact=email).first()
    place = Centre.objects.filter(slug=centre).first()
    if user is None or place is None:
        raise UsageError(f"there is no {'account ' + email if user is None else 'centre ' + centre} on this desk.")
    try:
        taken = taking.take_mail(source.read_bytes(), place, actor_of(user, timezone.localdate()))
    except (ValidationError, PermissionDenied) as error:
        said = " ".join(error.messages) if isinstance(error, ValidationError) else f"{email} may not do this there"
        raise UdsynError(f"{source}: {said}") from None
    return {"request": taken.request.pk, "left_out": list(taken.problems)}
