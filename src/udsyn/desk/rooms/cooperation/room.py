"""The room of agreements, joint committees, action points and work plans."""

from __future__ import annotations

from django.urls import path

from udsyn.desk.kernel.personal import colleagues
from udsyn.desk.kernel.rooms import InHand, Room, Ties
from udsyn.desk.rooms.cooperation import dossier, notices, resources, story, ties, views
from udsyn.desk.rooms.cooperation.models import ActionPoint, Agreement, Initiative
from udsyn.desk.rooms.cooperation.workflow import WORKFLOW

ROOM = Room(
    "cooperation",
    area="partners",
    help="partners#agreements",
    helps={
        "meetings": "partners#meetings",
        "record": "partners#meetings",
        "action-points": "partners#meetings",
        "committees": "partners#meetings",
        "deadlines": "partners#agreements",
        "work-programmes": "partners#work-plans",
        "initiatives": "partners#work-plans",
    },
    needs=("parties",),
    resources=resources.LISTS,
    workflow=WORKFLOW,
    personal=tuple(colleagues(model, "owner") for model in (Agreement, Initiative, ActionPoint)),
    urls=(
        path("deadlines/", views.deadlines, name="deadlines"),
        path("desk/meetings/<int:pk>/record/", views.record, name="record"),
    ),
    story=story.of_partner,
    inbox=notices.INBOX,
    feeds=(notices.meeting_dates, notices.point_dates, notices.notice_dates),
    in_hand=(
        InHand(ActionPoint, "owner", {"state": "open"}),
        InHand(Initiative, "owner", {"state__in": ("planned", "running")}),
        InHand(Agreement, "owner"),
    ),
    ties=(Ties(("agreement", "initiative"), ties.ties, ("agreement", "initiative")),),
    dossier=dossier.SAYS,
)
