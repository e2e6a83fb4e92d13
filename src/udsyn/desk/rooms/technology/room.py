"""The room of technology: who builds on our science and which of them to meet, and what is offered and looked for.

It answers for the gate of security: nobody is introduced for an offer of which it is not known whose it is.
"""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import STAFF
from udsyn.desk.kernel.personal import Keep, Personal, Purpose, colleagues
from udsyn.desk.kernel.rooms import InHand, Page, Room
from udsyn.desk.rooms.technology import notices, offers, panels, views
from udsyn.desk.rooms.technology.models import Offer
from udsyn.desk.rooms.technology.resources import LISTS, TECHNOLOGY
from udsyn.desk.rooms.technology.workflow import WORKFLOW

MATCHING = Purpose(_("to bring together who offers a technology and who looks for one"))
OVER = Keep(
    "changed", years=2, where={"state__in": ("taken", "withdrawn")}, says=_("after it was taken up or withdrawn")
)

ROOM = Room(
    "technology",
    needs=("parties", "service"),
    resources=LISTS,
    workflow=WORKFLOW,
    personal=(
        Personal(Offer, MATCHING, address=("contact",), fields=("contact", "note"), keep=(OVER,)),
        colleagues(Offer, "keeper"),
    ),
    urls=(
        path("technology/", views.technology, name="technology"),
        path("desk/technology/", views.builders, name="technology_builders"),
        path("desk/technology/family/<str:number>/", views.family, name="technology_family"),
        path("technology/offers/<int:pk>/", views.offer, name="technology_offer"),
        path("desk/technology/offers/<int:pk>/answer/", views.answer, name="technology_answer"),
        path("technology/with/<str:code>/", views.partner, name="technology_with"),
    ),
    area="requests",
    help="technology#at-the-desk",
    helps={
        "technology-offers": "technology#offers-and-requests",
        "technology-answers": "technology#offers-and-requests",
    },
    pages=(
        Page(TECHNOLOGY, _("Technology offers"), "technology", doors=("company",)),
        Page(TECHNOLOGY, _("Who builds on our science"), "technology_builders", STAFF),
    ),
    inbox=notices.INBOX,
    feeds=(notices.dates,),
    in_hand=(InHand(Offer, "keeper", {"state": "open"}),),
    gates=(("security", offers.unknown_owner),),
    shows=(panels.shown,),
    panels=(("country", panels.of_country), ("request", panels.of_request)),
    public=(("partner", panels.of_country),),
)
