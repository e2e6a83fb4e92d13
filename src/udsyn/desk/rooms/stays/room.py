"""The room of stays: visiting scientists and exchange, from the agreement to what came of it."""

from __future__ import annotations

from django.urls import path, re_path
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.rooms import InHand, Page, Room, Ties
from udsyn.desk.rooms.stays import afterwards, dossier, links, notices, panels, public, resources, showing, views
from udsyn.desk.rooms.stays.models import Round, Stay
from udsyn.desk.rooms.stays.personal import PERSONAL
from udsyn.desk.rooms.stays.ties import ties
from udsyn.desk.rooms.stays.workflow import WORKFLOW

ROOM = Room(
    "stays",
    area="exchange",
    help="stays#a-stay",
    helps={
        "stay-agreements": "stays#an-agreement-and-its-order",
        "stay-rounds": "stays#a-round",
        "stay-hosts": "stays#a-round",
        "stay-applications": "stays#a-round",
        "stay_places": "stays#a-round",
        "stay-money": "stays#money",
        "stay-rates": "stays#money",
        "stay_journey": "stays#money",
    },
    needs=("parties", "outcomes", "safeguards"),
    resources=resources.LISTS,
    workflow=WORKFLOW,
    personal=PERSONAL,
    urls=(
        path("stays/", public.open_rounds, name="open_rounds"),
        path("stays/<int:pk>/", public.open_round, name="open_round"),
        path("stays/applied/<str:token>/", public.applied, name="stay_applied"),
        path("stays/answer/<str:token>/", public.answer, name="stay_answer"),
        path("stays/answer/<str:token>/answer.pdf", public.sheet, name="stay_answer_sheet"),
        path("stays/stay/<str:token>/", public.stay, name="stay_page"),
        path("stays/stay/<str:token>/<str:name>", public.stay_file, name="stay_file"),
        path("desk/stay-rounds/<int:pk>/places/", views.places, name="stay_places"),
        path("desk/stay-hosts/<int:pk>/type-in/", views.type_in, name="stay_type_in"),
        path("desk/stay-hosts/<int:pk>/answer.pdf", views.sheet, name="stay_sheet"),
        re_path(r"^desk/stays/(?P<pk>\d{1,18})/invitation-(?P<language>da|en)\.pdf$", views.letter, name="stay_letter"),
        path("desk/stays/<int:pk>/allowance/", views.journey, name="stay_journey"),
    ),
    routes=(path("stays/orcid/", public.from_orcid, name="stay_orcid"),),
    pages=(Page(_("Stays"), _("Open rounds"), "open_rounds", doors=("researcher",)),),
    opens=(showing.rounds,),
    public=(("background", showing.agreements),),
    story=showing.story,
    panels=(("country", panels.of_country), ("person", panels.of_person)),
    inbox=notices.INBOX,
    feeds=(notices.dates,),
    nightly=(afterwards.ask_all,),
    in_hand=(
        InHand(Round, "officer", {"state__in": ("prepared", "open")}),
        InHand(Stay, "keeper", {"state__in": ("planned", "invited", "accepted", "arrived", "finished")}),
    ),
    fillers=links.FILLERS,
    ties=(Ties(("stay",), ties, ("stay",)),),
    dossier=dossier.SAYS,
)
