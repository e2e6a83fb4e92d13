"""What introductions and outcomes add to the story of a partner."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.rooms import Moment
from udsyn.desk.rooms.parties.models import Country
from udsyn.desk.rooms.service import commands
from udsyn.desk.rooms.service.models import Introduction, Outcome

LATEST = 20


def of_partner(country: Country, actor: Actor) -> Iterator[Moment]:
    """The latest introductions that both sides wanted, and confirmed outcomes, of those that the reader sees."""
    resource = RESOURCES["introduction"]
    seen = Introduction.objects.visible_to(actor).filter(commands.about(country, "candidate__request__"))
    agreed = seen.filter(agreed_at__isnull=False).select_related("candidate__request")
    for row in agreed.only("agreed_at", "candidate__name", "candidate__request__name").order_by("-agreed_at")[:LATEST]:
        yield Moment(timezone.localdate(row.agreed_at), _("introduction"), str(row), resource.url(row))
    resource = RESOURCES["outcome"]
    confirmed = Outcome.objects.visible_to(actor).filter(state="confirmed", date__isnull=False)
    came = confirmed.filter(commands.about(country, "request__")).only("date", "kind_of", "title")
    for row in came.order_by("-date")[:LATEST]:
        yield Moment(row.date, row.get_kind_of_display(), row.title, resource.url(row))
