"""The room of funding programmes: calls as versioned rules, applications, screening."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.rooms import InHand, Page, Room
from udsyn.desk.rooms.programmes import (
    common_grants,
    deciding,
    dossier,
    joint_pages,
    links,
    notices,
    part_pages,
    public,
    resources,
    screening_pages,
    showing,
    views,
    writing,
)
from udsyn.desk.rooms.programmes.models import Call
from udsyn.desk.rooms.programmes.personal import PERSONAL
from udsyn.desk.rooms.programmes.workflow import WORKFLOW

ROOM = Room(
    "programmes",
    area="programmes",
    help="programmes",
    helps={
        "calls": "programmes#a-call",
        "applications": "programmes#applying",
        "write_application": "programmes#applying",
        "screen": "programmes#screening",
        "screening": "programmes#screening",
        "ranking": "programmes#deciding",
        "joint": "programmes#joint-calls",
    },
    needs=("parties",),
    resources=resources.LISTS,
    workflow=WORKFLOW,
    personal=PERSONAL,
    urls=(
        path("apply/", public.open_calls, name="open_calls"),
        path("apply/<int:pk>/", public.call_page, name="open_call"),
        path("apply/<int:pk>/begin/", views.begin, name="begin_application"),
        path("partner/<str:token>/", public.partner, name="partner"),
        path("desk/applications/<int:pk>/write/", views.write, name="write_application"),
        path("desk/applications/<int:pk>/partners/", part_pages.partners, name="write_partners"),
        path("desk/applications/<int:pk>/budget/", part_pages.budget, name="budget"),
        path("desk/applications/<int:pk>/papers/", views.papers, name="papers"),
        path("desk/applications/<int:pk>/receipt.pdf", views.receipt_file, name="receipt"),
        path("desk/applications/<int:pk>/screen/", screening_pages.one, name="screen"),
        path("desk/calls/<int:pk>/screening/", screening_pages.of_call, name="screening"),
        path("desk/calls/<int:pk>/ranking/", deciding.ranked, name="ranking"),
        path("desk/calls/<int:pk>/joint/", joint_pages.merging, name="joint"),
        path("desk/calls/<int:pk>/joint.csv", joint_pages.merged_file, name="joint_file"),
    ),
    routes=(path("common-grants/", common_grants.urls),),
    pages=(Page(resources.PROGRAMMES, _("Calls for applications"), "open_calls", doors=("researcher", "company")),),
    opens=(showing.calls,),
    public=(("background", showing.programmes),),
    inbox=notices.INBOX,
    number=notices.handed_in,
    feeds=(notices.dates,),
    in_hand=(InHand(Call, "officer", {"state__in": ("prepared", "published")}),),
    welcomes=public.calls_are_open,
    nightly=(writing.know_members, writing.follow_employers),
    fillers={"partner": links.fill_partner, "receipt": links.fill_receipt},
    left={"partner": links.left},
    dossier=dossier.SAYS,
)
