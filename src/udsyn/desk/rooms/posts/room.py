"""The room of centres abroad, posts, who held them when, and how one hands over to the next."""

from __future__ import annotations

from django.urls import path

from udsyn.desk.kernel.rooms import InHand, Room, Ties
from udsyn.desk.rooms.posts import notices, resources, ties, views
from udsyn.desk.rooms.posts.models import Contact
from udsyn.desk.rooms.posts.workflow import WORKFLOW

ROOM = Room(
    "posts",
    needs=("parties",),
    resources=resources.LISTS,
    workflow=WORKFLOW,
    urls=(
        path("abroad/", views.abroad, name="abroad"),
        path("held/", views.held_on, name="held"),
        path("desk/handovers/<int:pk>/checklist/", views.checklist, name="checklist"),
    ),
    inbox=notices.INBOX,
    feeds=(notices.posting_dates,),
    in_hand=(InHand(Contact, "keeper"),),
    ties=(Ties(("centre",), ties.ties, ("centre",)),),
)
