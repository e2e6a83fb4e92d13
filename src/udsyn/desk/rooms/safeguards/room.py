"""The room of safeguards: what the loaded lists say of a partner, both ways, and what changed in them.

Cases of research security stand with what they are about (a request's security check); lists fire there as triggers.
"""

from __future__ import annotations

from django.urls import path

from udsyn.desk.kernel.rooms import Room
from udsyn.desk.rooms.safeguards import panels, views

ROOM = Room(
    "safeguards",
    needs=("parties",),
    urls=(path("desk/safeguards/", views.ask, name="safeguards"),),
    panels=(("organisation", panels.of_organisation),),
)
