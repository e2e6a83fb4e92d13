"""The room of centres abroad, posts, who held them when, and how one hands over to the next."""

from __future__ import annotations

from django.urls import path

from udsyn.desk.kernel.rooms import InHand, Room
from udsyn.desk.rooms.posts import pages
from udsyn.desk.rooms.posts.models import Contact
from udsyn.desk.rooms.posts.workflow import WORKFLOW

ROOM = Room(
    "posts",
    needs=("parties",),
    resources=pages.LISTS,
    workflow=WORKFLOW,
    urls=(
        path("abroad/", pages.abroad, name="abroad"),
        path("held/", pages.held_on, name="held"),
        path("desk/handovers/<int:pk>/checklist/", pages.checklist, name="checklist"),
    ),
    inbox=pages.INBOX,
    feeds=(pages.posting_dates,),
    in_hand=(InHand(Contact, "keeper"),),
)
