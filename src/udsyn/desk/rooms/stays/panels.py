"""What a country's and a person's page show of stays."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import Panel
from udsyn.desk.rooms.parties.models import Country, Person
from udsyn.desk.rooms.stays.models import Stay

SHOWN = 8


def panel(rows: Any, actor: Actor) -> Panel | None:
    stays: Any = Stay.objects.visible_to(actor).filter(rows).select_related("country")[:SHOWN]
    return Panel(_("Stays"), "stays/_stays.html", {"stays": stays}) if stays else None


def of_country(row: Country, actor: Actor) -> Panel | None:
    return panel(Q(country=row), actor) if actor.signed_in else None


def of_person(row: Person, actor: Actor) -> Panel | None:
    return panel(Q(guest=row) | Q(host=row), actor) if actor.signed_in else None
