"""The room of grants: what follows an award for years, and the ties of all decisions, funded or refused."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import MINISTRY
from udsyn.desk.kernel.rooms import Page, Room, Ties
from udsyn.desk.rooms.grants import dossier, knowing, making, notices, reminding, resources, ties, views
from udsyn.desk.rooms.grants.personal import PERSONAL
from udsyn.desk.rooms.grants.workflow import WORKFLOW

ROOM = Room(
    "grants",
    area="programmes",
    help="grants#a-grants-life",
    needs=("parties", "programmes"),
    resources=resources.LISTS,
    workflow=WORKFLOW,
    personal=PERSONAL,
    urls=(
        path("desk/grants/prolong/", views.prolong, name="prolong_grants"),
        path("desk/grants/<int:pk>/change/<str:kind>/", views.change, name="change_grant"),
        path("desk/grant-reports/<int:pk>/works/", views.report, name="grant_report"),
        path("desk/grant-accounts/<int:pk>/write/", views.account, name="grant_account"),
    ),
    pages=(Page(resources.GRANTS, _("Prolong many grants"), "prolong_grants", MINISTRY),),
    inbox=notices.INBOX,
    feeds=(notices.dates,),
    nightly=(making.make_up, reminding.remind, knowing.know_participants),
    follows=(("application", "awarded", making.decided), ("application", "declined", making.decided)),
    ties=(Ties((ties.INSTRUMENT,), ties.ties, ("grant", "decision")),),
    dossier=dossier.SAYS,
)
