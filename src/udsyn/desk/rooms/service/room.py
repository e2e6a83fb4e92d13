"""The room of what a centre does all day: requests, candidates, introductions, meetings, follow-ups, outcomes."""

from __future__ import annotations

from django.urls import path

from udsyn.desk.kernel.rooms import InHand, Room, Ties
from udsyn.desk.rooms.service import commands, contacts, links, pages, public, waiting, work
from udsyn.desk.rooms.service.models import Request
from udsyn.desk.rooms.service.states import OPEN
from udsyn.desk.rooms.service.workflow import WORKFLOW

ROOM = Room(
    "service",
    needs=("parties", "posts"),
    resources=pages.LISTS,
    workflow=WORKFLOW,
    urls=(
        path("abroad/<slug:slug>/", public.centre_page, name="centre"),
        path("abroad/<slug:slug>/thanks/", public.thanks, name="thanks"),
        path("answer/<str:token>/", public.answer, name="answer"),
        path("figures/", work.key_figures, name="figures"),
        path("desk/requests/log/", work.log_contact, name="log_contact"),
        path("desk/requests/mail/", work.from_mail, name="from_mail"),
        path("desk/requests/<int:pk>/find/", work.find, name="find"),
        path("desk/centres/<slug:slug>/report/<int:year>/", work.centre_report, name="report"),
        path("desk/centres/<slug:slug>/report/<int:year>.<str:form>", work.report_file, name="report_file"),
    ),
    panels=(
        ("message", waiting.message_panel),
        ("organisation", waiting.organisation_panel),
        ("country", waiting.country_panel),
    ),
    inbox=waiting.INBOX,
    feeds=(waiting.meetings,),
    in_hand=(InHand(Request, "handler", {"state__in": OPEN}),),
    nightly=(commands.daily,),
    fillers={"link": links.fill_link, "calendar": links.fill_calendar},
    gates=(("security", commands.insecure),),
    ties=(Ties(("introduction", "appointment"), contacts.ties),),
)
