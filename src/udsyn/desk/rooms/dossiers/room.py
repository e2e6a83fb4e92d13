"""The room of dossiers: what every instrument promised, did, cost and led to, beside the decisions on it."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import STAFF
from udsyn.desk.kernel.personal import colleagues
from udsyn.desk.kernel.rooms import Page, Room
from udsyn.desk.rooms.dossiers import nights, panels, resources, sealing, views
from udsyn.desk.rooms.dossiers.models import Dossier

SUBJECTS = ("agreement", "centre", "call", "programme", "event", "series", "stayagreement", "round")

ROOM = Room(
    "dossiers",
    area="partners",
    help="dossiers",
    helps={
        "portfolio": "dossiers#all-instruments-side-by-side",
        "dossiers": "dossiers#sealed-with-the-decision",
    },
    needs=("parties", "outcomes"),
    resources=resources.LISTS,
    personal=(colleagues(Dossier, "decided_by"),),
    urls=(
        path("desk/dossier/<str:kind>/<int:pk>/", views.dossier, name="dossier"),
        path("desk/dossier/<str:kind>/<int:pk>/file.<str:form>", views.dossier_file, name="dossier_file"),
        path("desk/sealed-dossier/<int:pk>/file.<str:form>", views.sealed_file, name="sealed_file"),
        path("desk/portfolio/", views.side_by_side, name="portfolio"),
        path("desk/portfolio/file.<str:form>", views.portfolio_file, name="portfolio_file"),
        path("desk/report/<int:year>/", views.yearly, name="yearly"),
        path("desk/report/<int:year>/file.<str:form>", views.yearly_file, name="yearly_file"),
    ),
    pages=(Page(resources.HEADING, _("All instruments side by side"), "portfolio", STAFF),),
    panels=tuple((kind, panels.panel) for kind in SUBJECTS),
    nightly=(nights.judge,),
    witnesses=(sealing.witness,),
)
