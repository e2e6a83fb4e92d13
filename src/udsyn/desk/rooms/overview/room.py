"""Where all rooms come together: the front page with the map of the world, and the page of a partner country."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.rooms import Page, Room
from udsyn.desk.rooms.overview import first_hour, public, resources, showing, views

ROOM = Room(
    "overview",
    area="partners",
    help="first-hour",
    needs=("parties", "cooperation", "posts"),
    resources=resources.LISTS,
    urls=(
        path("", views.home, name="home"),
        path("first-hour/", first_hour.put, name="first_hour"),
        path("with/<str:code>/", public.partner, name="partner_country"),
        path("background/", public.background, name="background"),
        path("results/", public.results, name="results"),
        path("find/", public.find, name="find_public"),
        path("open.atom", public.open_feed, name="open_feed"),
    ),
    pages=(
        Page(_("Cooperation"), _("What came of it"), "results", doors=("results",)),
        Page(
            _("Cooperation"),
            _("How it works, and whom to write to"),
            "background",
            doors=("researcher", "company", "results"),
        ),
    ),
    shows=(showing.partners_and_agreements,),
)
