"""The room of what a centre does all day: requests, candidates, introductions, meetings, follow-ups, outcomes."""

from __future__ import annotations

from django.urls import path

from udsyn.desk.kernel.rooms import InHand, Room, Ties
from udsyn.desk.rooms.service import (
    commands,
    contacts,
    dossier,
    links,
    notices,
    panels,
    public,
    resources,
    showing,
    story,
    views,
)
from udsyn.desk.rooms.service.models import Request
from udsyn.desk.rooms.service.personal import PERSONAL
from udsyn.desk.rooms.service.states import OPEN
from udsyn.desk.rooms.service.workflow import WORKFLOW

ROOM = Room(
    "service",
    area="requests",
    help="service",
    helps={
        "figures": "service#key-figures",
        "report": "service#key-figures",
        "security-checks": "service#research-security",
        "requests": "service#the-way-of-a-request",
    },
    needs=("parties", "posts"),
    resources=resources.LISTS,
    workflow=WORKFLOW,
    personal=PERSONAL,
    urls=(
        path("abroad/<slug:slug>/", public.centre_page, name="centre"),
        path("abroad/<slug:slug>/thanks/", public.thanks, name="thanks"),
        path("answer/<str:token>/", public.answer, name="answer"),
        path("figures/", views.key_figures, name="figures"),
        path("desk/requests/log/", views.log_contact, name="log_contact"),
        path("desk/requests/mail/", views.from_mail, name="from_mail"),
        path("desk/requests/<int:pk>/find/", views.find, name="find"),
        path("desk/centres/<slug:slug>/report/<int:year>/", views.centre_report, name="report"),
        path("desk/centres/<slug:slug>/report/<int:year>.<str:form>", views.report_file, name="report_file"),
    ),
    panels=(
        ("message", panels.message_panel),
        ("organisation", panels.organisation_panel),
        ("country", panels.country_panel),
    ),
    public=(("partner", showing.centres), ("results", showing.centres)),
    number=showing.received,
    story=story.of_partner,
    inbox=notices.INBOX,
    feeds=(notices.meetings,),
    in_hand=(InHand(Request, "handler", {"state__in": OPEN}),),
    nightly=(commands.daily,),
    fillers={"link": links.fill_link, "calendar": links.fill_calendar},
    left={"link": links.left},
    gates=(("security", commands.insecure),),
    ties=(Ties(("introduction", "appointment"), contacts.ties, ("introduction", "appointment")),),
    dossier=dossier.SAYS,
)
