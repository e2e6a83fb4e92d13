"""The room of technology: who builds on our science, and which of them to meet."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import STAFF
from udsyn.desk.kernel.rooms import Page, Room
from udsyn.desk.rooms.technology import panels, views

TECHNOLOGY = _("Technology")

ROOM = Room(
    "technology",
    needs=("parties", "service"),
    urls=(
        path("technology/", views.technology, name="technology"),
        path("desk/technology/", views.builders, name="technology_builders"),
        path("desk/technology/family/<str:number>/", views.family, name="technology_family"),
        path("technology/with/<str:code>/", views.partner, name="technology_with"),
    ),
    area="requests",
    pages=(
        Page(TECHNOLOGY, _("Technology of a partner"), "technology", doors=("company",)),
        Page(TECHNOLOGY, _("Who builds on our science"), "technology_builders", STAFF),
    ),
    panels=(("country", panels.of_country), ("request", panels.of_request)),
    public=(("partner", panels.of_country),),
)
