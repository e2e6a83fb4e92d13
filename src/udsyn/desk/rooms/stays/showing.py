"""What everybody may know of stays: agreements and open rounds; and what they add to the story of a partner."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.keeping import kept
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES, Panel
from udsyn.desk.kernel.rooms import Moment, Shown
from udsyn.desk.rooms.parties.models import Country
from udsyn.desk.rooms.stays.models import Round, Stay, StayAgreement

BEGAN = ("arrived", "finished", "reported")


def rounds() -> Iterator[Shown]:
    """Open rounds, each until the end of its last day."""
    for row in Round.objects.filter(state="open").select_related("agreement__country"):
        closes = end_of(row.closes_on) if row.closes_on else None
        country = row.agreement.country.code
        yield Shown(
            _("research stay"), str(row), reverse("open_round", args=[row.pk]), (country,), None, closes, str(row.about)
        )


def end_of(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(23, 59, 59), timezone.get_current_timezone())


def agreements(_country: None, _actor: Actor) -> Panel | None:
    """On the page of how it works: agreements on visiting scientists, with their days."""
    rows = StayAgreement.objects.select_related("country").order_by("country__code", "pk")
    return Panel(_("Agreements on visiting scientists"), "stays/_agreements.html", {"rows": rows}) if rows else None


@kept
def began(actor: Actor, *, given: int) -> Any:
    seen = Stay.objects.visible_to(actor).filter(country=given, state__in=BEGAN)
    return seen.only("first", "guest_name", "host_organisation", "host_name").order_by("-first")[:20]


def story(country: Country, actor: Actor) -> Iterator[Moment]:
    """Stays that began, of those that the reader sees."""
    resource = RESOURCES["stay"]
    for row in began(actor, given=country.pk):
        yield Moment(row.first, _("research stay"), str(row), resource.url(row))
