"""The room of what colleagues abroad know: reports by partner and theme, and who is told of them."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.personal import DELETE, Personal, Purpose, colleagues
from udsyn.desk.kernel.rooms import Page, Room
from udsyn.desk.rooms.knowledge import commands, resources, showing, views
from udsyn.desk.rooms.knowledge.models import Following, Report
from udsyn.desk.rooms.knowledge.workflow import WORKFLOW

TELLING = Purpose(_("to tell somebody of reports that they follow"), "consent")

ROOM = Room(
    "knowledge",
    area="requests",
    help="knowledge",
    needs=("parties",),
    resources=resources.LISTS,
    workflow=WORKFLOW,
    personal=(
        colleagues(Report, "author"),
        Personal(Following, TELLING, subject=("owner__person",), erase=DELETE),
    ),
    urls=(
        path("reports/", views.reports, name="reports"),
        path("reports/<int:pk>/", views.read, name="report_read"),
    ),
    pages=(Page(resources.KNOWLEDGE, _("Reports from abroad"), "reports", doors=("researcher", "company")),),
    panels=(("country", showing.of_country),),
    public=(("partner", showing.of_country),),
    shows=(showing.for_everybody,),
    story=showing.story,
    nightly=(commands.tell,),
)
