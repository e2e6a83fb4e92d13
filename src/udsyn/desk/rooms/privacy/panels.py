"""What the page of a privacy request shows: what is held of them, and where else they are named."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import AUDITS, MINISTRY, Actor
from udsyn.desk.kernel.personal import LEFT
from udsyn.desk.kernel.resources import Panel
from udsyn.desk.rooms.privacy.models import PrivacyRequest
from udsyn.desk.tools import erasing, mentions, subjects


def of_request(row: PrivacyRequest, actor: Actor) -> Panel | None:
    """For those who answer it, while it is open."""
    root = row.root
    if row.state != "received" or root is None or not (MINISTRY | AUDITS).allows(actor, row):
        return None
    who = subjects.find(root)
    held = [
        {"what": one.model._meta.verbose_name_plural, "rows": len(rows), "erasing": LEFT[one.erase]}
        for one, rows in (*who.about, *who.named)
    ]
    places: Counter[Any] = Counter()
    mine = who.keys()
    for found in mentions.mentions(who.words):
        if (found.row._meta.model_name, found.row.pk) not in mine:
            places[found.row._meta.verbose_name_plural] += 1
    files = erasing.files_naming(who.words)
    values = {"held": held, "places": places.most_common(), "files": len(files), "row": row, "words": who.words.needles}
    return Panel(_("What is held of them"), "privacy/_held.html", values)
