"""From a need to people: the desk asks the record, and keeps whom a colleague ticks, with the reasons."""

from __future__ import annotations

import os
import re
from collections.abc import Set
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from udsyn.contacts import find_contacts
from udsyn.desk.kernel import commands
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.parties.models import Country
from udsyn.desk.rooms.service.commands import has_opted_out
from udsyn.desk.rooms.service.models import Candidate, Request
from udsyn.errors import UdsynError

LIMIT = 20
#: what the record's search knows by its form; everything else is a text, and never the name of a file on the server
KNOWN = re.compile(r"[TW]\d+|10\.\d{4,9}/\S+|someone for A\d+", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """Rows as `udsyn contacts find` gives them, without those who opted out here; or why there are none."""

    rows: tuple[dict[str, Any], ...] = ()
    missing: str = ""


def ask(text: str, country: str, *, new_only: bool = False) -> Found:
    """Who in a country fits a text, with reasons and the way from somebody at home."""
    record = os.environ.get("UDSYN_RECORD")
    if not record:
        return Found(missing=_("No record is named, so nobody can be found in it: set UDSYN_RECORD."))
    try:
        asked = text if KNOWN.fullmatch(text) else f"{text}\n."
        rows = find_contacts(record, asked, (country,), settings.HOME, new_only=new_only, warm=True, limit=LIMIT)
    except UdsynError as error:
        return Found(missing=str(error))
    kept = tuple(row for row in rows if not has_opted_out("", row["id"]))
    return Found(kept, "" if kept else _("Nobody in the record fits."))


@transaction.atomic
def take(request: Request, actor: Actor, found: Found, wanted: Set[str]) -> int:
    """Keep those found whose ids are wanted; who is kept already is not kept twice. Returns how many are new."""
    held = set(request.candidates.values_list("author", flat=True))
    codes = {country.code: country for country in Country.objects.all()}
    count = 0
    for row in found.rows:
        if row["id"] not in wanted or row["id"] in held:
            continue
        candidate = Candidate(
            request=request,
            name=row["name"],
            institution=row["institution"] or "",
            country=codes.get(row["country"]),
            author=row["id"],
            score=row["score"],
            reasons=list(row["reasons"]),
            path=list(row.get("path") or ()),
        )
        commands.save(candidate, actor)
        count += 1
    return count
