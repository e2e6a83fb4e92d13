"""The room of safeguards: what the loaded lists say of a partner, both ways, and the cases that a named person decides.

It answers for the gate of security: no row passes with an open, refused or ended case, or with a listed partner of
whom there is none. A request has a check of its own besides, in the room of service.
"""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import STAFF
from udsyn.desk.kernel.personal import colleagues
from udsyn.desk.kernel.rooms import InHand, Page, Room
from udsyn.desk.rooms.safeguards import commands, exporting, notices, panels, resources, views
from udsyn.desk.rooms.safeguards.models import Case
from udsyn.desk.rooms.safeguards.workflow import WORKFLOW

ROOM = Room(
    "safeguards",
    area="checks",
    help="safeguards#at-the-desk",
    helps={
        "identify": "safeguards#who-it-is-the-crosswalk",
        "crosswalk": "safeguards#who-it-is-the-crosswalk",
    },
    needs=("parties",),
    resources=resources.LISTS,
    workflow=WORKFLOW,
    personal=(colleagues(Case, "approver", "asked_by", "head"),),
    urls=(
        path("desk/safeguards/", views.ask, name="safeguards"),
        path("desk/safeguards/identify/", views.identify, name="identify"),
        path("desk/safeguards/crosswalk.csv", views.decisions, name="crosswalk"),
        path("desk/safeguards/crosswalk/", views.take_in, name="crosswalk_take_in"),
        path("desk/safeguards/joint-works/", views.joint, name="joint_works"),
        path("desk/safeguards/export-control/", exporting.export_control, name="export_control"),
    ),
    pages=(
        Page(_("Safeguards"), _("Check a partner"), "safeguards", STAFF),
        Page(_("Safeguards"), _("Joint works with listed bodies"), "joint_works", STAFF),
        Page(_("Safeguards"), _("Export control"), "export_control", STAFF),
    ),
    panels=(("organisation", panels.of_organisation),),
    inbox=notices.INBOX,
    feeds=(notices.dates,),
    in_hand=(InHand(Case, "approver", {"state": "asked"}),),
    nightly=(commands.daily,),
    gates=(("security", commands.stands_against), ("safeguards", commands.stands_against)),
)
