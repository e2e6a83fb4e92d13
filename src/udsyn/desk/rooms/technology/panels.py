"""What the pages of a partner country and of a request show of technology."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from udsyn.desk.evidence import inventing
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import Panel
from udsyn.desk.rooms.parties.models import Country
from udsyn.desk.rooms.service.states import OPEN


def of_country(row: Country, _actor: Actor) -> Panel | None:
    """The way to the public page; nothing for home itself, or where no patents are held."""
    if row.code == settings.HOME or inventing.record() is None:
        return None
    return Panel(_("Technology"), "technology/_country.html", {"country": row})


def of_request(row: Any, actor: Actor) -> Panel | None:
    """For a request: the way to the question which firms of its partner build on our science."""
    asks = actor.can("change", row) and row.state in OPEN and row.partner.code != settings.HOME
    if not asks or inventing.record() is None:
        return None
    return Panel(_("Firms that build on our science"), "technology/_request.html", {"request": row})
