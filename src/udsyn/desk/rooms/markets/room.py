"""The room of markets: who buys what home can make, whether its firms may bid, and need profiles that tell."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.personal import DELETE, Personal, Purpose
from udsyn.desk.kernel.rooms import Page, Room
from udsyn.desk.rooms.markets import commands, notices, panels, resources, views
from udsyn.desk.rooms.markets.models import NeedProfile

TELLING = Purpose(_("to tell somebody of tenders that they look for"), "consent")

ROOM = Room(
    "markets",
    area="requests",
    help="markets#at-the-desk",
    needs=("parties",),
    resources=resources.LISTS,
    personal=(Personal(NeedProfile, TELLING, subject=("owner__person",), erase=DELETE),),
    urls=(
        path("markets/", views.markets, name="markets"),
        path("markets/with/<str:code>/", views.partner, name="markets_with"),
        path("markets/with/<str:code>/deadlines.ics", views.deadlines, name="markets_deadlines"),
        path("desk/needs/<int:pk>/codes/", views.codes, name="need_codes"),
        path("desk/needs/<int:pk>/profile.yaml", views.profile, name="need_file"),
    ),
    pages=(Page(resources.MARKETS, _("Tenders"), "markets", doors=("company",)),),
    public=(("partner", panels.of_country),),
    panels=(("country", panels.of_country), ("request", panels.of_request)),
    feeds=(notices.dates,),
    nightly=(commands.tell,),
)
