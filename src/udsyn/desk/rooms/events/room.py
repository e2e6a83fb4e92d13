"""The room of events: workshops, matchmaking days and delegations, from the first list to what came of them."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.rooms import InHand, Page, Room, Ties
from udsyn.desk.rooms.events import (
    afterwards,
    asking,
    call,
    dossier,
    hosts,
    links,
    mine,
    notices,
    panels,
    public,
    resources,
    showing,
    views,
)
from udsyn.desk.rooms.events.models import Event
from udsyn.desk.rooms.events.personal import PERSONAL
from udsyn.desk.rooms.events.workflow import WORKFLOW

ROOM = Room(
    "events",
    area="exchange",
    help="events",
    helps={
        "wishes": "events#wishes",
        "meeting-plans": "events#the-plan",
        "event_day": "events#the-plan",
        "stops": "events#delegations",
        "contributions": "events#a-call-for-contributions",
        "event_contributions": "events#a-call-for-contributions",
        "event-money": "events#what-it-costs-and-whether-to-hold-it-again",
    },
    needs=("parties", "posts", "cooperation", "service", "programmes", "outcomes"),
    resources=resources.LISTS,
    workflow=WORKFLOW,
    personal=PERSONAL,
    urls=(
        path("events/", public.events, name="events"),
        path("events/<int:pk>/", public.event, name="event"),
        path("events/<int:pk>/thanks/", public.thanks, name="event_thanks"),
        path("events/<int:pk>/screen/<str:key>/", public.screen, name="event_screen"),
        path("event/<str:token>/", mine.mine, name="event_mine"),
        path("event/<str:token>/programme.ics", mine.calendar, name="event_calendar"),
        path("event/<str:token>/programme.pdf", mine.paper, name="event_paper"),
        path("visit/<str:token>/", hosts.visit, name="event_visit"),
        path("visit/<str:token>/visit.ics", hosts.calendar, name="event_visit_calendar"),
        path("desk/events/<int:pk>/day/", views.day, name="event_day"),
        path("desk/events/<int:pk>/way.<str:form>", views.way, name="event_way"),
        path("desk/events/<int:pk>/<str:what>.pdf", views.printed, name="event_print"),
        path("desk/events/<int:pk>/contributions/", call.contributions, name="event_contributions"),
        path("desk/events/<int:pk>/compute/", views.compute, name="event_compute"),
        path("desk/one-to-ones/<int:pk>/become/", views.become, name="talk_become"),
    ),
    pages=(Page(resources.EVENTS, _("Events to come"), "events", doors=("researcher", "company")),),
    opens=(showing.events,),
    story=showing.of_partner,
    panels=panels.PANELS,
    inbox=notices.INBOX,
    feeds=(notices.dates,),
    in_hand=(InHand(Event, "organiser", {"state__in": ("prepared", "open", "closed")}),),
    fillers={
        "event_link": links.fill_link,
        "event_host_link": links.fill_host_link,
        "event_calendar": links.fill_calendar,
    },
    nightly=(asking.ask_all,),
    ties=(Ties(("meeting", "delegation"), afterwards.ties, ("talk", "stop")),),
    dossier=dossier.SAYS,
)
