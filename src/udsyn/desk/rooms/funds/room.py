"""The room of funds: which money is open to home and a partner, typed-in calls, saved searches, and the sources."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.personal import DELETE, Personal, Purpose
from udsyn.desk.kernel.rooms import Page, Room
from udsyn.desk.rooms.funds import commands, notices, panels, resources, views
from udsyn.desk.rooms.funds.models import FundSearch

TELLING = Purpose(_("to tell somebody of calls that they look for"), "consent")

ROOM = Room(
    "funds",
    area="programmes",
    help="funds#at-the-desk",
    needs=("parties",),
    resources=resources.LISTS,
    personal=(Personal(FundSearch, TELLING, subject=("owner__person",), erase=DELETE),),
    urls=(
        path("funds/", views.funds, name="funds"),
        path("funds/answer/", views.answer, name="funds_answer"),
        path("funds/sketch/", views.sketch, name="funds_sketch"),
        path("funds/typed.json", views.typed, name="funds_typed"),
        path("funds/with/<str:code>/", views.partner, name="funds_with"),
        path("funds/with/<str:code>/deadlines.ics", views.deadlines, name="funds_deadlines"),
        path("desk/funds/sources/", views.sources, name="funds_sources"),
        path("desk/funds/changes/", views.changes, name="funds_changes"),
    ),
    pages=(Page(resources.FUNDS, _("Which money is open"), "funds", doors=("researcher", "company")),),
    public=(("partner", panels.of_country),),
    panels=(("country", panels.of_country), ("request", panels.of_request)),
    feeds=(notices.dates,),
    nightly=(commands.tell,),
)
