"""The room of safeguards: what the loaded lists say of a partner, both ways, and what changed in them.

Cases of research security stand with what they are about (a request's security check); lists fire there as triggers.
"""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import STAFF
from udsyn.desk.kernel.rooms import Page, Room
from udsyn.desk.rooms.safeguards import panels, views

ROOM = Room(
    "safeguards",
    needs=("parties",),
    urls=(path("desk/safeguards/", views.ask, name="safeguards"),),
    pages=(Page(_("Safeguards"), _("Check a partner"), "safeguards", STAFF),),
    panels=(("organisation", panels.of_organisation),),
)
