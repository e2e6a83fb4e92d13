"""The room of aid: the ledger of de minimis aid per single undertaking.

It answers for the gate of aid: no award is released that would pass the ceiling, nor one whose aid nobody wrote down.
"""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import STAFF
from udsyn.desk.kernel.personal import colleagues
from udsyn.desk.kernel.rooms import InHand, Page, Room
from udsyn.desk.rooms.aid import ledger, notices, panels, resources, views
from udsyn.desk.rooms.aid.models import Aid
from udsyn.desk.rooms.aid.workflow import WORKFLOW

ROOM = Room(
    "aid",
    area="checks",
    help="aid",
    helps={
        "aid_plan": "aid#before-an-award",
        "aid_register": "aid#the-register",
    },
    needs=("parties", "programmes"),
    resources=resources.LISTS,
    workflow=WORKFLOW,
    personal=(colleagues(Aid, "keeper"),),
    urls=(
        path("desk/de-minimis/", views.undertakings, name="aid_ledger"),
        path("desk/de-minimis/register.csv", views.register, name="aid_register"),
        path("desk/de-minimis/<int:pk>/", views.undertaking, name="aid_undertaking"),
        path("desk/de-minimis/partners/<int:pk>/", views.plan, name="aid_plan"),
    ),
    pages=(Page(resources.AID, _("Room of undertakings"), "aid_ledger", STAFF),),
    panels=(("organisation", panels.of_organisation),),
    inbox=notices.INBOX,
    feeds=(notices.dates,),
    in_hand=(InHand(Aid, "keeper", {"state": "granted"}),),
    gates=(("aid", ledger.stands_against),),
    follows=(
        ("application", "awarded", ledger.was_awarded),
        ("application", "declined", ledger.was_declined),
    ),
)
