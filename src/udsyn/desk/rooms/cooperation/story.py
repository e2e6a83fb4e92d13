"""What agreements and committees add to the story of a partner."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.keeping import kept
from udsyn.desk.kernel.once import once
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.rooms import Moment
from udsyn.desk.rooms.parties.models import Country


@kept
def agreements_with(actor: Actor, *, given: int) -> Any:
    return RESOURCES["agreement"].rows(actor).filter(country=given)


@kept
def meetings_with(actor: Actor, *, given: int) -> Any:
    return RESOURCES["meeting"].rows(actor).filter(committee__agreement__country=given)


@once
def agreements(country: Country, actor: Actor) -> list[Any]:
    return list(agreements_with(actor, given=country.pk))


@once
def meetings(country: Country, actor: Actor) -> list[Any]:
    return list(meetings_with(actor, given=country.pk))


def of_partner(country: Country, actor: Actor) -> Iterator[Moment]:
    """Agreements signed and ended, and committee meetings that were held or are planned."""
    resource = RESOURCES["agreement"]
    for row in agreements(country, actor):
        if row.signed:
            yield Moment(row.signed, _("agreement signed"), str(row), resource.url(row))
        if row.ends:
            yield Moment(row.ends, _("agreement ends"), str(row), resource.url(row))
    resource = RESOURCES["meeting"]
    for row in meetings(country, actor):
        if row.state != "cancelled":
            yield Moment(timezone.localdate(row.starts), _("committee meeting"), str(row.committee), resource.url(row))
