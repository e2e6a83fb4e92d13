"""What the room of outcomes holds of people: both sides of ties of before, each by itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.personal import Personal, Purpose
from udsyn.desk.rooms.outcomes.models import EarlierTie

FOLLOWING = Purpose(_("to know what came of a tie, for statistics only"), recipients=_("colleagues"))


def side(letter: str) -> Personal:
    names = ("name", "organisation", "role", "author", "orcid", "follow")
    fields = (*(f"{letter}_{name}" for name in names), "note", "recognised")
    known = (f"{letter}_author", f"{letter}_orcid")
    return Personal(
        EarlierTie, FOLLOWING, subject=(f"{letter}_person",), address=known, called=(f"{letter}_name",), fields=fields
    )


PERSONAL = (side("a"), side("b"))
