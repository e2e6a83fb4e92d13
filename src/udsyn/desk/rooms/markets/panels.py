"""What the pages of a partner country and of a request show of markets."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.evidence import buying
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import Panel
from udsyn.desk.rooms.parties.models import Country

SHOWN, COUNTED = 3, 200
#: Words of a request that are looked for: long ones, as what they begin with.
LONG, START, WORDS = 8, 9, 4


def of_country(row: Country, _actor: Actor) -> Panel | None:
    """How many tenders are open, and the way to the public page; nothing for home itself."""
    if row.code == settings.HOME:
        return None
    found = buying.open_tenders(timezone.localdate(), {}, (), row.code, COUNTED)
    if not found:
        return None
    values = {"country": row, "count": len(found), "many": len(found) == COUNTED, "tenders": found[:SHOWN]}
    return Panel(_("Tenders"), "markets/_country.html", values)


def of_request(row: Any, actor: Actor) -> Panel | None:
    """For a request (it is known by its need, its text and its partner): tenders that share its long words."""
    if not actor.staff:
        return None
    said = dict.fromkeys(
        word.lower()[:START] for word in re.findall(r"[^\W\d_]+", row.need or row.text) if len(word) >= LONG
    )
    words = list(said)[:WORDS]
    found = words and buying.open_tenders(timezone.localdate(), {}, words, row.partner.code, SHOWN)
    if not found:
        return None
    values = {"tenders": found, "country": row.partner, "words": words}
    return Panel(_("Tenders that share its words"), "markets/_fit.html", values)
