"""The room of centres abroad, posts, who held them when, and how one hands over to the next."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.personal import Personal, Purpose, colleagues
from udsyn.desk.kernel.rooms import InHand, Page, Room, Ties
from udsyn.desk.rooms.posts import dossier, notices, resources, showing, story, ties, views
from udsyn.desk.rooms.posts.models import Contact, Handover, Posting
from udsyn.desk.rooms.posts.workflow import WORKFLOW

NETWORK = Purpose(_("to keep a centre's contacts, also when its people change"), recipients=_("the centre"))

ROOM = Room(
    "posts",
    area="partners",
    help="partners#centres-and-posts",
    needs=("parties",),
    resources=resources.LISTS,
    workflow=WORKFLOW,
    personal=(
        Personal(Contact, NETWORK, subject=("person",), fields=("note",), sensitive=("note",)),
        colleagues(Contact, "keeper"),
        colleagues(Posting, "person"),
        colleagues(Handover, "successor"),
    ),
    shows=(showing.centres_and_posts,),
    urls=(
        path("abroad/", views.abroad, name="abroad"),
        path("held/", views.held_on, name="held"),
        path("desk/handovers/<int:pk>/checklist/", views.checklist, name="checklist"),
    ),
    pages=(Page(resources.POSTS, _("Find a centre"), "abroad", doors=("researcher", "company")),),
    story=story.of_partner,
    inbox=notices.INBOX,
    feeds=(notices.posting_dates,),
    in_hand=(InHand(Contact, "keeper"),),
    ties=(Ties(("centre",), ties.ties, ("centre",)),),
    dossier=dossier.SAYS,
)
