"""The room of privacy: what is held of people, what somebody asks of it, and how long it is kept."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import STAFF
from udsyn.desk.kernel.rooms import Page, Room
from udsyn.desk.rooms.privacy import commands, notices, panels, showing, views
from udsyn.desk.rooms.privacy.personal import PERSONAL
from udsyn.desk.rooms.privacy.resources import LISTS, PRIVACY
from udsyn.desk.rooms.privacy.workflow import WORKFLOW

ROOM = Room(
    "privacy",
    area="checks",
    help="privacy",
    helps={
        "privacy-requests": "privacy#somebody-asks",
        "periods": "privacy#how-long",
        "let_go": "privacy#how-long",
    },
    needs=("parties",),
    resources=LISTS,
    workflow=WORKFLOW,
    personal=PERSONAL,
    urls=(
        path("desk/privacy/register/", views.processing, name="processing"),
        path("desk/privacy/register.csv", views.processing_file, name="processing_file"),
        path("desk/privacy/let-go/", views.acted, name="let_go"),
        path("desk/privacy/readings/", views.readings, name="readings"),
        path("desk/privacy/requests/<int:pk>/archive.zip", views.pack, name="privacy_pack"),
    ),
    pages=(
        Page(PRIVACY, _("Register of processing"), "processing", STAFF),
        Page(PRIVACY, _("What nights let go of"), "let_go", views.OFFICERS),
        Page(PRIVACY, _("Who read what is sensitive"), "readings", views.OFFICERS),
    ),
    panels=(("privacyrequest", panels.of_request),),
    inbox=notices.INBOX,
    number=showing.read_lately,
    nightly=(commands.nightly,),
)
