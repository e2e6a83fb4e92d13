"""The room of what came of it: a person's ties and finds by mail link, what waits, and a partner's finds."""

from __future__ import annotations

from django.urls import path

from udsyn.desk.kernel.rooms import Room, Ties
from udsyn.desk.rooms.outcomes import earlier, links, notices, panels, resources, showing, views
from udsyn.desk.rooms.outcomes.models import MADE_BY
from udsyn.desk.rooms.outcomes.personal import PERSONAL

ROOM = Room(
    "outcomes",
    area="partners",
    help="followup#in-the-desk",
    helps={
        "earlier-ties": "followup#ties-of-before-udsyn",
        "outcomes_who": "followup#ties-of-before-udsyn",
    },
    needs=("parties", "service"),
    urls=(
        path("mine/<str:token>/", views.mine, name="outcomes_mine"),
        path("mine/", views.own, name="outcomes_own"),
        path("desk/finds/", views.found, name="outcomes"),
        path("desk/ties/<int:pk>/", views.tie, name="outcomes_tie"),
        path("desk/earlier-ties/<int:pk>/who/", views.who, name="outcomes_who"),
        path("desk/finds/ask/", views.ask_all, name="outcomes_ask_all"),
        path("desk/finds/people/<int:pk>/ask/", views.ask, name="outcomes_ask"),
    ),
    resources=resources.LISTS,
    personal=PERSONAL,
    number=showing.lasting,
    inbox=notices.INBOX,
    ties=(Ties(MADE_BY, earlier.ties, ("earliertie",)),),
    panels=(
        ("country", panels.country_panel),
        ("person", panels.person_panel),
        *(
            (kind, panels.instrument_panel)
            for kind in ("agreement", "initiative", "centre", "introduction", "earliertie", "stay")
        ),
    ),
    fillers={"outcomes": links.fill_link},
)
