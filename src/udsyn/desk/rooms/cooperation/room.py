"""The room of agreements, joint committees, action points and work programmes."""

from __future__ import annotations

from django.urls import path

from udsyn.desk.kernel.rooms import InHand, Room
from udsyn.desk.rooms.cooperation import pages
from udsyn.desk.rooms.cooperation.models import ActionPoint, Agreement, Initiative

ROOM = Room(
    "cooperation",
    needs=("parties",),
    resources=pages.LISTS,
    urls=(
        path("deadlines/", pages.deadlines, name="deadlines"),
        path("desk/meetings/<int:pk>/record/", pages.record, name="record"),
    ),
    inbox=pages.INBOX,
    feeds=(pages.meeting_dates, pages.point_dates, pages.notice_dates),
    in_hand=(
        InHand(ActionPoint, "owner", {"state": "open"}),
        InHand(Initiative, "owner", {"state__in": ("planned", "running")}),
        InHand(Agreement, "owner"),
    ),
)
