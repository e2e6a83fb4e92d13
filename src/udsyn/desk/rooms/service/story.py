"""What introductions and outcomes add to the story of a partner."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.keeping import kept
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.rooms import Moment
from udsyn.desk.rooms.parties.models import Country
from udsyn.desk.rooms.service import commands
from udsyn.desk.rooms.service.models import Introduction, Outcome, Request

LATEST = 20


@kept
def agreed(actor: Actor, *, given: int) -> Any:
    asked = Request.objects.visible_to(actor).filter(commands.about(given)).order_by()
    seen = Introduction.objects.visible_to(actor).filter(candidate__request__in=asked)  # few of few, not few of all
    both = seen.filter(agreed_at__isnull=False).select_related("candidate__request")
    return both.only("agreed_at", "candidate__name", "candidate__request__name").order_by("-agreed_at")[:LATEST]


@kept
def came(actor: Actor, *, given: int) -> Any:
    confirmed = Outcome.objects.visible_to(actor).filter(state="confirmed", date__isnull=False)
    about = confirmed.filter(commands.came_about(given, "request__"))
    return about.only("date", "kind_of", "title").order_by("-date")[:LATEST]


def of_partner(country: Country, actor: Actor) -> Iterator[Moment]:
    """The latest introductions that both sides wanted, and confirmed outcomes, of those that the reader sees."""
    resource = RESOURCES["introduction"]
    for row in agreed(actor, given=country.pk):
        yield Moment(timezone.localdate(row.agreed_at), _("introduction"), str(row), resource.url(row))
    resource = RESOURCES["outcome"]
    for row in came(actor, given=country.pk):
        yield Moment(row.date, row.get_kind_of_display(), row.title, resource.url(row))
